"""A case in, its reports side by side and over time out, in tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from app.paint import STATUS_STYLE, cell, clean, dim, grid, words
from app.tables import seen_as
from exchange.wording import named
from pipeline.concordance import Agreement, Comparison, Side, concordance
from pipeline.model import Status
from pipeline.timeline import DayOf, Event, Point, Seen, Step, Track, timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from pipeline.patient import Case

_STYLE = {
    Agreement.CONFLICTING: "bold red",
    Agreement.ONE_SIDED: "yellow",
    Agreement.CONCORDANT: "green",
}
_WIDTHS = (12, 22, None)
_ALARMING = frozenset({Event.GAINED, Event.LOST, Event.SEEN_AGAIN})


def side_by_side(case: Case) -> Iterator[RenderableType]:
    """Where reports differ, with the likely causes; what they agree on in two lines."""
    compared = concordance(case)
    differing = [each for each in compared if _is_worth_a_row(each)]
    rows = grid(*_WIDTHS)
    for each in sorted(differing, key=lambda one: one.agreement is not Agreement.CONFLICTING):
        rows.add_row(
            Text(words(each.agreement.value), style=_STYLE[each.agreement]),
            cell(_name(each)),
            cell(*map(_side, _speaking(each)), *_causes(each)),
        )
    if differing:
        yield rows
    yield from _in_brief(compared)


def _causes(compared: Comparison) -> Iterator[Text]:
    for each in compared.causes:
        yield dim(each.sentence)
    if compared.agreement is Agreement.CONFLICTING and not compared.causes:
        yield dim("nothing in the reports explains it")


def _is_worth_a_row(compared: Comparison) -> bool:
    """All conflicts; of what is one-sided the alterations, not who printed a negative."""
    if compared.agreement is Agreement.CONCORDANT:
        return False
    detected = any(side.status is Status.DETECTED for side in compared.sides)
    return compared.agreement is Agreement.CONFLICTING or bool(compared.subject) or detected


def _in_brief(compared: Iterable[Comparison]) -> Iterator[RenderableType]:
    agreed: dict[str, list[str]] = {}
    for each in compared:
        if each.agreement is Agreement.CONCORDANT:
            status = _speaking(each)[0].status
            agreed.setdefault(words(status.value), []).append(f"{_name(each)}{_apart(each)}")
        elif not _is_worth_a_row(each):
            agreed.setdefault("one report alone, or open", []).append(_name(each))
    for said, names in agreed.items():
        yield dim(f"{said}: {', '.join(names)}")


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


def _side(side: Side) -> Text:
    found = side.finding
    detail = found.detail if found else side.opinion.state.detail
    vaf = (
        next((f", VAF {one.vaf:.1%}" for one in found.observations if one.vaf), "") if found else ""
    )
    who = side.report.vendor or side.report.file
    status = Text(words(side.status.value), style=STATUS_STYLE[side.status])
    return Text.assemble(
        f"{clean(who)}, {clean(side.opinion.label)}: ",
        seen_as(found) if found else status,
        clean(f" ({detail}{vaf})"),
    )


def over_time(case: Case) -> Iterator[RenderableType]:
    """Each alteration from specimen to specimen; nothing unless there are two days."""
    course = timeline(case)
    if course.days < 2:
        return
    for at, step in enumerate(course.steps, 1):
        yield dim(f"{at}  {_step(step)}")
    rows = grid(34, None)
    for track in course.tracks:
        rows.add_row(_track(track), cell(*_points(track, course.steps)))
    if course.tracks:
        yield rows


def _step(step: Step) -> str:
    day = step.day.isoformat() if step.day else "day not stated"
    of = f" ({step.day_of.value})" if step.day_of and step.day_of is not DayOf.COLLECTED else ""
    phase = {True: ", after targeted therapy", False: ", before targeted therapy ended", None: ""}
    files = ", ".join(report.file for report in step.reports)
    return f"{day}{of}  {step.label}{phase[step.after_targeted]}: {files}"


def _track(track: Track) -> Text:
    name = named(track.marker, track.subject or "")
    return Text(clean(name), style="" if track.counts else "dim")


def _points(track: Track, steps: Sequence[Step]) -> Iterator[Text]:
    places = {step: at for at, step in enumerate(steps, 1)}
    for point in track.points:
        event = point.event.value if point.event else point.seen.value
        style = "bold yellow" if point.event in _ALARMING else "dim" * (point.seen is not Seen.SEEN)
        why = f": {point.reason}" if point.reason else ""
        said = f"{places[point.step]}  {words(event)}{_amount(track, point)}{why}"
        yield Text(clean(said), style=style)


def _amount(track: Track, point: Point) -> str:
    """The fraction of an alteration; of a score or a signature what was printed."""
    if point.vaf is not None:
        return f", VAF {point.vaf:.1%}"
    return f", {point.detail}" if track.subject is None and point.reason is None else ""
