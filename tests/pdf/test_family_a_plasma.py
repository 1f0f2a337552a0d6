"""Family A on plasma: fractions in columns by date, and a signature in blood."""

import pytest

from pipeline.model import Significance, Status
from tests.pdf.test_family_a import BLOOD, LISTED, Profile, read, told

LIQUID = Profile(
    specimen=BLOOD,
    signatures=(
        ("Blood Tumor Mutational Burden", "12 Muts/Mb"),
        ("Microsatellite status", "MSI-High Not Detected"),
        ("Tumor Fraction", "Elevated Tumor Fraction Not Detected"),
    ),
    alteration_head="GENOMIC FINDINGS",
    columns=("MAF %",),
    alterations=(("FGFR2", "FGFR2-BICC1 fusion", "0.9%"), ("IDH1", "R132C", "0.4%"),
                 ("TP53", "R175H", "1.1%")),
)  # fmt: skip


def fractions(reading):
    return {
        item.marker.value: item.vaf
        for item in reading.observations
        if item.status is Status.DETECTED and item.significance is not Significance.VUS
    }


def test_plasma():
    reading = read(LIQUID)
    assert told(reading) == {
        **LISTED,
        "MSI": "N",
        "TMB": "I",
        "FGFR2_FUSION": "D",
        "IDH1_MUTATION": "D",
    }
    assert fractions(reading) == {"FGFR2_FUSION": 0.009, "IDH1_MUTATION": 0.004}
    assert {item.analyte.value for item in reading.observations} == {"cfDNA"}


def test_plasma_without_a_list_of_genes_without_alterations():
    """What is silent is covered by the printed lists, and said of no gene in words."""
    reading = read(LIQUID.but(negative_head="", negatives=()))
    said = {"MSI": "N", "TMB": "I", "FGFR2_FUSION": "D", "IDH1_MUTATION": "D"}
    assert told(reading) == said
    assert {entry.analyte.value for entry in reading.report.covered} == {"cfDNA"}


@pytest.mark.parametrize(
    ("columns", "idh1"),
    [
        (("20 Mar 2026", "02 Nov 2025"), ("0.4%", "2.1%")),
        (("02 Nov 2025", "20 Mar 2026"), ("2.1%", "0.4%")),
    ],
    ids=["current first", "current last"],
)
def test_the_current_column_counts_not_an_earlier_one(columns, idh1):
    report = LIQUID.but(columns=columns, alterations=(("IDH1", "R132C", *idh1),))
    assert fractions(read(report)) == {"IDH1_MUTATION": 0.004}


def test_what_only_an_earlier_sample_had_is_no_finding_of_this_one():
    report = LIQUID.but(
        columns=("20 Mar 2026", "02 Nov 2025"),
        alterations=(
            ("IDH1", "R132C", "ND", "2.1%"),
            ("FGFR2", "FGFR2-BICC1 fusion", "0.9%", "ND"),
        ),
    )
    found = told(read(report))
    assert found["IDH1_MUTATION"] == "I"
    assert found["FGFR2_FUSION"] == "D"


def test_several_columns_without_a_date_give_no_fraction():
    report = LIQUID.but(
        columns=("Sample 1", "Sample 2"), alterations=(("IDH1", "R132C", "2%", "9%"),)
    )
    reading = read(report)
    assert told(reading)["IDH1_MUTATION"] == "I"
    assert not any(item.vaf for item in reading.observations)
