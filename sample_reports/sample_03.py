"""Sample 03, layout family C: a path in, an IDH1 report with an option bar and pills there."""

from pathlib import Path

from drawing import BODY, STRONG, Sheet
from family_c import (
    LEFT,
    SIDE,
    Frame,
    Variant,
    document,
    option_bar,
    pill,
    prose,
    row,
    section,
    side_column,
    tier,
    variant,
)

FRAME = Frame(
    patient="Specimen, Solveig",
    diagnosis="Extrahepatic cholangiocarcinoma",
    accession="SYN-26-0203",
    reported="28 Jan 2026",
    pages=5,
)
COLUMN = (
    (
        ("Date of Birth", "01 Jan 1952"),
        ("Sex", "Female"),
        ("MRN", "SYN-000003"),
        ("Physician", "Dr. Imogen Placeholder"),
        ("Institution", "Exempla Hospital (fictional)"),
    ),
    (
        ("Tumor specimen:", "Bile duct"),
        ("Collected", "12 Jan 2026"),
        ("Received", "14 Jan 2026"),
        ("Tumor Percentage:", "25%"),
    ),
    (
        ("Normal specimen:", "Blood"),
        ("Collected", "13 Jan 2026"),
        ("Received", "15 Jan 2026"),
    ),
)
IDH1 = Variant(gene="IDH1", words="p.R132L Missense variant (exon 4) - GOF", share=31.0)
TP53 = Variant(gene="TP53", words="p.R175H Missense variant (exon 5) - LOF", share=28.4)
GERMLINE = (
    "No Germline - Pathogenic variants were found in the limited set of genes on which we report."
)
NEGATIVE = "No pathogenic single nucleotide variants, indels, or copy number changes found in:"
DETAILS = (
    "IDH1 encodes an enzyme of the citrate cycle. Substitutions such as R132C and R132L have been "
    "described in tumours of the bile ducts, sometimes beside a KRAS G12D, a BRAF V600E or an "
    "ERBB2 amplification; none of these is a finding of this specimen."
)
HISTORY = (
    "Prior outside test 2023: FGFR2 fusion detected, KRAS G12V. The report of that test was not "
    "available to us."
)
ASSAY = (
    "The NX-series panel examines DNA of the tumour and of a normal specimen. RNA was not part of "
    "this order."
)
LISTED = "ARID1A BRAF ERBB2 FGFR2 IDH1 IDH2 KRAS NTRK1 NTRK2 NTRK3 PMS2 RET SMAD4 TP53"


def _variants(sheet: Sheet) -> None:
    side_column(sheet, COLUMN)
    top = section(sheet, LEFT, 98, "GENOMIC VARIANTS")
    top = tier(sheet, LEFT, top + 4, "Somatic - Potentially Actionable")
    top = variant(sheet, top, IDH1, filled=True)
    top = tier(sheet, LEFT, top + 8, "Somatic - Biologically Relevant")
    top = variant(sheet, top, TP53, filled=False)
    top = tier(sheet, LEFT, top + 8, "Germline - Pathogenic / Likely Pathogenic")
    top = prose(sheet, LEFT, top - 2, GERMLINE)
    top = tier(sheet, LEFT, top + 8, "Pertinent Negatives")
    top = prose(sheet, LEFT, top - 2, NEGATIVE) + 4
    pill(sheet, pill(sheet, LEFT, top, "KRAS"), top, "BRAF")
    top = section(sheet, LEFT, top + 44, "IMMUNOTHERAPY MARKERS")
    sheet.words(LEFT, top, "Tumor Mutational Burden", STRONG)
    sheet.words(LEFT + 180, top, "Microsatellite Instability Status", STRONG)
    x = pill(sheet, LEFT, top + 22, "4.7 m/MB")
    sheet.words(x + 4, top + 22, "62nd percentile")
    option_bar(sheet, LEFT + 180, top + 22, ("Stable", "Equivocal", "High"), selected=0)


def _therapies(sheet: Sheet) -> None:
    top = section(sheet, SIDE, 98, "FDA-APPROVED THERAPIES, CURRENT DIAGNOSIS")
    top = row(sheet, top, ("IDH1", "Ivosidenib", "p.R132L"))
    top = section(sheet, SIDE, top + 24, "FDA-APPROVED THERAPIES, OTHER INDICATIONS")
    top = row(sheet, top, ("FGFR2 fusion", "Futibatinib, Pemigatinib"))
    top = row(sheet, top, ("KRAS G12C", "Sotorasib"))
    top = section(sheet, SIDE, top + 24, "ADDITIONAL INDICATORS")
    top = row(sheet, top, ("BRAF V600E", "Dabrafenib + Trametinib"))
    top = section(sheet, SIDE, top + 24, "CLINICAL TRIALS")
    row(sheet, top, ("FGFR2 fusion", "A study of an inhibitor in tumours of the bile ducts"))


def _unknown(sheet: Sheet) -> None:
    top = section(sheet, SIDE, 98, "VARIANTS OF UNKNOWN SIGNIFICANCE")
    top = row(sheet, top, ("Somatic", "Mutation effect", "Variant allele fraction"), STRONG)
    top = row(sheet, top + 4, ("ARID2", "c.1340A>G p.N447S", "14.2%"), BODY)
    top = row(sheet, top, ("NM_152641",))
    top = row(sheet, top + 4, ("NTRK1", "c.320C>T p.A107V", "12.0%"), BODY)
    top = row(sheet, top, ("NM_002529",))
    top = section(sheet, SIDE, top + 30, "LOW COVERAGE REGIONS")
    sheet.words(SIDE + 4, top, "FGFR2, PMS2")


def _history(sheet: Sheet) -> None:
    top = section(sheet, SIDE, 98, "SOMATIC VARIANT DETAILS - POTENTIALLY ACTIONABLE")
    top = prose(sheet, SIDE, top, DETAILS)
    prose(sheet, SIDE, section(sheet, SIDE, top + 16, "CLINICAL HISTORY"), HISTORY)


def _assay(sheet: Sheet) -> None:
    top = prose(sheet, SIDE, section(sheet, SIDE, 98, "ASSAY DESCRIPTION"), ASSAY)
    top = section(sheet, SIDE, top + 16, "GENE LIST")
    for number, symbol in enumerate(LISTED.split()):
        sheet.words(SIDE + 4 + 74 * (number % 7), top + 13 * (number // 7), symbol)
    top = section(sheet, SIDE, top + 56, "DISCLAIMER")
    sheet.ligature(SIDE, top, "A test may not be completed where the material is insu\ufb03cient.")


def sample_03(path: Path) -> None:
    """IDH1 p.R132L, stable microsatellites; a region of FGFR2 read too seldom."""
    document(path, "Sample 03", FRAME, (_variants, _therapies, _unknown, _history, _assay))
