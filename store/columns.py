"""What our tables are made of, the same on SQLite and on PostgreSQL."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from pipeline.errors import StoreError


class Utc(TypeDecorator[datetime]):
    """An instant in UTC; a datetime without a zone is refused."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text in SQLite, which has no such type; TIMESTAMPTZ elsewhere."""
        kind = sa.Text() if dialect.name == "sqlite" else sa.DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """The instant as the database takes it; ``ValueError`` without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone is not stored")
        instant = value.astimezone(UTC)
        # A fixed width, so that the text sorts in the order of time.
        return instant.isoformat(timespec="microseconds") if dialect.name == "sqlite" else instant

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """The instant again, in UTC; `StoreError` (`unreadable_row`) if the cell holds none."""
        if value is None:
            return None
        try:
            instant = datetime.fromisoformat(value) if dialect.name == "sqlite" else value
            return instant.astimezone(UTC)
        except (ValueError, OverflowError):
            raise _unreadable() from None


class Day(TypeDecorator[date]):
    """A calendar day."""

    impl = sa.Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text in SQLite, which has no such type; DATE elsewhere."""
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """The day as the database takes it."""
        return value.isoformat() if value and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:  # noqa: ANN401
        """The day again; `StoreError` (`unreadable_row`) if the cell holds none."""
        if value is None:
            return None
        try:
            return date.fromisoformat(value) if dialect.name == "sqlite" else value
        except ValueError:
            raise _unreadable() from None


def _unreadable() -> StoreError:
    # SQLite keeps days and times as text: whoever writes there past us can write anything.
    return StoreError("unreadable_row", "a stored day or time cannot be read")


# STRICT tables of SQLite know TEXT, INTEGER and REAL alone.
Number: TypeEngine[Any] = sa.Double().with_variant(sa.REAL(), "sqlite")
Count: TypeEngine[Any] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
YesNo: TypeEngine[Any] = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def text(name: str) -> sa.Column[Any]:
    """A text that may be missing."""
    return sa.Column(name, sa.Text)


def required(name: str) -> sa.Column[Any]:
    """A text that is always there."""
    return sa.Column(name, sa.Text, nullable=False)


def key(name: str, kind: type[TypeEngine[Any]] | TypeEngine[Any] = sa.Text) -> sa.Column[Any]:
    """A part of the primary key."""
    return sa.Column(name, kind, primary_key=True, autoincrement=False, nullable=False)


def one_of(column: str, words: type[StrEnum] | tuple[str, ...]) -> sa.CheckConstraint:
    """A check that *column* holds one of *words* (or nothing, where it may)."""
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, *parts: sa.schema.SchemaItem) -> sa.Table:
    """A table of ours; SQLite holds it to the kinds of its columns."""
    return sa.Table(name, metadata, *parts, sqlite_strict=True)


def hexadecimal(column: str) -> sa.CheckConstraint:
    """A check that *column* is as long as a SHA-256."""
    return sa.CheckConstraint(f"length({column}) = 64", name=column)
