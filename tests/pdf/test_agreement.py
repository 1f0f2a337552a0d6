"""Two extractors on one page: what only one of them sees holds the file, with the page named."""

import pytest

from parsers import agreement, document, extract, layout, pdfium
from pipeline.errors import HeldError
from tests.pdf.drawn import ByTechnology, Paper, TwoColumn


def laid_out(data):
    return layout.lay_out(document.read_pages(data), name="drawn.pdf", sha256="0" * 64)


def judged(data, fast, observations=()):
    agreement.agree(laid_out(data), fast, observations, data)


@pytest.mark.parametrize("report", [TwoColumn(), ByTechnology(), TwoColumn(panel_right=True)])
def test_what_both_read_alike_passes(report):
    data = report.pdf()
    observations = extract.read(data, "drawn.pdf").observations
    assert observations
    judged(data, pdfium.texts(data), observations)


LINES = ("KRAS G12D 12.3%", "FGFR2-BICC1 fusion", "BRAF V600E not detected", "MSI-High negative")
DIFFERENCES = (  # what the second extractor reads instead, and the word that the hold names
    ("another residue", "G12D", "G12V", "G12D"),
    ("no negation", "not detected", "detected", "not"),
    ("a negation more", "KRAS G12D", "KRAS not G12D", "not"),
    ("a gene less", "KRAS", "", "KRAS"),
    ("a gene more", "KRAS G12D", "KRAS G12D IDH1", "IDH1"),
    ("an alteration twice", "V600E", "V600E V600E", "V600E"),
    ("no verdict", "negative", "", "negative"),
)


@pytest.mark.parametrize(("what", "old", "new", "word"), DIFFERENCES)
def test_a_word_that_one_of_them_sees_holds_the_page(what, old, new, word):
    paper = Paper()
    for at, line in enumerate(LINES):
        paper.put(50, 100 + 20 * at, line, size=10)
    data = paper.done()
    (fast,) = pdfium.texts(data)
    judged(data, [fast])
    with pytest.raises(HeldError) as fault:
        judged(data, [fast.replace(old, new)])
    assert fault.value.code == "extractors_disagree", what
    assert "page 1" in fault.value.sentence
    assert f"“{word}”" in fault.value.sentence


ALIKE = (  # differences of spelling that are none
    ("words in another order", "KRAS G12D 12.3%", "12.3%\nG12D\nKRAS"),
    ("letters apart", "KRAS", "K R A S"),
    ("a footnote mark glued on", "G12D", "G12D1,2"),
    ("a hyphen of the end of a line", "FGFR2-BICC1", "FGFR2\ufffe\nBICC1"),
    ("another hyphen", "MSI-High", "MSI\u2011High"),
    ("a word that says nothing", "fusion", "fission"),
)


@pytest.mark.parametrize(("what", "old", "new"), ALIKE)
def test_another_spelling_of_the_same_is_no_difference(what, old, new):
    paper = Paper()
    for at, line in enumerate(LINES):
        paper.put(50, 100 + 20 * at, line, size=10)
    data = paper.done()
    (fast,) = pdfium.texts(data)
    judged(data, [fast.replace(old, new)])


def test_a_page_that_says_one_thing_and_prints_another_is_held():
    """Marked content may carry other words than its glyphs (ISO 32000-1, 14.9.4): pdfium reads
    those, pdfminer the glyphs.
    """
    paper = Paper()
    paper.put(50, 100, "IDH1", size=10)
    paper._canvas._code.append("/Span <</ActualText (R132H)>> BDC")
    paper.put(120, 100, "R132L", size=10)
    paper._canvas._code.append("EMC")
    data = paper.done()
    with pytest.raises(HeldError, match="page 1"):
        judged(data, pdfium.texts(data))
