"""ASSAY sections in, the markers that a gene list with footnote marks covers out.

"FGFR2 # †" under "# fusions, † amplifications": small variants are reported for every gene of the
list, if the text says so, and other classes only where the legend's mark stands beside the gene.
"""

import re
from collections.abc import Iterator, Sequence

from parsers.claims import markers_of
from parsers.gene_text import classes_in, symbols_of
from parsers.headings import Zone
from parsers.page import Cell
from parsers.sections import Section
from pipeline.model import AlterationClass, Analyte, Coverage

MARKS = "#†‡§Ω&*⧺"
LEGEND = re.compile(rf"([{re.escape(MARKS)}])\s*(.{{10,}})")
LISTED = re.compile(rf"([A-Z][A-Z0-9-]{{1,9}}|C\d+orf\d+)((?:\s*[{re.escape(MARKS)}])*)")


def coverage(parts: Sequence[Section], analyte: Analyte) -> tuple[Coverage, ...]:
    """Every marker that a marked gene list covers, each once."""
    found: dict[str, Coverage] = {}
    for part in parts:
        for entry in _of_list(part, analyte) if part.zone is Zone.ASSAY else ():
            found.setdefault(entry.marker, entry)
    return tuple(found.values())


def _of_list(part: Section, analyte: Analyte) -> Iterator[Coverage]:
    legend = dict(_legend(part.cells))
    for cell in part.cells:
        listed = LISTED.fullmatch(cell.text)
        if not listed:
            continue
        classes = [name for mark in listed[2] for name in legend.get(mark, ())]
        for symbol in symbols_of(listed[1]):
            for marker in markers_of(symbol, (*_of_all(part), *classes)):
                yield Coverage(
                    marker=marker,
                    analyte=analyte,
                    source=f"gene list printed on page {cell.page}",
                )


def _legend(cells: Sequence[Cell]) -> Iterator[tuple[str, tuple[AlterationClass, ...]]]:
    for cell in cells:
        found = LEGEND.match(cell.text)
        if found:
            yield found[1], classes_in(found[2])


def _of_all(part: Section) -> tuple[AlterationClass, ...]:
    """Mutations, if the text of the section speaks of them."""
    said = " ".join(cell.text for cell in part.cells if not LEGEND.match(cell.text))
    mutation = AlterationClass.MUTATION
    return (mutation,) if mutation in classes_in(said) else ()
