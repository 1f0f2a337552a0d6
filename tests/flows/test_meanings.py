"""Every code that a night may tell stands in the table, with a sentence and who does what."""

import ast
import re
from pathlib import Path

import pytest

from flows.meanings import Level, Of, meaning
from pipeline.tables import packaged, rows

ROOT = Path(__file__).parents[2]
ROWS = rows(packaged("flows", "codes.csv"))
KNOWN = {(row["kind"], row["code"]) for row in ROWS}

# Calls whose first text is the code of a file, and those that speak of an inbox alone.
_FILE = {"HeldError", "UnreadableError", "UnrecognisedError", "unreadable"}
# Of a page or line that somebody wants to see, never of a night.
_SHOWING = {"no_such_line", "no_such_page", "not_shown"}
_INBOX = {"_refused", "_set_aside", "_waits"}


def _calls(*rooms):
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield path, node, getattr(node.func, "id", getattr(node.func, "attr", ""))


def _texts(node):
    return [each.value for each in node.args if isinstance(each, ast.Constant)]


def _first_code(node):
    return next((each for each in _texts(node) if re.fullmatch(r"[a-z0-9_]+", str(each))), None)


def _raised():
    for path, node, name in _calls("parsers", "flows", "pipeline"):
        if name in _FILE and (code := _first_code(node)):
            yield ("file", code)
        if name in _INBOX and path.parent.name == "flows" and (code := _first_code(node)):
            yield ("inbox", code)
        if name == "_sound" and (code := _first_code(node)):
            yield ("alarm", code)
        if name == "Alarm":
            for given in node.keywords:
                if given.arg == "code" and isinstance(given.value, ast.Constant):
                    yield ("alarm", given.value.value)


RAISED = sorted({(kind, code) for kind, code in _raised() if code not in _SHOWING})


def test_the_search_finds_what_there_is():
    """An empty search would prove nothing."""
    assert len(RAISED) > 60
    assert {("file", "damaged"), ("inbox", "no_end"), ("alarm", "imbalance")} <= set(RAISED)


@pytest.mark.parametrize(("kind", "code"), RAISED)
def test_each_code_of_the_source_has_its_row(kind, code):
    assert (kind, code) in KNOWN, "add a row to flows/data/codes.csv"


def test_each_row_is_whole_and_stands_once():
    assert len(KNOWN) == len(ROWS)
    for row in ROWS:
        assert all(row.values()), row
        Of(row["kind"])
        Level(row["level"])
        assert row["meaning"].endswith("."), row
        assert row["do"].endswith((".", "?")), row
        assert row["who"] in {"data engineer", "laboratory", "knowledge manager", "nobody"}


def test_each_alarm_and_fault_has_its_row_in_the_operations_too():
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows_of_tables = [line.split("|")[1] for line in told.splitlines() if line.startswith("| `")]
    explained = {code for each in rows_of_tables for code in re.findall(r"`(\w+)…?`", each)}
    wanted = {code for kind, code in KNOWN if kind in {"alarm", "fault"}}
    assert sorted(wanted - explained) == []


@pytest.mark.parametrize(
    ("of", "code", "level", "who"),
    [
        (Of.FAULT, "SQLITE_FULL", "alarm", "data engineer"),
        (Of.FAULT, "SQLITE_IOERR_WRITE", "alarm", "data engineer"),
        (Of.FAULT, "57P01", "alarm", "data engineer"),
        (Of.FAULT, "ZeroDivisionError", "alarm", "data engineer"),
        (Of.ALARM, "nobody_wrote_this", "alarm", "data engineer"),
        (Of.FILE, "nobody_wrote_this", "attention", "data engineer"),
        (Of.FILE, "identity", "attention", "laboratory"),
        (Of.INBOX, "table", "well", "nobody"),
    ],
)
def test_what_a_code_means(of, code, level, who):
    found = meaning(of, code)
    assert (found.level.value, found.who) == (level, who)
    assert found.meaning
    assert found.do


def test_the_code_of_a_fault_stands_as_it_was_told():
    assert meaning(Of.FAULT, "57P01").meaning == "The database server was stopped."
    assert meaning(Of.FAULT, "ZeroDivisionError").code == "ZeroDivisionError"
