"""What two independent extractors read of one PDF in, a hold out where they differ.

`document` and `pdfium` share no code. What decides is compared: on every page that was read, how
often each of our genes, each alteration and each word of a verdict stands there; and what stands in
the place of each word of an observation. A word that only one of them sees holds the file.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from parsers import pdfium
from parsers.page import Box, Document, Page, Word, clean
from pipeline import genes
from pipeline.errors import HeldError
from pipeline.model import Observation

PROTEIN = r"(?:p\.\(?)?(?:[A-Z]|[A-Z][a-z]{2})\d{2,4}(?:[A-Z*]|[A-Z][a-z]{2}|fs|del|dup|ins)[\w*]*"
CODING = r"[cg]\.[\d*+-]+[\w>+-]*"
VERDICT = (
    r"[Nn]ot|NOT|[Nn]o|NO|[Dd]etected|DETECTED|[Nn]egative|NEGATIVE|[Pp]ositive|POSITIVE"
    r"|[Ww]ild|[Ee]quivocal|EQUIVOCAL|[Ii]ndeterminate|INDETERMINATE|[Aa]mplified|[Ll]oss"
)
LINE_END_HYPHEN = re.compile("[\ufffe\x02]")  # how pdfium writes a word that goes on below
MARGIN = 2.0  # points around a box, for the two measure letters a little differently


def agree(
    document: Document,
    fast: Sequence[str],
    observations: Iterable[Observation],
    data: bytes,
    password: str | None = None,
) -> None:
    """Refuse a document that two extractors do not read alike; *fast* is pdfium's text by page.

    Raises:
        HeldError: ``extractors_disagree``, with the page and the word.
    """
    read = {page.number: page for page in document.pages if page.lines}
    for number, page in sorted(read.items()):
        word = _differing(page, _plain(fast[number - 1]))
        if word:
            raise _refusal(number, word)
    places = sorted(
        {(item.source.page, item.source.bbox) for item in observations} - {(None, None)}
    )
    _agree_on_places([(at, box) for at, box in places if at in read and box], read, data, password)


def _refusal(page: int, word: str) -> HeldError:
    return HeldError(
        "extractors_disagree",
        f"Two ways of reading page {page} disagree on “{word}”; a person must read it.",
    )


# ---------------------------------------------------------------------------------- whole pages
@cache
def _deciding() -> re.Pattern[str]:
    symbols = "|".join(sorted(map(re.escape, genes.PANEL), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{symbols}|{PROTEIN}|{CODING}|{VERDICT})(?!\w)")


def _plain(text: str) -> str:
    return clean(LINE_END_HYPHEN.sub("-", text))


def _differing(page: Page, fast: str) -> str | None:
    """A deciding word that one extractor sees more often than the other can account for.

    Whole words of the one are counted against any such letters of the other, spaces left out: the
    two part words and lines differently, and only what is wholly absent there is a difference.
    """
    shown = "\n".join([page.text, *(cell.text for cell in page.struck)])
    everything = "\n".join([shown, *(cell.text for cell in page.hidden), page.turned])
    return _unaccounted(shown, fast) or _unaccounted(fast, everything)


def _unaccounted(text: str, other: str) -> str | None:
    squeezed = _squeezed(other)
    counts = Counter(_deciding().findall(text))
    return next((word for word, seen in counts.items() if not _stands(word, seen, squeezed)), None)


def _stands(word: str, times: int, squeezed: str) -> bool:
    """True if a word stands there often enough, perhaps without a footnote mark glued to it."""
    return any(squeezed.count(form) >= times for form in (word, word.rstrip("0123456789")))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


# --------------------------------------------------------------------------- places of observations
def _agree_on_places(
    places: Sequence[tuple[int, Box]],
    read: dict[int, Page],
    data: bytes,
    password: str | None,
) -> None:
    words = list(
        dict.fromkeys((at, word) for at, box in places for word in _words_in(read[at], box))
    )
    around = [
        (at, (word.x0 - MARGIN, word.top, word.x1 + MARGIN, word.bottom)) for at, word in words
    ]
    seen = pdfium.words_at(data, around, password) if around else ()
    for (at, word), fast in zip(words, seen, strict=True):
        if _squeezed(word.text) not in _squeezed(_plain(fast)):
            raise _refusal(at, word.text)


def _words_in(page: Page, box: Box) -> list[Word]:
    left, top, right, bottom = box
    return [
        word
        for line in page.lines
        if line.top < bottom and line.bottom > top
        for cell in line.cells
        for word in cell.words
        if left <= (word.x0 + word.x1) / 2 <= right
        and top <= (word.top + word.bottom) / 2 <= bottom
    ]
