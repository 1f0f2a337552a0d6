"""A case in, its reports side by side and over time out, in tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from app.courses import Difference, Line, Says, beside, course
from app.paint import STATUS_STYLE, cell, clean, dim, grid, words
from app.tables import seen_as
from pipeline.concordance import Agreement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from pipeline.patient import Case

_STYLE = {
    Agreement.CONFLICTING: "bold red",
    Agreement.ONE_SIDED: "yellow",
    Agreement.CONCORDANT: "green",
}
_WIDTHS = (12, 22, None)


def side_by_side(case: Case) -> Iterator[RenderableType]:
    """Where reports differ, with the likely causes; what they agree on in two lines."""
    found = beside(case)
    rows = grid(*_WIDTHS)
    for each in found.differences:
        rows.add_row(*_row(each))
    if found.differences:
        yield rows
    for said, names in found.agreed:
        yield dim(f"{said}: {names}")


def _row(each: Difference) -> tuple[Text, Text, Text]:
    return (
        Text(words(each.agreement.value), style=_STYLE[each.agreement]),
        cell(each.name),
        cell(*map(_side, each.sides), *map(dim, each.causes)),
    )


def _side(side: Says) -> Text:
    status = Text(side.words, style=STATUS_STYLE[side.status])
    return Text.assemble(
        f"{clean(side.who)}: ",
        seen_as(side.finding) if side.finding else status,
        clean(f" ({side.detail})"),
    )


def over_time(case: Case) -> Iterator[RenderableType]:
    """Each alteration from specimen to specimen; nothing unless there are two days."""
    found = course(case)
    if found is None:
        return
    for at, step in enumerate(found.steps, 1):
        yield dim(f"{at}  {step}")
    rows = grid(34, None)
    for each in found.lines:
        rows.add_row(Text(clean(each.name), style="" if each.counts else "dim"), _moments(each))
    if found.lines:
        yield rows


def _moments(line: Line) -> Text:
    return cell(
        *(
            Text(
                clean(f"{each.at}  {each.words}"),
                style="bold yellow" if each.is_news else "dim" * (not each.is_seen),
            )
            for each in line.moments
        )
    )
