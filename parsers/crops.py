"""A PDF and a place on it in, a picture of the place out, with a frame around what is meant."""

import io
from typing import Final

from PIL import Image, ImageDraw

from parsers import pdfium
from parsers.page import Box

SCALE: Final = 2.0  # dots a point
PAGE_SCALE: Final = 1.6  # the same of a whole page
AROUND: Final = 36.0  # points above and below: the lines that a reader needs beside the value
AIR: Final = 2.0  # points between the words and the frame
RED: Final = (200, 0, 0)


def whole(data: bytes, page: int, box: Box, password: str | None = None) -> bytes:
    """A PNG of a whole page, a red frame about *box*.

    Raises:
        UnreadableError: the file cannot be opened, or has no such page.
    """
    shown = pdfium.render(data, page, None, PAGE_SCALE, password)
    return _framed(shown, box, PAGE_SCALE)


def crop(data: bytes, page: int, box: Box, password: str | None = None) -> bytes:
    """A PNG of a page over its whole width around *box*, a red frame about the box.

    Raises:
        UnreadableError: the file cannot be opened, or has no such page.
        ValueError: the box is off the page.
    """
    wide, high = pdfium.size(data, page, password)
    left, top, right, bottom = box
    over, under = max(0.0, top - AROUND), min(high, bottom + AROUND)
    shown = pdfium.render(data, page, (0.0, over, wide, under), SCALE, password)
    return _framed(shown, (left, top - over, right, bottom - over), SCALE)


def _framed(shown: bytes, box: Box, scale: float) -> bytes:
    """The picture with a red frame about *box*, which counts in points from its top left corner."""
    left, top, right, bottom = box
    picture = Image.open(io.BytesIO(shown)).convert("RGB")
    frame = (left - AIR, top - AIR, right + AIR, bottom + AIR)
    ImageDraw.Draw(picture).rectangle([scale * edge for edge in frame], outline=RED, width=3)
    written = io.BytesIO()
    picture.save(written, format="PNG", optimize=True)
    return written.getvalue()
