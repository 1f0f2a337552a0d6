"""What one run of the main job needs: files, readers, knowledge, the database, a clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.gather import Gathered
from flows.logs import SILENT, Log
from flows.ready import Patience
from flows.trip import Frame, Readers
from pipeline.drift import Limits
from store.leases import Clock
from store.records import Store
from store.runs import Alarm


def _now() -> datetime:
    return datetime.now(UTC)


_PATIENCE = Patience()
_LIMITS = Limits()
_CLOCK = Clock(now=_now, ticks=time.monotonic)


@dataclass(frozen=True, kw_only=True)
class Since:
    """When a run began, by both hands of its clock."""

    now: datetime
    ticks: float


@dataclass(frozen=True, kw_only=True)
class Work:
    """Everything one run needs; *now* is when it began.

    *begin* takes what is going on and how long it is; what it gives is called after each step.
    *originals* is the folder where what is read is kept. *store* acts for the run from the moment
    that it is at work (`turn`); *alarms* are known before that. *origin* is the address of the
    review pages, *log* is where each step is told. *drift* says when a reader is told to drift,
    *scheduler* is the Dask cluster that reads; without one this machine does.
    """

    gathered: Gathered
    readers: Readers
    frame: Frame
    store: Store
    now: datetime
    originals: Path
    origin: str | None = None
    log: Log = SILENT
    patience: Patience = _PATIENCE
    clock: Clock = _CLOCK
    sleep: Callable[[float], object] = time.sleep
    begin: Callable[[str, int], Callable[[], object]] = lambda _word, _total: lambda: None
    since: Since | None = None
    alarms: tuple[Alarm, ...] = ()
    drift: Limits = _LIMITS
    scheduler: str | None = None

    def jumped(self) -> timedelta:
        """How far the time of day has moved otherwise than time passes, since the run began."""
        if self.since is None:
            return timedelta()
        passed = timedelta(seconds=self.clock.ticks() - self.since.ticks)
        return abs(self.clock.now() - self.since.now - passed)
