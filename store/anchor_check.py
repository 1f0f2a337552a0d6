"""An anchor file in, what it says of each entry out, and which of its entries were lost."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from store import anchor
from store.anchor import Line
from store.audit import Entry
from store.verdict import Faults, Gap, Wrong


@dataclass(frozen=True, kw_only=True)
class _Step:
    """Line number *at* begins at entry *first*, though the line before named *lost*."""

    at: int
    first: int
    lost: Line


class Anchored:
    """The anchor as it stands now; what is appended later is not looked at."""

    def __init__(self, path: Path) -> None:
        self._path = path
        size = anchor.size(path)
        self._size = size or 0
        self._is_gone = size is None
        self._wrong: list[tuple[int, int]] = []
        self._damaged = 0
        self._steps: list[_Step] = []
        self._acknowledged: dict[tuple[int, int, str], int] = {}
        self._tail: Line | None = None
        self._survey()
        self._live = self._lines_that_count()
        self._next = next(self._live, None)

    @property
    def last(self) -> int:
        """The last entry that it names."""
        return self._tail.last if self._tail else 0

    def tell(self, faults: Faults) -> None:
        """Tell what is wrong with the file itself."""
        if self._is_gone:
            faults.add(Wrong.ANCHOR_GONE, None, "the audit has no anchor: its file is gone")
        for first, last in self._wrong:
            faults.entry(Wrong.ANCHOR_CHANGED, first, last, "the anchor lacks its line")
        if self._damaged:
            told = f"{self._damaged} lines of the anchor cannot be read"
            faults.add(Wrong.ANCHOR_CHANGED, None, told)

    def agrees(self, entry: Entry) -> bool:
        """False if a line names this entry with another hash; ask in the order of entries."""
        while self._next is not None and self._next.last < entry.seq:
            self._next = next(self._live, None)
        return self._next is None or self._next.last != entry.seq or self._next.hash == entry.hash

    def acknowledge(self, entry: Entry) -> None:
        """Take note of the gaps that a person acknowledged in *entry*."""
        for first, last, digest in entry.details.get("lost", ()):
            self._acknowledged[first, last, digest] = entry.seq

    def gaps(self, entries: int) -> list[Gap]:
        """What the anchor names beyond the *entries* of the chain, now or at an earlier time."""
        steps = [(each.first, each.lost) for each in self._steps]
        if self._tail is not None and self._tail.last > entries:
            steps.append((entries + 1, self._tail))
        found = [Gap(first=first, last=lost.last, hash=lost.hash) for first, lost in steps]
        return [
            replace(gap, acknowledged_in=self._acknowledged.get((gap.first, gap.last, gap.hash)))
            for gap in found
        ]

    def _survey(self) -> None:
        """Find where the file does not go on: gaps in it, and steps back."""
        before = 0
        self._damaged = sum(line is None for line in self._every_line())
        for at, line in enumerate(self._lines()):
            if line.first > before + 1 or line.first > line.last:
                self._wrong.append((before + 1, max(line.first - 1, before + 1)))
            elif self._tail is not None and line.first <= before:
                self._steps.append(_Step(at=at, first=line.first, lost=self._tail))
            before, self._tail = line.last, line

    def _lines(self) -> Iterator[Line]:
        return (line for line in self._every_line() if line is not None)

    def _every_line(self) -> Iterator[Line | None]:
        return iter(()) if self._is_gone else anchor.lines(self._path, self._size)

    def _lines_that_count(self) -> Iterator[Line]:
        """Without those that a step back took away."""
        steps = list(self._steps)
        for at, line in enumerate(self._lines()):
            while steps and steps[0].at <= at:
                steps.pop(0)
            if all(line.last < step.first for step in steps):
                yield line
