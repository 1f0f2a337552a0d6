"""A laid-out document in, its sections out: every cell under the heading that governs it.

A heading names a zone; only RESULT makes detected findings (rules R82, R83). A section goes on over
pages and columns until the next heading. A page of prose never continues a section of results.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parsers.headings import CLAIMS, Heading, Zone, headings_of
from parsers.labels import labelled
from parsers.page import Cell, Document, Line, Page, Word, compact
from parsers.phrases import PROSE_WORDS

SNAP = 6.0  # points: a column begins this much left of its heading


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading (None before the first) and the cells it governs, in reading order."""

    zone: Zone | None
    heading: Heading | None
    cells: tuple[Cell, ...]

    @property
    def title(self) -> str:
        """The compacted heading as printed, or nothing."""
        return compact(self.heading.text) if self.heading else ""

    @property
    def lines(self) -> tuple[tuple[Cell, ...], ...]:
        """The cells again, grouped by page and line."""
        rows: dict[tuple[int, int], list[Cell]] = {}
        for cell in self.cells:
            key = (cell.page, _baseline(rows, cell))
            rows.setdefault(key, []).append(cell)
        return tuple(tuple(sorted(row, key=lambda cell: cell.x0)) for row in rows.values())


def _baseline(rows: dict[tuple[int, int], list[Cell]], cell: Cell) -> int:
    for (page, at), row in reversed(rows.items()):
        overlap = min(cell.bottom, row[0].bottom) - max(cell.top, row[0].top)
        if page == cell.page and overlap > 0.5 * min(cell.bottom - cell.top, 8):
            return at
        if page != cell.page:
            break
    return round(cell.top * 10)


# ----------------------------------------------------------------------------------- sections
@dataclass(kw_only=True)
class _Open:
    """A section that is still taking cells, and the left edge of its column."""

    start: float
    heading: Heading | None
    cells: list[Cell] = field(default_factory=list)

    @property
    def is_identity(self) -> bool:
        return self.heading is not None and self.heading.zone is Zone.IDENT


def sections(document: Document) -> tuple[Section, ...]:
    """Every section of the document, in the order of their headings."""
    opened: list[_Open] = [_Open(start=0.0, heading=None)]
    current = opened[0]
    for page in document.pages:
        if current.heading and current.heading.zone in CLAIMS and _breaks_off(page):
            current = _Open(start=0.0, heading=None)
            opened.append(current)
        if page.skimmed:  # what it went on with is not known: nothing on the next page is a claim
            current = _Open(start=0.0, heading=None)
            opened.append(current)
        current = _read_page(page, current, opened)
    return tuple(_closed(part) for part in opened if part.cells or part.heading)


def _closed(part: _Open) -> Section:
    zone = part.heading.zone if part.heading else None
    return Section(zone=zone, heading=part.heading, cells=tuple(part.cells))


def _read_page(page: Page, carried: _Open, opened: list[_Open]) -> _Open:
    headings = headings_of(page)
    starts = {id(heading.cell): heading for heading in headings}
    consumed = {id(cell) for heading in headings for cell in heading.consumed}
    carried.start = 0.0
    columns = [carried]
    latest = carried
    for line in page.lines:
        if line.running:
            continue
        for heading in _of_one_table([starts[id(c)] for c in line.cells if id(c) in starts]):
            fresh = _open_column(heading, line, columns, headings, page)
            opened.append(fresh)
            latest = latest if fresh.is_identity and latest.heading else fresh
        for cell in line.cells:
            if id(cell) not in consumed:
                for piece in _cut(cell, columns):
                    _column_of(piece, columns).cells.append(piece)
    return latest


def _cut(cell: Cell, columns: Sequence[_Open]) -> list[Cell]:
    """A cell cut where a word begins exactly at the edge of the next column (glued neighbours)."""
    edges = [column.start + SNAP for column in columns if column.start > cell.x0]
    pieces: list[list[Word]] = [[]]
    for word in cell.words:
        if pieces[-1] and any(abs(word.x0 - edge) < 1.5 for edge in edges):
            pieces.append([])
        pieces[-1].append(word)
    return [Cell(page=cell.page, words=tuple(piece)) for piece in pieces]


def _of_one_table(headings: list[Heading]) -> list[Heading]:
    """Column heads of a therapy or trial table: "GENOMIC FINDINGS | THERAPIES WITH …"."""
    bait = next((head.zone for head in headings if head.zone in {Zone.THERAPY, Zone.TRIALS}), None)
    return [replace(head, zone=bait) if bait and head.zone in CLAIMS else head for head in headings]


def _open_column(
    heading: Heading, line: Line, columns: list[_Open], headings: Sequence[Heading], page: Page
) -> _Open:
    """Open a section at a heading, and close the columns that it ends."""
    x0 = heading.cell.x0
    beside = {id(other.cell) for other in headings}
    same_line = {id(cell) for cell in line.cells if id(cell) in beside}
    shared = _stands_beside(heading, columns, line, same_line, page)
    start = x0 - SNAP if shared else 0.0
    keep = [column for column in columns if _stays(column, start, heading, page)]
    fresh = _Open(start=start, heading=heading)
    columns[:] = sorted([*keep, fresh], key=lambda column: column.start)
    return fresh


def _stays(column: _Open, start: float, heading: Heading, page: Page) -> bool:
    """True if a column goes on beside a new heading: it lies left, or is the identity panel.

    A group of the panel never ends the results beside it; a content heading ends what is right.
    """
    if column.start < start:
        return abs(column.start - start) > SNAP or _same_line(column, heading)
    if heading.zone is Zone.IDENT and column.start > start + SNAP:
        return True
    return column.is_identity and _panel_goes_on(column, heading, page)


def _same_line(column: _Open, heading: Heading) -> bool:
    if column.heading is None or column.heading.cell.page != heading.cell.page:
        return False
    return abs(column.heading.cell.bottom - heading.cell.bottom) < 2


def _stands_beside(
    heading: Heading, columns: Sequence[_Open], line: Line, same_line: set[int], page: Page
) -> bool:
    """True if something else fills the page to the left of this heading."""
    cell = heading.cell
    if any(id(other) in same_line and other.x1 < cell.x0 for other in line.cells):
        return True
    if any(
        col.is_identity
        and col.heading
        and col.heading.cell.x0 < cell.x0 - SNAP
        and col.heading.cell.page == page.number
        for col in columns
    ):
        return True
    reach = (cell.top, cell.bottom + 0.3 * cell.size)
    return any(
        other.x1 < cell.x0 - 8 and other.top < reach[1] and other.bottom > reach[0]
        for row in page.lines
        if not row.running
        for other in row.cells
    )


def _panel_goes_on(column: _Open, heading: Heading, page: Page) -> bool:
    """True if an identity panel right of a content heading has more labels further down."""
    mine = column.heading
    if mine is None or heading.zone is Zone.IDENT or mine.cell.x0 < heading.cell.x1:
        return False
    return any(
        abs(cell.x0 - mine.cell.x0) < SNAP and labelled(cell)
        for line in page.lines
        if not line.running and line.top > heading.cell.top
        for cell in line.cells
    )


def _column_of(cell: Cell, columns: Sequence[_Open]) -> _Open:
    fitting = [column for column in columns if column.start <= cell.x0 + 0.5]
    return fitting[-1] if fitting else columns[0]


def is_prose(texts: Sequence[str]) -> bool:
    """True if the words are those of sentences rather than of a table or a list."""
    words = [word for text in texts for word in re.findall(r"[A-Za-z]+", text)]
    common = sum(word.casefold() in PROSE_WORDS for word in words)
    return len(words) >= 25 and common > 0.12 * len(words)


def _breaks_off(page: Page) -> bool:
    """True if the part of a page before its first heading is prose: no list goes on there."""
    headings = headings_of(page)
    end = min((heading.cell.top for heading in headings), default=page.height)
    lines = [line.text for line in page.lines if not line.running and line.top < end]
    return is_prose(lines)
