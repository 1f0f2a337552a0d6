"""The doors of the store about whose a report is: neighbours, holds, and what persons decided."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import sqlalchemy as sa

from pipeline.clusters import StandingCase
from pipeline.model import Identity
from store import cases, engine, identities, resolutions, stored
from store.identities import Neighbour, Neighbours
from store.resolutions import Resolution, Resolved
from store.stored import Stored

T = TypeVar("T")


class People:
    """What `Store` offers about persons; needs its engine and its way to write."""

    _engine: sa.Engine

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        raise NotImplementedError

    def neighbours(self, persons: Iterable[Identity], cases: Iterable[str] = ()) -> Neighbours:
        """Every stored case and held report that could be of these persons or of these cases."""
        with engine.read(self._engine) as connection:
            return identities.neighbours(connection, persons, cases)

    def near(self, persons: Iterable[Identity]) -> tuple[Neighbour, ...]:
        """Every stored report that is the same person as one of these, or in doubt with one."""
        with engine.read(self._engine) as connection:
            return identities.near(connection, tuple(persons))

    def persons_of(self, cases: Iterable[str]) -> tuple[StandingCase, ...]:
        """These cases with the identities of their reports; none without a report."""
        with engine.read(self._engine) as connection:
            return identities.cases_of(connection, cases)

    def places_of(self, sha256s: Iterable[str]) -> tuple[Neighbour, ...]:
        """Where the reports of these bytes stand; rows of hand-written tables left out."""
        with engine.read(self._engine) as connection:
            return identities.by_hash(connection, sha256s)

    def stored_reports(self, report_ids: Iterable[str]) -> tuple[Stored, ...]:
        """These reports with what they say, in the order of their keys."""
        with engine.read(self._engine) as connection:
            return stored.of_ids(connection, report_ids)

    def case_reports(self, case_id: str) -> tuple[Stored, ...]:
        """Every report of one case with where it stands; empty for an unknown case."""
        with engine.read(self._engine) as connection:
            return stored.stored(connection, case_id)

    def is_stale(self, case_id: str) -> bool:
        """True if this case is to be made again; False for an unknown one."""
        with engine.read(self._engine) as connection:
            return cases.is_stale(connection, case_id)

    def disturb(self, newcomers: Iterable[Identity]) -> None:
        """Have every case made again on whose owner these identities cast doubt, or may be of."""
        own = tuple(newcomers)
        if own:
            self._write(lambda connection: identities.disturb(connection, own))

    def resolve(self, resolution: Resolution) -> Resolved:
        """Do with a stored report what a person says; `InputError` if that cannot be done.

        `IdentityError` if it contradicts what is printed, unless the person says so knowingly.
        """
        return self._write(lambda connection: resolutions.resolve(connection, resolution))

    def resolutions(self, report_id: str) -> tuple[Resolution, ...]:
        """What persons did with a report, the earliest first."""
        with engine.read(self._engine) as connection:
            return resolutions.of_report(connection, report_id)
