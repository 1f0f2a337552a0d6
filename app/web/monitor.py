"""The books of the nights in, the page of the laboratory out: last night, what is held, drift."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from app.web.again import freed
from app.web.desk import TheDesk
from app.web.guard import needs
from app.web.page import page
from app.web.rights import Permission, Person
from flows.meanings import Meaning
from flows.tidings import Tidings, tidings
from pipeline.errors import InputError
from store.books import ReleaseState
from store.drifts import Verdict
from store.records import Store
from store.runs import RunRow

router = APIRouter()
NIGHTS = 30
_TALL = 60
"""Height of the tallest bar of the small chart, in its own units."""


class Settling(BaseModel):
    """What a person says of an alarm about a reader."""

    reason: str = Field(default="", max_length=2000)
    confirmed: str = Field(default="", max_length=3)


@dataclass(frozen=True, kw_only=True)
class Stack:
    """Files that are stuck for one reason: how many, and what to do."""

    why: Meaning
    count: int


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One night of the chart: where it stands, how tall its parts are, and its words."""

    x: int
    done: float
    held: float
    words: str


@router.get("/monitor")
def show(
    request: Request, desk: TheDesk, person: Annotated[Person, needs(Permission.SEE_MONITOR)]
) -> Response:
    """How the nights go."""
    run = desk.store.last_run()
    told = tidings(desk.store, run, desk.now()) if run else None
    nights = desk.store.nights(NIGHTS)
    return page(
        request,
        "monitor.html",
        told=told,
        stacks=_stacks(told) if told else (),
        outdated=_outdated(desk.store),
        drifts=desk.store.drifts(standing=True),
        nights=nights,
        bars=_bars(nights),
        tall=_TALL,
        may_settle=person.may(Permission.SETTLE_DRIFT),
        sees_cases=person.may(Permission.SEE_CASES),
        sees_holds=person.may(Permission.SETTLE_HOLDS),
    )


@router.post("/drift/{drift_id}")
def settle(
    desk: TheDesk,
    person: Annotated[Person, needs(Permission.SETTLE_DRIFT)],
    drift_id: str,
    said: Annotated[Settling, Form()],
) -> Response:
    """Settle an alarm about a reader; its cases are made again, now or by the night at work."""
    verdict = Verdict(
        drift_id=drift_id,
        by=person.id,
        at=desk.now(),
        reason=said.reason.strip(),
        confirmed=said.confirmed == "yes",
    )
    try:
        freed(desk, verdict)
    except InputError as error:
        raise HTTPException(400, str(error)) from None
    return RedirectResponse("/monitor", 303)


def _outdated(store: Store) -> int:
    """How many cases another release than the active one speaks of."""
    active = (each for each in store.releases() if each.state is ReleaseState.ACTIVE)
    return sum(store.outdated_count(each.sha256) for each in active)


def _stacks(told: Tidings) -> tuple[Stack, ...]:
    """What is stuck, by its reason, the most frequent first."""
    counted = Counter(each.why for each in told.stuck)
    return tuple(Stack(why=why, count=number) for why, number in counted.most_common())


def _bars(nights: tuple[RunRow, ...]) -> tuple[Bar, ...]:
    """The nights from left to right, the newest last."""
    counted = [each for each in reversed(nights) if each.account]
    tallest = max((each.account.found for each in counted if each.account), default=0) or 1
    return tuple(_bar(at, each, _TALL / tallest) for at, each in enumerate(counted))


def _bar(at: int, run: RunRow, scale: float) -> Bar:
    account = run.account
    done = account.done if account else 0
    held = account.held + account.quarantined if account else 0
    day = run.started.strftime("%Y-%m-%d")
    return Bar(
        x=at * 14,
        done=round(done * scale, 1),
        held=round(held * scale, 1),
        words=f"{day}: {done} read, {held} held or quarantined",
    )
