"""Layout family H, drawn otherwise than the one specimen: a box of alterations on page 1."""

import pytest
from reportlab.lib.pagesizes import letter

from parsers import extract
from pipeline.model import ReportStatus, Significance, Status
from tests.pdf.drawn import Paper

HEAD = (
    ("Patient Name", "Muster, Sanne"),
    ("Report Date", "12 May 2016"),
    ("Tumor Type", "Intrahepatic cholangiocarcinoma"),
)
TABLE = (
    (("Date of Birth", "01 Jan 1955"), ("Ordering Physician", "Dr. Example")),
    (("Medical Record #", "SYN-000412"), ("Specimen Site", "Liver")),
    (("FMI Case #", "SYN-16-0412"), ("Date of Collection", "02 May 2016")),
    (("Specimen ID", "SYN-16-0412-T"), ("Specimen Type", "Block")),
)
NONE = "Additional Disease-relevant Genes with No Reportable Alterations Identified"
CODING = "AKT1 BRAF ERBB2 FGFR2 IDH1 IDH2 KRAS NTRK1 RET TP53"


def drawn(box, negatives=(), below=()):
    paper = Paper("Helvetica", "Helvetica-Bold", letter)
    for number, (label, value) in enumerate(HEAD):
        paper.put(200 + 130 * number, 30, label, size=7)
        paper.put(200 + 130 * number, 42, value, size=7, bold=True)
    for row, cells in enumerate(TABLE):
        for column, (label, value) in enumerate(cells):
            paper.put(40 + 260 * column, 80 + 13 * row, label, size=8, bold=True)
            paper.put(140 + 260 * column, 80 + 13 * row, value, size=8)
    paper.put(40, 160, "PATIENT RESULTS", bold=True)
    paper.put(40, 180, "2 genomic findings", size=8)
    paper.put(300, 160, "TUMOR TYPE: INTRAHEPATIC CHOLANGIOCARCINOMA", size=8, bold=True)
    top = 180
    paper.put(300, top, "Genomic Alterations Identified", bold=True)
    for line in box:
        top += 14
        paper.put(300, top, line)
    if negatives:
        top += 20
        paper.put(300, top, NONE, size=7, bold=True)
        for gene in negatives:
            top += 13
            paper.put(300, top, gene)
    paper.put(40, 420, "THERAPEUTIC IMPLICATIONS", size=12, bold=True)
    for number, words in enumerate(("KRAS", "G12C", "sotorasib")):
        paper.put(40 + 150 * number, 460, words)
    for number, line in enumerate(below):
        paper.put(40, 600 + 13 * number, line, size=8)
    paper.put(540, 770, "page 1 of 2", size=7)
    paper.turn()
    paper.put(40, 60, "VARIANTS OF UNKNOWN SIGNIFICANCE", size=12, bold=True)
    paper.put(40, 85, "RET")
    paper.put(40, 98, "V804A")
    title = "DNA Gene List: Entire Coding Sequence for the Detection of Base Substitutions, "
    paper.put(
        40, 200, title + "Insertion/Deletions, and Copy Number Alterations", size=7, bold=True
    )
    for number, gene in enumerate(CODING.split()):
        paper.put(40 + 50 * number, 220, gene, size=8)
    title = "DNA Gene List: For the Detection of Select Rearrangements"
    paper.put(40, 260, title, size=7, bold=True)
    for number, gene in enumerate(["ALK", "FGFR2", "RET"]):
        paper.put(40 + 50 * number, 280, gene, size=8)
    paper.put(540, 770, "page 2 of 2", size=7)
    paper.turn()
    return extract.read(paper.done(), "boxed.pdf")


def told(reading, status):
    return {
        item.marker.value
        for item in reading.observations
        if item.status is status and item.significance is not Significance.VUS
    }


@pytest.mark.parametrize(
    ("line", "marker", "status"),
    [
        ("FGFR2 FGFR2-BICC1 fusion", "FGFR2_FUSION", Status.DETECTED),
        ("FGFR2 rearrangement intron 17", "FGFR2_FUSION", Status.DETECTED),
        ("IDH1 R132C", "IDH1_MUTATION", Status.DETECTED),
        ("BRAF V600E", "BRAF_MUTATION", Status.DETECTED),
        ("ERBB2 amplification", "ERBB2_AMPLIFICATION", Status.DETECTED),
        ("ERBB2 amplification - equivocal", "ERBB2_AMPLIFICATION", Status.INDETERMINATE),
        ("KRAS amplification", "KRAS_AMPLIFICATION", Status.DETECTED),
    ],
)
def test_a_line_of_the_box_is_a_finding(line, marker, status):
    reading = drawn([line, "TP53 R175H"])
    assert reading.report.status is ReportStatus.FINAL
    assert reading.report.is_btc is True
    assert told(reading, status) == {marker}
    assert reading.report.identity.mrn == "SYN-000412"


def test_genes_listed_one_a_line_are_explicit_negatives_for_what_the_lists_cover():
    reading = drawn(["TP53 R175H"], negatives=("BRAF", "FGFR2", "KRAS"))
    assert told(reading, Status.DETECTED) == set()
    assert told(reading, Status.NOT_DETECTED) == {
        *("BRAF_MUTATION", "FGFR2_MUTATION", "FGFR2_AMPLIFICATION", "FGFR2_FUSION"),
        *("KRAS_MUTATION", "KRAS_AMPLIFICATION"),
    }


def test_a_therapy_table_and_a_vus_are_no_findings():
    reading = drawn(["TP53 R175H"])
    assert told(reading, Status.DETECTED) == set()


def test_an_empty_box_holds_the_report():
    assert drawn([]).report.status is ReportStatus.HELD
