"""A VCF in, a `Reading` out: what it says of every panel gene, and the proof that all was seen.

The trip of a file: bytes are scanned once (`vcf_scan`), candidate lines become records
(`vcf_records`, the only one that knows pyvcf3), evidence decides build and tumour column, and
each allele becomes an observation or is passed over with a reason that is counted.
"""

from collections.abc import Iterable, Iterator
from typing import IO

from parsers.vcf_alleles import SmallAllele, is_small, small_allele
from parsers.vcf_blocks import gaps, reference_row
from parsers.vcf_breakends import fusions, rearranged
from parsers.vcf_build import decided
from parsers.vcf_columns import choose
from parsers.vcf_copies import copy_number, is_copy_number, is_segment
from parsers.vcf_events import Junction, junction
from parsers.vcf_frame import READER, Frame, Passed
from parsers.vcf_header import Header, parse
from parsers.vcf_notices import Told, completeness, notices
from parsers.vcf_phase import joined
from parsers.vcf_quality import failed_tests
from parsers.vcf_records import Record, records
from parsers.vcf_scan import recognises, scan
from parsers.vcf_signatures import signatures
from parsers.vcf_small import observation
from parsers.vcf_spelled import spelled, unspelled
from parsers.vcf_stated import content
from parsers.vcf_symbols import is_symbolic
from pipeline.coverage import assays, shipped
from pipeline.model import (
    Analyte,
    Coverage,
    FileKind,
    Identity,
    Notice,
    Observation,
    Reading,
    Report,
    ReportStatus,
    Specimen,
)
from pipeline.sheets import ManifestRow
from pipeline.valued import cutoff

__all__ = ["read", "recognises"]


def read(
    data: bytes | IO[bytes],
    *,
    name: str,
    sha256: str,
    row: ManifestRow | None = None,
    covered: tuple[Coverage, ...] | None = None,
) -> Reading:
    """What a VCF says; `HeldError` or `UnreadableError` with a sentence where it cannot be read.

    *data* is the whole file or an open binary stream, packed or not; *row* is its manifest row,
    which counts only if it names a sample of the file; *covered* is the scope of the assay that
    the row names (None leaves it to the package's table).
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
        covered=_scope(own, covered),
        unclosed=None if seen.ends_with_newline else seen.last_line,
        tumour_percent=_tumour_percent(own, header),
        ploidy=content(header).ploidy,
    )
    every = tuple(_outcome(found, frame))
    outcome = tuple(sorted((it for it in every if not isinstance(it, Notice)), key=_line))
    told = Told(
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


def _scope(row: ManifestRow | None, covered: tuple[Coverage, ...] | None) -> tuple[Coverage, ...]:
    """What the declared assay looks at; nothing without a row that counts."""
    if row is None:
        return ()
    return assays(shipped()).coverage(*row.assay_and_version) if covered is None else covered


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
    yield from failed_tests(frame)
    yield from gaps(found, frame)
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
    if not is_segment(alt, record):
        in_bases = spelled(record, index, frame)
        if in_bases is not None:
            return [small_allele(in_bases, index, frame)]
        found += unspelled(record, index, frame)
    if found:
        return found
    if is_copy_number(alt, record):
        found += copy_number(record, index, frame)
    if not is_segment(alt, record):
        found += rearranged(record, index, frame)
    return found


def _report(told: Told, row: ManifestRow | None) -> Report:
    own, tumour = told.row, told.frame.columns.tumour
    assay, version = own.assay_and_version if own else (None, None)
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
        completeness=completeness(told, row),
        specimens=(specimen,) if tumour else (),
        identity=Identity(accession=accession, specimen_id=tumour),
        notices=tuple(notices(told, row)),
        reader=READER,
    )


def _refused(small: Iterable[SmallAllele]) -> Iterator[Notice]:
    """Values of the file that cannot be what their field says."""
    for each in small:
        if each.call.refused:
            yield Notice(
                code="value_refused",
                message=f"{each.call.refused} (line {each.record.line}): not used.",
            )
