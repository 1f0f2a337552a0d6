"""A run in, what it read out in numbers, and who was told of it: no patient, no name of a file.

What a run read are the signals that it measured (`signals.seconds`); a report that it only moved
to another case is none of them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from pipeline.codec import from_json
from pipeline.model import Status
from store.books import RunState, runs
from store.desk_books import queue
from store.tables import cases, reports
from store.watch_books import DriftState, drifts, run_counts, signals, tellings

SLOWEST = 10
"""So many of the slowest files of a run are remembered."""

SENT = "sent"
"""The outcome of a telling that arrived; every other one is the code of a failure."""


class Kind(StrEnum):
    """What is counted of a night."""

    VENDOR = "vendor"
    STATUS = "status"
    CODE = "code"
    # Reports in which the marker was found; and those in which it was found or excluded.
    MARKER = "marker"
    JUDGED = "judged"
    READER = "reader"
    # One file each: its intake id.
    SLOW = "slow"


@dataclass(frozen=True, kw_only=True)
class Counted:
    """So many of one kind and name in a run; *seconds* is how long their reading took."""

    kind: Kind
    name: str
    count: int
    seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class Told:
    """A message about a run: where it went, when, and what became of it (`SENT` or a code)."""

    channel: str
    at: datetime
    outcome: str

    @property
    def arrived(self) -> bool:
        """True if it was sent."""
        return self.outcome == SENT


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How much there is: cases, those to be made again, open drifts, the queue by review."""

    cases: int
    stale: int
    open_drifts: int
    reviews: tuple[tuple[str, int], ...]


def keep(connection: sa.Connection, run_id: str) -> None:
    """Count what the run read, once, in the transaction in which it ends."""
    rows = [asdict(each) | {"run_id": run_id} for each in _counted(_read_by(connection, run_id))]
    if rows:
        connection.execute(sa.insert(run_counts), rows)


def of_run(connection: sa.Connection, run_id: str) -> tuple[Counted, ...]:
    """The numbers of one run, by kind and name; empty for one that is at work or read nothing."""
    return tuple(_rows(connection, run_counts.c.run_id == run_id))


def of_nights(connection: sa.Connection, nights: int, *, before: str) -> tuple[Counted, ...]:
    """The numbers of the last *nights* before run *before*, summed by kind and name.

    Only of runs that came to the end of their inbox.
    """
    own = sa.select(runs.c.fence).where(runs.c.id == before).scalar_subquery()
    whole = (runs.c.state == RunState.DONE.value, runs.c.found.is_not(None))
    some = sa.select(runs.c.id).where(*whole, runs.c.fence < own)
    wanted = some.order_by(runs.c.fence.desc()).limit(nights)
    query = (
        sa.select(
            run_counts.c.kind,
            run_counts.c.name,
            sa.cast(sa.func.sum(run_counts.c.count), sa.BigInteger).label("count"),
            sa.func.sum(run_counts.c.seconds).label("seconds"),
        )
        .where(run_counts.c.run_id.in_(wanted), run_counts.c.kind != Kind.SLOW.value)
        .group_by(run_counts.c.kind, run_counts.c.name)
        .order_by(run_counts.c.kind, run_counts.c.name)
    )
    return tuple(_one(row) for row in connection.execute(query).mappings())


def tally(connection: sa.Connection) -> Tally:
    """How much stands in the database now."""
    number = sa.func.count()
    drifting = sa.select(number).where(drifts.c.state == DriftState.OPEN.value)
    by_review = sa.select(queue.c.review, number).group_by(queue.c.review)
    return Tally(
        cases=connection.execute(sa.select(number).select_from(cases)).scalar_one(),
        stale=connection.execute(sa.select(number).where(cases.c.stale)).scalar_one(),
        open_drifts=connection.execute(drifting).scalar_one(),
        reviews=tuple(sorted((row[0], row[1]) for row in connection.execute(by_review))),
    )


def told_of(connection: sa.Connection, run_id: str) -> tuple[Told, ...]:
    """What was sent about a run, by channel."""
    query = sa.select(tellings).where(tellings.c.run_id == run_id).order_by(tellings.c.channel)
    return tuple(
        Told(channel=row.channel, at=row.told_at, outcome=row.outcome)
        for row in connection.execute(query)
    )


def note_told(connection: sa.Connection, run_id: str, told: Told) -> None:
    """Write down that a message about the run went out, or why it did not."""
    key = (tellings.c.run_id == run_id, tellings.c.channel == told.channel)
    connection.execute(sa.delete(tellings).where(*key))
    row = {"run_id": run_id, "channel": told.channel, "told_at": told.at, "outcome": told.outcome}
    connection.execute(sa.insert(tellings), row)


def _read_by(connection: sa.Connection, run_id: str) -> list[sa.RowMapping]:
    """The reports that the run read, each as the run left it."""
    query = (
        sa.select(
            signals.c.report_id,
            signals.c.reader,
            signals.c.markers,
            signals.c.seconds,
            reports.c.sha256,
            reports.c.vendor,
            reports.c.status,
            reports.c.code,
            reports.c.hold_code,
        )
        .join(reports, reports.c.id == signals.c.report_id)
        .where(signals.c.run_id == run_id, signals.c.seconds.is_not(None))
        .order_by(signals.c.report_id, signals.c.revision)
    )
    last = {row["report_id"]: row for row in connection.execute(query).mappings()}
    return list(last.values())


def _counted(read: list[sa.RowMapping]) -> Iterator[Counted]:
    seconds: dict[str, float] = {}
    for row in read:
        seconds[row["reader"]] = seconds.get(row["reader"], 0.0) + row["seconds"]
    yield from _sums(Kind.VENDOR, (row["vendor"] or "" for row in read))
    yield from _sums(Kind.STATUS, ("held" if row["hold_code"] else row["status"] for row in read))
    yield from _sums(Kind.CODE, (row["hold_code"] or row["code"] for row in read))
    for name, number in sorted(Counter(row["reader"] for row in read).items()):
        yield Counted(kind=Kind.READER, name=name, count=number, seconds=seconds[name])
    states = [pair for row in read for pair in from_json(dict[str, str], row["markers"]).items()]
    yes, no = Status.DETECTED.value, Status.NOT_DETECTED.value
    yield from _sums(Kind.MARKER, (marker for marker, state in states if state == yes))
    yield from _sums(Kind.JUDGED, (marker for marker, state in states if state in {yes, no}))
    slow = sorted(read, key=lambda row: (-row["seconds"], row["sha256"]))[:SLOWEST]
    for row in slow:
        yield Counted(kind=Kind.SLOW, name=row["sha256"], count=1, seconds=row["seconds"])


def _sums(kind: Kind, names: Iterable[str | None]) -> Iterator[Counted]:
    for name, number in sorted(Counter(each for each in names if each is not None).items()):
        yield Counted(kind=kind, name=name, count=number)


def _rows(connection: sa.Connection, wanted: sa.ColumnElement[bool]) -> Iterator[Counted]:
    columns = [run_counts.c[name] for name in Counted.__dataclass_fields__]
    query = sa.select(*columns).where(wanted).order_by(run_counts.c.kind, run_counts.c.name)
    return (_one(row) for row in connection.execute(query).mappings())


def _one(row: sa.RowMapping) -> Counted:
    values: dict[str, Any] = {name: row[name] for name in Counted.__dataclass_fields__}
    return Counted(**values | {"kind": Kind(row["kind"])})
