"""Filters in, the rows of the queue out: a page of them at a time, counted, or found by a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pipeline.codec import from_json
from pipeline.gist import Top, kind_mask, markers_in, mask
from pipeline.model import Marker, Status
from pipeline.patient import FlagKind
from pipeline.urgency import Facts, Reason, closed_from, reasons
from store.desk_books import assignments, queue, users
from store.queue_facts import quoted
from store.tables import cases

OPEN, ALL = "open", "all"
"""Words for a state of review beside its own: everything that waits, and everything."""

Scope = frozenset[str] | None
"""The assigning authorities whose patients may be seen; None for all."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cases: each filter that is given must fit.

    *review* is a state of review, `open` or `all`. *status* is that of *marker*. *waiting_before*:
    those that wait since an earlier time. *assigned_to* is a person's opaque id.
    """

    review: str = OPEN
    marker: Marker | None = None
    status: Status = Status.DETECTED
    kind: FlagKind | None = None
    site: str | None = None
    release: str | None = None
    assigned_to: str | None = None
    unassigned: bool = False
    stale: bool = False
    held: bool = False
    waiting_before: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a case stands in the order of the queue."""

    urgency: int
    waiting_since: datetime
    case_id: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """At most *limit* cases: those next *after* or *before* a place, else the first ones."""

    limit: int
    after: Place | None = None
    before: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Queued:
    """A case in the queue. *label* is a name or a number of the patient; *flags* counts therapies.

    *asks* counts markers without a result; *assigned_to* is an opaque id, *assignee* a name.
    """

    place: Place
    label: str
    site: str | None
    is_btc: bool | None
    review: str
    cause: str
    reasons: tuple[Reason, ...]
    stale: bool
    tier: str | None
    top: tuple[Top, ...]
    flags: int
    asks: int
    detected: tuple[Marker, ...]
    indeterminate: tuple[Marker, ...]
    negative: tuple[Marker, ...]
    assigned_to: str | None
    assignee: str | None
    release: str

    @property
    def case_id(self) -> str:
        """The opaque id of the case."""
        return self.place.case_id


def page(connection: sa.Connection, wanted: Wanted, scope: Scope, part: Part) -> tuple[Queued, ...]:
    """The cases of one page, in the order of the queue."""
    query = _ROWS.where(*_rules(wanted, scope)).limit(part.limit)
    if part.before is not None:
        backwards = query.where(_tuple(part.before) > _ORDER)
        found = connection.execute(backwards.order_by(*(each.desc() for each in _BY))).all()
        return tuple(map(_queued, reversed(found)))
    if part.after is not None:
        query = query.where(_tuple(part.after) < _ORDER)
    return tuple(map(_queued, connection.execute(query.order_by(*_BY))))


def of_cases(
    connection: sa.Connection, case_ids: Sequence[str], scope: Scope
) -> tuple[Queued, ...]:
    """The rows of these cases, as far as they may be seen, in the order of the queue."""
    query = _ROWS.where(queue.c.case_id.in_(case_ids), *_in_scope(scope)).order_by(*_BY)
    return tuple(map(_queued, connection.execute(query)))


def count(connection: sa.Connection, wanted: Wanted, scope: Scope) -> int:
    """How many cases the filters leave."""
    query = _joined(sa.select(sa.func.count()), wanted).where(*_rules(wanted, scope))
    return int(connection.execute(query).scalar_one())


def by(connection: sa.Connection, column: str, wanted: Wanted, scope: Scope) -> Mapping[Any, int]:
    """How many of these cases there are by the values of one *column* of the queue."""
    value = queue.c[column]
    query = _joined(sa.select(value, sa.func.count()), wanted).where(*_rules(wanted, scope))
    return {row[0]: row[1] for row in connection.execute(query.group_by(value))}


def spread(sets: Mapping[int, int]) -> dict[Marker, int]:
    """How many cases have each marker, of how many have each set of them."""
    found = dict.fromkeys(Marker, 0)
    for numbers, cases_of_it in sets.items():
        for marker in markers_in(numbers):
            found[marker] += cases_of_it
    return found


def _rules(wanted: Wanted, scope: Scope) -> list[sa.ColumnElement[bool]]:
    rules = _in_scope(scope)
    rules += _of_review(wanted.review)
    rules += [
        queue.c[name] == value for name in ("site", "release") if (value := getattr(wanted, name))
    ]
    if wanted.marker is not None:
        rules.append(_has(wanted.marker, wanted.status))
    if wanted.kind is not None:
        rules.append(queue.c.kinds.bitwise_and(kind_mask(wanted.kind)) != 0)
    if wanted.assigned_to is not None:
        rules.append(assignments.c.user_id == wanted.assigned_to)
    if wanted.unassigned:
        # Asked of the joined column: PostgreSQL looks for what is missing and joins nothing.
        rules.append(assignments.c.case_id.is_(None))
    if wanted.stale:
        rules.append(cases.c.stale.is_(sa.true()))
    if wanted.held:
        rules.append(queue.c.holds + queue.c.doubts > 0)
    if wanted.waiting_before is not None:
        rules.append(queue.c.waiting_since < wanted.waiting_before)
    return rules


def _of_review(word: str) -> list[sa.ColumnElement[bool]]:
    if word == ALL:
        return []
    if word == OPEN:
        return [queue.c.urgency < closed_from()]
    return [queue.c.review == word]


def _has(marker: Marker, status: Status) -> sa.ColumnElement[bool]:
    bit = mask(marker)
    stated = {
        Status.DETECTED: queue.c.detected,
        Status.INDETERMINATE: queue.c.indeterminate,
        Status.NOT_DETECTED: queue.c.negative,
    }
    if status in stated:
        return stated[status].bitwise_and(bit) != 0
    # Not assessed: in none of the three. One rule, not three: a planner takes each for a rare one.
    any_of_them = queue.c.detected.bitwise_or(queue.c.indeterminate).bitwise_or(queue.c.negative)
    return any_of_them.bitwise_and(bit) == 0


def _in_scope(scope: Scope) -> list[sa.ColumnElement[bool]]:
    """Rows that name one of these authorities; a row without any belongs to nobody's scope."""
    if scope is None:
        return []
    listed = queue.c.authorities
    # Both databases know `replace`, and neither takes a letter of it for a pattern.
    named = [sa.func.replace(listed, quoted(each), "") != listed for each in sorted(scope)]
    return [sa.or_(sa.false(), *named)]


def _joined(query: sa.Select[Any], wanted: Wanted) -> sa.Select[Any]:
    """From the queue, with what else the filters look at and no more."""
    query = query.select_from(queue)
    if wanted.assigned_to is not None or wanted.unassigned:
        query = query.join(assignments, _OF_CASE, isouter=wanted.unassigned)
    return query.join(cases, cases.c.id == queue.c.case_id) if wanted.stale else query


def _tuple(place: Place) -> sa.Tuple:
    return sa.tuple_(
        sa.literal(place.urgency),
        sa.literal(place.waiting_since, queue.c.waiting_since.type),
        sa.literal(place.case_id),
    )


def _queued(row: sa.Row[Any]) -> Queued:
    facts = Facts(
        new_tier_one=bool(row.new_tier_one), **{name: getattr(row, name) for name in _FACTS}
    )
    return Queued(
        place=Place(urgency=row.urgency, waiting_since=row.waiting_since, case_id=row.case_id),
        reasons=reasons(facts),
        is_btc=None if row.is_btc is None else bool(row.is_btc),
        stale=bool(row.stale),
        top=from_json(tuple[Top, ...], row.top),
        detected=markers_in(row.detected),
        indeterminate=markers_in(row.indeterminate),
        negative=markers_in(row.negative),
        assigned_to=row.user_id,
        assignee=row.name,
        **{name: getattr(row, name) for name in _PLAIN},
    )


_PLAIN = ("label", "site", "review", "cause", "tier", "flags", "asks", "release")
_FACTS = ("review", "cause", "doubts", "misread", "conflicts", "gained", "lost", "holds")
_BY = (queue.c.urgency, queue.c.waiting_since, queue.c.case_id)
_ORDER = sa.tuple_(*_BY)
_OF_CASE = assignments.c.case_id == queue.c.case_id
_ROWS: sa.Select[Any] = (
    sa.select(queue, cases.c.stale, assignments.c.user_id, users.c.name)
    .join(cases, cases.c.id == queue.c.case_id)
    .join(assignments, _OF_CASE, isouter=True)
    .join(users, users.c.id == assignments.c.user_id, isouter=True)
)
