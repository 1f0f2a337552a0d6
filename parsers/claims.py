"""What a report says of a gene or a signature in, observations of markers out.

Nothing is dropped and nothing guessed: an alteration of one of our genes that is not understood
makes every marker of that gene indeterminate, with a notice.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from parsers import phrases
from parsers.gene_text import classes_in
from parsers.phrases import Verdict, plain
from pipeline import alterations, fusions, genes
from pipeline.model import (
    AlterationClass,
    Analyte,
    Basis,
    Marker,
    Notice,
    Observation,
    Origin,
    Significance,
    Source,
    Status,
)

LOSS = re.compile(r"^(homozygous |partial |copy number |biallelic )?(loss|deletion|deleted)\b")
LEVELS = re.compile(r"^(over|under)?-?express")
SEQUENCED = (AlterationClass.MUTATION, AlterationClass.FUSION, AlterationClass.AMPLIFICATION)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Observations and notices of one part of a report."""

    observations: tuple[Observation, ...] = ()
    notices: tuple[Notice, ...] = ()

    def __add__(self, other: "Found") -> "Found":
        return Found(
            observations=self.observations + other.observations,
            notices=self.notices + other.notices,
        )


def gathered(parts: Iterable[Found]) -> Found:
    """All parts in one."""
    whole = Found()
    for part in parts:
        whole += part
    return whole


@dataclass(frozen=True, kw_only=True)
class Printed:
    """One printed statement about a gene, with the further columns of its row."""

    gene: str
    text: str
    source: Source
    significance: Significance = Significance.UNKNOWN
    analyte: Analyte | None = None
    origin: Origin = Origin.UNKNOWN
    specimen: str | None = None
    hgvs_c: str | None = None
    transcript: str | None = None
    vaf: float | None = None


def markers_of(symbol: str, classes: Iterable[AlterationClass] = SEQUENCED) -> tuple[Marker, ...]:
    """The markers of a gene for some classes; all that sequencing can see by default."""
    found = (genes.marker_of(symbol, name) for name in classes)
    return tuple(dict.fromkeys(marker for marker in found if marker))


def said(printed: Printed, markers: Iterable[Marker], status: Status) -> Found:
    """One explicit observation a marker."""
    return Found(
        observations=tuple(
            Observation(
                marker=marker,
                status=status,
                basis=Basis.EXPLICIT,
                source=printed.source,
                gene=printed.gene,
                alteration=printed.text or None,
                significance=printed.significance,
                origin=printed.origin,
                analyte=printed.analyte,
                specimen=printed.specimen,
                hgvs_c=printed.hgvs_c,
                transcript=printed.transcript,
                vaf=printed.vaf,
            )
            for marker in markers
        )
    )


def not_understood(printed: Printed) -> Found:
    """An alteration of our gene that nobody here can classify: every marker of it is open."""
    if printed.gene not in genes.PANEL:
        return Found()
    message = f"page {printed.source.page}: {printed.gene} is printed with “{printed.text}”"
    notice = Notice(code="alteration_not_understood", message=f"{message}, not understood")
    if printed.significance in {Significance.VUS, Significance.BENIGN}:
        return Found(notices=(notice,))
    found = said(printed, markers_of(printed.gene), Status.INDETERMINATE)
    return Found(observations=found.observations, notices=(notice,))


def alteration(printed: Printed) -> Found:
    """What a result or VUS section says of one of our genes, or of a partner of one."""
    if printed.gene not in genes.PANEL:
        known = fusions.fusion(printed.text)
        ours = known is not None and known.gene in genes.PANEL
        return alteration(replace(printed, gene=known.gene)) if known and ours else Found()
    verdict = phrases.verdict(printed.text)
    class_ = alterations.classify(printed.gene, printed.text)
    if verdict and verdict.status is not Status.DETECTED:
        return _not_positive(printed, verdict, class_)
    if class_ is None:
        return _without_class(printed)
    marker = genes.marker_of(printed.gene, class_)
    if marker is None:
        return _no_marker(printed)
    if class_ is AlterationClass.AMPLIFICATION:
        return _copies(printed, marker)
    return said(printed, (marker,), Status.DETECTED)


def _copies(printed: Printed, marker: Marker) -> Found:
    """Only an amplification is one: a gain or an equivocal call is open, a loss is no marker."""
    known = alterations.copy_number(printed.gene, printed.text)
    if known is None:
        return not_understood(printed)
    if known.change == "loss":
        return _no_marker(printed)
    certain = known.change == "amplification"
    return said(printed, (marker,), Status.DETECTED if certain else Status.INDETERMINATE)


def _no_marker(printed: Printed) -> Found:
    message = f"page {printed.source.page}: {printed.gene} “{printed.text}” has no marker"
    return Found(notices=(Notice(code="no_marker", message=message),))


def _without_class(printed: Printed) -> Found:
    """Loss and expression levels are understood and are no marker; the rest is open."""
    words = plain(printed.text)
    if LOSS.match(words) or LEVELS.match(words):
        return _no_marker(printed)
    return not_understood(printed)


def _not_positive(printed: Printed, verdict: Verdict, class_: AlterationClass | None) -> Found:
    classes = classes_in(printed.text) or ((class_,) if class_ else ())
    markers = markers_of(printed.gene, classes)
    if verdict.status is Status.NOT_DETECTED:
        return negative(printed, classes)
    return said(printed, markers or markers_of(printed.gene), verdict.status)


def negative(printed: Printed, classes: Iterable[AlterationClass]) -> Found:
    """A printed negative for the classes it names; without a class nothing is concluded."""
    listed = tuple(classes)
    markers = markers_of(printed.gene, listed)
    if markers or listed:
        return said(printed, markers, Status.NOT_DETECTED)
    message = f"page {printed.source.page}: “{printed.source.text}” does not say which alterations"
    return Found(notices=(Notice(code="negative_without_class", message=message),))


def value(
    marker: Marker, text: str, verdict: Verdict | None, source: Source, analyte: Analyte | None
) -> Found:
    """A valued marker (MSI, MMR, TMB, HER2 stains); not understood is indeterminate."""
    status = verdict.status if verdict else Status.INDETERMINATE
    observation = Observation(
        marker=marker,
        status=status,
        basis=Basis.EXPLICIT,
        source=source,
        gene=marker.gene,
        alteration=text,
        analyte=analyte,
        value=verdict.value if verdict else None,
        unit=verdict.unit if verdict else None,
    )
    if verdict:
        return Found(observations=(observation,))
    message = f"page {source.page}: {marker} is printed with “{text}”, not understood"
    notice = Notice(code="value_not_understood", message=message)
    return Found(observations=(observation,), notices=(notice,))
