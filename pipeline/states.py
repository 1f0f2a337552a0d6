"""Findings and silence of one report in, the state of one marker out.

Nothing is resolved in silence: a result printed as detected and as not detected for the same
specimen is indeterminate and shows both. What concerns one specimen never speaks for another.
"""

from collections.abc import Iterable, Sequence

from pipeline.coverage import silence
from pipeline.findings import counts
from pipeline.model import (
    AlterationClass,
    Analyte,
    Basis,
    Coverage,
    Finding,
    Marker,
    MarkerState,
    Report,
    ReportStatus,
    Signature,
    Significance,
    SmallVariant,
    Status,
)
from pipeline.specimens import specimen_of
from pipeline.valued import stained_percent
from pipeline.variants import is_all_that_counts


def state(
    marker: Marker, report: Report, found: Iterable[Finding], covered: Sequence[Coverage]
) -> MarkerState:
    """What *report* says of *marker*; *found* are all its findings."""
    by_name = by_specimen(marker, report, found, covered)
    if len(by_name) == 1:
        return next(iter(by_name.values()))
    return over_specimens(marker, {name or "(not named)": each for name, each in by_name.items()})


def by_specimen(
    marker: Marker, report: Report, found: Iterable[Finding], covered: Sequence[Coverage]
) -> dict[str | None, MarkerState]:
    """The same apart for each specimen that the report speaks of; silence is one entry."""
    own = [each for each in found if each.marker is marker]
    names = list(dict.fromkeys(each.specimen for each in own))
    if not names or not _may_conclude(report.status):
        specimen = specimen_of(report, None)
        silent = silence(marker, report, covered, specimen)
        return {specimen.id if specimen else None: silent}
    return {name: _of_specimen(marker, report, own, covered, name) for name in names}


def _may_conclude(status: ReportStatus) -> bool:
    """A failed or held report concludes nothing, whatever is printed on it."""
    read = status.is_read and status is not ReportStatus.FAILED
    return read or status is ReportStatus.NEEDS_REVIEW


def _of_specimen(
    marker: Marker,
    report: Report,
    own: Sequence[Finding],
    covered: Sequence[Coverage],
    name: str | None,
) -> MarkerState:
    here = tuple(each for each in own if each.specimen == name)
    verdict = _verdict(marker, here)
    if verdict is not None:
        return verdict
    # Only variants of unknown significance, polymorphisms or losses: silence decides.
    silent = silence(marker, report, covered, specimen_of(report, name))
    return MarkerState(
        marker=marker,
        status=silent.status,
        basis=silent.basis,
        detail=f"{_quiet(here)} only; {silent.detail}",
        specimen=name,
        findings=here,
    )


def _verdict(marker: Marker, here: tuple[Finding, ...]) -> MarkerState | None:
    """The state that printed results give in one specimen; None if none of them decides."""
    positive = [each for each in here if counts(each)]
    negative = [each for each in here if each.status is Status.NOT_DETECTED]
    conflicts = tuple(
        sentence
        for yes in positive
        for no in negative
        if (sentence := _conflict(yes, no)) is not None
    )
    if conflicts:
        return _said(marker, Status.INDETERMINATE, here, positive + negative, conflicts)
    whole = [each for each in negative if _is_whole(each)]
    for status, deciding in (
        (Status.DETECTED, positive),
        (Status.INDETERMINATE, [each for each in here if each.status is Status.INDETERMINATE]),
        (Status.NOT_DETECTED, whole),
        (Status.INDETERMINATE, negative),
        (Status.NOT_ASSESSED, [each for each in here if each.status is Status.NOT_ASSESSED]),
    ):
        if deciding:
            return _said(marker, status, here, deciding, ())
    return None


def only_change(negative: Finding) -> str | None:
    """The one change that a negative excludes: "R132H not detected" says nothing of R132C (R53)."""
    known = negative.biomarker
    return known.hgvs_p if isinstance(known, SmallVariant) else None


def _is_whole(negative: Finding) -> bool:
    """True if the negative speaks of the whole marker, or of the one change that counts for it."""
    only = only_change(negative)
    return only is None or is_all_that_counts(negative.gene, only)


def _conflict(yes: Finding, no: Finding) -> str | None:
    """A sentence if the two cannot both be true, else None."""
    only = only_change(no)
    if only is not None and not (
        isinstance(yes.biomarker, SmallVariant) and yes.biomarker.hgvs_p == only
    ):
        return None
    if no.basis is not Basis.EXPLICIT or _dna_missed_it(yes, no):
        return None
    where = f" in specimen {yes.specimen}" if yes.specimen else ""
    return f"printed as {yes.detail} and as {no.detail}{where}"


def _dna_missed_it(yes: Finding, no: Finding) -> bool:
    """A fusion seen in RNA and not in DNA is no contradiction: DNA misses some (R41)."""
    if yes.marker.alteration_class is not AlterationClass.FUSION:
        return False
    seen = {each.analyte for each in yes.observations}
    missed = {each.analyte for each in no.observations}
    return seen == {Analyte.RNA} and missed == {Analyte.DNA}


def _said(
    marker: Marker,
    status: Status,
    here: tuple[Finding, ...],
    deciding: Sequence[Finding],
    conflicts: tuple[str, ...],
) -> MarkerState:
    details = list(dict.fromkeys(_words(each, status) for each in deciding))
    quiet = _quiet(here) if status is Status.NOT_DETECTED else None
    value, unit = _value(deciding)
    return MarkerState(
        marker=marker,
        status=status,
        basis=deciding[0].basis,
        detail="; ".join(details) + (f"; {quiet} is listed" if quiet else ""),
        value=value,
        unit=unit,
        specimen=deciding[0].specimen,
        findings=here,
        conflicts=conflicts,
    )


def _words(finding: Finding, status: Status) -> str:
    only = only_change(finding)
    narrow = status is Status.INDETERMINATE and finding.status is Status.NOT_DETECTED and only
    return f"only {only} was looked for and not found" if narrow else finding.detail


def _quiet(here: Iterable[Finding]) -> str | None:
    """What there is that does not count, in words; None if there is nothing of the kind."""
    seen = [each for each in here if each.status is Status.DETECTED and not counts(each)]
    if not seen:
        return None
    if any(each.significance is Significance.VUS for each in seen):
        return "a variant of unknown significance"
    benign = any(each.significance is Significance.BENIGN for each in seen)
    return "a benign variant" if benign else "a loss"


def _value(deciding: Sequence[Finding]) -> tuple[float | None, str | None]:
    """The number printed for a valued marker, with its unit; two numbers are no number."""
    values = {_number(each) for each in deciding} - {(None, None)}
    return values.pop() if len(values) == 1 else (None, None)


def _number(finding: Finding) -> tuple[float | None, str | None]:
    if isinstance(finding.biomarker, Signature):
        unit = finding.biomarker.unit if finding.biomarker.value is not None else None
        return finding.biomarker.value, unit
    stated = [each for each in finding.observations if each.value is not None]
    if stated:
        return stated[0].value, stated[0].unit
    stained = finding.marker is Marker.HER2_IHC and stained_percent(_printed(finding))
    return (stained, "%") if stained else (None, None)


def _printed(finding: Finding) -> str:
    return next((each.alteration for each in finding.observations if each.alteration), "")


def over_specimens(marker: Marker, states: dict[str, MarkerState]) -> MarkerState:
    """One state over several specimens, which are never merged: a positive one is detected."""
    statuses = {name: each.status for name, each in states.items()}
    leading = _leading(list(states.values()))
    differ = leading.status is Status.DETECTED and Status.NOT_DETECTED in statuses.values()
    told = f"differs by specimen: {_by_name(states)}" if differ else leading.detail
    return MarkerState(
        marker=marker,
        status=leading.status,
        basis=leading.basis,
        detail=told,
        value=leading.value,
        unit=leading.unit,
        specimen=leading.specimen,
        findings=tuple(each for part in states.values() for each in part.findings),
        conflicts=tuple(each for part in states.values() for each in part.conflicts),
        by_specimen=statuses,
    )


def _leading(states: Sequence[MarkerState]) -> MarkerState:
    order = (Status.DETECTED, Status.INDETERMINATE, Status.NOT_DETECTED, Status.NOT_ASSESSED)
    return min(states, key=lambda each: order.index(each.status))


def _by_name(states: dict[str, MarkerState]) -> str:
    parts = (
        f"{name} {each.status.value.replace('_', ' ')} ({each.detail})"
        for name, each in states.items()
    )
    return "; ".join(parts)
