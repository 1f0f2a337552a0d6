"""Specimen reports that laboratories published, of invented patients: read as they are printed."""

import csv
import io

import pytest

from parsers import extract
from pipeline.coverage import assays
from pipeline.normalise import normalise
from pipeline.tables import packaged

# What a person reads on the pages: file, then each marker that is printed; the rest stays silent.
PRINTED = """\
file,status,biliary,tumour,marker,says,value,unit,page
foundationone_heme,final,no,PEDIATRIC Bone osteosarcoma,TMB,not_detected,0.73,mut/Mb,8
"""
ROWS = list(csv.DictReader(io.StringIO(PRINTED)))


def specimen(shared_data, name):
    paths = (shared_data / "vendor_pdf").rglob("*")
    (path,) = [path for path in paths if name in path.name and path.suffix.lower() == ".pdf"]
    reading = extract.read(path.read_bytes(), path.name)
    return normalise(reading, assays(packaged("pipeline", "assays.csv")))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['file']} {row['marker']}")
def test_a_printed_marker_is_read_as_printed(shared_data, row):
    result = specimen(shared_data, row["file"])
    state = next(s for m, s in result.markers.items() if m.value == row["marker"])
    (seen,) = [each for each in result.findings if each.marker.value == row["marker"]]
    assert (state.status.value, f"{state.value:g}", state.unit) == (
        row["says"],
        row["value"],
        row["unit"],
    )
    assert seen.observations[0].source.page == int(row["page"])


@pytest.mark.parametrize("name", sorted({row["file"] for row in ROWS}))
def test_a_specimen_is_final_not_biliary_and_nothing_else_is_claimed(shared_data, name):
    result = specimen(shared_data, name)
    rows = [row for row in ROWS if row["file"] == name]
    assert result.report.status.value == rows[0]["status"]
    assert result.report.is_btc is (rows[0]["biliary"] == "yes")
    assert result.report.tumour_type == rows[0]["tumour"]
    spoken = {row["marker"] for row in rows}
    others = {m.value: s.status.value for m, s in result.markers.items() if m.value not in spoken}
    assert set(others.values()) <= {"not_assessed", "indeterminate"}


def test_gene_lists_of_a_test_with_reduced_sensitivity_infer_no_negative(shared_data):
    """The page says: "Reduced sensitivity due to sample quality"."""
    result = specimen(shared_data, "foundationone_heme")
    codes = {notice.code for notice in result.report.notices}
    assert "reduced_sensitivity" in codes
    inferred = [s for s in result.markers.values() if s.basis.value == "inferred_from_panel"]
    assert inferred
    assert {state.status.value for state in inferred} == {"indeterminate"}
