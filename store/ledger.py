"""The doors of the store about the work itself: the right to write, files, entries, runs, alarms.

A store that acts for a run checks in every transaction that nobody has taken the run's place.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Self, TypeVar

import sqlalchemy as sa

from pipeline.errors import StoreError
from pipeline.model import ReportResult
from store import engine, entries, intake, leases, runs
from store.books import EntryState, IntakeState, RunState
from store.entries import Entry
from store.intake import Arrival, Claim, FileRow
from store.leases import INGEST, RENEW_SECONDS, Clock
from store.runs import Alarm, Alive, Ending, Opening, Run, RunRow
from store.seal import Seal

T = TypeVar("T")
Once = Callable[[Callable[[sa.Connection], T]], T]
"""A way to do work in one transaction, begun again where the database asks for it."""


class Acting:
    """A run that is at work: its claims, and when it last said that it is alive."""

    def __init__(self, run: Run, clock: Clock) -> None:
        self.run = run
        self.clock = clock
        self.claims: dict[str, Claim] = {}
        self._beaten = clock.ticks()

    def is_due(self) -> bool:
        """True if the lease is to be renewed."""
        return self.clock.ticks() - self._beaten >= RENEW_SECONDS

    def write(self, once: Once[T], work: Callable[[sa.Connection], T]) -> T:
        """One transaction of the run; `StoreError` (`fenced`) if another has taken its place."""
        began = self.clock.ticks()
        due = self.is_due()

        def guarded(connection: sa.Connection) -> T:
            leases.check(connection, INGEST, self.run.fence)
            if due:
                runs.beat(connection, self.run, now=self.clock.now())
            return work(connection)

        done = once(guarded)
        if due:
            self._beaten = began
        return done


class Ledger:
    """What `Store` offers about files and runs; needs its engine and its way to write."""

    _engine: sa.Engine
    _seal: Seal
    _acting: Acting | None = None
    _run_id: str | None = None

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        raise NotImplementedError

    def start_run(self, opening: Opening, *, clock: Clock, alive: Alive) -> Run | None:
        """Begin a run; None while another one, here or on another machine, is at work."""
        now = clock.now()
        return self._write(lambda each: runs.start(each, opening, now=now, alive=alive))

    def acting(self, run: Run, clock: Clock) -> Self:
        """The same store for one run: every change checks that nobody has taken its place."""
        other = copy.copy(self)
        other._acting = Acting(run, clock)  # noqa: SLF001 - it is ourselves
        other._run_id = run.id  # noqa: SLF001
        other._seal = replace(self._seal, actor=f"run {run.id}")  # noqa: SLF001
        return other

    @property
    def run_id(self) -> str:
        """The id of the run that is at work; `StoreError` without one."""
        return self._actor().run.id

    def beat(self) -> None:
        """Say that the run is alive, every `RENEW_SECONDS` at most; nothing without a run."""
        if self._acting and self._acting.is_due():
            self._write(lambda _: None)

    def sound(self, alarm: Alarm) -> None:
        """Write an alarm of the run that is at work, once; `StoreError` without a run."""
        run = self._actor().run
        self._write(lambda connection: runs.sound(connection, run, alarm))

    def alarms(self) -> tuple[Alarm, ...]:
        """The alarms of the run that is at work, in their order."""
        run = self._actor().run
        with engine.read(self._engine) as connection:
            return runs.sounded(connection, run.id)

    def finish_run(self, ending: Ending) -> None:
        """Write down how the run ended; what it had claimed and not concluded waits again."""
        actor = self._actor()
        now = actor.clock.now()
        self._write(lambda connection: runs.finish(connection, actor.run, ending, now=now))

    def run_state(self, run_id: str) -> RunState | None:
        """How the run of that id stands; None if this database does not know it."""
        with engine.read(self._engine) as connection:
            return runs.state_of(connection, run_id)

    def last_run(self, *, complete: bool = False) -> RunRow | None:
        """The run that began last, or that last took its inbox to the end; None if none did."""
        with engine.read(self._engine) as connection:
            return runs.last(connection, complete=complete)

    def arrive(self, files: Sequence[Arrival], *, seen_at: datetime) -> None:
        """Write down files whose originals are kept; what stands there already stays."""
        self._write(lambda connection: intake.arrive(connection, files, seen_at=seen_at))

    def claim(self, sha256s: Iterable[str], *, read_with: Mapping[str, str]) -> frozenset[str]:
        """Take these files to be read by the run that is at work; those that it got.

        *read_with* says by hash what each is read with: the same words, the same reading.
        """
        actor, wanted = self._actor(), sorted(set(sha256s))
        now = actor.clock.now()

        def work(connection: sa.Connection) -> list[Claim | None]:
            return [
                intake.claim(connection, each, actor.run.id, read_with=read_with[each], now=now)
                for each in wanted
            ]

        got = {each.sha256: each for each in self._write(work) if each}
        actor.claims |= got
        return frozenset(got)

    def files_of(self, sha256s: Iterable[str]) -> dict[str, FileRow]:
        """The files of these hashes that stand in the ledger, by hash."""
        with engine.read(self._engine) as connection:
            return {each.sha256: each for each in intake.rows(connection, sha256s)}

    def files_in(self, *states: IntakeState) -> tuple[FileRow, ...]:
        """The files of the ledger in any of these states, the oldest first."""
        with engine.read(self._engine) as connection:
            return intake.listed(connection, *states)

    def file_named(self, prefix: str) -> FileRow:
        """The file whose id begins so; `InputError` unless there is exactly one."""
        with engine.read(self._engine) as connection:
            return intake.named(connection, prefix)

    def read_again(self, sha256: str, *, by: str | None = None) -> bool:
        """Let a held or quarantined file wait to be read again; False if it is neither."""
        return self._write(lambda connection: intake.wait_again(connection, sha256, by=by))

    def stored_readings(self, sha256s: Iterable[str]) -> dict[str, ReportResult]:
        """What stands of these files in the database, by hash; tables of results left out."""
        with engine.read(self._engine) as connection:
            return intake.said(connection, sha256s)

    def files(self) -> Mapping[IntakeState, int]:
        """How many files of the ledger stand in each state."""
        with engine.read(self._engine) as connection:
            return intake.count(connection)

    def keep_entries(
        self,
        found: Sequence[Entry],
        *,
        roots: Sequence[str],
        taken: Sequence[str],
        seen_at: datetime,
    ) -> tuple[Entry, ...]:
        """Write down what was found and not taken; the waiting entries that are gone."""

        def work(connection: sa.Connection) -> tuple[Entry, ...]:
            return entries.keep(connection, found, roots=roots, taken=taken, seen_at=seen_at)

        return self._write(work)

    def entries(self, *states: EntryState) -> tuple[Entry, ...]:
        """What stands in the inboxes and was not taken, in any of these states."""
        with engine.read(self._engine) as connection:
            return entries.listed(connection, *states)

    def first_seen(self, places: Iterable[str]) -> dict[str, datetime]:
        """Since when each of these places waits, as far as any run found it."""
        with engine.read(self._engine) as connection:
            return entries.first_seen(connection, places)

    @contextmanager
    def _concluding(self, connection: sa.Connection, hashes: Iterable[str]) -> Iterator[None]:
        """Around the saving of reports: the files must be ours to conclude, and then are."""
        claims = self._acting.claims if self._acting else {}
        held = {sha256: claims.get(sha256) for sha256 in hashes}
        intake.check(connection, held, self._run_id)
        yield
        # Read again to no other end: then no report changed, but the file is free again.
        intake.settle_as_stored(connection, [sha256 for sha256, claim in held.items() if claim])

    def _has_concluded(self, hashes: Iterable[str]) -> None:
        # Only now: a transaction that is begun again must find the claim again.
        if self._acting:
            for sha256 in hashes:
                self._acting.claims.pop(sha256, None)

    def _actor(self) -> Acting:
        if self._acting is None:
            raise StoreError("no_run", "this is done by a run alone; start one first")
        return self._acting
