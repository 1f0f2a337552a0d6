"""A database URL in, an engine out whose transactions are safe to write in.

SQLite: every writer begins IMMEDIATE (a deferred one loses updates silently), WAL, foreign keys,
full synchronisation, 30 s of patience. PostgreSQL: serializable, begun again where the server
asks for it. No error that leaves here carries the content of a row.
"""

import contextlib
import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, StatementError

from pipeline.errors import InputError, StoreError

T = TypeVar("T")
BUSY_SECONDS = 30
# How often a transaction is begun again: after a serialization failure, a deadlock, and the unique
# violation that two serializable writers of one key can meet instead (then one more is enough).
ATTEMPTS = {"40001": 10, "40P01": 10, "23505": 2}
_WORDS = {
    "SQLITE_FULL": "the disk is full; nothing of this step was kept, make room and run again",
    "SQLITE_NOTADB": "the file is no database; was it replaced or damaged?",
    "SQLITE_CORRUPT": "the file is damaged; restore it from a copy",
    "SQLITE_BUSY": "another program holds it; run again when that has ended",
    "SQLITE_READONLY": "it may not be written to",
    "SQLITE_CANTOPEN": "its file cannot be opened",
    "SQLITE_IOERR": "the disk fails to read or write",
}


def connect(url: str) -> sa.Engine:
    """The engine of *url*; makes a private directory and file for SQLite; `InputError`."""
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        raise InputError("the database URL cannot be understood") from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.drivername.split("+")[0] in {"postgresql", "postgres"}:
        return _postgresql(parsed.set(drivername="postgresql+psycopg"))
    raise InputError("the database must be SQLite or PostgreSQL")


def write(engine: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
    """Do *work* in one transaction, all or nothing; `StoreError` if the database refuses."""
    attempt = 1
    while True:
        try:
            with engine.begin() as connection:
                return work(connection)
        except StatementError as error:
            if attempt >= ATTEMPTS.get(getattr(error.orig, "sqlstate", None) or "", 1):
                raise _refusal(error) from None
        except (OverflowError, UnicodeError) as error:
            # Of sqlite3 itself: no column of SQLite takes such a number or text.
            code = "not_unicode" if isinstance(error, UnicodeError) else "not_storable"
            raise StoreError(code, f"the database refused: {code}") from None
        time.sleep(random.uniform(0.01, 0.02) * 2**attempt)  # noqa: S311 - jitter, not a secret
        attempt += 1


@contextlib.contextmanager
def read(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that sees one state of the database and does not wait for writers."""
    try:
        with engine.connect() as connection:
            yield connection.execution_options(only_reads=True, postgresql_readonly=True)
    except StatementError as error:
        raise _refusal(error) from None


def _sqlite(url: sa.URL) -> sa.Engine:
    if url.database and url.database != ":memory:":
        _private(Path(url.database))
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(url: sa.URL) -> sa.Engine:
    try:
        return sa.create_engine(
            url, isolation_level="SERIALIZABLE", pool_pre_ping=True, hide_parameters=True
        )
    except ImportError:
        raise InputError("PostgreSQL needs the extra 'postgres' of Oncoflag") from None


def _private(path: Path) -> None:
    # SQLite gives its journal files the mode of the database file.
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise StoreError("cannot_open", f"the database file cannot be opened: {reason}") from None


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # SQLAlchemy must not begin transactions for us: `_begin` does.
    connection.isolation_level = None
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _write_ahead(connection: sqlite3.Connection) -> None:
    # The switch to WAL does not honour the busy time-out when several processes open a new file.
    end = time.monotonic() + BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete":
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def _begin(connection: sa.Connection) -> None:
    only_reads = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _is_of_value(error: StatementError) -> bool:
    # No code: the driver refused a value before it asked, or there was nobody to ask.
    return isinstance(error, sa.exc.DataError) or not isinstance(error, DBAPIError)


def _refusal(error: StatementError) -> StoreError:
    # Names of constraints and codes only: the text of a driver may quote a patient's row.
    cause: Any = error.orig
    name = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    diagnosis = getattr(cause, "diag", None)
    rule = getattr(diagnosis, "constraint_name", None)
    if isinstance(cause, sqlite3.IntegrityError):
        rule = str(cause)
    if isinstance(cause, sqlite3.OperationalError) and "no such table" in str(cause):
        name = "not_set_up"
    if name == "42P01":
        name = "not_set_up"
    if name == "not_set_up":
        return StoreError(name, "the database has not been set up: run `oncoflag db upgrade`")
    code = str(name or ("not_storable" if _is_of_value(error) else "unreachable"))
    told = rule or _WORDS.get("_".join(code.split("_")[:2]))
    return StoreError(code, f"the database refused: {code}" + (f" ({told})" if told else ""))
