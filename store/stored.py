"""Reports in the database in, what they say and where they stand out."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from pipeline.model import Identity, ReportResult, ReportStatus
from store.bulk import portions
from store.rows import restored
from store.tables import case_reports, reports


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A stored report: its result, under which identity, in which case, or why it is held."""

    report_id: str
    revision: int
    result: ReportResult
    identity: Identity
    case_id: str | None
    hold: str | None


@dataclass(frozen=True, kw_only=True)
class HeldRow:
    """A file from which nothing is concluded, with a code for machines and the reasons."""

    report_id: str
    sha256: str
    file: str
    kind: str
    status: str
    code: str | None
    reasons: tuple[str, ...]
    vendor: str | None
    case_id: str | None


def stored(connection: sa.Connection, case_id: str | None = None) -> tuple[Stored, ...]:
    """Every stored report, or those of one case, in the order of their keys."""
    query = _QUERY.order_by(reports.c.id)
    if case_id is not None:
        query = query.where(case_reports.c.case_id == case_id)
    return tuple(_stored(row) for row in connection.execute(query).mappings())


def of_ids(connection: sa.Connection, ids: Iterable[str]) -> tuple[Stored, ...]:
    """These reports, in the order of their keys; what is not stored is left out."""
    query = _QUERY.where(reports.c.id.in_(sa.bindparam("keys", expanding=True)))
    return tuple(
        _stored(row)
        for some in portions(sorted(set(ids)))
        for row in connection.execute(query.order_by(reports.c.id), {"keys": some}).mappings()
    )


def held(connection: sa.Connection) -> tuple[HeldRow, ...]:
    """Every file that was not read to its end by a reader that knows it, or that has a hold."""
    unread = [status.value for status in ReportStatus if not status.is_read]
    query = _QUERY.where(
        sa.or_(reports.c.hold.is_not(None), reports.c.status.in_(unread))
    ).order_by(reports.c.file, reports.c.id)
    return tuple(_held(row) for row in connection.execute(query).mappings())


def is_known(connection: sa.Connection, sha256: str) -> bool:
    """True if a report of these bytes is stored, whatever became of it."""
    query = sa.select(reports.c.id).where(reports.c.sha256 == sha256).limit(1)
    return connection.execute(query).first() is not None


_QUERY = sa.select(reports, case_reports.c.case_id).join(
    case_reports, case_reports.c.report_id == reports.c.id, isouter=True
)


def _stored(row: sa.RowMapping) -> Stored:
    return Stored(
        report_id=row["id"],
        revision=row["revision"],
        result=restored(ReportResult, row["canonical"]),
        identity=Identity(**{name: row[name] for name in Identity.__dataclass_fields__}),
        case_id=row["case_id"],
        hold=row["hold"],
    )


def _held(row: sa.RowMapping) -> HeldRow:
    hold = (row["hold"],) if row["hold"] else ()
    return HeldRow(
        report_id=row["id"],
        sha256=row["sha256"],
        file=row["file"],
        kind=row["kind"],
        status=row["status"],
        code=row["hold_code"] or row["code"],
        reasons=(*hold, *json.loads(row["reasons"])),
        vendor=row["vendor"],
        case_id=row["case_id"],
    )
