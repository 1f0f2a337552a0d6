"""Sample 06, layout family F: a path in, a pathology text of stains and no sequencing there."""

from pathlib import Path

from family_f import Frame, document

FRAME = Frame(
    title="SURGICAL PATHOLOGY REPORT",
    patient="Specimen, Signe",
    accession="SYN-26-0606",
    pairs=(
        ("Patient Name: Specimen, Signe", "Accession #: SYN-26-0606"),
        ("MRN: SYN-000006", "Collected: 05 Feb 2026"),
        ("Date of Birth: 01 Jan 1949", "Received: 06 Feb 2026"),
        ("Sex: Female", "Reported: 12 Feb 2026"),
        ("Ordering Physician: Dr. Nora Placeholder", "Status: FINAL"),
    ),
    pages=2,
)
FIRST = (
    "SPECIMEN(S) SUBMITTED:",
    "A. Gallbladder, cholecystectomy",
    "",
    "CLINICAL HISTORY:",
    "Mass of the gallbladder fundus. The patient recalls that a KRAS G12V was detected",
    "elsewhere in 2024; that report is not at hand.",
    "",
    "FINAL DIAGNOSIS:",
    "A. GALLBLADDER, CHOLECYSTECTOMY:",
    "   - ADENOCARCINOMA OF THE GALLBLADDER, MODERATELY DIFFERENTIATED",
    "   - INVADING THE PERIMUSCULAR CONNECTIVE TISSUE (SEE COMMENT)",
    "",
    "HER2/NEU EXPRESSION STATUS: EQUIVOCAL (2+)",
    "   Weak to moderate complete membrane staining in 30% of the tumor cells. The",
    "   external controls stain as expected.",
    "",
    "HER2 IN SITU HYBRIDIZATION:",
    "   HER2/CEP17 ratio 1.3; average HER2 copy number 3.4; NOT AMPLIFIED",
)
SECOND = (
    "MISMATCH REPAIR PROTEINS (IMMUNOHISTOCHEMISTRY):",
    "   MLH1: Loss of nuclear expression",
    "   PMS2: Loss of nuclear expression",
    "   MSH2: Intact nuclear expression",
    "   MSH6: Intact nuclear expression",
    "   Internal control intact.",
    "",
    "INTERPRETATION:",
    "   This pattern is seen in sporadic and in inherited tumors. Therefore testing for",
    "   MLH1 promoter methylation and mutation of BRAF is indicated. Tumors with BRAF V600E",
    "   and methylation are mostly sporadic.",
    "",
    "COMMENT:",
    "   Definitions of the HER2 score in this laboratory:",
    "   [ ] 0    No staining, or membrane staining in less than 10% of cells",
    "   [ ] 1+   Faint partial staining in 10% of cells or more (NEGATIVE)",
    "   [ ] 2+   Weak to moderate complete staining (EQUIVOCAL)",
    "   [ ] 3+   Strong complete staining in 10% of cells or more (POSITIVE)",
    "",
    "   KRAS / FGFR2 / IDH1 testing will be reported in an addendum.",
    "",
    "METHODS:",
    "   Stains on formalin-fixed tissue with antibodies against HER2, MLH1, PMS2, MSH2 and",
    "   MSH6. In situ hybridization with probes for HER2 and centromere 17.",
    "",
    "***Electronically signed out***   Dr. Imre Sample, 12 Feb 2026",
)


def sample_06(path: Path) -> None:
    """HER2 2+ and not amplified, loss of MLH1 and PMS2; genes are pending or only advised."""
    document(path, "Sample 06", FRAME, (FIRST, SECOND))
