"""A case in, the form of its clinical context out; what is stated there is kept and acted on.

The fields, their words and their units stand in `data/context.csv`; what may be written is what
`patients.csv` takes. Empty is "not stated", never "no".
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.reviewed import name_of
from app.web.address import CaseId, case_path
from app.web.again import LATER, made_again
from app.web.desk import Desk, TheDesk
from app.web.guard import needs
from app.web.page import page
from app.web.reach import reachable
from app.web.rights import Permission, Person
from pipeline import sheets
from pipeline.codec import plain, to_json
from pipeline.context import Origin, applied, difference, disputed, held, words
from pipeline.errors import InputError, StoreError
from pipeline.patient import Patient
from pipeline.tables import packaged, rows
from store.contexts import Statement

router = APIRouter()
Editor = Annotated[Person, needs(Permission.EDIT_CONTEXT)]
Texts = Annotated[list[str] | None, Form(max_length=200)]
_PLACE = re.compile(r"row 2, column (\w+): ")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One field of the form with what stands in it; *choices* empty where it is typed."""

    field: str
    label: str
    unit: str
    hint: str
    choices: tuple[str, ...]
    typed: str


@router.get("/case/{case_id}/context")
def show(
    request: Request, desk: TheDesk, person: Editor, case_id: CaseId, kept: str = ""
) -> Response:
    """What is stated of the patient, to be changed, and everything that was stated before."""
    reachable(desk, person, case_id)
    told = LATER if kept == "later" and desk.store.is_stale(case_id) else None
    return _page(request, desk, case_id, told=told)


@router.post("/case/{case_id}/context")
def change(  # noqa: PLR0913, PLR0917 - a form's fields
    request: Request,
    desk: TheDesk,
    person: Editor,
    case_id: CaseId,
    seen: Annotated[int, Form(ge=0, le=1_000_000)],
    reason: Annotated[str, Form(max_length=2000)] = "",
    field: Texts = None,
    value: Texts = None,
) -> Response:
    """Keep what is stated, and make the case again at once, or let the night do it."""
    reachable(desk, person, case_id)
    typed = dict(zip(field or (), value or (), strict=False))
    try:
        after = _read(typed)
    except InputError as error:
        return _page(request, desk, case_id, problem=_told(error), typed=typed, status=422)
    fields = difference(_now(desk, case_id), after)
    if not fields:
        told = "Nothing was changed."
        return _page(request, desk, case_id, problem=told, typed=typed, status=422)
    try:
        desk.store.state(
            Statement(
                case_id=case_id,
                origin=Origin.PAGE,
                fields=fields,
                changed_by=person.id,
                changed_at=desk.now(),
                reason=reason.strip(),
                seen=seen,
                actor=person.id,
            )
        )
    except InputError:
        told = "Say why: the reason is kept with the change."
        return _page(request, desk, case_id, problem=told, typed=typed, status=422)
    except StoreError as error:
        if error.code != "stale_context":
            raise
        return _page(request, desk, case_id, problem=_told(error), status=409)
    done = made_again(desk, case_id)
    return RedirectResponse(
        case_path(case_id) if done else f"{case_path(case_id)}/context?kept=later", 303
    )


def _now(desk: Desk, case_id: str) -> Patient:
    """The context that holds: the one of the last interpretation, and what was stated since."""
    changes = desk.store.context_changes([case_id])
    return applied(desk.store.patient(case_id) or Patient(), held(changes))


def _read(typed: Mapping[str, str]) -> Patient:
    """A form as a patient, through the very reader of `patients.csv`; `InputError`."""
    listed = {row["field"]: typed.get(row["field"], "") for row in _rows()}
    written = io.StringIO()
    csv.writer(written).writerows([list(listed), list(listed.values())])
    (found,) = sheets.patients(written.getvalue()) or (Patient(),)
    return found


def _told(error: Exception) -> str:
    told = _PLACE.sub(lambda at: f"{_label(at.group(1))}: ", str(error))
    return f"{told[:1].upper()}{told[1:]}."


def _label(field: str) -> str:
    return next((row["label"] for row in _rows() if row["field"] == field), field)


@cache
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(rows(packaged("app.web", "context.csv")))


def _page(  # noqa: PLR0913 - what it shows
    request: Request,
    desk: Desk,
    case_id: str,
    *,
    problem: str | None = None,
    told: str | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    changes = desk.store.context_changes([case_id])
    stands = _now(desk, case_id)
    differ = disputed(changes)
    return page(
        request,
        "context.html",
        status=status,
        case_id=case_id,
        groups=tuple(_groups(stands, typed)),
        seen=changes[-1].number if changes else 0,
        differ=[(_label(each.name), words(each.was), words(each.now)) for each in differ],
        history=[
            (
                each,
                "patients.csv"
                if each.origin is Origin.TABLE
                else name_of(desk.store, each.changed_by),
                [(_label(one.name), words(one.was), words(one.now)) for one in each.fields],
            )
            for each in reversed(changes)
        ],
        problem=problem,
        told=told,
    )


def _groups(
    stands: Patient, typed: Mapping[str, str] | None
) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    cells = plain(to_json(stands))
    for group in dict.fromkeys(row["group"] for row in _rows()):
        yield (
            group,
            tuple(
                Cell(
                    field=row["field"],
                    label=row["label"],
                    unit=row["unit"],
                    hint=row["hint"],
                    choices=tuple(filter(None, row["choices"].split(";"))),
                    typed=_cell(cells[row["field"]])
                    if typed is None
                    else typed.get(row["field"], ""),
                )
                for row in _rows()
                if row["group"] == group
            ),
        )


def _cell(value: object) -> str:
    """A value as `patients.csv` spells it; empty where it is not stated."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
