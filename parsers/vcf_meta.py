"""A header line of a VCF in, its key and attributes out; what cannot be taken apart is named.

Quotes may be escaped, ``Values=[a, b]`` is a list, and the order of attributes is kept.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pipeline.tables import packaged, rows

_PAIR = re.compile(
    r'(?P<key>[^=,<>"\s][^=,<>"]*)='
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<list>\[[^\]]*\])|(?P<plain>(?!["\[])[^,<>]*))(?P<after>,\s*|$)'
)
_VERSION = re.compile(r"##fileformat=VCFv4\.([0-5])\s*$")


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One ``key=value`` between angle brackets."""

    key: str
    value: str
    is_quoted: bool


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What a header or the specification says of an INFO or FORMAT key; None where nothing."""

    number: str | None
    type: str | None
    minimum: float | None = None


Definitions = dict[tuple[str, str], Definition]


def attributes(text: str) -> tuple[Attribute, ...] | None:
    """The attributes of ``<ID=…,Description="…">`` in order; None if they are malformed."""
    if not (text.startswith("<") and text.endswith(">")):
        return None
    found, at, inner = [], 0, text[1:-1]
    while at < len(inner):
        pair = _PAIR.match(inner, at)
        if pair is None:
            return None
        quoted, listed = pair["quoted"], pair["list"]
        value = next(each for each in (quoted, listed, pair["plain"]) if each is not None)
        found.append(Attribute(key=pair["key"].strip(), value=value, is_quoted=quoted is not None))
        at = pair.end()
    return tuple(found)


def minor_version(lines: tuple[str, ...]) -> int:
    """The 2 of ``##fileformat=VCFv4.2``; 5 where the first line names no version we know."""
    found = _VERSION.match(lines[0]) if lines else None
    return int(found[1]) if found else 5


@cache
def reserved() -> Definitions:
    """Number, type and least value of the keys that the specification reserves."""
    return {
        (row["kind"], row["key"]): Definition(
            number=row["number"] or None,
            type=row["type"] or None,
            minimum=float(row["minimum"]) if row["minimum"] else None,
        )
        for row in rows(packaged("parsers", "vcf_reserved.csv"))
    }


def definitions(lines: Iterable[str]) -> Definitions:
    """What header lines define, over what the specification reserves."""
    found = dict(reserved())
    for line in lines:
        kind, _, text = line.removeprefix("##").partition("=")
        parts = {each.key: each.value for each in attributes(text) or ()}
        if kind not in {"INFO", "FORMAT"} or "ID" not in parts:
            continue
        known = found.get((kind, parts["ID"]))
        found[kind, parts["ID"]] = Definition(
            number=parts.get("Number"),
            type=parts.get("Type"),
            minimum=known.minimum if known else None,
        )
    return found
