"""A document in, its labelled values out: who, which specimen, which dates, which tumour.

Labels stand in `data/labels.csv`. A value follows its label on the line, stands in the next cell,
or beneath; a label is never a value. The same field with two values on one report is kept as two.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from parsers import dates
from parsers.headings import Zone
from parsers.labels import Label, labelled
from parsers.page import Cell, Document, compact
from parsers.phrases import plain
from parsers.sections import Section
from pipeline.model import Analyte, Identity, Specimen

Rows = tuple[tuple[Cell, ...], ...]
NOTHING = frozenset(
    {
        "not provided",
        "provided, not",
        "not given",
        "n/a",
        "na",
        "none",
        "-",
        "unknown",
        "not stated",
    }
)
WRAPS = frozenset({"diagnosis", "primary_site", "site", "name"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Printed:
    """One label and the value it was printed with."""

    field: str
    value: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class IdentityBlock:
    """All labelled values of a document, in reading order; the first of a field is the one used."""

    printed: tuple[Printed, ...]
    day_first: bool | None

    def first(self, field: str) -> str | None:
        """The first value of a field, or None."""
        return next((item.value for item in self.printed if item.field == field), None)

    def all(self, field: str) -> tuple[str, ...]:
        """Every different value of a field, compared without case and punctuation."""
        seen: dict[str, str] = {}
        for item in self.printed:
            if item.field == field:
                seen.setdefault(compact(item.value), item.value)
        return tuple(seen.values())

    def day(self, field: str) -> date | None:
        """The first readable date of a field."""
        values = (item.value for item in self.printed if item.field == field)
        read = (dates.read(value, day_first=self.day_first) for value in values)
        return next((day for day in read if day), None)

    def ambiguous(self, field: str) -> bool:
        """True if a date of this field is printed but its order of day and month is open."""
        value = self.first(field)
        return value is not None and dates.is_ambiguous(value, day_first=self.day_first)

    def percent(self) -> float | None:
        """Tumour content from 0 to 100."""
        found = re.search(r"(\d+(?:[.,]\d+)?)", self.first("tumour_percent") or "")
        value = float(found[1].replace(",", ".")) if found else None
        return value if value is not None and value <= 100 else None

    @property
    def identity(self) -> Identity:
        """Whose report it is, as printed."""
        return Identity(
            mrn=self.first("mrn"),
            name=self.first("name"),
            dob=self.day("dob"),
            accession=self.first("accession"),
            specimen_id=self.first("specimen_id"),
        )

    @property
    def is_plasma(self) -> bool:
        """True if the specimen is blood, so that silence about tissue proves little.

        A block or a slide is tissue, wherever it was taken from.
        """
        kind = (self.first("specimen_type") or "").casefold()
        if any(word in kind for word in ("block", "slide", "paraffin", "ffpe")):
            return False
        said = " ".join((self.first("specimen_type") or "", self.first("site") or "")).casefold()
        return any(word in said for word in ("blood", "plasma", "cfdna"))

    @property
    def specimen(self) -> Specimen:
        """The tumour specimen."""
        return Specimen(
            id=self.first("specimen_id"),
            analyte=Analyte.CFDNA if self.is_plasma else None,
            site=self.first("site"),
            tumour_percent=self.percent(),
            collected=self.day("collected"),
            received=self.day("received"),
        )


def identity_block(document: Document, parts: Sequence[Section]) -> IdentityBlock:
    """The labelled values of the identity panels, the first page's head and running lines."""
    printed = tuple(item for rows in _regions(document, parts) for item in _of_rows(rows))
    return IdentityBlock(printed=printed, day_first=dates.day_comes_first(document.text))


def _regions(document: Document, parts: Sequence[Section]) -> Iterator[Rows]:
    for index, part in enumerate(parts):
        if part.zone is Zone.IDENT or (index == 0 and part.zone is None):
            head = part.heading.consumed if part.heading else ()
            yield ((head, *part.lines) if head else part.lines)
    for page in document.pages:
        yield tuple(line.cells for line in page.lines if line.running)


def _of_rows(rows: Rows) -> Iterator[Printed]:
    for index, row in enumerate(rows):
        below = rows[index + 1 : index + 4]
        for position, cell in enumerate(row):
            following = row[position + 1] if position + 1 < len(row) else None
            for label in labelled(cell):
                found = _value(label, cell, following, below)
                if found and found.field != "other" and plain(found.value) not in NOTHING:
                    yield found


def _value(label: Label, cell: Cell, following: Cell | None, below: Rows) -> Printed | None:
    cells: tuple[Cell, ...] = ()
    if label.value:
        start = cell.words[min(label.at, len(cell.words) - 1)].x0
        cells = (cell, *_wrapped(cell, start, below, label))
        further = [other.text for other in cells[1:]]
        return Printed(field=label.field, value=" ".join([label.value, *further]), cells=cells)
    under = _beneath(cell, below)
    if following and not labelled(following):
        cells = (following, *_wrapped(following, following.x0, below, label))
    elif under and not labelled(under):
        cells = (under,)
    if not cells:
        return None
    return Printed(field=label.field, value=" ".join(c.text for c in cells), cells=cells)


def _beneath(cell: Cell, below: Rows) -> Cell | None:
    for line in below[:1]:
        for other in line:
            if abs(other.x0 - cell.x0) < 4 and other.top - cell.bottom < cell.size:
                return other
    return None


def _wrapped(value: Cell, start: float, below: Rows, label: Label) -> Iterator[Cell]:
    """The further lines of a value: same left edge, near, and no label at their left.

    A value that begins beside its label may go on under the label, if it is plainly unfinished.
    """
    last = value
    for line in below if label.field in WRAPS else ():
        same = [cell for cell in line if abs(cell.x0 - start) < 3 or _goes_on(last, value, cell)]
        left = [cell for cell in line if same and cell.x1 < same[0].x0]
        near = same and 0 <= same[0].top - last.top < 1.9 * value.size
        if not near or labelled(same[0]) or any(labelled(cell) for cell in left):
            return
        last = same[0]
        yield last


def _goes_on(last: Cell, value: Cell, cell: Cell) -> bool:
    unfinished = last.text.endswith(",") or cell.text[:1].islower()
    return unfinished and abs(cell.x0 - value.x0) < 3
