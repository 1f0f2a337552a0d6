"""Versions of one report: which count, whatever the order of arrival (`versions.csv`)."""

import csv
from datetime import date
from itertools import groupby, permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Basis, Identity, Marker, ReportStatus, Status
from pipeline.patient import Patient
from pipeline.reconcile import reconcile
from pipeline.versions import versions
from tests.pipeline.conftest import make_observation, make_result, told

MARKERS = {
    "IDH1": "IDH1_MUTATION",
    "KRAS": "KRAS_MUTATION",
    "MSI": "MSI",
    "HER2IHC": "HER2_IHC",
    "HER2ISH": "HER2_ISH",
}
ROWS = list(csv.DictReader((Path(__file__).parent / "versions.csv").open(encoding="utf-8")))
SITUATIONS = {name: list(rows) for name, rows in groupby(ROWS, key=lambda row: row["situation"])}


def said(text):
    """ "IDH1 R132C; KRAS no" as observations."""
    for part in filter(None, (each.strip() for each in text.split(";"))):
        name, what = part.split(" ", 1)
        if what in {"no", "MSS"}:
            yield make_observation(MARKERS[name], None if what == "no" else what, "not_detected")
        else:
            yield make_observation(MARKERS[name], what)


def report_of(row, **more):
    given = {
        "version": int(row["version"]),
        "status": ReportStatus(row["status"]),
        "reported": date.fromisoformat(row["reported"]) if row["reported"] else None,
        "vendor": "Northlake",
        "assay": "Northlake Solid",
        "accession": "NL-26-0001",
    }
    return make_result(*said(row["says"]), file=row["report"], **given | more)


def case(results):
    return reconcile("C1", Patient(), results)


@pytest.mark.parametrize("rows", SITUATIONS.values(), ids=SITUATIONS)
def test_every_order_of_arrival_ends_in_the_same_case(rows):
    results = [report_of(row) for row in rows]
    wanted = {row["report"] for row in rows if row["stands"] == "yes"}
    replaced = {
        row["report"]: row["stands"].removeprefix("replaced by ")
        for row in rows
        if row["stands"] != "yes"
    }
    for arrived in permutations(results):
        found = case(arrived)
        assert {each.report.file for each in found.reports} == wanted
        assert {each.file: each.by_sha256 for each in found.superseded} == replaced
        for expected in rows[0]["case"].split("; "):
            name, status = expected.split()
            assert found.markers[Marker(MARKERS[name])].status.value == status, expected


@pytest.mark.parametrize("rows", SITUATIONS.values(), ids=SITUATIONS)
def test_whoever_comes_first_is_judged_as_if_alone_until_the_others_are_there(rows):
    """After each arrival the case is that of the reports so far, in any order of those."""
    results = [report_of(row) for row in rows]
    for arrived in permutations(results):
        for count in range(1, len(arrived) + 1):
            so_far = arrived[:count]
            forwards, backwards = case(so_far), case(so_far[::-1])
            assert set(forwards.superseded) == set(backwards.superseded)
            status = {marker: each.status for marker, each in forwards.markers.items()}
            assert status == {marker: each.status for marker, each in backwards.markers.items()}


def test_the_notice_names_both_reports_and_what_is_no_longer_said():
    rows = SITUATIONS["corrected report with fewer markers: what it leaves out is open"]
    found = case([report_of(row) for row in rows])
    told = {each.code: each.message for each in found.notices}
    assert told["superseded"] == (
        "version 1 (final, report first) is superseded by version 2 (amended, report second)"
    )
    assert told["unsaid_by_later_version"] == (
        "KRAS mutation: the superseded version 1 (final, report first) said p.G12D; "
        "version 2 (amended, report second) is silent"
    )
    state = found.markers[Marker.KRAS_MUTATION]
    assert state.findings == (), "an open marker without a finding gives no therapy flag"


def test_an_amendment_that_prints_no_number_is_not_called_version_1():
    order = {"vendor": "Northlake", "accession": "NL-26-0001"}
    first = told("a.pdf", "R132H", reported=date(2026, 1, 20), sha256="first", **order)
    later = {"status": "amended", "reported": date(2026, 2, 2), "sha256": "second"}
    (notice,) = case([first, told("b.pdf", "R132C", **later, **order)]).notices
    assert notice.message == (
        "version 1 (final, report first) is superseded by amended version (report second)"
    )


def test_an_addendum_does_not_deny_by_silence_what_the_report_said():
    """Both bear the panel's name, whose silence would mean "not detected"."""
    panel = {"covered": ["IDH1_MUTATION", "KRAS_MUTATION"]}
    rows = SITUATIONS["addendum of one marker adds"]
    found = case([report_of(row, **panel) for row in rows])
    idh1 = found.markers[Marker.IDH1_MUTATION]
    assert (idh1.status, idh1.conflicts) == (Status.DETECTED, ())


def test_what_an_addendum_adds_is_not_denied_by_the_silence_of_the_report():
    panel = {"covered": ["IDH1_MUTATION", "KRAS_MUTATION"]}
    one = report_of({**ROWS[0], "says": "KRAS no", "version": "1"}, **panel)
    two = report_of({**ROWS[0], "says": "IDH1 R132C", "version": "2", "report": "b"}, **panel)
    found = case([two, one])
    idh1 = found.markers[Marker.IDH1_MUTATION]
    assert (idh1.status, idh1.conflicts) == (Status.DETECTED, ())
    assert [each.code for each in found.notices] == ["version_adds"]


def test_the_silence_of_the_first_report_still_counts_beside_an_addendum():
    panel = {"covered": ["IDH1_MUTATION", "KRAS_MUTATION"]}
    rows = SITUATIONS["addendum of one marker adds"]
    first = report_of(rows[0] | {"says": "IDH1 R132C"}, **panel)
    kras = case([first, report_of(rows[1], **panel)]).markers[Marker.KRAS_MUTATION]
    assert (kras.status, kras.basis) == (Status.NOT_DETECTED, Basis.INFERRED_FROM_PANEL)


def test_silence_of_an_amended_panel_does_not_deny_what_the_first_version_printed():
    """Withdrawn or left out? A person asks the laboratory."""
    panel = {"covered": ["IDH1_MUTATION", "KRAS_MUTATION"]}
    one = report_of({**ROWS[0], "says": "IDH1 R132C; KRAS G12D"}, **panel)
    row = {**ROWS[0], "says": "IDH1 R132C", "version": "2", "status": "amended", "report": "b"}
    found = case([one, report_of(row, **panel)])
    assert found.markers[Marker.KRAS_MUTATION].status is Status.INDETERMINATE


@pytest.mark.parametrize(
    ("change", "stand"),
    [
        ({"accession": "nl-26-0001 "}, 1),
        ({"accession": None, "identity": Identity(accession="NL-26-0001")}, 1),
        ({"vendor": "Southlake"}, 2),
        ({"assay": "Northlake Liquid"}, 2),
        ({"accession": "NL-26-0002"}, 2),
        ({"accession": None}, 2),
        ({"file": "second.vcf"}, 2),
    ],
    ids=str,
)
def test_an_order_is_laboratory_assay_and_accession(change, stand):
    first, second = SITUATIONS["second version repeats the first"]
    change = dict(change)
    name = change.pop("file", second["report"])
    results = [report_of(first), report_of(second | {"report": name}, **change)]
    assert len(case(results).reports) == stand


@given(
    drawn=st.lists(
        st.tuples(
            st.integers(1, 3),
            st.sampled_from(["final", "amended", "failed", "qualified"]),
            st.sampled_from(["", "2026-03-01", "2026-03-05", "2026-03-09"]),
            st.sampled_from(["", "IDH1 R132C", "IDH1 no", "KRAS no", "IDH1 R132C; KRAS no"]),
        ),
        min_size=1,
        max_size=5,
    ),
    chance=st.randoms(),
)
def test_no_set_of_versions_replaces_itself_away(drawn, chance):
    """Something always counts, every version is accounted for, and the order plays no part."""
    results = [
        report_of({"report": f"r{at}", "version": v, "status": s, "reported": day, "says": says})
        for at, (v, s, day, says) in enumerate(drawn)
    ]
    found = versions(results)
    assert found.current
    left = {each.sha256 for each in found.superseded}
    assert left | {each.report.sha256 for each in found.current} == {
        each.report.sha256 for each in results
    }
    assert {each.by_sha256 for each in found.superseded}.isdisjoint(left)
    chance.shuffle(results)
    assert set(versions(results).superseded) == set(found.superseded)
