"""Printed options and the paint behind them in, the option that is marked out.

Some reports print every possible answer ("Stable | Equivocal | High") and mark the one that holds,
by a fill, a pill or a ticked box. No mark, or two, is no answer: never the first option.
"""

import re
from collections.abc import Sequence

from parsers.page import Cell, Colour, Fill

PAPER = 0.97  # lightness from which on a fill cannot be told from the page
TICKED = re.compile(r"\[\s*[xX✓✔]\s*\]|[☒☑✓✔◉]")
EMPTY = re.compile(r"\[\s*\]|[☐□○]")
COVERS = 0.8  # of an option's width


def chosen(options: Sequence[Cell], fills: Sequence[Fill]) -> int | None:
    """The index of the one marked option; None if none is marked, or more than one.

    Args:
        options: the printed answers, at least two.
        fills: the painted shapes of the page that the options stand on.
    """
    ticks = [index for index, option in enumerate(options) if TICKED.match(option.text)]
    if any(is_box(option) for option in options):
        return ticks[0] if len(ticks) == 1 else None
    painted = _odd_one([_paint(option, options, fills) for option in options])
    bold = [index for index, option in enumerate(options) if option.bold]
    contradicted = len(bold) == 1 and painted is not None and bold[0] != painted
    return None if contradicted else painted


def is_box(option: Cell) -> bool:
    """True if a ticked or empty box stands before the words."""
    return bool(TICKED.match(option.text) or EMPTY.match(option.text))


def _odd_one(paints: Sequence[Colour | None]) -> int | None:
    """The one that is painted; where all are, the one that is darker than the equal others."""
    marked = [index for index, paint in enumerate(paints) if paint is not None]
    if len(marked) == 1:
        return marked[0]
    if len(marked) < len(paints) or len(paints) < 3:  # of two painted neither is the mark
        return None
    alone = [index for index, paint in enumerate(paints) if paints.count(paint) == 1]
    if len(alone) != 1 or len(set(paints)) != 2:
        return None
    (odd,), other = alone, paints[alone[0] - 1]
    return odd if lightness(paints[odd]) < lightness(other) else None


def _paint(option: Cell, options: Sequence[Cell], fills: Sequence[Fill]) -> Colour | None:
    """The paint behind one option alone; a band behind all of them marks none."""
    own = [
        fill
        for fill in fills
        if fill.colour is not None
        and _behind(option, fill)
        and not any(_behind(other, fill) for other in options if other is not option)
    ]
    smallest = min(own, key=_area, default=None)
    visible = smallest is not None and lightness(smallest.colour) < PAPER
    return smallest.colour if smallest and visible else None


def _behind(cell: Cell, fill: Fill) -> bool:
    """True if a shape lies behind most of a cell, not as a rule or an underline."""
    middle = (cell.top + cell.bottom) / 2
    wide = min(cell.x1, fill.x1) - max(cell.x0, fill.x0)
    tall = fill.bottom - fill.top >= 0.6 * (cell.bottom - cell.top)
    return tall and fill.top <= middle <= fill.bottom and wide >= COVERS * (cell.x1 - cell.x0)


def _area(fill: Fill) -> float:
    return (fill.x1 - fill.x0) * (fill.bottom - fill.top)


def lightness(colour: Colour | None) -> float:
    """From 0 (black) to 1 (the page), of a grey, RGB or CMYK colour; no paint is the page."""
    if not colour:
        return 1.0
    if len(colour) == 4:
        *inks, black = colour
        return sum((1 - ink) * (1 - black) for ink in inks) / 3
    return sum(colour) / len(colour)
