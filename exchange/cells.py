"""A value in, a cell of a table of text out that no spreadsheet computes; and back, loss-free.

Strategy: wherever a spreadsheet could start a formula (at the start of a cell, and after anything
that another program might take for the end of one), or take a name for a date or a number (SEPT9,
00012345), one apostrophe is put in front; where apostrophes stand there already, one more. Reading
takes exactly one away at the same places. None is an empty cell, an empty text is one apostrophe.
(Requirement R28; OWASP, "CSV Injection".)
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

Value = str | int | float | bool | date | tuple[str, ...] | None

# As typed, in the full width of East Asian letters, in the small forms, and the minus sign.
_STARTS_FORMULA = "=+\\-@＝＋－＠﹦﹢﹣﹫−"
# What programs strip before they look: blanks, and characters that nobody sees.
_UNSEEN = (
    r"[ \x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\xa0\xad\u1680\u180e"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]*"
)
_ENDS_CELL = ',;|\\t\\r\\n"，；'
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_MANGLED = (
    rf"(?:{_MONTH})[ ./-]?\d{{1,4}}"  # MARCH1, SEPT9, DEC1
    rf"|\d{{1,4}}[ ./-]?(?:{_MONTH})(?:[ ./-]?\d{{1,4}})?"  # 1-Mar, 2SEP
    r"|\d{1,4}[/.:-]\d{1,2}(?:[/.:-]\d{1,4})?"  # 1/2, 2-14, 12:30
    r"|0\d+|\d{12,}|\d+\.\d*0|\.\d+|\d+(?:\.\d*)?e[+-]?\d+"  # 00012345, 2310009E13
    r"|true|false"
)
_START = re.compile(
    rf"\A('*)(?={_UNSEEN}[{_STARTS_FORMULA}\t\r\n]|(?:{_MANGLED})\s*\Z|\Z)", re.IGNORECASE
)
_LATER = re.compile(rf"([{_ENDS_CELL}])('*)(?={_UNSEEN}[{_STARTS_FORMULA}])")
_MARKED_START = re.compile(f"\\A'{_START.pattern[2:]}", re.IGNORECASE)
_MARKED_LATER = re.compile(_LATER.pattern.replace("('*)", "'('*)", 1))

_BETWEEN = " | "


@lru_cache(maxsize=4096)
def shielded(text: str) -> str:
    """The text as a cell that stays text in every spreadsheet; `unshielded` gives it back."""
    return _START.sub(r"'\1", _LATER.sub(r"\1'\2", text))


def unshielded(cell: str) -> str:
    """The text behind a cell that `shielded` wrote."""
    return _MARKED_LATER.sub(r"\1\2", _MARKED_START.sub(r"\1", cell))


def cell(value: Value) -> str:
    """A value as a cell: dates ISO, yes and no, several texts with bars between them."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    return shielded(_joined(value) if isinstance(value, tuple) else value)


def value(text: str, kind: type) -> Value:
    """The value of a cell in a column of *kind*; ``ValueError`` if it cannot be one."""
    if kind is tuple:
        return _parted(unshielded(text)) if text else ()
    if not text:
        return None
    if kind is bool:
        return {"yes": True, "no": False}[text] if text in {"yes", "no"} else _refuse(text)
    if kind is date:
        return date.fromisoformat(text)
    if kind in {int, float}:
        number: int | float = kind(text)
        return number
    return unshielded(text)


def columns(row: type[Any]) -> dict[str, type]:
    """The columns of a table: each field of the row's type, and the kind of its values."""
    return {name: _kind(hint) for name, hint in get_type_hints(row).items()}


def _kind(hint: Any) -> type:  # noqa: ANN401 - an annotation
    if isinstance(hint, UnionType):
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    kind: type = get_origin(hint) or hint
    return kind


def _joined(texts: Sequence[str]) -> str:
    # A backslash in front of a bar or a backslash; a lone text that is empty would be no text.
    told = [re.sub(r"([|\\])", r"\\\1", each) or "\\0" for each in texts]
    return _BETWEEN.join(told)


def _parted(text: str) -> tuple[str, ...]:
    # A bar of a text has a backslash in front: the bar after a blank is always ours.
    parts = text.split(_BETWEEN)
    return tuple(
        "" if each == "\\0" else re.sub(r"\\(.)", r"\1", each, flags=re.DOTALL) for each in parts
    )


def _refuse(text: str) -> bool:
    raise ValueError(f"{text!r} is neither yes nor no")
