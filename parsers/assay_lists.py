"""ASSAY sections in, the markers that the printed gene lists cover out.

Only a list whose title names its classes counts ("entire coding sequence (substitutions, indels,
copy number)", "select rearrangements"): a bare list of genes covers nothing.
"""

import re
from collections.abc import Iterator, Sequence

from parsers.claims import markers_of
from parsers.gene_text import Named, classes_in, leading, symbols_of
from parsers.headings import Zone
from parsers.page import Cell
from parsers.sections import Section
from pipeline.model import AlterationClass, Analyte, Coverage

CHANGE = re.compile(r"\bp\.\(?[A-Z*]|\bc\.[-*]?\d")


def coverage(parts: Sequence[Section], *, plasma: bool) -> tuple[Coverage, ...]:
    """Every marker that a printed list with classes covers, each once for its analyte."""
    found: dict[tuple[str, Analyte], Coverage] = {}
    for part in parts:
        if part.zone is Zone.ASSAY and part.heading and not _lists_changes(part):
            for entry in _of_list(part, plasma=plasma):
                found.setdefault((entry.marker, entry.analyte), entry)
    return tuple(found.values())


def _lists_changes(part: Section) -> bool:
    """True for a list of single changes ("IDH1 c.394C>T p.R132C"): it covers no whole gene."""
    return any(CHANGE.search(cell.text) for cell in part.cells)


def _of_list(part: Section, *, plasma: bool) -> Iterator[Coverage]:
    title, listed = _title_and_genes(part)
    classes = classes_in(title)
    for cell in listed:
        for symbol in _symbols(cell):
            for marker in markers_of(symbol, classes):
                yield Coverage(
                    marker=marker,
                    analyte=_analyte(title, marker.alteration_class, plasma=plasma),
                    source=f"gene list printed on page {cell.page}",
                )


def _analyte(title: str, class_: AlterationClass, *, plasma: bool) -> Analyte:
    if plasma:
        return Analyte.CFDNA
    words = title.casefold().split()
    rna = "rna" in words and "dna" not in words and class_ is AlterationClass.FUSION
    return Analyte.RNA if rna else Analyte.DNA


def _title_and_genes(part: Section) -> tuple[str, list[Cell]]:
    """The heading with its further lines, and the cells that begin with a gene."""
    heading = part.heading.text if part.heading else ""
    title, listed = [heading], []
    for cell in part.cells:
        if _begins_with_gene(cell):
            listed.append(cell)
        elif not listed:
            title.append(cell.text)
    return " ".join(title), listed


def _begins_with_gene(cell: Cell) -> bool:
    """A line of the title ("AND COPY NUMBER ALTERATIONS") may begin with a word like a symbol."""
    named: Named | None = leading([word.text.rstrip(",;") for word in cell.words])
    if named is None or named.vague:
        return False
    return bool(named.symbols) or not classes_in(cell.text)


def _symbols(cell: Cell) -> Iterator[str]:
    """Our genes in a cell of a list: separated by commas or by spaces."""
    text = cell.text
    parts = text.split(",") if "," in text else [*text.split(), text]
    for part in parts:
        yield from symbols_of(part)
