"""Sample 14, layout family G: a path in, an amplicon report with a variant and two fusions there.

The biology is rare on purpose: three drivers at once.
"""

from pathlib import Path

from drawing import Sheet
from family_g import LAB, Frame, Relevant, Table, document, heading, labels, prose, relevant, table

FRAME = Frame(
    lab=LAB,
    patient="Specimen, Svea",
    accession="SYN-26-1414",
    reported="20 Feb 2026",
    pages=5,
)
LABELS = (
    ("Patient Name", "Specimen, Svea"),
    ("Date of Birth", "01 Jan 1966"),
    ("MRN", "SYN-000014"),
    ("Case Number", "SYN-26-1414"),
    ("Sample Cancer Type", "Cholangiocarcinoma"),
    ("Sample ID", "SYN-26-1414-T"),
    ("Specimen Site", "Bile duct"),
    ("Tumor Percentage", "60%"),
    ("Collected", "05 Feb 2026"),
    ("Received", "07 Feb 2026"),
    ("Signing in Date", "20 Feb 2026"),
    ("Gender", "Female"),
)
RELEVANT = (
    Relevant(
        tier="IA",
        alteration="BRAF p.(V600E)",
        here=("dabrafenib + trametinib", "1,2"),
        elsewhere=("vemurafenib", "1"),
        trials="4",
    ),
    Relevant(
        tier="IA",
        alteration="TPM3-NTRK1 fusion",
        here=("larotrectinib", "1,2"),
        elsewhere=("entrectinib", "2"),
        trials="3",
    ),
    Relevant(
        tier="IA",
        alteration="NCOA4-RET fusion",
        here=("selpercatinib", "2"),
        elsewhere=("cetuximab", "1"),
        trials="2",
        indicated=False,
    ),
)
TITLES = (
    "Gene",
    "Amino Acid Change",
    "Coding",
    "Variant ID",
    "Locus",
    "Allele Frequency",
    "Transcript",
    "Variant Effect",
    "Coverage",
)
WIDTHS = (40, 62, 70, 56, 84, 52, 70, 56, 44)
FIRST = Table(
    titles=TITLES,
    widths=WIDTHS,
    rows=(
        (
            "TP53",
            "p.(R175H)",
            "c.524G>A",
            ".",
            "chr17:7578406",
            "31.4%",
            "NM_000546.6",
            "missense",
            "2000",
        ),
    ),
)
SECOND = Table(
    titles=TITLES,
    widths=WIDTHS,
    rows=(
        (
            "BRAF",
            "p.(V600E)",
            "c.1799T>A",
            ".",
            "chr7:140453136",
            "18.2%",
            "NM_004333.6",
            "missense",
            "1998",
        ),
        (
            "EGFR",
            "p.(Q787=)",
            "c.2361G>A",
            ".",
            "chr7:55249063",
            "48.9%",
            "NM_005228.5",
            "synonymous",
            "1988",
        ),
    ),
)
FUSIONS = Table(
    titles=("Genes", "Variant ID", "Locus", "Read Count"),
    widths=(120, 130, 200, 80),
    rows=(
        ("TPM3(7) - NTRK1(10)", "TPM3-NTRK1.T7N10", "chr1:154142876 - chr1:156844363", "5213"),
        ("NCOA4(7) - RET(12)", "NCOA4-RET.N7R12", "chr10:51582939 - chr10:43612032", "3087"),
    ),
)
WITHOUT = (
    "DNA sequence variants: EGFR, ERBB2, FGFR2, IDH1, KRAS, NRAS, PIK3CA",
    "Copy number variations: ERBB2, MET",
    "Gene fusions (RNA): ALK, FGFR2, NTRK2, NTRK3, ROS1",
)
DESCRIPTIONS = (
    "The BRAF gene encodes a kinase. BRAF V600E is described in several tumours, and KRAS G12D and "
    "FGFR2 fusions are described as other drivers of this cancer type. ERBB2 amplification and an "
    "IDH1 R132C are named here as background only."
)
SUMMARY = (
    "IDH1 R132C: ivosidenib. FGFR2 fusion: pemigatinib, futibatinib. ERBB2 amplification: "
    "trastuzumab. MSI-High: pembrolizumab."
)


def _summary(sheet: Sheet) -> None:
    top = labels(sheet, 54, LABELS)
    top = relevant(sheet, heading(sheet, top, "Relevant Biomarkers"), RELEVANT)
    prose(
        sheet,
        top,
        "Public data sources included in relevant therapies: invented label 1, guideline 2",
    )


def _descriptions(sheet: Sheet) -> None:
    top = prose(sheet, heading(sheet, 64, "Biomarker Descriptions"), DESCRIPTIONS) + 380
    table(sheet, heading(sheet, top, "DNA Sequence Variants"), FIRST)


def _technical(sheet: Sheet) -> None:
    top = table(sheet, heading(sheet, 64, "DNA Sequence Variants (continued)"), SECOND)
    top = prose(sheet, heading(sheet, top, "Copy Number Variations"), "No copy number variations")
    table(sheet, heading(sheet, top + 8, "Gene Fusions (RNA)"), FUSIONS)


def _without(sheet: Sheet) -> None:
    top = heading(sheet, 64, "Genes tested without variants")
    for line in WITHOUT:
        top = prose(sheet, top, line)


def _therapies(sheet: Sheet) -> None:
    prose(sheet, heading(sheet, 64, "Relevant Therapy Summary"), SUMMARY)


def sample_14(path: Path) -> None:
    """A BRAF variant and two RNA fusions; lists of what was examined without a result."""
    document(path, "Sample 14", FRAME, (_summary, _descriptions, _technical, _without, _therapies))
