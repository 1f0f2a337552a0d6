"""What was decided about a VCF in, named warnings and the proof of completeness out.

The words of a warning stand here; what is decided is decided elsewhere.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from parsers.vcf_bytes import Container
from parsers.vcf_conformance import departures
from parsers.vcf_frame import Frame, Passed
from parsers.vcf_reach import unreached
from parsers.vcf_scan import Scan
from pipeline.genome import MIXED, Build, BuildBasis
from pipeline.model import Completeness, Notice, Observation, Origin, Significance, Status
from pipeline.sheets import ManifestRow
from pipeline.valued import cutoff

_ODDITIES = {
    "crlf": "Lines end in CR LF, which the specification does not allow; they were read.",
    "stray_cr": "Carriage returns stand within lines; the lines were read.",
    "control_characters": "Control characters stand in the text; the lines were read.",
    "unsorted": "The rows are not sorted by contig and position; all of them were read.",
    "latin1": "The text is not UTF-8; it was read as Latin-1.",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """Everything that was decided about one file, before the report is written."""

    name: str
    sha256: str
    row: ManifestRow | None
    scan: Scan
    frame: Frame
    build: Build
    outcome: tuple[Observation | Passed, ...]
    refused: tuple[Notice, ...]


def completeness(told: Told, row: ManifestRow | None) -> Completeness:
    """Lines and alleles accounted for; *row* is the manifest's, whether it counted or not."""
    seen, outcome = told.scan, told.outcome
    lines = {candidate.line for candidate in seen.candidates}
    reasons = Counter(each.reason for each in outcome if isinstance(each, Passed))
    passed = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
    evidence = (
        f"{seen.data_lines} data lines = {len(lines)} read + {seen.data_lines - len(lines)} "
        f"skipped by position + 0 rejected; {seen.container}"
        f"{', closing block present' if seen.container is Container.BGZF else ''}; "
        f"alleles passed over: {passed or 'none'}"
    )
    missing = tuple(_missing(told, row))
    return Completeness(proven=not missing, evidence=evidence, missing=missing)


def _missing(told: Told, row: ManifestRow | None) -> Iterator[str]:
    if not _end_is_proven(told, row):
        yield "proof of the end of the file"
    if told.build.basis is BuildBasis.ALLELES:
        yield "a build that does not rest on the findings themselves"
    if any(notice.code == MIXED for notice in told.build.notices):
        yield "rows of one build alone"
    if told.scan.data_lines == 0:
        yield "records"
    if told.frame.columns.tumour is None:
        yield "a sample column"
    unseen = unreached(told.scan, told.frame)
    if unseen:
        yield unseen
    if told.scan.unplaced:
        yield f"the place of the rows on {_some(told.scan.unplaced)}"


def _end_is_proven(told: Told, row: ManifestRow | None) -> bool:
    matches = row is not None and bool(row.sha256) and row.sha256 == told.sha256
    return matches or told.scan.container is Container.BGZF


def notices(told: Told, row: ManifestRow | None) -> Iterator[Notice]:
    """Everything a reader of the report must know, in the order of the trip."""
    yield from told.build.notices
    yield from (Notice(code=code, message=_ODDITIES[code]) for code in told.scan.oddities)
    yield from departures(told.scan)
    if not _end_is_proven(told, row):
        yield Notice(
            code="no_end_proof",
            message="A cut at the end of a line would not be seen in this file: "
            "what is found counts, silence proves nothing.",
        )
    if not told.frame.uses_filter and told.scan.data_lines:
        yield Notice(code="unfiltered", message="No row of the file carries a FILTER.")
    if told.scan.data_lines == 0:
        yield Notice(code="no_records", message="The file has a header and no records.")
    if row is not None and told.row is None:
        yield Notice(
            code="manifest_mismatch",
            message="The manifest row names no sample of this file and was not used.",
        )
    if told.scan.unplaced:
        yield Notice(
            code="unknown_contig",
            message=f"Rows stand on contigs that are not known ({_some(told.scan.unplaced)}): "
            "what is found counts, silence proves nothing.",
        )
    unseen = unreached(told.scan, told.frame)
    if unseen:
        yield Notice(
            code="partial_genome",
            message=f"The file lacks {unseen}: what is found counts, silence proves nothing.",
        )
    yield from told.refused
    yield from _filtered(told.outcome)
    yield from _unproven_origin(told)
    yield from _doubted(told.outcome)


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(name[:20] for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _filtered(outcome: Iterable[Observation | Passed]) -> Iterator[Notice]:
    """Known changes that a filter removed: no findings, but a reviewer should know."""
    for each in outcome:
        if isinstance(each, Passed) and each.known:
            yield Notice(
                code="known_allele_filtered",
                message=f"{each.known} on line {each.line} is no finding: {each.reason}.",
            )


def _doubted(outcome: Iterable[Observation | Passed]) -> Iterator[Notice]:
    """Findings that could not be believed outright, or were not looked for, and why."""
    words = {Status.INDETERMINATE: "indeterminate", Status.NOT_ASSESSED: "not assessed"}
    codes = {Status.INDETERMINATE: "doubted", Status.NOT_ASSESSED: "not_read_here"}
    for each in outcome:
        if isinstance(each, Observation) and each.status in words and each.note:
            told = f"{_named(each)} on line {each.source.line} is {words[each.status]}"
            yield Notice(code=codes[each.status], message=f"{told}: {each.note}.")


def _unproven_origin(told: Told) -> Iterator[Notice]:
    """Alleles that a tumour without its normal shows in about half of the reads (rule R46)."""
    if told.frame.columns.normal is not None:
        return
    low, high = cutoff("heterozygous_vaf_from"), cutoff("heterozygous_vaf_to")
    for each in told.outcome:
        if not isinstance(each, Observation) or each.origin is not Origin.UNKNOWN:
            continue
        if each.significance is Significance.BENIGN:
            continue
        if each.vaf is not None and low <= each.vaf <= high and each.genomic is not None:
            yield Notice(
                code="origin_unknown",
                message=f"{each.gene} {each.alteration} on line {each.source.line}: VAF "
                f"{each.vaf:g} in a tumour without its normal; it may be of the germline.",
            )


def _named(each: Observation) -> str:
    """The gene and its alteration, the gene once: a fusion names it by itself."""
    if each.gene is None:
        return each.marker.value.replace("_", " ").lower().replace("msi", "MSI")
    text = each.alteration or ""
    return text if each.gene and each.gene in text else f"{each.gene} {text}"
