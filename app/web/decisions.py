"""A case as it is shown in, a person's decision on exactly that out: opinion, signature, refusal.

What is signed is the interpretation whose hash stands in the form; where anything has changed
since, nothing is recorded and the page says what changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.exporting import case_sheet
from app.reviewed import name_of
from app.web.address import CaseId, case_path
from app.web.case import interpreted
from app.web.desk import Desk, TheDesk
from app.web.guard import needs
from app.web.judging import confirmations
from app.web.login import is_local, prove, proved
from app.web.page import page
from app.web.reach import reachable
from app.web.rights import Permission, Person
from pipeline.changes import Change, changes, flag_name, suggestion_name
from pipeline.codec import fingerprint
from pipeline.errors import InputError, StoreError
from pipeline.model import MarkerState, Status
from pipeline.patient import Decision, Interpretation
from store.meanings import Meaning
from store.reviews import Past, ReviewState, stands
from store.signing import MISREAD, Given, Override, Proof, Signature, Signing

router = APIRouter()
Text = Annotated[str, Form(max_length=2000)]
Texts = Annotated[list[str] | None, Form()]
_WRONG = "This is not your password. Nothing was recorded."
_LONG_AGO = "It is too long since you confirmed who you are. Confirm it; nothing was recorded."
_AGAIN = "Look at it again: what you were shown is not what stands now. Nothing was recorded."


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a person sent, as they typed it."""

    shown: str
    meaning: str
    verdict: str
    reason: str
    password: str
    overrides: tuple[Override, ...]
    compared: bool


@router.get("/case/{case_id}/decide")
def show(
    request: Request,
    desk: TheDesk,
    person: Annotated[Person, needs(Permission.DECIDE)],
    case_id: CaseId,
) -> Response:
    """What is to be decided, and the form."""
    reachable(desk, person, case_id)
    return _form(request, desk, person, case_id)


@router.post("/case/{case_id}/decide")
def decide(  # noqa: PLR0913, PLR0917 - a form's fields
    request: Request,
    desk: TheDesk,
    person: Annotated[Person, needs(Permission.DECIDE)],
    case_id: CaseId,
    shown: Text,
    meaning: Text,
    verdict: Text,
    reason: Text = "",
    password: Annotated[str, Form(max_length=1024)] = "",
    subject: Texts = None,
    instead: Texts = None,
    why: Texts = None,
    compared: Text = "",
) -> Response:
    """Record the decision, or say why not and show the case as it stands now."""
    reachable(desk, person, case_id)
    changed = zip(subject or (), instead or (), why or (), strict=False)
    sent = Sent(
        shown=shown,
        meaning=meaning,
        verdict=verdict,
        reason=reason.strip(),
        password=password,
        overrides=tuple(
            Override(subject=each[0], instead=each[1].strip()[:500], reason=each[2].strip()[:2000])
            for each in changed
            if each[1].strip() or each[2].strip()
        ),
        compared=bool(compared),
    )
    refused = _refusal(request, desk, person, case_id, sent)
    if refused is not None:
        status, problem = refused
        return _form(request, desk, person, case_id, problem=problem, sent=sent, status=status)
    return RedirectResponse(case_path(case_id), status_code=303)


def meaning_for(desk: Desk, person: Person, state: ReviewState, last: Decision | None) -> Meaning:
    """What a decision of this person means where the review stands so."""
    if not person.may(Permission.SIGN):
        return Meaning.OPINION
    if state is ReviewState.SECOND_SIGNATURE and last and last.reviewer != person.id:
        return Meaning.SECOND_SIGNATURE
    return Meaning.FIRST_SIGNATURE if desk.settings.signatures == 2 else Meaning.SIGNED


def _refusal(
    request: Request, desk: Desk, person: Person, case_id: str, sent: Sent
) -> tuple[int, str] | None:
    """Sign it; or the status and the sentence of why it cannot be signed."""
    said = interpreted(desk, case_id)
    state, last = stands(desk.store.past(case_id))
    meaning = meaning_for(desk, person, state, last)
    if fingerprint(said) != sent.shown:
        return 409, _AGAIN
    if meaning.value != sent.meaning:
        return 409, _beaten(desk, last)
    told = _incomplete(sent)
    if told is not None:
        return 422, told
    proof = _proof(request, desk, person, sent, meaning)
    if proof is None:
        return 401, _WRONG if is_local(desk, person) else _LONG_AGO
    try:
        desk.store.sign(_signing(desk, person, said, sent, meaning, proof))
    except InputError as error:
        return 422, _sentence(error)
    except StoreError as error:
        if error.code == "already_decided":
            return 409, _beaten(desk, desk.store.standing(case_id))
        if error.code in _TOLD:
            return 409, _sentence(error)
        raise
    return None


_TOLD = {
    "stale_decision",
    "no_first_signature",
    "same_person",
    "case_stale",
    "misread",
    "clock_behind",
}


def _incomplete(sent: Sent) -> str | None:
    if sent.verdict not in {"accept", "change", "refuse"}:
        return "Say whether you accept it, accept it with changes, or refuse it."
    if sent.verdict == "refuse" and not sent.reason:
        return "A refusal needs a reason."
    if sent.verdict == "change" and not sent.overrides:
        return "Say for at least one entry what stands instead, and why."
    if sent.verdict != "change" and sent.overrides:
        return "You wrote changes: choose “accept with changes”, or empty them."
    return None


def _proof(
    request: Request, desk: Desk, person: Person, sent: Sent, meaning: Meaning
) -> Proof | None:
    """How the person has shown anew who they are; None if they have not."""
    if not meaning.closes:
        return Proof.SESSION
    if not is_local(desk, person):
        return Proof.OIDC if proved(request, desk) else None
    return Proof.PASSWORD if prove(desk, request, person, sent.password) else None


def _signing(  # noqa: PLR0913, PLR0917 - all that a signature holds
    desk: Desk, person: Person, said: Interpretation, sent: Sent, meaning: Meaning, proof: Proof
) -> Signing:
    at = desk.now()
    compared = sent.compared and sent.verdict != "refuse" and meaning.closes
    return Signing(
        decision=Decision(
            case_id=said.case.id,
            reviewer=person.id,
            decided_at=at,
            meaning=meaning.value,
            shown_sha256=sent.shown,
            accepted=sent.verdict != "refuse",
            reason=sent.reason or None,
        ),
        signature=Signature(user_id=person.id, name=person.name, proof=proof),
        overrides=sent.overrides,
        confirmed=confirmations(desk.store, said, person.id, at) if compared else (),
    )


def _beaten(desk: Desk, last: Decision | None) -> str:
    """Who was first, when, and what they said."""
    if last is None:
        return _AGAIN
    word = "accepted" if last.accepted else "refused"
    why = f", saying: {last.reason}" if last.reason else ""
    when = last.decided_at.strftime("%d %B %Y, %H:%M UTC")
    who = name_of(desk.store, last.reviewer)
    return f"{who} was faster and {word} this on {when}{why}. What you sent was not recorded."


def _sentence(error: Exception) -> str:
    told = str(error)
    return f"{told[:1].upper()}{told[1:]}."


def _form(  # noqa: PLR0913 - what its form shows
    request: Request,
    desk: Desk,
    person: Person,
    case_id: str,
    *,
    problem: str | None = None,
    sent: Sent | None = None,
    status: int = 200,
) -> Response:
    said = interpreted(desk, case_id)
    before = desk.store.past(case_id)
    state, last = stands(before)
    meaning = meaning_for(desk, person, state, last)
    shown = fingerprint(said)
    return page(
        request,
        "decide.html",
        status=status,
        said=said,
        shown=shown,
        state=state.value,
        last=_words(desk, last) if last else None,
        meaning=meaning,
        detected=_markers(said, Status.DETECTED),
        unsure=_markers(said, Status.INDETERMINATE),
        negative=_markers(said, Status.NOT_DETECTED),
        flags=[(flag_name(each), each) for each in said.flags],
        entries=[(suggestion_name(each), each) for each in said.suggestions],
        misread=[each.message for each in said.case.notices if each.code.startswith(MISREAD)],
        alerts=case_sheet(said).alerts,
        stale=desk.store.is_stale(case_id),
        since=_since(desk, case_id, before, sent.shown if sent and sent.shown != shown else None),
        given=[(_words(desk, each.decision), each) for each in _newest(desk.store.given(case_id))],
        proves_here=is_local(desk, person),
        is_proved=proved(request, desk),
        problem=problem,
        sent=sent,
        typed={each.subject: each for each in sent.overrides} if sent else {},
    )


def _markers(said: Interpretation, status: Status) -> list[MarkerState]:
    return [each for each in said.case.markers.values() if each.status is status]


def _newest(given: Sequence[Given]) -> list[Given]:
    return list(reversed(given))[:20]


def _since(
    desk: Desk, case_id: str, before: Sequence[Past], shown: str | None
) -> tuple[str, tuple[Change, ...]] | None:
    """What changed since what was shown, else since what was signed last: its words, the changes.

    None where nothing was, or it is what stands now.
    """
    wanted = next((each for each in before if each.sha256 == shown), None) or next(
        (each for each in reversed(before) if any(_counts(one) for one in each.decisions)), None
    )
    if wanted is None or wanted.is_current:
        return None
    every = desk.store.history(case_id)
    told = "what you were shown" if wanted.sha256 == shown else "what was decided last"
    return told, changes(every[wanted.number - 1], every[-1])


def _counts(decision: Decision) -> bool:
    return decision.meaning != Meaning.OPINION


def _words(desk: Desk, decision: Decision) -> str:
    word = "accepted" if decision.accepted else "refused"
    if decision.meaning == Meaning.OPINION:
        word = "would accept" if decision.accepted else "would refuse"
    when = decision.decided_at.strftime("%Y-%m-%d %H:%M UTC")
    why = f": {decision.reason}" if decision.reason else ""
    meaning = decision.meaning.replace("_", " ")
    return f"{name_of(desk.store, decision.reviewer)} {word} ({meaning}, {when}){why}"
