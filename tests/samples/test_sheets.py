"""The tables beside the samples have the agreed columns and name the people the pages name."""

import csv
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

FOLDER = Path(__file__).parents[2] / "sample_reports"
MANIFEST = (
    "file,sha256,case,mrn,assigning_authority,name,dob,accession,specimen_id,assay,assembly,"
    "tumour_sample,collected,tumour_percent"
)
PATIENTS = (
    "case,mrn,assigning_authority,name,dob,sex,jurisdiction,as_of,site,histology,stage,ecog,"
    "prior_lines,prior_agents,crcl_ml_min,crcl_method,bilirubin,bilirubin_uln,bilirubin_unit,"
    "biliary_obstruction,biliary_drainage,cardiac_disease,neuropathy_grade,hearing_loss,"
    "autoimmune_disease,organ_transplant,ild,lvef_percent,dpyd,ugt1a1,qtc_ms,pregnant,symptomatic,"
    "profiling_pending,expected_survival_months,liver_dominant,immunotherapy_contraindication,"
    "on_treatment,progressed_on,best_response,no_satisfactory_alternative,months_since_adjuvant,"
    "last_targeted_end,radiotherapy_intent,delay_proposed"
)
YES_OR_NO = (
    *("biliary_obstruction", "biliary_drainage", "cardiac_disease", "hearing_loss"),
    *("autoimmune_disease", "organ_transplant", "ild", "pregnant", "symptomatic"),
    *("profiling_pending", "liver_dominant", "immunotherapy_contraindication", "on_treatment"),
    *("no_satisfactory_alternative", "delay_proposed"),
)


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


@pytest.mark.parametrize(
    ("name", "columns"), [("manifest.csv", MANIFEST), ("patients.csv", PATIENTS)]
)
def test_the_columns_are_those_people_were_told(name: str, columns: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text.splitlines()[0] == columns
    assert all(None not in row and None not in row.values() for row in rows(name))


def test_the_manifest_names_files_that_are_here() -> None:
    named = [row["file"] for row in rows("manifest.csv")]
    assert len(set(named)) == len(named)
    assert [name for name in named if not (FOLDER / name).exists()] == []


def test_every_vcf_is_in_the_manifest() -> None:
    """A VCF carries a sample name only: without a row it belongs to nobody."""
    vcfs = {path.name for path in FOLDER.iterdir() if ".vcf" in path.suffixes}
    assert vcfs <= {row["file"] for row in rows("manifest.csv")}


@pytest.mark.parametrize("row", rows("manifest.csv"), ids=lambda row: row["file"])
def test_a_pdf_prints_the_person_of_its_row(row: dict[str, str]) -> None:
    if not row["file"].endswith(".pdf"):
        assert row["tumour_sample"] == row["specimen_id"]
        return
    pdf = pypdfium2.PdfDocument(FOLDER / row["file"])
    text = pdf[0].get_textpage().get_text_bounded()
    pdf.close()
    assert row["name"] in text
    assert row["accession"] in text
    assert row["specimen_id"] in text


def test_people_are_invented_and_agree_between_the_tables() -> None:
    patients = {row["case"]: row for row in rows("patients.csv")}
    for row in rows("manifest.csv"):
        patient = patients[row["case"]]
        shared = ("mrn", "assigning_authority", "name", "dob")
        assert [row[name] for name in shared] == [patient[name] for name in shared]
    for patient in patients.values():
        assert patient["name"].startswith("Specimen, ")
        assert patient["mrn"].startswith("SYN-0000")
        born = date.fromisoformat(patient["dob"])
        assert (born.day, born.month) == (1, 1)


@pytest.mark.parametrize("row", rows("patients.csv"), ids=lambda row: row["case"])
def test_yes_and_no_stand_in_their_columns(row: dict[str, str]) -> None:
    assert {row[name] for name in YES_OR_NO} <= {"yes", "no", ""}
    assert row["jurisdiction"] in {"US", "EU"}
    assert row["dpyd"] in {"normal", "intermediate", "poor", ""}
    assert row["stage"] in {"IV", "unresectable", "resectable", "resected"}


def test_the_demonstration_has_a_case_that_leaves_the_prior_lines_open() -> None:
    stated = {row["case"]: row["prior_lines"] for row in rows("patients.csv")}
    assert stated["SYN-CASE-01"] == "1"
    assert stated["SYN-CASE-02"] == "0"
    assert stated["SYN-CASE-20"] == ""
