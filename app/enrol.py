"""What was typed about a user in, what may be stored of them out, or a sentence why not."""

import re
import secrets
from collections.abc import Iterable

from app.passwords import hashed, refusal
from pipeline.errors import InputError
from store.desk_books import Role
from store.records import Store
from store.users import NewUser, User

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
EVERYBODY = "*"
"""As a scope: the patients of all authorities."""


def enrolled(
    login: str, name: str, roles: Iterable[str], scope: Iterable[str], password: str
) -> NewUser:
    """A user to be stored; `InputError` names the first thing that will not do."""
    typed, called = login_of(login), name_of(name)
    allowed(password, typed, called)
    return NewUser(
        id=fresh_id(),
        login=typed,
        name=called,
        roles=roles_of(roles),
        scope=scope_of(scope),
        password_hash=hashed(password),
    )


def fresh_id() -> str:
    """An opaque id that no other user has."""
    return f"u-{secrets.token_hex(8)}"


def login_of(text: str) -> str:
    """A login as it is stored: in lower case; `InputError` if it has other characters."""
    typed = text.strip().casefold()
    if not _LOGIN.fullmatch(typed):
        raise InputError("a login has 2 to 64 letters (a to z), digits, or . _ @ -")
    return typed


def name_of(text: str) -> str:
    """The name under which somebody signs; `InputError` if it is none."""
    called = " ".join(text.split())
    if not called or len(called) > 100 or not called.isprintable():
        raise InputError("say the person's name, in at most 100 characters")
    return called


def roles_of(words: Iterable[str]) -> frozenset[Role]:
    """The roles of these names; `InputError` lists those that there are."""
    given = [word.strip().casefold().replace("-", "_") for word in words]
    known = {role.value for role in Role}
    for word in given:
        if word not in known:
            raise InputError(f"there is no role {word!r}: {', '.join(sorted(known))}")
    return frozenset(map(Role, given))


def scope_of(words: Iterable[str]) -> frozenset[str] | None:
    """Assigning authorities; None (all of them) where `*` or nothing is said."""
    given = frozenset(word.strip() for word in words if word.strip())
    return None if not given or EVERYBODY in given else given


def allowed(password: str, login: str, name: str) -> None:
    """`InputError` if this may not be the password of this user."""
    told = refusal(password, login, name)
    if told:
        raise InputError(told)


def has_admin(store: Store, *, but: str | None = None) -> bool:
    """Whether somebody can manage users; *but* is the id of one who is left out."""
    return any(
        Role.ADMIN in each.roles and not each.disabled for each in store.users() if each.id != but
    )


def keep_an_admin(store: Store, user: User) -> None:
    """`InputError` if *user* is the last who can manage users: nobody could undo it."""
    if Role.ADMIN in user.roles and not user.disabled and not has_admin(store, but=user.id):
        raise InputError("this is the last admin: make another one first")
