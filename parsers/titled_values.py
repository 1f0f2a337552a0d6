"""Lines of a section in, its small tables of one signature out: a name over heads over values.

"TUMOR MUTATIONAL BURDEN", under it "Mutations / Megabase | Result", under that "24 | High", in
either order: no column of such a table names what is told, its title does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.gene_results import UNIT, signature
from parsers.page import Cell, compact

Line = tuple[Cell, ...]
ANSWERS = frozenset({"result", "results", "call", "status", "score"})
NEAR = 12.0  # points between the left edges of a head and of the value under it


@dataclass(frozen=True, kw_only=True)
class Titled:
    """One signature: its kind (as in `data/biomarkers.csv`), its printed value, and its cells."""

    kind: str
    text: str
    cells: tuple[Cell, ...]


def titled_values(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Titled, ...]]:
    """The lines without such tables, and the tables."""
    rest: list[Line] = []
    found: list[Titled] = []
    index = 0
    while index < len(lines):
        table = _table(lines[index : index + 3])
        if table is None:
            rest.append(lines[index])
        else:
            found.append(table)
        index += 3 if table else 1
    return tuple(rest), tuple(found)


def _table(three: Sequence[Line]) -> Titled | None:
    if len(three) < 3 or len(three[0]) != 1:
        return None
    (title,), heads, values = three
    kind, printed = signature(title)
    if kind is None or printed or not all(_is_head(cell) for cell in heads):
        return None
    told = [(head, value) for head in heads for value in values if abs(head.x0 - value.x0) < NEAR]
    if len(told) != len(values):
        return None
    numbers = [f"{value.text} per Mb" for head, value in told if _is_unit(head)]
    calls = [value.text for head, value in told if not _is_unit(head)]
    return Titled(kind=kind, text=" | ".join([*calls, *numbers]), cells=(title, *heads, *values))


def _is_head(cell: Cell) -> bool:
    return compact(cell.text) in ANSWERS or _is_unit(cell)


def _is_unit(cell: Cell) -> bool:
    return UNIT.fullmatch(compact(cell.text)) is not None
