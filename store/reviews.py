"""Interpretations and decisions in, what is to be reviewed and what stands out.

A new current interpretation opens a review; a decision closes the review of exactly the
interpretation that was shown. A sign-off never carries over: what is said anew is reviewed anew,
even where it says again what was signed before.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from pipeline.codec import fingerprint
from pipeline.errors import InputError, StoreError
from pipeline.patient import Decision
from store import audit, vouched
from store.audit import Act
from store.books import Cause, closings, reviews
from store.columns import metadata
from store.meanings import Meaning
from store.rows import Row
from store.tables import cases, decisions, flags, interpretations

_STALE = (
    "the case has been interpreted anew since this was shown: look at it again; the decision was "
    "not recorded"
)
_DECIDED = (
    "another person has decided on this interpretation meanwhile: look at the decision; this one "
    "was not recorded"
)
_ALONE = "the second of two signatures is another person's: this one was not recorded"
_NOT_FIRST = (
    "there is no first signature under what stands now that a second one could join: look at it "
    "again; the decision was not recorded"
)
_FIRST = (Meaning.SIGNED.value, Meaning.FIRST_SIGNATURE.value)


class ReviewState(StrEnum):
    """Where the current interpretation of a case stands with the people who review it."""

    TO_REVIEW = "to_review"
    REVIEW_AGAIN = "review_again"
    SECOND_SIGNATURE = "second_signature"
    SIGNED = "signed"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Review:
    """An interpretation on which nobody has decided; *again* if somebody did on an earlier one.

    *sha256* is the hash that a decision must name.
    """

    case_id: str
    number: int
    cause: Cause
    sha256: str
    as_of: date
    again: bool


@dataclass(frozen=True, kw_only=True)
class Past:
    """One interpretation of a case in its history: when, from what, why anew, and who decided."""

    number: int
    is_current: bool
    sha256: str
    as_of: date
    release: str
    code_version: str
    cause: Cause | None
    therapies: tuple[str, ...]
    decisions: tuple[Decision, ...]


def state_of(*, accepted: bool | None, again: bool, meaning: str | None = None) -> ReviewState:
    """*accepted* and *meaning* as the decision that stands says, None without one.

    *again* as in `Review`.
    """
    if accepted is None:
        return ReviewState.REVIEW_AGAIN if again else ReviewState.TO_REVIEW
    if accepted and meaning == Meaning.FIRST_SIGNATURE:
        return ReviewState.SECOND_SIGNATURE
    return ReviewState.SIGNED if accepted else ReviewState.REFUSED


def stands(before: Sequence[Past]) -> tuple[ReviewState, Decision | None]:
    """Where the newest of these interpretations stands, and the decision that makes it so."""
    given = _closing(before[-1].decisions)
    last = given[-1] if given else None
    state = state_of(
        accepted=last.accepted if last else None,
        again=any(_closing(each.decisions) for each in before),
        meaning=last.meaning if last else None,
    )
    return state, last


def opened(connection: sa.Connection) -> tuple[Review, ...]:
    """Every current interpretation without a decision, in the order of cases."""
    query = (
        sa.select(reviews, interpretations.c.sha256, interpretations.c.as_of, _DECIDED_BEFORE)
        .join(interpretations, _OF_REVIEW)
        .where(interpretations.c.state == "current", ~_CLOSED)
        .order_by(reviews.c.case_id)
    )
    return tuple(
        Review(
            case_id=row.case_id,
            number=row.number,
            cause=Cause(row.cause),
            sha256=row.sha256,
            as_of=row.as_of,
            again=bool(row.again),
        )
        for row in connection.execute(query)
    )


def record(
    connection: sa.Connection,
    decision: Decision,
    *,
    beside: Mapping[str, Sequence[Row]] | None = None,
    actor: str | None = None,
) -> bool:
    """Append a decision; False if this very decision stands already.

    *beside* are rows of its own by table (`overrides`, `signatures`), without its key; *actor* is
    the opaque id under which the audit knows the reviewer.

    `InputError`: no such case. `StoreError`: `stale_decision` if the case says something else by
    now than was shown, `already_decided` if somebody else was first to decide in this meaning,
    `no_first_signature` or `same_person` where a second one has none to join.
    """
    key = fingerprint(decision)
    if connection.execute(sa.select(decisions.c.id).where(decisions.c.id == key)).first():
        return False
    number = _shown(connection, decision)
    row = {"id": key} | {name: getattr(decision, name) for name in _NAMES}
    closing = {"decision_id": key, "case_id": decision.case_id, "number": number}
    connection.execute(sa.insert(decisions), row)
    connection.execute(sa.insert(closings), closing)
    own = {name: [{"decision_id": key} | each for each in some] for name, some in _filled(beside)}
    for name, some in own.items():
        connection.execute(sa.insert(metadata.tables[name]), some)
    detail = {
        "number": 1,
        "case": audit.case_token(decision.case_id),
        "shown": decision.shown_sha256,
        "rows": vouched.decision(row, (closing,), own),
    }
    audit.append(
        connection,
        action=Act.DECISION_RECORDED,
        subject=key,
        detail=detail,
        actor=actor or decision.reviewer,
    )
    return True


def _filled(beside: Mapping[str, Sequence[Row]] | None) -> list[tuple[str, Sequence[Row]]]:
    return [(name, some) for name, some in (beside or {}).items() if some]


def decided(connection: sa.Connection, case_id: str) -> tuple[Decision, ...]:
    """The decisions of a case in the order of their time."""
    query = sa.select(decisions).where(decisions.c.case_id == case_id)
    rows = connection.execute(query.order_by(*_IN_TIME)).mappings()
    return tuple(decision_of(row) for row in rows)


def standing(connection: sa.Connection, case_id: str) -> Decision | None:
    """The latest decision on the current interpretation; None if nobody has decided on it."""
    query = (
        sa.select(decisions)
        .join(closings, closings.c.decision_id == decisions.c.id)
        .join(interpretations, _OF_CLOSING)
        .where(interpretations.c.case_id == case_id, interpretations.c.state == "current")
        .where(_CLOSES)
        .order_by(*(each.desc() for each in _IN_TIME))
        .limit(1)
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else decision_of(row)


def past(connection: sa.Connection, case_id: str) -> tuple[Past, ...]:
    """Every interpretation of a case, the oldest first, with the decisions on each."""
    query = (
        sa.select(*_OF_PAST, reviews.c.cause)
        .join(reviews, _OF_REVIEW, isouter=True)
        .where(interpretations.c.case_id == case_id)
        .order_by(interpretations.c.number)
    )
    made = _decisions_by_number(connection, case_id)
    given = _therapies_by_number(connection, case_id)
    return tuple(
        Past(
            number=row.number,
            is_current=row.state == "current",
            sha256=row.sha256,
            as_of=row.as_of,
            release=row.knowledge_release,
            code_version=row.code_version,
            cause=Cause(row.cause) if row.cause else None,
            therapies=tuple(given[row.number]),
            decisions=tuple(made[row.number]),
        )
        for row in connection.execute(query)
    )


def _shown(connection: sa.Connection, decision: Decision) -> int:
    """The number of the current interpretation, if it is the one that was shown."""
    case = sa.select(cases.c.id).where(cases.c.id == decision.case_id)
    if connection.execute(case).first() is None:
        raise InputError("a decision must name a case that is stored")
    current = connection.execute(
        sa.select(interpretations.c.number, interpretations.c.sha256).where(
            interpretations.c.case_id == decision.case_id, interpretations.c.state == "current"
        )
    ).one_or_none()
    if current is None or current.sha256 != decision.shown_sha256:
        raise StoreError("stale_decision", _STALE)
    _in_turn(connection, decision, current.number)
    return int(current.number)


def _in_turn(connection: sa.Connection, decision: Decision, number: int) -> None:
    """Opinions are free; of a signature there is one, and a second one joins a first one."""
    if decision.meaning == Meaning.OPINION:
        return
    if decision.meaning == Meaning.SECOND_SIGNATURE:
        first = standing(connection, decision.case_id)
        if first and first.meaning == Meaning.SECOND_SIGNATURE:
            raise StoreError("already_decided", _DECIDED)
        if first is None or not first.accepted or first.meaning != Meaning.FIRST_SIGNATURE:
            raise StoreError("no_first_signature", _NOT_FIRST)
        if first.reviewer == decision.reviewer:
            raise StoreError("same_person", _ALONE)
    if _others(connection, decision, number):
        raise StoreError("already_decided", _DECIDED)


def _others(connection: sa.Connection, decision: Decision, number: int) -> bool:
    """Whether somebody else has decided the same question; one's own mind may change."""
    same = _FIRST if decision.meaning in _FIRST else (decision.meaning,)
    query = (
        sa.select(decisions.c.id)
        .join(closings, closings.c.decision_id == decisions.c.id)
        .where(
            closings.c.case_id == decision.case_id,
            closings.c.number == number,
            decisions.c.meaning.in_(same),
            decisions.c.reviewer != decision.reviewer,
        )
    )
    return connection.execute(query).first() is not None


def _decisions_by_number(connection: sa.Connection, case_id: str) -> dict[int, list[Decision]]:
    query = (
        sa.select(decisions, closings.c.number)
        .join(closings, closings.c.decision_id == decisions.c.id)
        .where(closings.c.case_id == case_id)
        .order_by(*_IN_TIME)
    )
    found: dict[int, list[Decision]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        found[row["number"]].append(decision_of(row))
    return found


def _therapies_by_number(connection: sa.Connection, case_id: str) -> dict[int, list[str]]:
    query = sa.select(flags.c.number, flags.c.therapy, flags.c.kind)
    rows = connection.execute(query.where(flags.c.case_id == case_id).order_by(flags.c.ordinal))
    found: dict[int, list[str]] = defaultdict(list)
    for number, therapy, kind in rows:
        said = f"{therapy} ({kind})"
        if said not in found[number]:
            found[number].append(said)
    return found


def _closing(given: Iterable[Decision]) -> list[Decision]:
    return [each for each in given if each.meaning != Meaning.OPINION]


def decision_of(row: sa.RowMapping) -> Decision:
    """A row of `decisions` as a decision."""
    values = {name: row[name] for name in _NAMES}
    return replace(Decision(**values), accepted=bool(row["accepted"]))


# What it says stays where it is: an interpretation is some hundred kilobytes long.
_OF_PAST = tuple(each for each in interpretations.c if each.name != "canonical")
_NAMES = tuple(Decision.__dataclass_fields__)
_IN_TIME = (decisions.c.decided_at, decisions.c.id)
_OF_REVIEW = sa.and_(
    interpretations.c.case_id == reviews.c.case_id, interpretations.c.number == reviews.c.number
)
_OF_CLOSING = sa.and_(
    interpretations.c.case_id == closings.c.case_id, interpretations.c.number == closings.c.number
)
_CLOSES = decisions.c.meaning != Meaning.OPINION.value
_CLOSED = (
    sa.exists()
    .where(closings.c.case_id == reviews.c.case_id, closings.c.number == reviews.c.number)
    .where(decisions.c.id == closings.c.decision_id, _CLOSES)
)
_DECIDED_BEFORE = (
    sa.exists().where(decisions.c.case_id == reviews.c.case_id, _CLOSES).label("again")
)


def _latest(column: sa.Column[Any]) -> sa.Label[Any]:
    """A cell of the decision that stands on an interpretation."""
    query = sa.select(column).join(closings, closings.c.decision_id == decisions.c.id)
    last = query.where(_OF_CLOSING, _CLOSES).order_by(*(each.desc() for each in _IN_TIME)).limit(1)
    return last.scalar_subquery().label(column.name)


MARKS = (
    sa.select(reviews.c.cause).where(_OF_REVIEW).scalar_subquery().label("cause"),
    _latest(decisions.c.accepted),
    _latest(decisions.c.meaning),
    sa.exists().where(decisions.c.case_id == interpretations.c.case_id, _CLOSES).label("again"),
)
"""Columns that a list of interpretations may ask for: what `state_of` needs, and the cause."""
