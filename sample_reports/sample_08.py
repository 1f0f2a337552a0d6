"""Sample 08, shell of layout family A: a path in, a report of a test that failed there."""

from pathlib import Path

from drawing import BODY, STRONG, Box, Ink, Sheet
from family_a import LAB, Frame, document, entries, gene_list, panel

FRAME = Frame(
    lab=LAB,
    patient="Specimen, Sanna",
    tumour_type="Extrahepatic cholangiocarcinoma",
    reported="30 Jan 2026",
    order="SYN-26-0208",
    pages=2,
)
PANEL = (
    (
        "PATIENT",
        (
            ("DISEASE", "Extrahepatic cholangiocarcinoma"),
            ("NAME", "Specimen, Sanna"),
            ("DATE OF BIRTH", "01 Jan 1948"),
            ("SEX", "Female"),
            ("MEDICAL RECORD #", "SYN-000008"),
        ),
    ),
    (
        "PHYSICIAN",
        (
            ("ORDERING PHYSICIAN", "Dr. Imogen Placeholder"),
            ("MEDICAL FACILITY", "Exempla General Hospital (fictional)"),
            ("PATHOLOGIST", "Not Provided"),
        ),
    ),
    (
        "SPECIMEN",
        (
            ("SPECIMEN SITE", "Bile duct"),
            ("SPECIMEN ID", "SYN-26-0208-T"),
            ("SPECIMEN TYPE", "Slide"),
            ("DATE OF COLLECTION", "19 Jan 2026"),
            ("SPECIMEN RECEIVED", "22 Jan 2026"),
        ),
    ),
)
STATUS = "Status: FAIL - insu\ufb03cient quantity"
SENTENCE = (
    "The requested assay could not be completed because the quantity of DNA was not enough (QNS). "
    "No result of any gene or signature is reported. Please submit another specimen."
)
LISTED = (
    "AKT1 BAP1 BRAF BRCA1 BRCA2 CDKN2A EGFR ERBB2 FGFR1 FGFR2 FGFR3 IDH1 IDH2 KRAS MET NRAS NTRK1 "
    "NTRK2 NTRK3 PALB2 PIK3CA PTEN RET ROS1 SMAD4 TP53"
)
TAUGHT = (
    ("KRAS G12C  sotorasib", "Approved in another tumour type; listed for education only."),
    ("FGFR2 fusion  pemigatinib", "Cholangiocarcinoma after therapy; listed for education only."),
    ("IDH1 R132C  ivosidenib", "Cholangiocarcinoma after therapy; listed for education only."),
)


def _first_page(sheet: Sheet) -> None:
    panel(sheet, PANEL)
    sheet.double_strike(240, 80, "Test Status", Ink(font=STRONG.font, size=12))
    sheet.ligature(240, 98, STATUS)
    sheet.paragraph(Box(x=240, top=116, width=330, height=0), SENTENCE, BODY)


def _second_page(sheet: Sheet) -> None:
    entries(sheet, "FDA-APPROVED THERAPIES", TAUGHT)
    section_top = 260.0
    sheet.double_strike(40, section_top, "GENES ASSAYED", Ink(font=STRONG.font, size=12))
    gene_list(sheet, section_top + 26, "DNA gene list", LISTED)


def sample_08(path: Path) -> None:
    """Too little DNA: no result, beside a list of genes and a table of therapies for teaching."""
    document(path, "Sample 08", FRAME, (_first_page, _second_page))
