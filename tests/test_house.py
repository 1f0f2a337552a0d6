"""The house keeps its own rules: one noun a file, short files, and a plan that is true."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("app", "flows", "parsers", "actionability", "store", "exchange", "pipeline")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
NAMELESS = {"utils.py", "helpers.py", "common.py", "misc.py"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_noun_opened_by_a_sentence(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400, "past 400 lines a file splits"
    assert path.name not in NAMELESS
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), "the first sentence says what comes in and out"


def test_the_floor_plan_names_every_room_and_only_rooms() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    plan = readme.split("## The house", 1)[1].split("```")[1]
    named = set(re.findall(r"^(\w+)/", plan, flags=re.MULTILINE))
    assert named >= set(ROOMS)
    assert all((ROOT / name).is_dir() for name in named)


def test_the_required_top_level_is_there() -> None:
    required = ["pyproject.toml", "pipeline", "parsers", "actionability", "flows", "tests"]
    assert all((ROOT / name).exists() for name in [*required, "sample_reports"])


def test_flows_package_is_empty() -> None:
    """Importing a plain function of flows must not bring Prefect along."""
    assert not (ROOT / "flows" / "__init__.py").read_text(encoding="utf-8").strip()


def test_every_pinned_version_is_a_name_and_a_version() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    assert lines
    assert all(re.fullmatch(r"[A-Za-z0-9_.\[\]-]+==[A-Za-z0-9_.+!]+", line) for line in lines)


def test_the_trip_names_files_that_exist() -> None:
    """docs/the_trip.md is the map; a map of rooms that are gone misleads."""
    trip = (ROOT / "docs" / "the_trip.md").read_text(encoding="utf-8")
    named = set(re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w/]+\.py)`", trip))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_trip_names_every_file_of_every_room() -> None:
    """By its path, or by its name in the list of its room."""
    trip = (ROOT / "docs" / "the_trip.md").read_text(encoding="utf-8")
    lists = dict(re.findall(r"^### `(\w+)/`.*?\n(.*?)(?=^#)", trip, flags=re.MULTILINE | re.DOTALL))
    lists["pipeline"] = trip.split("## The ground floor", 1)[1].split("\n## ", 1)[0]
    unnamed = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if path.name != "__init__.py" and path.parent.name != "versions"
        if f"`{path.relative_to(ROOT)}`" not in trip
        if f"`{Path(*path.relative_to(ROOT).parts[1:])}`"
        not in lists[path.relative_to(ROOT).parts[0]]
    ]
    assert unnamed == []


def test_the_doors_of_the_ground_floor_exist() -> None:
    """A door that the map promises is a function or a class of that file."""
    trip = (ROOT / "docs" / "the_trip.md").read_text(encoding="utf-8")
    floor = trip.split("## The ground floor", 1)[1].split("\n## ", 1)[0]
    promised = [
        (file, door)
        for file, doors in re.findall(
            r"^\| `(\w+\.py)` \|[^|]*\|(.*)\|$", floor, flags=re.MULTILINE
        )
        for door in re.findall(r"`([a-z_0-9]+)\(", doors)
    ]
    assert promised
    text = {file: (ROOT / "pipeline" / file).read_text(encoding="utf-8") for file, _ in promised}
    missing = [(file, door) for file, door in promised if f"def {door}(" not in text[file]]
    assert missing == []


def test_the_readme_names_settings_and_files_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    settings = (ROOT / "pipeline" / "settings.py").read_text(encoding="utf-8")
    for name in re.findall(r"`ONCOFLAG_(\w+)`", readme):
        assert f"    {name.lower()}: " in settings
    files = set(re.findall(r"`((?:docs|sample_reports|pipeline)/[\w/]+\.\w+)`", readme))
    assert files
    assert [name for name in sorted(files) if not (ROOT / name).exists()] == []


def test_a_data_table_has_one_home() -> None:
    """Two tables of one name would say the same fact twice, and one day not the same."""
    names = [path.name for room in ROOMS for path in (ROOT / room).rglob("data/*.csv")]
    assert names
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
