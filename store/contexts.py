"""What is stated of a patient in, its row out; and every such statement again, in its order.

Only appended. What holds is worked out from all of them (`pipeline.context`).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from pipeline.codec import plain
from pipeline.context import ContextChange, FieldChange, Origin
from pipeline.errors import InputError, StoreError
from store import audit, vouched
from store.audit import Act
from store.bulk import portions
from store.desk_books import contexts
from store.tables import cases

_STALE = (
    "another person has changed the context of this patient meanwhile: look at it again; this "
    "change was not recorded"
)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What is stated at once of one patient, and by whom.

    *seen* is the number of the newest change that the person saw (0: none); None where nobody
    looked, as a table does. *actor* is the opaque id under which the audit knows the person.
    """

    case_id: str
    origin: Origin
    fields: tuple[FieldChange, ...]
    changed_by: str
    changed_at: datetime
    reason: str
    seen: int | None = None
    actor: str | None = None


def state(connection: sa.Connection, said: Statement) -> int:
    """Append what is stated and let the case be made again; the number of the change.

    `InputError` without a reason, a field or a stored case; `StoreError` (`stale_context`) if
    somebody changed the context since it was seen.
    """
    if not (said.fields and said.reason.strip() and said.changed_by.strip()):
        raise InputError("a change of the context needs a field, a name and a reason")
    last = _newest(connection, said.case_id)
    if said.seen is not None and said.seen != last:
        raise StoreError("stale_context", _STALE)
    row = {
        "case_id": said.case_id,
        "number": last + 1,
        "origin": said.origin.value,
        "fields": json.dumps(
            {each.name: [each.was, each.now] for each in said.fields}, ensure_ascii=False
        ),
        "changed_by": said.changed_by,
        "changed_at": said.changed_at,
        "reason": said.reason,
    }
    made = sa.update(cases).where(cases.c.id == said.case_id).values(stale=True)
    if connection.execute(made).rowcount == 0:
        raise InputError("no case is stored under this id")
    connection.execute(sa.insert(contexts), row)
    audit.append(
        connection,
        action=Act.CONTEXT_CHANGED,
        subject=audit.case_token(said.case_id),
        detail={"number": last + 1, "rows": vouched.alone("contexts", row)},
        actor=said.actor or said.changed_by,
    )
    return last + 1


def of_cases(connection: sa.Connection, case_ids: Iterable[str]) -> tuple[ContextChange, ...]:
    """Every statement about these cases, the earliest of each case first."""
    query = sa.select(contexts).where(contexts.c.case_id.in_(sa.bindparam("keys", expanding=True)))
    query = query.order_by(contexts.c.case_id, contexts.c.number)
    return tuple(
        _change(row)
        for some in portions(tuple(dict.fromkeys(case_ids)))
        for row in connection.execute(query, {"keys": some}).mappings()
    )


def _newest(connection: sa.Connection, case_id: str) -> int:
    query = sa.select(sa.func.max(contexts.c.number)).where(contexts.c.case_id == case_id)
    return int(connection.scalar(query) or 0)


def _change(row: sa.RowMapping) -> ContextChange:
    return ContextChange(
        case_id=row["case_id"],
        number=row["number"],
        origin=Origin(row["origin"]),
        fields=_fields(row["fields"]),
        changed_by=row["changed_by"],
        changed_at=row["changed_at"],
        reason=row["reason"],
    )


def _fields(text: str) -> tuple[FieldChange, ...]:
    try:
        stated = plain(text).items()
        return tuple(
            FieldChange(name=name, was=_value(was), now=_value(now)) for name, (was, now) in stated
        )
    except (ValueError, TypeError, AttributeError):
        raise StoreError("unreadable_row", "a stored change of a context cannot be read") from None


def _value(
    cell: str | float | list[str] | None,
) -> str | int | float | bool | tuple[str, ...] | None:
    return tuple(cell) if isinstance(cell, list) else cell
