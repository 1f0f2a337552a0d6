"""Sample 11, layout family A: a path in, one page of results and eleven of bait there."""

from functools import partial
from pathlib import Path

import wording
from drawing import Page, Sheet
from family_a import (
    LAB,
    Altered,
    Frame,
    Results,
    document,
    entries,
    gene_lists,
    narrative,
    panel,
    results,
)

FRAME = Frame(
    lab=LAB,
    patient="Specimen, Silas",
    tumour_type="Perihilar cholangiocarcinoma",
    reported="20 Feb 2026",
    order="SYN-26-0111",
    pages=12,
)
PANEL = (
    (
        "PATIENT",
        (
            ("DISEASE", "Perihilar cholangiocarcinoma"),
            ("NAME", "Specimen, Silas"),
            ("DATE OF BIRTH", "01 Jan 1957"),
            ("SEX", "Male"),
            ("MEDICAL RECORD #", "SYN-000011"),
        ),
    ),
    (
        "PHYSICIAN",
        (
            ("ORDERING PHYSICIAN", "Dr. Tobias Stand-In"),
            ("MEDICAL FACILITY", "Exempla Liver Centre (fictional)"),
            ("PATHOLOGIST", "Not Provided"),
        ),
    ),
    (
        "SPECIMEN",
        (
            ("SPECIMEN SITE", "Bile duct"),
            ("SPECIMEN ID", "SYN-26-0111-T"),
            ("SPECIMEN TYPE", "Block"),
            ("TUMOR NUCLEI", "35%"),
            ("DATE OF COLLECTION", "03 Feb 2026"),
            ("SPECIMEN RECEIVED", "06 Feb 2026"),
        ),
    ),
)
RESULTS = Results(
    signatures=(
        ("Microsatellite status", "MS-Stable"),
        ("Tumor Mutational Burden", "3 Muts/Mb"),
    ),
    alterations=(
        Altered(gene="KRAS", alteration="G12D"),
        Altered(gene="SMAD4", alteration="R361H", mark="1"),
    ),
    negative_heading="2 Disease relevant genes with no reportable alterations:",
    negative_lines=("MET, PIK3CA",),
    statements=("FGFR2 fusion: not detected",),
)
THERAPIES = (
    (
        ("FGFR2 fusion-positive: pemigatinib, futibatinib", "Cholangiocarcinoma after therapy."),
        ("IDH1 R132C: ivosidenib", "Cholangiocarcinoma after therapy."),
        ("IDH2 R172K: no therapy listed", "Other tumour types only."),
    ),
    (
        ("BRAF V600E: dabrafenib + trametinib", "Solid tumours after therapy."),
        ("ERBB2 amplification, IHC 3+", "HER2-directed therapy, see the labels."),
        ("RET fusion: selpercatinib", "Solid tumours after therapy."),
    ),
    (
        ("MSI-High: pembrolizumab", "Solid tumours after therapy."),
        ("NTRK gene fusion", "Larotrectinib, entrectinib, repotrectinib."),
        ("KRAS G12C", "Agents under study; the label names other tumour types."),
    ),
)
TRIALS = (
    (
        ("SYN-TRIAL-0011  Phase 2, biliary tract", "TARGETS: FGFR2. FGFR2-AHCYL1 fusion allowed."),
        ("SYN-TRIAL-0012  Phase 1, solid tumours", "TARGETS: KRAS. KRAS G12D or KRAS G12V."),
    ),
    (
        ("SYN-TRIAL-0013  Phase 2, biliary tract", "TARGETS: ERBB2. ERBB2 amplification by NGS."),
        ("SYN-TRIAL-0014  Phase 3, solid tumours", "TARGETS: NTRK1, NTRK2, NTRK3, RET fusions."),
    ),
)
REFERENCES = (
    ("1. FGFR2-BICC1 fusion and IDH1 R132C 12.3% in bile duct tumours", "PMID: 00000001"),
    ("2. BRAF V600E detected in a case of cholangiocarcinoma", "PMID: 00000002"),
    ("3. ERBB2 amplification in gallbladder cancer: an invented review", "PMID: 00000003"),
    ("4. MSI-High and deficient mismatch repair: an invented cohort", "PMID: 00000004"),
    ("5. NTRK3 fusion after therapy: an invented case report", "PMID: 00000005"),
    ("6. SMAD4 R361H and KRAS G12D: an invented series", "PMID: 00000006"),
    ("7. RET fusion in tumours of the bile duct: an invented letter", "PMID: 00000007"),
)


NARRATED = (
    ("FINDING SUMMARY", "KRAS"),
    ("INTERPRETATION", "KRAS"),
    ("FINDING SUMMARY", "SMAD4"),
    ("INTERPRETATION", "SMAD4"),
)


def _first_page(sheet: Sheet) -> None:
    panel(sheet, PANEL)
    results(sheet, RESULTS)


def _narrative(number: int, title: str, gene: str) -> Page:
    return partial(narrative, title=title, columns=wording.columns(gene, 3 * number))


def sample_11(path: Path) -> None:
    """KRAS G12D on page 1, then narrative, therapies, trials, references and gene lists."""
    pages: tuple[Page, ...] = (
        _first_page,
        *(_narrative(number, *narrated) for number, narrated in enumerate(NARRATED)),
        *(
            partial(entries, title="THERAPIES WITH CLINICAL BENEFIT", pieces=therapies)
            for therapies in THERAPIES
        ),
        *(partial(entries, title="CLINICAL TRIALS", pieces=trials) for trials in TRIALS),
        partial(entries, title="REFERENCES", pieces=REFERENCES),
        gene_lists,
    )
    document(path, "Sample 11", FRAME, pages)
