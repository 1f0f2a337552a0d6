"""Sample 10, layout family B: a path in, a report negative in every wording of "no" there."""

from pathlib import Path

from drawing import Sheet
from family_b import (
    FOUR,
    LAB,
    LEFT,
    VARIANT,
    Frame,
    Table,
    document,
    heading,
    identity,
    prose,
    table,
)
from reportlab.lib.pdfencrypt import StandardEncryption

FRAME = Frame(
    lab=LAB,
    patient="Specimen, Selma",
    case="SYN-26-0210",
    physician="Dr. Lowell Fennimore",
    reported="18 Feb 2026",
    pages=3,
)
IDENTITY = (
    (
        "Patient",
        (
            "Name: Specimen, Selma",
            "Date of Birth: 01-Jan-1968",
            "Sex: Female",
            "Case Number: SYN-26-0210",
            "Diagnosis: Cholangiocarcinoma",
        ),
    ),
    (
        "Specimen Information",
        (
            "Primary Tumor Site: Bile duct",
            "Specimen Site: Liver",
            "Specimen ID: SYN-26-0210-A1",
            "Specimen Collected: 02-Feb-2026",
            "Specimen Received: 04-Feb-2026",
            "Completion of Testing: 18-Feb-2026",
        ),
    ),
    (
        "Ordered By",
        ("Dr. Lowell Fennimore", "Exempla Regional Hospital (fictional)", "555-0103"),
    ),
)
NEGATIVE = Table(
    titles=FOUR,
    widths=(140, 70, 90, 170),
    rows=(
        ("FGFR2 fusion", "Seq", "RNA-Tumor", "Not Detected"),
        ("FGFR2 mutation", "Seq", "DNA-Tumor", "none detected"),
        ("IDH1 mutation", "Seq", "DNA-Tumor", "wild type"),
        ("BRAF mutation", "Seq", "DNA-Tumor", "ND"),
        ("ERBB2 mutation", "Seq", "DNA-Tumor", "absent"),
        ("ERBB2 amplification", "CNA-Seq", "DNA-Tumor", "No evidence of amplification"),
        ("KRAS mutation", "Seq", "DNA-Tumor", "Mutation Not Detected"),
        ("NTRK1/2/3 fusion", "Seq", "RNA-Tumor", "Fusion Not Detected"),
        ("RET fusion", "Seq", "RNA-Tumor", "Fusion Not Detected"),
    ),
)
SIGNATURES = Table(
    titles=FOUR,
    widths=(200, 60, 80, 130),
    rows=(
        ("Microsatellite status", "Seq", "DNA-Tumor", "MS-Stable"),
        ("Tumor Mutational Burden (TMB)", "Seq", "DNA-Tumor", "Low | 2 mut/Mb"),
    ),
)
UNKNOWN = Table(
    titles=VARIANT[:5],
    widths=(70, 60, 90, 170, 110),
    rows=(
        ("KRAS", "Seq", "DNA-Tumor", "Variant of Uncertain Significance", "K5N"),
        ("FGFR2", "Seq", "DNA-Tumor", "Variant of Uncertain Significance", "N211S"),
    ),
)
SPECIMEN = (
    "Specimen ID: SYN-26-0210-A1, one formalin-fixed block, liver. Tumor nuclei: 50%. Sequencing "
    "of DNA and RNA was completed."
)
LIMITS = (
    "A negative result does not exclude an alteration below the limit of detection. An FGFR2 "
    "fusion, an IDH1 R132C or a BRAF V600E present in few cells may be missed."
)


def _negatives(sheet: Sheet) -> None:
    identity(sheet, IDENTITY)
    top = heading(sheet, 158, "Results with Therapy Associations") + 8
    top = prose(sheet, top, "No reportable alterations identified.") + 6
    top = table(sheet, LEFT, heading(sheet, top, "Pertinent negatives"), NEGATIVE)
    table(sheet, LEFT, heading(sheet, top, "Genomic Signatures"), SIGNATURES)


def _unknown(sheet: Sheet) -> None:
    table(sheet, LEFT, heading(sheet, 64, "Gene Variants of Unknown Significance"), UNKNOWN)


def _specimen(sheet: Sheet) -> None:
    top = prose(sheet, heading(sheet, 64, "Specimen Information") + 8, SPECIMEN) + 6
    prose(sheet, heading(sheet, top, "Limitations") + 8, LIMITS)


def sample_10(path: Path, lock: StandardEncryption | None = None) -> None:
    """Everything negative, explicitly, with two variants of unknown significance."""
    document(path, "Sample 10", FRAME, (_negatives, _unknown, _specimen), lock)
