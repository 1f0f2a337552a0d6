"""Cases in the database out: their interpretations, their context, the decisions about them."""

from dataclasses import replace

import sqlalchemy as sa

from pipeline.codec import fingerprint
from pipeline.errors import InputError
from pipeline.patient import Decision, Interpretation, Patient
from store import audit, vouched
from store.audit import Act
from store.rows import Row, restored
from store.tables import (
    cases,
    decisions,
    interpretations,
)


def current(connection: sa.Connection, case_id: str) -> Interpretation | None:
    """The current interpretation of a case; None where there is none."""
    row = connection.execute(_CURRENT.where(interpretations.c.case_id == case_id)).one_or_none()
    return None if row is None else restored(Interpretation, row.canonical)


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


def record(connection: sa.Connection, decision: Decision) -> bool:
    """Append a decision; False if this very decision stands already. `InputError`: no such case."""
    key = fingerprint(decision)
    if connection.execute(sa.select(decisions.c.id).where(decisions.c.id == key)).first():
        return False
    case = sa.select(cases.c.id).where(cases.c.id == decision.case_id)
    if connection.execute(case).first() is None:
        raise InputError("a decision must name a case that is stored")
    row = {"id": key} | _decision(decision)
    connection.execute(sa.insert(decisions), row)
    detail = {
        "number": 1,
        "case": audit.case_token(decision.case_id),
        "shown": decision.shown_sha256,
        "rows": vouched.alone("decisions", row),
    }
    audit.append(
        connection,
        action=Act.DECISION_RECORDED,
        subject=key,
        detail=detail,
        actor=decision.reviewer,
    )
    return True


def decided(connection: sa.Connection, case_id: str) -> tuple[Decision, ...]:
    """The decisions of a case in the order of their time."""
    query = sa.select(decisions).where(decisions.c.case_id == case_id)
    rows = connection.execute(query.order_by(decisions.c.decided_at, decisions.c.id)).mappings()
    return tuple(_decided(row) for row in rows)


_CURRENT = sa.select(interpretations).where(interpretations.c.state == "current")


def _decision(decision: Decision) -> Row:
    names = Decision.__dataclass_fields__
    return {name: getattr(decision, name) for name in names}


def _decided(row: sa.RowMapping) -> Decision:
    values = {name: row[name] for name in Decision.__dataclass_fields__}
    return replace(Decision(**values), accepted=bool(row["accepted"]))
