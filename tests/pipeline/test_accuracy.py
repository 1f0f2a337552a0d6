"""Accuracy of readers: published exact intervals, and what counts as found, missed, invented."""

import pytest

from pipeline.accuracy import Judgement, accuracy, proportion

PUBLISHED = [
    # right, of, the exact (Clopper-Pearson) 95 % bounds, from where
    (0, 10, 0.0, 0.3085, "1 - 0.025^(1/10)"),
    (10, 10, 0.6915, 1.0, "0.025^(1/10)"),
    (1, 10, 0.0025, 0.4450, "Clopper and Pearson 1934, chart"),
    (15, 148, 0.0578, 0.1617, "Newcombe 1998, table I, method 5"),
    (81, 263, 0.2527, 0.3676, "Newcombe 1998, table I, method 5"),
    (0, 20, 0.0, 0.1684, "Newcombe 1998, table I, method 5"),
    (1, 29, 0.0009, 0.1776, "Newcombe 1998, table I, method 5"),
    (0, 100_000, 0.0, 0.0000369, "1 - 0.025^(1/100000)"),
    (50_000, 100_000, 0.4969, 0.5031, "normal approximation, 0.5 -+ 1.96 x 0.00158"),
]


@pytest.mark.parametrize(("right", "of", "low", "high"), [row[:4] for row in PUBLISHED])
def test_intervals_as_published(right, of, low, high):
    found = proportion(right, of)
    assert found.low == pytest.approx(low, abs=6e-5)
    assert found.high == pytest.approx(high, abs=6e-5)


def test_nothing_counted_says_nothing():
    found = proportion(0, 0)
    assert (found.value, found.low, found.high) == (None, 0.0, 1.0)


@pytest.mark.parametrize(("right", "of"), [(2, 1), (-1, 3)])
def test_more_right_than_counted_is_refused(right, of):
    with pytest.raises(ValueError, match="larger than the whole"):
        proportion(right, of)


def judged(field, read, expected, count=1):
    return Judgement(
        reader="northlake 1",
        field=field,
        read=read,
        expected=expected,
        is_right=read == expected,
        count=count,
    )


CARDS = [
    # what was judged, precision (right, of), recall (right, of)
    ("all right", [judged("status", "detected", "detected", 9)], (9, 9), (9, 9)),
    (
        "one finding was missed",
        [judged("status", "detected", "detected", 9), judged("status", "not_detected", "detected")],
        (9, 9),
        (9, 10),
    ),
    (
        "one finding was invented",
        [judged("status", "detected", "detected", 9), judged("status", "detected", "not_detected")],
        (9, 10),
        (9, 9),
    ),
    (
        "a negative that is right",
        [judged("status", "not_detected", "not_detected")],
        (0, 0),
        (0, 0),
    ),
    ("another value stands there", [judged("vaf", "0.12", "0.21")], (0, 1), (0, 1)),
    ("a value was not read", [judged("vaf", None, "0.21")], (0, 0), (0, 1)),
    ("a value that is not printed", [judged("vaf", "0.21", None)], (0, 1), (0, 0)),
]


@pytest.mark.parametrize(
    ("given", "precision", "recall"), [row[1:] for row in CARDS], ids=[row[0] for row in CARDS]
)
def test_what_counts(given, precision, recall):
    (line,) = accuracy(given)
    assert (line.precision.right, line.precision.of) == precision
    assert (line.recall.right, line.recall.of) == recall


def test_readers_and_fields_stand_apart():
    lines = accuracy([judged("vaf", "1", "1"), judged("status", "detected", "detected")])
    assert [(each.reader, each.field) for each in lines] == [
        ("northlake 1", "status"),
        ("northlake 1", "vaf"),
    ]
