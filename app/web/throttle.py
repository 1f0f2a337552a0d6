"""A login and an address in, whether another attempt is let through out (R26).

Unknown logins are counted like known ones: nobody learns from a refusal which logins there are.
"""

import hashlib
from datetime import timedelta

from fastapi import Request

from app.web.desk import Desk
from store.audit import text_hash
from store.users import By, User

LIMITS = (5, timedelta(minutes=5))
"""After so many failures a login is closed for that time."""
_OF_ADDRESS = 10
"""An address may fail so many times more often: a whole ward may come from one."""


def is_closed(desk: Desk, request: Request, login: str) -> bool:
    """Whether too many attempts have failed for this login, or from this address."""
    known = [desk.store.failure(each) for each in (_login(login), _address(request))]
    closed = [each.closed_until for each in known if each and each.closed_until]
    return any(desk.now() < until for until in closed)


def failed(desk: Desk, request: Request, login: str, user: User | None) -> None:
    """Count a failure, and write it into the audit."""
    subject = user.id if user else text_hash(login)
    by = By(actor=user.id if user else "nobody", at=desk.now())
    most, pause = LIMITS
    limits = {_login(login): LIMITS, _address(request): (most * _OF_ADDRESS, pause)}
    desk.store.record_failure(limits, subject, by)


def forgiven(desk: Desk, login: str) -> None:
    """The right password was given: what failed before is forgotten."""
    if desk.store.failure(_login(login)) is not None:
        desk.store.forgive(_login(login))


def _login(login: str) -> str:
    return _key("login", login)


def _address(request: Request) -> str:
    return _key("address", request.client.host if request.client else "?")


def _key(kind: str, word: str) -> str:
    return hashlib.sha256(f"{kind} {word}".encode("utf-8", "surrogatepass")).hexdigest()
