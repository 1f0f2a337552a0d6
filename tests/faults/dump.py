"""A database in, its rows as they must be after any night out.

`masks.csv` says which cells may differ from one night to another, and why.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from store.engine import connect
from store.tables import metadata

Rows = dict[str, list[tuple[Any, ...]]]

with (Path(__file__).parent / "masks.csv").open(newline="") as table:
    _MASKS = {(row["table"], row["column"]) for row in csv.DictReader(table)}

OF_STARTS = ("run_", "claim", "lease", "fence", "alarm")
"""Audit rows with these actions tell of a start and of its claims: a cut-off night has its own."""


def rows(url: str) -> Rows:
    """Every row of every table, sorted, without what `masks.csv` names."""
    engine = connect(url)
    with engine.connect() as connection:
        found = {
            each.name: sorted(_of_table(connection, each), key=repr)
            for each in metadata.sorted_tables
            if (each.name, "*") not in _MASKS
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
    found = map(tuple, connection.execute(sa.select(*columns)))
    if table.name != "audit":
        return found
    action = [each.name for each in columns].index("action")
    return (row for row in found if not str(row[action]).startswith(OF_STARTS))


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
