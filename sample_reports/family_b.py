"""Layout family B (tables by technology): what one report says in, its pages on a sheet out.

Three columns at the head, then ruled tables Biomarker, Method, Analyte, Result, some of them two
side by side, a coloured cell for the therapy association, and an appendix of bare gene lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from drawing import (
    BOLD,
    DARK,
    FINE,
    GREEN,
    RED,
    SHADE,
    SMALL,
    STRONG,
    WHITE,
    Box,
    Ink,
    Page,
    Sheet,
    bind,
)
from reportlab.lib.pagesizes import letter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import simpleSplit

LEFT, RIGHT = 40.0, 576.0
HEADING = Ink(font=STRONG.font, size=11)
HEAD_CELL = Ink(font=BOLD, size=7.5)
LINE = 9.5
LAB = "Meridian Tumour Profiling (fictional)"
FOUR = ("Biomarker", "Method", "Analyte", "Result")
VARIANT = (
    "Gene",
    "Method",
    "Analyte",
    "Variant Interpretation",
    "Protein Alteration",
    "Exon",
    "DNA Alteration",
    "Variant Frequency %",
)
VARIANT_WIDTHS = (52, 44, 60, 112, 74, 36, 80, 78)
COLOURS = {"BENEFIT": GREEN, "LACK OF BENEFIT": RED}


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands at the head and foot of every page."""

    lab: str
    patient: str
    case: str
    physician: str
    reported: str
    pages: int


def furnish(sheet: Sheet, frame: Frame, number: int) -> None:
    """Running head, foot, and the synthetic line twice."""
    sheet.words(LEFT, 34, frame.lab, Ink(font=BOLD, size=11, colour=DARK))
    sheet.words_to(RIGHT, 34, f"FINAL REPORT - {frame.reported}", HEAD_CELL)
    sheet.rule(LEFT, 40, RIGHT - LEFT, DARK)
    sheet.margin_watermark()
    sheet.synthetic_footer()
    foot = f"PATIENT: {frame.patient}   CASE NUMBER: {frame.case}   PHYSICIAN: {frame.physician}"
    sheet.words(LEFT, sheet.height - 30, foot, FINE)
    sheet.words_to(RIGHT, sheet.height - 30, f"page {number} of {frame.pages}", FINE)


def identity(sheet: Sheet, columns: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Patient, specimen and physician side by side, their lines on the same baselines."""
    for x, (title, lines) in zip((40, 212, 352), columns, strict=True):
        sheet.words(x, 56, title, STRONG)
        for number, line in enumerate(lines):
            sheet.words(x, 68 + 10.5 * number, line, Ink(size=8))


def heading(sheet: Sheet, top: float, words: str) -> float:
    """The heading of a table; the top at which the table may begin."""
    sheet.words(LEFT, top, words, HEADING)
    return top + 8


@dataclass(frozen=True, kw_only=True)
class Table:
    """A ruled table: titles, widths in points, rows; cells wrap inside their column."""

    titles: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[str]]


def table(sheet: Sheet, x: float, top: float, content: Table) -> float:
    """Draw the table with its head shaded; the next free top."""
    height = _row_height(content.titles, content.widths, HEAD_CELL)
    sheet.fill(Box(x=x, top=top, width=sum(content.widths), height=height), SHADE)
    top = _row(sheet, Box(x=x, top=top, width=0, height=height), content, content.titles, HEAD_CELL)
    for cells in content.rows:
        height = _row_height(cells, content.widths, SMALL)
        top = _row(sheet, Box(x=x, top=top, width=0, height=height), content, cells, SMALL)
    return top + 22


def _row_height(cells: Sequence[str], widths: Sequence[float], ink: Ink) -> float:
    lines = [len(_lines(cell, width, ink)) for cell, width in zip(cells, widths, strict=True)]
    return LINE * max([1, *lines]) + 5


def _lines(cell: str, width: float, ink: Ink) -> list[str]:
    return [str(line) for line in simpleSplit(cell, ink.font, ink.size, width - 5)]


def _row(sheet: Sheet, box: Box, content: Table, cells: Sequence[str], ink: Ink) -> float:
    x = box.x
    for cell, width in zip(cells, content.widths, strict=True):
        colour = next((COLOURS[word] for word in COLOURS if cell.startswith(word)), WHITE)
        if colour is not WHITE:
            sheet.fill(Box(x=x, top=box.top, width=width, height=box.height), colour)
        for number, line in enumerate(_lines(cell, width, ink)):
            sheet.words(x + 3, box.top + LINE * (number + 1), line, ink)
        x += width
    sheet.rule(box.x, box.top + box.height, sum(content.widths))
    return box.top + box.height


def side_by_side_tables(
    sheet: Sheet, top: float, rows: tuple[Sequence[Sequence[str]], Sequence[Sequence[str]]]
) -> float:
    """Two tables of the same four columns on the same baselines; the next free top."""
    widths = (76, 40, 54, 92)
    ends = [
        table(sheet, x, top, Table(titles=FOUR, widths=widths, rows=half))
        for x, half in zip((LEFT, 314.0), rows, strict=True)
    ]
    return max(ends)


def genes(sheet: Sheet, top: float, title: str, symbols: str) -> float:
    """A heading over a bare list of genes separated by commas; the next free top."""
    top = heading(sheet, top, title) + 6
    return sheet.paragraph(Box(x=LEFT, top=top, width=530, height=0), symbols, SMALL) + 16


def prose(sheet: Sheet, top: float, words: str) -> float:
    """A paragraph over the whole width; the next free top."""
    return sheet.paragraph(Box(x=LEFT, top=top, width=530, height=0), words, Ink(size=8.5)) + 12


def document(
    path: Path,
    title: str,
    frame: Frame,
    pages: Sequence[Page],
    lock: StandardEncryption | None = None,
) -> None:
    """Write all pages of a report to *path*; the frame says how many there must be."""
    if len(pages) != frame.pages:
        raise ValueError(f"{title} has {len(pages)} pages and says that it has {frame.pages}")
    sheet = Sheet(path, letter, title, lock)
    bind(sheet, pages, lambda sheet, number: furnish(sheet, frame, number))
