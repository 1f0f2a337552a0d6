"""Who lets people in, locks them out and says what they may see, and what the audit keeps of it."""

import pytest

from store.desk_books import Role
from tests.web.conftest import log_in
from tests.web.test_sessions import is_in


def test_an_admin_lets_somebody_in_and_locks_them_out(client, desk, anonymous):
    admin = client("admin")
    fields = {
        "login": "New.Reviewer",
        "name": "Rita Reviewer",
        "password": "grey owl above the lab",
        "roles": ["reviewer", "viewer"],
        "scope": "EXEMPLA, HOSP B",
    }
    place = admin.post("/users", fields).headers["location"]
    made = desk.store.user_named("new.reviewer")
    assert made.roles == {Role.REVIEWER, Role.VIEWER}
    assert made.scope == {"EXEMPLA", "HOSP B"}
    assert log_in(anonymous(), "NEW.reviewer ", "grey owl above the lab").status_code == 303
    assert admin.post(f"{place}/state", {"state": "disabled"}).status_code == 303
    assert log_in(anonymous(), "new.reviewer", "grey owl above the lab").status_code == 401
    acts = [each.action for each in desk.store.audit_entries(made.id)]
    assert acts == ["user.added", "session.opened", "user.disabled", "session.refused"]


REFUSED_USERS = (
    # what is wrong, the sentence
    ({"login": "x"}, "A login has 2 to 64"),
    ({"login": "new user"}, "A login has 2 to 64"),
    ({"name": "  "}, "name"),
    ({"password": "short"}, "at least 12"),
    ({"roles": ["emperor"]}, "no role"),
)


@pytest.mark.only("sqlite")
def test_a_user_that_will_not_do_is_refused_with_a_sentence(client, desk):
    admin = client("admin")
    whole = {
        "login": "new.one",
        "name": "New One",
        "password": "grey owl above the lab",
        "roles": ["viewer"],
    }
    for change, sentence in REFUSED_USERS:
        answer = admin.post("/users", whole | change)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert desk.store.user_named("new.one") is None
    assert admin.post("/users", whole).status_code == 303
    assert "This login is taken" in admin.post("/users", whole).text


@pytest.mark.only("sqlite")
def test_the_last_admin_stays(client, desk):
    admin = client("admin")
    own = f"/users/{admin.user.id}"
    assert "last admin" in admin.post(f"{own}/state", {"state": "disabled"}).text
    assert "last admin" in admin.post(f"{own}/roles", {"roles": ["viewer"]}).text
    assert desk.store.user(admin.user.id).roles == {Role.ADMIN}
    client("admin")
    assert admin.post(f"{own}/state", {"state": "disabled"}).status_code == 303
    assert not is_in(admin)


@pytest.mark.only("sqlite")
def test_no_authority_named_is_nobodys_patients(client, desk, somebody):
    admin, user = client("admin"), somebody("viewer")
    admin.post(f"/users/{user.id}/scope", {"which": "named", "scope": " , "})
    assert desk.store.user(user.id).scope == frozenset()
    admin.post(f"/users/{user.id}/scope", {"which": "all", "scope": "EXEMPLA"})
    assert desk.store.user(user.id).scope is None


def test_what_happened_at_the_door_stands_in_the_audit(client, anonymous, desk):
    auditor, person = client("auditor"), client("viewer")
    log_in(anonymous(), person.user.login, "wrong")
    log_in(anonymous(), "nobody.at.all", "wrong")
    person.post("/logout")
    shown = auditor.get("/audit").text
    for words in ("session: refused", "session: opened", "session: ended", "user: added"):
        assert words in shown
    assert person.user.name in shown
    assert "nobody.at.all" not in shown, "a password is often typed where the login should be"
    verdict = auditor.post("/audit/verify")
    assert "Nothing was changed" in verdict.text
