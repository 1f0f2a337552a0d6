"""Prefect's books in, the same without nights that only seem to be at work, and without old ones.

A killed process stays "Running" in Prefect for ever. Ours alone are touched: a flow run bears the
id of its run in our database, and only what stands there as over is marked. Nothing that Prefect
says decides anything of ours.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowFilter, FlowRunFilter
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed, Crashed

from store.books import RunState
from store.records import Store

KEPT = timedelta(days=30)
"""How long Prefect's rows of a night are kept (requirement R22)."""

_FLOWS = ["nightly", "ingest"]
_OURS = re.compile(r"(?:nightly|ingest)-(?P<run>[0-9a-f]{32})")
_STARTING = timedelta(minutes=10)
"""A flow run of ours that has no run yet after so long never will: its process is gone."""

_AT_ONCE = 200
_GONE = "its process ended without a word; our database has it as over"
_MADE_UP = "it was late, and a later night does its work"


def name_own(own: str | None, flow: str, run_id: str) -> None:
    """Give the flow run *own* the name that tells which run of ours it is."""
    if own:
        with get_client(sync_client=True) as client:
            client.update_flow_run(UUID(own), name=f"{flow}-{run_id}")


def sweep(store: Store, own: str | None, now: datetime) -> int:
    """Mark dead flow runs of ours as crashed, late ones as skipped, remove old ones; how many.

    To be called by a run that is at work (it has the lock and the lease): no other can be.
    """
    with get_client(sync_client=True) as client:
        mine = client.read_flow_run(UUID(own)) if own else None
        deployment = mine.deployment_id if mine else None
        dead = [each for each in _at_work(client, own) if _is_dead(store, each, deployment, now)]
        for each in dead:
            client.set_flow_run_state(each.id, Crashed(message=_GONE), force=True)
        late = _late(client, deployment, now)
        for each in late:
            skipped: State[None] = Completed(name="Skipped", message=_MADE_UP)
            client.set_flow_run_state(each.id, skipped, force=True)
        return len(dead) + len(late) + _removed(client, deployment, now)


def _at_work(client: SyncPrefectClient, own: str | None) -> Iterable[FlowRun]:
    states = [StateType.RUNNING.value, StateType.PENDING.value, StateType.CANCELLING.value]
    found = client.read_flow_runs(
        flow_filter=FlowFilter.model_validate({"name": {"any_": _FLOWS}}),
        flow_run_filter=FlowRunFilter.model_validate({"state": {"type": {"any_": states}}}),
        limit=_AT_ONCE,
    )
    return [each for each in found if str(each.id) != own]


def _is_dead(store: Store, each: FlowRun, deployment: UUID | None, now: datetime) -> bool:
    if named := _OURS.fullmatch(each.name):
        state = store.run_state(named["run"])
        # A run that we do not know is another installation's, on the same server.
        return state is not None and state is not RunState.RUNNING
    if deployment is None or each.deployment_id != deployment:
        return False
    began = each.state.timestamp if each.state else None
    return began is not None and now - began > _STARTING


def _is_ours(each: FlowRun, deployment: UUID | None) -> bool:
    ours = deployment is not None and each.deployment_id == deployment
    return ours or _OURS.fullmatch(each.name) is not None


def _late(client: SyncPrefectClient, deployment: UUID | None, now: datetime) -> list[FlowRun]:
    """Nights of this deployment that should have begun while nobody was there to begin them."""
    if deployment is None:
        return []
    wanted = {
        "deployment_id": {"any_": [deployment]},
        "state": {"type": {"any_": [StateType.SCHEDULED.value]}},
        "next_scheduled_start_time": {"before_": now},
    }
    return client.read_flow_runs(
        flow_run_filter=FlowRunFilter.model_validate(wanted), limit=_AT_ONCE
    )


def _removed(client: SyncPrefectClient, deployment: UUID | None, now: datetime) -> int:
    """Flow runs of ours that ended long ago, removed with their task runs.

    A server may have other flows with names as plain as these: what bears no run of ours, and is
    not of our deployment, stays.
    """
    places: list[dict[str, object]] = [{"name": {"like_": f"{each}-"}} for each in _FLOWS]
    if deployment:
        places.append({"deployment_id": {"any_": [deployment]}})
    ended = {"end_time": {"before_": now - KEPT}}
    found = [
        each
        for place in places
        for each in client.read_flow_runs(
            flow_filter=FlowFilter.model_validate({"name": {"any_": _FLOWS}}),
            flow_run_filter=FlowRunFilter.model_validate(place | ended),
            limit=_AT_ONCE,
        )
    ]
    old = {each.id for each in found if _is_ours(each, deployment)}
    for each in old:
        # Prefect's own vacuum may have been faster.
        with suppress(ObjectNotFound):
            client.delete_flow_run(each)
    return len(old)
