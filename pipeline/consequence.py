"""A protein consequence: a genomic allele of a panel gene in, its HGVS names out.

Substitutions of any length and indels inside one coding exon are translated on the MANE Select
transcript (`data/transcripts.csv`). Where the reference base differs from the model, a codon
holds N, or the change crosses an exon boundary however it is aligned, no protein change is given
and the sentence says why. HGVS shifts to the 3-prime end of the transcript, VCF to the left: both
end in one name, because the proteins are compared, not the DNA.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.model import GenomicAllele
from pipeline.transcripts import (
    Exon,
    Transcript,
    reference_bases,
    reverse_complement,
    transcripts,
)
from pipeline.variants import trimmed

_BASES = "TCAG"
_AMINO = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
_CODONS = dict(
    zip((a + b + c for a in _BASES for b in _BASES for c in _BASES), _AMINO, strict=True)
)


class Kind(StrEnum):
    """What a DNA change does to the protein."""

    MISSENSE = "missense"
    SYNONYMOUS = "synonymous"
    NONSENSE = "nonsense"
    START_LOST = "start_lost"
    STOP_LOST = "stop_lost"
    INFRAME = "inframe"
    FRAMESHIFT = "frameshift"
    SPLICE = "splice"
    NONCODING = "noncoding"
    REFUSED = "refused"

    @property
    def is_silent(self) -> bool:
        """True if the protein is the same as far as we can tell."""
        return self in {Kind.SYNONYMOUS, Kind.NONCODING}


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """What an allele does on the transcript we report; *reason* says why a name is missing.

    *codons* are the first and last codon (from 1) whose bases the DNA change touches.
    """

    kind: Kind
    gene: str
    transcript: str
    hgvs_p: str | None = None
    hgvs_c: str | None = None
    codons: tuple[int, int] | None = None
    reason: str | None = None


def translate(coding: str) -> str:
    """Amino acids of a coding sequence, one letter each; X where a codon holds N."""
    whole = len(coding) - len(coding) % 3
    return "".join(_CODONS.get(coding[at : at + 3], "X") for at in range(0, whole, 3))


def protein_change(gene: str, allele: GenomicAllele) -> Consequence | None:
    """The consequence of an allele for one gene; None if we hold no transcript of the gene."""
    models = transcripts().get(gene)
    if models is None:
        return None
    change = _bare(trimmed(allele))
    first, last = _extent(change)
    for model in models:
        if model.touches(change.assembly, first, last):
            return _coding_change(model, change)
    near = models[0].near_splice_site(change.assembly, first, last)
    kind = Kind.SPLICE if near else Kind.NONCODING
    return Consequence(kind=kind, gene=gene, transcript=models[0].accession)


def _bare(allele: GenomicAllele) -> GenomicAllele:
    """The allele without the anchor base of an indel: REF or ALT may become empty."""
    if allele.ref[:1] != allele.alt[:1]:
        return allele
    return GenomicAllele(
        assembly=allele.assembly,
        chromosome=allele.chromosome,
        position=allele.position + 1,
        ref=allele.ref[1:],
        alt=allele.alt[1:],
    )


def _extent(change: GenomicAllele) -> tuple[int, int]:
    """First and last genomic base touched; an insertion touches the bases on either side."""
    if change.ref:
        return change.position, change.position + len(change.ref) - 1
    return change.position - 1, change.position


def _coding_change(model: Transcript, change: GenomicAllele) -> Consequence:
    change, exon = _inside(model, change)
    if exon is None:
        return _refused(model, Kind.SPLICE, "the change crosses the boundary of a coding exon")
    start = _start(model, exon, change)
    ref, alt = _on_strand(model, change)
    held = model.coding[start : start + len(ref)]
    if "N" in held or "N" in _codon_context(model.coding, start, len(ref)):
        reason = f"the sequence of {model.accession} is not known here"
        return _refused(model, Kind.REFUSED, reason)
    if "N" in alt:
        return _refused(model, Kind.REFUSED, "the row leaves a base of its allele open (N)")
    if held != ref and held == alt:
        # The genome carries the rarer base; the change restores the transcript.
        return Consequence(kind=Kind.SYNONYMOUS, gene=model.gene, transcript=model.accession)
    if held != ref:
        reason = f"REF {change.ref} is not the base of {model.accession} at this place"
        return _refused(model, Kind.REFUSED, reason)
    return _named(model, start, ref, alt)


def _inside(model: Transcript, change: GenomicAllele) -> tuple[GenomicAllele, Exon | None]:
    """The change shifted, if need be, to where one coding exon holds all of it; else None.

    The same insertion or deletion can stand at several places; only bases that the row or the
    model states are used to move it.
    """
    exon = model.exon_of(change.assembly, *_extent(change))
    if exon is not None or (change.ref and change.alt):
        return change, exon
    for step in (1, -1):
        moved: GenomicAllele | None = change
        while exon is None and moved is not None:
            moved = _shifted(model, moved, step)
            exon = model.exon_of(change.assembly, *_extent(moved)) if moved else None
        if exon is not None and moved is not None:
            return moved, exon
    return change, None


def _shifted(model: Transcript, change: GenomicAllele, step: int) -> GenomicAllele | None:
    """A pure insertion or deletion one base further on, if the sequence allows it."""
    bases = change.ref or change.alt
    beside = change.position + len(change.ref) if step > 0 else change.position - 1
    next_base = reference_bases(change.assembly).get((model.chromosome, beside))
    if next_base is None or next_base != (bases[0] if step > 0 else bases[-1]):
        return None
    turned = bases[1:] + bases[0] if step > 0 else bases[-1] + bases[:-1]
    return replace(
        change,
        position=change.position + step,
        ref=turned if change.ref else "",
        alt=turned if change.alt else "",
    )


def _refused(model: Transcript, kind: Kind, reason: str) -> Consequence:
    return Consequence(kind=kind, gene=model.gene, transcript=model.accession, reason=reason)


def _start(model: Transcript, exon: Exon, change: GenomicAllele) -> int:
    """The 0-based coding offset where the change begins, in the direction of the transcript."""
    if model.forward:
        return model.offset(exon, change.position)
    last = change.position + len(change.ref) - 1
    return model.offset(exon, last)


def _on_strand(model: Transcript, change: GenomicAllele) -> tuple[str, str]:
    if model.forward:
        return change.ref, change.alt
    return reverse_complement(change.ref), reverse_complement(change.alt)


def _codon_context(coding: str, start: int, length: int) -> str:
    first = start - start % 3
    return coding[first : start + max(length, 1) + 2]


def _named(model: Transcript, start: int, ref: str, alt: str) -> Consequence:
    mutant = model.coding[:start] + alt + model.coding[start + len(ref) :]
    before, after = translate(model.coding), translate(mutant)
    kind, hgvs_p = _compare(before, after, len(alt) - len(ref))
    at, lost, _ = _difference(model.coding, mutant)
    return Consequence(
        kind=kind,
        gene=model.gene,
        transcript=model.accession,
        hgvs_p=hgvs_p,
        hgvs_c=_coding_name(model.coding, mutant),
        codons=(at // 3 + 1, (at + max(len(lost), 1) - 1) // 3 + 1),
    )


def _compare(before: str, after: str, shift: int) -> tuple[Kind, str | None]:
    """Kind and HGVS p. from the two proteins; *shift* is the change of length in bases."""
    if after.startswith(before):
        # What stands behind the stop is never read.
        return Kind.SYNONYMOUS, None
    at = shared_start(before, after)
    residue = f"{before[at]}{at + 1}"
    if at == 0:
        return Kind.START_LOST, "p.M1?"
    if after[at : at + 1] == "*":
        return Kind.NONSENSE, f"p.{residue}*"
    if shift % 3:
        stop = after.find("*", at)
        return Kind.FRAMESHIFT, f"p.{residue}fs" + (f"*{stop - at + 1}" if stop >= 0 else "")
    if before[at : at + 1] == "*":
        return Kind.STOP_LOST, f"p.{residue}{after[at]}" if after[at:] else None
    return _inframe(before, after)


def shared_start(left: str, right: str) -> int:
    """How many letters two sequences share at their beginning."""
    least, most = 0, min(len(left), len(right))
    # Halves, not letters: a coding sequence has thousands, and each allele is compared four times.
    while least < most:
        middle = (least + most + 1) // 2
        if left[least:middle] == right[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def _inframe(before: str, after: str) -> tuple[Kind, str]:
    at, lost, gained = _difference(before, after)
    if "*" in gained:
        gained = gained.partition("*")[0] + "*"
        return Kind.NONSENSE, f"p.{_span(lost or before[at], at)}delins{gained}"
    if not lost:
        return _inserted(before, at, gained)
    if len(lost) == 1 and len(gained) == 1:
        return Kind.MISSENSE, f"p.{_span(lost, at)}{gained}"
    end = f"delins{gained}" if gained else "del"
    return Kind.INFRAME, f"p.{_span(lost, at)}{end}"


def _span(residues: str, at: int) -> str:
    """``V600`` or ``V600_S602``: residues that begin *at* (0-based)."""
    first = f"{residues[0]}{at + 1}"
    return first if len(residues) == 1 else f"{first}_{residues[-1]}{at + len(residues)}"


def _inserted(before: str, at: int, gained: str) -> tuple[Kind, str]:
    size = len(gained)
    if before[at - size : at] == gained:
        first, last = f"{before[at - size]}{at - size + 1}", f"{before[at - 1]}{at}"
        span = first if size == 1 else f"{first}_{last}"
        return Kind.INFRAME, f"p.{span}dup"
    span = f"{before[at - 1]}{at}_{before[at]}{at + 1}"
    return Kind.INFRAME, f"p.{span}ins{gained}"


def _difference(before: str, after: str) -> tuple[int, str, str]:
    """Where two sequences begin to differ (0-based, furthest to the end), what is lost, gained."""
    at = shared_start(before, after)
    most = min(len(before), len(after)) - at
    tail = min(shared_start(before[::-1], after[::-1]), most)
    return at, before[at : len(before) - tail], after[at : len(after) - tail]


def _coding_name(before: str, after: str) -> str:
    """HGVS c. of the difference between two coding sequences, shifted to the 3-prime end."""
    at, lost, gained = _difference(before, after)
    place = f"{at + 1}" if len(lost) == 1 else f"{at + 1}_{at + len(lost)}"
    if len(lost) == 1 and len(gained) == 1:
        return f"c.{place}{lost}>{gained}"
    if lost:
        return f"c.{place}del" + (f"ins{gained}" if gained else "")
    size = len(gained)
    if before[at - size : at] == gained:
        first = at - size + 1
        return f"c.{first}dup" if size == 1 else f"c.{first}_{at}dup"
    return f"c.{at}_{at + 1}ins{gained}"
