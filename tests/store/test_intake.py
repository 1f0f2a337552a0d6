"""The ledger of files: first seen once, in exactly one state, and concluded by one run alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import InputError, StoreError
from pipeline.model import ReportStatus
from store import engine, intake
from store.books import IntakeState, RunState
from store.intake import Arrival, Claim
from store.leases import Clock, still
from store.runs import Ending, Opening
from tests.store.samples import result, sha

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


def at_work(store, name, clock=None):
    """A store that acts for a new run; whoever was at work before is taken for dead."""
    clock = clock or still(MONDAY)
    opening = Opening(id=name, host="laboratory", pid=1, code_version="test")
    run = store.start_run(opening, clock=clock, alive=lambda *_: False)
    return store.acting(run, clock)


def arrived(store, *names):
    files = [Arrival(sha256=sha(each), file=f"{each}.pdf", size=7) for each in names]
    store.arrive(files, seen_at=MONDAY)


def claimed(store, name, read_with="first"):
    return store.claim([sha(name)], read_with={sha(name): read_with})


def state(store, name):
    return store.files_of([sha(name)])[sha(name)].state


def test_the_first_sight_of_the_bytes_stands(store, url, rows):
    arrived(store, "one")
    before = rows(url)["intake"]
    again = Arrival(sha256=sha("one"), file="copy.pdf", size=7)
    store.arrive([again], seen_at=TUESDAY)

    assert rows(url)["intake"] == before
    (file,) = store.files_in(IntakeState.WAITING)
    assert (file.sha256, file.file, file.first_seen) == (sha("one"), "one.pdf", MONDAY)
    assert (file.size, file.kept) == (7, True)


def test_every_file_is_counted_in_one_state(store):
    arrived(store, "one", "two", "unreadable", "strange", "later")
    store.save_report(result("one"), case_id="c1", hold=None)
    store.save_report(result("two", accession="2"), case_id=None, hold="whose is it?")
    for name, status in (
        ("unreadable", ReportStatus.UNREADABLE),
        ("strange", ReportStatus.UNRECOGNISED),
    ):
        unread = result(name, status=status, reasons=("it is odd",))
        store.save_report(unread, case_id=None, hold=None)

    assert store.files() == {
        IntakeState.WAITING: 1,
        IntakeState.CLAIMED: 0,
        IntakeState.DONE: 1,
        IntakeState.HELD: 2,
        IntakeState.QUARANTINED: 1,
    }
    (held, strange) = sorted(store.files_in(IntakeState.HELD), key=lambda each: each.code or "")[
        -2:
    ]
    assert {held.reason, strange.reason} == {"whose is it?", "it is odd"}


def test_a_file_that_is_strange_and_refused_is_told_both(store):
    arrived(store, "odd")
    unread = result("odd", status=ReportStatus.UNRECOGNISED, reasons=("nobody knows it",))
    store.save_report(unread, case_id=None, hold="a person refused it")

    (row,) = store.files_in(IntakeState.HELD)
    assert row.reason == "a person refused it; nobody knows it"


def test_a_claim_whose_run_died_is_told_once(store, url, rows):
    first = at_work(store, "first")
    arrived(first, "one", "two")
    claimed(first, "one")
    at_work(store, "second")
    told = [row for row in rows(url)["audit"] if "claim.abandoned" in row]
    assert len(told) == 1
    assert sha("one") in told[0]
    assert state(store, "one") is IntakeState.WAITING


def test_a_report_without_a_ledger_entry_is_stored(store):
    store.save_report(result(), case_id="c1", hold=None)
    assert sum(store.files().values()) == 0


def test_a_file_is_claimed_concluded_and_free_again(store):
    arrived(store, "one")
    night = at_work(store, "night")
    assert claimed(night, "one") == {sha("one")}
    assert state(store, "one") is IntakeState.CLAIMED
    night.save_report(result("one"), case_id="c1", hold=None)
    assert state(store, "one") is IntakeState.DONE
    assert store.files_of([sha("one")])[sha("one")].read_with == "first"


def test_a_second_claim_of_a_run_at_work_gets_nothing(store):
    arrived(store, "one")
    night = at_work(store, "night")
    assert claimed(night, "one")
    assert claimed(night, "one") == frozenset()
    assert night.claim([sha("never seen")], read_with={sha("never seen"): "x"}) == frozenset()


def test_read_again_to_the_same_end_is_free_again_too(store, url, rows):
    arrived(store, "one")
    unread = result("one", status=ReportStatus.UNRECOGNISED, reasons=("nobody knows it",))
    night = at_work(store, "monday")
    claimed(night, "one")
    night.save_report(unread, case_id=None, hold=None)
    before = rows(url)["reports"]
    night = at_work(store, "tuesday")
    claimed(night, "one", read_with="second")
    night.save_report(unread, case_id=None, hold=None)

    assert state(store, "one") is IntakeState.HELD
    assert store.files_of([sha("one")])[sha("one")].read_with == "second"
    assert rows(url)["reports"] == before


def test_who_slept_through_the_night_stores_nothing(store, url, rows):
    """A run whose lease is over and whose file was taken over is refused, and no row changes."""
    arrived(store, "one", "two")
    sleeper = at_work(store, "sleeper")
    claimed(sleeper, "one")
    successor = at_work(store, "successor")
    assert state(store, "one") is IntakeState.WAITING, "what the dead have claimed waits again"
    assert claimed(successor, "one") == {sha("one")}
    successor.save_report(result("one"), case_id="c1", hold=None)
    before = rows(url)

    late = result("one", status=ReportStatus.UNRECOGNISED, reasons=("I slept",))
    with pytest.raises(StoreError) as refused:
        sleeper.save_report(late, case_id=None, hold=None)
    assert refused.value.code == "fenced"
    with pytest.raises(StoreError):
        claimed(sleeper, "two")
    assert rows(url) == before


def test_a_file_that_another_run_reads_is_nobody_elses_to_conclude(store, url, rows):
    arrived(store, "one")
    night = at_work(store, "night")
    claimed(night, "one")
    before = rows(url)
    with pytest.raises(StoreError) as refused:
        store.save_report(result("one"), case_id="c1", hold=None)
    assert refused.value.code == "lost_lease"
    assert rows(url) == before


OWN = Claim(sha256=sha("one"), run_id="night", fence=1)
CLAIMS = [
    # what a run believes to hold, its id, whether it may conclude
    ("its very claim", OWN, "night", True),
    ("a claim of its own from before", replace(OWN, fence=0), "night", False),
    ("a claim of a run that is gone", replace(OWN, run_id="evening"), "evening", False),
    ("none, and the file is its own", None, "night", True),
    ("none, and another run reads it", None, "evening", False),
    ("none, and nobody's run", None, None, False),
]


@pytest.mark.parametrize(
    ("held", "run", "may"), [row[1:] for row in CLAIMS], ids=[r[0] for r in CLAIMS]
)
def test_who_may_conclude_a_file(store, url, held, run, may):
    """The claim itself counts, one file or among several, whatever the lease of the run says."""
    arrived(store, "one", "two")
    claimed(at_work(store, "night"), "one")
    for files in ({sha("one"): held}, {sha("two"): None, sha("one"): held}):
        with engine.read(engine.connect(url)) as connection:
            if may:
                intake.check(connection, files, run)
            else:
                with pytest.raises(StoreError) as refused:
                    intake.check(connection, files, run)
                assert refused.value.code == "lost_lease"


def test_a_claim_of_a_file_that_is_in_no_ledger_is_void(store, url):
    with engine.read(engine.connect(url)) as connection, pytest.raises(StoreError):
        intake.check(connection, {sha("one"): OWN}, "night")


@pytest.mark.parametrize(
    ("later", "gets"),
    [
        (timedelta(minutes=4), False),
        (timedelta(minutes=6), True),
        (timedelta(hours=-1), True),
        (timedelta(days=-365), True),
    ],
    ids=["lease runs", "lease over", "clock back an hour", "clock back a year"],
)
def test_a_claim_of_a_run_elsewhere_may_be_taken_when_its_lease_is_over(store, later, gets):
    """The other run may still believe that it is at work; its fence says otherwise."""
    arrived(store, "one")
    moment = [MONDAY]
    clock = Clock(now=lambda: moment[0], ticks=lambda: 0.0)
    night = at_work(store, "night", clock)
    claimed(night, "one")
    run = store.last_run()
    moment[0] = MONDAY + later
    opening = Opening(id="other", host="elsewhere", pid=2, code_version="test")
    other = store.start_run(opening, clock=clock, alive=lambda *_: True)
    assert run is not None
    assert (other is not None) is gets
    if other is not None:
        assert claimed(store.acting(other, clock), "one") == {sha("one")}


def test_what_a_run_did_not_conclude_waits_again_at_its_end(store):
    arrived(store, "one")
    night = at_work(store, "night")
    claimed(night, "one")
    night.finish_run(Ending(state=RunState.FAILED, fault="StoreError"))
    assert state(store, "one") is IntakeState.WAITING


def test_a_held_file_waits_again_on_the_word_of_a_person(store):
    arrived(store, "one", "two")
    unread = result("one", status=ReportStatus.UNREADABLE, reasons=("it is damaged",))
    store.save_report(unread, case_id=None, hold=None)
    store.save_report(result("two"), case_id="c1", hold=None)
    assert store.read_again(sha("one")) is True
    assert state(store, "one") is IntakeState.WAITING
    assert store.read_again(sha("one")) is False
    assert store.read_again(sha("two")) is False, "a file that is done is not read again"


def test_a_file_is_named_by_the_beginning_of_its_id(store):
    arrived(store, *(f"file {number}" for number in range(600)))
    whole = sha("file 7")
    assert store.file_named(whole[:12].upper()).sha256 == whole
    for prefix, told in (
        ("abc", "four at least"),
        ("%___", "four at least"),
        ("0" * 12, "no file"),
    ):
        with pytest.raises(InputError, match=told):
            store.file_named(prefix)
