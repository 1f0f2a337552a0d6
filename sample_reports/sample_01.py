"""Sample 01, layout family A: a path in, the report of a patient with an FGFR2 fusion there."""

from functools import partial
from pathlib import Path

import wording
from drawing import Page, Sheet
from family_a import (
    LAB,
    Altered,
    Cell,
    Frame,
    Results,
    document,
    entries,
    gene_lists,
    narrative,
    panel,
    results,
    therapy_table,
    variant_grid,
)

FRAME = Frame(
    lab=LAB,
    patient="Specimen, Synthia",
    tumour_type="Intrahepatic cholangiocarcinoma",
    reported="14 Jan 2026",
    order="SYN-26-0101",
    pages=8,
)
PANEL = (
    (
        "PATIENT",
        (
            ("DISEASE", "Intrahepatic cholangiocarcinoma"),
            ("NAME", "Specimen, Synthia"),
            ("DATE OF BIRTH", "01 Jan 1961"),
            ("SEX", "Female"),
            ("MEDICAL RECORD #", "SYN-000001"),
        ),
    ),
    (
        "PHYSICIAN",
        (
            ("ORDERING PHYSICIAN", "Dr. Imogen Placeholder"),
            ("MEDICAL FACILITY", "Exempla General Hospital (fictional)"),
            ("ADDITIONAL RECIPIENT", "None"),
            ("PATHOLOGIST", "Not Provided"),
        ),
    ),
    (
        "SPECIMEN",
        (
            ("SPECIMEN SITE", "Liver"),
            ("SPECIMEN ID", "SYN-26-0101-T"),
            ("SPECIMEN TYPE", "Slide"),
            ("TUMOR NUCLEI", "40%"),
            ("DATE OF COLLECTION", "02 Jan 2026"),
            ("SPECIMEN RECEIVED", "05 Jan 2026"),
        ),
    ),
)
RESULTS = Results(
    signatures=(
        ("Microsatellite status", "MS-Stable"),
        ("Tumor Mutational Burden", "4 Muts/Mb"),
    ),
    alterations=(
        Altered(gene="FGFR2", alteration="FGFR2-BICC1 fusion"),
        Altered(gene="BAP1", alteration="Q590*"),
        Altered(gene="CDKN2A/B", alteration="loss"),
        Altered(gene="TP53", alteration="R175H", mark="1,2"),
    ),
    negative_heading="9 Disease relevant genes with no reportable alterations:",
    negative_lines=("BRAF, ERBB2, IDH1,", "IDH2, KRAS, MET, NRAS, PIK3CA, ROS1"),
)
THERAPIES = (
    (
        "FGFR2 - FGFR2-BICC1 fusion",
        "Futibatinib\nPemigatinib",
        "Erdafitinib",
    ),
    ("BAP1 - Q590*", "None", "None"),
    ("CDKN2A/B - loss", "None", "None"),
    ("TP53 - R175H", "None", "None"),
)
TRIALS = (
    ("SYN-TRIAL-0001  Phase 2, solid tumours", "TARGETS: KRAS G12C. Open to KRAS G12C only."),
    ("SYN-TRIAL-0002  Phase 1, cholangiocarcinoma", "TARGETS: IDH1. An inhibitor of mutant IDH1."),
    ("SYN-TRIAL-0003  Phase 1/2, FGFR2 rearrangement", "TARGETS: FGFR2, FGFR3."),
    ("SYN-TRIAL-0004  Phase 1, any solid tumour", "TARGETS: CDK4, CDK6, loss of CDKN2A."),
)
VARIANTS = (
    Cell(gene="ARID1A", variants=(("G1255E",), ("P120S",))),
    Cell(gene="ATM", variants=(("L1420F",),)),
    Cell(gene="CCND1", variants=(("amplificatio", "n"),)),
    Cell(gene="KDR", variants=(("V297I",),)),
    Cell(gene="NOTCH2", variants=(("P6fs*27",),)),
    Cell(gene="NTRK1", variants=(("A107V",),)),
    Cell(gene="PBRM1", variants=(("R710Q",),)),
    Cell(gene="TSC1", variants=(("K587R",),)),
)


FINDINGS = (("FGFR2", "FGFR2-BICC1 fusion"), ("BAP1", "Q590*"), ("TP53", "R175H"))


def _first_page(sheet: Sheet) -> None:
    panel(sheet, PANEL)
    results(sheet, RESULTS)


def _narrative(number: int, gene: str, alteration: str) -> Page:
    columns = wording.detail(gene, alteration, 3 * number)
    return partial(narrative, title="FINDING SUMMARY", columns=columns)


def sample_01(path: Path) -> None:
    """FGFR2::BICC1 fusion, intrahepatic cholangiocarcinoma, eight pages."""
    pages: tuple[Page, ...] = (
        _first_page,
        partial(therapy_table, rows=THERAPIES),
        *(_narrative(number, *finding) for number, finding in enumerate(FINDINGS)),
        partial(entries, title="CLINICAL TRIALS", pieces=TRIALS),
        partial(variant_grid, cells=VARIANTS),
        gene_lists,
    )
    document(path, "Sample 01", FRAME, pages)
