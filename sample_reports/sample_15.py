"""Sample 15, layout family F: a path in, two specimens with results of their own there."""

from pathlib import Path

from family_f import Frame, document

FRAME = Frame(
    title="SURGICAL PATHOLOGY REPORT",
    patient="Specimen, Sunna",
    accession="SYN-26-1515",
    pairs=(
        ("Patient Name: Specimen, Sunna", "Accession #: SYN-26-1515"),
        ("MRN: SYN-000015", "Reported: 16 Mar 2026"),
        ("Date of Birth: 01 Jan 1952", "Ordering Physician: Dr. Nora Placeholder"),
        ("Sex: Female", "Status: FINAL"),
    ),
    pages=3,
)
FIRST = (
    "SPECIMEN(S) SUBMITTED:",
    "A. Gallbladder, cholecystectomy",
    "   Collected: 14 Jan 2026; Received: 15 Jan 2026; tumor cells 60%",
    "B: Liver, segment 5, nodule, biopsy",
    "   Collected: 02 Mar 2026; Received: 03 Mar 2026; tumor cells 40%",
    "",
    "CLINICAL HISTORY:",
    "Gallbladder cancer resected in January; new liver nodule in March.",
    "",
    "FINAL DIAGNOSIS:",
    "A. GALLBLADDER, CHOLECYSTECTOMY:",
    "   - ADENOCARCINOMA OF THE GALLBLADDER",
    "B: LIVER, SEGMENT 5, NODULE, BIOPSY:",
    "   - INTRAHEPATIC CHOLANGIOCARCINOMA, SECOND PRIMARY",
    "",
    "COMMENT:",
    "The two tumors differ in their mutations and in HER2. Results are given for each",
    "specimen; a result of one does not hold for the other.",
)
SECOND = (
    "MOLECULAR RESULTS (DNA SEQUENCING, HOTSPOTS):",
    "",
    "A. GALLBLADDER",
    "   KRAS: p.G12C (c.34G>T), VAF 22%",
    "   IDH1: not detected",
    "",
    "B: LIVER NODULE",
    "   IDH1: p.R132C (c.394C>T), VAF 17%",
    "   KRAS: not detected",
    "",
    "A and B: BRAF V600E: not detected",
)
THIRD = (
    "IMMUNOHISTOCHEMISTRY:",
    "",
    "   Stain           A (gallbladder)        B (liver nodule)",
    "   HER2 IHC        1+ (negative)          3+ (positive)",
    "   MLH1            Retained               Retained",
    "   PMS2            Retained               Retained",
    "   MSH2            Retained               Retained",
    "   MSH6            Retained               Retained",
    "",
    "METHODS:",
    "   Hotspots of KRAS, IDH1 and BRAF were sequenced. Fusions and copy numbers were not",
    "   examined.",
    "",
    "***Electronically signed out***   Dr. Imre Sample, 16 Mar 2026",
)


def sample_15(path: Path) -> None:
    """KRAS G12C in the gallbladder, IDH1 R132C and HER2 3+ in the liver nodule."""
    document(path, "Sample 15", FRAME, (FIRST, SECOND, THIRD))
