"""The store: reports and interpretations in, each in one transaction, and the same out again.

The door of this room. Every call is a transaction of its own that happens whole or not at all,
and may be repeated: what already stands is not written twice.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

import sqlalchemy as sa

from pipeline.errors import InputError
from pipeline.model import Identity, ReportResult
from pipeline.patient import Decision, Interpretation, Patient
from store import cases, engine, intake, reports
from store.books import IntakeState
from store.cases import CaseRow
from store.reports import HeldRow, Incoming, Saved, Stored
from store.tables import HEAD

T = TypeVar("T")


def open_store(url: str) -> "Store":
    """The store at *url* (SQLite or PostgreSQL); `InputError` if the URL is neither.

    A new SQLite file and its directory are readable by their owner alone.
    """
    return Store(engine.connect(url))


class Store:
    """An open database. A context manager; every door raises `StoreError` if it refuses."""

    def __init__(self, database: sa.Engine) -> None:
        self._engine = database

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give every connection back."""
        self._engine.dispose()

    def upgrade(self) -> None:
        """Make or bring forward the tables; quick when they are already as this code needs."""
        if self.revision() != HEAD:
            from store.migrations import to_head  # noqa: PLC0415 - alembic takes 0.3 s

            to_head(self._engine)

    def revision(self) -> str | None:
        """The revision of the tables; None in an empty database."""
        with engine.read(self._engine) as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            found = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
            return found.scalar_one_or_none()

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        """Every change goes through here: one transaction, all or nothing."""
        return engine.write(self._engine, work)

    def save_report(
        self,
        result: ReportResult,
        *,
        case_id: str | None,
        hold: str | None,
        identity: Identity | None = None,
        revise: bool = False,
    ) -> Saved:
        """Store one report with its findings and its place in a case.

        *hold* is the sentence why nothing may be concluded from it yet; a report with a hold
        belongs to no case. *identity* is whose it is by the manifest, where that adds to what the
        report prints. *revise* puts another reading of the same bytes in place of the stored one;
        without it only a better one (held before, readable now) takes its place. `Saved` says
        what happened and whether a hold stands, which the store sets itself where another file
        already stands for the same report.
        """
        incoming = Incoming(
            result=result,
            identity=identity or result.report.identity,
            case_id=case_id,
            hold=hold,
        )
        return self._write(lambda connection: reports.save(connection, incoming, revise=revise))

    def save_case(self, interpretation: Interpretation) -> bool:
        """Make this the current interpretation of its case; False if it already was.

        `IdentityError` if it rests on a report that is not stored in this case: save the reports
        first, and leave out those that came back with a hold.
        """
        return self._write(lambda connection: cases.save(connection, interpretation))

    def record_decision(self, decision: Decision) -> bool:
        """Append a reviewer's decision; False if this very decision stands already."""
        return self._write(lambda connection: cases.record(connection, decision))

    def note_file(self, sha256: str, *, file: str, seen_at: datetime) -> bool:
        """Write an incoming file into the ledger; False if its bytes were seen before."""
        return self._write(
            lambda connection: intake.note(connection, sha256, file=file, seen_at=seen_at),
        )

    def settle_file(self, sha256: str, state: IntakeState) -> None:
        """Write into the ledger how a file ended, where no report was saved that says so."""
        self._write(lambda connection: intake.settle(connection, sha256, state))

    def files(self) -> Mapping[IntakeState, int]:
        """How many files of the ledger stand in each state."""
        with engine.read(self._engine) as connection:
            return intake.count(connection)

    def known(self, sha256: str) -> bool:
        """True if a report of these bytes is stored, held ones included."""
        with engine.read(self._engine) as connection:
            return reports.is_known(connection, sha256)

    def all_results(self) -> tuple[Stored, ...]:
        """Every stored report with its case or its hold, to find the reports of one patient."""
        with engine.read(self._engine) as connection:
            return reports.stored(connection)

    def report_results(self, case_id: str) -> tuple[ReportResult, ...]:
        """Every report of one case, superseded versions included; empty for an unknown case."""
        with engine.read(self._engine) as connection:
            return tuple(each.result for each in reports.stored(connection, case_id))

    def held(self) -> tuple[HeldRow, ...]:
        """Every file from which nothing is concluded, with its reasons."""
        with engine.read(self._engine) as connection:
            return reports.held(connection)

    def cases(self, *, flagged: bool = False) -> tuple[CaseRow, ...]:
        """The list of cases, or only of those with a therapy flag."""
        with engine.read(self._engine) as connection:
            return cases.listing(connection, flagged=flagged)

    def stale_cases(self) -> tuple[str, ...]:
        """Ids of the cases to be made again: a report came, went or changed since."""
        with engine.read(self._engine) as connection:
            return cases.stale(connection)

    def case(self, case_id: str) -> Interpretation:
        """The current interpretation of a case; `InputError` where there is none."""
        with engine.read(self._engine) as connection:
            found = cases.current(connection, case_id)
        if found is None:
            raise InputError("no interpreted case is stored under this id")
        return found

    def history(self, case_id: str) -> tuple[Interpretation, ...]:
        """Every interpretation of a case, the oldest first; the last one is current."""
        with engine.read(self._engine) as connection:
            return cases.history(connection, case_id)

    def patient(self, case_id: str) -> Patient | None:
        """The clinical context a case was last interpreted with; None if it never was."""
        with engine.read(self._engine) as connection:
            return cases.patient(connection, case_id)

    def decisions(self, case_id: str) -> tuple[Decision, ...]:
        """The decisions about a case, in the order of their time."""
        with engine.read(self._engine) as connection:
            return cases.decided(connection, case_id)
