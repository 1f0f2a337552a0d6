"""The doors of the store about what people sign, state of a patient, and say was misread."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import sqlalchemy as sa

from pipeline.context import ContextChange
from store import contexts, corrections, engine, hearings, queue, signing
from store.contexts import Statement
from store.corrections import Correction, Judged
from store.signing import Given, Signing

T = TypeVar("T")


class Statements:
    """What `Store` offers to people who answer for a case; needs its engine and way to write."""

    _engine: sa.Engine

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        raise NotImplementedError

    def sign(self, said: Signing) -> bool:
        """Record a decision with its signature; False if this very decision stands already.

        `StoreError`: `stale_decision`, `already_decided`, `no_first_signature`, `same_person`,
        `case_stale` or `misread`, each with a sentence for the person; `InputError` for what is
        missing in it.
        """

        def work(connection: sa.Connection) -> bool:
            done = signing.sign(connection, said)
            queue.refresh(connection, [said.decision.case_id])
            return done

        return self._write(work)

    def given(self, case_id: str) -> tuple[Given, ...]:
        """Every decision about a case in the order of time, with its signature and changes."""
        with engine.read(self._engine) as connection:
            return signing.given(connection, case_id)

    def state(self, said: Statement) -> int:
        """Append what is stated of a patient; the number of the change. The case is stale then.

        `InputError` without a reason or a case; `StoreError` (`stale_context`) if somebody stated
        something since it was seen.
        """

        def work(connection: sa.Connection) -> int:
            number = contexts.state(connection, said)
            queue.refresh(connection, [said.case_id])
            return number

        return self._write(work)

    def context_changes(self, case_ids: Iterable[str]) -> tuple[ContextChange, ...]:
        """What was stated of the patients of these cases, the earliest of each case first."""
        with engine.read(self._engine) as connection:
            return contexts.of_cases(connection, case_ids)

    def heard(self, case_ids: Iterable[str]) -> dict[str, int]:
        """How much people have said of each of these cases, to be told when one is saved."""
        with engine.read(self._engine) as connection:
            return hearings.heard(connection, tuple(case_ids))

    def correct(self, judged: Sequence[Correction], *, actor: str | None = None) -> int:
        """Append judgements of what was read; how many are new. Their cases may be stale then."""

        def work(connection: sa.Connection) -> int:
            new = corrections.record(connection, judged, actor=actor)
            queue.refresh(connection, sorted({each.case_id for each in judged}))
            return new

        return self._write(work)

    def corrections(self, case_id: str) -> tuple[Correction, ...]:
        """Every judgement that was made of a case, the earliest first."""
        with engine.read(self._engine) as connection:
            return corrections.of_case(connection, case_id)

    def misread(self, case_ids: Iterable[str]) -> tuple[Correction, ...]:
        """What was judged wrong, and not taken back, of reports that stand in these cases."""
        with engine.read(self._engine) as connection:
            return corrections.misread(connection, case_ids)

    def corrections_by_reader(self) -> tuple[Judged, ...]:
        """How often each field that a reader read was judged how: the latest judgements alone."""
        with engine.read(self._engine) as connection:
            return corrections.by_reader(connection)

    def wrong_readings(self) -> tuple[Correction, ...]:
        """Every reading that was judged wrong and not taken back."""
        with engine.read(self._engine) as connection:
            return corrections.wrong(connection)
