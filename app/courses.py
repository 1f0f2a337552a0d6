"""A case in, how its reports stand side by side and over time in plain words out.

The same words on the terminal and on the pages; who prints them gives them their looks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from exchange.wording import named, seen_words
from pipeline.concordance import Agreement, Comparison, Side, concordance
from pipeline.model import Finding, Report, Status
from pipeline.patient import Case
from pipeline.timeline import DayOf, Event, Point, Seen, Step, Track, timeline

_NEWS = frozenset({Event.GAINED, Event.LOST, Event.SEEN_AGAIN})
_UNEXPLAINED = "nothing in the reports explains it"


@dataclass(frozen=True, kw_only=True)
class Says:
    """What one report says in one specimen: *words* are its status, *detail* what is printed."""

    who: str
    status: Status
    words: str
    detail: str
    finding: Finding | None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """An alteration on which reports differ, what each says, and the likely causes."""

    agreement: Agreement
    name: str
    sides: tuple[Says, ...]
    causes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Where reports differ, conflicts first; and in short what they agree on, by status."""

    differences: tuple[Difference, ...]
    agreed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """An alteration in one specimen, *at* counts them from 1; *is_news* if a reader must see it."""

    at: int
    words: str
    is_news: bool
    is_seen: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """One alteration from specimen to specimen; *counts* is False for one that fires no flag."""

    name: str
    counts: bool
    moments: tuple[Moment, ...]


@dataclass(frozen=True, kw_only=True)
class Course:
    """The specimens of a case, the earliest first, each alteration over them; and all tracks."""

    steps: tuple[str, ...]
    lines: tuple[Line, ...]
    tracks: tuple[Track, ...]


def beside(case: Case) -> Beside:
    """Where reports differ, with the likely causes; what they agree on."""
    compared = concordance(case)
    differing = [each for each in compared if _is_worth_a_row(each)]
    first = sorted(differing, key=lambda one: one.agreement is not Agreement.CONFLICTING)
    return Beside(differences=tuple(map(_difference, first)), agreed=tuple(_in_brief(compared)))


def course(case: Case) -> Course | None:
    """Each alteration from specimen to specimen; None unless there are two days."""
    found = timeline(case)
    if found.days < 2:
        return None
    return Course(
        steps=tuple(_step(each) for each in found.steps),
        lines=tuple(_line(each, found.steps) for each in found.tracks),
        tracks=found.tracks,
    )


def who(report: Report) -> str:
    """A report as people call it: its laboratory, else the name of its file."""
    return report.vendor or report.file


def _difference(compared: Comparison) -> Difference:
    causes = tuple(each.sentence for each in compared.causes)
    is_open = compared.agreement is Agreement.CONFLICTING and not causes
    return Difference(
        agreement=compared.agreement,
        name=_name(compared),
        sides=tuple(map(_says, _speaking(compared))),
        causes=(_UNEXPLAINED,) if is_open else causes,
    )


def _is_worth_a_row(compared: Comparison) -> bool:
    """All conflicts; of what is one-sided the alterations, not who printed a negative."""
    if compared.agreement is Agreement.CONCORDANT:
        return False
    detected = any(side.status is Status.DETECTED for side in compared.sides)
    return compared.agreement is Agreement.CONFLICTING or bool(compared.subject) or detected


def _in_brief(compared: Iterable[Comparison]) -> Iterator[tuple[str, str]]:
    agreed: dict[str, list[str]] = {}
    for each in compared:
        if each.agreement is Agreement.CONCORDANT:
            status = _speaking(each)[0].status.value.replace("_", " ")
            agreed.setdefault(status, []).append(f"{_name(each)}{_apart(each)}")
        elif not _is_worth_a_row(each):
            agreed.setdefault("one report alone, or open", []).append(_name(each))
    return ((said, ", ".join(names)) for said, names in agreed.items())


def _name(compared: Comparison) -> str:
    return named(compared.marker, compared.subject or "")


def _apart(compared: Comparison) -> str:
    """In what reports that agree still differ: the class, the spelling, and the fractions."""
    seen = (one for side in compared.sides if side.finding for one in side.finding.observations)
    found = dict.fromkeys(f"{one.vaf:.1%}" for one in seen if one.vaf is not None)
    told = [each.sentence for each in compared.causes]
    told += [f"VAF {' and '.join(found)}"] if len(found) > 1 else []
    return f" ({'; '.join(told)})" if told else ""


def _speaking(compared: Comparison) -> list[Side]:
    said = [each for each in compared.sides if each.status is not Status.NOT_ASSESSED]
    return said or list(compared.sides)


def _says(side: Side) -> Says:
    found = side.finding
    detail = found.detail if found else side.opinion.state.detail
    seen = found.observations if found else ()
    vaf = next((f", VAF {one.vaf:.1%}" for one in seen if one.vaf), "")
    return Says(
        who=f"{who(side.report)}, {side.opinion.label}",
        status=side.status,
        words=seen_words(found) if found else side.status.value.replace("_", " "),
        detail=f"{detail}{vaf}",
        finding=found,
    )


def _step(step: Step) -> str:
    day = step.day.isoformat() if step.day else "day not stated"
    of = f" ({step.day_of.value})" if step.day_of and step.day_of is not DayOf.COLLECTED else ""
    phase = {True: ", after targeted therapy", False: ", before targeted therapy ended", None: ""}
    files = ", ".join(report.file for report in step.reports)
    return f"{day}{of}  {step.label}{phase[step.after_targeted]}: {files}"


def _line(track: Track, steps: Sequence[Step]) -> Line:
    places = {step: at for at, step in enumerate(steps, 1)}
    return Line(
        name=named(track.marker, track.subject or ""),
        counts=track.counts,
        moments=tuple(_moment(track, each, places[each.step]) for each in track.points),
    )


def _moment(track: Track, point: Point, at: int) -> Moment:
    event = (point.event or point.seen).value.replace("_", " ")
    why = f": {point.reason}" if point.reason else ""
    return Moment(
        at=at,
        words=f"{event}{_amount(track, point)}{why}",
        is_news=point.event in _NEWS,
        is_seen=point.seen is Seen.SEEN,
    )


def _amount(track: Track, point: Point) -> str:
    """The fraction of an alteration; of a score or a signature what was printed."""
    if point.vaf is not None:
        return f", VAF {point.vaf:.1%}"
    return f", {point.detail}" if track.subject is None and point.reason is None else ""
