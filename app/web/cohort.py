"""Cases in, an overview of all their markers out: four statuses by shape, and how often each."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.web.desk import TheDesk
from app.web.filters import Filters, of_cursor, to_cursor
from app.web.guard import needs
from app.web.page import page
from app.web.rights import Permission, Person
from pipeline.accuracy import Proportion, proportion
from pipeline.model import Marker, Status
from store.queued import ALL, Part, Queued, Wanted, spread

router = APIRouter()
ROWS = 100
"""Cases on one page of the overview."""

_COLUMNS = ("detected", "indeterminate", "negative")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A marker over all cases; *positivity* of those in which it was found or excluded."""

    marker: Marker
    detected: int
    indeterminate: int
    negative: int
    silent: int
    positivity: Proportion


@router.get("/monitor/cohort")
def show(
    request: Request,
    desk: TheDesk,
    person: Annotated[Person, needs(Permission.SEE_CASES)],
    after: Annotated[str, Query(max_length=600)] = "",
) -> Response:
    """The cases by markers, a page of them, and every marker counted over all of them."""
    filters = Filters.of({"review": ALL} | dict(request.query_params))
    wanted = filters.wanted(person.id, desk.now(), desk.settings.service_days)
    part = Part(limit=ROWS + 1, after=of_cursor(after))
    rows = desk.store.queue(wanted, person.scope, part)
    return page(
        request,
        "cohort.html",
        rows=tuple((each, statuses(each)) for each in rows[:ROWS]),
        columns=_columns(desk, person, wanted),
        filters=filters,
        next=to_cursor(rows[ROWS - 1].place) if len(rows) > ROWS else None,
        total=desk.store.queue_count(wanted, person.scope),
    )


def statuses(case: Queued) -> tuple[Status, ...]:
    """The status of every marker of a case, in the order of markers."""
    return tuple(_status(case, marker) for marker in Marker)


def _status(case: Queued, marker: Marker) -> Status:
    if marker in case.detected:
        return Status.DETECTED
    if marker in case.indeterminate:
        return Status.INDETERMINATE
    return Status.NOT_DETECTED if marker in case.negative else Status.NOT_ASSESSED


def _columns(desk: TheDesk, person: Person, wanted: Wanted) -> tuple[Column, ...]:
    sets = desk.store.queue_by(wanted, person.scope, _COLUMNS)
    total = sum(sets["detected"].values())
    counted = {name: spread(sets[name]) for name in _COLUMNS}
    return tuple(
        Column(
            marker=marker,
            silent=total - sum(counted[name][marker] for name in _COLUMNS),
            positivity=proportion(
                counted["detected"][marker],
                counted["detected"][marker] + counted["negative"][marker],
            ),
            **{name: counted[name][marker] for name in _COLUMNS},
        )
        for marker in Marker
    )
