"""A cookie in, who is there out; log-ins are kept on the server and end there (R26)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.web.desk import Desk
from app.web.rights import Person
from store.sessions import Session
from store.users import User

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
PROOF = timedelta(minutes=5)
"""How long a password that was given counts for what needs it again."""
# Use is written down once in this time, not at each page; a session may end so much earlier.
_TOUCH = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A session that holds, and whose it is."""

    session: Session
    person: Person


def token_hash(token: str) -> str:
    """What of a cookie is stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def begin(desk: Desk, user: User, proof: str, proved_at: datetime | None = None) -> str:
    """A new session of *user*; the value of its cookie, which is stored nowhere."""
    token, now = secrets.token_urlsafe(32), desk.now()
    session = Session(
        token_sha256=token_hash(token),
        user_id=user.id,
        epoch=user.epoch,
        csrf=secrets.token_urlsafe(32),
        opened_at=now,
        seen_at=now,
        proved_at=proved_at or now,
    )
    desk.store.begin_session(session, proof)
    return token


def visit(desk: Desk, token: str | None) -> Visit | None:
    """Who comes with this cookie; None if its session is unknown, over, or too old."""
    found = desk.store.session(token_hash(token)) if token else None
    if found is None:
        return None
    session, user = found
    if not _holds(desk, session, user):
        return None
    if desk.now() - session.seen_at > _TOUCH:
        desk.store.touch_session(session.token_sha256, desk.now())
    return Visit(session=session, person=person_of(user))


def person_of(user: User) -> Person:
    """A user as the pages know them."""
    return Person(id=user.id, login=user.login, name=user.name, roles=user.roles, scope=user.scope)


def _holds(desk: Desk, session: Session, user: User) -> bool:
    now = desk.now()
    if session.ended_at is not None or user.disabled or session.epoch != user.epoch:
        return False
    # A clock that was set back makes no session younger.
    if now < session.opened_at - _TOUCH:
        return False
    return now - session.seen_at < IDLE and now - session.opened_at < LONGEST
