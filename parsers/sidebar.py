"""A document in, the cells of its side column apart, and the document without them, out.

A narrow column of labels over values (birth date, specimens and their dates) runs beside the
results on the same lines and has no heading of its own, so it is told by its labels and its place.
"""

from collections.abc import Sequence
from dataclasses import replace

from parsers.headings import CLAIMS, headings_of
from parsers.labels import labelled
from parsers.page import Cell, Document, Line, Page

ENOUGH = 3  # labels that make a column
BESIDE = 40.0  # points between the edges of the two columns


def apart(document: Document) -> tuple[tuple[Cell, ...], Document]:
    """The cells of every side column, top to bottom, and the document that remains."""
    side: list[Cell] = []
    pages = []
    for page in document.pages:
        left, right = _span(page)
        pages.append(_without(page, left, right, side))
    return tuple(side), replace(document, pages=tuple(pages))


def _span(page: Page) -> tuple[float, float]:
    """From where to where the side column reaches; an empty span if there is none."""
    heads = [head.cell for head in headings_of(page) if head.zone in CLAIMS]
    labels = [
        cell
        for line in page.lines
        for cell in line.cells
        if heads and not line.running and labelled(cell)
    ]
    main = min((cell.x0 for cell in heads), default=0.0)
    end = max((cell.x1 for cell in heads), default=0.0)
    if _make_a_column(labels, [cell.x0 < main - BESIDE for cell in labels], heads):
        return 0.0, main - 2
    if _make_a_column(labels, [cell.x0 > end for cell in labels], heads):
        return min(cell.x0 for cell in labels if cell.x0 > end) - 2, page.width
    return 0.0, 0.0


def _make_a_column(labels: Sequence[Cell], there: Sequence[bool], heads: Sequence[Cell]) -> bool:
    """True if enough labels stand on one side and reach down beside the results."""
    side = [cell for cell, is_there in zip(labels, there, strict=True) if is_there]
    first = min((head.top for head in heads), default=0.0)
    return len(side) >= ENOUGH and max(cell.bottom for cell in side) > first


def _without(page: Page, left: float, right: float, side: list[Cell]) -> Page:
    if right <= left:
        return page
    lines = []
    for line in page.lines:
        kept: list[Cell] = []
        for cell in line.cells:
            within = [word for word in cell.words if left <= word.x0 and word.x1 <= right]
            beyond = [word for word in cell.words if word not in within]
            if line.running or not within:
                kept.append(cell)
                continue
            side.append(Cell(page=cell.page, words=tuple(within)))
            kept += [Cell(page=cell.page, words=tuple(beyond))] if beyond else []
        if kept:
            lines.append(Line(cells=tuple(kept), running=line.running))
    return replace(page, lines=tuple(lines))
