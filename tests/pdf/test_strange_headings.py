"""What stands under a heading that is not of results is no result of this patient.

A variant of no panel gene is the only finding of each report; a marker that is detected was made of
a therapy, a gene list, a control or a note. Read without it, or held: both are safe.
"""

import pytest

from tests.pdf.tabled import Block, Grid
from tests.pdf.test_family_e import REPORT, VARIANTS, read, states
from tests.pdf.test_sayings import OF_ANOTHER_GENE

FOUND = Block(title="Variants detected", table=Grid(heads=VARIANTS.heads, rows=(OF_ANOTHER_GENE,)))
THERAPIES = Grid(heads=("Biomarker", "Drug", "Level"), rows=(("IDH1 R132C", "ivosidenib", "IA"),))
COVERED = Grid(
    heads=("Gene", "cDNA", "Protein", "Exon"),
    rows=(("IDH1", "c.394C>T", "p.(Arg132Cys)", "4"), ("BRAF", "c.1799T>A", "p.(Val600Glu)", "15")),
)
CONTROL = Grid(
    heads=("Control", "Gene", "Protein", "VAF", "Depth"),
    rows=(("HD200", "BRAF", "p.V600E", "10.5", "2000"),),
)
NOTES = ("Tier I: e.g. BRAF V600E", "* IDH1 R132C: see reference 4", "FGFR2 fusion: RNA is better.")
CASES = (
    *(
        (title, THERAPIES, ("FGFR2 fusion: pemigatinib, futibatinib",))
        for title in ("Treatment Options", "Matched Therapies", "What this means for treatment")
    ),
    *(
        (title, COVERED, ("KRAS p.G12D, KRAS p.G12V",))
        for title in ("Hotspots analysed", "Target regions", "These alleles are on the chip")
    ),
    *(
        (title, CONTROL, ("Positive control: KRAS p.G12D detected (expected 5 %)",))
        for title in ("Quality control", "Reference material")
    ),
    *((title, None, NOTES) for title in ("Legend", "Remarks", "Summary", "Molecular diagnosis")),
)


def beneath(title, table, lines):
    block = Block(title=title, table=table, lines=lines)
    return read(REPORT.but(pages=((FOUND, block), REPORT.pages[1])))


@pytest.mark.parametrize(("title", "table", "lines"), CASES, ids=[case[0] for case in CASES])
def test_nothing_under_another_heading_is_a_result(title, table, lines):
    reading = beneath(title, table, lines)
    assert reading.report.status.value in {"final", "held"}
    assert not {"D", "DI", "I"} & set(states(reading).values())
    assert not reading.report.covered, "a list of single changes covers no gene"


def test_a_result_under_an_unknown_heading_holds_the_report():
    reading = beneath("Molecular diagnosis", None, ("IDH1 p.R132C",))
    assert (reading.report.status.value, reading.report.code) == ("held", "layout_not_understood")


def test_a_result_that_an_addendum_tells_is_not_passed_over():
    reading = beneath("Addendum", None, ("IDH1 p.R132C was subsequently confirmed by the method.",))
    assert (reading.report.status.value, reading.report.code) == ("held", "layout_not_understood")


def test_a_known_heading_of_results_goes_on():
    reading = beneath("Copy number", None, ("ERBB2 amplification (CN 22)",))
    assert states(reading) == {"ERBB2_AMPLIFICATION": "D"}


ROWS = Grid(
    heads=("Gene", "cDNA", "Protein", "VAF", "Depth", "Comment"),
    rows=(
        ("IDH1", "c.394C>T", "p.R132C", "0.0%", "800", ""),
        ("BRAF", "c.1799T>A", "p.V600E", "ND", "900", ""),
        ("KRAS", "c.35G>A", "p.G12D", "12%", "900", ""),
        ("RET", "c.2753T>C", "p.M918T", "1.0%", "80", "below threshold, not reported"),
        ("ERBB2", "c.929C>T", "p.S310F", "1.1%", "90", "sequencing artefact"),
    ),
)


def test_a_row_of_hotspots_says_by_its_fraction_or_remark_that_there_is_nothing():
    reading = beneath("Results", ROWS, ())
    assert states(reading) == {
        "IDH1_MUTATION": "I",  # R132H and the others were not named
        "BRAF_MUTATION": "N",
        "KRAS_MUTATION": "D",
        "RET_MUTATION": "I",
        "ERBB2_MUTATION": "I",
    }


def test_a_line_under_a_table_is_no_row_of_it():
    table = Grid(heads=ROWS.heads[:5], rows=(ROWS.rows[2][:5],), widths=(90, 80, 80, 60, 60))
    reading = beneath("Results", table, ("Fusions (RNA): FGFR2::BICC1 detected",))
    assert states(reading) == {"KRAS_MUTATION": "D", "FGFR2_FUSION": "D"}


def test_a_germline_result_says_that_it_is_one():
    reading = beneath("Germline findings", None, ("RET p.V804M, heterozygous, pathogenic",))
    (found,) = [item for item in reading.observations if item.gene == "RET"]
    assert found.origin.value == "germline"
