"""What is to be reviewed and what was decided: a sign-off holds for exactly what was shown."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from pipeline.codec import fingerprint
from pipeline.errors import InputError, StoreError
from pipeline.model import Notice, ReportStatus
from pipeline.patient import Jurisdiction, KnowledgeStamp, SupersededReport
from store.books import Cause
from store.engine import connect
from store.records import open_store
from store.reviews import ReviewState
from tests.store.samples import PATIENT, decision, flag, interpretation, result, sha

EARLIER = SupersededReport(
    sha256=sha("old"),
    file="old.pdf",
    status=ReportStatus.FINAL,
    version=1,
    reported=None,
    by_sha256=sha("one"),
    by_version=2,
    by_status=ReportStatus.AMENDED,
)


def of_case(**changes):
    """The interpretation of the samples with another case."""
    said = interpretation()
    return replace(said, case=replace(said.case, **changes))


def about(said, **changes):
    """A decision on exactly this interpretation."""
    return decision(shown_sha256=fingerprint(said), **changes)


def at(hour):
    return datetime(2026, 3, 3, hour, tzinfo=UTC)


@pytest.fixture
def said(store):
    """A case that is interpreted once and not yet reviewed."""
    store.save_report(result(), case_id="c1", hold=None)
    store.save_report(result("two", accession="NL-26-0002"), case_id="c1", hold=None)
    store.save_case(interpretation())
    return interpretation()


def open_items(store):
    return [(each.case_id, each.number, each.cause, each.again) for each in store.open_reviews()]


def test_a_new_case_is_to_be_reviewed_and_a_decision_closes_that(store, said):
    (item,) = store.open_reviews()
    assert (item.case_id, item.number, item.cause, item.again) == ("c1", 1, Cause.NEW, False)
    assert (item.sha256, item.as_of) == (fingerprint(said), date(2026, 3, 2))
    assert store.standing("c1") is None

    assert store.record_decision(about(said)) is True

    assert store.open_reviews() == ()
    assert store.standing("c1") == about(said)


WAITING = Notice(code="file_held", message="b.pdf is held and was not weighed")
REMARK = Notice(code="derived", message="HER2 positive by the IHC/ISH algorithm")
CAUSES = [
    # what changed, the new interpretation, why it is to be reviewed again
    ("a report came", interpretation(result(), result("two", accession="NL-26-0002")), "reports"),
    ("a report was replaced", of_case(superseded=(EARLIER,)), "reports"),
    ("a file waits", of_case(notices=(WAITING,)), "reports"),
    ("the patient was treated", of_case(patient=replace(PATIENT, prior_lines=2)), "context"),
    ("other labels count", interpretation(jurisdictions=(Jurisdiction.EU,)), "context"),
    ("the day alone", interpretation(as_of=date(2026, 3, 3)), "context"),
    (
        "a new release",
        interpretation(knowledge=KnowledgeStamp(release="2026-03", sha256=sha("other"))),
        "knowledge",
    ),
    ("a new version of the program", interpretation(code_version="0.2.0"), "code"),
    ("other words of the same version", of_case(notices=(REMARK,)), "code"),
    (
        "a release and a treatment",
        replace(
            of_case(patient=replace(PATIENT, prior_lines=2)),
            knowledge=KnowledgeStamp(release="2026-03", sha256=sha("other")),
        ),
        "context",
    ),
]


@pytest.mark.parametrize(("now", "cause"), [row[1:] for row in CAUSES], ids=[r[0] for r in CAUSES])
def test_what_is_said_anew_is_reviewed_again_for_its_cause(store, said, now, cause):
    store.record_decision(about(said))

    assert store.save_case(now) is True

    assert open_items(store) == [("c1", 2, cause, True)]
    assert store.standing("c1") is None, "a sign-off does not carry over"
    assert store.decisions("c1") == (about(said),), "and is not lost"


@pytest.mark.parametrize(("now", "cause"), [row[1:] for row in CAUSES], ids=[r[0] for r in CAUSES])
def test_the_cause_is_the_same_without_grounds(store, url, said, now, cause):
    """As in a database of an earlier revision, where nothing but the interpretation is kept."""
    engine = connect(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM grounds")
    engine.dispose()
    store.record_decision(about(said))

    assert store.save_case(now) is True

    assert open_items(store) == [("c1", 2, cause, True)]
    assert store.standing("c1") is None, "a sign-off does not carry over"
    assert store.decisions("c1") == (about(said),), "and is not lost"


def test_the_same_words_again_open_nothing(store, said):
    store.record_decision(about(said))
    assert store.save_case(said) is False
    assert store.open_reviews() == ()


def test_a_signature_does_not_come_back_with_the_words_it_was_given_for(store, said):
    store.record_decision(about(said))
    store.save_case(interpretation(flags=()))
    store.save_case(said)

    assert open_items(store) == [("c1", 3, Cause.CODE, True)]
    assert store.standing("c1") is None
    store.record_decision(about(said, decided_at=at(9)))
    assert store.standing("c1") == about(said, decided_at=at(9))


def test_only_the_current_interpretation_is_to_be_reviewed(store, said):
    store.save_case(interpretation(flags=()))
    assert open_items(store) == [("c1", 2, Cause.CODE, False)]


@pytest.mark.parametrize("shown", [sha("something else"), fingerprint(interpretation(flags=()))])
def test_a_decision_on_anything_but_what_stands_is_refused(store, url, rows, said, shown):
    store.save_case(interpretation(notes=("newer",)))
    before = rows(url)

    with pytest.raises(StoreError) as refused:
        store.record_decision(decision(shown_sha256=shown))

    assert refused.value.code == "stale_decision"
    assert rows(url) == before


def test_a_decision_on_what_was_said_before_is_refused(store, said):
    store.save_case(interpretation(flags=()))
    with pytest.raises(StoreError, match="interpreted anew"):
        store.record_decision(about(said))
    assert store.decisions("c1") == ()


def test_a_case_that_is_not_interpreted_cannot_be_signed(store):
    store.save_report(result(), case_id="c1", hold=None)
    with pytest.raises(StoreError) as refused:
        store.record_decision(decision())
    assert refused.value.code == "stale_decision"


def test_of_two_reviewers_one_wins_and_the_other_is_told(store, url, said):
    """Both read the same page and sign at the same moment."""

    def sign(name):
        with open_store(url) as own:
            try:
                return own.record_decision(about(said, reviewer=name, decided_at=at(9)))
            except StoreError as error:
                return error.code

    with ThreadPoolExecutor(2) as pool:
        told = sorted(map(str, pool.map(sign, ("reviewer-1", "reviewer-2"))))
    assert told == ["True", "already_decided"]
    assert len(store.decisions("c1")) == 1


def test_a_reviewer_may_change_their_mind_and_both_decisions_stay(store, said):
    first = about(said, decided_at=at(9))
    second = about(said, decided_at=at(10), accepted=False, reason="wrong block")
    store.record_decision(first)
    store.record_decision(second)
    assert store.decisions("c1") == (first, second)
    assert store.standing("c1") == second


def test_a_second_signature_of_another_meaning_is_welcome(store, said):
    store.record_decision(about(said, decided_at=at(9)))
    approval = about(said, reviewer="head-1", meaning="approved", decided_at=at(10))
    assert store.record_decision(approval) is True
    assert store.standing("c1") == approval


def test_the_history_shows_every_interpretation_with_its_decisions(store, said):
    store.record_decision(about(said))
    now = interpretation(flags=(flag(therapy="pemigatinib"),), code_version="0.2.0")
    store.save_case(now)

    first, second = store.past("c1")

    assert (first.number, first.is_current, first.cause) == (1, False, Cause.NEW)
    assert first.decisions == (about(said),)
    assert first.therapies == ("futibatinib (FLAG)",)
    assert (first.sha256, first.release, first.code_version) == (
        fingerprint(said),
        "2026-02",
        "0.1.0",
    )
    assert (second.number, second.is_current, second.cause) == (2, True, Cause.CODE)
    assert (second.decisions, second.therapies) == ((), ("pemigatinib (FLAG)",))


def test_reviews_of_two_cases_do_not_touch(store, said):
    store.save_report(result("three", accession="3"), case_id="c2", hold=None)
    other = interpretation(result("three", accession="3"), case_id="c2")
    store.save_case(other)
    store.record_decision(about(said))
    assert open_items(store) == [("c2", 1, Cause.NEW, False)]
    with pytest.raises(StoreError):
        store.record_decision(about(said, case_id="c2", decided_at=at(9)))


def test_a_decision_comes_back_in_utc_and_stands_once(store, url, rows):
    store.save_report(result(), case_id="c1", hold=None)
    store.save_case(interpretation())
    # 07:30 in UTC, an hour before the other one, though it reads later.
    earlier = decision(
        decided_at=datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=2))),
        accepted=False,
        reason="patient declines",
    )
    assert store.record_decision(decision()) is True
    assert store.record_decision(earlier) is True
    before = rows(url)

    assert store.record_decision(decision()) is False
    assert rows(url) == before
    first, second = store.decisions("c1")
    assert (first, second) == (earlier, decision())
    assert first.decided_at.utcoffset() == timedelta(0)
    assert first.accepted is False


def test_a_decision_needs_a_case_and_a_time_zone(store):
    with pytest.raises(InputError):
        store.record_decision(decision(case_id="c9"))
    store.save_report(result(), case_id="c1", hold=None)
    store.save_case(interpretation())
    with pytest.raises(StoreError):
        store.record_decision(decision(decided_at=datetime(2026, 3, 2, 8, 30)))  # noqa: DTZ001


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE decisions SET reason = 'x'",
        "DELETE FROM decisions",
        "UPDATE closings SET number = number",
        "DELETE FROM closings",
    ],
)
def test_not_even_plain_sql_changes_a_decision(store, url, change):
    store.save_report(result(), case_id="c1", hold=None)
    store.save_case(interpretation())
    store.record_decision(decision())

    engine = connect(url)
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), engine.begin() as connection:
        connection.exec_driver_sql(change)
    engine.dispose()
    assert store.decisions("c1") == (decision(),)


def test_the_list_says_where_each_case_stands(store, said):
    """To review, signed, refused, review again: by the decision on what is said now."""

    def stands():
        (row,) = store.cases()
        return row.review, row.cause

    assert stands() == (ReviewState.TO_REVIEW, Cause.NEW)
    store.record_decision(about(said, decided_at=at(9)))
    assert stands() == (ReviewState.SIGNED, Cause.NEW)
    store.record_decision(about(said, decided_at=at(10), accepted=False))
    assert stands() == (ReviewState.REFUSED, Cause.NEW)
    store.save_case(interpretation(code_version="0.2.0"))
    assert stands() == (ReviewState.REVIEW_AGAIN, Cause.CODE)


def test_a_case_that_is_not_interpreted_stands_nowhere(store):
    store.save_report(result(), case_id="c1", hold=None)
    (row,) = store.cases()
    assert (row.review, row.cause) == (None, None)
