"""Houses to break: a data directory, a database of either kind and an inbox, new for each trial."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from store.records import open_store
from tests.faults.dump import rows
from tests.faults.inbox import fill
from tests.faults.night import House, Stage
from tests.faults.whole import HELD, Quiet, kept
from tests.store.conftest import postgres

__all__ = ["postgres"]

KINDS = ("sqlite", "postgresql")
Build = Callable[..., House]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out pairs that mean nothing: a fault of one kind of database with the other kind."""
    apart = [item for item in items if not _means_something(item)]
    config.hook.pytest_deselected(items=apart)
    items[:] = [item for item in items if item not in set(apart)]


def _means_something(item: pytest.Item) -> bool:
    drawn = getattr(getattr(item, "callspec", None), "params", {})
    only = item.get_closest_marker("only")
    wanted = only.args[0] if only else getattr(drawn.get("row"), "database", "both")
    return wanted == "both" or drawn.get("kind", wanted) == wanted


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """The warm process that forks every command."""
    with Stage() as started:
        yield started


@pytest.fixture(scope="session")
def stages(stage: Stage) -> Iterator[tuple[Stage, Stage]]:
    """That one and a second, for what happens at the same time."""
    with Stage() as other:
        yield stage, other


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The night's files; no run may change them."""
    return fill(tmp_path_factory.mktemp("night") / "inbox")


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture(scope="module")
def build(
    kind: str,
    inbox: Path,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Build]:
    """Make a house with an empty database; its tables are made unless *bare*."""
    houses = tmp_path_factory.mktemp("houses")
    server = request.getfixturevalue("postgres") if kind == "postgresql" else None
    makers = _sqlite(houses) if server is None else _postgresql(server)
    make = next(makers)
    numbers = itertools.count()

    def built(*, bare: bool = False) -> House:
        folder = houses / f"house{next(numbers)}"
        (folder / "data").mkdir(mode=0o700, parents=True)
        return House(folder=folder, url=make(folder, bare), inbox=inbox)

    yield built
    shutil.rmtree(houses, ignore_errors=True)
    next(makers, None)


@pytest.fixture(scope="module")
def quiet(stage: Stage, build: Build) -> Quiet:
    """The night without any fault, on this kind of database."""
    house = build()
    ended = stage.night(house)
    assert ended.status == HELD, ended.err
    return Quiet(rows=rows(house.url), kept=kept(house), ended=ended)


Make = Callable[[Path, bool], str]


def _sqlite(houses: Path) -> Iterator[Make]:
    template = houses / "template.db"
    with open_store(f"sqlite:///{template}") as store:
        store.upgrade()

    def make(folder: Path, bare: bool) -> str:
        if not bare:
            shutil.copy(template, folder / "data" / "oncoflag.db")
        return f"sqlite:///{folder}/data/oncoflag.db"

    yield make


def _postgresql(url: str) -> Iterator[Make]:
    server = sa.make_url(url).set(drivername="postgresql+psycopg")
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    made: list[str] = []
    numbers = itertools.count()

    def create(like: str) -> str:
        name = f"faults_{os.getpid()}_{next(numbers)}"
        with admin.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        made.append(name)
        return name

    def at(name: str) -> str:
        return server.set(database=name).render_as_string(hide_password=False)

    template = create("template1")
    with open_store(at(template)) as store:
        store.upgrade()

    def make(folder: Path, bare: bool) -> str:
        # One database at a time is broken: those of earlier trials are not looked at again.
        for old in made[1:-1]:
            _drop(admin, old)
        del made[1:-1]
        return at(create("template1" if bare else template))

    yield make
    for name in made:
        _drop(admin, name)
    admin.dispose()


def _drop(admin: sa.Engine, name: str) -> None:
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
