"""A release of knowledge in, the cases out that another release still speaks of."""

from dataclasses import dataclass

import sqlalchemy as sa

from pipeline.patient import Jurisdiction
from store.books import interpretation_inputs
from store.inputs import Recorded
from store.reviews import MARKS, ReviewState, state_of
from store.rows import restored
from store.tables import interpretations


@dataclass(frozen=True, kw_only=True)
class Outdated:
    """A case whose current interpretation another release made, and where its review stands.

    *jurisdictions* are those that its run was asked for; None: the patient's own, else all.
    """

    case_id: str
    review: ReviewState
    jurisdictions: tuple[Jurisdiction, ...] | None


def count(connection: sa.Connection, sha256: str) -> int:
    """How many cases another release than this one speaks of."""
    query = sa.select(sa.func.count()).select_from(interpretations).where(*_by_another(sha256))
    return int(connection.execute(query).scalar_one())


def following(
    connection: sa.Connection, sha256: str, *, after: str, limit: int
) -> tuple[Outdated, ...]:
    """The next of these cases after the id *after*, in the order of ids."""
    query = (
        sa.select(interpretations.c.case_id, interpretation_inputs.c.inputs, *MARKS)
        .join(interpretation_inputs, _OWN, isouter=True)
        .where(*_by_another(sha256), interpretations.c.case_id > after)
        .order_by(interpretations.c.case_id)
        .limit(limit)
    )
    return tuple(_outdated(row) for row in connection.execute(query))


def _by_another(sha256: str) -> tuple[sa.ColumnElement[bool], ...]:
    current = interpretations.c.state == "current"
    return current, interpretations.c.knowledge_sha256 != sha256


def _outdated(row: sa.Row[tuple[object, ...]]) -> Outdated:
    accepted = None if row.accepted is None else bool(row.accepted)
    made_from = restored(Recorded, row.inputs).inputs if row.inputs else None
    return Outdated(
        case_id=row.case_id,
        review=state_of(accepted=accepted, again=bool(row.again), meaning=row.meaning),
        jurisdictions=made_from.jurisdictions if made_from else None,
    )


_OWN = sa.and_(
    interpretation_inputs.c.case_id == interpretations.c.case_id,
    interpretation_inputs.c.number == interpretations.c.number,
)
