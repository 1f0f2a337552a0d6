"""Exact chances, by numbers that others have published or that a hand can count."""

import math

import pytest

from pipeline.chances import Counts, among_lowest, of_fewer, of_more

# seen, of, seen before, of before, chance of so many or more, of so few or fewer, where it is from
TAILS = [
    (3, 4, 1, 4, 17 / 70, 69 / 70, "the lady tasting tea, 3 of 4 right: 0.243 (Fisher 1935)"),
    (4, 4, 0, 4, 1 / 70, 1.0, "the same, all four right: 0.014"),
    (0, 4, 4, 4, 1.0, 1 / 70, "the same, none right"),
    (10, 13, 2, 17, 0.000465, 0.999985, "twins of convicts, 10 of 13 against 2 of 17 (Fisher)"),
    (1, 1, 0, 50, 1 / 51, 1.0, "one of 51 reports, and it is tonight's"),
    (2, 2, 0, 50, 1 / 1326, 1.0, "two of 52, both tonight's: 52 choose 2 is 1326"),
    (0, 5, 0, 50, 1.0, 1.0, "never seen at all: proves nothing"),
    (5, 5, 50, 50, 1.0, 1.0, "always seen: proves nothing"),
    (0, 0, 3, 50, 1.0, 1.0, "no report tonight"),
]


@pytest.mark.parametrize("row", TAILS, ids=[each[-1] for each in TAILS])
def test_the_chance_is_the_published_one(row):
    seen, of, seen_before, of_before, more, fewer, _ = row
    counts = Counts(seen=seen, of=of, seen_before=seen_before, of_before=of_before)
    assert math.isclose(of_more(counts), more, rel_tol=2e-3)
    assert math.isclose(of_fewer(counts), fewer, rel_tol=2e-3)


def test_large_counts_are_no_trouble():
    counts = Counts(seen=0, of=400, seen_before=600, of_before=4_000)
    assert 0 < of_fewer(counts) < 1e-20
    assert math.isclose(of_more(counts), 1.0)


@pytest.mark.parametrize(
    ("recent", "before", "taken", "why"),
    [
        ([0.003, 0.002], [0.2, 0.3, 0.4], 2, "both are the lowest two"),
        ([0.3, 0.002], [0.2, 0.25, 0.4], 1, "one of the lowest two"),
        ([0.2, 0.2], [0.2, 0.2, 0.2], 0, "equal values prove nothing"),
        ([], [0.2], 0, "no value tonight"),
    ],
)
def test_the_lowest_values_are_counted(recent, before, taken, why):
    counts = among_lowest(recent, before)
    assert (counts.seen, counts.of, counts.of_before) == (taken, len(recent), len(before)), why


def test_more_cannot_be_seen_than_there_is():
    with pytest.raises(ValueError, match="more was seen"):
        Counts(seen=2, of=1, seen_before=0, of_before=0)
