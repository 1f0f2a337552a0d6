"""Family I, drawn in several ways: one list of several technologies, each result in its own."""

import pytest
from reportlab.lib.pagesizes import A4, letter

from parsers import extract
from tests.pdf.tabled import Block, Grid, Tabled
from tests.pdf.test_family_a import told

LABELS = (
    ("Patient Name", "Muster, Sigmund"),
    ("Patient DOB / Sex", "01 Jan 1949 / M"),
    ("MRN", "SYN-000991"),
    ("Case No", "SYN-26-0991"),
    ("Specimen Type", "Paraffin block"),
    ("Body Site", "Gallbladder"),
    ("Collection Date", "02 Mar 2026"),
    ("Received Date", "04 Mar 2026"),
    ("Report Date", "15 Mar 2026"),
    ("Reason for Referral", "Gallbladder carcinoma"),
    ("Treating Physician", "Dr. Example"),
    ("Ordering Physician", "Dr. Example"),
)
ROWS = (
    ("IDH1", "Detected", "p.R132C (c.394C>T), VAF 12%"),
    ("KRAS", "Not Detected", ""),
    ("FGFR2 fusion", "Not Detected", ""),
    ("ERBB2 amp", "Not Detected", ""),
    ("HER2 NB", "Negative (1+)", ""),
    ("Pan-TRK", "Negative", ""),
    ("PD-L1 22C3", "Positive", "CPS 20"),
    ("MET FISH", "TNP", ""),
    ("MLH1 Methylation", "Not Detected", ""),
    ("Microsatellite Instability", "MSI - Stable (MSS)", ""),
    ("Tumor Mutation Burden", "Low 4 mut/Mb", ""),
)
SAID = {
    "IDH1_MUTATION": "D",
    "KRAS_MUTATION": "N",
    "FGFR2_FUSION": "N",
    "ERBB2_AMPLIFICATION": "N",
    "HER2_IHC": "N",
    "MSI": "N",
    "TMB": "N",
}
EVALUATED = Block(
    title="Biomarkers Evaluated (by molecular analysis unless otherwise noted)",
    lines=("ALK FISH, ARID1A, BRAF, ERBB2, FGFR2, HER2 NB, IDH1, KRAS, MET FISH, NTRK1,",
           "Pan-TRK, PD-L1 22C3, RET"),
)  # fmt: skip
THERAPY = Block(
    title="Therapeutic Implications",
    lines=("BRAF V600E: dabrafenib with trametinib", "FGFR2 fusion: pemigatinib"),
)


def in_a_table(rows=ROWS, heads=("Biomarker", "Result", "Interpretation")):
    return Block(title="Biomarker/Assay Results", table=Grid(heads=heads, rows=rows))


def in_lines(rows=ROWS):
    lines = tuple(" ".join(filter(None, row)) for row in rows)
    return Block(title="Biomarker/Assay Results", lines=lines)


def report(*blocks, **changes):
    usual = Tabled(
        lab="Harbourlight Diagnostics (fictional)",
        labels=LABELS,
        pages=(tuple(blocks), (THERAPY, EVALUATED)),
    )
    return usual.but(**changes)


def read(drawn):
    return extract.read(drawn.pdf(), "drawn.pdf")


def one(*row):
    """What a report says whose list has this row, and one of IDH1 beside it."""
    found = told(read(report(in_a_table((row, ("IDH1", "Not Detected", ""))))))
    assert found.pop("IDH1_MUTATION") == "N"
    return found


@pytest.mark.parametrize(
    ("block", "changes"),
    [
        (in_a_table(), {}),
        (in_a_table(), {"paper": letter, "font": ("Times-Roman", "Times-Bold"), "size": 9.0}),
        (in_a_table(), {"glued": True, "numbered": False}),
        (in_lines(), {"paper": A4}),
        (in_lines(), {"font": ("Courier", "Courier-Bold"), "size": 7.5}),
        (Block(title="Biomarker/Assay Results", table=Grid(
            heads=("Biomarker", "Result", "Interpretation"), rows=ROWS, ruled=False)), {}),
    ],
    ids=["table", "letter", "glued", "lines", "courier lines", "no rules"],
)  # fmt: skip
def test_the_same_results_in_another_layout(block, changes):
    reading = read(report(block, **changes))
    found = told(reading)
    assert found.pop("MET_AMPLIFICATION", "A") == "A"
    assert found == SAID
    assert reading.report.is_btc is True
    assert reading.report.identity.name == "Muster, Sigmund"
    assert str(reading.report.identity.dob) == "1949-01-01"
    assert reading.report.specimens[0].site == "Gallbladder"


def test_a_list_that_goes_on_over_a_page_with_its_head_repeated():
    reading = read(report(pages=((in_a_table(ROWS[:4]),), (in_a_table(ROWS[4:]), EVALUATED))))
    found = told(reading)
    found.pop("MET_AMPLIFICATION", None)
    assert found == SAID


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("KRAS", "Detected", "p.G12D, VAF 31%"), {"KRAS_MUTATION": "D"}),
        (("FGFR2 fusion", "Detected", "FGFR2-BICC1"), {"FGFR2_FUSION": "D"}),
        (("FGFR2 fusion", "Detected", ""), {"FGFR2_FUSION": "D"}),
        (("ERBB2 amp", "Detected", ""), {"ERBB2_AMPLIFICATION": "D"}),
        (("HER2 Non-Breast", "Positive (3+)", ""), {"HER2_IHC": "D"}),
        (("HER2 Non-Breast", "Equivocal (2+)", ""), {"HER2_IHC": "I"}),
        (("HER2 NB", "TNP", ""), {"HER2_IHC": "A"}),
        (("HER2 FISH", "Amplified", ""), {"HER2_ISH": "D", "ERBB2_AMPLIFICATION": "D"}),
        (("HER2 FISH", "Not amplified", ""), {"HER2_ISH": "N", "ERBB2_AMPLIFICATION": "N"}),
        (("RET FISH", "Rearrangement Detected", ""), {"RET_FUSION": "D"}),
        (("RET FISH", "Not Detected", "No rearrangement"), {"RET_FUSION": "N"}),
        (("Pan-TRK", "Positive", ""), {}),
        (("NTRK1/2/3 fusion", "Not Detected", ""),
         {"NTRK1_FUSION": "N", "NTRK2_FUSION": "N", "NTRK3_FUSION": "N"}),
        (("NTRK fusion", "Not Detected", ""), {}),
        (("KRAS", "TNP", ""), {"KRAS_MUTATION": "A"}),
        (("KRAS", "Results in separate report", ""), {"KRAS_MUTATION": "A"}),
        (("KRAS", "Indeterminate", ""), {"KRAS_MUTATION": "I"}),
        (("KRAS", "Detected", ""), {"KRAS_MUTATION": "I", "KRAS_AMPLIFICATION": "I"}),
        (("BRAF V600E", "Not Detected", ""), {"BRAF_MUTATION": "N"}),
        (("MLH1 Methylation", "Detected", ""), {}),
        (("Microsatellite Instability", "MSI - High (MSI-H)", ""), {"MSI": "D"}),
        (("Microsatellite Instability", "TNP -", ""), {"MSI": "A"}),
        (("Tumor Mutation Burden", "Result High 24 mut/Mb", ""), {"TMB": "D"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_a_row_speaks_of_its_own_technology(row, said):
    assert one(*row) == said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("There is no evidence of microsatellite instability.", {"MSI": "N"}),
        ("Microsatellite instability was not performed", {"MSI": "A"}),
        ("- TUMOR MUTATION BURDEN (TMB): Low 4 mut/Mb", {"TMB": "N"}),
        ("- IDH1 p.R132C Detected", {"IDH1_MUTATION": "D"}),
    ],
)
def test_a_line_of_the_summary(line, said):
    summary = Block(title="Results Summary", lines=(line,))
    assert told(read(report(summary, in_a_table((("BRAF", "Not Detected", ""),))))) == {
        "BRAF_MUTATION": "N",
        **said,
    }


def test_details_by_technology():
    molecular = Block(
        title="Molecular Testing Detail",
        table=Grid(
            heads=("Gene", "Transcript", "cDNA", "Protein", "VAF"),
            rows=(("IDH1", "NM_005896.3", "c.394C>T", "p.R132C", "12%"),),
        ),
    )
    fish = Block(
        title="FISH Testing Detail",
        lines=("FGFR2 Rearrangement Not Detected", "nuc ish(FGFR2x2)[100]"),
    )
    tissue = Block(
        title="Histology Testing Detail",
        lines=("MLH1 Retained", "MSH2 Retained", "MSH6 Retained", "PMS2 Retained",
               "HER2 Non-Breast Positive (3+)"),
    )  # fmt: skip
    assert told(read(report(molecular, fish, tissue))) == {
        "IDH1_MUTATION": "D",
        "FGFR2_FUSION": "N",
        "MMR": "N",
        "HER2_IHC": "D",
    }


def test_a_list_of_what_was_evaluated_says_nothing():
    """It prints no classes of alteration: the silence of NTRK1 and RET stays "not assessed"."""
    reading = read(report(in_a_table((("BRAF", "Not Detected", ""),))))
    assert told(reading) == {"BRAF_MUTATION": "N"}
    assert reading.report.covered == ()
