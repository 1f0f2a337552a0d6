"""Somebody with every right over the database, who knows how the audit works but has no key.

Guards are taken off, what is wanted is done, and the guards are put back as they were.
"""

import hashlib
import hmac
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from store.audit import Entry
from store.books import audit as entries
from store.columns import metadata
from store.engine import connect

VOUCHED = (
    "reports",
    "findings",
    "observations",
    "finding_observations",
    "report_identifiers",
    "case_reports",
    "earlier_readings",
    "readings",
    "interpretations",
    "interpretation_reports",
    "interpretation_inputs",
    "flags",
    "suggestions",
    "near_misses",
    "not_assessed",
    "reviews",
    "cases",
    "decisions",
    "closings",
    "resolutions",
    "releases",
)
Cells = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Attacker:
    """What can be done to a database and to the file of its anchor."""

    url: str

    @contextmanager
    def inside(self) -> Iterator[sa.Connection]:
        """A connection that no trigger, key or check of ours holds back."""
        engine = connect(self.url)
        try:
            with engine.connect() as connection:
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql("SET session_replication_role = replica")
                    yield connection
                    connection.commit()
                else:
                    with self._without_guards(connection):
                        yield connection
        finally:
            engine.dispose()

    @contextmanager
    def _without_guards(self, connection: sa.Connection) -> Iterator[None]:
        guards = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        found = connection.exec_driver_sql(guards).all()
        connection.commit()
        driver = connection.connection.cursor()
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("PRAGMA ignore_check_constraints=ON")
        for name, _ in found:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield
        for _, sql in found:
            connection.exec_driver_sql(sql)
        connection.commit()

    def rows(self, table: str) -> list[Cells]:
        """Every row of a table, in the order of its key."""
        drawn = metadata.tables[table]
        engine = connect(self.url)
        with engine.connect() as connection:
            query = sa.select(drawn).order_by(*drawn.primary_key.columns)
            found = [dict(row) for row in connection.execute(query).mappings()]
        engine.dispose()
        return found

    def change(self, table: str, row: Cells, **cells: Any) -> None:
        """Write other cells into a row."""
        drawn = metadata.tables[table]
        with self.inside() as connection:
            connection.execute(sa.update(drawn).where(_this(drawn, row)).values(cells))

    def delete(self, table: str, *rows: Cells) -> None:
        """Take rows out."""
        drawn = metadata.tables[table]
        with self.inside() as connection:
            for row in rows:
                connection.execute(sa.delete(drawn).where(_this(drawn, row)))

    def insert(self, table: str, *rows: Cells) -> None:
        """Put rows in."""
        with self.inside() as connection:
            connection.execute(sa.insert(metadata.tables[table]), list(rows))

    def chain(self) -> list[Cells]:
        """The entries, the first one first."""
        return self.rows("audit")

    def write_chain(self, chain: list[Cells]) -> None:
        """These entries, and no others."""
        with self.inside() as connection:
            connection.execute(sa.delete(entries))
            if chain:
                connection.execute(sa.insert(entries), chain)


def resealed(chain: list[Cells], key: bytes, begin: int = 0) -> list[Cells]:
    """The same entries numbered and sealed anew with *key* from index *begin* on."""
    sealed = list(chain[:begin])
    for row in chain[begin:]:
        previous = sealed[-1]["hash"] if sealed else "0" * 64
        at = row["at"].isoformat(timespec="microseconds")
        cells = row | {"seq": len(sealed) + 1, "previous": previous, "at": at, "hash": ""}
        text = replace(Entry(**cells), hash="").sealed_text
        stamp = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        sealed.append(cells | {"at": row["at"], "hash": stamp})
    return sealed


def other(value: Any, column: sa.Column[Any], dice: random.Random) -> Any:
    """Something else that the column takes."""
    if value is None:
        value = {"TEXT": "", "DATE": None}.get(str(column.type), 0)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + dice.randint(1, 5)
    if isinstance(value, float):
        return value + 0.125
    if isinstance(value, str):
        return _misspelt(value, dice)
    return value.replace(year=value.year + 1)


def _misspelt(text: str, dice: random.Random) -> str:
    if len(text) == 64:
        return dice.choice([text[::-1], "0" * 64, text[:63] + ("0" if text[63] != "0" else "1")])
    at = dice.randrange(len(text) + 1)
    return text[:at] + "x" + text[at:]


def _this(table: sa.Table, row: Cells) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == row[column.name] for column in table.primary_key.columns))
