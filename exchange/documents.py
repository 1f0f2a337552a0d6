"""Results in, the JSON documents of `docs/json.md` out: what `read` and `explain` print.

The shapes are a contract with programs that are not ours: a field may be added, but a change of
meaning or a removal raises `VERSION`. `docs/json.schema.json` says the same for machines.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from enum import Enum
from typing import Any

from exchange.courses import concordance_part, no_timeline, superseded_part, timeline_part
from exchange.stated import missing, stated
from pipeline.model import (
    Completeness,
    EarlierVersion,
    Finding,
    Fusion,
    Marker,
    MarkerState,
    Notice,
    Report,
    ReportResult,
    SmallVariant,
    Source,
)
from pipeline.patient import (
    Interpretation,
    KnowledgeStamp,
    Patient,
    TherapyFlag,
)

VERSION = 1
"""Version of the shapes; stands in every document."""

Document = dict[str, Any]

_LOOK = "a person must look at the file first: nothing was concluded from it"


def text(document: Document) -> str:
    """The document as one line of JSON; never NaN, letters as they are."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def report_document(result: ReportResult) -> Document:
    """What one file says: the document of `oncoflag read --json`."""
    return {
        "version": VERSION,
        "report": _report(result.report),
        "markers": {marker.value: _marker(result.markers[marker]) for marker in Marker},
        "findings": [_finding(each) for each in result.findings],
        "warnings": _warnings((*result.report.notices, *result.notices)),
    }


def case_document(said: Interpretation) -> Document:
    """What is said of one case: the document of `oncoflag explain --json`.

    `report` is the only report of the case, or None; `reports` lists them all.
    """
    case = said.case
    reports = [_report(each.report) for each in case.reports]
    notices = [notice for each in case.reports for notice in (*each.report.notices, *each.notices)]
    return {
        "version": VERSION,
        "case": case.id,
        "report": reports[0] if len(reports) == 1 else None,
        "reports": reports,
        "markers": {
            marker.value: _marker(case.markers[marker]) | _by_specimen(case.markers[marker])
            for marker in Marker
        },
        "findings": [_finding(each) for each in case.findings],
        "warnings": _warnings((*notices, *case.notices)),
        "superseded": superseded_part(case),
        "concordance": concordance_part(case),
        "timeline": timeline_part(case),
        "interpretation": _interpretation(said),
    }


def withheld_document(
    result: ReportResult, reason: str | None, knowledge: KnowledgeStamp, as_of: date
) -> Document:
    """The `explain` document of a file that belongs to no case: nothing is suggested from it.

    *reason* says why, where the report itself does not (an identity hold).
    """
    reasons = (reason,) if reason else result.report.reasons
    return report_document(result) | {
        "case": None,
        "reports": [_report(result.report)],
        "superseded": [],
        "concordance": [],
        "timeline": no_timeline(),
        "interpretation": {
            "as_of": as_of.isoformat(),
            "jurisdictions": [],
            "patient": {},
            "flags": [],
            "suggestions": [],
            "near_misses": [],
            "not_assessed": [
                {"marker": marker.value, "status": "not_assessed", "order": _LOOK}
                for marker in Marker
            ],
            "notes": [f"withheld: {reason}" for reason in reasons],
            "knowledge": _stamp(knowledge),
            "code_version": None,
        },
    }


def _report(report: Report) -> Document:
    return {
        "file": report.file,
        "sha256": report.sha256,
        "kind": report.kind.value,
        "vendor": report.vendor,
        "assay": report.assay,
        "assay_version": report.assay_version,
        "status": report.status.value,
        "code": report.code,
        "reasons": list(report.reasons),
        "accession": report.accession,
        "report_version": report.version,
        "reported": _plain(report.reported),
        "tumour_type": report.tumour_type,
        "is_btc": report.is_btc,
        "assembly": _plain(report.assembly),
        "complete": report.completeness.proven,
        "completeness": _completeness(report.completeness),
        "specimens": [_record(each) for each in report.specimens],
        "identity": _record(report.identity),
        "superseded": [_earlier(each) for each in report.superseded],
    }


def _earlier(version: EarlierVersion) -> Document:
    return {
        "version": version.version,
        "pages": list(version.pages),
        "reported": _plain(version.reported),
        "observations": [
            {
                "marker": each.marker.value,
                "status": each.status.value,
                "alteration": each.alteration,
                "source": _source(each.source),
            }
            for each in version.observations
        ],
    }


def _completeness(proof: Completeness) -> Document:
    return {"evidence": proof.evidence, "missing": list(proof.missing)}


def _marker(state: MarkerState) -> Document:
    return {
        "status": state.status.value,
        "basis": state.basis.value,
        "detail": state.detail,
        "value": state.value,
        "unit": state.unit,
        "specimen": state.specimen,
        "conflicts": list(state.conflicts),
    }


def _by_specimen(state: MarkerState) -> Document:
    statuses = state.by_specimen.items()
    return {"by_specimen": {specimen: status.value for specimen, status in statuses}}


def _finding(finding: Finding) -> Document:
    seen = finding.observations
    known = finding.biomarker
    small = known if isinstance(known, SmallVariant) else None
    return {
        "marker": finding.marker.value,
        "gene": finding.gene,
        "status": finding.status.value,
        "basis": finding.basis.value,
        "significance": finding.significance.value,
        "detail": finding.detail,
        "hgvs_p": small and small.hgvs_p,
        "hgvs_c": stated(finding, "hgvs_c"),
        "transcript": stated(finding, "transcript"),
        "genomic": _plain(stated(finding, "genomic")),
        "fusion": _fusion(known) if isinstance(known, Fusion) else None,
        "vaf": stated(finding, "vaf"),
        "depth": stated(finding, "depth"),
        "copies": stated(finding, "copies"),
        "value": stated(finding, "value"),
        "unit": stated(finding, "unit"),
        "specimen": finding.specimen,
        "origin": seen[0].origin.value,
        "analyte": _plain(stated(finding, "analyte")),
        "alteration": stated(finding, "alteration"),
        "conflicts": list(finding.conflicts),
        "source": _source(seen[0].source),
        "sources": [_source(each.source) for each in seen],
    }


def _fusion(fusion: Fusion) -> Document:
    return {
        "five_prime": fusion.five_prime,
        "three_prime": fusion.three_prime,
        "grade": fusion.grade.value,
        "breakpoints": fusion.breakpoints,
    }


def _source(source: Source) -> Document:
    return {
        "page": source.page,
        "bbox": None if source.bbox is None else list(source.bbox),
        "line": source.line,
        "text": source.text,
        "sha256": source.sha256,
        "reader": source.reader,
    }


def _interpretation(said: Interpretation) -> Document:
    return {
        "as_of": said.as_of.isoformat(),
        "jurisdictions": [each.value for each in said.jurisdictions],
        "patient": _context(said.case.patient),
        "flags": [_flag(each) for each in said.flags],
        "suggestions": [_record(each) for each in said.suggestions],
        "near_misses": [_record(each) for each in said.near_misses],
        "not_assessed": [_record(each) for each in said.not_assessed],
        "notes": list(said.notes),
        "knowledge": _stamp(said.knowledge),
        "code_version": said.code_version,
    }


def _context(patient: Patient) -> Document:
    # What the rules looked at; who the patient is stands with the reports.
    stated = _record(patient)
    return {
        name: value
        for name, value in stated.items()
        if value is not None and name not in {"case", "identity"}
    }


def _flag(flag: TherapyFlag) -> Document:
    return {
        "marker": flag.marker.value,
        "therapy": flag.therapy,
        "kind": flag.kind.value,
        "line": flag.line,
        "status": flag.status,
        "status_date": flag.status_date,
        "jurisdiction": flag.jurisdiction.value,
        "tiers": _record(flag.tiers),
        "because": list(flag.because),
        "cautions": list(flag.cautions),
        "missing": list(missing(flag)),
        "evaluations": [_record(each) for each in flag.evaluations],
        "findings": [each.detail for each in flag.findings],
        "label_scope": flag.label_scope,
        "figures": flag.figures,
        "source": flag.source,
        "unverified": list(flag.unverified),
        "indication_id": flag.indication_id,
    }


def _stamp(knowledge: KnowledgeStamp) -> Document:
    return {"release": knowledge.release, "sha256": knowledge.sha256}


def _warnings(notices: Iterable[Notice]) -> list[Document]:
    once = dict.fromkeys(notices)
    return [{"code": each.code, "message": each.message} for each in once]


def _record(value: Any) -> Document:  # noqa: ANN401 - any of our flat dataclasses
    return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}


def _plain(value: Any) -> Any:  # noqa: ANN401 - what JSON can hold
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
