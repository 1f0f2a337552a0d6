"""An interpretation's key in, all that is stored of it out: what it says, and what it rests on.

Reports come at the revision that was used. What was drawn into rows is drawn again and compared,
so that a row which somebody changed is told from the text that it was drawn from.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipeline.errors import InputError, StoreError
from pipeline.model import Identity, Observation, ReportResult
from pipeline.patient import Interpretation, KnowledgeStamp
from store import inputs, readings
from store.books import interpretation_inputs, runs
from store.inputs import Given, Inputs
from store.rows import (
    Row,
    canonical,
    identity_row,
    interpretation_rows,
    report_id,
    report_row,
    restored,
    result_rows,
)
from store.tables import (
    cases,
    earlier_readings,
    interpretation_reports,
    interpretations,
    metadata,
    reports,
)

UNFIT = frozenset({"gone", "tampered", "unreadable_row"})
"""Codes of a `StoreError` that says that what is stored no longer fits together."""


@dataclass(frozen=True, kw_only=True, order=True)
class Key:
    """An interpretation: its case, and its number there."""

    case_id: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Held:
    """A report at the revision that was used; *observations* None: nobody wrote them down."""

    report_id: str
    result: ReportResult
    observations: tuple[Observation, ...] | None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What stands of one interpretation; *inputs* None: from before they were written down.

    *said* is the canonical JSON, byte for byte; *astray* are the tables whose rows are not, or
    no longer, what was drawn from it and from its reports.
    """

    key: Key
    said: str
    knowledge: KnowledgeStamp
    code_version: str
    inputs: Inputs | None
    given: tuple[Held, ...]
    waiting: tuple[Held, ...]
    astray: tuple[str, ...]


def of_run(connection: sa.Connection, run_id: str) -> tuple[Key, ...]:
    """What a run concluded; *run_id* may be the beginning of its id. `InputError`: no such run."""
    query = sa.select(runs.c.id).where(runs.c.id.startswith(run_id, autoescape=True)).limit(2)
    found = connection.scalars(query).all()
    if len(found) != 1 or not run_id:
        told = "several runs have" if found else "no run has"
        raise InputError(f"{told} an id that begins so")
    book = interpretation_inputs.c
    wanted = sa.select(book.case_id, book.number).where(book.run_id == found[0])
    return _keys(connection, wanted.order_by(book.case_id, book.number))


def of_case(connection: sa.Connection, case_id: str) -> tuple[Key, ...]:
    """Every interpretation of a case, the oldest first; `InputError` where there is none."""
    found = _keys(connection, _ALL.where(interpretations.c.case_id == case_id))
    if not found:
        raise InputError("no interpreted case is stored under this id")
    return found


def every(connection: sa.Connection) -> tuple[Key, ...]:
    """Every interpretation of every case."""
    return _keys(connection, _ALL)


def of(connection: sa.Connection, key: Key) -> Evidence:
    """All of one interpretation; `StoreError` if a part of it is gone or cannot be read."""
    try:
        return _whole(connection, key)
    except ValueError:
        # The cell of a day or a time holds something else.
        raise StoreError("unreadable_row", "a stored cell cannot be read") from None


def _whole(connection: sa.Connection, key: Key) -> Evidence:
    where = interpretations.c.case_id == key.case_id, interpretations.c.number == key.number
    row = connection.execute(sa.select(interpretations).where(*where)).mappings().one()
    recorded = inputs.of(connection, (key.case_id, key.number))
    held = {each.report_id: each for each in recorded.reports} if recorded else {}
    used = recorded.inputs if recorded else None
    return Evidence(
        key=key,
        said=row["canonical"],
        knowledge=KnowledgeStamp(release=row["knowledge_release"], sha256=row["knowledge_sha256"]),
        code_version=row["code_version"],
        inputs=used,
        given=tuple(_held(connection, held[each]) for each in used.given) if used else (),
        waiting=tuple(_held(connection, held[each]) for each in used.waiting) if used else (),
        astray=tuple(dict.fromkeys(_astray(connection, dict(row), used, list(held.values())))),
    )


_ALL = sa.select(interpretations.c.case_id, interpretations.c.number).order_by(
    interpretations.c.case_id, interpretations.c.number
)


def _keys(connection: sa.Connection, query: sa.Select[Any]) -> tuple[Key, ...]:
    found = connection.execute(query)
    return tuple(Key(case_id=row.case_id, number=row.number) for row in found)


def _held(connection: sa.Connection, given: Given) -> Held:
    return Held(
        report_id=given.report_id,
        result=restored(ReportResult, _text(connection, given)),
        observations=readings.of(connection, given.report_id, given.revision),
    )


def _text(connection: sa.Connection, given: Given) -> str:
    for table, key in ((reports, reports.c.id), (earlier_readings, earlier_readings.c.report_id)):
        query = sa.select(table.c.canonical).where(
            key == given.report_id, table.c.revision == given.revision
        )
        found = connection.execute(query).scalar_one_or_none()
        if found is not None:
            return str(found)
    raise StoreError("gone", "a reading that an interpretation rests on is no longer stored")


def _astray(
    connection: sa.Connection, row: Row, used: Inputs | None, given: list[Given]
) -> Iterator[str]:
    said = restored(Interpretation, row["canonical"])
    if row != row | _columns(said, row["canonical"]):
        yield "interpretations"
    key = {"case_id": row["case_id"], "number": row["number"]}
    for name, drawn in interpretation_rows(row["number"], said).items():
        if _stored(connection, name, key) != [_plain(each) for each in drawn]:
            yield name
    if used is not None:
        yield from _of_inputs(connection, row, said, given)
    yield from _of_case(connection, row, said)
    for each in given:
        yield from _of_report(connection, each)


def _columns(said: Interpretation, text: str) -> Row:
    return {
        "case_id": said.case.id,
        "as_of": said.as_of,
        "knowledge_release": said.knowledge.release,
        "knowledge_sha256": said.knowledge.sha256,
        "code_version": said.code_version,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }


def _of_inputs(
    connection: sa.Connection, row: Row, said: Interpretation, given: list[Given]
) -> Iterator[str]:
    """The reports that the interpretation holds, each at the revision that was given."""
    held = {report_id(each.report, said.case.id) for each in said.case.reports}
    links = {(each.report_id, each.revision) for each in given if each.report_id in held}
    book = interpretation_reports.c
    query = sa.select(book.report_id, book.revision).where(
        book.case_id == row["case_id"], book.number == row["number"]
    )
    if {(each.report_id, each.revision) for each in connection.execute(query)} != links:
        yield "interpretation_reports"


def _of_case(connection: sa.Connection, row: Row, said: Interpretation) -> Iterator[str]:
    """The row of a case is as its current interpretation describes it."""
    # A case that is stale waits to be made again, maybe with another context.
    fresh = sa.select(cases).where(cases.c.id == row["case_id"], cases.c.stale.is_(sa.false()))
    stored = connection.execute(fresh).mappings().one_or_none()
    if row["state"] != "current" or stored is None:
        return
    case = said.case
    described = identity_row(case.patient.identity) | {
        "site": case.patient.site,
        "tumour_type": case.tumour_type,
        "tumour_is_btc": case.tumour_is_btc,
        "patient": canonical(case.patient),
    }
    if dict(stored) != dict(stored) | _plain(described):
        yield "cases"


def _of_report(connection: sa.Connection, given: Given) -> Iterator[str]:
    """The rows of a report are those of its newest revision."""
    query = sa.select(reports).where(
        reports.c.id == given.report_id, reports.c.revision == given.revision
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return
    result = restored(ReportResult, row["canonical"])
    whose = Identity(**{name: row[name] for name in Identity.__dataclass_fields__})
    if dict(row) != dict(row) | _plain(report_row(result, whose, row["portion"] or None)):
        yield "reports"
    drawn = result_rows(given.report_id, result)
    for name, many in (
        ("findings", drawn.findings),
        ("observations", drawn.observations),
        ("finding_observations", drawn.links),
    ):
        if _stored(connection, name, {"report_id": given.report_id}) != [_plain(x) for x in many]:
            yield name


def _stored(connection: sa.Connection, name: str, key: Row) -> list[Row]:
    table = metadata.tables[name]
    order = [column for column in table.primary_key if column.name not in key]
    query = sa.select(table).where(*(table.c[column] == value for column, value in key.items()))
    return [dict(row) for row in connection.execute(query.order_by(*order)).mappings()]


def _plain(row: Row) -> Row:
    # A word of an enum is stored as its text.
    return {name: str(each) if isinstance(each, str) else each for name, each in row.items()}
