"""Rows without another allele (gVCF blocks) in; known places with too few reads out.

A stretch that was read too thinly is no negative (rule R42): where it holds a known change of a
gene that the assay covers, the marker is not assessed. Everything else such a row says is silence.
"""

from collections.abc import Iterable, Iterator

from parsers.vcf_frame import Frame, Passed
from parsers.vcf_reads import first_number
from parsers.vcf_records import Record
from parsers.vcf_samples import alleles_of
from pipeline.genes import marker_of
from pipeline.genome import chromosome, overlapping, panel_intervals
from pipeline.model import AlterationClass, Observation, Significance, Status
from pipeline.transcripts import Exon, transcripts
from pipeline.variants import known_positions

_NO_ALLELE = {".", "", "<NON_REF>", "<*>"}
_DEPTHS = ("MIN_DP", "DP")  # of a block the thinnest place counts


def reference_row(record: Record, frame: Frame) -> list[Observation | Passed]:
    """What a row that names no other allele takes away from the silence of its genes."""
    quiet: list[Observation | Passed] = [
        Passed(line=record.line, reason="ALT names no other allele")
    ]
    if len(record.alts) > 1:
        return quiet
    end = max(record.position, int(record.number("END") or record.position))
    loci = overlapping(panel_intervals(frame.assembly), record.contig, record.position, end)
    found = [
        _thin(record, frame, locus.gene, why)
        for locus in loci
        if (why := _why_thin(record, frame, locus.gene))
        and _holds_known(record, frame, max(record.position, locus.start), min(end, locus.end))
    ]
    return found or quiet


def gaps(found: Iterable[Record], frame: Frame) -> Iterator[Observation | Passed]:
    """Known places that the blocks of a gVCF leave out, with blocks of the same exon on both sides.

    A gVCF says of each base that it was read; where it skips one, silence is no negative.
    """
    kind = AlterationClass.MUTATION
    every = tuple(found)
    if not any(set(row.alts) <= _NO_ALLELE for row in every):
        return
    for gene, models in transcripts().items():
        if marker_of(gene, kind) is None or not frame.covers(gene, kind):
            continue
        name = models[0].chromosome
        own = [(at.position, _last(at), at) for at in every if chromosome(at.contig) == name]
        places = [at for contig, at in sorted(known_positions(frame.assembly)) if contig == name]
        skipped = (
            hit
            for exon in models[0].exons[frame.assembly]
            for place in places
            if exon.start <= place <= exon.end and (hit := _skipped(own, exon, place))
        )
        before = next(skipped, None)
        if before is not None:
            yield _thin(before[0], frame, gene, f"no row holds the known place {name}:{before[1]}")


def _skipped(
    own: list[tuple[int, int, Record]], exon: Exon, place: int
) -> tuple[Record, int] | None:
    """The block before a place of an exon that no row holds, and the place; None if one does."""
    if any(start <= place <= end for start, end, _ in own):
        return None
    inside = [
        (start, end, row)
        for start, end, row in own
        if set(row.alts) <= _NO_ALLELE and start <= exon.end and exon.start <= end
    ]
    before = [row for _, end, row in inside if end < place]
    is_between = before and any(start > place for start, _, _ in inside)
    return (before[-1], place) if is_between else None


def _last(record: Record) -> int:
    """The last base that a row speaks of."""
    reach = record.position + len(record.ref) - 1
    return max(reach, int(record.number("END") or reach))


def _why_thin(record: Record, frame: Frame, gene: str) -> str | None:
    """Why a negative of this gene does not follow from the row, or None."""
    kind = AlterationClass.MUTATION
    if marker_of(gene, kind) is None or not frame.covers(gene, kind):
        return None
    cell = record.calls.get(frame.columns.tumour or "", {})
    counted = (first_number(cell, key) for key in _DEPTHS)
    depth = next((value for value in counted if value is not None), None)
    least = frame.least_depth(gene, kind)
    if depth is not None and least is not None and depth < least:
        return f"{depth:g} reads at a known place, the assay asks for {least}"
    # Copy number segments have no depth and no genotype either: they say nothing of bases.
    is_uncalled = set(alleles_of(cell)) == {"."} and "DP" in cell
    return "no call at a known place" if is_uncalled else None


def _holds_known(record: Record, frame: Frame, start: int, end: int) -> bool:
    name = chromosome(record.contig)
    return any(
        place == name and start <= position <= end
        for place, position in known_positions(frame.assembly)
    )


def _thin(record: Record, frame: Frame, gene: str, why: str) -> Observation | Passed:
    return frame.observe(
        record,
        gene=gene,
        kind=AlterationClass.MUTATION,
        status=Status.NOT_ASSESSED,
        alteration=f"{gene} at {chromosome(record.contig)}:{record.position}",
        significance=Significance.UNKNOWN,
        notes=(why,),
    )
