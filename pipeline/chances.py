"""Counts of two groups in, the exact chance of such a difference out, if nothing had changed.

The hypergeometric tail (R. A. Fisher, 1935): of all ways to deal the marked reports over both
groups, the share of those that put at least (or at most) so many into the recent one. It takes the
history as it is, with its size: a rate that rests on few reports proves little.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Counts:
    """*seen* of *of* recent reports, *seen_before* of *of_before* earlier ones."""

    seen: int
    of: int
    seen_before: int
    of_before: int

    def __post_init__(self) -> None:
        if not (0 <= self.seen <= self.of and 0 <= self.seen_before <= self.of_before):
            raise ValueError("more was seen than there is")


def of_more(counts: Counts) -> float:
    """The chance that the recent group has so many or more."""
    return _tail(counts, range(counts.seen, _most(counts) + 1))


def of_fewer(counts: Counts) -> float:
    """The chance that the recent group has so many or fewer."""
    return _tail(counts, range(_least(counts), counts.seen + 1))


def among_lowest(recent: Sequence[float], before: Sequence[float]) -> Counts:
    """How many of the lowest values of both groups together are *recent* ones.

    As many of the lowest are taken as there are recent values. Equal values count as if the
    earlier ones were lower, so that rounding proves nothing.
    """
    ranked = sorted([*((value, 0) for value in before), *((value, 1) for value in recent)])
    taken = sum(mark for _, mark in ranked[: len(recent)])
    return Counts(
        seen=taken, of=len(recent), seen_before=len(recent) - taken, of_before=len(before)
    )


def _tail(counts: Counts, range_: range) -> float:
    every = counts.of + counts.of_before
    marked = counts.seen + counts.seen_before
    whole = _log_choose(every, counts.of)
    terms = (
        _log_choose(marked, one) + _log_choose(every - marked, counts.of - one) - whole
        for one in range_
    )
    return min(1.0, math.fsum(math.exp(term) for term in terms))


def _most(counts: Counts) -> int:
    return min(counts.of, counts.seen + counts.seen_before)


def _least(counts: Counts) -> int:
    unmarked = counts.of + counts.of_before - counts.seen - counts.seen_before
    return max(0, counts.of - unmarked)


def _log_choose(whole: int, part: int) -> float:
    return math.lgamma(whole + 1) - math.lgamma(part + 1) - math.lgamma(whole - part + 1)
