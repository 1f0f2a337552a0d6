"""Core types in, rows of the tables out: what can be searched and counted without the JSON.

The canonical JSON beside the rows is the truth; the rows are drawn from it and never read back.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from pipeline.codec import from_json, to_json
from pipeline.errors import StoreError
from pipeline.model import (
    FileKind,
    Finding,
    Identity,
    Observation,
    Report,
    ReportResult,
    ReportStatus,
    SmallVariant,
)
from pipeline.patient import Interpretation

Row = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class ReportRows:
    """The rows of one report: findings, observations and the links between them."""

    findings: tuple[Row, ...]
    observations: tuple[Row, ...]
    links: tuple[Row, ...]


def canonical(value: object) -> str:
    """The canonical JSON as text; `StoreError` if a text in *value* is not Unicode."""
    try:
        return to_json(value).decode()
    except ValueError:
        sentence = f"a {type(value).__name__} holds text that is not Unicode"
        raise StoreError("not_unicode", sentence) from None


def restored(kind: type[T], text: str) -> T:
    """The value again; `StoreError`, which quotes nothing, if *text* is not such a value."""
    try:
        return from_json(kind, text)
    except ValueError:
        sentence = f"a stored {kind.__name__} cannot be read by this version of Oncoflag"
        raise StoreError("unreadable_row", sentence) from None


def portion(report: Report, case_id: str | None) -> str:
    """The case that a hand-written table speaks of; empty for a file that is one report."""
    return (case_id or "") if report.kind is FileKind.TABLE else ""


def report_id(report: Report, case_id: str | None) -> str:
    """The key of a report: the hash of its bytes, and the case for a hand-written table."""
    part = portion(report, case_id)
    return f"{report.sha256}:{part}" if part else report.sha256


def logical_key(report: Report, identity: Identity) -> str | None:
    """Laboratory, accession and version as one text; None where no accession is known.

    A laboratory sends several VCFs under one accession, hence the name of the file for those.
    An amended report may not print its number, hence the word and then its day; a test that
    failed is often reported under the number of its repeat.
    """
    accession = report.accession or identity.accession
    if not accession:
        return None
    laboratory = report.vendor or identity.assigning_authority or ""
    file = report.file.replace("\\", "/").rsplit("/", 1)[-1] if report.kind is FileKind.VCF else ""
    assay, standing = report.assay or "", _standing(report)
    parts = (laboratory, accession, assay, report.version, standing, report.kind, file)
    return json.dumps(parts, ensure_ascii=True)


def _standing(report: Report) -> str:
    if report.status is ReportStatus.FAILED:
        return "failed"
    if report.status is not ReportStatus.AMENDED:
        return ""
    day = report.reported if report.version == 1 else None
    return f"amended {day.isoformat()}" if day else "amended"


def report_row(result: ReportResult, identity: Identity, case_id: str | None) -> Row:
    """The row of `reports`, without its hold, revision and logical key."""
    report = result.report
    return {
        "id": report_id(report, case_id),
        "sha256": report.sha256,
        "portion": portion(report, case_id),
        "file": _clean(report.file),
        "kind": report.kind.value,
        "status": report.status.value,
        "code": _clean(report.code),
        "reasons": _list(report.reasons),
        "vendor": _clean(report.vendor),
        "assay": _clean(report.assay),
        "assay_version": _clean(report.assay_version),
        "version": report.version,
        "reported": report.reported,
        "tumour_type": _clean(report.tumour_type),
        "is_btc": report.is_btc,
        "assembly": report.assembly,
        "complete": report.completeness.proven,
        "completeness": _clean(report.completeness.evidence),
        **identity_row(identity),
        "accession": _clean(report.accession or identity.accession),
        "canonical": canonical(result),
    }


def identity_row(identity: Identity) -> Row:
    """The identifiers of a report or a patient."""
    return {name: _clean(value) for name, value in asdict(identity).items()}


def result_rows(key: str, result: ReportResult) -> ReportRows:
    """Findings in their order, every observation once, and which rests on which."""
    findings = _found(result)
    place: dict[Observation, int] = {}
    behind = [[place.setdefault(one, len(place)) for one in each.observations] for each in findings]
    return ReportRows(
        findings=tuple(_finding(key, at, one) for at, one in enumerate(findings)),
        observations=tuple(_observation(key, at, one) for one, at in place.items()),
        links=tuple(_links(key, behind)),
    )


def observed(result: ReportResult) -> tuple[Observation, ...]:
    """Every observation behind the findings of a report once, in the order of their ordinals."""
    seen = (one for each in _found(result) for one in each.observations)
    return tuple(dict.fromkeys(seen))


def _found(result: ReportResult) -> list[Finding]:
    # Equal findings of a marker state and of the report are one; the order stays. Most are the
    # same object, and to compare two takes a hash of all that they rest on.
    found = [
        *result.findings,
        *(one for state in result.markers.values() for one in state.findings),
    ]
    return list(dict.fromkeys({id(one): one for one in found}.values()))


def _links(key: str, behind: Iterable[Iterable[int]]) -> Iterator[Row]:
    for ordinal, some in enumerate(behind):
        for one in dict.fromkeys(some):
            yield {"report_id": key, "finding": ordinal, "observation": one}


def _finding(key: str, ordinal: int, finding: Finding) -> Row:
    known = finding.biomarker
    small = known if isinstance(known, SmallVariant) else None
    return {
        "report_id": key,
        "ordinal": ordinal,
        "marker": finding.marker.value,
        "status": finding.status.value,
        "basis": finding.basis.value,
        "significance": finding.significance.value,
        "detail": _clean(finding.detail),
        "gene": _clean(finding.gene),
        "specimen": _clean(finding.specimen),
        "kind": known.kind if known else None,
        "hgvs_p": _clean(small.hgvs_p) if small else None,
        "hgvs_c": _clean(small.hgvs_c) if small else None,
        "transcript": _clean(small.transcript) if small else None,
        "genomic": str(small.genomic) if small and small.genomic else None,
        "biomarker": canonical(known) if known else None,
        "conflicts": _list(finding.conflicts),
    }


def _observation(key: str, ordinal: int, seen: Observation) -> Row:
    return {
        "report_id": key,
        "ordinal": ordinal,
        "marker": seen.marker.value,
        "status": seen.status.value,
        "basis": seen.basis.value,
        "significance": seen.significance.value,
        "origin": seen.origin.value,
        "gene": _clean(seen.gene),
        "alteration": _clean(seen.alteration),
        "analyte": seen.analyte,
        "value": seen.value,
        "unit": _clean(seen.unit),
        "specimen": _clean(seen.specimen),
        "transcript": _clean(seen.transcript),
        "hgvs_c": _clean(seen.hgvs_c),
        "genomic": str(seen.genomic) if seen.genomic else None,
        "vaf": seen.vaf,
        "depth": seen.depth,
        "copies": seen.copies,
        "note": _clean(seen.note),
        "page": seen.source.page,
        "bbox": json.dumps(seen.source.bbox) if seen.source.bbox else None,
        "line": seen.source.line,
        "text": _clean(seen.source.text),
        "reader": _clean(seen.source.reader),
    }


def interpretation_rows(number: int, said: Interpretation) -> dict[str, tuple[Row, ...]]:
    """Rows by table name: flags, suggestions, near misses and markers not assessed."""
    key = {"case_id": said.case.id, "number": number}
    return {
        "flags": tuple(key | {"ordinal": at} | row for at, row in enumerate(_flags(said))),
        "suggestions": tuple(key | {"ordinal": at} | row for at, row in enumerate(_lines(said))),
        "near_misses": tuple(key | {"ordinal": at} | row for at, row in enumerate(_missed(said))),
        "not_assessed": tuple(key | {"ordinal": at} | row for at, row in enumerate(_unseen(said))),
    }


def _flags(said: Interpretation) -> Iterator[Row]:
    for flag in said.flags:
        yield {
            "marker": flag.marker.value,
            "therapy": flag.therapy,
            "kind": flag.kind.value,
            "line": flag.line,
            "status": flag.status,
            "jurisdiction": flag.jurisdiction.value,
            "amp_asco_cap": flag.tiers.amp_asco_cap,
            "escat": flag.tiers.escat,
            "because": _list(flag.because),
            "indication_id": flag.indication_id,
        }


def _lines(said: Interpretation) -> Iterator[Row]:
    for entry in said.suggestions:
        yield {
            "line": entry.line,
            "rank": entry.rank,
            "regimen": entry.regimen,
            "kind": entry.kind.value,
            "because": _list(entry.because),
            "conditions": _list(entry.conditions),
            "indication_id": entry.indication_id,
        }


def _missed(said: Interpretation) -> Iterator[Row]:
    for miss in said.near_misses:
        yield {
            "marker": miss.marker,
            "therapy": miss.therapy,
            "reason": _clean(miss.reason),
            "would_change": _clean(miss.would_change),
            "indication_id": miss.indication_id,
            "jurisdiction": miss.jurisdiction,
        }


def _unseen(said: Interpretation) -> Iterator[Row]:
    for gap in said.not_assessed:
        yield {"marker": gap.marker.value, "status": gap.status, "order": _clean(gap.order)}


def _list(sentences: Sequence[str]) -> str:
    return json.dumps(sentences)


def _clean(value: Any) -> Any:  # noqa: ANN401 - texts are cleaned, all else passes
    # PostgreSQL refuses NUL, both refuse half a surrogate pair; the canonical JSON escapes them.
    if not isinstance(value, str):
        return value
    return value.replace("\x00", "�").encode("utf-8", "replace").decode()
