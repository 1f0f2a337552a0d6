"""Releases and replay from the command line: what is printed, and with which exit status."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from actionability.knowledge import packaged_release

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_reports"
PDF = SAMPLES / "01_a_fgfr2_fusion_twocolumn.pdf"
ROOMS = ("app", "flows", "parsers", "actionability", "store", "exchange", "pipeline")


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """A copy of the house that ships a later release with one other cell."""
    house = tmp_path / "house"
    for room in ROOMS:
        shutil.copytree(ROOT / room, house / room, ignore=shutil.ignore_patterns("__pycache__"))
    data = house / "actionability" / "data"
    table = data / "indications.csv"
    rows = table.read_text(encoding="utf-8")
    assert "13.5 mg days 1-14" in rows
    table.write_text(rows.replace("13.5 mg days 1-14", "13.5 mg on days 1-14", 1), encoding="utf-8")
    (data / "VERSION").write_text("2026.12.24\n", encoding="utf-8")
    return house


def told(done: Any) -> dict[str, Any]:
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    document: dict[str, Any] = json.loads(line)
    return document


def ingest(oncoflag: Any, *options: str, **environment: str) -> Any:
    return oncoflag("ingest", PDF, "--no-orchestrator", *options, **environment)


def test_a_newer_release_waits_until_a_person_activates_it(oncoflag: Any, newer: Path) -> None:
    own = packaged_release()
    assert ingest(oncoflag).returncode == 0
    shown = told(oncoflag("knowledge", "show", "--json"))
    assert (shown["release"], shown["state"]) == (own, "active")

    night = told(ingest(oncoflag, "--json", PYTHONPATH=str(newer)))
    assert [each["code"] for each in night["alarms"]] == ["release_waits"]
    rows = told(oncoflag("knowledge", "list", "--json"))["releases"]
    assert [(row["release"], row["state"]) for row in rows] == [
        (own, "active"),
        ("2026.12.24", "candidate"),
    ]
    (change,) = told(oncoflag("knowledge", "diff", "active", "2026.12.24", "--json"))["changes"]
    assert (change["table"], change["change"]) == ("indications", "changed")
    assert change["id"] == "fgfr2-fusion-pemigatinib-us"
    assert change["cells"] == [
        {
            "column": "dose",
            "before": "13.5 mg days 1-14 of 21",
            "after": "13.5 mg on days 1-14 of 21",
        }
    ]

    refused = oncoflag("reinterpret", "--release", "2026.12.24")
    assert (refused.returncode, "only the active one" in refused.stderr) == (2, True)
    dry = told(oncoflag("reinterpret", "--dry-run", "--json"))
    assert (dry["dry_run"], dry["release"]["release"]) == (True, "2026.12.24")
    assert (dry["cases"], dry["made"], dry["left"], dry["failed"]) == (1, 1, 0, 0)

    options = ("--by", "A. Curator", "--reason", "checked by two", "--json")
    active = told(oncoflag("knowledge", "activate", "2026.12.24", *options))
    assert (active["state"], active["changed_by"]) == ("active", "A. Curator")
    assert "linter" in active["checked"]
    assert told(oncoflag("knowledge", "show", "--json"))["release"] == "2026.12.24"
    replayed = told(oncoflag("replay", "--all", "--json"))
    assert (replayed["identical"], replayed["differs"]) == (1, 0)

    made = told(oncoflag("reinterpret", "--json"))
    assert made == dry | {"dry_run": False}, "what the dry run told"
    (case,) = told(oncoflag("cases", "--json"))["cases"]
    assert (case["release"], case["cause"]) == ("2026.12.24", "knowledge")
    again = oncoflag("reinterpret")
    assert again.stdout.startswith("every case speaks with release 2026.12.24")


def test_activation_asks_for_a_name_a_reason_and_a_release(oncoflag: Any) -> None:
    ingest(oncoflag)
    assert oncoflag("knowledge", "activate", packaged_release()).returncode == 2
    done = oncoflag("knowledge", "activate", "2030.01.01", "--by", "A", "--reason", "why")
    assert (done.returncode, "no such release" in done.stderr) == (2, True)


def test_without_a_database_the_shipped_release_is_shown(oncoflag: Any, tmp_path: Path) -> None:
    shown = told(oncoflag("knowledge", "show", "--json"))
    assert (shown["release"], shown["state"]) == (packaged_release(), "shipped")
    assert oncoflag("knowledge", "list").returncode == 2
    done = oncoflag("knowledge", "activate", packaged_release(), "--by", "A", "--reason", "b")
    assert done.returncode == 2
    assert not (tmp_path / "data").exists(), "looking makes no database"


def test_replay_says_what_differs_and_exits_with_1(oncoflag: Any, tmp_path: Path) -> None:
    run = told(ingest(oncoflag, "--json"))["run"]
    assert oncoflag("replay", run).returncode == 0
    with sqlite3.connect(tmp_path / "data" / "oncoflag.db") as database:
        (case,) = database.execute("SELECT id FROM cases").fetchone()
        database.execute("UPDATE findings SET detail = 'p.R132X' WHERE ordinal = 0")
    done = oncoflag("replay", "--case", case, "--json")
    assert done.returncode == 1
    document = told(done)
    assert (document["differs"], document["identical"]) == (1, 0)
    (each,) = document["interpretations"]
    assert each == {
        "case": case,
        "number": 1,
        "verdict": "differs",
        "places": ["table findings"],
        "reason": None,
    }
    for_people = oncoflag("replay", "--all")
    assert for_people.returncode == 1
    assert "table findings" in for_people.stdout
    assert "1 interpretation replayed: 1 differs" in for_people.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say what to replay"),
        (("--all", "--case", "c1"), "say what to replay"),
        (("abc", "--all"), "say what to replay"),
        (("--case", "c1"), "no interpreted case"),
        (("no-such-run",), "no run has an id that begins so"),
    ],
)
def test_what_cannot_be_replayed_is_usage(
    oncoflag: Any, arguments: tuple[str, ...], said: str
) -> None:
    assert oncoflag("db", "upgrade").returncode == 0
    done = oncoflag("replay", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
