"""One page of a PDF in, its characters, shapes, pictures and notes out: knows pdfminer.

pdfplumber's own copy of a page costs as much again as reading it, and loses the order of painting
and invisible ink; both say what a person sees. Places are points from the top left corner of the
page as it is shown (turned by its /Rotate), whatever corner its media box counts from.
"""

import re
from collections.abc import Iterator
from typing import Any

from pdfminer import pdftypes
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer, LTCurve, LTImage, LTLine, LTRect
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import resolve1, resolve_all
from pdfminer.utils import decode_text

from parsers.page import Annotation, Box, Char, Colour, Fill, RawPage
from pipeline.errors import UnreadableError

INVISIBLE = 3  # the text rendering mode that paints nothing (ISO 32000-1, table 106)
STRIKE_OUT = "StrikeOut"
NO_WORDS = frozenset({"Link", "Popup", "Highlight", "Underline", "Squiggly", STRIKE_OUT})


EMPTIED = b"\0" * 16  # a sector that was lost reads as zeros; no writer parts operators so
INLINE_PICTURE = re.compile(rb"(?:^|\s)BI\s[^()]*\sID\s")
DAMAGED = "The PDF is damaged: {} on page {} makes no sense."


def _refuse(data: bytes) -> bytes:
    """Never read on in a packed stream whose checksum is wrong: a part of a page would be lost."""
    raise UnreadableError("damaged", f"The PDF is damaged: {len(data)} packed bytes do not unpack.")


pdftypes.decompress_corrupted = _refuse  # pdfminer would give what it can, and say nothing


class _Interpreter(PDFPageInterpreter):
    """Refuses what no writer writes, where pdfminer passes over it and loses what it painted."""

    number = 0
    tolerant = False  # between BX and EX a writer may use operators of its own

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - only asked for what is not there
        if name.startswith("do_") and not self.tolerant:
            raise UnreadableError("damaged", DAMAGED.format(f"“{name[3:13]}”", self.number))
        raise AttributeError(name)

    def do_BX(self) -> None:  # noqa: N802 - pdfminer's names
        """Operators that are not known may follow."""
        self.tolerant = True

    def do_EX(self) -> None:  # noqa: N802 - the same
        """And no longer."""
        self.tolerant = False

    def pop(self, n: int) -> list[Any]:
        """The operands of an operator; too few of them are damage."""
        if len(self.argstack) < n:
            raise UnreadableError("damaged", DAMAGED.format("an operator", self.number))
        return list(super().pop(n))


class _Painter(PDFPageAggregator):
    """Keeps everything that is painted, and with what ink text is."""

    ink = 0

    def render_string(self, textstate: Any, *rest: Any) -> None:  # noqa: ANN401 - untyped
        """Remember how the characters of a string are painted."""
        self.ink = textstate.render
        super().render_string(textstate, *rest)

    def render_char(self, *args: Any, **kwargs: Any) -> float:  # noqa: ANN401 - untyped
        """Mark each character with its ink."""
        advance = super().render_char(*args, **kwargs)
        added: Any = self.cur_item._objs[-1]  # noqa: SLF001 - pdfminer gives no other way to it
        added.ink = self.ink
        return float(advance)


def marks(page: Any, resources: Any, *, number: int, turned: int) -> RawPage:  # noqa: ANN401
    """What is on a page of pdfminer; *turned* is its /Rotate in degrees."""
    painter = _Painter(resources, pageno=number, laparams=None)
    _whole(page, number)
    interpreter = _Interpreter(resources, painter)
    interpreter.number = number
    interpreter.process_page(page)
    painted = painter.get_result()
    width, height = float(painted.width), float(painted.height)
    chars: list[Char] = []
    fills: list[Fill] = []
    pictures = 0.0
    for order, item in enumerate(_flat(painted)):
        if isinstance(item, LTChar):
            chars.append(_char(item, height, order))
        elif isinstance(item, LTCurve):
            fills.append(_fill(item, height, order))
        elif isinstance(item, LTImage):
            pictures += max(0.0, item.x1 - item.x0) * max(0.0, item.y1 - item.y0)
    frame = _Frame(page, turned, width, height)
    notes = tuple(_notes(page, frame))
    fills += [_strike(note.box) for note in notes if note.kind == STRIKE_OUT]
    return RawPage(
        number=number,
        width=width,
        height=height,
        chars=tuple(chars),
        fills=tuple(fills),
        image_share=min(1.0, pictures / (width * height or 1.0)),
        window=frame.placed(page.cropbox),
        annotations=tuple(note for note in notes if note.text.strip()),
    )


def _whole(page: Any, number: int) -> None:  # noqa: ANN401 - pdfminer's page
    for each in page.contents:
        stream = resolve1(each)
        data = stream.get_data() if isinstance(stream, pdftypes.PDFStream) else b""
        if EMPTIED in data and not INLINE_PICTURE.search(data):
            raise UnreadableError("damaged", DAMAGED.format("a run of zeros", number))


def _flat(container: Any) -> Iterator[Any]:  # noqa: ANN401 - pdfminer's items
    for item in container:
        if isinstance(item, LTContainer):
            yield from _flat(item)
        else:
            yield item


def _char(item: Any, height: float, order: int) -> Char:  # noqa: ANN401 - pdfminer's item
    name = item.fontname
    font = name.decode("latin-1") if isinstance(name, bytes) else str(name)
    folded = font.casefold()
    return Char(
        text=item.get_text(),
        x0=float(item.x0),
        top=height - item.y1,
        x1=float(item.x1),
        bottom=height - item.y0,
        size=float(item.size),
        font=font,
        upright=_is_upright(item.matrix),
        bold="bold" in folded or "black" in folded,
        colour=_colour(item.graphicstate.ncolor),
        order=order,
        hidden=item.ink == INVISIBLE,
    )


def _is_upright(matrix: tuple[float, ...]) -> bool:
    """True for level text; pdfminer calls a slanted watermark upright as well."""
    across, rise, slant, up = matrix[:4]
    return across > 0 and up > 0 and abs(rise) < 0.1 * across and abs(slant) < 0.6 * up


def _fill(item: Any, height: float, order: int) -> Fill:  # noqa: ANN401 - pdfminer's item
    return Fill(
        x0=float(item.x0),
        top=height - item.y1,
        x1=float(item.x1),
        bottom=height - item.y0,
        colour=_colour(item.non_stroking_color) if item.fill else None,
        stroke=_colour(item.stroking_color) if item.stroke else None,
        curved=not isinstance(item, LTRect | LTLine),
        order=order,
    )


def _colour(colour: object) -> Colour | None:
    if isinstance(colour, int | float):
        return (float(colour),)
    if isinstance(colour, tuple | list) and all(isinstance(part, int | float) for part in colour):
        return tuple(float(part) for part in colour) or None
    return None


# ------------------------------------------------------------------------- what lies on the page
class _Frame:
    """From the corners of a page's own space to places on it as it is shown."""

    def __init__(self, page: Any, turned: int, width: float, height: float) -> None:  # noqa: ANN401
        self.left, self.low = min(page.mediabox[0::2]), min(page.mediabox[1::2])
        self.turned, self.width, self.height = turned, width, height

    def placed(self, box: Any) -> Box:  # noqa: ANN401 - numbers of pdfminer
        """Left, top, right, bottom of a box given by two corners in the page's space."""
        ends = (self._point(box[0], box[1]), self._point(box[2], box[3]))
        xs, ys = sorted(end[0] for end in ends), sorted(end[1] for end in ends)
        return (xs[0], ys[0], xs[1], ys[1])

    def _point(self, x: float, y: float) -> tuple[float, float]:
        right, up = float(x) - self.left, float(y) - self.low
        match self.turned:
            case 90:
                return up, right
            case 180:
                return self.width - right, up
            case 270:
                return self.width - up, self.height - right
            case _:
                return right, self.height - up


def _notes(page: Any, frame: _Frame) -> Iterator[Annotation]:  # noqa: ANN401 - pdfminer's page
    for reference in resolve1(page.annots) or ():
        note = resolve1(reference)
        if not isinstance(note, dict) or "Rect" not in note:
            continue
        kind = str(getattr(resolve1(note.get("Subtype")), "name", ""))
        words = "" if kind in NO_WORDS else _words(note, kind)
        yield Annotation(kind=kind, text=words, box=frame.placed(resolve_all(note["Rect"])))


def _words(note: dict[str, Any], kind: str) -> str:
    """What a note says; the value of a form field may stand in the field it is a part of."""
    if kind != "Widget":
        return _decoded(resolve1(note.get("Contents")))
    above = resolve1(note.get("Parent"))
    inherited = resolve1(above.get("V")) if isinstance(above, dict) else None
    return _decoded(resolve1(note.get("V")) or inherited)


def _decoded(value: object) -> str:
    if isinstance(value, bytes):
        return str(decode_text(value))
    name = getattr(value, "name", value)  # a ticked box has a name for its value
    return name if isinstance(name, str) and name != "Off" else ""


def _strike(box: Box) -> Fill:
    """A strike-out note as the line it is shown as."""
    middle = (box[1] + box[3]) / 2
    return Fill(x0=box[0], top=middle, x1=box[2], bottom=middle, stroke=(0.0,))
