"""PDF bytes in, fast text or a picture out: the only file that knows pypdfium2.

A second pair of eyes beside `document`: it shares no code with it, so what both read is there.
Pages are counted from 1 as the file holds them. The library bears one caller at a time; a lock
keeps threads apart.
"""

import contextlib
import io
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from parsers.page import Box
from pipeline.errors import UnreadableError

SHARP = 2.0  # pixels a point when only contrast is asked
LEAST_CONTRAST = 14  # of 255 tones of grey
ONE_AT_A_TIME = threading.Lock()  # pdfium crashes, or gives empty text, when two threads use it


@dataclass(frozen=True, kw_only=True, slots=True)
class FastLine:
    """A line as pdfium writes it, and the top left corner of its first letter."""

    text: str
    x0: float
    top: float


@dataclass(frozen=True, kw_only=True, slots=True)
class FastPage:
    """A page's text in the order of writing, its lines with places; *turned* is its /Rotate."""

    text: str
    lines: tuple[FastLine, ...]
    turned: int


def skim(data: bytes, password: str | None = None, most: int = 300) -> tuple[FastPage, ...]:
    """Every page fast, in the file's order; none at all of a file with more than *most* pages.

    Raises:
        UnreadableError: the file cannot be opened, or a page of it (``damaged``, ``password``).
    """
    with _opened(data, password) as document:
        count = len(document)
        return tuple(_skimmed(document, index) for index in range(count if count <= most else 0))


def _skimmed(document: Any, index: int) -> FastPage:  # noqa: ANN401 - pypdfium2 is untyped here
    page = document[index]
    layer = page.get_textpage()
    text = str(layer.get_text_range())
    lines = tuple(_placed_lines(text, layer, page))
    turned = int(page.get_rotation())
    layer.close()
    page.close()
    return FastPage(text=text.replace("\r\n", "\n"), lines=lines, turned=turned)


def _placed_lines(text: str, layer: Any, page: Any) -> Iterator[FastLine]:  # noqa: ANN401
    from pypdfium2 import raw  # noqa: PLC0415 - a VCF need not pay for it

    left, low = page.get_mediabox()[:2]
    high = page.get_height()
    at = 0
    for line in text.split("\r\n"):
        bare = line.lstrip()
        if bare:
            start = at + len(line) - len(bare)
            index = raw.FPDFText_GetCharIndexFromTextIndex(layer, start)
            box = layer.get_charbox(index) if index >= 0 else (0.0, 0.0, 0.0, 0.0)
            yield FastLine(text=bare.rstrip(), x0=box[0] - left, top=high - (box[3] - low))
        at += len(line) + 2


def texts(data: bytes, password: str | None = None) -> tuple[str, ...]:
    """The text of every page, lines parted by newlines, in the file's order.

    Raises:
        UnreadableError: the file cannot be opened, or a page of it (``damaged``, ``password``).
    """
    with _opened(data, password) as document:
        return tuple(_text(document, index) for index in range(len(document)))


def attachments(data: bytes, password: str | None = None) -> tuple[str, ...]:
    """The names of the files that are attached to a PDF.

    Raises:
        UnreadableError: the file cannot be opened.
    """
    with _opened(data, password) as document:
        count = document.count_attachments()
        return tuple(str(document.get_attachment(index).get_name()) for index in range(count))


def key(data: bytes, passwords: Sequence[str]) -> str | None:
    """The first of *passwords* that opens a locked file; None where none is needed, or none fits.

    A damaged file needs none: whoever reads it says what is wrong.
    """
    for each in (None, *passwords):
        try:
            with _opened(data, each):
                return each
        except UnreadableError as fault:
            if fault.code != "password":
                return None
    return None


def size(data: bytes, page: int, password: str | None = None) -> tuple[float, float]:
    """Width and height of a page in points, as it is shown, turned by its /Rotate.

    Raises:
        UnreadableError: the file cannot be opened, or has no such page.
    """
    with _opened(data, password) as document:
        width, height = _page(document, page).get_size()
        return float(width), float(height)


def render(
    data: bytes,
    page: int,
    box: Box | None = None,
    scale: float = 2.0,
    password: str | None = None,
) -> bytes:
    """A picture (PNG) of a page, or of *box* on it; *scale* 1 is 72 dots an inch.

    *box* is left, top, right, bottom in points from the top left corner of the page as it is
    shown, turned by its /Rotate; what stands out of the page is cut off.

    Raises:
        UnreadableError: the file cannot be opened, or has no such page.
        ValueError: *box* is empty or wholly off the page.
    """
    with _opened(data, password) as document:
        shown = _page(document, page)
        width, height = shown.get_size()
        left, top, right, bottom = box or (0.0, 0.0, width, height)
        left, top = max(0.0, left), max(0.0, top)
        right, bottom = min(width, right), min(height, bottom)
        if right - left < 1 / scale or bottom - top < 1 / scale:
            raise ValueError(f"No part of the box lies on page {page}.")
        crop = (left, height - bottom, width - right, top)
        written = io.BytesIO()
        shown.render(scale=scale, crop=crop).to_pil().save(written, format="PNG")
        return written.getvalue()


def contrasts(
    data: bytes, page: int, boxes: Sequence[Box], password: str | None = None
) -> tuple[bool, ...]:
    """For each box on a page whether anything can be seen in it: two tones that a person parts.

    Raises:
        UnreadableError: the file cannot be opened, or has no such page.
    """
    with _opened(data, password) as document:
        picture = _page(document, page).render(scale=SHARP, grayscale=True).to_pil()
        return tuple(_has_contrast(picture, box) for box in boxes)


def _has_contrast(picture: Any, box: Box) -> bool:  # noqa: ANN401 - a picture of Pillow
    left, top = int(box[0] * SHARP), int(box[1] * SHARP)
    right, bottom = max(left + 1, int(box[2] * SHARP) + 1), max(top + 1, int(box[3] * SHARP) + 1)
    darkest, lightest = picture.crop((left, top, right, bottom)).getextrema()
    return bool(lightest - darkest >= LEAST_CONTRAST)


def words_at(
    data: bytes, places: Sequence[tuple[int, Box]], password: str | None = None
) -> tuple[str, ...]:
    """What stands in each place (a page and a box on it), as pdfium reads it.

    Raises:
        UnreadableError: the file cannot be opened, or has no such page.
    """
    found = [""] * len(places)
    with _opened(data, password) as document:
        for number in sorted({page for page, _ in places}):
            page = _page(document, number)
            layer = page.get_textpage()
            for index, (at, box) in enumerate(places):
                if at == number:
                    found[index] = _bounded(page, layer, box)
            layer.close()
            page.close()
    return tuple(found)


def _bounded(page: Any, layer: Any, box: Box) -> str:  # noqa: ANN401 - pypdfium2 is untyped here
    """The text of a box; pdfium counts in the page's own space, before it is turned."""
    wide, high = page.get_size()
    low_x, low_y = page.get_mediabox()[:2]
    left, top, right, bottom = box
    corners = {
        0: (left, high - bottom, right, high - top),
        90: (top, left, bottom, right),
        180: (wide - right, top, wide - left, bottom),
        270: (high - bottom, wide - right, high - top, wide - left),
    }[page.get_rotation()]
    x0, y0, x1, y1 = corners
    return str(layer.get_text_bounded(low_x + x0, low_y + y0, low_x + x1, low_y + y1))


@contextlib.contextmanager
def _opened(data: bytes, password: str | None) -> Iterator[Any]:
    import pypdfium2  # noqa: PLC0415 - a VCF need not pay for it

    with ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(data, password=password)
        except pypdfium2.PdfiumError as fault:
            if "password" in str(fault).casefold():
                raise UnreadableError(
                    "password", "The PDF is locked: a password is required to read it."
                ) from fault
            raise UnreadableError("damaged", "The PDF cannot be opened.") from fault
        try:
            yield document
        except pypdfium2.PdfiumError as fault:
            raise UnreadableError("damaged", "A page of the PDF cannot be opened.") from fault
        finally:
            document.close()


def _page(document: Any, number: int) -> Any:  # noqa: ANN401 - pypdfium2 is untyped here
    """The page in the frame that `document` measures in: the media box, not the crop box."""
    if not 1 <= number <= len(document):
        raise UnreadableError("no_such_page", f"The PDF has no page {number}.")
    page = document[number - 1]
    if page.get_cropbox() == page.get_mediabox():
        return page
    page.set_cropbox(*page.get_mediabox())
    page.close()
    return document[number - 1]


def _text(document: Any, index: int) -> str:  # noqa: ANN401 - pypdfium2 is untyped here
    page = document[index]
    layer = page.get_textpage()
    text = str(layer.get_text_range()).replace("\r\n", "\n")
    layer.close()
    page.close()
    return text
