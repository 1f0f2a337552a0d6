"""A release of knowledge in, its row out: candidate, active or retired, and who made it so.

One at most is active; the database itself refuses a second one.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from pipeline.errors import InputError, StoreError
from store import audit
from store.audit import Act
from store.books import ReleaseState, releases
from store.vouched import alone

_HEXADECIMAL = frozenset("0123456789abcdef")
_PREFIX = 6


@dataclass(frozen=True, kw_only=True)
class NewRelease:
    """A release to be stored: the hash of its rows, its name, and all of it as one text."""

    sha256: str
    release: str
    canonical: str
    origin: str = "shipped"


@dataclass(frozen=True, kw_only=True)
class ReleaseRow:
    """A stored release, without its tables; *changed_…* is who last gave it its state."""

    sha256: str
    release: str
    state: ReleaseState
    origin: str
    added_by: str
    added_at: datetime
    changed_by: str | None
    changed_at: datetime | None
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class Signed:
    """Who acted, when and why."""

    by: str
    at: datetime
    reason: str


def add(connection: sa.Connection, new: NewRelease, signed: Signed) -> bool:
    """Store a release as a candidate; False, and no row changes, if its rows stand already."""
    if _state(connection, new.sha256) is not None:
        return False
    row = {
        "sha256": new.sha256,
        "release": new.release,
        "state": ReleaseState.CANDIDATE,
        "origin": new.origin,
        "canonical": new.canonical,
        "overlay": None,
        "added_by": signed.by,
        "added_at": signed.at,
        "changed_by": None,
        "changed_at": None,
        "reason": None,
    }
    connection.execute(sa.insert(releases), row)
    _tell(connection, Act.RELEASE_ADDED, new.sha256, signed)
    return True


def activate(connection: sa.Connection, sha256: str, signed: Signed) -> bool:
    """Make it the active release and retire the one before; False if it is active already."""
    state = _state(connection, sha256)
    if state is None:
        raise InputError("no release of this hash is stored")
    if state is ReleaseState.ACTIVE:
        return False
    former = connection.execute(_ACTIVE).scalar_one_or_none()
    if former is not None:
        _set(connection, former, ReleaseState.RETIRED, signed)
        _tell(connection, Act.RELEASE_RETIRED, former, signed)
    _set(connection, sha256, ReleaseState.ACTIVE, signed)
    _tell(connection, Act.RELEASE_ACTIVATED, sha256, signed)
    return True


def listed(connection: sa.Connection) -> tuple[ReleaseRow, ...]:
    """Every stored release, in the order in which they came."""
    query = _ROWS.order_by(releases.c.added_at, releases.c.release, releases.c.sha256)
    return tuple(_row(each) for each in connection.execute(query).mappings())


def text(connection: sa.Connection, sha256: str) -> str | None:
    """The tables of a release as one text; None where it is not stored."""
    query = sa.select(releases.c.canonical).where(releases.c.sha256 == sha256)
    return connection.execute(query).scalar_one_or_none()


def named(connection: sa.Connection, word: str) -> ReleaseRow:
    """The release of this name, or whose hash begins so; `InputError` unless there is one."""
    every = listed(connection)
    found = [each for each in every if word in {each.release, each.sha256}]
    lowered = word.lower()
    if not found and len(lowered) >= _PREFIX and _HEXADECIMAL.issuperset(lowered):
        found = [each for each in every if each.sha256.startswith(lowered)]
    if len(found) > 1:
        raise InputError(f"{len(found)} releases are called so; give the beginning of a hash")
    if not found:
        raise InputError("no such release is stored; `oncoflag knowledge list` names them")
    return found[0]


_ACTIVE = sa.select(releases.c.sha256).where(releases.c.state == ReleaseState.ACTIVE.value)
_NAMES = tuple(ReleaseRow.__dataclass_fields__)
_ROWS = sa.select(*(releases.c[name] for name in _NAMES))


def _row(row: sa.RowMapping) -> ReleaseRow:
    values = {name: row[name] for name in _NAMES}
    return ReleaseRow(**values | {"state": _state_of(row["state"])})


def _state_of(word: str) -> ReleaseState:
    try:
        return ReleaseState(word)
    except ValueError:
        raise StoreError("unreadable_row", "a release has a state that is none") from None


def _state(connection: sa.Connection, sha256: str) -> ReleaseState | None:
    query = sa.select(releases.c.state).where(releases.c.sha256 == sha256)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else _state_of(found)


def _set(connection: sa.Connection, sha256: str, state: ReleaseState, signed: Signed) -> None:
    values = {
        "state": state.value,
        "changed_by": signed.by,
        "changed_at": signed.at,
        "reason": signed.reason,
    }
    connection.execute(sa.update(releases).where(releases.c.sha256 == sha256).values(values))


def _tell(connection: sa.Connection, act: Act, sha256: str, signed: Signed) -> None:
    row = connection.execute(sa.select(releases).where(releases.c.sha256 == sha256)).mappings()
    audit.append(
        connection,
        action=act,
        subject=sha256,
        detail={"rows": alone("releases", dict(row.one()))},
        actor=signed.by,
    )
