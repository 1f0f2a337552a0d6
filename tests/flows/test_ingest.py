"""The Prefect flow: the same rows as without it, and nothing in its database but ids and counts."""

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.lock import only_run
from flows.server import prepare
from pipeline.errors import AlreadyRunningError, StoreError

SAMPLES = Path(__file__).parents[2] / "sample_reports"
REPORTS = {each.name for each in SAMPLES.iterdir() if each.suffix in {".pdf", ".vcf", ".gz"}}


def ingest(data: Path, *options: str) -> dict[str, Any]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "ingest", SAMPLES, "--json", *options],
        env=own | {"ONCOFLAG_DATA_DIR": str(data), "HOME": str(data / "home")},
        cwd=data.parent, capture_output=True, text=True, check=False, timeout=500,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert done.stderr == "", "quiet where nobody looks"
    (line,) = done.stdout.splitlines()
    told: dict[str, Any] = json.loads(line)
    return told


def rows(data: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, without what names one run or one moment."""
    with sqlite3.connect(data / "oncoflag.db") as database:
        tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        found = {name: _cells(database, name) for (name,) in tables if name not in OF_A_RUN}
    assert len(found["intake"]) == len(REPORTS)
    return found


OF_A_RUN = {"runs", "leases", "alarms", "audit", "run_counts", "tellings"}
OF_A_MOMENT = {"first_seen", "claimed_at", "added_at", "changed_at", "run_id"}
OF_A_MOMENT |= {"weighed_in", "waiting_since", "seconds"}


def _cells(database: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    columns = [row[1] for row in database.execute(f"PRAGMA table_info('{table}')")]
    wanted = ", ".join(f'"{each}"' for each in columns if each not in OF_A_MOMENT)
    found = database.execute(f'SELECT {wanted} FROM "{table}"')  # noqa: S608 - our own tables
    return sorted(found, key=repr)


@pytest.fixture(scope="module")
def orchestrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    data = tmp_path_factory.mktemp("orchestrated") / "data"
    return data, ingest(data)


@pytest.mark.prefect
def test_with_and_without_prefect_the_rows_are_the_same(
    orchestrated: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    data, told = orchestrated
    plain = ingest(tmp_path / "data", "--no-orchestrator")
    own = {"database": "", "run": ""}
    assert told | own == plain | own
    assert told["run"] != plain["run"]
    assert rows(data) == rows(tmp_path / "data")


@pytest.mark.prefect
def test_prefect_keeps_its_own_place(orchestrated: tuple[Path, dict[str, Any]]) -> None:
    data, _ = orchestrated
    assert (data / "prefect" / "prefect.db").exists()
    assert not (data / "home").exists(), "nothing is written into a home directory"
    assert all(each.stat().st_mode & 0o077 == 0 for each in data.rglob("*"))


@pytest.mark.prefect
def test_one_run_is_one_flow_with_batches_and_its_artifacts(
    orchestrated: tuple[Path, dict[str, Any]],
) -> None:
    data, _ = orchestrated
    with sqlite3.connect(data / "prefect" / "prefect.db") as database:
        states = database.execute("SELECT state_type FROM flow_run").fetchall()
        tasks = [name for (name,) in database.execute("SELECT name FROM task_run ORDER BY name")]
        artifacts = dict(database.execute("SELECT key, data FROM artifact").fetchall())
    assert states == [("COMPLETED",)]
    assert tasks[0] == "conclude-0"
    assert set(tasks[1:]) == {f"read-{number}" for number in range(len(tasks) - 1)}
    assert len(tasks) - 1 <= 4 * (os.cpu_count() or 1)
    assert set(artifacts) == {"oncoflag-night", "oncoflag-held", "oncoflag-markers"}
    page = json.loads(artifacts["oncoflag-night"])
    assert "files held back" in page
    assert "`unknown_layout`" in page
    account = re.search(r"accounted for: (\d+) found = ([\w +]+)\.", page)
    assert account
    parts = [int(each.split()[0]) for each in account[2].split(" + ")]
    assert int(account[1]) == sum(parts) >= len(REPORTS)
    held = json.loads(json.loads(artifacts["oncoflag-held"]))
    assert {row["code"] for row in held} >= {"unknown_layout", "password", "scanned"}
    assert {row["state"] for row in held} == {"held, new", "quarantined, new"}


@pytest.mark.prefect
def test_no_patient_and_no_file_name_reaches_prefect(
    orchestrated: tuple[Path, dict[str, Any]],
) -> None:
    """Every identifier of the sample tables, and every file name, against every byte."""
    data, _ = orchestrated
    secrets = set(REPORTS)
    for table in ("manifest.csv", "patients.csv"):
        with (SAMPLES / table).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                columns = ("case", "mrn", "name", "accession", "specimen_id", "tumour_sample")
                secrets |= {row[column] for column in columns if row.get(column)}
    assert len(secrets) > 20
    written = [each.read_bytes() for each in (data / "prefect").rglob("*") if each.is_file()]
    assert sum(map(len, written)) > 100_000
    assert [each for each in secrets if any(each.encode() in text for text in written)] == []


@pytest.mark.prefect
def test_a_server_that_cannot_be_reached_is_a_sentence(tmp_path: Path) -> None:
    nobody = {"PREFECT_API_URL": "http://127.0.0.1:9/api", "ONCOFLAG_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "ingest", SAMPLES, "--json"],
        env=os.environ | nobody, cwd=SAMPLES.parent, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip
    (told,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert told.startswith("oncoflag: Prefect failed")
    assert told.endswith("The same work runs with --no-orchestrator")


def test_the_environment_is_silent_and_leaves_what_the_user_set() -> None:
    environment = {"PREFECT_API_URL": "http://localhost:4200/api", "DO_NOT_TRACK": "0"}
    prepare(Path("/srv/data"), environment)
    assert environment["PREFECT_API_URL"] == "http://localhost:4200/api"
    assert environment["DO_NOT_TRACK"] == "1"
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert environment["PREFECT_SERVER_UI_V2_ENABLED"] == "false"
    assert environment["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"] == "180"
    assert environment["PREFECT_HOME"] == "/srv/data/prefect"
    environment = {"PREFECT_HOME": "/srv/own"}
    prepare(Path("/srv/data"), environment)
    assert environment["PREFECT_HOME"] == "/srv/own"


def test_two_runs_never_overlap(tmp_path: Path) -> None:
    with only_run(tmp_path), pytest.raises(AlreadyRunningError, match="another run"):
        only_run(tmp_path).__enter__()
    with only_run(tmp_path):
        pass


def test_a_run_waits_for_a_page_that_has_the_turn_for_a_moment_and_for_no_night(
    tmp_path: Path,
) -> None:
    slept: list[float] = []
    with (
        only_run(tmp_path),
        pytest.raises(AlreadyRunningError),
        only_run(tmp_path, sleep=slept.append),
    ):
        pass
    assert slept == [], "a night is at work: told at once"

    page = only_run(tmp_path, brief=True)
    page.__enter__()

    def third_look_is_free(_: float) -> None:
        slept.append(1)
        if len(slept) == 3:
            page.__exit__(None, None, None)

    with only_run(tmp_path, sleep=third_look_is_free):
        assert len(slept) == 3
        slept.clear()
        with pytest.raises(AlreadyRunningError), only_run(tmp_path, sleep=slept.append):
            pass
        assert slept == [], "what the page wrote into the lock is gone"

    with (
        only_run(tmp_path, brief=True),
        pytest.raises(AlreadyRunningError),
        only_run(tmp_path, sleep=slept.append),
    ):
        pass
    assert sum(slept) == pytest.approx(10), "no page takes longer than that"


def test_a_directory_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be used"):
        only_run(tmp_path / "file").__enter__()
