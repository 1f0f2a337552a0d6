"""Layout family C (pills and bars): what one report says in, its pages on a sheet out.

A dark band with white words, a side column of labels over values, genes in pills whose look tells
nothing, bars for shares, an option bar whose fill alone marks the answer, letter-spaced headings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from drawing import BLACK, BOLD, DARK, FINE, GREY, SMALL, STRONG, WHITE, Box, Ink, Page, Sheet, bind
from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import letter

SIDE, LEFT, RIGHT = 40.0, 196.0, 580.0
LAB = "Aurelia OncoSeq (fictional)"
BAND = Color(0.12, 0.13, 0.2)
TINT = Color(0.2, 0.55, 0.6)
SECTION = Ink(font=BOLD, size=9)
TIER = Ink(font=BOLD, size=9.5, colour=DARK)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands at the head and foot of every page."""

    patient: str
    diagnosis: str
    accession: str
    reported: str
    pages: int


def furnish(sheet: Sheet, frame: Frame, number: int) -> None:
    """The band with white words, the foot, and the synthetic line twice."""
    sheet.fill(Box(x=36, top=24, width=sheet.width - 60, height=48), BAND)
    sheet.words(44, 45, frame.patient, Ink(font=BOLD, size=14, colour=WHITE))
    white = Ink(size=8.5, colour=WHITE)
    sheet.words(44, 62, f"Diagnosis: {frame.diagnosis}", white)
    sheet.words(330, 62, f"Accession No.: {frame.accession}", white)
    sheet.words(430, 45, LAB, Ink(font=BOLD, size=9, colour=WHITE))
    sheet.margin_watermark()
    sheet.synthetic_footer()
    signed = f"Electronically signed by Dr. Petra Beispiel   Date Reported: {frame.reported}"
    sheet.words(44, sheet.height - 30, signed, FINE)
    sheet.words_to(RIGHT, sheet.height - 30, f"page {number} of {frame.pages}", FINE)


def side_column(sheet: Sheet, groups: Sequence[Sequence[tuple[str, str]]]) -> None:
    """Labels over values, or beside them where they end with a colon, in groups."""
    top = 98.0
    for group in groups:
        for label, value in group:
            if label.endswith(":"):
                x = sheet.words(SIDE, top, f"{label} ", STRONG)
                sheet.words(x, top, value)
                top += 13
                continue
            sheet.words(SIDE, top, label, Ink(size=7, colour=DARK))
            sheet.words(SIDE, top + 11, value)
            top += 25
        sheet.rule(SIDE, top - 4, 130)
        top += 14


def section(sheet: Sheet, x: float, top: float, words: str) -> float:
    """A letter-spaced heading in capitals; the top of the next line."""
    sheet.letter_spaced(x, top, words, SECTION)
    sheet.rule(x, top + 4, RIGHT - x, DARK)
    return top + 20


def tier(sheet: Sheet, x: float, top: float, words: str) -> float:
    """The heading of a tier of variants; the top of the next line."""
    sheet.words(x, top, words, TIER)
    return top + 18


def pill(sheet: Sheet, x: float, top: float, words: str, *, filled: bool = False) -> float:
    """A gene in a pill, filled or outlined; the x behind it."""
    ink = Ink(font=BOLD, size=9, colour=WHITE if filled else BLACK)
    box = Box(x=x, top=top - 10, width=ink.width(words) + 14, height=14)
    sheet.rounded(box, TINT if filled else None, TINT)
    sheet.words(x + 7, top, words, ink)
    return x + box.width + 6


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A somatic variant as the first page shows it; *share* in percent."""

    gene: str
    words: str
    share: float


def variant(sheet: Sheet, top: float, shown: Variant, *, filled: bool) -> float:
    """Pill, description, share and bar on one line; the top of the next."""
    pill(sheet, LEFT, top, shown.gene, filled=filled)
    sheet.words(LEFT + 64, top, shown.words)
    sheet.words(LEFT + 290, top, f"{shown.share:.1f}%")
    sheet.fill(Box(x=LEFT + 324, top=top - 7, width=60, height=7), Color(0.9, 0.9, 0.9))
    sheet.fill(Box(x=LEFT + 324, top=top - 7, width=0.6 * shown.share, height=7), TINT)
    return top + 22


def option_bar(sheet: Sheet, x: float, top: float, options: Sequence[str], selected: int) -> float:
    """Every possible answer in a row; the fill alone marks the one that holds."""
    for number, words in enumerate(options):
        width = 58.0
        box = Box(x=x, top=top - 11, width=width, height=16)
        sheet.rounded(box, TINT if number == selected else None, GREY)
        ink = Ink(size=8.5, colour=WHITE if number == selected else BLACK)
        at = x + (width - ink.width(words)) / 2
        sheet.words(at, top, words, ink)
        if number == selected:  # drawn a second time, as real renderers do
            sheet.words(at + 0.2, top, words, ink)
        x += width
    return top + 24


def prose(sheet: Sheet, x: float, top: float, words: str) -> float:
    """A paragraph from *x* to the right margin; the next free top."""
    return sheet.paragraph(Box(x=x, top=top, width=RIGHT - x, height=0), words) + 12


def row(sheet: Sheet, top: float, cells: Sequence[str], ink: Ink = SMALL) -> float:
    """A line of four columns over the whole width; the top of the next."""
    for x, words in zip((SIDE + 4, 130.0, 400.0, 500.0), cells, strict=False):
        sheet.words(x, top, words, ink)
    return top + 13


def document(path: Path, title: str, frame: Frame, pages: Sequence[Page]) -> None:
    """Write all pages of a report to *path*; the frame says how many there must be."""
    if len(pages) != frame.pages:
        raise ValueError(f"{title} has {len(pages)} pages and says that it has {frame.pages}")
    bind(Sheet(path, letter, title), pages, lambda sheet, number: furnish(sheet, frame, number))
