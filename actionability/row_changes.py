"""Two releases in, the rows that one has and the other has not out, by table and id."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from actionability.knowledge import Tables
from actionability.rows import Cells


class Change(StrEnum):
    """What became of a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True)
class CellChange:
    """A cell that differs; "" where the row, or the column, is not there."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """A row that differs: its table, its id (else its first cell), and every cell that differs."""

    table: str
    id: str
    change: Change
    cells: tuple[CellChange, ...]


def row_changes(before: Tables, after: Tables) -> Iterator[RowChange]:
    """Every difference, table by table; rows that only stand in another order are the same."""
    for table in dict.fromkeys((*before, *after)):
        old, new = _by_id(before.get(table, ())), _by_id(after.get(table, ()))
        for id_ in dict.fromkeys((*old, *new)):
            yield from _of_id(table, id_, old[id_], new[id_])


def _by_id(rows: tuple[Cells, ...]) -> defaultdict[str, list[Cells]]:
    found: defaultdict[str, list[Cells]] = defaultdict(list)
    for row in rows:
        found[row.get("id") or next(iter(row.values()), "")].append(row)
    return found


def _of_id(table: str, id_: str, old: list[Cells], new: list[Cells]) -> Iterator[RowChange]:
    gone, come = list(old), []
    for row in new:
        if row in gone:
            gone.remove(row)
        else:
            come.append(row)
    if len(gone) == len(come) == 1:
        yield _change(table, id_, Change.CHANGED, gone[0], come[0])
        return
    # Where several rows share an id nobody can say which became which.
    yield from (_change(table, id_, Change.REMOVED, row, {}) for row in gone)
    yield from (_change(table, id_, Change.ADDED, {}, row) for row in come)


def _change(table: str, id_: str, change: Change, before: Cells, after: Cells) -> RowChange:
    columns = dict.fromkeys((*before, *after))
    cells = tuple(
        CellChange(column=each, before=before.get(each, ""), after=after.get(each, ""))
        for each in columns
        if before.get(each, "") != after.get(each, "")
    )
    return RowChange(table=table, id=id_, change=change, cells=cells)
