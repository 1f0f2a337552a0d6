"""What a reader saw in, the row kept for a report's revision out: all that normalising needs.

A finding may be made again from here without the file: with the coverage in its report, the
observations give the same result under the same code.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from pipeline.model import Observation
from store import audit, vouched
from store.audit import Act
from store.books import readings
from store.rows import Row, canonical, restored


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Every observation of a reading, those that became no finding too.

    *read_with* is the version of the code and the hash of the assay table; *seconds* is how long
    the reading took, None where nobody measured it.
    """

    observations: tuple[Observation, ...]
    read_with: str
    seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class _Observed:
    """The observations of a reading, in their order."""

    observations: tuple[Observation, ...]


def row(key: tuple[str, int], seen: Seen, run_id: str | None) -> Row:
    """The row of what was read at *key* (report, revision)."""
    return {
        "report_id": key[0],
        "revision": key[1],
        "observed": canonical(_Observed(observations=seen.observations)),
        "read_with": seen.read_with,
        "run_id": run_id,
    }


def complete(
    connection: sa.Connection, key: tuple[str, int], seen: Seen | None, run_id: str | None
) -> None:
    """The same for a report that was stored before anybody wrote down what was read."""
    if seen is None or of(connection, *key) is not None:
        return
    new = row(key, seen, run_id)
    connection.execute(sa.insert(readings), new)
    detail = {"number": key[1], "observed": vouched.reading(new)}
    subject = audit.opaque(key[0])
    audit.append(connection, action=Act.REPORT_COMPLETED, subject=subject, detail=detail)


def of(connection: sa.Connection, report_id: str, revision: int) -> tuple[Observation, ...] | None:
    """What was seen at that revision; None where nobody wrote it down."""
    query = sa.select(readings.c.observed).where(
        readings.c.report_id == report_id, readings.c.revision == revision
    )
    text = connection.execute(query).scalar_one_or_none()
    return None if text is None else restored(_Observed, text).observations


def carry_over(connection: sa.Connection, key: tuple[str, int]) -> None:
    """Let the last reading stand for revision *key* too; nothing where nobody wrote it down."""
    # The same reading in another place: set free, or replaced by a later table.
    last = (
        sa.select(readings)
        .where(readings.c.report_id == key[0], readings.c.revision < key[1])
        .order_by(readings.c.revision.desc())
        .limit(1)
    )
    row = connection.execute(last).mappings().one_or_none()
    if row is not None:
        connection.execute(sa.insert(readings), dict(row) | {"revision": key[1]})
