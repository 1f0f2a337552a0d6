"""Scans and faxes: what recognition sees is shown to a person, and is never a result."""

import csv
import io
import shutil
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from parsers import extract, ocr, upright
from parsers.child import Job, ReaderPool
from pipeline.coverage import assays
from pipeline.model import ReportStatus, Status
from pipeline.normalise import normalise
from pipeline.tables import packaged
from tests.pdf.drawn import joined

SAMPLES = Path(__file__).parents[2] / "sample_reports"
FAX = SAMPLES / "09_i_scanned_fax.pdf"
TYPED = SAMPLES / "05_e_local_panel_rna_failed.pdf"
A4 = (595.0, 842.0)

needs_recognition = pytest.mark.skipif(
    not shutil.which("tesseract"), reason="tesseract is not installed"
)


def truth():
    """What is printed on the fax, written by hand: to measure recognition, not to be believed."""
    with (Path(__file__).parent / "09_truth.csv").open(encoding="utf-8", newline="") as table:
        return {row["marker"]: row for row in csv.DictReader(table)}


@pytest.fixture(scope="module")
def fax():
    """The fax as a night reads it: in a child that may write no file."""
    with ReaderPool(lanes=1) as pool:
        return pool.read(Job(path=FAX, name=FAX.name))


@pytest.fixture
def without_tesseract(monkeypatch):
    ocr._program.cache_clear()
    monkeypatch.setenv("PATH", "")
    yield
    ocr._program.cache_clear()


def pictures(name, scale=2.5, turn=0, pages=None):
    """A typed report as a scanner makes it: a picture a page, without any text."""
    source, made = pypdfium2.PdfDocument(SAMPLES / name), []
    for page in list(source)[:pages]:
        picture = page.render(scale=scale, grayscale=True).to_pil()
        made.append(picture.rotate(turn, expand=True, fillcolor=255).convert("RGB"))
    written = io.BytesIO()
    made[0].save(
        written, "PDF", save_all=True, append_images=made[1:], resolution=72 * scale, quality=95
    )
    return written.getvalue()


# ------------------------------------------------------------------------------ the faxed sample
@needs_recognition
def test_a_fax_is_put_before_a_person(fax):
    assert (fax.report.status, fax.report.code) == (ReportStatus.NEEDS_REVIEW, "scanned")
    assert fax.report.reasons[0].startswith("The PDF holds pictures of pages")
    assert not fax.report.completeness.proven


@needs_recognition
def test_everything_that_was_recognised_is_indeterminate_and_printed(fax):
    seen = {item.marker.value for item in fax.observations}
    assert {item.status for item in fax.observations} == {Status.INDETERMINATE}
    assert seen <= set(truth()), "nothing but what is printed"
    assert len(seen) >= 5, "of the six results that are printed"


@needs_recognition
def test_no_marker_of_a_fax_is_negative_or_positive(fax):
    markers = normalise(fax, assays(packaged("pipeline", "assays.csv"))).markers
    seen = {item.marker for item in fax.observations}
    for marker, state in markers.items():
        wanted = Status.INDETERMINATE if marker in seen else Status.NOT_ASSESSED
        assert state.status is wanted, marker


@needs_recognition
def test_each_value_is_found_at_its_place_on_the_page_as_it_lies(fax):
    """Page 2 lies upside down: its first results stand at the bottom right."""
    rows = truth()
    places = {item.marker.value: item.source for item in fax.observations}
    for marker, source in places.items():
        assert source.page == int(rows[marker]["page"])
        left, top, right, bottom = source.bbox
        assert 0 <= left < right <= A4[0] + 1
        assert 0 <= top < bottom <= A4[1] + 1
    first, second = places["KRAS_MUTATION"].bbox, places["MSI"].bbox
    assert (first[0] < 60, second[2] > 540, second[1] > 700) == (True, True, True)
    assert "turned_page" in {notice.code for notice in fax.report.notices}


def test_without_recognition_a_fax_says_so_and_says_nothing_else(without_tesseract):
    reading = extract.read(FAX.read_bytes(), FAX.name)
    assert (reading.report.status, reading.report.code) == (ReportStatus.UNREADABLE, "scanned")
    assert "Optical character recognition is not available" in reading.report.reasons[0]
    assert reading.observations == ()
    markers = normalise(reading, assays(packaged("pipeline", "assays.csv"))).markers
    assert {state.status for state in markers.values()} == {Status.NOT_ASSESSED}


# ------------------------------------------------------------------------------- other scans
@needs_recognition
def test_a_clean_scan_of_a_typed_report_shows_its_results():
    reading = extract.read(pictures(TYPED.name, pages=1), "scan.pdf")
    seen = {item.marker.value for item in reading.observations}
    assert reading.report.status is ReportStatus.NEEDS_REVIEW
    assert {item.status for item in reading.observations} <= {
        Status.INDETERMINATE,
        Status.NOT_ASSESSED,
    }
    assert {"IDH1_MUTATION", "TMB", "BRAF_MUTATION", "KRAS_MUTATION"} <= seen


@needs_recognition
@pytest.mark.parametrize("turn", [180, 270])
def test_a_page_that_lies_otherwise_is_turned(turn):
    page = ocr.recognise(pictures(TYPED.name, turn=turn, pages=1), 1)
    words = "".join(char.text for char in page.page.chars)
    assert "cholangiocarcinoma" in words
    assert page.straight.quarter == (360 - turn) % 360


@needs_recognition
def test_a_scanned_page_in_a_typed_report_is_named_and_holds_it():
    scan = pictures("13_a_equivocal_partner_unknown.pdf", pages=1)
    reading = extract.read(joined([TYPED.read_bytes(), scan]), "mixed.pdf")
    assert (reading.report.status, reading.report.code) == (ReportStatus.HELD, "scanned")
    assert "Page 4" in reading.report.reasons[0]
    assert reading.observations == ()


@needs_recognition
def test_a_picture_without_words_gives_no_finding():
    blank = Image.new("L", (1240, 1754), 255)
    ImageDraw.Draw(blank).line([(100, 900), (300, 700), (500, 950)], fill=0, width=6)
    written = io.BytesIO()
    blank.save(written, "PDF", resolution=150)
    report = extract.read(written.getvalue(), "signature.pdf").report
    assert (report.status, report.code) == (ReportStatus.HELD, "scanned")


# ---------------------------------------------------------------------------------- the picture
@pytest.mark.parametrize("lean", [-2.4, -0.8, 0.0, 1.6, 3.4])
def test_lines_that_lean_are_levelled(lean):
    page = Image.new("L", (1240, 1754), 255)
    for top in range(150, 1600, 40):
        ImageDraw.Draw(page).rectangle((120, top, 1100 - top % 300, top + 12), fill=0)
    assert upright.skew(page.rotate(lean, fillcolor=255)) == pytest.approx(-lean, abs=0.25)


def test_specks_go_and_letters_stay():
    page = Image.new("L", (200, 200), 255)
    page.paste(0, (20, 20, 22, 22))  # a speck of a fax at 150 dots an inch
    page.paste(0, (100, 60, 103, 84))  # a stroke
    page.paste(0, (140, 80, 144, 84))  # the point of a sentence
    clean = upright.without_specks(page)
    tones = [clean.getpixel(place) for place in ((20, 20), (101, 70), (142, 82))]
    assert tones == [255, 0, 0]


@pytest.mark.parametrize(
    ("quarter", "on_page"),
    [
        (0, (10, 20, 50, 30)),
        (90, (70, 10, 80, 50)),
        (180, (50, 170, 90, 180)),
        (270, (20, 150, 30, 190)),
    ],
)
def test_a_place_finds_its_way_back_to_the_page(quarter, on_page):
    """A page of 100 by 200 points; a box 10 to 50 across and 20 to 30 down when it is straight."""
    picture = Image.new("L", (100, 200))
    straight = upright.Straightened(picture=picture, width=100, height=200, quarter=quarter)
    assert straight.on_page((10, 20, 50, 30)) == pytest.approx(on_page)


@pytest.mark.parametrize("quarter", [0, 90, 180, 270])
@pytest.mark.parametrize("lean", [0.0, -0.8, 2.0])
def test_ink_on_the_page_is_where_the_way_back_leads(quarter, lean):
    """A block is drawn, the page straightened as told, and the block sought by its place."""
    size = (600, 840)
    page = Image.new("L", size, 255)
    page.paste(0, (130, 200, 190, 230))
    turned = page.transpose(upright.TURNS[quarter]) if quarter else page
    level = turned.rotate(lean, Image.Resampling.BICUBIC, fillcolor=255)
    seen = Image.eval(level, lambda tone: 255 - tone).getbbox()
    straight = upright.Straightened(
        picture=level, width=600, height=840, quarter=quarter, lean=lean
    )
    left, top, right, bottom = straight.on_page(seen)
    assert (left + right) / 2 == pytest.approx(160, abs=2)
    assert (top + bottom) / 2 == pytest.approx(215, abs=2)
