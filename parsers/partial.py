"""A printed denial in, the part of the gene that alone was examined out: a codon, an exon, a class.

"KRAS: no mutation in codons 12 and 13" says nothing of codon 61: silence about the rest is no
negative. Where the part is all that counts (`data/regions.csv`), nothing is left open.
"""

import re
from functools import cache

from parsers.phrases import plain
from pipeline import tables

NUMBERS = r"((?:\d{1,4}(?:\s*(?:-|to|,|/|&|and|or|und|et)\s*)?)+)"
REGION = re.compile(rf"\b(codon|exon|ex)e?s?\.?\s*{NUMBERS}")
RESIDUE = re.compile(r"\b[a-z](\d{2,4})\b")
CLASS = re.compile(r"\bclass(?:es)? (?:i{1,3}|[123])\b(?:\s*(?:/|and|or|-)\s*(?:i{1,3}|[123]))?")
OTHER_THAN = re.compile(r"\bnon-?\s?[a-z]?\d{2,4}")


def part_of(gene: str, text: str) -> str | None:
    """The part of the gene that a denial is about, as printed; None if it is about the whole."""
    said = plain(text)
    for pattern in (CLASS, OTHER_THAN):
        found = pattern.search(said)
        if found:
            return found[0]
    regions = [(_kind(match[1]), match[2], match[0].strip()) for match in REGION.finditer(said)]
    if not regions:
        return None if _is_whole(gene, "codon", _residues(said)) else _residue(said)
    narrowed = re.search(r"\b(?:insertion|deletion|in-?del|skipping)s?\b", said)
    for kind in {kind for kind, _, _ in regions}:
        numbers = {n for named, text_, _ in regions if named == kind for n in _numbers(text_)}
        if not narrowed and _is_whole(gene, kind, numbers):
            return None
    return regions[0][2]


def _kind(word: str) -> str:
    return "codon" if word == "codon" else "exon"


def _residues(said: str) -> set[int]:
    return {int(match[1]) for match in RESIDUE.finditer(said)}


def _residue(said: str) -> str | None:
    found = RESIDUE.search(said)
    return found[0] if found else None


def _numbers(text: str) -> set[int]:
    """The numbers of "2, 3 and 4", of "2-4" and of "12/13"."""
    found: set[int] = set()
    for low, high in re.findall(r"(\d+)(?:\s*(?:-|to)\s*(\d+))?", text):
        last = int(high) if high else int(low)
        found |= set(range(int(low), min(last, int(low) + 50) + 1))
    return found


@cache
def _regions() -> dict[tuple[str, str], frozenset[int]]:
    rows = tables.rows(tables.packaged("parsers", "regions.csv"))
    return {(row["gene"], row["kind"]): frozenset(map(int, row["numbers"].split())) for row in rows}


def _is_whole(gene: str, kind: str, numbers: set[int]) -> bool:
    """True if no number is named, or all that count in this gene are."""
    whole = _regions().get((gene, kind))
    return not numbers or (whole is not None and whole <= numbers)
