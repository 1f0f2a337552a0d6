"""The main job as a Prefect flow: the steps of `run` as tasks over batches.

Take the decorators away and it still works: `run.plain` is just that. Prefect sees the id of the
run and numbers of batches alone; the work itself waits in this process under that id.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows import artifacts, run
from flows.keep import Settled
from flows.outcome import Outcome
from flows.receive import Received, receive
from flows.trip import Read
from flows.turn import turn
from flows.work import Work
from pipeline.errors import OrchestratorError

if TYPE_CHECKING:
    from prefect.futures import PrefectFuture


class RunError(RuntimeError):
    """A step failed; says which kind of error and where, and nothing that was in it."""


_NOTHING = Settled(read=0, held=(), cases=())


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What a run id stands for in this process."""

    work: Work
    received: Received
    settled: Settled = _NOTHING


_RUNS: dict[str, _Run] = {}
_FAULTS: dict[str, Exception] = {}


def ingest(work: Work) -> Outcome:
    """The whole run through Prefect; the same rows as `run.plain`."""
    with turn(work) as own:
        return _orchestrated(own, receive(own))


def _orchestrated(work: Work, received: Received) -> Outcome:
    run_id = work.store.run_id
    _RUNS[run_id] = _Run(work=work, received=received)
    lanes = work.readers.pool.lanes
    runner = cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=lanes))
    try:
        return _flow.with_options(task_runner=runner)(run_id)
    except RunError as error:
        raise _FAULTS.pop(str(error), error) from None
    except Exception as error:
        # Our own errors leave coded: this one is Prefect's, and may name a server or a path.
        told = f"Prefect failed ({type(error).__name__}); is its server reachable?"
        raise OrchestratorError(f"{told} The same work runs with --no-orchestrator") from error
    finally:
        del _RUNS[run_id]


@flow(name="ingest", flow_run_name="ingest-{run_id}", persist_result=False)
def _flow(run_id: str) -> Outcome:
    work, received = _RUNS[run_id].work, _RUNS[run_id].received
    numbers = range(len(received.shares))
    reading = [_read.submit(run_id, number) for number in numbers]
    portions = [each.result() for each in reading]
    with _coded():
        settled = run.settle_all(work, received, portions)
    _RUNS[run_id] = replace(_RUNS[run_id], settled=settled)
    # One after the other: SQLite has one writer, and waiting threads gain nothing.
    changed = [_conclude(run_id, number) for number in range(run.case_batches(settled))]
    with _coded():
        done = run.outcome(work, received, settled, changed)
    artifacts.publish(run_id, done)
    return done


@task(name="read", task_run_name="read-{number}", persist_result=False, cache_policy=NO_CACHE)
def _read(run_id: str, number: int) -> tuple[Read, ...]:
    with _coded():
        return run.read_portion(_RUNS[run_id].work, _RUNS[run_id].received, number)


@task(
    name="conclude", task_run_name="conclude-{number}", persist_result=False, cache_policy=NO_CACHE
)
def _conclude(run_id: str, number: int) -> tuple[str, ...]:
    with _coded():
        return run.conclude_batch(_RUNS[run_id].work, _RUNS[run_id].settled, number)


@contextmanager
def _coded() -> Iterator[None]:
    # Prefect keeps the text of an exception: only a kind and a place may reach it.
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, it leaves coded
        told = f"{type(error).__name__} in {_place(error)}"
        # Whoever started the run meets the error itself, past Prefect.
        _FAULTS[told] = error
        raise RunError(told) from None


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}, line {trace.tb_lineno}" if trace else "?"
