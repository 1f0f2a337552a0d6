"""A date as a table gives it ("2024-05-16", "2023-03", "2026") in, the day it counts from out."""

import calendar
import re
from datetime import date

from pipeline.errors import KnowledgeError

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def counts_from(text: str) -> date | None:
    """The day, or None for an empty cell; a month or a year counts from its last day.

    The last day is the careful reading: a drug is not called authorised before it surely was.
    """
    if not text:
        return None
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise KnowledgeError(f"{text!r} is not a date (YYYY, YYYY-MM or YYYY-MM-DD)")
    year, month, day = match.groups()
    try:
        return _day(int(year), month, day)
    except ValueError as error:
        raise KnowledgeError(f"{text!r} is not a day of the calendar") from error


def _day(year: int, month: str | None, day: str | None) -> date:
    if month is None:
        return date(year, 12, 31)
    if day is None:
        return date(year, int(month), calendar.monthrange(year, int(month))[1])
    return date(year, int(month), int(day))
