"""One case as the store holds it in, what its page shows out, in the order of a tired reader."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum

from app.courses import Beside, Course, beside, course
from app.exporting import case_sheet
from app.web.address import case_path, report_word
from app.web.digest import Digest, digest
from app.web.glance import Group, groups
from app.web.places import Place, Places
from app.web.therapies import Missed, Therapy, missed, therapies
from exchange.case_sheet import Sheet
from exchange.figures import Response
from exchange.plots import Series, fractions_over_time, responses
from exchange.stated import missing, stated
from exchange.wording import named, seen_words
from pipeline.model import Finding, Report, ReportResult, ReportStatus, Status
from pipeline.patient import Interpretation, Patient, SupersededReport
from pipeline.timeline import Track
from store.rows import report_id

_IN_HEADER = frozenset(
    ("case", "identity", "as_of", "site", "stage", "ecog", "prior_lines", "prior_agents")
)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One finding: its name, what it counts for, how much of it, and every place it stands."""

    name: str
    status: Status
    words: str
    amount: str
    origin: str
    specimen: str | None
    conflicts: tuple[str, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One report of the case; *path* leads to its original."""

    report: Report
    path: str
    standing: str


@dataclass(frozen=True, kw_only=True)
class Folio:
    """Everything on the page of a case; *asks* is what nobody stated and a flag waits for."""

    said: Interpretation
    sheet: Sheet
    brief: Digest
    asks: tuple[str, ...]
    context: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    therapies: tuple[Therapy, ...]
    missed: tuple[Missed, ...]
    filtered: tuple[str, ...]
    rates: str | None
    findings: tuple[Shown, ...]
    negatives: tuple[Shown, ...]
    papers: tuple[Paper, ...]
    superseded: tuple[SupersededReport, ...]
    beside: Beside
    course: Course | None
    fractions: str | None

    @property
    def name(self) -> str:
        """Who it is, as people call them."""
        return dict(self.sheet.who)["Name"]


def folio(said: Interpretation) -> Folio:
    """The page of one case; nothing is concluded here."""
    case = said.case
    places = Places(case.id, case.reports)
    shown = case_sheet(said)
    flagged = therapies(shown, places)
    run = course(case)
    findings = [_shown(each, places) for each in case.findings]
    return Folio(
        said=said,
        sheet=shown,
        brief=digest(shown),
        asks=tuple(dict.fromkeys(one for flag in said.flags for one in missing(flag))),
        context=tuple(_context(case.patient)),
        groups=groups(case.markers, places),
        therapies=flagged,
        missed=missed(shown),
        filtered=tuple(_filtered(case.reports)),
        rates=responses(_rates(flagged)),
        findings=tuple(each for each in findings if each.status is not Status.NOT_DETECTED),
        negatives=tuple(each for each in findings if each.status is Status.NOT_DETECTED),
        papers=tuple(_paper(each.report, case.id) for each in case.reports),
        superseded=case.superseded,
        beside=beside(case),
        course=run,
        fractions=fractions_over_time(_series(run.tracks)) if run else None,
    )


def _shown(finding: Finding, places: Places) -> Shown:
    vaf, depth, copies = (stated(finding, name) for name in ("vaf", "depth", "copies"))
    amounts = (
        f"VAF {vaf:.1%}" if vaf is not None else "",
        f"{depth} reads" if depth is not None else "",
        f"{copies:g} copies" if copies is not None else "",
    )
    origin = finding.observations[0].origin.value
    found = (places.of(each) for each in finding.observations)
    return Shown(
        name=named(finding.marker, finding.detail),
        status=finding.status,
        words=seen_words(finding),
        amount=", ".join(each for each in amounts if each),
        origin="" if origin == "unknown" else origin,
        specimen=finding.specimen,
        conflicts=finding.conflicts,
        places=tuple(each for each in found if each),
    )


def _context(patient: Patient) -> Iterator[tuple[str, str]]:
    """Every stated fact that the header has no room for."""
    for each in fields(patient):
        value = getattr(patient, each.name)
        if value is not None and each.name not in _IN_HEADER:
            yield each.name.replace("_", " "), _said(value)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return value.isoformat() if isinstance(value, date) else str(value)


def _paper(report: Report, case_id: str) -> Paper:
    key = report_word(report_id(report, case_id))
    version = f"version {report.version}" if report.version > 1 else ""
    reported = f"reported {report.reported}" if report.reported else "day not stated"
    proof = "" if report.completeness.proven else "not proven complete"
    failed = "no result" if report.status is ReportStatus.FAILED else ""
    parts = (report.status.value, version, reported, proof, failed)
    return Paper(
        report=report,
        path=f"{case_path(case_id)}/original/{key}",
        standing=", ".join(each for each in parts if each),
    )


def _filtered(reports: Sequence[ReportResult]) -> Iterator[str]:
    """Known changes that a filter of the laboratory removed: no findings, and near misses."""
    for each in reports:
        for one in each.report.notices:
            if one.code == "known_allele_filtered":
                yield f"{each.report.file}: {one.message}"


def _rates(flagged: Sequence[Therapy]) -> list[tuple[str, Response]]:
    once = {each.said.therapy: each.rate for each in flagged if each.rate}
    return list(once.items())


def _series(tracks: Sequence[Track]) -> list[Series]:
    return [
        Series(
            name=named(each.marker, each.subject or ""),
            points=tuple((one.step.day, one.vaf) for one in each.points if one.step.day),
        )
        for each in tracks
        if each.subject is not None
    ]
