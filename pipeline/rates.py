"""What a rule of the drift sentinel counts: recent and earlier signals in, an exact chance out."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol

from pipeline import chances
from pipeline.chances import Counts
from pipeline.model import Marker, Status
from pipeline.signals import Signal

_SAID = frozenset({Status.DETECTED, Status.NOT_DETECTED})


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """The counts of a rule and their exact chance, one-sided; medians are of allele fractions."""

    counts: Counts
    chance: float
    median: float | None = None
    median_before: float | None = None


Nights = Sequence[Sequence[Signal]]


class Rule(Protocol):
    """A rule: what it counts in the reports of a night, and how likely the recent count is."""

    def in_night(self, night: Sequence[Signal]) -> int:
        """How many reports of the night have what the rule counts."""

    def weigh(self, recent: Nights, before: Nights) -> Weighed | None:
        """The counts and their chance; None where there is nothing to weigh."""


class _Counting:
    """A rule that counts reports; *falls*: it alarms where they become fewer, else more."""

    falls: bool = False

    def __init__(self) -> None:
        # A night is counted once, however often it is weighed with others.
        self._known: dict[int, int] = {}

    def applies(self, signal: Signal) -> bool:
        """Whether the report has what the rule counts."""
        raise NotImplementedError

    def in_night(self, night: Sequence[Signal]) -> int:
        """How many reports of the night have what the rule counts."""
        if id(night) not in self._known:
            self._known[id(night)] = sum(map(self.applies, night))
        return self._known[id(night)]

    def weigh(self, recent: Nights, before: Nights) -> Weighed:
        """The counts, and the chance of so many or more (or fewer)."""
        counts = Counts(
            seen=sum(map(self.in_night, recent)),
            of=sum(map(len, recent)),
            seen_before=sum(map(self.in_night, before)),
            of_before=sum(map(len, before)),
        )
        chance = chances.of_fewer if self.falls else chances.of_more
        return Weighed(counts=counts, chance=chance(counts))


class Lacks(_Counting):
    """Laid-out reports without a section that nearly all have, but of no *accepted* layout."""

    def __init__(self, section: str, accepted: Collection[str] = ()) -> None:
        super().__init__()
        self.section, self.accepted = section, accepted

    def applies(self, signal: Signal) -> bool:
        """Whether the section is not there."""
        if signal.layout is None or signal.layout.fingerprint in self.accepted:
            return False
        return self.section not in signal.sections


class Empty(_Counting):
    """Reports without any alteration."""

    def applies(self, signal: Signal) -> bool:
        """Whether nothing was seen."""
        return signal.findings == 0


class Unknown(_Counting):
    """Reports that say neither yes nor no of a marker."""

    def __init__(self, marker: Marker) -> None:
        super().__init__()
        self.marker = marker

    def applies(self, signal: Signal) -> bool:
        """Whether the marker is left open."""
        return signal.markers[self.marker] not in _SAID


class Positive(_Counting):
    """Reports in which a marker is detected, of all reports: one that is not seen may be missed."""

    def __init__(self, marker: Marker, *, falls: bool) -> None:
        super().__init__()
        self.marker, self.falls = marker, falls

    def applies(self, signal: Signal) -> bool:
        """Whether the marker is detected."""
        return signal.markers[self.marker] is Status.DETECTED


class VafScale:
    """Allele fractions that became many times smaller or larger: a percentage read as a fraction.

    One fraction a report, their median. By ranks, so no shape of their distribution is assumed;
    and by the *ratio* of the medians, so that other patients are no alarm.
    """

    def __init__(self, *, falls: bool, ratio: float) -> None:
        self.falls, self.ratio = falls, ratio

    def in_night(self, night: Sequence[Signal]) -> int:
        """How many reports of the night state allele fractions."""
        return sum(bool(each.vafs) for each in night)

    def weigh(self, recent: Nights, before: Nights) -> Weighed | None:
        """The chance that so many of the lowest (or highest) fractions are recent ones."""
        new, old = _fractions(recent), _fractions(before)
        if not new or not old or not self._is_far(median(new), median(old)):
            return None
        sign = 1 if self.falls else -1
        counts = chances.among_lowest([sign * v for v in new], [sign * v for v in old])
        return Weighed(
            counts=counts,
            chance=chances.of_more(counts),
            median=median(new),
            median_before=median(old),
        )

    def _is_far(self, new: float, old: float) -> bool:
        low, high = (new, old) if self.falls else (old, new)
        return low * self.ratio <= high


def _fractions(nights: Nights) -> list[float]:
    return [median(each.vafs) for night in nights for each in night if each.vafs]


def usual_sections(past: Sequence[Signal], share: float) -> tuple[str, ...]:
    """The sections that at least a *share* of the laid-out reports have."""
    laid_out = [each for each in past if each.layout]
    counts = Counter(section for each in laid_out for section in each.sections)
    return tuple(sorted(each for each, n in counts.items() if n >= share * len(laid_out)))


def commonest(layouts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The sections of the commonest layout; of equally common ones the first by name."""
    counts = Counter(layouts)
    most = max(counts.values(), default=0)
    return min((each for each, count in counts.items() if count == most), default=())
