"""Sessions in, their rows out: who is logged in since when, by the hash of a cookie alone."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from store import audit, users
from store.audit import Act
from store.desk_books import attempts, sessions
from store.desk_books import users as users_table
from store.users import By, User


@dataclass(frozen=True, kw_only=True)
class Session:
    """One log-in of one user; *csrf* is what every form of it carries."""

    token_sha256: str
    user_id: str
    epoch: int
    csrf: str
    opened_at: datetime
    seen_at: datetime
    proved_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Failure:
    """How often a login or an address failed lately, and until when it is refused."""

    failed: int
    last_at: datetime
    closed_until: datetime | None


Limits = tuple[int, timedelta]


def begin(connection: sa.Connection, session: Session, proof: str) -> None:
    """Store a new session; *proof* is `password` or `oidc`."""
    connection.execute(sa.insert(sessions), asdict(session))
    _note(connection, Act.SESSION_OPENED, session.user_id, {"proof": proof})


def found(connection: sa.Connection, token_sha256: str) -> tuple[Session, User] | None:
    """The session of this cookie with its user, whether it still holds or not."""
    query = sa.select(sessions).where(sessions.c.token_sha256 == token_sha256)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    user = users.one(connection, users_table.c.id == row["user_id"])
    return None if user is None else (Session(**row), user)


def touch(connection: sa.Connection, token_sha256: str, at: datetime) -> None:
    """Note that a session was used."""
    changed = sa.update(sessions).where(sessions.c.token_sha256 == token_sha256)
    connection.execute(changed.values(seen_at=at))


def end(connection: sa.Connection, session: Session, at: datetime) -> None:
    """End a session for good."""
    own = sessions.c.token_sha256 == session.token_sha256
    changed = sa.update(sessions).where(own & sessions.c.ended_at.is_(None))
    if connection.execute(changed.values(ended_at=at)).rowcount:
        _note(connection, Act.SESSION_ENDED, session.user_id, {})


def prove(connection: sa.Connection, session: Session, at: datetime, proof: str) -> None:
    """Note that the person showed again who they are."""
    changed = sa.update(sessions).where(sessions.c.token_sha256 == session.token_sha256)
    connection.execute(changed.values(proved_at=at))
    _note(connection, Act.SESSION_PROVED, session.user_id, {"proof": proof})


def tidy(connection: sa.Connection, before: datetime) -> int:
    """Drop sessions and failures of which nothing has been heard since *before*; how many."""
    old = connection.execute(sa.delete(sessions).where(sessions.c.seen_at < before)).rowcount
    connection.execute(sa.delete(attempts).where(attempts.c.last_at < before))
    return old


def failure(connection: sa.Connection, key_sha256: str) -> Failure | None:
    """What is known of a login or an address; None if it did not fail lately."""
    query = sa.select(attempts).where(attempts.c.key_sha256 == key_sha256)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Failure(failed=row.failed, last_at=row.last_at, closed_until=row.closed_until)


def fail(connection: sa.Connection, key_sha256: str, at: datetime, limits: Limits) -> None:
    """Count one more failure of a key; past *limits* it is closed for that time."""
    most, pause = limits
    known = failure(connection, key_sha256)
    count = 1 if known is None or known.last_at + pause < at else known.failed + 1
    cells = {
        "failed": count,
        "last_at": at,
        "closed_until": at + pause if count >= most else None,
    }
    connection.execute(sa.delete(attempts).where(attempts.c.key_sha256 == key_sha256))
    connection.execute(sa.insert(attempts), {"key_sha256": key_sha256} | cells)


def refused(connection: sa.Connection, subject: str, by: By) -> None:
    """Note in the audit that a login failed; *subject* is a user's id, or a hash of the login."""
    audit.append(connection, action=Act.SESSION_REFUSED, subject=subject, detail={}, actor=by.actor)


def forgive(connection: sa.Connection, key_sha256: str) -> None:
    """Forget the failures of a key."""
    connection.execute(sa.delete(attempts).where(attempts.c.key_sha256 == key_sha256))


def _note(connection: sa.Connection, act: Act, user_id: str, detail: dict[str, str]) -> None:
    audit.append(connection, action=act, subject=user_id, detail=detail, actor=user_id)
