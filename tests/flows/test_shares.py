"""Shares of a night: every file in exactly one, the longest first, none that keeps a lane waiting.

What a share should be is said in megabytes of VCF and numbers of files, as an engineer thinks.
"""

from pathlib import Path

import pytest

from flows.shares import MOST_SHARES, SHARE_SECONDS, Sized, shares
from parsers.child import Job

MEGABYTE = 1_000_000
NIGHTS = {
    "nothing": [],
    "one small file": [("panel.vcf", 1)],
    "a panel night": [("panel.vcf", 30_000)] * 1000,
    "a mixed night": [
        *[("panel.vcf.gz", 30_000)] * 1000,
        *[("exome.vcf.gz", 6 * MEGABYTE)] * 200,
        *[("genome.vcf.gz", 380 * MEGABYTE)] * 5,
        *[("report.pdf", 90_000)] * 500,
    ],
    "a hundred thousand": [("panel.vcf", 30_000)] * 100_000,
    "one giant among few": [("genome.vcf", 1_900 * MEGABYTE), *[("report.pdf", 1)] * 7],
}


def night(name: str) -> list[Sized]:
    return [
        Sized(job=Job(path=Path(f"{number}-{file}"), name=file), size=size)
        for number, (file, size) in enumerate(NIGHTS[name])
    ]


@pytest.mark.parametrize("lanes", [1, 2, 16])
@pytest.mark.parametrize("name", NIGHTS)
def test_every_file_is_in_exactly_one_share_and_no_share_is_empty(name: str, lanes: int) -> None:
    files = night(name)
    made = shares(files, lanes)
    assert all(made)
    placed = sorted(job.path for share in made for job in share)
    assert placed == sorted(each.job.path for each in files)


@pytest.mark.parametrize("lanes", [1, 2, 16])
@pytest.mark.parametrize("name", NIGHTS)
def test_a_night_has_few_shares(name: str, lanes: int) -> None:
    """Each is a task, and the short ones at the end are some more for each lane."""
    assert len(shares(night(name), lanes)) <= MOST_SHARES + 7 * lanes


@pytest.mark.parametrize("name", ["a panel night", "a mixed night"])
def test_no_lane_waits_long_for_the_last_one(name: str) -> None:
    """Two lanes that take one share after the other end within a second or two of each other."""
    files = night(name)
    cost = {each.job.path: each.seconds for each in files}
    clocks = [0.0, 0.0]
    for share in shares(files, len(clocks)):
        clocks.sort()
        clocks[0] += sum(cost[job.path] for job in share)
    assert max(clocks) - min(clocks) <= 2
    assert sum(clocks) == pytest.approx(sum(cost.values()))


def test_the_longest_come_first_and_no_two_genomes_share() -> None:
    made = shares(night("a mixed night"), 2)
    genomes = [[job.name for job in share].count("genome.vcf.gz") for share in made]
    assert genomes[:6] == [1, 1, 1, 1, 1, 0]
    assert {job.name for job in made[-1]} == {"panel.vcf.gz"}


def test_a_share_is_ten_seconds_of_work_or_one_file() -> None:
    files = night("a mixed night")
    cost = {each.job.path: each.seconds for each in files}
    for share in shares(files, 2):
        assert len(share) == 1 or sum(cost[job.path] for job in share) <= SHARE_SECONDS
