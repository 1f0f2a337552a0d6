"""Sections in, the same out, cut at every heading that nobody knows.

A heading that the vocabulary lacks ("Matched therapies", "Hotspots analysed") would let the section
above it go on: what stands below would be read as results of this patient. Below such a heading the
cells belong to no section, so that a result there holds the report.
"""

from collections.abc import Iterator, Sequence

from parsers import biomarkers, phrases
from parsers.gene_text import leading
from parsers.headings import CLAIMS
from parsers.page import Cell, compact
from parsers.sections import Section

LONGEST = 9  # words of a heading
ALIKE = 0.4  # points of difference in size, and 6 at the left edge
EDGE = 6.0
Line = tuple[Cell, ...]


def divided(parts: Sequence[Section]) -> tuple[Section, ...]:
    """The sections; what stands under an unknown heading within one is a section without zone."""
    printed = frozenset((cell.page, _place(cell)) for part in parts for cell in part.cells)
    return tuple(piece for part in parts for piece in _pieces(part, printed))


def _place(cell: Cell) -> tuple[str, int]:
    return compact(cell.text), round(cell.top / 3)


def _pieces(part: Section, printed: frozenset[tuple[int, tuple[str, int]]]) -> Iterator[Section]:
    if part.zone not in CLAIMS or part.heading is None:
        yield part
        return
    lines = part.lines
    known = part.heading.cell
    # A head that also stands on the page of the heading belongs to the paper, not to the section.
    own = [
        at
        for at, line in enumerate(lines)
        if line[0].page == known.page or (known.page, _place(line[0])) not in printed
    ]
    shown = [lines[at] for at in own]
    cuts = [at for place, at in enumerate(own) if _is_heading(shown, place, known)]
    first = cuts[0] if cuts else len(lines)
    yield (
        part
        if not cuts
        else Section(zone=part.zone, heading=part.heading, cells=_cells(lines[:first]))
    )
    if cuts:
        yield Section(zone=None, heading=None, cells=_cells(lines[first:]))


def _cells(lines: Sequence[Line]) -> tuple[Cell, ...]:
    return tuple(cell for line in lines for cell in line)


def _is_heading(lines: Sequence[Line], at: int, known: Cell) -> bool:
    """True for a line alone that says no result, printed as a heading is.

    As the section's own heading, or above all else on a page that the section goes on to.
    """
    line = lines[at]
    cell = line[0]
    alike = _is_alike(cell, known) and _stands_out(cell, lines)
    if len(line) > 1 or not (alike or _opens_a_page(lines, at)):
        return False
    if at and len(lines[at - 1]) > 1 and all(other.bold for other in lines[at - 1]):
        return False  # the second line of column heads
    words = cell.text.split()
    text = cell.text
    shaped = text[:1].isupper() and len(words) <= LONGEST and not text.endswith((".", ",", ";"))
    named = leading(words)
    names = named is not None and (bool(named.symbols) or len(words) == 1)
    value = ":" in text.rstrip(":")
    return shaped and not names and not value and not _says_something(text)


def _is_alike(cell: Cell, known: Cell) -> bool:
    near = abs(cell.size - known.size) < ALIKE and abs(cell.x0 - known.x0) < EDGE
    return near and cell.bold == known.bold


def _opens_a_page(lines: Sequence[Line], at: int) -> bool:
    """True for the first line of a further page, if it is printed larger than what follows."""
    cell = lines[at][0]
    if not at or lines[at - 1][0].page == cell.page:
        return False
    following = [other for line in lines[at + 1 :] for other in line if other.page == cell.page]
    return bool(following) and cell.size > max(other.size for other in following) + ALIKE


def _stands_out(cell: Cell, lines: Sequence[Line]) -> bool:
    """True if other lines of the section are printed smaller, or in another weight."""
    usual = [other for line in lines for other in line if other is not cell]
    return cell.bold or any(other.size < cell.size - ALIKE for other in usual)


def _says_something(text: str) -> bool:
    return phrases.verdict(text) is not None or biomarkers.kind_of(text) is not None
