"""Hostile files: quarantined with a code and a sentence, and the next file is read on time."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from parsers.child import Job, Limits, ReaderPool
from tests.pdf.hostile import COLUMNS, HEAD, HOSTILE, QUICK, ROW

ROOT = Path(__file__).parent.parent.parent
LIMITS = Limits(wall_seconds=12.0, cpu_seconds=8, memory_bytes=700_000_000)


@pytest.fixture(scope="module")
def pool():
    with ReaderPool(LIMITS, lanes=1) as lanes:
        yield lanes


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("good") / "good.vcf"
    path.write_bytes(HEAD + COLUMNS + ROW % b".")
    return Job(path=path, name=path.name)


def quarantined(name, pool, good, folder):
    """The hostile file is refused in time, and what comes after it is read as before."""
    before = pool.read(good)
    path = folder / "poison"
    path.write_bytes(HOSTILE[name]())
    started = time.monotonic()
    reading = pool.read(Job(path=path, name=path.name))
    took = time.monotonic() - started
    assert reading.observations == ()
    assert not reading.report.status.is_read
    assert reading.report.code
    assert reading.report.reasons[0]
    assert reading.report.code not in {"reader_fault", "reader_crashed", "reader_lost"}
    assert took < LIMITS.wall_seconds + 10, "the limit of time and the way to it and back"
    assert pool.read(good) == before
    return reading.report.code


@pytest.mark.parametrize("name", QUICK)
def test_a_hostile_file_is_quarantined(name, pool, good, tmp_path):
    quarantined(name, pool, good, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(set(HOSTILE) - set(QUICK)))
def test_every_hostile_file_is_quarantined(name, pool, good, tmp_path):
    quarantined(name, pool, good, tmp_path)


def test_there_are_thirty_of_them_and_more():
    assert len(HOSTILE) >= 30
    assert set(QUICK) < set(HOSTILE)


WEIGHED = """
import resource, sys
from pathlib import Path
from parsers.child import Job, Limits, ReaderPool
with ReaderPool(Limits(memory_bytes=int(sys.argv[1])), lanes=1) as pool:
    for path in map(Path, sys.argv[2:]):
        pool.read(Job(path=path, name=path.name))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_no_child_held_more_memory_than_it_may(tmp_path):
    """In a process of its own: the largest child counts for as long as its parent lives."""
    large = [name for name in QUICK if "MB" in name]
    assert large
    files = [tmp_path / str(number) for number in range(len(large))]
    for path, name in zip(files, large, strict=True):
        path.write_bytes(HOSTILE[name]())
    done = subprocess.run(
        [sys.executable, "-c", WEIGHED, str(LIMITS.memory_bytes), *map(str, files)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) * 1024 < LIMITS.memory_bytes
