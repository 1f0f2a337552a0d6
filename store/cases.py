"""Cases in the database out: their interpretations and their context."""

import sqlalchemy as sa

from pipeline.patient import Interpretation, Patient
from store.rows import restored
from store.tables import cases, interpretations


def current(connection: sa.Connection, case_id: str) -> Interpretation | None:
    """The current interpretation of a case; None where there is none."""
    row = connection.execute(_CURRENT.where(interpretations.c.case_id == case_id)).one_or_none()
    return None if row is None else restored(Interpretation, row.canonical)


def following(connection: sa.Connection, case_id: str, limit: int) -> tuple[Interpretation, ...]:
    """The current interpretations of the next cases after *case_id*, in the order of ids."""
    query = _CURRENT.where(interpretations.c.case_id > case_id)
    rows = connection.execute(query.order_by(interpretations.c.case_id).limit(limit))
    return tuple(restored(Interpretation, row.canonical) for row in rows)


def history(connection: sa.Connection, case_id: str) -> tuple[Interpretation, ...]:
    """Every interpretation of a case, the oldest first; the last one is current."""
    query = (
        sa.select(interpretations.c.canonical)
        .where(interpretations.c.case_id == case_id)
        .order_by(interpretations.c.number)
    )
    return tuple(restored(Interpretation, text) for text in connection.scalars(query))


def patient(connection: sa.Connection, case_id: str) -> Patient | None:
    """The clinical context that a case was last interpreted with; None if it never was."""
    query = sa.select(cases.c.patient).where(cases.c.id == case_id)
    text = connection.execute(query).scalar_one_or_none()
    return None if text is None else restored(Patient, text)


def stale(connection: sa.Connection) -> tuple[str, ...]:
    """Ids of the cases whose reports changed since they were interpreted."""
    query = sa.select(cases.c.id).where(cases.c.stale.is_(sa.true())).order_by(cases.c.id)
    return tuple(connection.scalars(query))


def is_stale(connection: sa.Connection, case_id: str) -> bool:
    """True if the reports of this case changed since it was interpreted."""
    query = sa.select(cases.c.stale).where(cases.c.id == case_id)
    return bool(connection.execute(query).scalar_one_or_none())


_CURRENT = sa.select(interpretations).where(interpretations.c.state == "current")
