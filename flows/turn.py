"""Work in, the turn to do it out: a run that is at work in the database, alone, until its end.

The lock of the data directory (`lock`) ends with the process; the lease in the database holds
between machines, and its fence keeps out whoever slept through its end (R17).
"""

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

from flows import originals
from flows.faults import place
from flows.work import Since, Work
from pipeline.errors import AlreadyRunningError, OncoflagError, StoreError
from store.books import RunState
from store.runs import Account, Alarm, Ending, Opening, Run

_JUMP = timedelta(minutes=1)


@contextmanager
def turn(work: Work) -> Iterator[Work]:
    """The same work with a store that acts for a new run; `AlreadyRunningError` if one is at work.

    Whoever is inside says with `close` how the run ended; without that it failed.
    """
    opening = Opening(
        id=uuid.uuid4().hex,
        host=socket.gethostname(),
        pid=os.getpid(),
        code_version=work.frame.code_version,
        knowledge_sha256=work.frame.knowledge.stamp.sha256,
    )
    run = work.store.start_run(opening, clock=work.clock, alive=_alive)
    if run is None:
        raise AlreadyRunningError("another run is at work on this database")
    since = Since(now=work.clock.now(), ticks=work.clock.ticks())
    store, log = work.store.acting(run, work.clock), work.log.of(run=run.id)
    acting = replace(work, store=store, log=log, since=since)
    try:
        originals.tidy(work.originals)
        for each in work.alarms:
            acting.store.sound(each)
        _tell_of_the_past(acting, run)
        yield acting
    except BaseException as error:
        log.say("failed", fault=_code(error), place=place(error))
        # The run may be fenced, or the database gone: then the next run says so instead.
        with suppress(OncoflagError):
            acting.store.finish_run(Ending(state=RunState.FAILED, fault=_code(error)))
        raise


def close(work: Work, account: Account | None) -> tuple[Alarm, ...]:
    """Write down that the run came to its end; all its alarms.

    *account* is None where no inbox was looked into: what a person decided is no night.
    """
    if account and not account.balances:
        _sound(work, "imbalance", "not everything that was found is accounted for")
    if work.jumped() > _JUMP:
        _sound(work, "clock_jump", "the clock was set while the run was at work")
    alarms = work.store.alarms()
    for each in alarms:
        work.log.say("alarm", code=each.code)
    work.store.finish_run(Ending(state=RunState.DONE, account=account))
    return alarms


def _tell_of_the_past(work: Work, run: Run) -> None:
    if run.abandoned:
        told = f"{len(run.abandoned)} earlier run(s) never ended; this one took over"
        _sound(work, "lease_taken_over", told)
    if run.latest and run.latest - work.clock.now() > _JUMP:
        _sound(work, "clock_jump", "the clock is behind the end of an earlier run")


def _sound(work: Work, code: str, sentence: str) -> None:
    work.store.sound(Alarm(code=code, sentence=sentence))


def _alive(host: str, pid: int) -> bool:
    """Whether the process of another run may be at work; of other hosts nobody knows."""
    if host != socket.gethostname():
        return True
    if pid == os.getpid():
        # A number is given again, in a container always the same: it cannot be another one.
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _code(error: BaseException) -> str:
    # Never its text: it may quote a report.
    return error.code if isinstance(error, StoreError) else type(error).__name__
