"""An act in, an entry of the chain out: who did what to which opaque id, and what it left.

Entries are numbered from 1 without a gap. Each is sealed (`seal.Seal`) over itself and the hash
of the one before, in the transaction of its act; `audit_check` says what no longer fits.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa

from pipeline.errors import StoreError
from store import anchor, engine
from store.books import audit as entries
from store.rows import Row
from store.seal import Seal

T = TypeVar("T")
Plain = str | int | None
FIRST = "0" * 64
"""What stands before the first entry."""


class Act(StrEnum):
    """What was done; the word before the point says to what kind of thing."""

    REPORT_SAVED = "report.saved"
    REPORT_HELD = "report.held"
    REPORT_REVISED = "report.revised"
    REPORT_SET_ASIDE = "report.set_aside"
    REPORT_COMPLETED = "report.completed"
    REPORT_ADOPTED = "report.adopted"
    CASE_OPENED = "case.opened"
    CASE_ADOPTED = "case.adopted"
    INTERPRETATION_SAVED = "interpretation.saved"
    INTERPRETATION_COMPLETED = "interpretation.completed"
    INTERPRETATION_ADOPTED = "interpretation.adopted"
    DECISION_RECORDED = "decision.recorded"
    DECISION_ADOPTED = "decision.adopted"
    CONTEXT_CHANGED = "context.changed"
    CORRECTION_RECORDED = "correction.recorded"
    RESOLUTION_RECORDED = "resolution.recorded"
    RELEASE_ADDED = "release.added"
    RELEASE_ACTIVATED = "release.activated"
    RELEASE_RETIRED = "release.retired"
    CLAIM_ABANDONED = "claim.abandoned"
    FILE_RETRIED = "file.retried"
    PATIENT_READ = "patient.read"
    PATIENT_SOUGHT = "patient.sought"
    CASE_ASSIGNED = "case.assigned"
    GAP_ACKNOWLEDGED = "gap.acknowledged"
    BOOKS_PRUNED = "books.pruned"
    DRIFT_FOUND = "drift.found"
    DRIFT_JOINED = "drift.joined"
    DRIFT_SETTLED = "drift.settled"
    USER_ADDED = "user.added"
    USER_ROLES = "user.roles"
    USER_SCOPE = "user.scope"
    USER_DISABLED = "user.disabled"
    USER_ENABLED = "user.enabled"
    USER_PASSWORD = "user.password"  # noqa: S105 - an act
    SESSION_OPENED = "session.opened"
    SESSION_REFUSED = "session.refused"
    SESSION_ENDED = "session.ended"
    SESSION_PROVED = "session.proved"
    PATIENT_EXPORTED = "patient.exported"


MAKING = frozenset(
    {
        Act.REPORT_SAVED,
        Act.REPORT_HELD,
        Act.REPORT_REVISED,
        Act.REPORT_ADOPTED,
        Act.CASE_OPENED,
        Act.CASE_ADOPTED,
        Act.INTERPRETATION_SAVED,
        Act.INTERPRETATION_ADOPTED,
        Act.DECISION_RECORDED,
        Act.DECISION_ADOPTED,
        Act.CONTEXT_CHANGED,
        Act.CORRECTION_RECORDED,
        Act.RESOLUTION_RECORDED,
        Act.RELEASE_ADDED,
        Act.DRIFT_FOUND,
    }
)
"""Acts that leave something in the tables, which stands there for ever."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the audit, as it is stored: *at* in ISO 8601 (UTC), *detail* canonical JSON."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    detail: str
    previous: str
    hash: str = ""

    @property
    def sealed_text(self) -> str:
        """What the hash is made of: everything but the hash itself."""
        words = (self.actor, self.action, self.subject, self.detail, self.previous)
        return _json((self.seq, self.at, *words))

    @property
    def details(self) -> dict[str, Any]:
        """The detail as it was given; empty where somebody made it unreadable."""
        try:
            read = json.loads(self.detail)
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}


class _Pending:
    """The acts of a transaction, to be sealed at its end."""

    def __init__(self, seal: Seal) -> None:
        self.seal = seal
        self.acts: list[Entry] = []


def append(
    connection: sa.Connection,
    *,
    action: Act,
    subject: str,
    detail: Mapping[str, Any],
    actor: str | None = None,
) -> datetime:
    """Note an act of this transaction, and say its time; written with it or not at all.

    *subject* is an opaque id (`opaque`), *detail* holds numbers, codes and hashes (`digest`),
    never a text of a report, a name or a number of a patient. *actor* is a person where one
    acted, else whoever opened the store.
    """
    pending = connection.get_execution_options().get("audit")
    if not isinstance(pending, _Pending) or connection.in_nested_transaction():
        raise RuntimeError("an act outside `Store._write`: nobody would know of it")
    seal = pending.seal
    at = seal.clock()
    entry = Entry(
        seq=0,
        at=instant(at),
        actor=actor or seal.actor,
        action=action.value,
        subject=subject,
        detail=_json(dict(detail)),
        previous="",
    )
    pending.acts.append(entry)
    return at


def write(database: sa.Engine, seal: Seal, work: Callable[[sa.Connection], T]) -> T:
    """Do *work* in one transaction with the entries of its acts, then anchor them."""

    def sealed(connection: sa.Connection) -> tuple[T, anchor.Line | None]:
        stand_in_line(connection)
        pending = _Pending(seal)
        connection.execution_options(audit=pending)
        done = work(connection)
        return done, _seal(connection, pending)

    if seal.anchor is None:
        return engine.write(database, sealed)[0]
    with anchor.opened(seal.anchor) as file:
        done, line = engine.write(database, sealed)
        if line is not None:
            anchor.add(file, line, stands=lambda tail: has(database, tail))
        return done


def stand_in_line(connection: sa.Connection) -> None:
    """Let one writer in at a time, so that the chain never forks.

    SQLite does so by BEGIN IMMEDIATE. In PostgreSQL this must be the first statement: LOCK TABLE
    takes no snapshot, so whoever waited sees what the one before left and is never sent back.
    The table is not the audit itself: to lock it so would need the right to update it (R23).
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE leases IN SHARE ROW EXCLUSIVE MODE")


def newest(connection: sa.Connection) -> Entry | None:
    """The last entry of the chain."""
    row = connection.execute(_NEWEST).one_or_none()
    return None if row is None else entry_of(row)


def entry_of(row: sa.Row[Any]) -> Entry:
    """A row of `QUERY` as an entry."""
    return Entry(**dict(row._mapping) | {"at": instant(row.at)})  # noqa: SLF001 - its public name


def opaque(report_id: str) -> str:
    """A report in the audit: the hash of its bytes, and of the case for a hand-written table."""
    digest, found, case_id = report_id.partition(":")
    return f"{digest}:{case_token(case_id)}" if found else digest


def case_token(case_id: str) -> str:
    """A case in the audit; a hand-written case id can be a name."""
    return hashlib.sha256(case_id.encode("utf-8", "surrogatepass")).hexdigest()


def text_hash(text: str) -> str:
    """SHA-256 of a stored text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digest(tables: Mapping[str, Iterable[Row]]) -> str:
    """SHA-256 over rows by the name of their table, the same before and after they are stored.

    Empty cells are left out, so that a column which a later revision adds changes nothing.
    """
    seen = hashlib.sha256()
    for name in sorted(tables):
        lines = sorted(_json(_filled(row)) for row in tables[name])
        seen.update(f"{name} {len(lines)}\n".encode())
        for line in lines:
            seen.update(f"{line}\n".encode())
    return seen.hexdigest()


def instant(value: datetime | str) -> str:
    """A time as it is sealed; SQLite gives back the very text."""
    if isinstance(value, str):
        return value
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def raw(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The column as the driver gives it: a cell that was forged may not stop who looks for it."""
    return sa.type_coerce(column, sa.types.NullType()).label(getattr(column, "name", None))


_PLAIN = frozenset({str, int})
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
QUERY = sa.select(*(raw(column) for column in entries.c))
_NEWEST = QUERY.order_by(entries.c.seq.desc()).limit(1)


def _seal(connection: sa.Connection, pending: _Pending) -> anchor.Line | None:
    if not pending.acts:
        return None
    head = newest(connection)
    if head and not pending.seal.key and not pending.seal.fits(head.sealed_text, head.hash):
        raise StoreError("unsealed", "the audit is sealed with a key, and was opened without one")
    seq, previous = (head.seq, head.hash) if head else (0, FIRST)
    rows = []
    for number, act in enumerate(pending.acts, start=seq + 1):
        entry = replace(act, seq=number, previous=previous)
        previous = pending.seal.stamp(entry.sealed_text)
        rows.append(asdict(entry) | {"at": datetime.fromisoformat(act.at), "hash": previous})
    connection.execute(sa.insert(entries), rows)
    return anchor.Line(first=seq + 1, last=seq + len(rows), hash=previous)


def has(database: sa.Engine, line: anchor.Line) -> bool:
    """True if the chain still has the end of a line of the anchor."""
    query = sa.select(entries.c.hash).where(entries.c.seq == line.last)
    with engine.read(database) as connection:
        return connection.execute(query).scalar_one_or_none() == line.hash


def _filled(row: Mapping[str, Any]) -> Row:
    # Most cells are plain already: the audit would cost a third of an import otherwise.
    filled = {}
    for name, value in row.items():
        plain = value if type(value) in _PLAIN else _plain(value)
        if plain is not None:
            filled[name] = plain
    return filled


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        # SQLite keeps no NaN, and gives a whole number of a REAL column back as 5.0.
        if value != value:  # noqa: PLR0124 - only NaN does
            return None
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value


def _json(value: object) -> str:
    return _ENCODER.encode(value)
