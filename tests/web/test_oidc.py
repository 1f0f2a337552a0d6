"""People who log in at their hospital: against a real issuer on loopback (`hospital`)."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import OctKey

from app.web import oidc, service
from pipeline.errors import InputError
from pipeline.settings import Settings
from store.desk_books import Role
from store.users import By
from tests.web.conftest import PASSWORD, URL, log_in
from tests.web.hospital import CLIENT, SECRET, open_hospital, stranger

pytestmark = pytest.mark.only("sqlite")
ROLES = {"mtb-review": "reviewer", "mtb-sign": "signer", "mtb-read": "viewer"}


@pytest.fixture
def hospital(clock):
    opened, server, thread = open_hospital(clock.now)
    yield opened
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def with_oidc(desk, hospital, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    settings = desk.settings.model_copy(
        update={
            "oidc_issuer": hospital.url,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": secret,
            "oidc_roles": ROLES,
        }
    )
    return replace(desk, settings=settings)


@pytest.fixture
def browser(with_oidc):
    return TestClient(service(with_oidc), base_url=URL, follow_redirects=False)


def to_hospital(browser, start="/oidc/start"):
    """Where the hospital sends the browser back to."""
    away = browser.get(start).headers["location"]
    return httpx.get(away).headers["location"]


def login(browser, start="/oidc/start"):
    back = urlsplit(to_hospital(browser, start))
    return browser.get(f"{back.path}?{back.query}")


def shown(browser):
    return browser.get("/password")


def test_somebody_logs_in_with_the_account_of_their_hospital(browser, desk, hospital):
    assert "your hospital" in browser.get("/login").text
    answer = login(browser, "/oidc/start?next=/password")
    assert (answer.status_code, answer.headers["location"]) == (303, "/password")
    assert "Hanna Hospital" in shown(browser).text
    user = desk.store.user_of(hospital.url, "person-1")
    assert user.roles == {Role.REVIEWER}
    assert not user.is_local
    (asked,) = hospital.asked
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert len(asked["state"]) >= 43
    assert len(asked["nonce"]) >= 43
    acts = [each.action for each in desk.store.audit_entries(user.id)]
    assert acts == ["user.added", "session.opened"]


def test_without_an_issuer_there_is_no_such_door(anonymous):
    browser = anonymous()
    assert "hospital" not in browser.get("/login").text
    assert browser.get("/oidc/start").status_code == 404


WRONG = {
    "another issuer": {"iss": "https://evil.example"},
    "for another client": {"aud": "somebody-else"},
    "no audience": {"aud": None},
    "expired": {"exp": 1_700_000_000},
    "without an end": {"exp": None},
    "another nonce": {"nonce": "A" * 64},
    "without a nonce": {"nonce": None},
    "without a subject": {"sub": None},
    "made for somebody else to use": {"azp": "somebody-else"},
    "from the future": {"iat": 4_000_000_000, "exp": 4_100_000_000},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_token_that_does_not_hold_lets_nobody_in(what, browser, desk, hospital):
    hospital.claims = WRONG[what]
    assert login(browser).status_code == 502
    assert shown(browser).status_code == 303
    assert [user for user in desk.store.users() if user.issuer] == []


def test_a_token_that_another_key_signed_lets_nobody_in(browser, hospital):
    hospital.key = stranger()
    assert login(browser).status_code == 502


def test_a_token_that_our_secret_signed_lets_nobody_in(browser, hospital):
    """HS256 under what is no secret of the issuer (algorithm confusion)."""
    hospital.algorithm, hospital.key = "HS256", OctKey.import_key(SECRET)
    assert login(browser).status_code == 502


def test_a_code_counts_in_the_browser_that_asked_for_it_and_once(browser, with_oidc, hospital):
    back = urlsplit(to_hospital(browser))
    other = TestClient(service(with_oidc), base_url=URL, follow_redirects=False)
    assert other.get(f"{back.path}?{back.query}").status_code == 403, "login CSRF"
    code = parse_qs(back.query)["code"][0]
    assert browser.get(f"/oidc/back?code={code}&state=guessed").status_code == 403
    assert browser.get(f"{back.path}?{back.query}").status_code == 303
    assert browser.get(f"{back.path}?{back.query}").status_code == 403


GROUPS = (
    # groups at the hospital → roles here (None: not let in)
    (["mtb-review"], {Role.REVIEWER}),
    (["mtb-review", "mtb-sign", "canteen"], {Role.REVIEWER, Role.SIGNER}),
    ("mtb-read", {Role.VIEWER}),
    (["canteen"], None),
    ([], None),
    (None, None),
    (["admin"], None),
    ({"mtb-review": True}, None),
)


@pytest.mark.parametrize(("groups", "roles"), GROUPS)
def test_groups_there_are_roles_here(groups, roles, browser, desk, hospital):
    hospital.claims = {"groups": groups}
    answer = login(browser)
    user = desk.store.user_of(hospital.url, "person-1")
    if roles is None:
        assert answer.status_code == 403
        assert "no role here" in answer.text
        assert user is None
        return
    assert user.roles == roles


def test_who_left_the_group_is_out_at_the_next_login(browser, desk, hospital):
    login(browser)
    hospital.claims = {"groups": ["canteen"]}
    assert login(browser).status_code == 403
    assert desk.store.user_of(hospital.url, "person-1").roles == frozenset()
    assert shown(browser).status_code == 303, "and the session of before has ended"


def test_an_admin_of_ours_stays_one_and_a_group_makes_none(browser, desk, hospital, with_oidc):
    login(browser)
    user = desk.store.user_of(hospital.url, "person-1")
    desk.store.set_roles(user.id, [Role.ADMIN], By(actor="test", at=desk.now()))
    login(browser)
    assert desk.store.user(user.id).roles == {Role.ADMIN, Role.REVIEWER}
    settings = with_oidc.settings.model_copy(update={"oidc_roles": {"it": "admin"}})
    with pytest.raises(InputError, match="no group makes an admin"):
        oidc.check(settings)


def test_who_was_locked_out_here_stays_out(browser, desk, hospital):
    login(browser)
    user = desk.store.user_of(hospital.url, "person-1")
    desk.store.set_disabled(user.id, By(actor="test", at=desk.now()), disabled=True)
    assert login(browser).status_code == 403


def test_authorities_by_group(desk, with_oidc, hospital):
    settings = with_oidc.settings.model_copy(update={"oidc_scopes": {"site-a": "HOSP A"}})
    browser = TestClient(
        service(replace(with_oidc, settings=settings)), base_url=URL, follow_redirects=False
    )
    login(browser)
    assert desk.store.user_of(hospital.url, "person-1").scope == frozenset(), "nobody's, not all"
    hospital.claims = {"groups": ["mtb-review", "site-a"]}
    login(browser)
    assert desk.store.user_of(hospital.url, "person-1").scope == {"HOSP A"}


def test_a_login_elsewhere_cannot_be_had_with_a_password(browser, desk, hospital, anonymous):
    login(browser)
    user = desk.store.user_of(hospital.url, "person-1")
    assert log_in(anonymous(), user.login, PASSWORD).status_code == 401
    assert log_in(anonymous(), user.login, "").status_code in {401, 422}


def test_showing_again_who_one_is(browser, desk, hospital, clock):
    """What counts is when the hospital asked, not that the browser came back."""
    hospital.claims = {"groups": ["mtb-review"]}
    login(browser)
    user = desk.store.user_of(hospital.url, "person-1")
    desk.store.set_roles(user.id, [Role.ADMIN], By(actor="test", at=desk.now()))
    login(browser)
    clock.pass_by(minutes=6)
    assert "confirm who you are" in browser.get("/users").text
    assert "/oidc/start" in browser.get("/prove?next=/users").text
    begun = int(clock.now().timestamp())
    hospital.claims = {"auth_time": begun - 360}
    answer = login(browser, "/oidc/start?next=/users&again=yes")
    assert answer.status_code == 403, "the hospital still knew them and asked nothing"
    hospital.claims = {"sub": "person-2"}
    assert login(browser, "/oidc/start?again=yes").status_code == 403, "another person's account"
    hospital.claims = {"auth_time": None}
    assert login(browser, "/oidc/start?again=yes").status_code == 403
    assert "confirm who you are" in browser.get("/users").text
    hospital.claims = {}
    answer = login(browser, "/oidc/start?next=/users&again=yes")
    assert (answer.status_code, answer.headers["location"]) == (303, "/users")
    assert hospital.asked[-1]["max_age"] == "0"
    assert hospital.asked[-1]["prompt"] == "login"
    assert "confirm who you are" not in browser.get("/users").text
    assert "session.proved" in [each.action for each in desk.store.audit_entries(user.id)]


def test_a_login_that_the_hospital_remembered_proves_nothing(browser, desk, hospital, clock):
    """Single sign-on from this morning opens the pages, and signs nothing."""
    hospital.claims = {"auth_time": int(clock.now().timestamp()) - 3600}
    login(browser)
    user = desk.store.user_of(hospital.url, "person-1")
    desk.store.set_roles(user.id, [Role.ADMIN], By(actor="test", at=desk.now()))
    login(browser)
    assert "confirm who you are" in browser.get("/users").text


def test_an_issuer_that_is_down_is_said_in_a_sentence(browser, desk, with_oidc):
    settings = with_oidc.settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    away = TestClient(
        service(replace(with_oidc, settings=settings)), base_url=URL, follow_redirects=False
    )
    answer = away.get("/oidc/start")
    assert answer.status_code == 502
    assert "could not be used just now" in answer.text


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"oidc_client_id": None}, "CLIENT_ID"),
        ({"oidc_issuer": "http://login.example.org"}, "https"),
        ({"oidc_roles": {}}, "OIDC_ROLES"),
        ({"oidc_roles": {"x": "emperor"}}, "no role"),
    ],
)
def test_settings_that_do_not_hold_stop_the_start(settings, sentence):
    whole = {
        "oidc_issuer": "https://login.example.org",
        "oidc_client_id": "oncoflag",
        "oidc_roles": ROLES,
    }
    with pytest.raises(InputError, match=sentence):
        oidc.check(Settings(**(whole | settings)))


def shown_form(browser, case):
    """The form of a decision and what it holds, as it is shown to this person."""
    text = browser.get(f"/case/{case}/decide").text
    names = ("csrf", "shown", "meaning")
    held = {name: re.search(rf'name="{name}" value="([^"]*)"', text)[1] for name in names}
    return text, held | {"verdict": "accept"}


def test_who_has_no_password_here_signs_with_what_the_hospital_says(
    browser, desk, hospital, clock, case_of
):
    case = case_of("SYN-000001")
    hospital.claims = {"groups": ["mtb-sign"]}
    login(browser)
    text, sent = shown_form(browser, case)
    assert 'name="password"' not in text
    assert "Confirm who you are" not in text, "they have just logged in"
    assert browser.post(f"/case/{case}/decide", data=sent).status_code == 303
    (given,) = desk.store.given(case)
    user = desk.store.user_of(hospital.url, "person-1")
    signed = given.signature
    assert (signed.name, signed.proof, given.decision.reviewer) == (
        "Hanna Hospital",
        "oidc",
        user.id,
    )
    assert "proved by oidc" in browser.get(f"/case/{case}/decide").text


def test_a_login_of_long_ago_signs_nothing_until_the_hospital_has_asked_again(
    browser, desk, hospital, clock, case_of
):
    case = case_of("SYN-000001")
    hospital.claims = {"groups": ["mtb-sign"]}
    login(browser)
    clock.pass_by(minutes=6)
    text, sent = shown_form(browser, case)
    onward = re.search(r'"/prove\?next=(/case/[^"]+/decide)"', text)[1]
    for password in ({}, {"password": PASSWORD}, {"password": ""}):
        answer = browser.post(f"/case/{case}/decide", data=sent | password)
        assert answer.status_code == 401
        assert "too long since you confirmed" in answer.text
    assert desk.store.given(case) == ()

    again = f"/oidc/start?next={onward}&again=yes"
    assert login(browser, again).headers["location"] == onward
    _, sent = shown_form(browser, case)
    assert browser.post(f"/case/{case}/decide", data=sent).status_code == 303
    assert [each.signature.proof for each in desk.store.given(case)] == ["oidc"]
