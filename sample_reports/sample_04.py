"""Sample 04, layout family D: a path in, a plasma report with a fusion and its resistance there."""

from pathlib import Path

from drawing import Ink, Sheet
from family_d import (
    APPROVED,
    LACKING,
    LEFT,
    OTHER,
    Alteration,
    Frame,
    document,
    genes,
    head,
    heading,
    key,
    prose,
    summary,
    trend,
)

FRAME = Frame(
    patient="Specimen, Sissel (SYN-26-0204)", born="01 Jan 1955", test="Test Number 2", pages=4
)
LINES = (
    "Patient MRN: SYN-000004 | DOB: 01 Jan 1955 | Gender: Female",
    "Diagnosis: Cholangiocarcinoma | Test Number 2",
)
BLOCKS = (
    (
        "REPORTING",
        "Report Date:|23 Jan 2026",
        "Receipt Date:|15 Jan 2026",
        "Collection Date:|14 Jan 2026",
        "Specimen:|Blood",
        "Status:|FINAL",
    ),
    ("PHYSICIAN", "Dr. Imogen Placeholder", "Account: Exempla Regional Hospital (fictional)"),
)
ROWS = (
    Alteration(
        words="FGFR2-CCDC6 Fusion",
        share="0.9%",
        therapies=(
            (APPROVED, "Futibatinib, Pemigatinib"),
            (OTHER, "Erdafitinib"),
            (LACKING, "Gefitinib"),
        ),
    ),
    Alteration(words="FGFR2 V565F", share="0.4%", therapies=((LACKING, "Pemigatinib"),)),
    Alteration(words="TP53 R175H", share="0.2%", therapies=((None, "None"),)),
)
TREND = (
    ("FGFR2-CCDC6 Fusion", "0.9%", "2.1%", ""),
    ("FGFR2 V565F", "0.4%", "", "New since Test Number 1"),
    ("EGFR S306S", "0.2%", "0.3%", "Synonymous Alteration"),
    ("TP53 R175H", "0.2%", "0.7%", ""),
)
COMMENT = (
    "In plasma, the absence of an alteration does not exclude it in the tumour; tissue should be "
    "examined where no alteration is found. Substitutions of FGFR2 such as N550K and fusions of "
    "NTRK3 have been described after treatment and are discussed here only as background."
)
NEGATIVE = "Not detected: BRAF, IDH1, KRAS; ERBB2 amplification; NTRK1, RET fusions"
LISTED = (
    "AKT1 APC ARID1A ATM BRAF BRCA1 BRCA2 CCND1† CDK4† CDKN2A CTNNB1 EGFR† ERBB2† ESR1 FBXW7 "
    "FGFR1† FGFR2# GNAS HRAS IDH1 JAK2 KIT KRAS MET† MTOR MYC† NF1 NRAS NTRK1# PIK3CA PTEN RET# "
    "ROS1# SMAD4 STK11 TP53 VHL"
)
LEGEND = ("# Fusions are reported in this gene.", "† Amplifications are reported in this gene.")
METHOD = (
    "Cell-free DNA is sequenced. Single nucleotide variants and short insertions and deletions are "
    "reported in all 37 genes of the list, other types of variants in select genes as indicated "
    "below."
)


def _summary(sheet: Sheet) -> None:
    head(sheet, FRAME, LINES, BLOCKS)
    title = "Summary of Detected Somatic Alterations & Associated Treatment Options"
    top = summary(sheet, key(sheet, heading(sheet, 200, title)), ROWS)
    top = heading(sheet, top + 12, "Synonymous Alterations")
    sheet.words(LEFT, top, "EGFR S306S (0.2%)")
    top = heading(sheet, top + 34, "Variants of Uncertain Clinical Significance")
    sheet.words(LEFT, top, "APC E1317Q (0.2%), NTRK1 P387L (0.3%)")


def _biomarkers(sheet: Sheet) -> None:
    top = heading(sheet, 104, "Additional Biomarkers")
    sheet.words(LEFT, top, "MSI-High: NOT DETECTED")
    sheet.words(LEFT, top + 16, "Tumor mutational burden: Not evaluable")
    top = heading(sheet, top + 52, "Pertinent Negatives")
    sheet.words(LEFT, top, NEGATIVE)
    prose(sheet, heading(sheet, top + 36, "Comments"), COMMENT)


def _trends(sheet: Sheet) -> None:
    top = heading(sheet, 104, "Tumor Response Map")
    words = "Shares of cell-free DNA: the present sample, and at the right the one of 02 Sep 2025."
    sheet.words(LEFT, top, words, Ink(size=7.5))
    trend(sheet, top + 14, TREND)


def _method(sheet: Sheet) -> None:
    top = heading(sheet, 104, "Clinical Trials")
    top = prose(sheet, top, "Studies for tumours with an IDH1 R132C or KRAS G12C may be open.")
    top = prose(sheet, heading(sheet, top + 10, "Gene List"), METHOD)
    top = genes(sheet, top, LISTED.split(), LEGEND)
    text = "Alterations below 0.1% may be missed. The test does not examine the germline."
    prose(sheet, heading(sheet, top + 16, "Limitations"), text)


def sample_04(path: Path) -> None:
    """A fusion and a resistance mutation in plasma, and nothing else of ours."""
    document(path, "Sample 04", FRAME, (_summary, _biomarkers, _trends, _method))
