"""A page that is a picture in, its printed words with their places out: knows tesseract.

The program runs in a process of its own and is given the picture through a pipe: it may write no
file. What it reads is never believed by itself; see `scans`.
"""

import io
import math
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from statistics import fmean, median

from PIL import Image

from parsers import pdfium
from parsers.page import Char, RawPage
from parsers.upright import Straightened, straightened
from pipeline.errors import UnreadableError

DOTS_AN_INCH = 300
MOST_DOTS = 24_000_000  # a sheet of A3 at 240 dots an inch; more costs time and shows no more
PAGE_SECONDS = 40.0
SURE = 60.0  # mean confidence (of 100) of a page that is certainly upright
FEWEST_WORDS = 8
SHORT = 3  # letters and digits: whatever has fewer may be dirt, and must be read with confidence
SHORT_CONFIDENCE = 20.0
MARK_CONFIDENCE = 75.0  # for what has no letter or digit: rules and dirt are read as such
CAPITAL = 0.72  # of the type size, in a usual sans-serif
DESCENT = 0.21
WORD_LEVEL = "5"
INHERITED = ("PATH", "TESSDATA_PREFIX")
TURN = re.compile(r"^Rotate: (\d+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """A page as it was recognised, the way back to its picture, mean confidence (0-100)."""

    page: RawPage
    straight: Straightened
    confidence: float


@dataclass(frozen=True, kw_only=True)
class _Word:
    text: str
    line: tuple[str, str, str]
    confidence: float
    left: float
    top: float
    right: float
    bottom: float


def available() -> bool:
    """True if the program that recognises characters is installed."""
    return _program() is not None


@cache
def _program() -> str | None:
    return shutil.which("tesseract")


def recognise(data: bytes, number: int, password: str | None = None) -> Recognised:
    """The words of one page, counted from 1, however it was laid on the glass.

    Raises:
        UnreadableError: recognition failed or took too long (``ocr_failed``).
    """
    wide, high = pdfium.size(data, number, password)
    scale = min(DOTS_AN_INCH / 72, math.sqrt(MOST_DOTS / (wide * high)))
    picture = Image.open(io.BytesIO(pdfium.render(data, number, None, scale, password)))
    grey = picture.convert("L")
    found = _at(grey, number, (wide, high), 0)
    if found.confidence >= SURE:
        return found
    others = (_at(grey, number, (wide, high), turn) for turn in _turns(found.straight.picture))
    return max([found, *others], key=lambda each: each.confidence)


def _at(grey: Image.Image, number: int, size: tuple[float, float], quarter: int) -> Recognised:
    straight = straightened(grey, size, quarter)
    words = list(_words(straight))
    wide, high = straight.size
    enough = len(words) >= FEWEST_WORDS
    return Recognised(
        page=RawPage(number=number, width=wide, height=high, chars=tuple(_chars(words)), fills=()),
        straight=straight,
        confidence=fmean(word.confidence for word in words) if enough else 0.0,
    )


def _turns(picture: Image.Image) -> tuple[int, ...]:
    """How the page may have to be turned against the clock: as the program says, or over."""
    said = TURN.search(_run(picture, "--psm", "0"))
    clockwise = int(said[1]) if said else 0
    return ((360 - clockwise) % 360,) if clockwise in {90, 180, 270} else (180,)


# ------------------------------------------------------------------------------------- tesseract
def _run(picture: Image.Image, *options: str) -> str:
    """What the program writes; nothing where it finds too little to say anything."""
    program = _program()
    if program is None:
        raise UnreadableError("scanned", "Optical character recognition is not available.")
    written = io.BytesIO()
    picture.save(written, format="PNG", dpi=(DOTS_AN_INCH, DOTS_AN_INCH), compress_level=1)
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, the picture through a pipe
            [program, "stdin", "stdout", *options],
            input=written.getvalue(),
            capture_output=True,
            timeout=PAGE_SECONDS,
            check=False,
            # One thread: as many files are read at once as there are cores.
            env=inherited | {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise UnreadableError(
            "ocr_failed", f"The characters of a scan were not recognised ({type(fault).__name__})."
        ) from None
    return done.stdout.decode("utf-8", "replace")


def _words(straight: Straightened) -> Iterator[_Word]:
    """The words that were recognised, places in points on the straight page."""
    told = _run(straight.picture, "-l", "eng", "--psm", "4", "tsv")
    unit = straight.size[0] / straight.picture.width
    for line in told.splitlines()[1:]:
        level, _, block, part, row, _, *places, confidence, text = line.split("\t")
        if level != WORD_LEVEL or not text.strip():
            continue
        left, top, wide, high = (unit * float(place) for place in places)
        word = _Word(
            text=text.strip(),
            line=(block, part, row),
            confidence=float(confidence),
            left=left,
            top=top,
            right=left + wide,
            bottom=top + high,
        )
        if _is_print(word):
            yield word


def _is_print(word: _Word) -> bool:
    letters = sum(map(str.isalnum, word.text))
    if letters >= SHORT:
        return True
    least = SHORT_CONFIDENCE if letters else MARK_CONFIDENCE
    return word.confidence >= least and not re.fullmatch(r"[|_—–~\-]+", word.text)


# ------------------------------------------------------------------------------------ characters
def _chars(words: Sequence[_Word]) -> Iterator[Char]:
    for _, line in groupby(words, key=lambda word: word.line):
        yield from _of_line(list(line))


def _of_line(words: Sequence[_Word]) -> Iterator[Char]:
    """The characters of one line, each word's width shared out evenly, all of one type size."""
    tall = [word.top for word in words if re.search(r"[A-Z0-9bdfhklt]", word.text)]
    level = [word.bottom for word in words if not re.search(r"[gjpqyQ,;()|/\[\]]", word.text)]
    top = median(tall or [word.top for word in words])
    base = median(level or [word.bottom for word in words])
    size = round(2 * max(4.0, (base - top) / CAPITAL)) / 2
    bottom = base + DESCENT * size
    for word in words:
        step = (word.right - word.left) / len(word.text)
        for at, letter in enumerate((*word.text, " ")):
            left = word.left + at * step
            yield Char(
                text=letter,
                x0=left,
                top=bottom - size,
                x1=left + (step if letter != " " else 0.0),
                bottom=bottom,
                size=size,
                font="recognised",
                upright=True,
            )
