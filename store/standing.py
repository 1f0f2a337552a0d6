"""Reports about to be saved in, what already stands of them out: asked at once for a whole batch.

Kept up to date while the batch is saved, so that the second of two files of one batch meets the
first as it would on the next day.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipeline.model import Identity, ReportStatus
from store.bulk import portions
from store.rows import Row
from store.tables import case_reports, cases, reports

IDENTITY = tuple(Identity.__dataclass_fields__)
"""The columns that say whose a report is."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A stored report: its revision, where it stands or why it is held, whose, and what it says."""

    id: str
    revision: int
    is_read: bool
    logical_key: str | None
    case_id: str | None
    hold: str | None
    identity: Row
    canonical: str


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a report about to be saved would take: its key, its claim, its case."""

    id: str
    logical_key: str | None
    case_id: str | None


class Standing:
    """The reports, claims and cases that a batch may meet."""

    def __init__(
        self, places: Iterable[Place], claims: Iterable[tuple[str, str]], known: Iterable[str]
    ) -> None:
        self._places = {each.id: each for each in places}
        self._claims = dict(claims)
        self._cases = set(known)

    def place(self, key: str) -> Place | None:
        """The stored report of this key."""
        return self._places.get(key)

    def is_claimed(self, logical_key: str, *, by_other_than: str) -> bool:
        """True if another report stands for this laboratory, accession and version."""
        return self._claims.get(logical_key, by_other_than) != by_other_than

    def has_case(self, case_id: str) -> bool:
        """True if the case is stored."""
        return case_id in self._cases

    def take(self, place: Place) -> None:
        """A report was saved: it, its claim and its case stand from now on."""
        before = self._places.get(place.id)
        if before and before.logical_key:
            self._claims.pop(before.logical_key, None)
        self._places[place.id] = place
        if place.logical_key:
            self._claims[place.logical_key] = place.id
        if place.case_id:
            self._cases.add(place.case_id)


def standing(connection: sa.Connection, wanted: Sequence[Wanted]) -> Standing:
    """What stands in the database of all that *wanted* names."""
    keys = [each.logical_key for each in wanted if each.logical_key]
    named = [each.case_id for each in wanted if each.case_id]
    return Standing(
        places=map(_place, _asked(connection, _PLACES, [each.id for each in wanted])),
        claims=((row.logical_key, row.id) for row in _asked(connection, _CLAIMS, keys)),
        known=(row.id for row in _asked(connection, _CASES, named)),
    )


_KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
_OF_PLACE = ("id", "revision", "status", "logical_key", "hold", "canonical")
_PLACES = (
    sa.select(
        *(reports.c[name] for name in (*_OF_PLACE, *IDENTITY)),
        case_reports.c.case_id,
    )
    .join(case_reports, case_reports.c.report_id == reports.c.id, isouter=True)
    .where(reports.c.id.in_(_KEYS))
)
_CLAIMS = sa.select(reports.c.logical_key, reports.c.id).where(reports.c.logical_key.in_(_KEYS))
_CASES = sa.select(cases.c.id).where(cases.c.id.in_(_KEYS))


def _asked(
    connection: sa.Connection, question: sa.Select[Any], keys: Iterable[str]
) -> Iterator[sa.Row[Any]]:
    for some in portions(tuple(dict.fromkeys(keys))):
        yield from connection.execute(question, {"keys": some})


def _place(row: sa.Row[Any]) -> Place:
    return Place(
        id=row.id,
        revision=row.revision,
        is_read=ReportStatus(row.status).is_read,
        logical_key=row.logical_key,
        case_id=row.case_id,
        hold=row.hold,
        identity={name: getattr(row, name) for name in IDENTITY},
        canonical=row.canonical,
    )
