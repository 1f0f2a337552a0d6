"""Reports of no known layout: shown to a person, concluded by nobody."""

import json
import os
import subprocess
import sys

import pytest

from parsers import extract
from pipeline.coverage import assays
from pipeline.identity import group
from pipeline.model import Marker, ReportStatus, Status
from pipeline.normalise import normalise
from pipeline.tables import packaged
from tests.pdf.tabled import Block, Grid, Tabled

LABELS = (
    ("Patient Name", "Muster, Stina"),
    ("Date of Birth", "01 Jan 1950"),
    ("Specimen Site", "Liver"),
    ("Collected", "03 Mar 2026"),
    ("Diagnosis", "Cholangiocarcinoma"),
)
FOUND = Block(
    title="Outcome of the examination",
    table=Grid(
        heads=("Gene", "Finding", "Protein", "VAF"),
        rows=(
            ("IDH1", "missense", "p.R132C", "12%"),
            ("TP53", "missense", "p.R175H", "31%"),
        ),
    ),
)
SAID = Block(
    title="Remaining outcome",
    lines=(
        "KRAS not detected",
        "FGFR2 FGFR2-BICC1 fusion",
        "MSI: stable",
        "RET: not evaluable",
        "NTRK1",
    ),
)
TREATMENT = Block(title="Therapeutic Options", lines=("BRAF V600E: dabrafenib + trametinib",))
REPORT = Tabled(
    lab="Unheard-of Institute of Diagnostics (fictional)",
    labels=LABELS,
    pages=((FOUND, SAID, TREATMENT),),
)
SEEN = {"IDH1_MUTATION", "KRAS_MUTATION", "FGFR2_FUSION", "MSI"}


def read(report):
    return extract.read(report.pdf(), "drawn.pdf")


def result_of(report):
    return normalise(read(report), assays(packaged("pipeline", "assays.csv")))


def test_what_is_seen_is_open_and_the_rest_is_not_assessed():
    result = result_of(REPORT)
    assert result.report.status is ReportStatus.NEEDS_REVIEW
    assert result.report.code == "unknown_layout"
    assert "person" in result.report.reasons[0]
    statuses = {marker.value: state.status for marker, state in result.markers.items()}
    open_ = {marker for marker, status in statuses.items() if status is Status.INDETERMINATE}
    assert open_ == SEEN
    assert {statuses[marker.value] for marker in Marker if marker.value not in SEEN} == {
        Status.NOT_ASSESSED
    }


def test_each_value_has_its_words_and_its_place():
    for finding in result_of(REPORT).findings:
        source = finding.observations[0].source
        assert source.page == 1
        assert source.bbox is not None
        assert source.text
    details = {finding.marker.value: finding.detail for finding in result_of(REPORT).findings}
    assert "R132C" in details["IDH1_MUTATION"]
    assert "not detected" in details["KRAS_MUTATION"]


def test_no_observation_claims_anything_by_itself():
    assert {item.status for item in read(REPORT).observations} <= {
        Status.INDETERMINATE,
        Status.NOT_ASSESSED,
    }


def test_a_therapy_and_a_bare_gene_are_not_seen_values():
    markers = {item.marker.value for item in read(REPORT).observations}
    assert "BRAF_MUTATION" not in markers
    assert not {"NTRK1_FUSION", "NTRK1_MUTATION"} & markers


def test_it_belongs_to_no_case():
    """Nothing is suggested from it: a report that was not read opens no case."""
    grouping = group([(result_of(REPORT), None)], ())
    assert grouping.cases == ()
    assert len(grouping.holds) == 1


@pytest.mark.parametrize(
    "missing",
    [
        ("Patient Name", "Date of Birth"),
        ("Specimen Site",),
        ("Collected",),
    ],
    ids=["nobody", "no specimen", "no date"],
)
def test_what_is_not_labelled_as_a_report_of_a_patient_is_unrecognised(missing):
    labels = tuple(pair for pair in LABELS if pair[0] not in missing)
    reading = read(REPORT.but(labels=labels))
    assert reading.report.status is ReportStatus.UNRECOGNISED
    assert reading.observations == ()


@pytest.mark.parametrize(
    "lines",
    [
        ("The meeting of the board is on Monday.", "Please bring the slides."),
        ("We think that the FGFR2 fusion of the last patient was of interest to all of us.",),
        ("IDH1, KRAS, BRAF, FGFR2",),
    ],
    ids=["no gene", "a sentence", "a list of genes"],
)
def test_a_document_without_a_result_is_unrecognised(lines):
    reading = read(REPORT.but(pages=((Block(title="Notes", lines=lines),),)))
    assert reading.report.status is ReportStatus.UNRECOGNISED
    assert reading.observations == ()


def test_two_patients_in_one_unknown_document_are_refused():
    labels = (*LABELS, ("MRN", "SYN-000400"), ("Case Number", "SYN-77-0400"), ("MRN", "SYN-000401"))
    assert read(REPORT.but(labels=labels)).report.code == "two_patients"


def test_nothing_is_suggested_and_the_exit_status_says_that_a_person_is_needed(tmp_path):
    path = tmp_path / "unknown.pdf"
    path.write_bytes(REPORT.pdf())
    own = {key: value for key, value in os.environ.items() if not key.startswith("ONCOFLAG_")}
    own["ONCOFLAG_DATA_DIR"] = str(tmp_path / "data")
    command = [sys.executable, "-m", "app.cli", "explain", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=own)
    assert done.returncode == 3
    (document,) = (json.loads(line) for line in done.stdout.splitlines())
    assert document["report"]["status"] == "needs_review"
    assert document["markers"]["IDH1_MUTATION"]["status"] == "indeterminate"
    told = document["interpretation"]
    assert (told["flags"], told["suggestions"]) == ([], [])
