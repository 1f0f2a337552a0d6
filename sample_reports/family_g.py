"""Layout family G (amplicon reporter): what one report says in, its pages on a sheet out.

A block of labels, a summary of relevant biomarkers beside green and red therapy boxes, then tables
without any ruling under heads without a line, which go on over a page break with the head repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from drawing import BOLD, DARK, FINE, GREEN, RED, Box, Ink, Page, Sheet, bind
from reportlab.lib.pagesizes import letter
from reportlab.lib.utils import simpleSplit

LEFT, RIGHT = 42.0, 572.0
LAB = "Pinewood Precision Sequencing (fictional)"
HEADING = Ink(font=BOLD, size=12, colour=DARK)
HEAD_CELL = Ink(font=BOLD, size=7)
CELL = Ink(size=7.5)
LINE = 9.0
DISCLAIMER = "Disclaimer: The data of this invented report were made up and serve no patient."


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands at the head and foot of every page."""

    lab: str
    patient: str
    accession: str
    reported: str
    pages: int


def furnish(sheet: Sheet, frame: Frame, number: int) -> None:
    """Running head, foot, and the synthetic line twice."""
    sheet.words(LEFT, 32, frame.lab, Ink(font=BOLD, size=10, colour=DARK))
    sheet.words_to(RIGHT, 32, f"Report Date: {frame.reported}", CELL)
    sheet.margin_watermark()
    sheet.synthetic_footer()
    sheet.words(LEFT, sheet.height - 42, DISCLAIMER, FINE)
    foot = f"Patient Name: {frame.patient}   Case Number: {frame.accession}"
    sheet.words(LEFT, sheet.height - 31, foot, FINE)
    sheet.words_to(RIGHT, sheet.height - 31, f"{number} of {frame.pages}", FINE)


def labels(sheet: Sheet, top: float, rows: Sequence[tuple[str, str]]) -> float:
    """Label and value in one run, two columns; the next free top."""
    for number, (label, value) in enumerate(rows):
        x = LEFT + 270 * (number % 2)
        at = top + 12 * (number // 2)
        end = sheet.words(x, at, f"{label}:", Ink(font=BOLD, size=8))
        sheet.words(end + 3, at, value, Ink(size=8))
    return top + 12 * ((len(rows) + 1) // 2) + 14


def heading(sheet: Sheet, top: float, words: str) -> float:
    """A heading in the colour of the house; the next free top."""
    sheet.words(LEFT, top, words, HEADING)
    return top + 14


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table without rulings: titles, widths in points, rows."""

    titles: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[str]]


def table(sheet: Sheet, top: float, content: Table) -> float:
    """Draw the table; the next free top."""
    top = _row(sheet, top, content, content.titles, HEAD_CELL)
    for cells in content.rows:
        top = _row(sheet, top + 4, content, cells, CELL)
    return top + 18


def _row(sheet: Sheet, top: float, content: Table, cells: Sequence[str], ink: Ink) -> float:
    lines = [
        simpleSplit(cell, ink.font, ink.size, width - 6)
        for cell, width in zip(cells, content.widths, strict=True)
    ]
    x = LEFT
    for found, width in zip(lines, content.widths, strict=True):
        for number, line in enumerate(found):
            sheet.words(x, top + LINE * number, line, ink)
        x += width
    return top + LINE * max(len(found) for found in lines)


@dataclass(frozen=True, kw_only=True)
class Relevant:
    """One row of the summary: a drug with its footnote mark, indicated or contra-indicated."""

    tier: str
    alteration: str
    here: tuple[str, str]
    elsewhere: tuple[str, str]
    trials: str
    indicated: bool = True


COLUMNS = (LEFT, LEFT + 40, LEFT + 190, LEFT + 320, LEFT + 460)


def relevant(sheet: Sheet, top: float, rows: Sequence[Relevant]) -> float:
    """The summary: coloured boxes without a word stand before the drugs; the next free top."""
    sheet.words(COLUMNS[2], top, "Relevant Therapies", HEAD_CELL)
    titles = ("Tier", "Genomic Alteration", "(In this cancer type)", "(In other cancer type)")
    for x, title in zip(COLUMNS, (*titles, "Clinical Trials"), strict=True):
        sheet.words(x, top + 11, title, HEAD_CELL)
    top += 28
    for row in rows:
        sheet.words(COLUMNS[0], top, row.tier, CELL)
        sheet.words(COLUMNS[1], top, row.alteration, CELL)
        for x, (drug, mark) in zip(COLUMNS[2:4], (row.here, row.elsewhere), strict=True):
            colour = GREEN if row.indicated else RED
            sheet.fill(Box(x=x - 9, top=top - 6, width=6, height=7), colour)
            sheet.superscript(sheet.words(x, top, drug, CELL), top, mark)
        sheet.words(COLUMNS[4], top, row.trials, CELL)
        top += 18
    return top + 8


def prose(sheet: Sheet, top: float, words: str) -> float:
    """A paragraph over the whole width; the next free top."""
    box = Box(x=LEFT, top=top, width=RIGHT - LEFT, height=0)
    return sheet.paragraph(box, words, Ink(size=8.5)) + 8


def document(path: Path, title: str, frame: Frame, pages: Sequence[Page]) -> None:
    """Write all pages of a report to *path*; the frame says how many there must be."""
    if len(pages) != frame.pages:
        raise ValueError(f"{title} has {len(pages)} pages and says that it has {frame.pages}")
    bind(Sheet(path, letter, title), pages, lambda sheet, number: furnish(sheet, frame, number))
