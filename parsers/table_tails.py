"""The tables of a section in, the same without the lines of text that follow them out.

A line under a table ("Fusions: FGFR2::BICC1 detected") stands where the first column stands, and a
table would take it for a row that says nothing: a result would be lost.
"""

from collections.abc import Sequence
from dataclasses import replace

from parsers.gene_text import classes_in, items, leading
from parsers.grid import Grid, Row
from parsers.page import Cell

FEWEST_WORDS = 3


def without_tails(tables: Sequence[Grid]) -> tuple[tuple[Grid, ...], tuple[Cell, ...]]:
    """The tables with their own rows only, and the cells of the lines that follow these."""
    kept: list[Grid] = []
    loose: list[Cell] = []
    for grid in tables:
        own, tail = _split(grid.rows)
        kept.append(replace(grid, rows=own))
        loose += [cell for row in tail for cell in row.all_cells]
    return tuple(kept), tuple(loose)


def _split(rows: Sequence[Row]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """The rows of the table, and those from the first line of text on that have one column."""
    own: list[Row] = []
    tail: list[Row] = []
    for row in rows:
        alone = sum(bool(cells) for cells in row.cells.values()) == 1
        if alone and (tail or (own and _is_line(row))):
            tail.append(row)
        else:
            own.append(row)
    return tuple(own), tuple(tail)


def _is_line(row: Row) -> bool:
    """True for words that no gene leads and that speak of a gene or of a class of alterations."""
    words = [word.text for cell in row.all_cells for word in cell.words]
    text = " ".join(words)
    if len(words) < FEWEST_WORDS or leading(words) is not None:
        return False
    return bool(items(text) or classes_in(text))
