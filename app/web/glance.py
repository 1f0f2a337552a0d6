"""The markers of a case in, what is known of each at a glance out: status and basis, in groups."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from app.web.places import Place, Places
from exchange.wording import seen_words
from pipeline.model import Basis, Finding, Marker, MarkerState, Status
from pipeline.tables import packaged, rows

_OTHERS = "Others"
_DIFFERS = "differs by specimen"


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """Where a marker stands, and the question whose answer may be no.

    "MMR: negative" may be read as proteins that are lost; "MMR deficiency: negative" may not.
    """

    group: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One marker: its state, in words why it is believed, and where it is printed."""

    label: str
    status: Status
    basis: Basis
    why: str
    detail: str
    specimens: tuple[tuple[str, Status], ...]
    conflicts: tuple[str, ...]
    uncertain: tuple[str, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """The markers of one gene or question."""

    name: str
    marks: tuple[Mark, ...]

    @property
    def weight(self) -> str:
        """What stands out among them: detected, open (something is not known), or negative."""
        found = {each.status for each in self.marks}
        if Status.DETECTED in found:
            return "detected"
        return "negative" if found == {Status.NOT_DETECTED} else "open"


def groups(states: Mapping[Marker, MarkerState], places: Places) -> tuple[Group, ...]:
    """The groups of `asked.csv` in their order; a marker that it does not name stands last."""
    listed = _asked()
    names = dict.fromkeys((*(each.group for each in listed.values()), _OTHERS))
    ordered = (*listed, *(each for each in Marker if each not in listed))
    sorted_out: dict[str, list[Mark]] = {name: [] for name in names}
    for marker in ordered:
        question = listed.get(marker, _Asked(group=_OTHERS, label=marker.label))
        sorted_out[question.group].append(_mark(states[marker], question.label, places))
    return tuple(Group(name=name, marks=tuple(marks)) for name, marks in sorted_out.items())


def _mark(state: MarkerState, label: str, places: Places) -> Mark:
    status = state.status
    said = state.detail.startswith(_DIFFERS)
    specimens = () if said else tuple(sorted(state.by_specimen.items()))
    return Mark(
        label=label,
        status=status,
        basis=state.basis,
        why=_why(state),
        detail=_detail(state),
        specimens=specimens if len({told for _, told in specimens}) > 1 else (),
        conflicts=state.conflicts,
        uncertain=tuple(_uncertain(state)),
        places=tuple(_places(state, places)),
    )


def _why(state: MarkerState) -> str:
    """On what the status rests; of what is not known nothing can rest on anything."""
    if state.status in {Status.NOT_ASSESSED, Status.INDETERMINATE}:
        return ""
    return {
        Basis.EXPLICIT: "printed",
        Basis.INFERRED_FROM_PANEL: "inferred from the panel",
        Basis.DEFAULT: "by default",
    }[state.basis]


def _detail(state: MarkerState) -> str:
    bare = state.detail.strip().lower() in {"not detected", "not_detected"}
    return "" if bare else state.detail


def _uncertain(state: MarkerState) -> Iterator[str]:
    """What was seen and does not count: it leaves the marker as it stands."""
    for each in state.findings:
        said = seen_words(each)
        if each.status is Status.DETECTED and said != "detected":
            yield f"{each.detail}: {said}"


def _places(state: MarkerState, places: Places) -> Iterator[Place]:
    """Where the status is printed, and what is uncertain beside it."""
    # What makes the status stands before what is uncertain beside it.
    told = sorted(state.findings, key=lambda each: seen_words(each) != _plainly(each))
    seen = dict.fromkeys(one for each in told for one in each.observations)
    yield from (place for one in seen if (place := places.of(one)))


def _plainly(finding: Finding) -> str:
    return finding.status.value.replace("_", " ")


def asked(marker: Marker) -> str:
    """The marker as a question: "MMR deficiency", to which detected and negative are answers."""
    known = _asked().get(marker)
    return known.label if known else marker.label


@cache
def _asked() -> Mapping[Marker, _Asked]:
    listed = rows(packaged("app.web", "asked.csv"))
    known = {Marker(row["marker"]): row for row in listed}
    return {
        marker: _Asked(group=row["group"], label=row["question"] or marker.label)
        for marker, row in known.items()
    }
