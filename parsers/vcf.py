"""A VCF in, a `Reading` out: what it says of every panel gene, and the proof that all was seen.

The trip of a file: bytes are scanned once (`vcf_scan`), candidate lines become records
(`vcf_records`, the only one that knows pyvcf3), evidence decides build and tumour column, and
each allele becomes an observation or is passed over with a reason that is counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from parsers.vcf_alleles import SmallAllele, is_small, small_allele
from parsers.vcf_blocks import reference_row
from parsers.vcf_breakends import fusions, rearranged
from parsers.vcf_build import decided
from parsers.vcf_bytes import Container
from parsers.vcf_columns import choose
from parsers.vcf_conformance import departures
from parsers.vcf_copies import copy_number, is_copy_number, is_segment
from parsers.vcf_events import Junction, junction
from parsers.vcf_frame import Frame, Passed
from parsers.vcf_header import Header, parse
from parsers.vcf_phase import joined
from parsers.vcf_records import Record, records
from parsers.vcf_scan import Scan, recognises, scan
from parsers.vcf_signatures import signatures
from parsers.vcf_small import observation
from parsers.vcf_stated import content
from parsers.vcf_symbols import is_symbolic
from pipeline.coverage import assays, shipped
from pipeline.genome import MIXED, Build, BuildBasis
from pipeline.model import (
    Analyte,
    Completeness,
    FileKind,
    Identity,
    Notice,
    Observation,
    Origin,
    Reading,
    Report,
    ReportStatus,
    Significance,
    Specimen,
    Status,
)
from pipeline.sheets import ManifestRow
from pipeline.valued import cutoff

__all__ = ["read", "recognises"]

_ODDITIES = {
    "crlf": "Lines end in CR LF, which the specification does not allow; they were read.",
    "stray_cr": "Carriage returns stand within lines; the lines were read.",
    "control_characters": "Control characters stand in the text; the lines were read.",
    "unsorted": "The rows are not sorted by contig and position; all of them were read.",
    "latin1": "The text is not UTF-8; it was read as Latin-1.",
}


@dataclass(frozen=True, kw_only=True)
class _Read:
    """Everything that was decided about one file, before the report is written."""

    name: str
    sha256: str
    row: ManifestRow | None
    scan: Scan
    frame: Frame
    build: Build
    outcome: tuple[Observation | Passed, ...]
    refused: tuple[Notice, ...]


def read(
    data: bytes | IO[bytes], *, name: str, sha256: str, row: ManifestRow | None = None
) -> Reading:
    """What a VCF says; `HeldError` or `UnreadableError` with a sentence where it cannot be read.

    *data* is the whole file or an open binary stream, packed or not; *row* is its manifest row,
    which counts only if it names a sample of the file.
    """
    seen = scan(data)
    header = parse(seen.header, seen.columns)
    found = records(seen.candidates, seen.columns)
    own = row if row is not None and _names_sample(row, header) else None
    build = decided(header, found, own.assembly if own else None)
    frame = Frame(
        sha256=sha256,
        header=header,
        columns=choose(header, own.tumour_sample if own else None),
        assembly=build.assembly,
        uses_filter=seen.uses_filter,
        covered=assays(shipped()).coverage(*_assay(own)) if own else (),
        unclosed=None if seen.ends_with_newline else seen.last_line,
        tumour_percent=_tumour_percent(own, header),
        ploidy=content(header).ploidy,
    )
    every = tuple(_outcome(found, frame))
    outcome = tuple(sorted((it for it in every if not isinstance(it, Notice)), key=_line))
    told = _Read(
        name=name,
        sha256=sha256,
        row=own,
        scan=seen,
        frame=frame,
        build=build,
        outcome=outcome,
        refused=tuple(it for it in every if isinstance(it, Notice)),
    )
    observations = tuple(each for each in outcome if isinstance(each, Observation))
    return Reading(report=_report(told, row), observations=observations)


def _names_sample(row: ManifestRow, header: Header) -> bool:
    stated = {row.tumour_sample, row.identity.accession, row.identity.specimen_id} - {None, ""}
    return bool(stated & set(header.samples))


def _tumour_percent(row: ManifestRow | None, header: Header) -> float | None:
    """What a person counted; a purity that was computed only takes confidence away (R43)."""
    counted = row.tumour_percent if row else None
    purity = content(header).purity
    if purity is None or purity * 100 >= cutoff("low_tumour_percent_amplification"):
        return counted
    return min(round(purity * 100, 1), counted if counted is not None else 100)


def _line(each: Observation | Passed) -> int:
    return each.line if isinstance(each, Passed) else each.source.line or 0


def _outcome(found: Iterable[Record], frame: Frame) -> Iterator[Observation | Passed | Notice]:
    small: list[SmallAllele] = []
    junctions: list[Junction] = []
    for record in found:
        for index in range(len(record.alts)):
            for each in _sorted(record, index, frame):
                if isinstance(each, SmallAllele):
                    small.append(each)
                elif isinstance(each, Junction):
                    junctions.append(each)
                else:
                    yield each
    yield from signatures(frame)
    yield from _refused(small)
    yield from (observation(allele, frame) for allele in joined(small, frame))
    yield from fusions(junctions, frame)


def _sorted(
    record: Record, index: int, frame: Frame
) -> list[SmallAllele | Junction | Observation | Passed]:
    """One ALT, sent to the reader of its kind."""
    alt = record.alts[index]
    if is_small(record.ref, alt):
        return [small_allele(record, index, frame)]
    joins = junction(record, index, frame)
    if joins is not None:
        return [joins]
    if not is_symbolic(alt):
        return [*reference_row(record, frame)]
    found: list[SmallAllele | Junction | Observation | Passed] = []
    if is_copy_number(alt, record):
        found += copy_number(record, index, frame)
    if not is_segment(alt, record):
        found += rearranged(record, index, frame)
    return found


def _assay(row: ManifestRow | None) -> tuple[str | None, str | None]:
    """Name and version of the assay as a manifest writes them (``name@version``)."""
    name, _, version = (row.assay or "").partition("@") if row else ("", "", "")
    return name.strip() or None, version.strip() or None


def _report(told: _Read, row: ManifestRow | None) -> Report:
    own, tumour = told.row, told.frame.columns.tumour
    assay, version = _assay(own)
    specimen = Specimen(
        id=tumour,
        analyte=Analyte.DNA,
        tumour_percent=told.frame.tumour_percent,
        collected=own.collected if own else None,
    )
    accession = own.identity.accession if own else None
    return Report(
        file=told.name,
        sha256=told.sha256,
        kind=FileKind.VCF,
        status=ReportStatus.FINAL,
        assay=assay,
        assay_version=version,
        accession=accession,
        assembly=told.build.assembly,
        completeness=_completeness(told, row),
        specimens=(specimen,) if tumour else (),
        identity=Identity(accession=accession, specimen_id=tumour),
        notices=tuple(_notices(told, row)),
    )


def _completeness(told: _Read, row: ManifestRow | None) -> Completeness:
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


def _missing(told: _Read, row: ManifestRow | None) -> Iterator[str]:
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
    if told.scan.unplaced:
        yield f"the place of the rows on {_some(told.scan.unplaced)}"


def _end_is_proven(told: _Read, row: ManifestRow | None) -> bool:
    matches = row is not None and bool(row.sha256) and row.sha256 == told.sha256
    return matches or told.scan.container is Container.BGZF


def _notices(told: _Read, row: ManifestRow | None) -> Iterator[Notice]:
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
    """Findings that could not be believed outright, and why."""
    for each in outcome:
        if isinstance(each, Observation) and each.status is Status.INDETERMINATE and each.note:
            yield Notice(
                code="doubted",
                message=f"{each.gene} {each.alteration} on line {each.source.line} is "
                f"indeterminate: {each.note}.",
            )


def _refused(small: Iterable[SmallAllele]) -> Iterator[Notice]:
    """Values of the file that cannot be what their field says."""
    for each in small:
        if each.call.refused:
            yield Notice(
                code="value_refused",
                message=f"{each.call.refused} (line {each.record.line}): not used.",
            )


def _unproven_origin(told: _Read) -> Iterator[Notice]:
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
