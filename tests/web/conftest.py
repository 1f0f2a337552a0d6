"""The review pages over a database that a real night filled, and people with real passwords.

`desk`      what the pages work on: a copy of that night for this test alone, on both databases
            (`@pytest.mark.only("sqlite")` keeps a test to one of them)
`clock`     the time of day of the pages; `clock.pass_by(minutes=20)`
`client`    `client("reviewer")`, `client("signer", "admin", scope={"EXEMPLA"})`: a browser without
            JavaScript, logged in; `.post(url, data)` adds the token of the form; `.user` is who
`live`      `live("signer")`: the same pages on a free port for a real browser
`held`      the hash of a held file that names the first sample's patient otherwise
`case_of`   `case_of("SYN-000001")`: the id of a case of the samples by its record number
"""

import itertools
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from fastapi.testclient import TestClient

from actionability.release import shipped
from app.passwords import hashed
from app.web import service
from app.web.desk import Desk
from flows import run
from flows.gather import gather
from flows.knowledge import in_force
from flows.ready import Patience
from flows.trip import Frame, Readers
from flows.work import Work
from parsers.child import ReaderPool
from pipeline.coverage import assays
from pipeline.coverage import shipped as shipped_assays
from pipeline.settings import Settings
from store.desk_books import Role
from store.intake import Arrival
from store.records import open_store
from store.seal import Seal
from store.users import By, NewUser, User
from tests.store.conftest import postgres
from tests.store.samples import result

__all__ = ["postgres"]

SAMPLES = Path(__file__).parents[2] / "sample_reports"
FILES = (
    "01_a_fgfr2_fusion_twocolumn.pdf",
    "01_fgfr2_bicc1_breakends.vcf",
    "02_b_tables_by_technology.pdf",
    "07_g_amended.pdf",
    "08_h_qns_failed.pdf",
    "10_a_negative_pertinent.pdf",
    "12_b_non_btc_colon_liver_met.pdf",
    "20_idh1_r132c.vcf",
    "21_negative_panel.vcf.gz",
    "x_unknown_layout.pdf",
    "manifest.csv",
    "patients.csv",
)
_NIGHTS = {"sqlite": "sqlite_night", "postgresql": "postgres_night"}
PASSWORD = "a long sentence for tests 1"  # noqa: S105
START = datetime(2026, 11, 3, 9, tzinfo=UTC)
URL = "http://127.0.0.1"
_SEAL = b"\x07" * 32


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out a test of one kind of database with the other kind."""
    for item in items:
        _refuse_other_kinds(item)
    apart = [item for item in items if not _means_something(item)]
    config.hook.pytest_deselected(items=apart)
    items[:] = [item for item in items if item not in set(apart)]


def _refuse_other_kinds(item: pytest.Item) -> None:
    """A test with an argument `kind` of its own would be left out without a word."""
    drawn = getattr(getattr(item, "callspec", None), "params", {}).get("kind", "sqlite")
    if item.path.is_relative_to(Path(__file__).parent) and drawn not in _NIGHTS:
        told = f"{item.nodeid}: `kind` is the fixture of the database, call the argument otherwise"
        raise pytest.UsageError(told)


def _means_something(item: pytest.Item) -> bool:
    only = item.get_closest_marker("only")
    drawn = getattr(getattr(item, "callspec", None), "params", {}).get("kind")
    return only is None or drawn is None or drawn == only.args[0]


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def pass_by(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass(frozen=True)
class Night:
    """A data directory and the URL of its database, filled once."""

    folder: Path
    url: str


class Browser(TestClient):
    """A logged-in browser: it keeps cookies, and fills the token of its session into forms."""

    user: User

    def post(self, url: Any, data: Any = None, **more: Any) -> httpx.Response:
        return super().post(url, data={"csrf": self.csrf()} | dict(data or {}), **more)

    def csrf(self) -> str:
        shown = self.get("/password").text
        return shown.partition('name="csrf" value="')[2].partition('"')[0]


@dataclass(frozen=True)
class Live:
    """A service on a port; *cookie* logs a browser in, or its login and password do."""

    url: str
    login: str
    password: str
    cookie: dict[str, str] = field(default_factory=dict)


def _fill(folder: Path, url: str) -> Night:
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    for name in FILES:
        shutil.copy(SAMPLES / name, inbox / name)
    return fill(folder, url)


def fill(folder: Path, url: str) -> Night:
    """A night of what lies in the inbox of this folder."""
    inbox = folder / "inbox"
    seal = Seal(key=_SEAL, anchor=folder / "audit.anchor")
    with open_store(url, seal) as store, ReaderPool(lanes=2) as pool:
        store.upgrade()
        known = in_force(store, shipped(), by="oncoflag", at=START)
        work = Work(
            gathered=gather([inbox]),
            readers=Readers(pool=pool, assays=assays(shipped_assays())),
            frame=Frame(knowledge=known.knowledge, code_version="test", today=date(2026, 11, 2)),
            store=store,
            now=START - timedelta(hours=7),
            originals=folder / "originals",
            patience=Patience(settle_seconds=0, wait_minutes=0),
        )
        run.plain(work)
    return Night(folder=folder, url=url)


@pytest.fixture(scope="session")
def sqlite_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("web-night")
    return _fill(folder, f"sqlite:///{folder}/oncoflag.db")


@pytest.fixture(scope="session")
def postgres_night(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("web-night-pg")
    return _fill(folder, _made_database(postgres, f"web_night_{folder.name[-1]}_{id(folder)}"))


@pytest.fixture(params=_NIGHTS)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


_NUMBERS = itertools.count()


@pytest.fixture
def night(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Night]:
    """A copy of the night for one test."""
    filled: Night = request.getfixturevalue(_NIGHTS[kind])
    folder = tmp_path / "data"
    leave = shutil.ignore_patterns("oncoflag.db*")
    shutil.copytree(filled.folder, folder, copy_function=shutil.copy, ignore=leave)
    if kind == "sqlite":
        with sa.create_engine(filled.url).connect() as connection:
            connection.exec_driver_sql(f"VACUUM INTO '{folder}/oncoflag.db'")
        yield Night(folder=folder, url=f"sqlite:///{folder}/oncoflag.db")
        return
    name = f"web_{next(_NUMBERS)}_{id(folder)}"
    url = _made_database(filled.url, name, template=str(sa.make_url(filled.url).database))
    yield Night(folder=folder, url=url)
    _administer(url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _made_database(server: str, name: str, *, template: str = "template0") -> str:
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    made = sa.make_url(server).set(drivername="postgresql+psycopg", database=name)
    return made.render_as_string(hide_password=False)


def _administer(server: str, statement: str) -> None:
    url = sa.make_url(server).set(drivername="postgresql+psycopg", database="postgres")
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(statement)
    admin.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(night: Night, clock: Clock) -> Iterator[Desk]:
    """What the pages work on."""
    settings = Settings(data_dir=night.folder, database_url=night.url)
    seal = Seal(key=_SEAL, anchor=night.folder / "audit.anchor", clock=clock.now)
    with open_store(night.url, seal) as store:
        yield Desk(store=store, settings=settings, now=clock.now)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Of `PASSWORD`, made once: it takes time on purpose."""
    return hashed(PASSWORD)


@pytest.fixture
def somebody(desk: Desk, password_hash: str) -> Callable[..., User]:
    """Make a user with these roles, whose password is `PASSWORD`."""

    def make(*roles: str, scope: set[str] | None = None) -> User:
        number = next(_NUMBERS)
        new = NewUser(
            id=f"u-{number:08x}",
            login=f"{roles[0] if roles else 'nobody'}{number}",
            name=f"Doctor {(roles[0] if roles else 'nobody').replace('_', ' ').title()} {number}",
            roles=frozenset(map(Role, roles)),
            scope=None if scope is None else frozenset(scope),
            password_hash=password_hash,
        )
        desk.store.add_user(new, By(actor="test", at=desk.now()))
        made = desk.store.user(new.id)
        assert made
        return made

    return make


@pytest.fixture
def anonymous(desk: Desk) -> Callable[[], TestClient]:
    """A browser in which nobody is logged in; what fails is an answer, as for a real one."""

    def make() -> TestClient:
        return TestClient(service(desk), base_url=URL, follow_redirects=False)

    return make


@pytest.fixture
def client(desk: Desk, somebody: Callable[..., User]) -> Callable[..., Browser]:
    """A browser in which a new user with these roles is logged in."""

    def make(*roles: str, scope: set[str] | None = None) -> Browser:
        browser = Browser(service(desk), base_url=URL, follow_redirects=False)
        browser.user = somebody(*roles, scope=scope)
        log_in(browser, browser.user.login)
        return browser

    return make


def log_in(browser: TestClient, login: str, password: str = PASSWORD) -> httpx.Response:
    """Log in as a person does: open the form, fill it in, send it."""
    shown = browser.get("/login").text
    csrf = shown.partition('name="csrf" value="')[2].partition('"')[0]
    fields = {"csrf": csrf, "login": login, "password": password}
    return TestClient.post(browser, "/login", data=fields)


@pytest.fixture
def live(desk: Desk, client: Callable[..., Browser]) -> Iterator[Callable[..., Live]]:
    """The pages on a free port, for a real browser."""
    servers = []

    def make(*roles: str, scope: set[str] | None = None) -> Live:
        browser = client(*roles, scope=scope)
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(service(desk), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        servers.append((server, thread))
        while not server.started:
            time.sleep(0.01)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        cookie = {"name": "oncoflag", "value": browser.cookies["oncoflag"], "url": url}
        return Live(url=url, login=browser.user.login, password=PASSWORD, cookie=cookie)

    yield make
    for server, thread in servers:
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def case_of(desk: Desk) -> Callable[[str], str]:
    """The id of the case of a sample's patient, by the record number of its manifest row."""
    known = {
        each.mrn: place.id
        for place in desk.store.persons_of([row.id for row in desk.store.cases()])
        for each in place.identities
    }

    def find(mrn: str) -> str:
        return known[mrn]

    return find


@pytest.fixture
def held(desk: Desk, case_of: Callable[[str], str]) -> str:
    """A report with the record number of the first sample's patient and another name: held."""
    case = case_of("SYN-000001")
    own = desk.store.persons_of([case])[0].identities[0]
    found = result("stranger", accession="ZZ-1", identity=replace(own, name="Somebody Else"))
    came = Arrival(sha256=found.report.sha256, file="stranger.pdf", size=1)
    desk.store.arrive([came], seen_at=desk.now())
    desk.store.save_report(found, case_id=None, hold="the name contradicts that of the patient")
    return found.report.sha256
