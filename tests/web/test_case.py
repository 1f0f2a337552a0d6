"""The page of a case: sentences that must stand on it, and such that must not, by hand."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest
import sqlalchemy as sa

from app.web.address import case_path
from pipeline.codec import fingerprint
from pipeline.patient import Decision

pytestmark = pytest.mark.only("sqlite")


def words(answer):
    """The page as it is read: no markup, blanks as one; what only ears get is left out."""
    body = re.sub(r'<span class="hidden">.*?</span>', "", answer.text, flags=re.DOTALL)
    body = re.sub(r"<head>.*?</head>", " ", body, flags=re.DOTALL)
    plain = unescape(re.sub(r"<[^>]+>", " ", body))
    return re.sub(r" ([.,;:)])", r"\1", " ".join(plain.split())).replace("( ", "(")


# record number of the patient | what must stand on the page | why
MUST = [
    ("SYN-000001", "Born 1961-01-01 Record SYN-000001", "whose page it is"),
    ("SYN-000001", "Prior lines 1 (gemcitabine, cisplatin, durvalumab)", "the line of therapy"),
    ("SYN-000001", "◇ To review.", "nobody has decided"),
    ("SYN-000001", "In brief Found ● FGFR2 fusion FGFR2::BICC1", "what was found, before all else"),
    ("SYN-000001", "Do not give × infigratinib", "a withdrawn drug, first of all"),
    ("SYN-000001", "FGFR2 fusion ● detected: printed FGFR2::BICC1", "status and basis in words"),
    ("SYN-000001", "IDH1 mutation ○ negative: printed", "printed in the list without alterations"),
    (
        "SYN-000001",
        "FGFR2 mutation ○ negative: inferred from the panel silent, covered by gene list printed",
        "an inferred negative says so",
    ),
    ("SYN-000001", "NTRK1 fusion ◐ cannot be said silent, examined in DNA only", "DNA alone"),
    ("SYN-000001", "HER2 IHC — not looked at no result is printed", "silence is not no"),
    ("SYN-000001", "MSI-high ○ negative: printed MS-Stable", "what is asked, so that no is no"),
    ("SYN-000001", "p.A107V: seen, unknown significance", "a VUS is shown, and detects nothing"),
    ("SYN-000001", "▲ suggest futibatinib FGFR2 fusion FGFR2::BICC1, second line", "the flag"),
    (
        "SYN-000001",
        "US accelerated, since 2022-09-30 previously treated intrahepatic cholangiocarcinoma only",
        "status, day and scope of the label",
    ),
    ("SYN-000001", "AMP/ASCO/CAP: I-A; ESCAT: IB (recalled, not checked)", "tiers side by side"),
    ("SYN-000001", "recalled, not checked: approval type", "what nobody checked"),
    ("SYN-000001", "ORR 42% (95% CI 32-52)", "figures"),
    ("SYN-000001", "× do not give infigratinib", "a blocked drug"),
    ("SYN-000001", "Why not: US: withdrawn since 2024-05-16", "and why"),
    ("SYN-000001", "No trial has compared them", "a picture is no ranking"),
    ("SYN-000001", "tinengotinib: 0 prior FGFR inhibitor(s) Would change it:", "a near miss"),
    ("SYN-000001", "HER2 IHC, gastric-type criteria (reflex ISH if 2+) for HER2 IHC", "an order"),
    ("SYN-000001", "FGFR2-BICC1 fusion 01_a_fgfr2_fusion_twocolumn.pdf, page 1", "the very words"),
    ("SYN-000001", "VCF line 16, PDF page 1", "both sources of one finding"),
    ("SYN-000001", "Detected: FGFR2 fusion FGFR2::BICC1", "VCF and PDF agree"),
    ("SYN-000020", "Prior lines not stated", "what is missing stands in the header"),
    (
        "SYN-000020",
        "Not stated, and it would decide: number of prior lines; bilirubin (with its upper limit)",
        "and what waits for it",
    ),
    ("SYN-000020", "? ask ivosidenib IDH1 mutation p.R132C, second line", "a flag that asks"),
    ("SYN-000020", "p.V178I: seen, benign", "a germline polymorphism fires nothing"),
    (
        "SYN-000020",
        "weigh whether to test again. 20_idh1_r132c.vcf: KRAS p.G12D on line 18 is no finding",
        "a near miss in the file itself",
    ),
    ("SYN-000020", "IDH1 mutation ● detected: printed p.R132C", "the tumour's variant"),
    ("SYN-000021", "No therapy flags.", "a negative panel"),
    ("SYN-000021", "KRAS mutation ○ negative: inferred from the panel", "by a declared assay"),
]
# record number | what must not stand on the page | why
MUST_NOT = [
    ("SYN-000001", "ivosidenib IDH1", "no flag for a negative marker"),
    ("SYN-000001", "HER2 IHC ○ negative", "nobody looked"),
    ("SYN-000001", "NTRK3 fusion ○ negative", "nobody looked"),
    ("SYN-000001", "NTRK1 fusion ○ negative", "DNA alone proves nothing"),
    ("SYN-000020", "○ negative", "a VCF without a declared assay proves no negative"),
    ("SYN-000020", "Not a biliary tract tumour", "it is one"),
    ("SYN-000021", "● detected", "nothing was found"),
    ("SYN-000021", "▲ suggest", "nothing to suggest for a finding"),
]


@pytest.fixture
def pages(client, case_of):
    """The words of the page of a patient, each opened once."""
    browser, opened = client("reviewer"), {}

    def of(mrn):
        if mrn not in opened:
            opened[mrn] = words(browser.get(f"/case/{case_of(mrn)}"))
        return opened[mrn]

    return of


def test_the_page_says_what_it_must(pages):
    assert [(mrn, text, why) for mrn, text, why in MUST if text not in pages(mrn)] == []


def test_the_page_does_not_say_what_it_must_not(pages):
    body = {mrn: pages(mrn).split("Therapy flags")[0] for mrn, _, _ in MUST_NOT}
    said = {**body, "SYN-000001": pages("SYN-000001")}
    assert [(mrn, text, why) for mrn, text, why in MUST_NOT if text in said[mrn]] == []


def test_a_tumour_that_is_not_biliary_says_so_before_its_markers(client, desk):
    other = next(row.id for row in desk.store.cases() if row.tumour_is_btc is False)
    said = words(client("reviewer").get(f"/case/{other}"))
    assert said.index("Not a biliary tract tumour: nothing is suggested.") < said.index("Markers")
    assert "To order" not in said, "the profile of a biliary tumour is for no other"


def test_a_possible_mix_up_stands_before_the_drugs_that_rest_on_it(pages, client, desk):
    """Drivers that exclude each other (R59): sample 07 prints IDH1 p.R132C and BRAF p.V600E."""
    doubt = "CAUTION: mutually exclusive drivers together"
    said = [words(client("reviewer").get(f"/case/{row.id}")) for row in desk.store.cases()]
    both = [each for each in said if doubt in each]
    assert both, "no sample of the desk holds two drivers"
    assert [each for each in both if each.index(doubt) > each.index("In brief")] == []
    assert {each.count(doubt) for each in both} == {1}
    signed = [words(client("reviewer").get(f"/case/{r.id}/decide")) for r in desk.store.cases()]
    assert sum(f"Look first {doubt}" in each for each in signed) == len(both)


def test_what_is_urgent_stands_before_what_explains_it(pages):
    said = pages("SYN-000020")
    order = ["Not stated, and it", "To review", "In brief", "Markers A marker", "Therapy flags"]
    order += [
        "First line Rank",
        "What to order ☐",
        "Findings and",
        "Reports F",
    ]
    assert [each for each in order if each not in said] == []
    places = [said.index(each) for each in order]
    assert places == sorted(places)


def test_every_marker_stands_on_the_page_once_in_its_group(client, case_of):
    from pipeline.model import Marker  # noqa: PLC0415

    page = client("viewer").get(f"/case/{case_of('SYN-000001')}").text
    labels = re.findall(r'<span class="label">([^<]+)</span>', page)
    # "MMR: negative" may be read as proteins that are lost: what is asked stands there.
    asked = {"MSI": "MSI-high", "MMR": "MMR deficiency", "TMB": "TMB-high"}
    assert sorted(labels) == sorted(asked.get(each.value, each.label) for each in Marker)
    groups = re.findall(r'<div class="group [a-z]+">\s*<h3>([^<]+)</h3>', page)
    asked = ["FGFR2", "IDH1", "BRAF", "HER2", "NTRK", "RET", "KRAS", "MSI / MMR"]
    assert groups == [*asked, "Others"]


def test_no_identifier_stands_in_the_title_or_in_a_path(client, case_of):
    page = client("reviewer").get(f"/case/{case_of('SYN-000021')}").text
    title = re.search(r"<title>(.*?)</title>", page)[1]
    paths = " ".join(re.findall(r'(?:href|src|action)="([^"]*)"', page))
    for secret in ("Stellan", "SYN-000021", "1951", "negative_panel"):
        assert secret not in title
        assert secret not in paths.replace(case_of("SYN-000021"), "CASE")


def test_the_page_is_small_and_loads_nothing_from_elsewhere(client, case_of, desk):
    browser = client("reviewer")
    for row in desk.store.cases():
        page = browser.get(f"/case/{row.id}")
        assert len(page.content) < 150_000
        assert not re.search(r'(?:href|src)="(?:https?:)?//', page.text)
        assert " style=" not in page.text
        assert "<script" not in page.text


# role | what they may go on to from the page
DOORS = [
    ("viewer", set()),
    ("reviewer", {"decide", "context", "print", "page.pdf", "fhir.json", "tables.zip"}),
]


@pytest.mark.parametrize(("role", "doors"), DOORS)
def test_a_role_sees_the_doors_it_may_open(client, case_of, role, doors):
    case_id = case_of("SYN-000020")
    page = client(role).get(f"/case/{case_id}").text
    found = set(re.findall(rf'href="{case_path(case_id)}/([a-z.]+)"', page))
    assert found == doors


def test_a_case_out_of_scope_is_as_if_it_were_not_there(client, case_of):
    inside, outside = client("reviewer", scope={"EXEMPLA"}), client("reviewer", scope={"OTHER"})
    case_id = case_of("SYN-000001")
    assert inside.get(f"/case/{case_id}").status_code == 200
    refused, unknown = outside.get(f"/case/{case_id}"), outside.get("/case/case-000000000000")
    assert (refused.status_code, unknown.status_code) == (404, 404)
    assert words(refused) == words(unknown)
    assert "Synthia" not in refused.text


def test_a_case_that_names_no_authority_is_for_those_who_see_all(client, desk):
    unnamed = next(row.id for row in desk.store.cases() if row.tumour_is_btc is False)
    assert client("viewer").get(f"/case/{unnamed}").status_code == 200
    assert client("viewer", scope={"EXEMPLA"}).get(f"/case/{unnamed}").status_code == 404


def test_each_look_at_a_patient_stands_in_the_audit_with_who_looked(client, case_of, desk):
    from store.audit import case_token  # noqa: PLC0415

    browser, case_id = client("viewer"), case_of("SYN-000001")
    browser.get(f"/case/{case_id}")
    looks = list(desk.store.audit_entries(case_token(case_id)))
    assert [(each.action, each.actor) for each in looks if each.action == "patient.read"] == [
        ("patient.read", browser.user.id)
    ]


def decided(desk, case_id, by, **changes):
    now = desk.store.past(case_id)[-1]
    made = Decision(
        case_id=case_id,
        reviewer=by,
        decided_at=datetime(2026, 11, 3, 8, tzinfo=UTC),
        meaning="signed",
        shown_sha256=now.sha256,
        accepted=True,
    )
    desk.store.record_decision(replace(made, **changes))


def test_a_signature_stands_on_the_page_with_the_name_of_who_signed(client, case_of, desk):
    browser, case_id = client("signer"), case_of("SYN-000001")
    decided(desk, case_id, browser.user.id)
    said = words(browser.get(f"/case/{case_id}"))
    assert "✓ Signed." in said
    assert f"signed, accepted by {browser.user.name} on 2026-11-03 08:00 UTC" in said
    assert "Do not act on this page" not in said


def test_what_was_signed_before_a_change_is_shown_as_earlier(client, case_of, desk):
    browser, case_id = client("signer"), case_of("SYN-000001")
    decided(desk, case_id, browser.user.id)
    said = desk.store.case(case_id)
    fewer = replace(said, flags=tuple(f for f in said.flags if f.therapy != "futibatinib"))
    stamp = replace(said.knowledge, release="2026.12.01", sha256="0" * 64)
    assert desk.store.save_case(replace(fewer, knowledge=stamp))
    page = words(browser.get(f"/case/{case_id}"))
    assert "↻ Review again: the knowledge tables changed since the interpretation before." in page
    assert "2026-11-03 08:00 UTC (on an earlier interpretation)" in page
    assert "No longer said: futibatinib (SUGGEST)" in page
    assert "− no longer: futibatinib (SUGGEST)" in page
    assert "✓ Signed" not in page


def test_a_case_whose_reports_changed_warns_before_anything_is_read(client, case_of, night, desk):
    case_id = case_of("SYN-000001")
    with sa.create_engine(night.url).begin() as connection:
        table = sa.text("UPDATE cases SET stale = true WHERE id = :id")
        connection.execute(table, {"id": case_id})
    said = words(client("viewer").get(f"/case/{case_id}"))
    assert said.index("Out of date.") < said.index("In brief")
    assert "Do not act on this page." in said


def test_text_of_a_report_is_text(client, case_of, desk):
    """Whatever a report prints stands there as letters; what turns or hides them is gone."""
    case_id = case_of("SYN-000021")
    said = desk.store.case(case_id)
    hostile = '<img src=x onerror=alert(1)>"\u202egnp.exe\u0000'
    patient = replace(said.case.patient, identity=replace(said.case.patient.identity, name=hostile))
    notes = (*said.notes, "</p><script>alert(2)</script>")
    changed = replace(said, case=replace(said.case, patient=patient), notes=notes)
    assert fingerprint(changed) != fingerprint(said)
    assert desk.store.save_case(changed)
    page = client("viewer").get(f"/case/{case_id}").text
    assert "<img src=x" not in page
    assert "<script" not in page
    assert "\u202e" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
