"""Raw pages and their PDF in, the same out with every character marked that nobody can see.

Words in white on white, in ink that paints nothing, smaller than print, outside the page or under a
box are read by a program and by no person: they are no part of a report. Whether a suspect is seen
is decided by looking: the page is painted, and a place without any contrast shows nothing.
"""

from collections.abc import Sequence
from dataclasses import replace

from parsers import pdfium
from parsers.page import Box, Char, Colour, Fill, RawPage

SMALLEST = 2.0  # points: nobody prints or reads smaller type
MANY_SHAPES = 600  # a page with more is a drawing, where asking what covers what costs too much


def marked(raw: Sequence[RawPage], data: bytes, password: str | None = None) -> list[RawPage]:
    """The pages, their characters marked as hidden where nobody sees them."""
    return [_marked(page, data, password) for page in raw]


def _marked(page: RawPage, data: bytes, password: str | None) -> RawPage:
    gone = {index for index, char in enumerate(page.chars) if _is_out_of_sight(char, page)}
    suspects = _suspects(page, gone)
    if suspects:
        boxes = [_inner(page.chars[index]) for index in suspects]
        seen = pdfium.contrasts(data, page.number, boxes, password=password)
        gone |= {index for index, visible in zip(suspects, seen, strict=True) if not visible}
    if not gone:
        return page
    chars = (
        replace(char, hidden=True) if index in gone else char
        for index, char in enumerate(page.chars)
    )
    return replace(page, chars=tuple(chars))


def _is_out_of_sight(char: Char, page: RawPage) -> bool:
    if char.hidden or char.size < SMALLEST:
        return True
    left, top, right, bottom = page.window or (0.0, 0.0, page.width, page.height)
    x, y = (char.x0 + char.x1) / 2, (char.top + char.bottom) / 2
    return not (left <= x <= right and top <= y <= bottom)


def _suspects(page: RawPage, gone: set[int]) -> list[int]:
    """Characters that may not be seen: white ones on no dark box, and what a box lies over."""
    boxes = [fill for fill in page.fills if _is_box(fill)] if len(page.fills) < MANY_SHAPES else []
    return [
        index
        for index, char in enumerate(page.chars)
        if index not in gone and not char.text.isspace() and _is_suspect(char, boxes)
    ]


def _is_box(fill: Fill) -> bool:
    return fill.colour is not None and fill.x1 - fill.x0 > 3 and fill.bottom - fill.top > 3


def _is_suspect(char: Char, boxes: Sequence[Fill]) -> bool:
    x, y = (char.x0 + char.x1) / 2, (char.top + char.bottom) / 2
    around = [box for box in boxes if box.x0 <= x <= box.x1 and box.top <= y <= box.bottom]
    if any(box.order > char.order for box in around):
        return True
    ground = around[-1].colour if around else None
    return _is_white(char.colour) if ground is None else ground == char.colour


def _is_white(colour: Colour | None) -> bool:
    if colour is None:
        return False
    if len(colour) == 4:
        return max(colour) < 0.06
    return min(colour) > 0.94


def _inner(char: Char) -> Box:
    """The middle of a character, so that the edge of a box around it is no contrast."""
    high, wide = char.bottom - char.top, char.x1 - char.x0
    return (
        char.x0 + 0.1 * wide,
        char.top + 0.15 * high,
        char.x1 - 0.1 * wide,
        char.bottom - 0.15 * high,
    )
