"""The generated pages of docs/ say what the tables and the questions say today."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from actionability import knowledge
from actionability.criteria import CRITERIA

ROOT = Path(__file__).parent.parent.parent
KNOWLEDGE = knowledge.load()


def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_make", ROOT / "docs" / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKER = maker()


@pytest.mark.parametrize("name", sorted(MAKER.PAGES))
def test_a_page_is_what_the_tables_say(name: str) -> None:
    """After a change of tables or docstrings: `.venv/bin/python docs/make.py`."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == MAKER.PAGES[name](KNOWLEDGE)


def test_every_question_has_its_section_and_is_asked() -> None:
    page = (ROOT / "docs" / "criteria.md").read_text(encoding="utf-8")
    assert [name for name in CRITERIA if f"### `{name}`" not in page] == []
    assert "no row at present" not in page, "a question that no row asks is dead"


def test_every_rule_is_in_the_list_of_sources() -> None:
    told = {statement.rule for statement in KNOWLEDGE.statements}
    wanted = {f"R{number}" for number in (*range(1, 33), *range(40, 65), *range(70, 84))}
    assert wanted == told


def test_a_file_that_a_statement_names_exists() -> None:
    files = {
        name
        for statement in KNOWLEDGE.statements
        for kind, name in statement.where
        if kind == "file"
    }
    assert files
    assert [name for name in sorted(files) if not (ROOT / name).is_file()] == []
