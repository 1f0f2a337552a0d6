"""What one line of a result section says, as laboratories word it: a table read by people.

D detected, N not detected, I indeterminate, A not assessed, `-` nothing is said of the marker.
"""

import csv
from pathlib import Path

import pytest

from tests.pdf.tabled import Block, Grid
from tests.pdf.test_family_e import REPORT, VARIANTS, read, states

ROWS = list(csv.DictReader(Path(__file__).with_name("sayings.csv").open(encoding="utf-8")))
OF_ANOTHER_GENE = ("TP53", "NM_000546.6", "c.524G>A", "p.(Arg175His)", "5", "0.22", "1204", "IIC")


def saying(*lines):
    """Marker → letters of a local report with these lines and a variant of no panel gene."""
    table = Grid(heads=VARIANTS.heads, rows=(OF_ANOTHER_GENE,))
    blocks = (
        Block(title="Variants detected", table=table),
        Block(title="Results", lines=lines),
    )
    reading = read(REPORT.but(pages=(blocks, REPORT.pages[1])))
    assert reading.report.status.is_read, reading.report.reasons
    return states(reading)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['line']}: {row['marker']}")
def test_what_a_line_says(row):
    assert saying(row["line"]).get(row["marker"], "-") == row["status"]
