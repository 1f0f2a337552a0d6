"""What a VCF reaches of the genome: its header and its rows in, why its silence is partial, out.

A file that was cut at the border of a contig, or that holds one chromosome alone, looks whole to
every other check: its end is closed. The chromosomes of the genes that the assay covers tell.
"""

import re
from collections.abc import Iterable, Iterator

from parsers.vcf_frame import Frame
from parsers.vcf_scan import Scan
from pipeline.genes import marker_of
from pipeline.genome import chromosome, panel_intervals
from pipeline.model import AlterationClass
from pipeline.valued import cutoff

_OPTION = re.compile(
    r"(?:\s-[rLt]|--(?:regions?|targets?|intervals?))[\s=]+[\"']?"
    r"(?P<regions>(?:chr)?(?:\d\d?|X|Y)(?::[\d,]+(?:-[\d,]+)?)?"
    r"(?:,(?:chr)?(?:\d\d?|X|Y)(?::\d+(?:-\d+)?)?)*)(?=[\s\"']|$)"
)
_CONTIG = re.compile(r"(?:^|,)(?P<contig>(?:chr)?(?:\d\d?|X|Y))(?=:|,|$)")


def unreached(seen: Scan, frame: Frame) -> str | None:
    """What of the genome is missing behind a covered gene, in words; None if nothing says so."""
    rows = {chromosome(name) for name in seen.contigs}
    missing = [name for name in _covered(frame) if name not in rows]
    if not missing or not rows:
        return None
    cut = _restricted(frame, rows)
    if cut:
        return f"the rest of the genome: the header restricts the file to {cut}"
    alone = len(rows) == 1 and seen.data_lines >= cutoff("rows_of_one_chromosome")
    if alone or seen.data_lines >= cutoff("rows_of_many_chromosomes"):
        return (
            f"rows on chromosome {', '.join(missing)}, where the assay covers genes "
            f"({seen.data_lines:,} rows lie elsewhere)"
        )
    return None


def _covered(frame: Frame) -> tuple[str, ...]:
    """The chromosomes of the genes whose silence the assay makes a negative."""
    found = (
        locus.chromosome
        for locus in panel_intervals(frame.assembly)
        for kind in (AlterationClass.MUTATION, AlterationClass.FUSION)
        if marker_of(locus.gene, kind) and frame.covers(locus.gene, kind)
    )
    return tuple(dict.fromkeys(found))


def _restricted(frame: Frame, rows: Iterable[str]) -> str | None:
    """The regions that a command line names, if every row of the file lies on their contigs."""
    present = set(rows)
    for _, text in frame.header.meta:
        for regions in _regions(text):
            contigs = {chromosome(hit["contig"]) for hit in _CONTIG.finditer(regions)}
            if contigs and present <= contigs:
                return regions[:60]
    return None


def _regions(text: str) -> Iterator[str]:
    yield from (hit["regions"] for hit in _OPTION.finditer(text))
