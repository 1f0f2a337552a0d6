"""Amplicon reports drawn otherwise than sample 14: heads, orders, pages, traps."""

import pytest

from pipeline.coverage import assays
from pipeline.model import Analyte, Marker, Significance, Status
from pipeline.normalise import normalise
from pipeline.tables import packaged
from tests.pdf.tabled import LETTER, Block, Grid, Tabled
from tests.pdf.test_family_e import read, states

LABELS = (
    ("Patient Name", "Muster, Sven"),
    ("MP No.", "SYN-77-0300"),
    ("Date of Birth", "01 Jan 1948"),
    ("Sample Cancer Type", "Cholangiocarcinoma"),
    ("Signing in Date", "12 Mar 2026"),
    ("Assay", "Fictive Amplicon Assay"),
    ("Tumor Percentage", "70%"),
)
RELEVANT = Block(
    title="Relevant Biomarkers",
    table=Grid(
        heads=(
            *("Tier", "Genomic Alteration", "(In this cancer type)", "(In other cancer type)"),
            "Clinical Trials",
        ),
        rows=(
            ("IA", "IDH1 p.(R132C)", "ivosidenib", "None", "3"),
            ("IA", "FGFR2-BICC1 fusion", "pemigatinib", "erdafitinib", "5"),
            ("IIC", "KRAS p.(G12D)", "None", "BRAF V600E inhibitors", "9"),
        ),
        ruled=False,
    ),
)
HEADS = (
    *("Gene", "Amino Acid\nChange", "Coding", "Variant\nID", "Locus", "Allele\nFraction"),
    *("Transcript", "Variant\nEffect", "ClinVar", "Coverage"),
)
IDH1 = (
    *("IDH1", "p.(R132C)", "c.394C>T", ".", "chr2:209113113", "22.4%", "NM_005896.4"),
    *("missense", "Pathogenic", "1987"),
)
KRAS = (
    *("KRAS", "p.(G12D)", "c.35G>A", ".", "chr12:25398284", "0.5%", "NM_033360.4"),
    *("missense", "Pathogenic", "2000"),
)
SILENT = (
    *("RET", "p.(=)", "c.2307G>T", ".", "chr10:43613843", "99.2%", "NM_020975.6"),
    *("synonymous", "Benign", "1995"),
)
VARIANTS = Block(
    title="DNA Sequence Variants",
    table=Grid(heads=HEADS, rows=(IDH1, KRAS, SILENT), ruled=False),
)
COPIES = Block(
    title="Copy Number Variations",
    table=Grid(
        heads=("Gene", "Locus", "Copy Number", "CNV Ratio"),
        rows=(("ERBB2", "chr17:37880219", "8.2", "4.1"),),
        ruled=False,
    ),
)
FUSIONS = Block(
    title="Gene Fusions (RNA)",
    table=Grid(
        heads=("Genes", "Variant ID", "Locus", "Read Count"),
        rows=(
            (
                *("FGFR2(17) - BICC1(3)", "FGFR2-BICC1.F17B3"),
                *("chr10:123243211 - chr10:60461833", "1204"),
            ),
        ),
        ruled=False,
    ),
)
WITHOUT = Block(
    title="Genes tested without variants",
    lines=(
        "DNA sequence variants: BRAF, ERBB2, FGFR2",
        "Gene fusions (RNA): NTRK1, NTRK2, NTRK3, RET",
    ),
)
SUMMARY = Block(
    title="Relevant Therapy Summary",
    lines=("BRAF V600E: dabrafenib + trametinib", "NTRK1 fusion: larotrectinib"),
)
REPORT = Tabled(
    lab="Fjordview Amplicon Laboratory (fictional)",
    labels=LABELS,
    size=6.0,
    paper=LETTER,
    glued=True,
    pages=((RELEVANT, VARIANTS), (COPIES, FUSIONS, WITHOUT), (SUMMARY,)),
)
WANTED = {
    "IDH1_MUTATION": "D",
    "KRAS_MUTATION": "D",
    "FGFR2_FUSION": "D",
    "ERBB2_AMPLIFICATION": "I",
    "BRAF_MUTATION": "N",
    "ERBB2_MUTATION": "N",
    "FGFR2_MUTATION": "N",
    "NTRK1_FUSION": "N",
    "NTRK2_FUSION": "N",
    "NTRK3_FUSION": "N",
    "RET_FUSION": "N",
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"font": ("Times-Roman", "Times-Bold"), "glued": False},
        {"pages": ((RELEVANT, FUSIONS), (VARIANTS,), (WITHOUT, COPIES), (SUMMARY,))},
        {"pages": ((VARIANTS,), (RELEVANT, FUSIONS, COPIES, WITHOUT), (SUMMARY,))},
        {"numbered": False},
    ],
    ids=["letter", "times", "other order", "summary late", "unnumbered"],
)
def test_an_amplicon_report_of_another_laboratory(changes):
    reading = read(REPORT.but(**changes))
    assert reading.report.status.value == "final", reading.report.reasons
    assert states(reading) == WANTED
    assert reading.report.identity.accession == "SYN-77-0300"
    assert reading.report.tumour_type == "Cholangiocarcinoma"


def test_the_columns_of_a_variant_are_read():
    found = [
        (item.vaf, item.depth, item.hgvs_c, item.transcript)
        for item in read(REPORT).observations
        if item.marker is Marker.KRAS_MUTATION and item.hgvs_c
    ]
    assert found == [(0.005, 2000, "c.35G>A", "NM_033360.4")]


def test_a_synonymous_change_is_benign():
    (silent,) = [item for item in read(REPORT).observations if item.marker is Marker.RET_MUTATION]
    assert silent.significance is Significance.BENIGN


def test_a_fusion_seen_in_rna_says_so():
    seen = [item for item in read(REPORT).observations if item.marker is Marker.FGFR2_FUSION]
    assert Analyte.RNA in {item.analyte for item in seen}
    result = normalise(read(REPORT), assays(packaged("pipeline", "assays.csv")))
    assert result.markers[Marker.FGFR2_FUSION].detail == "FGFR2::BICC1"


def test_eight_copies_without_a_cut_off_are_a_gain():
    """The report calls nothing: the cut-off of the assay must say what 8.2 copies are."""
    result = normalise(read(REPORT), assays(packaged("pipeline", "assays.csv")))
    state = result.markers[Marker.ERBB2_AMPLIFICATION]
    assert state.status is Status.INDETERMINATE
    assert "8.2 copies" in state.detail


def test_a_table_goes_on_over_a_page_with_and_without_its_head():
    first = Block(title=VARIANTS.title, table=Grid(heads=HEADS, rows=(IDH1,), ruled=False))
    again = Block(title="", table=Grid(heads=HEADS, rows=(KRAS,), ruled=False))
    reading = read(REPORT.but(pages=((RELEVANT, COPIES, FUSIONS, first), (again, WITHOUT))))
    assert states(reading)["KRAS_MUTATION"] == "D"
    assert [i.vaf for i in reading.observations if i.hgvs_c == "c.35G>A"] == [0.005]


@pytest.mark.parametrize(
    ("genes", "code", "marker"),
    [
        ("TPM3(7) - NTRK1(10)", "TPM3-NTRK1.T7N10", "NTRK1_FUSION"),
        ("ETV6(5) - NTRK3(15)", "ETV6-NTRK3.E5N15.COSF571", "NTRK3_FUSION"),
        ("NCOA4(7) - RET(12)", "NCOA4-RET.N7R12", "RET_FUSION"),
        ("FGFR2(17) - TACC2(9)", "FGFR2-TACC2.F17T9", "FGFR2_FUSION"),
        ("CD74(8) - NRG1(6)", "CD74-NRG1.C8N6", "NRG1_FUSION"),
        ("SND1(9) - BRAF(9)", "SND1-BRAF.S9B9", "BRAF_FUSION"),
    ],
)
def test_fusions_by_exon_code(genes, code, marker):
    table = Grid(
        heads=FUSIONS.table.heads, rows=((genes, code, "chr1:1 - chr2:2", "900"),), ruled=False
    )
    pages = ((RELEVANT, VARIANTS), (Block(title="Gene Fusions (RNA)", table=table),))
    assert states(read(REPORT.but(pages=pages)))[marker] == "D"


def test_no_relevant_biomarkers_leaves_the_technical_tables():
    empty = Block(title="Relevant Biomarkers", lines=("No relevant biomarkers found",))
    none = Block(title="Copy Number Variations", lines=("No copy number variations found",))
    pages = ((empty, none), (VARIANTS, WITHOUT))
    found = states(read(REPORT.but(pages=pages)))
    assert found["IDH1_MUTATION"] == "D"
    assert "ERBB2_AMPLIFICATION" not in found


def test_one_absent_fusion_partner_is_no_negative():
    table = Grid(
        heads=("Genes", "Variant ID", "Result"),
        rows=(("TPM3-NTRK1", "TPM3-NTRK1.T7N10", "Not Detected"),),
        ruled=False,
    )
    pages = ((RELEVANT, VARIANTS), (Block(title="Gene Fusions (RNA)", table=table),))
    assert states(read(REPORT.but(pages=pages)))["NTRK1_FUSION"] == "I"
