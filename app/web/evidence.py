"""A finding of a report in, the very words it rests on out: a page, a line, or the whole original.

Everything is found by ids: no name of a file leads to a file. What a report prints is shown as
text; the original leaves as an attachment that a browser does not open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import Response

from app.web.address import CaseId, case_path, report_of, report_word
from app.web.desk import Desk, TheDesk
from app.web.gallery import gallery
from app.web.guard import needs
from app.web.judging import reads
from app.web.original import attachment, sentence
from app.web.page import page
from app.web.places import where
from app.web.reach import reachable
from app.web.rights import Permission, Person
from exchange.wording import named, seen_words
from parsers.vcf_excerpt import Excerpt, Field
from pipeline.errors import UnreadableError
from pipeline.model import Basis, FileKind, Finding, Observation
from store.audit import opaque
from store.rows import observed
from store.stored import Stored

router = APIRouter()
Viewer = Annotated[Person, needs(Permission.SEE_EVIDENCE)]
Ordinal = Annotated[int, Path(ge=0, le=1_000_000)]
_BASIS = {
    Basis.EXPLICIT: "printed",
    Basis.INFERRED_FROM_PANEL: "inferred from the panel",
    Basis.DEFAULT: "by default",
}
_LONGEST = 2_000
"""Letters of a text that stand on the page; the rest unfolds."""


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """One observation of a report of the case, and the findings that rest on it."""

    stored: Stored
    seen: Observation
    findings: tuple[Finding, ...]


@router.get("/case/{case_id}/evidence/{report_id}/{ordinal}")
def show(  # noqa: PLR0913, PLR0917 - the parts of its path
    request: Request,
    desk: TheDesk,
    person: Viewer,
    case_id: CaseId,
    report_id: str,
    ordinal: Ordinal,
) -> Response:
    """The printed words beside what was concluded from them."""
    reachable(desk, person, case_id)
    found = _exhibit(desk, case_id, report_id, ordinal)
    line, problem = _line(request, found)
    text = found.seen.source.text
    return page(
        request,
        "evidence.html",
        seen=found.seen,
        report=found.stored.result.report,
        names=[(named(each.marker, each.detail), seen_words(each)) for each in found.findings],
        where=where(found.seen).removeprefix(", "),
        facts=tuple(_facts(found.seen)),
        text=text[:_LONGEST],
        rest=text[_LONGEST:],
        line=line,
        columns=tuple(_columns(line)) if line else (),
        problem=problem,
        has_picture=_has_picture(found.seen),
        case_path=case_path(case_id),
        original=f"{case_path(case_id)}/original/{report_word(report_id)}",
        here=request.url.path.rstrip("/"),
        stale=desk.store.is_stale(case_id),
        correct=_correction(desk, case_id, found) if person.may(Permission.CORRECT) else None,
    )


@router.get("/case/{case_id}/evidence/{report_id}/{ordinal}/page.png")
def whole(  # noqa: PLR0913, PLR0917 - the parts of its path
    request: Request,
    desk: TheDesk,
    person: Viewer,
    case_id: CaseId,
    report_id: str,
    ordinal: Ordinal,
) -> Response:
    """The page of the report, the words framed."""
    reachable(desk, person, case_id)
    return _picture(request, _exhibit(desk, case_id, report_id, ordinal), whole=True)


@router.get("/case/{case_id}/evidence/{report_id}/{ordinal}/crop.png")
def crop(  # noqa: PLR0913, PLR0917 - the parts of its path
    request: Request,
    desk: TheDesk,
    person: Viewer,
    case_id: CaseId,
    report_id: str,
    ordinal: Ordinal,
) -> Response:
    """The lines around the words, the words framed."""
    reachable(desk, person, case_id)
    return _picture(request, _exhibit(desk, case_id, report_id, ordinal), whole=False)


@router.get("/case/{case_id}/original/{report_id}")
def original(
    request: Request, desk: TheDesk, person: Viewer, case_id: CaseId, report_id: str
) -> Response:
    """The bytes as they came in, to be saved; refused if they are no longer the same."""
    reachable(desk, person, case_id)
    report = _stored(desk, case_id, report_id).result.report
    made = attachment(request, report.sha256, report.file)
    desk.store.record_read(person.id, opaque(report_id))
    return made


def _picture(request: Request, found: Exhibit, *, whole: bool) -> Response:
    try:
        made = gallery(request).picture(found.seen.source, whole=whole)
    except UnreadableError as error:
        raise HTTPException(404, sentence(error)) from None
    return Response(made, media_type="image/png")


def _exhibit(desk: Desk, case_id: str, report_id: str, ordinal: int) -> Exhibit:
    found = _stored(desk, case_id, report_id)
    seen = observed(found.result)
    if ordinal >= len(seen):
        raise HTTPException(404, "The report has no such finding.")
    behind = tuple(each for each in found.result.findings if seen[ordinal] in each.observations)
    return Exhibit(stored=found, seen=seen[ordinal], findings=behind)


def _stored(desk: Desk, case_id: str, report_id: str) -> Stored:
    """A report of this very case: the case alone was asked whether it may be seen."""
    named = report_of(report_id, case_id)
    for each in desk.store.stored_reports([named] if named.isprintable() else []):
        if each.case_id == case_id:
            return each
    raise HTTPException(404, "There is no such report in this case.")


def _correction(desk: Desk, case_id: str, found: Exhibit) -> str | None:
    """The path of the form that judges this reading; None for what people typed."""
    own = found.stored.report_id, found.seen.marker
    key = next((e.key for e in reads(desk.store, case_id) if (e.report_id, e.marker) == own), None)
    return f"{case_path(case_id)}/correct?entry={key}" if key else None


def _line(request: Request, found: Exhibit) -> tuple[Excerpt | None, str | None]:
    """The line of a VCF with its fields, or the sentence why it cannot be shown."""
    if found.stored.result.report.kind is not FileKind.VCF or found.seen.source.line is None:
        return None, None
    try:
        return gallery(request).line(found.seen.source), None
    except UnreadableError as error:
        return None, sentence(error)


def _columns(line: Excerpt) -> Iterator[tuple[str | None, tuple[Field, ...]]]:
    """The fields of the variant, then those of each sample."""
    for sample in dict.fromkeys(each.sample for each in line.fields):
        yield sample, tuple(each for each in line.fields if each.sample == sample)


def _has_picture(seen: Observation) -> bool:
    return seen.source.page is not None and seen.source.bbox is not None


def _facts(seen: Observation) -> Iterator[tuple[str, str]]:
    """What was read of the words, field by field; what was not stated is left out."""
    stated = (
        ("Marker", seen.marker.label),
        ("Gene", seen.gene),
        ("In its words", seen.alteration),
        ("Status", seen.status.value.replace("_", " ")),
        ("Basis", _BASIS[seen.basis]),
        ("Significance", seen.significance.value.replace("_", " ")),
        ("Origin", seen.origin.value),
        ("Examined in", seen.analyte),
        ("Specimen", seen.specimen),
        ("Transcript", seen.transcript),
        ("HGVS c.", seen.hgvs_c),
        ("Genomic", seen.genomic),
        ("VAF", None if seen.vaf is None else f"{seen.vaf:.1%}"),
        ("Reads", seen.depth),
        ("Copies", None if seen.copies is None else f"{seen.copies:g}"),
        ("Value", None if seen.value is None else f"{seen.value:g} {seen.unit or ''}".strip()),
        ("Note", seen.note),
        ("Read by", seen.source.reader),
    )
    for name, value in stated:
        if value is not None and value != "unknown":
            yield name, str(value)
