"""A database in, one file with all of it as it stood at one moment out; and back again.

SQLite copies itself page by page while others write; PostgreSQL is asked through its own tools,
`pg_dump` and `pg_restore`, which must be as new as the server. A password goes to them through
their environment: arguments of a process can be read by everybody on the machine.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from pipeline.errors import InputError, StoreError
from store import engine

_OF_LIBPQ = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "passfile": "PGPASSFILE",
    "dbname": "PGDATABASE",
    "service": "PGSERVICE",
    "options": "PGOPTIONS",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcrl": "PGSSLCRL",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "gssencmode": "PGGSSENCMODE",
    "channel_binding": "PGCHANNELBINDING",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}


def name_of(url: str) -> str:
    """What the file of a backup of this database is called."""
    return "oncoflag.db" if _is_sqlite(_parsed(url)) else "oncoflag.dump"


def take(url: str, into: Path) -> None:
    """Write the whole database into the new file *into*, for its owner alone.

    `StoreError` if it refuses, or if the tool that PostgreSQL needs is not there.
    """
    parsed = _parsed(url)
    os.close(os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if _is_sqlite(parsed):
        _copy_sqlite(_file(parsed), into)
    else:
        told = ["--format=custom", "--no-owner", "--no-privileges", f"--file={into}"]
        _call("pg_dump", parsed, told)


def put_back(source: Path, url: str) -> None:
    """Fill the empty database at *url* from a file of `take`; `InputError` if it is not empty."""
    parsed = _parsed(url)
    if _is_sqlite(parsed):
        _put_back_sqlite(source, _file(parsed))
        return
    if not is_empty(url):
        raise InputError("the database is not empty: a backup is put back into an empty one alone")
    told = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    name = _connection(parsed).get("PGDATABASE", "")
    # `pg_restore` connects only where it is told a name; the rest comes from the environment.
    _call("pg_restore", parsed, [*told, f"--dbname={name}", str(source)])


def is_empty(url: str) -> bool:
    """True if the database holds no table, or is a file that is not there yet."""
    parsed = _parsed(url)
    if _is_sqlite(parsed):
        return not _file(parsed).exists()
    database = engine.connect(url)
    try:
        with engine.read(database) as connection:
            return not sa.inspect(connection).get_table_names()
    finally:
        database.dispose()


def _parsed(url: str) -> sa.URL:
    try:
        return sa.make_url(url)
    except sa.exc.ArgumentError:
        raise InputError("the database URL cannot be understood") from None


def _is_sqlite(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _file(url: sa.URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise InputError("a database in memory has no backup")
    return Path(url.database)


def _copy_sqlite(source: Path, into: Path) -> None:
    if not source.exists():
        raise InputError("there is no database to back up")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as whole,
            closing(sqlite3.connect(into)) as copy,
        ):
            whole.execute(f"PRAGMA busy_timeout={engine.BUSY_SECONDS * 1000}")
            # In one step: a copy in portions would begin again at every commit of a run.
            whole.backup(copy)
            # One file that needs no journal beside it, and may stand on a read-only medium.
            copy.execute("PRAGMA journal_mode=DELETE")
            found = copy.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", None) or "sqlite"
        raise StoreError(code, f"the database could not be copied: {code}") from None
    if found != "ok":
        raise StoreError("damaged", "the database is damaged: the check of its copy failed")


def _put_back_sqlite(source: Path, into: Path) -> None:
    try:
        into.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        shutil.copyfile(source, into)
    except FileExistsError:
        raise InputError(
            "there is a database already: a backup is put back beside none alone"
        ) from None
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise StoreError("cannot_write", f"the database cannot be put back: {reason}") from None


def _call(tool: str, url: sa.URL, arguments: list[str]) -> None:
    program = shutil.which(tool)
    if program is None:
        raise StoreError("no_tool", f"{tool} of PostgreSQL is needed and is not on the path")
    own = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    done = subprocess.run(  # noqa: S603 - a tool of PostgreSQL with our own arguments
        [program, "--no-password", *arguments],
        env=own | _connection(url) | {"LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode == 0:
        return
    # What the tool says may quote a row: its own words stay here.
    if b"server version mismatch" in done.stderr or b"unsupported version" in done.stderr:
        told = (
            f"{tool} is older than the server (or than the backup): use the one that came with it"
        )
        raise StoreError("old_tool", told)
    raise StoreError("refused", f"{tool} failed (exit status {done.returncode})")


def _connection(url: sa.URL) -> dict[str, str]:
    """The connection as variables of libpq; `InputError` names what has none."""
    postgresql = url.set(drivername="postgresql+psycopg")
    _, named = postgresql.get_dialect()().create_connect_args(postgresql)
    strange = sorted(set(named) - set(_OF_LIBPQ) - {"context"})
    if strange:
        raise InputError(f"the database URL has settings that no backup knows: {strange}")
    return {
        _OF_LIBPQ[key]: str(value)
        for key, value in named.items()
        if key in _OF_LIBPQ and value is not None
    }
