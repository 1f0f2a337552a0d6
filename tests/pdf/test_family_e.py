"""Local panels and academic tables, drawn otherwise than sample 05, and what must be read."""

import pytest

from parsers import extract
from pipeline.coverage import assays
from pipeline.model import Marker, Significance, Status
from pipeline.normalise import normalise
from pipeline.tables import packaged
from tests.pdf.tabled import LETTER, Block, Grid, Tabled

LETTERS = {
    "D": Status.DETECTED,
    "N": Status.NOT_DETECTED,
    "I": Status.INDETERMINATE,
    "A": Status.NOT_ASSESSED,
}
LABELS = (
    ("Lab No", "SYN-77-0100"),
    ("Name", "Muster, Sanna"),
    ("URN", "SYN-000100"),
    ("DOB", "01 Jan 1955"),
    ("Requester", "Dr. Example"),
    ("Collected", "03 Mar 2026"),
    ("Received", "04 Mar 2026"),
    ("Reported", "20 Mar 2026"),
    ("Diagnosis", "Gallbladder carcinoma"),
    ("Tumour cells (%)", "50"),
)
VARIANTS = Grid(
    heads=("Gene", "Transcript", "cDNA", "Protein", "Exon", "VAF", "Depth", "Tier"),
    rows=(
        ("KRAS", "NM_004985.5", "c.35G>A", "p.(Gly12Asp)", "2", "0.223", "1204", "IIC"),
        ("ERBB2", "NM_004448.4", "c.929C>T", "p.(Ser310Phe)", "8", "0.051", "980", "IA"),
        ("FGFR2", "NM_000141.5", "c.632A>G", "p.(Asn211Ser)", "5", "0.48", "760", "III"),
    ),
)
LINES = (
    "Fusions (RNA): no fusions detected in FGFR2, NTRK1, NTRK2, NTRK3, RET",
    "CNV: ERBB2 amplification (copy number 14)",
    "MSI: stable",
    "TMB: 11.2 mut/Mb",
    "The following were tested and not altered: IDH1, IDH2, BRAF",
)
REPORT = Tabled(
    lab="Fjordview Molecular Pathology Laboratory (fictional)",
    labels=LABELS,
    pages=(
        (Block(title="Variants detected", table=VARIANTS), Block(title="Results", lines=LINES)),
        (
            Block(title="Methods", lines=("A KRAS G12C below the limit may be missed.",)),
            Block(title="References", lines=("BRAF V600E in bile ducts. PMID: 00000001",)),
        ),
    ),
)
WANTED = {
    "KRAS_MUTATION": "D",
    "ERBB2_MUTATION": "D",
    "ERBB2_AMPLIFICATION": "D",
    "FGFR2_FUSION": "N",
    "NTRK1_FUSION": "N",
    "NTRK2_FUSION": "N",
    "NTRK3_FUSION": "N",
    "RET_FUSION": "N",
    "MSI": "N",
    "TMB": "D",
    "IDH1_MUTATION": "N",
    "IDH2_MUTATION": "N",
    "BRAF_MUTATION": "N",
}


def read(report):
    return extract.read(report.pdf(), "drawn.pdf")


def states(reading):
    """Marker → letters over observations that are no VUS."""
    found = {}
    letters = {status: letter for letter, status in LETTERS.items()}
    for item in reading.observations:
        if item.significance not in {Significance.VUS, Significance.BENIGN}:
            found.setdefault(item.marker.value, set()).add(letters[item.status])
    return {marker: "".join(sorted(said)) for marker, said in found.items()}


def with_lines(*lines, title="Results"):
    (variants, _), tail = REPORT.pages
    return REPORT.but(pages=((variants, Block(title=title, lines=lines)), tail))


def with_table(table, title="Variants detected", labels=LABELS):
    (_, lines), tail = REPORT.pages
    return REPORT.but(pages=((Block(title=title, table=table), lines), tail), labels=labels)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"font": ("Times-Roman", "Times-Bold"), "size": 9.5},
        {"font": ("Courier", "Courier-Bold"), "size": 6.0},
        {"paper": LETTER, "glued": True},
        {"numbered": False},
        {"labels": tuple(reversed(LABELS))},
    ],
    ids=["helvetica", "times", "courier", "letter, glued labels", "unnumbered", "labels reversed"],
)
def test_a_local_report_of_another_laboratory(changes):
    reading = read(REPORT.but(**changes))
    assert reading.report.status.value == "final", reading.report.reasons
    assert states(reading) == WANTED
    assert reading.report.identity.accession == "SYN-77-0100"
    assert reading.report.identity.mrn == "SYN-000100"
    assert reading.report.specimens[0].tumour_percent == 50
    assert reading.report.is_btc is True


def test_a_tier_three_variant_is_of_unknown_significance():
    vus = {
        (item.marker.value, item.alteration)
        for item in read(REPORT).observations
        if item.significance is Significance.VUS
    }
    assert vus == {("FGFR2_MUTATION", "p.(Asn211Ser)")}


HEADS = {
    "public head 1": (
        ("gene", "location", "transcript", "cdna", "protein", "dp", "exon", "af", "interpretation"),
        ("KRAS", "chr12:25398284", "NM_004985", "c.35G>A", "p.G12D", "812", "2", "0.21",
         "Pathogenic"),
    ),
    "public head 2": (
        ("gene", "variant", "exon", "cdna change", "chr", "genomic coordinates", "coverage",
         "allele fraction"),
        ("KRAS", "p.Gly12Asp", "2", "c.35G>A", "12", "25398284", "812x", "21.0%"),
    ),
    "public head 3": (
        ("gene", "chr", "genomic coordinates", "transcript", "cdna change", "protein change",
         "exon", "depth"),
        ("KRAS", "12", "25398284", "NM_004985", "c.35G>A", "G12D", "2", "812"),
    ),
    "percentages in the head": (
        ("Gene", "cDNA", "Protein", "VRF (%)", "Depth"),
        ("KRAS", "c.35G>A", "p.(G12D)", "21", "812"),
    ),
    "other order, two-line heads": (
        ("Tier", "Gene", "Protein\nchange", "Nucleotide\nchange", "Allele\nfreq", "Read\ndepth"),
        ("IIC", "KRAS", "p.(Gly12Asp)", "c.35G>A", "0.21", "812"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_the_column_heads_that_laboratories_print(name):
    heads, row = HEADS[name]
    reading = read(with_table(Grid(heads=heads, rows=(row,)), labels=LABELS).but(size=6.5))
    (kras,) = [i for i in reading.observations if i.marker is Marker.KRAS_MUTATION]
    assert kras.status is Status.DETECTED
    assert kras.depth == 812
    assert kras.vaf == (None if "3" in name else 0.21)
    result = normalise(reading, assays(packaged("pipeline", "assays.csv")))
    assert result.markers[Marker.KRAS_MUTATION].detail == "p.G12D"


SYSTEM_LABELS = (
    ("Patient Name", "Muster, Sanna"),
    ("MRN", "SYN-000100"),
    ("Accession", "SYN-77-0100"),
    ("Date of Birth", "01 Jan 1955"),
    ("Collected", "03 Mar 2026"),
    ("Diagnosis", "Cholangiocarcinoma"),
)


@pytest.mark.parametrize("name", [name for name in HEADS if "other" not in name])
def test_the_labels_of_any_laboratory_system(name):
    heads, row = HEADS[name]
    report = with_table(Grid(heads=heads, rows=(row,)), labels=SYSTEM_LABELS).but(size=6.5)
    assert states(read(report))["KRAS_MUTATION"] == "D"


def test_half_a_per_cent_is_no_half():
    """In a column of percentages 0.5 is 0.5 %, whatever a fraction would be."""
    rows = (("KRAS", "c.35G>A", "p.(G12D)", "0.5"), ("TP53", "c.524G>A", "p.(R175H)", "31.2"))
    table = Grid(heads=("Gene", "cDNA", "Protein", "VAF"), rows=rows)
    (kras,) = [i for i in read(with_table(table)).observations if i.marker is Marker.KRAS_MUTATION]
    assert kras.vaf == 0.005


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Fusions (RNA): not evaluable - RNA library failed QC", {"FGFR2_FUSION": "A"}),
        ("Fusions: FGFR2-BICC1", {"FGFR2_FUSION": "D"}),
        ("Fusions (RNA): FGFR2::BICC1 (in frame)", {"FGFR2_FUSION": "D"}),
        ("Fusions (RNA): none detected", {"FGFR2_FUSION": None}),
        ("CNV: no reportable amplifications (ERBB2, MET)", {"ERBB2_AMPLIFICATION": "N"}),
        ("CNV: ERBB2 gain", {"ERBB2_AMPLIFICATION": "I"}),
        ("Copy number changes: ERBB2", {"ERBB2_AMPLIFICATION": "I", "ERBB2_MUTATION": "DI"}),
        ("Amplifications: ERBB2 (CN 22)", {"ERBB2_AMPLIFICATION": "D"}),
        ("CNV: xx reportable amplifications (ERBB2, MET)", {"ERBB2_AMPLIFICATION": "I"}),
        ("BRAF p.V600E", {"BRAF_MUTATION": "D"}),
        ("BRAF V600E: not detected", {"BRAF_MUTATION": "N"}),
        ("IDH1 R132H: not detected", {"IDH1_MUTATION": "I"}),
        ("BRAF: wild type", {"BRAF_MUTATION": "N"}),
        ("IDH1 sequencing failed", {"IDH1_MUTATION": "A"}),
        ("MSI: MSI-High NOT DETECTED", {"MSI": "N"}),
        ("MSI: 31.0 % unstable sites", {"MSI": "I"}),
        ("MSI: MSI-H (31.0 % unstable sites)", {"MSI": "D"}),
        ("TMB: not evaluable", {"TMB": "A"}),
        ("TMB: 12", {"TMB": "I"}),
    ],
)
def test_what_a_line_says(line, wanted):
    found = states(read(with_lines(line)))
    assert {marker: found.get(marker) for marker in wanted} == wanted


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("MLH1: retained", "PMS2: retained", "MSH2: retained", "MSH6: retained"), "N"),
        (("MLH1: loss of nuclear expression", "PMS2: lost", "MSH2: intact", "MSH6: intact"), "D"),
        (("MLH1: retained", "PMS2: retained"), "I"),
        (("MMR proteins: intact",), "N"),
        (("MLH1 c.350C>T p.(Thr117Met)",), None),
    ],
)
def test_stains_of_mismatch_repair(lines, status):
    assert states(read(with_lines(*lines, "TMB: 4 mut/Mb"))).get("MMR") == status


@pytest.mark.parametrize(
    ("line", "marker", "status"),
    [
        ("HER2 IHC: 3+", "HER2_IHC", "D"),
        ("HER2 IHC: 1+", "HER2_IHC", "N"),
        ("HER2 IHC: negative (score 0)", "HER2_IHC", "N"),
        ("HER2 IHC: negative (score 0)", "ERBB2_AMPLIFICATION", None),
        ("HER2 FISH: not amplified", "HER2_ISH", "N"),
        ("HER2 (IHC): 2+, equivocal", "HER2_IHC", "I"),
        ("ERBB2 (HER2): amplified, copy number 14", "ERBB2_AMPLIFICATION", "D"),
        ("NTRK1/2/3: no fusion detected", "NTRK2_FUSION", "N"),
        ("No pathogenic variants identified in: IDH1, IDH2, BRAF", "IDH2_MUTATION", "N"),
        ("No fusions detected involving FGFR2 or RET", "RET_FUSION", "N"),
        ("RET exon 11 mutation not detected", "RET_MUTATION", "I"),
        ("EGFR, RET and BRAF: no mutation detected", "RET_MUTATION", "N"),
        ("IDH1 p.R132C detected (VAF 12 %)", "IDH1_MUTATION", "D"),
    ],
)
def test_other_lines_of_local_reports(line, marker, status):
    assert states(read(with_lines(line, "TMB: 4 mut/Mb"))).get(marker) == status


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("IDH1 p.R132C detected; RET not mutated; MSI: stable",
         {"IDH1_MUTATION": "D", "RET_MUTATION": "N"}),
        ("IDH1 p.R132C. No BRAF mutation detected.", {"IDH1_MUTATION": "D", "BRAF_MUTATION": "N"}),
        ("BRAF wild type; FGFR2-BICC1 fusion detected",
         {"BRAF_MUTATION": "N", "FGFR2_FUSION": "D"}),
        ("IDH1 R132C detected and RET mutation not detected",
         {"IDH1_MUTATION": "D", "RET_MUTATION": "N"}),
    ],
)  # fmt: skip
def test_a_line_that_says_several_things(line, wanted):
    found = states(read(with_lines(line, "TMB: 4 mut/Mb")))
    assert {marker: found.get(marker) for marker in wanted} == wanted


def test_a_not_on_the_next_line_is_no_detection():
    reading = read(with_lines("BRAF p.V600E was", "not detected in this sample", "MSI: stable"))
    assert states(reading)["BRAF_MUTATION"] == "N"


def test_negatives_go_on_over_the_end_of_a_line():
    lines = ("The following were tested and not altered: IDH1, IDH2,", "BRAF, RET")
    found = states(read(with_lines(*lines)))
    assert [found.get(f"{gene}_MUTATION") for gene in ("IDH1", "IDH2", "BRAF", "RET")] == ["N"] * 4


def test_a_table_goes_on_over_a_page_with_its_head_repeated():
    first = Grid(heads=VARIANTS.heads, rows=VARIANTS.rows[:1])
    second = Grid(heads=VARIANTS.heads, rows=VARIANTS.rows[1:2])
    results = Block(title="Results", lines=("MSI: stable",))
    pages = (
        (results, Block(title="Variants detected", table=first)),
        (Block(title="Variants detected (continued)", table=second),),
    )
    found = states(read(REPORT.but(pages=pages)))
    assert found == {"MSI": "N", "KRAS_MUTATION": "D", "ERBB2_MUTATION": "D"}


def test_a_table_of_biomarkers_and_results():
    """A class that could not be examined is said of each of its markers, in a row as in a line."""
    table = Grid(
        heads=("Biomarker", "Result"),
        rows=(
            ("MSI", "Stable"),
            ("TMB", "12.1 mut/Mb"),
            ("Fusions (RNA)", "not evaluable - RNA library failed QC"),
            ("ERBB2 amplification", "Not detected"),
            ("BRAF V600E", "Not detected"),
            ("RET", "Not detected"),
        ),
    )
    (first, tail) = REPORT.pages
    found = states(read(REPORT.but(pages=((first[0], Block(title="Results", table=table)), tail))))
    wanted = {"MSI": "N", "TMB": "D", "ERBB2_AMPLIFICATION": "N", "BRAF_MUTATION": "N"}
    assert {marker: found.get(marker) for marker in wanted} == wanted
    assert {said for marker, said in found.items() if marker.endswith("_FUSION")} == {"A"}
    assert "RET_MUTATION" not in found, "the row does not say which alterations"


def test_a_list_of_what_the_assay_examines_is_no_result():
    panel = Grid(
        heads=("Gene", "Transcript", "Exons", "Direction", "Type"),
        rows=(("RET", "NM_020975", "2-13", "3'", "fusion"), ("NTRK1", "NM_002529", "2", "3'", "x")),
    )
    (blocks, tail) = REPORT.pages
    pages = ((*blocks, Block(title="Fusions", table=panel)), tail)
    found = states(read(REPORT.but(pages=pages)))
    assert found == WANTED


def test_genes_of_methods_and_references_are_no_results():
    found = states(read(REPORT))
    assert found["KRAS_MUTATION"] == "D"
    assert found["BRAF_MUTATION"] == "N"


def test_a_report_without_rows_is_held():
    table = Grid(heads=VARIANTS.heads, rows=())
    assert read(with_table(table)).report.status.value == "held"


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("Clinical comment", "held"),
        ("Methods", "held"),
        ("Previous results", "final"),
        ("A heading nobody knows", "held"),
    ],
)
def test_a_table_of_variants_outside_the_results(title, status):
    """An earlier result is told to be one; any other such table must not be passed over."""
    rows = (("RET", "c.2410G>A", "p.(V804M)", "0.12"),)
    table = Grid(heads=("Gene", "cDNA", "Protein", "VAF"), rows=rows)
    (first, tail) = REPORT.pages
    comment = Block(title="Clinical comment", lines=("None.",))
    report = REPORT.but(pages=(first, (comment, *tail, Block(title=title, table=table))))
    reading = read(report)
    assert reading.report.status.value == status
    assert "RET_MUTATION" not in states(reading)


def test_low_tumour_content_keeps_printed_negatives_and_warns():
    labels = tuple((name, "15" if name.startswith("Tumour") else value) for name, value in LABELS)
    reading = read(REPORT.but(labels=labels))
    result = normalise(reading, assays(packaged("pipeline", "assays.csv")))
    assert result.markers[Marker.IDH1_MUTATION].status is Status.NOT_DETECTED
    assert "low_tumour_content" in {notice.code for notice in result.notices}
