"""Who gets which flag: `flags.csv`, one clinical situation a row, each naming its rule."""

from datetime import date

import pytest
from cases import TODAY, case, patient, read, table

from actionability import knowledge
from actionability.interpret import interpret
from pipeline.patient import Interpretation, Jurisdiction, TherapyFlag

ROWS = table("flags.csv")
KNOWLEDGE = knowledge.load()


def interpreted(row: dict[str, str]) -> Interpretation:
    as_of = date.fromisoformat(row["as_of"]) if row["as_of"] else TODAY
    findings = [read(words) for words in row["findings"].split("|")]
    asked = case(patient(row["patient"]), findings)
    return interpret(asked, KNOWLEDGE, as_of=as_of, jurisdictions=None, code_version="test")


def answers(row: dict[str, str], area: Jurisdiction) -> tuple[str, str, str | None]:
    result = interpreted(row)
    pair = (row["marker"], row["therapy"])
    for flag in result.flags:
        if (flag.marker, flag.therapy) == pair and flag.jurisdiction is area:
            return flag.kind, " | ".join((*flag.because, *flag.cautions)), flag.indication_id
    near = [
        miss
        for miss in result.near_misses
        if (miss.marker, miss.therapy) == pair and miss.jurisdiction in {area, None}
    ]
    assert len(near) == 1, "a pair of the table is a flag or a near miss, once"
    return "near", f"{near[0].reason} | {near[0].would_change}", near[0].indication_id


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row['rule']} {row['findings']} {row['therapy']}"
)
def test_a_clinical_situation_gets_its_flag(row: dict[str, str]) -> None:
    us, eu = (answers(row, area) for area in Jurisdiction)
    assert (us[0], eu[0]) == (row["US"], row["EU"]), f"US: {us}\nEU: {eu}"
    assert row["says"] in f"{us[1]} | {eu[1]}"


def test_every_row_of_the_table_is_reached_by_some_situation() -> None:
    """A row that no situation reaches may be wrong for years."""
    reached = {answers(row, area)[2] for row in ROWS for area in Jurisdiction}
    wanted = {row.id for row in KNOWLEDGE.indications if row.markers and row.therapy != "none"}
    assert wanted - reached == set()


def test_every_therapy_is_shown_to_stay_away_as_well() -> None:
    """Each pair of marker and therapy is a near miss where nobody has looked."""
    empty = interpret(
        case(patient("")), KNOWLEDGE, as_of=TODAY, jurisdictions=None, code_version="test"
    )
    named = {(miss.marker, miss.therapy) for miss in empty.near_misses}
    wanted = {
        (marker, row.therapy)
        for row in KNOWLEDGE.indications
        for marker in row.markers
        if row.therapy != "none"
    }
    assert empty.flags == ()
    assert wanted <= named


def only(result: Interpretation, therapy: str) -> TherapyFlag:
    return next(flag for flag in result.flags if flag.therapy == therapy)


def test_a_recalled_cell_says_so_wherever_it_is_printed() -> None:
    row = {"patient": "fit site=intrahepatic prior_lines=1 prior_agents=GemCis", "as_of": ""}
    flag = only(interpreted(row | {"findings": "FGFR2::BICC1"}), "infigratinib")
    assert "ORR 23.1% (recalled, not checked)" in (flag.figures or "")
    assert "orr" in flag.unverified
    pemigatinib = only(interpreted(row | {"findings": "FGFR2::BICC1"}), "pemigatinib")
    assert pemigatinib.tiers.escat == "IB (recalled, not checked)"


def test_amplified_without_ihc_says_what_to_order() -> None:
    row = {
        "patient": "fit site=distal prior_lines=1",
        "findings": "ERBB2 amplification",
        "as_of": "",
    }
    miss = next(
        item
        for item in interpreted(row).near_misses
        if item.marker == "HER2_IHC" and item.therapy == "zanidatamab"
    )
    assert "order: HER2 IHC" in (miss.would_change or "")
    assert "zanidatamab needs HER2 IHC 3+" in (miss.would_change or "")
