"""Starts at the same time, a bad neighbour, the clock: one run, the same words, the same rows."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.conftest import Build
from tests.faults.inbox import age, fill
from tests.faults.night import ROOT, House, Stage
from tests.faults.whole import HELD, Quiet, documents, made_whole, same_rows

RUNNING = 5
STARTS = 5


def test_of_simultaneous_starts_one_runs(stage: Stage, build: Build, quiet: Quiet) -> None:
    """Real commands, each from nothing; the others say that one is at work, or find all done."""
    house = build()
    assert stage.run(house, "db", "upgrade").status == 0
    own = {key: value for key, value in os.environ.items() if not key.startswith("ONCOFLAG_")}
    own |= {"ONCOFLAG_DATA_DIR": str(house.data), "ONCOFLAG_DATABASE_URL": house.url}
    command = [sys.executable, "-m", "app.cli", "ingest", str(house.inbox), "--no-orchestrator"]
    quiet_streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    started = [
        subprocess.Popen([*command, "--json"], cwd=ROOT, env=own, **quiet_streams)  # type: ignore[call-overload]
        for _ in range(STARTS)
    ]
    told = [each.communicate(timeout=300)[1].decode() for each in started]
    ends = Counter(each.returncode for each in started)
    assert set(ends) <= {HELD, RUNNING}, told
    assert ends[HELD] >= 1
    assert ends[RUNNING] >= 1, "they did not meet"
    made_whole(stage, house, quiet, "simultaneous starts")


POISON = {
    "half a PDF": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog",
    "a VCF that ends in its head": b"##fileformat=VCFv4.2\n#CHROM\tPOS",
    "zeros": bytes(10_000),
    "a bomb": b"\x1f\x8b\x08\x00" + b"\xff" * 5_000,
}


def test_bad_neighbours_change_no_word_about_the_others(
    stage: Stage, build: Build, quiet: Quiet, tmp_path: Path
) -> None:
    """R13: one bad file in many; the documents of all cases are the same, byte for byte."""
    alone, among = build(), build()
    crowd = fill(tmp_path / "inbox")
    for name, data in POISON.items():
        (crowd / f"{name}.pdf").write_bytes(data)
    age(crowd)
    assert stage.night(alone).status == HELD
    assert stage.night(replace(among, inbox=crowd)).status == HELD
    before = documents(stage, alone)
    assert len(before) == 3
    assert documents(stage, among) == before


CLOCKS = {
    "an hour back": "-1h",
    "an hour on": "+1h",
    "a year back": "-1y",
    "a year on": "+1y",
    "before the change to summer time": "@2026-03-29 01:59:58",
    "before the change to winter time": "@2026-10-25 02:59:58",
}


@pytest.fixture(scope="module", params=CLOCKS)
def jumped(kind: str, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A stage whose clock stands elsewhere, in a place where summer time begins and ends."""
    if shutil.which("faketime") is None:
        pytest.skip("THE CLOCK WAS NOT TESTED: faketime is not installed")
    wrapper = ("env", "TZ=Europe/Berlin", "faketime", "-f", CLOCKS[request.param])
    with Stage(wrapper) as started:
        yield started


# No time of ours comes from the clock of the database: one kind is enough.
@pytest.mark.only("sqlite")
def test_a_clock_that_jumps_loses_nothing(
    stage: Stage, jumped: Stage, build: Build, quiet: Quiet
) -> None:
    """A night, then one with the clock elsewhere, then one with the clock set right."""
    house = build()
    assert stage.night(house).status == HELD
    other = jumped.night(house)
    assert other.status == HELD, other.err
    same_rows(quiet, house, "the clock elsewhere changes no row")
    made_whole(stage, house, quiet, "the clock set right again")


def test_a_night_under_a_wrong_clock_heals(
    stage: Stage, jumped: Stage, build: Build, quiet: Quiet
) -> None:
    """A kill in the middle of a night whose clock is wrong leaves no claim that never ends."""
    house = build()
    jumped.night(house, after=quiet.ended.seconds / 2)
    again = stage.night(house)
    assert again.status == HELD, again.err
    alarms = {each["code"] for each in json.loads(again.out)["alarms"]}
    assert alarms <= {"lease_taken_over", "clock_jump", "waited_too_long", "left_over"}, alarms
    wrong = House(**vars(house))
    assert documents(stage, wrong).keys() == {"SYN-CASE-20", "SYN-CASE-21", "SYN-CASE-30"}
