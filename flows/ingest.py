"""The main job as a Prefect flow: the steps of `run` as tasks over batches.

Take the decorators away and it still works: `run.plain` is just that. Prefect sees the id of the
run and numbers of batches alone; the work itself waits in this process under that id. Where Prefect
goes away in the middle, the steps are done all the same, unseen: a patient's report does not wait
for an orchestrator.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows import artifacts, run
from flows.faults import kind_and_place
from flows.keep import Settled
from flows.outcome import Outcome
from flows.receive import Received, receive
from flows.trip import Read
from flows.turn import turn
from flows.work import Work
from pipeline.errors import OrchestratorError

if TYPE_CHECKING:
    from prefect.futures import PrefectFuture

T = TypeVar("T")


class RunError(RuntimeError):
    """A step failed; says which kind of error and where, and nothing that was in it."""


_NOTHING = Settled(read=0, held=(), cases=())


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What a run id stands for in this process; *done* is its outcome, once there is one."""

    work: Work
    received: Received
    settled: Settled = _NOTHING
    done: Outcome | None = None


_RUNS: dict[str, _Run] = {}
_FAULTS: dict[str, Exception] = {}


def ingest(work: Work) -> Outcome:
    """The whole run through Prefect; the same rows as `run.plain`."""
    with turn(work) as own, _at_hand(own) as run_id:
        return _orchestrated(run_id, own.readers.pool.lanes)


def ingest_in_flow(work: Work) -> Outcome:
    """The same as tasks of the flow that calls this, with its turn taken already."""
    with _at_hand(work) as run_id:
        try:
            return _steps(run_id)
        except RunError as error:
            raise fault_of(error) from None


def fault_of(error: RunError) -> Exception:
    """The error itself behind a coded one, for whoever started the run in this process."""
    return _FAULTS.pop(str(error), error)


@contextmanager
def coded() -> Iterator[None]:
    """Let errors leave with their kind and place alone: Prefect keeps the text of an exception."""
    try:
        yield
    except RunError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it leaves coded
        told = kind_and_place(error)
        _FAULTS[told] = error
        raise RunError(told) from None


@contextmanager
def _at_hand(work: Work) -> Iterator[str]:
    run_id = work.store.run_id
    _RUNS[run_id] = _Run(work=work, received=receive(work))
    try:
        yield run_id
    finally:
        del _RUNS[run_id]
        _FAULTS.clear()


def _orchestrated(run_id: str, lanes: int) -> Outcome:
    runner = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=lanes))
    try:
        return _flow.with_options(task_runner=runner)(run_id)
    except RunError as error:
        raise fault_of(error) from None
    except Exception as error:
        if done := _RUNS[run_id].done:
            # Prefect went away after the work was done: it may not undo what is stored.
            return done
        # Our own errors leave coded: this one is Prefect's, and may name a server or a path.
        told = f"Prefect failed ({type(error).__name__}); is its server reachable?"
        raise OrchestratorError(f"{told} The same work runs with --no-orchestrator") from error


@flow(name="ingest", flow_run_name="ingest-{run_id}", persist_result=False)
def _flow(run_id: str) -> Outcome:
    return _steps(run_id)


def _steps(run_id: str) -> Outcome:
    work, received = _RUNS[run_id].work, _RUNS[run_id].received
    portions = _spread(run_id, work.scheduler) if work.scheduler else _read_here(run_id)
    with coded():
        settled = run.settle_all(work, received, portions)
    _RUNS[run_id] = replace(_RUNS[run_id], settled=settled)
    # One after the other: SQLite has one writer, and waiting threads gain nothing.
    changed = [_concluded(run_id, number) for number in range(run.case_batches(settled))]
    with coded():
        done = run.outcome(work, received, settled, changed)
    _RUNS[run_id] = replace(_RUNS[run_id], done=done)
    # What stands in our database stands; a server that is away shows no page of it.
    with suppress(Exception):
        artifacts.publish(work, done)
    return done


def _read_here(run_id: str) -> list[tuple[Read, ...]]:
    numbers = range(len(_RUNS[run_id].received.shares))
    reading = [_seen(partial(_read.submit, run_id, number)) for number in numbers]
    return [_portion(run_id, number, reading[number]) for number in numbers]


def _spread(run_id: str, scheduler: str) -> list[tuple[Read, ...]]:
    """The same by the workers of a Dask cluster; what they do not bring back is read here."""
    from flows import spread  # noqa: PLC0415 - most nights have one machine

    work, received = _RUNS[run_id].work, _RUNS[run_id].received
    with coded():
        there = spread.portions(work, received, scheduler)
    here = {
        number: _seen(partial(_read.submit, run_id, number))
        for number, read in enumerate(there)
        if read is None
    }
    return [
        _portion(run_id, number, here[number]) if read is None else read
        for number, read in enumerate(there)
    ]


def _portion(
    run_id: str, number: int, reading: "PrefectFuture[tuple[Read, ...]] | None"
) -> tuple[Read, ...]:
    read = _seen(reading.result) if reading else None
    if read is None:
        with coded():
            return run.read_portion(_RUNS[run_id].work, _RUNS[run_id].received, number)
    return read


def _concluded(run_id: str, number: int) -> tuple[str, ...]:
    changed = _seen(partial(_conclude, run_id, number))
    if changed is None:
        with coded():
            return run.conclude_batch(_RUNS[run_id].work, _RUNS[run_id].settled, number)
    return changed


def _seen(ask: Callable[[], T]) -> T | None:
    """What Prefect answers; None where Prefect itself fails, and not the step."""
    try:
        return ask()
    except RunError:
        raise
    except Exception:  # noqa: BLE001 - a server that is away, in whichever of its layers
        return None


@task(name="read", task_run_name="read-{number}", persist_result=False, cache_policy=NO_CACHE)
def _read(run_id: str, number: int) -> tuple[Read, ...]:
    with coded():
        return run.read_portion(_RUNS[run_id].work, _RUNS[run_id].received, number)


@task(
    name="conclude", task_run_name="conclude-{number}", persist_result=False, cache_policy=NO_CACHE
)
def _conclude(run_id: str, number: int) -> tuple[str, ...]:
    with coded():
        return run.conclude_batch(_RUNS[run_id].work, _RUNS[run_id].settled, number)
