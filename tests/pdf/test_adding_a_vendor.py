"""docs/adding_a_vendor.md is followed to the letter: its blocks make a reader that works."""

import hashlib
import importlib.util
import json
import re
from pathlib import Path

import pytest

from parsers import document, extract, layout, pdf
from pipeline.coverage import assays
from pipeline.errors import ReportError
from pipeline.model import Status
from pipeline.normalise import normalise
from pipeline.tables import packaged

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding_a_vendor.md").read_text(encoding="utf-8")


def block(name):
    (found,) = re.findall(rf"^```\w+ {name}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    return found


def module(folder, name):
    """A block of the page as a module of its own file."""
    path = folder / f"{name}.py"
    path.write_text(block(name), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(f"adding_a_vendor_{name}", path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture
def sample(tmp_path):
    return module(tmp_path, "sample")


@pytest.fixture
def vendor(tmp_path):
    return module(tmp_path, "reader")


def laid_out(data):
    return layout.lay_out(document.read_pages(data), name="drawn.pdf", sha256="0" * 64)


def read(data, vendor):
    """The trip of a PDF with this reader among the others."""

    def choose(paper):
        known = [one for one in (*extract.readers(), vendor) if one.RECOGNISE.matches(paper)]
        assert known == [vendor], "exactly one reader recognises it"
        return vendor

    readers = pdf.Readers(choose=choose, unknown=lambda _: None)
    sha256 = hashlib.sha256(data).hexdigest()
    return pdf.read(data, name="drawn.pdf", sha256=sha256, readers=readers)


def test_the_reader_gives_what_was_written_by_hand(sample, vendor):
    expected = json.loads(block("expected"))
    result = normalise(read(sample.draw(), vendor), assays(packaged("pipeline", "assays.csv")))
    told = {
        marker.value: {"status": state.status.value, "basis": state.basis.value}
        for marker, state in result.markers.items()
        if state.status is not Status.NOT_ASSESSED
    }
    assert told == expected["markers"]
    assert not set(expected["must_not_detect"]) & set(told)
    report = result.report
    assert {
        "status": report.status.value,
        "is_btc": report.is_btc,
        "complete": report.completeness.proven,
    } == expected["report"]


def test_its_reader_knows_no_other_sample(vendor):
    """As the page asks of every new reader."""
    for path in sorted((ROOT / "sample_reports").glob("[01]*.pdf")):
        try:
            known = vendor.RECOGNISE.matches(laid_out(path.read_bytes()))
        except ReportError:  # locked or damaged on purpose: nobody reads it
            continue
        assert not known, path.name


def drawn(sample, lines):
    sample.LINES = tuple(lines)
    return sample.draw()


def test_a_missing_page_is_held(sample, vendor):
    lines = [(top, words.replace("Page 1 of 1", "Page 1 of 2")) for top, words in sample.LINES]
    with pytest.raises(ReportError) as held:
        read(drawn(sample, lines), vendor)
    assert held.value.code == "incomplete"


def test_a_renamed_heading_is_an_unknown_layout(sample, vendor):
    lines = [(top, words.replace("TEST RESULTS", "OUR FINDING")) for top, words in sample.LINES]
    assert not vendor.RECOGNISE.matches(laid_out(drawn(sample, lines)))


def test_a_failed_report_says_nothing_of_any_marker(sample, vendor):
    kept = [line for line in sample.LINES if "IDH1 p." not in line[1] and "KRAS not" not in line[1]]
    reading = read(drawn(sample, [*kept, (210, "Status: FAIL")]), vendor)
    assert reading.report.status.value == "failed"
    assert reading.observations == ()


def test_every_file_that_the_page_names_exists():
    named = set(re.findall(r"`((?:parsers|docs|tests|sample_reports)/[\w/]+\.\w+)`", PAGE))
    named |= {f"parsers/{name}" for name in re.findall(r"`(vendors/\w+\.py)`", PAGE)}
    named = {name for name in named if "NN" not in name}
    assert len(named) >= 10
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
