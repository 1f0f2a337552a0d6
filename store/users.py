"""Users in, their rows written inside the caller's transaction: who may come in, and as what."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pipeline.errors import InputError
from store import audit
from store.audit import Act
from store.desk_books import Role, sessions, user_roles, users
from store.rows import Row


@dataclass(frozen=True, kw_only=True)
class User:
    """One who may log in; *id* is opaque, *scope* None for the patients of all authorities.

    *epoch* changes with every change of password, role or scope. *is_local*: has a password here.
    """

    id: str
    login: str
    name: str
    roles: frozenset[Role]
    scope: frozenset[str] | None
    disabled: bool
    epoch: int
    is_local: bool
    made_at: datetime
    made_by: str
    password_at: datetime | None
    issuer: str | None
    subject: str | None


@dataclass(frozen=True, kw_only=True)
class NewUser:
    """A user to be made: with the hash of a password, or with the subject of an issuer."""

    id: str
    login: str
    name: str
    roles: frozenset[Role]
    scope: frozenset[str] | None = None
    password_hash: str | None = None
    issuer: str | None = None
    subject: str | None = None


@dataclass(frozen=True, kw_only=True)
class By:
    """Who changes a user, and when."""

    actor: str
    at: datetime


def add(connection: sa.Connection, new: NewUser, by: By) -> None:
    """Store a user; `InputError` if the login is taken."""
    taken = sa.select(users.c.id).where(users.c.login == new.login)
    if connection.execute(taken).one_or_none():
        raise InputError("this login is taken")
    row = {
        "id": new.id,
        "login": new.login,
        "name": new.name,
        "password_hash": new.password_hash,
        "issuer": new.issuer,
        "subject": new.subject,
        "scope": _scope_text(new.scope),
        "disabled": False,
        "made_at": by.at,
        "made_by": by.actor,
        "password_at": by.at if new.password_hash else None,
        "epoch": 1,
    }
    connection.execute(sa.insert(users), row)
    _put_roles(connection, new.id, new.roles)
    _note(connection, Act.USER_ADDED, new.id, by, {"roles": sorted(new.roles)})


def listed(connection: sa.Connection) -> tuple[User, ...]:
    """Every user, in the order of their logins."""
    return _found(connection, sa.select(users).order_by(users.c.login))


def one(connection: sa.Connection, rule: sa.ColumnElement[bool]) -> User | None:
    """The user of whom *rule* is true."""
    found = _found(connection, sa.select(users).where(rule))
    return found[0] if found else None


def password_hash(connection: sa.Connection, user_id: str) -> str | None:
    """The stored hash of a password; None where there is none."""
    query = sa.select(users.c.password_hash).where(users.c.id == user_id)
    return connection.execute(query).scalar_one_or_none()


def set_roles(connection: sa.Connection, user_id: str, roles: Iterable[Role], by: By) -> None:
    """Give a user these roles and no others; their sessions end."""
    wanted = frozenset(roles)
    connection.execute(sa.delete(user_roles).where(user_roles.c.user_id == user_id))
    _put_roles(connection, user_id, wanted)
    _change(connection, user_id, {}, by.at)
    _note(connection, Act.USER_ROLES, user_id, by, {"roles": sorted(wanted)})


def set_scope(
    connection: sa.Connection, user_id: str, scope: frozenset[str] | None, by: By
) -> None:
    """Let a user see the patients of these authorities alone (None: of all); sessions end."""
    _change(connection, user_id, {"scope": _scope_text(scope)}, by.at)
    count = None if scope is None else len(scope)
    _note(connection, Act.USER_SCOPE, user_id, by, {"authorities": count})


def set_disabled(connection: sa.Connection, user_id: str, by: By, *, disabled: bool) -> None:
    """Lock a user out, or let them in again; their sessions end."""
    _change(connection, user_id, {"disabled": disabled}, by.at)
    act = Act.USER_DISABLED if disabled else Act.USER_ENABLED
    _note(connection, act, user_id, by, {})


def set_password(connection: sa.Connection, user_id: str, hashed: str, by: By) -> None:
    """Put another password in place; sessions end."""
    _change(connection, user_id, {"password_hash": hashed, "password_at": by.at}, by.at)
    _note(connection, Act.USER_PASSWORD, user_id, by, {})


def rehash(connection: sa.Connection, user_id: str, hashed: str) -> None:
    """The same password under stronger settings: nothing ends by that."""
    changed = sa.update(users).where(users.c.id == user_id).values(password_hash=hashed)
    connection.execute(changed)


def _change(connection: sa.Connection, user_id: str, cells: Row, at: datetime) -> None:
    changed = sa.update(users).where(users.c.id == user_id)
    done = connection.execute(changed.values(epoch=users.c.epoch + 1, **cells))
    if not done.rowcount:
        raise InputError("no such user")
    of_user = (sessions.c.user_id == user_id) & sessions.c.ended_at.is_(None)
    connection.execute(sa.update(sessions).where(of_user).values(ended_at=at))


def _put_roles(connection: sa.Connection, user_id: str, roles: frozenset[Role]) -> None:
    rows = [{"user_id": user_id, "role": role.value} for role in sorted(roles)]
    if rows:
        connection.execute(sa.insert(user_roles), rows)


def _note(connection: sa.Connection, act: Act, user_id: str, by: By, detail: Row) -> None:
    audit.append(connection, action=act, subject=user_id, detail=detail, actor=by.actor)


def _found(connection: sa.Connection, query: sa.Select[Any]) -> tuple[User, ...]:
    rows = connection.execute(query).mappings().all()
    of_these = user_roles.c.user_id.in_([row["id"] for row in rows])
    roles: dict[str, set[Role]] = {row["id"]: set() for row in rows}
    for each in connection.execute(sa.select(user_roles).where(of_these)):
        roles[each.user_id].add(Role(each.role))
    return tuple(_user(dict(row), frozenset(roles[row["id"]])) for row in rows)


def _user(row: Row, roles: frozenset[Role]) -> User:
    return User(
        id=row["id"],
        login=row["login"],
        name=row["name"],
        roles=roles,
        scope=None if row["scope"] is None else frozenset(json.loads(row["scope"])),
        disabled=bool(row["disabled"]),
        epoch=row["epoch"],
        is_local=row["password_hash"] is not None,
        made_at=row["made_at"],
        made_by=row["made_by"],
        password_at=row["password_at"],
        issuer=row["issuer"],
        subject=row["subject"],
    )


def _scope_text(scope: frozenset[str] | None) -> str | None:
    return None if scope is None else json.dumps(sorted(scope))
