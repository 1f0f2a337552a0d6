"""One report in, its word on a marker out: specimen by specimen, and how firm a negative is.

What `reconcile` weighs, `concordance` compares and `timeline` puts in order.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from pipeline.coverage import dna_only, low_adequacy
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
    SmallVariant,
    Specimen,
    Status,
)
from pipeline.specimens import NOT_NAMED, Specimens, specimen_of
from pipeline.states import by_specimen, only_change
from pipeline.withheld import why_held

_RNA_AND_DNA = ({Analyte.RNA}, {Analyte.DNA})


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What one report says of a marker in one specimen, under the case's name for it.

    *weak* is why a negative of this report is not firm, () where it is.
    """

    report: Report
    label: str
    specimen: Specimen | None
    state: MarkerState
    weak: tuple[Notice, ...]


def opinions(
    marker: Marker, result: ReportResult, places: Specimens, *, silence_counts: bool = True
) -> Iterator[Opinion]:
    """The report's word on *marker* in each of its specimens.

    Without *silence_counts* only what is printed is heard: an addendum is silent on what the
    report before it said.
    """
    report = result.report
    scope = report.covered if silence_counts else ()
    for name, state in by_specimen(marker, report, result.findings, scope).items():
        label = places.label(report, name)
        own = tuple(
            replace(each, specimen=named(places.label(report, each.specimen)))
            for each in state.findings
        )
        specimen = specimen_of(report, name, state.findings)
        weak = (
            *low_adequacy(marker, report, report.covered, specimen),
            *dna_only(marker, state.findings),
            *why_held(marker, report),
        )
        yield Opinion(
            report=report,
            label=label,
            specimen=specimen,
            state=replace(state, findings=own, specimen=named(label)),
            weak=weak,
        )


def named(label: str) -> str | None:
    """The specimen's name as a finding bears it; None for one that nothing names."""
    return None if label == NOT_NAMED else label


def contradict(yes: Opinion, no: Opinion) -> bool:
    """Whether a detection and a negative cannot both be true of one specimen."""
    return denies(no.state, yes.state.findings) and not why_unable(no, analytes(yes))


def why_unable(no: Opinion, seen_in: AbstractSet[Analyte | None]) -> str | None:
    """Why a negative is no word on what was seen elsewhere, in *seen_in*; None if it is one.

    A printed negative is one, unless DNA missed a fusion that RNA shows (R41). Silence is one on
    mutations only: files often leave out fusions and copy numbers.
    """
    kind = no.state.marker.alteration_class
    if no.state.basis is not Basis.EXPLICIT:
        if kind is not AlterationClass.MUTATION:
            return "silent, and files often leave out fusions, copy numbers and signatures"
        return no.weak[0].message if no.weak else None
    if kind is AlterationClass.FUSION and (seen_in, analytes(no)) == _RNA_AND_DNA:
        return "examined in DNA only, which may miss a fusion that RNA shows"
    return None


def denies(negative: MarkerState, found: Iterable[Finding]) -> bool:
    """Whether the negative speaks of what was found: "V600E not detected" is no word on K601E."""
    printed = [each for each in negative.findings if each.status is Status.NOT_DETECTED]
    changes = {only_change(each) for each in printed}
    if not changes or None in changes:
        return True
    named = (each.biomarker for each in found if each.status is not Status.NOT_DETECTED)
    return any(isinstance(each, SmallVariant) and each.hgvs_p in changes for each in named)


def analytes(opinion: Opinion) -> set[Analyte | None]:
    """What was examined for the status that the opinion gives."""
    status = opinion.state.status
    return {
        seen.analyte
        for each in opinion.state.findings
        if each.status is status
        for seen in each.observations
    }
