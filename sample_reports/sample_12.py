"""Sample 12, layout family B: a path in, the report of a colon cancer in the liver there."""

from pathlib import Path

from drawing import Sheet
from family_b import (
    FOUR,
    LAB,
    LEFT,
    VARIANT,
    VARIANT_WIDTHS,
    Frame,
    Table,
    document,
    heading,
    identity,
    prose,
    side_by_side_tables,
    table,
)

FRAME = Frame(
    lab=LAB,
    patient="Specimen, Severin",
    case="SYN-26-0212",
    physician="Dr. Lowell Fennimore",
    reported="27 Feb 2026",
    pages=4,
)
IDENTITY = (
    (
        "Patient",
        (
            "Name: Specimen, Severin",
            "Date of Birth: 01-Jan-1963",
            "Sex: Male",
            "Case Number: SYN-26-0212",
            "Diagnosis: Adenocarcinoma of colon,",
            "metastatic",
        ),
    ),
    (
        "Specimen Information",
        (
            "Primary Tumor Site: Colon",
            "Specimen Site: Liver",
            "Specimen ID: SYN-26-0212-A1",
            "Specimen Collected: 12-Feb-2026",
            "Specimen Received: 14-Feb-2026",
            "Completion of Testing: 27-Feb-2026",
        ),
    ),
    (
        "Ordered By",
        (
            "Dr. Lowell Fennimore",
            "Exempla Regional Hospital (fictional)",
            "1 Placeholder Street, Exempla",
            "555-0112",
        ),
    ),
)
THERAPY = Table(
    titles=(*FOUR, "Therapy Association", "Biomarker Level"),
    widths=(84, 44, 60, 106, 168, 70),
    rows=(
        (
            "BRAF",
            "Seq",
            "DNA-Tumor",
            "Pathogenic Variant Exon 15 | p.V600E",
            "BENEFIT encorafenib + cetuximab",
            "Level 1",
        ),
        ("MSI", "Seq", "DNA-Tumor", "High", "BENEFIT pembrolizumab", "Level 1"),
        (
            "Mismatch Repair Status",
            "IHC",
            "Protein",
            "Deficient (Loss)",
            "BENEFIT pembrolizumab",
            "Level 1",
        ),
        ("TMB", "Seq", "DNA-Tumor", "High | 42 mut/Mb", "BENEFIT pembrolizumab", "Level 2"),
        (
            "KRAS",
            "Seq",
            "DNA-Tumor",
            "wild type",
            "LACK OF BENEFIT sotorasib",
            "Level 3",
        ),
    ),
)
COMMENT = (
    "Cover comment. Clinical impression on the requisition: rule out cholangiocarcinoma. Histology "
    "and immunohistochemistry of the liver lesion are those of the colonic primary."
)
RELEVANT = (
    (
        ("FGFR2", "Seq", "RNA-Tumor", "Fusion Not Detected"),
        ("NTRK1", "Seq", "RNA-Tumor", "Fusion Not Detected"),
        ("NTRK2", "Seq", "RNA-Tumor", "Fusion Not Detected"),
        ("NTRK3", "Seq", "RNA-Tumor", "Fusion Not Detected"),
        ("RET", "Seq", "RNA-Tumor", "Fusion Not Detected"),
    ),
    (
        ("IDH1", "Seq", "DNA-Tumor", "Mutation Not Detected"),
        ("KRAS", "Seq", "DNA-Tumor", "Mutation Not Detected"),
        ("ERBB2 (Her2/Neu)", "CNA-Seq", "DNA-Tumor", "Amplification Not Detected"),
        ("MSI", "Seq", "DNA-Tumor", "High"),
        ("TMB", "Seq", "DNA-Tumor", "High | 42 mut/Mb"),
    ),
)
PATHOGENIC = Table(
    titles=VARIANT,
    widths=VARIANT_WIDTHS,
    rows=(
        ("APC", "Seq", "DNA-Tumor", "Pathogenic Variant", "p.R1450*", "16", "c.4348C>T", "41"),
        ("BRAF", "Seq", "DNA-Tumor", "Pathogenic Variant", "p.V600E", "15", "c.1799T>A", "36"),
    ),
)
SIGNATURES = Table(
    titles=FOUR,
    widths=(200, 60, 80, 130),
    rows=(
        ("Microsatellite Instability (MSI)", "Seq", "DNA-Tumor", "High"),
        ("Tumor Mutational Burden (TMB)", "Seq", "DNA-Tumor", "High | 42 mut/Mb"),
    ),
)
IHC = (
    (
        ("MLH1", "IHC", "Protein", "Absent | 0, 0%"),
        ("MSH2", "IHC", "Protein", "Positive | 2+, 95%"),
    ),
    (
        ("MSH6", "IHC", "Protein", "Positive | 2+, 90%"),
        ("PMS2", "IHC", "Protein", "Absent | 0, 0%"),
    ),
)
SPECIMEN = (
    "Specimen ID: SYN-26-0212-A1, one formalin-fixed core of a liver lesion. Tumor nuclei: 55%. "
    "Sequencing of DNA and RNA was completed."
)


def _therapies(sheet: Sheet) -> None:
    identity(sheet, IDENTITY)
    top = table(sheet, LEFT, heading(sheet, 158, "Results with Therapy Associations"), THERAPY)
    prose(sheet, heading(sheet, top, "Interpretation") + 8, COMMENT)


def _relevant(sheet: Sheet) -> None:
    top = heading(sheet, 64, "Cancer-Type Relevant Biomarkers")
    top = side_by_side_tables(sheet, top, RELEVANT)
    top = table(sheet, LEFT, heading(sheet, top, "Genomic Signatures"), SIGNATURES)
    top = heading(sheet, top, "Genes Tested with Pathogenic or Likely Pathogenic Alterations")
    table(sheet, LEFT, top, PATHOGENIC)


def _stained(sheet: Sheet) -> None:
    side_by_side_tables(sheet, heading(sheet, 64, "Immunohistochemistry Results"), IHC)


def _specimen(sheet: Sheet) -> None:
    prose(sheet, heading(sheet, 64, "Specimen Information") + 8, SPECIMEN)


def sample_12(path: Path) -> None:
    """BRAF V600E, MSI-High and deficient MMR in a colon cancer that spread to the liver."""
    document(path, "Sample 12", FRAME, (_therapies, _relevant, _stained, _specimen))
