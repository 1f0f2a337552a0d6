"""A document in, the cells of its side column apart, and the document without them, out.

A narrow column of labels over values (birth date, specimens and their dates) runs beside the
results on the same lines and has no heading of its own, so it is told by its labels and its place.
"""

from dataclasses import replace

from parsers.headings import CLAIMS, headings_of
from parsers.labels import labelled
from parsers.page import Box, Cell, Document, Line, Page

ENOUGH = 3  # labels that make a column
BESIDE = 40.0  # points between the edges of the two columns
ABOVE = 12.0  # points: the column may begin this much above the first heading of results


def apart(document: Document) -> tuple[tuple[Cell, ...], Document]:
    """The cells of every side column, top to bottom, and the document that remains."""
    side: list[Cell] = []
    pages = [_without(page, _span(page), side) for page in document.pages]
    return tuple(side), replace(document, pages=tuple(pages))


def _span(page: Page) -> Box | None:
    """What the side column takes of a page, from the height of the first results down."""
    heads = [head for head in headings_of(page) if head.zone in CLAIMS]
    if not heads:
        return None
    start = min(head.cell.top for head in heads) - ABOVE
    labels = [
        cell
        for line in page.lines
        for cell in line.cells
        if not line.running and cell.top >= start and labelled(cell)
    ]
    main = min(head.cell.x0 for head in heads)
    end = max(cell.x1 for head in heads for cell in head.consumed)
    if sum(cell.x0 < main - BESIDE for cell in labels) >= ENOUGH:
        return 0.0, start, main - 2, page.height
    beyond = [cell.x0 for cell in labels if cell.x0 > end]
    if len(beyond) >= ENOUGH:
        return min(beyond) - 2, start, page.width, page.height
    return None


def _without(page: Page, span: Box | None, side: list[Cell]) -> Page:
    if span is None:
        return page
    left, start, right, _ = span
    lines = []
    for line in page.lines:
        kept: list[Cell] = []
        for cell in line.cells:
            within = [word for word in cell.words if left <= word.x0 and word.x1 <= right]
            beyond = [word for word in cell.words if word not in within]
            if line.running or cell.top < start or not within:
                kept.append(cell)
                continue
            side.append(Cell(page=cell.page, words=tuple(within)))
            kept += [Cell(page=cell.page, words=tuple(beyond))] if beyond else []
        if kept:
            lines.append(Line(cells=tuple(kept), running=line.running))
    return replace(page, lines=tuple(lines))
