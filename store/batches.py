"""Many reports or interpretations in, what became of each out: in few transactions, none lost.

A portion is stored whole or not at all. Where the database refuses one of it, the portion is
halved until only that one is left out: a bad one stops none of its neighbours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import sqlalchemy as sa

from pipeline.errors import IdentityError, StoreError
from store import conclusions, reports
from store.conclusions import Conclusion
from store.ledger import Ledger
from store.reports import Incoming, Saved

In = TypeVar("In")
Out = TypeVar("Out")

PORTION = 100
"""Most reports or interpretations of one transaction: a writer beside it waits that long."""

_OF_ONE = frozenset({"not_unicode", "not_storable", "unreadable_row", "inputs_gone", "lost_lease"})
# A constraint of SQLite, a value too long or of the wrong kind; data and constraints by the
# classes of SQLSTATE. All else (a full disk, a lost connection) is no fault of one report.
_OF_ONE_FIRST = ("SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG", "22", "23")


@dataclass(frozen=True, kw_only=True)
class Refused:
    """One of many that was not stored: a code for machines and a sentence that quotes no row."""

    code: str
    sentence: str


class Batches(Ledger):
    """What `Store` offers for many at once."""

    def save_reports(
        self, many: Sequence[Incoming], *, revise: bool = False
    ) -> tuple[Saved | Refused, ...]:
        """Store reports as `save_report` does one by one: the same rows, and an answer for each.

        `StoreError` where the database fails altogether; what was stored until then stays.
        """
        run_id = self._run_id

        def together(some: Sequence[Incoming]) -> tuple[Saved, ...]:
            own = [replace(each, run_id=run_id) for each in some]
            hashes = list(dict.fromkeys(each.result.report.sha256 for each in own))

            def work(connection: sa.Connection) -> tuple[Saved, ...]:
                with self._concluding(connection, hashes):
                    return reports.save_all(connection, own, revise=revise)

            saved = self._write(work)
            self._has_concluded(hashes)
            return saved

        return in_portions(many, together)

    def save_cases(self, many: Sequence[Conclusion]) -> tuple[bool | Refused, ...]:
        """Make these the current interpretations of their cases, as `save_case` does one by one.

        False for one that already was. `StoreError` where the database fails altogether; what was
        stored until then stays.
        """
        run_id = self._run_id

        def together(some: Sequence[Conclusion]) -> tuple[bool, ...]:
            return self._write(lambda each: conclusions.save_all(each, some, run_id))

        return in_portions(many, together)


def in_portions(
    many: Sequence[In], together: Callable[[Sequence[In]], Sequence[Out]]
) -> tuple[Out | Refused, ...]:
    """What *together* says of each of *many*, some at a time, in their order."""
    portions = (many[at : at + PORTION] for at in range(0, len(many), PORTION))
    return tuple(answer for some in portions for answer in _halved(some, together))


def is_of_one(error: IdentityError | StoreError) -> bool:
    """True if it is a fault of one report or case; False if the database itself fails."""
    if isinstance(error, IdentityError):
        return True
    return error.code in _OF_ONE or error.code.startswith(_OF_ONE_FIRST)


def _halved(
    some: Sequence[In], together: Callable[[Sequence[In]], Sequence[Out]]
) -> Sequence[Out | Refused]:
    try:
        return together(some)
    except (IdentityError, StoreError) as error:
        if not is_of_one(error):
            raise
        refused = _refused(error)
    if len(some) == 1:
        return (refused,)
    middle = len(some) // 2
    return (*_halved(some[:middle], together), *_halved(some[middle:], together))


def _refused(error: IdentityError | StoreError) -> Refused:
    code = error.code if isinstance(error, StoreError) else "identity"
    return Refused(code=code, sentence=str(error))
