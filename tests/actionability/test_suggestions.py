"""What stands in the lists, in which order: `suggestions.csv`, one patient a row."""

from dataclasses import replace

import pytest
from cases import TODAY, case, patient, read, table

from actionability import knowledge
from actionability.interpret import interpret
from pipeline.model import Notice
from pipeline.patient import FlagKind, Interpretation

KNOWLEDGE = knowledge.load()


def interpreted(who: str, findings: str, **words: object) -> Interpretation:
    found = [read(item) for item in findings.split("|") if item]
    asked = case(patient(who), found, **words)  # type: ignore[arg-type]
    return interpret(asked, KNOWLEDGE, as_of=TODAY, jurisdictions=None, code_version="test")


def listed(result: Interpretation, line: str) -> str:
    entries = sorted((s for s in result.suggestions if s.line == line), key=lambda s: s.rank)
    assert [entry.rank for entry in entries] == list(range(1, len(entries) + 1))
    return f"{line}: " + " > ".join(f"{entry.kind} {entry.regimen}" for entry in entries)


@pytest.mark.parametrize(
    "row", table("suggestions.csv"), ids=lambda row: f"{row['rule']} {row['patient']}"
)
def test_a_patient_gets_a_ranked_list(row: dict[str, str]) -> None:
    result = interpreted(row["patient"], row["findings"])
    line = row["list"].split(":")[0]
    assert listed(result, line) == row["list"]
    entries = [entry for entry in result.suggestions if entry.line == line]
    said = [
        text
        for entry in entries
        for text in (
            *entry.because,
            *entry.conditions,
            *entry.schedule,
            *entry.cautions,
            entry.figures or "",
        )
    ]
    assert any(row["says"] in text for text in said)


def test_untested_markers_come_before_no_target() -> None:
    """ "No actionable alteration" is not said while nobody has looked (R16, R40)."""
    who = "fit site=distal prior_lines=1 prior_agents=GemCis"
    folfox = next(s for s in interpreted(who, "").suggestions if s.regimen == "FOLFOX")
    assert any("order first: FGFR2 fusion" in text for text in folfox.conditions)
    looked = interpreted(who, "", negative="rest")
    folfox = next(s for s in looked.suggestions if s.regimen == "FOLFOX")
    assert not any("order first" in text for text in folfox.conditions)


def test_a_disputed_tumour_type_is_asked_though_the_site_is_biliary() -> None:
    """A hepatocellular carcinoma is intrahepatic too: the site does not settle the type."""
    who = patient("fit site=intrahepatic prior_lines=1 prior_agents=GemCis jurisdiction=US")
    told = Notice(code="tumour_type_conflict", message="one source says so, another does not")
    asked = replace(case(who, [read("IDH1 p.R132C")], is_btc=None), notices=(told,))
    result = interpret(asked, KNOWLEDGE, as_of=TODAY, jurisdictions=None, code_version="test")
    assert {flag.kind for flag in result.flags} == {FlagKind.ASK}
    assert "tumour type in conflict" in " ".join(result.flags[0].because)
    assert "Sources disagree" in result.notes[0]


def test_nothing_is_suggested_for_another_tumour() -> None:
    who = "fit prior_lines=1 prior_agents=FOLFOX"
    words = {"is_btc": False, "tumour_type": "colon adenocarcinoma"}
    result = interpreted(who, "BRAF p.V600E|MSI-H", **words)
    assert result.flags == ()
    assert result.suggestions == ()
    reasons = {miss.reason for miss in result.near_misses}
    assert reasons == {"withheld: not biliary tract (tumour type: colon adenocarcinoma)"}
    assert {miss.therapy for miss in result.near_misses} >= {"dabrafenib + trametinib"}
    assert "colon adenocarcinoma" in result.notes[0]


def test_an_unknown_tumour_is_asked_for() -> None:
    who = "fit prior_lines=1 prior_agents=GemCis no_satisfactory_alternative=yes jurisdiction=US"
    result = interpreted(who, "ETV6::NTRK3", is_btc=None, tumour_type=None)
    kinds = {flag.therapy: flag.kind for flag in result.flags}
    assert kinds["larotrectinib"] is FlagKind.ASK
    assert all(entry.kind in {FlagKind.ASK, FlagKind.FLAG} for entry in result.suggestions)


def test_a_biliary_site_of_the_patient_answers_for_the_tumour() -> None:
    who = "fit site=distal prior_lines=1 prior_agents=GemCis jurisdiction=US"
    result = interpreted(who, "IDH1 p.R132C", is_btc=None, tumour_type=None)
    assert {flag.kind for flag in result.flags} == {FlagKind.SUGGEST}


def test_the_regimen_outside_its_trial_is_a_near_miss() -> None:
    result = interpreted("fit site=distal prior_lines=0 ecog=2", "")
    missed = {miss.therapy: miss.reason for miss in result.near_misses if miss.marker is None}
    assert "ECOG 2" in missed["gemcitabine/cisplatin + durvalumab"]


NOTES = [
    ("fit prior_lines=0", "", "Quality of life is the first aim"),
    ("fit prior_lines=0", "", "Decision support for professionals"),
    ("fit prior_lines=0", "", "Start treatment now"),
    ("fit prior_lines=0 delay_proposed=yes", "", "do not delay"),
    ("symptomatic=yes profiling_pending=yes", "", "do not wait, start first-line"),
    ("site=perihilar", "IDH1 p.R132C", "rare at this site"),
    ("site=perihilar", "", "hard to confirm radiologically"),
    ("", "KIF5B::RET", "infrequent in every subtype"),
    ("site=intrahepatic liver_dominant=yes ecog=1", "", "adjunct to systemic therapy"),
    ("site=intrahepatic liver_dominant=yes ecog=3", "", "BLOCK: TACE or TARE"),
    ("stage=IV radiotherapy_intent=survival", "", "BLOCK: no external beam radiotherapy"),
    (
        "biliary_obstruction=yes biliary_drainage=no expected_survival_months=7",
        "",
        "metal stent, expected survival is over 6",
    ),
    ("ecog=3", "", "best supportive care"),
    ("", "MSI-H", "Lynch"),
    ("", "FGFR2::BICC1|IDH1 p.R132C", "mutually exclusive drivers"),
    ("", "", "labels of US and EU (jurisdiction not stated)"),
    ("jurisdiction=EU", "", "labels of EU."),
    ("", "", "site of the tumour is not stated"),
    ("", "", "Without a result, which is not negative: FGFR2 fusion"),
]


@pytest.mark.parametrize(("who", "findings", "sentence"), NOTES)
def test_a_page_carries_its_sentences(who: str, findings: str, sentence: str) -> None:
    assert any(sentence in note for note in interpreted(who, findings).notes)


def test_a_note_stays_away_without_its_cause() -> None:
    said = " ".join(interpreted("stage=unresectable radiotherapy_intent=survival", "").notes)
    for word in ("radiotherapy", "TACE", "Lynch", "delay", "rare at this site", "mutually"):
        assert word not in said
