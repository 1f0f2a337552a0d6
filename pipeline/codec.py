"""Core types to canonical JSON and back, for the pipe to a child process and for the store."""

import hashlib
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import from_json as from_plain

T = TypeVar("T")
_adapters: dict[object, TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    # Building an adapter costs milliseconds: once per type.
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def to_json(value: object) -> bytes:
    """The value as JSON bytes, fields in the order of their definition."""
    return _adapter(type(value)).dump_json(value)


def from_json(kind: type[T], data: bytes | str) -> T:
    """The value again; ``pydantic.ValidationError`` if *data* is not such a value."""
    value: T = _adapter(kind).validate_json(data)
    return value


def plain(data: bytes | str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The JSON as plain values, to compare its parts; ``ValueError`` if it is none."""
    return from_plain(data)


def fingerprint(value: object) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(to_json(value)).hexdigest()
