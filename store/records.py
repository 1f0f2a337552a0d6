"""The store: reports and interpretations in, each in one transaction, and the same out again.

The door of this room. Every call is a transaction of its own that happens whole or not at all,
and may be repeated: what already stands is not written twice.
"""

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self, TypeVar

import sqlalchemy as sa

from pipeline.errors import InputError
from pipeline.model import Identity, ReportResult
from pipeline.patient import Interpretation, Patient
from store import audit, cases, conclusions, engine, listing, reports, stored
from store.accounts import Accounts
from store.batches import Batches
from store.conclusions import Conclusion
from store.desk import Desk
from store.inputs import Inputs
from store.listing import CaseRow, Page
from store.memory import Memory
from store.people import People
from store.readings import Seen
from store.reports import Incoming, Saved
from store.seal import Seal
from store.shelf import Shelf
from store.statements import Statements
from store.stored import HeldRow, Stored
from store.tables import HEAD
from store.trail import Trail
from store.watch import Watch
from store.worklist import Worklist

T = TypeVar("T")


def open_store(url: str, seal: Seal | None = None) -> "Store":
    """The store at *url* (SQLite or PostgreSQL); `InputError` if the URL is neither.

    A new SQLite file and its directory are readable by their owner alone. *seal* makes the audit
    believable; without one its entries are numbered and chained, but anybody can forge them.
    """
    return Store(engine.connect(url), seal or Seal())


class Store(Accounts, Batches, Desk, Memory, People, Shelf, Statements, Trail, Worklist, Watch):
    """An open database. A context manager; every door raises `StoreError` if it refuses."""

    def __init__(self, database: sa.Engine, seal: Seal | None = None) -> None:
        self._engine = database
        self._seal = seal or Seal()

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
        self._adopt()
        self._make_queue()

    def revision(self) -> str | None:
        """The revision of the tables; None in an empty database."""
        with engine.read(self._engine) as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            found = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
            return found.scalar_one_or_none()

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        """Every change goes through here: one transaction with its audit, all or nothing."""

        def once(inner: Callable[[sa.Connection], T]) -> T:
            return audit.write(self._engine, self._seal, inner)

        return once(work) if self._acting is None else self._acting.write(once, work)

    def save_report(  # noqa: PLR0913 - whose, where, and what was seen of it
        self,
        result: ReportResult,
        *,
        case_id: str | None,
        hold: str | None,
        identity: Identity | None = None,
        revise: bool = False,
        seen: Seen | None = None,
    ) -> Saved:
        """Store one report with its findings and its place in a case.

        *hold* is the sentence why nothing may be concluded from it yet; a report with a hold
        belongs to no case. *identity* is whose it is by the manifest, where that adds to what the
        report prints. *seen* is what its reader saw, for a replay; without it the reading that is
        stored stands. *revise* puts another reading of the same bytes in place of the stored one;
        without it only a better one (held before, readable now) takes its place. `Saved` says
        what happened and whether a hold stands, which the store sets itself where another file
        already stands for the same report.
        """
        incoming = Incoming(
            result=result,
            identity=identity or result.report.identity,
            case_id=case_id,
            hold=hold,
            seen=seen,
            run_id=self._run_id,
        )

        own = (result.report.sha256,)

        def work(connection: sa.Connection) -> Saved:
            with self._concluding(connection, own):
                return reports.save(connection, incoming, revise=revise)

        saved = self._write(work)
        self._has_concluded(own)
        return saved

    def save_case(
        self,
        interpretation: Interpretation,
        *,
        inputs: Inputs | None = None,
        heard: int | None = None,
    ) -> bool:
        """Make this the current interpretation of its case; False if it already was.

        *inputs* is what it was made from: without them it cannot be replayed. *heard* is how much
        people had said of it then: if they have said more since, the case stays stale.
        `IdentityError` if it rests on a report that is not stored in this case: save the reports
        first, and leave out those that came back with a hold.
        """
        return self._write(
            lambda connection: conclusions.save(
                connection,
                Conclusion(said=interpretation, made_from=inputs, heard=heard),
                self._run_id,
            )
        )

    def known(self, sha256: str) -> bool:
        """True if a report of these bytes is stored, held ones included."""
        with engine.read(self._engine) as connection:
            return stored.is_known(connection, sha256)

    def all_results(self) -> tuple[Stored, ...]:
        """Every stored report with its case or its hold, to find the reports of one patient."""
        with engine.read(self._engine) as connection:
            return stored.stored(connection)

    def report_results(self, case_id: str) -> tuple[ReportResult, ...]:
        """Every report of one case, superseded versions included; empty for an unknown case."""
        with engine.read(self._engine) as connection:
            return tuple(each.result for each in stored.stored(connection, case_id))

    def held(self) -> tuple[HeldRow, ...]:
        """Every file from which nothing is concluded, with its reasons."""
        with engine.read(self._engine) as connection:
            return stored.held(connection)

    def cases(self, *, flagged: bool = False, page: Page | None = None) -> tuple[CaseRow, ...]:
        """The list of cases, or only of those with a therapy flag; whole, or one page of it."""
        with engine.read(self._engine) as connection:
            return listing.listing(connection, flagged=flagged, page=page)

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

    def every_case(self, *, batch: int = 100) -> Iterator[tuple[Interpretation, ...]]:
        """Every current interpretation in the order of case ids, a batch at a time."""
        last = ""
        while True:
            with engine.read(self._engine) as connection:
                found = cases.following(connection, last, batch)
            if not found:
                return
            yield found
            last = found[-1].case.id

    def history(self, case_id: str) -> tuple[Interpretation, ...]:
        """Every interpretation of a case, the oldest first; the last one is current."""
        with engine.read(self._engine) as connection:
            return cases.history(connection, case_id)

    def patient(self, case_id: str) -> Patient | None:
        """The clinical context a case was last interpreted with; None if it never was."""
        with engine.read(self._engine) as connection:
            return cases.patient(connection, case_id)
