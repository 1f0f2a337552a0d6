"""Family B as its vendor prints it: the vocabulary of its results, appendix tables, gene lists."""

import pytest

from tests.pdf.drawn import HEADS, ByTechnology, Table
from tests.pdf.test_family_a import read, told

SEQ = ("DNA-Tumor", "Seq")
RNA = ("RNA-Tumor", "Seq")
FIRST = Table(
    title="Results with Therapy Associations",
    heads=("Biomarker", "Method", "Analyte", "Result", "Therapy Association"),
    rows=(
        ("IDH1", "Seq", "DNA-Tumor", "Pathogenic Variant\nExon 4 | p.R132C", "BENEFIT ivosidenib"),
        ("EGFR", "Seq", "DNA-Tumor", "Mutation Not Detected", "LACK OF BENEFIT"),
    ),
    widths=(90, 60, 80, 150, 120),
)
FIRST_SAYS = {"IDH1_MUTATION": "D"}


def relevant(*rows, title="Cancer-Type Relevant Biomarkers", heads=HEADS):
    return Table(title=title, heads=heads, rows=rows)


def report(*pages, **changes):
    """The first table on the first page, further blocks on theirs."""
    return ByTechnology(pages=((FIRST,), *pages)).but(**changes)


# ----------------------------------------------------------------------------- layout variants
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"font": ("Helvetica", "Helvetica-Bold"), "size": 9.0},
        {"font": ("Times-Roman", "Times-Bold"), "ruled": False},
        {"numbered": False},
        {
            "specimen": (
                "Primary Tumor Site: Liver",
                "Specimen Site: Liver",
                "Specimen ID: SYN-88-0042-B",
                "Specimen Collected: 02-Mar-2026",
                "Specimen Recieved: 04-Mar-2026",
                "Initiation of Testing: 05-Mar-2026",
                "Completion of Testing: 12-Mar-2026",
            )
        },
    ],
    ids=["courier", "helvetica", "no rules", "unnumbered", "printed mistake"],
)
def test_the_same_results_in_another_layout(changes):
    table = relevant(
        ("FGFR2", *RNA, "Fusion Not Detected"),
        ("BRAF", *SEQ, "Mutation Not Detected"),
        ("MSI", *SEQ, "Stable"),
        ("TMB", *SEQ, "Low | 3 mut/Mb"),
    )
    reading = read(report((table,), **changes))
    assert told(reading) == {
        **FIRST_SAYS,
        "FGFR2_FUSION": "N",
        "BRAF_MUTATION": "N",
        "MSI": "N",
        "TMB": "N",
    }
    assert reading.report.identity.name == "Muster, Sander"
    assert reading.report.is_btc is True


def test_high_impact_results_may_stand_alone_and_first():
    table = Table(
        title="High Impact Results", heads=FIRST.heads, rows=FIRST.rows, widths=FIRST.widths
    )
    assert told(read(ByTechnology(pages=((table,),)))) == FIRST_SAYS


# ------------------------------------------------------------------------------- result wording
@pytest.mark.parametrize(
    ("row", "marker", "letter_"),
    [
        (("KRAS", *SEQ, "Pathogenic Variant\nExon 2 | p.G12D"), "KRAS_MUTATION", "D"),
        (("KRAS", *SEQ, "Likely Pathogenic Variant\nExon 2 | p.G12D"), "KRAS_MUTATION", "D"),
        (("KRAS", *SEQ, "Mutated, Pathogenic | p.G12D"), "KRAS_MUTATION", "D"),
        (("KRAS", *SEQ, "Mutated - Other | p.G12D"), "KRAS_MUTATION", "D"),
        (("KRAS", *SEQ, "Mutated Presumed Pathogenic | p.G12D"), "KRAS_MUTATION", "D"),
        (("KRAS", *SEQ, "Mutated Presumed Benign | p.K5N"), "KRAS_MUTATION", None),
        (("KRAS", *SEQ, "Likely Benign Variant | p.K5N"), "KRAS_MUTATION", None),
        (("KRAS", *SEQ, "Variant of Uncertain Significance | p.K5N"), "KRAS_MUTATION", None),
        (("KRAS", *SEQ, "Mutation Not Detected"), "KRAS_MUTATION", "N"),
        (("KRAS", *SEQ, "Wild Type"), "KRAS_MUTATION", "N"),
        (("KRAS", *SEQ, "variantnotdetected"), "KRAS_MUTATION", "I"),
        (("KRAS", *SEQ, "Indeterminate"), "KRAS_MUTATION", "I"),
        (("KRAS", *SEQ, "QNS"), "KRAS_MUTATION", "A"),
        (("KRAS", *SEQ, "Test not performed"), "KRAS_MUTATION", "A"),
        (("FGFR2", *RNA, "Pathogenic Fusion | FGFR2=BICC1"), "FGFR2_FUSION", "D"),
        (("FGFR2", *RNA, "Pathogenic Fusion | BICC1=FGFR2"), "FGFR2_FUSION", "D"),
        (("FGFR2", *RNA, "Fusion Detected"), "FGFR2_FUSION", "D"),
        (("FGFR2", *RNA, "Fusion Not Detected"), "FGFR2_FUSION", "N"),
        (("FGFR2", *RNA, "Indeterminate"), "FGFR2_FUSION", "I"),
        (("NTRK1/2/3", *RNA, "Fusion Not Detected"), "NTRK2_FUSION", "N"),
        (("FGFR2", "DNA-Tumor", "FISH", "Rearrangement Not Detected"), "FGFR2_FUSION", "N"),
        (("FGFR2", "DNA-Tumor", "FISH", "Rearrangement Detected"), "FGFR2_FUSION", "D"),
        (("FGFR2", "DNA-Tumor", "FISH", "See Below"), "FGFR2_FUSION", "I"),
        (("FGFR2", "DNA-Tumor", "FISH", "QNS"), "FGFR2_FUSION", "A"),
        (("ERBB2 (Her2/Neu)", "DNA", "CISH", "Amplified"), "HER2_ISH", "D"),
        (("ERBB2 (Her2/Neu)", "DNA", "CISH", "Amplification Not Detected"), "HER2_ISH", "N"),
        (("ERBB2 (Her2/Neu)", "DNA-Tumor", "CNA-Seq", "Amplified"), "ERBB2_AMPLIFICATION", "D"),
        (("ERBB2 (Her2/Neu)", "DNA-Tumor", "CNA-Seq", "Amplification Not Detected"),
         "ERBB2_AMPLIFICATION", "N"),
        (("ERBB2 (Her2/Neu)", "DNA-Tumor", "CNA-Seq", "Intermediate"), "ERBB2_AMPLIFICATION", "I"),
        (("HER2/Neu", "Protein", "IHC", "Positive | 3+, 90%"), "HER2_IHC", "D"),
        (("Her-2", "Protein", "IHC", "Negative | 1+, 100%"), "HER2_IHC", "N"),
        (("Her2/Neu", "Protein", "IHC", "Equivocal | 2+, 30%"), "HER2_IHC", "I"),
        (("Her2/Neu", "Protein", "IHC", "QNS"), "HER2_IHC", "A"),
        (("Mismatch Repair Status", "Protein", "IHC", "Proficient"), "MMR", "N"),
        (("Mismatch Repair Status", "Protein", "IHC", "Deficient (loss of MLH1/PMS2)"), "MMR", "D"),
        (("MSI", *SEQ, "High"), "MSI", "D"),
        (("MSI", *SEQ, "Indeterminate"), "MSI", "I"),
        (("TMB", *SEQ, "High | 24 per Mb"), "TMB", "D"),
        (("TMB", *SEQ, "Intermediate | 7 Mutations/Mb"), "TMB", "N"),
        (("TMB", *SEQ, "Indeterminate"), "TMB", "I"),
        (("MET", *RNA, "Variant Transcript Not Detected"), "MET_FUSION", None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)  # fmt: skip
def test_a_result_as_it_is_printed(row, marker, letter_):
    assert told(read(report((relevant(row),)))).get(marker) == letter_


def test_four_positive_proteins_are_intact_and_two_negative_ones_are_lost():
    def stained(*results):
        rows = [
            (protein, "Protein", "IHC", result)
            for protein, result in zip(("MLH1", "MSH2", "MSH6", "PMS2"), results, strict=True)
        ]
        return told(read(report((relevant(*rows, title="Immunohistochemistry Results"),))))

    intact, lost = "Positive | 1+, 100%", "Negative | 0, 100%"
    assert stained(intact, intact, intact, intact)["MMR"] == "N"
    assert stained(lost, intact, intact, lost)["MMR"] == "D"


# ------------------------------------------------------------------------------------- gene lists
@pytest.mark.parametrize(
    ("title", "marker", "letter_"),
    [
        ("GENES TESTED WITH NO MUTATIONS DETECTED", "FGFR2_MUTATION", "N"),
        ("GENES TESTED WITH NO MUTATIONS DETECTED BY TUMOR DNA SEQUENCING", "FGFR2_MUTATION", "N"),
        ("GENES TESTED WITH NO AMPLIFICATION DETECTED", "FGFR2_AMPLIFICATION", "N"),
        ("GENES TESTED WITH UNEVALUATED AMPLIFICATION", "FGFR2_AMPLIFICATION", "I"),
        ("GENES WITH INDETERMINATE CNA RESULTS", "FGFR2_AMPLIFICATION", "I"),
        ("Genes Tested with Intermediate CNA Results by Tumor DNA Sequencing",
         "FGFR2_AMPLIFICATION", "I"),
        ("GENES TESTED WITH NO RNA ALTERATIONS BY NGS", "FGFR2_FUSION", "N"),
        ("GENES TESTED WITH NO GENE FUSION OR TRANSCRIPT VARIANT DETECTED", "FGFR2_FUSION", "N"),
        ("GENES TESTED WITH INDETERMINATE FUSION OR VARIANT TRANSCRIPT RESULTS BY NGS",
         "FGFR2_FUSION", "I"),
        ("Genes Tested with Indeterminate Results by Tumor DNA Sequencing", "FGFR2_MUTATION", "I"),
    ],
)  # fmt: skip
def test_a_list_of_genes_speaks_of_its_own_class_alone(title, marker, letter_):
    said = told(read(report(((title, ("CD274 (PD-L1), EGFR*, FGFR2,", "KIT, MET §")),))))
    assert said == {**FIRST_SAYS, marker: letter_}


# ---------------------------------------------------------------------------------------- appendix
@pytest.mark.parametrize(
    ("table", "marker", "letter_"),
    [
        (Table(title="TUMOR MUTATIONAL BURDEN", heads=("Mutations / Megabase", "Result"),
               rows=(("24", "High"),), widths=(150, 90)), "TMB", "D"),
        (Table(title="TUMOR MUTATIONAL BURDEN", heads=("Result", "Mutations / Megabase"),
               rows=(("Low", "4"),), widths=(150, 90)), "TMB", "N"),
        (Table(title="MICROSATELLITE INSTABILITY (MSI) BY NEXT-GENERATION SEQUENCING",
               heads=("Biomarker", "Result"), rows=(("MSI", "Stable"),), widths=(150, 90)),
         "MSI", "N"),
        (Table(title="REARRANGEMENT BY FLUORESCENCE IN SITU HYBRIDIZATION (FISH)",
               heads=("Gene", "Result"), rows=(("FGFR2", "Not Detected"),), widths=(150, 90)),
         "FGFR2_FUSION", "N"),
        (Table(title="AMPLIFICATION BY CHROMOGENIC IN SITU HYBRIDIZATION (CISH)",
               heads=("Gene", "Result", "HER2/CEP17 ratio"),
               rows=(("HER2/Neu", "Amplified", "4.2"),), widths=(150, 90, 90)), "HER2_ISH", "D"),
        (Table(title="PROTEIN EXPRESSION BY IMMUNOHISTOCHEMISTRY (IHC)",
               heads=("Biomarker", "Staining Intensity", "Percent of cells", "Result"),
               rows=(("HER2/Neu", "3+", "90", "Positive"),), widths=(150, 90, 90, 90)),
         "HER2_IHC", "D"),
        (Table(title="PROTEIN EXPRESSION BY IMMUNOHISTOCHEMISTRY (IHC)",
               heads=("Biomarker", "Staining Intensity", "Percent of cells", "Result"),
               rows=(("HER2/Neu", "1+", "90", "Negative"),), widths=(150, 90, 90, 90)),
         "HER2_IHC", "N"),
    ],
    ids=["TMB", "TMB turned", "MSI", "FISH", "CISH", "IHC positive", "IHC negative"],
)  # fmt: skip
def test_an_appendix_table(table, marker, letter_):
    assert told(read(report((table,)))).get(marker) == letter_


def test_trials_and_limitations_make_nothing():
    trials = Table(
        title="TARGETED THERAPY CLINICAL TRIALS",
        heads=("Drug class", "Biomarker", "Method", "Analyte"),
        rows=(("FGFR inhibitors", "FGFR2", "Seq", "RNA-Tumor"),),
    )
    said = told(read(report((trials,), (("Limitations", ("KRAS G12C may be missed.",)),))))
    assert said == FIRST_SAYS


def test_a_table_that_goes_on_over_a_page_with_its_head_repeated():
    first = relevant(("KRAS", *SEQ, "Wild Type"))
    again = relevant(
        ("BRAF", *SEQ, "Pathogenic Variant\nExon 15 | p.V600E"),
        title="Cancer-Type Relevant Biomarkers (continued)",
    )
    bare = relevant(("RET", *RNA, "Fusion Not Detected"), title="")
    assert told(read(report((first,), (again,), (bare,)))) == {
        **FIRST_SAYS,
        "KRAS_MUTATION": "N",
        "BRAF_MUTATION": "D",
        "RET_FUSION": "N",
    }
