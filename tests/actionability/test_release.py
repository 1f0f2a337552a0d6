"""A release as one text, and how two releases differ row by row."""

import json

import pytest

from actionability.knowledge import load
from actionability.release import Release, restored, shipped, text
from actionability.row_changes import Change, row_changes
from pipeline.errors import KnowledgeError


def test_a_release_comes_back_with_its_rows_in_their_order() -> None:
    own = shipped()
    again = restored(text(own), own.sha256)
    assert (again.name, again.sha256) == (own.name, own.sha256)
    assert {name: list(rows) for name, rows in again.tables.items()} == {
        name: list(rows) for name, rows in own.tables.items()
    }
    assert again.knowledge().stamp == load().stamp
    assert text(again) == text(own)


def test_the_text_is_the_same_whatever_the_order_of_tables() -> None:
    own = shipped()
    turned = Release(name=own.name, tables=dict(reversed(own.tables.items())))
    assert text(turned) == text(own)


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "[]",
        '{"release": "x"}',
        '{"release": "x", "tables": {"notes": [{"id": 1}]}}',
        '{"release": 1, "tables": {}}',
    ],
)
def test_what_is_no_release_is_refused(broken: str) -> None:
    with pytest.raises(KnowledgeError, match="cannot be read"):
        restored(broken, "0" * 64)


def test_one_letter_breaks_the_hash() -> None:
    own = shipped()
    whole = json.loads(text(own))
    whole["tables"]["notes"][0]["sentence"] += "."
    with pytest.raises(KnowledgeError, match="does not have its hash"):
        restored(json.dumps(whole), own.sha256)


A, B, A2 = {"id": "a", "dose": "1"}, {"id": "b", "dose": "2"}, {"id": "a", "dose": "3"}
WORD, WORD2 = {"word": "hilar", "site": "perihilar"}, {"word": "hilar", "site": "distal"}
CHANGES = [
    ("nothing", (A, B), (A, B), []),
    ("only the order", (A, B), (B, A), []),
    ("a row more", (A,), (A, B), [("b", "added", [("id", "", "b"), ("dose", "", "2")])]),
    ("a row less", (A, B), (A,), [("b", "removed", [("id", "b", ""), ("dose", "2", "")])]),
    ("a cell", (A, B), (A2, B), [("a", "changed", [("dose", "1", "3")])]),
    ("a column more", (A,), (A | {"unit": "mg"},), [("a", "changed", [("unit", "", "mg")])]),
    ("no column id", (WORD,), (WORD2,), [("hilar", "changed", [("site", "perihilar", "distal")])]),
    (
        "one of two of one id",
        (A, A2),
        (A,),
        [("a", "removed", [("id", "a", ""), ("dose", "3", "")])],
    ),
    ("a row twice", (A,), (A, A), [("a", "added", [("id", "", "a"), ("dose", "", "1")])]),
]


@pytest.mark.parametrize(
    ("before", "after", "told"), [each[1:] for each in CHANGES], ids=[each[0] for each in CHANGES]
)
def test_rows_that_differ(
    before: tuple[dict[str, str], ...],
    after: tuple[dict[str, str], ...],
    told: list[tuple[str, str, list[tuple[str, str, str]]]],
) -> None:
    found = list(row_changes({"t": before}, {"t": after}))
    assert [
        (row.id, row.change.value, [(one.column, one.before, one.after) for one in row.cells])
        for row in found
    ] == told
    assert {row.table for row in found} <= {"t"}


def test_a_table_that_is_new_is_all_added() -> None:
    assert [row.change for row in row_changes({}, {"t": (A, B)})] == [Change.ADDED, Change.ADDED]
