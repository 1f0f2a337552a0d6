"""Layout family E (local panel): what one report says in, its pages on a sheet out.

A4, as a word processor makes it: a ruled block of labels, then ruled tables with every cell framed,
lines of plain results, and a methods page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from drawing import BOLD, DARK, FINE, GREY, SHADE, Box, Ink, Page, Sheet, bind
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit

LEFT, RIGHT = 50.0, 545.0
LAB = "St Fictus University Hospital Molecular Pathology (fictional)"
HEADING = Ink(font=BOLD, size=11)
CELL = Ink(size=8)
HEAD_CELL = Ink(font=BOLD, size=8)
TEXT = Ink(size=9)
LINE = 10.0


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands at the head and foot of every page."""

    lab: str
    patient: str
    number: str
    pages: int


def furnish(sheet: Sheet, frame: Frame, number: int) -> None:
    """Running head, foot, and the synthetic line twice."""
    sheet.words(LEFT, 36, frame.lab, Ink(font=BOLD, size=10, colour=DARK))
    sheet.rule(LEFT, 42, RIGHT - LEFT, DARK)
    sheet.margin_watermark()
    sheet.synthetic_footer()
    sheet.words(LEFT, sheet.height - 34, f"Lab No: {frame.number}   Name: {frame.patient}", FINE)
    sheet.words_to(RIGHT, sheet.height - 34, f"Page {number} of {frame.pages}", FINE)


def labels(
    sheet: Sheet, top: float, rows: Sequence[Sequence[tuple[str, str]]], ink: Ink = CELL
) -> float:
    """The ruled block of labels, two to a row; the next free top."""
    width = (RIGHT - LEFT) / 2
    for row in rows:
        frame(sheet, Box(x=LEFT, top=top, width=2 * width, height=LINE + 6))
        for place, (label, value) in enumerate(row):
            x = LEFT + place * width
            sheet.words(x + 4, top + LINE + 1, label, HEAD_CELL)
            sheet.words(x + 104, top + LINE + 1, value, ink)
        top += LINE + 6
    return top + 18


def frame(sheet: Sheet, box: Box) -> None:
    """The four borders of a cell, as thin filled boxes."""
    for top in (box.top, box.top + box.height):
        sheet.fill(Box(x=box.x, top=top, width=box.width, height=0.5), GREY)
    for x in (box.x, box.x + box.width):
        sheet.fill(Box(x=x, top=box.top, width=0.5, height=box.height), GREY)


def heading(sheet: Sheet, top: float, words: str) -> float:
    """A bold heading; the next free top."""
    sheet.words(LEFT, top, words, HEADING)
    return top + 10


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with framed cells: titles, widths in points, rows."""

    titles: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[str]]
    ink: Ink = CELL


def table(sheet: Sheet, top: float, content: Table) -> float:
    """Draw the table, its head shaded; the next free top."""
    top = _row(sheet, top, content, content.titles, HEAD_CELL)
    for cells in content.rows:
        top = _row(sheet, top, content, cells, content.ink)
    return top + 18


def _row(sheet: Sheet, top: float, content: Table, cells: Sequence[str], ink: Ink) -> float:
    lines = [
        simpleSplit(cell, ink.font, ink.size, width - 6)
        for cell, width in zip(cells, content.widths, strict=True)
    ]
    height = LINE * max(len(found) for found in lines) + 5
    x = LEFT
    for found, width in zip(lines, content.widths, strict=True):
        box = Box(x=x, top=top, width=width, height=height)
        if ink is HEAD_CELL:
            sheet.fill(box, SHADE)
        frame(sheet, box)
        for number, line in enumerate(found):
            sheet.words(x + 3, top + LINE * (number + 1), line, ink)
        x += width
    return top + height


def prose(sheet: Sheet, top: float, words: str) -> float:
    """A paragraph over the whole width; the next free top."""
    box = Box(x=LEFT, top=top, width=RIGHT - LEFT, height=0)
    return sheet.paragraph(box, words, TEXT, 1.35) + 6


def document(path: Path, title: str, frame_: Frame, pages: Sequence[Page]) -> None:
    """Write all pages of a report to *path*; the frame says how many there must be."""
    if len(pages) != frame_.pages:
        raise ValueError(f"{title} has {len(pages)} pages and says that it has {frame_.pages}")
    bind(Sheet(path, A4, title), pages, lambda sheet, number: furnish(sheet, frame_, number))
