"""Judgements of reviewers on what a reader read in, its accuracy out: proportions with intervals.

Intervals are Clopper-Pearson's (exact, two-sided 95 %): they promise no more than was counted.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipeline.model import Status

CONFIDENCE = 0.95
_POSITIVE = frozenset({Status.DETECTED.value})
_STEPS = 60


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
    return math.fsum(_exactly(each, of, chance) for each in range(right + 1))


def _at_least(right: int, of: int, chance: float) -> float:
    return math.fsum(_exactly(each, of, chance) for each in range(right, of + 1))


def _exactly(right: int, of: int, chance: float) -> float:
    if chance in {0.0, 1.0}:
        return float(right == (of if chance else 0))
    ways = math.lgamma(of + 1) - math.lgamma(right + 1) - math.lgamma(of - right + 1)
    return math.exp(ways + right * math.log(chance) + (of - right) * math.log1p(-chance))


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
