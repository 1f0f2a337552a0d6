"""The doors of the store about who may come in: users, their sessions, and what failed."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa

from store import audit, engine, sessions, users
from store.audit import Act
from store.desk_books import Role
from store.desk_books import users as users_table
from store.sessions import Failure, Limits, Session
from store.users import By, NewUser, User

T = TypeVar("T")


class Accounts:
    """What `Store` offers to whoever lets people in; needs its engine and its way to write."""

    _engine: sa.Engine

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        raise NotImplementedError

    def add_user(self, new: NewUser, by: By) -> None:
        """Store a new user; `InputError` if the login is taken."""
        self._write(lambda connection: users.add(connection, new, by))

    def users(self) -> tuple[User, ...]:
        """Every user, in the order of their logins."""
        with engine.read(self._engine) as connection:
            return users.listed(connection)

    def user(self, user_id: str) -> User | None:
        """The user of this id."""
        with engine.read(self._engine) as connection:
            return users.one(connection, users_table.c.id == user_id)

    def user_named(self, login: str) -> User | None:
        """The user who types this login."""
        with engine.read(self._engine) as connection:
            return users.one(connection, users_table.c.login == login)

    def user_of(self, issuer: str, subject: str) -> User | None:
        """The user whom an OIDC issuer calls *subject*."""
        rule = (users_table.c.issuer == issuer) & (users_table.c.subject == subject)
        with engine.read(self._engine) as connection:
            return users.one(connection, rule)

    def password_hash(self, user_id: str) -> str | None:
        """The stored hash of a user's password; None where there is none."""
        with engine.read(self._engine) as connection:
            return users.password_hash(connection, user_id)

    def set_roles(self, user_id: str, roles: Iterable[Role], by: By) -> None:
        """Give a user these roles and no others; their sessions end. `InputError` for nobody."""
        wanted = frozenset(roles)
        self._write(lambda connection: users.set_roles(connection, user_id, wanted, by))

    def set_scope(self, user_id: str, scope: frozenset[str] | None, by: By) -> None:
        """Let a user see the patients of these authorities alone; their sessions end."""
        self._write(lambda connection: users.set_scope(connection, user_id, scope, by))

    def set_disabled(self, user_id: str, by: By, *, disabled: bool) -> None:
        """Lock a user out, or let them in again; their sessions end."""
        self._write(
            lambda connection: users.set_disabled(connection, user_id, by, disabled=disabled)
        )

    def set_password(self, user_id: str, hashed: str, by: By) -> None:
        """Put another password in place; all sessions of the user end."""
        self._write(lambda connection: users.set_password(connection, user_id, hashed, by))

    def rehash(self, user_id: str, hashed: str) -> None:
        """Keep the same password under stronger settings."""
        self._write(lambda connection: users.rehash(connection, user_id, hashed))

    def begin_session(self, session: Session, proof: str) -> None:
        """Store a new session; *proof* is `password` or `oidc`."""
        self._write(lambda connection: sessions.begin(connection, session, proof))

    def session(self, token_sha256: str) -> tuple[Session, User] | None:
        """The session of a cookie with its user, whether it still holds or not."""
        with engine.read(self._engine) as connection:
            return sessions.found(connection, token_sha256)

    def touch_session(self, token_sha256: str, at: datetime) -> None:
        """Note that a session was used."""
        self._write(lambda connection: sessions.touch(connection, token_sha256, at))

    def end_session(self, session: Session, at: datetime) -> None:
        """End a session for good."""
        self._write(lambda connection: sessions.end(connection, session, at))

    def prove_session(self, session: Session, at: datetime, proof: str) -> None:
        """Note that the person of a session showed again who they are."""
        self._write(lambda connection: sessions.prove(connection, session, at, proof))

    def tidy_sessions(self, before: datetime) -> int:
        """Drop sessions and failures of which nothing was heard since *before*; how many."""
        return self._write(lambda connection: sessions.tidy(connection, before))

    def failure(self, key_sha256: str) -> Failure | None:
        """How often a login or an address failed lately."""
        with engine.read(self._engine) as connection:
            return sessions.failure(connection, key_sha256)

    def record_failure(self, keys: Mapping[str, Limits], subject: str, by: By) -> None:
        """Count a failed login under each of *keys*, and say so in the audit.

        Its limits say after how many failures a key is closed, and for how long.
        """
        limited = dict(keys)

        def work(connection: sa.Connection) -> None:
            for key, limits in limited.items():
                sessions.fail(connection, key, by.at, limits)
            sessions.refused(connection, subject, by)

        self._write(work)

    def forgive(self, key_sha256: str) -> None:
        """Forget the failures of a login: the right password was given."""
        self._write(lambda connection: sessions.forgive(connection, key_sha256))

    def record_export(self, actor: str, subject: str, what: str) -> None:
        """Append to the audit that *actor* took *what* (a kind of file) of *subject* away."""
        self._write(
            lambda connection: audit.append(
                connection,
                action=Act.PATIENT_EXPORTED,
                subject=subject,
                detail={"what": what},
                actor=actor,
            )
        )
