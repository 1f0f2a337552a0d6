"""A case and a person in, who looks after it out: one person at a time, and nobody by accident."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from pipeline.errors import InputError, StoreError
from store import audit
from store.audit import Act
from store.desk_books import assignments
from store.tables import cases

_TAKEN = (
    "the case has been given to somebody else meanwhile: look at whom, and say again whose it "
    "should be; nothing was changed"
)


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Who is to look after a case from now on, None for nobody; *instead_of* whom, as shown.

    People are named by their opaque ids.
    """

    case_id: str
    user_id: str | None
    instead_of: str | None
    by: str
    at: datetime


def assign(connection: sa.Connection, said: Assignment) -> bool:
    """Write it down; False if it stands so already.

    `StoreError` (`already_assigned`) if the case belongs to another person than was shown;
    `InputError` if no such case is stored.
    """
    known = sa.select(cases.c.id).where(cases.c.id == said.case_id)
    if connection.execute(known).first() is None:
        raise InputError("no case is stored under this id")
    before = assigned(connection, said.case_id)
    if before == said.user_id:
        return False
    if before != said.instead_of:
        raise StoreError("already_assigned", _TAKEN)
    connection.execute(sa.delete(assignments).where(assignments.c.case_id == said.case_id))
    if said.user_id is not None:
        row = {
            "case_id": said.case_id,
            "user_id": said.user_id,
            "assigned_by": said.by,
            "assigned_at": said.at,
        }
        connection.execute(sa.insert(assignments), row)
    audit.append(
        connection,
        action=Act.CASE_ASSIGNED,
        subject=audit.case_token(said.case_id),
        detail={"to": said.user_id, "instead_of": before},
        actor=said.by,
    )
    return True


def assigned(connection: sa.Connection, case_id: str) -> str | None:
    """The opaque id of the person who looks after a case."""
    query = sa.select(assignments.c.user_id).where(assignments.c.case_id == case_id)
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found
