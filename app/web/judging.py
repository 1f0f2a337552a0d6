"""A case in, what its readers read of each marker out, to be judged right or wrong by a person."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.codec import fingerprint
from pipeline.errors import InputError
from pipeline.model import FileKind, Finding, Marker, MarkerState, Report, Significance, Status
from pipeline.patient import Interpretation
from store.corrections import LONGEST, Correction
from store.records import Store
from store.rows import report_id
from store.stored import Stored

_LAYOUT = re.compile(r"layout ([0-9a-f]{8})")
_ASIDE = {Significance.VUS: "of unknown significance", Significance.BENIGN: "benign"}
_STATUSES = tuple(each.value for each in Status)


@dataclass(frozen=True, kw_only=True)
class Read:
    """What one report says of one marker: each field as it was read, and the printed text.

    *aside* says of an alteration why it does not make the marker detected; None of any other.
    """

    report_id: str
    revision: int
    file: str
    assay: str | None
    layout: str | None
    reader: str
    marker: Marker
    printed: str | None
    aside: str | None
    fields: tuple[tuple[str, str | None], ...]

    @property
    def key(self) -> str:
        """By which a form names it: another reading of the same place has another key."""
        return fingerprint(self)[:20]

    @property
    def status(self) -> Status:
        """The status of the marker in this report."""
        return Status(dict(self.fields)["status"] or "")


def reads(store: Store, case_id: str) -> tuple[Read, ...]:
    """Every reading of the reports of a case; tables that people typed are left out."""
    return tuple(
        each
        for stored in store.case_reports(case_id)
        if stored.result.report.kind is not FileKind.TABLE
        for each in _of_report(stored)
    )


def judgements(  # noqa: PLR0913 - who says what of which reading
    read: Read,
    expected: Mapping[str, str],
    *,
    case_id: str,
    by: str,
    at: datetime,
    reason: str | None,
) -> tuple[Correction, ...]:
    """The reading judged: wrong in the fields of *expected*, right in all without any.

    `InputError` if nothing is said, or a status is no status.
    """
    known = dict(read.fields)
    wrong = {name: value for name, value in expected.items() if value != (known.get(name) or "")}
    if wrong.get("status", Status.DETECTED.value) not in _STATUSES:
        raise InputError("a status is one of the four")
    if set(wrong) - set(known):
        raise InputError("this field was not read there")
    if expected and not wrong:
        raise InputError("what you typed is what was read: say that it is right, or what it is")
    judged = wrong or {name: value or "" for name, value in known.items()}
    return tuple(
        Correction(
            report_id=read.report_id,
            revision=read.revision,
            case_id=case_id,
            reader=read.reader,
            assay=read.assay,
            layout=read.layout,
            marker=read.marker,
            field=name,
            printed=read.printed,
            read=known[name],
            expected=value if wrong else known[name],
            is_right=not wrong,
            judged_by=by,
            judged_at=at,
            reason=reason,
        )
        for name, value in judged.items()
    )


def confirmations(
    store: Store, said: Interpretation, by: str, at: datetime
) -> tuple[Correction, ...]:
    """What a person confirms who compared every detected finding of a case with its print."""
    weighed = {report_id(each.report, said.case.id) for each in said.case.reports}
    return tuple(
        one
        for each in reads(store, said.case.id)
        if each.report_id in weighed and each.status is Status.DETECTED and each.printed
        for one in judgements(each, {}, case_id=said.case.id, by=by, at=at, reason=None)
    )


def _of_report(stored: Stored) -> Iterator[Read]:
    result = stored.result
    reader = next(
        (one.source.reader for each in result.findings for one in each.observations),
        result.report.vendor or result.report.kind.value,
    )
    for state in result.markers.values():
        for found in state.findings or (None,):
            yield _read(stored, state, found, reader)


def _read(stored: Stored, state: MarkerState, found: Finding | None, reader: str) -> Read:
    report = stored.result.report
    seen = found.observations[0] if found else None
    fields: dict[str, str | None] = {"status": state.status.value}
    if found is not None and seen is not None:
        fields |= {
            "alteration": found.detail,
            "value": _number(seen.value),
            "unit": seen.unit,
            "vaf": _number(seen.vaf),
            "copies": _number(seen.copies),
            "specimen": found.specimen,
        }
    return Read(
        report_id=stored.report_id,
        revision=stored.revision,
        file=report.file,
        assay=report.assay,
        layout=_layout(report),
        reader=seen.source.reader if seen else reader,
        marker=state.marker,
        printed=seen.source.text[:LONGEST] if seen else None,
        aside=_ASIDE.get(found.significance) if found else None,
        fields=tuple(
            (name, value) for name, value in fields.items() if value is not None or name == "status"
        ),
    )


def _layout(report: Report) -> str | None:
    found = _LAYOUT.search(report.completeness.evidence)
    return found.group(1) if found else None


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:g}"
