"""Reports of several specimens: each result belongs to the specimen it was printed for, or to none.

Result letters: D detected, N not detected, I indeterminate; a dash is a specimen not spoken of.
"""

from pathlib import Path

import pytest

from pipeline.markers import Marker, Status
from pipeline.model import FileKind, Report, ReportStatus, Specimen
from pipeline.specimens import specimens_of
from tests.pdf.test_family_f import LETTERS, result, text_report

SAMPLE = Path(__file__).parents[2] / "sample_reports" / "15_k_multi_specimen.pdf"
HEAD = (
    "SURGICAL PATHOLOGY REPORT",
    "Patient Name: Muster, Silvia        Accession #: SYN-88-0031",
    "Date of Birth: 01 Jan 1947          Reported: 09 Mar 2026",
    "",
    "SPECIMENS SUBMITTED:",
    "A. Gallbladder, resection; collected 05 Jan 2026",
    "B. Lymph node, excision; collected 05 Jan 2026",
    "",
    "FINAL DIAGNOSIS:",
    "A. GALLBLADDER: ADENOCARCINOMA OF THE GALLBLADDER",
    "B. LYMPH NODE: METASTATIC ADENOCARCINOMA OF THE GALLBLADDER",
    "",
)


def by_specimen(lines, marker):
    """Specimen → letter of a marker, as the findings tell it."""
    names = {status: letter for letter, status in LETTERS.items()}
    found = result(text_report(lines, head=HEAD)).findings
    return {f.specimen: names[f.status] for f in found if f.marker is Marker(marker)}


@pytest.mark.parametrize(
    ("lines", "marker", "told"),
    [
        # the letter within the test
        (["HER2 IHC:", "A. 1+ (negative)", "B. 3+ (positive)"],
         "HER2_IHC", {"A": "N", "B": "D"}),
        # the letter over several tests
        (["MOLECULAR RESULTS:", "A. GALLBLADDER", "KRAS: p.G12C", "IDH1: not detected",
          "B. LYMPH NODE", "KRAS: not detected"], "KRAS_MUTATION", {"A": "D", "B": "N"}),
        (["MOLECULAR RESULTS:", "A. GALLBLADDER", "KRAS: p.G12C", "IDH1: not detected",
          "B. LYMPH NODE", "KRAS: not detected"], "IDH1_MUTATION", {"A": "N"}),
        # a heading after the last letter ends its reach
        (["HER2 IHC:", "A. 1+", "B. 3+", "", "MOLECULAR RESULTS:", "KRAS: p.G12D"],
         "KRAS_MUTATION", {None: "D"}),
        # the heading names the block
        (["HER2 IHC (SPECIMEN B): 3+"], "HER2_IHC", {"B": "D"}),
        (["HER2 IHC: 3+", "Performed on block B2."], "HER2_IHC", {"B": "D"}),
        (["HER2 IHC: 3+ (performed on block B2)"], "HER2_IHC", {"B": "D"}),
        # a letter that begins a line says nothing of the line above it
        (["MOLECULAR RESULTS:", "KRAS: p.G12D", "B. IDH1: p.R132C"], "KRAS_MUTATION", {None: "D"}),
        # one line for both
        (["MOLECULAR RESULTS:", "A and B: KRAS: not detected"],
         "KRAS_MUTATION", {"A": "N", "B": "N"}),
        (["MOLECULAR RESULTS:", "Both specimens: BRAF V600E: not detected"],
         "BRAF_MUTATION", {"A": "N", "B": "N"}),
        # one column a specimen, in either order
        (["IMMUNOHISTOCHEMISTRY:", "Stain           A              B",
          "HER2 IHC        1+             2+"], "HER2_IHC", {"A": "N", "B": "I"}),
        (["IMMUNOHISTOCHEMISTRY:", "Stain           Specimen B     Specimen A",
          "HER2 IHC        1+             3+"], "HER2_IHC", {"A": "D", "B": "N"}),
        (["IMMUNOHISTOCHEMISTRY:", "Stain           A              B",
          "MLH1            Lost           Intact", "PMS2            Lost           Intact",
          "MSH2            Intact         Intact", "MSH6            Intact         Intact"],
         "MMR", {"A": "D", "B": "N"}),
        # a column that says nothing of one specimen
        (["IMMUNOHISTOCHEMISTRY:", "Stain           A              B",
          "HER2 IHC                       3+"], "HER2_IHC", {"B": "D"}),
    ],
)  # fmt: skip
def test_a_result_belongs_to_its_specimen(lines, marker, told):
    assert by_specimen(lines, marker) == told


def test_a_result_without_a_specimen_is_told():
    said = result(text_report(["HER2 IHC: 3+"], head=HEAD))
    assert said.markers[Marker.HER2_IHC].status is Status.DETECTED
    assert "specimen_not_stated" in {notice.code for notice in said.report.notices}


def test_sample_15_differs_by_specimen():
    states = result(SAMPLE.read_bytes()).markers
    assert "differs by specimen" in states[Marker.KRAS_MUTATION].detail
    assert states[Marker.KRAS_MUTATION].by_specimen == {
        "A": Status.DETECTED,
        "B": Status.NOT_DETECTED,
    }
    assert states[Marker.IDH1_MUTATION].by_specimen == {
        "A": Status.NOT_DETECTED,
        "B": Status.DETECTED,
    }
    assert set(states[Marker.MMR].by_specimen.values()) == {Status.NOT_DETECTED}


def lettered(sha256, accession):
    return Report(
        file=f"{sha256}.pdf",
        sha256=sha256,
        kind=FileKind.PDF,
        status=ReportStatus.FINAL,
        accession=accession,
        specimens=(Specimen(id="A"), Specimen(id="B")),
    )


def test_a_of_one_order_is_not_a_of_another():
    """Every pathology report has a specimen A: the letter alone names nothing."""
    one, other = lettered("1" * 64, "SYN-88-0031"), lettered("2" * 64, "SYN-88-0099")
    labels = specimens_of([one, other])
    assert labels.label(one, "A") != labels.label(other, "A")
    assert labels.label(one, "A") != labels.label(one, "B")


def test_a_of_the_same_order_is_the_same():
    one, other = lettered("1" * 64, "SYN-88-0031"), lettered("2" * 64, "SYN-88-0031")
    labels = specimens_of([one, other])
    assert labels.label(one, "A") == labels.label(other, "A")
