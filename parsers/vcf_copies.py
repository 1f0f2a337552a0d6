"""Copy number rows in, observations on amplification markers out.

A number of copies is believed as the caller gives it; whether it is an amplification is for the
cut-off of the assay to say. Without a number, a duplication is a gain: indeterminate. A fold
change is no number of copies: it depends on how much of the specimen is tumour.
"""

from dataclasses import dataclass, replace

from parsers.vcf_frame import Frame, Passed, Verdict
from parsers.vcf_reads import at, first_number
from parsers.vcf_records import Record, Values, number
from parsers.vcf_samples import alleles_of
from parsers.vcf_symbols import info_values, spans
from pipeline.genes import marker_of
from pipeline.genome import overlapping, panel_intervals
from pipeline.model import AlterationClass, Observation, Significance, Status
from pipeline.tables import packaged, rows
from pipeline.transcripts import transcripts
from pipeline.valued import cutoff

_GAINS = ("<DUP", "<CNV", "<AMP", "<GAIN", "<CN")
_LOSSES = ("<DEL", "<LOSS")
_COPIES = ("CN", "RAW_CN", "TCN", "TCN_EM", "COPY_NUMBER", "CNTUMOR", "RDCN")
_FOLDS = ("FOLD_CHANGE", "FC", "SM")
_DIPLOID = 2


@dataclass(frozen=True, kw_only=True)
class Dose:
    """How much of a gene there is: absolute *copies*, their lower bound, or only a *fold*."""

    copies: float | None
    at_least: float | None
    fold: float | None

    @property
    def in_diploid(self) -> float | None:
        """Copies, or what the fold change would be in a pure diploid tumour."""
        if self.copies is None and self.fold is not None:
            return self.fold * _DIPLOID
        return self.copies


def is_copy_number(alt: str, record: Record) -> bool:
    """True for symbolic alleles that speak of copies, gains as well as losses."""
    if alt.startswith("<CNV") and "CN" in record.info:
        return True
    kind = next(iter(record.info.get("SVTYPE", ())), "")
    return alt.startswith((*_GAINS, *_LOSSES)) and kind not in {"BND", "INV", "TRA"}


def is_segment(alt: str, record: Record) -> bool:
    """True for stretches of equal copies: their ends are windows of the assay, not breakpoints."""
    kind = next(iter(record.info.get("SVTYPE", ())), "")
    counted = any(key in cell for key in _FOLDS for cell in (record.info, *record.calls.values()))
    return kind == "CNV" or counted or alt.startswith(("<CN", "<AMP", "<GAIN", "<LOSS"))


def copy_number(record: Record, index: int, frame: Frame) -> list[Observation | Passed]:
    """What a copy number row says of each gene with an amplification marker."""
    alt = record.alts[index]
    genes = [gene for gene in _genes(record, alt, frame) if _has_marker(gene)]
    if not genes:
        return [Passed(line=record.line, reason="no gene with an amplification marker")]
    if alt.startswith(_LOSSES):
        return [Passed(line=record.line, reason="a loss is no marker")]
    dose = _dose(record, index, frame)
    raised = dose.in_diploid
    if _is_absent(record, index, frame) or (raised is not None and raised <= _neutral()):
        return [Passed(line=record.line, reason="copy number is not raised")]
    made = [_gain(record, frame, gene, dose) for gene in genes]
    failed = frame.verdict(record) is Verdict.FAILED
    return [_filtered(each, record, frame) for each in made] if failed else made


def _filtered(each: Observation | Passed, record: Record, frame: Frame) -> Observation | Passed:
    """A gain that a filter removed: no finding, but enough copies leave no negative."""
    why = f"FILTER {';'.join(record.filters or ())}"
    if isinstance(each, Passed) or each.significance is not Significance.PATHOGENIC:
        return Passed(line=record.line, reason=why)
    if not frame.covers(each.gene or "", AlterationClass.AMPLIFICATION):
        return Passed(line=record.line, reason=why)
    return replace(
        each,
        status=Status.INDETERMINATE,
        significance=Significance.UNKNOWN,
        note=f"called, and removed by {why}: neither a finding nor a negative",
    )


def _genes(record: Record, alt: str, frame: Frame) -> tuple[str, ...]:
    info = info_values(record.text.split("\t")[7])
    found = spans(record.contig, record.position, record.ref, alt, info)[0]
    loci = overlapping(panel_intervals(frame.assembly), found.contig, found.start, found.end)
    return tuple(locus.gene for locus in loci)


def _holds_exon(record: Record, gene: str, frame: Frame) -> bool:
    """True if a coding exon lies in the stretch: a neighbour's amplicon may end in the gene."""
    info = info_values(record.text.split("\t")[7])
    found = spans(record.contig, record.position, record.ref, "", info)[0]
    models = transcripts().get(gene, ())
    return any(model.touches(frame.assembly, found.start, found.end) for model in models)


def _has_marker(gene: str) -> bool:
    return marker_of(gene, AlterationClass.AMPLIFICATION) is not None


def _neutral() -> float:
    table = rows(packaged("pipeline", "copy_numbers.csv"))
    return next(float(row["copies"]) for row in table if row["name"] == "neutral_up_to")


def _dose(record: Record, index: int, frame: Frame) -> Dose:
    cell = record.calls.get(frame.columns.tumour or "", {})
    texts = [at(values.get(key, ()), index) for key in _COPIES for values in (cell, record.info)]
    in_alt = record.alts[index].removeprefix("<CN").removesuffix(">")
    stated = (number(text) for text in (*texts, in_alt))
    folds = (first_number(values, key) for key in _FOLDS for values in (cell, record.info))
    return Dose(
        copies=next((value for value in stated if value is not None and value >= 0), None),
        at_least=_lower_bound(record.info.get("CI", ())),
        fold=next((value for value in folds if value is not None and value >= 0), None),
    )


def _lower_bound(values: Values) -> float | None:
    """The lower bound of Ion Reporter's ``CI=0.05:1.74,0.95:2.12``; None in any other form."""
    bounds = [number(text.partition(":")[2]) for text in values if ":" in text]
    known = [bound for bound in bounds if bound is not None]
    return min(known) if len(known) == 2 else None


def _is_absent(record: Record, index: int, frame: Frame) -> bool:
    """True if the genotype says that the tumour does not carry the event; ``./.`` says nothing."""
    alleles = alleles_of(record.calls.get(frame.columns.tumour or "", {}))
    if not alleles or "." in alleles:
        return False
    return str(index + 1) not in alleles


def _gain(record: Record, frame: Frame, gene: str, dose: Dose) -> Observation | Passed:
    cut_off = frame.cut_off(marker_of(gene, AlterationClass.AMPLIFICATION))
    beside = (
        None if _holds_exon(record, gene, frame) else "it ends in the gene and holds no exon of it"
    )
    enough = dose.copies is not None and cut_off is not None and dose.copies >= cut_off
    amplified = enough and beside is None
    doubts = (*frame.doubts(record), *filter(None, [beside]), *_doubts(dose, cut_off))
    if amplified:
        doubts = (*doubts, *_about_tumour(dose, cut_off, frame))
    return frame.observe(
        record,
        gene=gene,
        kind=AlterationClass.AMPLIFICATION,
        status=Status.INDETERMINATE if doubts else Status.DETECTED,
        alteration="gain" if doubts and not amplified else "amplification",
        significance=Significance.PATHOGENIC if amplified else Significance.UNKNOWN,
        notes=doubts,
        copies=dose.copies,
    )


def _doubts(dose: Dose, cut_off: float | None) -> tuple[str, ...]:
    """Why the number alone is no amplification; empty if it is one."""
    if dose.copies is None:
        fold = f": fold change {dose.fold:g}" if dose.fold is not None else ""
        return (f"a gain without a number of copies{fold}",)
    if cut_off is None:
        return (f"{dose.copies:g} copies: no cut-off of the assay is known",)
    below = f"below the cut-off of the assay ({cut_off:g})"
    if dose.copies < cut_off:
        return (f"{dose.copies:g} copies: {below}",)
    if dose.at_least is not None and dose.at_least < cut_off:
        return (f"{dose.copies:g} copies, their lower bound {dose.at_least:g} is {below}",)
    return ()


def _about_tumour(dose: Dose, cut_off: float | None, frame: Frame) -> tuple[str, ...]:
    """Why enough copies may still be no amplification: too little tumour (R43), or a polyploid."""
    limit, ploidy, found = cutoff("low_tumour_percent_amplification"), frame.ploidy, []
    if frame.tumour_percent is not None and frame.tumour_percent < limit:
        found.append(f"tumour content {frame.tumour_percent:g} % is below {limit:g} %")
    if dose.copies is not None and cut_off is not None and ploidy is not None:
        relative = dose.copies * _DIPLOID / max(ploidy, _DIPLOID)
        if relative < cut_off:
            found.append(f"{dose.copies:g} copies in a tumour of ploidy {ploidy:g}")
    return tuple(found)
