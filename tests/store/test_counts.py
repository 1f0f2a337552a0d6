"""What a run read is counted when it ends, once; what was told of it is kept; old books go."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from pipeline.model import ReportStatus
from store.books import RunState
from store.counts import Counted, Kind, Told
from store.desk_books import attempts, sessions, users
from store.engine import connect
from store.leases import still
from store.readings import Seen
from store.retention import Terms
from store.runs import Account, Alarm, Ending, Opening
from tests.store.samples import result, sha

NIGHT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WHOLE = Account(found=3, done=2, held=1, quarantined=0, waiting=0, refused=0, set_aside=0)


def begin(store, name, at=NIGHT):
    opening = Opening(id=name, host="laboratory", pid=4711, code_version="test")
    run = store.start_run(opening, clock=still(at), alive=lambda *_: False)
    return store.acting(run, still(at))


def read(store, content, seconds, *, hold=None, **changes):
    """One file that a reader needed so many seconds for."""
    store.save_report(
        result(content, accession=f"NL-{content}", **changes),
        case_id=None if hold else f"case of {content}",
        hold=hold,
        seen=Seen(observations=(), read_with="test", seconds=seconds),
    )


def night(store, name, *files, at=NIGHT, account=WHOLE):
    """A run that reads these files (content, seconds) and comes to its end."""
    acting = begin(store, name, at)
    for content, seconds in files:
        read(acting, content, seconds)
    acting.finish_run(Ending(state=RunState.DONE, account=account))


def named(counted, kind):
    return {each.name: each.count for each in counted if each.kind is kind}


def test_a_night_is_counted_by_status_code_reader_marker_and_laboratory(store):
    acting = begin(store, "one")
    read(acting, "fast", 0.25)
    read(acting, "slow", 4.0, vendor="southlake")
    read(acting, "whose", 1.0, hold="two patients bear this number")
    read(acting, "cut", 0.5, status=ReportStatus.UNREADABLE, code="damaged", reasons=("cut",))
    assert store.counts_of("one") == (), "it is at work"
    acting.finish_run(Ending(state=RunState.DONE, account=WHOLE))
    counted = store.counts_of("one")
    assert named(counted, Kind.STATUS) == {"final": 2, "held": 1, "unreadable": 1}
    assert named(counted, Kind.CODE) == {"identity": 1, "damaged": 1}
    assert named(counted, Kind.VENDOR) == {"northlake": 3, "southlake": 1}
    # Fusion and R132C are found in three reports, BRAF is excluded in them; one says nothing.
    assert named(counted, Kind.MARKER) == {"FGFR2_FUSION": 3, "IDH1_MUTATION": 3}
    assert named(counted, Kind.JUDGED) == {
        "FGFR2_FUSION": 3,
        "IDH1_MUTATION": 3,
        "BRAF_MUTATION": 3,
    }
    readers = [each for each in counted if each.kind is Kind.READER]
    assert sum(each.count for each in readers) == 4
    assert sum(each.seconds for each in readers) == pytest.approx(5.75)
    slow = sorted((each for each in counted if each.kind is Kind.SLOW), key=lambda x: -x.seconds)
    assert [each.name for each in slow] == [sha(each) for each in ("slow", "whose", "cut", "fast")]


def test_what_was_read_before_is_not_counted_again(store):
    night(store, "one", ("a", 1.0))
    night(store, "two", ("a", 1.0), ("b", 1.0))
    assert named(store.counts_of("two"), Kind.STATUS) == {"final": 1}


def test_a_report_that_only_moves_to_another_case_was_not_read(store):
    night(store, "one", ("a", 1.0))
    acting = begin(store, "two")
    acting.save_report(result("a", accession="NL-a"), case_id="case of b", hold=None, revise=True)
    acting.finish_run(Ending(state=RunState.DONE, account=WHOLE))
    assert store.counts_of("two") == ()


def test_a_run_that_was_killed_is_counted_by_the_next(store):
    acting = begin(store, "killed")
    read(acting, "a", 1.0)
    begin(store, "next")
    assert named(store.counts_of("killed"), Kind.STATUS) == {"final": 1}


def test_earlier_nights_are_summed_and_failed_ones_left_out(store):
    night(store, "one", ("a", 1.0))
    night(store, "two", ("b", 1.0), ("c", 2.0))
    night(store, "an act of a person", ("d", 1.0), account=None)
    acting = begin(store, "failed")
    read(acting, "e", 1.0)
    acting.finish_run(Ending(state=RunState.FAILED, fault="SQLITE_FULL"))
    night(store, "today", ("f", 1.0))
    sums = store.counts_before("today", nights=30)
    assert named(sums, Kind.STATUS) == {"final": 3}
    assert Counted(kind=Kind.MARKER, name="IDH1_MUTATION", count=3) in sums
    assert named(sums, Kind.SLOW) == {}
    assert named(store.counts_before("today", nights=1), Kind.STATUS) == {"final": 2}
    assert store.counts_before("one", nights=30) == ()
    assert [each.id for each in store.nights(9)] == ["today", "failed", "two", "one"]


def test_a_message_is_kept_by_channel_and_its_last_outcome_stands(store):
    night(store, "one")
    store.note_told("one", Told(channel="mail", at=NIGHT, outcome="smtp_550"))
    store.note_told("one", Told(channel="webhook", at=NIGHT, outcome="sent"))
    store.note_told("one", Told(channel="mail", at=NIGHT + DAY, outcome="sent"))
    assert store.told_of("one") == (
        Told(channel="mail", at=NIGHT + DAY, outcome="sent"),
        Told(channel="webhook", at=NIGHT, outcome="sent"),
    )


def test_how_much_there_is(store):
    night(store, "one", ("a", 1.0), ("b", 1.0))
    tally = store.tally()
    assert (tally.cases, tally.stale, tally.open_drifts, tally.reviews) == (2, 2, 0, ())


def test_old_books_go_and_the_audit_says_so_but_no_result_does(store, url, rows):
    for number in range(40):
        at = NIGHT + number * DAY
        night(store, f"night {number:02}", (f"file {number}", 1.0), at=at)
        store.note_told(f"night {number:02}", Told(channel="mail", at=at, outcome="sent"))
    acting = begin(store, "night 40", NIGHT + 40 * DAY)
    acting.sound(Alarm(code="clock_jump", sentence="the clock was set"))
    acting.finish_run(Ending(state=RunState.DONE, account=WHOLE))
    visits(url, old=NIGHT, new=NIGHT + 39 * DAY)
    before = rows(url)
    gone = store.prune(Terms(nights=NIGHT + 20 * DAY, visits=NIGHT + 20 * DAY))
    after = rows(url)
    # Of 41 nights the last 31 stay however old they are: ten go.
    assert (gone.tellings, gone.alarms, gone.sessions, gone.attempts) == (10, 0, 1, 1)
    assert gone.run_counts == len(before["run_counts"]) - len(after["run_counts"]) > 0
    assert {row[0] for row in after["run_counts"]} == {f"night {n:02}" for n in range(10, 40)}
    shrunk = {name for name in before if len(after[name]) < len(before[name])}
    assert shrunk == {"run_counts", "tellings", "sessions", "attempts"}
    (said,) = [each for each in store.audit_entries() if each.action == "books.pruned"]
    assert (said.subject, said.details["tellings"]) == ("books", 10)
    again = store.prune(Terms(nights=NIGHT + 20 * DAY, visits=NIGHT + 20 * DAY))
    assert again.is_nothing
    assert len([each for each in store.audit_entries() if each.action == "books.pruned"]) == 1


def visits(url, *, old, new):
    """A person with an old and a new session, an old failed login and one that is still closed."""
    person = {"id": "u1", "login": "ada", "name": "Ada", "disabled": False, "epoch": 0}
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(sa.insert(users), person | {"made_at": old, "made_by": "u0"})
        for letter, at in (("a", old), ("b", new)):
            times = {"opened_at": at, "seen_at": at, "proved_at": at, "epoch": 0}
            own = {"token_sha256": letter * 64, "user_id": "u1", "csrf": "x"}
            connection.execute(sa.insert(sessions), own | times)
        for letter, until in (("c", old), ("d", new)):
            own = {"key_sha256": letter * 64, "failed": 5, "last_at": old, "closed_until": until}
            connection.execute(sa.insert(attempts), own)
    engine.dispose()
