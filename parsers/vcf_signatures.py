"""MSI and TMB stated in a VCF header: its lines in, observations on both markers out.

A word decides (MSI-H, MSS), and so do mutations per megabase. A bare share of unstable sites or
a number without a unit is shown and left open: its cut-off belongs to a method nobody named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from parsers.vcf_frame import READER, Frame
from parsers.vcf_stated import Stated, stated
from pipeline import valued
from pipeline.model import Analyte, Basis, Marker, Observation, Signature, Source, Status

_ANSWERS = {Status.DETECTED, Status.NOT_DETECTED}


def signatures(frame: Frame) -> Iterator[Observation]:
    """What the header says of MSI and TMB: one observation for each line that speaks."""
    lines = tuple(stated(frame.header))
    analyte = _analyte(frame)
    yield from _deciding(_observed(each, Marker.MSI, analyte, frame) for each in _of(lines, "msi"))
    unit = next((each.text for each in _of(lines, "tmb unit")), None)
    burdens = (replace(each, unit=each.unit or unit) for each in _of(lines, "tmb"))
    yield from _deciding(_observed(each, Marker.TMB, analyte, frame) for each in burdens)
    for each in _of(lines, "btmb"):
        yield _observed(each, Marker.TMB, Analyte.CFDNA, frame)


def _of(lines: Iterable[Stated], quantity: str) -> Iterator[Stated]:
    return (each for each in lines if each.quantity == quantity)


def _analyte(frame: Frame) -> Analyte:
    is_plasma = any(each.analyte is Analyte.CFDNA for each in frame.covered)
    return Analyte.CFDNA if is_plasma else Analyte.DNA


def _signature(said: Stated, marker: Marker, analyte: Analyte) -> Signature:
    if marker is Marker.TMB:
        return valued.tmb(said.text, unit=said.unit, analyte=analyte)
    return valued.msi(said.text)


def _observed(said: Stated, marker: Marker, analyte: Analyte, frame: Frame) -> Observation:
    biomarker = _signature(said, marker, analyte)
    return Observation(
        marker=marker,
        status=valued.status_of(biomarker),
        basis=Basis.EXPLICIT,
        source=Source(sha256=frame.sha256, reader=READER, text=said.verbatim[:300], line=said.line),
        alteration=said.text,
        analyte=analyte,
        value=biomarker.value,
        unit=biomarker.unit,
        specimen=frame.columns.tumour,
        note=None if valued.is_understood(biomarker) else "the header's value is not understood",
    )


def _deciding(found: Iterable[Observation]) -> list[Observation]:
    """The lines with an answer; a bare score beside a word adds no doubt, alone it stays open."""
    every = list(found)
    answers = [each for each in every if each.status in _ANSWERS]
    return answers or every
