"""Reports of a test that failed, whole or in part: nothing is negative, and nothing is lost."""

import pytest

from parsers import extract
from pipeline.model import ReportStatus, Status
from tests.pdf.drawn import HEADS, ByTechnology, Paper, Table, TwoColumn
from tests.pdf.test_family_f import STAINS, text_report

SHELL = (
    (60, 60, "Patient: Muster, Synthia"),
    (60, 74, "Date of Birth: 01 Jan 1950"),
    (60, 88, "MRN: SYN-000778"),
    (60, 102, "Diagnosis: Cholangiocarcinoma"),
)


def shell(*lines):
    paper = Paper()
    for x, top, words in SHELL:
        paper.put(x, top, words)
    for number, words in enumerate(lines):
        paper.put(60, 150 + 16 * number, words)
    return extract.read(paper.done(), "failed.pdf")


@pytest.mark.parametrize(
    "sentence",
    [
        "Status: FAIL",
        "Status: QNS",
        "Test cancelled",
        "The requested assay could not be completed.",
        "Quantity not sufficient: no testing was done.",
        "Insufficient quantity of DNA for sequencing.",
    ],
)
def test_a_report_that_only_says_it_failed_has_no_result(sentence):
    reading = shell(sentence, "Genes: KRAS, BRAF, IDH1")
    assert reading.report.status is ReportStatus.FAILED
    assert reading.report.is_btc is True
    assert reading.observations == ()
    assert reading.report.covered == ()


@pytest.mark.parametrize(
    "sentence",
    ["A sample may fail for many reasons.", "KRAS not detected", "We hope that nothing failed."],
)
def test_a_letter_that_does_not_say_so_is_no_failed_report(sentence):
    assert shell(sentence).report.status is ReportStatus.UNRECOGNISED


def test_one_failed_part_beside_results_loses_no_result():
    """What was found stays; what was printed as absent is weak, what is silent is open."""
    drawn = TwoColumn(extra=("RNA: insufficient quantity for sequencing",))
    reading = extract.read(drawn.pdf(), "partly.pdf")
    found = {o.marker.value for o in reading.observations if o.status is Status.DETECTED}
    assert reading.report.status is ReportStatus.QUALIFIED
    assert "IDH1_MUTATION" in found
    assert "partly_failed" in {notice.code for notice in reading.report.notices}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("HER2 FISH: test failed",), {"HER2_ISH": "not_assessed"}),
        (
            (*STAINS[2:], "", "HER2 FISH: test failed"),
            {"HER2_ISH": "not_assessed", "MMR": "not_detected"},
        ),
    ],
    ids=["nothing else", "beside retained proteins"],
)
def test_one_stain_of_a_pathology_text_that_failed_is_no_failed_report(lines, told):
    """Its own reader knows the text; the reader of failed reports steps aside."""
    reading = extract.read(text_report(lines), "failed.pdf")
    assert reading.report.status is ReportStatus.FINAL
    assert {o.marker.value: o.status.value for o in reading.observations} == told


def test_a_gene_whose_own_row_failed_fails_no_other_row():
    rows = (
        ("NTRK1", "RNA-Tumor", "Seq", "Insufficient quantity of RNA"),
        ("KRAS", "DNA-Tumor", "Seq", "Wild Type"),
    )
    table = Table(title="Cancer-Type Relevant Biomarkers", heads=HEADS, rows=rows)
    reading = extract.read(ByTechnology(pages=((table,),)).pdf(), "failed.pdf")
    assert reading.report.status is ReportStatus.FINAL
    told = {o.marker.value: o.status.value for o in reading.observations}
    assert told == {"NTRK1_FUSION": "not_assessed", "KRAS_MUTATION": "not_detected"}
