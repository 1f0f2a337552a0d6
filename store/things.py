"""The tables in, the things that the audit vouches for out, a portion at a time.

Each with the hashes that its rows have now, to be held against those of its entries.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from store import vouched
from store.audit import case_token, opaque, text_hash
from store.rows import Row


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Version *number* of something, as it stands.

    *marks* are its hashes by the word of an entry's detail. *is_newest* is what the tables say
    (None: they say nothing). *is_made* is False for a part of a thing that stands elsewhere.
    """

    family: str
    subject: str
    number: int
    marks: dict[str, str] = field(default_factory=dict)
    is_newest: bool | None = None
    is_made: bool = True


def standing(connection: sa.Connection) -> Iterator[list[Thing]]:
    """Everything that stands in the tables and is vouched for."""
    for table, order, draw in _DRAWN:
        for rows in vouched.portions(connection, table, order):
            yield draw(connection, rows)


def _reports(connection: sa.Connection, rows: Sequence[Row]) -> list[Thing]:
    return [
        Thing(
            family="report",
            subject=opaque(row["id"]),
            number=row["revision"],
            marks={"rows": mark, "canonical": text_hash(row["canonical"])},
            is_newest=True,
        )
        for row, mark in zip(rows, vouched.reports_of(connection, rows), strict=True)
    ]


def _earlier(_: sa.Connection, rows: Sequence[Row]) -> list[Thing]:
    return [each for row in rows for each in _put_aside(row)]


def _put_aside(row: Row) -> tuple[Thing, Thing]:
    """An earlier version itself, and its row, which the version after it has made."""
    subject, number = opaque(row["report_id"]), row["revision"]
    itself = Thing(
        family="report",
        subject=subject,
        number=number,
        marks={"canonical": text_hash(row["canonical"])},
        is_newest=False,
    )
    marks = {"earlier": vouched.alone("earlier_readings", row)}
    part = Thing(family="report", subject=subject, number=number + 1, marks=marks, is_made=False)
    return itself, part


def _readings(_: sa.Connection, rows: Sequence[Row]) -> list[Thing]:
    return [
        Thing(
            family="report",
            subject=opaque(row["report_id"]),
            number=row["revision"],
            marks={"observed": vouched.reading(row)},
            is_made=False,
        )
        for row in rows
    ]


def _interpretations(connection: sa.Connection, rows: Sequence[Row]) -> list[Thing]:
    return [
        Thing(
            family="interpretation",
            subject=case_token(row["case_id"]),
            number=row["number"],
            marks={"rows": mark},
            is_newest=row["state"] == "current",
        )
        for row, mark in zip(rows, vouched.interpretations_of(connection, rows), strict=True)
    ]


def _inputs(_: sa.Connection, rows: Sequence[Row]) -> list[Thing]:
    return [
        Thing(
            family="interpretation",
            subject=case_token(row["case_id"]),
            number=row["number"],
            marks={"inputs": vouched.alone("interpretation_inputs", row)},
            is_made=False,
        )
        for row in rows
    ]


def _cases(_: sa.Connection, rows: Sequence[Row]) -> list[Thing]:
    return [each for row in rows for each in _case(row)]


def _case(row: Row) -> Iterator[Thing]:
    """A case as it was opened, until an interpretation describes it anew."""
    subject, mark = case_token(row["id"]), vouched.alone("cases", row)
    described = row["patient"] is not None
    opened = {} if described else {"rows": mark}
    yield Thing(family="case", subject=subject, number=1, marks=opened)
    if described:
        marks = {"case": mark}
        yield Thing(family="interpretation", subject=subject, number=0, marks=marks, is_made=False)


def _decisions(connection: sa.Connection, rows: Sequence[Row]) -> list[Thing]:
    marks = vouched.decisions_of(connection, rows)
    return [
        Thing(family="decision", subject=row["id"], number=1, marks={"rows": mark})
        for row, mark in zip(rows, marks, strict=True)
    ]


def _releases(_: sa.Connection, rows: Sequence[Row]) -> list[Thing]:
    return [_single("release", "releases", row["sha256"], row) for row in rows]


def _drifts(_: sa.Connection, rows: Sequence[Row]) -> list[Thing]:
    return [_single("drift", "drifts", row["id"], row) for row in rows]


def _resolutions(_: sa.Connection, rows: Sequence[Row]) -> list[Thing]:
    return [
        Thing(
            family="resolution",
            subject=opaque(row["report_id"]),
            number=row["number"],
            marks={"rows": vouched.alone("resolutions", row)},
        )
        for row in rows
    ]


def _contexts(_: sa.Connection, rows: Sequence[Row]) -> list[Thing]:
    return [
        Thing(
            family="context",
            subject=case_token(row["case_id"]),
            number=row["number"],
            marks={"rows": vouched.alone("contexts", row)},
        )
        for row in rows
    ]


def _corrections(_: sa.Connection, rows: Sequence[Row]) -> list[Thing]:
    return [_single("correction", "corrections", row["id"], row) for row in rows]


def _single(family: str, table: str, subject: str, row: Row) -> Thing:
    mark = vouched.alone(table, row)
    return Thing(family=family, subject=subject, number=1, marks={"rows": mark})


_Draw = Callable[[sa.Connection, Sequence[Row]], list[Thing]]
_DRAWN: tuple[tuple[str, tuple[str, ...], _Draw], ...] = (
    ("reports", ("id",), _reports),
    ("earlier_readings", ("report_id", "revision"), _earlier),
    ("readings", ("report_id", "revision"), _readings),
    ("interpretations", ("case_id", "number"), _interpretations),
    ("interpretation_inputs", ("case_id", "number"), _inputs),
    ("cases", ("id",), _cases),
    ("decisions", ("id",), _decisions),
    ("resolutions", ("report_id", "number"), _resolutions),
    ("contexts", ("case_id", "number"), _contexts),
    ("corrections", ("id",), _corrections),
    ("releases", ("sha256",), _releases),
    ("drifts", ("id",), _drifts),
)
