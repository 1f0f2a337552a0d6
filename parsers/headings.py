"""A laid-out page in, its headings out: which printed words open which zone.

The vocabulary stands in `data/headings.csv`. Compacted text is compared, so letter-spaced and
kerned headings are found; a heading of results must look like one, so that prose never opens a
zone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from parsers.column_heads import is_head_line, wraps_under
from parsers.page import Cell, Line, Page, compact
from pipeline import tables

BEGINNING = 3  # letters; no heading is shorter
CONTINUED = re.compile(r"(continued|contd|cont|identified)+")


class Zone(StrEnum):
    """What a section of a report is for."""

    IDENT = "IDENT"
    RESULT = "RESULT"
    VUS = "VUS"
    NEG = "NEG"
    INDET = "INDET"
    ASSAY = "ASSAY"
    THERAPY = "THERAPY"
    TRIALS = "TRIALS"
    NARRATIVE = "NARRATIVE"
    REFS = "REFS"
    AMEND = "AMEND"


CLAIMS = frozenset({Zone.RESULT, Zone.VUS, Zone.NEG, Zone.INDET})


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A printed heading: *key* is the compacted vocabulary entry, *inline* what follows a colon."""

    zone: Zone
    key: str
    text: str
    cell: Cell
    consumed: tuple[Cell, ...]
    inline: str = ""


# ------------------------------------------------------------------------------- vocabulary
@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One row of the vocabulary: as it is *printed*, and compacted as its *key*."""

    zone: Zone
    printed: str
    key: str
    exact: bool

    def matches(self, text: str) -> bool:
        """True if the compacted *text* is this heading, perhaps "(continued)" or counted."""
        bare = text.lstrip("0123456789")
        if not bare.startswith(self.key):
            return False
        rest = bare[len(self.key) :]
        return not rest or not self.exact or CONTINUED.fullmatch(rest) is not None


@cache
def vocabulary() -> tuple[Entry, ...]:
    """The headings of `data/headings.csv`, longest first, so that the narrower one wins."""
    rows = tables.rows(tables.packaged("parsers", "headings.csv"))
    entries = [
        Entry(
            zone=Zone(row["zone"]),
            printed=row["heading"],
            key=compact(row["heading"]),
            exact=row["match"] == "exact",
        )
        for row in rows
    ]
    return tuple(sorted(entries, key=lambda entry: -len(entry.key)))


def entry_of(text: str) -> Entry | None:
    """The vocabulary entry that a printed line is, if it is a heading."""
    packed = compact(text.split(":", 1)[0]) or compact(text)
    if len(packed) > 140:
        return None
    likely = _by_beginning().get(packed.lstrip("0123456789")[:BEGINNING], ())
    return next((entry for entry in likely if entry.matches(packed)), None)


@cache
def _by_beginning() -> dict[str, tuple[Entry, ...]]:
    """The vocabulary in its order, by the first letters: thousands of lines are compared."""
    found: dict[str, tuple[Entry, ...]] = {}
    for entry in vocabulary():
        start = entry.key[:BEGINNING]
        found[start] = (*found.get(start, ()), entry)
    return found


# ---------------------------------------------------------------------------------- headings
def headings_of(page: Page) -> tuple[Heading, ...]:
    """The headings of a page, top to bottom and left to right."""
    found: list[Heading] = []
    lines = [line for line in page.lines if not line.running]
    for index, line in enumerate(lines):
        above = lines[index - 1 : index] if index else []
        if not _is_table_head(line, above):
            found += _headings_in(line, above, lines[index + 1 : index + 2], page)
    return tuple(found)


def _is_table_head(line: Line, above: Sequence[Line]) -> bool:
    """True for column heads ("Gene | Result | Interpretation") and for their second line."""
    if is_head_line(line.cells):
        return True
    return any(
        is_head_line(over.cells)
        and all(any(wraps_under(head, cell) for head in over.cells) for cell in line.cells)
        for over in above
    )


def _headings_in(
    line: Line, above: Sequence[Line], below: Sequence[Line], page: Page
) -> Iterator[Heading]:
    start = 0
    while start < len(line.cells):
        heading = _heading_at(line.cells, start, above, below, page)
        if heading:
            yield heading
        start += sum(cell in line.cells for cell in heading.consumed) if heading else 1


def _heading_at(
    cells: Sequence[Cell], start: int, above: Sequence[Line], below: Sequence[Line], page: Page
) -> Heading | None:
    """The longest heading that begins at a cell: over several cells, or over two lines."""
    for end in range(min(len(cells), start + 8), start, -1):
        run = tuple(cells[start:end])
        if end - start > 1 and not _letters_apart(run):
            continue
        heading = _heading(run, above, page)
        if heading:
            return heading
    under = [cell for line in below for cell in line.cells if _continues(cells[start], cell)]
    return _heading((cells[start], under[0]), above, page) if under else None


def _letters_apart(run: Sequence[Cell]) -> bool:
    """True for a letter-spaced heading that fell into several cells of its own size."""
    words = [word for cell in run for word in cell.words]
    return sum(len(word.text) for word in words) <= 2.5 * len(words)


def _continues(first: Cell, second: Cell) -> bool:
    aligned = abs(first.x0 - second.x0) < 3 and abs(first.size - second.size) < 0.5
    return aligned and second.top - first.bottom < 0.8 * first.size and first.bold == second.bold


def _heading(run: tuple[Cell, ...], above: Sequence[Line], page: Page) -> Heading | None:
    text = " ".join(cell.text for cell in run)
    entry = entry_of(text)
    if entry is None or not text[:1].isascii() or text[:1].islower():
        return None
    if text.endswith(".") and not (entry.zone is Zone.AMEND and ":" in text):
        return None
    if (entry.exact or entry.zone is Zone.RESULT) and not _stands_out(run[0], text, above, page):
        return None
    inline = text.split(":", 1)[1].strip() if ":" in text else ""
    # The classes of a letter-spaced heading are told from its words, which only the table has.
    told = entry.printed if _letters_apart(run) else text
    return Heading(
        zone=entry.zone, key=entry.key, text=told, cell=run[0], consumed=run, inline=inline
    )


def _stands_out(cell: Cell, text: str, above: Sequence[Line], page: Page) -> bool:
    """True if a heading looks like one: bold, larger, in capitals, or with air above it.

    Air is not enough for a line that goes on after a colon or in another cell: "Fusions: none" is
    a line of a list.
    """
    letters = [character for character in text if character.isalpha()]
    if cell.bold or cell.size >= page.body_size + 0.7 or all(map(str.isupper, letters)):
        return True
    if text.split(":", 1)[1:] not in ([], [""]) or _has_value_beside(cell, page):
        return False
    over = [other.bottom for line in above for other in line.cells if _overlap(other, cell)]
    return not over or cell.top - max(over) > 0.8 * cell.size


def _has_value_beside(cell: Cell, page: Page) -> bool:
    """True if another cell stands to the right on the line: a row of a table."""
    return any(
        cell in line.cells and any(other.x0 > cell.x1 for other in line.cells)
        for line in page.lines
    )


def _overlap(one: Cell, other: Cell) -> bool:
    return min(one.x1, other.x1) > max(one.x0, other.x0)
