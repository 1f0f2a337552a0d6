"""Two versions, a VCF and a later plasma: the parts of the case document, written by hand."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from actionability import knowledge
from actionability.interpret import interpret
from exchange.documents import case_document
from pipeline.model import Analyte, Specimen
from pipeline.patient import Patient, Site
from pipeline.reconcile import reconcile
from tests.pipeline.conftest import looks_at, told

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "json.schema.json").read_text(encoding="utf-8"))
FIRST, SECOND, VCF, PLASMA = (letter * 64 for letter in "abcd")
TISSUE = Specimen(id="S1", analyte=Analyte.DNA, tumour_percent=40, collected=date(2025, 6, 1))
BLOOD = Specimen(id="P1", analyte=Analyte.CFDNA, collected=date(2026, 3, 1))


@pytest.fixture(scope="module")
def document():
    order = {"vendor": "Northlake", "accession": "NL-1", "specimen": TISSUE}
    results = (
        told("1.pdf", "R132C", sha256=FIRST, version=1, **order),
        told("2.pdf", ("R132C", {"vaf": 0.25}), sha256=SECOND, version=2, **order),
        told("a.vcf", scope=looks_at(vaf_lod=0.05), sha256=VCF, specimen=TISSUE),
        told("p.pdf", "no", sha256=PLASMA, specimen=BLOOD),
    )
    patient = Patient(site=Site.INTRAHEPATIC, last_targeted_end=date(2026, 1, 1))
    case = reconcile("C1", patient, results)
    said = interpret(
        case,
        knowledge.load(),
        as_of=date(2026, 11, 21),
        jurisdictions=None,
        code_version="test",
    )
    return case_document(said)


def test_it_obeys_the_schema(document):
    jsonschema.validate(document, SCHEMA)


def test_a_replaced_version_names_the_one_that_counts(document):
    assert document["superseded"] == [
        {
            "sha256": FIRST,
            "file": "1.pdf",
            "status": "final",
            "report_version": 1,
            "reported": None,
            "by": {"sha256": SECOND, "report_version": 2, "status": "final"},
            "unsaid": [],
        }
    ]


def test_the_reports_side_by_side(document):
    (compared,) = document["concordance"]
    assert (compared["marker"], compared["subject"]) == ("IDH1_MUTATION", "p.R132C")
    assert compared["agreement"] == "conflicting"
    assert compared["sides"][0] == {
        "sha256": SECOND,
        "file": "2.pdf",
        "kind": "pdf",
        "vendor": "Northlake",
        "specimen": "S1",
        "status": "detected",
        "basis": "explicit",
        "detail": "p.R132C",
        "vaf": 0.25,
        "copies": None,
    }
    assert [(each["file"], each["status"], each["basis"]) for each in compared["sides"][1:]] == [
        ("a.vcf", "not_detected", "inferred_from_panel"),
        ("p.pdf", "not_detected", "explicit"),
    ]
    assert {each["code"] for each in compared["causes"]} == {"plasma_tissue", "timing"}


def test_the_specimens_in_the_order_of_time(document):
    assert document["timeline"]["steps"] == [
        {
            "specimen": "S1",
            "day": "2025-06-01",
            "day_of": "collected",
            "after_targeted": False,
            "reports": [SECOND, VCF],
        },
        {
            "specimen": "P1",
            "day": "2026-03-01",
            "day_of": "collected",
            "after_targeted": True,
            "reports": [PLASMA],
        },
    ]


def test_a_conflict_on_one_specimen_is_open_in_the_timeline_too(document):
    """The PDF shows R132C and the panel of the VCF is silent: nobody claims to have seen it."""
    (track,) = document["timeline"]["tracks"]
    assert (track["marker"], track["subject"], track["counts"]) == (
        "IDH1_MUTATION",
        "p.R132C",
        True,
    )
    assert track["points"][0] == {
        "step": 0,
        "event": "open",
        "seen": "open",
        "detail": "p.R132C",
        "vaf": 0.25,
        "value": None,
        "reason": "reports on this specimen disagree",
    }
    assert (track["points"][1]["seen"], track["points"][1]["reason"]) == (
        "open",
        "examined in plasma",
    )
