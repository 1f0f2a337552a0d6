"""Short ways to say a report, an observation and a result."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.coverage import assays
from pipeline.model import (
    Analyte,
    Basis,
    Completeness,
    Coverage,
    FileKind,
    Identity,
    Marker,
    Observation,
    Reading,
    Report,
    ReportStatus,
    Source,
    Specimen,
    Status,
)
from pipeline.normalise import normalise

SOURCE = Source(sha256="0" * 64, reader="test", text="as printed", page=1)


def make_observation(marker, alteration=None, status="detected", **more):
    given = {"basis": Basis.EXPLICIT, "source": SOURCE, **more}
    return Observation(marker=Marker(marker), alteration=alteration, status=Status(status), **given)


def make_report(file="a.pdf", *, covered=(), **more):
    given = {
        "sha256": file,
        "kind": FileKind.VCF if ".vcf" in file else FileKind.PDF,
        "status": ReportStatus.FINAL,
        "completeness": Completeness(proven=True, evidence="pages 1-3 of 3"),
        "specimens": (Specimen(id="S1", analyte=Analyte.DNA, tumour_percent=40),),
        **more,
    }
    listed = [(each, Analyte.DNA) if isinstance(each, str) else each for each in covered]
    return Report(
        file=file,
        covered=tuple(
            Coverage(marker=Marker(marker), analyte=analyte, source="the printed gene list")
            for marker, analyte in listed
        ),
        **given,
    )


def make_result(*observations, file="a.pdf", covered=(), **more):
    report = make_report(file, covered=covered, **more)
    return normalise(Reading(report=report, observations=observations), assays())


BLOCK = Specimen(id="S1", analyte=Analyte.DNA, tumour_percent=40)


def told(file, *said, scope=(), marker="IDH1_MUTATION", specimen=BLOCK, **more):
    """A report that prints *said*, each a text or (text, more); *scope* is what is covered."""
    seen = [make_observation(marker, *_parts(each)[:2], **_parts(each)[2]) for each in said]
    if "status" in more:
        more["status"] = ReportStatus(more["status"])
    report = make_report(file, specimens=(specimen,), **more)
    report = replace(report, covered=tuple(scope))
    return normalise(Reading(report=report, observations=tuple(seen)), assays())


def _parts(each):
    words = (each,) if isinstance(each, str) else each
    text, extra = words[0], words[1] if len(words) > 1 else {}
    status = extra.get("status", "not_detected" if text == "no" else "detected")
    rest = {name: value for name, value in extra.items() if name != "status"}
    return (None if text == "no" else text), status, rest


def looks_at(marker="IDH1_MUTATION", analyte=Analyte.DNA, **limits):
    return [Coverage(marker=Marker(marker), analyte=analyte, source="gene list", **limits)]


def make_identity(*, mrn=None, authority=None, name=None, dob=None, accession=None, specimen=None):
    return Identity(
        mrn=mrn,
        assigning_authority=authority,
        name=name,
        dob=date.fromisoformat(dob) if dob else None,
        accession=accession,
        specimen_id=specimen,
    )


@pytest.fixture
def observation():
    return make_observation


@pytest.fixture
def report():
    return make_report


@pytest.fixture
def result():
    return make_result


@pytest.fixture
def identity():
    return make_identity
