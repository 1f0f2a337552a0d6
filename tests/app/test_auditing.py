"""The audit as its users meet it: clean after ordinary runs, exit status 1 when it was touched."""

import json
import shutil
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import SAMPLES, command_in

HOTSPOT = SAMPLES / "20_idh1_r132c.vcf"


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An inbox, and the data directory after a small night."""
    place = tmp_path_factory.mktemp("night")
    inbox = place / "inbox"
    inbox.mkdir()
    for name in (HOTSPOT.name, "x_unknown_layout.pdf", "manifest.csv", "patients.csv"):
        shutil.copy(SAMPLES / name, inbox)
    done = command_in(place)("ingest", inbox, "--no-orchestrator", ONCOFLAG_SETTLE_SECONDS="0")
    assert done.returncode == 3, done.stderr
    return place


@pytest.fixture
def night(first_night: Path, tmp_path: Path) -> Path:
    """A data directory after a small night."""
    shutil.copytree(first_night, tmp_path, dirs_exist_ok=True)
    return tmp_path / "data"


def tamper(data: Path, *statements: str) -> None:
    connection = sqlite3.connect(data / "oncoflag.db")
    triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    found = connection.execute(triggers).fetchall()
    for name, _ in found:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    for _, sql in found:
        connection.execute(sql)
    connection.commit()
    connection.close()


def test_clean_after_a_night_and_after_the_same_night_again(oncoflag: Any, night: Path) -> None:
    first = json.loads(oncoflag("audit", "verify", "--json").stdout)
    assert (first["clean"], first["faults"], first["anchored"]) == (True, [], first["entries"])
    assert first["entries"] >= 3

    oncoflag("ingest", night.parent / "inbox", "--no-orchestrator", ONCOFLAG_SETTLE_SECONDS="0")
    again = oncoflag("audit", "verify")
    assert again.returncode == 0
    assert again.stdout == (
        f"{first['entries']} entries, anchored up to {first['entries']}: nothing was changed\n"
    )


def test_key_and_anchor_are_their_owners_alone(night: Path) -> None:
    for name in ("audit.key", "audit.anchor"):
        assert stat.S_IMODE((night / name).stat().st_mode) == 0o600


def test_what_was_touched_is_told_and_is_status_1(oncoflag: Any, night: Path) -> None:
    tamper(night, "UPDATE audit SET actor = 'nobody' WHERE seq = 2", "DELETE FROM findings")
    done = oncoflag("audit", "verify")
    assert done.returncode == 1
    assert "entry 2: changed, or written with another key: the seal does not fit" in done.stdout
    assert "is not as this entry left it" in done.stdout
    assert done.stderr == ""
    told = json.loads(oncoflag("audit", "verify", "--json").stdout)
    assert {each["code"] for each in told["faults"]} >= {"changed", "thing_changed"}
    assert told["clean"] is False


def test_entries_of_one_file_are_shown(oncoflag: Any, night: Path) -> None:
    every = json.loads(oncoflag("audit", "show", "--json").stdout)["entries"]
    subject = next(each["subject"] for each in every if each["action"] == "report.saved")
    shown = oncoflag("audit", "show", "--subject", subject[:12]).stdout.splitlines()
    assert shown
    assert all(each.endswith(f"  {subject[:12]}") and "  run " in each for each in shown)
    assert max(map(len, shown)) <= 80, "an entry is a line of a terminal"
    assert len(shown) < len(every)
    assert [each["seq"] for each in every] == list(range(1, len(every) + 1))


def test_a_restore_is_acknowledged(oncoflag: Any, night: Path) -> None:
    anchor = night / "audit.anchor"
    kept = anchor.read_text(encoding="ascii")
    last = json.loads(oncoflag("audit", "verify", "--json").stdout)["entries"]
    shutil.copy(night / "oncoflag.db", night / "backup")
    shutil.copy(HOTSPOT, night.parent / "inbox" / "other.vcf")
    with (night.parent / "inbox" / "other.vcf").open("a", encoding="utf-8") as file:
        file.write("chr7\t1\t.\tA\tT\t.\tPASS\t.\n")
    oncoflag("ingest", night.parent / "inbox", "--no-orchestrator", ONCOFLAG_SETTLE_SECONDS="0")
    assert anchor.read_text(encoding="ascii").startswith(kept)
    assert len(anchor.read_text(encoding="ascii")) > len(kept)
    for each in night.glob("oncoflag.db*"):
        each.unlink()
    (night / "backup").rename(night / "oncoflag.db")

    told = oncoflag("audit", "verify")
    assert told.returncode == 1
    assert f"entry {last + 1}" in told.stdout.replace("entries", "entry")
    said = ("audit", "acknowledge", "--by", "keeper-1", "--reason", "restored")
    assert oncoflag(*said).returncode == 0
    after = oncoflag("audit", "verify")
    assert after.returncode == 0
    assert "lost, and acknowledged in entry" in after.stdout
    assert oncoflag(*said).returncode == 2
    assert oncoflag("audit", "acknowledge", "--by", " ", "--reason", "x").returncode == 2


def _night_alarms(oncoflag: Any, night: Path) -> list[str]:
    inbox = night.parent / "inbox"
    told = oncoflag("ingest", inbox, "--no-orchestrator", "--json", ONCOFLAG_SETTLE_SECONDS="0")
    return [each["code"] for each in json.loads(told.stdout)["alarms"]]


def test_a_night_on_another_database_than_the_anchor_names_says_so(
    oncoflag: Any, night: Path
) -> None:
    """Set back, lost (as where a disk was not mounted), or its anchor gone: an alarm, once."""
    database, anchor = night / "oncoflag.db", night / "audit.anchor"
    early = database.read_bytes()
    assert _night_alarms(oncoflag, night) == []
    shutil.copy(SAMPLES / "21_negative_panel.vcf.gz", night.parent / "inbox")
    assert _night_alarms(oncoflag, night) == []

    database.write_bytes(early)
    assert _night_alarms(oncoflag, night) == ["audit_astray"]
    assert _night_alarms(oncoflag, night) == []
    database.unlink()
    assert _night_alarms(oncoflag, night) == ["audit_astray"]
    anchor.unlink()
    assert _night_alarms(oncoflag, night) == ["audit_astray"]


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (None, "the audit key is missing"),
        ("00" * 32, "the audit key is not the one"),
        ("no key", "the audit key is no key"),
    ],
)
def test_nothing_is_written_under_another_key(
    oncoflag: Any, night: Path, key: str | None, told: str
) -> None:
    before = (night / "audit.anchor").read_bytes()
    (night / "audit.key").unlink()
    if key is not None:
        (night / "audit.key").write_text(key, encoding="ascii")
    done = oncoflag("ingest", HOTSPOT, "--no-orchestrator")
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert (night / "audit.anchor").read_bytes() == before
    assert (night / "audit.key").exists() is (key is not None)
    assert oncoflag("cases").returncode == 0


def test_another_key_is_told_of_every_entry(oncoflag: Any, night: Path) -> None:
    (night / "audit.key").write_text("00" * 32, encoding="ascii")
    done = oncoflag("audit", "verify")
    assert done.returncode == 1
    assert "changed, or written with another key" in done.stdout


def test_key_and_anchor_lie_where_they_are_told_to(oncoflag: Any, tmp_path: Path) -> None:
    safe = {
        "ONCOFLAG_AUDIT_KEY": str(tmp_path / "safe" / "key"),
        "ONCOFLAG_AUDIT_ANCHOR": str(tmp_path / "anchor"),
    }
    assert oncoflag("ingest", HOTSPOT, "--no-orchestrator", **safe).returncode in {0, 3}
    assert oncoflag("audit", "verify", **safe).returncode == 0
    assert (tmp_path / "safe" / "key").exists()
    assert (tmp_path / "anchor").stat().st_size > 0
    assert not (tmp_path / "data" / "audit.key").exists()


def test_there_is_nothing_to_verify_before_the_first_night(oncoflag: Any) -> None:
    done = oncoflag("audit", "verify")
    assert done.returncode == 2
    assert "there is no database" in done.stderr
