"""Alteration × site × line × jurisdiction: `flag_table.csv`, reasoned from each label's own words.

A fit patient, one alteration, one therapy. `expected` is the kind of the flag, or `near` for a
therapy that does not fire and says why; `alternative_left` is what a person answered to "is a
satisfactory alternative left?".
"""

import pytest
from cases import TODAY, case, patient, read, table

from actionability import knowledge
from actionability.interpret import interpret
from pipeline.patient import Interpretation

ROWS = table("flag_table.csv")
KNOWLEDGE = knowledge.load()
SITES = ("intrahepatic", "perihilar", "distal", "extrahepatic", "gallbladder", "ampulla")


def who(row: dict[str, str]) -> str:
    context = f"fit site={row['site']} prior_lines={row['prior_lines']}"
    if row["prior_lines"] != "0":
        context += " prior_agents=GemCis"
    answer = {"yes": "no", "no": "yes", "": None}[row["alternative_left"]]
    if answer:
        context += f" no_satisfactory_alternative={answer}"
    return f"{context} jurisdiction={row['jurisdiction']}"


def told(row: dict[str, str]) -> Interpretation:
    asked = case(patient(who(row)), [read(row["alteration"])])
    return interpret(asked, KNOWLEDGE, as_of=TODAY, jurisdictions=None, code_version="test")


def answer(said: Interpretation, therapy: str) -> tuple[str, str]:
    """The flag's kind and words, or `near` and why not: one or the other, never both."""
    flags = [flag for flag in said.flags if flag.therapy == therapy]
    if flags:
        words = [
            text
            for flag in flags
            for text in (*flag.because, *flag.cautions, flag.label_scope or "")
        ]
        (kind,) = {flag.kind for flag in flags}
        return kind, " | ".join(words)
    near = [miss for miss in said.near_misses if miss.therapy == therapy]
    assert near, f"{therapy} is neither a flag nor a near miss"
    return "near", " | ".join(f"{miss.reason} | {miss.would_change}" for miss in near)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row.values()))
def test_a_label_says_this_of_that_patient(row: dict[str, str]) -> None:
    kind, words = answer(told(row), row["therapy"])
    assert kind == row["expected"], words
    assert row["says"] in words


def test_the_table_is_wide_enough() -> None:
    """At least 300 situations, every site, both lines, both jurisdictions, every answer."""
    assert len(ROWS) >= 300
    assert {row["site"] for row in ROWS} == set(SITES)
    assert {row["jurisdiction"] for row in ROWS} == {"US", "EU"}
    assert {row["prior_lines"] for row in ROWS} == {"0", "1"}
    wanted = {"SUGGEST", "FLAG", "CAUTION", "ASK", "BLOCK", "near"}
    assert {row["expected"] for row in ROWS} == wanted


def test_each_therapy_of_the_knowledge_is_in_the_table() -> None:
    """But those that only another line or another table row can show (`flags.csv` has them)."""
    elsewhere = {"tinengotinib", "clinical trial (IDH2)", "none"}
    named = {row.therapy for row in KNOWLEDGE.indications if row.markers}
    assert named - {row["therapy"] for row in ROWS} == elsewhere
