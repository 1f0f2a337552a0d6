"""What a laboratory starts its nights with: files for systemd, compose and Prefect.

Checked without any engine of containers: every command exists and its options parse, every variable
is a setting, nothing listens outside the machine, no password stands anywhere.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from prefect.settings import Settings as PrefectSettings

from app.cli import app
from flows import server
from flows.deploy import NAME
from pipeline.settings import Settings

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
TIMERS = sorted((ROOT / "deploy" / "systemd").glob("*.timer"))
PREFECT = yaml.safe_load((ROOT / "prefect.yaml").read_text())
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
PROGRAM = "/opt/oncoflag/.venv/bin/oncoflag"


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every command of ours that some file starts."""
    for unit in UNITS:
        for line in re.findall(r"^ExecStart=(.*)$", unit.read_text(), flags=re.MULTILINE):
            program, *words = line.split()
            assert program == PROGRAM, unit.name
            yield unit.name, words
    for name, service in COMPOSE["services"].items():
        if "oncoflag" in service.get("image", ""):
            yield f"compose {name}", service["command"]


@pytest.mark.parametrize(("where", "words"), commands(), ids=lambda each: str(each)[:40])
def test_every_command_exists_and_its_options_parse(where: str, words: list[str]) -> None:
    name, *options = words
    found = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    assert found.make_context(name, options).args == [], where


def test_every_variable_of_ours_is_a_setting() -> None:
    files = [*(ROOT / "deploy").rglob("*"), ROOT / "prefect.yaml"]
    told = "".join(each.read_text() for each in files if each.is_file())
    named = set(re.findall(r"\bONCOFLAG_([A-Z_]+)\b", told)) - {"INBOX_DIR"}  # of compose alone
    assert {"DATA_DIR", "INBOX", "DATABASE_URL"} <= named
    assert {each.lower() for each in named} <= set(Settings.model_fields)


def test_every_variable_for_prefect_is_one_of_its_settings() -> None:
    """A misspelt name would be passed over in silence, and nights kept for ever."""
    environment: dict[str, str] = {"PREFECT_API_AUTH_STRING": "a:b"}
    server.prepare_served(Path("/srv/data"), "http://127.0.0.1:4200/api", environment)
    ours = {each for each in environment if each.startswith("PREFECT_")}
    assert len(ours) > 8
    known = {name.upper() for name in aliases(PrefectSettings)}
    assert sorted(ours - known) == []


def aliases(model: Any, at: str = "") -> set[str]:
    """The environment variables of Prefect's settings."""
    found: set[str] = set()
    prefix = model.model_config.get("env_prefix", "")
    for name, each in model.model_fields.items():
        if isinstance(each.annotation, type) and hasattr(each.annotation, "model_fields"):
            found |= aliases(each.annotation)
            continue
        choices = getattr(each.validation_alias, "choices", [])
        found |= {prefix + name, *(one for one in choices if isinstance(one, str))}
    return found


def test_what_prefect_keeps_is_kept_for_30_days_at_most() -> None:
    environment: dict[str, str] = {"PREFECT_API_AUTH_STRING": "a:b"}
    server.prepare_served(Path("/srv/data"), None, environment)
    vacuum = "PREFECT_SERVER_SERVICES_DB_VACUUM"
    assert set(environment[f"{vacuum}_ENABLED"].split(",")) == {"events", "flow_runs", "orphans"}
    assert int(environment[f"{vacuum}_RETENTION_PERIOD"]) <= 30 * 86400


def test_the_server_has_a_password_of_its_own(tmp_path: Path) -> None:
    environment: dict[str, str] = {}
    server.prepare_served(tmp_path, None, environment)
    word = environment["PREFECT_SERVER_API_AUTH_STRING"]
    assert word == environment["PREFECT_API_AUTH_STRING"]
    assert re.fullmatch(r"oncoflag:[\w-]{40,}", word)
    assert (tmp_path / "prefect" / "auth").stat().st_mode & 0o077 == 0
    assert (tmp_path / "prefect").stat().st_mode & 0o077 == 0
    again: dict[str, str] = {}
    server.prepare_served(tmp_path, None, again)
    assert again == environment, "the same password at every start"
    other: dict[str, str] = {}
    server.prepare_served(tmp_path / "elsewhere", None, other)
    assert other["PREFECT_API_AUTH_STRING"] != word


def test_prefects_own_file_says_the_same_as_the_command() -> None:
    (found,) = PREFECT["deployments"]
    assert found["name"] == NAME
    assert found["entrypoint"] == "flows.nightly.nightly"
    assert found["parameters"] == {}
    assert found["work_pool"] == {"name": server.POOL}
    (schedule,) = found["schedules"]
    assert (schedule["cron"], schedule["timezone"]) == (server.CRON, "UTC")
    told = typer.main.get_command(app).commands["deploy"]  # type: ignore[attr-defined]
    (cron,) = (each for each in told.params if each.name == "cron")
    assert f"at first {server.CRON}]" in cron.help
    pinned = re.search(r"^prefect==(.*)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert pinned
    assert PREFECT["prefect-version"] == pinned[1]


def test_nothing_listens_outside_the_machine() -> None:
    ports = [one for each in COMPOSE["services"].values() for one in each.get("ports", [])]
    assert ports
    assert all(re.match(r"127\.0\.0\.1:\d+:\d+$", each) for each in ports)
    for unit in UNITS:
        hosts = re.findall(r"--host (\S+)", unit.read_text())
        assert set(hosts) <= {"127.0.0.1"}, unit.name


def test_no_password_has_a_default() -> None:
    services = COMPOSE["services"].values()
    variables = {k: v for each in services for k, v in each.get("environment", {}).items()}
    assert variables["POSTGRES_PASSWORD_FILE"].startswith("/run/secrets/")
    assert [k for k in variables if "PASSWORD" in k and not k.endswith("_FILE")] == []
    assert "AUTH" not in "".join(variables)
    told = "".join(each.read_text() for each in (ROOT / "deploy").rglob("*") if each.is_file())
    assert re.findall(r"://[^\s/@]+:[^\s/@]+@", told) == []


def test_what_stands_long_is_watched() -> None:
    for name in ("database", "server", "worker"):
        assert "healthcheck" in COMPOSE["services"][name], name
    for waiting, other in (("worker", "server"), ("worker", "database"), ("deploy", "server")):
        needed = COMPOSE["services"][waiting]["depends_on"][other]
        assert needed == {"condition": "service_healthy"}


def test_a_secret_that_is_used_is_declared_and_ignored_by_git() -> None:
    used = {one for each in COMPOSE["services"].values() for one in each.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])
    ignored = (ROOT / ".gitignore").read_text().split()
    files = {f"deploy/{each['file'].removeprefix('./')}" for each in COMPOSE["secrets"].values()}
    assert files <= set(ignored)


@pytest.mark.parametrize("unit", UNITS, ids=lambda each: each.name)
def test_a_unit_runs_as_nobody_else_and_sees_little(unit: Path) -> None:
    told = unit.read_text()
    for line in ("User=oncoflag", "UMask=0077", "NoNewPrivileges=yes", "ProtectSystem=strict"):
        assert line in told.splitlines(), line


def test_timers_are_in_utc_and_make_up_for_what_was_missed() -> None:
    assert len(TIMERS) == 3
    for timer in TIMERS:
        told = timer.read_text()
        assert re.search(r"^OnCalendar=.* UTC$", told, flags=re.MULTILINE), timer.name
        assert "Persistent=true" in told.splitlines()
        assert timer.with_suffix(".service") in UNITS


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_understands_every_unit() -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", *UNITS, *TIMERS],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    # That the program is not installed on this machine says nothing about the unit.
    faults = [each for each in done.stderr.splitlines() if "is not executable" not in each]
    assert faults == []


def test_the_image_installs_what_is_pinned_and_runs_as_nobody() -> None:
    told = (ROOT / "deploy" / "Dockerfile").read_text()
    assert "--constraint constraints.txt" in told
    assert re.search(r"^USER oncoflag$", told, flags=re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["oncoflag"\]$', told, flags=re.MULTILINE)
    base = re.search(r"^FROM python:(\d\.\d+)", told, flags=re.MULTILINE)
    assert base
    wanted = re.search(
        r'requires-python = ">=(\d\.\d+),<(\d\.\d+)"', (ROOT / "pyproject.toml").read_text()
    )
    assert wanted
    assert wanted[1] <= base[1] < wanted[2]
