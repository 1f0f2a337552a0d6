"""The id of a case in, its page out: what is urgent, what is missing, what is said, and why."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from app.reviewed import name_of, replaced
from app.web.address import CaseId
from app.web.desk import Desk, TheDesk
from app.web.folio import folio
from app.web.guard import needs
from app.web.page import page
from app.web.reach import reachable
from app.web.rights import Permission, Person
from app.web.standing import chapters, standing
from pipeline.errors import InputError
from pipeline.patient import Interpretation

router = APIRouter()
_NOTHING = "Nothing has been concluded in this case yet: its reports wait for the next night."


@router.get("/case/{case_id}")
def show(
    request: Request,
    desk: TheDesk,
    person: Annotated[Person, needs(Permission.SEE_CASES)],
    case_id: CaseId,
) -> Response:
    """The page of one case."""
    reachable(desk, person, case_id)
    said = interpreted(desk, case_id)
    before = desk.store.past(case_id)

    def called(reviewer: str) -> str:
        return name_of(desk.store, reviewer)

    return page(
        request,
        "case.html",
        folio=folio(said),
        stale=desk.store.is_stale(case_id),
        standing=standing(before, called),
        chapters=chapters(before, called),
        changed=replaced(before, desk.store.given(case_id)),
        may={each.value for each in Permission if person.may(each)},
    )


def interpreted(desk: Desk, case_id: str) -> Interpretation:
    """What is said of the case now; `HTTPException` 404 if nothing is yet."""
    try:
        return desk.store.case(case_id)
    except InputError:
        raise HTTPException(404, _NOTHING) from None
