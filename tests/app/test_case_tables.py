"""The list of cases hides no reason: a tired person decides by it what to open."""

import io
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console

from app.case_tables import case_list, interpretation
from pipeline.markers import Marker
from pipeline.patient import FlagKind, Jurisdiction
from store.listing import CaseRow, FlagRow
from tests.store import samples

OFF_LABEL = "site: gallbladder; off label at this site"


def flag(kind: FlagKind, *because: str, jurisdiction: Jurisdiction = Jurisdiction.US) -> FlagRow:
    return FlagRow(
        marker=Marker.IDH1_MUTATION,
        therapy="ivosidenib",
        kind=kind,
        line="second",
        status="regular",
        jurisdiction=jurisdiction,
        because=("IDH1 p.R132C", *because),
    )


def printed(*flags: FlagRow) -> str:
    row = CaseRow(
        id="C",
        label="Specimen, Sabine",
        mrn=None,
        site="gallbladder",
        tumour_type=None,
        tumour_is_btc=True,
        reports=("a.pdf",),
        flags=flags,
        suggestions=(),
        as_of=date(2026, 11, 2),
        release="2026.11.21",
        stale=False,
    )
    console = Console(file=io.StringIO(), width=100)
    console.print(case_list([row]))
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [FlagKind.FLAG, FlagKind.ASK, FlagKind.CAUTION])
def test_every_reason_is_printed_not_only_the_first(kind: FlagKind) -> None:
    told = printed(flag(kind, "reserve for line 2", OFF_LABEL, "US: regular", "known toxicity"))
    assert "reserve for line 2" in told
    assert OFF_LABEL in told
    assert "known toxicity" not in told, "what follows the label stands on the page of the case"


def test_two_jurisdictions_each_give_their_reason() -> None:
    told = printed(
        flag(FlagKind.FLAG, "US: guideline only"),
        flag(FlagKind.FLAG, "EU: not authorised", jurisdiction=Jurisdiction.EU),
    )
    assert "US: guideline only" in told
    assert "EU: not authorised" in told


def test_a_block_gives_the_reason_and_a_suggestion_none() -> None:
    assert "withdrawn" in printed(flag(FlagKind.BLOCK, "US: withdrawn", "1 prior line(s)"))
    assert "prior line" not in printed(flag(FlagKind.BLOCK, "US: withdrawn", "1 prior line(s)"))
    assert "prior line" not in printed(flag(FlagKind.SUGGEST, "1 prior line(s)", "US: regular"))


TWO = samples.flag(therapy="futibatinib", cautions=("phosphate",), indication_id="two")
THREE = samples.flag(therapy="pemigatinib", cautions=("phosphate",), indication_id="three")
TRIAL = samples.flag(therapy="tinengotinib", indication_id="trial")
BARRED = samples.flag(kind=FlagKind.BLOCK, therapy="infigratinib", indication_id="barred")


@pytest.mark.parametrize(
    ("flags", "said_of_each", "warnings"),
    [
        ((TWO, THREE, BARRED), True, 1),
        ((TWO, THREE, TRIAL), False, 2),
        ((TWO, TRIAL), False, 1),
    ],
    ids=["every drug that may be given", "a trial without that warning", "one drug alone"],
)
def test_a_warning_is_said_of_each_drug_only_if_it_holds_for_each(flags, said_of_each, warnings):
    console = Console(file=io.StringIO(), width=120)
    console.print(interpretation(replace(samples.interpretation(), flags=flags)))
    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert ("each drug that is not blocked: phosphate" in told) is said_of_each
    assert told.count("! each drug" if said_of_each else "! phosphate") == warnings
