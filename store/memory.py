"""The doors of the store about nights that are over: their numbers, who was told, what may go."""

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa

from store import counts, engine, retention, runs
from store.counts import Counted, Tally, Told
from store.retention import Pruned, Terms
from store.runs import RunRow

T = TypeVar("T")


class Memory:
    """What `Store` offers about earlier nights; needs its engine and its way to write."""

    _engine: sa.Engine

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        raise NotImplementedError

    def nights(self, limit: int) -> tuple[RunRow, ...]:
        """The last runs that looked into an inbox or failed, the newest first."""
        with engine.read(self._engine) as connection:
            return runs.nights(connection, limit)

    def counts_of(self, run_id: str) -> tuple[Counted, ...]:
        """What a run read, in numbers; empty while it is at work."""
        with engine.read(self._engine) as connection:
            return counts.of_run(connection, run_id)

    def counts_before(self, run_id: str, *, nights: int) -> tuple[Counted, ...]:
        """The sums of the last *nights* complete nights before a run."""
        with engine.read(self._engine) as connection:
            return counts.of_nights(connection, nights, before=run_id)

    def tally(self) -> Tally:
        """How many cases there are, stale ones, open drifts, and how many wait for which review."""
        with engine.read(self._engine) as connection:
            return counts.tally(connection)

    def told_of(self, run_id: str) -> tuple[Told, ...]:
        """The messages about a run, and what became of them."""
        with engine.read(self._engine) as connection:
            return counts.told_of(connection, run_id)

    def note_told(self, run_id: str, told: Told) -> None:
        """Write down that a message about a run went out, or why it did not."""
        self._write(lambda connection: counts.note_told(connection, run_id, told))

    def prune(self, terms: Terms) -> Pruned:
        """Remove what the books need no longer; the audit says how much went."""
        return self._write(lambda connection: retention.prune(connection, terms))
