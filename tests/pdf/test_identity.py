"""Labels, dates and lists of negatives as reports print them."""

from datetime import date

import pytest

from parsers import dates, extract, negatives
from parsers.gene_text import items, leading
from parsers.headings import Zone
from parsers.labels import labelled
from parsers.page import Cell, Word
from parsers.sections import Section
from tests.pdf.drawn import ByTechnology, TwoColumn


def cell(text, x0=50.0, top=100.0):
    words, at = [], x0
    for word in text.split():
        end = at + 5 * len(word)
        place = {"x0": at, "top": top, "x1": end, "bottom": top + 10}
        words.append(Word(text=word, size=10, bold=False, **place))
        at = end + 3
    return Cell(page=1, words=tuple(words))


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        ("28 Nov 2024", None, date(2024, 11, 28)),
        ("28-Nov-2024", None, date(2024, 11, 28)),
        ("NOV-28-2024", None, date(2024, 11, 28)),
        ("November 28, 2024", None, date(2024, 11, 28)),
        ("2024-11-28", None, date(2024, 11, 28)),
        ("28.11.2024", None, date(2024, 11, 28)),
        ("11/28/2024", None, date(2024, 11, 28)),
        ("28/11/2024", None, date(2024, 11, 28)),
        ("01/01/1961", None, date(1961, 1, 1)),
        ("03/04/2024", None, None),
        ("03/04/2024", True, date(2024, 4, 3)),
        ("03/04/2024", False, date(2024, 3, 4)),
        ("31 Feb 2024", None, None),
        ("no date", None, None),
    ],
)
def test_dates(text, day_first, day):
    assert dates.read(text, day_first=day_first) == day


@pytest.mark.parametrize(
    ("text", "day_first"),
    [
        ("Collected 03/04/2026 Received 28/04/2026", True),
        ("Collected 03/04/2026 Received 04/28/2026", False),
        ("Date format dd/mm/yyyy 03/04/2026", True),
        ("Collected 03/04/2026", None),
        ("28/04/2026 and 04/28/2026", None),
    ],
)
def test_the_order_of_day_and_month(text, day_first):
    assert dates.day_comes_first(text) is day_first


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("DATE OF BIRTH 01 Jan 1961", [("dob", "01 Jan 1961")]),
        ("Name: Specimen, Synthia", [("name", "Specimen, Synthia")]),
        ("Specimen, Synthia", []),
        ("PATIENT: A, B CASE NUMBER: SYN-1 PHYSICIAN: Dr. C",
         [("name", "A, B"), ("accession", "SYN-1"), ("other", "Dr. C")]),
        ("Tumor nuclei: 40%", [("tumour_percent", "40%")]),
        ("FGFR2-BICC1 fusion", []),
    ],
)  # fmt: skip
def test_labels(text, fields):
    assert [(label.field, label.value) for label in labelled(cell(text))] == fields


def test_an_ambiguous_date_is_told_and_not_used():
    identity = (("DISEASE", "Cholangiocarcinoma"), ("DATE OF BIRTH", "03/04/1950"))
    report = extract.read(TwoColumn().but(identity=(*identity, ("NAME", "A, B"))).pdf(), "x").report
    assert report.identity.dob is None
    assert "ambiguous_date" in {notice.code for notice in report.notices}


def test_glued_columns_are_cut_at_the_heading_of_the_next():
    """The site runs up to the physician's name, who stands in the next column."""
    specimen = ("Primary Tumor Site: " + "Gallbladder " * 4,)
    reading = extract.read(ByTechnology().but(specimen=specimen).pdf(), "x.pdf")
    assert reading.report.status.value == "final"


def statement(text):
    """(symbol, classes) of a clause."""
    return [(item.symbol, {name.value for name in item.classes}) for item in items(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("BRAF, ERBB2, IDH1", [("BRAF", set()), ("ERBB2", set()), ("IDH1", set())]),
        ("FGFR2 (fusion, mutation), IDH1",
         [("FGFR2", {"fusion", "mutation"}), ("IDH1", set())]),
        ("IDH1, FGFR2 (fusion)", [("IDH1", set()), ("FGFR2", {"fusion"})]),
        ("KRAS, FGFR2 fusion", [("KRAS", set()), ("FGFR2", {"fusion"})]),
        ("No mutations detected in KRAS, IDH1", [("KRAS", {"mutation"}), ("IDH1", {"mutation"})]),
        ("KRAS, NTRK1 fusions", [("KRAS", set()), ("NTRK1", {"fusion"})]),
        ("ERBB2 amplification", [("ERBB2", {"amplification"})]),
        ("KRAS, BRAF and IDH1 mutations",
         [("KRAS", {"mutation"}), ("BRAF", {"mutation"}), ("IDH1", {"mutation"})]),
        ("NTRK1/2/3 fusions",
         [("NTRK1", {"fusion"}), ("NTRK2", {"fusion"}), ("NTRK3", {"fusion"})]),
        ("ERBB2 (Her2/Neu)", [("ERBB2", set())]),
        ("CD274 (PD-L1), MET", []),
        ("the market met with targets", []),
    ],
)  # fmt: skip
def test_genes_of_a_clause(text, found):
    ours = {"BRAF", "ERBB2", "IDH1", "FGFR2", "KRAS", "NTRK1", "NTRK2", "NTRK3"}
    assert [item for item in statement(text) if item[0] in ours] == found


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("FGFR2 FGFR2-BICC1 fusion", ("FGFR2",)),
        ("FGFR2-BICC1 fusion", ("FGFR2",)),
        ("TPM3-NTRK1 fusion", ("NTRK1",)),
        ("KRAS/NRAS wildtype", ("KRAS",)),
        ("HER2/neu Positive", ("ERBB2",)),
        ("NTRK fusion", ("NTRK1", "NTRK2", "NTRK3")),
        ("BAP1 Q590*", ()),
    ],
)
def test_the_gene_a_cell_begins_with(text, symbols):
    named = leading(text.split())
    assert named is not None
    assert set(symbols) <= set(named.symbols)


@pytest.mark.parametrize(
    "text", ["R132C", "amplification", "For a complete list", "MS-Stable", "QNS"]
)
def test_what_is_no_gene(text):
    assert leading(text.split()) is None


def test_wrapped_negatives_are_one_clause():
    part = Section(
        zone=Zone.NEG,
        heading=None,
        cells=(
            cell("No evidence of NTRK1, NTRK2 or", top=100),
            cell("NTRK3 fusion", top=112),
            cell("KRAS", top=124),
        ),
    )
    texts = [text for text, _ in negatives.clauses(part)]
    assert texts == ["No evidence of NTRK1, NTRK2 or NTRK3 fusion", "KRAS"]
