"""The doors of the store about the queue: what waits, who looks after it, whose it is to see."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from pipeline.model import Identity
from store import assignments, engine, queue, queue_facts, queued, sought, views
from store.assignments import Assignment
from store.queued import Part, Queued, Scope, Wanted
from store.sought import Found
from store.tables import cases

T = TypeVar("T")


class Worklist:
    """What `Store` offers about the queue; needs its engine and its way to write."""

    _engine: sa.Engine

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        raise NotImplementedError

    def queue(self, wanted: Wanted, scope: Scope, part: Part) -> tuple[Queued, ...]:
        """One page of the queue."""
        with engine.read(self._engine) as connection:
            return queued.page(connection, wanted, scope, part)

    def queue_count(self, wanted: Wanted, scope: Scope) -> int:
        """How many cases the filters leave."""
        with engine.read(self._engine) as connection:
            return queued.count(connection, wanted, scope)

    def queue_by(
        self, wanted: Wanted, scope: Scope, columns: Sequence[str]
    ) -> Mapping[str, Mapping[Any, int]]:
        """How many of the cases that fit there are by the values of each column."""
        with engine.read(self._engine) as connection:
            return {each: queued.by(connection, each, wanted, scope) for each in columns}

    def queued(self, case_ids: Sequence[str], scope: Scope) -> tuple[Queued, ...]:
        """These cases as far as they may be seen, in the order of the queue."""
        with engine.read(self._engine) as connection:
            return queued.of_cases(connection, case_ids, scope)

    def refresh_queue(self, case_ids: Sequence[str]) -> None:
        """Say anew where these cases stand; every door that decides does so by itself."""
        self._write(lambda connection: queue.refresh(connection, case_ids))

    def rebuild_queue(self) -> None:
        """Make the queue again from all that is said and decided."""
        self._write(queue.rebuild)

    def find(self, identity: Identity, *, by: str) -> Found:
        """What bears every identifier that is stated, noted in the audit under the person's id.

        `InputError` unless a number is stated, or a name with a day of birth.
        """
        return self._write(lambda connection: sought.find(connection, identity, by=by))

    def case_ids(self) -> Iterator[str]:
        """The id of every case, those included of which nothing is concluded yet."""
        with engine.read(self._engine) as connection:
            yield from connection.execute(sa.select(cases.c.id)).scalars()

    def case_authorities(self, case_id: str) -> frozenset[str] | None:
        """Every assigning authority that a case names; None for an unknown case."""
        with engine.read(self._engine) as connection:
            return queue_facts.authorities(connection, case_id)

    def assign(self, said: Assignment) -> bool:
        """Give a case to a person, or to nobody; False if it stands so already.

        `StoreError` (`already_assigned`) if it belongs to another person than was shown.
        """
        return self._write(lambda connection: assignments.assign(connection, said))

    def assigned(self, case_id: str) -> str | None:
        """The opaque id of the person who looks after a case; None if nobody does."""
        with engine.read(self._engine) as connection:
            return assignments.assigned(connection, case_id)

    def keep_view(self, user_id: str, name: str, filters: Mapping[str, str]) -> None:
        """Keep a person's filters under a name; `InputError` for an empty name or too many."""
        self._write(lambda connection: views.keep(connection, user_id, name, filters))

    def views(self, user_id: str) -> dict[str, dict[str, str]]:
        """The filters that a person keeps, by name."""
        with engine.read(self._engine) as connection:
            return views.of(connection, user_id)

    def forget_view(self, user_id: str, name: str) -> None:
        """Take a person's filters away; nothing if there are none of this name."""
        self._write(lambda connection: views.forget(connection, user_id, name))

    def _make_queue(self) -> None:
        """Make the queue of a database that was filled before there was one."""
        with engine.read(self._engine) as connection:
            missing = queue.is_missing(connection)
        if missing:
            self.rebuild_queue()
