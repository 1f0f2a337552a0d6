"""The command line as its users meet it: exit statuses, sentences, JSON and nothing else."""

import fcntl
import json
import os
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.cli import app, db_app, knowledge_app
from app.quarantine import quarantine_app
from pipeline.model import Marker

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_reports"
SCHEMA = json.loads((ROOT / "docs" / "json.schema.json").read_text(encoding="utf-8"))
BREAKENDS = SAMPLES / "01_fgfr2_bicc1_breakends.vcf"
TWO_COLUMN = SAMPLES / "01_a_fgfr2_fusion_twocolumn.pdf"
APPENDIX = SAMPLES / "11_a_appendix_trap.pdf"
UNKNOWN = SAMPLES / "x_unknown_layout.pdf"
HELD = {  # a scan, a locked file, a ciphered page and a letter: each for a person to see
    "09_i_scanned_fax.pdf",
    "16_l_password.pdf",
    "17_m_broken_unicode.pdf",
    UNKNOWN.name,
}
HOTSPOT = SAMPLES / "20_idh1_r132c.vcf"
TABLES = ("--manifest", SAMPLES / "manifest.csv", "--patients", SAMPLES / "patients.csv")


def documents(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.mark.parametrize(
    ("status", "arguments", "told"),
    [
        (0, ("read", HOTSPOT, *TABLES[:2]), ""),
        (0, ("explain", TWO_COLUMN), ""),
        (0, ("knowledge", "lint"), ""),
        (0, ("knowledge", "show"), ""),
        (0, ("db", "upgrade"), ""),
        (0, ("--help",), ""),
        (0, ("--version",), ""),
        (3, ("read", TWO_COLUMN, UNKNOWN), ""),
        (3, ("explain", UNKNOWN), ""),
        (2, ("read", "gone.vcf"), "no such file or directory: gone.vcf"),
        (2, ("read",), "Missing argument"),
        (2, ("read", HOTSPOT, "--colour"), "No such option"),
        (2, ("explain",), "nothing to explain"),
        (2, ("explain", TWO_COLUMN, APPENDIX), "differ: these files are not of one person"),
        (2, ("explain", TWO_COLUMN, "--as-of", "2026-13-01"), "is not a date"),
        (2, ("explain", TWO_COLUMN, "--jurisdiction", "UK"), "say US or EU"),
        (2, ("explain", TWO_COLUMN, "--patients", ROOT / "README.md"), "column not known"),
        (2, ("explain", *TABLES, "--case", "nobody"), "no table names this case"),
        (2, ("cases",), "there is no database"),
        (2, ("case", "C1"), "there is no database"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else None,
)
def test_exit_statuses(
    oncoflag: Any, status: int, arguments: tuple[object, ...], told: str
) -> None:
    done = oncoflag(*arguments)
    assert done.returncode == status, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_another_run_at_work_is_status_5(oncoflag: Any, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with (data / "ingest.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = oncoflag("ingest", SAMPLES, "--no-orchestrator")
    assert (done.returncode, done.stdout) == (5, "")
    assert "another run is at work" in done.stderr


def test_refused_knowledge_is_status_4(oncoflag: Any, tmp_path: Path) -> None:
    """A misspelt criterion in a copy of the tables: nothing starts."""
    house = tmp_path / "house"
    for room in ("app", "flows", "parsers", "actionability", "store", "exchange", "pipeline"):
        shutil.copytree(ROOT / room, house / room)
    table = house / "actionability" / "data" / "indications.csv"
    rows = table.read_text(encoding="utf-8")
    table.write_text(rows.replace("prior_lines_at_least", "prior_linse_at_least"), encoding="utf-8")
    for arguments in (("knowledge", "lint"), ("ingest", SAMPLES, "--no-orchestrator")):
        done = oncoflag(*arguments, PYTHONPATH=str(house))
        assert done.returncode == 4, done.stderr
        assert "prior_linse_at_least" in done.stderr
        assert "indications" in done.stderr
    assert json.loads(oncoflag("cases", "--json").stdout)["cases"] == []


def test_a_database_that_is_none_is_a_fault_in_one_sentence(oncoflag: Any, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database, but forty letters of something else")
    url = f"sqlite:///{tmp_path}/notes.txt"
    done = oncoflag("cases", ONCOFLAG_DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("oncoflag: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_password_is_never_shown(oncoflag: Any) -> None:
    url = "postgresql://night:hush@localhost:1/none"
    for arguments in (("cases",), ("db", "upgrade")):
        done = oncoflag(*arguments, ONCOFLAG_DATABASE_URL=url)
        assert done.returncode == 1
        assert "hush" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    "expected", sorted(SAMPLES.glob("*.expected.json")), ids=lambda path: path.name.split(".")[0]
)
def test_read_says_what_was_written_by_hand(oncoflag: Any, expected: Path) -> None:
    wanted = json.loads(expected.read_text(encoding="utf-8"))
    done = oncoflag("read", SAMPLES / wanted["report"]["file"], *TABLES[:2], "--json")
    (told,) = documents(done.stdout)
    jsonschema.validate(told, SCHEMA)
    assert told["report"]["status"] == wanted["report"]["status"]
    assert {name: state["status"] for name, state in told["markers"].items()} == {
        name: state["status"] for name, state in wanted["markers"].items()
    }
    read = {"final", "amended", "qualified", "failed"}
    assert done.returncode == (0 if told["report"]["status"] in read else 3)


def test_several_files_are_json_lines_in_their_order(oncoflag: Any) -> None:
    done = oncoflag("read", UNKNOWN, TWO_COLUMN, "--json")
    told = documents(done.stdout)
    assert [each["report"]["file"] for each in told] == [UNKNOWN.name, TWO_COLUMN.name]
    assert [each["report"]["status"] for each in told] == ["unrecognised", "final"]


def test_a_case_of_two_files_is_one_document(oncoflag: Any) -> None:
    done = oncoflag("explain", TWO_COLUMN, BREAKENDS, *TABLES, "--json")
    (told,) = documents(done.stdout)
    jsonschema.validate(told, SCHEMA)
    assert told["case"] == "SYN-CASE-01"
    assert {each["kind"] for each in told["reports"]} == {"pdf", "vcf"}
    assert told["markers"]["FGFR2_FUSION"]["status"] == "detected"
    kinds = {flag["therapy"]: flag["kind"] for flag in told["interpretation"]["flags"]}
    assert kinds["pemigatinib"] == "SUGGEST"
    assert kinds["infigratinib"] == "BLOCK"


def test_files_named_together_are_one_case(oncoflag: Any) -> None:
    """No manifest: whoever names a VCF beside a PDF says that they belong together."""
    done = oncoflag("explain", TWO_COLUMN, BREAKENDS, "--json")
    (told,) = documents(done.stdout)
    assert len(told["reports"]) == 2
    assert told["interpretation"]["jurisdictions"] == ["US", "EU"], "not stated: both are given"


def test_a_held_file_follows_the_case_and_the_case_says_so(oncoflag: Any) -> None:
    done = oncoflag("explain", TWO_COLUMN, UNKNOWN, "--json")
    case, held = documents(done.stdout)
    jsonschema.validate(held, SCHEMA)
    assert done.returncode == 3
    assert "file_held" in [each["code"] for each in case["warnings"]]
    assert held["case"] is None
    assert held["interpretation"]["flags"] == []


def test_the_day_on_the_command_line_governs(oncoflag: Any) -> None:
    """Pemigatinib was approved in the US on 2020-04-17 (indications.csv)."""
    arguments = ("explain", TWO_COLUMN, *TABLES, "--json", "--as-of")
    kinds = []
    for day in ("2020-04-16", "2020-04-17"):
        (told,) = documents(oncoflag(*arguments, day).stdout)
        flags = told["interpretation"]["flags"]
        kinds.append(next((f["kind"] for f in flags if f["therapy"] == "pemigatinib"), None))
        assert told["interpretation"]["as_of"] == day
    assert kinds[0] != "SUGGEST"
    assert kinds[1] == "SUGGEST"


@pytest.fixture
def findings(tmp_path: Path) -> Path:
    path = tmp_path / "findings.csv"
    path.write_text(
        "case,gene,alteration,status,method\n"
        "A,IDH1,p.R132C,detected,NGS-DNA\n"
        "B,ERBB2,IHC 3+,detected,IHC\n"
    )
    return path


def test_findings_alone_are_one_document_a_case(oncoflag: Any, findings: Path) -> None:
    done = oncoflag("explain", "--findings", findings, "--jurisdiction", "us", "--json")
    told = documents(done.stdout)
    assert done.returncode == 0, done.stderr
    assert [each["case"] for each in told] == ["A", "B"]
    for each in told:
        jsonschema.validate(each, SCHEMA)
        assert set(each["markers"]) == {marker.value for marker in Marker}
    assert {f["therapy"] for f in told[0]["interpretation"]["flags"]} == {"ivosidenib"}
    assert told[1]["markers"]["HER2_IHC"]["status"] == "detected"


def test_case_chooses_one_and_patients_give_the_context(
    oncoflag: Any, findings: Path, tmp_path: Path
) -> None:
    patients = tmp_path / "patients.csv"
    patients.write_text(
        "case,site,stage,ecog,prior_lines,jurisdiction,as_of\nA,intrahepatic,IV,1,0,EU,2026-11-02\n"
    )
    done = oncoflag(
        "explain", "--findings", findings, "--patients", patients, "--case", "A", "--json"
    )
    (told,) = documents(done.stdout)
    assert told["interpretation"]["as_of"] == "2026-11-02"
    assert told["interpretation"]["patient"]["prior_lines"] == 0
    (flag,) = told["interpretation"]["flags"]
    assert (flag["kind"], flag["jurisdiction"]) == ("FLAG", "EU"), "reserved for a later line"


def test_a_table_is_printed_in_100_columns(oncoflag: Any) -> None:
    done = oncoflag("explain", TWO_COLUMN, *TABLES)
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert "SUGGEST" in done.stdout
    assert "\x1b" not in done.stdout, "no colours into a pipe"


def test_control_signs_of_a_file_name_do_not_reach_the_terminal(
    oncoflag: Any, tmp_path: Path
) -> None:
    path = tmp_path / "a\x1b[31m[bold]b.vcf"
    path.write_text("nothing")
    done = oncoflag("read", path)
    assert "\x1b" not in done.stdout
    assert "[bold]" in done.stdout, "text is text, not markup"


def test_read_imports_neither_prefect_nor_pandas_nor_a_database(oncoflag: Any) -> None:
    done = oncoflag("read", HOTSPOT, *TABLES[:2], "--json", PYTHONPROFILEIMPORTTIME="1")
    imported = set(re.findall(r"\| +([\w.]+)$", done.stderr, flags=re.MULTILINE))
    assert "typer" in imported
    heavy = {"prefect", "pandas", "sqlalchemy", "alembic", "pdfplumber", "rich.console", "fastapi"}
    assert imported & heavy == set()


def test_every_command_is_described_and_documented(oncoflag: Any) -> None:
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    owners = {"": app, "knowledge ": knowledge_app, "db ": db_app, "quarantine ": quarantine_app}
    for prefix, owner in owners.items():
        for command in owner.registered_commands:
            assert command.callback is not None
            assert command.callback.__doc__
            assert f"{prefix}{command.name or command.callback.__name__}" in page


OF_RUNS = ("runs", "leases", "alarms")


def dump(data: Path) -> list[str]:
    with sqlite3.connect(data / "oncoflag.db") as database:
        lines = database.iterdump()
        # Who was at work, and when; everything else may not change.
        return [line for line in lines if not any(f'INTO "{each}"' in line for each in OF_RUNS)]


def test_the_same_bytes_twice_change_no_row(oncoflag: Any, tmp_path: Path) -> None:
    first = oncoflag("ingest", SAMPLES, "--no-orchestrator", "--json")
    before = dump(tmp_path / "data")
    second = oncoflag("ingest", SAMPLES, "--no-orchestrator", "--json")
    (one,), (two,) = documents(first.stdout), documents(second.stdout)
    assert first.returncode == second.returncode == 3
    reports = [each for each in SAMPLES.iterdir() if each.suffix in {".pdf", ".vcf", ".gz"}]
    assert one["files"] == one["read"] + len(one["held"]) == len(reports)
    assert {each["file"] for each in one["held"]} == HELD
    assert sorted(one["changed"]) == sorted(one["cases"])
    assert two["changed"] == []
    assert dump(tmp_path / "data") == before


def test_the_demo_shows_what_it_promises(oncoflag: Any) -> None:
    oncoflag("ingest", SAMPLES, "--no-orchestrator")
    done = oncoflag("cases", "--flagged")
    assert max(map(len, done.stdout.splitlines())) <= 100
    for word in ("SUGGEST", "reserve for line 2", "ASK", "BLOCK", "infigratinib"):
        assert word in done.stdout
    (listed,) = documents(oncoflag("cases", "--json").stdout)
    files = {each["case"]: each["reports"] for each in listed["cases"]}
    assert files["SYN-CASE-01"] == [TWO_COLUMN.name, BREAKENDS.name]
    (told,) = documents(oncoflag("case", "SYN-CASE-01", "--json").stdout)
    jsonschema.validate(told, SCHEMA)


def test_what_oncoflag_writes_is_for_its_owner_alone(oncoflag: Any, tmp_path: Path) -> None:
    oncoflag("ingest", SAMPLES, "--no-orchestrator")
    data = tmp_path / "data"
    assert oct(data.stat().st_mode & 0o777) == "0o700"
    for each in data.rglob("*"):
        assert oct(each.stat().st_mode & 0o077) == "0o0", each.name


def test_a_poisoned_file_leaves_the_others_as_they_were(oncoflag: Any, tmp_path: Path) -> None:
    """Byte for byte the same rows, and the poison listed with its reason."""
    inbox = tmp_path / "inbox"
    shutil.copytree(SAMPLES, inbox, ignore=shutil.ignore_patterns("*.py", "*.md", "__pycache__"))
    clean = oncoflag("ingest", inbox, "--no-orchestrator", "--json")
    before = {line for line in dump(tmp_path / "data") if "INSERT" in line}
    (inbox / "cut.pdf").write_bytes(TWO_COLUMN.read_bytes()[:2000])
    (inbox / "cut.vcf.gz").write_bytes((SAMPLES / "21_negative_panel.vcf.gz").read_bytes()[:200])
    (inbox / "noise.bin").write_bytes(bytes(range(256)) * 10)
    (inbox / "empty.vcf").write_bytes(b"")
    (inbox / "link.vcf").symlink_to("/etc/hostname")
    os.mkfifo(inbox / "pipe.vcf")
    # Half a file would wait for its other half.
    poisoned = oncoflag("ingest", inbox, "--no-orchestrator", "--json", ONCOFLAG_WAIT_MINUTES="0")
    after = {line for line in dump(tmp_path / "data") if "INSERT" in line}
    (one,), (two,) = documents(clean.stdout), documents(poisoned.stdout)
    assert before <= after
    assert two["files"] == one["files"] + 4
    assert two["read"] == one["read"]
    held = {each["file"]: each for each in two["held"]}
    assert {"cut.pdf", "cut.vcf.gz", "noise.bin", "empty.vcf"} <= set(held)
    assert all(each["code"] and each["reasons"] for each in held.values())
    refused = {each["file"]: each for each in two["others"] if each["state"] == "refused"}
    assert set(refused) == {"link.vcf", "pipe.vcf"}
    assert two["account"]["found"] == one["account"]["found"] + 6


def test_the_version_names_the_program_and_its_knowledge(oncoflag: Any) -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (program,) = re.findall(r'^version = "(.+)"$', project, flags=re.MULTILINE)
    release = (ROOT / "actionability" / "data" / "VERSION").read_text(encoding="utf-8").strip()
    assert oncoflag("--version").stdout == f"oncoflag {program}, with knowledge {release}\n"
