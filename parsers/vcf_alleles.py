"""A called small allele of a panel gene: a record and an ALT in, allele and consequence out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from parsers.vcf_annotation import Effect, effects
from parsers.vcf_frame import STRONG, Frame, Passed, Verdict
from parsers.vcf_origin import Arisen, Meaning, arisen, filters_meaning
from parsers.vcf_records import Record
from parsers.vcf_samples import Call, State, call, is_seen
from pipeline.consequence import Consequence, protein_change
from pipeline.genes import marker_of
from pipeline.genome import chromosome, overlapping, panel_intervals
from pipeline.model import (
    AlterationClass,
    GenomicAllele,
    Observation,
    Origin,
    Significance,
    Status,
)
from pipeline.variants import KnownAllele, at, significance_of

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
    origin: Origin = Origin.UNKNOWN
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
    known, consequence = at(allele), protein_change(gene, allele)
    named = _named(gene, known, consequence)
    found = call(record, index, frame.columns)
    where = arisen(record, index, frame.columns)
    if frame.verdict(record) is Verdict.FAILED:
        return _filtered(record, frame, gene, named, found)
    if found.state is State.UNSEEN:
        return Passed(line=record.line, reason=found.state.value, known=named)
    if found.state in {State.ABSENT, State.NO_CALL}:
        return _not_carried(record, frame, named, found, where)
    if consequence is None:
        return Passed(line=record.line, reason=f"no transcript of {gene}")
    doubts = (
        *frame.doubts(record),
        *_doubts(found, where, frame.detection_limit(gene, AlterationClass.MUTATION)),
    )
    refused = (f"{found.refused}: not used",) if found.refused else ()
    traces = (where.because,) if where.because and where.origin is Origin.UNKNOWN else ()
    return SmallAllele(
        record=record,
        gene=gene,
        allele=allele,
        call=found,
        consequence=consequence,
        known=known,
        effects=effects(record, index, frame.header),
        origin=where.origin,
        notes=(*doubts, *refused, *traces),
        doubtful=bool(doubts),
    )


def _named(gene: str, known: KnownAllele | None, consequence: Consequence | None) -> str | None:
    """Gene and change of an allele that matters if it is there; None for all others.

    It matters if the table knows it, or if its protein change counts wherever it is aligned.
    """
    change = known.hgvs_p if known else (consequence.hgvs_p if consequence else None)
    if change is None or (known is None and significance_of(gene, change) not in STRONG):
        return None
    return f"{gene} {change}"


def _not_carried(
    record: Record, frame: Frame, named: str | None, found: Call, where: Arisen
) -> Observation | Passed:
    """A row whose tumour lacks the allele: silence, unless nobody could see it there."""
    quiet = Passed(line=record.line, reason=found.state.value)
    if named is None:
        return quiet
    gene = named.partition(" ")[0]
    doubt = _no_negative(found, frame, gene)
    if doubt:
        return _open(record, frame, named, Status.NOT_ASSESSED, doubt)
    if where.origin is not Origin.GERMLINE or not _matters(gene, named):
        return quiet
    told = f"{where.because}, the tumour does not: the columns may be swapped"
    return _open(record, frame, named, Status.INDETERMINATE, told)


def _matters(gene: str, named: str) -> bool:
    return significance_of(gene, named.removeprefix(f"{gene} ")) in STRONG


def _doubts(found: Call, where: Arisen, limit: float | None) -> Iterator[str]:
    """Why an allele of a good row is still no somatic finding."""
    if found.state.is_open:
        yield found.state.value
    if where.origin is Origin.GERMLINE:
        yield f"germline: {where.because}"
    if found.vaf is not None and limit is not None and found.vaf < limit:
        yield f"VAF {found.vaf:g} is below the limit of detection of the assay ({limit:g})"


def _filtered(
    record: Record, frame: Frame, gene: str, named: str | None, found: Call
) -> Observation | Passed:
    """A row that a filter removed; a known change in it may still take a negative away."""
    why = f"FILTER {';'.join(record.filters or ())}"
    if named and filters_meaning(record, Meaning.GERMLINE):
        made = _open(record, frame, named, Status.INDETERMINATE, f"germline: {why}")
        return replace(made, origin=Origin.GERMLINE) if isinstance(made, Observation) else made
    if named is None or not frame.covers(gene, AlterationClass.MUTATION):
        return Passed(line=record.line, reason=why, known=named)
    if filters_meaning(record, Meaning.NO_CALL):
        return _open(record, frame, named, Status.NOT_ASSESSED, f"no call: {why}")
    limit = frame.detection_limit(gene, AlterationClass.MUTATION) or 0
    carried = found.state is State.CALLED or found.state.is_open
    is_noise = found.vaf is not None and found.vaf < limit
    if carried and not is_noise and _matters(gene, named):
        told = f"called, and removed by {why}: neither a finding nor a negative"
        return _open(record, frame, named, Status.INDETERMINATE, told)
    return Passed(line=record.line, reason=why, known=named)


def _no_negative(found: Call, frame: Frame, gene: str) -> str | None:
    """Why a row without the allele is no negative, or None (rule R42)."""
    is_covered = frame.covers(gene, AlterationClass.MUTATION)
    if found.state is State.NO_CALL:
        return "no call at this place" if is_covered or is_seen(found.vaf) else None
    least = frame.least_depth(gene, AlterationClass.MUTATION)
    if found.depth is None or least is None or found.depth >= least:
        return None
    return f"{found.depth} reads at this place, the assay asks for {least}"


def _open(
    record: Record, frame: Frame, named: str, status: Status, why: str
) -> Observation | Passed:
    """A known change nobody can speak of for certain: silence is no negative there."""
    gene, _, change = named.partition(" ")
    return frame.observe(
        record,
        gene=gene,
        kind=AlterationClass.MUTATION,
        status=status,
        alteration=change,
        significance=Significance.UNKNOWN,
        notes=(why,),
    )
