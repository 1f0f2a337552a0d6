"""A page as it was copied in, why its text is not to be believed out, or nothing.

A font whose map to letters is wrong prints well and reads as nonsense; each font is judged for
itself, because the headings of such a page are often intact.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from parsers.page import Annotation, Char, RawPage, clean
from pipeline import genes, hgvs

SCAN = "scanned"
UNDER = "a hidden text layer over a scanned picture"
OVER = "a text layer over a scanned picture"
PICTURES = frozenset({SCAN, UNDER, OVER})  # the page is a picture, whatever its text layer says
COMMON = frozenset("etaoinsr")  # two thirds of the letters of English text; of a cipher one third
FEWEST_LETTERS = 60
OVERRULED = re.compile(r"\b(amend|correct|supersed|revis|withdraw|cancel)", re.IGNORECASE)


def doubt(raw: RawPage, text: str, turned: str) -> str | None:
    """Why a page is doubted: *text* is what stands level on it, *turned* what does not."""
    inked = [char for char in raw.chars if not char.text.isspace()]
    unseen = [char for char in inked if char.hidden]
    if inked and raw.image_share > 0.3 and len(unseen) > 0.5 * len(inked):
        return UNDER
    seen = [char for char in inked if not char.hidden]
    if not seen:
        return SCAN if raw.image_share > 0.3 else None
    if sum(not char.upright for char in seen) > 0.5 * len(seen) or _names_a_result(turned):
        return "rotated"
    if text.count("\ufffd") or text.count("(cid:") * 5 > 0.02 * len(seen):
        return "unmapped characters"
    if raw.image_share > 0.85:
        return OVER
    if _implausible(text) or any(_is_cipher(printed) for printed in _by_font(seen)):
        return "implausible text"
    return _of_notes(raw.annotations)


def is_healthy(text: str) -> bool:
    """True if words read fast are plausible: mapped to letters, and of a language."""
    mapped = "\ufffd" not in text and "(cid:" not in text and "\0" not in text
    return mapped and not _implausible(text) and not _is_cipher(text)


def _of_notes(notes: Iterable[Annotation]) -> str | None:
    """A note or a form field that speaks of a result is read by nobody here: a person must."""
    for note in notes:
        if _names_a_gene(note.text) or OVERRULED.search(note.text):
            return f"“{note.text[:80]}” stands in a note or a form field on it"
    return None


def _names_a_result(text: str) -> bool:
    """True if words name one of our genes and a protein change."""
    return _names_a_gene(text) and any(hgvs.protein(word) for word in _words(text))


def _names_a_gene(text: str) -> bool:
    return any(genes.symbol_of(word) in genes.PANEL for word in _words(text))


def _words(text: str) -> list[str]:
    return [word.strip(".,;:()") for word in text.split()]


def _by_font(chars: Sequence[Char]) -> Iterable[str]:
    """The text of each font in the order of writing, a space where the pen was lifted."""
    pieces: dict[str, list[str]] = defaultdict(list)
    last: dict[str, Char] = {}
    for char in chars:
        before = last.get(char.font)
        if before and (abs(char.top - before.top) > 1 or char.x0 - before.x1 > 0.2 * char.size):
            pieces[char.font].append(" ")
        pieces[char.font].append(char.text)
        last[char.font] = char
    return ["".join(letters) for letters in pieces.values()]


def _is_cipher(text: str) -> bool:
    """True if the small letters of a font are not spread as those of any European language."""
    letters = [letter for letter in clean(text) if letter.isalpha()]
    if len(letters) >= FEWEST_LETTERS:
        latin = sum(letter.isascii() for letter in letters)
        if latin < 0.7 * len(letters):
            return True
    small = [letter for letter in letters if letter.isascii() and letter.islower()]
    if len(small) < FEWEST_LETTERS:
        return False
    return sum(letter in COMMON for letter in small) < 0.45 * len(small)


def _implausible(text: str) -> bool:
    """True if most letters are not Latin, or words have no vowels: a font without a true map."""
    letters = [character for character in text if character.isalpha()]
    if len(letters) < 80:
        return False
    latin = [character for character in letters if character.isascii()]
    if len(latin) < 0.7 * len(letters):
        return True
    lower = re.findall(r"\b[A-Za-z]?[a-z]{3,}\b", text)
    if len(lower) < 20:
        return False
    spoken = [word for word in lower if re.search(r"[aeiouy]", word)]
    return len(spoken) < 0.75 * len(lower)
