"""Same bytes, same rows; other bytes never overwrite; a hold concludes nothing."""

from datetime import date

import pytest

from pipeline.errors import StoreError
from pipeline.model import FileKind, Identity, ReportStatus
from store.reports import Fate
from tests.store.samples import SYNTHIA, result, sha


def test_a_report_comes_back_as_it_went_in(store):
    saved = store.save_report(result(), case_id="c1", hold=None)

    assert (saved.fate, saved.case_id, saved.hold) == (Fate.NEW, "c1", None)
    assert store.report_results("c1") == (result(),)
    assert store.report_results("c2") == ()
    assert store.known(sha("one"))
    assert not store.known(sha("two"))
    assert store.held() == ()


def test_findings_and_observations_stand_in_rows(store, url, rows):
    store.save_report(result(), case_id="c1", hold=None)

    found = rows(url)
    assert len(found["reports"]) == 1
    assert [row[2:4] for row in found["findings"]] == [
        ("FGFR2_FUSION", "detected"),
        ("IDH1_MUTATION", "detected"),
        ("BRAF_MUTATION", "not_detected"),
    ]
    assert [row[2:4] for row in found["observations"]] == [row[2:4] for row in found["findings"]]
    assert [row[1:] for row in found["finding_observations"]] == [(0, 0), (1, 1), (2, 2)]


@pytest.mark.parametrize("name", ["inbox/one.pdf", "elsewhere/copy of one.pdf"])
def test_the_same_bytes_a_hundred_times_change_no_row(store, url, rows, name):
    store.save_report(result(), case_id="c1", hold=None)
    before = rows(url)

    for _ in range(99):
        saved = store.save_report(result(file=name), case_id="c1", hold=None)

    assert saved.fate is Fate.KNOWN
    assert rows(url) == before


def test_a_copy_without_its_manifest_does_not_displace_the_report(store, url, rows):
    store.save_report(result(), case_id="c1", hold=None)
    before = rows(url)

    saved = store.save_report(result(identity=Identity()), case_id=None, hold="whose is it?")

    assert (saved.fate, saved.case_id, saved.hold) == (Fate.KEPT, "c1", None)
    assert rows(url) == before


def test_other_bytes_under_the_same_key_are_held_not_an_overwrite(store, url, rows):
    store.save_report(result("one"), case_id="c1", hold=None)
    before = rows(url)

    saved = store.save_report(result("two", vaf=0.9), case_id="c1", hold=None)
    again = store.save_report(result("two", vaf=0.9), case_id="c1", hold=None)

    assert saved.fate is Fate.NEW
    assert saved.case_id is None
    assert "other content" in (saved.hold or "")
    assert (again.fate, again.hold) == (Fate.KNOWN, saved.hold)
    assert store.report_results("c1") == (result("one"),)
    after = rows(url)
    assert [row for row in after["reports"] if row[0] == sha("one")] == before["reports"]
    assert [held.code for held in store.held()] == ["same_report_other_content"]
    assert store.stale_cases() == ("c1",)


@pytest.mark.parametrize(
    ("difference", "what"),
    [
        ({"version": 2}, "a later version"),
        ({"status": ReportStatus.AMENDED}, "an amended report that prints no number"),
        ({"accession": "NL-26-0002"}, "another accession"),
        ({"vendor": "meridian"}, "another laboratory with the same accession"),
        ({"assay": "Northlake RNA"}, "another assay of the same specimen"),
        ({"kind": FileKind.VCF}, "the VCF beside its PDF"),
    ],
)
def test_what_is_not_the_same_report(store, difference, what):
    store.save_report(result("one"), case_id="c1", hold=None)

    saved = store.save_report(result("two", **difference), case_id="c1", hold=None)

    assert saved.hold is None, what
    assert len(store.report_results("c1")) == 2


@pytest.mark.parametrize(
    ("one", "other", "held"),
    [
        (
            {"status": "amended", "reported": date(2026, 3, 1)},
            {"status": "amended", "reported": date(2026, 3, 9)},
            False,
        ),
        (
            {"status": "amended", "reported": date(2026, 3, 1)},
            {"status": "amended", "reported": date(2026, 3, 1)},
            True,
        ),
        (
            {"status": "amended", "version": 2, "reported": date(2026, 3, 1)},
            {"status": "amended", "version": 2, "reported": date(2026, 3, 9)},
            True,
        ),
        ({"status": "failed"}, {"status": "final"}, False),
        ({"status": "final"}, {"status": "failed"}, False),
    ],
    ids=["amended on two days", "amended on one day", "one number", "repeated", "failed after"],
)
def test_amendments_without_a_number_differ_by_their_day(store, one, other, held):
    """And the report of a failed test is another one than that of its repeat."""
    for content, changes in (("one", one), ("two", other)):
        status = ReportStatus(changes["status"])
        saved = store.save_report(
            result(content, **changes | {"status": status}), case_id="c1", hold=None
        )
    assert (saved.hold is not None) is held


@pytest.mark.parametrize(
    ("second", "held"), [("night2/small.vcf", True), ("night1/structural.vcf", False)]
)
def test_several_vcfs_of_one_accession_differ_by_name(store, second, held):
    vcf = {"kind": FileKind.VCF, "vendor": None, "accession": None}
    store.save_report(
        result("one", file="night1/small.vcf", **vcf), case_id="c1", hold=None, identity=SYNTHIA
    )

    saved = store.save_report(
        result("two", file=second, **vcf), case_id="c1", hold=None, identity=SYNTHIA
    )

    assert (saved.hold is not None) is held


def test_without_an_accession_there_is_no_key_to_collide(store):
    nameless = {"accession": None, "identity": Identity(mrn="00012345")}
    for content in ("one", "two"):
        saved = store.save_report(result(content, **nameless), case_id="c1", hold=None)
        assert saved.hold is None


def test_a_held_file_does_not_block_the_whole_copy_that_follows(store):
    cut = result("cut", status=ReportStatus.HELD, reasons=("the file is cut off",), code="cut")
    store.save_report(cut, case_id=None, hold=None)

    saved = store.save_report(result("whole"), case_id="c1", hold=None)

    assert saved.hold is None
    assert [(row.sha256, row.code, row.reasons) for row in store.held()] == [
        (sha("cut"), "cut", ("the file is cut off",))
    ]


def test_an_identity_hold_is_listed_and_belongs_to_no_case(store):
    saved = store.save_report(result(), case_id="c1", hold="two patients fit")

    assert saved.case_id is None
    assert store.report_results("c1") == ()
    (held,) = store.held()
    assert (held.code, held.reasons, held.file) == (
        "identity",
        ("two patients fit",),
        "inbox/one.pdf",
    )


def test_a_settled_hold_takes_its_place_and_the_earlier_reading_is_kept(store, url, rows):
    store.save_report(result(), case_id=None, hold="two patients fit")

    saved = store.save_report(result(), case_id="c1", hold=None)

    assert (saved.fate, saved.case_id) == (Fate.REVISED, "c1")
    assert store.held() == ()
    (earlier,) = rows(url)["earlier_readings"]
    assert earlier[:4] == (sha("one"), 1, None, "two patients fit")


def test_an_unread_file_is_revised_once_a_reader_knows_it(store):
    unknown = result(status=ReportStatus.UNRECOGNISED, reasons=("no reader knows this layout",))
    store.save_report(unknown, case_id=None, hold=None)

    saved = store.save_report(result(), case_id="c1", hold=None)

    assert saved.fate is Fate.REVISED
    assert store.report_results("c1") == (result(),)


def test_another_reading_of_the_same_bytes_needs_to_be_asked_for(store, url, rows):
    store.save_report(result(vaf=0.21), case_id="c1", hold=None)

    kept = store.save_report(result(vaf=0.34), case_id="c2", hold=None)
    assert (kept.fate, kept.case_id) == (Fate.KEPT, "c1")
    assert store.report_results("c1") == (result(vaf=0.21),)

    moved = store.save_report(result(vaf=0.34), case_id="c2", hold=None, revise=True)
    assert (moved.fate, moved.case_id, moved.left) == (Fate.REVISED, "c2", "c1")
    assert store.report_results("c1") == ()
    assert store.report_results("c2") == (result(vaf=0.34),)
    assert store.stale_cases() == ("c1", "c2")
    assert len(rows(url)["findings"]) == 3


def test_a_better_reading_in_the_same_case_leaves_none(store):
    store.save_report(result(vaf=0.21), case_id="c1", hold=None)
    revised = store.save_report(result(vaf=0.34), case_id="c1", hold=None, revise=True)
    assert (revised.fate, revised.case_id, revised.left) == (Fate.REVISED, "c1", None)


def test_a_hold_can_get_another_sentence(store):
    store.save_report(result(), case_id=None, hold="whose is it?")
    assert store.save_report(result(), case_id=None, hold="two fit").fate is Fate.KEPT
    store.save_report(result(), case_id=None, hold="two fit", revise=True)
    assert [held.reasons for held in store.held()] == [("two fit",)]


def test_a_hand_written_table_is_one_report_a_case(store):
    table = {"kind": FileKind.TABLE, "accession": None, "identity": Identity()}
    for case in ("c1", "c2"):
        saved = store.save_report(result("findings", **table), case_id=case, hold=None)
        assert (saved.fate, saved.case_id) == (Fate.NEW, case)


def test_all_results_tell_case_hold_and_the_identity_of_the_manifest(store):
    vcf = result("vcf", kind=FileKind.VCF, identity=Identity(), accession=None)
    store.save_report(vcf, case_id="c1", hold=None, identity=SYNTHIA)
    store.save_report(result("held", accession="NL-26-0009"), case_id=None, hold="whose?")

    stored = {each.report_id: each for each in store.all_results()}

    assert stored[sha("vcf")].result == vcf
    assert stored[sha("vcf")].identity == SYNTHIA
    assert (stored[sha("vcf")].case_id, stored[sha("vcf")].hold) == ("c1", None)
    assert (stored[sha("held")].case_id, stored[sha("held")].hold) == (None, "whose?")


def test_printed_control_characters_are_stored(store):
    odd = result(vendor="north\x00lake")
    store.save_report(odd, case_id="c1", hold=None)
    assert store.report_results("c1") == (odd,)


def test_half_a_character_is_refused_in_a_sentence(store, url, rows):
    with pytest.raises(StoreError, match="not Unicode"):
        store.save_report(result(file="\udce4.pdf"), case_id="c1", hold=None)
    assert all(not found for found in rows(url).values())


def test_a_hash_that_is_none_is_refused_without_quoting_the_row(store, url, rows):
    with pytest.raises(StoreError) as refused:
        store.save_report(result(sha256="short"), case_id="c1", hold=None)

    assert "ck_reports_sha256" in str(refused.value)
    assert "Synthia" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert all(not found for found in rows(url).values())
