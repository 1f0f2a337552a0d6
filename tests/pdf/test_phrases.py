"""What a result cell says: the table is read by people, one phrase a row."""

import csv
from pathlib import Path

import pytest

from parsers import phrases
from pipeline.model import Marker

TABLE = Path(__file__).with_name("phrases.csv")
ROWS = list(csv.DictReader(TABLE.open(encoding="utf-8")))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_phrases(row):
    verdict = phrases.verdict(row["text"])
    if not row["status"]:
        assert verdict is None
        return
    assert verdict is not None
    assert (verdict.status.value, verdict.significance.value) == (
        row["status"],
        row["significance"],
    )


@pytest.mark.parametrize(
    ("text", "fraction"),
    [
        ("12.3%", 0.123),
        ("12,3 %", 0.123),
        ("0.123", 0.123),
        ("24", 0.24),
        ("1", 0.01),
        ("100", 1.0),
        ("130%", None),
        ("ND", None),
        ("", None),
    ],
)
def test_allele_fractions(text, fraction):
    assert phrases.share(text) == fraction


@pytest.mark.parametrize(
    ("marker", "text", "status"),
    [
        (Marker.MSI, "MSI-High NOT DETECTED", "not_detected"),
        (Marker.MSI, "QNS", "not_assessed"),
        (Marker.MSI, "MSI-L", "indeterminate"),
        (Marker.TMB, "9.9 Muts/Mb", "not_detected"),
        (Marker.TMB, "10 Muts/Mb", "detected"),
        (Marker.TMB, "4 per Mb", "not_detected"),
        (Marker.TMB, "12", "indeterminate"),
        (Marker.HER2_IHC, "Positive | 3+, 90%", "detected"),
        (Marker.HER2_IHC, "Equivocal | 2+", "indeterminate"),
        (Marker.HER2_IHC, "Negative | 1+, 100%", "not_detected"),
        (Marker.HER2_ISH, "Not Amplified", "not_detected"),
        (Marker.MMR, "Proficient", "not_detected"),
        (Marker.MMR, "Deficient", "detected"),
    ],
)
def test_valued_markers(marker, text, status):
    assert phrases.valued(marker, text).status.value == status


def test_blood_tmb_is_open():
    assert phrases.valued(Marker.TMB, "24 Muts/Mb", plasma=True).status.value == "indeterminate"


def test_a_value_without_meaning_is_not_guessed():
    assert phrases.valued(Marker.MSI, "something new") is None
