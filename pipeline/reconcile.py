"""The current results of one patient in, their `Case` out: every marker over all reports.

Strategy (design section 11): results are compared specimen by specimen first. One specimen on
which reports disagree is indeterminate and shows both sides (R81); specimens that differ make a
marker detected, "differs by specimen". A case is negative only if an adequate report is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.coverage import dna_only, low_adequacy
from pipeline.findings import merged
from pipeline.model import (
    AlterationClass,
    Analyte,
    Basis,
    Finding,
    Marker,
    MarkerState,
    Notice,
    Report,
    ReportResult,
    ReportStatus,
    Status,
)
from pipeline.normalise import derived
from pipeline.patient import Case, Patient, Site
from pipeline.specimens import NOT_NAMED, Specimens, specimen_of, specimens_of
from pipeline.states import by_specimen, over_specimens
from pipeline.tumours import is_biliary


@dataclass(frozen=True, kw_only=True)
class _Opinion:
    """What one report says of a marker in one specimen; *weak* is why its negative is not firm."""

    report: Report
    state: MarkerState
    weak: str | None


def reconcile(case_id: str, patient: Patient, results: Sequence[ReportResult]) -> Case:
    """All reports of a patient as one case; superseded versions are left out and named."""
    current, superseded = _current(results)
    places = specimens_of([each.report for each in current])
    markers = {marker: _marker(marker, current, places) for marker in Marker}
    tumour_type, is_btc, about_tumour = _tumour(patient, [each.report for each in current])
    return Case(
        id=case_id,
        patient=patient,
        reports=tuple(current),
        markers=markers,
        findings=merged(each for result in current for each in _placed(result, places)),
        tumour_type=tumour_type,
        tumour_is_btc=is_btc,
        notices=(
            *superseded,
            *about_tumour,
            *_about_conflicts(markers),
            *_about_age(patient, [each.report for each in current]),
            *derived(markers),
        ),
    )


def _current(results: Sequence[ReportResult]) -> tuple[list[ReportResult], tuple[Notice, ...]]:
    """The reports that count: each file once, and no version that a later one replaces."""
    once = list({each.report.sha256: each for each in results}.values())
    current = [each for each in once if not any(_replaces(other, each) for other in once)]
    old = len(once) - len(current)
    told = f"{old} superseded report version(s) left out"
    return current, (Notice(code="superseded", message=told),) if old else ()


def _replaces(newer: ReportResult, older: ReportResult) -> bool:
    """Whether one report is a later version of the other: same order, and it speaks of as much."""
    new, old = newer.report, older.report
    if new.accession is None or not new.status.is_read or _order(new) != _order(old):
        return False
    later = new.version > old.version or (
        new.version == old.version
        and new.status is ReportStatus.AMENDED
        and old.status is not ReportStatus.AMENDED
    )
    return later and _assessed(older) <= _assessed(newer)


def _order(report: Report) -> tuple[object, ...]:
    return report.kind, report.vendor, report.assay, report.accession


def _assessed(result: ReportResult) -> set[Marker]:
    states = result.markers.items()
    return {marker for marker, each in states if each.status is not Status.NOT_ASSESSED}


def _placed(result: ReportResult, places: Specimens) -> list[Finding]:
    """The findings under the names that the whole case uses for their specimens."""
    report = result.report
    return [
        replace(each, specimen=_name(places.label(report, each.specimen)))
        for each in result.findings
    ]


def _name(label: str) -> str | None:
    return None if label == NOT_NAMED else label


def _marker(marker: Marker, results: Sequence[ReportResult], places: Specimens) -> MarkerState:
    """One marker over all reports: within each specimen first, then over the specimens."""
    opinions: dict[str, list[_Opinion]] = {}
    for result in results:
        for label, opinion in _opinions(marker, result, places):
            opinions.setdefault(label, []).append(opinion)
    states = {label: _agreed(marker, each, label) for label, each in opinions.items()}
    spoken = {
        label: each for label, each in states.items() if each.status is not Status.NOT_ASSESSED
    }
    if not states:
        return MarkerState(
            marker=marker,
            status=Status.NOT_ASSESSED,
            basis=Basis.DEFAULT,
            detail="no report was read",
        )
    if len(spoken) < 2:
        label, only = next(iter((spoken or states).items()))
        return replace(only, by_specimen={label: only.status} if spoken else {})
    return _over(marker, spoken)


def _opinions(
    marker: Marker, result: ReportResult, places: Specimens
) -> Iterable[tuple[str, _Opinion]]:
    report = result.report
    placed = by_specimen(marker, report, result.findings, report.covered)
    for name, state in placed.items():
        label = places.label(report, name)
        own = tuple(
            replace(each, specimen=_name(places.label(report, each.specimen)))
            for each in state.findings
        )
        specimen = specimen_of(report, name, state.findings)
        weak = (
            *low_adequacy(marker, report, report.covered, specimen),
            *dna_only(marker, state.findings),
        )
        yield (
            label,
            _Opinion(
                report=report,
                state=replace(state, findings=own, specimen=_name(label)),
                weak=weak[0].message if weak else None,
            ),
        )


def _agreed(marker: Marker, opinions: Sequence[_Opinion], label: str) -> MarkerState:
    """What the reports on one specimen say together."""
    positive = [each for each in opinions if each.state.status is Status.DETECTED]
    negative = [each for each in opinions if each.state.status is Status.NOT_DETECTED]
    conflicts = tuple(
        f"{_who(yes.report)}: {yes.state.detail}; {_who(no.report)}: {no.state.detail}"
        for yes in positive
        for no in negative
        if _contradict(yes, no)
    )
    chosen = positive or _open(opinions) or _firm(negative) or negative or _unsure(opinions)
    leading = (chosen or list(opinions))[0].state
    status, detail = leading.status, _details(chosen or opinions)
    if conflicts:
        status, detail = Status.INDETERMINATE, f"reports disagree on {label}"
    elif chosen is negative and negative:
        status, detail = Status.INDETERMINATE, f"{detail}; {negative[0].weak}"
    return replace(
        leading,
        marker=marker,
        status=status,
        detail=detail,
        findings=merged(found for each in opinions for found in each.state.findings),
        conflicts=(*conflicts, *(told for each in opinions for told in each.state.conflicts)),
        by_specimen={},
    )


def _open(opinions: Sequence[_Opinion]) -> list[_Opinion]:
    """Results printed as open: equivocal, in conflict, of low coverage. A negative is no answer."""
    unsure = [each for each in opinions if each.state.status is Status.INDETERMINATE]
    return [each for each in unsure if each.state.basis is Basis.EXPLICIT]


def _firm(negative: Sequence[_Opinion]) -> list[_Opinion]:
    return [each for each in negative if each.weak is None]


def _unsure(opinions: Sequence[_Opinion]) -> list[_Opinion]:
    """Silence of an inadequate specimen."""
    return [each for each in opinions if each.state.status is Status.INDETERMINATE]


def _contradict(yes: _Opinion, no: _Opinion) -> bool:
    """Whether the two cannot both be true of one specimen.

    A printed negative contradicts, unless DNA missed a fusion that RNA shows (R41). Silence
    contradicts a mutation only: files often leave out fusions and copy numbers.
    """
    kind = yes.state.marker.alteration_class
    if no.state.basis is not Basis.EXPLICIT:
        return kind is AlterationClass.MUTATION and no.weak is None
    fused = kind is AlterationClass.FUSION
    return not (fused and _analytes(yes) == {Analyte.RNA} and _analytes(no) == {Analyte.DNA})


def _analytes(opinion: _Opinion) -> set[Analyte | None]:
    status = opinion.state.status
    return {
        seen.analyte
        for each in opinion.state.findings
        if each.status is status
        for seen in each.observations
    }


def _details(opinions: Sequence[_Opinion]) -> str:
    return "; ".join(dict.fromkeys(each.state.detail for each in opinions))


def _who(report: Report) -> str:
    return report.vendor or report.kind.value.upper()


def _over(marker: Marker, states: Mapping[str, MarkerState]) -> MarkerState:
    """Over specimens, an inadequate silence steps back behind an adequate negative."""
    negative = any(each.status is Status.NOT_DETECTED for each in states.values())
    weak = {
        label: each
        for label, each in states.items()
        if negative
        and each.status is Status.INDETERMINATE
        and (each.basis is not Basis.EXPLICIT or _only_weak(each))
    }
    firm = {label: each for label, each in states.items() if label not in weak}
    whole = over_specimens(marker, firm)
    statuses = {label: each.status for label, each in states.items()}
    return replace(
        whole,
        findings=tuple(found for each in states.values() for found in each.findings),
        by_specimen=statuses,
    )


def _only_weak(state: MarkerState) -> bool:
    """A printed negative that is open only because the specimen was not adequate."""
    said = [each for each in state.findings if each.status is Status.NOT_DETECTED]
    rest = [each for each in state.findings if each.status is Status.INDETERMINATE]
    return bool(said) and not rest and not state.conflicts


def _tumour(
    patient: Patient, reports: Sequence[Report]
) -> tuple[str | None, bool | None, tuple[Notice, ...]]:
    """The tumour type and whether it is biliary; sources that disagree leave it open."""
    said = [
        (each.tumour_type, each.is_btc if each.is_btc is not None else is_biliary(each.tumour_type))
        for each in reports
    ]
    said += [(patient.histology, is_biliary(patient.histology)), (None, _site(patient.site))]
    answers = {answer for _, answer in said if answer is not None}
    name = next((text for text, _ in said if text), None)
    if len(answers) == 2:
        told = "one source names a biliary tract cancer, another does not"
        return name, None, (Notice(code="tumour_type_conflict", message=told),)
    return name, answers.pop() if answers else None, ()


def _site(site: Site | None) -> bool | None:
    """A site of the biliary tract says so; "other" says nothing."""
    return None if site in {None, Site.OTHER} else True


def _about_conflicts(markers: Mapping[Marker, MarkerState]) -> tuple[Notice, ...]:
    return tuple(
        Notice(code="conflict", message=f"{marker.value}: {sentence}")
        for marker, each in markers.items()
        for sentence in dict.fromkeys(each.conflicts)
    )


def _about_age(patient: Patient, reports: Sequence[Report]) -> tuple[Notice, ...]:
    """A specimen from before the last targeted therapy cannot show resistance to it (R79)."""
    end = patient.last_targeted_end
    days = [each.collected for report in reports for each in report.specimens if each.collected]
    if end is None or not days or max(days) > end:
        return ()
    told = (
        f"no specimen was collected after targeted therapy ended on {end.isoformat()}: "
        "resistance is neither shown nor excluded"
    )
    return (Notice(code="specimen_before_targeted_therapy", message=told),)
