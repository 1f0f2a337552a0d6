"""A symbolic allele inside a coding exon in, the same record with its bases spelled out, out.

Callers of structural variants print short changes as symbols: twelve bases of ERBB2 exon 20 twice
are a ``<DUP:TANDEM>``. They are mutations of the gene, no gain of copies and no rearrangement.
"""

from dataclasses import replace

from parsers.vcf_frame import Frame, Passed, Verdict
from parsers.vcf_records import Record
from parsers.vcf_samples import State, structural_state
from parsers.vcf_symbols import info_values, spans
from pipeline.genes import marker_of
from pipeline.genome import chromosome, overlapping, panel_intervals
from pipeline.model import AlterationClass, Observation, Significance, Status
from pipeline.transcripts import reference_bases, transcripts

_INSERTED = ("SVINSSEQ", "INSSEQ", "INS_SEQ", "SEQ")
_BASES = set("ACGT")


def spelled(record: Record, index: int, frame: Frame) -> Record | None:
    """The record with ALT number *index* (0-based) in bases; None where its bases are not known.

    A deletion or a duplication is spelled if it is precise and every base of it is a coding base
    of one exon of a panel gene, an insertion if INFO states what was inserted.
    """
    kind = record.alts[index].strip("<>")[:3].upper()
    if "IMPRECISE" in record.info or len(record.ref) != 1 or not _touches_exon(record, frame):
        return None
    bases = _stated(record) if kind == "INS" else _between(record, index, frame)
    if bases is None or kind not in {"INS", "DEL", "DUP"}:
        return None
    changed = record.ref if kind == "DEL" else record.ref + bases
    alts = (*record.alts[:index], changed, *record.alts[index + 1 :])
    return replace(record, ref=record.ref + bases if kind == "DEL" else record.ref, alts=alts)


def unspelled(record: Record, index: int, frame: Frame) -> list[Observation | Passed]:
    """Bases put into a coding exon that nobody can spell: open, and never silence."""
    gene, kind = _touches_exon(record, frame), record.alts[index].strip("<>")[:3].upper()
    is_inside = kind == "INS" or (kind == "DUP" and _between(record, index, frame) is not None)
    if gene is None or not is_inside:
        return []
    if frame.verdict(record) is Verdict.FAILED:
        return [Passed(line=record.line, reason=f"FILTER {';'.join(record.filters or ())}")]
    state = structural_state(record, index, frame.columns)
    if state in {State.ABSENT, State.NO_CALL}:
        return [Passed(line=record.line, reason=state.value)]
    return [
        frame.observe(
            record,
            gene=gene,
            kind=AlterationClass.MUTATION,
            status=Status.INDETERMINATE,
            alteration=record.alts[index],
            significance=Significance.UNKNOWN,
            notes=(*frame.doubts(record), "bases are put into a coding exon, not said which"),
        )
    ]


def _touches_exon(record: Record, frame: Frame) -> str | None:
    """The panel gene in whose coding exon the event begins, if it has a marker for mutations."""
    place = record.position
    for locus in overlapping(panel_intervals(frame.assembly), record.contig, place, place + 1):
        models = transcripts().get(locus.gene, ())
        is_coding = any(model.touches(frame.assembly, place, place + 1) for model in models)
        if is_coding and marker_of(locus.gene, AlterationClass.MUTATION):
            return locus.gene
    return None


def _stated(record: Record) -> str | None:
    texts = (next(iter(record.info.get(key, ())), "").upper() for key in _INSERTED)
    return next((text for text in texts if text and set(text) <= _BASES), None)


def _between(record: Record, index: int, frame: Frame) -> str | None:
    """The bases behind POS up to END, if all of them are coding bases that we know."""
    info = info_values(record.text.split("\t")[7])
    found = spans(record.contig, record.position, record.ref, record.alts[index], info)
    if len(found) != 1 or found[0].end <= record.position:
        return None
    known, name = reference_bases(frame.assembly), chromosome(record.contig)
    places = range(record.position + 1, found[0].end + 1)
    if any((name, place) not in known for place in places[:: max(1, len(places) - 1)]):
        return None
    bases = [known.get((name, place), "") for place in places]
    return "".join(bases) if all(base in _BASES for base in bases) else None
