"""The id of a case or report in, its word in an address out; and back (R21).

An id that we made stands as it is. One that somebody wrote by hand can be a name, and addresses
are kept by browsers, proxies and logs: there its hash stands instead.
"""

import time
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Path

from app.web.desk import Desk, TheDesk
from flows.tidings import is_ours
from store.audit import case_token

_MARK = "c-"
_LENGTH = 20
_TABLE = "-table"
_SECONDS = 5
# By their word, the ids of cases that were written by hand: a hash tells no id.
_NAMED: Final[dict[str, str]] = {}
_LOOKED: Final[dict[int, float]] = {}


def case_word(case_id: str) -> str:
    """The word of a case in addresses."""
    if is_ours(case_id):
        return case_id
    word = f"{_MARK}{case_token(case_id)[:_LENGTH]}"
    _NAMED[word] = case_id
    return word


def case_path(case_id: str) -> str:
    """The address of the page of a case."""
    return f"/case/{case_word(case_id)}"


def case_named(word: str) -> str:
    """The id of the case that a word stands for; the word itself where that is not known."""
    return _NAMED.get(word, word)


def report_word(report_id: str) -> str:
    """The word of a report in addresses; a hand-written table goes by its bytes and its case."""
    sha256, portion, _ = report_id.partition(":")
    return quote(sha256 + _TABLE if portion else report_id, safe="")


def report_of(word: str, case_id: str) -> str:
    """The id of the report of this case that a word stands for."""
    return f"{word.removesuffix(_TABLE)}:{case_id}" if word.endswith(_TABLE) else word


def _case_of(desk: TheDesk, case_id: Annotated[str, Path()]) -> str:
    if not case_id.startswith(_MARK):
        return case_id
    if case_id not in _NAMED:
        _look_up(desk)
    return case_named(case_id)


CaseId = Annotated[str, Depends(_case_of)]
"""What a route gets for `{case_id}`; an unknown word stays as it is, and no case has it."""


def _look_up(desk: Desk) -> None:
    # After a start nothing is known; whoever guesses words makes us look no more often than this.
    now, own = time.monotonic(), id(desk)
    if now - _LOOKED.get(own, -_SECONDS) < _SECONDS:
        return
    _LOOKED[own] = now
    for each in desk.store.case_ids():
        case_word(each)
