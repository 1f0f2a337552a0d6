"""`oncoflag status` and `oncoflag quarantine`: what a person sees of the work and its leftovers."""

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from app.standing import Standing
from app.standing_tables import one_file, standing
from flows.tidings import OVERDUE
from store.books import IntakeState, RunState
from store.intake import FileRow
from store.runs import Alarm, RunRow

NOW = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)


def told(done: Any) -> dict[str, Any]:
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    document: dict[str, Any] = json.loads(line)
    return document


@pytest.fixture
def night(oncoflag: Any, tmp_path: Path) -> dict[str, Any]:
    """One run over an inbox with a letter, a link and half a report."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "letter.txt").write_text("Dear colleague,\n")
    (inbox / "link.pdf").symlink_to("letter.txt")
    (inbox / "half.pdf").write_bytes(b"%PDF-1.4\n")
    (inbox / "notes.md").write_text("# Notes\n")
    done = oncoflag("ingest", inbox, "--no-orchestrator", "--json", ONCOFLAG_SETTLE_SECONDS="0")
    assert done.returncode == 3
    return told(done)


def test_status_says_how_the_work_stands(oncoflag: Any, night: dict[str, Any]) -> None:
    stands = told(oncoflag("status", "--json"))
    assert stands["last_run"]["run"] == night["run"]
    assert stands["last_run"]["account"] == night["account"] == {
        "found": 4, "done": 0, "held": 1, "quarantined": 0, "waiting": 1, "refused": 1,
        "set_aside": 1,
    }  # fmt: skip
    assert (stands["overdue"], stands["files"]["held"]) == (False, 1)
    codes = {each["file"]: (each["state"], each["code"]) for each in stands["not_taken"]}
    assert codes == {"half.pdf": ("waiting", "no_end"), "link.pdf": ("refused", "link")}

    page = oncoflag("status").stdout
    for words in ("4 found: 0 done, 1 held", "half.pdf", "a link is not followed", "hours ago"):
        assert words in page


def test_ingest_says_what_it_did_not_take(
    oncoflag: Any, night: dict[str, Any], tmp_path: Path
) -> None:
    page = oncoflag("ingest", tmp_path / "inbox", "--no-orchestrator").stdout
    text = re.sub(r"\s+", " ", page)
    assert "1 refused: a link is not followed: put the file itself here: link.pdf" in text
    assert "1 waiting: its end is missing: it may be half-copied: half.pdf" in text
    assert "1 set aside: by its name this is no report" in text
    assert "notes.md" not in text


def test_a_held_file_is_listed_shown_and_read_again(oncoflag: Any, night: dict[str, Any]) -> None:
    (file,) = told(oncoflag("quarantine", "list", "--json"))["files"]
    assert (file["file"], file["state"]) == ("letter.txt", "held")
    assert file["sha256"].startswith(file["id"])
    assert "letter.txt" in oncoflag("quarantine", "list").stdout

    shown = told(oncoflag("quarantine", "show", file["id"], "--json"))
    assert shown == {"version": 1} | file
    assert file["reason"] in re.sub(r"\s+", " ", oncoflag("quarantine", "show", file["id"]).stdout)

    again = told(oncoflag("quarantine", "retry", file["id"], "--by", "Dr Reader", "--json"))
    assert again["state"] == "waiting"
    acts = told(oncoflag("audit", "show", "--json"))["entries"]
    assert [each["actor"] for each in acts if each["action"] == "file.retried"] == ["Dr Reader"]
    refused = oncoflag("quarantine", "retry", file["id"])
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "only a held one is read again" in refused.stderr


@pytest.mark.parametrize(("file", "sentence"), [("abc", "four at least"), ("0" * 12, "no file of")])
def test_an_id_that_names_nothing_is_a_sentence(
    oncoflag: Any, night: dict[str, Any], file: str, sentence: str
) -> None:
    assert night
    done = oncoflag("quarantine", "show", file)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr


def test_without_a_database_nothing_is_made(oncoflag: Any, tmp_path: Path) -> None:
    done = oncoflag("status")
    assert done.returncode == 2
    assert "ingest something first" in done.stderr
    assert not (tmp_path / "data" / "oncoflag.db").exists()


@pytest.mark.parametrize(
    ("since", "overdue"),
    [
        (timedelta(hours=1), False),
        (OVERDUE, False),
        (OVERDUE + timedelta(seconds=1), True),
        (timedelta(hours=-1), True),
        (None, True),
    ],
    ids=["an hour", "26 hours", "a second more", "in the future", "never"],
)
def test_a_night_that_is_missed_is_red(since: timedelta | None, overdue: bool) -> None:
    complete = None if since is None else run_that_ended(NOW - since)
    files = dict.fromkeys(IntakeState, 0)
    stands = Standing(at=NOW, last=complete, complete=complete, files=files, entries=())
    assert stands.is_overdue is overdue


@pytest.mark.parametrize(
    ("state", "reason", "said"),
    [
        (IntakeState.WAITING, None, "it waits to be read"),
        (IntakeState.CLAIMED, None, "a run is reading it"),
        (IntakeState.DONE, None, "it was read, and counts"),
        (IntakeState.HELD, "Two patients are named.", "Two patients are named."),
    ],
)
def test_a_file_says_where_it_stands(state: IntakeState, reason: str | None, said: str) -> None:
    file = FileRow(
        sha256="0" * 64, file="a.vcf", size=7, first_seen=NOW, state=state, code=None,
        reason=reason, kept=True, read_with=None, manifest_row=None,
    )  # fmt: skip
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as captured:
        console.print(one_file(file))
    head, why, *_ = captured.get().splitlines()
    assert (head.split(), why.strip()) == (["a.vcf", state.value], said)


def run_that_ended(at: datetime) -> RunRow:
    return RunRow(
        id="a", host="h", state=RunState.DONE, started=at, heartbeat=at, ended=at, fault=None,
        account=None, alarms=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("case", "hours", "state", "held", "wanted"),
    [
        ("a night this morning, nothing waits", 5, RunState.DONE, 0, 0),
        ("a night this morning, one file is held", 5, RunState.DONE, 1, 3),
        ("26 hours ago: that is still the night before", 26, RunState.DONE, 0, 0),
        ("a minute more: a night is missed", 26.02, RunState.DONE, 1, 1),
        ("a night this morning, and one since that failed", 5, RunState.FAILED, 0, 1),
        ("a night this morning, and one since that was killed", 5, RunState.ABANDONED, 0, 1),
        ("a night this morning, and one at work", 5, RunState.RUNNING, 0, 0),
        ("never a night", None, RunState.DONE, 0, 1),
    ],
)
def test_a_monitor_is_told_by_the_exit_status(
    case: str, hours: float | None, state: RunState, held: int, wanted: int
) -> None:
    complete = None if hours is None else ran(RunState.DONE, NOW - timedelta(hours=hours))
    last = None if hours is None else ran(state, NOW - timedelta(hours=1))
    stands = Standing(
        at=NOW, last=last, complete=complete, files={IntakeState.HELD: held}, entries=()
    )
    assert stands.exit_status == wanted, case


def ran(state: RunState, ended: datetime) -> RunRow:
    return RunRow(
        id="0" * 32, host="lab", state=state, started=ended, heartbeat=ended, ended=ended,
        fault=None, account=None, alarms=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "fault", "alarm", "wanted"),
    [
        (RunState.FAILED, "SQLITE_FULL", None, "data engineer: Make room, then start the night"),
        (RunState.ABANDONED, None, None, "data engineer: Look for the reason (memory, power"),
        (RunState.DONE, None, "identity_doubt", "laboratory: Run `oncoflag quarantine list`"),
        (RunState.DONE, None, "release_waits", "knowledge manager: Run `oncoflag knowledge diff"),
    ],
)
def test_who_does_what_stands_under_what_went_wrong(
    state: RunState, fault: str | None, alarm: str | None, wanted: str
) -> None:
    alarms = (Alarm(code=alarm, sentence="Something."),) if alarm else ()
    last = replace(ran(state, NOW), fault=fault, alarms=alarms)
    stands = Standing(at=NOW, last=last, complete=last, files={}, entries=())
    console = Console(file=io.StringIO(), width=200)
    with console.capture() as captured:
        console.print(standing(stands, "a database"))
    assert wanted in captured.get()


@pytest.mark.parametrize(("minutes", "killed"), [(1, False), (9, False), (11, True), (600, True)])
def test_a_night_without_a_sign_of_life_is_not_called_running_alone(
    minutes: float, killed: bool
) -> None:
    last = replace(ran(RunState.RUNNING, NOW - timedelta(minutes=minutes)), ended=None)
    stands = Standing(at=NOW, last=last, complete=None, files={}, entries=())
    console = Console(file=io.StringIO(), width=200)
    with console.capture() as captured:
        console.print(standing(stands, "a database"))
    assert ("it was killed" in captured.get()) is killed
    assert "last sign of life 2026-03-0" in captured.get()


def test_the_check_of_a_monitor_and_what_a_person_asks_for(
    oncoflag: Any, night: dict[str, Any]
) -> None:
    assert oncoflag("status").returncode == 0
    assert oncoflag("status", "--check").returncode == 3, "a file is held"
