"""The doors of the store about what people decide: open reviews, decisions, what stands."""

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa

from pipeline.patient import Decision
from store import engine, queue, reviews
from store.reviews import Past, Review

T = TypeVar("T")


class Desk:
    """What `Store` offers to reviewers; needs its engine and its way to write."""

    _engine: sa.Engine

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        raise NotImplementedError

    def open_reviews(self) -> tuple[Review, ...]:
        """Every current interpretation on which nobody has decided, in the order of cases."""
        with engine.read(self._engine) as connection:
            return reviews.opened(connection)

    def record_decision(self, decision: Decision) -> bool:
        """Append a reviewer's decision; False if this very decision stands already.

        It closes the review of the interpretation that it names. `StoreError` with the code
        `stale_decision` if that is not the current one, `already_decided` if another reviewer
        was first to decide on it in the same meaning.
        """

        def work(connection: sa.Connection) -> bool:
            recorded = reviews.record(connection, decision)
            queue.refresh(connection, [decision.case_id])
            return recorded

        return self._write(work)

    def standing(self, case_id: str) -> Decision | None:
        """The decision that stands for the current interpretation; None if nobody has decided."""
        with engine.read(self._engine) as connection:
            return reviews.standing(connection, case_id)

    def decisions(self, case_id: str) -> tuple[Decision, ...]:
        """Every decision about a case, also on earlier interpretations, in the order of time."""
        with engine.read(self._engine) as connection:
            return reviews.decided(connection, case_id)

    def past(self, case_id: str) -> tuple[Past, ...]:
        """Every interpretation of a case in few words, the oldest first, with its decisions."""
        with engine.read(self._engine) as connection:
            return reviews.past(connection, case_id)
