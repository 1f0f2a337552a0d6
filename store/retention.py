"""The books in, the same without what nobody needs any more out; the audit says what went.

What a patient's result rests on never goes: files, reports, earlier readings, cases, decisions,
releases, runs, signals and the audit itself. Only what a night said of itself in passing does.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from store import audit
from store.audit import Act
from store.books import alarms, runs
from store.desk_books import attempts, sessions
from store.watch_books import run_counts, tellings


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What may go: of nights that ended before *nights*, of sessions last seen before *visits*."""

    nights: datetime
    visits: datetime


@dataclass(frozen=True, kw_only=True)
class Pruned:
    """How many rows went, by table."""

    alarms: int
    run_counts: int
    tellings: int
    sessions: int
    attempts: int

    @property
    def is_nothing(self) -> bool:
        """True if no row went."""
        return not any(asdict(self).values())


def prune(connection: sa.Connection, terms: Terms) -> Pruned:
    """Remove it, and append to the audit how many rows went; no entry where none did."""
    old = _old_runs(terms.nights)
    gone = Pruned(
        alarms=_without(connection, alarms, alarms.c.run_id.in_(old)),
        run_counts=_without(connection, run_counts, run_counts.c.run_id.in_(old)),
        tellings=_without(connection, tellings, tellings.c.run_id.in_(old)),
        sessions=_without(connection, sessions, sessions.c.seen_at < terms.visits),
        attempts=_without(connection, attempts, *_forgotten(terms.visits)),
    )
    if not gone.is_nothing:
        times = {name: audit.instant(at) for name, at in asdict(terms).items()}
        audit.append(
            connection, action=Act.BOOKS_PRUNED, subject="books", detail=asdict(gone) | times
        )
    return gone


def _old_runs(before: datetime) -> sa.Select[tuple[str]]:
    # The last runs stay whatever their age: `status` says what they said.
    kept = sa.select(runs.c.id).order_by(runs.c.fence.desc()).limit(_LAST)
    last_whole = (
        sa.select(runs.c.id)
        .where(runs.c.found.is_not(None))
        .order_by(runs.c.fence.desc())
        .limit(_LAST)
    )
    spared = (runs.c.id.not_in(kept), runs.c.id.not_in(last_whole))
    return sa.select(runs.c.id).where(runs.c.ended < before, *spared)


_LAST = 31


def _forgotten(before: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    over = sa.or_(attempts.c.closed_until.is_(None), attempts.c.closed_until < before)
    return attempts.c.last_at < before, over


def _without(connection: sa.Connection, table: sa.Table, *wanted: sa.ColumnElement[bool]) -> int:
    return connection.execute(sa.delete(table).where(*wanted)).rowcount
