"""Amended reports bound with what they supersede: the amendment governs, the rest is evidence."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from exchange.documents import report_document
from parsers import extract
from pipeline.coverage import assays
from pipeline.model import Marker, Status
from pipeline.normalise import normalise
from pipeline.tables import packaged
from tests.pdf.drawn import TwoColumn, joined

SAMPLES = Path(__file__).parents[2] / "sample_reports"
NAME = "07_g_amended"
NEW, OLD = "AMENDED REPORT", "ORIGINAL REPORT"


@dataclass(frozen=True, kw_only=True)
class Marked(TwoColumn):
    """A report of family A that says on its pages what it is."""

    mark: str = ""
    pages_marked: int = 9
    across: str = ""

    def _foot(self, paper):
        super()._foot(paper)
        if self.mark and paper.page <= self.pages_marked:
            paper.put(50, 40, self.mark, size=10, bold=True)
        if self.across:
            paper.across(self.across)


IDENTITY = (*TwoColumn().identity, ("ORDERED TEST #", "SYN-77-0001"))
AMENDED = Marked(
    mark=NEW,
    identity=IDENTITY,
    alterations=(("IDH1", ("R132C",)), ("BRAF", ("V600E",))),
    negatives=("KRAS, FGFR2, MET",),
)
ORIGINAL = Marked(
    mark=OLD,
    identity=IDENTITY,
    alterations=(("IDH1", ("R132H",)),),
    negatives=("BRAF, KRAS, FGFR2",),
)


def read(*reports, order=None):
    return extract.read(joined([report.pdf() for report in reports], order), "bundle.pdf")


def result(reading):
    return normalise(reading, assays(packaged("pipeline", "assays.csv")))


def detected(reading):
    """What is detected, as printed."""
    return {
        (item.marker.value, item.alteration)
        for item in reading.observations
        if item.status is Status.DETECTED and item.significance.value == "unknown"
    }


WANTED = {("IDH1_MUTATION", "R132C"), ("BRAF_MUTATION", "V600E")}


@pytest.mark.parametrize(
    ("reports", "old_pages"),
    [
        ((AMENDED, ORIGINAL), (6, 7, 8, 9, 10)),
        ((ORIGINAL, AMENDED), (1, 2, 3, 4, 5)),
        ((AMENDED.but(mark="Corrected Report"), ORIGINAL), (6, 7, 8, 9, 10)),
        ((AMENDED, ORIGINAL.but(mark="SUPERSEDED")), (6, 7, 8, 9, 10)),
        ((AMENDED, ORIGINAL.but(mark="", across="SUPERSEDED")), (6, 7, 8, 9, 10)),
        ((AMENDED.but(pages_marked=1), ORIGINAL), (6, 7, 8, 9, 10)),
        ((AMENDED, ORIGINAL.but(pages_marked=1)), (6, 7, 8, 9, 10)),
    ],
    ids=["behind", "before", "corrected", "superseded", "watermark", "new once", "old once"],
)
def test_the_amended_report_governs(reports, old_pages):
    reading = read(*reports)
    report = reading.report
    assert (report.status.value, report.version) == ("amended", 2), report.reasons
    assert {pair for pair in detected(reading) if pair[0] != "TMB" and pair[0] != "MSI"} == WANTED
    assert all(item.source.page not in old_pages for item in reading.observations)
    (old,) = report.superseded
    assert (old.version, old.pages) == (1, old_pages)
    printed = {(item.marker.value, item.alteration) for item in old.observations}
    assert ("IDH1_MUTATION", "R132H") in printed
    assert all(item.source.page in old_pages for item in old.observations)
    assert "superseded" in {notice.code for notice in report.notices}


def test_what_the_original_said_is_no_finding():
    said = result(read(AMENDED, ORIGINAL))
    assert said.markers[Marker.BRAF_MUTATION].status is Status.DETECTED
    assert said.markers[Marker.BRAF_MUTATION].conflicts == ()
    assert "R132H" not in json.dumps(report_document(said)["findings"])
    assert "R132H" in json.dumps(report_document(said)["report"]["superseded"])


@pytest.mark.parametrize(
    ("reports", "code"),
    [
        # another patient or another order behind it
        ((AMENDED, ORIGINAL.but(identity=(*IDENTITY[:3], ("MEDICAL RECORD #", "SYN-000778")))),
         "two_patients"),
        ((AMENDED, ORIGINAL.but(identity=(*IDENTITY[:4], ("ORDERED TEST #", "SYN-77-0002")))),
         "two_patients"),
        ((AMENDED, ORIGINAL.but(identity=(("NAME", "Anders, Anna"), *IDENTITY[2:]))),
         "two_patients"),
        # nothing says which of them counts
        ((AMENDED.but(mark=""), ORIGINAL.but(mark="")), "several_reports"),
        ((AMENDED, AMENDED), "several_reports"),
        ((AMENDED.but(mark=""), ORIGINAL), "superseded_pages"),
        ((AMENDED.but(pages_marked=1), ORIGINAL.but(pages_marked=1)), "superseded_pages"),
        # the amended report lacks its last page
        ((AMENDED.but(numbered=False), ORIGINAL), None),
    ],
)  # fmt: skip
def test_what_cannot_be_told_apart_is_held(reports, code):
    reading = read(*reports)
    assert reading.report.status.value == "held"
    assert code is None or reading.report.code == code
    assert reading.observations == ()


def test_pages_of_the_two_that_are_mixed_are_held():
    mixed = joined([joined([AMENDED.pdf(), ORIGINAL.pdf()])], [0, 6, 2, 3, 4, 5, 1, 7, 8, 9])
    reading = extract.read(mixed, "mixed.pdf")
    assert not reading.report.status.is_read
    assert reading.observations == ()


def test_an_amended_report_alone_is_amended():
    reading = read(AMENDED.but(extra=("Reason for amendment: IDH1 and BRAF were added.",)))
    assert reading.report.status.value == "amended"
    assert reading.report.superseded == ()
    assert {pair for pair in detected(reading) if pair[0] not in {"TMB", "MSI"}} == WANTED
    told = {notice.code: notice.message for notice in reading.report.notices}
    assert "IDH1 and BRAF were added" in told["amended"]


def test_the_reason_of_an_amendment_is_no_negative():
    """It may stand under a list of negatives, and names the genes that were corrected."""
    reading = read(AMENDED.but(extra=("Reason for amendment: IDH1 and BRAF were added.",)))
    negative = {i.marker.value for i in reading.observations if i.status is Status.NOT_DETECTED}
    assert not {"IDH1_MUTATION", "BRAF_MUTATION"} & negative


# ------------------------------------------------------------------------------------ the sample
def expected():
    return json.loads((SAMPLES / f"{NAME}.expected.json").read_text(encoding="utf-8"))


def sample():
    return result(extract.read((SAMPLES / f"{NAME}.pdf").read_bytes(), f"{NAME}.pdf"))


def test_sample_07_says_what_was_written_down_by_hand():
    said, wanted = sample(), expected()
    states = {m.value: (s.status.value, s.basis.value) for m, s in said.markers.items()}
    assert states == {m: (s["status"], s["basis"]) for m, s in wanted["markers"].items()}
    found = {(f.marker.value, f.detail) for f in said.findings if f.status is Status.DETECTED}
    assert found == {(f["marker"], f["detail"]) for f in wanted["findings"]}
    report, printed = report_document(said)["report"], wanted["report"]
    for field in ("status", "report_version", "reported", "tumour_type", "is_btc", "vendor"):
        assert report[field] == printed[field], field
    (old,) = report["superseded"]
    (told,) = printed["superseded"]
    assert {field: old[field] for field in told} == told
    seen = {(item["marker"], item["status"]) for item in old["observations"]}
    assert {("IDH1_MUTATION", "detected"), ("BRAF_MUTATION", "not_detected")} <= seen
    codes = {warning["code"] for warning in report_document(said)["warnings"]}
    assert set(wanted["warnings_at_least"]) <= codes


def test_the_struck_value_of_sample_07_is_not_read():
    said = sample()
    told = [notice.message for notice in said.report.notices if notice.code == "struck_through"]
    assert any("R132H" in message for message in told)
    assert all("R132H" not in (item.detail or "") for item in said.findings)
