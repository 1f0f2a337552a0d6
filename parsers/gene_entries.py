"""A section's cells in, its gene entries out: a gene, and the lines printed beside or under it.

Serves lists (gene left, alteration right), grids (gene over its variants) and several such columns
side by side. An alteration that is broken over lines is put together again.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from parsers.claims import is_sentence
from parsers.gene_text import Named, leading
from parsers.page import Cell

ALIGNED = 5.0  # points
FRACTION = re.compile(r"(?:VAF|MAF|AF)?:?\s*[<~]?\s*\d+(?:[.,]\d+)?\s*%", re.IGNORECASE)
FOOTNOTE = re.compile(r"[§†‡¶*]+\s+[A-Za-z]{3}")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One printed alteration and the cells it stands in."""

    text: str
    cells: tuple[Cell, ...]


@dataclass(kw_only=True)
class Entry:
    """A gene as printed and the pieces that belong to it, in reading order."""

    named: Named
    name: str
    cell: Cell
    pieces: list[Piece] = field(default_factory=list)
    edge: float | None = None  # left edge of the first piece

    def add(self, cell: Cell) -> None:
        """Take a cell; a bare percentage is the fraction of the alteration before it."""
        self.edge = cell.x0 if self.edge is None else self.edge
        if self.pieces and FRACTION.fullmatch(cell.text):
            last = self.pieces.pop()
            text, cells = f"{last.text} {cell.text}", (*last.cells, cell)
            self.pieces.append(Piece(text=text, cells=cells))
        else:
            self.pieces.append(Piece(text=cell.text, cells=(cell,)))

    def takes(self, cell: Cell) -> bool:
        """True if a cell stands under this gene or under its first alteration."""
        edges = [self.cell.x0] if self.edge is None else [self.cell.x0, self.edge]
        return any(abs(cell.x0 - edge) < ALIGNED for edge in edges)


def entries(lines: Sequence[tuple[Cell, ...]]) -> tuple[tuple[Entry, ...], tuple[Cell, ...]]:
    """The gene entries of a section, and the cells that belong to none."""
    found: list[Entry] = []
    loose: list[Cell] = []
    for line in lines:
        beside: Entry | None = None
        for cell in line:
            named = leading([word.text for word in cell.words])
            if named and not _continues(cell, found):
                beside = _entry(cell, named)
                found.append(beside)
                continue
            owner = beside or _owner(cell, found)
            if owner is None or FOOTNOTE.match(cell.text):
                loose.append(cell)
            else:
                owner.add(cell)
    return tuple(found), tuple(loose)


def _entry(cell: Cell, named: Named) -> Entry:
    words = cell.words
    name = " ".join(word.text for word in words[: named.length])
    rest = " ".join(word.text for word in words[named.length :]).lstrip(" -–:")
    entry = Entry(named=named, name=name.rstrip(":,"), cell=cell)
    if _says_it_all(cell):
        rest = cell.text
    if rest:
        start = min(named.length, len(words) - 1)
        entry.edge = words[start].x0
        entry.pieces.append(Piece(text=rest, cells=(cell,)))
    return entry


def _says_it_all(cell: Cell) -> bool:
    """True for "FGFR2-BICC1 fusion" in one cell, whose gene is part of the alteration."""
    first = cell.words[0].text
    return any(mark in first for mark in ("-", "::", "=")) and len(cell.words) > 1


def _continues(cell: Cell, found: Sequence[Entry]) -> bool:
    """True for "FGFR2-BICC1 fusion" that stands beside or under its gene's own cell."""
    mate = found[-1] if found else None
    if mate and _beside(mate.cell, cell):
        return not mate.pieces and (_same_gene(mate, cell) or _says_it_all(cell))
    last = _owner(cell, found)
    if last is None or last.cell.page != cell.page or last.edge is None:
        return False
    under = abs(cell.x0 - last.edge) < ALIGNED < cell.x0 - last.cell.x0
    return under and _same_gene(last, cell)


def _beside(left: Cell, right: Cell) -> bool:
    overlap = min(left.bottom, right.bottom) - max(left.top, right.top)
    return left.page == right.page and overlap > 2 and right.x0 > left.x1


def _same_gene(entry: Entry, cell: Cell) -> bool:
    return any(symbol in cell.text for symbol in (*entry.named.symbols, entry.name))


def _owner(cell: Cell, found: Sequence[Entry]) -> Entry | None:
    """The last entry above whose column the cell stands in."""
    return next((entry for entry in reversed(found) if entry.takes(cell)), None)


def whole_pieces(pieces: Sequence[Piece], understood: Callable[[str], bool]) -> Iterator[Piece]:
    """The pieces, those broken over lines joined where only the whole is understood."""
    index = 0
    while index < len(pieces):
        joined = _joined(pieces[index:], understood)
        yield joined or pieces[index]
        index += len(joined.cells) if joined else 1


def _joined(pieces: Sequence[Piece], understood: Callable[[str], bool]) -> Piece | None:
    """The longest run of up to three lines that is understood only as a whole.

    A sentence under an alteration is no part of it: joined, it would hide what stands above it.
    """
    for end in (3, 2):
        run = pieces[:end]
        if len(run) < end or all(understood(piece.text) for piece in run):
            continue
        if any(is_sentence(piece.text) for piece in run[1:]):
            continue
        for gap in ("", " "):
            text = gap.join(piece.text for piece in run)
            if understood(text):
                return Piece(text=text, cells=tuple(cell for piece in run for cell in piece.cells))
    return None
