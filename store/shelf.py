"""The doors of the store about knowledge and replay: releases, and what interpretations rest on."""

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa

from store import engine, evidence, outdated, releases
from store.books import ReleaseState
from store.evidence import Evidence, Key
from store.outdated import Outdated
from store.releases import NewRelease, ReleaseRow, Signed

T = TypeVar("T")


class Shelf:
    """What `Store` offers about releases and replay; needs its engine and its way to write."""

    _engine: sa.Engine

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        raise NotImplementedError

    def add_release(self, new: NewRelease, signed: Signed) -> bool:
        """Store a release of knowledge as a candidate; False if its rows stand already."""
        return self._write(lambda connection: releases.add(connection, new, signed))

    def open_with(self, new: NewRelease, signed: Signed) -> bool:
        """Store a release and make it active where none is; False if one is active already."""

        def work(connection: sa.Connection) -> bool:
            if any(each.state is ReleaseState.ACTIVE for each in releases.listed(connection)):
                return False
            releases.add(connection, new, signed)
            return releases.activate(connection, new.sha256, signed)

        return self._write(work)

    def activate_release(self, sha256: str, signed: Signed) -> bool:
        """Make a release the active one, in place of the one before; False if it is already."""
        return self._write(lambda connection: releases.activate(connection, sha256, signed))

    def releases(self) -> tuple[ReleaseRow, ...]:
        """Every stored release, in the order in which they came."""
        with engine.read(self._engine) as connection:
            return releases.listed(connection)

    def release_named(self, word: str) -> ReleaseRow:
        """The release of this name, or whose hash begins so; `InputError` unless there is one."""
        with engine.read(self._engine) as connection:
            return releases.named(connection, word)

    def release_text(self, sha256: str) -> str | None:
        """The tables of a release as one text; None where it is not stored."""
        with engine.read(self._engine) as connection:
            return releases.text(connection, sha256)

    def outdated_count(self, sha256: str) -> int:
        """How many cases another release than the one of this hash speaks of."""
        with engine.read(self._engine) as connection:
            return outdated.count(connection, sha256)

    def outdated(self, sha256: str, *, after: str, limit: int) -> tuple[Outdated, ...]:
        """The next of these cases after the id *after*, in the order of ids."""
        with engine.read(self._engine) as connection:
            return outdated.following(connection, sha256, after=after, limit=limit)

    def interpretations_of_run(self, run_id: str) -> tuple[Key, ...]:
        """What a run concluded, by case; `InputError` unless one run is called so."""
        with engine.read(self._engine) as connection:
            return evidence.of_run(connection, run_id)

    def interpretations_of_case(self, case_id: str) -> tuple[Key, ...]:
        """Every interpretation of a case, the oldest first; `InputError` where there is none."""
        with engine.read(self._engine) as connection:
            return evidence.of_case(connection, case_id)

    def interpretations(self) -> tuple[Key, ...]:
        """Every interpretation of every case."""
        with engine.read(self._engine) as connection:
            return evidence.every(connection)

    def evidence(self, key: Key) -> Evidence:
        """All that is stored of one interpretation, to make it again."""
        with engine.read(self._engine) as connection:
            return evidence.of(connection, key)
