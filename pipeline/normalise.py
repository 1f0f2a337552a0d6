"""A `Reading` in, a `ReportResult` out: its findings, and the state of every marker.

The observations become findings (`findings`), the findings and the silence become states
(`states`, `coverage`); what follows from several of them is told in notices, apart from results.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.coverage import Assays, dna_only, low_adequacy
from pipeline.findings import findings
from pipeline.model import (
    Basis,
    Expression,
    Finding,
    Marker,
    MarkerState,
    Notice,
    Observation,
    Reading,
    Report,
    ReportResult,
    ReportStatus,
    Status,
)
from pipeline.specimens import specimen_of
from pipeline.states import state

# Codes of what is told of the assay itself.
_VERSION_MISSING, _UNKNOWN = _OF_ASSAY = ("assay_version_missing", "assay_unknown")


def normalise(reading: Reading, assays: Assays) -> ReportResult:
    """What one file says of all markers; its report then carries the coverage that was used."""
    report = _with_coverage(reading.report, assays)
    told = _about_assay(reading.report, assays)
    return _concluded(replace(reading, report=report), told)


def again(before: ReportResult, observations: tuple[Observation, ...]) -> ReportResult:
    """The same once more from what was kept of a reading, without the assay tables.

    The report of *before* carries the coverage that was used, and its notices what was told of
    the assay; everything else is made anew.
    """
    told = tuple(each for each in before.notices if each.code in _OF_ASSAY)
    return _concluded(Reading(report=before.report, observations=observations), told)


def _concluded(reading: Reading, about_assay: tuple[Notice, ...]) -> ReportResult:
    report = reading.report
    used = reading.observations if _is_usable(report.status) else ()
    found = findings(report, used, report.covered)
    markers = {marker: state(marker, report, found, report.covered) for marker in Marker}
    return ReportResult(
        report=report,
        markers=markers,
        findings=found,
        notices=(
            *about_assay,
            *_about_failure(reading),
            *_about_doubts(found),
            *_about_adequacy(report, markers),
            *derived(markers),
        ),
    )


def _is_usable(status: ReportStatus) -> bool:
    """Whether what is printed may become findings; from a failed or held report nothing does."""
    return (status.is_read and status is not ReportStatus.FAILED) or (
        status is ReportStatus.NEEDS_REVIEW
    )


def _with_coverage(report: Report, assays: Assays) -> Report:
    """The scope that the report prints, and what the assay table adds for other markers."""
    printed = {each.marker for each in report.covered}
    known = assays.coverage(report.assay, report.assay_version)
    added = tuple(each for each in known if each.marker not in printed)
    return replace(report, covered=(*report.covered, *added))


def _about_assay(report: Report, assays: Assays) -> tuple[Notice, ...]:
    if not report.assay or assays.coverage(report.assay, report.assay_version):
        return ()
    if report.assay_version is None and assays.knows(report.assay):
        told = f"{report.assay}: the version is not stated, so silence proves nothing"
        return (Notice(code=_VERSION_MISSING, message=told),)
    if report.covered:
        return ()
    version = f" {report.assay_version}" if report.assay_version else ""
    told = f"{report.assay}{version} is in no assay table, so silence proves nothing"
    return (Notice(code=_UNKNOWN, message=told),)


def _about_failure(reading: Reading) -> tuple[Notice, ...]:
    seen = sum(each.status is Status.DETECTED for each in reading.observations)
    if reading.report.status is not ReportStatus.FAILED or not seen:
        return ()
    told = f"the test failed, yet {seen} result(s) are printed as detected; none was used"
    return (Notice(code="results_of_failed_test", message=told),)


def _about_doubts(found: Sequence[Finding]) -> tuple[Notice, ...]:
    """Where the wording was not taken as its reader took it, and where two classes are printed."""
    doubted = [
        each
        for each in found
        if each.status is Status.INDETERMINATE
        and any(seen.status is Status.DETECTED for seen in each.observations)
    ]
    told = [
        Notice(code="not_taken_as_detected", message=f"{each.marker.value}: {each.detail}")
        for each in doubted
    ]
    apart = [
        Notice(code="classified_twice", message=f"{each.marker.value}: {each.detail} is {words}")
        for each in found
        for words in each.conflicts
    ]
    return (*told, *apart)


def _about_adequacy(report: Report, markers: Mapping[Marker, MarkerState]) -> tuple[Notice, ...]:
    """One notice for each reason why printed negatives are weak; they stay not detected here."""
    reasons: dict[str, Notice] = {}
    for marker, each in markers.items():
        if each.status is Status.NOT_DETECTED and each.basis is Basis.EXPLICIT:
            specimen = specimen_of(report, each.specimen, each.findings)
            weak = low_adequacy(marker, report, report.covered, specimen)
            for notice in (*weak, *dna_only(marker, each.findings)):
                reasons.setdefault(notice.code, notice)
    return tuple(
        Notice(code=each.code, message=f"{each.message}: printed negatives are weak")
        for each in reasons.values()
    )


def derived(markers: Mapping[Marker, MarkerState]) -> tuple[Notice, ...]:
    """What follows from several results; kept apart, because no report prints it."""
    told = []
    stain, in_situ = markers[Marker.HER2_IHC], markers[Marker.HER2_ISH]
    if _score(stain) == "2+" and in_situ.status in {Status.DETECTED, Status.NOT_DETECTED}:
        word = "positive" if in_situ.status is Status.DETECTED else "negative"
        told.append(f"HER2 {word} by the IHC/ISH algorithm (IHC 2+, ISH {in_situ.detail})")
    repair, msi = markers[Marker.MMR], markers[Marker.MSI]
    if repair.status is Status.DETECTED and msi.status is Status.NOT_ASSESSED:
        told.append("MMR deficiency stands in for MSI, which was not examined")
    notices = [Notice(code="derived", message=message) for message in told]
    if {repair.status, msi.status} == {Status.DETECTED, Status.NOT_DETECTED}:
        both = (
            f"MSI and MMR contradict each other, and one is to be repeated: MSI {msi.detail}; "
            f"MMR {repair.detail}"
        )
        notices.append(Notice(code="msi_mmr_discordant", message=both))
    return tuple(notices)


def _score(stain: MarkerState) -> str | None:
    scores = {
        each.biomarker.score
        for each in stain.findings
        if isinstance(each.biomarker, Expression) and each.biomarker.method == "IHC"
    }
    return scores.pop() if len(scores) == 1 else None
