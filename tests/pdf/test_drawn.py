"""Both readers on reports drawn otherwise: they know a layout family, not a sample."""

import pytest

from parsers import extract
from pipeline.model import Marker, Significance, Status
from tests.pdf.drawn import HEADS, ByTechnology, Table, TwoColumn

LETTERS = {"D": Status.DETECTED, "N": Status.NOT_DETECTED, "I": Status.INDETERMINATE}
LETTERS |= {"A": Status.NOT_ASSESSED}
TWO_COLUMN = {
    "MSI": "D",
    "TMB": "D",
    "IDH1_MUTATION": "D",
    "ERBB2_AMPLIFICATION": "I",
    "ERBB2_MUTATION": "D",
    "NTRK3_FUSION": "D",
    "BRAF_MUTATION": "N",
    "KRAS_MUTATION": "N",
    "KRAS_AMPLIFICATION": "N",
    "FGFR2_MUTATION": "N",
    "FGFR2_AMPLIFICATION": "N",
    "FGFR2_FUSION": "N",
}
BY_TECHNOLOGY = {
    "FGFR2_FUSION": "D",
    "RET_FUSION": "N",
    "BRAF_MUTATION": "D",
    "KRAS_MUTATION": "N",
    "ERBB2_AMPLIFICATION": "N",
    "HER2_IHC": "I",
    "NTRK1_FUSION": "A",
    "MMR": "D",
    "MSI": "D",
    "TMB": "D",
    "IDH1_MUTATION": "N",
    "IDH2_MUTATION": "N",
    "FGFR2_MUTATION": "N",
    "RET_MUTATION": "N",
    "NTRK2_MUTATION": "I",
}


def read(report):
    return extract.read(report.pdf(), "drawn.pdf")


def states(reading):
    """Marker → status over observations that are no VUS; two statuses of one marker both show."""
    found = {}
    for item in reading.observations:
        if item.significance is not Significance.VUS:
            found.setdefault(item.marker.value, set()).add(item.status)
    return found


def wanted(letters):
    return {marker: {LETTERS[letter]} for marker, letter in letters.items()}


HELVETICA = ("Helvetica", "Helvetica-Bold")
COURIER = ("Courier", "Courier-Bold")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"panel_right": True, "font": HELVETICA, "size": 8.5},
        {"font": COURIER, "size": 8.0},
        {"order": ("results", "therapies", "narrative", "vus", "genes")},
        {"order": ("genes", "vus", "results", "narrative", "therapies")},
        {"signature_head": "Genomic Signatures", "alteration_head": "Gene Alterations"},
        {"numbered": False},
    ],
    ids=["times", "panel right", "courier", "reordered", "results late", "heads", "unnumbered"],
)
def test_a_two_column_report_of_another_laboratory(changes):
    reading = read(TwoColumn().but(**changes))
    assert reading.report.status.value == "final"
    assert states(reading) == wanted(TWO_COLUMN)
    assert reading.report.vendor == "Fjordview Molecular Laboratory (fictional)"
    assert reading.report.identity.name == "Muster, Synthia"
    assert reading.report.specimens[0].tumour_percent == 55
    assert reading.report.is_btc is True


def test_variants_of_unknown_significance_stay_so_and_broken_words_are_joined():
    vus = {
        (item.marker.value, item.alteration)
        for item in read(TwoColumn()).observations
        if item.significance is Significance.VUS
    }
    assert vus == {("RET_MUTATION", "V804A"), ("KRAS_AMPLIFICATION", "amplification")}


def test_coverage_is_what_the_lists_print_with_their_classes():
    covered = {entry.marker.value for entry in read(TwoColumn()).report.covered}
    assert {"FGFR2_FUSION", "NTRK3_FUSION", "RET_FUSION"} <= covered
    assert not {"NTRK1_FUSION", "NTRK2_FUSION", "BRAF_FUSION", "NRG1_FUSION"} & covered
    assert {"NTRK1_MUTATION", "KRAS_AMPLIFICATION", "IDH2_MUTATION"} <= covered


def test_a_negative_counts_only_for_what_the_lists_cover():
    """P1: the list gives each class that is covered; BRAF fusions are on no list here."""
    assert "BRAF_FUSION" not in states(read(TwoColumn()))


@pytest.mark.parametrize(
    ("alteration", "marker", "status"),
    [
        (("FGFR2", "FGFR2-N/A rearrangement intron 17"), "FGFR2_FUSION", "D"),
        (("FGFR2", "rearrangement exon 18"), "FGFR2_FUSION", "D"),
        (("FGFR2", "FGFR2(17)-BICC1(3)"), "FGFR2_FUSION", "D"),
        (("KRAS", "amplification"), "KRAS_AMPLIFICATION", "D"),
        (("KRAS", "wildtype"), "KRAS_MUTATION", "N"),
        (("ERBB2", "Y772_A775dup"), "ERBB2_MUTATION", "D"),
        (("BRAF", "gain"), "BRAF_MUTATION", None),
        (("ERBB2", "copy number gain"), "ERBB2_AMPLIFICATION", "I"),
        (("IDH1", "splice site 342+1G>A"), "IDH1_MUTATION", "D"),
        (("IDH1", "R132?C"), "IDH1_MUTATION", "I"),
        (("RET", "strange thing"), "RET_FUSION", "I"),
        (("RET", "strange thing"), "RET_MUTATION", "I"),
        (("FGFR2", "loss"), "FGFR2_AMPLIFICATION", None),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value or ()),
)
def test_printed_alterations(alteration, marker, status):
    gene, text = alteration
    report = TwoColumn().but(
        alterations=((gene, (text,)), ("TP53", ("R175H",))), negatives=("MET",)
    )
    found = states(read(report)).get(marker)
    assert found == ({LETTERS[status]} if status else None)


def test_an_alteration_nobody_understands_is_told():
    report = TwoColumn().but(alterations=(("RET", ("strange thing",)),))
    codes = {notice.code for notice in read(report).report.notices}
    assert "alteration_not_understood" in codes


@pytest.mark.parametrize(
    ("printed", "status"),
    [
        ("MS-Stable", "N"),
        ("MSS", "N"),
        ("MSI-High", "D"),
        ("MSI-High NOT DETECTED", "N"),
        ("Cannot Be Determined", "I"),
        ("MSI-Intermediate", "I"),
        ("something new", "I"),
    ],
)
def test_microsatellite_status(printed, status):
    report = TwoColumn().but(
        signatures=(("Microsatellite status", printed), ("Tumor Mutational Burden", "9.9 Muts/Mb"))
    )
    found = states(read(report))
    assert found["MSI"] == {LETTERS[status]}
    assert found["TMB"] == {Status.NOT_DETECTED}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"ruled": False, "font": HELVETICA, "stretch": 0.9},
        {"font": ("Times-Roman", "Times-Bold"), "size": 9.0},
        {"numbered": False},
    ],
    ids=["courier ruled", "helvetica un-ruled", "times", "unnumbered"],
)
def test_tables_of_another_laboratory(changes):
    reading = read(ByTechnology().but(**changes))
    assert reading.report.status.value == "final"
    assert states(reading) == wanted(BY_TECHNOLOGY)
    assert reading.report.vendor == "Glasshouse Diagnostics (fictional)"
    assert reading.report.identity.accession == "SYN-88-0042"
    assert reading.report.identity.name == "Muster, Sander"


def with_rows(*rows):
    table = Table(title="Cancer-Type Relevant Biomarkers", heads=HEADS, rows=rows)
    return read(ByTechnology().but(pages=((table,),)))


@pytest.mark.parametrize(
    ("row", "letters"),
    [
        (("FGFR2", "RNA-Tumor", "Seq", "Fusion Not Detected"), {"FGFR2_FUSION": "N"}),
        (("FGFR2", "RNA-Tumor", "Seq", "Indeterminate"), {"FGFR2_FUSION": "I"}),
        (("FGFR2", "RNA-Tumor", "Seq", "Pathogenic Fusion"), {"FGFR2_FUSION": "D"}),
        (("KRAS", "DNA-Tumor", "Seq", "Mutated, Pathogenic | p.G12C"), {"KRAS_MUTATION": "D"}),
        (("KRAS", "DNA-Tumor", "Seq", "variantnotdetected"), {"KRAS_MUTATION": "I"}),
        (("B-RAF", "DNA-Tumor", "Seq", "Wild Type"), {"BRAF_MUTATION": "N"}),
        (("HER2", "DNA-Tumor", "CNA-Seq", "Amplified"), {"ERBB2_AMPLIFICATION": "D"}),
        (("HER2", "DNA-Tumor", "CNA-Seq", "Intermediate"), {"ERBB2_AMPLIFICATION": "I"}),
        (("Her-2", "Protein", "IHC", "Positive | 3+, 90%"), {"HER2_IHC": "D"}),
        (("Her-2", "Protein", "IHC", "Negative | 1+, 100%"), {"HER2_IHC": "N"}),
        (("Her-2", "Protein", "IHC", "strongly stained"), {"HER2_IHC": "I"}),
        (
            ("Her2/Neu", "DNA", "CISH", "Not Amplified"),
            {"HER2_ISH": "N", "ERBB2_AMPLIFICATION": "N"},
        ),
        (("MLH1", "Protein", "IHC", "Negative | 0, 100%"), {"MMR": "D"}),
        (("MLH1", "Protein", "IHC", "Positive | 1+, 100%"), {"MMR": "I"}),
        (("MSI", "DNA-Tumor", "Seq", "Equivocal"), {"MSI": "I"}),
        (("TMB", "DNA-Tumor", "Seq", "Low | 4 per Mb"), {"TMB": "N"}),
        (("TMB", "DNA-Tumor", "Seq", "10 mut/Mb"), {"TMB": "D"}),
        (("TMB", "DNA-Tumor", "Seq", "QNS"), {"TMB": "A"}),
        (("NTRK1/2/3 fusion", "RNA-Tumor", "Seq", "Not Detected"),
         {"NTRK1_FUSION": "N", "NTRK2_FUSION": "N", "NTRK3_FUSION": "N"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_one_row_of_a_table(row, letters):
    assert states(with_rows(row, ("TP53", "DNA-Tumor", "Seq", "Wild Type"))) == wanted(letters)


def test_a_presumed_benign_variant_is_no_positive():
    row = ("KRAS", "DNA-Tumor", "Seq", "Mutated, Presumed Benign | p.K5N")
    (item,) = with_rows(row).observations
    assert item.marker is Marker.KRAS_MUTATION
    assert item.significance is Significance.BENIGN


def test_four_intact_proteins_are_proficient():
    rows = [(name, "Protein", "IHC", "Positive | 1+, 100%") for name in ("MLH1", "MSH2", "MSH6")]
    assert states(with_rows(*rows))["MMR"] == {Status.INDETERMINATE}
    rows.append(("PMS2", "Protein", "IHC", "Positive | 1+, 100%"))
    assert states(with_rows(*rows))["MMR"] == {Status.NOT_DETECTED}


def test_the_same_bytes_give_the_same_reading():
    data = TwoColumn().pdf()
    assert extract.read(data, "a.pdf") == extract.read(data, "a.pdf")


def test_a_tumour_that_is_not_biliary_is_read():
    identity = (("DISEASE", "Adenocarcinoma of colon, metastatic"), ("NAME", "Muster, Max"))
    reading = read(TwoColumn().but(identity=identity))
    assert reading.report.is_btc is False
    assert "IDH1_MUTATION" in states(reading)
