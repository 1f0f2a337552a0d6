"""Layout family F (a laboratory system's text): what one report says in, its pages on a sheet out.

Monospaced running text in one column, as a pathology system prints it: a head on every page,
headings in capitals, results in lines and sentences, no table rules and no colours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from drawing import DARK, Ink, Page, Sheet, bind
from reportlab.lib.pagesizes import letter

LAB = "Exempla Regional Pathology (fictional)"
LEFT, RIGHT, STEP = 54.0, 570.0, 12.2
TEXT = Ink(font="Courier", size=9.5)
HEAD = Ink(font="Courier-Bold", size=9.5)
FINE = Ink(font="Courier", size=7.5, colour=DARK)
COLUMN = 46  # characters: where the right half of the head begins


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The head of the report: pairs of lines, left and right, and the number of pages."""

    title: str
    patient: str
    accession: str
    pairs: Sequence[tuple[str, str]]
    pages: int


def furnish(sheet: Sheet, frame: Frame, number: int) -> None:
    """Laboratory and title above, page number and the synthetic line beneath."""
    sheet.words(LEFT, 40, LAB, HEAD)
    sheet.words_to(RIGHT, 40, "555-0106", FINE)
    sheet.words(LEFT, 53, f"{frame.title}   {frame.patient}   {frame.accession}", FINE)
    sheet.rule(LEFT, 58, RIGHT - LEFT, DARK)
    sheet.margin_watermark()
    sheet.synthetic_footer()
    sheet.words(LEFT, sheet.height - 32, LAB, FINE)
    sheet.words_to(RIGHT, sheet.height - 32, f"Page {number} of {frame.pages}", FINE)


def text(lines: Sequence[str], frame: Frame, sheet: Sheet, *, first: bool) -> None:
    """The lines of one page as they stand; a line in capitals that opens a part is bold."""
    top = 78.0
    for left, right in frame.pairs if first else ():
        sheet.words(LEFT, top, f"{left:<{COLUMN}}{right}", TEXT)
        top += STEP
    top += STEP if first else 0
    for line in lines:
        sheet.words(LEFT, top, line, HEAD if line and line == line.upper() else TEXT)
        top += STEP


def document(path: Path, title: str, frame: Frame, pages: Sequence[Sequence[str]]) -> None:
    """Write all pages of a report to *path*; the frame says how many there must be."""
    if len(pages) != frame.pages:
        raise ValueError(f"{title} has {len(pages)} pages and says that it has {frame.pages}")
    drawn: list[Page] = [
        partial(text, lines, frame, first=number == 0) for number, lines in enumerate(pages)
    ]
    bind(Sheet(path, letter, title), drawn, lambda sheet, number: furnish(sheet, frame, number))
