"""One report in, its rows written inside the caller's transaction; and reports out again.

Same bytes, same report: a second save changes nothing. Other bytes under the same laboratory,
accession and version never overwrite: the second file is held until a person has settled it.
"""

import json
from dataclasses import dataclass, replace
from enum import StrEnum

import sqlalchemy as sa

from pipeline.model import Identity, ReportResult, ReportStatus
from store import intake
from store.books import IntakeState
from store.rows import Row, canonical, identity_row, logical_key, report_row, restored, result_rows
from store.tables import (
    case_reports,
    cases,
    earlier_readings,
    finding_observations,
    findings,
    observations,
    reports,
)

SAME_REPORT = (
    "another file with other content already stands for this report (same laboratory, accession "
    "and version); a person must say which one counts"
)


class Fate(StrEnum):
    """What a save did."""

    NEW = "new"
    KNOWN = "known"
    REVISED = "revised"
    KEPT = "kept"


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What became of a report. Nothing may be concluded from one with a *hold*.

    *fate*: `new`; `known` (same bytes, same reading, no row changed); `revised` (same bytes, now
    better read, or revised on request; the earlier reading is kept); `kept` (same bytes, other
    reading, no row changed). *case_id* and *hold* are those that stand now; *left* is the case
    that the report left, to be made again without it.
    """

    report_id: str
    fate: Fate
    case_id: str | None
    hold: str | None
    left: str | None = None


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A report to be saved: whose it is and where it belongs, or why it is held."""

    result: ReportResult
    identity: Identity
    case_id: str | None
    hold: str | None


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A stored report: its result, under which identity, in which case, or why it is held."""

    report_id: str
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


@dataclass(frozen=True, kw_only=True)
class _Arrival:
    """A report as it would be stored, before the database has its say."""

    row: Row
    result: ReportResult
    identity: Identity
    case_id: str | None


def save(connection: sa.Connection, incoming: Incoming, *, revise: bool) -> Saved:
    """Write the report, its findings and its case; see `Saved` for what can happen."""
    arrival = _arrive(connection, incoming)
    stored = _one(connection, arrival.row["id"])
    if stored is None:
        return _insert(connection, arrival, fate=Fate.NEW, left=None)
    if _same(arrival, stored):
        return _unchanged(stored, Fate.KNOWN)
    if not revise and _worth(arrival.result, arrival.row["hold"]) <= _worth(
        stored.result, stored.hold
    ):
        return _unchanged(stored, Fate.KEPT)
    _put_aside(connection, stored)
    left = stored.case_id if stored.case_id != arrival.case_id else None
    return _insert(connection, arrival, fate=Fate.REVISED, left=left)


def stored(connection: sa.Connection, case_id: str | None = None) -> tuple[Stored, ...]:
    """Every stored report, or those of one case, in the order of their keys."""
    query = _QUERY.order_by(reports.c.id)
    if case_id is not None:
        query = query.where(case_reports.c.case_id == case_id)
    return tuple(_stored(row) for row in connection.execute(query).mappings())


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


def _arrive(connection: sa.Connection, incoming: Incoming) -> _Arrival:
    report, hold = incoming.result.report, incoming.hold
    row = report_row(incoming.result, incoming.identity, incoming.case_id)
    usable = report.status.is_read and hold is None
    key = logical_key(report, incoming.identity) if usable else None
    code = "identity" if hold else None
    if key and _claimed(connection, key, by_other_than=row["id"]):
        key, hold, code = None, SAME_REPORT, "same_report_other_content"
    return _Arrival(
        row=row | {"logical_key": key, "hold": hold, "hold_code": code},
        result=incoming.result,
        identity=incoming.identity,
        case_id=None if hold else incoming.case_id,
    )


def _claimed(connection: sa.Connection, key: str, *, by_other_than: str) -> bool:
    query = sa.select(reports.c.id).where(
        reports.c.logical_key == key, reports.c.id != by_other_than
    )
    return connection.execute(query).first() is not None


def _insert(connection: sa.Connection, arrival: _Arrival, *, fate: Fate, left: str | None) -> Saved:
    key = arrival.row["id"]
    revision = _next_revision(connection, key) if fate is Fate.REVISED else 1
    row = arrival.row | {"revision": revision}
    if fate is Fate.REVISED:
        connection.execute(sa.update(reports).where(reports.c.id == key).values(row))
    else:
        connection.execute(sa.insert(reports), row)
    rows = result_rows(key, arrival.result)
    for table, many in (
        (findings, rows.findings),
        (observations, rows.observations),
        (finding_observations, rows.links),
    ):
        if many:
            connection.execute(sa.insert(table), list(many))
    _attach(connection, key, arrival)
    usable = arrival.result.report.status.is_read and row["hold"] is None
    state = IntakeState.DONE if usable else IntakeState.HELD
    intake.settle(connection, row["sha256"], state)
    return Saved(report_id=key, fate=fate, case_id=arrival.case_id, hold=row["hold"], left=left)


def _attach(connection: sa.Connection, key: str, arrival: _Arrival) -> None:
    if arrival.case_id is None:
        return
    case = sa.select(cases.c.id).where(cases.c.id == arrival.case_id)
    if connection.execute(case).first() is None:
        row = {"id": arrival.case_id, "stale": True} | identity_row(arrival.identity)
        connection.execute(sa.insert(cases), row)
    else:
        _mark_stale(connection, arrival.case_id)
    link = {"report_id": key, "case_id": arrival.case_id}
    connection.execute(sa.insert(case_reports), link)


def _mark_stale(connection: sa.Connection, case_id: str) -> None:
    connection.execute(sa.update(cases).where(cases.c.id == case_id).values(stale=True))


def _put_aside(connection: sa.Connection, stored: Stored) -> None:
    # The reading goes to `earlier_readings`; its rows make room for those of the new one.
    key = stored.report_id
    revision = sa.select(reports.c.revision).where(reports.c.id == key)
    row = {
        "report_id": key,
        "revision": connection.execute(revision).scalar_one(),
        "case_id": stored.case_id,
        "hold": stored.hold,
        "canonical": canonical(stored.result),
    }
    connection.execute(sa.insert(earlier_readings), row)
    for table in (finding_observations, findings, observations, case_reports):
        connection.execute(sa.delete(table).where(table.c.report_id == key))
    if stored.case_id is not None:
        _mark_stale(connection, stored.case_id)


def _next_revision(connection: sa.Connection, key: str) -> int:
    query = sa.select(reports.c.revision).where(reports.c.id == key)
    return int(connection.execute(query).scalar_one()) + 1


def _one(connection: sa.Connection, key: str) -> Stored | None:
    row = connection.execute(_QUERY.where(reports.c.id == key)).mappings().one_or_none()
    return None if row is None else _stored(row)


def _same(arrival: _Arrival, stored: Stored) -> bool:
    # The same bytes under another name are the same report.
    report = replace(arrival.result.report, file=stored.result.report.file)
    renamed = canonical(replace(arrival.result, report=report))
    return (
        renamed == canonical(stored.result)
        and arrival.case_id == stored.case_id
        and arrival.row["hold"] == stored.hold
    )


def _worth(result: ReportResult, hold: str | None) -> int:
    if not result.report.status.is_read:
        return 0
    return 1 if hold else 2


def _unchanged(stored: Stored, fate: Fate) -> Saved:
    return Saved(report_id=stored.report_id, fate=fate, case_id=stored.case_id, hold=stored.hold)


def _stored(row: sa.RowMapping) -> Stored:
    return Stored(
        report_id=row["id"],
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
