"""Who may call what: every route of the service against `routes.csv`, which people wrote (R25).

`yes` is any answer that is no refusal (a form without its fields is refused for its fields, 422);
`no` is 403, and for whoever is not logged in the way to the login (401 where something is sent).
"""

import csv
import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app.web import service

TABLE = Path(__file__).parent / "routes.csv"
ROWS = list(csv.DictReader(TABLE.open(encoding="utf-8")))
ROLES = ("viewer", "reviewer", "signer", "knowledge_manager", "admin", "auditor")
# Ends the session of whoever tries it: tried last.
LAST = ("POST", "/logout")
pytestmark = pytest.mark.only("sqlite")


def routes(made):
    return {
        (method, route.path)
        for route in all_routes(made)
        for method in route.methods - {"HEAD", "OPTIONS"}
    }


def all_routes(made):
    """Every route, those of included routers too."""
    found = [each for each in made.routes if isinstance(each, APIRoute)]
    for each in made.routes:
        inner = getattr(each, "original_router", None)
        if inner is not None:
            found += all_routes(inner)
    return found


def filled(path, case_id, report_id, user_id):
    known = {
        "{case_id}": case_id,
        "{report_id}": report_id,
        "{ordinal}": "1",
        "{user_id}": user_id,
        "{sha256}": report_id.partition(":")[0],
    }
    for name, value in known.items():
        path = path.replace(name, value)
    # What the night of these tests has none of.
    return re.sub(r"\{[^}]*\}", "unknown", path)


@pytest.fixture
def places(desk, case_of, somebody):
    """A path of the table in, the same with the ids of a real case, report and user out."""
    case_id = case_of("SYN-000001")
    report = desk.store.case_reports(case_id)[0]
    victim = somebody("viewer").id

    def place(path):
        return filled(path, case_id, report.result.report.sha256, victim)

    return place


def sent(browser, method, path, csrf):
    data = {"csrf": csrf} if method != "GET" else None
    return TestClient.request(browser, method, path, data=data)


def ordered(rows):
    return sorted(rows, key=lambda row: (row["method"], row["path"]) == LAST)


def test_every_route_stands_in_the_table_and_every_row_is_a_route(desk):
    told = {(row["method"], row["path"]) for row in ROWS}
    there = routes(service(desk))
    assert there - told == set(), "say in routes.csv who may call these"
    assert told - there == set(), "these are gone"
    assert len(told) == len(ROWS)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_table_says(role, client, places):
    browser = client(role)
    csrf = browser.csrf()
    wrong = []
    for row in ordered(ROWS):
        answer = sent(browser, row["method"], places(row["path"]), csrf)
        refused = answer.status_code == 403
        broken = answer.status_code >= 500 or answer.status_code == 401
        if refused != (row[role] == "no") or broken:
            wrong.append((row["method"], row["path"], answer.status_code, row[role]))
    assert wrong == []


def test_who_is_not_logged_in_is_sent_to_the_login(anonymous, places):
    browser = anonymous()
    wrong = []
    for row in ROWS:
        answer = sent(browser, row["method"], places(row["path"]), "none")
        turned = answer.status_code == 401 or (
            answer.status_code == 303 and answer.headers["location"].startswith("/login")
        )
        if turned != (row["anonymous"] == "no"):
            wrong.append((row["method"], row["path"], answer.status_code))
    assert wrong == []


def test_the_cases_of_another_authority_are_not_there(client, places):
    """Not "forbidden": that would say that there is such a patient."""
    browser = client("reviewer", "signer", scope={"ELSEWHERE"})
    csrf = browser.csrf()
    found = {}
    for row in ROWS:
        if "{case_id}" not in row["path"] or row["signer"] == "no":
            continue
        answer = sent(browser, row["method"], places(row["path"]), csrf)
        found[row["method"], row["path"]] = answer.status_code
    # A form without its fields may be refused before anybody looks for the case.
    assert {key: code for key, code in found.items() if code not in {404, 422}} == {}
    assert [key for key, code in found.items() if key[0] == "GET" and code != 404] == []


def test_their_own_authority_is_there(client, places):
    browser = client("reviewer", scope={"EXEMPLA"})
    assert browser.get(places("/case/{case_id}")).status_code == 200


WAYS = {
    "without a token": ({}, {}),
    "with an empty token": ({"csrf": ""}, {}),
    "with a wrong token": ({"csrf": "A" * 43}, {}),
    "with the token twice": ({"csrf": ["TOKEN", "TOKEN"]}, {}),
    "with another session's token": ({"csrf": "OTHER"}, {}),
    "with the token, from another site": ({"csrf": "TOKEN"}, {"Sec-Fetch-Site": "cross-site"}),
    "with the token, from a sister site": ({"csrf": "TOKEN"}, {"Sec-Fetch-Site": "same-site"}),
    "with the token, from another origin": ({"csrf": "TOKEN"}, {"Origin": "https://evil.example"}),
    "with the token, from nowhere": ({"csrf": "TOKEN"}, {"Origin": "null"}),
    "with the token, from nowhere on another site": (
        {"csrf": "TOKEN"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ),
    "as a file, with the token": ({"csrf": "TOKEN"}, {"Content-Type": "multipart/form-data"}),
    "as text, with the token": ({"csrf": "TOKEN"}, {"Content-Type": "text/plain"}),
}


def test_every_route_that_changes_something_wants_our_own_form(client, places, somebody):
    browser, other = client(*ROLES), client("viewer")
    words = {"TOKEN": browser.csrf(), "OTHER": other.csrf()}
    wrong = []
    for row in ROWS:
        if row["method"] == "GET":
            continue
        for way, (fields, headers) in WAYS.items():
            data = {
                name: [words.get(each, each) for each in value]
                if isinstance(value, list)
                else words.get(value, value)
                for name, value in fields.items()
            }
            path = places(row["path"])
            answer = TestClient.post(browser, path, data=data, headers=headers)
            if answer.status_code != 403 or "no longer valid" not in answer.text:
                wrong.append((row["path"], way, answer.status_code))
    assert wrong == []
    assert browser.get("/password").status_code == 200, "nobody was logged out by any of it"
