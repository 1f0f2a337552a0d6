"""Silence is never "no": what an assay's silence means, row by row."""

import pytest

from pipeline.coverage import silence
from pipeline.model import Analyte, Completeness, Coverage, Marker, ReportStatus, Specimen

CUT = Completeness(proven=False, evidence="pages 1-2 of 3", missing=("page 3 of 3",))
WHOLE = Completeness(proven=True, evidence="all")


def said(report, marker, *, analytes=("DNA",), limit=None, percent=40.0, **more):
    specimen = Specimen(id="S1", analyte=Analyte.DNA, tumour_percent=percent)
    covered = tuple(
        Coverage(
            marker=Marker(marker), analyte=Analyte(each), source="list", min_tumour_percent=limit
        )
        for each in analytes
    )
    state = silence(Marker(marker), report(**more), covered, specimen)
    return state.status.value, state.basis.value


NO = ("not_detected", "inferred_from_panel")
OPEN = ("indeterminate", "inferred_from_panel")
NOTHING = ("not_assessed", "default")


@pytest.mark.parametrize(
    ("marker", "analytes", "expected"),
    [
        ("IDH1_MUTATION", ["DNA"], NO),
        ("FGFR2_FUSION", ["DNA"], NO),
        ("RET_FUSION", ["DNA"], NO),
        ("NTRK1_FUSION", ["DNA"], OPEN),
        ("NTRK2_FUSION", ["DNA"], OPEN),
        ("NTRK3_FUSION", ["DNA"], OPEN),
        ("NRG1_FUSION", ["DNA"], OPEN),
        ("NTRK1_FUSION", ["RNA"], NO),
        ("NTRK1_FUSION", ["DNA", "RNA"], NO),
        ("NTRK1_MUTATION", ["DNA"], NO),
        ("IDH1_MUTATION", [], NOTHING),
        # A value must be printed.
        ("MSI", ["DNA"], NOTHING),
        ("TMB", ["DNA"], NOTHING),
        ("MMR", ["protein"], NOTHING),
        ("HER2_IHC", ["protein"], NOTHING),
        ("HER2_ISH", ["DNA"], NOTHING),
    ],
)
def test_what_was_looked_at_and_in_what(report, marker, analytes, expected):
    assert said(report, marker, analytes=analytes) == expected


@pytest.mark.parametrize(
    ("marker", "percent", "limit", "expected"),
    [
        ("IDH1_MUTATION", 20.0, None, NO),
        ("IDH1_MUTATION", 19.9, None, OPEN),
        ("ERBB2_AMPLIFICATION", 30.0, None, NO),
        ("ERBB2_AMPLIFICATION", 29.9, None, OPEN),
        ("IDH1_MUTATION", 10.0, 10.0, NO),
        ("IDH1_MUTATION", 9.9, 10.0, OPEN),
        ("IDH1_MUTATION", 25.0, 30.0, OPEN),
        ("IDH1_MUTATION", None, None, NO),
        # The assay asks for a limit that nobody can check.
        ("IDH1_MUTATION", None, 20.0, OPEN),
    ],
)
def test_tumour_content(report, marker, percent, limit, expected):
    """Rule R43: below the limit, not at it."""
    assert said(report, marker, percent=percent, limit=limit) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, NO),
        ({"status": ReportStatus.AMENDED}, NO),
        ({"status": ReportStatus.QUALIFIED}, OPEN),
        ({"status": ReportStatus.FAILED}, NOTHING),
        ({"completeness": CUT}, NOTHING),
        ({"status": ReportStatus.HELD, "reasons": ("why",)}, NOTHING),
        ({"status": ReportStatus.UNREADABLE, "reasons": ("why",)}, NOTHING),
        ({"status": ReportStatus.UNRECOGNISED, "reasons": ("why",)}, NOTHING),
        ({"status": ReportStatus.NEEDS_REVIEW, "reasons": ("why",)}, NOTHING),
    ],
)
def test_how_far_the_report_is_believed(report, more, expected):
    assert said(report, "IDH1_MUTATION", **more) == expected


def test_plasma_excludes_nothing(report):
    """Rule R45."""
    covered = (Coverage(marker=Marker.IDH1_MUTATION, analyte=Analyte.CFDNA, source="list"),)
    plasma = Specimen(id="P", analyte=Analyte.CFDNA)
    for specimen in (plasma, None):
        state = silence(Marker.IDH1_MUTATION, report(), covered, specimen)
        assert (state.status.value, state.basis.value) == OPEN


def test_the_sentence_says_what_is_missing(report):
    covered = (Coverage(marker=Marker.IDH1_MUTATION, analyte=Analyte.DNA, source="list"),)
    state = silence(Marker.IDH1_MUTATION, report(completeness=CUT), covered)
    assert "page 3 of 3" in state.detail
