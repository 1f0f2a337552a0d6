"""A person's act that is killed after each of its commits, and given again: done exactly once."""

import csv
import signal
from pathlib import Path

import pytest

from tests.faults.conftest import Build
from tests.faults.dump import Rows, differing, rows
from tests.faults.night import House, Stage, Strike
from tests.faults.whole import HELD

with (Path(__file__).parent / "acts.csv").open(newline="") as table:
    ACTS = {row["act"]: tuple(row["command"].split()) for row in csv.DictReader(table)}


# The others make the same transactions: one act is enough for the second kind of database.
BOTH = "released to a case"


@pytest.mark.parametrize(
    "act",
    [pytest.param(act, marks=() if act == BOTH else pytest.mark.only("sqlite")) for act in ACTS],
)
def test_an_act_that_is_killed_and_given_again_is_done_once(
    stage: Stage, build: Build, act: str
) -> None:
    calm = _after_a_night(stage, build)
    done = stage.run(calm, *ACTS[act])
    assert done.status == 0, done.err
    assert stage.night(calm).status == HELD
    wanted = _done(calm)
    assert done.reached["commit"] >= 1

    for nth in range(1, done.reached["commit"] + 1):
        house = _after_a_night(stage, build)
        strike = Strike(door="commit", when="after", nth=nth)
        assert stage.run(house, *ACTS[act], strike=strike).status == -signal.SIGKILL
        again = stage.run(house, *ACTS[act])
        # Whoever asks again is told that it stands, or it is done now.
        assert again.status in {0, 2}, again.err
        assert stage.night(house).status == HELD
        found = differing(wanted, _done(house))
        assert not found, "\n".join([f"after commit {nth}: {again.err}", *found[:20]])
    assert stage.run(house, "audit", "verify").status == 0


def _done(house: House) -> Rows:
    """All rows; a person's word that was said twice is counted once, as both are kept."""
    found = rows(house.url)
    word = next((row for row in found["resolutions"] if row[1] == 1), None)
    said = [row for row in found["audit"] if row[1].startswith("resolution.")]
    rest = [row for row in found["audit"] if row not in said]
    return found | {"resolutions": [word] if word else [], "audit": [*rest, *said[:1]]}


def _after_a_night(stage: Stage, build: Build) -> House:
    house = build()
    assert stage.night(house).status == HELD
    return house
