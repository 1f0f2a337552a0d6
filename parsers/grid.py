"""A section's cells in, the rows of its printed tables out, whether ruled or not.

A table begins at a row of known column heads; a head that repeats on its line begins a second
table beside the first. Cells join the column they are aligned with, rows are kept apart by rules
or by the first column. A table that goes on over a page break keeps its columns.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from parsers.column_heads import column_heads, first_columns, wraps_under
from parsers.page import Cell, Fill, Word, compact

ALIGNED = 3.0  # points


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its *key* in the vocabulary, where its head was printed, and its words."""

    key: str
    x0: float
    x1: float
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table: the cells of each column key, from top to bottom."""

    cells: Mapping[str, tuple[Cell, ...]]
    columns: tuple[str, ...]

    def text(self, key: str) -> str:
        """All that stands in a column, lines joined by a space."""
        return " ".join(cell.text for cell in self.cells.get(key, ()))

    @property
    def all_cells(self) -> tuple[Cell, ...]:
        """Every cell, in the order of the columns."""
        return tuple(cell for key in self.columns for cell in self.cells.get(key, ()))


@dataclass(frozen=True, kw_only=True)
class Grid:
    """One printed table."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(kw_only=True)
class _Building:
    """A table that is still taking cells; *right* is where its neighbour begins."""

    columns: tuple[Column, ...]
    left: float
    right: float
    cells: list[Cell] = field(default_factory=list)
    tails: list[Cell] = field(default_factory=list)


Lines = Sequence[tuple[Cell, ...]]


def grids(
    lines: Lines,
    fills: Mapping[int, Sequence[Fill]],
    begins: Collection[str] | None = None,
) -> tuple[tuple[Grid, ...], tuple[Cell, ...]]:
    """The tables of a section, and the cells that belong to none.

    Args:
        lines: the section's lines, top to bottom.
        fills: the rules and rectangles of each page number.
        begins: the keys of columns that may begin a table; those of the table by default.
    """
    built: list[_Building] = []
    live: list[_Building] = []
    loose: list[Cell] = []
    for number, line in enumerate(lines):
        heads = first_columns() if begins is None else begins
        below_head = any(cell in table.tails for table in live for cell in line)
        fresh = [] if below_head else _tables_at(line, lines[number + 1 : number + 2], heads)
        if fresh:
            live = fresh
            built += fresh
            continue
        for cell in line:
            owner = next((t for t in live if t.left - ALIGNED <= cell.x0 < t.right), None)
            (owner.cells if owner else loose).append(cell)
    return tuple(_grid(table, fills) for table in built), tuple(loose)


def head_keys(lines: Lines) -> Iterator[frozenset[str]]:
    """The column keys of every table head among the lines."""
    for number, line in enumerate(lines):
        if any(_begins_table(cell) for cell in line):
            for table in _tables_at(line, lines[number + 1 : number + 2], first_columns()):
                yield frozenset(column.key for column in table.columns)


def _begins_table(cell: Cell) -> bool:
    """True if a cell's first words are the head of a column that may begin a table."""
    words = [word.text for word in cell.words[:2]]
    keys = (column_heads().get(compact("".join(words[:end]))) for end in (1, 2))
    return any(key in first_columns() for key in keys)


def _tables_at(line: tuple[Cell, ...], below: Lines, begins: Collection[str]) -> list[_Building]:
    """The tables whose heads stand on a line: at least two known heads each."""
    groups: list[list[_Head]] = []
    for head in (head for cell in line for head in _head_cells(cell, below)):
        if head.key in begins and (not groups or any(head.key == h.key for h in groups[-1])):
            groups.append([])
        if groups:
            groups[-1].append(head)
    groups = [group for group in groups if sum(head.known for head in group) >= 2]
    rights = [group[0].cell.x0 for group in groups[1:]] + [float("inf")] * bool(groups)
    return [
        _Building(
            columns=tuple(h.column for h in group),
            left=group[0].cell.x0,
            right=right - ALIGNED,
            tails=[tail for head in group for tail in head.tails],
        )
        for group, right in zip(groups, rights, strict=True)
    ]


@dataclass(frozen=True, kw_only=True)
class _Head:
    """A column head; an unknown one keeps its column, so that nothing falls into the next."""

    cell: Cell
    key: str
    known: bool
    tails: tuple[Cell, ...] = ()

    @property
    def column(self) -> Column:
        words = " ".join(cell.text for cell in (self.cell, *self.tails))
        return Column(key=self.key, x0=self.cell.x0, x1=self.cell.x1, text=words)


def _head_cells(cell: Cell, below: Lines) -> list[_Head]:
    """The column heads of a cell: all of it, with its second line, or several run together."""
    heads = column_heads()
    under = tuple(other for line in below for other in line if wraps_under(cell, other))
    whole = heads.get(compact(cell.text))
    wrapped = heads.get(compact(" ".join([cell.text, *(other.text for other in under)])))
    if under and wrapped:
        return [_Head(cell=cell, key=wrapped, known=True, tails=under)]
    if whole:
        return [_Head(cell=cell, key=whole, known=True)]
    return _run_together(cell) or [_Head(cell=cell, key=f"?{compact(cell.text)}", known=False)]


def _run_together(cell: Cell) -> list[_Head]:
    found: list[_Head] = []
    words: list[Word] = list(cell.words)
    while words:
        for end in range(len(words), 0, -1):
            key = column_heads().get(compact("".join(word.text for word in words[:end])))
            if key:
                piece = Cell(page=cell.page, words=tuple(words[:end]))
                found.append(_Head(cell=piece, key=key, known=True))
                words = words[end:]
                break
        else:
            return []
    return found


# ---------------------------------------------------------------------------------------- rows
def _grid(table: _Building, fills: Mapping[int, Sequence[Fill]]) -> Grid:
    body = [cell for cell in table.cells if cell not in table.tails]
    cells = [piece for cell in body for piece in _split(cell, table.columns)]
    placed = [(cell, _column(cell, table.columns)) for cell in cells]
    return Grid(columns=table.columns, rows=tuple(_rows(placed, table.columns, fills)))


def _split(cell: Cell, columns: Sequence[Column]) -> Iterator[Cell]:
    """A cell cut where one of its words begins exactly at a column (glued neighbours)."""
    edges = [column.x0 for column in columns if column.x0 > cell.x0 + ALIGNED]
    pieces: list[list[Word]] = [[]]
    for word in cell.words:
        if pieces[-1] and any(abs(word.x0 - edge) < 1.0 for edge in edges):
            pieces.append([])
        pieces[-1].append(word)
    for piece in pieces:
        yield Cell(page=cell.page, words=tuple(piece))


def _column(cell: Cell, columns: Sequence[Column]) -> str:
    """The column a cell is aligned with: by left edge, by right edge or by centre."""

    def distance(column: Column) -> float:
        centres = abs((cell.x0 + cell.x1) - (column.x0 + column.x1)) / 2
        return min(abs(cell.x0 - column.x0), abs(cell.x1 - column.x1), centres)

    inside = [column for column in columns if column.x0 - ALIGNED <= cell.x0]
    nearest = min(columns, key=distance)
    if distance(nearest) <= ALIGNED or not inside:
        return nearest.key
    return inside[-1].key


def _rows(
    placed: Sequence[tuple[Cell, str]],
    columns: tuple[Column, ...],
    fills: Mapping[int, Sequence[Fill]],
) -> Iterator[Row]:
    keys = tuple(dict.fromkeys(column.key for column in columns))
    for band in _bands(placed, columns, fills):
        cells = {key: tuple(cell for cell, at in band if at == key) for key in keys}
        yield Row(cells={key: found for key, found in cells.items() if found}, columns=keys)


def _bands(
    placed: Sequence[tuple[Cell, str]],
    columns: tuple[Column, ...],
    fills: Mapping[int, Sequence[Fill]],
) -> Iterator[list[tuple[Cell, str]]]:
    """Cells by row: between two rules, else each with the nearest cell of the first column."""
    lead = columns[0].key
    for page in dict.fromkeys(cell.page for cell, _ in placed):
        here = [(cell, key) for cell, key in placed if cell.page == page]
        rules = _rules(fills.get(page, ()), columns)
        bands: dict[int, list[tuple[Cell, str]]] = {}
        for cell, key in here:
            middle = (cell.top + cell.bottom) / 2
            bands.setdefault(sum(rule < middle for rule in rules), []).append((cell, key))
        for band in bands.values():
            yield from _by_lead(band, lead)


def _rules(fills: Sequence[Fill], columns: tuple[Column, ...]) -> list[float]:
    """Heights of rules, and of edges of row-wide rectangles, that cross most of the table."""
    left, right = columns[0].x0, columns[-1].x0
    wide = [fill for fill in fills if fill.x0 <= left + 5 and fill.x1 >= right]
    edges = {round(edge, 1) for fill in wide for edge in (fill.top, fill.bottom)}
    return sorted(edges)


def _by_lead(band: list[tuple[Cell, str]], lead: str) -> Iterator[list[tuple[Cell, str]]]:
    leads = [cell for cell, key in band if key == lead]
    starts = [
        cell
        for above, cell in zip([None, *leads], leads, strict=False)
        if above is None or not _wraps(above, cell, band, lead)
    ]
    if len(starts) <= 1:
        yield band
        return
    rows: list[list[tuple[Cell, str]]] = [[] for _ in starts]
    for cell, key in band:
        rows[_owner(cell, starts, is_lead=key == lead)].append((cell, key))
    yield from rows


def _wraps(above: Cell, cell: Cell, band: list[tuple[Cell, str]], lead: str) -> bool:
    """True if a cell of the first column goes on with the one above: nothing else on its line."""
    alone = not any(
        key != lead and min(other.bottom, cell.bottom) - max(other.top, cell.top) > 2
        for other, key in band
    )
    return alone and cell.top - above.bottom < 0.4 * cell.size


def _owner(cell: Cell, starts: Sequence[Cell], *, is_lead: bool) -> int:
    """Index of the row a cell belongs to: the nearest above; a line just above a lead joins it."""
    if is_lead:
        above = [index for index, lead in enumerate(starts) if lead.top <= cell.top + 1]
        return above[-1] if above else 0
    gaps = [_gap(cell, lead) for lead in starts]
    return min(range(len(starts)), key=lambda index: (gaps[index], -index))


def _gap(cell: Cell, lead: Cell) -> float:
    if min(cell.bottom, lead.bottom) - max(cell.top, lead.top) > 0:
        return 0.0
    below = cell.top - lead.bottom
    return below if below >= 0 else 1.2 * (lead.top - cell.bottom)
