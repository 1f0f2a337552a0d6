"""What an entry of the audit vouches for: the rows of one thing in, one hash out.

The same hash comes from rows about to be written and from those that stand in the tables.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from store.audit import Act, append, case_token, digest, raw
from store.columns import metadata
from store.rows import Row

_OF_REPORT = (
    "findings",
    "observations",
    "finding_observations",
    "report_identifiers",
    "case_reports",
)
_OF_INTERPRETATION = (
    "interpretation_reports",
    "flags",
    "suggestions",
    "near_misses",
    "not_assessed",
    "reviews",
)
_OF_DECISION = ("overrides", "signatures")
_AT_ONCE = 200
"""Things looked at in one portion: all that the check holds in memory."""


def report(row: Row, rows: Mapping[str, Iterable[Row]]) -> str:
    """The hash of a report: its row, its findings and observations, and its place in a case."""
    return digest({"reports": [row]} | {name: rows.get(name, ()) for name in _OF_REPORT})


def interpretation(row: Row, rows: Mapping[str, Iterable[Row]]) -> str:
    """The hash of an interpretation: its row, and all that is drawn from it."""
    own = {name: rows.get(name, ()) for name in _OF_INTERPRETATION}
    # Which one is current follows from the numbers.
    return digest({"interpretations": [_without(row, "state")]} | own)


def decision(row: Row, closing: Iterable[Row], own: Mapping[str, Sequence[Row]]) -> str:
    """The hash of a decision: its row, what it was about, what stands instead, who signed.

    *own* are rows by table. A table without rows is left out: no decision had any before.
    """
    filled = {name: rows for name, rows in own.items() if rows}
    return digest({"decisions": [row], "closings": closing} | filled)


def decisions_of(connection: sa.Connection, rows: Sequence[Row]) -> list[str]:
    """The hash of each of these rows of `decisions`, as the tables stand."""
    ids = [row["id"] for row in rows]
    found = _by(connection, "closings", ("decision_id",), ids)
    parts = {name: _by(connection, name, ("decision_id",), ids) for name in _OF_DECISION}
    return [
        decision(
            row, found[(row["id"],)], {name: part[(row["id"],)] for name, part in parts.items()}
        )
        for row in rows
    ]


def reading(row: Row) -> str:
    """The hash of what was seen of a report, whichever of its revisions it stands for."""
    return digest({"readings": [_without(row, "revision")]})


def alone(table: str, row: Row) -> str:
    """The hash of a thing that is one row: a case, a decision, a resolution, a release."""
    # A case is to be made again whenever a report comes; nothing is said anew by that.
    return digest({table: [_without(row, "stale")]})


def note_opened(connection: sa.Connection, cases: Iterable[Row]) -> None:
    """Note that these cases were opened."""
    for row in cases:
        subject = case_token(row["id"])
        detail = {"number": 1, "rows": alone("cases", row)}
        append(connection, action=Act.CASE_OPENED, subject=subject, detail=detail)


def portions(connection: sa.Connection, table: str, order: Sequence[str]) -> Iterator[list[Row]]:
    """Every row of a table in the order of its key, some at a time."""
    drawn = metadata.tables[table]
    query = _select(drawn).order_by(*(drawn.c[name] for name in order))
    found = connection.execute(query.execution_options(yield_per=_AT_ONCE)).mappings()
    for some in found.partitions(_AT_ONCE):
        yield [dict(row) for row in some]


def reports_of(connection: sa.Connection, rows: Sequence[Row]) -> list[str]:
    """The hash of each of these rows of `reports`, as the tables stand."""
    keys = [row["id"] for row in rows]
    parts = {name: _by(connection, name, ("report_id",), keys) for name in _OF_REPORT}
    return [
        report(row, {name: found[(row["id"],)] for name, found in parts.items()}) for row in rows
    ]


def interpretations_of(connection: sa.Connection, rows: Sequence[Row]) -> list[str]:
    """The hash of each of these rows of `interpretations`, as the tables stand."""
    keys = list(dict.fromkeys(row["case_id"] for row in rows))
    key = ("case_id", "number")
    parts = {name: _by(connection, name, key, keys) for name in _OF_INTERPRETATION}
    return [
        interpretation(
            row, {name: found[row["case_id"], row["number"]] for name, found in parts.items()}
        )
        for row in rows
    ]


def orphans(connection: sa.Connection) -> Iterator[tuple[str, int]]:
    """Tables with rows that belong to nothing stored, and how many of them."""
    for name in (*_OF_REPORT, *_OF_INTERPRETATION, *_OF_DECISION, "closings"):
        for rule in metadata.tables[name].foreign_key_constraints:
            child, parent = rule.parent, rule.referred_table
            same = sa.and_(*(each.parent == each.column for each in rule.elements))
            lost = ~sa.exists().where(same).select_from(parent).correlate(child)
            query = sa.select(sa.func.count()).select_from(child).where(lost)
            if count := connection.execute(query).scalar_one():
                yield name, count
    if count := connection.execute(_of_no_revision()).scalar_one():
        yield "readings", count


def _of_no_revision() -> sa.Select[int]:
    # A reading is vouched for without its revision, so one more copy would go unseen.
    readings = metadata.tables["readings"]
    query = sa.select(sa.func.count()).select_from(readings)
    for name, key in (("reports", "id"), ("earlier_readings", "report_id")):
        known = metadata.tables[name]
        same = (known.c[key] == readings.c.report_id, known.c.revision == readings.c.revision)
        query = query.where(~sa.exists().where(*same).select_from(known).correlate(readings))
    return query


def _by(
    connection: sa.Connection, table: str, key: Sequence[str], wanted: Collection[str]
) -> dict[tuple[Any, ...], list[Row]]:
    drawn = metadata.tables[table]
    grouped: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    query = _select(drawn).where(drawn.c[key[0]].in_(wanted))
    for row in connection.execute(query).mappings():
        grouped[tuple(row[name] for name in key)].append(dict(row))
    return grouped


def _select(table: sa.Table) -> sa.Select[Any]:
    return sa.select(*(raw(column) for column in table.c))


def _without(row: Row, cell: str) -> Row:
    return {name: value for name, value in row.items() if name != cell}
