"""The queue page: what a reviewer sees of the samples, filters, finds, and takes."""

import html
import re
from datetime import timedelta

import pytest

from app.web.address import case_named
from app.web.filters import Filters, of_cursor

FUSION, FAILED = "SYN-000001", "SYN-000008"


def text_of(answer):
    """The page as a person reads it."""
    bare = re.sub(r"<[^>]*>", " ", answer.text.partition("<main")[2])
    return " ".join(html.unescape(bare).split())


def cases_on(answer):
    """The ids of the cases in the rows of the page, in their order."""
    words = re.findall(r'<th scope="row"><a href="/case/([^"]+)">', answer.text)
    return [case_named(each) for each in words]


def test_the_queue_says_why_each_case_stands_where_it_stands(client, case_of):
    answer = client("reviewer").get("/")
    assert answer.status_code == 200
    shown = cases_on(answer)
    assert case_of(FUSION) in shown
    assert "a tier I therapy is flagged on which nobody has decided" in text_of(answer)
    assert "FGFR2 fusion" in text_of(answer)
    assert re.search(r"\d+ cases, the most urgent first", text_of(answer))


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("", True),
        ("marker=FGFR2_FUSION", True),
        ("marker=FGFR2_FUSION&status=not_detected", False),
        ("marker=NTRK1_FUSION", False),
        ("review=signed", False),
        ("review=all", True),
        ("who=me", False),
        ("who=nobody", True),
        ("overdue=1", False),
        ("kind=BLOCK&marker=MSI", False),
    ],
)
@pytest.mark.only("sqlite")
def test_filters_leave_the_case_with_the_fusion_or_not(client, case_of, query, is_there):
    answer = client("viewer").get(f"/?{query}")
    assert answer.status_code == 200
    assert (case_of(FUSION) in cases_on(answer)) is is_there


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    "query",
    ["review=x", "marker=1", "site=' OR 1=1", "after=%%%", "after=W10=", "before=WzEsMiwzXQ=="],
)
def test_a_filter_that_is_none_is_refused_with_a_sentence(client, query):
    answer = client("viewer").get(f"/?{query}")
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("days", [4.9, 5.1])
def test_a_case_that_waits_longer_than_five_days_is_overdue(client, desk, clock, case_of, days):
    is_overdue = days > 5
    (case,) = desk.store.queued([case_of(FUSION)], None)
    clock.at = case.place.waiting_since + timedelta(days=days)
    browser = client("reviewer")
    assert ("overdue" in browser.get("/").text.partition("<tbody>")[2]) is is_overdue
    assert (case_of(FUSION) in cases_on(browser.get("/?overdue=1"))) is is_overdue


def test_search_finds_by_number_and_by_name_with_birthday_alone(client, desk, case_of):
    browser = client("reviewer")
    found = browser.post("/search", {"mrn": FUSION})
    assert found.status_code == 200
    assert cases_on(found) == [case_of(FUSION)]
    assert FUSION not in str(found.url)
    assert cases_on(browser.post("/search", {"mrn": FUSION[:-1]})) == []
    refused = browser.post("/search", {"name": "Exempla"})
    assert refused.status_code == 400
    assert "a name together with a day of birth" in text_of(refused)
    wrong = browser.post("/search", {"name": "Exempla", "dob": "3.4.61"})
    assert "YYYY-MM-DD" in text_of(wrong)
    said = [each for each in desk.store.audit_entries() if each.action == "patient.sought"]
    assert said
    assert FUSION.lower() not in " ".join(map(str, said)).lower()


@pytest.mark.only("sqlite")
def test_out_of_scope_nothing_is_listed_counted_or_found(client, case_of):
    browser = client("reviewer", scope={"ELSEWHERE"})
    answer = browser.get("/?review=all")
    assert cases_on(answer) == []
    assert "everything 0" in text_of(answer)
    assert cases_on(browser.post("/search", {"mrn": FUSION})) == []
    assert browser.post(f"/case/{case_of(FUSION)}/assign", {"to": "me"}).status_code == 404


def test_a_case_is_taken_and_a_second_one_who_takes_it_is_told(client, desk, case_of):
    one, other = client("reviewer"), client("signer")
    address = f"/case/{case_of(FUSION)}/assign"
    assert "Specimen, Synthia" in one.get(address).text
    assert one.post(address, {"to": "me", "back": "marker=FGFR2_FUSION"}).headers["location"] == (
        "/?marker=FGFR2_FUSION"
    )
    assert desk.store.assigned(case_of(FUSION)) == one.user.id
    late = other.post(address, {"to": "me"})
    assert late.status_code == 409
    assert "given to somebody else meanwhile" in text_of(late)
    assert one.user.name in text_of(other.get("/"))
    assert other.post(address, {"to": other.user.id, "instead_of": one.user.id}).status_code == 303
    assert cases_on(other.get("/?who=me")) == [case_of(FUSION)]


@pytest.mark.only("sqlite")
def test_a_case_is_given_to_nobody_who_may_not_decide(client, somebody, case_of):
    browser = client("reviewer")
    address = f"/case/{case_of(FUSION)}/assign"
    for who in (somebody("viewer"), somebody("reviewer", scope={"ELSEWHERE"})):
        assert browser.post(address, {"to": who.id}).status_code == 400
        assert who.name not in text_of(browser.get(address))


@pytest.mark.only("sqlite")
def test_filters_are_kept_under_a_name_and_only_filters(client, desk):
    browser = client("viewer")
    kept = browser.post("/views", {"name": "Fusions", "filters": "marker=FGFR2_FUSION&mrn=123"})
    assert kept.headers["location"] == "/?marker=FGFR2_FUSION"
    assert desk.store.views(browser.user.id) == {"Fusions": {"marker": "FGFR2_FUSION"}}
    assert "Fusions" in text_of(browser.get("/"))
    assert "Fusions" not in text_of(client("viewer").get("/"))
    browser.post("/views/forget", {"name": "Fusions"})
    assert desk.store.views(browser.user.id) == {}


def test_a_cursor_is_a_place_or_nothing():
    assert of_cursor("") is None
    assert Filters().query == ""
    assert Filters(status="not_detected").query == "", "a status alone filters nothing"
