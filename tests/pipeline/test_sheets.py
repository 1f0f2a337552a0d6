"""The three hand-written tables: exactly their columns, errors by row and column."""

import csv
from datetime import date

import pytest

from pipeline.errors import InputError
from pipeline.model import Analyte, Assembly, Status
from pipeline.patient import Jurisdiction, Site, Stage
from pipeline.sheets import (
    FINDING_COLUMNS,
    MANIFEST_COLUMNS,
    PATIENT_COLUMNS,
    findings,
    manifest,
    patients,
)


def sheet(**cells):
    return ",".join(cells) + "\n" + ",".join(cells.values()) + "\n"


def test_the_columns_are_those_of_the_design():
    assert ",".join(MANIFEST_COLUMNS) == (
        "file,sha256,case,mrn,assigning_authority,name,dob,accession,specimen_id,assay,assembly,"
        "tumour_sample,collected,tumour_percent"
    )
    assert ",".join(PATIENT_COLUMNS) == (
        "case,mrn,assigning_authority,name,dob,sex,jurisdiction,as_of,site,histology,stage,ecog,"
        "prior_lines,prior_agents,crcl_ml_min,crcl_method,bilirubin,bilirubin_uln,bilirubin_unit,"
        "biliary_obstruction,biliary_drainage,cardiac_disease,neuropathy_grade,hearing_loss,"
        "autoimmune_disease,organ_transplant,ild,lvef_percent,dpyd,ugt1a1,qtc_ms,pregnant,"
        "symptomatic,profiling_pending,expected_survival_months,liver_dominant,"
        "immunotherapy_contraindication,on_treatment,progressed_on,best_response,"
        "no_satisfactory_alternative,months_since_adjuvant,last_targeted_end,"
        "radiotherapy_intent,delay_proposed"
    )
    assert ",".join(FINDING_COLUMNS) == (
        "case,gene,alteration,status,significance,method,value,unit,specimen,tumour_percent,"
        "collected,source"
    )


def test_a_manifest_row():
    text = (
        ",".join(MANIFEST_COLUMNS)
        + '\na.vcf,,C1,000042,HOSP A,"Specimen, Synthia",1961-01-01,A-1,S-1,Panel@1.0,GRCh38,'
        "TUMOR,2026-01-02,12.5\n"
    )
    (row,) = manifest(text)
    assert row.file == "a.vcf"
    assert row.sha256 is None
    assert row.case == "C1"
    assert row.identity.mrn == "000042", "leading zeros stay"
    assert row.identity.name == "Specimen, Synthia"
    assert row.identity.dob == date(1961, 1, 1)
    assert (row.identity.accession, row.identity.specimen_id) == ("A-1", "S-1")
    assert row.assay == "Panel@1.0"
    assert row.assembly is Assembly.GRCH38
    assert row.tumour_sample == "TUMOR"
    assert (row.collected, row.tumour_percent) == (date(2026, 1, 2), 12.5)


def test_what_is_not_stated_is_none():
    (row,) = manifest("file,mrn,assay\na.vcf,,NA\n")
    assert row.identity.mrn is None
    assert row.tumour_percent is None
    assert row.assay == "NA", "a text that looks like nothing is a text"


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("tumour_percent", "101"),
        ("tumour_percent", "-1"),
        ("tumour_percent", "40%"),
        ("assembly", "hg19"),
        ("dob", "01/02/1961"),
        ("dob", "19610101"),
        ("dob", "1961-02-30"),
        ("collected", "2026-1-2"),
        ("sha256", "abc"),
    ],
)
def test_a_wrong_manifest_cell_is_named(column, cell):
    with pytest.raises(InputError, match=f"row 2, column {column}"):
        manifest(sheet(file="a.vcf", **{column: cell}))


def test_a_manifest_row_speaks_of_a_file():
    with pytest.raises(InputError, match="column file"):
        manifest("file,case\n,C1\n")
    assert manifest(f"sha256\n{'A' * 64}\n")[0].sha256 == "a" * 64


@pytest.mark.parametrize("door", [manifest, patients, findings])
def test_an_unknown_column_is_an_error(door):
    with pytest.raises(InputError, match="ecgo"):
        door("case,ecgo\nC1,1\n")
    with pytest.raises(InputError, match="twice"):
        door("case,case\nC1,C1\n")
    with pytest.raises(InputError, match="empty"):
        door("")
    with pytest.raises(InputError, match="row 2"):
        door("case\nC1,too many\n")
    assert door("case\n") == ()
    assert door("case\n\n , \n".replace(" , ", "  ")) == ()


def test_an_error_quotes_no_identifier():
    with pytest.raises(InputError) as error:
        patients("mrn,name,dob\n000042,Synthia Specimen,1.1.1961\n")
    assert "000042" not in str(error.value)
    assert "Synthia" not in str(error.value)
    assert "1961" not in str(error.value)


def test_a_patient_row():
    (patient,) = patients(
        sheet(
            case="C1",
            site="intrahepatic",
            stage="IV",
            jurisdiction="EU",
            ecog="1",
            prior_lines="2",
            prior_agents="Gemcitabine; cisplatin ;durvalumab",
            bilirubin="1.2",
            bilirubin_uln="1.0",
            bilirubin_unit="mg/dl",
            ild="no",
            pregnant="yes",
            dpyd="intermediate",
            qtc_ms="470",
            as_of="2026-11-02",
        )
    )
    assert (patient.site, patient.stage) == (Site.INTRAHEPATIC, Stage.IV)
    assert patient.jurisdiction is Jurisdiction.EU
    assert (patient.ecog, patient.prior_lines) == (1, 2)
    assert patient.prior_agents == ("gemcitabine", "cisplatin", "durvalumab")
    assert (patient.ild, patient.pregnant, patient.symptomatic) == (False, True, None)
    assert (patient.bilirubin, patient.bilirubin_uln, patient.qtc_ms) == (1.2, 1.0, 470)
    assert patient.dpyd == "intermediate"
    assert patient.as_of == date(2026, 11, 2)
    assert patient.crcl_ml_min is None


@pytest.mark.parametrize(
    ("cell", "agents"), [("", None), ("none", ()), ("capecitabine", ("capecitabine",))]
)
def test_prior_agents_not_stated_is_not_none_given(cell, agents):
    (patient,) = patients(sheet(case="C1", prior_lines="0", prior_agents=cell))
    assert patient.prior_agents == agents


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("ecog", "6"),
        ("ecog", "1.5"),
        ("ecog", "-1"),
        ("ecog", "0-1"),
        ("site", "liver"),
        ("stage", "4"),
        ("jurisdiction", "UK"),
        ("prior_lines", "two"),
        ("crcl_ml_min", ">60"),
        ("crcl_ml_min", "nan"),
        ("crcl_ml_min", "1e3"),
        ("lvef_percent", '"55,5"'),
        ("ild", "Yes"),
        ("ild", "false"),
        ("dpyd", "wild type"),
        ("ugt1a1", "*28/*28"),
        ("bilirubin_unit", "mg"),
        ("bilirubin", "1.0"),
        ("as_of", "yesterday"),
        ("months_since_adjuvant", "six"),
    ],
)
def test_a_wrong_patient_cell_is_named(column, cell):
    named = "bilirubin_unit" if column == "bilirubin" else column
    with pytest.raises(InputError, match=f"row 2, column {named}"):
        patients(sheet(case="C1", **{column: cell}))


def test_one_patient_has_one_row():
    with pytest.raises(InputError, match="rows 2 and 4"):
        patients("case,ecog\nC1,1\nC2,1\nC1,2\n")


@pytest.mark.parametrize(
    ("gene", "alteration", "method", "marker"),
    [
        ("IDH1", "p.R132C", "NGS-DNA", "IDH1_MUTATION"),
        ("FGFR2", "FGFR2::BICC1 fusion", "NGS-RNA", "FGFR2_FUSION"),
        ("FGFR2", '"rearrangement, partner unknown"', "NGS-DNA", "FGFR2_FUSION"),
        ("ERBB2", "amplification", "NGS-DNA", "ERBB2_AMPLIFICATION"),
        ("HER2", "IHC 3+", "IHC", "HER2_IHC"),
        ("HER2", "3+", "", "HER2_IHC"),
        ("HER2", "negative", "IHC", "HER2_IHC"),
        ("HER2", "ISH amplified", "ISH", "HER2_ISH"),
        ("ERBB2", "amplified", "ISH", "HER2_ISH"),
        ("", "MSI-H", "PCR", "MSI"),
        ("MSI", "MSS", "PCR", "MSI"),
        ("", "dMMR", "IHC", "MMR"),
        ("MMR", "intact", "IHC", "MMR"),
        ("", "TMB 14", "NGS-DNA", "TMB"),
        ("TMB", "14", "", "TMB"),
    ],
)
def test_a_finding_names_its_marker(gene, alteration, method, marker):
    text = sheet(case="C1", gene=gene, alteration=alteration, status="detected", method=method)
    (row,) = findings(text)
    assert row.observation.marker.value == marker


def test_a_finding_row():
    (row,) = findings(
        sheet(
            case="C1",
            gene="KRAS",
            alteration="p.G12C",
            status="not_detected",
            significance="pathogenic",
            method="ctDNA",
            specimen="P1",
            tumour_percent="15",
            collected="2026-02-03",
            source="outside laboratory",
        )
    )
    seen = row.observation
    assert row.case == "C1"
    assert (seen.status, seen.analyte) == (Status.NOT_DETECTED, Analyte.CFDNA)
    assert seen.significance.value == "pathogenic"
    assert seen.source.line == 2
    assert "outside laboratory" in seen.source.text
    assert (row.specimen.id, row.specimen.tumour_percent) == ("P1", 15)
    assert row.specimen.analyte is Analyte.CFDNA


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"case": "", "gene": "KRAS", "alteration": "G12C", "status": "detected"}, "case"),
        ({"case": "C1", "gene": "KRAS", "alteration": "G12C", "status": ""}, "status"),
        ({"case": "C1", "gene": "KRAS", "alteration": "G12C", "status": "positive"}, "status"),
        ({"case": "C1", "gene": "KRAS", "alteration": "", "status": "detected"}, "alteration"),
        ({"case": "C1", "gene": "TP53", "alteration": "R175H", "status": "detected"}, "alteration"),
        (
            {
                "case": "C1",
                "gene": "KRAS",
                "alteration": "G12C",
                "status": "detected",
                "method": "x",
            },
            "method",
        ),
    ],
)
def test_a_wrong_finding_is_named(cells, column):
    with pytest.raises(InputError, match=f"row 2, column {column}"):
        findings(sheet(**cells))


@pytest.mark.parametrize("limit", [131_072, 10**8], ids=["as it is", "lifted by another"])
def test_a_cell_beyond_any_value_is_named(limit: int) -> None:
    """A quotation mark that is never closed swallows the rest of a long table."""
    before = csv.field_size_limit(limit)
    try:
        with pytest.raises(InputError, match="quotation mark"):
            manifest("file,case\n" + '"' + "a.vcf,ONE\n" * 20_000)
    finally:
        csv.field_size_limit(before)
