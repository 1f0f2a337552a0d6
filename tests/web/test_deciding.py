"""Deciding in the pages: who may, what it means, and what is told to whoever came too late.

Everything goes through the forms as a person sends them, with the token of their session.
"""

import csv
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from app.web import decisions as room
from flows.lock import only_run
from pipeline.changes import flag_name
from pipeline.sheets import PATIENT_COLUMNS
from store.reviews import stands
from tests.web.conftest import PASSWORD

FUSION = "SYN-000001"
FIELDS = Path(room.__file__).parent / "data" / "context.csv"


def field(text, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, f"the form has no {name}"
    return found.group(1)


def form(browser, case_id):
    """The decision form as it is shown to this person."""
    shown = browser.get(f"/case/{case_id}/decide")
    assert shown.status_code == 200
    return {name: field(shown.text, name) for name in ("shown", "meaning")}


def send(browser, case_id, sent, verdict="accept", **more):
    values = {"verdict": verdict, "password": PASSWORD, **sent, **more}
    return browser.post(f"/case/{case_id}/decide", values)


def state(desk, case_id):
    return stands(desk.store.past(case_id))[0].value


@pytest.fixture
def case(case_of):
    return case_of(FUSION)


ATTEMPTS = [
    # who (role), what they send, the answer, a word of the page, where the case then stands
    ("signer", {}, 303, "", "signed"),
    ("signer", {"verdict": "refuse", "reason": "wrong specimen"}, 303, "", "refused"),
    ("signer", {"verdict": "refuse"}, 422, "needs a reason", "to_review"),
    ("signer", {"password": "something else"}, 401, "not your password", "to_review"),
    ("signer", {"verdict": "change"}, 422, "stands instead", "to_review"),
    ("signer", {"verdict": "maybe"}, 422, "Say whether", "to_review"),
    ("signer", {"shown": "0" * 64}, 409, "Look at it again", "to_review"),
    ("reviewer", {}, 303, "", "to_review"),
    ("reviewer", {"meaning": "signed"}, 409, "Look at it again", "to_review"),
]


@pytest.mark.only("sqlite")
def test_who_decides_what_in_the_pages(desk, client):
    """One night serves all attempts: each begins with a case on which nobody has decided."""
    signer, reviewer = client("signer"), client("reviewer")
    open_ = [each.case_id for each in desk.store.open_reviews()]
    told = []
    for role, sent, *_ in ATTEMPTS:
        browser = signer if role == "signer" else reviewer
        case_id = open_[0]
        answer = send(browser, case_id, form(browser, case_id) | sent)
        told.append((answer.status_code, answer.text, state(desk, case_id)))
        if told[-1][2] != "to_review":
            open_.pop(0)
    for (role, sent, status, word, stood), (got, text, now) in zip(ATTEMPTS, told, strict=True):
        assert (got, now) == (status, stood), (role, sent, text[-2000:])
        assert word in text


def test_two_who_saw_the_same_page_one_wins_and_the_other_is_told(desk, client, case):
    ada, ben = client("signer"), client("signer")
    seen = {each: form(each, case) for each in (ada, ben)}
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(send, each, case, seen[each]) for each in (ada, ben)]
        answers = sorted((each.result() for each in done), key=lambda each: each.status_code)
    assert [each.status_code for each in answers] == [303, 409]
    assert len(desk.store.given(case)) == 1
    winner = desk.store.given(case)[0].signature.name
    assert f"{winner} was faster and accepted this on" in answers[1].text


@pytest.mark.only("sqlite")
def test_a_page_that_changed_meanwhile_says_what_changed(desk, client, case):
    browser = client("signer")
    old = form(browser, case)
    shown = browser.get(f"/case/{case}/context").text
    values = context_form(shown) | {"reason": "seen in clinic"}
    values["value"][values["field"].index("ecog")] = "2"
    assert browser.post(f"/case/{case}/context", values).status_code == 303

    answer = send(browser, case, old)

    assert answer.status_code == 409
    assert "what you were shown" in answer.text
    assert "context: ecog" in answer.text
    assert desk.store.given(case) == ()


def test_two_signatures_by_setting(desk, client, case):
    desk.settings.__dict__["signatures"] = 2
    ada, ben = client("signer"), client("signer")
    first = form(ada, case)
    assert first["meaning"] == "first_signature"
    assert send(ada, case, first).status_code == 303
    assert state(desk, case) == "second_signature"
    again = form(ada, case)
    assert again["meaning"] == "first_signature", "nobody is the second of themselves"
    second = form(ben, case)
    assert second["meaning"] == "second_signature"
    assert send(ben, case, second).status_code == 303
    assert state(desk, case) == "signed"
    assert [each.decision.meaning for each in desk.store.given(case)] == [
        "first_signature",
        "second_signature",
    ]


def context_form(text):
    names = re.findall(r'name="field" value="(\w+)"', text)
    values = []
    for name in names:
        cell = re.search(rf'id="f-{name}" name="value" value="([^"]*)"', text)
        if cell:
            values.append(cell.group(1))
            continue
        choice = re.search(rf'id="f-{name}" name="value">(.*?)</select>', text, re.DOTALL)
        picked = re.search(r"<option selected>([^<]*)", choice.group(1))
        values.append(picked.group(1) if picked else "")
    return {"seen": field(text, "seen"), "field": names, "value": values}


def test_the_form_holds_every_field_of_the_patients_table_once():
    with FIELDS.open() as file:
        named = [row["field"] for row in csv.DictReader(file)]
    own = set(PATIENT_COLUMNS) - {"case", "mrn", "assigning_authority", "name", "dob"}
    assert sorted(named) == sorted(own)


def test_a_stated_context_makes_the_case_again_and_holds(desk, client, case):
    browser = client("reviewer")
    values = context_form(browser.get(f"/case/{case}/context").text)
    values["value"][values["field"].index("prior_lines")] = "7"
    before = desk.store.case(case)

    assert browser.post(f"/case/{case}/context", values).status_code == 422, "no reason"
    answer = browser.post(f"/case/{case}/context", values | {"reason": "letter of 3 March"})

    assert answer.status_code == 303
    said = desk.store.case(case)
    assert (said.case.patient.prior_lines, desk.store.is_stale(case)) == (7, False)
    assert replace_lines(said) == replace_lines(before), "nothing else was changed"
    late = browser.post(f"/case/{case}/context", values | {"reason": "again"})
    assert late.status_code == 422, "it says so already"
    shown = browser.get(f"/case/{case}/context").text
    assert "letter of 3 March" in shown


def replace_lines(said):
    return replace(said.case.patient, prior_lines=None)


@pytest.mark.only("sqlite")
def test_a_wrong_value_is_told_by_its_field_and_kept_in_the_form(client, case):
    browser = client("reviewer")
    values = context_form(browser.get(f"/case/{case}/context").text)
    values["value"][values["field"].index("lvef_percent")] = "fifty"
    answer = browser.post(f"/case/{case}/context", values | {"reason": "echo"})
    assert answer.status_code == 422
    assert "Ejection fraction (LVEF): must be a number" in answer.text
    assert 'value="fifty"' in answer.text


def test_of_two_who_edit_at_once_the_later_one_looks_again(desk, client, case):
    ada, ben = client("reviewer"), client("reviewer")
    forms = {each: context_form(each.get(f"/case/{case}/context").text) for each in (ada, ben)}
    for number, each in enumerate((ada, ben)):
        forms[each]["value"][forms[each]["field"].index("ecog")] = str(3 + number)
    assert ada.post(f"/case/{case}/context", forms[ada] | {"reason": "a"}).status_code == 303
    answer = ben.post(f"/case/{case}/context", forms[ben] | {"reason": "b"})
    assert answer.status_code == 409
    assert desk.store.case(case).case.patient.ecog == 3


@pytest.mark.only("sqlite")
def test_while_a_night_is_at_work_the_change_waits_and_nothing_is_signed(desk, client, case):
    browser = client("signer")
    old = form(browser, case)
    values = context_form(browser.get(f"/case/{case}/context").text)
    values["value"][values["field"].index("ecog")] = "3"
    with only_run(desk.settings.data_dir):
        answer = browser.post(f"/case/{case}/context", values | {"reason": "seen"})
        assert answer.headers["location"].endswith("kept=later")
        assert "A night is at work" in browser.get(answer.headers["location"]).text
        refused = send(browser, case, old)
        assert refused.status_code == 409
        assert "it is made again" in refused.text
    assert desk.store.is_stale(case)
    assert desk.store.given(case) == ()


def test_what_was_read_is_shown_to_a_corrector_as_people_say_it(client, case_of):
    """The VUS of sample 1 is no negative result of its own, the VAF of sample 20 no bare number."""
    browser = client("reviewer")
    listed = browser.get(f"/case/{case_of('SYN-000001')}/correct").text
    told = next(part for part in listed.split("<tr>") if "NTRK1 mutation" in part)
    assert "; of unknown significance: p.A107V" in told
    known = next(part for part in listed.split("<tr>") if "IDH1 mutation" in part)
    assert "of unknown significance" not in known
    listed = browser.get(f"/case/{case_of('SYN-000020')}/correct").text
    benign, known = (part for part in listed.split("<tr>") if "IDH1 mutation</th>" in part)
    assert "; benign: p.V178I, VAF&nbsp;47.5&nbsp;%" in benign
    assert "p.R132C, VAF&nbsp;31.0&nbsp;%" in known
    assert "benign" not in known


def test_what_was_misread_is_told_asked_and_not_signed_as_it_is(desk, client, case):
    browser = client("signer")
    listed = browser.get(f"/case/{case}/correct").text
    row = next(part for part in listed.split("<tr>") if "FGFR2 fusion" in part and "entry=" in part)
    entry = re.search(r"entry=(\w+)", row).group(1)
    assert "Should be" in browser.get(f"/case/{case}/correct?entry={entry}").text
    sent = {"entry": entry, "verdict": "wrong", "field": ["status"], "should": ["not_detected"]}

    assert browser.post(f"/case/{case}/correct", sent).status_code == 422, "no reason"
    answer = browser.post(f"/case/{case}/correct", sent | {"reason": "it says NOT detected"})

    assert answer.status_code == 303
    said = desk.store.case(case)
    assert any(each.code == "misread:FGFR2_FUSION" for each in said.case.notices)
    kinds = {each.kind.value for each in said.flags if each.marker.value == "FGFR2_FUSION"}
    assert "SUGGEST" not in kinds
    refused = send(browser, case, form(browser, case))
    assert refused.status_code == 409
    assert "says that a result was misread" in refused.text
    assert send(browser, case, form(browser, case), "refuse", reason="misread").status_code == 303

    (wrong,) = desk.store.misread([case])
    saved = browser.get(f"/case/{case}/fixture/{wrong.key}").json()
    assert (saved["marker"], saved["expected"]) == ("FGFR2_FUSION", "not_detected")
    assert len(saved["printed"]) <= 80


@pytest.mark.only("sqlite")
def test_who_compared_the_print_confirms_the_detected_findings(desk, client, case):
    browser = client("signer")
    assert send(browser, case, form(browser, case), compared="yes").status_code == 303
    judged = desk.store.corrections(case)
    assert judged
    assert all(each.is_right and each.printed for each in judged)
    assert not desk.store.is_stale(case), "a confirmation changes nothing"


@pytest.mark.only("sqlite")
def test_what_was_changed_by_hand_goes_out_with_the_signature(desk, client, case):
    """The page and the print say what stands instead; the bundle is not final."""
    browser = client("signer")
    shown = form(browser, case)
    subject = flag_name(desk.store.case(case).flags[0])
    wanted = {"subject": [subject], "instead": ["no therapy for now"], "why": ["frail"]}
    assert send(browser, case, shown, "change", **wanted).status_code == 303
    for place in ("", "/print", "/decide"):
        assert "no therapy for now" in browser.get(f"/case/{case}{place}").text, place
    entries = browser.get(f"/case/{case}/fhir.json").json()["entry"]
    report = next(
        each["resource"] for each in entries if "DiagnosticReport" in str(each["resource"])[:60]
    )
    assert report["status"] != "final"


@pytest.mark.only("sqlite")
def test_a_held_file_is_given_to_nobody_without_a_reason_and_refused_with_one(desk, client):
    browser = client("reviewer")
    shown = browser.get("/holds").text
    assert re.search(r"\d+ set aside: no reports by their names", shown)
    sha256 = re.search(r"/holds/([0-9a-f]{64})", shown).group(1)
    assert f'href="/holds/{sha256}/original"' in browser.get(f"/holds/{sha256}").text
    original = browser.get(f"/holds/{sha256}/original")
    assert hashlib.sha256(original.content).hexdigest() == sha256
    assert original.headers["content-disposition"].startswith('attachment; filename="report-')
    assert browser.post(f"/holds/{sha256}", {"action": "refuse"}).status_code == 422
    answer = browser.post(f"/holds/{sha256}", {"action": "refuse", "reason": "no report"})
    assert answer.status_code == 303
    assert "no report" in browser.get(f"/holds/{sha256}").text
    assert desk.store.resolutions(sha256)[0].resolved_by == browser.user.id


@pytest.mark.only("sqlite")
def test_a_held_file_of_another_site_is_not_there(client):
    browser = client("reviewer")
    sha256 = re.search(r"/holds/([0-9a-f]{64})", browser.get("/holds").text).group(1)
    elsewhere = client("reviewer", scope={"NOWHERE"})
    assert "No file is held" in elsewhere.get("/holds").text
    assert elsewhere.get(f"/holds/{sha256}").status_code == 404


def test_a_file_that_contradicts_a_case_goes_there_only_knowingly(desk, client, case, held):
    browser = client("reviewer")
    shown = browser.get(f"/holds/{held}").text
    assert "the name contradicts" in shown
    assert re.search(r"Name</th>.*?differs", shown, re.DOTALL)
    assert re.search(r"Record number</th>.*?agrees", shown, re.DOTALL)
    sent = {"action": "assign", "case": case, "reason": "maiden name"}

    told = [
        browser.post(f"/holds/{held}", sent).status_code,
        browser.post(f"/holds/{held}", sent | {"despite": "yes"}).status_code,
        browser.post(f"/holds/{held}", sent | {"despite": "yes", "password": "no"}).status_code,
    ]

    assert told == [409, 401, 401]
    assert desk.store.resolutions(held) == ()
    knowingly = sent | {"despite": "yes", "password": PASSWORD}
    assert browser.post(f"/holds/{held}", knowingly).status_code == 303
    (kept,) = desk.store.resolutions(held)
    assert (kept.case_id, kept.reason, kept.resolved_by) == (case, "maiden name", browser.user.id)
    assert held in {each.result.report.sha256 for each in desk.store.case_reports(case)}
    assert not desk.store.is_stale(case), "the case was made again"


@pytest.mark.only("sqlite")
def test_a_file_is_not_given_to_a_case_of_another_site(desk, client, case, held):
    browser = client("reviewer")
    sent = {"action": "other", "other": "case-unknown", "reason": "x"}
    assert browser.post(f"/holds/{held}", sent).status_code == 404
    with only_run(desk.settings.data_dir):
        busy = browser.post(f"/holds/{held}", {"action": "refuse", "reason": "double"})
    assert busy.status_code == 503
    assert desk.store.resolutions(held) == (), "nothing was changed while a night is at work"
