"""An identifier in, the cases and the held files that bear it out: exactly, and nothing like it."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from pipeline.errors import InputError
from pipeline.identifiers import keys
from pipeline.model import Identity
from store import audit
from store.audit import Act
from store.books import report_identifiers
from store.desk_books import queue
from store.tables import case_reports

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Found:
    """Cases and files that belong to no case, by their ids."""

    case_ids: tuple[str, ...]
    report_ids: tuple[str, ...]


@dataclass(frozen=True)
class _Owner:
    """A case, or a file that belongs to none."""

    case_id: str | None
    report_id: str | None = None


def find(connection: sa.Connection, identity: Identity, *, by: str) -> Found:
    """What bears every identifier that is stated; the search is noted in the audit.

    `InputError` unless a number or a name with a day of birth is stated: a name alone is borne by
    many.
    """
    asked = sorted(keys(identity))
    kinds = {kind for kind, _ in asked}
    if not (kinds & {"mrn", "accession", "specimen"} or {"name", "dob"} <= kinds):
        raise InputError("search by a number, or by a name together with a day of birth")
    # A day of birth is borne by many: it is looked for last, and among few.
    owners: set[_Owner] | None = None
    for key in sorted(asked, key=lambda each: each[0] == "dob"):
        owners = _owners(connection, key, owners)
    found = owners or set()
    audit.append(
        connection,
        action=Act.PATIENT_SOUGHT,
        subject="search",
        detail={"by": sorted(kinds), "found": len(found)},
        actor=by,
    )
    return Found(
        case_ids=_sorted(each.case_id for each in found),
        report_ids=_sorted(each.report_id for each in found),
    )


def _owners(connection: sa.Connection, key: Key, among: set[_Owner] | None) -> set[_Owner]:
    """What bears an identifier, among those that bear the others."""
    kind, value = key
    query = _BEARING.where(report_identifiers.c.kind == kind, report_identifiers.c.value == value)
    found = {
        _Owner(row.case_id, None if row.case_id else row.report_id)
        for row in connection.execute(query)
    }
    # The patient may be called so by a table that people wrote, whatever the files say.
    if kind in _OF_PATIENT:
        named = sa.select(queue.c.case_id).where(queue.c[f"{kind}_key"] == value)
        if among is not None:
            named = named.where(queue.c.case_id.in_([each.case_id for each in among]))
        found |= {_Owner(case_id) for case_id in connection.scalars(named)}
    return found if among is None else found & among


def _sorted(ids: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted(each for each in ids if each is not None))


_OF_PATIENT = frozenset({"mrn", "name", "dob"})
_BEARING = sa.select(report_identifiers.c.report_id, case_reports.c.case_id).join(
    case_reports, case_reports.c.report_id == report_identifiers.c.report_id, isouter=True
)
