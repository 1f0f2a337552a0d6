"""Copy number rows in, observations on amplification markers out.

A number of copies is believed as the caller gives it; whether it is an amplification is for the
cut-off of the assay to say. Without a number, a duplication is a gain: indeterminate.
"""

from parsers.vcf_frame import Frame, Passed, Verdict
from parsers.vcf_records import Record, number
from parsers.vcf_symbols import info_values, spans
from pipeline.genes import marker_of
from pipeline.genome import overlapping, panel_intervals
from pipeline.model import AlterationClass, Observation, Significance, Status
from pipeline.tables import packaged, rows

_GAINS = ("<DUP", "<CNV", "<AMP", "<GAIN", "<CN")
_COPIES = ("CN", "RAW_CN", "TCN", "COPY_NUMBER", "CNTUMOR")


def is_copy_number(alt: str, record: Record) -> bool:
    """True for symbolic alleles that speak of copies, gains as well as losses."""
    kind = next(iter(record.info.get("SVTYPE", ())), "")
    return alt.startswith((*_GAINS, "<DEL", "<LOSS")) and kind not in {"BND", "INV", "TRA"}


def is_segment(alt: str, record: Record) -> bool:
    """True for stretches of equal copies: their ends are windows of the assay, not breakpoints."""
    kind = next(iter(record.info.get("SVTYPE", ())), "")
    return kind == "CNV" or alt.startswith(("<CN", "<AMP", "<GAIN", "<LOSS"))


def copy_number(record: Record, index: int, frame: Frame) -> list[Observation | Passed]:
    """What a copy number row says of each gene with an amplification marker."""
    alt = record.alts[index]
    genes = [gene for gene in _genes(record, alt, frame) if _has_marker(gene)]
    if not genes:
        return [Passed(line=record.line, reason="no gene with an amplification marker")]
    if alt.startswith(("<DEL", "<LOSS")):
        return [Passed(line=record.line, reason="a loss is no marker")]
    if frame.verdict(record) is Verdict.FAILED:
        return [Passed(line=record.line, reason=f"FILTER {';'.join(record.filters or ())}")]
    copies = _copies(record, frame, alt)
    if _is_absent(record, frame) or (copies is not None and copies <= _neutral()):
        return [Passed(line=record.line, reason="copy number is not raised")]
    return [_gain(record, frame, gene, copies) for gene in genes]


def _genes(record: Record, alt: str, frame: Frame) -> tuple[str, ...]:
    info = info_values(record.text.split("\t")[7])
    found = spans(record.contig, record.position, record.ref, alt, info)[0]
    loci = overlapping(panel_intervals(frame.assembly), found.contig, found.start, found.end)
    return tuple(locus.gene for locus in loci)


def _has_marker(gene: str) -> bool:
    return marker_of(gene, AlterationClass.AMPLIFICATION) is not None


def _neutral() -> float:
    table = rows(packaged("pipeline", "copy_numbers.csv"))
    return next(float(row["copies"]) for row in table if row["name"] == "neutral_up_to")


def _copies(record: Record, frame: Frame, alt: str) -> float | None:
    cell = record.calls.get(frame.columns.tumour or "", {})
    texts = [
        next(iter(values.get(key, ())), "") for key in _COPIES for values in (cell, record.info)
    ]
    stated = (number(text) for text in (*texts, alt.removeprefix("<CN").removesuffix(">")))
    return next((value for value in stated if value is not None and value >= 0), None)


def _is_absent(record: Record, frame: Frame) -> bool:
    """True if the genotype says that the tumour does not carry the event; ``./.`` says nothing."""
    cell = record.calls.get(frame.columns.tumour or "", {})
    genotype = next(iter(cell.get("GT", ())), "")
    return bool(genotype) and set(genotype) <= {"0", "/", "|"}


def _gain(record: Record, frame: Frame, gene: str, copies: float | None) -> Observation | Passed:
    cut_off = frame.cut_off(marker_of(gene, AlterationClass.AMPLIFICATION))
    amplified = copies is not None and cut_off is not None and copies >= cut_off
    doubts = frame.doubts(record)
    if copies is None:
        doubts = (*doubts, "a gain without a number of copies")
    elif not amplified:
        doubts = (*doubts, f"{copies:g} copies: {_against(cut_off)}")
    return frame.observe(
        record,
        gene=gene,
        kind=AlterationClass.AMPLIFICATION,
        status=Status.INDETERMINATE if doubts else Status.DETECTED,
        alteration="gain" if doubts and not amplified else "amplification",
        significance=Significance.PATHOGENIC if amplified else Significance.UNKNOWN,
        notes=doubts,
        copies=copies,
    )


def _against(cut_off: float | None) -> str:
    if cut_off is None:
        return "no cut-off of the assay is known"
    return f"below the cut-off of the assay ({cut_off:g})"
