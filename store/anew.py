"""Two interpretations of a case in, why the second one was made out: what a reviewer looks at."""

from typing import Any

from pipeline.codec import plain
from store.books import Cause
from store.rows import Row

# Parts of an interpretation, as the canonical JSON names them, by what they come from.
_REPORTS = ("reports", "superseded")
OF_HELD = frozenset({"file_held", "identity_doubt"})
"""Codes of what is said of files that are held; nothing was concluded from them."""


def cause_of(former: str | None, now: str) -> Cause:
    """Why an interpretation differs from the one before, both as canonical JSON.

    Of several causes the one that a reviewer looks at first: reports, context, knowledge, code.
    """
    if former is None:
        return Cause.NEW
    before, after = plain(former), plain(now)
    if _of_reports(before) != _of_reports(after):
        return Cause.REPORTS
    if _of_context(before) != _of_context(after):
        return Cause.CONTEXT
    if before["knowledge"] != after["knowledge"]:
        return Cause.KNOWLEDGE
    others = [_without_day(each) for each in (before, after)]
    return Cause.CONTEXT if others[0] == others[1] else Cause.CODE


def _of_reports(said: Row) -> list[Any]:
    """What came from files: the reports that count, those replaced, those that wait."""
    case = said["case"]
    waiting = [each for each in case["notices"] if each["code"] in OF_HELD]
    return [case.get(name) for name in _REPORTS] + [waiting]


def _of_context(said: Row) -> list[Any]:
    return [said["case"]["patient"], said["jurisdictions"]]


def _without_day(said: Row) -> Row:
    return {name: value for name, value in said.items() if name != "as_of"}
