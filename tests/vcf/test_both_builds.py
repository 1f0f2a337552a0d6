"""Small VCFs as callers and annotators print them, on both builds: the findings must be the same.

The rows stand in `both_builds.csv`, in the notation of `traps.csv`; *says* was written by hand from
rules R42 to R64, with positions of `clinical/variants.csv` and `clinical/transcripts.csv`. Places
of a genome are written PLACE, since they alone differ between the builds.
"""

import csv
import re
from pathlib import Path

import pytest

from tests.vcf.test_traps import parts, row_of
from tests.vcf.text import said, vcf

CASES = {
    row["name"]: row
    for row in csv.DictReader(Path(__file__).with_name("both_builds.csv").open(encoding="utf-8"))
}


@pytest.mark.parametrize("build", ["37", "38"])
@pytest.mark.parametrize("name", CASES)
def test_both_builds_say_the_same(name, build):
    case = CASES[name]
    rows = (row_of(text) for text in parts(case[f"grch{build}"]))
    data = vcf(*rows, build=build, header=tuple(filter(None, [case["header"]])))
    found = [re.sub(r"\b\d+:\d{6,}", "PLACE", text) for text in said(data)]
    assert sorted(found) == sorted(parts(case["says"]))
