"""Breakends and symbolic rearrangements in, observations on fusion markers out.

A junction comes as a pair of mates, as one record without its mate, or as a single break whose
other side is not known. FGFR2 is accepted with grades A to C, the genes that stand 3-prime with A
and B; everything else that breaks such a gene is indeterminate, and said (rules R47, R48).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from parsers.vcf_events import Junction, are_linked, are_mates, is_repeat, junctions
from parsers.vcf_frame import Frame, Passed, Verdict
from parsers.vcf_junctions import (
    End,
    end,
    exons_kept,
    fuses,
    graded,
    in_frame,
    keeps_domain,
    role_of,
    wording,
)
from parsers.vcf_partners import frame_stated, named_in_order, partner_of, placed
from parsers.vcf_records import Record
from parsers.vcf_samples import State, call, structural_state, support
from parsers.vcf_symbols import info_values, is_single_breakend, spans
from pipeline.model import (
    AlterationClass,
    Analyte,
    Fusion,
    FusionGrade,
    Observation,
    Significance,
    Status,
)
from pipeline.transcripts import transcripts

_KINDS = ("DEL", "DUP", "INV", "INS", "TRA", "BND", "CTX", "ITX", "FUS", "SV", "COMPLEX")
_ACCEPTED = {
    "five_prime": {FusionGrade.A, FusionGrade.B, FusionGrade.C},
    "three_prime": {FusionGrade.A, FusionGrade.B},
}
"""Grades that count, by the role of the gene (rule R47)."""
_RECIPROCAL = "reciprocal product"


_UNORIENTED = ("UNKNOWN_ORIENTATION", "IMPRECISE_DIR")
"""Flags by which a caller says that the brackets of its ALT mean nothing."""


def fusions(found: Iterable[Junction], frame: Frame) -> list[Observation | Passed]:
    """Observations of all junctions: mates are one, whatever the order of the rows."""
    results: list[Observation | Passed] = []
    seen: list[Junction] = []
    ordered = sorted(found, key=lambda own: _place(own, frame))
    for own in ordered:
        if any(are_mates(own, other) for other in seen):
            results.append(Passed(line=own.record.line, reason="the mate of another line"))
            continue
        mates = [other for other in ordered if other is not own and are_mates(own, other)]
        made = _read(own, mates, frame)
        results += made
        if any(isinstance(each, Observation) for each in made):
            seen.append(own)
    return _without_reciprocals(results)


def _place(own: Junction, frame: Frame) -> tuple[bool, str, int, str, bool]:
    """Where a junction stands; rows that a filter removed come last, one that passed speaks."""
    failed = frame.verdict(own.record) is Verdict.FAILED
    alt = own.record.alts[own.index]
    return failed, own.left.contig, own.left.position, alt, own.left.keeps_left


def _without_reciprocals(
    results: list[Observation | Passed],
) -> list[Observation | Passed]:
    """The other half of a balanced event says nothing more than its first half (rule R48)."""
    read = [each for each in results if isinstance(each, Observation)]
    accepted = {_pair(each) for each in read if each.status is Status.DETECTED}
    return [
        Passed(line=each.source.line or 0, reason="the reciprocal product of another line")
        if isinstance(each, Observation)
        and each.status is Status.INDETERMINATE
        and _RECIPROCAL in (each.alteration or "")
        and _pair(each) in accepted
        else each
        for each in results
    ]


def _pair(each: Observation) -> tuple[object, ...]:
    known = graded(each.alteration or "", each.gene or "")
    sides = {known.five_prime, known.three_prime} if known else set()
    return each.marker, frozenset(sides)


def _read(own: Junction, mates: list[Junction], frame: Frame) -> list[Observation | Passed]:
    broken = list({place.gene: place for place in own.ends if fuses(place.gene)}.values())
    if not broken:
        return [Passed(line=own.record.line, reason="breaks no gene with a fusion marker")]
    state = structural_state(own.record, own.index, frame.columns)
    if state in {State.ABSENT, State.NO_CALL}:
        return [Passed(line=own.record.line, reason=state.value)]
    made = [_observe(own, place, mates, frame) for place in broken]
    removed = _removed(own, mates, frame)
    return [_filtered(each, removed, frame) for each in made] if removed else made


def _removed(own: Junction, mates: list[Junction], frame: Frame) -> str | None:
    """The failed filter of a junction or of its mate; another caller's row removes nothing."""
    linked = [side for side in mates if are_linked(own.record, side.record)]
    for side in (own, *(linked or [side for side in mates if not is_repeat(own, side)])):
        if frame.verdict(side.record) is Verdict.FAILED:
            return f"FILTER {';'.join(side.record.filters or ())}"
    return None


def _filtered(each: Observation | Passed, why: str, frame: Frame) -> Observation | Passed:
    """A junction that a filter removed: no finding, but a known fusion leaves no negative."""
    if isinstance(each, Passed):
        return each
    line, gene = each.source.line or 0, each.gene or ""
    if each.significance is not Significance.PATHOGENIC:
        return Passed(line=line, reason=why)
    if not frame.covers(gene, AlterationClass.FUSION):
        return Passed(line=line, reason=why, known=each.alteration)
    return replace(
        each,
        status=Status.INDETERMINATE,
        significance=Significance.UNKNOWN,
        note=f"called, and removed by {why}: neither a finding nor a negative",
    )


def _observe(
    own: Junction, place: End, mates: list[Junction], frame: Frame
) -> Observation | Passed:
    gene = place.gene or ""
    other = next((side for side in own.ends if side is not place), None)
    of_rna = named_in_order(own.record, place)
    if other is not None and other.gene == gene and not of_rna:
        told = f"{gene} rearrangement, partner unknown: both breaks lie in {gene}"
        return _doubted(own.record, gene, told, frame)
    partner = partner_of(own, place, other, mates, frame)
    other = placed(other, partner, [each.record for each in (*mates, own)], frame)
    printed = wording(frame.assembly, place, other, partner)
    text = _words_of_rna(of_rna, own, place, frame) if of_rna else printed
    fusion = graded(text, gene)
    grade = fusion.grade if fusion else FusionGrade.D
    unchecked = not of_rna and _is_unknown(other) and grade is FusionGrade.B
    unseen = not of_rna and _is_unchecked(place, frame)
    grade = FusionGrade.C if unchecked or unseen else grade
    accepted = grade in _ACCEPTED[role_of(gene)]
    weak = None if accepted else _why_weak(unchecked, by_rna=of_rna is not None)
    doubts = (*_doubts(own, frame), *filter(None, [weak]))
    reads = call(own.record, own.index, frame.columns)
    kept = (_frame_of_rna(own.record),) if of_rna else _kept(own, frame)
    made = frame.observe(
        own.record,
        gene=gene,
        kind=AlterationClass.FUSION,
        status=Status.DETECTED if accepted and not doubts else Status.INDETERMINATE,
        alteration=text,
        significance=_significance(grade, accepted=accepted),
        notes=(*doubts, f"grade {grade}, breakpoints {_places(own)}", *kept),
        vaf=reads.vaf,
        depth=reads.depth,
    )
    if isinstance(made, Passed) or of_rna is None:
        return made
    return replace(made, analyte=Analyte.RNA)


def _is_unknown(other: End | None) -> bool:
    """True if the other break has a place, but in no gene whose strand we know."""
    return other is not None and other.locus is None


def _kept(own: Junction, frame: Frame) -> Iterator[str]:
    """What is kept of each gene, and whether the reading frame is known to go on."""
    yield from (told for side in own.ends if (told := exons_kept(frame.assembly, side)))
    framed = in_frame(frame.assembly, own.left, own.right) if own.right else None
    known = {True: "in frame by the exon tables", False: "out of frame by the exon tables"}
    without = [_gene_or_place(side) for side in own.ends if not exons_kept(frame.assembly, side)]
    why = f"no exon table of {' and '.join(without)}" if without else "a break in an exon or alone"
    yield known[framed] if framed is not None else f"reading frame not known: {why}"


def _gene_or_place(side: End) -> str:
    return side.gene or f"{side.contig}:{side.position}"


def _words_of_rna(known: Fusion, own: Junction, place: End, frame: Frame) -> str:
    pair = f"{known.five_prime}::{known.three_prime}"
    stands_first = place.gene == known.five_prime
    if stands_first is not (role_of(place.gene or "") == "five_prime"):
        return f"{pair} {_RECIPROCAL}"
    if frame_stated(own.record) is False:
        return f"{pair} fusion, out of frame"
    lost = keeps_domain(frame.assembly, place) is False
    return f"{pair} fusion" + (", kinase domain lost" if lost else "")


def _frame_of_rna(record: Record) -> str:
    known = {True: "in frame", False: "out of frame", None: "reading frame not stated"}
    return f"RNA, {known[frame_stated(record)]}"


def _is_unchecked(place: End, frame: Frame) -> bool:
    """True if nobody can say here whether the functional domain is kept (NRG1)."""
    return keeps_domain(frame.assembly, place) is None


def _why_weak(unchecked: bool, *, by_rna: bool) -> str:
    if by_rna:
        return "RNA was read, and this is no product that counts"
    why = "the strand of the partner is not known here" if unchecked else "evidence too weak"
    return f"{why}: confirm by RNA"


def _doubts(own: Junction, frame: Frame) -> tuple[str, ...]:
    doubts = frame.doubts(own.record)
    state = structural_state(own.record, own.index, frame.columns)
    if state is State.UNSTATED:
        doubts = (*doubts, state.value)
    if own.right is None and not is_single_breakend(own.record.alts[own.index]):
        doubts = (*doubts, "the mate of the breakend has no place")
    if any(flag in own.record.info for flag in _UNORIENTED):
        doubts = (*doubts, "the caller does not know the orientation")
    return doubts


def _significance(grade: FusionGrade, *, accepted: bool) -> Significance:
    if not accepted:
        return Significance.UNKNOWN
    return Significance.LIKELY_PATHOGENIC if grade is FusionGrade.C else Significance.PATHOGENIC


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


def rearranged(record: Record, index: int, frame: Frame) -> list[Junction | Observation | Passed]:
    """A symbolic DEL, DUP, INV or TRA: its junctions, if reads were counted and the ends are told.

    Without that it is indeterminate for each fusion gene that it breaks.
    """
    kind = record.alts[index].strip("<>")
    if not kind.upper().startswith(_KINDS):
        return [Passed(line=record.line, reason=f"<{kind}> is no rearrangement")]
    state = structural_state(record, index, frame.columns)
    if state in {State.ABSENT, State.NO_CALL}:
        return [Passed(line=record.line, reason=state.value)]
    broken = list(dict.fromkeys(_broken(record, index, frame)))
    if not broken:
        return [Passed(line=record.line, reason="breaks no gene with a fusion marker")]
    joined = junctions(record, index, frame) if support(record, frame.columns) else ()
    if joined:
        return list(joined)
    if frame.verdict(record) is Verdict.FAILED:
        return [Passed(line=record.line, reason=f"FILTER {';'.join(record.filters or ())}")]
    told = "rearrangement, partner unknown: breakpoint of a"
    return [_doubted(record, gene, f"{gene} {told} {kind}", frame) for gene in broken]


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
