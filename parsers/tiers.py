"""A tier or a classification as printed in, the significance it gives out."""

import re
from functools import cache

from parsers.phrases import plain
from pipeline import tables
from pipeline.model import Significance

NAMED = re.compile(
    r"tier|signific|benign|vus|pathogenic|oncogenic|polymorphism|synonymous|silent|conflicting|evidence",
    re.IGNORECASE,
)
# "Class 3" is of ACMG; beside BRAF it is a functional class, which grades nothing.
CLASSED = re.compile(
    r"^(?!.*\bb-?raf\b).*\bclass (?:[1-5]|i{1,3}v?|iv|v)\b", re.IGNORECASE | re.DOTALL
)
PARTS = re.compile(r"[,;:()\[\]]| - ")


@cache
def _tiers() -> tuple[tuple[re.Pattern[str], Significance], ...]:
    rows = tables.rows(tables.packaged("parsers", "tiers.csv"))
    return tuple((re.compile(row["pattern"]), Significance(row["significance"])) for row in rows)


def graded(text: str) -> Significance | None:
    """What a tier or a classification says of the significance, or None if it does not."""
    told = plain(text)
    return next((meaning for pattern, meaning in _tiers() if pattern.search(told)), None)


def graded_within(text: str) -> Significance:
    """The tier that a line carries beside its alteration: in brackets, or behind a comma."""
    # A part of its own must say that it grades: a bare "4" in a line is an exon.
    words = CLASSED if CLASSED.search(text) else NAMED
    parts = [text, *PARTS.split(text)]
    told = [part for part in parts if NAMED.search(part) or words.search(part)]
    return next(filter(None, map(graded, told)), Significance.UNKNOWN)
