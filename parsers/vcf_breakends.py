"""Breakends and symbolic rearrangements in, observations on fusion markers out.

A junction comes as a pair of mates, as one record without its mate, or as a single break whose
other side is not known. FGFR2 is accepted with grades A to C, the genes that stand 3-prime with A
and B; everything else that breaks such a gene is indeterminate, and said (rules R47, R48).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from parsers.vcf_annotation import genes_named
from parsers.vcf_frame import Frame, Passed, Verdict
from parsers.vcf_junctions import End, end, fuses, graded, keeps_domain, role_of, wording
from parsers.vcf_records import Record
from parsers.vcf_samples import State, call, structural_state
from parsers.vcf_symbols import breakend, info_values, is_single_breakend, spans
from pipeline.model import AlterationClass, FusionGrade, Observation, Significance, Status
from pipeline.transcripts import transcripts

_SLACK = 20
_KINDS = ("DEL", "DUP", "INV", "INS", "TRA", "BND", "CTX", "ITX", "FUS", "SV", "COMPLEX")
_ACCEPTED = {
    "five_prime": {FusionGrade.A, FusionGrade.B, FusionGrade.C},
    "three_prime": {FusionGrade.A, FusionGrade.B},
}
"""Grades that count, by the role of the gene (rule R47)."""


@dataclass(frozen=True, kw_only=True)
class Junction:
    """A record's ALT as two ends; *right* is None for a single breakend."""

    record: Record
    index: int
    left: End
    right: End | None

    @property
    def ends(self) -> tuple[End, ...]:
        """Both ends, or the one that is known."""
        return (self.left,) if self.right is None else (self.left, self.right)


def junction(record: Record, index: int, frame: Frame) -> Junction | None:
    """A breakend ALT (bracketed or single) as a junction; None for any other allele."""
    alt = record.alts[index]
    build = frame.assembly
    if is_single_breakend(alt):
        keeps_left = alt.endswith(".")
        own = end(build, record.contig, record.position, keeps_left=keeps_left)
        return Junction(record=record, index=index, left=own, right=None)
    found = breakend(alt)
    if found is None:
        return None
    return Junction(
        record=record,
        index=index,
        left=end(build, record.contig, record.position, keeps_left=found.keeps_left),
        right=end(build, found.mate_contig, found.mate_position, keeps_left=found.mate_keeps_left),
    )


def fusions(found: Iterable[Junction], frame: Frame) -> list[Observation | Passed]:
    """Observations of all junctions; mates are one junction, the better reading of a gene wins."""
    results: list[Observation | Passed] = []
    seen: list[Junction] = []
    for own in found:
        twin = next((other for other in seen if _are_mates(own, other)), None)
        if twin is not None:
            results.append(Passed(line=own.record.line, reason="the mate of another line"))
            continue
        mates = [other for other in found if other is not own and _are_mates(own, other)]
        results += _read(own, mates, frame)
        seen.append(own)
    return results


def _are_mates(one: Junction, other: Junction) -> bool:
    """True if two records describe one junction from its two sides, or twice."""
    if one.right is None or other.right is None or len(one.ends) != len(other.ends):
        return False
    return (_near(one.left, other.right) and _near(one.right, other.left)) or (
        _near(one.left, other.left) and _near(one.right, other.right)
    )


def _near(one: End, other: End) -> bool:
    same = one.contig == other.contig and one.keeps_left is other.keeps_left
    return same and abs(one.position - other.position) <= _SLACK


def _read(own: Junction, mates: list[Junction], frame: Frame) -> list[Observation | Passed]:
    broken = [place for place in own.ends if fuses(place.gene)]
    if not broken:
        return [Passed(line=own.record.line, reason="breaks no gene with a fusion marker")]
    refused = _refused(own, mates, frame)
    if refused:
        return [Passed(line=own.record.line, reason=refused)]
    return [_observe(own, place, mates, frame) for place in broken]


def _refused(own: Junction, mates: list[Junction], frame: Frame) -> str | None:
    """Why a junction is no finding: a failed filter on either mate, or no call in the tumour."""
    for side in (own, *mates):
        if frame.verdict(side.record) is Verdict.FAILED:
            return f"FILTER {';'.join(side.record.filters or ())}"
    state = structural_state(own.record, own.index, frame.columns)
    return state.value if state in {State.ABSENT, State.NO_CALL} else None


def _observe(
    own: Junction, place: End, mates: list[Junction], frame: Frame
) -> Observation | Passed:
    gene = place.gene or ""
    other = next((side for side in own.ends if side is not place), None)
    if other is not None and other.gene == gene:
        told = f"{gene} rearrangement, partner unknown: both breaks lie in {gene}"
        return _doubted(own.record, gene, told, frame)
    partner = _partner(own, place, other, mates, frame)
    text = wording(frame.assembly, place, other, partner)
    fusion = graded(text, gene)
    grade = fusion.grade if fusion else FusionGrade.D
    unchecked = other is not None and other.locus is None and grade is FusionGrade.B
    grade = FusionGrade.C if unchecked or _is_unchecked(place, frame) else grade
    accepted = grade in _ACCEPTED[role_of(gene)]
    doubts = _doubts(own, accepted, unchecked, frame)
    reads = call(own.record, own.index, frame.columns)
    return frame.observe(
        own.record,
        gene=gene,
        kind=AlterationClass.FUSION,
        status=Status.DETECTED if accepted and not doubts else Status.INDETERMINATE,
        alteration=text,
        significance=_significance(grade, accepted=accepted),
        notes=(*doubts, f"grade {grade}, breakpoints {_places(own)}, reading frame not checked"),
        vaf=reads.vaf,
        depth=reads.depth,
    )


def _is_unchecked(place: End, frame: Frame) -> bool:
    """True if nobody can say here whether the functional domain is kept (NRG1)."""
    return keeps_domain(frame.assembly, place) is None


def _doubts(own: Junction, accepted: bool, unchecked: bool, frame: Frame) -> tuple[str, ...]:
    doubts = frame.doubts(own.record)
    state = structural_state(own.record, own.index, frame.columns)
    if state is State.UNSTATED:
        doubts = (*doubts, state.value)
    if not accepted:
        why = "the strand of the partner is not known here" if unchecked else "evidence too weak"
        doubts = (*doubts, f"{why}: confirm by RNA")
    return doubts


def _significance(grade: FusionGrade, *, accepted: bool) -> Significance:
    if not accepted:
        return Significance.UNKNOWN
    return Significance.LIKELY_PATHOGENIC if grade is FusionGrade.C else Significance.PATHOGENIC


def _partner(
    own: Junction, place: End, other: End | None, mates: list[Junction], frame: Frame
) -> str | None:
    """The other gene: by its place, else the only other gene that the annotation names."""
    if other is not None and other.gene:
        return other.gene
    records = [own.record, *(mate.record for mate in mates)]
    named = {name for record in records for name in genes_named(record, frame.header)}
    named.discard(place.gene or "")
    return named.pop() if len(named) == 1 else None


def _places(own: Junction) -> str:
    return " and ".join(f"{place.contig}:{place.position}" for place in own.ends)


def _doubted(record: Record, gene: str, text: str, frame: Frame) -> Observation | Passed:
    return frame.observe(
        record,
        gene=gene,
        kind=AlterationClass.FUSION,
        status=Status.INDETERMINATE,
        alteration=text,
        significance=Significance.UNKNOWN,
        notes=(*frame.doubts(record), "a rearrangement of the gene: confirm by RNA"),
    )


def rearranged(record: Record, index: int, frame: Frame) -> list[Observation | Passed]:
    """A symbolic DEL, DUP, INV or TRA: indeterminate for each fusion gene that it breaks."""
    kind = record.alts[index].strip("<>")
    if not kind.upper().startswith(_KINDS):
        return [Passed(line=record.line, reason=f"<{kind}> is no rearrangement")]
    refused = _refused_symbol(record, index, frame)
    if refused:
        return [Passed(line=record.line, reason=refused)]
    broken = list(dict.fromkeys(_broken(record, index, frame)))
    if not broken:
        return [Passed(line=record.line, reason="breaks no gene with a fusion marker")]
    told = "rearrangement, partner unknown: breakpoint of a"
    return [_doubted(record, gene, f"{gene} {told} {kind}", frame) for gene in broken]


def _refused_symbol(record: Record, index: int, frame: Frame) -> str | None:
    if frame.verdict(record) is Verdict.FAILED:
        return f"FILTER {';'.join(record.filters or ())}"
    state = structural_state(record, index, frame.columns)
    return state.value if state in {State.ABSENT, State.NO_CALL} else None


def _broken(record: Record, index: int, frame: Frame) -> Iterator[str]:
    """The fusion genes that an end of the event lies in, unless it stays inside one intron."""
    info = info_values(record.text.split("\t")[7])
    found = spans(record.contig, record.position, record.ref, record.alts[index], info)
    places = [(span.contig, at) for span in found for at in dict.fromkeys((span.start, span.end))]
    ends = [end(frame.assembly, contig, at, keeps_left=True) for contig, at in places]
    genes = [place.gene for place in ends]
    for place in ends:
        if place.gene is None or not fuses(place.gene):
            continue
        inside = genes.count(place.gene) == len(ends) and len(found) == 1
        if inside and not _touches_coding(place.gene, found[0].start, found[0].end, frame):
            continue
        yield place.gene


def _touches_coding(gene: str, start: int, stop: int, frame: Frame) -> bool:
    models = transcripts().get(gene, ())
    return not models or any(model.touches(frame.assembly, start, stop) for model in models)
