"""Whole patients: what each file beside this one expects of a person is what the product says."""

import re

import pytest
from telling import KNOWLEDGE, LISTS, Told, interpreted, patient, patients, results

from pipeline.patient import Interpretation

PATIENTS = patients()
CHEMOTHERAPY = "SUGGEST FOLFOX > SUGGEST FOLFIRI > SUGGEST nal-IRI + 5-FU/LV"
STANDARD = {
    "the usual first line": "SUGGEST gemcitabine/cisplatin + durvalumab > "
    "SUGGEST gemcitabine/cisplatin + pembrolizumab",
    "the usual chemotherapy": f"{CHEMOTHERAPY} > FLAG mFOLFIRINOX",
}
# Rules that a patient can show; the others concern files and identities (tests/vcf, tests/pdf).
SHOWN_BY_PATIENTS = {
    f"R{number}" for number in (*range(1, 33), 40, 41, *range(43, 62), *range(70, 80), 81, 83)
}


def named(told: Told) -> str:
    return told.title


def written_out(text: str) -> str:
    below = re.fullmatch(r"the usual chemotherapy but (.+)", text)
    if below:
        return f"{CHEMOTHERAPY} > {below[1]} > FLAG mFOLFIRINOX"
    for short, whole in STANDARD.items():
        text = text.replace(short, whole)
    return "" if text == "none" else text


def flags(said: Interpretation) -> set[str]:
    several = len(said.jurisdictions) > 1
    return {
        f"{flag.kind} {flag.therapy}{f' in {flag.jurisdiction}' if several else ''}"
        for flag in said.flags
    }


def listed(said: Interpretation, line: str) -> str:
    entries = sorted((each for each in said.suggestions if each.line == line), key=lambda e: e.rank)
    return " > ".join(f"{each.kind} {each.regimen}" for each in entries)


def told_of(said: Interpretation, name: str) -> str:
    """Everything that the page says of a therapy or regimen."""
    texts: list[str] = []
    for flag in said.flags:
        if flag.therapy == name:
            texts += [*flag.because, *flag.cautions, flag.label_scope or "", flag.figures or ""]
    for each in said.suggestions:
        if each.regimen == name:
            texts += [*each.because, *each.conditions, *each.schedule, *each.cautions]
            texts.append(each.figures or "")
    assert texts, f"{name} is neither flagged nor listed"
    return " | ".join(texts)


def missed(said: Interpretation, name: str) -> str:
    found = [each for each in said.near_misses if each.therapy == name]
    assert found, f"{name} is no near miss"
    return " | ".join(f"{each.reason}; {each.would_change or ''}" for each in found)


def pair(text: str) -> tuple[str, str]:
    name, _, words = text.partition(" | ")
    assert words, f"what should be said? {text}"
    return name.strip(), words.strip()


@pytest.mark.parametrize("told", PATIENTS, ids=named)
def test_a_patient_gets_these_flags(told: Told) -> None:
    (wanted,) = told.wanted("flags")
    expected = set() if wanted == "none" else {part.strip() for part in wanted.split(",")}
    assert flags(interpreted(told)) == expected


@pytest.mark.parametrize("told", PATIENTS, ids=named)
def test_a_patient_is_told_this(told: Told) -> None:
    said = interpreted(told)
    for line in LISTS:
        for text in told.wanted(line):
            assert listed(said, line) == written_out(text)
    for name, words in map(pair, told.wanted("says")):
        assert words in told_of(said, name)
    for name, words in map(pair, told.wanted("unsaid")):
        assert words not in told_of(said, name)
    for name, words in map(pair, told.wanted("near")):
        assert words in missed(said, name)
    orders = {each.marker.label: each.order for each in said.not_assessed}
    for name, words in map(pair, told.wanted("order")):
        assert words in orders[name]
    states = {marker.label: state.status for marker, state in said.case.markers.items()}
    for name, status in map(pair, told.wanted("marker")):
        assert states[name] == status.replace(" ", "_")
    notes = " | ".join(said.notes)
    assert [text for text in told.wanted("note") if text not in notes] == []
    assert [text for text in told.wanted("no note") if text in notes] == []
    codes = {notice.code for notice in said.case.notices}
    assert set(told.wanted("notice")) <= codes


def test_every_rule_has_its_patient() -> None:
    shown = {rule for told in PATIENTS for rule in told.rules}
    assert SHOWN_BY_PATIENTS - shown == set()
    assert {statement.rule for statement in KNOWLEDGE.statements} >= shown


def test_there_are_sixty_patients_and_each_is_one_of_its_kind() -> None:
    titles = [told.title for told in PATIENTS]
    assert len(titles) >= 60
    assert len(set(titles)) == len(titles)
    assert [told.title for told in PATIENTS if not told.rules or not told.context] == []


@pytest.mark.parametrize("told", [each for each in PATIENTS if len(each.reports) > 1], ids=named)
def test_the_order_of_the_reports_does_not_matter(told: Told) -> None:
    found = results(told)
    there, back = interpreted(told, found), interpreted(told, found[::-1])
    assert flags(there) == flags(back)
    assert {line: listed(there, line) for line in LISTS} == {
        line: listed(back, line) for line in LISTS
    }
    states = [{m: s.status for m, s in said.case.markers.items()} for said in (there, back)]
    assert states[0] == states[1]


def test_a_misspelt_column_is_an_error() -> None:
    with pytest.raises(Exception, match="column not known: egoc"):
        patient("fit, egoc=1")
