"""The ledger of files: every file that was ever taken in, by the hash of its bytes.

waiting → claimed (by a run, with a lease and a fence) → done, held or quarantined. A claim is one
conditional UPDATE: of two runs that want the same file, one gets it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pipeline.errors import InputError, StoreError
from pipeline.model import ReportResult, ReportStatus
from store import audit
from store.audit import Act
from store.books import IntakeState, RunState, intake, runs
from store.leases import LEASE, is_over
from store.rows import restored
from store.tables import reports

_MANY = 500
_FREE = {"claimed_by": None, "claimed_at": None, "lease_until": None}


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A file whose original is kept: its hash, the name it came under, its size in bytes.

    *row* is what the manifest says of it, as canonical JSON.
    """

    sha256: str
    file: str
    size: int
    row: str | None = None


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right of a run to say what became of a file; void once the fence has grown."""

    sha256: str
    run_id: str
    fence: int


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """A file as it stands in the ledger; *read_with* says by what it was read last."""

    sha256: str
    file: str
    size: int | None
    first_seen: datetime
    state: IntakeState
    code: str | None
    reason: str | None
    kept: bool
    read_with: str | None
    manifest_row: str | None


def arrive(connection: sa.Connection, files: Iterable[Arrival], *, seen_at: datetime) -> None:
    """Write down files whose originals are kept; what stands there already changes no row.

    A file that comes again without a manifest row keeps the one that it had.
    """
    known = {each.sha256: each for each in rows(connection, [each.sha256 for each in files])}
    for each in {one.sha256: one for one in files}.values():
        before = known.get(each.sha256)
        if before is None:
            _note(connection, each.sha256, file=each.file, seen_at=seen_at)
        row = each.row or (before and before.manifest_row)
        if before is None or not before.kept or row != before.manifest_row:
            kept = {"kept": True, "size": each.size, "manifest_row": row}
            connection.execute(_of(each.sha256).values(kept))


def _note(connection: sa.Connection, sha256: str, *, file: str, seen_at: datetime) -> None:
    row = {"sha256": sha256, "file": file, "first_seen": seen_at, "kept": False}
    connection.execute(sa.insert(intake), row | {"state": IntakeState.WAITING.value, "fence": 0})


def claim(
    connection: sa.Connection, sha256: str, run_id: str, *, read_with: str, now: datetime
) -> Claim | None:
    """Take a file to be read by *run_id*; None if a run that is at work has it.

    A claim may be taken over if its lease is over, or its run is at work no longer.
    """
    query = sa.select(intake.c.fence, intake.c.claimed_by, intake.c.lease_until)
    before = connection.execute(query.where(intake.c.sha256 == sha256)).one_or_none()
    if before is None or before.claimed_by == run_id:
        return None
    holds = before.claimed_by and not is_over(before.lease_until, now)
    if holds and _is_at_work(connection, before.claimed_by):
        return None
    taken = _of(sha256).where(intake.c.fence == before.fence)
    row = {
        "state": IntakeState.CLAIMED.value,
        "claimed_by": run_id,
        "claimed_at": now,
        "lease_until": now + LEASE,
        "fence": before.fence + 1,
        "read_with": read_with,
    }
    if connection.execute(taken.values(row)).rowcount != 1:
        return None
    return Claim(sha256=sha256, run_id=run_id, fence=before.fence + 1)


def check(connection: sa.Connection, files: Mapping[str, Claim | None], run_id: str | None) -> None:
    """`StoreError` (`lost_lease`) if one of these files is not this run's to conclude.

    A run that claimed it must hold the very same claim still; who did not may not conclude what
    another run is reading.
    """
    found = {
        row.sha256: (row.claimed_by, row.fence)
        for portion in _portions(files)
        for row in connection.execute(_CLAIMED, {"keys": portion})
    }
    for sha256, held in files.items():
        if held is None:
            owner, _ = found.get(sha256, (None, 0))
            lost = owner not in {None, run_id}
        else:
            lost = found.get(sha256) != (held.run_id, held.fence)
        if lost:
            raise _lost()


def settle(connection: sa.Connection, ended: Sequence[Mapping[str, Any]]) -> None:
    """Write down how files ended, as rows of `reports` say; free of any claim from then on."""
    if ended:
        connection.execute(_ENDED, [_ending(each) for each in ended])


def settle_as_stored(connection: sa.Connection, hashes: Iterable[str]) -> None:
    """The same for files that were read again to no other end."""
    for portion in _portions(hashes):
        stored = connection.execute(_STORED, {"keys": portion}).mappings()
        # Of a hand-written table every case has its row; the last is as good as the first.
        settle(connection, [dict(row) for row in {row["sha256"]: row for row in stored}.values()])


def hold_on(connection: sa.Connection, run_id: str, *, until: datetime) -> None:
    """Every claim of the run holds until then."""
    own = intake.c.claimed_by == run_id
    connection.execute(sa.update(intake).where(own).values(lease_until=until))


def give_back(connection: sa.Connection, run_ids: Sequence[str]) -> None:
    """What these runs had claimed waits again; the audit says that they did not conclude it."""
    claimed = intake.c.claimed_by.in_(run_ids)
    query = sa.select(intake.c.sha256, intake.c.claimed_by, intake.c.fence).where(claimed)
    for left in connection.execute(query.order_by(intake.c.sha256)).all():
        detail = {"run": left.claimed_by, "fence": left.fence}
        subject = audit.opaque(left.sha256)
        audit.append(connection, action=Act.CLAIM_ABANDONED, subject=subject, detail=detail)
    row = _FREE | {"state": IntakeState.WAITING.value}
    connection.execute(sa.update(intake).where(claimed).values(row))


def wait_again(connection: sa.Connection, sha256: str, *, by: str | None) -> bool:
    """A held or quarantined file is to be read again; False if it waits or is being read."""
    ended = (IntakeState.HELD.value, IntakeState.QUARANTINED.value)
    row = _FREE | {"state": IntakeState.WAITING.value, "read_with": None}
    done = connection.execute(_of(sha256).where(intake.c.state.in_(ended)).values(row))
    if done.rowcount != 1:
        return False
    subject = audit.opaque(sha256)
    audit.append(connection, action=Act.FILE_RETRIED, subject=subject, detail={}, actor=by)
    return True


def rows(connection: sa.Connection, hashes: Iterable[str]) -> tuple[FileRow, ...]:
    """The files of these hashes that stand in the ledger."""
    return tuple(
        row
        for portion in _portions(hashes)
        for row in _rows(connection, intake.c.sha256.in_(portion))
    )


def said(connection: sa.Connection, hashes: Iterable[str]) -> dict[str, ReportResult]:
    """What stands of these files, by hash; the cases of a hand-written table are no files."""
    found = {}
    for portion in _portions(hashes):
        query = sa.select(reports.c.sha256, reports.c.canonical).where(reports.c.portion == "")
        for row in connection.execute(query.where(reports.c.sha256.in_(portion))):
            found[row.sha256] = restored(ReportResult, row.canonical)
    return found


def listed(connection: sa.Connection, *states: IntakeState) -> tuple[FileRow, ...]:
    """The files in any of these states, in the order they were first seen."""
    return _rows(connection, intake.c.state.in_([each.value for each in states]))


def named(connection: sa.Connection, prefix: str) -> FileRow:
    """The one file whose hash begins so; `InputError` if there is none, or more than one."""
    if len(prefix) < 4 or set(prefix.lower()) - set("0123456789abcdef"):
        raise InputError("a file is named by the first characters of its id, four at least")
    found = _rows(connection, intake.c.sha256.startswith(prefix.lower(), autoescape=True))
    if not found:
        raise InputError("no file of this id was ever taken in")
    if len(found) > 1:
        raise InputError(f"{len(found)} files have an id that begins so: give more of it")
    return found[0]


def count(connection: sa.Connection) -> dict[IntakeState, int]:
    """How many files stand in each state; all of them, claimed ones too, are the ledger (R6)."""
    query = sa.select(intake.c.state, sa.func.count()).group_by(intake.c.state)
    found = {IntakeState(state): number for state, number in connection.execute(query)}
    return {state: found.get(state, 0) for state in IntakeState}


def _portions(hashes: Iterable[str]) -> Iterable[list[str]]:
    wanted = sorted(set(hashes))
    return (wanted[at : at + _MANY] for at in range(0, len(wanted), _MANY))


def _of(sha256: str) -> sa.Update:
    return sa.update(intake).where(intake.c.sha256 == sha256)


def _is_at_work(connection: sa.Connection, run_id: str) -> bool:
    query = sa.select(runs.c.state).where(runs.c.id == run_id)
    return connection.execute(query).scalar_one_or_none() == RunState.RUNNING.value


def _lost() -> StoreError:
    return StoreError(
        "lost_lease", "another run has taken this file over; what was read of it is not stored"
    )


def _ending(report: Mapping[str, Any]) -> dict[str, str | None]:
    # Why nobody knows whose it is, and why it could not be read: neither hides the other.
    hold = [report["hold"]] if report["hold"] else []
    status = ReportStatus(report["status"])
    if status.is_read and report["hold"] is None:
        state, code, reason = IntakeState.DONE, None, None
    else:
        is_lost = status is ReportStatus.UNREADABLE
        state = IntakeState.QUARANTINED if is_lost else IntakeState.HELD
        code = report["hold_code"] or report["code"]
        reason = "; ".join([*hold, *json.loads(report["reasons"])])
    return {"key": report["sha256"], "ended": state.value, "why": code, "told": reason}


def _bound(name: str, column: sa.Column[Any]) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=column.type)


_KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
_CLAIMED = sa.select(intake.c.sha256, intake.c.claimed_by, intake.c.fence).where(
    intake.c.sha256.in_(_KEYS)
)
_STORED = (
    sa.select(
        reports.c.sha256,
        reports.c.reasons,
        reports.c.status,
        reports.c.code,
        reports.c.hold_code,
        reports.c.hold,
    )
    .where(reports.c.sha256.in_(_KEYS))
    .order_by(reports.c.id)
)
_STATE, _WHY = _bound("ended", intake.c.state), _bound("why", intake.c.code)
_TOLD = _bound("told", intake.c.reason)
_ENDED = (
    sa.update(intake)
    .where(
        intake.c.sha256 == _bound("key", intake.c.sha256),
        sa.or_(
            intake.c.state != _STATE,
            intake.c.code.is_distinct_from(_WHY),
            intake.c.reason.is_distinct_from(_TOLD),
        ),
    )
    .values(_FREE | {"state": _STATE, "code": _WHY, "reason": _TOLD})
)


def _rows(connection: sa.Connection, wanted: sa.ColumnElement[bool]) -> tuple[FileRow, ...]:
    columns = [intake.c[name] for name in FileRow.__dataclass_fields__]
    query = sa.select(*columns).where(wanted).order_by(intake.c.first_seen, intake.c.sha256)
    return tuple(
        FileRow(**dict(row) | {"state": IntakeState(row["state"]), "kept": bool(row["kept"])})
        for row in connection.execute(query).mappings()
    )
