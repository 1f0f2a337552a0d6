"""Characters to words, cells and lines: the traps of real layouts, one by one."""

import pytest

from parsers import document, layout
from parsers.headings import Zone, entry_of
from parsers.page import Char, compact
from parsers.sections import is_prose, sections
from pipeline.errors import UnreadableError
from tests.pdf.drawn import Paper, TwoColumn, joined


def laid_out(data):
    return layout.lay_out(document.read_pages(data), name="drawn.pdf", sha256="0" * 64)


def lines(paper):
    (page,) = laid_out(paper.done()).pages
    return [[cell.text for cell in line.cells] for line in page.lines]


def test_a_double_struck_heading_is_read_once_and_bold():
    paper = Paper()
    for shift in (0, 0.3):
        paper.put(50 + shift, 100, "TTN and FFPE results", size=10)
    (page,) = laid_out(paper.done()).pages
    ((cell,),) = [line.cells for line in page.lines]
    assert cell.text == "TTN and FFPE results"
    assert cell.bold


def test_a_footnote_mark_is_not_part_of_the_gene():
    paper = Paper()
    end = paper.put(50, 100, "ERBB2", size=10)
    paper.put(end, 96.5, "1,2", size=6)
    paper.put(150, 100, "amplification", size=10)
    assert lines(paper) == [["ERBB2", "amplification"]]


def test_small_print_that_is_no_mark_stays():
    paper = Paper()
    end = paper.put(50, 100, "FGFR2", size=10)
    paper.put(end, 97, "not", size=6)
    assert "not" in " ".join(" ".join(line) for line in lines(paper))


def test_digits_of_full_size_stay():
    paper = Paper()
    paper.put(50, 100, "NTRK1 H3-3A 12.3%", size=10)
    assert lines(paper) == [["NTRK1 H3-3A 12.3%"]]


def test_a_letter_spaced_heading_is_found():
    paper = Paper()
    paper.put(50, 80, "GENE ALTERATIONS", size=9, bold=True, space=3.5)
    paper.put(50, 100, "KRAS", size=9)
    (part,) = [part for part in sections(laid_out(paper.done())) if part.heading]
    assert part.zone is Zone.RESULT


def test_turned_text_is_no_part_of_a_line():
    paper = Paper()
    paper.put(50, 100, "KRAS G12D", size=10)
    canvas = paper._canvas
    for angle in (90, 45):
        canvas.saveState()
        canvas.translate(60, paper.height - 104)
        canvas.rotate(angle)
        canvas.drawString(0, 0, "SPECIMEN")
        canvas.restoreState()
    assert lines(paper) == [["KRAS G12D"]]


def test_a_large_watermark_does_not_mix_with_the_text():
    paper = Paper()
    paper.put(40, 120, "SAMPLE", size=90)
    paper.put(50, 100, "KRAS", size=10)
    paper.put(120, 100, "G12D", size=10)
    assert ["KRAS", "G12D"] in lines(paper)


def test_cells_part_at_wide_gaps_only():
    paper = Paper()
    paper.put(50, 100, "Microsatellite status MS-Stable", size=9)
    paper.put(300, 100, "FGFR2", size=9)
    assert lines(paper) == [["Microsatellite status MS-Stable", "FGFR2"]]


def test_pages_are_read_in_the_order_of_their_printed_numbers():
    data = TwoColumn().pdf()
    turned = joined([data], [4, 2, 0, 1, 3])
    assert [page.printed[0] for page in laid_out(turned).pages] == [1, 2, 3, 4, 5]
    assert [page.number for page in laid_out(turned).pages] == [3, 4, 2, 5, 1]


def test_running_feet_are_known():
    pages = laid_out(TwoColumn().pdf()).pages
    assert all(page.lines[-1].running for page in pages)
    assert not any(line.running for page in pages for line in page.lines[:-1])


def test_ciphered_text_is_doubted():
    char = {"x0": 0.0, "top": 0.0, "x1": 5.0, "bottom": 10.0, "size": 10.0, "font": "F"}
    chars = tuple(
        Char(text=text, upright=True, **char | {"x0": 6.0 * at, "x1": 6.0 * at + 5})
        for at, text in enumerate("ΧΣΦΏ" * 40)
    )
    raw = document.RawPage(number=1, width=1000, height=800, chars=chars, fills=())
    (page,) = layout.lay_out([raw], name="x", sha256="x").pages
    assert page.doubt == "implausible text"


def test_unmapped_characters_are_doubted():
    paper = Paper()
    paper.put(50, 100, "KRAS (cid:12)(cid:13)(cid:14) G12D", size=10)
    (page,) = laid_out(paper.done()).pages
    assert page.doubt == "unmapped characters"


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Genomic Signatures", Zone.RESULT),
        ("GENE ALTERATIONS", Zone.RESULT),
        ("9 Disease relevant genes with no reportable alterations: BRAF, ERBB2", Zone.NEG),
        ("Variants of Unknown Significance (continued)", Zone.VUS),
        ("VA RIA N TS OF UN KN OWN SIGN IFICA N CE", Zone.VUS),
        ("GENES TESTED WITH NO MUTATIONS DETECTED BY TUMOR DNA SEQUENCING", Zone.NEG),
        ("AM PLIFICATION BY CHROMOG ENIC IN SITU HYBRIDIZATION (CISH)", Zone.RESULT),
        ("Genes Tested with Indeterminate CNA Results", Zone.INDET),
        ("DNA gene list: select rearrangements", Zone.ASSAY),
        ("Gene alterations with no reportable therapeutic options", Zone.THERAPY),
        ("THERAPIES WITH CLINICAL BENEFIT (IN PATIENT'S TUMOR TYPE)", Zone.THERAPY),
        ("Clinical Trials Connector", Zone.TRIALS),
        ("References", Zone.REFS),
        ("Genomic signatures differ between cohorts", None),
        ("See clinical trials", None),
        ("KRAS", None),
    ],
)  # fmt: skip
def test_headings(text, zone):
    entry = entry_of(text)
    assert (entry.zone if entry else None) is zone


def test_prose_is_told_from_lists():
    sentence = "In tumours of the bile ducts this alteration has been described by several groups,"
    assert is_prose([sentence, "and its place beside the fusion is under study for that reason."])
    assert not is_prose(["AKT1 ALK APC AR ARID1A ARID2 ATM ATR ATRX BAP1 BRAF BRCA1 BRCA2"] * 3)


def test_compaction():
    assert compact("I M M U N O  therapy (ﬁrst)") == "immunotherapyfirst"


@pytest.mark.parametrize("data", [b"%PDF-1.4\n%%EOF", b"%PDF-1.7" + b"\0" * 500])
def test_a_damaged_pdf_is_unreadable(data):
    with pytest.raises(UnreadableError):
        document.read_pages(data)
