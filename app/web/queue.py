"""Filters in, the queue out: what is urgent and why, found by identifier, given to a person."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from app.web.address import CaseId
from app.web.desk import Desk, TheDesk
from app.web.filters import ME, Filters, of_cursor, to_cursor
from app.web.guard import needs
from app.web.page import page
from app.web.reach import reachable
from app.web.rights import Permission, Person
from pipeline.errors import InputError, StoreError
from pipeline.gist import kind_mask
from pipeline.model import Identity, Marker, Status
from pipeline.patient import KIND_ORDER, FlagKind, Site
from store.assignments import Assignment
from store.books import IntakeState
from store.queued import ALL, OPEN, Part, Queued, Scope, Wanted, spread
from store.records import Store
from store.reviews import ReviewState
from store.users import User

router = APIRouter()
ROWS = 50
"""Cases on one page of the queue."""

Sees = Annotated[Person, needs(Permission.SEE_CASES)]
Assigns = Annotated[Person, needs(Permission.ASSIGN)]
_LONG = 200
_SECONDS = 15
_DAY = "Write the day of birth as YYYY-MM-DD, for example 1961-04-03."
_NOT_THEIRS = "This person may not decide on this case. Choose another one."


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the page: a case, for how many days it waits, and whether that is too long."""

    case: Queued
    days: int
    is_overdue: bool


class Typed(BaseModel):
    """What was typed into the search."""

    mrn: str = Field(default="", max_length=_LONG)
    accession: str = Field(default="", max_length=_LONG)
    name: str = Field(default="", max_length=_LONG)
    dob: str = Field(default="", max_length=_LONG)

    @property
    def identity(self) -> Identity:
        """The identifiers; `InputError` for a day that is none."""
        return Identity(
            mrn=self.mrn.strip() or None,
            accession=self.accession.strip() or None,
            name=self.name.strip() or None,
            dob=_day(self.dob),
        )


class Given(BaseModel):
    """To whom a case is given, instead of whom, and the filters to go back to."""

    to: str = Field(default="", max_length=_LONG)
    instead_of: str = Field(default="", max_length=_LONG)
    back: str = Field(default="", max_length=_LONG * 5)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One word of a filter, how it is called, and how many cases it would leave."""

    word: str
    name: str
    count: int | None


@router.get("/")
def show(
    request: Request,
    desk: TheDesk,
    person: Sees,
    after: Annotated[str, Query(max_length=_LONG * 3)] = "",
    before: Annotated[str, Query(max_length=_LONG * 3)] = "",
) -> Response:
    """One page of the queue."""
    filters = Filters.of(dict(request.query_params))
    now, days = desk.now(), desk.settings.service_days
    wanted = filters.wanted(person.id, now, days)
    part = Part(limit=ROWS + 1, after=of_cursor(after), before=of_cursor(before))
    rows = desk.store.queue(wanted, person.scope, part)
    more = len(rows) > ROWS
    if more:
        rows = rows[1:] if part.before else rows[:ROWS]
    return page(
        request,
        "queue.html",
        filters=filters,
        lines=_lines(desk, rows),
        count=desk.store.queue_count(wanted, person.scope),
        reviews=_reviews(desk, person),
        choices=_choices(desk, person, filters),
        views=desk.store.views(person.id),
        next=to_cursor(rows[-1].place) if rows and (more or part.before) else None,
        previous=to_cursor(rows[0].place)
        if rows and (part.after or (part.before and more))
        else None,
        service_days=days,
        may_assign=person.may(Permission.ASSIGN),
        may_settle=person.may(Permission.SETTLE_HOLDS),
        unread=_unread(desk.store, _moment()) if person.scope is None else 0,
    )


@router.post("/search")
def search(
    request: Request,
    desk: TheDesk,
    person: Sees,
    typed: Annotated[Typed, Form()],
) -> Response:
    """The cases that bear an identifier; it stands in no address."""
    shown = typed.model_dump()
    try:
        found = desk.store.find(typed.identity, by=person.id)
    except InputError as error:
        return page(
            request, "search.html", status=400, typed=shown, problem=str(error), lines=(), held=()
        )
    rows = desk.store.queued(found.case_ids, person.scope)
    held = found.report_ids if person.may(Permission.SETTLE_HOLDS) and person.scope is None else ()
    return page(
        request,
        "search.html",
        typed=shown,
        problem=None,
        lines=_lines(desk, rows),
        held=held,
        may_assign=person.may(Permission.ASSIGN),
    )


@router.get("/case/{case_id}/assign")
def choose(request: Request, desk: TheDesk, person: Assigns, case_id: CaseId) -> Response:
    """To whom the case may be given."""
    reachable(desk, person, case_id)
    return _choose(request, desk, case_id, None)


@router.post("/case/{case_id}/assign")
def assign(
    request: Request,
    desk: TheDesk,
    person: Assigns,
    case_id: CaseId,
    given: Annotated[Given, Form()],
) -> Response:
    """Give the case to a person, or to nobody."""
    reachable(desk, person, case_id)
    chosen = person.id if given.to == ME else given.to or None
    if chosen is not None and chosen not in {each.id for each in _colleagues(desk, case_id)}:
        raise HTTPException(400, _NOT_THEIRS)
    said = Assignment(
        case_id=case_id,
        user_id=chosen,
        instead_of=given.instead_of or None,
        by=person.id,
        at=desk.now(),
    )
    try:
        desk.store.assign(said)
    except StoreError as error:
        if error.code != "already_assigned":
            raise
        return _choose(request, desk, case_id, str(error))
    return RedirectResponse(Filters.of_text(given.back).instead(), 303)


@router.post("/views")
def keep_view(
    desk: TheDesk,
    person: Sees,
    name: Annotated[str, Form(max_length=_LONG)] = "",
    filters: Annotated[str, Form(max_length=_LONG * 5)] = "",
) -> Response:
    """Keep the filters of the page under a name."""
    chosen = Filters.of_text(filters)
    try:
        desk.store.keep_view(person.id, name, chosen.given)
    except InputError as error:
        raise HTTPException(400, str(error)) from None
    return RedirectResponse(chosen.instead(), 303)


@router.post("/views/forget")
def forget_view(
    desk: TheDesk, person: Sees, name: Annotated[str, Form(max_length=_LONG)] = ""
) -> Response:
    """Take kept filters away."""
    desk.store.forget_view(person.id, name)
    return RedirectResponse("/", 303)


def _choose(request: Request, desk: Desk, case_id: str, problem: str | None) -> Response:
    return page(
        request,
        "assign.html",
        status=409 if problem else 200,
        case_id=case_id,
        label=next((each.label for each in desk.store.queued([case_id], None)), ""),
        assigned=desk.store.assigned(case_id),
        people=_colleagues(desk, case_id),
        problem=problem,
    )


def _colleagues(desk: Desk, case_id: str) -> tuple[User, ...]:
    """Who may decide on this case."""
    named = desk.store.case_authorities(case_id) or frozenset()
    return tuple(
        each
        for each in desk.store.users()
        if not each.disabled and _may_decide(each) and (each.scope is None or each.scope & named)
    )


def _may_decide(user: User) -> bool:
    as_person = Person(id=user.id, login=user.login, name=user.name, roles=user.roles)
    return as_person.may(Permission.DECIDE)


def _lines(desk: Desk, rows: tuple[Queued, ...]) -> tuple[Line, ...]:
    now, longest = desk.now(), timedelta(days=desk.settings.service_days)
    return tuple(_line(each, now, longest) for each in rows)


def _line(case: Queued, now: datetime, longest: timedelta) -> Line:
    waits = max(now - case.place.waiting_since, timedelta())
    is_open = case.review not in {ReviewState.SIGNED, ReviewState.REFUSED}
    return Line(case=case, days=waits.days, is_overdue=is_open and waits > longest)


def _reviews(desk: Desk, person: Person) -> tuple[Choice, ...]:
    everything = replace(_PLAIN.wanted(person.id, desk.now(), 1), review=ALL)
    counted = desk.store.queue_by(everything, person.scope, ("review",))["review"]
    closed = {ReviewState.SIGNED, ReviewState.REFUSED}
    waits = sum(number for state, number in counted.items() if state not in closed)
    states = tuple(
        Choice(word=state.value, name=_REVIEWS[state], count=counted.get(state.value, 0))
        for state in ReviewState
    )
    return (
        Choice(word=OPEN, name="all that waits", count=waits),
        *states,
        Choice(word=ALL, name="everything", count=sum(counted.values())),
    )


def _choices(desk: Desk, person: Person, filters: Filters) -> Mapping[str, tuple[Choice, ...]]:
    """The words of each filter, with how many of the cases in this state of review they leave."""
    counted = _counted(desk.store, filters.review, person.scope, _moment())
    found = spread(counted["detected"])
    kinds = {
        kind: sum(n for mask, n in counted["kinds"].items() if mask & kind_mask(kind))
        for kind in KIND_ORDER
    }
    releases = sorted(counted["release"], reverse=True)
    return {
        "marker": tuple(
            Choice(word=each.value, name=each.label, count=found[each]) for each in Marker
        ),
        "status": tuple(Choice(word=e.value, name=_STATUSES[e], count=None) for e in Status),
        "kind": tuple(
            Choice(word=each.value, name=_KINDS[each], count=kinds[each]) for each in KIND_ORDER
        ),
        "site": _sites(counted["site"]),
        "release": tuple(
            Choice(word=each, name=each, count=counted["release"][each]) for each in releases
        ),
    }


@lru_cache(maxsize=32)
def _counted(
    store: Store, review: str, scope: Scope, _moment: int
) -> Mapping[str, Mapping[Any, int]]:
    """Counted at most once in some seconds: among many cases it is most of the page's work."""
    return store.queue_by(Wanted(review=review), scope, ("detected", "kinds", "site", "release"))


@lru_cache(maxsize=4)
def _unread(store: Store, _now: int) -> int:
    """Files of which no case speaks until a person has settled them."""
    files = store.files()
    return files.get(IntakeState.HELD, 0) + files.get(IntakeState.QUARANTINED, 0)


def _moment() -> int:
    return int(time.monotonic() / _SECONDS)


def _sites(counted: Mapping[Any, int]) -> tuple[Choice, ...]:
    return tuple(
        Choice(word=each.value, name=each.value, count=counted.get(each.value, 0)) for each in Site
    )


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(_DAY) from None


_PLAIN = Filters()
_REVIEWS = {
    ReviewState.TO_REVIEW: "to review",
    ReviewState.REVIEW_AGAIN: "review again",
    ReviewState.SECOND_SIGNATURE: "second signature",
    ReviewState.SIGNED: "signed",
    ReviewState.REFUSED: "refused",
}
_STATUSES = {
    Status.DETECTED: "detected",
    Status.NOT_DETECTED: "negative",
    Status.INDETERMINATE: "cannot be said",
    Status.NOT_ASSESSED: "not looked at",
}
_KINDS = {
    FlagKind.SUGGEST: "suggest",
    FlagKind.CAUTION: "caution",
    FlagKind.ASK: "ask",
    FlagKind.FLAG: "flag",
    FlagKind.BLOCK: "do not give",
}
