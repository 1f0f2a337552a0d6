"""A reading and a person's judgement in, the judgement kept and the case made again out.

What was misread is told on top of the case from then on, and nothing is suggested from it.
"""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from app.fixtures import fixture
from app.reviewed import name_of
from app.web.address import CaseId, case_path
from app.web.again import made_again
from app.web.desk import Desk, TheDesk
from app.web.guard import needs
from app.web.judging import Read, judgements, reads
from app.web.page import page
from app.web.reach import reachable
from app.web.rights import Permission, Person
from pipeline.errors import InputError
from pipeline.model import Status

router = APIRouter()
Corrector = Annotated[Person, needs(Permission.CORRECT)]
Text = Annotated[str, Form(max_length=2000)]
Texts = Annotated[list[str] | None, Form()]
_GONE = "This report has been read anew, or has left the case: look at what stands now."


@router.get("/case/{case_id}/correct")
def show(
    request: Request, desk: TheDesk, person: Corrector, case_id: CaseId, entry: str = ""
) -> Response:
    """Everything that was read for a case; the form of one reading if *entry* names it."""
    reachable(desk, person, case_id)
    return _page(request, desk, case_id, entry=entry)


@router.post("/case/{case_id}/correct")
def judge(  # noqa: PLR0913, PLR0917 - a form's fields
    request: Request,
    desk: TheDesk,
    person: Corrector,
    case_id: CaseId,
    entry: Text,
    verdict: Text,
    field: Texts = None,
    should: Texts = None,
    reason: Text = "",
) -> Response:
    """Keep a judgement, and make the case again."""
    reachable(desk, person, case_id)
    found = next((each for each in reads(desk.store, case_id) if each.key == entry), None)
    if found is None:
        return _page(request, desk, case_id, problem=_GONE, status=409)
    wanted = {
        name: value.strip()[:200]
        for name, value in zip(field or (), should or (), strict=False)
        if value.strip()
    }
    problem = _refusal(verdict, wanted)
    if problem is None:
        problem = _kept(desk, person, case_id, found, wanted, reason)
    if problem is not None:
        return _page(request, desk, case_id, entry=entry, problem=problem, status=422)
    made_again(desk, case_id)
    return RedirectResponse(f"{case_path(case_id)}/correct", status_code=303)


@router.get("/case/{case_id}/fixture/{correction_id}")
def save(desk: TheDesk, person: Corrector, case_id: CaseId, correction_id: str) -> Response:
    """One correction as a file for the tests of its reader: never a page of the report."""
    reachable(desk, person, case_id)
    found = next(
        (
            each
            for each in desk.store.corrections(case_id)
            if each.key == correction_id and not each.is_right
        ),
        None,
    )
    if found is None:
        raise HTTPException(404)
    name, text = fixture(found)
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="application/json", headers=told)


def _refusal(verdict: str, wanted: dict[str, str]) -> str | None:
    if verdict not in {"right", "wrong"}:
        return "Say whether it was read rightly."
    if verdict == "right" and wanted:
        return "You typed what it should be: choose “wrong”, or empty it."
    if verdict == "wrong" and not wanted:
        return "Say what it should be."
    return None


def _kept(  # noqa: PLR0913, PLR0917 - who says what of which reading
    desk: Desk, person: Person, case_id: str, read: Read, wanted: dict[str, str], reason: str
) -> str | None:
    try:
        judged = judgements(
            read,
            wanted,
            case_id=case_id,
            by=person.id,
            at=desk.now(),
            reason=reason.strip() or None,
        )
        desk.store.correct(judged, actor=person.id)
    except InputError as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}."
    return None


def _page(  # noqa: PLR0913 - what it shows
    request: Request,
    desk: Desk,
    case_id: str,
    *,
    entry: str = "",
    problem: str | None = None,
    status: int = 200,
) -> Response:
    every = reads(desk.store, case_id)
    judged = desk.store.corrections(case_id)
    open_ = {each.key for each in desk.store.misread([case_id])}
    return page(
        request,
        "correct.html",
        status=status,
        case_id=case_id,
        reads=[each for each in every if each.status is not Status.NOT_ASSESSED],
        silent=[each for each in every if each.status is Status.NOT_ASSESSED],
        chosen=next((each for each in every if each.key == entry), None),
        statuses=[each.value for each in Status],
        judged=[(each, name_of(desk.store, each.judged_by)) for each in reversed(judged)],
        open=open_,
        stale=desk.store.is_stale(case_id),
        problem=problem,
    )
