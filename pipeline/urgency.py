"""What is known of a case that waits in, why it is urgent and how urgent out (`urgency.csv`).

The order of the reasons is data: the lowest rank that applies says where the case stands.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import cache

from pipeline.tables import packaged, rows

_CAUSES = {
    "new": "it is new",
    "reports": "its reports changed",
    "context": "the clinical context changed",
    "knowledge": "the knowledge tables changed",
    "code": "the program changed",
}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the place of a case in the queue depends on.

    *review* and *cause* are words of the store; *doubts*, *conflicts* and *holds* count notices,
    *misread* readings that a reviewer called wrong and nobody decided on since; *gained* and
    *lost* count therapy flags against the interpretation that was decided on last.
    """

    review: str
    cause: str
    doubts: int = 0
    misread: int = 0
    conflicts: int = 0
    new_tier_one: bool = False
    gained: int = 0
    lost: int = 0
    holds: int = 0

    @property
    def is_closed(self) -> bool:
        """True if somebody has decided and nothing is left to do."""
        return self.review in {"signed", "refused"}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a case stands where it stands: a code, a rank (the lower the more urgent), words."""

    code: str
    rank: int
    sentence: str


@dataclass(frozen=True, kw_only=True)
class _Row:
    code: str
    rank: int
    notices: frozenset[str]
    note: str
    sentence: str


_APPLIES: dict[str, Callable[[Facts], bool]] = {
    "identity_doubt": lambda facts: facts.doubts > 0 and not facts.is_closed,
    "misread": lambda facts: facts.misread > 0,
    "conflict": lambda facts: facts.conflicts > 0 and not facts.is_closed,
    "tier_one": lambda facts: facts.new_tier_one and not facts.is_closed,
    "changed": lambda facts: facts.gained + facts.lost > 0 and not facts.is_closed,
    "held": lambda facts: facts.holds > 0 and not facts.is_closed,
    "again": lambda facts: facts.review == "review_again" and facts.misread == 0,
    "second": lambda facts: facts.review == "second_signature",
    "waiting": lambda facts: facts.review == "to_review",
    "refused": lambda facts: facts.review == "refused",
    "signed": lambda facts: facts.review == "signed",
}


def reasons(facts: Facts) -> tuple[Reason, ...]:
    """Every reason that applies, the most urgent first; never empty."""
    words = asdict(facts) | {"cause": _CAUSES.get(facts.cause, facts.cause)}
    return tuple(
        Reason(code=row.code, rank=row.rank, sentence=row.sentence.format(**words))
        for row in _table()
        if _APPLIES[row.code](facts)
    )


def urgency(facts: Facts) -> int:
    """The rank of the most urgent reason: cases are sorted by it, the lowest first."""
    return reasons(facts)[0].rank


def closed_from() -> int:
    """The lowest rank of a case on which somebody has decided."""
    return next(row.rank for row in _table() if row.code == "refused")


def count(reason: str, notices: Iterable[str], notes: Iterable[str]) -> int:
    """How much speaks for a reason: codes of notices, and notes of the knowledge by their words."""
    row = next(row for row in _table() if row.code == reason)
    told = sum(bool(row.note) and row.note in each for each in notes)
    return told + sum(code in row.notices for code in notices)


@cache
def _table() -> tuple[_Row, ...]:
    read = (
        _Row(
            code=row["code"],
            rank=int(row["rank"]),
            notices=frozenset(row["notices"].split()),
            note=row["note"],
            sentence=row["sentence"],
        )
        for row in rows(packaged("pipeline", "urgency.csv"))
    )
    return tuple(sorted(read, key=lambda row: row.rank))
