"""Verdicts on the quality of a test in a VCF header in, the markers that nobody examined out.

A fusion panel whose RNA failed still prints a row without reads for every fusion: its silence is
no negative (rule R40).
"""

from collections.abc import Iterator

from parsers.vcf_frame import READER, Frame
from parsers.vcf_stated import Stated, stated
from pipeline.model import AlterationClass, Basis, Observation, Source, Status

_CLASSES = {"fusion quality": AlterationClass.FUSION}


def failed_tests(frame: Frame) -> Iterator[Observation]:
    """One open observation for each marker that the assay covers and whose part of it failed."""
    for said in stated(frame.header):
        kind = _CLASSES.get(said.quantity)
        if kind is not None and said.text.upper().startswith("FAIL"):
            yield from _open(said, kind, frame)


def _open(said: Stated, kind: AlterationClass, frame: Frame) -> Iterator[Observation]:
    source = Source(sha256=frame.sha256, reader=READER, text=said.verbatim[:300], line=said.line)
    markers = (each.marker for each in frame.covered if each.marker.alteration_class is kind)
    for marker in dict.fromkeys(markers):
        yield Observation(
            marker=marker,
            status=Status.NOT_ASSESSED,
            basis=Basis.EXPLICIT,
            source=source,
            specimen=frame.columns.tumour,
            note="the header says that this part of the test failed",
        )
