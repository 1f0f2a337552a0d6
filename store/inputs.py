"""What an interpretation was made from in, its row out: reports by revision, context, options."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from pipeline.errors import StoreError
from pipeline.model import Notice
from pipeline.patient import Jurisdiction, Patient
from pipeline.withheld import HeldNegatives
from store import audit
from store.books import interpretation_inputs, readings
from store.bulk import portions
from store.rows import Row, canonical, restored
from store.tables import reports


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Everything that went into one interpretation, besides the knowledge that it names itself.

    *given* and *waiting* are ids of reports in the order they were given, superseded versions
    too; *notices* came from outside the reports; *doubts* are negatives that an alarm held;
    *as_of* None means the patient's own day, else *today*.
    """

    patient: Patient
    given: tuple[str, ...]
    waiting: tuple[str, ...]
    notices: tuple[Notice, ...]
    as_of: date | None
    today: date
    jurisdictions: tuple[Jurisdiction, ...] | None
    code_version: str
    doubts: tuple[HeldNegatives, ...] = ()


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


def rows(
    connection: sa.Connection, made: Sequence[tuple[tuple[str, int], Inputs]], run_id: str | None
) -> list[Row]:
    """The rows of what each interpretation (case, number) was made from; `StoreError`.

    Asked before the rows are written, in the same transaction.
    """
    ids = [each for _, told in made for each in (*told.given, *told.waiting)]
    given = _given(connection, ids)
    return [_row(key, told, given, run_id) for key, told in made]


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
    # Of the text as it stands: a field that was added since would change the hash of the value.
    if audit.text_hash(row.inputs) != row.sha256:
        raise StoreError("tampered", "the stored inputs of an interpretation lack their hash")
    return recorded


def _row(key: tuple[str, int], told: Inputs, given: Mapping[str, Given], run_id: str | None) -> Row:
    used = dict.fromkeys((*told.given, *told.waiting))
    recorded = Recorded(inputs=told, reports=tuple(given[each] for each in used))
    text = canonical(recorded)
    return {
        "case_id": key[0],
        "number": key[1],
        "inputs": text,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "run_id": run_id,
    }


def _given(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Given]:
    wanted = tuple(dict.fromkeys(ids))
    found = {
        row.id: Given(report_id=row.id, revision=row.revision, read_with=row.read_with)
        for some in portions(wanted)
        for row in connection.execute(_GIVEN, {"keys": some})
    }
    if len(found) != len(wanted):
        raise StoreError("inputs_gone", "an interpretation rests on a report that is not stored")
    return found


_KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
_READ = sa.and_(readings.c.report_id == reports.c.id, readings.c.revision == reports.c.revision)
_GIVEN = (
    sa.select(reports.c.id, reports.c.revision, readings.c.read_with)
    .join(readings, _READ, isouter=True)
    .where(reports.c.id.in_(_KEYS))
)
