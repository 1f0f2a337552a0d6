"""Pages that are passed over: only those that can hold no result, and nothing is read otherwise."""

import hashlib
import io
from pathlib import Path

import pypdfium2
import pytest

from parsers import extract, pdf, pdfium, triage
from tests.pdf.drawn import TwoColumn, joined
from tests.pdf.drawn_long import IDLE, PROSE, Long, appendix, long_report

SAMPLES = Path(__file__).parent.parent.parent / "sample_reports"
READERS = pdf.Readers(choose=extract._reader, unknown=extract._unknown)


def passed(data):
    return [page.number for page in triage.passed_over(pdfium.skim(data))]


def both_ways(data):
    sha256 = hashlib.sha256(data).hexdigest()
    return [
        pdf.read(data, name="x.pdf", sha256=sha256, readers=READERS, every_page=every_page)
        for every_page in (False, True)
    ]


def test_pages_of_narrative_references_and_trials_are_passed_over():
    assert passed(long_report(*IDLE)) == [3, 6, 7, 8, 9]


KEPT = (  # a last page that is not passed over, and why
    ("a result", ("Genomic Findings", "KRAS G12D")),
    ("a result under an idle heading", ("References", "Gene Alterations", "KRAS G12D")),
    ("uncertain variants", ("Variants of Unknown Significance", "RET V804A")),
    ("uncertain variants go on", ("Variants of Unknown Significance (continued)", "RET V804A")),
    ("an identity", ("References", "Medical Record #: SYN-000888", *PROSE)),
    ("a list of negatives", ("References", "Genes tested with no mutations detected: KRAS")),
    ("an amendment", ("Amendment", *PROSE)),
    ("too few words to be sure", ("References", "KRAS")),
)


@pytest.mark.parametrize(("what", "page"), KEPT)
def test_a_page_that_may_hold_more_is_read(what, page):
    data = long_report(*IDLE[:3], page)
    assert 9 not in passed(data), what


def test_what_opens_a_section_is_read_with_the_page_it_goes_on_to():
    data = long_report(*IDLE[:2], ("Clinical Trials",), (None, "KRAS G12D", "IDH1 R132C"))
    assert passed(data) == [3, 6, 7]
    some, every = both_ways(data)
    assert some == every


def test_a_page_of_another_patient_is_read():
    """The running foot of one page bears another laboratory's name: it is no page to pass over."""
    report = Long()
    pages = appendix(*IDLE[:3], start=6, total=9)
    other = appendix(IDLE[3], start=9, total=9, lab="Another Laboratory (fictional)")
    assert 9 not in passed(joined([report.pdf(), pages, other]))


def test_no_page_is_passed_over_where_the_numbers_do_not_count_through():
    data = long_report(*IDLE)
    assert passed(joined([data], [4, 2, 0, 1, 3, 5, 6, 7, 8])) == []
    assert passed(joined([data], [0, 1, 2, 3, 5, 6, 7, 8])) == []


def test_a_turned_page_is_not_passed_over():
    source = pypdfium2.PdfDocument(long_report(*IDLE))
    source[7].set_rotation(90)
    written = io.BytesIO()
    source.save(written)
    assert 8 not in passed(written.getvalue())


def test_a_short_report_is_read_whole():
    assert passed(TwoColumn(order=("results", "narrative")).pdf()) == []


# --------------------------------------------------------------------- the same findings either way
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.pdf")), ids=lambda path: path.stem[:12])
def test_a_sample_says_the_same_either_way(path):
    data = path.read_bytes()
    if extract.read(data, path.name).report.status.is_read:
        some, every = both_ways(data)
        assert some == every


VARIANTS = (
    TwoColumn(),
    TwoColumn(panel_right=True),
    TwoColumn(numbered=False),
    TwoColumn(order=("narrative", "results", "therapies", "vus", "genes")),
    TwoColumn(order=("results", "therapies", "narrative", "genes", "vus")),
)


@pytest.mark.parametrize("report", VARIANTS)
def test_a_drawn_report_says_the_same_either_way(report):
    some, every = both_ways(report.pdf())
    assert some == every
    assert some.observations


def test_a_long_report_says_the_same_either_way():
    data = long_report(*IDLE)
    assert passed(data)
    some, every = both_ways(data)
    assert some == every
    assert some.observations
