"""What people changed of a patient's context in, the context that holds and what disputes it out.

A field that a person stated on a page stays as stated until a person states it again; a table
that says otherwise later is told beside it and changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.codec import from_json, plain, to_json
from pipeline.patient import Patient
from pipeline.sheets import PATIENT_COLUMNS

Value = str | int | float | bool | tuple[str, ...] | None
_IDENTITY = frozenset({"case", "mrn", "assigning_authority", "name", "dob"})
FIELDS = tuple(name for name in PATIENT_COLUMNS if name not in _IDENTITY)
"""What may be stated of a patient; whose a report is, is settled elsewhere."""


class Origin(StrEnum):
    """Who stated it: a person on a page, or a table that people wrote by hand."""

    PAGE = "page"
    TABLE = "table"


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field of `Patient` from one value to another, as JSON spells them; None: not stated."""

    name: str
    was: Value
    now: Value


@dataclass(frozen=True, kw_only=True)
class ContextChange:
    """What was stated of one patient at once; *number* counts the changes of a case from 1."""

    case_id: str
    number: int
    origin: Origin
    fields: tuple[FieldChange, ...]
    changed_by: str
    changed_at: datetime
    reason: str


def difference(before: Patient, after: Patient) -> tuple[FieldChange, ...]:
    """The fields in which two contexts differ, identifiers left out."""
    one, other = plain(to_json(before)), plain(to_json(after))
    return tuple(
        FieldChange(name=name, was=_value(one[name]), now=_value(other[name]))
        for name in FIELDS
        if one[name] != other[name]
    )


def applied(patient: Patient, fields: Iterable[FieldChange]) -> Patient:
    """The patient with these fields as they were stated."""
    stated = {each.name: each.now for each in fields}
    if not stated:
        return patient
    whole = plain(to_json(patient)) | stated
    return from_json(Patient, to_json(whole))


def held(changes: Iterable[ContextChange]) -> tuple[FieldChange, ...]:
    """What persons stated last of each field, in the order of the fields."""
    last = {each.name: each for one in changes if one.origin is Origin.PAGE for each in one.fields}
    return tuple(last[name] for name in FIELDS if name in last)


def disputed(changes: Iterable[ContextChange]) -> tuple[FieldChange, ...]:
    """Fields of which a table stated another value after a person had: *was* holds, *now* does not.

    *changes* in their order.
    """
    said: dict[str, Value] = {}
    against: dict[str, Value] = {}
    for one in changes:
        for each in one.fields:
            if one.origin is Origin.PAGE:
                said[each.name] = each.now
                against.pop(each.name, None)
            elif each.now == said.get(each.name):
                against.pop(each.name, None)
            else:
                against[each.name] = each.now
    return tuple(
        FieldChange(name=name, was=said.get(name), now=against[name])
        for name in FIELDS
        if name in against
    )


def news(changes: Iterable[ContextChange], today: Patient) -> tuple[FieldChange, ...]:
    """What a table of today states otherwise than a person did, and has not stated so before.

    What stood before the person changed it is no news: it was seen and changed.
    """
    known = tuple(changes)
    stated = plain(to_json(today))
    told = {each.name: each.now for each in disputed(known)}
    found = []
    for each in held(known):
        value = _value(stated[each.name])
        if value is None or value in {each.was, told.get(each.name)}:
            continue
        if value != each.now or each.name in told:
            found.append(FieldChange(name=each.name, was=each.now, now=value))
    return tuple(found)


def words(value: Value) -> str:
    """A value of a context as a person reads it."""
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _value(cell: object) -> Value:
    if isinstance(cell, list):
        return tuple(str(each) for each in cell)
    if cell is None or isinstance(cell, (str, int, float)):
        return cell
    raise TypeError(f"a field of a patient cannot be {type(cell).__name__}")
