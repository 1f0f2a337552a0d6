"""The doors of the store about its audit: what was done, whether that is true, who looked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa

from pipeline.errors import InputError
from store import anchor, audit, engine
from store.anchor_check import Anchored
from store.audit import Act, Entry
from store.audit_check import check
from store.books import audit as entries
from store.seal import Seal
from store.things import standing
from store.verdict import Gap, Verdict

T = TypeVar("T")
# What could stand in a database before there was an audit: by family, the thing or a part of it.
_ADOPTED = {
    ("report", True): Act.REPORT_ADOPTED,
    ("report", False): Act.REPORT_COMPLETED,
    ("case", True): Act.CASE_ADOPTED,
    ("interpretation", True): Act.INTERPRETATION_ADOPTED,
    ("interpretation", False): Act.INTERPRETATION_COMPLETED,
    ("decision", True): Act.DECISION_ADOPTED,
}
_NO_ANCHOR = "the audit had entries and no anchor: its file was lost, and is begun again"
_SET_BACK = (
    "the database lacks what the anchor of its audit names: it was set back, replaced or lost "
    "(`oncoflag audit verify`)"
)


class Trail:
    """What `Store` offers about its audit; needs its engine, its seal and its way to write."""

    _engine: sa.Engine
    _seal: Seal

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        raise NotImplementedError

    def has_entries(self) -> bool:
        """True if the audit was begun."""
        with self._chain() as connection:
            return connection is not None and audit.newest(connection) is not None

    def is_sealed_by_us(self) -> bool:
        """False if neither the first nor the last entry fits our key: it is another one."""
        with self._chain() as connection:
            if connection is None:
                return True
            last = audit.newest(connection)
            first = connection.execute(audit.QUERY.where(entries.c.seq == 1)).one_or_none()
        ends = [last, None if first is None else audit.entry_of(first)]
        found = [each for each in ends if each is not None]
        return not found or any(self._seal.fits(each.sealed_text, each.hash) for each in found)

    def unlike_anchor(self) -> str | None:
        """A sentence where the database is not the one that the anchor names, by its last line.

        To be asked before anything is written: what is written next is anchored again.
        """
        if self._seal.anchor is None:
            return None
        # The anchor first: it is written after the database, never before.
        line = anchor.tail(self._seal.anchor)
        if line is None:
            return _NO_ANCHOR if self.has_entries() else None
        if self.has_entries() and audit.has(self._engine, line):
            return None
        return _SET_BACK

    def audit_entries(self, subject: str | None = None) -> Iterator[Entry]:
        """Every entry in its order, or those that speak of an id that begins with *subject*."""
        query = audit.QUERY.order_by(entries.c.seq).execution_options(yield_per=500)
        if subject:
            speaks = [
                entries.c.subject.startswith(subject, autoescape=True),
                entries.c.detail.contains(f'"{subject}', autoescape=True),
            ]
            query = query.where(sa.or_(*speaks))
        with engine.read(self._engine) as connection:
            yield from map(audit.entry_of, connection.execute(query))

    def newest_entries(
        self, *, before: int, most: int, subject: str | None = None
    ) -> tuple[Entry, ...]:
        """At most so many entries with a number below *before*, the newest first."""
        query = audit.QUERY.where(entries.c.seq < before).order_by(entries.c.seq.desc())
        if subject:
            query = query.where(entries.c.subject.startswith(subject, autoescape=True))
        with engine.read(self._engine) as connection:
            return tuple(map(audit.entry_of, connection.execute(query.limit(most))))

    def record_read(self, actor: str, subject: str) -> None:
        """Append to the audit that *actor* looked at *subject*, an opaque id (R23)."""
        self._write(
            lambda connection: audit.append(
                connection, action=Act.PATIENT_READ, subject=subject, detail={}, actor=actor
            )
        )

    def verify_audit(self) -> Verdict:
        """Look for any entry that was changed, moved, added or taken away since it was written.

        And whether the reports, interpretations, decisions, resolutions and releases stand as the
        last entry about them left them.
        """
        # The anchor first: what a run adds meanwhile may then not look like a chain cut short.
        anchored = Anchored(self._seal.anchor) if self._seal.anchor else None
        with engine.read(self._engine) as connection:
            return check(connection, self._seal, anchored)

    def acknowledge_gap(self, *, by: str, reason: str) -> tuple[Gap, ...]:
        """Append that *by* knows why entries that the anchor names are gone; which ones.

        `InputError` if none is gone, or all were acknowledged before.
        """
        anchored = Anchored(self._seal.anchor) if self._seal.anchor else None

        def work(connection: sa.Connection) -> tuple[Gap, ...]:
            gaps = _unknown_gaps(connection, anchored)
            if not gaps:
                raise InputError("nothing to acknowledge: the database has all the anchor names")
            lost = [[gap.first, gap.last, gap.hash] for gap in gaps]
            audit.append(
                connection,
                action=Act.GAP_ACKNOWLEDGED,
                subject="audit",
                detail={"lost": lost, "reason": reason},
                actor=by,
            )
            return gaps

        return self._write(work)

    def settle_anchor(self) -> None:
        """Wait until the disk has the anchor, as at the end of a run."""
        if self._seal.anchor is not None and self._seal.anchor.exists():
            anchor.settle(self._seal.anchor)

    def _adopt(self) -> None:
        """Begin the audit of a database that was filled before there was one."""
        if not self.has_entries():
            self._write(_adopt)

    @contextmanager
    def _chain(self) -> Iterator[sa.Connection | None]:
        """A connection to read the chain; None before the tables are made."""
        with engine.read(self._engine) as connection:
            yield connection if sa.inspect(connection).has_table("audit") else None


def _unknown_gaps(connection: sa.Connection, anchored: Anchored | None) -> tuple[Gap, ...]:
    if anchored is None:
        return ()
    last = audit.newest(connection)
    query = audit.QUERY.where(entries.c.action == Act.GAP_ACKNOWLEDGED.value)
    for row in connection.execute(query):
        anchored.acknowledge(audit.entry_of(row))
    gaps = anchored.gaps(last.seq if last else 0)
    return tuple(gap for gap in gaps if gap.acknowledged_in is None)


def _adopt(connection: sa.Connection) -> None:
    if audit.newest(connection) is not None:
        return
    for thing in (thing for things in standing(connection) for thing in things):
        action = _ADOPTED.get((thing.family, thing.is_made))
        if action is not None:
            detail = {"number": thing.number} | thing.marks
            audit.append(connection, action=action, subject=thing.subject, detail=detail)
