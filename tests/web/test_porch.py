"""What holds for every answer: headers, our own address, a size, and pages instead of traces."""

import logging

import pytest
from fastapi.testclient import TestClient

from app.web import service
from tests.web.conftest import URL

pytestmark = pytest.mark.only("sqlite")
CSP = {
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "script-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
PAGES = (
    # path, status, may it be kept by a browser?
    ("/login", 303, False),
    ("/users", 200, False),
    ("/audit", 200, False),
    ("/nothing/here", 404, False),
    ("/users/u-unknown", 404, False),
    ("/audit?before=x", 422, False),
    ("/healthz", 200, False),
    ("/static/style.css", 200, True),
    ("/static/nothing.css", 404, True),
)


@pytest.mark.parametrize(("path", "status", "kept"), PAGES)
def test_every_answer_carries_the_rules_of_the_house(path, status, kept, client):
    answer = client("admin", "auditor").get(path)
    assert answer.status_code == status
    found = {name: answer.headers.get(name) for name in HEADERS}
    assert found == HEADERS
    assert {each.strip() for each in answer.headers["content-security-policy"].split(";")} == CSP
    assert ("no-store" in answer.headers["cache-control"]) is not kept
    assert "permissions-policy" in answer.headers


def test_who_is_not_logged_in_gets_the_same_headers(anonymous):
    answer = anonymous().get("/users")
    assert answer.status_code == 303
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


HOSTS = (
    ("127.0.0.1", True),
    ("127.0.0.1:8321", True),
    ("localhost:8321", True),
    ("[::1]:8321", True),
    ("evil.example", False),
    ("evil.example:8321", False),
    ("127.0.0.1.evil.example", False),
    ("127.0.0.1@evil.example", False),
    ("[::1", False),
    ("", False),
)


@pytest.mark.parametrize(("host", "ours"), HOSTS)
def test_only_our_own_address_is_answered(host, ours, anonymous):
    """A foreign name that leads to this machine (DNS rebinding) reads nothing here."""
    answer = anonymous().get("/login", headers={"Host": host})
    assert (answer.status_code == 200) is ours
    assert ours or answer.status_code == 421


def test_a_form_past_a_megabyte_is_refused(client):
    browser = client("admin")
    csrf = browser.csrf()
    data = {"csrf": csrf, "login": "x" * 1_000_001}
    assert TestClient.post(browser, "/users", data=data).status_code == 413


def chunks():
    for _ in range(30):
        yield b"x" * 100_000


def test_and_so_is_one_that_does_not_say_how_long_it_is(client):
    browser = client("admin")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = TestClient.post(browser, "/users", content=chunks(), headers=headers)
    assert answer.status_code == 413


def test_a_fault_of_ours_is_a_page_with_a_number_and_the_log_has_its_place(desk, client, caplog):
    """The text of an error may quote a report: it stands neither on the page nor in the log."""
    browser = client("viewer")
    made = service(desk)

    def broken():
        raise ValueError("CANARY Synthia Specimen")

    made.add_api_route("/broken", broken)
    other = TestClient(made, base_url=URL, cookies=dict(browser.cookies))
    with caplog.at_level(logging.INFO):
        answer = other.get("/broken")
    assert answer.status_code == 500
    assert "fault number" in answer.text
    number = answer.text.partition("<code>")[2].partition("</code>")[0]
    assert answer.headers["cache-control"] == "no-store"
    assert "CANARY" not in answer.text
    assert "Traceback" not in answer.text
    said = caplog.text
    assert f"fault {number}: ValueError in web/test_porch.py:" in said
    assert "CANARY" not in said
    assert "Synthia" not in said


def test_a_database_that_is_gone_is_said_in_a_sentence(desk, night, client, anonymous):
    browser, stranger = client("viewer"), anonymous()
    desk.store.close()
    (night.folder / "oncoflag.db").unlink()
    (night.folder / "oncoflag.db").mkdir()
    answer = browser.get("/password")
    assert answer.status_code == 503
    assert "The database cannot be reached" in answer.text
    assert stranger.get("/healthz").status_code == 503


def test_what_is_typed_wrongly_is_not_shown_again(client):
    """A name typed into a wrong field must not come back from the server, or stand in its log."""
    answer = client("auditor").get("/audit", params={"about": "<b>Synthia Specimen</b>"})
    assert answer.status_code == 422
    assert "Synthia" not in answer.text


METHODS = ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND")


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_do_nothing(method, client):
    answer = client("admin").request(method, "/users")
    assert answer.status_code in {401, 403, 405}


def test_the_service_tells_nobody_what_it_is_made_of(client):
    browser = client("admin")
    for path in ("/docs", "/redoc", "/openapi.json", "/static/../__init__.py", "/static/%2e%2e/x"):
        assert browser.get(path).status_code == 404
    assert "server" not in browser.get("/users").headers
