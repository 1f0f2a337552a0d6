"""One run at a time, on whatever machine: who was replaced writes nothing more."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from store.books import RunState
from store.intake import Arrival
from store.leases import Clock, still
from store.runs import Account, Alarm, Ending, Opening

ROOT = Path(__file__).parent.parent.parent
NIGHT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NIGHT_OF_TWO = Account(found=2, done=2, held=0, quarantined=0, waiting=0, refused=0, set_aside=0)


class Hands:
    """A clock whose hands are moved."""

    def __init__(self):
        self.moment, self.second = NIGHT, 0.0
        self.clock = Clock(now=lambda: self.moment, ticks=lambda: self.second)

    def on(self, seconds):
        self.moment += timedelta(seconds=seconds)
        self.second += seconds


def opening(name, host="laboratory"):
    return Opening(id=name, host=host, pid=4711, code_version="test")


def begin(store, name, clock, *, alive=True):
    return store.start_run(opening(name), clock=clock, alive=lambda *_: alive)


def test_a_second_run_does_not_begin_and_writes_nothing(store, url, rows):
    assert begin(store, "first", still(NIGHT)) is not None
    before = rows(url)
    assert begin(store, "second", still(NIGHT)) is None
    assert rows(url) == before


def test_a_run_that_ended_leaves_the_way_free_whatever_the_clock_says(store):
    first = begin(store, "first", still(NIGHT))
    store.acting(first, still(NIGHT)).finish_run(Ending(state=RunState.DONE))
    second = begin(store, "second", still(NIGHT - timedelta(hours=1)))
    assert second is not None
    assert (second.fence, second.abandoned) == (first.fence + 1, ())
    assert second.latest == NIGHT, "the clock was set back, and the run can tell"


def test_a_run_that_was_killed_leaves_the_way_free_at_once(store):
    begin(store, "first", still(NIGHT))
    second = begin(store, "second", still(NIGHT), alive=False)
    assert second is not None
    assert second.abandoned == ("first",)


def test_a_lease_that_is_renewed_holds_for_hours(store):
    hands = Hands()
    run = begin(store, "first", hands.clock)
    acting = store.acting(run, hands.clock)
    for _ in range(60):
        hands.on(120)
        acting.beat()
        assert begin(store, "second", hands.clock) is None
    assert store.last_run().heartbeat == NIGHT + timedelta(hours=2)


def test_it_is_renewed_every_half_minute_at_most(store, url, rows):
    hands = Hands()
    acting = store.acting(begin(store, "first", hands.clock), hands.clock)
    before = rows(url)
    hands.on(29)
    acting.beat()
    assert rows(url) == before
    hands.on(1)
    acting.beat()
    assert rows(url)["leases"] != before["leases"]


def test_any_change_renews_it(store):
    hands = Hands()
    acting = store.acting(begin(store, "first", hands.clock), hands.clock)
    hands.on(200)
    acting.arrive([Arrival(sha256="a" * 64, file="a", size=1)], seen_at=NIGHT)
    hands.on(200)
    assert begin(store, "second", hands.clock) is None


def test_who_was_replaced_writes_nothing_more(store, url, rows):
    hands = Hands()
    sleeper = store.acting(begin(store, "sleeper", hands.clock), hands.clock)
    hands.on(301)
    successor = begin(store, "successor", hands.clock)
    assert successor is not None
    assert successor.abandoned == ("sleeper",)
    before = rows(url)

    doors = (
        lambda: sleeper.arrive([Arrival(sha256="b" * 64, file="b", size=1)], seen_at=NIGHT),
        lambda: sleeper.sound(Alarm(code="late", sentence="I am late")),
        lambda: sleeper.finish_run(Ending(state=RunState.DONE)),
        sleeper.beat,
    )
    for door in doors:
        with pytest.raises(StoreError) as refused:
            door()
        assert refused.value.code == "fenced"
    assert rows(url) == before
    assert store.last_run().id == "successor"


def test_what_only_a_run_does_needs_one(store):
    with pytest.raises(StoreError, match="start one first"):
        store.sound(Alarm(code="x", sentence="x"))


def test_an_alarm_is_written_once(store):
    acting = store.acting(begin(store, "first", still(NIGHT)), still(NIGHT))
    for code in ("clock_jump", "not_kept", "clock_jump"):
        acting.sound(Alarm(code=code, sentence="see to it"))
    assert [each.code for each in store.last_run().alarms] == ["clock_jump", "not_kept"]


def test_the_account_stands_with_the_run(store):
    account = Account(found=21, done=6, held=5, quarantined=4, waiting=3, refused=2, set_aside=1)
    acting = store.acting(begin(store, "first", still(NIGHT)), still(NIGHT))
    acting.finish_run(Ending(state=RunState.DONE, account=account))
    ended = store.last_run(complete=True)
    assert (ended.account, ended.ended, ended.fault) == (account, NIGHT, None)
    assert account.balances


@pytest.mark.parametrize("lost", ["done", "held", "quarantined", "waiting", "refused", "set_aside"])
def test_an_account_balances_only_if_nothing_is_lost(lost):
    parts = dict.fromkeys(("done", "held", "quarantined", "waiting", "refused", "set_aside"), 2)
    assert Account(found=12, **parts).balances
    assert not Account(found=12, **(parts | {lost: 1})).balances
    assert not Account(found=12, **(parts | {lost: 3})).balances


def test_a_run_without_an_end_is_not_the_last_complete_one(store):
    acting = store.acting(begin(store, "first", still(NIGHT)), still(NIGHT))
    acting.finish_run(Ending(state=RunState.DONE, account=NIGHT_OF_TWO))
    begin(store, "second", still(NIGHT + MINUTE))
    begin(store, "third", still(NIGHT + 2 * MINUTE), alive=False)
    assert store.last_run().id == "third"
    assert store.last_run(complete=True).id == "first"


@pytest.mark.parametrize(("alarm", "last"), [(False, "night"), (True, "decision")])
def test_what_a_person_decides_is_no_night(store, alarm, last):
    """A file that is released every day would hide for ever that no inbox is read any more."""
    acting = store.acting(begin(store, "night", still(NIGHT)), still(NIGHT))
    acting.finish_run(Ending(state=RunState.DONE, account=NIGHT_OF_TWO))
    later = still(NIGHT + 60 * MINUTE)
    acting = store.acting(begin(store, "decision", later), later)
    if alarm:
        acting.sound(Alarm(code="clock_jump", sentence="see to it"))
    acting.finish_run(Ending(state=RunState.DONE))
    assert store.last_run().id == last
    assert store.last_run(complete=True).id == "night"


# A warm process that is forked: fifty that start at the same moment, each with its own connection.
FIFTY = """
import os, sys
from datetime import UTC, datetime
from store.leases import Clock
from store.records import open_store
from store.runs import Opening
url, many = sys.argv[1], int(sys.argv[2])
clock = Clock(now=lambda: datetime.now(UTC), ticks=lambda: 0.0)
gate, opened = os.pipe()
def start(number):
    os.close(opened)
    os.read(gate, 1)
    with open_store(url) as store:
        opening = Opening(id=f"run {number}", host="laboratory", pid=os.getpid(), code_version="t")
        began = store.start_run(opening, clock=clock, alive=lambda *_: True)
    os._exit(0 if began else 5)
children = []
for number in range(many):
    child = os.fork()
    if child == 0:
        try:
            start(number)
        except BaseException as error:
            print(error, file=sys.stderr, flush=True)
            os._exit(1)
    children.append(child)
os.close(opened)
print(*(os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in children))
"""


def test_of_fifty_that_start_at_once_one_begins(store, url, rows):
    done = subprocess.run(
        [sys.executable, "-c", FIFTY, url, "50"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    ended = sorted(map(int, done.stdout.split()))
    assert ended == [0] + [5] * 49, done.stderr
    assert len(rows(url)["runs"]) == 1
    assert [row[2] for row in rows(url)["leases"]] == [1], "one fence"
