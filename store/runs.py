"""Runs of the main job: who is at work, how it ended, and the account of what it found.

Only one run holds the lease; whoever takes it marks every other as abandoned, and gives back
what that one had claimed.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from store import counts, intake, leases
from store.books import RunState, alarms, runs


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A run that wants to begin: an opaque id, and the process that it is."""

    id: str
    host: str
    pid: int
    code_version: str
    knowledge_sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run that holds the lease.

    *abandoned* are runs that never said how they ended; *latest* is the latest time of day that
    an earlier run wrote down.
    """

    id: str
    fence: int
    abandoned: tuple[str, ...] = ()
    latest: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Account:
    """What became of everything a run found (requirement R6)."""

    found: int
    done: int
    held: int
    quarantined: int
    waiting: int
    refused: int
    set_aside: int

    @property
    def balances(self) -> bool:
        """True if everything found is somewhere, once."""
        parts = (self.done, self.held, self.quarantined, self.waiting, self.refused)
        return self.found == sum(parts) + self.set_aside


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Something a person must see: a code for machines, a sentence without names of files."""

    code: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a run ended; *fault* is a code.

    *account* is None if it did not come so far, or if it looked into no inbox.
    """

    state: RunState
    fault: str | None = None
    account: Account | None = None


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """A run as it stands in the books."""

    id: str
    host: str
    state: RunState
    started: datetime
    heartbeat: datetime
    ended: datetime | None
    fault: str | None
    account: Account | None
    alarms: tuple[Alarm, ...]


Alive = Callable[[str, int], bool]
"""Whether the process of that number on that host may still be at work."""


def start(
    connection: sa.Connection, opening: Opening, *, now: datetime, alive: Alive
) -> Run | None:
    """Begin a run and take the lease; None (and no row changes) while another run has it."""
    if _is_held(connection, now, alive):
        return None
    fence = leases.take(connection, leases.INGEST, opening.id, now=now)
    found = connection.execute(sa.select(sa.func.max(runs.c.heartbeat))).scalar_one_or_none()
    left = _abandon(connection, now)
    times = {"started": now, "heartbeat": now}
    row = asdict(opening) | times | {"state": RunState.RUNNING.value, "fence": fence}
    connection.execute(sa.insert(runs), row)
    return Run(id=opening.id, fence=fence, abandoned=left, latest=found)


def beat(connection: sa.Connection, run: Run, *, now: datetime) -> None:
    """Write down that the run is alive, and hold its lease and its claims for longer."""
    connection.execute(sa.update(runs).where(runs.c.id == run.id).values(heartbeat=now))
    leases.renew(connection, leases.INGEST, now=now)
    intake.hold_on(connection, run.id, until=now + leases.LEASE)


def sound(connection: sa.Connection, run: Run, alarm: Alarm) -> None:
    """Write an alarm of this run, once."""
    row = asdict(alarm)
    own = alarms.c.run_id == run.id
    same = (own, *(alarms.c[name] == value for name, value in row.items()))
    if connection.execute(sa.select(alarms.c.ordinal).where(*same)).first():
        return
    last = connection.execute(sa.select(sa.func.max(alarms.c.ordinal)).where(own)).scalar()
    ordinal = 0 if last is None else last + 1
    connection.execute(sa.insert(alarms), row | {"run_id": run.id, "ordinal": ordinal})


def sounded(connection: sa.Connection, run_id: str) -> tuple[Alarm, ...]:
    """The alarms of a run, in their order."""
    query = sa.select(alarms.c.code, alarms.c.sentence).where(alarms.c.run_id == run_id)
    rows = connection.execute(query.order_by(alarms.c.ordinal))
    return tuple(Alarm(code=row.code, sentence=row.sentence) for row in rows)


def finish(connection: sa.Connection, run: Run, ending: Ending, *, now: datetime) -> None:
    """Write down how the run ended and give back what it still had claimed."""
    account = asdict(ending.account) if ending.account else {}
    row = {"state": ending.state.value, "fault": ending.fault, "ended": now, "heartbeat": now}
    connection.execute(sa.update(runs).where(runs.c.id == run.id).values(row | account))
    intake.give_back(connection, (run.id,))
    counts.keep(connection, run.id)


def last(connection: sa.Connection, *, complete: bool = False) -> RunRow | None:
    """The run that began last, or the last that took its inbox to the end; None if there is none.

    What a person decided in between (a run that ended without an account) is no night: it must
    not hide that one is missed, nor what the last one said, unless it sounded an alarm itself.
    """
    query = _LATEST_FIRST.limit(1)
    if complete:
        query = query.where(runs.c.state == RunState.DONE.value, ~_IS_ACT)
    else:
        query = query.where(~sa.and_(_IS_ACT, _IS_QUIET))
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _row(connection, row)


def nights(connection: sa.Connection, limit: int) -> tuple[RunRow, ...]:
    """The last runs, the newest first, without what a person decided in between."""
    query = _LATEST_FIRST.where(~_IS_ACT).limit(limit)
    rows = connection.execute(query).mappings().all()
    return tuple(_row(connection, each) for each in rows)


# What a person decided ends without an account.
_IS_ACT = sa.and_(runs.c.state == RunState.DONE.value, runs.c.found.is_(None))
_IS_QUIET = runs.c.id.not_in(sa.select(alarms.c.run_id))
# In the order of their fences: the clock may have been set back between two runs.
_LATEST_FIRST = sa.select(runs).order_by(runs.c.fence.desc(), runs.c.id)


def state_of(connection: sa.Connection, run_id: str) -> RunState | None:
    """How the run of that id stands; None if these books do not know it."""
    found = connection.execute(sa.select(runs.c.state).where(runs.c.id == run_id)).scalar()
    return None if found is None else RunState(found)


def _is_held(connection: sa.Connection, now: datetime, alive: Alive) -> bool:
    lease = leases.latest(connection, leases.INGEST)
    if lease is None or leases.is_over(lease.until, now):
        return False
    query = sa.select(runs.c.host, runs.c.pid).where(
        runs.c.id == lease.holder, runs.c.state == RunState.RUNNING.value
    )
    process = connection.execute(query).one_or_none()
    return process is not None and alive(process.host, process.pid)


def _abandon(connection: sa.Connection, now: datetime) -> tuple[str, ...]:
    running = runs.c.state == RunState.RUNNING.value
    left = tuple(connection.scalars(sa.select(runs.c.id).where(running).order_by(runs.c.id)))
    if left:
        row = {"state": RunState.ABANDONED.value, "fault": "abandoned", "ended": now}
        connection.execute(sa.update(runs).where(running).values(row))
        intake.give_back(connection, left)
        for each in left:
            counts.keep(connection, each)
    return left


def _row(connection: sa.Connection, row: sa.RowMapping) -> RunRow:
    counts = {name: row[name] for name in Account.__dataclass_fields__}
    return RunRow(
        id=row["id"],
        host=row["host"],
        state=RunState(row["state"]),
        started=row["started"],
        heartbeat=row["heartbeat"],
        ended=row["ended"],
        fault=row["fault"],
        account=None if row["found"] is None else Account(**counts),
        alarms=sounded(connection, row["id"]),
    )
