"""Rows of `findings.csv` in, one reading a case out: results known from elsewhere.

They pass through the same normalisation as what a reader sees, and stand as a report of their
own. Its hash is that of the rows of its case: another case's row changes nothing here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.codec import fingerprint
from pipeline.coverage import Assays
from pipeline.model import (
    Completeness,
    FileKind,
    Observation,
    Reading,
    Report,
    ReportResult,
    ReportStatus,
    Specimen,
)
from pipeline.normalise import normalise
from pipeline.sheets import FindingRow

_NAME = "findings.csv"


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What is known of one case from elsewhere."""

    case: str
    result: ReportResult
    observations: tuple[Observation, ...]


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """The rows of one case, for their hash."""

    case: str
    rows: tuple[FindingRow, ...]


def outside(rows: Iterable[FindingRow], assays: Assays) -> tuple[Outside, ...]:
    """One result a case, in the order in which the cases appear."""
    by_case: dict[str, list[FindingRow]] = {}
    for row in rows:
        by_case.setdefault(row.case, []).append(row)
    readings = ((case, _reading(case, tuple(own))) for case, own in by_case.items())
    return tuple(
        Outside(case=case, result=normalise(each, assays), observations=each.observations)
        for case, each in readings
    )


def _reading(case: str, rows: tuple[FindingRow, ...]) -> Reading:
    sha256 = fingerprint(_Rows(case=case, rows=rows))
    report = Report(
        file=_NAME,
        sha256=sha256,
        kind=FileKind.TABLE,
        status=ReportStatus.FINAL,
        specimens=_specimens(rows),
        completeness=Completeness(proven=True, evidence=f"{len(rows)} rows written by hand"),
    )
    return Reading(report=report, observations=tuple(_signed(row, sha256) for row in rows))


def _specimens(rows: Iterable[FindingRow]) -> tuple[Specimen, ...]:
    stated = (row.specimen for row in rows if row.specimen != Specimen())
    return tuple(dict.fromkeys(stated))


def _signed(row: FindingRow, sha256: str) -> Observation:
    source = replace(row.observation.source, sha256=sha256)
    return replace(row.observation, source=source)
