"""Two interpretations of one case in, what is said otherwise by the later one out, in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.context import difference, words
from pipeline.model import MarkerState
from pipeline.patient import Interpretation, Suggestion, TherapyFlag


class Turn(StrEnum):
    """What became of a part of what was said."""

    GAINED = "gained"
    LOST = "lost"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One part that is said otherwise; *before* and *now* are words, None where it is not there.

    *part* is `flag`, `suggestion`, `marker`, `report`, `context`, `notice` or `made with`.
    """

    part: str
    turn: Turn
    name: str
    before: str | None = None
    now: str | None = None


def changes(before: Interpretation, now: Interpretation) -> tuple[Change, ...]:
    """Everything of clinical weight in which two interpretations differ, flags first."""
    return (
        *_of("flag", _flags(before), _flags(now)),
        *_of("marker", _markers(before), _markers(now)),
        *_of("suggestion", _suggestions(before), _suggestions(now)),
        *_named(_of("report", _reports(before), _reports(now)), _files(before) | _files(now)),
        *_of("notice", _notices(before), _notices(now)),
        *_context(before, now),
        *_of("made with", _made_with(before), _made_with(now)),
    )


def subjects(said: Interpretation) -> tuple[str, ...]:
    """The names of every flag and every suggestion, by which a person can change one."""
    return (*map(flag_name, said.flags), *map(suggestion_name, said.suggestions))


def flag_name(flag: TherapyFlag) -> str:
    """A flag by what makes it one of its kind: therapy, marker, line and place."""
    return f"{flag.therapy} for {flag.marker.label}, {flag.line} line, {flag.jurisdiction}"


def suggestion_name(entry: Suggestion) -> str:
    """An entry of a list by its regimen and its line."""
    return f"{entry.regimen}, {entry.line}-line list"


def _of(part: str, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *now)):
        one, other = before.get(name), now.get(name)
        if one == other:
            continue
        turn = Turn.GAINED if one is None else Turn.LOST if other is None else Turn.CHANGED
        yield Change(part=part, turn=turn, name=name, before=one, now=other)


def _flags(said: Interpretation) -> dict[str, str]:
    return {flag_name(each): _with(each.kind, each.because) for each in said.flags}


def _suggestions(said: Interpretation) -> dict[str, str]:
    return {
        suggestion_name(each): _with(f"{each.kind}, place {each.rank}", each.conditions)
        for each in said.suggestions
    }


def _with(kind: str, reasons: Iterable[str]) -> str:
    told = "; ".join(reasons)
    return f"{kind} ({told})" if told else kind


def _markers(said: Interpretation) -> dict[str, str]:
    return {marker.label: _state(state) for marker, state in said.case.markers.items()}


def _state(state: MarkerState) -> str:
    return f"{state.status.value.replace('_', ' ')}: {state.detail}"


def _reports(said: Interpretation) -> dict[str, str]:
    # By their bytes: two folders may hold a file of the same name.
    replaced = {each.sha256: "replaced by a later version" for each in said.case.superseded}
    return replaced | {each.report.sha256: each.report.status.value for each in said.case.reports}


def _files(said: Interpretation) -> dict[str, str]:
    replaced = {each.sha256: each.file for each in said.case.superseded}
    return replaced | {each.report.sha256: each.report.file for each in said.case.reports}


def _named(found: Iterable[Change], names: Mapping[str, str]) -> Iterator[Change]:
    return (replace(each, name=names[each.name]) for each in found)


def _notices(said: Interpretation) -> dict[str, str]:
    return {each.message: each.code.partition(":")[0] for each in said.case.notices}


def _context(before: Interpretation, now: Interpretation) -> Iterator[Change]:
    for each in difference(before.case.patient, now.case.patient):
        yield Change(
            part="context",
            turn=Turn.CHANGED,
            name=each.name,
            before=words(each.was),
            now=words(each.now),
        )


def _made_with(said: Interpretation) -> dict[str, str]:
    return {
        "as of": said.as_of.isoformat(),
        "knowledge release": f"{said.knowledge.release} ({said.knowledge.sha256[:12]})",
        "program": said.code_version,
        "labels of": ", ".join(said.jurisdictions),
    }
