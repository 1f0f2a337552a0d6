"""Judgements of reviewers on what a reader read in, its accuracy out: proportions with intervals.

Intervals are Clopper-Pearson's (exact, two-sided 95 %): they promise no more than was counted.
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.model import Status

CONFIDENCE = 0.95
_POSITIVE = frozenset({Status.DETECTED.value})
_STEPS = 60
_EXACT = 1e-13


@dataclass(frozen=True, kw_only=True)
class Proportion:
    """*right* of *of*, with the bounds of its 95 % interval; *value* None where nothing counts."""

    right: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The proportion itself."""
        return self.right / self.of if self.of else None


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """How often a field was judged so: what was read, what it should be (the same if right)."""

    reader: str
    field: str
    read: str | None
    expected: str | None
    is_right: bool
    count: int


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """One reader and field: of what it read, how much is right; of what is there, how much it read.

    *precision*: of the values that were read, those that are right. *recall*: of the values that
    stand in the reports, those that were read as they stand. A status counts where it is, or
    should be, "detected": a missed finding lowers the recall, an invented one the precision.
    """

    reader: str
    field: str
    judged: int
    precision: Proportion
    recall: Proportion


def accuracy(judged: Iterable[Judgement]) -> tuple[Accuracy, ...]:
    """One line a reader and field, in their order."""
    found: dict[tuple[str, str], list[Judgement]] = defaultdict(list)
    for each in judged:
        found[each.reader, each.field].append(each)
    return tuple(_accuracy(*key, same) for key, same in sorted(found.items()))


@lru_cache(maxsize=4096)
def proportion(right: int, of: int) -> Proportion:
    """*right* of *of* with the Clopper-Pearson interval; ``ValueError`` unless 0 <= right <= of."""
    if not 0 <= right <= of:
        raise ValueError("a part is no larger than the whole")
    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if right == 0 else _solve(lambda p: _at_least(right, of, p) - tail)
    high = 1.0 if right == of else _solve(lambda p: tail - _at_most(right, of, p))
    return Proportion(right=right, of=of, low=low, high=high)


def _accuracy(reader: str, field: str, judged: list[Judgement]) -> Accuracy:
    read = [each for each in judged if _counts(field, each.read)]
    there = [each for each in judged if _counts(field, each.expected)]
    return Accuracy(
        reader=reader,
        field=field,
        judged=sum(each.count for each in judged),
        precision=_share(read),
        recall=_share(there),
    )


def _counts(field: str, value: str | None) -> bool:
    """Whether a value was read, or is there to be read."""
    return value in _POSITIVE if field == "status" else bool(value)


def _share(judged: list[Judgement]) -> Proportion:
    right = sum(each.count for each in judged if each.is_right)
    return proportion(right, sum(each.count for each in judged))


def _at_most(right: int, of: int, chance: float) -> float:
    return 1 - _at_least(right + 1, of, chance)


def _at_least(right: int, of: int, chance: float) -> float:
    """The chance of so many or more of *of*: an incomplete beta function, however many they are."""
    one, other = float(right), float(of - right + 1)
    scale = math.lgamma(one + other) - math.lgamma(one) - math.lgamma(other)
    front = math.exp(scale + one * math.log(chance) + other * math.log1p(-chance))
    if chance < (one + 1) / (one + other + 2):
        return front * _fraction(one, other, chance) / one
    return 1 - front * _fraction(other, one, 1 - chance) / other


def _fraction(one: float, other: float, chance: float) -> float:
    """The continued fraction of the incomplete beta function (NIST DLMF 8.17.22), after Lentz."""
    above, below, value = 1.0, 0.0, 1.0
    for term in _terms(one, other, chance):
        below = 1 / (1 + term * below)
        above = 1 + term / above
        value *= above * below
        if abs(above * below - 1) < _EXACT:
            break
    return 1 / value


def _terms(one: float, other: float, chance: float) -> Iterator[float]:
    for half in itertools.count():
        at = one + 2 * half
        yield -(one + half) * (one + other + half) * chance / (at * (at + 1))
        yield (half + 1) * (other - half - 1) * chance / ((at + 1) * (at + 2))


def _solve(grows: Callable[[float], float]) -> float:
    """Where a function that grows with the chance crosses zero."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if grows(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
