"""Sample 05, layout family E: a path in, a local panel report whose RNA library failed there."""

from pathlib import Path

from drawing import Sheet
from family_e import LAB, Frame, Table, document, heading, labels, prose, table

FRAME = Frame(lab=LAB, patient="Specimen, Sture", number="SYN-26-0505", pages=3)
LABELS = (
    (("Lab No", "SYN-26-0505"), ("Ext Ref", "EX-0505")),
    (("Name", "Specimen, Sture"), ("URN", "SYN-000005")),
    (("DOB", "01/01/1959"), ("Sex", "Male")),
    (("Requester", "Dr. Lowell Fennimore"), ("Specimen ID", "SYN-26-0505-B")),
    (("Collected", "03/02/2026"), ("Specimen Site", "Liver")),
    (("Received", "05/02/2026"), ("Specimen Type", "FFPE core biopsy")),
    (("Reported", "11/03/2026"), ("Tumour cells (%)", "15")),
    (("Diagnosis", "Intrahepatic cholangiocarcinoma"), ("Date format", "dd/mm/yyyy")),
)
VARIANTS = Table(
    titles=("Gene", "Transcript", "cDNA", "Protein", "Exon", "VAF", "Depth", "Tier"),
    widths=(55, 82, 98, 108, 38, 40, 40, 34),
    rows=(
        ("IDH1", "NM_005896.3", "c.394C>T", "p.(Arg132Cys)", "4", "0.123", "812", "IA"),
        ("ARID1A", "NM_006015.6", "c.2296dup", "p.(Gln766ProfsTer67)", "7", "0.31", "640", "IID"),
    ),
)
LINES = (
    "Fusions (RNA): not evaluable - RNA library failed QC",
    "CNV: no reportable amplifications (ERBB2, FGFR2, MET)",
    "MSI: 6.2 % unstable sites (usable 118). No laboratory cut-off applied",
    "TMB: 7.8 mut/Mb",
    "The following were tested and not altered: KRAS, BRAF, ERBB2, FGFR2 (hotspots)",
)
COMMENT = (
    "IDH1 variants at codon 132 are described in intrahepatic cholangiocarcinoma. An FGFR2 fusion "
    "was neither shown nor excluded, and repeating the RNA library from a second block is "
    "suggested. KRAS G12C and HER2 amplification are discussed in the literature of other tumours."
)
METHODS = (
    "DNA and RNA were extracted from the marked area of one block. Libraries of 500 and more "
    "genes were sequenced on two lanes. Variants with a fraction below 0.05 are not reported. The "
    "RNA library did not meet the internal criteria (fragments above 200 bases 8 %)."
)
LIMITS = (
    "With 15 % tumour cells, variants present in part of the tumour and amplifications may be "
    "missed. A BRAF V600E or an IDH2 R172K below the limit of detection is not excluded."
)
REFERENCES = (
    "1. Beispiel P. FGFR2-BICC1 fusion and BRAF V600E in tumours of the bile duct. "
    "J Exempla Pathol. 2025;3:1-9. PMID: 00000005"
)


def _results(sheet: Sheet) -> None:
    top = labels(sheet, 56, LABELS)
    top = table(sheet, heading(sheet, top, "Variants detected"), VARIANTS)
    top = heading(sheet, top, "Results") + 8
    for line in LINES:
        top = prose(sheet, top, line)


def _comment(sheet: Sheet) -> None:
    top = prose(sheet, heading(sheet, 70, "Clinical comment") + 8, COMMENT) + 10
    prose(sheet, top, "Reported by: Dr. Petra Beispiel, Clinical Scientist, 555-0105")


def _methods(sheet: Sheet) -> None:
    top = prose(sheet, heading(sheet, 70, "Methods") + 8, METHODS) + 10
    top = prose(sheet, heading(sheet, top, "Limitations") + 8, LIMITS) + 10
    prose(sheet, heading(sheet, top, "References") + 8, REFERENCES)


def sample_05(path: Path) -> None:
    """DNA results of a weak sample; fusions not evaluable, MSI a percentage without a call."""
    document(path, "Sample 05", FRAME, (_results, _comment, _methods))
