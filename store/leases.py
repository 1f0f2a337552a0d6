"""A name in, the right to act under it out: one holder at a time, each with a higher fence.

A holder that was replaced is told so by its fence, however long it slept: nothing it does from
then on reaches the database (requirement R17).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from pipeline.errors import StoreError
from store.books import leases

LEASE = timedelta(minutes=5)
"""How long a holder that is not heard of keeps its right."""

RENEW_SECONDS = 30.0
"""How often it is renewed at most, in seconds of the monotonic clock."""

INGEST = "ingest"
"""The lease of whoever fills the database."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """*now* is the time of day in UTC and may jump; *ticks* are seconds that only ever grow."""

    now: Callable[[], datetime]
    ticks: Callable[[], float]


@dataclass(frozen=True, kw_only=True)
class Lease:
    """Who holds it, with which fence, and until when."""

    holder: str
    fence: int
    until: datetime


def still(moment: datetime) -> Clock:
    """A clock that stands: for what is done at once, and for tests."""
    return Clock(now=lambda: moment.astimezone(UTC), ticks=lambda: 0.0)


def latest(connection: sa.Connection, name: str) -> Lease | None:
    """The lease as it was taken last; None if nobody ever took it."""
    query = sa.select(leases.c.holder, leases.c.fence, leases.c.until)
    found = connection.execute(query.where(leases.c.name == name)).mappings().one_or_none()
    return None if found is None else Lease(**dict(found))


def is_over(until: datetime, now: datetime) -> bool:
    """True if a right until then is none now: it ran out, or the clock was set back since.

    Nobody holds anything for longer than `LEASE` from now, unless "now" was later than it is.
    """
    return until <= now or until > now + 2 * LEASE


def take(connection: sa.Connection, name: str, by: str, *, now: datetime) -> int:
    """Write the lease over to *by*, whoever held it; the new fence."""
    before = latest(connection, name)
    row = {"holder": by, "fence": 1, "taken": now, "until": now + LEASE}
    if before is None:
        connection.execute(sa.insert(leases), {"name": name} | row)
        return 1
    row["fence"] = before.fence + 1
    connection.execute(sa.update(leases).where(leases.c.name == name).values(row))
    return before.fence + 1


def check(connection: sa.Connection, name: str, fence: int) -> None:
    """`StoreError` (`fenced`) unless *fence* is the latest: the whole transaction then fails."""
    found = latest(connection, name)
    if found is None or found.fence != fence:
        raise StoreError("fenced", "another run has taken over; nothing more of this one is stored")


def renew(connection: sa.Connection, name: str, *, now: datetime) -> None:
    """Hold it for `LEASE` from now; the fence was checked in this transaction."""
    connection.execute(sa.update(leases).where(leases.c.name == name).values(until=now + LEASE))
