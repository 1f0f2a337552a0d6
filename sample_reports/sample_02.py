"""Sample 02, layout family B: a path in, the report of a HER2-positive gallbladder cancer there."""

from pathlib import Path

from drawing import Sheet
from family_b import (
    FOUR,
    HEADING,
    LAB,
    LEFT,
    VARIANT,
    VARIANT_WIDTHS,
    Frame,
    Table,
    document,
    genes,
    heading,
    identity,
    prose,
    side_by_side_tables,
    table,
)

FRAME = Frame(
    lab=LAB,
    patient="Specimen, Sabine",
    case="SYN-26-0202",
    physician="Dr. Lowell Fennimore",
    reported="21 Jan 2026",
    pages=7,
)
IDENTITY = (
    (
        "Patient",
        (
            "Name: Specimen, Sabine",
            "Date of Birth: 01-Jan-1954",
            "Sex: Female",
            "Case Number: SYN-26-0202",
            "Diagnosis: Adenocarcinoma of gallbladder",
        ),
    ),
    (
        "Specimen Information",
        (
            "Primary Tumor Site: Gallbladder",
            "Specimen Site: Gallbladder",
            "Specimen ID: SYN-26-0202-A1",
            "Specimen Collected: 06-Jan-2026",
            "Specimen Received: 09-Jan-2026",
            "Completion of Testing: 21-Jan-2026",
        ),
    ),
    (
        "Ordered By",
        (
            "Dr. Lowell Fennimore",
            "Exempla Regional Hospital (fictional)",
            "1 Placeholder Street, Exempla",
            "555-0102",
        ),
    ),
)
THERAPY = Table(
    titles=(*FOUR, "Therapy Association", "Biomarker Level"),
    widths=(84, 44, 60, 106, 168, 70),
    rows=(
        (
            "HER2/Neu",
            "IHC",
            "Protein",
            "Positive | 3+, 90%",
            "BENEFIT trastuzumab-based",
            "Level 2",
        ),
        ("ERBB2 (Her2/Neu)", "CISH", "DNA", "Amplified", "BENEFIT trastuzumab-based", "Level 2"),
        (
            "IDH1",
            "Seq",
            "DNA-Tumor",
            "Pathogenic Variant Exon 4 | p.R132C",
            "BENEFIT ivosidenib",
            "Level 2",
        ),
        (
            "EGFR",
            "Seq",
            "DNA-Tumor",
            "Mutation Not Detected",
            "LACK OF BENEFIT erlotinib, gefitinib",
            "Level 3",
        ),
    ),
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
        ("BRAF", "Seq", "DNA-Tumor", "Mutation Not Detected"),
        ("KRAS", "Seq", "DNA-Tumor", "Mutation Not Detected"),
        ("MSI", "Seq", "DNA-Tumor", "Stable"),
        ("Mismatch Repair Status", "IHC", "Protein", "Proficient"),
        ("TMB", "Seq", "DNA-Tumor", "Low | 3 mut/Mb"),
    ),
)
SIGNATURES = Table(
    titles=FOUR,
    widths=(200, 60, 80, 130),
    rows=(
        ("Microsatellite Instability (MSI)", "Seq", "DNA-Tumor", "Stable"),
        ("Tumor Mutational Burden (TMB)", "Seq", "DNA-Tumor", "Low | 3 mut/Mb"),
        ("Genomic Loss of Heterozygosity (LOH)", "Seq", "DNA-Tumor", "Low - 5%"),
    ),
)
PATHOGENIC = Table(
    titles=VARIANT,
    widths=VARIANT_WIDTHS,
    rows=(
        ("IDH1", "Seq", "DNA-Tumor", "Pathogenic Variant", "p.R132C", "4", "c.394C>T", "24"),
        ("TP53", "Seq", "DNA-Tumor", "Pathogenic Variant", "p.R175H", "5", "c.524G>A", "31"),
    ),
)
UNKNOWN = Table(
    titles=VARIANT,
    widths=VARIANT_WIDTHS,
    rows=(
        (
            "ATM",
            "Seq",
            "DNA-Tumor",
            "Variant of Uncertain Significance",
            "p.L1420F",
            "28",
            "c.4258C>T",
            "47",
        ),
        (
            "PBRM1",
            "Seq",
            "DNA-Tumor",
            "Variant of Uncertain Significance",
            "p.R710Q",
            "17",
            "c.2129G>A",
            "12",
        ),
    ),
)
IHC = (
    (
        ("MLH1", "IHC", "Protein", "Positive | 1+, 100%"),
        ("MSH2", "IHC", "Protein", "Positive | 1+, 100%"),
        ("HER2/Neu", "IHC", "Protein", "Positive | 3+, 90%"),
    ),
    (
        ("MSH6", "IHC", "Protein", "Positive | 1+, 100%"),
        ("PMS2", "IHC", "Protein", "Positive | 1+, 100%"),
        ("PD-L1", "IHC", "Protein", "QNS"),
    ),
)
TRIALS = Table(
    titles=("Drug class", "Biomarker", "Method", "Analyte", "Investigational agents"),
    widths=(140, 70, 60, 80, 182),
    rows=(
        ("BRAF inhibitors", "BRAF", "Seq", "DNA-Tumor", "synthetic agent one, agent two"),
        ("FGFR inhibitors", "FGFR2", "Seq", "RNA-Tumor", "synthetic agent three"),
        ("IDH1 inhibitors", "IDH1", "Seq", "DNA-Tumor", "synthetic agent four"),
        ("HER2-targeted conjugates", "HER2/Neu", "IHC", "Protein", "synthetic agent five"),
    ),
)
NO_MUTATION = (
    "AKT1, ALK, APC, BAP1, BRAF, BRCA1, BRCA2, CD274 (PD-L1), CDKN2A, CTNNB1, EGFR, "
    "ERBB2 (Her2/Neu), FBXW7, FGFR1, FGFR2, FGFR3, IDH2, KIT, KRAS, MET, MLH1, MSH2, MSH6, NRAS, "
    "NTRK1, NTRK2, NTRK3, PALB2, PIK3CA, PMS2, PTEN, RB1, RET, ROS1, SMAD4, STK11, VHL"
)
NO_AMPLIFICATION = "AKT1, CCND1, CDK4, CDK6, EGFR, FGFR1, FGFR2, FGFR3, KRAS, MDM2, MET, MYC"
ISH = Table(
    titles=("Biomarker", "HER2/CEP17 ratio", "Average HER2 copy number", "Result"),
    widths=(110, 100, 140, 120),
    rows=(("Her2/Neu", "4.1", "9.6", "Amplified"),),
)
SPECIMEN = (
    "Specimen ID: SYN-26-0202-A1, one formalin-fixed block of the gallbladder. Tumor nuclei: 60%. "
    "The block was received in good condition. Tissue was taken for sequencing of DNA and RNA, "
    "for immunohistochemistry and for in situ hybridization."
)


def _therapies(sheet: Sheet) -> None:
    identity(sheet, IDENTITY)
    table(sheet, LEFT, heading(sheet, 158, "Results with Therapy Associations"), THERAPY)


def _relevant(sheet: Sheet) -> None:
    top = heading(sheet, 64, "Cancer-Type Relevant Biomarkers")
    top = side_by_side_tables(sheet, top, RELEVANT)
    top = table(sheet, LEFT, heading(sheet, top, "Genomic Signatures"), SIGNATURES)
    top = heading(sheet, top, "Genes Tested with Pathogenic or Likely Pathogenic Alterations")
    table(sheet, LEFT, top, PATHOGENIC)


def _unknown_and_stained(sheet: Sheet) -> None:
    top = table(sheet, LEFT, heading(sheet, 64, "Gene Variants of Unknown Significance"), UNKNOWN)
    side_by_side_tables(sheet, heading(sheet, top, "Immunohistochemistry Results"), IHC)


def _indeterminate(sheet: Sheet) -> None:
    title = "Genes Tested with Indeterminate Results by Tumor DNA Sequencing"
    genes(sheet, 64, title, "ARID1A, MSH3")


def _specimen(sheet: Sheet) -> None:
    prose(sheet, heading(sheet, 64, "Specimen Information") + 8, SPECIMEN)


def _trials(sheet: Sheet) -> None:
    table(sheet, LEFT, heading(sheet, 64, "Clinical Trials"), TRIALS)


def _appendix(sheet: Sheet) -> None:
    sheet.words(LEFT, 58, "Appendix", HEADING)
    title = "GENES TESTED WITH NO MUTATIONS DETECTED BY TUMOR DNA SEQUENCING"
    top = genes(sheet, 80, title, NO_MUTATION)
    top = genes(sheet, top, "GENES TESTED WITH NO AMPLIFICATION DETECTED", NO_AMPLIFICATION)
    pieces = ("AM", "PLIFICATION BY CHROMOG", "ENIC IN SITU HYBRIDIZATION (CISH)")
    sheet.kerning_split(LEFT, top, pieces, HEADING)
    table(sheet, LEFT, top + 8, ISH)


PAGES = (
    _therapies,
    _relevant,
    _unknown_and_stained,
    _indeterminate,
    _specimen,
    _trials,
    _appendix,
)


def sample_02(path: Path) -> None:
    """HER2 3+, ISH amplified, IDH1 R132C in gallbladder cancer, seven pages."""
    document(path, "Sample 02", FRAME, PAGES)
