"""Results of a report and its own gene lists in, results of genes on none of its lists out.

A garbled name ("QQQQ G12D") may hide one of our genes: what the report is silent about is then
not known to be absent. Where no list is printed, no negative is inferred and nothing is asked.
"""

import re
from collections.abc import Iterator, Sequence

from parsers.gene_entries import Entry, entries
from parsers.headings import Zone
from parsers.page import compact
from parsers.sections import Section
from pipeline import hgvs

LEAST = 15  # names: a shorter list is not the scope of an assay
ALTERED = re.compile(
    r"amplif|fusion|rearrang|loss|deletion|truncat|splice|duplicat|insertion", re.IGNORECASE
)
BETWEEN = re.compile(r"[\s,;/:()\-–]+")


def unlisted(parts: Sequence[Section]) -> Iterator[Entry]:
    """Entries of result sections that print an alteration of a gene on no list of the report."""
    listed = _listed(parts)
    if len(listed) < LEAST:
        return
    for part in parts:
        for entry in entries(part.lines)[0] if part.zone is Zone.RESULT else ():
            if not entry.named.symbols and _is_altered(entry) and not _names(entry) & listed:
                yield entry


def _listed(parts: Sequence[Section]) -> frozenset[str]:
    texts = (cell.text for part in parts if part.zone is Zone.ASSAY for cell in part.cells)
    return frozenset(compact(name) for text in texts for name in BETWEEN.split(text) if name)


def _is_altered(entry: Entry) -> bool:
    texts = [piece.text for piece in entry.pieces]
    return any(hgvs.protein(text) or ALTERED.search(text) for text in texts)


def _names(entry: Entry) -> frozenset[str]:
    return frozenset(compact(name) for name in BETWEEN.split(entry.name) if name)
