"""A page or a block under a title that no vocabulary has, in the older families: no result of it.

The report finds alterations of its own; what stands under the strange title is a therapy, a list or
an example. Read without it, or held: both are safe, a detection is not.
"""

from dataclasses import dataclass

import pytest

from parsers import extract
from pipeline.model import Significance, Status
from tests.pdf.drawn import DEFAULT_PAGES, HEADS, ByTechnology, Table, TwoColumn
from tests.pdf.test_family_h import drawn as boxed

TITLES = ("Matched Options", "What This Means For You", "Hotspots On This Chip", "Key")
BAIT = (("KRAS G12C", "sotorasib"), ("NTRK1 fusion", "larotrectinib"), ("RET fusion", "a drug"))
BAITED = {"KRAS_MUTATION", "NTRK1_FUSION", "RET_FUSION"}


@dataclass(frozen=True, kw_only=True)
class WithStrangePage(TwoColumn):
    """A report of family A with one more page, right behind its results."""

    title: str = ""
    size_of_title: float = 14
    order: tuple[str, ...] = ("results", "strange", "genes", "vus")

    def _strange(self, paper):
        paper.put(50, 70, self.title, size=self.size_of_title, bold=True)
        for number, (finding, drug) in enumerate(BAIT):
            paper.put(50, 100 + 20 * number, finding, size=9)
            paper.put(250, 100 + 20 * number, drug, size=9)


def claimed(data):
    reading = extract.read(data, "strange.pdf")
    if not reading.report.status.is_read:
        return set()
    open_too = {Status.DETECTED, Status.INDETERMINATE}
    return {
        item.marker.value
        for item in reading.observations
        if item.status in open_too and item.significance is not Significance.VUS
    }


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("size", [10.5, 14])
def test_a_page_of_its_own_behind_two_columns(title, size):
    data = WithStrangePage(title=title, size_of_title=size).pdf()
    assert not claimed(data) & BAITED


def test_a_title_on_two_pages_is_none_of_the_paper():
    """What stands at one place on several pages is a head of the paper if page 1 has it."""
    order = ("results", "strange", "strange", "genes", "vus")
    assert not claimed(WithStrangePage(title=TITLES[0], order=order).pdf()) & BAITED


@pytest.mark.parametrize("title", TITLES)
def test_a_block_between_tables_by_technology(title):
    rows = tuple((finding, "DNA-Tumor", "Seq", drug) for finding, drug in BAIT)
    strange = Table(title=title, heads=("Finding", "Analyte", "Level", "Drug"), rows=rows)
    lines = (title, tuple(f"{finding}: {drug}" for finding, drug in BAIT))
    for block in (strange, lines):
        page = (*DEFAULT_PAGES[0], block)
        assert not claimed(ByTechnology().but(pages=(page, *DEFAULT_PAGES[1:])).pdf()) & BAITED


def test_the_same_table_with_the_heads_of_results_is_read():
    """The bait is good: under a heading of results each of its lines would be a finding."""
    rows = tuple((finding, "DNA-Tumor", "Seq", "Pathogenic") for finding, _ in BAIT)
    known = Table(title="High Impact Results", heads=HEADS, rows=rows)
    page = (*DEFAULT_PAGES[0], known)
    assert claimed(ByTechnology().but(pages=(page, *DEFAULT_PAGES[1:])).pdf()) & BAITED


@pytest.mark.parametrize("title", TITLES)
def test_a_block_under_the_box_of_alterations(title):
    reading = boxed(["IDH1 R132C"], below=(title, *(finding for finding, _ in BAIT)))
    found = {item.marker.value for item in reading.observations if item.status is Status.DETECTED}
    assert not found & BAITED
