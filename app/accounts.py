"""Words about a user in, the books of users changed out: what the commands `user …` do."""

import getpass
import os
import pwd
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from app import speak
from app.enrol import allowed, enrolled, keep_an_admin, roles_of, scope_of
from app.passwords import hashed
from exchange.documents import VERSION, Document
from flows.opening import opened
from pipeline.errors import InputError
from pipeline.settings import load
from store.desk_books import Role
from store.records import Store
from store.users import By, User


@dataclass(frozen=True, kw_only=True)
class Books:
    """The open database, and who changes it from the shell."""

    store: Store
    by: By

    def user(self, login: str) -> User:
        """The user of this login; `InputError` where there is none."""
        found = self.store.user_named(login.strip().casefold())
        if found is None:
            raise InputError(f"there is no user {login!r}: see `oncoflag user list`")
        return found


def add(
    who: tuple[str, str], roles: Iterable[str], scope: Iterable[str], source: int | None
) -> None:
    """Make a user of a login and a name; the password comes from *source* or a prompt."""
    login, name = who
    new = enrolled(login, name, roles, scope, _password(source))
    with books() as own:
        own.store.add_user(new, own.by)
    speak.line(f"{new.login} may log in as {', '.join(sorted(new.roles))}")


def add_first_admin(own: Books) -> None:
    """Ask on the terminal for somebody who can make the other users."""
    speak.line("nobody can manage users yet: make the first admin")
    login, name = input("login: "), input("name, as it stands under a signature: ")
    own.store.add_user(enrolled(login, name, [Role.ADMIN], (), _password(None)), own.by)


def list_users(*, as_json: bool) -> None:
    """Every user with roles and scope, one a line."""
    with books() as own:
        users = own.store.users()
    if as_json:
        speak.document({"version": VERSION, "users": [_document(each) for each in users]})
        return
    for each in users:
        speak.line(_line(each))


def set_roles(login: str, words: Iterable[str]) -> None:
    """Give a user these roles; the last admin stays one."""
    wanted = roles_of(words)
    with books() as own:
        user = own.user(login)
        if Role.ADMIN not in wanted:
            keep_an_admin(own.store, user)
        own.store.set_roles(user.id, wanted, own.by)
    speak.line(f"{user.login}: {', '.join(sorted(wanted))}")


def set_scope(login: str, words: Iterable[str]) -> None:
    """Say whose patients a user may see."""
    wanted = scope_of(words)
    with books() as own:
        user = own.user(login)
        own.store.set_scope(user.id, wanted, own.by)
    speak.line(f"{user.login} sees the patients of {_authorities(wanted)}")


def set_disabled(login: str, *, disabled: bool) -> None:
    """Lock a user out, or let them in again; the last admin stays."""
    with books() as own:
        user = own.user(login)
        if disabled:
            keep_an_admin(own.store, user)
        own.store.set_disabled(user.id, own.by, disabled=disabled)
    speak.line(f"{user.login} {'is locked out' if disabled else 'may log in again'}")


def set_password(login: str, source: int | None) -> None:
    """Give a user another password."""
    with books() as own:
        user = own.user(login)
        if user.issuer is not None:
            raise InputError("this user logs in elsewhere (OIDC) and has no password here")
        typed = _password(source)
        allowed(typed, user.login, user.name)
        own.store.set_password(user.id, hashed(typed), own.by)
    speak.line(f"{user.login} has another password; their sessions ended")


@contextmanager
def books() -> Iterator[Books]:
    """The database of the settings, its tables made, for whoever is at the keyboard."""
    with opened(load()) as store:
        store.upgrade()
        yield Books(store=store, by=By(actor=_whoever(), at=datetime.now(UTC)))


def _whoever() -> str:
    try:
        return f"shell {pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"shell {os.getuid()}"


def _password(source: int | None) -> str:
    if source is not None:
        return _line_of(source)
    if not sys.stdin.isatty():
        raise InputError("there is no terminal to ask for a password: give --password-fd")
    first = getpass.getpass("password: ")
    if first != getpass.getpass("password, again: "):
        raise InputError("the two passwords differ")
    return first


def _line_of(descriptor: int) -> str:
    try:
        with os.fdopen(descriptor, encoding="utf-8") as stream:
            return stream.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise InputError(f"no password can be read from file descriptor {descriptor}") from None


def _line(user: User) -> str:
    state = "locked out" if user.disabled else "may log in"
    roles = ", ".join(sorted(user.roles)) or "no role"
    return f"{user.login}  {user.name}  {roles}  scope: {_authorities(user.scope)}  {state}"


def _authorities(scope: frozenset[str] | None) -> str:
    return "all authorities" if scope is None else ", ".join(sorted(scope)) or "no authority"


def _document(user: User) -> Document:
    return {
        "id": user.id,
        "login": user.login,
        "name": user.name,
        "roles": sorted(user.roles),
        "scope": None if user.scope is None else sorted(user.scope),
        "disabled": user.disabled,
        "issuer": user.issuer,
        "made_at": user.made_at.isoformat(),
        "made_by": user.made_by,
    }
