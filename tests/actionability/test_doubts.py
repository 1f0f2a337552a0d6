"""What is doubted, open or negative is told in its own words, once."""

import pytest
from cases import TODAY, case, patient, read, state

from actionability import knowledge
from actionability.interpret import interpret
from pipeline.model import Marker, Status
from pipeline.patient import FlagKind

KNOWLEDGE = knowledge.load()
TREATED = "fit site=intrahepatic prior_lines=1 prior_agents=GemCis jurisdiction=US"


def test_a_marker_left_open_asks_though_a_finding_is_there() -> None:
    """The case may doubt what one report is sure of; the doubt is told with its words."""
    found = read("IDH1 p.R132C")
    doubt = state(
        Marker.IDH1_MUTATION, Status.INDETERMINATE, detail="low coverage", findings=(found,)
    )
    asked = case(patient(TREATED), [found], states={Marker.IDH1_MUTATION: doubt})
    said = interpret(asked, KNOWLEDGE, as_of=TODAY, jurisdictions=None, code_version="test")
    (flag,) = [each for each in said.flags if each.therapy == "ivosidenib"]
    assert flag.kind is FlagKind.ASK
    assert "indeterminate: low coverage" in flag.because


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        ("not detected", "IDH1 mutation: not detected"),
        ("wild type in 300 reads", "IDH1 mutation: not detected (wild type in 300 reads)"),
    ],
)
def test_a_near_miss_says_a_negative_once_and_adds_what_is_known(detail: str, told: str) -> None:
    negative = state(Marker.IDH1_MUTATION, Status.NOT_DETECTED, detail=detail)
    asked = case(patient(TREATED), states={Marker.IDH1_MUTATION: negative})
    said = interpret(asked, KNOWLEDGE, as_of=TODAY, jurisdictions=None, code_version="test")
    (miss,) = [each for each in said.near_misses if each.therapy == "ivosidenib"]
    assert miss.reason == told
