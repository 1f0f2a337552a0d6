"""Lines with one column a sample in, those of the latest out, and what only earlier ones had.

A plasma report repeats the values of earlier samples beside the current ones. The column with the
latest date is the current one; without dates nobody knows, and the values of all columns go.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from parsers import dates
from parsers.gene_text import leading
from parsers.page import Cell

NOTHING = re.compile(r"nd|n\.d\.|not detected|none detected|[-–—]", re.IGNORECASE)
VALUE = re.compile(r"[<~]?\s*\d+(?:[.,]\d+)?\s*%")
NEAR = 30.0  # points between the left edge of a head and of a value under it
Line = tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The left edges of the columns of samples on a page; *current* is None if two are latest."""

    page: int
    edges: tuple[float, ...]
    current: float | None


@dataclass(frozen=True, kw_only=True)
class OfSamples:
    """*now* is what the current sample shows, *gone* what others show and it does not.

    *undated* are lines of several columns, without their values, of which nobody knows the current.
    """

    now: tuple[Line, ...]
    gone: tuple[Line, ...] = ()
    undated: tuple[Line, ...] = ()


def columns(lines: Sequence[Line], *, day_first: bool | None) -> dict[int, Columns]:
    """The dated columns of each page: two and more dates that stand alone on one line."""
    found: dict[int, Columns] = {}
    for line in lines:
        dated = [(cell, day) for cell in line if (day := _day(cell, day_first))]
        if len(dated) > 1:
            latest = max(day for _, day in dated)
            now = [cell.x0 for cell, day in dated if day == latest]
            found[line[0].page] = Columns(
                page=line[0].page,
                edges=tuple(cell.x0 for cell, _ in dated),
                current=now[0] if len(now) == 1 else None,
            )
    return found


def _day(cell: Cell, day_first: bool | None) -> date | None:
    return dates.read(cell.text, day_first=day_first) if len(cell.words) <= 3 else None


def of_current(lines: Sequence[Line], known: dict[int, Columns]) -> OfSamples:
    """The lines, each with the value of the current sample alone."""
    now: list[Line] = []
    gone: list[Line] = []
    undated: list[Line] = []
    subject: Cell | None = None
    for line in lines:
        subject = next((cell for cell in line if _names_a_gene(cell)), subject)
        values = [cell for cell in line if VALUE.fullmatch(cell.text) or _is_nothing(cell)]
        dated = known.get(line[0].page)
        if not values or (dated is None and len(values) < 2):
            now.append(line)
            continue
        rest = tuple(cell for cell in line if cell not in values)
        if dated is None or dated.current is None:
            undated.append(_with_gene(rest, subject))
            continue
        shown = [cell for cell in values if _column(cell, dated) == dated.current]
        if shown and not _is_nothing(shown[0]):
            now.append((*rest, *shown))
        else:
            gone.append(_with_gene(rest, subject))
    return OfSamples(now=tuple(now), gone=tuple(gone), undated=tuple(undated))


def _names_a_gene(cell: Cell) -> bool:
    named = leading([word.text for word in cell.words])
    return named is not None and not VALUE.fullmatch(cell.text) and not _is_nothing(cell)


def _is_nothing(cell: Cell) -> bool:
    return NOTHING.fullmatch(cell.text) is not None


def _with_gene(line: Line, subject: Cell | None) -> Line:
    if subject is None or any(_names_a_gene(cell) for cell in line):
        return line
    return (subject, *line)


def _column(cell: Cell, known: Columns) -> float | None:
    nearest = min(known.edges, key=lambda edge: abs(edge - cell.x0))
    return nearest if abs(nearest - cell.x0) < NEAR else None
