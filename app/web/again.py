"""What a person changed of a case in, the case made again at once, unless a night is at work.

A turn is short and one at a time; while a night has it the case stays stale, and the night makes
it at its end.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from actionability.release import Release, shipped
from app.web.desk import Desk
from flows.gather import Gathered
from flows.knowledge import in_force
from flows.lock import only_run
from flows.means import frame, readers
from flows.resolve import Decided, decide, make_again
from flows.watch import decide_drift
from flows.work import Work
from pipeline.errors import AlreadyRunningError
from store.drifts import Verdict
from store.resolutions import Resolution

T = TypeVar("T")
LATER = (
    "This is kept. A night is at work: the case is made again when it ends, and must not be "
    "signed before."
)
_ONE = threading.Lock()
_PAUSE_SECONDS = 0.5


def made_again(desk: Desk, case_id: str) -> bool:
    """Whether the case was made again; False where a night is at work and will do it."""
    try:
        _in_turn(desk, lambda work: make_again(work, [case_id]))
    except AlreadyRunningError:
        return False
    return True


def decided(desk: Desk, said: Resolution) -> Decided:
    """Do with a held file what a person says; `AlreadyRunningError` while a night is at work."""
    return _in_turn(desk, lambda work: decide(work, said))


def freed(desk: Desk, said: Verdict) -> bool:
    """Settle an alarm about a reader; whether its cases were made again, else the night does it."""
    try:
        _in_turn(desk, lambda work: decide_drift(work, said))
    except AlreadyRunningError:
        desk.store.settle_drift(said)
        return False
    return True


def _in_turn(desk: Desk, do: Callable[[Work], T]) -> T:
    with _ONE:
        try:
            return _once(desk, do)
        except AlreadyRunningError:
            # Perhaps a command of a moment; a night is still there afterwards.
            time.sleep(_PAUSE_SECONDS)
            return _once(desk, do)


def _once(desk: Desk, do: Callable[[Work], T]) -> T:
    with only_run(desk.settings.data_dir, brief=True), _work(desk) as work:
        return do(work)


@contextmanager
def _work(desk: Desk) -> Iterator[Work]:
    known = in_force(desk.store, _shipped(), by="review pages", at=desk.now())
    with readers() as each_reader:
        yield Work(
            gathered=Gathered(jobs=()),
            readers=each_reader,
            frame=frame(None, None, known.knowledge),
            alarms=known.alarms,
            store=desk.store,
            now=desk.now(),
            originals=desk.settings.data_dir / "originals",
        )


@cache
def _shipped() -> Release:
    return shipped()
