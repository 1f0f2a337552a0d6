"""A printed date in, a date out; a numeric date whose order of day and month is open gives None."""

import re
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
DAY_NAMED = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?[ .-]+([A-Za-z]{3,9})\.?,?[ .-]+(\d{4})\b")
NAMED_DAY = re.compile(r"\b([A-Za-z]{3,9})\.?[ -]+(\d{1,2})(?:st|nd|rd|th)?,?[ -]+(\d{4})\b")
DOTTED = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
SLASHED = re.compile(r"\b(\d{1,2})[/-](\d{1,2})[/-](\d{4})\b")
STATED = re.compile(r"\b(dd|mm)\s*[/.-]\s*(dd|mm)\s*[/.-]\s*yyyy\b", re.IGNORECASE)


def day_comes_first(text: str) -> bool | None:
    """True for d/m/y, False for m/d/y, as a document states it or as its other dates prove it."""
    stated = STATED.search(text)
    if stated and stated[1].casefold() != stated[2].casefold():
        return stated[1].casefold() == "dd"
    pairs = [(int(one), int(two)) for one, two, _ in SLASHED.findall(text)]
    day_first = any(one > 12 >= two for one, two in pairs)
    month_first = any(two > 12 >= one for one, two in pairs)
    return day_first if day_first != month_first else None


def read(text: str, *, day_first: bool | None = None) -> date | None:
    """The first date in *text*, or None if there is none or its order is open."""
    iso = ISO.search(text)
    if iso:
        return _made(int(iso[1]), int(iso[2]), int(iso[3]))
    for pattern, day, month in ((DAY_NAMED, 1, 2), (NAMED_DAY, 2, 1)):
        for named in pattern.finditer(text):
            if named[month][:3].casefold() in MONTHS:
                at = MONTHS.index(named[month][:3].casefold()) + 1
                return _made(int(named[3]), at, int(named[day]))
    dotted = DOTTED.search(text)
    if dotted:
        return _made(int(dotted[3]), int(dotted[2]), int(dotted[1]))
    return _slashed(text, day_first)


def is_ambiguous(text: str, *, day_first: bool | None = None) -> bool:
    """True if *text* holds a numeric date that could be read in two ways."""
    return SLASHED.search(text) is not None and read(text, day_first=day_first) is None


def _slashed(text: str, day_first: bool | None) -> date | None:
    found = SLASHED.search(text)
    if not found:
        return None
    one, two, year = int(found[1]), int(found[2]), int(found[3])
    if one == two or one > 12:
        return _made(year, two, one)
    if two > 12:
        return _made(year, one, two)
    if day_first is None:
        return None
    return _made(year, two, one) if day_first else _made(year, one, two)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
