"""A signed decision in, its rows out: who signed and how they proved it, and what stands instead.

The law of reviews (`reviews`) says whether it may stand; here is what a person must not sign.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa

from pipeline.changes import subjects
from pipeline.codec import fingerprint, plain
from pipeline.errors import InputError, StoreError
from pipeline.patient import Decision, Interpretation
from store import corrections, reviews
from store.books import closings
from store.corrections import Correction
from store.desk_books import overrides, signatures
from store.meanings import Meaning
from store.rows import restored
from store.tables import cases, decisions, interpretations

MISREAD = "misread:"
"""How the code of a notice begins that says which marker was judged misread."""
_BEHIND = timedelta(minutes=1)
_CLOCK = (
    "the clock is behind the last decision on this case: nobody could tell which one stands; the "
    "decision was not recorded"
)
_STALE = (
    "a report or a statement about this patient came since this was made, and it is made again: "
    "sign what then stands; the decision was not recorded"
)
_MISREAD = (
    "a reviewer says that a result was misread: refuse this interpretation, or accept it with "
    "changes that say what stands instead; the decision was not recorded"
)


class Proof(StrEnum):
    """How a person showed who they are: anew for a signature, by their session for an opinion."""

    PASSWORD = "password"  # noqa: S105 - a word, not a password
    OIDC = "oidc"
    SESSION = "session"


@dataclass(frozen=True, kw_only=True)
class Override:
    """What a person puts in place of a flag or a suggestion (`subject`), and why."""

    subject: str
    instead: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signed: the opaque id and the name of the user, and how they proved who they are."""

    user_id: str
    name: str
    proof: Proof


@dataclass(frozen=True, kw_only=True)
class Signing:
    """A decision with its signature; *confirmed* are readings that were compared with the print."""

    decision: Decision
    signature: Signature
    overrides: tuple[Override, ...] = ()
    confirmed: tuple[Correction, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Given:
    """A decision as it stands in the history of a case: on which interpretation, and by whom.

    *signature* is None where it was not given on a page.
    """

    number: int
    decision: Decision
    signature: Signature | None
    overrides: tuple[Override, ...]


def sign(connection: sa.Connection, said: Signing) -> bool:
    """Record a decision with all that belongs to it; False if this very one stands already.

    `InputError` where a reason is missing or a change names nothing that was shown; `StoreError`
    as `reviews.record`, and `case_stale` or `misread` for what must not be accepted as it is.
    """
    _check_words(said)
    if said.decision.accepted and said.decision.meaning != Meaning.OPINION:
        _check_open(connection, said)
    if said.overrides:
        _check_subjects(connection, said)
    decision = _after_all(connection, said.decision)
    who = asdict(said.signature) | {"proof": said.signature.proof.value}
    changed = [{"ordinal": number} | asdict(each) for number, each in enumerate(said.overrides)]
    done = reviews.record(
        connection,
        decision,
        beside={"signatures": [who], "overrides": changed},
        actor=said.signature.user_id,
    )
    if done:
        corrections.record(connection, said.confirmed, actor=said.signature.user_id)
    return done


def given(connection: sa.Connection, case_id: str) -> tuple[Given, ...]:
    """Every decision about a case in the order of time, with what stands beside it."""
    query = (
        sa.select(decisions, closings.c.number, *_OF_SIGNATURE)
        .join(closings, closings.c.decision_id == decisions.c.id)
        .join(signatures, signatures.c.decision_id == decisions.c.id, isouter=True)
        .where(decisions.c.case_id == case_id)
        .order_by(decisions.c.decided_at, decisions.c.id)
    )
    rows = connection.execute(query).mappings().all()
    changed = _overrides(connection, case_id)
    return tuple(
        Given(
            number=row["number"],
            decision=reviews.decision_of(row),
            signature=_signature(row),
            overrides=tuple(changed.get(row["id"], ())),
        )
        for row in rows
    )


def _check_words(said: Signing) -> None:
    decision = said.decision
    if not decision.accepted and not (decision.reason or "").strip():
        raise InputError("a refusal needs a reason")
    if not decision.accepted and said.overrides:
        raise InputError("what is refused is not changed: accept it with changes, or refuse it")
    if any(not (each.instead.strip() and each.reason.strip()) for each in said.overrides):
        raise InputError("every change says what stands instead, and why")
    named = [each.subject for each in said.overrides]
    if len(named) != len(set(named)):
        raise InputError("one entry is changed once")
    if decision.meaning != Meaning.OPINION and said.signature.proof is Proof.SESSION:
        raise InputError("a signature needs a proof of who signs: give the password again")


def _check_open(connection: sa.Connection, said: Signing) -> None:
    """Nothing is accepted that is known to be outdated, or misread and not changed."""
    case_id = said.decision.case_id
    stale = connection.scalar(sa.select(cases.c.stale).where(cases.c.id == case_id))
    if stale:
        raise StoreError("case_stale", _STALE)
    if said.overrides:
        return
    notices = plain(_text(connection, case_id) or "{}").get("case", {}).get("notices", ())
    if any(each["code"].startswith(MISREAD) for each in notices):
        raise StoreError("misread", _MISREAD)


def _check_subjects(connection: sa.Connection, said: Signing) -> None:
    text = _text(connection, said.decision.case_id)
    known = frozenset(subjects(restored(Interpretation, text))) if text else frozenset()
    if any(each.subject not in known for each in said.overrides):
        raise InputError("a change names a flag or a suggestion that was not shown")


def _text(connection: sa.Connection, case_id: str) -> str | None:
    query = sa.select(interpretations.c.canonical).where(
        interpretations.c.case_id == case_id, interpretations.c.state == "current"
    )
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found


def _after_all(connection: sa.Connection, decision: Decision) -> Decision:
    """The decision with a time after every other one of its case: the latest is what stands.

    `StoreError` (`clock_behind`) where the clock is more than a minute behind the last one.
    """
    known = sa.select(decisions.c.id).where(decisions.c.id == fingerprint(decision))
    query = sa.select(sa.func.max(decisions.c.decided_at))
    last = connection.scalar(query.where(decisions.c.case_id == decision.case_id))
    if last is None or decision.decided_at > last or connection.scalar(known):
        return decision
    if last - decision.decided_at > _BEHIND:
        raise StoreError("clock_behind", _CLOCK)
    return replace(decision, decided_at=last + timedelta(microseconds=1))


def _overrides(connection: sa.Connection, case_id: str) -> Mapping[str, list[Override]]:
    query = (
        sa.select(overrides)
        .join(decisions, decisions.c.id == overrides.c.decision_id)
        .where(decisions.c.case_id == case_id)
        .order_by(overrides.c.decision_id, overrides.c.ordinal)
    )
    found: dict[str, list[Override]] = {}
    for row in connection.execute(query):
        own = Override(subject=row.subject, instead=row.instead, reason=row.reason)
        found.setdefault(row.decision_id, []).append(own)
    return found


def _signature(row: sa.RowMapping) -> Signature | None:
    if row["user_id"] is None:
        return None
    return Signature(user_id=row["user_id"], name=row["name"], proof=Proof(row["proof"]))


_OF_SIGNATURE = (signatures.c.user_id, signatures.c.name, signatures.c.proof)
