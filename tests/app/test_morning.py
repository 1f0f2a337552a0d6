"""The commands `metrics`, `status --alert` and `db prune`, as a timer and a person run them."""

import json
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.opening import opened
from pipeline.settings import Settings
from store.books import RunState
from store.leases import still
from store.runs import Alarm, Ending, Opening
from tests.app.conftest import Run
from tests.flows.letterbox import hook


def test_who_asked_for_nothing_is_told_nothing(oncoflag: Run) -> None:
    done = oncoflag("status", "--alert")
    assert done.returncode == 2
    assert "set ONCOFLAG_ALERT_WEBHOOK" in done.stderr


def test_a_database_that_is_not_there_is_cried_out(oncoflag: Run) -> None:
    with hook() as there:
        done = oncoflag("status", "--alert", ONCOFLAG_ALERT_WEBHOOK=there.url)
    assert (done.returncode, done.stdout) == (0, "webhook: sent\n")
    assert "cannot be read" in there.posted[0]["headline"]


def test_a_message_that_goes_nowhere_is_seen(oncoflag: Run, tmp_path: Path) -> None:
    _a_failed_night(tmp_path)
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{some.getsockname()[1]}/"
    done = oncoflag("status", "--alert", "--json", ONCOFLAG_ALERT_WEBHOOK=nowhere)
    assert done.returncode == 1
    (told,) = json.loads(done.stdout)["told"]
    assert (told["channel"], told["outcome"]) == ("webhook", "ConnectionRefusedError")
    assert "nobody was told by webhook (ConnectionRefusedError)" in oncoflag("status").stdout
    (known,) = json.loads(oncoflag("status", "--json").stdout)["not_told"]
    assert known == told
    with hook() as there:
        done = oncoflag("status", "--alert", ONCOFLAG_ALERT_WEBHOOK=there.url)
    assert (done.returncode, done.stdout) == (0, "webhook: sent\n")
    assert "SQLITE_FULL" in there.posted[0]["headline"]
    assert json.loads(oncoflag("status", "--json").stdout)["not_told"] == []


def test_metrics_are_printed(oncoflag: Run, tmp_path: Path) -> None:
    assert oncoflag("metrics").returncode == 2, "there is no database"
    _a_failed_night(tmp_path)
    done = oncoflag("metrics")
    assert done.returncode == 0, done.stderr
    assert "oncoflag_run_failed 1.0\n" in done.stdout
    assert "oncoflag_overdue 1.0\n" in done.stdout


def test_old_books_are_removed(oncoflag: Run, tmp_path: Path) -> None:
    _a_failed_night(tmp_path)
    done = oncoflag("db", "prune", "--json")
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)["removed"].values()) == {0}
    assert oncoflag("db", "prune").stdout == "nothing was old enough to be removed\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ONCOFLAG_ALERT_WEBHOOK", "file:///etc/passwd"),
        ("ONCOFLAG_SMTP_PORT", "0"),
        ("ONCOFLAG_SMTP_SECURITY", "perhaps"),
        ("ONCOFLAG_LOG", "loud"),
        ("ONCOFLAG_KEEP_NIGHTS_DAYS", "9"),
    ],
)
def test_a_setting_that_is_wrong_is_a_sentence(oncoflag: Run, name: str, value: str) -> None:
    done = oncoflag("status", "--alert", **{name: value})
    assert done.returncode == 2
    assert done.stderr.startswith(f"oncoflag: settings: {name.removeprefix('ONCOFLAG_').lower()}")
    assert value not in done.stderr


def _a_failed_night(folder: Path) -> None:
    now = datetime.now(UTC)
    with opened(Settings(data_dir=folder / "data")) as store:
        store.upgrade()
        opening = Opening(id="0c9ad1", host="laboratory", pid=4711, code_version="test")
        run = store.start_run(opening, clock=still(now), alive=lambda *_: False)
        assert run
        acting = store.acting(run, still(now))
        acting.sound(Alarm(code="clock_jump", sentence="the clock was set"))
        acting.finish_run(Ending(state=RunState.FAILED, fault="SQLITE_FULL"))
        store.settle_anchor()
