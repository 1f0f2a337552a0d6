"""The words of a printed page: characters, words, cells, lines, pages and the document.

All distances are PDF points from the top left corner of the page. A *cell* is a run of words on one
line with no wide gap in it: a table cell, a label, a value, or one line of a column of text.
"""

import re
import unicodedata
from dataclasses import dataclass, field

Box = tuple[float, float, float, float]
Colour = tuple[float, ...]  # 1 part is grey, 3 are red, green and blue, 4 are inks; each 0-1


UNPRINTED = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
HYPHENS = re.compile("[\u2010\u2011\u2212\ufe63\uff0d]")  # the dashes of ranges stay


def clean(text: str) -> str:
    """Printed characters as plain text: NFKC, plain hyphens, nothing that leaves no ink.

    A soft hyphen at the end of a word is printed as a hyphen, elsewhere not at all.
    """
    plain = HYPHENS.sub("-", unicodedata.normalize("NFKC", text))
    plain = re.sub("\u00ad$", "-", plain).replace("\u00ad", "")
    return UNPRINTED.sub("", plain)


_UNLIKE_WORDS = {code: None for code in range(128) if not chr(code).isalnum()}


def compact(text: str) -> str:
    """Lower-case letters and digits only, NFKC: letter-spaced and kerned headings compare equal."""
    if text.isascii():
        # The same, and most of what is printed: a report is compacted many thousand times.
        return text.lower().translate(_UNLIKE_WORDS)
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


@dataclass(frozen=True, kw_only=True, slots=True)
class Char:
    """One printed character; *bold* also says that it was printed twice at the same place.

    *colour* is the fill of its glyph, None where the page does not say; *order* is when it was
    painted; *hidden* says that nobody sees it (invisible ink, off the page, white on white).
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    font: str
    upright: bool
    bold: bool = False
    colour: Colour | None = None
    order: int = 0
    hidden: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Fill:
    """A painted or stroked rectangle, line or curved shape; thin ones are rules.

    *colour* is the paint inside, *stroke* that of the outline, None where there is none; *curved*
    says that the outline is not a plain rectangle or line (a pill, a rounded box, a circle);
    *order* is when it was painted.
    """

    x0: float
    top: float
    x1: float
    bottom: float
    colour: Colour | None = None
    stroke: Colour | None = None
    curved: bool = False
    order: int = 0

    @property
    def is_vertical_rule(self) -> bool:
        """True for an upright line or a rectangle too thin to be anything else."""
        return self.x1 - self.x0 < 2 and self.bottom - self.top > 5

    @property
    def is_level_rule(self) -> bool:
        """True for a level line or a rectangle too thin to be anything else."""
        return self.bottom - self.top < 2 and self.x1 - self.x0 > 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Annotation:
    """Words that lie on a page rather than in it: a note, a stamp, the value of a form field."""

    kind: str
    text: str
    box: Box


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPage:
    """A page as the PDF library gives it: *image_share* is the part covered by pictures (0-1).

    *window* is the part of the page that is shown (its crop box).
    """

    number: int
    width: float
    height: float
    chars: tuple[Char, ...]
    fills: tuple[Fill, ...]
    image_share: float = 0.0
    window: Box | None = None
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """Characters without a gap; *struck* is struck through, *colour* that of the first glyph."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool
    colour: Colour | None = None
    struck: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """Words of one line without a wide gap, on a page counted from 1 as the file holds it."""

    page: int
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words, one space between."""
        return " ".join(word.text for word in self.words)

    @property
    def x0(self) -> float:
        """Left edge."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Right edge."""
        return self.words[-1].x1

    @property
    def top(self) -> float:
        """Upper edge."""
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return max(word.bottom for word in self.words)

    @property
    def size(self) -> float:
        """Size of the tallest word."""
        return max(word.size for word in self.words)

    @property
    def bold(self) -> bool:
        """True if every word is bold or double-struck."""
        return all(word.bold for word in self.words)

    @property
    def struck(self) -> bool:
        """True if every word is struck through: printed, but taken back."""
        return all(word.struck for word in self.words)

    @property
    def bbox(self) -> Box:
        """Left, top, right, bottom."""
        return (self.x0, self.top, self.x1, self.bottom)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Cells on one baseline, left to right; *running* lines are repeated heads and feet."""

    cells: tuple[Cell, ...]
    running: bool = False

    @property
    def text(self) -> str:
        """All cells, one space between."""
        return " ".join(cell.text for cell in self.cells)

    @property
    def top(self) -> float:
        """Upper edge."""
        return min(cell.top for cell in self.cells)

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return max(cell.bottom for cell in self.cells)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A laid-out page; *printed* is the "n of m" it bears, *doubt* why its text is not trusted.

    *struck* holds what is struck through, *hidden* what nobody sees, *turned* what is not level:
    they stand in no line, so that nobody reads them as values. *skimmed* is the text of a page that
    was passed over because it can hold no result; it has no lines.
    """

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    fills: tuple[Fill, ...] = ()
    body_size: float = 10.0
    printed: tuple[int, int] | None = None
    doubt: str | None = None
    struck: tuple[Cell, ...] = ()
    hidden: tuple[Cell, ...] = ()
    turned: str = ""
    annotations: tuple[Annotation, ...] = ()
    skimmed: str = ""

    @property
    def texts(self) -> list[str]:
        """The text of every line, of a page that was passed over too."""
        return [line.text for line in self.lines] or self.skimmed.splitlines()

    @property
    def text(self) -> str:
        """Every line, the running ones too, in reading order."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """A page that was passed over: its number in the file, its fast text, its printed number."""

    number: int
    text: str
    printed: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True)
class Document:
    """A laid-out document in the order of its printed page numbers."""

    name: str
    sha256: str
    pages: tuple[Page, ...]
    compacted: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not self.compacted:
            joined = "\n".join(compact(text) for page in self.pages for text in page.texts)
            object.__setattr__(self, "compacted", joined)

    @property
    def text(self) -> str:
        """The text of all pages."""
        return "\n".join(page.text for page in self.pages)


def union(boxes: tuple[Box, ...]) -> Box:
    """The smallest box around *boxes* (at least one)."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
