"""One interpreted case in, its rows for four tables out: the case, its markers, findings, flags.

Nobody is named in these tables: no name, no date of birth, no record number, no file name. A case
states every marker in exactly one of its four lists, so that silence is visible in a cohort.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from exchange.stated import missing, stated
from pipeline.model import Finding, Fusion, SmallVariant, Status
from pipeline.patient import Interpretation, TherapyFlag


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """One case: what it was interpreted on, and which markers have which status."""

    case: str
    as_of: date
    jurisdictions: tuple[str, ...]
    tumour_type: str | None
    tumour_is_btc: bool | None
    site: str | None
    stage: str | None
    ecog: int | None
    prior_lines: int | None
    reports: int
    flags: int
    detected: tuple[str, ...]
    indeterminate: tuple[str, ...]
    not_detected: tuple[str, ...]
    not_assessed: tuple[str, ...]
    warnings: tuple[str, ...]
    knowledge_release: str
    knowledge_sha256: str
    code_version: str


@dataclass(frozen=True, kw_only=True)
class MarkerLine:
    """The state of one marker of one case; 25 lines a case, the silent ones too."""

    case: str
    marker: str
    status: str
    basis: str
    detail: str
    value: float | None
    unit: str | None
    specimen: str | None
    conflicts: tuple[str, ...]
    order: str | None


@dataclass(frozen=True, kw_only=True)
class FindingLine:
    """One finding; *vaf* from 0 to 1, *copies* absolute, *page* and *line* count from 1."""

    case: str
    number: int
    marker: str
    gene: str | None
    status: str
    basis: str
    significance: str
    detail: str
    alteration: str | None
    hgvs_p: str | None
    hgvs_c: str | None
    transcript: str | None
    genomic: str | None
    five_prime: str | None
    three_prime: str | None
    fusion_grade: str | None
    vaf: float | None
    depth: int | None
    copies: float | None
    value: float | None
    unit: str | None
    specimen: str | None
    origin: str
    analyte: str | None
    conflicts: tuple[str, ...]
    file_sha256: str
    page: int | None
    line: int | None


@dataclass(frozen=True, kw_only=True)
class FlagLine:
    """One therapy flag with its reasons, its tiers side by side, and what is missing."""

    case: str
    marker: str
    therapy: str
    kind: str
    line: str
    jurisdiction: str
    status: str
    status_date: str | None
    amp_asco_cap: str | None
    escat: str | None
    evidence: str | None
    because: tuple[str, ...]
    cautions: tuple[str, ...]
    missing: tuple[str, ...]
    unverified: tuple[str, ...]
    findings: tuple[str, ...]
    label_scope: str | None
    figures: str | None
    source: str | None
    indication_id: str
    as_of: date
    knowledge_release: str


Line = CaseLine | MarkerLine | FindingLine | FlagLine


def case_lines(said: Interpretation) -> Iterator[CaseLine]:
    """The one line of the case."""
    case, patient = said.case, said.case.patient
    notices = (*case.notices, *(one for each in case.reports for one in each.notices))
    yield CaseLine(
        case=case.id,
        as_of=said.as_of,
        jurisdictions=tuple(each.value for each in said.jurisdictions),
        tumour_type=case.tumour_type,
        tumour_is_btc=case.tumour_is_btc,
        site=patient.site and patient.site.value,
        stage=patient.stage and patient.stage.value,
        ecog=patient.ecog,
        prior_lines=patient.prior_lines,
        reports=len(case.reports),
        flags=len(said.flags),
        detected=_having(said, Status.DETECTED),
        indeterminate=_having(said, Status.INDETERMINATE),
        not_detected=_having(said, Status.NOT_DETECTED),
        not_assessed=_having(said, Status.NOT_ASSESSED),
        warnings=tuple(dict.fromkeys(each.code for each in notices)),
        knowledge_release=said.knowledge.release,
        knowledge_sha256=said.knowledge.sha256,
        code_version=said.code_version,
    )


def marker_lines(said: Interpretation) -> Iterator[MarkerLine]:
    """One line a marker, in the order of the markers."""
    orders = {each.marker: each.order for each in said.not_assessed}
    for marker, state in said.case.markers.items():
        yield MarkerLine(
            case=said.case.id,
            marker=marker.value,
            status=state.status.value,
            basis=state.basis.value,
            detail=state.detail,
            value=state.value,
            unit=state.unit,
            specimen=state.specimen,
            conflicts=state.conflicts,
            order=orders.get(marker),
        )


def finding_lines(said: Interpretation) -> Iterator[FindingLine]:
    """One line a finding, explicit negatives and variants of unknown significance included."""
    for number, each in enumerate(said.case.findings, 1):
        yield _finding(said.case.id, number, each)


def flag_lines(said: Interpretation) -> Iterator[FlagLine]:
    """One line a flag, in the order of the interpretation."""
    for each in said.flags:
        yield _flag(said, each)


TABLES: dict[type[Line], tuple[str, Callable[[Interpretation], Iterator[Line]]]] = {
    CaseLine: ("cases", case_lines),
    MarkerLine: ("markers", marker_lines),
    FindingLine: ("findings", finding_lines),
    FlagLine: ("flags", flag_lines),
}
"""Each table: the type of its rows, its name, and how a case gives them."""


def _having(said: Interpretation, status: Status) -> tuple[str, ...]:
    states = said.case.markers.items()
    return tuple(marker.value for marker, state in states if state.status is status)


def _finding(case: str, number: int, finding: Finding) -> FindingLine:
    seen, known = finding.observations, finding.biomarker
    small = known if isinstance(known, SmallVariant) else None
    fusion = known if isinstance(known, Fusion) else None
    genomic, analyte = stated(finding, "genomic"), stated(finding, "analyte")
    place = seen[0].source
    return FindingLine(
        case=case,
        number=number,
        marker=finding.marker.value,
        gene=finding.gene,
        status=finding.status.value,
        basis=finding.basis.value,
        significance=finding.significance.value,
        detail=finding.detail,
        alteration=stated(finding, "alteration"),
        hgvs_p=small.hgvs_p if small else None,
        hgvs_c=stated(finding, "hgvs_c"),
        transcript=stated(finding, "transcript"),
        genomic=str(genomic) if genomic else None,
        five_prime=fusion.five_prime if fusion else None,
        three_prime=fusion.three_prime if fusion else None,
        fusion_grade=fusion.grade.value if fusion else None,
        vaf=stated(finding, "vaf"),
        depth=stated(finding, "depth"),
        copies=stated(finding, "copies"),
        value=stated(finding, "value"),
        unit=stated(finding, "unit"),
        specimen=finding.specimen,
        origin=seen[0].origin.value,
        analyte=analyte and analyte.value,
        conflicts=finding.conflicts,
        file_sha256=place.sha256,
        page=place.page,
        line=place.line,
    )


def _flag(said: Interpretation, flag: TherapyFlag) -> FlagLine:
    return FlagLine(
        case=said.case.id,
        marker=flag.marker.value,
        therapy=flag.therapy,
        kind=flag.kind.value,
        line=flag.line,
        jurisdiction=flag.jurisdiction.value,
        status=flag.status,
        status_date=flag.status_date,
        amp_asco_cap=flag.tiers.amp_asco_cap,
        escat=flag.tiers.escat,
        evidence=flag.tiers.evidence,
        because=flag.because,
        cautions=flag.cautions,
        missing=missing(flag),
        unverified=flag.unverified,
        findings=tuple(each.detail for each in flag.findings),
        label_scope=flag.label_scope,
        figures=flag.figures,
        source=flag.source,
        indication_id=flag.indication_id,
        as_of=said.as_of,
        knowledge_release=said.knowledge.release,
    )
