"""A report of running text in, its blocks out: every line under the heading that governs it.

Laboratory systems print one column of text, often monospaced: a heading in capitals or before a
colon, its text on the same line or beneath. The vocabulary stands in `data/pathology_headings.csv`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from parsers.headings import Heading, Zone
from parsers.page import Cell, Document, Line, Word, compact
from parsers.running import EDGE, NUMBERED
from parsers.sections import Section
from pipeline import tables

LETTER = re.compile(r"^\(?([A-H])[.:)]\s+")
SAME = "same"  # topic of a word that is a heading only where no other governs
LONGEST = 60  # compacted characters of a heading
TELLS = re.compile(
    r"\b[0-3]\+?(?!\w)|[0-3]\+(?!\w)|\b(?:positive|negative|equivocal|(?:not |non-?)?amplified"
    r"|deficient|proficient|intact|lost|loss|retained|high|stable|low|detected|mutat\w+|fusion"
    r"|wild[- ]?type)\b",
    re.IGNORECASE,
)
PART = re.compile(
    r"^(?:(?:specimen|part|block)\s+)?\(?([A-H])\d{0,2}[.:)]?(?:\s*[(,:-].*)?$", re.IGNORECASE
)
Row = tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of the vocabulary, compacted."""

    zone: Zone
    topic: str
    key: str
    exact: bool


@dataclass(frozen=True, kw_only=True)
class Block:
    """A heading (None before the first), what it is about, and its rows of cells."""

    zone: Zone | None
    topic: str
    heading: Heading | None
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """The heading as printed, or nothing."""
        return self.heading.text if self.heading else ""

    def section(self, zone: Zone | None) -> Section:
        """The block as a section of *zone*, for the parts that all families share."""
        cells = tuple(cell for row in self.rows for cell in row)
        return Section(zone=zone, heading=self.heading, cells=cells)


@cache
def vocabulary() -> tuple[Entry, ...]:
    """The headings of pathology texts, longest first, so that the narrower one wins."""
    rows = tables.rows(tables.packaged("parsers", "pathology_headings.csv"))
    entries = (
        Entry(
            zone=Zone(row["zone"]),
            topic=row["topic"],
            key=compact(row["heading"]),
            exact=row["match"] == "exact",
        )
        for row in rows
    )
    return tuple(sorted(entries, key=lambda entry: -len(entry.key)))


def entry_of(lead: str) -> Entry | None:
    """The vocabulary entry that the words before a colon, or a line by itself, are."""
    packed = compact(LETTER.sub("", lead))
    if not packed or len(packed) > LONGEST:
        return None
    return next(
        (e for e in vocabulary() if packed == e.key or (not e.exact and packed.startswith(e.key))),
        None,
    )


def body(document: Document) -> tuple[Line, ...]:
    """The lines of all pages without running heads and feet.

    Two pages are too few to tell a running line by its repetition on most pages; here a line at
    the edge of a page that stands on every page counts as one.
    """
    seen: Counter[tuple[str, int]] = Counter()
    for page in document.pages:
        seen.update({_signature(line) for line in page.lines if _at_edge(line, page.height)})
    shared = {mark for mark, count in seen.items() if count == len(document.pages) > 1}
    return tuple(
        line
        for page in document.pages
        for line in page.lines
        if not line.running and not (_at_edge(line, page.height) and _is_furniture(line, shared))
    )


def _is_furniture(line: Line, shared: set[tuple[str, int]]) -> bool:
    return _signature(line) in shared or NUMBERED.search(line.text) is not None


def _at_edge(line: Line, height: float) -> bool:
    return line.bottom < EDGE * height or line.top > (1 - EDGE) * height


def _signature(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.top / 3)


# ------------------------------------------------------------------------------------- blocks
Open = tuple[Entry | None, Heading | None, list[Row]]
"""A block that is being read: what its heading means, the heading, its rows."""


def blocks(document: Document) -> tuple[Block, ...]:
    """Every block of the document, in reading order."""
    found: list[Open] = [(None, None, [])]
    columns: list[Cell] = []
    above: Line | None = None
    for line in body(document):
        columns = _columns(line, columns)
        entry = None
        if not columns:
            entry = _heading(line, above, found[-1]) or _unknown(line, above, found[-1])
        if entry:
            heading, inline = _cut(line, entry)
            found.append((entry, heading, [inline] if inline else []))
        else:
            found[-1][2].append(line.cells)
        above = line
    return tuple(
        Block(
            zone=entry.zone if entry else None,
            topic=entry.topic if entry else "",
            heading=heading,
            rows=tuple(rows),
        )
        for entry, heading, rows in found
        if entry or rows
    )


def _columns(line: Line, columns: list[Cell]) -> list[Cell]:
    """The columns of specimens that a table line stands in; none outside such a table."""
    fresh = specimen_columns(line.cells)
    if fresh:
        return fresh
    under = any(aligned(cell, column) for cell in line.cells for column in columns)
    return columns if under else []


def specimen_columns(cells: Sequence[Cell]) -> list[Cell]:
    """The heads of a table with one column a specimen: "Marker | A | B"."""
    heads = [cell for cell in cells if PART.match(cell.text)]
    return heads if len(heads) > 1 and len(cells) - len(heads) <= 1 else []


def aligned(cell: Cell, column: Cell) -> bool:
    """True if a cell stands under the head of a column."""
    return abs(cell.x0 - column.x0) < 6 or (cell.x0 < column.x1 and column.x0 < cell.x1)


def _heading(line: Line, above: Line | None, last: Open) -> Entry | None:
    current, over, _ = last
    first = line.cells[0]
    lead, colon, rest = first.text.partition(":")
    if rest[:1].strip() and TELLS.search(rest):
        return None  # "HER2:3+" is a result
    entry = entry_of(LETTER.sub("", lead) if LETTER.match(lead) else lead)
    if entry is None or not _looks_like_one(line, lead, entry, colon=bool(colon)):
        return None
    if entry.topic == SAME and current is not None and current.zone is Zone.RESULT:
        return None  # "Result: NOT AMPLIFIED" goes on with what the heading above is about
    closed = current is not None and current.zone in {Zone.NARRATIVE, Zone.REFS}
    stands = _air(line, above) or (lead.isupper() and _is_at_the_edge(line, over))
    if closed and entry.zone is Zone.RESULT and not stands:
        return None
    return entry


def _is_at_the_edge(line: Line, heading: Heading | None) -> bool:
    """As far left as the heading above: what is indented belongs to it."""
    return heading is None or line.cells[0].x0 <= heading.cell.x0 + 2


def _unknown(line: Line, above: Line | None, last: Open) -> Entry | None:
    """A heading that the vocabulary lacks ends a narrative: what follows it is no history."""
    current, heading, _ = last
    first = line.cells[0]
    lead, colon, rest = first.text.partition(":")
    if current is None or heading is None or current.zone is Zone.RESULT or LETTER.match(lead):
        return None
    if current.topic in {"diagnosis", "specimens"} or len(line.cells) > 1 or rest.strip():
        return None
    shaped = bool(colon) and (lead.isupper() or first.bold) and len(compact(lead)) <= LONGEST
    if not shaped or not _air(line, above) or not _is_at_the_edge(line, heading):
        return None
    return Entry(zone=Zone.NARRATIVE, topic="", key=compact(lead), exact=True)


def _looks_like_one(line: Line, lead: str, entry: Entry, *, colon: bool) -> bool:
    """In capitals or bold, before a colon, or exactly the known words in a cell of their own."""
    if lead[:1].islower():
        return False
    known = compact(LETTER.sub("", lead)) == entry.key
    words = line.cells[0].words
    if not colon and not known and TELLS.search(lead) and _length(words, entry) == len(words):
        return False  # "HER2 IHC3+" is a result, and no heading with nothing beneath it
    alone = len(line.cells) == 1
    capitals = re.sub(r"\([^)]*\)", "", lead).isupper()
    return colon or capitals or line.cells[0].bold or (known and (alone or bool(entry.topic)))


def _air(line: Line, above: Line | None) -> bool:
    if above is None or above.cells[0].page != line.cells[0].page:
        return True
    return line.top - above.bottom > 0.8 * line.cells[0].size


def _length(words: Sequence[Word], entry: Entry) -> int:
    """How many words are the known heading; what follows without a colon is told under it."""
    for end in range(1, len(words) + 1):
        packed = compact(LETTER.sub("", " ".join(word.text for word in words[:end])))
        rest = " ".join(word.text for word in words[end:])
        if packed == entry.key and TELLS.search(rest):
            return end
    return len(words)


def _cut(line: Line, entry: Entry) -> tuple[Heading, Row]:
    """The heading of a line, and the cells that follow its colon."""
    first, *others = line.cells
    words = first.words
    ends = [number for number, word in enumerate(words) if ":" in word.text]
    end = ends[0] + 1 if ends else _length(words, entry)
    if ends and LETTER.match(first.text) and ends[0] == 0:
        end = ends[1] + 1 if len(ends) > 1 else len(words)
    head = Cell(page=first.page, words=words[:end])
    rest = (Cell(page=first.page, words=words[end:]),) if words[end:] else ()
    inline = (*rest, *others)
    heading = Heading(
        zone=entry.zone,
        key=entry.key,
        text=head.text.rstrip(":"),
        cell=head,
        consumed=(head,),
        inline=" ".join(cell.text for cell in inline),
    )
    return heading, inline
