"""The tables and the questions in, `criteria.md` and `sources.md` out: pages that cannot drift.

    .venv/bin/python docs/make.py

`tests/actionability/test_sources.py` holds the pages equal to what this writes.
"""

import csv
import inspect
import re
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from actionability import disease, fitness, history
from actionability.criteria import CRITERIA
from actionability.knowledge import Knowledge, load
from actionability.references import asked
from actionability.statements import Statement

DOCS = Path(__file__).parent
EXAMPLES = DOCS.parent / "tests" / "actionability" / "criteria.csv"
ROOMS = ((fitness, "The patient's body"), (history, "What was given before"), (disease, "Disease"))
ANSWERS = ("PASS", "WARN", "FAIL", "UNDETERMINED")

CRITERIA_HEAD = """\
Written by `docs/make.py` from the docstrings, the tables and `tests/actionability/criteria.csv`;
do not edit by hand.

A row of the tables names questions, joined by `;` (AND). Each has four answers: PASS; WARN
(possible, with care); FAIL; UNDETERMINED (a fact is missing, and is asked for). The examples are
rows of the tests: columns of `patients.csv`, then findings.
"""
SOURCES_HEAD = """\
Written by `docs/make.py` from `actionability/data/statements.csv`; do not edit by hand.

R1 to R32 hold the two source overviews in our words, R40 to R83 what they miss. A place that is
gone stops the start (`oncoflag knowledge lint`).
"""


def criteria(knowledge: Knowledge) -> str:
    """Every question: what it asks, an example of each of its answers, and the rows that ask it."""
    parts = [
        "# The clinical questions\n",
        CRITERIA_HEAD,
    ]
    for room, title in ROOMS:
        parts.append(f"## {title}\n")
        parts += [_question(name, knowledge) for name in _names(room)]
    return "\n".join(parts)


def _names(room: ModuleType) -> list[str]:
    return [name for name, asks in CRITERIA.items() if asks.__module__ == room.__name__]


def _question(name: str, knowledge: Knowledge) -> str:
    text = inspect.cleandoc(CRITERIA[name].__doc__ or "")
    said = re.sub(r"\n(?!\n)", " ", text).replace("  ", "\n\n")
    users = [f"`{place}` {call}" for place, call in asked(knowledge) if call.name == name]
    lines = [f"### `{name}`\n", f"{said}\n", "| answer | for example |", "|---|---|"]
    lines += [f"| {answer} | {_examples(name, answer)} |" for answer in ANSWERS]
    return "\n".join((*lines, f"\nAsked by: {_users(users)}\n"))


def _examples(name: str, answer: str) -> str:
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["question"].startswith(f"{name}(") and row["outcome"] == answer
        ]
    shown = [f"`{row['question']}`: {_given(row)}" for row in rows[:3]]
    return "; ".join(shown) or "no example"


def _given(row: dict[str, str]) -> str:
    given = ", ".join(part for part in (row["patient"], row["findings"]) if part)
    return given.replace("|", " and ") or "(nothing stated)"


def _users(users: list[str]) -> str:
    if not users:
        return "no row at present."
    return "; ".join(dict.fromkeys(users)) + "."


def sources(knowledge: Knowledge) -> str:
    """Every rule in our words, where it lives, and whether it was checked."""
    lines = [
        "# Where each rule lives\n",
        SOURCES_HEAD,
        "| rule | in our words | where | source | checked |",
        "|---|---|---|---|---|",
        *(_line(statement) for statement in knowledge.statements),
        "",
        "## What nobody checked yet\n",
        'Cells known from memory only; every page that shows one says "recalled, not checked".\n',
        "| table | row | cells |",
        "|---|---|---|",
        *_recalled(knowledge),
        "",
    ]
    return "\n".join(lines)


def _line(statement: Statement) -> str:
    where = ", ".join(f"`{kind}:{name}`" for kind, name in statement.where)
    cells = (statement.rule, statement.sentence, where, statement.source, statement.checked)
    return f"| {' | '.join(cells)} |"


def _recalled(knowledge: Knowledge) -> Iterable[str]:
    for name, rows in knowledge.cells.items():
        for row in rows:
            cells = row.get("recall") or ("the row" if row.get("checked") == "recall" else "")
            if cells:
                yield f"| {name}.csv | {row['id']} | {cells} |"


PAGES = {"criteria.md": criteria, "sources.md": sources}


def main() -> None:
    """Write the pages anew."""
    knowledge = load()
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(knowledge), encoding="utf-8")


if __name__ == "__main__":
    main()
