"""A called small allele of a panel gene: a record and an ALT in, allele and consequence out."""

from dataclasses import dataclass, replace

from parsers.vcf_annotation import Effect, effects
from parsers.vcf_frame import Frame, Passed, Verdict
from parsers.vcf_records import Record
from parsers.vcf_samples import Call, State, call
from pipeline.consequence import Consequence, protein_change
from pipeline.genes import marker_of
from pipeline.genome import chromosome, overlapping, panel_intervals
from pipeline.model import AlterationClass, GenomicAllele, Observation, Significance, Status
from pipeline.variants import KnownAllele, at

_PLAIN = set("ACGTN")


@dataclass(frozen=True, kw_only=True)
class SmallAllele:
    """One allele in the tumour, translated, with what annotators and our table say of it."""

    record: Record
    gene: str
    allele: GenomicAllele
    call: Call
    consequence: Consequence
    known: KnownAllele | None
    effects: tuple[Effect, ...]
    notes: tuple[str, ...] = ()
    doubtful: bool = False

    def doubted(self, note: str) -> "SmallAllele":
        """The same allele, which cannot be believed outright."""
        return replace(self, doubtful=True, notes=(*self.notes, note))


def is_small(ref: str, alt: str) -> bool:
    """True for alleles that are spelled out in bases."""
    return bool(alt) and set(alt) <= _PLAIN and set(ref) <= _PLAIN


def small_allele(record: Record, index: int, frame: Frame) -> SmallAllele | Observation | Passed:
    """ALT number *index* (0-based) as an allele of a panel gene, or why it is not one."""
    alt = record.alts[index]
    end = record.position + len(record.ref) - 1
    loci = overlapping(panel_intervals(frame.assembly), record.contig, record.position, end)
    if not loci:
        return Passed(line=record.line, reason="outside the panel genes on this build")
    gene = loci[0].gene
    if marker_of(gene, AlterationClass.MUTATION) is None:
        return Passed(line=record.line, reason=f"no marker for small variants of {gene}")
    if alt == record.ref:
        return Passed(line=record.line, reason="ALT equals REF")
    allele = GenomicAllele(
        assembly=frame.assembly,
        chromosome=chromosome(record.contig),
        position=record.position,
        ref=record.ref,
        alt=alt,
    )
    return _called(record, index, frame, gene, allele)


def _called(
    record: Record, index: int, frame: Frame, gene: str, allele: GenomicAllele
) -> SmallAllele | Observation | Passed:
    known = at(allele)
    named = f"{gene} {known.hgvs_p}" if known else None
    if frame.verdict(record) is Verdict.FAILED:
        why = f"FILTER {';'.join(record.filters or ())}"
        return Passed(line=record.line, reason=why, known=named)
    found = call(record, index, frame.columns)
    if found.state is State.NO_CALL and named and frame.covers(gene, AlterationClass.MUTATION):
        return _not_called(record, frame, gene, named)
    if found.state in {State.ABSENT, State.NO_CALL}:
        return Passed(line=record.line, reason=found.state.value)
    consequence = protein_change(gene, allele)
    if consequence is None:
        return Passed(line=record.line, reason=f"no transcript of {gene}")
    doubts = frame.doubts(record)
    if found.state is State.UNSTATED:
        doubts = (*doubts, found.state.value)
    return SmallAllele(
        record=record,
        gene=gene,
        allele=allele,
        call=found,
        consequence=consequence,
        known=known,
        effects=effects(record, index, frame.header),
        notes=doubts,
        doubtful=bool(doubts),
    )


def _not_called(record: Record, frame: Frame, gene: str, named: str) -> Observation | Passed:
    """A known change of a covered gene that could not be called: silence is no negative there."""
    return frame.observe(
        record,
        gene=gene,
        kind=AlterationClass.MUTATION,
        status=Status.NOT_ASSESSED,
        alteration=named.partition(" ")[2],
        significance=Significance.UNKNOWN,
        notes=("no call at this place",),
    )
