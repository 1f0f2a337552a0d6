"""What stands beside an alteration in: words that deny nothing of it, and words that leave it open.

The patterns stand in `data/asides.csv`. What is not understood is never taken as "detected", and
"no partner identified" is not taken as "no fusion".
"""

import re
from functools import cache

from pipeline import tables

ASIDE, OPEN, CONTROL, GENERAL = "aside", "open", "control", "general"
NO_RESULT, FILLER, TAKEN_BACK = "no_result", "filler", "taken_back"

STATED = re.compile(
    r"\b(?:p\.)?[A-Z]\d{2,4}[A-Z*]|p\.\(?[A-Z][a-z]{2}\d|::|[23]\+|\b(?:detected|identified|positive)\b"
)


@cache
def _patterns(*kinds: str) -> re.Pattern[str]:
    rows = tables.rows(tables.packaged("parsers", "asides.csv"))
    return re.compile(
        "|".join(row["pattern"] for row in rows if row["kind"] in kinds), re.IGNORECASE
    )


def without(text: str) -> str:
    """The text without what is said beside of a partner, a breakpoint or the germline."""
    if not _patterns(ASIDE).search(text):
        return text
    kept = _patterns(ASIDE).sub("", text)
    return re.sub(r"\s*\(\s*\)|[\s,;(–-]+$", "", re.sub(r"\s{2,}", " ", kept)).strip()


def is_open(text: str) -> bool:
    """True if words beside an alteration deny it, doubt it, or place it elsewhere.

    Asked only where nothing else was understood: what is not understood is never "detected".
    """
    return _patterns(OPEN).search(re.sub(r"\s+", " ", without(text)).strip(" .;,")) is not None


def is_general(text: str) -> bool:
    """True if a sentence speaks, or may speak, of tumours in general or of what could be."""
    return _patterns(GENERAL).search(text) is not None


def proves_nothing(text: str) -> bool:
    """True if a sentence that says neither yes nor no is general, or leaves its change open."""
    return is_general(text) or is_open(text)


def is_control(text: str) -> bool:
    """True if the text speaks of a control, whatever it says of it."""
    return _patterns(CONTROL).search(text) is not None


def takes_back(text: str) -> bool:
    """True if words beside the positive value of a signature or a stain deny or doubt it."""
    return _patterns(TAKEN_BACK).search(text) is not None


def tells_no_result(text: str) -> bool:
    """True if a line speaks of drugs, of what was asked, of another tumour, or of what may be.

    What is stated before such words is stated: "IDH1 R132C, ivosidenib is approved for it".
    """
    found = _patterns(NO_RESULT).search(text)
    return found is not None and not STATED.search(text[: found.start()])


def begins_elsewhere(text: str) -> bool:
    """True if a line begins with such words: nothing of it is a result; elsewhere it is open."""
    return _patterns(NO_RESULT).match(text) is not None


def left_over(text: str) -> str:
    """The words of a text that are neither an aside nor filling: what is still to be understood."""
    return re.sub(r"[\W_]+", " ", _patterns(FILLER).sub(" ", without(text))).strip()
