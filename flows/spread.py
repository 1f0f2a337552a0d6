"""The shares of a night in, the same read by the workers of a Dask cluster out (extra `dask`).

The flow is the same; its tasks of reading run elsewhere. Prefect and Dask see the id of the run
and a number: what is to be read and what was read pass through the shared data directory
(`errand`). The writer stays one: this process alone has the database. A share that no worker
brings back is read here, and an alarm says so.
"""

import atexit
import threading
import time
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, cast

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows import errand
from flows.faults import kind_and_place
from flows.means import readers
from flows.receive import Received
from flows.run import kept, reading
from flows.trip import Read, Readers
from flows.work import Work
from pipeline.errors import InputError
from pipeline.settings import load
from store.runs import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prefect_dask.task_runners import DaskTaskRunner, PrefectDaskFuture

LOOK_SECONDS = 1.0
"""How often the cluster is looked at; the run says meanwhile that it is alive."""

ALONE_SECONDS = 60.0
"""How long nobody of the cluster may be there before the shares are read here."""

Portion = tuple[Read, ...] | None


class CarriedError(RuntimeError):
    """An errand failed on another machine; says which kind of error and where, nothing more."""


def portions(work: Work, received: Received, scheduler: str) -> list[Portion]:
    """What was read of each share; None for one that is to be read here.

    Raises:
        InputError: the extra `dask` is not installed.
    """
    data, run_id = work.originals.parent, work.store.run_id
    folder = errand.folder_of(data, run_id)
    errand.tidy(data)
    for number, jobs in enumerate(received.shares):
        errand.give(folder, number, jobs, work.readers, work.frame.code_version)
    try:
        _carried(work, len(received.shares), scheduler)
        return [_collected(work, received, number) for number in range(len(received.shares))]
    finally:
        errand.tidy(data)


def _carried(work: Work, count: int, scheduler: str) -> None:
    """Wait until the cluster is done with every errand, or is not there any more."""
    try:
        with _runner(scheduler) as runner:
            run_id = work.store.run_id
            asked = [
                runner.submit(read_elsewhere, parameters={"run_id": run_id, "number": number})
                for number in range(count)
            ]
            _wait(work, runner, asked)
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - a cluster that is away, in whichever of its layers
        _sound(work, f"the Dask cluster cannot be used ({kind_and_place(error)})")


@contextmanager
def _runner(scheduler: str) -> "Iterator[DaskTaskRunner]":
    try:
        from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise InputError("ONCOFLAG_DASK_SCHEDULER needs the extra 'dask' of Oncoflag") from None
    with DaskTaskRunner(address=scheduler) as runner:
        yield runner


def _wait(work: Work, runner: "DaskTaskRunner", asked: "Sequence[PrefectDaskFuture[Any]]") -> None:
    last_seen, cluster = time.monotonic(), cast("Any", runner.client)
    errands = [cast("Any", each.wrapped_future) for each in asked]
    waiting = errands
    while waiting := [each for each in waiting if not each.done()]:
        work.store.beat()
        # Dask runs the errands of a worker that died on another one; without any it waits for ever.
        if cluster.nthreads():
            last_seen = time.monotonic()
        elif time.monotonic() - last_seen > ALONE_SECONDS:
            cluster.cancel(waiting)
            _sound(work, "no worker of the Dask cluster is there")
            return
        time.sleep(LOOK_SECONDS)
    failed = {type(error).__name__ for each in errands if (error := each.exception())}
    if failed:
        _sound(work, f"errands failed on the Dask cluster ({', '.join(sorted(failed))})")


def _collected(work: Work, received: Received, number: int) -> Portion:
    folder = errand.folder_of(work.originals.parent, work.store.run_id)
    jobs = received.shares[number]
    read = errand.collect(folder, number, jobs, work.readers)
    if read is None:
        _sound(work, "shares came back from the cluster unread; they were read here")
        return None
    seen = reading(work, received)
    for _ in read:
        seen()
    return kept(work, read, jobs)


def _sound(work: Work, sentence: str) -> None:
    work.store.sound(Alarm(code="not_spread", sentence=sentence))


@task(
    name="read-elsewhere",
    task_run_name="read-{number}",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def read_elsewhere(run_id: str, number: int) -> int:
    """Carry errand *number* of a run, in the process of a worker; how many files it read."""
    try:
        data = load().data_dir
        folder = errand.folder_of(data, run_id)
        return errand.carry(folder, number, data / "originals", _own_readers(), version("oncoflag"))
    except Exception as error:  # noqa: BLE001 - whatever it is, it leaves coded
        raise CarriedError(kind_and_place(error)) from None


_lock = threading.Lock()
_mine: list[Readers] = []


def _own_readers() -> Readers:
    """The readers of this worker, as its own settings say; they last as long as it does."""
    with _lock:
        if not _mine:
            stack = ExitStack()
            _mine.append(stack.enter_context(readers()))
            atexit.register(stack.close)
        return _mine[0]
