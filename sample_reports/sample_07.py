"""Sample 07, layout family A: a path in, an amended report with its original behind it there."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from drawing import BOLD, DARK, STRONG, Box, Ink, Page, Sheet, bind
from family_a import (
    LAB,
    LEFT,
    Altered,
    Frame,
    Results,
    entries,
    furnish,
    gene_lists,
    panel,
    results,
)
from reportlab.lib.pagesizes import letter

PAGES = 3  # of each version
FRAME = Frame(
    lab=LAB,
    patient="Specimen, Sverre",
    tumour_type="Intrahepatic cholangiocarcinoma",
    reported="02 Mar 2026",
    order="SYN-26-0707",
    pages=PAGES,
    date_label="ORIGINAL REPORTED DATE:",
)
ORIGINAL_FRAME = Frame(
    lab=LAB,
    patient="Specimen, Sverre",
    tumour_type="Intrahepatic cholangiocarcinoma",
    reported="02 Mar 2026",
    order="SYN-26-0707",
    pages=PAGES,
)
PANEL = (
    (
        "PATIENT",
        (
            ("DISEASE", "Intrahepatic cholangiocarcinoma"),
            ("NAME", "Specimen, Sverre"),
            ("DATE OF BIRTH", "01 Jan 1963"),
            ("SEX", "Male"),
            ("MEDICAL RECORD #", "SYN-000007"),
        ),
    ),
    (
        "PHYSICIAN",
        (
            ("ORDERING PHYSICIAN", "Dr. Tobias Stand-In"),
            ("MEDICAL FACILITY", "Exempla Liver Centre (fictional)"),
            ("PATHOLOGIST", "Not Provided"),
        ),
    ),
    (
        "SPECIMEN",
        (
            ("SPECIMEN SITE", "Liver"),
            ("SPECIMEN ID", "SYN-26-0707-T"),
            ("SPECIMEN TYPE", "Block"),
            ("TUMOR NUCLEI", "50%"),
            ("DATE OF COLLECTION", "16 Feb 2026"),
            ("SPECIMEN RECEIVED", "18 Feb 2026"),
        ),
    ),
)
SIGNATURES = (
    ("Microsatellite status", "MS-Stable"),
    ("Tumor Mutational Burden", "5 Muts/Mb"),
)
FUSIONS = "NTRK1, NTRK2, NTRK3 and RET fusions: not detected (RNA)"
CURRENT = Results(
    signatures=SIGNATURES,
    alterations=(
        Altered(gene="IDH1", alteration=""),
        Altered(gene="BRAF", alteration="V600E"),
        Altered(gene="BAP1", alteration="Q590*"),
    ),
    negative_heading="3 Disease relevant genes with no reportable alterations:",
    negative_lines=("ERBB2, KRAS, MET",),
    statements=("FGFR2 fusion: not detected (RNA)", FUSIONS),
)
ORIGINAL = Results(
    signatures=SIGNATURES,
    alterations=(
        Altered(gene="IDH1", alteration="R132H"),
        Altered(gene="BAP1", alteration="Q590*"),
    ),
    negative_heading="4 Disease relevant genes with no reportable alterations:",
    negative_lines=("BRAF, ERBB2, KRAS, MET",),
    statements=("FGFR2 fusion: not detected (RNA)", FUSIONS),
)
IDH1_TOP = 158.95  # baseline of the first alteration
REASON = "Reason for amendment: IDH1 variant nomenclature corrected; BRAF result added"
THERAPIES = (
    ("IDH1 mutation", "Therapies are discussed for IDH1 R132C in the literature."),
    ("KRAS G12C", "Not a result of this specimen."),
)


def _current(sheet: Sheet) -> None:
    panel(sheet, PANEL)
    results(sheet, CURRENT)
    end = sheet.words(300, IDH1_TOP, "R132H")
    sheet.strike_out(300, IDH1_TOP, end - 300)
    sheet.words(end + 14, IDH1_TOP, "R132C", STRONG)
    sheet.words(240, 330, "Version: 2", STRONG)
    sheet.paragraph(Box(x=240, top=344, width=320, height=0), REASON, Ink(size=8))


def _original(sheet: Sheet) -> None:
    panel(sheet, PANEL)
    results(sheet, ORIGINAL)


def _furnished(sheet: Sheet, number: int) -> None:
    """Each version counts its own pages; the original bears a watermark across."""
    own = (number - 1) % PAGES + 1
    amended = number <= PAGES
    furnish(sheet, FRAME if amended else ORIGINAL_FRAME, own)
    if amended:
        sheet.words(LEFT, 20, "AMENDED REPORT", Ink(font=BOLD, size=9, colour=DARK))
        sheet.words(380, 20, "Amended Report Date: 14 Mar 2026", Ink(size=7.5))
    else:
        sheet.words(LEFT, 20, "ORIGINAL REPORT", Ink(font=BOLD, size=9, colour=DARK))
        sheet.slanted_watermark("SUPERSEDED")


def _version(first: Page) -> Sequence[Page]:
    return (first, partial(entries, title="POTENTIAL TREATMENT STRATEGIES", pieces=THERAPIES))


def sample_07(path: Path) -> None:
    """IDH1 R132C and BRAF V600E; the original behind it said IDH1 R132H and no BRAF."""
    pages = (*_version(_current), gene_lists, *_version(_original), gene_lists)
    bind(Sheet(path, letter, "Sample 07"), pages, _furnished)
