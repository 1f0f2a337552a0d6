"""kill -9 at every named point of a night and at random: the night after makes it whole (R18).

0 lost, 0 doubled, 0 partial: right after the kill every report and every interpretation stands
whole or not at all; after one more night all rows equal those of a night that nobody disturbed.
"""

import csv
import random
import signal
from pathlib import Path

import pytest

from tests.faults.conftest import Build
from tests.faults.dump import rows
from tests.faults.night import Stage, Strike
from tests.faults.whole import HELD, Quiet, made_whole, same_rows, torn

RANDOM, RANDOM_LONG, TIMES_LONG = 40, 2000, 20

with (Path(__file__).parent / "points.csv").open(newline="") as table:
    POINTS = {
        row["point"]: Strike(door=row["door"], when=row["when"], nth=int(row["nth"]))
        for row in csv.DictReader(table)
    }


def test_the_night_has_every_ending(quiet: Quiet) -> None:
    """Else the kills would prove little."""
    count = {table: len(found) for table, found in quiet.rows.items()}
    assert count["reports"] == 9
    assert count["cases"] == 3
    assert count["interpretations"] == 3
    assert count["flags"] > 0
    assert quiet.ended.reached["commit"] >= 15
    assert quiet.ended.reached["statement"] >= 60


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_point(stage: Stage, build: Build, quiet: Quiet, point: str) -> None:
    _killed_once(stage, build, quiet, POINTS[point])


@pytest.mark.long
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_point_often(stage: Stage, build: Build, quiet: Quiet, point: str) -> None:
    for _ in range(TIMES_LONG):
        _killed_once(stage, build, quiet, POINTS[point])


def test_killed_at_random(stage: Stage, build: Build, quiet: Quiet) -> None:
    _killed_at_random(stage, build, quiet, RANDOM, seed=26)


@pytest.mark.long
def test_killed_at_random_two_thousand_times(stage: Stage, build: Build, quiet: Quiet) -> None:
    _killed_at_random(stage, build, quiet, RANDOM_LONG, seed=2026)


def test_killed_again_and_again(stage: Stage, build: Build, quiet: Quiet) -> None:
    """Every start goes a little further than the one before, and each is killed."""
    house = build()
    for nth in (30, 60, 60, 90, 90, 120):
        ended = stage.night(house, strike=Strike(door="statement", nth=nth))
        assert ended.status in {-signal.SIGKILL, HELD}, ended.err
        assert torn(rows(house.url), quiet.rows) == []
    made_whole(stage, house, quiet, "killed again and again")


def test_the_same_inbox_again_changes_no_row(stage: Stage, build: Build, quiet: Quiet) -> None:
    house = build()
    for _ in range(5):
        assert stage.night(house).status == HELD
        same_rows(quiet, house)


def _killed_once(stage: Stage, build: Build, quiet: Quiet, strike: Strike) -> None:
    house = build(bare=strike.door.startswith("store.migrations"))
    ended = stage.night(house, strike=strike)
    assert ended.status == -signal.SIGKILL, f"the point was not reached: {ended.err}"
    made_whole(stage, house, quiet, str(strike))


def _killed_at_random(stage: Stage, build: Build, quiet: Quiet, times: int, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret
    killed = 0
    for number in range(times):
        house = build()
        if number % 2:
            after = dice.uniform(0, 1.2 * quiet.ended.seconds)
            ended, told = stage.night(house, after=after), f"after {after:.3f} s"
        else:
            nth = dice.randint(1, quiet.ended.reached["statement"])
            ended = stage.night(house, strike=Strike(door="statement", nth=nth))
            told = f"before statement {nth}"
        killed += ended.status == -signal.SIGKILL
        assert ended.status in {-signal.SIGKILL, HELD}, f"{told}: {ended.err}"
        made_whole(stage, house, quiet, f"{told} (number {number})", audited=number % 4 < 2)
    assert killed > times * 2 // 3, "most of the nights were over before their kill"
