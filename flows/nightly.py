"""The inbox of the settings in, a night done out: the flow that is deployed.

It takes no parameter: Prefect keeps parameters, and paths are no business of its database. What it
does is `night` and the steps of `run`; that two nights never overlap, and that a killed one is made
good, rests on our own lock and lease.
"""

import os
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from prefect import flow
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.ingest import RunError, coded, fault_of, ingest_in_flow
from flows.morning import told
from flows.night import Wanted, inboxes, night, patiently
from flows.outcome import Outcome
from flows.sweep import name_own, sweep
from flows.turn import turn
from pipeline.errors import AlreadyRunningError
from pipeline.settings import Settings, load

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State
    from prefect.futures import PrefectFuture

NAME = "nightly"
_LANES = cast(
    "TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=os.cpu_count() or 1)
)


@flow(name=NAME, persist_result=False, task_runner=_LANES)
def nightly() -> "State[None]":
    """One night over the inbox; its state says in a word how it ended.

    `Completed`: everything was read and concluded. `Held`: done, and files wait for a person.
    `Skipped`: another night was at work. `Failed`: a fault, told by its kind and its place.
    """
    try:
        with coded():
            settings = load()
            with told(settings):
                return _state(patiently(settings, partial(_night, settings)))
    except RunError as error:
        if isinstance(fault_of(error), AlreadyRunningError):
            return Completed(name="Skipped", message="another run is at work; nothing was begun")
        return Failed(message=str(error))


def _night(settings: Settings) -> Outcome:
    with night(settings, Wanted(paths=inboxes(settings))) as work, turn(work) as own:
        # No night waits for the tidiness of Prefect's own books.
        with suppress(Exception):
            name_own(flow_run.id, NAME, own.store.run_id)
            sweep(own.store, flow_run.id, own.clock.now())
        return ingest_in_flow(own)


def _state(done: Outcome) -> "State[None]":
    if not done.is_sound:
        return Failed(name="Imbalance", message="not everything that was found is accounted for")
    if done.is_whole:
        return Completed(message=f"{done.read} of {done.files} files read, nothing waits")
    told = f"{done.read} of {done.files} files read; {len(done.held)} held, others may wait"
    return Completed(name="Held", message=told)
