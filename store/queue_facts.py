"""Cases in, all that their places in the queue depend on out, asked at once."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pipeline.patient import FlagKind
from store import bulk, corrections
from store.audit import Act, case_token
from store.books import audit as entries
from store.books import closings
from store.desk_books import queue
from store.meanings import Meaning
from store.tables import case_reports, cases, decisions, flags, reports

Key = tuple[str, int]
"""A case and the number of one of its interpretations."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision that closes, or that is the first of two signatures."""

    number: int
    accepted: bool
    meaning: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class FlagMark:
    """A therapy flag, for a comparison."""

    marker: str
    therapy: str
    line: str
    jurisdiction: str
    is_blocked: bool
    tier: str | None

    @property
    def key(self) -> tuple[str | bool, ...]:
        """What makes it another flag; its tier does not."""
        return self.marker, self.therapy, self.line, self.jurisdiction, self.is_blocked


@dataclass(frozen=True, kw_only=True)
class Known:
    """All that the place of some cases depends on, by case, asked for at once."""

    decided: dict[str, list[Decided]]
    flags: dict[Key, list[FlagMark]]
    misread: dict[str, list[datetime]]
    saved: dict[Key, datetime]
    before: dict[str, datetime]
    authorities: dict[str, set[str]]


def known(connection: sa.Connection, ids: Sequence[str], just: Mapping[Key, datetime]) -> Known:
    """What is known of these cases; *just* says when an interpretation is saved right now."""
    decided: dict[str, list[Decided]] = defaultdict(list)
    for each in _asked(connection, _DECIDED, ids):
        one = Decided(
            number=each.number,
            accepted=bool(each.accepted),
            meaning=each.meaning,
            at=each.decided_at,
        )
        decided[each.case_id].append(one)
    waiting = [each for each in ids if (each, 1) not in just]
    return Known(
        decided=decided,
        flags=_flags(connection, list(decided)),
        misread=_misread(connection, ids),
        saved=_saved(connection, waiting) | dict(just),
        before={row.case_id: row.waiting_since for row in _asked(connection, _BEFORE, waiting)},
        authorities=_authorities(connection, ids),
    )


def quoted(authority: str) -> str:
    """An authority as it stands in the list of a row: found there whole or not at all."""
    inner = json.dumps(authority)[1:-1].replace('\\"', "\\u0022")
    return f'"{inner}"'


def authorities(connection: sa.Connection, case_id: str) -> frozenset[str] | None:
    """Every assigning authority that a case names; None for an unknown case."""
    known_ids = sa.select(cases.c.id).where(cases.c.id == case_id)
    if connection.execute(known_ids).first() is None:
        return None
    return frozenset(_authorities(connection, [case_id])[case_id])


def _misread(connection: sa.Connection, ids: Sequence[str]) -> dict[str, list[datetime]]:
    """When a reviewer called a reading wrong that still stands."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for each in corrections.misread(connection, ids):
        found[each.case_id].append(each.judged_at)
    return found


def _flags(connection: sa.Connection, ids: Sequence[str]) -> dict[Key, list[FlagMark]]:
    found: dict[Key, list[FlagMark]] = defaultdict(list)
    for row in _asked(connection, _FLAGS, ids):
        one = FlagMark(
            marker=row.marker,
            therapy=row.therapy,
            line=row.line,
            jurisdiction=row.jurisdiction,
            is_blocked=row.kind == FlagKind.BLOCK,
            tier=row.amp_asco_cap,
        )
        found[row.case_id, row.number].append(one)
    return found


def _saved(connection: sa.Connection, ids: Sequence[str]) -> dict[Key, datetime]:
    """When each interpretation of these cases was saved, as the audit says."""
    cases_by_token = {case_token(each): each for each in ids}
    found = _asked(connection, _SAVED, list(cases_by_token))
    return {
        (cases_by_token[row.subject], int(json.loads(row.detail)["number"])): row.at
        for row in found
    }


def _asked(
    connection: sa.Connection, question: sa.Select[Any], ids: Sequence[str]
) -> Iterator[sa.Row[Any]]:
    for some in bulk.portions(ids):
        yield from connection.execute(question, {"keys": some})


def _authorities(connection: sa.Connection, ids: Sequence[str]) -> dict[str, set[str]]:
    """Every authority that the patients of these cases or their reports name."""
    found: dict[str, set[str]] = defaultdict(set)
    for query in (_OF_PATIENTS, _OF_REPORTS):
        for row in _asked(connection, query, ids):
            found[row.case_id].add(row.assigning_authority)
    return found


_KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
_BEFORE = sa.select(queue.c.case_id, queue.c.waiting_since).where(
    queue.c.case_id.in_(_KEYS), queue.c.review.not_in(["signed", "refused"])
)
_DECIDED = (
    sa.select(
        closings.c.case_id,
        closings.c.number,
        decisions.c.accepted,
        decisions.c.meaning,
        decisions.c.decided_at,
    )
    .join(decisions, decisions.c.id == closings.c.decision_id)
    .where(closings.c.case_id.in_(_KEYS), decisions.c.meaning != Meaning.OPINION.value)
    .order_by(decisions.c.decided_at, decisions.c.id)
)
_FLAGS = sa.select(flags).where(flags.c.case_id.in_(_KEYS))
_SAVED = sa.select(entries.c.subject, entries.c.at, entries.c.detail).where(
    entries.c.subject.in_(_KEYS),
    entries.c.action.in_([Act.INTERPRETATION_SAVED.value, Act.INTERPRETATION_ADOPTED.value]),
)
_OF_PATIENTS = sa.select(cases.c.id.label("case_id"), cases.c.assigning_authority).where(
    cases.c.id.in_(_KEYS), cases.c.assigning_authority.is_not(None)
)
_OF_REPORTS = (
    sa.select(case_reports.c.case_id, reports.c.assigning_authority)
    .join(reports, reports.c.id == case_reports.c.report_id)
    .where(case_reports.c.case_id.in_(_KEYS), reports.c.assigning_authority.is_not(None))
)
