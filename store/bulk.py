"""Rows of many tables in, the same in the database out: one statement a table, parents first.

SQLite takes them in one prepared statement; PostgreSQL by COPY where there are enough of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
    if connection.dialect.name == "postgresql" and len(rows) >= COPY_ROWS:
        _copy(connection, table, rows)
    else:
        connection.execute(sa.insert(table), list(rows))


def _copy(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    names = tuple(rows[0])
    converters = [_converter(table.c[name].type, connection.dialect) for name in names]
    written = ", ".join(_quoted(connection, name) for name in names)
    command = f"COPY {_quoted(connection, table.name)} ({written}) FROM STDIN"
    driver = connection.connection.cursor()
    try:
        with driver.copy(command) as copy:
            for row in rows:
                copy.write_row(
                    [
                        row[name] if convert is None else convert(row[name])
                        for name, convert in zip(names, converters, strict=True)
                    ]
                )
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
