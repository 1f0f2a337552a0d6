"""Does this finding meet that predicate: `matches.csv`, one pair a row."""

import pytest
from cases import read, table

from actionability.grammar import Call, calls
from actionability.match import PREDICATES, Hit, meet
from pipeline.errors import KnowledgeError

ROWS = table("matches.csv")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['predicate']} {row['finding']}")
def test_a_finding_meets_a_predicate(row: dict[str, str]) -> None:
    (call,) = calls(row["predicate"])
    meeting = meet(call, read(row["finding"]))
    if isinstance(meeting, Hit):
        told = "ask" if meeting.doubts else meeting.resolution.name
        said = "; ".join(meeting.doubts)
    else:
        told, said = "miss", meeting.reason
    assert told == row["meets"], said
    assert row["says"] in said


def test_every_predicate_has_its_rows() -> None:
    assert {calls(row["predicate"])[0].name for row in ROWS} == set(PREDICATES)


def test_a_misspelt_predicate_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="no such match: codn"):
        meet(Call(name="codn", argument="R132"), read("IDH1 p.R132C"))
