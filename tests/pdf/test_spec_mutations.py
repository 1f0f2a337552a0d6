"""The mutations of the sample specification (§3.2): exact findings or a hold, never a guess."""

import io
import re
from pathlib import Path

import pypdfium2
import pytest

from parsers import extract
from pipeline.model import Significance, Status
from tests.pdf.drawn import joined

SAMPLES = Path(__file__).parents[2] / "sample_reports"
A, B, NEGATIVE, APPENDIX, COLON = (
    "01_a_fgfr2_fusion_twocolumn.pdf",
    "02_b_tables_by_technology.pdf",
    "10_a_negative_pertinent.pdf",
    "11_a_appendix_trap.pdf",
    "12_b_non_btc_colon_liver_met.pdf",
)
HARMLESS = {Significance.VUS, Significance.BENIGN}


def data(name):
    return (SAMPLES / name).read_bytes()


def said(reading):
    return {
        (item.marker, item.status, item.significance, item.alteration)
        for item in reading.observations
    }


def states(reading, marker):
    return {
        item.status
        for item in reading.observations
        if item.marker.value == marker and item.significance not in HARMLESS
    }


@pytest.mark.parametrize(
    ("printed", "without", "markers"),
    [
        (b"(Not Detected)", b"(Detected)    ", ["FGFR2_FUSION"]),
        (b"(Mutation Not Detected)", b"(Mutation Detected)    ", ["KRAS_MUTATION"]),
        (b"(Fusion Not Detected)", b"(Fusion Detected)    ",
         ["NTRK1_FUSION", "NTRK2_FUSION", "NTRK3_FUSION", "RET_FUSION"]),
        (b"(none detected)", b"(detected)     ", ["FGFR2_MUTATION"]),
        (b"(No evidence of amplification)", b"(Evidence of amplification)   ",
         ["ERBB2_AMPLIFICATION"]),
    ],
)  # fmt: skip
def test_a_dropped_not_is_seen(printed, without, markers):
    """(a) The row stands under a heading of negatives and says the opposite: never negative."""
    source = data(NEGATIVE)
    assert printed in source
    assert len(printed) == len(without)
    before = extract.read(source, NEGATIVE)
    after = extract.read(source.replace(printed, without), NEGATIVE)
    for marker in markers:
        assert states(before, marker) == {Status.NOT_DETECTED}
        assert Status.NOT_DETECTED not in states(after, marker)
        assert not after.report.status.is_read or states(after, marker)


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        (A, b"Genomic Signatures"),
        (A, b"Gene Alterations"),
        (A, b"genes with no reportable"),
        (B, b"Results with Therapy Associations"),
        (B, b"Cancer-Type Relevant Biomarkers"),
        (NEGATIVE, b"Results with Therapy Associations"),
        (NEGATIVE, b"Pertinent negatives"),
        (APPENDIX, b"Gene Alterations"),
        (COLON, b"Cancer-Type Relevant Biomarkers"),
    ],
)
def test_a_renamed_heading_never_makes_a_negative(name, heading):
    """(b) Unknown layout, or what is said is still said: nothing becomes negative."""
    source = data(name)
    assert heading in source
    before, after = (extract.read(each, name) for each in (source, _replaced(source, heading)))
    negatives = {i.marker for i in before.observations if i.status is Status.NOT_DETECTED}
    still = {i.marker for i in after.observations if i.status is Status.NOT_DETECTED}
    assert still <= negatives
    found = {i.marker for i in before.observations if i.status is Status.DETECTED}
    if after.report.status.is_read:
        assert found <= {i.marker for i in after.observations if i.status is Status.DETECTED}
    else:
        assert after.report.code


def _replaced(source, heading):
    other = heading.translate(bytes.maketrans(b"aeiou", b"xqzwk"))
    return source.replace(heading, other)


@pytest.mark.parametrize("seed", [3, 5, 7])
def test_shuffled_pages_say_the_same(seed):
    """(c) Twelve pages in another order."""
    order = [(seed * index) % 13 - 1 for index in range(1, 13)]
    assert sorted(order) == list(range(12))
    reading = extract.read(joined([data(APPENDIX)], order), APPENDIX)
    assert said(reading) == said(extract.read(data(APPENDIX), APPENDIX))


@pytest.mark.parametrize("name", [A, COLON])
def test_two_blank_pages_change_nothing(name):
    """(d) One blank page in the middle, one at the end."""
    pages = len(pypdfium2.PdfDocument(data(name)))
    order = [*range(2), -1, *range(2, pages), -1]
    reading = extract.read(joined([data(name)], order), name)
    assert said(reading) == said(extract.read(data(name), name))


@pytest.mark.parametrize("name", [A, NEGATIVE, COLON])
def test_a_turned_page_is_exact_or_held(name):
    """(e) The first page by 90 degrees."""
    document = pypdfium2.PdfDocument(data(name))
    document[0].set_rotation(90)
    written = io.BytesIO()
    document.save(written)
    reading = extract.read(written.getvalue(), name)
    exact = said(reading) == said(extract.read(data(name), name))
    assert exact or not reading.report.status.is_read


def test_two_patients_in_one_file_are_refused():
    """(f) Report 01 and report 12 bound together."""
    reading = extract.read(joined([data(A), data(COLON)]), "two.pdf")
    assert reading.report.status.value == "held"
    assert reading.report.code in {"two_patients", "several_reports", "ambiguous_layout"}
    assert reading.observations == ()


NAMES = set((Path(__file__).parents[1] / "samples" / "real_names.txt").read_text("utf-8").split())


def words(text):
    return set(re.findall(r"[a-z0-9-]+", text.lower()))


def test_no_real_name_stands_in_what_a_sample_says_of_itself():
    """(§3.6) Title, author, producer; the printed words are tested with the drawing."""
    for path in sorted(SAMPLES.glob("*.pdf")):
        try:
            document = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError:  # locked on purpose
            continue
        told = " ".join(document.get_metadata_dict().values())
        assert told, path.name
        assert not words(told) & NAMES, path.name


def test_no_real_name_stands_in_a_table_a_companion_or_an_expected_file():
    others = [
        path for path in SAMPLES.iterdir() if path.suffix in {".json", ".xml", ".tsv", ".csv"}
    ]
    assert len(others) >= 17
    for path in (*others, *SAMPLES.glob("*.vcf"), *SAMPLES.glob("*.py"), *SAMPLES.glob("*.md")):
        assert not words(path.read_text("utf-8")) & NAMES, path.name
