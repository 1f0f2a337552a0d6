"""Marks on a page that carry meaning, and what nobody can see: drawn one by one."""

import io

import pypdfium2
import pytest
from reportlab.lib.colors import Color, black, white

from parsers import document, layout, pdf_index, pdfium, remarks
from parsers.page import clean
from tests.pdf.drawn import Paper, TwoColumn


def laid_out(data):
    return layout.lay_out(document.read_pages(data), name="drawn.pdf", sha256="0" * 64)


def first_page(paper):
    return laid_out(paper.done()).pages[0]


def words(page):
    return [[cell.text for cell in line.cells] for line in page.lines]


def stroke(paper, x0, top, x1, width=0.6):
    paper._canvas.setLineWidth(width)
    paper.rule(x0, top, x1)


# ----------------------------------------------------------------------------------- struck out
STROKES = (  # where a level line stands, in points from the baseline (up is minus), and its ends
    ("through the middle", -3.0, 0, 0, True),
    ("through the middle, a little longer", -3.2, -4, 4, True),
    ("an underline", 1.0, 0, 0, False),
    ("an overline", -8.5, 0, 0, False),
    ("the rule under a row of a table", 4.0, -60, 200, False),
    ("the grid line of a chart, from edge to edge", -3.0, -45, 300, False),
)


@pytest.mark.parametrize(("what", "rise", "before", "after", "struck"), STROKES)
def test_a_line_strikes_a_word_out_only_through_its_middle(what, rise, before, after, struck):
    paper = Paper()
    paper.put(50, 100, "KRAS", size=10)
    end = paper.put(120, 100, "G12V", size=10)
    stroke(paper, 120 + before, 100 + rise, end + after)
    page = first_page(paper)
    assert words(page) == ([["KRAS"]] if struck else [["KRAS", "G12V"]]), what
    assert [cell.text for cell in page.struck] == (["G12V"] if struck else []), what


def test_a_struck_value_beside_the_right_one_leaves_the_right_one():
    paper = Paper()
    end = paper.put(50, 100, "KRAS ", size=10)
    over = paper.put(end, 100, "G12V", size=10)
    stroke(paper, end, 97, over)
    paper.put(over + 3, 100, "G12D", size=10)
    assert words(first_page(paper)) == [["KRAS G12D"]]


def test_a_whole_struck_line_is_no_line():
    paper = Paper()
    end = paper.put(50, 100, "ERBB2 amplification, 22 copies", size=10)
    stroke(paper, 50, 97, end)
    paper.put(50, 130, "ERBB2 amplification, 8 copies", size=10)
    page = first_page(paper)
    assert words(page) == [["ERBB2 amplification, 8 copies"]]
    assert page.struck[0].struck


def test_a_thin_filled_box_strikes_out_as_a_line_does():
    paper = Paper()
    end = paper.put(50, 100, "G12V", size=10)
    paper._canvas.rect(50, paper.height - 97.3, end - 50, 0.7, stroke=0, fill=1)
    paper.put(50, 130, "G12D", size=10)
    assert words(first_page(paper)) == [["G12D"]]


def test_words_and_shapes_keep_their_colours():
    paper = Paper()
    canvas = paper._canvas
    canvas.setFillColorRGB(0.1, 0.5, 0.2)
    canvas.roundRect(40, paper.height - 110, 80, 20, 8, stroke=0, fill=1)
    canvas.setFillColor(white)
    paper.put(50, 102, "Detected", size=9)
    page = first_page(paper)
    ((cell,),) = [line.cells for line in page.lines]
    assert cell.words[0].colour == (1.0, 1.0, 1.0)
    (pill,) = [fill for fill in page.fills if fill.curved]
    assert pill.colour == pytest.approx((0.1, 0.5, 0.2))
    assert pill.stroke is None


# ------------------------------------------------------------------------------- nobody can see it
def faint(paper):
    paper._canvas.setFillColor(white)
    paper.put(50, 130, "BRAF V600E", size=10)


def tiny(paper):
    paper.put(50, 130, "BRAF V600E", size=1)


def beside_the_page(paper):
    paper.put(700, 130, "BRAF V600E", size=10)


def without_ink(paper):
    text = paper._canvas.beginText(50, paper.height - 130)
    text.setFont("Times-Roman", 10)
    text.setTextRenderMode(3)
    text.textOut("BRAF V600E")
    paper._canvas.drawText(text)


def under_a_box(paper):
    paper.put(50, 130, "BRAF V600E", size=10)
    paper._canvas.setFillColor(black)
    paper._canvas.rect(45, paper.height - 135, 80, 16, stroke=0, fill=1)


@pytest.mark.parametrize("how", [faint, tiny, beside_the_page, without_ink, under_a_box])
def test_what_nobody_can_see_is_no_result_and_is_told(how):
    paper = Paper()
    paper.put(50, 100, "KRAS G12D", size=10)
    how(paper)
    data = paper.done()
    page = laid_out(data).pages[0]
    assert words(page) == [["KRAS G12D"]]
    assert " ".join(cell.text for cell in page.hidden) == "BRAF V600E"
    (notice,) = remarks.remarks(laid_out(data), data)
    assert notice.code == "hidden_text"
    assert "page 1" in notice.message
    assert "BRAF V600E" in notice.message


def on_a_dark_box(paper):
    paper._canvas.setFillColorRGB(0.0, 0.2, 0.4)
    paper._canvas.rect(45, paper.height - 135, 90, 16, stroke=0, fill=1)
    paper._canvas.setFillColor(white)
    paper.put(50, 130, "BRAF V600E", size=10)


def on_a_shaded_band(paper):
    colours = (Color(0, 0.2, 0.4), Color(0, 0.3, 0.5))
    paper._canvas.saveState()
    band = paper._canvas.beginPath()
    band.rect(45, paper.height - 135, 300, 16)
    paper._canvas.clipPath(band, stroke=0, fill=0)
    paper._canvas.linearGradient(45, 700, 345, 700, colours)
    paper._canvas.restoreState()
    paper._canvas.setFillColor(white)
    paper.put(50, 130, "BRAF V600E", size=10)


def under_a_highlighter(paper):
    paper.put(50, 130, "BRAF V600E", size=10)
    paper._canvas.setFillColor(Color(1, 1, 0, alpha=0.4))
    paper._canvas.rect(45, paper.height - 135, 80, 16, stroke=0, fill=1)


def light_grey(paper):
    paper._canvas.setFillColorRGB(0.7, 0.7, 0.7)
    paper.put(50, 130, "BRAF V600E", size=10)


@pytest.mark.parametrize("how", [on_a_dark_box, on_a_shaded_band, under_a_highlighter, light_grey])
def test_what_can_be_seen_is_read(how):
    paper = Paper()
    paper.put(50, 100, "KRAS G12D", size=10)
    how(paper)
    assert words(first_page(paper)) == [["KRAS G12D"], ["BRAF V600E"]]


# ----------------------------------------------------------------------------------- turned pages
def turned(data, angle):
    source = pypdfium2.PdfDocument(data)
    source[0].set_rotation(angle)
    written = io.BytesIO()
    source.save(written)
    return written.getvalue()


def drawn_turned(angle):
    """A page whose words stand upright once it is shown turned by *angle*."""
    paper = Paper()
    canvas = paper._canvas
    wide, high = paper.width, paper.height
    canvas.saveState()
    match angle:
        case 90:
            canvas.transform(0, 1, -1, 0, wide, 0)
        case 180:
            canvas.transform(-1, 0, 0, -1, wide, high)
        case 270:
            canvas.transform(0, -1, 1, 0, 0, high)
    canvas.setFont("Times-Roman", 10)
    canvas.drawString(60, 400, "KRAS")
    canvas.drawString(160, 400, "G12D")
    canvas.restoreState()
    return turned(paper.done(), angle)


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_a_page_that_is_shown_turned_is_read_and_its_places_agree(angle):
    data = drawn_turned(angle)
    (page,) = laid_out(data).pages
    assert words(page) == [["KRAS", "G12D"]]
    assert page.doubt is None
    boxes = [(1, cell.bbox) for line in page.lines for cell in line.cells]
    assert [text.strip() for text in pdfium.words_at(data, boxes)] == ["KRAS", "G12D"]
    assert pdfium.contrasts(data, 1, [box for _, box in boxes]) == (True, True)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_whose_print_is_turned_is_doubted(angle):
    paper = Paper()
    paper.put(50, 100, "KRAS G12D detected in the tumour", size=10)
    (page,) = laid_out(turned(paper.done(), angle)).pages
    assert page.doubt == "rotated"


def test_a_turned_table_of_results_on_a_level_page_is_doubted():
    paper = Paper()
    paper.put(50, 100, "A level sentence that is much longer than what is turned", size=10)
    paper._canvas.saveState()
    paper._canvas.translate(60, 300)
    paper._canvas.rotate(90)
    paper._canvas.drawString(0, 0, "BRAF V600E")
    paper._canvas.restoreState()
    assert first_page(paper).doubt == "rotated"


# ------------------------------------------------------------------------------ fonts without map
def shifted(text, by):
    """Small letters moved on in the alphabet, as a font with a wrong map reads."""
    return "".join(
        chr((ord(letter) - 97 + by) % 26 + 97) if letter.islower() else letter for letter in text
    )


SENTENCE = "Pathogenic variants detected by tumour sequencing and fusions not detected in this case"


@pytest.mark.parametrize("by", [1, 3, 7, 13, 19])
def test_a_ciphered_font_beside_an_intact_one_is_doubted(by):
    paper = Paper()
    for at in range(12):
        heading = "Results of the laboratory, of the tumour and of the specimen of this patient"
        paper.put(50, 60 + 30 * at, heading, size=10, bold=True)
    paper.put(50, 600, shifted(SENTENCE, by), size=10)
    assert first_page(paper).doubt == "implausible text"


def test_plain_words_and_gene_lists_are_not_doubted():
    paper = Paper()
    paper.put(50, 60, SENTENCE, size=10)
    genes = "AKT1 ALK BRAF BRCA1 CDKN2A EGFR ERBB2 FGFR2 IDH1 KRAS MLH1 MSH2 NTRK1 PIK3CA RET"
    paper.put(50, 90, genes, size=8, bold=True)
    assert first_page(paper).doubt is None


# --------------------------------------------------------------------------- notes and form fields
def test_a_form_field_that_holds_a_result_is_doubted():
    paper = Paper()
    paper.put(50, 100, "Result of the tumour", size=10)
    paper._canvas.acroForm.textfield(name="r", value="KRAS G12D", x=50, y=600, width=90, height=20)
    page = first_page(paper)
    assert page.doubt is not None
    assert "KRAS G12D" in page.doubt


def test_a_form_field_without_a_result_is_told():
    paper = Paper()
    paper.put(50, 100, "KRAS G12D", size=10)
    paper._canvas.acroForm.textfield(name="r", value="ward 7", x=50, y=600, width=90, height=20)
    data = paper.done()
    assert laid_out(data).pages[0].doubt is None
    (notice,) = remarks.remarks(laid_out(data), data)
    assert notice.code == "note_on_page"
    assert "ward 7" in notice.message


def test_an_attached_file_is_told():
    source = pypdfium2.PdfDocument(TwoColumn().pdf())
    source.new_attachment("table.csv").set_data(b"KRAS,G12D\n")
    written = io.BytesIO()
    source.save(written)
    data = written.getvalue()
    notices = {notice.code: notice.message for notice in remarks.remarks(laid_out(data), data)}
    assert "table.csv" in notices["attachments"]


def test_a_file_that_was_changed_later_is_told():
    data = TwoColumn().pdf()
    start = data.rindex(b"startxref")
    once_more = data + b"\n" + data[start:]
    assert pdf_index.revisions(data) == 1
    assert pdf_index.revisions(once_more) == 2


# ---------------------------------------------------------------------------------------- letters
@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("ampliﬁcation", "amplification"),
        ("FGFR2\u2011BICC1", "FGFR2-BICC1"),
        ("c.1799T\u200b>A", "c.1799T>A"),
        ("ampli\u00adfication", "amplification"),
        ("ampli\u00ad", "ampli-"),
        ("\u202eKRAS\u202c", "KRAS"),
        ("c.458\u22121G>A", "c.458-1G>A"),
        ("0\u20131", "0\u20131"),
    ],
)
def test_letters_are_read_as_they_are_meant(printed, plain):
    assert clean(printed) == plain


# --------------------------------------------------------------------------------------- pictures
def test_a_picture_of_a_place_is_cut_to_its_box():
    paper = Paper()
    paper.put(50, 100, "KRAS", size=10)
    data = paper.done()
    picture = pdfium.render(data, 1, (40, 80, 140, 130), scale=3)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert (abs(wide - 300) <= 3, abs(high - 150) <= 3) == (True, True)
    with pytest.raises(ValueError, match="page 1"):
        pdfium.render(data, 1, (900, 80, 950, 130))
