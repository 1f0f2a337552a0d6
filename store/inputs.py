"""What an interpretation was made from in, its row out: reports by revision, context, options."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from pipeline.codec import fingerprint
from pipeline.errors import StoreError
from pipeline.model import Notice
from pipeline.patient import Jurisdiction, Patient
from store.books import interpretation_inputs, readings
from store.rows import canonical, restored
from store.tables import reports


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Everything that went into one interpretation, besides the knowledge that it names itself.

    *given* and *waiting* are ids of reports in the order they were given, superseded versions
    too; *notices* came from outside the reports; *as_of* None means the patient's own day, else
    *today*.
    """

    patient: Patient
    given: tuple[str, ...]
    waiting: tuple[str, ...]
    notices: tuple[Notice, ...]
    as_of: date | None
    today: date
    jurisdictions: tuple[Jurisdiction, ...] | None
    code_version: str


@dataclass(frozen=True, kw_only=True)
class Given:
    """A report as it was given: its revision, and what it was read with."""

    report_id: str
    revision: int
    read_with: str | None


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """Inputs as they are stored: with the revision of every report."""

    inputs: Inputs
    reports: tuple[Given, ...]


def record(
    connection: sa.Connection, key: tuple[str, int], inputs: Inputs, run_id: str | None
) -> None:
    """Write down what interpretation *key* (case, number) was made from; `StoreError`."""
    used = _revisions(connection, (*inputs.given, *inputs.waiting))
    recorded = Recorded(inputs=inputs, reports=used)
    row = {
        "case_id": key[0],
        "number": key[1],
        "inputs": canonical(recorded),
        "sha256": fingerprint(recorded),
        "run_id": run_id,
    }
    connection.execute(sa.insert(interpretation_inputs), row)


def of(connection: sa.Connection, key: tuple[str, int]) -> Recorded | None:
    """What interpretation *key* was made from; None where nobody wrote it down.

    `StoreError` (`tampered`) where the row no longer has its hash.
    """
    query = sa.select(interpretation_inputs.c.inputs, interpretation_inputs.c.sha256).where(
        interpretation_inputs.c.case_id == key[0], interpretation_inputs.c.number == key[1]
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    recorded = restored(Recorded, row.inputs)
    if fingerprint(recorded) != row.sha256:
        raise StoreError("tampered", "the stored inputs of an interpretation lack their hash")
    return recorded


def _revisions(connection: sa.Connection, ids: Iterable[str]) -> tuple[Given, ...]:
    wanted = tuple(dict.fromkeys(ids))
    query = (
        sa.select(reports.c.id, reports.c.revision, readings.c.read_with)
        .join(
            readings,
            sa.and_(
                readings.c.report_id == reports.c.id, readings.c.revision == reports.c.revision
            ),
            isouter=True,
        )
        .where(reports.c.id.in_(wanted))
    )
    found = {row.id: row for row in connection.execute(query)}
    if len(found) != len(wanted):
        raise StoreError("inputs_gone", "an interpretation rests on a report that is not stored")
    return tuple(
        Given(report_id=each, revision=found[each].revision, read_with=found[each].read_with)
        for each in wanted
    )
