"""A case in, what leaves the house of it out: a page to print, PDF, FHIR, tables (R23)."""

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from app.exporting import case_sheet
from app.reviewed import instead, is_signed, name_of, replaced, signature
from app.web.address import CaseId
from app.web.case import interpreted
from app.web.desk import Desk, TheDesk
from app.web.guard import needs
from app.web.reach import reachable
from app.web.rights import Permission, Person
from exchange.case_page import html, pdf
from exchange.case_sheet import Sheet
from exchange.csv_tables import ENCODING, CsvTable
from exchange.fhir import bundle
from exchange.tabular import TABLES
from pipeline.errors import InputError
from pipeline.patient import Interpretation
from store.audit import case_token

router = APIRouter()
Taker = Annotated[Person, needs(Permission.EXPORT)]
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_EPOCH = (1980, 1, 1, 0, 0, 0)


@router.get("/case/{case_id}/print")
def printed(desk: TheDesk, person: Taker, case_id: CaseId) -> Response:
    """The page of the case as it is printed, to be printed by the browser."""
    reachable(desk, person, case_id)
    drawn = html(_sheet(desk, case_id))
    desk.store.record_export(person.id, case_token(case_id), "print")
    # Its style stands in it, so that it can be saved alone: this very style may be used.
    styles = (hashlib.sha256(each.encode()).digest() for each in _STYLE.findall(drawn))
    allowed = " ".join(f"'sha256-{base64.b64encode(each).decode()}'" for each in styles)
    policy = f"default-src 'none'; style-src {allowed}; frame-ancestors 'none'"
    return Response(
        drawn,
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": policy},
    )


@router.get("/case/{case_id}/page.pdf")
def as_pdf(desk: TheDesk, person: Taker, case_id: CaseId) -> Response:
    """The same page as PDF."""
    reachable(desk, person, case_id)
    shown = _sheet(desk, case_id)
    made = _made(lambda: pdf(shown))
    return _taken(desk, person, case_id, made, "pdf", "application/pdf")


@router.get("/case/{case_id}/fhir.json")
def as_fhir(desk: TheDesk, person: Taker, case_id: CaseId) -> Response:
    """The FHIR R4 bundle of the case, checked against its models."""
    reachable(desk, person, case_id)
    said = interpreted(desk, case_id)
    before = desk.store.past(case_id)
    # Whoever reads the bundle alone would take for signed what was changed by hand.
    as_said = not replaced(before, desk.store.given(case_id))
    signed = is_signed(before) and as_said and not desk.store.is_stale(case_id)
    made = _made(lambda: bundle(said, signed=signed))
    return _taken(desk, person, case_id, made, "fhir.json", "application/fhir+json")


@router.get("/case/{case_id}/tables.zip")
def as_tables(desk: TheDesk, person: Taker, case_id: CaseId) -> Response:
    """The four tables of the case, with cells that no spreadsheet takes for a formula."""
    reachable(desk, person, case_id)
    made = _tables(interpreted(desk, case_id))
    return _taken(desk, person, case_id, made, "tables.zip", "application/zip")


def _sheet(desk: Desk, case_id: str) -> Sheet:
    said = interpreted(desk, case_id)

    def called(reviewer: str) -> str:
        return name_of(desk.store, reviewer)

    before = desk.store.past(case_id)
    changed = replaced(before, desk.store.given(case_id))
    return case_sheet(
        said,
        stale=desk.store.is_stale(case_id),
        signed=f"{signature(before, called)}{instead(changed)}",
    )


def _made(make: Callable[[], bytes]) -> bytes:
    try:
        return make()
    except InputError as error:
        # A library that draws or checks it is not installed here.
        told = f"{error}."
        raise HTTPException(501, f"{told[0].upper()}{told[1:]}") from None


def _tables(said: Interpretation) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for row, (name, lines) in TABLES.items():
            out = io.StringIO(newline="")
            CsvTable(out, row).write(list(lines(said)))
            # The same case gives the same bytes: no clock in them.
            entry = zipfile.ZipInfo(f"{name}.csv", date_time=_EPOCH)
            packed.writestr(entry, out.getvalue().encode(ENCODING), zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _taken(  # noqa: PLR0913, PLR0917 - who takes what of which case
    desk: Desk, person: Person, case_id: str, made: bytes, what: str, kind: str
) -> Response:
    """A file to be saved; its name is of letters that say nothing of the patient."""
    token = case_token(case_id)
    desk.store.record_export(person.id, token, what)
    name = f"case-{token[:12]}.{what}"
    return Response(
        made,
        media_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
