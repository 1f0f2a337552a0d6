"""The current results of one patient in, their `Case` out: every marker over all reports.

Strategy (design section 11): results are compared specimen by specimen first. One specimen on
which reports disagree is indeterminate and shows both sides (R81); specimens that differ make a
marker detected, "differs by specimen". A case is negative only if an adequate report is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.findings import merged
from pipeline.model import Basis, Finding, Marker, MarkerState, Notice, Report, ReportResult, Status
from pipeline.normalise import derived
from pipeline.opinions import Opinion, contradict, named, opinions
from pipeline.patient import Case, Patient, Site
from pipeline.specimens import Specimens, specimens_of
from pipeline.states import over_specimens
from pipeline.tumours import is_biliary
from pipeline.versions import Versions, versions


def reconcile(case_id: str, patient: Patient, results: Sequence[ReportResult]) -> Case:
    """All reports of a patient as one case; superseded versions are left out and named."""
    counted = versions(results)
    reports = [each.report for each in counted.current]
    places = specimens_of(reports)
    markers = _left_open({marker: _marker(marker, counted, places) for marker in Marker}, counted)
    tumour_type, is_btc, about_tumour = _tumour(patient, reports)
    return Case(
        id=case_id,
        patient=patient,
        reports=counted.current,
        markers=markers,
        findings=merged(each for result in counted.current for each in _placed(result, places)),
        tumour_type=tumour_type,
        tumour_is_btc=is_btc,
        superseded=counted.superseded,
        notices=(
            *counted.notices,
            *about_tumour,
            *_about_conflicts(markers),
            *_about_age(patient, reports),
            *derived(markers),
        ),
    )


def _placed(result: ReportResult, places: Specimens) -> list[Finding]:
    """The findings under the names that the whole case uses for their specimens."""
    report = result.report
    return [
        replace(each, specimen=named(places.label(report, each.specimen)))
        for each in result.findings
    ]


def _left_open(states: dict[Marker, MarkerState], counted: Versions) -> dict[Marker, MarkerState]:
    """What a superseded version found and the later one does not name is neither yes nor no."""
    lost = {each.marker: each.detail for old in counted.superseded for each in old.unsaid}
    silent = {marker: each for marker, each in states.items() if each.basis is not Basis.EXPLICIT}
    return states | {
        marker: replace(
            each,
            status=Status.INDETERMINATE,
            detail=f"a superseded version said {lost[marker]}; the later one is silent",
            by_specimen={},
        )
        for marker, each in silent.items()
        if marker in lost
    }


def _marker(marker: Marker, counted: Versions, places: Specimens) -> MarkerState:
    """One marker over all reports: within each specimen first, then over the specimens."""
    heard: dict[str, list[Opinion]] = {}
    for result in counted.current:
        whole = counted.silence_counts(marker, result)
        for each in opinions(marker, result, places, silence_counts=whole):
            heard.setdefault(each.label, []).append(each)
    states = {label: _agreed(marker, each, label) for label, each in heard.items()}
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


def _agreed(marker: Marker, heard: Sequence[Opinion], label: str) -> MarkerState:
    """What the reports on one specimen say together."""
    positive = [each for each in heard if each.state.status is Status.DETECTED]
    negative = [each for each in heard if each.state.status is Status.NOT_DETECTED]
    conflicts = tuple(
        f"{_who(yes.report)}: {yes.state.detail}; {_who(no.report)}: {no.state.detail}"
        for yes in positive
        for no in negative
        if contradict(yes, no)
    )
    chosen = positive or _open(heard) or _firm(negative) or negative or _unsure(heard)
    leading = (chosen or list(heard))[0].state
    status, detail = leading.status, _details(chosen or heard)
    if conflicts:
        status, detail = Status.INDETERMINATE, f"reports disagree on {label}"
    elif chosen is negative and negative:
        status, detail = Status.INDETERMINATE, f"{detail}; {negative[0].weak[0].message}"
    return replace(
        leading,
        marker=marker,
        status=status,
        detail=detail,
        findings=merged(found for each in heard for found in each.state.findings),
        conflicts=(*conflicts, *(told for each in heard for told in each.state.conflicts)),
        by_specimen={},
    )


def _open(heard: Sequence[Opinion]) -> list[Opinion]:
    """Results printed as open: equivocal, in conflict, of low coverage. A negative is no answer."""
    unsure = [each for each in heard if each.state.status is Status.INDETERMINATE]
    return [each for each in unsure if each.state.basis is Basis.EXPLICIT]


def _firm(negative: Sequence[Opinion]) -> list[Opinion]:
    return [each for each in negative if not each.weak]


def _unsure(heard: Sequence[Opinion]) -> list[Opinion]:
    """Silence of an inadequate specimen."""
    return [each for each in heard if each.state.status is Status.INDETERMINATE]


def _details(heard: Sequence[Opinion]) -> str:
    return "; ".join(dict.fromkeys(each.state.detail for each in heard))


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
        Notice(code="conflict", message=f"{marker.label}: results disagree: {sentence}")
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
