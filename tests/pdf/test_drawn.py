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


def test_several_alterations_of_a_gene_in_one_cell():
    report = TwoColumn().but(alterations=(("ERBB2", ("amplification, S310F",)),))
    found = states(read(report))
    assert found["ERBB2_AMPLIFICATION"] == {Status.DETECTED}
    assert found["ERBB2_MUTATION"] == {Status.DETECTED}


def test_a_fraction_beside_an_alteration_is_its_fraction():
    report = TwoColumn().but(alterations=(("IDH1", ("R132C", "12.3%")), ("KRAS", ("G12D 4.7%",))))
    found = {
        item.marker.value: item.vaf
        for item in read(report).observations
        if item.status is Status.DETECTED and item.marker.value.endswith("_MUTATION")
        and item.significance is not Significance.VUS
    }  # fmt: skip
    assert found == {"IDH1_MUTATION": 0.123, "KRAS_MUTATION": 0.047}


def test_a_fusion_without_a_gene_column_belongs_to_its_own_gene():
    report = TwoColumn().but(alterations=(("IDH1", ("R132C", "FGFR2-BICC1 fusion")),), negatives=())
    found = states(read(report))
    assert found["FGFR2_FUSION"] == {Status.DETECTED}
    assert found["IDH1_MUTATION"] == {Status.DETECTED}


def test_a_sentence_among_the_results_is_no_finding():
    sentence = "mutations are found in the tumours of some patients and may predict the course"
    report = TwoColumn().but(alterations=(("TP53", ("R175H",)), ("KRAS", (sentence,))))
    found = states(read(report))
    assert Status.DETECTED not in found.get("KRAS_MUTATION", set())


def test_a_report_of_which_nothing_was_read_is_held():
    report = TwoColumn().but(alterations=(), negatives=())
    assert read(report).report.code == "incomplete"


def test_a_stated_absence_of_alterations_is_read():
    report = TwoColumn().but(alterations=(("No reportable alterations identified", ()),))
    assert read(report).report.status.value == "final"


def test_a_result_that_stands_in_the_patient_panel_holds_the_report():
    identity = (("DISEASE", "Cholangiocarcinoma"), ("NAME", "A, B"), ("KRAS", "G12D"))
    assert read(TwoColumn().but(identity=identity)).report.code == "layout_not_understood"


def test_heads_of_two_lines_and_columns_nobody_knows():
    """The column "Remark" is not known: what stands in it must not fall into its neighbours."""
    table = Table(
        title="Genes Tested with Pathogenic or Likely Pathogenic Alterations",
        heads=("Gene", "Remark", "Analyte", "Variant\nInterpretation", "Protein\nAlteration"),
        rows=(
            ("KRAS", "hotspot", "DNA-Tumor", "Pathogenic Variant", "p.G12C"),
            ("IDH1", "not detected in germline", "DNA-Tumor", "Pathogenic Variant", "p.R132C"),
        ),
        widths=(60, 140, 90, 110, 90),
    )
    heads = Table(title="Cancer-Type Relevant Biomarkers", heads=HEADS, rows=(("ALK",) * 4,))
    reading = read(ByTechnology().but(pages=((heads, table),), ruled=False, size=7.0))
    assert states(reading) == wanted({"KRAS_MUTATION": "D", "IDH1_MUTATION": "D"})
    assert {item.alteration for item in reading.observations} == {"p.G12C", "p.R132C"}


def test_two_tables_side_by_side_are_two():
    sides = ("FGFR2", "RNA-Tumor", "Seq", "Fusion Not Detected")
    other = ("KRAS", "DNA-Tumor", "Seq", "Pathogenic Variant | p.G12D")
    table = Table(
        title="Cancer-Type Relevant Biomarkers",
        heads=HEADS * 2,
        rows=((*sides, *other),),
        widths=(40, 50, 40, 110) * 2,
    )
    reading = read(ByTechnology().but(pages=((table,),), size=6.0))
    assert states(reading) == wanted({"FGFR2_FUSION": "N", "KRAS_MUTATION": "D"})


def test_a_table_goes_on_over_a_page_without_its_heads():
    first = Table(
        title="Cancer-Type Relevant Biomarkers",
        heads=HEADS,
        rows=(("KRAS", "DNA-Tumor", "Seq", "Wild Type"),),
    )
    again = Table(title="", heads=("", "", "", ""), rows=(("BRAF", "DNA-Tumor", "Seq", "p.V600E"),))
    reading = read(ByTechnology().but(pages=((first,), (again,))))
    assert states(reading)["KRAS_MUTATION"] == {Status.NOT_DETECTED}
    assert Status.NOT_DETECTED not in states(reading)["BRAF_MUTATION"]


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (("BRAF V600E", "DNA-Tumor", "Seq", "Detected"), "D"),
        (("BRAF V600E", "DNA-Tumor", "Seq", "Not Detected"), "N"),
        (("KRAS G12C", "DNA-Tumor", "Seq", "Not Detected"), "I"),
        (("FGFR2 fusion", "RNA-Tumor", "Seq", "Detected"), "D"),
        (("IDH1 mutation", "DNA-Tumor", "Seq", "Positive"), "D"),
        (("RET", "DNA-Tumor", "Seq", "unheard of"), "I"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_the_first_column_says_after_the_gene(row, status):
    found = states(with_rows(row, ("TP53", "DNA-Tumor", "Seq", "Wild Type")))
    assert found
    assert set().union(*found.values()) == {LETTERS[status]}


def test_each_alteration_of_a_list_stays_with_its_gene():
    """The gene repeated in its fusion is no second entry, wherever it stands in the list."""
    alterations = (
        ("SMAD4", ("loss",)),
        ("FGFR2", ("FGFR2-BICC1 fusion", "N549K")),
        ("KIF5B", ("KIF5B-RET fusion",)),
        ("NTRK1", ("NTRK1-TPM3 fusion",)),
        ("FGFR3", ("FGFR3-TACC3 fusion",)),
    )
    found = states(read(TwoColumn().but(alterations=alterations, negatives=("BRAF",))))
    wanted_ = {"FGFR2_FUSION", "FGFR2_MUTATION", "RET_FUSION", "NTRK1_FUSION", "MSI", "TMB"}
    assert {marker for marker, said in found.items() if said == {Status.DETECTED}} == wanted_
    assert not [marker for marker, said in found.items() if Status.INDETERMINATE in said]


@pytest.mark.parametrize(
    ("row", "letters"),
    [
        (("FGFR2", "RNA-Tumor", "Seq", "Variant Transcript Detected"), "I"),
        (("RET", "DNA", "FISH", "Negative"), "I"),
        (("FGFR2", "DNA", "FISH", "Positive for rearrangement"), "D"),
        (("RET", "DNA", "FISH", "No rearrangement detected"), "N"),
        (("RET", "DNA", "FISH", "QNS"), "A"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_results_that_are_less_than_they_seem(row, letters):
    found = states(with_rows(row, ("TP53", "DNA-Tumor", "Seq", "Wild Type")))
    assert set().union(*found.values()) == {LETTERS[letters]}
    assert not [marker for marker in found if marker.endswith("MUTATION") and letters != "I"]


def test_the_laboratory_of_a_short_report_is_not_the_hospital_that_ordered_it():
    report = ByTechnology()
    one_page = read(report.but(pages=report.pages[:1]))
    assert one_page.report.vendor == "Glasshouse Diagnostics (fictional)"
    two_pages = read(TwoColumn().but(order=("results", "genes")))
    assert two_pages.report.vendor == "Fjordview Molecular Laboratory (fictional)"
