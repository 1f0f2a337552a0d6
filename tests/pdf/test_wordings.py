"""What laboratories may write of one result, in a line and in running text: a table read by people.

Each row stands in two layouts; " // " begins a new line. Of every marker that is named the letters
say what a careful reader accepts: D detected, N not detected, I indeterminate (a person looks), A
not assessed. Of all other markers nothing may be claimed. Written from the words alone, by people
who had not seen the readers.
"""

import csv
from pathlib import Path

import pytest

from tests.pdf.test_family_f import spoken
from tests.pdf.test_sayings import saying

ROWS = list(csv.DictReader(Path(__file__).with_name("wordings.csv").open(encoding="utf-8")))
REPAIR = (
    "IMMUNOHISTOCHEMISTRY:",
    "MLH1: Intact",
    "PMS2: Intact",
    "MSH2: Intact",
    "MSH6: Intact",
    "",
    "MOLECULAR RESULTS:",
)


def in_running_text(line, accepted):
    said = spoken([*REPAIR, *line.split(" // ")])
    # The stains above the line are negative by themselves.
    return said if "MMR" in accepted else {each: said[each] for each in said if each != "MMR"}


LAYOUTS = {
    "a line among results": lambda line, _: saying(*line.split(" // ")),
    "running text": in_running_text,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["line"])
def test_what_is_written_is_never_taken_for_more(row, layout):
    accepted = dict(each.split("=") for each in row["markers"].split())
    said = LAYOUTS[layout](row["line"], accepted)
    for marker in {*accepted, *said}:
        letters = said.get(marker, "A")
        # Two statements that contradict each other are open.
        letters = "I" if {"D", "N"} <= set(letters) else letters
        right = accepted.get(marker, "IA")
        assert set(letters) <= set(right), f"{marker}: {letters}, where {right} is right"


def test_the_table_forbids_most_wrong_readings():
    """Rows that accept everything would hold nothing."""
    letters = [each.partition("=")[2] for row in ROWS for each in row["markers"].split()]
    assert len(ROWS) > 300
    assert sum(len(each) == 1 for each in letters) > 200
    assert not any({"D", "N"} <= set(each) for each in letters)
