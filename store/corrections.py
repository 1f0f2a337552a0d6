"""A person's judgement of what a reader read in, its row out; and what the judgements say.

Only appended; of one field of one report the latest judgement counts. A printed text is at most
80 characters: never a page (design, privacy of fixtures).
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pipeline.codec import fingerprint
from pipeline.errors import InputError
from pipeline.model import Marker
from store import audit, vouched
from store.audit import Act
from store.bulk import portions
from store.desk_books import corrections
from store.rows import Row
from store.tables import case_reports, cases, reports

LONGEST = 80
"""Characters of printed text that are kept."""
FIELDS = ("status", "alteration", "value", "unit", "vaf", "copies", "specimen")
"""What can be judged of a reading."""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One judgement of one field that was read of one marker.

    *printed* is the text that was read, *read* what was made of it, *expected* what it should
    have been (as *read* where it is right). *reader* names the reader and its version, *layout* is
    the fingerprint of the page's layout.
    """

    report_id: str
    revision: int
    case_id: str
    reader: str
    assay: str | None
    layout: str | None
    marker: Marker
    field: str
    printed: str | None
    read: str | None
    expected: str | None
    is_right: bool
    judged_by: str
    judged_at: datetime
    reason: str | None = None

    @property
    def key(self) -> str:
        """The opaque id of this judgement."""
        return fingerprint(self)

    def __post_init__(self) -> None:
        if self.field not in FIELDS:
            raise InputError(f"only these can be judged: {', '.join(FIELDS)}")
        if self.printed is not None and len(self.printed) > LONGEST:
            raise InputError(f"at most {LONGEST} characters of a printed text are kept")
        if self.is_right != (self.read == self.expected):
            raise InputError("what is right is as it was read; what is wrong should be otherwise")
        if not self.is_right and not (self.reason or "").strip():
            raise InputError("what is wrong with a reading needs a reason")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """How often a field that a reader read was judged so, of the judgements that count."""

    reader: str
    assay: str | None
    marker: Marker
    field: str
    read: str | None
    expected: str | None
    is_right: bool
    count: int


def record(
    connection: sa.Connection, judged: Sequence[Correction], *, actor: str | None = None
) -> int:
    """Append judgements that do not stand yet, and let their cases be made again; how many.

    *actor* is the opaque id under which the audit knows the person.
    """
    rows = [{"id": each.key} | _row(each) for each in judged]
    known = _stored(connection, [row["id"] for row in rows])
    new = {row["id"]: row for row in rows if row["id"] not in known}
    if not new:
        return 0
    _check(connection, judged)
    connection.execute(sa.insert(corrections), list(new.values()))
    # What is confirmed changes nothing that is said, unless it takes back what was said before.
    changed = {row["case_id"] for row in new.values()} & _spoken_of(connection, judged)
    if changed:
        found = sa.update(cases).where(cases.c.id.in_(changed)).values(stale=True)
        connection.execute(found)
    for key, row in new.items():
        detail = {"number": 1, "rows": vouched.alone("corrections", row)}
        audit.append(
            connection,
            action=Act.CORRECTION_RECORDED,
            subject=key,
            detail=detail,
            actor=actor or str(row["judged_by"]),
        )
    return len(new)


def of_case(connection: sa.Connection, case_id: str) -> tuple[Correction, ...]:
    """Every judgement that was made of a case, the earliest first."""
    query = sa.select(corrections).where(corrections.c.case_id == case_id)
    rows = connection.execute(query.order_by(corrections.c.judged_at, corrections.c.id)).mappings()
    return tuple(map(_correction, rows))


def misread(connection: sa.Connection, case_ids: Iterable[str]) -> tuple[Correction, ...]:
    """What was judged wrong, and not taken back, of the reports that stand in these cases now.

    Each with the case in which the report stands now.
    """
    keys: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
    standing = sa.select(case_reports.c.report_id).where(case_reports.c.case_id.in_(keys))
    # Only judgements of these reports are weighed: a night asks for some cases at a time.
    latest = _latest(corrections.c.report_id.in_(standing))
    query = (
        sa.select(latest, case_reports.c.case_id.label("now"))
        .join(case_reports, case_reports.c.report_id == latest.c.report_id)
        .where(latest.c.place == 1, latest.c.is_right.is_(sa.false()))
        .order_by(latest.c.report_id, latest.c.marker, latest.c.field, latest.c.id)
    )
    return tuple(
        _correction(dict(row) | {"case_id": row["now"]})
        for some in portions(tuple(dict.fromkeys(case_ids)))
        for row in connection.execute(query, {"keys": some}).mappings()
    )


def by_reader(connection: sa.Connection) -> tuple[Judged, ...]:
    """The judgements that count, by reader and field: what an accuracy card is made of."""
    names = [name for name in Judged.__dataclass_fields__ if name != "count"]
    columns = [_LATEST.c[name] for name in names]
    query = (
        sa.select(*columns, sa.func.count().label("count"))
        .where(_LATEST.c.place == 1)
        .group_by(*columns)
        .order_by(*columns)
    )
    return tuple(
        Judged(**row | {"marker": Marker(row["marker"]), "is_right": bool(row["is_right"])})
        for row in map(dict, connection.execute(query).mappings())
    )


def wrong(connection: sa.Connection) -> tuple[Correction, ...]:
    """Every reading that was judged wrong and not taken back, to be made into fixtures."""
    query = sa.select(_LATEST).where(_LATEST.c.place == 1, _LATEST.c.is_right.is_(sa.false()))
    rows = connection.execute(query.order_by(_LATEST.c.reader, _LATEST.c.id)).mappings()
    return tuple(map(_correction, rows))


def _check(connection: sa.Connection, judged: Sequence[Correction]) -> None:
    ids = {each.report_id for each in judged}
    query = sa.select(reports.c.id).where(reports.c.id.in_(ids))
    if ids - set(connection.scalars(query)):
        raise InputError("a judgement must name a report that is stored")


def _stored(connection: sa.Connection, ids: Sequence[str]) -> frozenset[str]:
    query = sa.select(corrections.c.id).where(corrections.c.id.in_(ids))
    return frozenset(connection.scalars(query))


def _spoken_of(connection: sa.Connection, judged: Sequence[Correction]) -> set[str]:
    """The cases of which anything was ever judged wrong, by a report that is judged now."""
    ids = {each.report_id for each in judged}
    was_wrong = sa.select(corrections.c.report_id).where(
        corrections.c.report_id.in_(ids), corrections.c.is_right.is_(sa.false())
    )
    query = sa.select(case_reports.c.case_id).where(case_reports.c.report_id.in_(was_wrong))
    return set(connection.scalars(query))


def _row(judged: Correction) -> Row:
    return asdict(judged) | {"marker": judged.marker.value}


def _correction(row: sa.RowMapping | dict[str, Any]) -> Correction:
    values = {name: row[name] for name in Correction.__dataclass_fields__}
    return Correction(
        **values | {"marker": Marker(row["marker"]), "is_right": bool(row["is_right"])}
    )


# The status is one of the marker; of other fields there may be several, told apart by their text.
_OF_TEXT = sa.case((corrections.c.field == "status", ""), else_=corrections.c.printed)


def _latest(*wanted: sa.ColumnElement[bool]) -> sa.Subquery:
    """The judgements, each with its place among those of the same field: 1 is the latest."""
    same = (corrections.c.report_id, corrections.c.marker, corrections.c.field, _OF_TEXT)
    newest = (corrections.c.judged_at.desc(), corrections.c.id.desc())
    place = sa.func.row_number().over(partition_by=same, order_by=newest).label("place")
    return sa.select(corrections, place).where(*wanted).subquery()


_LATEST = _latest()
