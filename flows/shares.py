"""Files with their sizes in, shares of the work out: the longest first, short ones at the end.

A share is what one task reads. Shares shrink towards the end, so that every lane is at work until
the last one is done, whatever a file turns out to cost; a night has few of them, because an
orchestrator that is told of thousands of tasks loses some.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from parsers.child import Job

MOST_SHARES = 90
"""Most shares of a night, about; the short ones at the end come on top, some for each lane."""

SHARE_SECONDS = 10.0
"""How long a share takes at most, where that makes no more than `MOST_SHARES`."""

SHARE_FILES = 100
"""How many files it holds at most, under the same condition."""

_SHORTEST = 0.1  # of the longest: shorter ones cost more than the idle lane that they spare
_PDF_SECONDS = 0.3  # its size says little: a page of fonts is larger than one of results
_OTHER_SECONDS = 0.03
_BYTES_PER_SECOND = 40e6


@dataclass(frozen=True, kw_only=True)
class Sized:
    """A job and the size of its file in bytes."""

    job: Job
    size: int

    @property
    def seconds(self) -> float:
        """About how long reading takes on one core: for balance alone, no limit rests on it."""
        if self.job.name.lower().endswith(".pdf"):
            return _PDF_SECONDS
        return _OTHER_SECONDS + self.size / _BYTES_PER_SECOND


def shares(files: Iterable[Sized], lanes: int) -> tuple[tuple[Job, ...], ...]:
    """Every file in exactly one share, for *lanes* that take one share after the other."""
    ordered = sorted(files, key=lambda each: each.seconds, reverse=True)
    return tuple(_cut(ordered, max(1, lanes)))


def _cut(ordered: Sequence[Sized], lanes: int) -> Iterator[tuple[Job, ...]]:
    left = sum(each.seconds for each in ordered)
    longest = max(SHARE_SECONDS, left / MOST_SHARES)
    most = max(SHARE_FILES, -(-len(ordered) // MOST_SHARES))
    share: list[Job] = []
    filled, wanted = 0.0, _wanted(left, lanes, longest)
    for each in ordered:
        if share and (filled + each.seconds > wanted or len(share) == most):
            yield tuple(share)
            left -= filled
            share, filled, wanted = [], 0.0, _wanted(left, lanes, longest)
        share.append(each.job)
        filled += each.seconds
    if share:
        yield tuple(share)


def _wanted(left: float, lanes: int, longest: float) -> float:
    """Half of what each lane still has to do, within bounds."""
    return min(longest, max(_SHORTEST * longest, left / (2 * lanes)))
