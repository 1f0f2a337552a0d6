"""One page of a synthetic report: words and places in, marks on a reportlab canvas out.

Places are points from the top left corner of the page, *top* being the baseline of the words.
Each trap that real laboratory documents set for a reader is one function with its own name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from reportlab.lib.colors import Color
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

SYNTHETIC = "SYNTHETIC SPECIMEN - NOT A PATIENT REPORT"
PLAIN = "Helvetica"
BOLD = "Helvetica-Bold"
BLACK = Color(0, 0, 0)
WHITE = Color(1, 1, 1)
DARK = Color(0.25, 0.25, 0.3)
GREY = Color(0.6, 0.6, 0.6)
PALE = Color(0.93, 0.93, 0.94)
SHADE = Color(0.86, 0.88, 0.91)
GREEN = Color(0.78, 0.9, 0.78)
RED = Color(0.95, 0.78, 0.76)


@dataclass(frozen=True, kw_only=True)
class Ink:
    """How words look: font, size in points, colour."""

    font: str = PLAIN
    size: float = 9
    colour: Color = BLACK

    def width(self, words: str) -> float:
        """How wide *words* are, in points."""
        return float(stringWidth(words, self.font, self.size))


BODY = Ink()
STRONG = Ink(font=BOLD)
SMALL = Ink(size=7.5)
LABEL = Ink(font=BOLD, size=6.5, colour=DARK)
FINE = Ink(size=6.5, colour=DARK)


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle on the page, in points from the top left corner."""

    x: float
    top: float
    width: float
    height: float


def true_type() -> str:
    """The free font that comes with the drawing library, embedded with its own map to letters."""
    registerFont(TTFont("TrueType", "Vera.ttf"))
    return "TrueType"


def _font_with_ligature() -> str:
    """The free font that comes with the drawing library; its "fi" stands for "ffi" as well."""
    font = TTFont("WithLigature", "Vera.ttf")
    font.face.charToGlyph[0xFB03] = font.face.charToGlyph[0xFB01]
    registerFont(font)
    return "WithLigature"


class Sheet:
    """The page being drawn, of a document written to *path* at the last `close`."""

    def __init__(
        self,
        path: Path,
        size: tuple[float, float],
        title: str,
        lock: StandardEncryption | None = None,
    ) -> None:
        self.width, self.height = size
        # Nothing compressed and nothing dated: the same bytes on every machine.
        self._canvas = Canvas(
            str(path), pagesize=size, invariant=1, pageCompression=0, encrypt=lock
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor("Oncoflag sample reports")
        self._canvas.setSubject(SYNTHETIC)

    def words(self, x: float, top: float, words: str, ink: Ink = BODY) -> float:
        """Write *words* from *x* on; the x at which they end."""
        self._canvas.setFont(ink.font, ink.size)
        self._canvas.setFillColor(ink.colour)
        self._canvas.drawString(x, self.height - top, words)
        return x + ink.width(words)

    def words_to(self, right: float, top: float, words: str, ink: Ink = BODY) -> None:
        """Write *words* so that they end at *right*."""
        self.words(right - ink.width(words), top, words, ink)

    def centred(self, top: float, words: str, ink: Ink = BODY) -> None:
        """Write *words* in the middle of the page."""
        self.words((self.width - ink.width(words)) / 2, top, words, ink)

    def paragraph(self, box: Box, words: str, ink: Ink = BODY, step: float = 1.3) -> float:
        """Write *words* in lines of the box's width, its height ignored; the next free top."""
        top = box.top
        for line in simpleSplit(words, ink.font, ink.size, box.width):
            self.words(box.x, top, line, ink)
            top += ink.size * step
        return top

    def rule(self, x: float, top: float, width: float, colour: Color = GREY) -> None:
        """A thin horizontal line."""
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(0.5)
        self._canvas.line(x, self.height - top, x + width, self.height - top)

    def fill(self, box: Box, colour: Color) -> None:
        """A filled rectangle without a border."""
        self._canvas.setFillColor(colour)
        bottom = self.height - box.top - box.height
        self._canvas.rect(box.x, bottom, box.width, box.height, stroke=0, fill=1)

    def rounded(self, box: Box, colour: Color | None = None, stroke: Color = GREY) -> None:
        """A pill or rounded box: outlined, and painted where *colour* is given."""
        self._canvas.setStrokeColor(stroke)
        self._canvas.setLineWidth(0.7)
        if colour is not None:
            self._canvas.setFillColor(colour)
        bottom = self.height - box.top - box.height
        radius = min(box.height / 2, 6)
        painted = int(colour is not None)
        self._canvas.roundRect(box.x, bottom, box.width, box.height, radius, 1, painted)

    def curve(self, points: Sequence[tuple[float, float]], colour: Color = GREY) -> None:
        """A line through points, given by x and top: a trend without words."""
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(1)
        for (x0, top0), (x1, top1) in pairwise(points):
            self._canvas.line(x0, self.height - top0, x1, self.height - top1)

    def double_strike(self, x: float, top: float, words: str, ink: Ink = STRONG) -> float:
        """Bold by drawing twice 0.3 points apart: every character is there two times."""
        self.words(x, top, words, ink)
        return self.words(x + 0.3, top, words, ink)

    def superscript(self, x: float, top: float, words: str) -> float:
        """A raised 6 point footnote mark, glued to the word before it."""
        return self.words(x, top - 3.2, words, Ink(size=6))

    def ligature(self, x: float, top: float, words: str) -> float:
        """Words with a ligature for three letters: one character in the text of the page."""
        return self.words(x, top, words, Ink(font=_font_with_ligature()))

    def letter_spaced(self, x: float, top: float, words: str, ink: Ink, gap: float = 3.5) -> None:
        """A heading with *gap* points between its letters."""
        self._canvas.setFont(ink.font, ink.size)
        self._canvas.setFillColor(ink.colour)
        self._canvas.drawString(x, self.height - top, words, charSpace=gap)

    def kerning_split(self, x: float, top: float, pieces: Sequence[str], ink: Ink) -> float:
        """One heading drawn in pieces with wide gaps inside its words, and no space there."""
        for piece in pieces:
            x = self.words(x, top, piece, ink) + 3.8
        return x

    def broken_word(self, x: float, top: float, pieces: Sequence[str], ink: Ink) -> float:
        """One word over several lines without a hyphen; the next free top."""
        for piece in pieces:
            self.words(x, top, piece, ink)
            top += ink.size * 1.3
        return top

    def strike_out(self, x: float, top: float, width: float) -> None:
        """A line through the middle of words of 9 points that begin at *x*."""
        self._canvas.setStrokeColor(BLACK)
        self._canvas.setLineWidth(0.8)
        middle = self.height - top + 2.6
        self._canvas.line(x - 1, middle, x + width + 1, middle)

    def slanted_watermark(self, words: str) -> None:
        """Large pale words across the page, behind whatever is drawn after them."""
        self._canvas.saveState()
        self._canvas.translate(130, 240)
        self._canvas.rotate(45)
        self._canvas.setFont(BOLD, 64)
        self._canvas.setFillColor(Color(0.88, 0.88, 0.88))
        self._canvas.drawString(0, 0, words)
        self._canvas.restoreState()

    def margin_watermark(self) -> None:
        """The synthetic line, turned by 90 degrees, grey, beside the lines of results."""
        self._canvas.saveState()
        self._canvas.translate(24, self.height - 428)
        self._canvas.rotate(90)
        self._canvas.setFont(BOLD, 14)
        self._canvas.setFillColor(Color(0.75, 0.75, 0.75))
        self._canvas.drawString(0, 0, SYNTHETIC)
        self._canvas.restoreState()

    def synthetic_footer(self) -> None:
        """The synthetic line upright at the foot of the page."""
        self.centred(self.height - 18, SYNTHETIC, Ink(font=BOLD, size=7, colour=DARK))

    def turn(self) -> None:
        """End this page and begin the next."""
        self._canvas.showPage()

    def close(self) -> None:
        """Write the document."""
        self._canvas.save()


Page = Callable[[Sheet], None]


def bind(sheet: Sheet, pages: Sequence[Page], furnish: Callable[[Sheet, int], None]) -> None:
    """Draw the pages one after the other, each with its head and foot, and write the document."""
    for number, draw in enumerate(pages, start=1):
        furnish(sheet, number)
        draw(sheet)
        sheet.turn()
    sheet.close()
