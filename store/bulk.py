"""Rows of many tables in, the same in the database out: one statement a table, parents first.

SQLite takes them in one prepared statement; PostgreSQL by COPY where there are enough of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from pipeline.errors import StoreError
from store.columns import metadata
from store.rows import Row

COPY_ROWS = 30
"""Fewer rows than these are sent faster one by one, in one round trip."""

LOOK_UP = 500
"""How many keys are asked for in one question; SQLite takes 32,766 parameters at most."""

_NOT_UNICODE = "a row holds text that is not Unicode"


def insert(connection: sa.Connection, rows: Mapping[str, Sequence[Row]]) -> None:
    """Insert *rows*, given by the name of their table; every row of a table has the same columns.

    Nothing is replaced: a row whose key stands already is refused, and the transaction with it.
    """
    for table in metadata.sorted_tables:
        if many := rows.get(table.name):
            _insert(connection, table, many)


def portions(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """The keys in portions that one question takes."""
    return (keys[at : at + LOOK_UP] for at in range(0, len(keys), LOOK_UP))


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    if connection.dialect.name == "sqlite":
        # SQLAlchemy would look at every cell of every row: a third of an import.
        names = ", ".join(_quoted(connection, name) for name in rows[0])
        marks = ", ".join("?" * len(rows[0]))
        into = f"{_quoted(connection, table.name)} ({names})"
        command = f"INSERT INTO {into} VALUES ({marks})"  # noqa: S608 - names of our own
        connection.exec_driver_sql(command, list(_cells(connection, table, rows)))
    elif len(rows) >= COPY_ROWS:
        _copy(connection, table, rows)
    else:
        connection.execute(sa.insert(table), list(rows))


def _cells(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Row]
) -> Iterator[tuple[Any, ...]]:
    """The rows as the driver takes them: cells in the order of the first row."""
    names = tuple(rows[0])
    made = (
        (at, _converter(table.c[name].type, connection.dialect)) for at, name in enumerate(names)
    )
    converters = [(at, convert) for at, convert in made if convert is not None]
    take = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    for row in rows:
        cells = list(take(row))
        for at, convert in converters:
            cells[at] = convert(cells[at])
        yield tuple(cells)


def _copy(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    written = ", ".join(_quoted(connection, name) for name in rows[0])
    command = f"COPY {_quoted(connection, table.name)} ({written}) FROM STDIN"
    driver = connection.connection.cursor()
    try:
        with driver.copy(command) as copy:
            for cells in _cells(connection, table, rows):
                copy.write_row(cells)
    except UnicodeError:
        raise StoreError("not_unicode", _NOT_UNICODE) from None
    except connection.dialect.loaded_dbapi.Error as error:
        # As SQLAlchemy would tell it, so that a serialization failure is begun again.
        base = connection.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(
            command, None, error, base, hide_parameters=True, dialect=connection.dialect
        ) from None
    finally:
        driver.close()


def _converter(kind: Any, dialect: sa.Dialect) -> Callable[[Any], Any] | None:  # noqa: ANN401
    made: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return made


def _quoted(connection: sa.Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
