"""Damaged, shuffled, renamed and joined reports: exact findings or a hold, never a silent part."""

import io
from pathlib import Path

import pypdfium2
import pytest

from parsers import extract, pdf_index
from pipeline.model import Significance, Status
from tests.pdf.drawn import ByTechnology, TwoColumn, joined

SAMPLES = Path(__file__).parents[2] / "sample_reports"
PDFS = (
    "01_a_fgfr2_fusion_twocolumn.pdf",
    "02_b_tables_by_technology.pdf",
    "10_a_negative_pertinent.pdf",
    "11_a_appendix_trap.pdf",
)


def data(name):
    return (SAMPLES / name).read_bytes()


def pages(name):
    return len(pypdfium2.PdfDocument(data(name)))


def said(reading):
    """Everything a reading claims, without the place it stands in."""
    return {
        (item.marker, item.status, item.significance, item.alteration)
        for item in reading.observations
    }


def changed(name, old, new):
    """The sample with printed words replaced by others of the same length."""
    source = data(name)
    assert source.count(old) >= 1
    assert len(old) == len(new)
    return extract.read(source.replace(old, new), name)


@pytest.mark.parametrize("name", PDFS)
def test_any_missing_page_holds_the_report(name):
    for gone in range(pages(name)):
        order = [index for index in range(pages(name)) if index != gone]
        report = extract.read(joined([data(name)], order), name).report
        assert not report.status.is_read, f"page {gone + 1} is missing"
        assert report.reasons


@pytest.mark.parametrize("name", PDFS)
def test_pages_in_another_order_say_the_same(name):
    order = list(range(pages(name)))
    for shuffled in (order[::-1], order[1::2] + order[0::2]):
        reading = extract.read(joined([data(name)], shuffled), name)
        assert said(reading) == said(extract.read(data(name), name))


@pytest.mark.parametrize("name", PDFS)
def test_blank_pages_change_nothing(name):
    order = [0, -1, *range(1, pages(name)), -1]
    reading = extract.read(joined([data(name)], order), name)
    assert reading.report.status.is_read
    assert said(reading) == said(extract.read(data(name), name))


@pytest.mark.parametrize(
    ("first", "second"),
    [(PDFS[0], PDFS[3]), (PDFS[0], PDFS[1]), (PDFS[1], PDFS[2]), (PDFS[2], PDFS[2])],
)
def test_two_reports_in_one_file_are_refused(first, second):
    reading = extract.read(joined([data(first), data(second)]), "two.pdf")
    assert not reading.report.status.is_read
    assert reading.observations == ()


def test_two_unnumbered_reports_of_two_patients_are_refused():
    other = TwoColumn().but(
        numbered=False, identity=(("DISEASE", "Cholangiocarcinoma"), ("MEDICAL RECORD #", "SYN-2"))
    )
    both = joined([TwoColumn().but(numbered=False).pdf(), other.pdf()])
    assert extract.read(both, "two.pdf").report.code == "two_patients"


def test_a_lost_not_is_seen():
    reading = changed(PDFS[3], b"FGFR2 fusion: not detected", b"FGFR2 fusion: detected    ")
    (item,) = [i for i in reading.observations if i.marker.value == "FGFR2_FUSION"]
    assert item.status is Status.INDETERMINATE
    assert "contradicts_heading" in {notice.code for notice in reading.report.notices}


def test_a_result_turned_positive_is_seen():
    reading = changed(PDFS[2], b"(Fusion Not Detected)", b"(Pathogenic Fusion  )")
    positive = {i.marker.value for i in reading.observations if i.status is Status.DETECTED}
    fusions = {"NTRK1_FUSION", "NTRK2_FUSION", "NTRK3_FUSION", "RET_FUSION"}
    vus = {i.marker.value for i in reading.observations if i.significance is Significance.VUS}
    assert positive - vus == fusions


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (PDFS[0], b"Genomic Signatures", b"Molecular Features"),
        (PDFS[0], b"Gene Alterations", b"Various Findings"),
        (PDFS[0], b"genes with no reportable", b"genes of quite another"),
        (PDFS[1], b"(Specimen Information)", b"(Something elsewhere  )"),
    ],
)  # fmt: skip
def test_renamed_headings_hold_the_report(name, old, new):
    new = new.ljust(len(old))[: len(old)]
    report = changed(name, old, new).report
    assert not report.status.is_read
    assert report.reasons


def test_a_turned_page_is_exact_or_held():
    document = pypdfium2.PdfDocument(data(PDFS[0]))
    document[0].set_rotation(90)
    written = io.BytesIO()
    document.save(written)
    reading = extract.read(written.getvalue(), "turned.pdf")
    exact = said(reading) == said(extract.read(data(PDFS[0]), PDFS[0]))
    assert exact or not reading.report.status.is_read


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Status: FAIL - insuﬃcient quantity", "qualified"),  # its findings stand on the page
        ("The requested assay could not be completed", "qualified"),
        ("QUALIFIED REPORT: reduced sensitivity", "qualified"),
        ("AMENDED REPORT", "amended"),
    ],
)
def test_a_report_that_speaks_of_itself(words, status):
    words = words.replace("ﬃ", "ffi")
    reading = extract.read(TwoColumn().but(extra=(words,)).pdf(), "drawn.pdf")
    assert reading.report.status.value == status


def test_a_superseded_report_bound_in_holds_the_file():
    reading = extract.read(TwoColumn().but(extra=("SUPERSEDED",)).pdf(), "drawn.pdf")
    assert reading.report.code == "superseded_pages"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", "unreadable", "empty"),
        (b"%PDF-1.7\nnothing", "unreadable", "damaged"),
        (b"\x00\x01\x02 not anything", "unrecognised", "unknown_format"),
        (b"FGFR2 fusion detected\n", "unrecognised", "unknown_format"),
    ],
)
def test_bytes_that_are_no_report(content, status, code):
    report = extract.read(content, "anything.pdf").report
    assert report.status.value == status
    assert report.code == code
    assert report.reasons


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.95])
def test_a_cut_file_is_exact_or_held(share):
    for name in PDFS[:2]:
        whole = data(name)
        reading = extract.read(whole[: int(len(whole) * share)], name)
        exact = said(reading) == said(extract.read(whole, name))
        assert exact or not reading.report.status.is_read


def test_the_file_name_decides_nothing():
    original = extract.read(data(PDFS[0]), PDFS[0])
    renamed = extract.read(data(PDFS[0]), "guardant_negative.vcf")
    assert said(renamed) == said(original)
    assert renamed.report.kind.value == "pdf"


def test_no_two_readers_know_one_file():
    for report in (TwoColumn(), ByTechnology()):
        code = extract.read(report.pdf(), "drawn.pdf").report.code
        assert code is None


@pytest.mark.parametrize("seed", range(12))
def test_lost_bytes_hold_the_report(seed):
    """Bytes that are gone shift the objects behind them; the index of the file tells."""
    whole = data(PDFS[seed % len(PDFS)])
    start = (len(whole) * (2 * seed + 1)) // 26
    cut = whole[:start] + whole[start + 37 * (seed + 1) :]
    report = extract.read(cut, "cut.pdf").report
    assert not report.status.is_read
    assert report.reasons


def test_the_index_of_an_intact_file_fits():
    assert all(pdf_index.fits(data(name)) for name in PDFS)
    assert pdf_index.fits(joined([data(PDFS[0])]))


def test_a_lost_column_head_gives_no_result():
    """Without the head "Result" nobody knows which column answers; the class is no answer."""
    reading = changed(PDFS[2], b"(Result)", b"(Rxsuxt)")
    assert not reading.report.status.is_read
    told = {item.status for item in reading.observations}
    assert told <= {Status.INDETERMINATE, Status.NOT_ASSESSED}, "shown to a person at the most"
