"""A password in, whether it may be one and whether it is the right one out (Argon2id)."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipeline.tables import packaged, rows

SHORTEST, LONGEST = 12, 256
# Each takes 64 MiB for a moment: a crowd at the door may not take them all at once.
_AT_ONCE = threading.BoundedSemaphore(4)
_HASHER = PasswordHasher()  # the second recommended option of RFC 9106


def refusal(password: str, login: str, name: str = "") -> str | None:
    """Why this may not be a password, as a sentence; None if it may (NIST SP 800-63B, 3.1.1.2)."""
    if len(password) < SHORTEST:
        return f"a password has at least {SHORTEST} characters"
    if len(password) > LONGEST:
        return f"a password has at most {LONGEST} characters"
    folded = password.casefold()
    own = [word.casefold() for word in (login, *name.split()) if len(word) > 3]
    rest = folded
    for word in own:
        rest = rest.replace(word, "")
    if len(rest) < SHORTEST // 2:
        return "a password is not made of the login or the name"
    if len(set(folded)) < 5:
        return "a password has at least five different characters"
    bare = folded.strip("0123456789!.?*#-_ ")
    if not bare or {bare, folded} & _commonest():
        return "this password is one of the commonest: everybody tries it first"
    return None


def hashed(password: str) -> str:
    """The Argon2id hash of a password, with its salt and its settings."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def fits(known: str | None, password: str) -> bool:
    """Whether *password* is the one of the hash; as slow where there is no hash (None)."""
    if len(password) > LONGEST:
        return False
    try:
        with _AT_ONCE:
            _HASHER.verify(known or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


def is_outdated(known: str) -> bool:
    """Whether the hash was made with weaker settings than ours of today."""
    return _HASHER.check_needs_rehash(known)


@cache
def _nobody() -> str:
    # What the password of an unknown login is held against: the answer takes as long.
    return _HASHER.hash("the password of nobody")


@cache
def _commonest() -> frozenset[str]:
    return frozenset(row["password"] for row in rows(packaged("app", "commonest_passwords.csv")))
