"""Nights in a row: nothing grows with them, and a change of the clock loses no file.

Short here; `--long` and `benchmarks/soak.py --full` do 30 nights of 300 files.
"""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.soak import After, a_process_a_night, days, one_process, steady


@pytest.mark.parametrize(
    ("nights", "files"), [(3, 6), pytest.param(30, 300, marks=pytest.mark.long)]
)
def test_a_worker_that_lives_through_many_nights_keeps_its_size(
    tmp_path: Path, nights: int, files: int
) -> None:
    """Its database grows with the files that came, its memory and open files with nothing."""
    seen = tuple(one_process(tmp_path, nights, files))
    assert [each.files for each in seen] == [files * (at + 1) for at in range(nights)]
    assert len({each.descriptors for each in seen[1:]}) == 1
    assert all(one.database < two.database for one, two in pairwise(seen))
    assert nights < 10 or steady("one process", seen)


@pytest.mark.long
def test_a_process_a_night_keeps_its_size(tmp_path: Path) -> None:
    assert steady("a process a night", tuple(a_process_a_night(tmp_path, 30, 300)))


def test_a_night_just_before_summer_time_takes_every_file(tmp_path: Path) -> None:
    """The first of three nights that lie around the change, each with all of its files read."""
    nights = tuple(a_process_a_night(tmp_path, 1, 4))
    assert nights[0].files == 4


def test_thirty_nights_span_both_changes_of_the_clock() -> None:
    spanned = days(30)
    assert len(spanned) == len(set(spanned)) == 30
    for change in (date(2026, 3, 29), date(2026, 10, 25)):
        around = [each for each in spanned if abs((each - change).days) <= 8]
        assert min(around) < change < max(around)


def grown(**by: float) -> list[After]:
    """Ten nights of a hundred files in which something grows."""
    return [
        After(
            memory=100 + by.get("memory", 0) * at,
            descriptors=9 + int(by.get("descriptors", 0) * at),
            database=at * 1_000_000 + int(by.get("database", 0) * at * at),
            files=100 * at,
            seconds=1.0,
        )
        for at in range(10)
    ]


@pytest.mark.parametrize(
    ("what", "is_steady"),
    [
        ({}, True),
        ({"memory": 0.1}, True),
        ({"memory": 1.0}, False),
        ({"descriptors": 1}, False),
        ({"database": 200_000}, False),
    ],
)
def test_what_grows_is_told(what: dict[str, float], is_steady: bool) -> None:
    assert steady("drawn", grown(**what)) is is_steady
