"""The expected results are complete, agree with the specification's matrix and with the page.

They are written by hand; a slip of that hand would bend the reader, so a second table written
from the specification (`matrix.csv`) and the printed pages themselves are held against them.
"""

import csv
import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from pipeline.model import Basis, Marker, ReportStatus, Significance, Status

FOLDER = Path(__file__).parents[2] / "sample_reports"
EXPECTED = sorted(FOLDER.glob("*.expected.json"))
PDFS = [
    path for path in EXPECTED if (FOLDER / path.name.replace(".expected.json", ".pdf")).exists()
]
CODES = {
    "D": (Status.DETECTED, Basis.EXPLICIT),
    "Ne": (Status.NOT_DETECTED, Basis.EXPLICIT),
    "Np": (Status.NOT_DETECTED, Basis.INFERRED_FROM_PANEL),
    "I": (Status.INDETERMINATE, Basis.INFERRED_FROM_PANEL),
    "Ie": (Status.INDETERMINATE, Basis.EXPLICIT),
    "A": (Status.NOT_ASSESSED, Basis.DEFAULT),
    "Ae": (Status.NOT_ASSESSED, Basis.EXPLICIT),  # "not evaluable" is printed
}
FINDING = {
    *("marker", "gene", "status", "basis", "significance", "detail", "hgvs_p", "hgvs_c"),
    *("transcript", "genomic", "vaf", "depth", "copies", "specimen", "source"),
}


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def matrix() -> list[tuple[str, str, str]]:
    """The matrix of the specification, a column a sample; an empty cell is not settled there."""
    with (Path(__file__).parent / "matrix.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    drawn = {path.name.split("_")[0] for path in PDFS}
    return [
        (row["marker"], name, code)
        for row in rows
        for name, code in row.items()
        if name in drawn and code
    ]


@pytest.fixture(scope="module")
def by_number() -> dict[str, dict[str, Any]]:
    return {path.name.split("_")[0]: load(path) for path in PDFS}


def test_every_pdf_has_its_expected_result() -> None:
    named = {path.name.replace(".expected.json", ".pdf") for path in PDFS}
    assert {path.name for path in FOLDER.glob("*.pdf")} == named


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name)
def test_all_markers_are_stated_with_valid_words(path: Path) -> None:
    document = load(path)
    assert list(document["markers"]) == [marker.value for marker in Marker]
    ReportStatus(document["report"]["status"])
    for marker, state in document["markers"].items():
        assert set(state) >= {"status", "basis", "detail", "value", "unit", "specimen"}, marker
        basis, silent = Basis(state["basis"]), Status(state["status"]) is Status.NOT_ASSESSED
        assert silent or basis is not Basis.DEFAULT, marker
        assert not silent or basis is not Basis.INFERRED_FROM_PANEL, marker


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name)
def test_a_detected_marker_has_its_finding_and_a_vus_is_none(path: Path) -> None:
    document = load(path)
    states = document["markers"]
    detected = {marker for marker, state in states.items() if state["status"] == "detected"}
    firing = {
        finding["marker"]
        for finding in document["findings"]
        if finding["status"] == "detected" and finding["significance"] not in {"vus", "benign"}
    }
    assert detected == firing
    assert detected.isdisjoint(document["must_not_detect"])
    assert set(document["must_not_detect"]) <= set(states)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name)
def test_findings_have_every_field(path: Path) -> None:
    for finding in load(path)["findings"]:
        assert set(finding) >= FINDING
        assert Significance(finding["significance"])
        assert Status(finding["status"])
        assert finding["vaf"] is None or 0 <= finding["vaf"] <= 1
        assert set(finding["source"]) == {"page", "bbox", "line", "text"}


TYPED = [path for path in PDFS if not path.name.startswith(("09_", "16_"))]  # a picture, a lock


@pytest.mark.parametrize("path", TYPED, ids=lambda path: path.name)
def test_what_a_finding_quotes_is_printed_on_its_page(path: Path) -> None:
    pdf = pypdfium2.PdfDocument(FOLDER / path.name.replace(".expected.json", ".pdf"))
    for finding in load(path)["findings"]:
        source = finding["source"]
        page = pdf[source["page"] - 1].get_textpage().get_text_bounded()
        assert source["text"] in " ".join(page.split()), finding["marker"]
    pdf.close()


@pytest.mark.parametrize(("marker", "sample", "code"), matrix())
def test_the_matrix_of_the_specification(
    by_number: dict[str, dict[str, Any]], marker: str, sample: str, code: str
) -> None:
    state = by_number[sample]["markers"][marker]
    letter, _, detail = code.partition(" ")
    assert (state["status"], state["basis"]) == CODES[letter]
    if detail:
        assert state["detail"] == detail


def test_the_matrix_names_every_marker_once() -> None:
    named = [marker for marker, sample, _ in matrix() if sample == "01"]
    assert named == [marker.value for marker in Marker]


def test_an_unknown_layout_concludes_nothing(by_number: dict[str, dict[str, Any]]) -> None:
    document = by_number["x"]
    assert document["report"]["status"] == "unrecognised"
    assert document["report"]["reasons"]
    assert document["findings"] == []
    assert {state["status"] for state in document["markers"].values()} == {"not_assessed"}
