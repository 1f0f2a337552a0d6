"""A layout that drifts: its fingerprint changes, and what is not understood is held with a code."""

import re

import pytest

from parsers import document, drift, extract
from parsers import layout as layout_
from parsers.claims import Found
from parsers.sections import sections
from pipeline.errors import HeldError
from pipeline.model import Notice
from tests.pdf.drawn import ByTechnology, TwoColumn
from tests.pdf.tabled import Block, Grid, Tabled


def read(report):
    return extract.read(report.pdf(), "drawn.pdf")


def layout(reading):
    """The fingerprint that is kept with the proof of completeness."""
    (found,) = re.findall(r"; layout ([0-9a-f]{8})$", reading.report.completeness.evidence)
    return found


def test_another_patient_font_result_or_order_of_pages_is_the_same_layout():
    usual = layout(read(TwoColumn()))
    for changes in (
        {"font": ("Helvetica", "Helvetica-Bold")},
        {"alterations": (("KRAS", ("G12D",)),)},
        {"order": ("genes", "vus", "results", "narrative", "therapies")},
        {"identity": (("DISEASE", "Cholangiocarcinoma"), ("MEDICAL RECORD #", "SYN-2"))},
    ):
        assert layout(read(TwoColumn().but(**changes))) == usual


def test_a_new_heading_or_a_missing_section_is_another_layout():
    usual = layout(read(TwoColumn()))
    assert layout(read(TwoColumn().but(alteration_head="Gene Alterations"))) != usual
    without_vus = ("results", "genes", "narrative", "therapies")
    assert layout(read(TwoColumn().but(order=without_vus))) != usual
    assert layout(read(ByTechnology())) != usual


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"order": ("results", "narrative", "vus", "therapies")}, "gene list with classes"),
        ({"alterations": ()}, "gene alterations"),
        ({"signatures": ()}, "genomic signatures"),
    ],
    ids=["no gene lists", "no alterations", "no signatures"],
)
def test_a_missing_or_empty_section_holds_the_report_and_is_named(changes, lacking):
    report = read(TwoColumn().but(**changes)).report
    assert report.status.value == "held"
    assert report.code == "incomplete"
    assert lacking in report.reasons[0]


def local(rows, heads=("Gene", "cDNA", "Protein", "VAF")):
    labels = (("Lab No", "SYN-26-0992"), ("URN", "SYN-000992"), ("Name", "Muster, Sune"),
              ("DOB", "01 Jan 1950"), ("Diagnosis", "Cholangiocarcinoma"))  # fmt: skip
    block = Block(title="Results", table=Grid(heads=heads, rows=rows))
    return Tabled(lab="Dunewind Molecular (fictional)", labels=labels, pages=((block,),))


def test_genes_of_others_alone_are_a_result_and_no_empty_extraction():
    reading = read(local((("TP53", "c.524G>A", "p.R175H", "22%"),)))
    assert reading.report.status.value == "final"
    assert reading.observations == ()


def test_our_gene_among_the_results_and_nothing_understood_is_refused():
    data = local((("IDH1", "c.394C>T", "p.R132C", "22%"),)).pdf()
    document_ = layout_.lay_out(document.read_pages(data), name="drawn.pdf", sha256="0" * 64)
    with pytest.raises(HeldError) as refused:
        drift.not_in_vain(sections(document_), Found())
    assert refused.value.code == "empty_extraction"
    assert "page 1 IDH1" in refused.value.sentence


def test_what_was_told_in_a_notice_is_not_in_vain():
    data = local((("IDH1", "c.394C>T", "p.R132C", "22%"),)).pdf()
    document_ = layout_.lay_out(document.read_pages(data), name="drawn.pdf", sha256="0" * 64)
    told = Found(notices=(Notice(code="sentence_in_results", message="page 1"),))
    drift.not_in_vain(sections(document_), told)
