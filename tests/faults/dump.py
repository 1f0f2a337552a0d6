"""A database in, its rows as they must be after any night out.

`masks.csv` says which cells may differ from one night to another, and why.
"""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from store.engine import connect
from store.tables import metadata

Rows = dict[str, list[tuple[Any, ...]]]

with (Path(__file__).parent / "masks.csv").open(newline="") as table:
    _MASKS = {(row["table"], row["column"]) for row in csv.DictReader(table)}

_OF_STARTS = ("claim.", "run.", "lease.")
"""Audit rows with these actions tell of a start and its claims: a cut-off night has its own."""

_OF_A_RUN = ("observed", "inputs")
"""Hashes in what an audit row tells: of rows that name the run."""

_TIMED = ("release.", "resolution.")
"""What these audit rows vouch for holds the time of day."""


def rows(url: str) -> Rows:
    """Every row of every table, sorted, without what `masks.csv` names."""
    engine = connect(url)
    with engine.connect() as connection:
        there = set(sa.inspect(connection).get_table_names())
        found = {
            each.name: sorted(_of_table(connection, each), key=repr)
            for each in metadata.sorted_tables
            if each.name in there and (each.name, "*") not in _MASKS
        }
    engine.dispose()
    return found


def differing(one: Rows, other: Rows) -> list[str]:
    """What stands on one side alone, a line each; nothing if both are the same."""
    return [
        f"{table}: {side}: {_short(row)}"
        for table in sorted({*one, *other})
        for side, mine, theirs in (
            ("only wanted", one.get(table, []), other.get(table, [])),
            ("only found", other.get(table, []), one.get(table, [])),
        )
        for row in _without(mine, theirs)
    ]


def _of_table(connection: sa.Connection, table: sa.Table) -> Iterable[tuple[Any, ...]]:
    columns = [each for each in table.c if (table.name, each.name) not in _MASKS]
    query = sa.select(*columns)
    if table.name == "audit":
        query = query.where(*(~table.c.action.startswith(each) for each in _OF_STARTS))
    found = map(tuple, connection.execute(query))
    return map(_of_any_start, found) if table.name == "audit" else found


def _of_any_start(row: tuple[Any, ...]) -> tuple[Any, ...]:
    actor, action, subject, detail = row
    who = "run" if actor.startswith("run ") else actor
    told = {key: value for key, value in json.loads(detail).items() if key not in _OF_A_RUN}
    return who, action, subject, None if action.startswith(_TIMED) else sorted(told.items())


def _without(mine: list[tuple[Any, ...]], theirs: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    rest = list(theirs)
    left = []
    for row in mine:
        if row in rest:
            rest.remove(row)
        else:
            left.append(row)
    return left


def _short(row: tuple[Any, ...]) -> str:
    return ", ".join(str(each)[:60] for each in row)
