"""One current interpretation a case, and the older ones kept."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.errors import IdentityError, InputError, StoreError
from pipeline.model import Identity, Marker
from pipeline.patient import FlagKind, Jurisdiction
from store.engine import connect
from store.inputs import Inputs
from tests.store.samples import PATIENT, flag, interpretation, result, sha


def test_an_interpretation_comes_back_as_it_went_in(store):
    store.save_report(result(), case_id="c1", hold=None)

    assert store.save_case(interpretation()) is True
    assert store.case("c1") == interpretation()
    assert store.patient("c1") == PATIENT


def test_everything_said_stands_in_rows(store, url, rows):
    store.save_report(result(), case_id="c1", hold=None)
    store.save_case(interpretation())

    found = rows(url)
    assert [row[3:9] for row in found["flags"]] == [
        ("FGFR2_FUSION", "futibatinib", "FLAG", "second", "authorised", "US")
    ]
    assert [row[3:7] for row in found["suggestions"]] == [
        ("first", 1, "gemcitabine + cisplatin + durvalumab", "SUGGEST")
    ]
    assert [row[3:6] for row in found["near_misses"]] == [
        ("IDH1_MUTATION", "ivosidenib", "no prior line")
    ]
    assert [row[3:6] for row in found["not_assessed"]] == [
        ("KRAS_MUTATION", "not assessed", "DNA panel")
    ]
    assert found["interpretation_reports"] == [("c1", 1, sha("one"), 1)]


def test_the_same_interpretation_twice_changes_no_row(store, url, rows):
    store.save_report(result(), case_id="c1", hold=None)
    store.save_case(interpretation())
    before = rows(url)

    assert store.save_case(interpretation()) is False
    assert rows(url) == before


@pytest.mark.parametrize(
    "changed",
    [
        {"as_of": date(2026, 3, 3)},
        {"code_version": "0.2.0"},
        {"flags": ()},
        {"notes": ("another sentence",)},
    ],
)
def test_a_changed_interpretation_supersedes_and_the_older_is_kept(store, url, rows, changed):
    store.save_report(result(), case_id="c1", hold=None)
    store.save_case(interpretation())

    assert store.save_case(interpretation(**changed)) is True

    assert store.case("c1") == interpretation(**changed)
    assert store.history("c1") == (interpretation(), interpretation(**changed))
    assert [row[1:3] for row in rows(url)["interpretations"]] == [
        (1, "superseded"),
        (2, "current"),
    ]


def test_a_return_to_the_first_interpretation_is_a_third(store):
    store.save_report(result(), case_id="c1", hold=None)
    for release in ("0.1.0", "0.2.0", "0.1.0"):
        assert store.save_case(interpretation(code_version=release))

    assert [said.code_version for said in store.history("c1")] == ["0.1.0", "0.2.0", "0.1.0"]


@pytest.mark.parametrize(
    ("case_id", "hold"),
    [("c2", None), (None, "whose is it?"), (None, None)],
    ids=["another patient's", "held", "nobody's"],
)
def test_nothing_is_said_on_a_report_that_is_not_in_the_case(store, url, rows, case_id, hold):
    store.save_report(result(), case_id=case_id, hold=hold)
    before = rows(url)

    with pytest.raises(IdentityError):
        store.save_case(interpretation())
    assert rows(url) == before


def test_a_case_without_reports_is_stored(store):
    """Findings typed in by hand may be all there is."""
    said = interpretation()
    bare = replace(said, case=replace(said.case, reports=()))
    store.save_case(bare)
    assert store.case("c1") == bare


def test_a_case_is_stale_from_a_new_report_until_it_is_made_again(store):
    first, second = result("one"), result("two", accession="NL-26-0002")
    store.save_report(first, case_id="c1", hold=None)
    assert store.stale_cases() == ("c1",)

    store.save_case(interpretation(first))
    assert store.stale_cases() == ()

    store.save_report(second, case_id="c1", hold=None)
    assert store.stale_cases() == ("c1",)

    # Made again with the same words: no new interpretation, but no longer stale.
    assert store.save_case(interpretation(first)) is False
    assert store.stale_cases() == ()


@pytest.mark.parametrize("said_before", [False, True], ids=["news", "no news"])
def test_a_report_that_joins_while_its_case_is_made_leaves_the_case_stale(store, said_before):
    first, second = result("one"), result("two", accession="NL-26-0002")
    store.save_report(first, case_id="c1", hold=None)
    if said_before:
        store.save_case(interpretation(first), inputs=_made_from("one"))

    store.save_report(second, case_id="c1", hold=None)
    store.save_case(interpretation(first), inputs=_made_from("one"))
    assert store.stale_cases() == ("c1",)

    store.save_case(interpretation(first, second), inputs=_made_from("one", "two"))
    assert store.stale_cases() == ()


def _made_from(*contents: str) -> Inputs:
    return Inputs(
        patient=PATIENT,
        given=tuple(map(sha, contents)),
        waiting=(),
        notices=(),
        as_of=None,
        today=date(2026, 3, 2),
        jurisdictions=None,
        code_version="0.1.0",
    )


def test_a_case_is_stale_when_a_report_leaves_it(store):
    store.save_report(result(), case_id="c1", hold=None)
    store.save_case(interpretation())

    moved = store.save_report(result(), case_id="c2", hold=None, revise=True)

    assert (moved.case_id, moved.left) == ("c2", "c1")
    assert store.stale_cases() == ("c1", "c2")


def test_the_list_of_cases(store):
    store.save_report(result("one"), case_id="c1", hold=None)
    store.save_report(result("two", file="b.vcf", accession="2"), case_id="c1", hold=None)
    store.save_report(result("three", accession="3"), case_id="c2", hold=None)
    store.save_report(result("four", accession="4"), case_id="c3", hold=None)
    store.save_case(interpretation(flags=(flag(), flag(jurisdiction=Jurisdiction.EU))))
    nameless = replace(PATIENT, identity=Identity(mrn="77"))
    store.save_case(
        interpretation(
            result("three", accession="3"), case_id="c2", flags=(), suggestions=(), patient=nameless
        )
    )

    one, two, three = store.cases()

    assert (one.id, one.label, one.mrn) == ("c1", "Specimen, Synthia", "00012345")
    assert (one.site, one.tumour_is_btc) == ("intrahepatic", True)
    assert one.reports == ("b.vcf", "inbox/one.pdf")
    assert [(each.therapy, each.jurisdiction, each.kind) for each in one.flags] == [
        ("futibatinib", Jurisdiction.US, FlagKind.FLAG),
        ("futibatinib", Jurisdiction.EU, FlagKind.FLAG),
    ]
    assert one.flags[0].marker is Marker.FGFR2_FUSION
    assert one.flags[0].because == ("reserve for line 2",)
    assert [each.regimen for each in one.suggestions] == ["gemcitabine + cisplatin + durvalumab"]
    assert (one.as_of, one.release, one.stale) == (date(2026, 3, 2), "2026-02", False)
    assert (two.label, two.flags, two.suggestions) == ("77", (), ())
    assert (three.id, three.as_of, three.stale) == ("c3", None, True)
    assert store.cases(flagged=True) == (one,)


def test_a_superseded_flag_is_not_listed(store):
    store.save_report(result(), case_id="c1", hold=None)
    store.save_case(interpretation())
    store.save_case(interpretation(flags=()))

    assert store.cases(flagged=True) == ()
    assert store.cases()[0].flags == ()


def test_the_same_therapy_is_flagged_once_a_line_and_jurisdiction(store, url, rows):
    store.save_report(result(), case_id="c1", hold=None)
    before = rows(url)

    twice = (flag(), flag(kind=FlagKind.SUGGEST))
    with pytest.raises(StoreError):
        store.save_case(interpretation(flags=twice))
    assert rows(url) == before


@pytest.mark.parametrize("case_id", ["c9", "c1"])
def test_a_case_that_is_not_interpreted_is_not_made_up(store, case_id):
    store.save_report(result(), case_id="c1", hold=None)
    with pytest.raises(InputError):
        store.case(case_id)
    assert store.patient(case_id) is None


def test_a_stored_case_that_cannot_be_read_is_a_sentence_without_the_patient(store, url):
    store.save_report(result(), case_id="c1", hold=None)
    store.save_case(interpretation())
    engine = connect(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            'UPDATE interpretations SET canonical = \'{"case": "Specimen, Synthia"}\''
        )
    engine.dispose()

    with pytest.raises(StoreError) as unreadable:
        store.case("c1")
    assert "Synthia" not in str(unreadable.value)
    assert unreadable.value.__cause__ is None
