"""Layout family D (circulating tumour DNA): what one report says in, its pages on a sheet out.

A head without labels for the name, a summary table whose therapies stand behind coloured icons,
shares of cell-free DNA as bars beside the value of the sample before, and a gene list with marks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from drawing import BOLD, DARK, FINE, SMALL, Box, Ink, Page, Sheet, bind
from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import letter

LEFT, RIGHT = 44.0, 580.0
LAB = "Haemolux cfDNA Laboratory (fictional)"
HEADING = Ink(size=12)
HEAD_CELL = Ink(font=BOLD, size=9)
COLUMNS = (LEFT + 4, 190.0, 362.0, 490.0)
APPROVED = Color(0.15, 0.5, 0.3)
OTHER = Color(0.95, 0.7, 0.3)
LACKING = Color(0.8, 0.2, 0.25)
BARS = (Color(0.15, 0.6, 0.85), Color(0.35, 0.75, 0.85), Color(0.6, 0.8, 0.2), Color(0.9, 0.5, 0.3))


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands at the head and foot of every page."""

    patient: str
    born: str
    test: str
    pages: int


def furnish(sheet: Sheet, frame: Frame, number: int) -> None:
    """Running head (from page 2 on), foot, and the synthetic line twice."""
    if number > 1:
        sheet.words(LEFT, 40, frame.patient, Ink(font=BOLD, size=12))
        sheet.words(LEFT, 53, f"DOB: {frame.born} | {frame.test}", Ink(size=9))
    sheet.rule(LEFT, 74, RIGHT - LEFT, DARK)
    sheet.margin_watermark()
    sheet.synthetic_footer()
    sheet.words(LEFT, sheet.height - 30, f"{LAB} 555-0104", FINE)
    sheet.words_to(RIGHT, sheet.height - 30, f"Pg {number} of {frame.pages}", FINE)


def head(sheet: Sheet, frame: Frame, lines: Sequence[str], blocks: Sequence[Sequence[str]]) -> None:
    """The name in larger letters, lines with bars between labels, two blocks side by side."""
    sheet.words(LEFT, 40, frame.patient, Ink(font=BOLD, size=12))
    for number, line in enumerate(lines):
        sheet.words(LEFT, 53 + 11 * number, line, Ink(size=9))
    for x, block in zip((LEFT, 240.0), blocks, strict=True):
        sheet.words(x, 92, block[0], HEAD_CELL)
        for number, line in enumerate(block[1:]):
            label, _, value = line.partition("|")
            sheet.words(x, 107 + 13 * number, label, Ink(size=9))
            sheet.words(x + 90, 107 + 13 * number, value, Ink(size=9))
    sheet.rule(LEFT, 176, RIGHT - LEFT, DARK)


def heading(sheet: Sheet, top: float, words: str) -> float:
    """A section's heading; the top at which its first line may stand."""
    sheet.words(LEFT, top, words, HEADING)
    return top + 20


def icon(sheet: Sheet, x: float, top: float, colour: Color) -> None:
    """A coloured disc without a word."""
    sheet.rounded(Box(x=x, top=top - 8, width=10, height=10), colour, colour)


def key(sheet: Sheet, top: float) -> float:
    """The legend of the icons: the words stand here and nowhere else."""
    sheet.words(LEFT + 8, top, "KEY", SMALL)
    told = ((90, APPROVED, "Approved in indication"), (200, OTHER, "Approved in other indication"))
    for x, colour, words in (*told, (336, LACKING, "Lack of response")):
        icon(sheet, x, top, colour)
        sheet.words(x + 16, top, words, SMALL)
    return top + 12


@dataclass(frozen=True, kw_only=True)
class Alteration:
    """A row of the summary: *therapies* are the colour and words of each sub-row."""

    words: str
    share: str
    therapies: Sequence[tuple[Color | None, str]]


def summary(sheet: Sheet, top: float, rows: Sequence[Alteration]) -> float:
    """The summary table, its head over two lines; the next free top."""
    sheet.rule(LEFT, top, RIGHT - LEFT, DARK)
    heads = ("Detected Alteration(s) /", "Associated FDA-approved", "Clinical trial", "% cfDNA or")
    under = ("Biomarker(s)", "therapies", "availability", "Amplification")
    for number, titles in enumerate((heads, under)):
        for x, title in zip(COLUMNS, titles, strict=True):
            sheet.words(x, top + 14 + 12 * number, title, HEAD_CELL)
    top += 34
    for row in rows:
        sheet.rule(LEFT, top, RIGHT - LEFT, DARK)
        sheet.words(COLUMNS[0], top + 16, row.words)
        sheet.words(COLUMNS[2], top + 16, "Yes")
        sheet.words(COLUMNS[3], top + 16, row.share)
        for number, (colour, drugs) in enumerate(row.therapies):
            if colour is not None:
                icon(sheet, COLUMNS[1], top + 16 + 15 * number, colour)
            sheet.words(COLUMNS[1] + 18 * (colour is not None), top + 16 + 15 * number, drugs)
        top += 24 + 15 * (len(row.therapies) - 1)
    sheet.rule(LEFT, top, RIGHT - LEFT, DARK)
    return top + 20


def trend(sheet: Sheet, top: float, rows: Sequence[tuple[str, str, str, str]]) -> float:
    """Alteration, this sample's share, the share before and a remark; with bar and sparkline."""
    titles = ("Alteration", "% cfDNA or Amp", "Alteration Trend")
    for x, title in zip((LEFT + 12, 220.0, 370.0), titles, strict=True):
        sheet.words(x, top + 12, title, HEAD_CELL)
    top += 18
    for number, (words, now, before, remark) in enumerate(rows):
        sheet.rule(LEFT, top, RIGHT - LEFT)
        colour = BARS[number % len(BARS)]
        sheet.fill(Box(x=LEFT, top=top, width=6, height=26), colour)
        sheet.words(LEFT + 12, top + 17, words)
        sheet.words(220, top + 17, now)
        sheet.fill(Box(x=262, top=top + 9, width=70 * float(now.rstrip("%")), height=9), colour)
        if before:
            sheet.words(374, top + 17, before, SMALL)
            sheet.curve(((410, top + 8), (450, top + 12), (490, top + 20)), colour)
        sheet.words(500, top + 17, remark, Ink(size=6.5))
        top += 26
    sheet.rule(LEFT, top, RIGHT - LEFT)
    return top + 20


def genes(sheet: Sheet, top: float, listed: Sequence[str], legend: Sequence[str]) -> float:
    """The gene list in nine columns, its marks glued to the genes, and what the marks mean."""
    for number, symbol in enumerate(listed):
        x, line = LEFT + 6 + 58 * (number % 9), top + 12 * (number // 9)
        sheet.words(x, line, symbol, SMALL)
    top += 12 * ((len(listed) + 8) // 9) + 8
    for number, words in enumerate(legend):
        sheet.words(LEFT + 260 * number, top, words, Ink(size=7))
    return top + 24


def prose(sheet: Sheet, top: float, words: str) -> float:
    """A paragraph over the whole width; the next free top."""
    box = Box(x=LEFT, top=top, width=RIGHT - LEFT, height=0)
    return sheet.paragraph(box, words, Ink(size=9)) + 14


def document(path: Path, title: str, frame: Frame, pages: Sequence[Page]) -> None:
    """Write all pages of a report to *path*; the frame says how many there must be."""
    if len(pages) != frame.pages:
        raise ValueError(f"{title} has {len(pages)} pages and says that it has {frame.pages}")
    bind(Sheet(path, letter, title), pages, lambda sheet, number: furnish(sheet, frame, number))
