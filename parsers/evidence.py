"""Printed cells in, the source of an observation out: page, box and the words verbatim."""

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.page import Cell, union
from pipeline.model import Source


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Makes sources for one document and one reader."""

    sha256: str
    reader: str

    def of(self, cells: Sequence[Cell], text: str | None = None) -> Source:
        """The source of what *cells* (at least one) say; the page is that of the first cell."""
        page = cells[0].page
        here = [cell for cell in cells if cell.page == page]
        return Source(
            sha256=self.sha256,
            reader=self.reader,
            text=text or " ".join(cell.text for cell in cells),
            page=page,
            bbox=union(tuple(cell.bbox for cell in here)),
        )
