"""Who comes in, for how long, and when it ends (R26); times by a clock that the test moves."""

from dataclasses import replace
from urllib.parse import quote

import argon2
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from app import passwords
from app.web import service
from app.web.login import inside
from pipeline.settings import Settings
from store.desk_books import Role
from store.users import By
from tests.web.conftest import PASSWORD, URL, log_in

COOKIE = "oncoflag"


def is_in(browser):
    return browser.get("/password").status_code == 200


def by(desk):
    return By(actor="test", at=desk.now())


def test_a_person_logs_in_and_out(client):
    browser = client("reviewer")
    assert is_in(browser)
    old = browser.cookies[COOKIE]
    answer = browser.post("/logout")
    assert answer.headers["location"] == "/login"
    assert not is_in(browser)
    browser.cookies.set(COOKIE, old)
    assert not is_in(browser), "the cookie that was kept is worth nothing"


MINUTES = (
    # after these pauses between two looks, in minutes: still in?
    ((14,), True),
    ((15,), False),
    ((14, 14, 14), True),
    ((14,) * 51, True),  # 11 h 54 min
    ((14,) * 51 + (7,), False),  # 12 h 1 min: nobody stays longer, however busy
    ((0.5,) * 29 + (13.5,), True),  # use is written down once a minute
    ((0.9, 15), False),
    ((60 * 24,), False),
    ((60 * 24 * 365,), False),
    ((-60,), False),  # the clock was set back: nobody becomes younger by it
)


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(("pauses", "stays"), MINUTES)
def test_how_long_a_session_holds(pauses, stays, client, clock):
    browser = client("viewer")
    for pause in pauses[:-1]:
        clock.pass_by(minutes=pause)
        assert is_in(browser)
    clock.pass_by(minutes=pauses[-1])
    assert is_in(browser) is stays


def test_a_cookie_that_somebody_planted_is_not_taken_over(desk, somebody, anonymous):
    """Fixation: who knew the cookie before the login knows nothing after it."""
    browser, user = anonymous(), somebody("viewer")
    browser.cookies.set(COOKIE, "planted" * 6)
    log_in(browser, user.login)
    ours = browser.cookies.jar._cookies["127.0.0.1"]["/"][COOKIE].value
    assert ours != "planted" * 6
    thief = anonymous()
    thief.cookies.set(COOKIE, "planted" * 6)
    assert not is_in(thief)


def test_a_second_login_in_one_browser_gets_another_cookie_and_ends_the_first(desk, somebody):
    made, user = service(desk), somebody("viewer")
    browser = TestClient(made, base_url=URL, follow_redirects=False)
    log_in(browser, user.login)
    first = browser.cookies[COOKIE]
    shown = browser.get("/password").text
    csrf = shown.partition('name="csrf" value="')[2].partition('"')[0]
    fields = {"csrf": csrf, "login": user.login, "password": PASSWORD}
    assert browser.post("/login", data=fields).status_code == 303
    assert browser.cookies[COOKIE] != first
    thief = TestClient(made, base_url=URL, cookies={COOKIE: first}, follow_redirects=False)
    assert not is_in(thief)


ENDS = {
    "their roles change": lambda store, user, who: store.set_roles(user.id, [Role.ADMIN], who),
    "whose patients they see changes": lambda store, user, who: store.set_scope(
        user.id, frozenset({"EXEMPLA"}), who
    ),
    "they are locked out": lambda store, user, who: store.set_disabled(user.id, who, disabled=True),
    "they are locked out and let in": lambda store, user, who: (
        store.set_disabled(user.id, who, disabled=True),
        store.set_disabled(user.id, who, disabled=False),
    ),
    "their password changes": lambda store, user, who: store.set_password(user.id, "$x", who),
}


@pytest.mark.parametrize("what", ENDS)
def test_every_session_ends_when(what, client, desk):
    browser, neighbour = client("viewer"), client("viewer")
    ENDS[what](desk.store, browser.user, by(desk))
    assert not is_in(browser)
    assert is_in(neighbour)


def test_who_changes_their_password_stays_in_and_is_out_everywhere_else(desk, somebody, anonymous):
    user, fresh = somebody("viewer"), "quite another sentence 22"
    here, elsewhere = anonymous(), anonymous()
    log_in(here, user.login)
    log_in(elsewhere, user.login)
    shown = here.get("/password").text
    csrf = shown.partition('name="csrf" value="')[2].partition('"')[0]
    fields = {"csrf": csrf, "password": PASSWORD, "fresh": fresh, "again": fresh}
    assert here.post("/password", data=fields).status_code == 303
    assert is_in(here)
    assert not is_in(elsewhere)
    assert log_in(anonymous(), user.login).status_code == 401
    assert log_in(anonymous(), user.login, fresh).status_code == 303


def test_neither_cookie_nor_password_stands_in_the_database(client, desk, night):
    browser = client("viewer")
    secrets = {browser.cookies[COOKIE], PASSWORD}
    with sa.create_engine(night.url).connect() as connection:
        kept = [
            str(row)
            for table in ("sessions", "users", "attempts", "audit")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608 - ours
        ]
    assert kept
    assert [secret for secret in secrets for row in kept if secret in row] == []
    assert any("$argon2id$" in row for row in kept)


@pytest.mark.only("sqlite")
def test_the_cookie_over_tls_is_held_to_this_host(desk, somebody):
    settings = desk.settings.model_copy(update={"web_origin": "https://flags.example.org"})
    made = service(replace(desk, settings=settings))
    browser = TestClient(made, base_url="https://flags.example.org", follow_redirects=False)
    answer = log_in(browser, somebody("viewer").login)
    (cookie,) = [
        each
        for each in answer.headers.get_list("set-cookie")
        if each.startswith("__Host-oncoflag=")
    ]
    words = {word.strip().lower() for word in cookie.split(";")[1:]}
    assert words == {"path=/", "secure", "httponly", "samesite=lax"}
    assert "max-age" in answer.headers["strict-transport-security"]


# --- the login itself ---------------------------------------------------------------------------


# Refused before it is held against a hash, which takes its time on purpose.
WRONG = "x" * 300


def tries(anonymous, login, passwords):
    return [log_in(anonymous(), login, each) for each in passwords]


@pytest.mark.only("sqlite")
def test_five_wrong_passwords_close_a_login_for_five_minutes(somebody, anonymous, clock):
    login = somebody("viewer").login
    assert [each.status_code for each in tries(anonymous, login, [WRONG] * 5)] == [401] * 5
    assert log_in(anonymous(), login).status_code == 429, "closed, even for the right password"
    clock.pass_by(minutes=4, seconds=59)
    assert log_in(anonymous(), login).status_code == 429
    clock.pass_by(seconds=1)
    assert log_in(anonymous(), login).status_code == 303


@pytest.mark.only("sqlite")
def test_a_right_password_forgives_the_wrong_ones_before(somebody, anonymous):
    login = somebody("viewer").login
    passwords = ([WRONG] * 4 + [PASSWORD]) * 2
    codes = [each.status_code for each in tries(anonymous, login, passwords)]
    assert codes == [401, 401, 401, 401, 303] * 2


@pytest.mark.only("sqlite")
def test_an_address_that_tries_many_logins_is_closed_too(somebody, anonymous, desk):
    known = somebody("viewer").login
    codes = [log_in(anonymous(), f"guess{n}", WRONG).status_code for n in range(50)]
    assert codes == [401] * 50
    assert log_in(anonymous(), known).status_code == 429


class Counted(argon2.PasswordHasher):
    """Our hasher, which writes down how hard each comparison is."""

    def __init__(self):
        super().__init__()
        self.held = []

    def verify(self, known, password):
        self.held.append(argon2.extract_parameters(known))
        return super().verify(known, password)


@pytest.mark.only("sqlite")
def test_nobody_learns_which_logins_there_are(somebody, anonymous, desk, monkeypatch):
    """The answers are the same, and so is the work: an unknown login is held against a hash, too.

    No clock: Argon2 is nearly all the time that an answer takes, and a busy machine tells nothing.
    """
    known, locked = somebody("viewer").login, somebody("viewer")
    desk.store.set_disabled(locked.id, by(desk), disabled=True)
    hasher = Counted()
    monkeypatch.setattr(passwords, "_HASHER", hasher)

    def answers(login):
        hasher.held.clear()
        given = [log_in(anonymous(), login, "wrong but long enough") for _ in range(6)]
        told = [(each.status_code, _bare(each.text), sorted(each.headers)) for each in given]
        return told, [*hasher.held]

    told, work = answers(known)
    assert answers(locked.login) == answers("nobody.at.all") == (told, work)
    assert len(work) == sum(status == 401 for status, *_ in told) > 0, "one for each answer"
    assert work[0].memory_cost >= 65_536


def _bare(text):
    before, _, rest = text.partition('name="csrf" value="')
    return before + rest.partition('"')[2]


WEAK = (
    # password, may it be one?
    ("short", False),
    ("elevenchars", False),
    ("x" * 300, False),
    ("aaaaaaaaaaaa", False),
    ("abababababab", False),
    ("123456789012", False),
    ("Password1234", False),
    ("passwordpassword", False),
    ("QWERTYUIOP12", False),
    ("viewer.jones.1", False),
    ("Jones Viewer 1", False),
    ("correct horse battery staple", False),
    ("Oncoflag2026!", False),
    ("grey owl above the lab", True),
    ("zwölf Eulen üben", True),
    ("пять сов над лабораторией", True),
)


@pytest.mark.parametrize(("password", "may"), WEAK)
def test_what_may_be_a_password(password, may):
    from app.passwords import refusal  # noqa: PLC0415 - tested here alone

    assert (refusal(password, "viewer.jones", "Viewer Jones") is None) is may


ONWARD = (
    # asked for, gone to
    ("/case/abc", "/case/abc"),
    ("/users", "/users"),
    ("https://evil.example", "/"),
    ("//evil.example", "/"),
    ("/\\evil.example", "/"),
    ("\\\\evil.example", "/"),
    ("javascript:alert(1)", "/"),
    ("/x\r\nSet-Cookie: a=b", "/"),
    ("", "/"),
)


@pytest.mark.parametrize(("asked", "gone"), ONWARD)
def test_the_login_leads_nowhere_but_inside(asked, gone):
    assert inside(asked) == gone


@pytest.mark.only("sqlite")
def test_after_the_login_one_is_where_one_wanted_to_be(somebody, anonymous):
    browser, user = anonymous(), somebody("admin")
    answer = browser.get("/users")
    assert answer.headers["location"] == f"/login?next={quote('/users')}"
    shown = browser.get(answer.headers["location"]).text
    csrf = shown.partition('name="csrf" value="')[2].partition('"')[0]
    fields = {"csrf": csrf, "login": user.login, "password": PASSWORD, "next": "/users"}
    assert browser.post("/login", data=fields).headers["location"] == "/users"


# --- again, for what needs it again --------------------------------------------------------------


@pytest.mark.only("sqlite")
def test_who_wants_to_change_users_must_have_shown_lately_who_they_are(client, clock):
    admin = client("admin")
    other = f"/users/{admin.user.id}/scope"
    assert admin.post(other, {"which": "sideways"}).status_code == 422, "just logged in"
    clock.pass_by(minutes=5)
    assert admin.post(other, {"which": "all"}).status_code == 403
    assert admin.post("/prove", {"password": "wrong"}).status_code == 401
    assert admin.post(other, {"which": "all"}).status_code == 403
    assert admin.post("/prove", {"password": PASSWORD, "next": "/users"}).status_code == 303
    assert admin.post(other, {"which": "sideways"}).status_code == 422


@pytest.mark.only("sqlite")
def test_guessing_where_the_password_is_asked_again_closes_the_login(client, anonymous):
    browser = client("signer")
    codes = [browser.post("/prove", {"password": WRONG}).status_code for _ in range(5)]
    assert codes == [401] * 5
    assert browser.post("/prove", {"password": PASSWORD}).status_code == 401
    assert log_in(anonymous(), browser.user.login).status_code == 429


def test_settings_name_an_address_and_nothing_else():
    for good in ("https://flags.example.org", "https://flags.example.org:8443"):
        assert Settings(web_origin=good).web_origin == good
    for bad in ("flags.example.org", "https://flags.example.org/", "https://a b", "javascript:1"):
        with pytest.raises(ValueError, match="web_origin"):
            Settings(web_origin=bad)


FROM = (
    # what a browser says of where the form came from; is it taken?
    ({}, True),
    ({"Origin": URL}, True),
    ({"Origin": URL, "Sec-Fetch-Site": "same-origin"}, True),
    ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),  # our pages send no referrer
    ({"Origin": "null", "Sec-Fetch-Site": "none"}, False),
    ({"Origin": f"{URL}:81"}, False),
)


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(("headers", "taken"), FROM)
def test_our_own_forms_are_taken(headers, taken, client):
    answer = client("viewer").post("/logout", headers=headers)
    assert (answer.status_code == 303) is taken
