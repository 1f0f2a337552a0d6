"""What silence means in a VCF of a declared assay: state of a marker, never a negative unseen.

The cases stand in `silences.csv`, in the notation of `traps.csv` (see also `several`); *states*
was written by hand from rules R40 to R43 and R62. Every file is a closed BGZF whose manifest row
names the assay Fictive Solid Panel 1.0 (100 reads, VAF from 0.05 on, six copies) and 60 % tumour:
nothing else stands in the way of a negative.
"""

import csv
import re
from pathlib import Path

import pytest

from pipeline.coverage import assays, shipped
from pipeline.errors import HeldError
from pipeline.model import Marker
from pipeline.normalise import normalise
from pipeline.sheets import manifest
from tests.vcf.test_traps import parts, row_of
from tests.vcf.text import bgzf, reading, vcf

CASES = {
    row["name"]: row
    for row in csv.DictReader(Path(__file__).with_name("silences.csv").open(encoding="utf-8"))
}
TELLS = "file,tumour_sample,assay,tumour_percent\nx.vcf,T,Fictive Solid Panel@1.0,60\n"


def several(text):
    """``30 rows from 17:1000 A>C`` is thirty rows, one at each base from there on."""
    found = re.fullmatch(r"(\d+) rows from (\w+):(\d+) (.*)", text)
    if not found:
        return [text]
    return [f"{found[2]}:{int(found[3]) + at} {found[4]}" for at in range(int(found[1]))]


def file_of(case):
    rows = (row_of(each) for text in parts(case["rows"]) for each in several(text))
    header = tuple(filter(None, [case["header"]]))
    return bgzf(vcf(*rows, build=case["build"], samples=case["samples"], header=header))


@pytest.mark.parametrize("name", CASES)
def test_silence_says(name):
    case, (row,) = CASES[name], manifest(TELLS)
    data = file_of(case)
    if case["states"].startswith("held: "):
        with pytest.raises(HeldError) as raised:
            reading(data, row)
        assert raised.value.code == case["states"].removeprefix("held: ")
        return
    found = normalise(reading(data, row), assays(shipped())).markers
    for text in parts(case["states"]):
        marker, status = text.split()
        assert (marker, found[Marker(marker)].status.value) == (marker, status)
    told = {notice.code for notice in reading(data, row).report.notices}
    assert set(filter(None, case["notice"].split(";"))) <= told


REASONS = {
    "no call at V600": "no call at this place",
    "hotspot row with 12 reads": "12 reads at this place, the assay asks for 100",
    "a hotspot that a filter removed": "called, and removed by FILTER weak_evidence",
    "columns swapped": "the columns may be swapped",
    "RNA that failed": "this part of the test failed",
    "gVCF with a gap at V600": "no row holds the known place 7:140453132",
    "one chromosome alone": "30 rows lie elsewhere",
}


@pytest.mark.parametrize("name", REASONS)
def test_an_open_marker_says_why(name):
    case, (row,) = CASES[name], manifest(TELLS)
    found = normalise(reading(file_of(case), row), assays(shipped())).markers
    marker = case["states"].split()[0]
    assert REASONS[name] in found[Marker(marker)].detail
