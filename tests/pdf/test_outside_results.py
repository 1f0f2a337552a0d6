"""What stands under a heading that nobody knows, in a comment, or in the past: open or told, never
lost and never taken for a result of today."""

import pytest

from pipeline.coverage import assays
from pipeline.normalise import normalise
from pipeline.tables import packaged
from tests.pdf.tabled import Block, Grid
from tests.pdf.test_family_e import REPORT, VARIANTS, read, states
from tests.pdf.test_family_f import result, spoken, text_report
from tests.pdf.test_sayings import OF_ANOTHER_GENE

REPAIR = ("IMMUNOHISTOCHEMISTRY:", "MLH1: Intact. PMS2: Intact. MSH2: Intact. MSH6: Intact.", "")
TOLD = ("FGFR2: rearranged.", "IDH1 p.R132C, VAF 22%", "KRAS: wild type")
UNKNOWN = ("NGS:", "RNA SEQUENCING:", "GENOMIC TESTING:", "FGFR2 FISH:", "FUSION PANEL (RNA):")


def said_outside(lines):
    found = result(text_report(lines))
    return [each.code for each in found.report.notices]


@pytest.mark.parametrize("heading", UNKNOWN)
@pytest.mark.parametrize("above", ["COMMENT:", "CLINICAL HISTORY:"])
def test_an_unknown_heading_ends_the_narrative_above_it(heading, above):
    lines = [*REPAIR, above, "See below.", "", heading, *(f"   {each}" for each in TOLD)]
    said = spoken(lines)
    assert said["FGFR2_FUSION"] in {"D", "I"}
    assert said["IDH1_MUTATION"] in {"D", "I"}
    assert said.get("KRAS_MUTATION", "A") in {"N", "I", "A"}


def test_a_result_that_only_a_comment_tells_is_open_and_told():
    lines = [*REPAIR, "COMMENT:", "FGFR2-BICC1 fusion detected by NGS."]
    assert spoken(lines) == {"MMR": "N", "FGFR2_FUSION": "I"}
    assert "told_in_narrative" in said_outside(lines)


PAST = [
    ("PRIOR RESULTS:", "   HER2: positive (3+) on outside biopsy 2024"),
    ("CLINICAL HISTORY:", "   Outside biopsy 2024:", "   HER2: positive (3+)", "   MMR: deficient"),
    ("CLINICAL HISTORY:", "   HER2 positive (3+) in breast cancer 2011."),
    ("MOLECULAR RESULTS:", "   Prior panel (2024): BRAF p.V600E detected."),
    ("MOLECULAR RESULTS:", "   Previous specimen (2024): KRAS G12D"),
]


@pytest.mark.parametrize("lines", PAST, ids=lambda lines: lines[-1].strip())
def test_what_was_found_before_is_no_result_of_today(lines):
    assert spoken([*lines, "", *REPAIR]) == {"MMR": "N"}


CAPITALS = [
    ("HER2 IHC 3+", {"HER2_IHC": "D"}),
    ("HER2 SCORE 3+", {"HER2_IHC": "D"}),
    ("HER2 IHC 0", {"HER2_IHC": "N"}),
    ("HER2 FISH POSITIVE", {"HER2_ISH": "D"}),
    ("HER2 FISH AMPLIFIED, RATIO 4.5", {"HER2_ISH": "D"}),
    ("MICROSATELLITE INSTABILITY HIGH", {"MSI": "D"}),
]


@pytest.mark.parametrize(("line", "wanted"), CAPITALS)
def test_a_result_in_capitals_is_no_heading(line, wanted):
    said = spoken([*REPAIR, "MOLECULAR RESULTS:", line])
    assert wanted.items() <= said.items()


# -------------------------------------------------------------------------- reports with tables
FUSIONS = Grid(
    heads=("Fusion", "Breakpoints", "Reads", "Frame"),
    rows=(("FGFR2-BICC1", "chr10:123239000;chr10:61600000", "214", "in-frame"),),
)


def beside(*blocks):
    """A local report with a variant of no panel gene, and these blocks behind its results."""
    table = Grid(heads=VARIANTS.heads, rows=(OF_ANOTHER_GENE,))
    first = (Block(title="Variants detected", table=table), *blocks)
    return read(REPORT.but(pages=(first, REPORT.pages[1])))


@pytest.mark.parametrize("heading", ["RNA analysis", "Extended report", "NGS extension"])
@pytest.mark.parametrize("above", ["Clinical comment", "Methods", "Limitations"])
@pytest.mark.parametrize("content", [{"table": FUSIONS}, {"lines": ("FGFR2::BICC1 fusion found",)}])
def test_what_stands_behind_a_narrative_is_never_lost(heading, above, content):
    reading = beside(
        Block(title="Results", lines=("MSI: MSS",)),
        Block(title=above, lines=("Biliary tract cancer is rare.",)),
        Block(title=heading, **content),
    )
    told = [each.code for each in reading.report.notices]
    said = states(reading).get("FGFR2_FUSION", "-")
    assert said in {"D", "I", "-"}
    assert said != "-" or "told_outside_results" in told


ROWS = [
    (("TPM3::NTRK1", "ex7::ex10", "4", "below threshold, not reported"), "NTRK1_FUSION", "I"),
    (("FGFR2::BICC1", "ex17::ex3", "214", "out of frame"), "FGFR2_FUSION", "I"),
    (("FGFR2::BICC1", "ex17::ex3", "214", "in frame"), "FGFR2_FUSION", "D"),
]


@pytest.mark.parametrize(("row", "marker", "wanted"), ROWS, ids=lambda each: str(each)[:40])
def test_the_remark_of_a_fusion_counts(row, marker, wanted):
    table = Grid(heads=("Fusion", "Breakpoints", "Reads", "Comment"), rows=(row,))
    assert states(beside(Block(title="Gene fusions", table=table))).get(marker) == wanted


COPIES = [
    (("ERBB2", "12", "High amplification"), "D"),
    (("ERBB2", "12", "Amplified"), "D"),
    (("ERBB2", "4", "Gain"), "I"),
    (("ERBB2", "2", "Not amplified"), "N"),
]


@pytest.mark.parametrize(("row", "wanted"), COPIES, ids=str)
def test_the_call_beside_a_copy_number_counts(row, wanted):
    table = Grid(heads=("Gene", "Copies", "Call"), rows=(row,))
    reading = beside(Block(title="Copy number variants", table=table))
    whole = normalise(reading, assays(packaged("pipeline", "assays.csv")))
    found = {marker.value: state.status.value for marker, state in whole.markers.items()}
    said = {"detected": "D", "indeterminate": "I", "not_detected": "N"}
    assert said.get(found["ERBB2_AMPLIFICATION"]) == wanted


def test_a_list_in_a_comment_does_not_undo_a_printed_negative():
    reading = beside(
        Block(title="Results", lines=("BRAF: no mutation detected",)),
        Block(title="Clinical comment", lines=("Markers of biliary cancer:", "- BRAF V600E")),
    )
    assert states(reading)["BRAF_MUTATION"] == "N"
