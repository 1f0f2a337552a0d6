"""What another release says of cases in, tables for people out: what `reinterpret` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from app.paint import cell, dim, table, words
from flows.reinterpret import Fate
from pipeline.changes import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionability.diff import FlagChange
    from app.reinterpreting import Findings
    from flows.reinterpret import Remade
    from pipeline.changes import Change

_STYLES = {Turn.GAINED: "green", Turn.LOST: "bold red", Turn.CHANGED: "yellow"}
_LEFT = (
    "Decided cases are left as they are; those listed as left are said otherwise by this release: "
    "`--signed` makes them again, for a new review."
)


def told(found: Findings) -> RenderableType:
    """Each case that is said otherwise, the totals of each row of knowledge, and a summary."""
    parts: list[RenderableType] = []
    if found.told:
        parts += [_cases(found), *_rows(found)]
    parts.append(Text(_summary(found) if found.fates else _nothing(found)))
    if any(each.fate is Fate.LEFT for each in found.told):
        parts.append(dim(_LEFT))
    return Group(*parts)


def _cases(found: Findings) -> RenderableType:
    rows = table("case", "review", "what", "said of it", "before → now")
    rows.columns[0].no_wrap = True
    for case in found.told:
        name, review = case.case_id, _review(case)
        for what, said, turn in _lines(case):
            rows.add_row(cell(name), cell(review), what, cell(said), cell(turn))
            name = review = ""
    return rows


def _review(case: Remade) -> str:
    fate = "" if case.fate is Fate.MADE else f", {case.fate.value}"
    return f"{words(case.review.value)}{fate}"


def _lines(case: Remade) -> Iterator[tuple[Text, str, str]]:
    """What is said otherwise, part by part: what became of it, what it is, before and now."""
    if case.fault:
        yield Text("failed", style="bold red"), case.fault, ""
    for flag in case.flags:
        yield _turn(flag.turn, "flag"), _flag(flag), _kinds(flag)
    for change in case.suggestions:
        yield _turn(change.turn, "list"), change.name, _list(change)
    if case.also:
        yield Text("changed"), ", ".join(words(each) for each in case.also), ""
    if case.beside:
        yield Text("also new"), f"not from the knowledge: {', '.join(case.beside)}", ""


def _turn(turn: Turn, part: str) -> Text:
    return Text(f"{turn.value} {part}", style=_STYLES[turn])


def _flag(flag: FlagChange) -> str:
    return f"{flag.therapy} for {flag.marker.label}, {flag.line} line, {flag.jurisdiction.value}"


def _kinds(flag: FlagChange) -> str:
    if flag.turn is Turn.CHANGED and flag.before is flag.now:
        return f"{flag.now}: {', '.join(words(each) for each in flag.differs)}"
    return f"{flag.before or 'none'} → {flag.now or 'none'}"


def _list(change: Change) -> str:
    return f"{change.before or 'none'} → {change.now or 'none'}"


def _rows(found: Findings) -> Iterator[RenderableType]:
    if not found.indications():
        return
    rows = table("indication", *(f"cases that {_VERBS[turn]}" for turn in Turn))
    rows.columns[0].no_wrap = True
    for each in found.indications():
        rows.add_row(cell(each), *(str(found.rows[each, turn]) for turn in Turn))
    yield rows


_VERBS = {Turn.GAINED: "gain", Turn.LOST: "lose", Turn.CHANGED: "change"}


def _nothing(found: Findings) -> str:
    return f"every case speaks with release {found.stamp.release} ({found.stamp.sha256[:12]})"


def _summary(found: Findings) -> str:
    counts = ", ".join(f"{found.counted(turn)} {_VERBS[turn]} a flag" for turn in Turn)
    made, left, failed = (found.fates[fate] for fate in (Fate.MADE, Fate.LEFT, Fate.FAILED))
    again = "would be made again" if found.asked.dry_run else "made again"
    nothing = "; nothing was written" if found.asked.dry_run else ""
    return (
        f"release {found.stamp.release} ({found.stamp.sha256[:12]}): of {found.fates.total()} "
        f"case(s) that another release speaks of {counts}. {made} {again}, {left} left as decided, "
        f"{failed} failed{nothing}."
    )
