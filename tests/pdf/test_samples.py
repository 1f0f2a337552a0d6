"""The reader against the expected results that were written by hand from the specification."""

import json
from pathlib import Path

import pytest

from parsers import extract
from pipeline.coverage import assays
from pipeline.model import Marker, Significance, Status
from pipeline.normalise import normalise
from pipeline.tables import packaged

SAMPLES = Path(__file__).parents[2] / "sample_reports"
READ = ("01_a_fgfr2_fusion_twocolumn", "02_b_tables_by_technology")
NAMES = (
    *READ,
    "03_c_pills_and_bars",
    "04_d_ctdna_bars",
    "05_e_local_panel_rna_failed",
    "08_h_qns_failed",
    "10_a_negative_pertinent",
    "11_a_appendix_trap",
    "12_b_non_btc_colon_liver_met",
    "13_a_equivocal_partner_unknown",
    "14_j_amplicon_reporter",
)
HARMLESS = {Significance.VUS, Significance.BENIGN}


def sample(name):
    return extract.read((SAMPLES / f"{name}.pdf").read_bytes(), f"{name}.pdf")


def expected(name):
    return json.loads((SAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))


def positive(reading):
    """Markers of detected observations that are more than a VUS."""
    return {
        item.marker.value
        for item in reading.observations
        if item.status is Status.DETECTED and item.significance not in HARMLESS
    }


def told(document, status, basis):
    return {
        marker
        for marker, state in document["markers"].items()
        if state["status"] == status and state["basis"] == basis
    }


@pytest.mark.parametrize("name", [*NAMES, "x_unknown_layout"])
def test_every_marker_has_the_expected_status_and_basis(name):
    result = normalise(sample(name), assays(packaged("pipeline", "assays.csv")))
    found = {
        marker.value: (state.status.value, state.basis.value, state.value, state.unit)
        for marker, state in result.markers.items()
    }
    assert found == {
        marker: (state["status"], state["basis"], state["value"], state["unit"])
        for marker, state in expected(name)["markers"].items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_findings_are_told_in_the_expected_words(name):
    result = normalise(sample(name), assays(packaged("pipeline", "assays.csv")))
    claims = {Status.DETECTED, Status.INDETERMINATE}
    found = {
        (item.marker.value, item.detail, item.significance.value, item.specimen)
        for item in result.findings
        if item.status in claims
    }
    assert found == {
        (item["marker"], item["detail"], item["significance"], item["specimen"])
        for item in expected(name)["findings"]
        if item["status"] in {status.value for status in claims}
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_detected_set_is_exactly_the_expected_one(name):
    document = expected(name)
    found = positive(sample(name))
    assert found == told(document, "detected", "explicit")
    assert not found & set(document["must_not_detect"])


@pytest.mark.parametrize("name", NAMES)
def test_printed_negatives_are_exactly_the_expected_ones(name):
    reading = sample(name)
    negatives = {i.marker.value for i in reading.observations if i.status is Status.NOT_DETECTED}
    assert negatives == told(expected(name), "not_detected", "explicit")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_inferred_is_covered_by_a_printed_list_and_silent(name):
    reading = sample(name)
    covered = {entry.marker.value for entry in reading.report.covered}
    document = expected(name)
    inferred = {m for m, s in document["markers"].items() if s["basis"] == "inferred_from_panel"}
    spoken = {
        item.marker.value for item in reading.observations if item.significance not in HARMLESS
    }
    assert inferred == covered - spoken


@pytest.mark.parametrize("name", NAMES)
def test_valued_markers_carry_value_and_unit(name):
    document = expected(name)
    for marker in ("MSI", "TMB"):
        seen = {
            (item.value, item.unit)
            for item in sample(name).observations
            if item.marker is Marker(marker)
        }
        state = document["markers"][marker]
        silent = state["basis"] == "default"
        assert seen == (set() if silent else {(state["value"], state["unit"])})


@pytest.mark.parametrize("name", NAMES)
def test_every_finding_has_the_expected_page_and_words(name):
    reading = sample(name)
    for finding in expected(name)["findings"]:
        if finding["status"] != "detected":
            continue
        same = [
            item
            for item in reading.observations
            if item.marker.value == finding["marker"]
            and item.source.page == finding["source"]["page"]
            and finding["source"]["text"] in item.source.text
            and item.significance.value == finding["significance"]
        ]
        assert same, f"{finding['marker']} with {finding['source']}"


@pytest.mark.parametrize("name", NAMES)
def test_every_observation_can_be_shown_on_its_page(name):
    for item in sample(name).observations:
        x0, top, x1, bottom = item.source.bbox
        assert item.source.page >= 1
        assert 0 <= x0 < x1 <= 620
        assert 0 <= top < bottom <= 850
        assert item.source.text


@pytest.mark.parametrize("name", NAMES)
def test_the_report_is_who_and_what_it_says(name):
    report, printed = sample(name).report, expected(name)["report"]
    assert report.vendor == printed["vendor"]
    assert report.status.value == printed["status"]
    assert report.tumour_type == printed["tumour_type"]
    assert report.is_btc is printed["is_btc"]
    assert report.completeness.proven is printed["complete"]
    (specimen,) = report.specimens
    (wanted,) = printed["specimens"]
    assert (specimen.id, specimen.site) == (wanted["id"], wanted["site"])
    assert specimen.tumour_percent == wanted["tumour_percent"]
    assert str(specimen.collected) == wanted["collected"]
    assert str(specimen.received) == wanted["received"]


@pytest.mark.parametrize(
    ("name", "who", "born", "mrn", "accession"),
    [
        (NAMES[0], "Specimen, Synthia", "1961-01-01", "SYN-000001", "SYN-26-0101"),
        (NAMES[1], "Specimen, Sabine", "1954-01-01", None, "SYN-26-0202"),
        ("03_c_pills_and_bars", "Specimen, Solveig", "1952-01-01", "SYN-000003", "SYN-26-0203"),
        ("04_d_ctdna_bars", "Specimen, Sissel", "1955-01-01", "SYN-000004", "SYN-26-0204"),
        ("10_a_negative_pertinent", "Specimen, Selma", "1968-01-01", None, "SYN-26-0210"),
        ("11_a_appendix_trap", "Specimen, Silas", "1957-01-01", "SYN-000011", "SYN-26-0111"),
    ],
)
def test_identity_is_read_as_printed(name, who, born, mrn, accession):
    identity = sample(name).report.identity
    assert identity.name == who
    assert str(identity.dob) == born
    assert identity.mrn == mrn
    assert identity.accession == accession


def test_an_unknown_layout_is_held_and_says_nothing():
    reading = sample("x_unknown_layout")
    assert reading.report.status.value == "unrecognised"
    assert reading.report.code == "unknown_layout"
    assert reading.report.reasons
    assert reading.observations == ()
