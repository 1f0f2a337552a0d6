"""The doors of the store about readers that drift: nights to weigh, alarms, what they hold."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa

from pipeline.drift import Drift, Settled
from pipeline.signals import Signal
from pipeline.withheld import HeldNegatives
from store import drifts, engine, signals
from store.drifts import DriftRow, Verdict

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Past:
    """What is known of a reader: its earlier *nights*, the oldest first, and what was settled."""

    nights: tuple[tuple[Signal, ...], ...]
    settled: tuple[Settled, ...]


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """A reader and an assay, and how many reports of how many nights are known of them."""

    reader: str
    assay: str | None
    reports: int
    nights: int


class Watch:
    """What `Store` offers about readers that drift; needs its engine and its way to write."""

    _engine: sa.Engine
    _run_id: str | None = None

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        raise NotImplementedError

    def signals_waiting(self) -> tuple[Signal, ...]:
        """The signals of every report that no night has weighed yet."""
        with engine.read(self._engine) as connection:
            has_all = signals.is_complete(connection)
        if not has_all:
            self._write(signals.complete)
        with engine.read(self._engine) as connection:
            return signals.waiting(connection)

    def past_of(self, reader: str, limit: int) -> Past:
        """The last *limit* reports of a reader, by night, and what was settled about it."""
        with engine.read(self._engine) as connection:
            return Past(
                nights=signals.nights(connection, reader, limit),
                settled=drifts.acknowledged(connection, reader),
            )

    def weigh(self, tonight: Sequence[Signal], found: Sequence[Drift]) -> tuple[DriftRow, ...]:
        """Write down that the run at work has weighed *tonight*, and what it found; the alarms.

        What shows the same as an alarm that stands joins it. The cases of all of these reports
        are to be made again. All in one transaction: a night that is cut off weighs anew.
        """
        run_id = self._run_id
        if run_id is None:
            raise RuntimeError("only a run weighs a night")

        def work(connection: sa.Connection) -> tuple[DriftRow, ...]:
            for each in drifts.listed(connection, standing=True):
                own = (one for one in tonight if each.joins(one))
                new = [one for one in own if one.report_id not in each.reports]
                drifts.join(connection, each.id, drifts.versions_of(new))
            versions = signals.versions(connection, {e for one in found for e in one.reports})
            kept = {drifts.keep(connection, one, versions, run_id) for one in found}
            signals.weighed(connection, [each.report_id for each in tonight], run_id)
            return tuple(each for each in drifts.listed(connection) if each.id in kept)

        return self._write(work)

    def drifts(self, *, standing: bool = False) -> tuple[DriftRow, ...]:
        """Every alarm about a reader, or those that hold negatives, the newest first."""
        with engine.read(self._engine) as connection:
            return drifts.listed(connection, standing=standing)

    def drift_named(self, prefix: str) -> DriftRow:
        """The alarm whose id begins so; `InputError` unless there is exactly one."""
        with engine.read(self._engine) as connection:
            return drifts.named(connection, prefix)

    def settle_drift(self, said: Verdict) -> DriftRow:
        """Settle an alarm; its cases are stale until they are made again.

        `InputError` if there is no such alarm, if it is settled, or without a name and a reason.
        """
        return self._write(lambda connection: drifts.settle(connection, said))

    def held_negatives(self, case_ids: Iterable[str]) -> dict[str, tuple[HeldNegatives, ...]]:
        """What alarms hold, by case: negatives of its reports that prove nothing for now."""
        with engine.read(self._engine) as connection:
            if drifts.is_quiet(connection):
                return {}
            return drifts.held(connection, case_ids)

    def confirmed_misread(self) -> frozenset[str]:
        """The hashes of files that a reader is confirmed to have misread, and no other has since.

        What stands of them is to be read anew as soon as the code is another.
        """
        with engine.read(self._engine) as connection:
            return drifts.misread(connection)

    def strata(self) -> tuple[Stratum, ...]:
        """How much is known of each reader and assay."""
        with engine.read(self._engine) as connection:
            return tuple(
                Stratum(reader=reader, assay=assay, reports=count, nights=nights)
                for reader, assay, count, nights in signals.strata(connection)
            )
