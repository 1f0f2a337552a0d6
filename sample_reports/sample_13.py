"""Sample 13, layout family A: a path in, a qualified report full of open answers there."""

from functools import partial
from pathlib import Path

from drawing import STRONG, Ink, Sheet
from family_a import (
    LAB,
    Altered,
    Cell,
    Frame,
    Results,
    document,
    gene_lists,
    panel,
    results,
    therapy_table,
    variant_grid,
)

FRAME = Frame(
    lab=LAB,
    patient="Specimen, Sunniva",
    tumour_type="Intrahepatic cholangiocarcinoma",
    reported="06 Mar 2026",
    order="SYN-26-0213",
    pages=4,
)
PANEL = (
    (
        "PATIENT",
        (
            ("DISEASE", "Intrahepatic cholangiocarcinoma"),
            ("NAME", "Specimen, Sunniva"),
            ("DATE OF BIRTH", "01 Jan 1959"),
            ("SEX", "Female"),
            ("MEDICAL RECORD #", "SYN-000013"),
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
            ("SPECIMEN SITE", "Liver"),
            ("SPECIMEN ID", "SYN-26-0213-T"),
            ("SPECIMEN TYPE", "Slide"),
            ("TUMOR NUCLEI", "10%"),
            ("DATE OF COLLECTION", "20 Feb 2026"),
            ("SPECIMEN RECEIVED", "24 Feb 2026"),
        ),
    ),
)
RESULTS = Results(
    signatures=(
        ("Microsatellite status", "Cannot Be Determined"),
        ("Tumor Mutational Burden", "Cannot Be Determined"),
    ),
    alterations=(
        Altered(gene="FGFR2", alteration="FGFR2-N/A rearrangement intron 17"),
        Altered(gene="ERBB2", alteration="amplification - equivocal", mark="a"),
        Altered(gene="BAP1", alteration="Q590*"),
    ),
    negative_heading="2 Disease relevant genes with no reportable alterations:",
    negative_lines=("IDH1, MET",),
)
QUALIFIED = "QUALIFIED REPORT: reduced sensitivity, tumour nuclei 10%"
FOOTNOTE = "a. Refer to the appendix for the limits of copy number calls at low tumour content."
THERAPIES = (
    ("FGFR2 - FGFR2-N/A rearrangement intron 17", "Futibatinib\nPemigatinib", "Erdafitinib"),
    ("ERBB2 - amplification - equivocal", "None", "Trastuzumab"),
    ("BAP1 - Q590*", "None", "None"),
)
VARIANTS = (
    Cell(gene="ATM", variants=(("L1420F",),)),
    Cell(gene="KDR", variants=(("V297I",),)),
)


def _first_page(sheet: Sheet) -> None:
    panel(sheet, PANEL)
    results(sheet, RESULTS)
    sheet.double_strike(40, 384, QUALIFIED, Ink(font=STRONG.font, size=10))
    sheet.words(40, 400, FOOTNOTE, Ink(size=6.5))


def sample_13(path: Path) -> None:
    """FGFR2 rearrangement of unknown partner, equivocal ERBB2 amplification, 10% tumour nuclei."""
    pages = (
        _first_page,
        partial(therapy_table, rows=THERAPIES),
        partial(variant_grid, cells=VARIANTS),
        gene_lists,
    )
    document(path, "Sample 13", FRAME, pages)
