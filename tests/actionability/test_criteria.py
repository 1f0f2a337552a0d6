"""The four answers of every clinical question: `criteria.csv`, each boundary on its own row."""

from dataclasses import replace

import pytest
from cases import TODAY, case, patient, read, table

from actionability import knowledge
from actionability.criteria import CRITERIA, check, evaluate
from actionability.facts import Facts, facts_of
from actionability.grammar import Call, calls
from pipeline.errors import KnowledgeError
from pipeline.model import Notice
from pipeline.patient import Case, Jurisdiction, Outcome

ROWS = table("criteria.csv")
KNOWLEDGE = knowledge.load()


def facts(asked: Case) -> Facts:
    return facts_of(
        asked,
        as_of=TODAY,
        jurisdiction=Jurisdiction.US,
        drugs=KNOWLEDGE.drugs,
        sites=KNOWLEDGE.sites,
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['question']} {row['patient']}")
def test_a_question_is_answered(row: dict[str, str]) -> None:
    findings = [read(words) for words in row["findings"].split("|") if words]
    asked = case(patient(row["patient"]), findings, tumour_type=None)
    finding = findings[0] if findings else None
    (call,) = calls(row["question"])
    answer = evaluate(call, facts(asked).of_row(("ivosidenib",), finding))
    assert answer.outcome == row["outcome"], answer.sentence
    assert row["says"] in answer.sentence
    assert answer.criterion == call.name
    assert bool(answer.missing) is (answer.outcome is Outcome.UNDETERMINED)


def test_a_specimen_older_than_the_last_targeted_therapy_is_told() -> None:
    """R79: `reconcile` compares the days and leaves a notice; the question repeats its words."""
    told = Notice(code="specimen_before_targeted_therapy", message="collected 2026-01-02")
    old = replace(case(patient("last_targeted_end=2026-03-01")), notices=(told,))
    answer = evaluate(Call(name="specimen_after_last_targeted_therapy", argument=""), facts(old))
    assert answer.outcome is Outcome.FAIL
    assert answer.sentence == "collected 2026-01-02"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['question']} {row['patient']}")
def test_an_answer_is_kept_only_if_no_row_can_change_it(row: dict[str, str]) -> None:
    """Rows of other drugs, other findings and other labels hear what they would hear alone."""
    findings = [read(words) for words in row["findings"].split("|") if words]
    asked = case(patient(row["patient"]), findings, tumour_type=None)
    (call,) = calls(row["question"])
    first = facts(asked).of_row(("ivosidenib",), findings[0] if findings else None)
    evaluate(call, first)
    other = (("pemigatinib",), read("IDH1 p.R132S"))
    later = first.at(Jurisdiction.EU).of_row(*other)
    alone = facts(asked).at(Jurisdiction.EU).of_row(*other)
    assert evaluate(call, later) == evaluate(call, alone)


def test_every_question_has_its_rows() -> None:
    asked = {calls(row["question"])[0].name for row in ROWS}
    assert asked == set(CRITERIA)


def test_a_misspelt_question_is_no_answer() -> None:
    with pytest.raises(KnowledgeError, match="no such criterion: prior_linse"):
        evaluate(Call(name="prior_linse", argument="1"), facts(case(patient(""))))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("prior_lines_at_least(1)", None),
        ("prior_lines_at_least(one)", "does not know one"),
        ("prior_lines_at_least()", "needs an argument"),
        ("no_ild(yes)", "takes no argument"),
        ("site_is(intrahepatic elsewhere)", "does not know elsewhere"),
        ("site_in_label(colorectal)", "does not know colorectal"),
        ("not_detected_together(KRAS)", "does not know KRAS"),
        ("no_prior_agent_of(fgfr_inhibitors)", "does not know fgfr_inhibitors"),
        ("stage_is(V)", "does not know V"),
        ("cisplatin_is_barred(renal<60 liver)", "does not know liver"),
        ("could_be_line(third)", "does not know third"),
        ("not_progressed_on(irinotecan; liposomal irinotecan)", None),
        ("prior_linse(1)", "no such criterion"),
    ],
)
def test_an_argument_that_means_nothing_is_found(text: str, fault: str | None) -> None:
    drugs = KNOWLEDGE.drugs
    names = drugs.scopes(sorted(drugs.classes)) | KNOWLEDGE.sites.scopes
    (call,) = calls(text)
    found = check(call, names)
    assert (fault in found) if fault and found else found is fault


@pytest.mark.parametrize("text", ["no_ild", "no_ild( ", "no_ild() or no_ild()", "NoIld()", ";;x"])
def test_what_is_not_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(KnowledgeError, match="not of the form"):
        calls(text)
