"""The head of a printed table column in, the key of the column out (`data/column_heads.csv`)."""

from collections.abc import Mapping, Sequence
from functools import cache

from parsers.page import Cell, compact
from pipeline import tables


@cache
def column_heads() -> Mapping[str, str]:
    """Compacted head → column key."""
    rows = tables.rows(tables.packaged("parsers", "column_heads.csv"))
    return {compact(row["head"]): row["column"] for row in rows}


@cache
def first_columns() -> frozenset[str]:
    """The keys of columns that may begin a table."""
    rows = tables.rows(tables.packaged("parsers", "column_heads.csv"))
    return frozenset(row["column"] for row in rows if row["begins"] == "yes")


def is_head_line(cells: Sequence[Cell]) -> bool:
    """True for a line of at least two column heads: none of its words is a section heading."""
    keys = [column_heads().get(compact(cell.text)) for cell in cells]
    return sum(key is not None for key in keys) >= 2


def wraps_under(head: Cell, other: Cell) -> bool:
    """True if a cell is the second line of a column head."""
    near = 0 < other.top - head.top < 1.7 * head.size
    same = abs(other.size - head.size) < 0.5 and other.bold == head.bold
    return near and same and min(head.x1, other.x1) > max(head.x0, other.x0)
