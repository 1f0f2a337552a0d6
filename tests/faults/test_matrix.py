"""Every fault of `matrix.csv` at its stage: the right end, a sentence, and one night heals it.

The exit status is 1 (a fault), 2 (settings), 3 (files wait) or that of a signal; standard error
holds one sentence, no traceback, no name of a patient's file. When the fault is gone, the next
night ends as if it had never been.
"""

import csv
import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.faults.conftest import Build
from tests.faults.dump import rows
from tests.faults.inbox import fill
from tests.faults.night import Ended, House, Stage, Strike
from tests.faults.proxy import between
from tests.faults.whole import HELD, Quiet, documents, made_whole

COMMITS = {"start": 2, "middle": 9, "cases": 17}
"""Which commit of the night belongs to which stage."""

NOBODY = pwd.getpwnam("nobody").pw_uid


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the matrix."""

    fault: str
    stage: str
    database: str
    exits: frozenset[int]
    told: str
    heals: str


with (Path(__file__).parent / "matrix.csv").open(newline="") as table:
    MATRIX = [
        Row(
            fault=row["fault"],
            stage=row["stage"],
            database=row["database"],
            exits=frozenset(map(int, row["exits"].split("|"))),
            told=row["told"],
            heals=row["heals"],
        )
        for row in csv.DictReader(table)
    ]


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: f"{row.fault}, {row.stage}")
def test_a_fault_ends_in_a_sentence_and_the_next_night_heals_it(
    stage: Stage, build: Build, kind: str, quiet: Quiet, row: Row
) -> None:
    house = build()
    with FAULTS[row.fault](stage, house, row.stage) as ended:
        _speaks_well(ended, house)
        assert ended.status in row.exits, (ended.status, ended.err)
        assert row.told in ended.err
    if row.heals == "rows":
        made_whole(stage, house, quiet, f"{row.fault}, {row.stage}")
        return
    # Some originals found room and others did not: cases were told without the files that wait,
    # and are told anew when these are in. What is current is as if nothing had been.
    assert stage.night(house).status == HELD
    healed = build()
    assert stage.night(healed).status == HELD
    assert _current(documents(stage, house)) == _current(documents(stage, healed))
    assert rows(house.url)["reports"] == quiet.rows["reports"]


def _current(told: dict[str, str]) -> dict[str, list[object]]:
    """What counts now; the way there differs, as every interpretation is kept."""
    parts = ("reports", "markers", "interpretation")
    return {case: [json.loads(text)[part] for part in parts] for case, text in told.items()}


def _speaks_well(ended: Ended, house: House) -> None:
    said = ended.err.strip()
    assert "Traceback" not in said
    assert "unexpected fault" not in said
    assert len(said.splitlines()) <= 1, said
    assert "Specimen" not in said
    for each in house.inbox.iterdir():
        assert each.name not in said


Fault = Iterator[Ended]


@contextmanager
def down(stage: Stage, house: House, when: str) -> Fault:
    nth = {"start": 1, "middle": 9}[when]
    with between(house.url, nth=nth, answered=False, shut=True) as door:
        if when == "start":
            door.cut.set()
        yield stage.night(replace(house, url=door.url))


def cut(*, answered: bool) -> Callable[..., Fault]:
    @contextmanager
    def at_commit(stage: Stage, house: House, when: str) -> Fault:
        with between(house.url, nth=COMMITS[when], answered=answered) as door:
            ended = stage.night(replace(house, url=door.url))
            assert door.cut.is_set(), "the night had fewer commits"
            yield ended

    return at_commit


def driver(side: str) -> Callable[..., Fault]:
    @contextmanager
    def fails(stage: Stage, house: House, when: str) -> Fault:
        strike = Strike(door="commit", when=side, nth=COMMITS[when], act="database_gone")
        ended = stage.night(house, strike=strike)
        assert ended.reached["commit"] >= COMMITS[when], "the night had fewer commits"
        yield ended

    return fails


@contextmanager
def small_disk(stage: Stage, house: House, when: str) -> Fault:
    """The data directory on a file system of its own, which fills up at that stage."""
    used = sum(each.stat().st_size for each in house.data.iterdir())
    free = {"start": 0, "originals": 8192, "middle": 140_000, "cases": 500_000}[when]
    size = max(4096, -(-used // 4096) * 4096 + free)
    saved = house.folder / "saved"
    house.data.rename(saved)
    house.data.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "none", str(house.data)]
    if os.getuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("A FULL DISK WAS NOT TESTED: no file system can be mounted here")
    try:
        for each in saved.iterdir():
            shutil.copy2(each, house.data)
        yield stage.night(house)
    finally:
        after = house.folder / "after"
        shutil.copytree(house.data, after)
        subprocess.run(["umount", str(house.data)], check=True)
        house.data.rmdir()
        after.rename(house.data)
        house.data.chmod(0o700)


@contextmanager
def no_growth(stage: Stage, house: House, when: str) -> Fault:
    """RLIMIT_FSIZE: whatever grows further is cut short."""
    used = max((each.stat().st_size for each in house.data.iterdir()), default=0)
    # Of the originals the small ones find room; so must what the command itself says.
    most = {"start": 4096, "originals": 2200, "middle": used + 60_000}[when]
    yield stage.night(house, limits={"FSIZE": most})


@contextmanager
def anchor_full(stage: Stage, house: House, _: str) -> Fault:
    yield stage.night(replace(house, environment={"ONCOFLAG_AUDIT_ANCHOR": "/dev/full"}))


def as_nobody(spoil: Callable[[House], object]) -> Callable[..., Fault]:
    @contextmanager
    def run(stage: Stage, house: House, _: str) -> Fault:
        if os.getuid():
            pytest.skip("RIGHTS WERE NOT TESTED: only root can become somebody else")
        open_to = Path(tempfile.mkdtemp(prefix="oncoflag-nobody-"))
        try:
            open_to.chmod(0o755)
            mine = House(
                folder=open_to / "house",
                url=f"sqlite:///{open_to}/house/data/oncoflag.db",
                inbox=fill(open_to / "inbox"),
            )
            # An earlier test may have closed the files of this process to all others.
            mine.inbox.chmod(0o755)
            for each in mine.inbox.iterdir():
                each.chmod(0o644)
            shutil.copytree(house.folder, mine.folder)
            for each in (mine.folder, *mine.folder.rglob("*")):
                os.chown(each, NOBODY, NOBODY)
            (mine.inbox).chmod(0o755)
            spoil(mine)
            yield stage.night(mine, user=NOBODY)
        finally:
            shutil.rmtree(open_to)

    return run


@contextmanager
def few_files(stage: Stage, house: House, when: str) -> Fault:
    """RLIMIT_NOFILE: from some number of open files on, nothing more can be opened."""
    yield stage.night(house, limits={"NOFILE": {"start": 16, "middle": 18}[when]})


def signalled(act: str) -> Callable[..., Fault]:
    @contextmanager
    def run(stage: Stage, house: House, when: str) -> Fault:
        strike = Strike(door="commit", nth=COMMITS[when], act=act)
        yield stage.night(house, strike=strike)

    return run


FAULTS: dict[str, Callable[..., Fault]] = {
    "database down": down,
    "commit lost": cut(answered=False),
    "acknowledgement lost": cut(answered=True),
    "driver fails before the commit": driver("before"),
    "driver fails after the commit": driver("after"),
    "disk of the data full": small_disk,
    "no file may grow": no_growth,
    "anchor full": anchor_full,
    "data directory read-only": as_nobody(lambda house: house.data.chmod(0o500)),
    "database of somebody else": as_nobody(
        lambda house: os.chown(house.data / "oncoflag.db", 0, 0)
    ),
    "database read-only": as_nobody(lambda house: (house.data / "oncoflag.db").chmod(0o400)),
    "inbox file of somebody else": as_nobody(
        lambda house: (house.inbox / "letter.txt").chmod(0o000)
    ),
    "too many open files": few_files,
    "terminated": signalled("term"),
    "interrupted": signalled("int"),
}
