"""Reports in, their rows written inside the caller's transaction: one, or many together.

Same bytes, same report: a second save changes nothing. Other bytes under the same laboratory,
accession and version never overwrite: the second file is held until a person has settled it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import sqlalchemy as sa

from pipeline.model import Identity, ReportResult
from store import audit, bulk, identities, intake, readings, signals, vouched
from store.audit import Act, case_token, text_hash
from store.books import report_identifiers
from store.readings import Seen
from store.rows import Row, canonical, identity_row, logical_key, report_row, restored, result_rows
from store.standing import IDENTITY, Place, Standing, Wanted, standing
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


_CODES = {SAME_REPORT: "same_report_other_content"}


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
    """A report to be saved: whose it is and where it belongs, or why it is held.

    *seen* is what its reader saw; None where the reading that is stored stands as it is.
    """

    result: ReportResult
    identity: Identity
    case_id: str | None
    hold: str | None
    seen: Seen | None = None
    run_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Arrival:
    """A report as it is to be stored; *opens* says that its case is not stored yet."""

    row: Row
    incoming: Incoming
    case_id: str | None
    opens: bool

    @property
    def is_read(self) -> bool:
        return self.incoming.result.report.status.is_read


def save(connection: sa.Connection, incoming: Incoming, *, revise: bool) -> Saved:
    """Write the report, its findings and its case; see `Saved` for what can happen."""
    (saved,) = save_all(connection, (incoming,), revise=revise)
    return saved


def save_all(
    connection: sa.Connection, many: Sequence[Incoming], *, revise: bool
) -> tuple[Saved, ...]:
    """The same for *many*, in their order and as if each came alone, but written together."""
    drafts = [(each, _draft(each)) for each in many]
    known = standing(connection, [wanted for _, (_, wanted) in drafts])
    waiting: list[_Arrival] = []
    saved = []
    for incoming, (row, wanted) in drafts:
        arrival = _arrive(incoming, row, wanted, known)
        before = known.place(wanted.id)
        fate = _fate(arrival, before, revise=revise)
        saved.append(_saved(arrival, before, fate))
        if before is not None and fate is not Fate.REVISED:
            if fate is Fate.KNOWN:
                readings.complete(
                    connection, (wanted.id, before.revision), incoming.seen, incoming.run_id
                )
            continue
        if before is not None:
            # The reading that goes may still be among those that wait.
            _write(connection, waiting)
            waiting.clear()
            _replace(connection, before, arrival)
        waiting.append(arrival)
        known.take(_placed(arrival))
    _write(connection, waiting)
    return tuple(saved)


def _draft(incoming: Incoming) -> tuple[Row, Wanted]:
    result, case_id = incoming.result, incoming.case_id
    row = report_row(result, incoming.identity, case_id)
    usable = result.report.status.is_read and incoming.hold is None
    key = logical_key(result.report, incoming.identity) if usable else None
    return row, Wanted(id=row["id"], logical_key=key, case_id=case_id)


def _arrive(incoming: Incoming, row: Row, wanted: Wanted, known: Standing) -> _Arrival:
    key, hold = wanted.logical_key, incoming.hold
    code = _CODES.get(hold, "identity") if hold else None
    if key and known.is_claimed(key, by_other_than=wanted.id):
        key, hold, code = None, SAME_REPORT, _CODES[SAME_REPORT]
    before = known.place(wanted.id)
    revision = before.revision + 1 if before else 1
    case_id = None if hold else incoming.case_id
    return _Arrival(
        row=row | {"logical_key": key, "hold": hold, "hold_code": code, "revision": revision},
        incoming=incoming,
        case_id=case_id,
        opens=case_id is not None and not known.has_case(case_id),
    )


def _placed(arrival: _Arrival) -> Place:
    row = arrival.row
    return Place(
        id=row["id"],
        revision=row["revision"],
        is_read=arrival.is_read,
        logical_key=row["logical_key"],
        case_id=arrival.case_id,
        hold=row["hold"],
        identity={name: row[name] for name in IDENTITY},
        canonical=row["canonical"],
    )


def _fate(arrival: _Arrival, before: Place | None, *, revise: bool) -> Fate:
    if before is None:
        return Fate.NEW
    hold = arrival.row["hold"]
    in_place = (arrival.case_id, hold) == (before.case_id, before.hold)
    learns = revise and any(arrival.row[name] != before.identity[name] for name in IDENTITY)
    if in_place and not learns and _says_the_same(arrival, before):
        return Fate.KNOWN
    worth = _worth(before.hold, is_read=before.is_read)
    is_better = _worth(hold, is_read=arrival.is_read) > worth
    return Fate.REVISED if revise or is_better else Fate.KEPT


def _says_the_same(arrival: _Arrival, before: Place) -> bool:
    if arrival.row["canonical"] == before.canonical:
        return True
    # The same bytes under another name are the same report.
    earlier = restored(ReportResult, before.canonical)
    result = arrival.incoming.result
    renamed = replace(result, report=replace(result.report, file=earlier.report.file))
    return canonical(renamed) == canonical(earlier)


def _worth(hold: str | None, *, is_read: bool) -> int:
    if not is_read:
        return 0
    return 1 if hold else 2


def _saved(arrival: _Arrival, before: Place | None, fate: Fate) -> Saved:
    key = arrival.row["id"]
    if before is not None and fate is not Fate.REVISED:
        return Saved(report_id=key, fate=fate, case_id=before.case_id, hold=before.hold)
    left = before.case_id if before and before.case_id != arrival.case_id else None
    return Saved(
        report_id=key, fate=fate, case_id=arrival.case_id, hold=arrival.row["hold"], left=left
    )


def _write(connection: sa.Connection, arrivals: Sequence[_Arrival]) -> None:
    """The rows of all of them, and what follows for their cases and in the ledger."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for each in arrivals:
        own = _rows(each)
        for table, some in own.items():
            rows[table] += some
        _note(connection, each, own)
        vouched.note_opened(connection, own["cases"])
    bulk.insert(connection, rows)
    _mark_stale(connection, [each.case_id for each in arrivals if each.case_id and not each.opens])
    for each in arrivals:
        if each.incoming.seen is None and each.row["revision"] > 1:
            signals.moved(connection, (each.row["id"], each.row["revision"]))
    intake.settle(connection, [each.row for each in arrivals])


def _rows(arrival: _Arrival) -> dict[str, Sequence[Row]]:
    """All that stands of one report, by the name of the table."""
    key, case_id = arrival.row["id"], arrival.case_id
    incoming, revision = arrival.incoming, arrival.row["revision"]
    drawn = result_rows(key, incoming.result)
    seen = incoming.seen and readings.row((key, revision), incoming.seen, incoming.run_id)
    told = signals.row((key, revision), incoming.result, incoming.seen, incoming.run_id)
    case = {"id": case_id, "stale": True} | identity_row(incoming.identity)
    return {
        # A revised report has its row already.
        "reports": [arrival.row] if revision == 1 else [],
        "findings": drawn.findings,
        "observations": drawn.observations,
        "finding_observations": drawn.links,
        "readings": [seen] if seen else [],
        "signals": [told],
        "report_identifiers": identities.rows(arrival.row),
        "cases": [case] if arrival.opens else [],
        "case_reports": [{"report_id": key, "case_id": case_id}] if case_id else [],
    }


def _note(connection: sa.Connection, arrival: _Arrival, rows: Mapping[str, Sequence[Row]]) -> None:
    row, case_id = arrival.row, arrival.case_id
    action = Act.REPORT_SAVED if case_id else Act.REPORT_HELD
    seen = [vouched.reading(each) for each in rows["readings"]]
    detail = {
        "number": row["revision"],
        "case": case_token(case_id) if case_id else None,
        "hold": row["hold_code"],
        "canonical": text_hash(row["canonical"]),
        "observed": seen[0] if seen else None,
        "rows": vouched.report(row, rows),
    }
    audit.append(
        connection,
        action=action if row["revision"] == 1 else Act.REPORT_REVISED,
        subject=audit.opaque(row["id"]),
        detail=detail,
    )


def _mark_stale(connection: sa.Connection, case_ids: Iterable[str]) -> None:
    for some in bulk.portions(tuple(dict.fromkeys(case_ids))):
        connection.execute(_STALE, {"keys": some})


_STALE = (
    sa.update(cases).where(cases.c.id.in_(sa.bindparam("keys", expanding=True))).values(stale=True)
)


_KEY = frozenset({"id", "sha256", "portion"})


def _replace(connection: sa.Connection, before: Place, arrival: _Arrival) -> None:
    # The reading goes to `earlier_readings`; its rows make room for those of the new one.
    row = {
        "report_id": before.id,
        "revision": before.revision,
        "case_id": before.case_id,
        "hold": before.hold,
        "canonical": before.canonical,
    }
    connection.execute(sa.insert(earlier_readings), row)
    audit.append(
        connection,
        action=Act.REPORT_SET_ASIDE,
        subject=audit.opaque(before.id),
        detail={
            "number": before.revision + 1,
            "earlier": vouched.alone("earlier_readings", row),
        },
    )
    for table in (
        finding_observations,
        findings,
        observations,
        case_reports,
        report_identifiers,
    ):
        connection.execute(sa.delete(table).where(table.c.report_id == before.id))
    if before.case_id is not None:
        _mark_stale(connection, (before.case_id,))
    # The key stays: told anew, every table that refers to it would be looked through.
    row = {name: value for name, value in arrival.row.items() if name not in _KEY}
    connection.execute(sa.update(reports).where(reports.c.id == before.id).values(row))
    if arrival.incoming.seen is None:
        readings.carry_over(connection, (before.id, arrival.row["revision"]))
