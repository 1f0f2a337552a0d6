"""A picture of a page in, the same upright, level and without specks out, and the way back.

A fax or a scan stands on its head, leans and is dusted; recognition needs it straight. Every place
found on the straight picture is carried back to the page as it is shown.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PIL import Image, ImageFilter

from parsers.page import Box

INK = 160  # of 255 tones of grey: darker is ink
LEAST_INK = 8  # dots of ink around a dot, itself included, for it to be more than a speck
REACH = 3  # dots to each side that are looked at, at 300 dots an inch
SMOOTH = 1.0  # dots: the teeth of a coarse scan at 300 dots an inch mislead recognition
MOST_SKEW = 4.0  # degrees
STEP = 0.2
SMALL = 900  # dots across: enough to see how lines lean
TURNS: Final = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


@dataclass(frozen=True, kw_only=True)
class Straightened:
    """A straight picture of a page of *width* by *height* points.

    The page was turned by *quarter* degrees against the clock (0, 90, 180, 270), then by *lean*.
    """

    picture: Image.Image
    width: float
    height: float
    quarter: int = 0
    lean: float = 0.0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the straight page, in points."""
        return (self.height, self.width) if self.quarter in {90, 270} else (self.width, self.height)

    def on_page(self, box: Box) -> Box:
        """The smallest box on the page as it is shown around *box* on the straight page."""
        left, top, right, bottom = box
        corners = [self._back(x, y) for x in (left, right) for y in (top, bottom)]
        across, down = [x for x, _ in corners], [y for _, y in corners]
        return (
            max(0.0, min(across)),
            max(0.0, min(down)),
            min(self.width, max(across)),
            min(self.height, max(down)),
        )

    def _back(self, x: float, y: float) -> tuple[float, float]:
        wide, high = self.size
        angle = math.radians(self.lean)
        dx, dy = x - wide / 2, y - high / 2
        x = wide / 2 + dx * math.cos(angle) - dy * math.sin(angle)
        y = high / 2 + dx * math.sin(angle) + dy * math.cos(angle)
        return {
            0: (x, y),
            90: (self.width - y, x),
            180: (self.width - x, self.height - y),
            270: (y, self.height - x),
        }[self.quarter]


def straightened(picture: Image.Image, size: tuple[float, float], quarter: int = 0) -> Straightened:
    """A grey *picture* of a page of *size* points, turned by *quarter*, levelled and dusted."""
    turned = picture.transpose(TURNS[quarter]) if quarter else picture
    clean = without_specks(turned)
    lean = skew(clean)
    level = clean.rotate(lean, Image.Resampling.BICUBIC, fillcolor=255) if lean else clean
    smooth = level.filter(ImageFilter.GaussianBlur(SMOOTH))
    return Straightened(picture=smooth, width=size[0], height=size[1], quarter=quarter, lean=lean)


def without_specks(picture: Image.Image) -> Image.Image:
    """The picture, white wherever ink stands alone: the dust of a fax, no dot of a letter."""
    ink = picture.point([255] * INK + [0] * (256 - INK))
    around = ink.filter(ImageFilter.BoxBlur(REACH))
    share = 255 * LEAST_INK / (2 * REACH + 1) ** 2
    lonely = around.point([255 if tone < share else 0 for tone in range(256)])
    return Image.composite(Image.new("L", picture.size, 255), picture, lonely)


def skew(picture: Image.Image) -> float:
    """By how many degrees against the clock the lines must be turned to be level."""
    small = picture.copy()
    small.thumbnail((SMALL, SMALL))
    ink = small.point([255 - tone for tone in range(256)])
    steps = round(MOST_SKEW / STEP)
    angles = [STEP * step for step in sorted(range(-steps, steps + 1), key=abs)]
    best = max(angles, key=lambda angle: _evenness(ink, angle))
    return best if _evenness(ink, best) > 1.02 * _evenness(ink, 0.0) else 0.0


def _evenness(ink: Image.Image, angle: float) -> float:
    """How sharply rows of ink and rows of paper part: greatest where the lines are level."""
    turned = ink.rotate(angle, Image.Resampling.BILINEAR)
    rows = turned.resize((1, turned.height), Image.Resampling.BOX).tobytes()
    return _roughness(rows)


def _roughness(rows: Sequence[int]) -> float:
    return float(sum((one - two) ** 2 for one, two in pairwise(rows)))
