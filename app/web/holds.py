"""A held file in, its page out: why it waits, whose it may be, and what a person says of it.

What a person says goes the way of `quarantine release`: the file in its case or set aside, the
cases that this changes made again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.reviewed import name_of
from app.web.again import decided
from app.web.desk import Desk, TheDesk
from app.web.guard import needs
from app.web.login import is_local, prove, proved
from app.web.original import attachment
from app.web.page import page
from app.web.reach import reachable
from app.web.rights import Permission, Person
from pipeline.clusters import StandingCase
from pipeline.errors import AlreadyRunningError, IdentityError, InputError
from pipeline.identifiers import agreements, conflicts
from pipeline.model import Identity, ReportResult, Status
from store.audit import opaque
from store.books import Action, EntryState, IntakeState
from store.identities import Neighbour
from store.intake import FileRow
from store.resolutions import Resolution

router = APIRouter()
Settler = Annotated[Person, needs(Permission.SETTLE_HOLDS)]
Word = Annotated[str, Form(max_length=200)]
PER_PAGE = 50
_LISTED = (IntakeState.HELD, IntakeState.QUARANTINED, IntakeState.WAITING, IntakeState.CLAIMED)
_ACTIONS = {
    "assign": Action.ASSIGN,
    "other": Action.ASSIGN,
    "new": Action.ASSIGN,
    "refuse": Action.REFUSE,
    "undo": Action.RETRY,
}
_TO_CASE = {"assign", "other"}
_GROUPS = {"specimen_id": "accession", "assigning_authority": "mrn"}
_NAMES = {
    "mrn": "Record number",
    "assigning_authority": "given by",
    "name": "Name",
    "dob": "Date of birth",
    "accession": "Laboratory order",
    "specimen_id": "Specimen",
}
_BUSY = "A night is at work. Nothing was changed; say it again when it has ended."
_PROVE = "What is printed speaks against it: give your password to say so knowingly."


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One identifier of a held file beside a case: both as printed, and how they stand."""

    name: str
    here: str
    there: str
    relation: str


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A case that a held file may belong to; *speaks_against* if anything contradicts it."""

    case_id: str
    compared: tuple[Compared, ...]
    speaks_against: bool


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a person sent about a file, as they typed it."""

    action: str
    case: str
    identity: Identity
    reason: str
    despite: bool
    password: str


@router.get("/holds")
def show_all(
    request: Request, desk: TheDesk, person: Settler, after: Annotated[int, Query(ge=0)] = 0
) -> Response:
    """Every file from which nothing is concluded, the oldest first, a page at a time."""
    files = _seen_by(desk, person, desk.store.files_in(*_LISTED))
    states = {each.value: sum(one.state is each for one in files) for each in _LISTED}
    return page(
        request,
        "holds.html",
        files=[(each, _age(desk, each)) for each in files[after : after + PER_PAGE]],
        states=states,
        after=after,
        total=len(files),
        per_page=PER_PAGE,
        entries=desk.store.entries(*EntryState) if person.scope is None else (),
    )


@router.get("/holds/{sha256}")
def show(request: Request, desk: TheDesk, person: Settler, sha256: str) -> Response:
    """One file: why it waits, what it says of whose it is, and the cases it may belong to."""
    return _page(request, desk, _reached(desk, person, sha256))


@router.get("/holds/{sha256}/original")
def original(request: Request, desk: TheDesk, person: Settler, sha256: str) -> Response:
    """The file as it came in, to be saved: a person must read what no reader can."""
    file = _reached(desk, person, sha256)
    return attachment(request, file.sha256, file.file)


@router.post("/holds/{sha256}")
def settle(  # noqa: PLR0913, PLR0917 - a form's fields
    request: Request,
    desk: TheDesk,
    person: Settler,
    sha256: str,
    action: Word,
    case: Word = "",
    other: Word = "",
    mrn: Word = "",
    assigning_authority: Word = "",
    name: Word = "",
    dob: Word = "",
    accession: Word = "",
    specimen_id: Word = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
    despite: Word = "",
    password: Annotated[str, Form(max_length=1024)] = "",
) -> Response:
    """Do with a file what a person says, or say why that cannot be."""
    file = _reached(desk, person, sha256)
    if action == "again":
        desk.store.read_again(sha256, by=person.id)
        return RedirectResponse(f"/holds/{sha256}", status_code=303)
    born = _day(dob)
    said = Said(
        action=action,
        case=(other if action == "other" else case).strip(),
        identity=Identity(
            mrn=mrn.strip() or None,
            assigning_authority=assigning_authority.strip() or None,
            name=name.strip() or None,
            dob=born,
            accession=accession.strip() or None,
            specimen_id=specimen_id.strip() or None,
        ),
        reason=reason.strip(),
        despite=bool(despite),
        password=password,
    )
    problem = "A date is written such as 2026-03-14." if dob.strip() and born is None else None
    status, problem = (422, problem) if problem else _settled(request, desk, person, file, said)
    if problem is not None:
        return _page(request, desk, file, problem=problem, said=said, status=status)
    return RedirectResponse(f"/holds/{sha256}", status_code=303)


def _settled(
    request: Request, desk: Desk, person: Person, file: FileRow, said: Said
) -> tuple[int, str | None]:
    """Do it; the status and the sentence of what hinders it."""
    if said.action not in _ACTIONS:
        return 422, "Say what is to be done with the file."
    if not said.reason:
        return 422, "Say why: the reason is kept with the file."
    if said.action in _TO_CASE:
        if not said.case:
            return 422, "Choose the case."
        reachable(desk, person, said.case)
    if said.despite and not _is_proved(request, desk, person, said.password):
        return 401, _PROVE
    try:
        decided(desk, _resolution(desk, person, file, said))
    except (IdentityError, InputError) as error:
        told = str(error).partition("; say so knowingly")[0]
        return 409, f"{told[:1].upper()}{told[1:]}."
    except AlreadyRunningError:
        return 503, _BUSY
    return 303, None


def _is_proved(request: Request, desk: Desk, person: Person, password: str) -> bool:
    if not is_local(desk, person):
        return proved(request, desk)
    return prove(desk, request, person, password)


def _resolution(desk: Desk, person: Person, file: FileRow, said: Said) -> Resolution:
    return Resolution(
        report_id=file.sha256,
        action=_ACTIONS[said.action],
        resolved_by=person.id,
        resolved_at=desk.now(),
        reason=said.reason,
        case_id=said.case if said.action in _TO_CASE else None,
        identity=said.identity,
        despite_conflict=said.despite,
    )


def _reached(desk: Desk, person: Person, sha256: str) -> FileRow:
    """The file; 404 if it is unknown or not theirs to see. The look is noted in the audit."""
    found = _seen_by(desk, person, desk.store.files_of([sha256]).values())
    if not found:
        raise HTTPException(404, "There is no such file, or it is not one of yours.")
    desk.store.record_read(person.id, opaque(sha256))
    return found[0]


def _seen_by(desk: Desk, person: Person, files: Iterable[FileRow]) -> list[FileRow]:
    """Those of a person's authorities; without a scope all, also those that name none."""
    every = list(files)
    if person.scope is None:
        return every
    places = desk.store.places_of(each.sha256 for each in every)
    own = {each.sha256 for each in places if person.sees(each.identity.assigning_authority)}
    return [each for each in every if each.sha256 in own]


def _page(  # noqa: PLR0913 - what it shows
    request: Request,
    desk: Desk,
    file: FileRow,
    *,
    problem: str | None = None,
    said: Said | None = None,
    status: int = 200,
) -> Response:
    again = desk.store.files_of([file.sha256])[file.sha256]
    place = next(iter(desk.store.places_of([file.sha256])), None)
    stored = next(iter(desk.store.stored_reports([file.sha256])), None)
    own = place.identity if place else Identity()
    return page(
        request,
        "hold.html",
        status=status,
        file=again,
        age=_age(desk, again),
        place=place,
        reasons=_reasons(again, place, stored.result if stored else None),
        printed=[(_NAMES[each.name], _text(own, each.name)) for each in fields(Identity)],
        candidates=_candidates(desk, place) if place else (),
        seen=_seen(stored.result) if stored else (),
        before=[
            (each, name_of(desk.store, each.resolved_by))
            for each in reversed(desk.store.resolutions(file.sha256))
        ],
        problem=problem,
        said=said,
    )


def _reasons(
    file: FileRow, place: Neighbour | None, result: ReportResult | None
) -> tuple[str, ...]:
    told = (
        place.hold if place else None,
        file.reason,
        *(result.report.reasons if result else ()),
    )
    return tuple(dict.fromkeys(each for each in told if each))


def _candidates(desk: Desk, place: Neighbour) -> tuple[Candidate, ...]:
    """The cases that share an identifier with the file, those without a contradiction first."""
    found = desk.store.neighbours([place.identity]).cases
    own = [_candidate(place.identity, each) for each in found if each.id != place.case_id]
    return tuple(sorted(own, key=lambda each: (each.speaks_against, each.case_id)))[:20]


def _candidate(here: Identity, case: StandingCase) -> Candidate:
    agree = {name for each in case.identities for name in agreements(here, each)}
    differ = {name for each in case.identities for name in conflicts(here, each)}
    compared = tuple(
        Compared(
            name=_NAMES[each.name],
            here=_text(here, each.name),
            there=_texts(case.identities, each.name),
            relation=_relation(here, case, each.name, agree, differ),
        )
        for each in fields(Identity)
    )
    return Candidate(case_id=case.id, compared=compared, speaks_against=bool(differ))


def _relation(
    here: Identity, case: StandingCase, name: str, agree: set[str], differ: set[str]
) -> str:
    if getattr(here, name) is None:
        return "not on the file"
    if not any(getattr(each, name) is not None for each in case.identities):
        return "not in the case"
    group = _GROUPS.get(name, name)
    if group in differ:
        return "differs"
    return "agrees" if group in agree else "another one"


def _seen(result: ReportResult) -> tuple[tuple[str, str, str], ...]:
    """What could be read of it, of which nothing is concluded: marker, status, words."""
    return tuple(
        (state.marker.label, state.status.value, state.detail)
        for state in result.markers.values()
        if state.status is not Status.NOT_ASSESSED
    )


def _text(identity: Identity, name: str) -> str:
    value = getattr(identity, name)
    return "" if value is None else str(value)


def _texts(identities: Iterable[Identity], name: str) -> str:
    return ", ".join(dict.fromkeys(filter(None, (_text(each, name) for each in identities))))


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


def _age(desk: Desk, file: FileRow) -> str:
    hours = (desk.now() - file.first_seen).total_seconds() / 3600
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{max(hours, 0):.0f} hours"
