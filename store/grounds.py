"""What an interpretation rests on, in hashes: two of them in, why the second was made out.

Reading both interpretations again costs more than storing one; most differ in what is hashed here.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipeline.codec import to_json
from pipeline.patient import Interpretation
from store import bulk
from store.anew import OF_HELD, cause_of
from store.books import Cause
from store.desk_books import grounds
from store.rows import Row
from store.tables import interpretations


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """The reports with what waits beside them, and the context with its jurisdictions, hashed."""

    reports: str
    context: str


@dataclass(frozen=True, kw_only=True)
class Former:
    """The interpretation of a case that is current until now; *grounds* None where none are kept.

    *knowledge* and *code* are the versions that it was made with.
    """

    number: int
    sha256: str
    knowledge: tuple[str, str]
    code: str
    grounds: Grounds | None


def of(said: Interpretation) -> Grounds:
    """The grounds of an interpretation, as `anew.cause_of` compares them."""
    case = said.case
    waiting = tuple(each for each in case.notices if each.code in OF_HELD)
    return Grounds(
        reports=_hash(case.reports, case.superseded, waiting),
        context=_hash((case.patient,), said.jurisdictions),
    )


def _hash(*parts: Sequence[object]) -> str:
    # One by one, each as its own type: a mixed tuple takes four times as long.
    seen = hashlib.sha256()
    for part in parts:
        seen.update(f"{len(part)}\n".encode())
        for each in part:
            seen.update(to_json(each) + b"\n")
    return seen.hexdigest()


def row(case_id: str, number: int, own: Grounds) -> Row:
    """The row that is kept of them; one a case, of its newest interpretation."""
    link = {"case_id": case_id, "number": number}
    return link | {"reports": own.reports, "context": own.context}


def forget(connection: sa.Connection, case_ids: Sequence[str]) -> None:
    """Take away what is kept of these cases, before it is replaced."""
    for some in bulk.portions(case_ids):
        connection.execute(_FORGET, {"keys": some})


def former(connection: sa.Connection, case_ids: Sequence[str]) -> dict[str, Former]:
    """By case, the interpretation that is current."""
    return {
        each["case_id"]: _former(each)
        for some in bulk.portions(case_ids)
        for each in connection.execute(_CURRENT, {"keys": some}).mappings()
    }


def cause(
    connection: sa.Connection, before: Former | None, said: Interpretation, own: Grounds, text: str
) -> Cause:
    """Why *said* (*text* is its canonical JSON) was made after *before*; as `cause_of` says."""
    if before is None:
        return Cause.NEW
    if before.grounds is not None:
        if before.grounds.reports != own.reports:
            return Cause.REPORTS
        if before.grounds.context != own.context:
            return Cause.CONTEXT
        if before.knowledge != (said.knowledge.release, said.knowledge.sha256):
            return Cause.KNOWLEDGE
        if before.code != said.code_version:
            return Cause.CODE
    found = connection.execute(_TEXT, {"case_id": said.case.id, "number": before.number})
    return cause_of(found.scalar_one(), text)


def _former(each: sa.RowMapping) -> Former:
    known = each["reports"] is not None
    return Former(
        number=each["number"],
        sha256=each["sha256"],
        knowledge=(each["knowledge_release"], each["knowledge_sha256"]),
        code=each["code_version"],
        grounds=Grounds(reports=each["reports"], context=each["context"]) if known else None,
    )


_KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
_FORGET = sa.delete(grounds).where(grounds.c.case_id.in_(_KEYS))
_OWN = sa.and_(
    grounds.c.case_id == interpretations.c.case_id, grounds.c.number == interpretations.c.number
)
_CURRENT = (
    sa.select(
        interpretations.c.case_id,
        interpretations.c.number,
        interpretations.c.sha256,
        interpretations.c.knowledge_release,
        interpretations.c.knowledge_sha256,
        interpretations.c.code_version,
        grounds.c.reports,
        grounds.c.context,
    )
    .join(grounds, _OWN, isouter=True)
    .where(interpretations.c.case_id.in_(_KEYS), interpretations.c.state == "current")
)
_TEXT = sa.select(interpretations.c.canonical).where(
    interpretations.c.case_id == sa.bindparam("case_id"),
    interpretations.c.number == sa.bindparam("number"),
)
