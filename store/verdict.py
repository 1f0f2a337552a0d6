"""What is wrong with an audit: faults one by one in, sentences that name their entries out."""

from dataclasses import dataclass
from enum import StrEnum

MOST = 1000
"""Faults that are told one by one; beyond that they are counted."""


class Wrong(StrEnum):
    """What can be wrong."""

    CHANGED = "changed"
    MISSING = "missing"
    UNLINKED = "unlinked"
    UNGUARDED = "unguarded"
    NOT_ANCHORED = "not_anchored"
    ANCHOR_GONE = "anchor_gone"
    ANCHOR_CHANGED = "anchor_changed"
    LOST = "lost"
    THING_CHANGED = "thing_changed"
    THING_UNKNOWN = "thing_unknown"
    THING_GONE = "thing_gone"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault; *seq* is the entry that shows it, None where none does."""

    code: Wrong
    seq: int | None
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Entries *first* to *last* that the anchor names (with this *hash* at the end) are gone.

    *acknowledged_in* is the entry in which a person said so; None if nobody did.
    """

    first: int
    last: int
    hash: str
    acknowledged_in: int | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The whole check: clean if there is no fault; *more* faults were counted only."""

    entries: int
    anchored: int
    faults: tuple[Fault, ...]
    gaps: tuple[Gap, ...]
    more: int = 0

    @property
    def is_clean(self) -> bool:
        """True if nothing is wrong; an acknowledged gap is not."""
        return not self.faults


class Faults:
    """Faults as they are found; a run of entries with the same fault is one sentence."""

    def __init__(self) -> None:
        self._told: list[Fault] = []
        self._runs: dict[Wrong, tuple[int, int, str]] = {}
        self.more = 0

    def add(self, code: Wrong, seq: int | None, sentence: str) -> None:
        """Tell a fault."""
        if len(self._told) < MOST:
            self._told.append(Fault(code=code, seq=seq, sentence=sentence))
        else:
            self.more += 1

    def entry(self, code: Wrong, first: int, last: int, words: str) -> None:
        """Tell the same of entries *first* to *last*: "entries 3 to 7 " and *words*."""
        run = self._runs.get(code)
        if run and run[1] + 1 == first and run[2] == words:
            self._runs[code] = (run[0], last, words)
            return
        self._close(code)
        self._runs[code] = (first, last, words)

    def all(self) -> tuple[Fault, ...]:
        """Everything told."""
        for code in tuple(self._runs):
            self._close(code)
        return tuple(self._told)

    def _close(self, code: Wrong) -> None:
        run = self._runs.pop(code, None)
        if run:
            first, last, words = run
            self.add(code, first, f"{span(first, last)} {words}")


def span(first: int, last: int) -> str:
    """Entries by their numbers, in words."""
    return f"entry {first}:" if first == last else f"entries {first} to {last}:"
