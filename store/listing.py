"""Cases in the database in, the rows of a list out: one page of them at a time, if so asked."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from pipeline.model import Marker
from pipeline.patient import FlagKind, Jurisdiction
from store.books import Cause
from store.bulk import portions
from store.reviews import MARKS, ReviewState, state_of
from store.tables import case_reports, cases, flags, interpretations, reports, suggestions


@dataclass(frozen=True, kw_only=True)
class FlagRow:
    """One therapy flag, for a line of a table."""

    marker: Marker
    therapy: str
    kind: FlagKind
    line: str
    status: str
    jurisdiction: Jurisdiction
    because: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SuggestionRow:
    """One entry of the first- or second-line list, for a line of a table."""

    line: str
    rank: int
    regimen: str
    kind: FlagKind


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One case for the list. *as_of* and *release* are None until it is interpreted.

    *label* is the patient's name, else the medical record number, else the id of the case;
    *review* says how people decided on what is said now, *cause* why it is said anew;
    *stale* says that a report came, went or changed since; *reports* are names of files.
    """

    id: str
    label: str
    mrn: str | None
    site: str | None
    tumour_type: str | None
    tumour_is_btc: bool | None
    reports: tuple[str, ...]
    flags: tuple[FlagRow, ...]
    suggestions: tuple[SuggestionRow, ...]
    as_of: date | None
    release: str | None
    stale: bool
    review: ReviewState | None = None
    cause: Cause | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    """Which part of the list: at most *limit* cases whose id comes *after* the given one."""

    limit: int | None = None
    after: str | None = None


def listing(
    connection: sa.Connection, *, flagged: bool, page: Page | None = None
) -> tuple[CaseRow, ...]:
    """Cases in the order of ids, or only those with at least one current therapy flag.

    Nothing but the rows of the page is read.
    """
    rows = connection.execute(_heads(page or Page(), flagged=flagged)).mappings().all()
    ids = [row["id"] for row in rows]
    files = _grouped(connection, _FILES, ids)
    found = _grouped(connection, _drawn(flags), ids)
    lines = _grouped(connection, _drawn(suggestions), ids)
    return tuple(
        _case_row(row, files[row["id"]], found[row["id"]], lines[row["id"]]) for row in rows
    )


_KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
_FILES = (
    sa.select(case_reports.c.case_id, reports.c.file)
    .join(reports, reports.c.id == case_reports.c.report_id)
    .where(case_reports.c.case_id.in_(_KEYS))
    .order_by(reports.c.file, reports.c.id)
)
_IS_CURRENT = sa.and_(interpretations.c.case_id == cases.c.id, interpretations.c.state == "current")


def _heads(page: Page, *, flagged: bool) -> sa.Select[Any]:
    query = (
        sa.select(cases, interpretations.c.as_of, interpretations.c.knowledge_release, *MARKS)
        .join(interpretations, _IS_CURRENT, isouter=True)
        .order_by(cases.c.id)
        .limit(page.limit)
    )
    if page.after is not None:
        query = query.where(cases.c.id > page.after)
    if flagged:
        of_current = (
            flags.c.case_id == interpretations.c.case_id,
            flags.c.number == interpretations.c.number,
        )
        query = query.where(sa.exists().where(*of_current))
    return query


def _drawn(table: sa.Table) -> sa.Select[Any]:
    """The rows of *table* that belong to the current interpretations of some cases."""
    of_current = sa.and_(
        interpretations.c.case_id == table.c.case_id,
        interpretations.c.number == table.c.number,
        interpretations.c.state == "current",
    )
    return (
        sa.select(table)
        .join(interpretations, of_current)
        .where(table.c.case_id.in_(_KEYS))
        .order_by(table.c.case_id, table.c.ordinal)
    )


def _grouped(
    connection: sa.Connection, question: sa.Select[Any], ids: Sequence[str]
) -> dict[str, list[sa.RowMapping]]:
    grouped: dict[str, list[sa.RowMapping]] = defaultdict(list)
    for some in portions(ids):
        for row in connection.execute(question, {"keys": some}).mappings():
            grouped[row["case_id"]].append(row)
    return grouped


def _case_row(
    row: sa.RowMapping,
    files: Iterable[sa.RowMapping],
    found: Iterable[sa.RowMapping],
    lines: Iterable[sa.RowMapping],
) -> CaseRow:
    btc = row["tumour_is_btc"]
    return CaseRow(
        id=row["id"],
        label=row["name"] or row["mrn"] or row["id"],
        mrn=row["mrn"],
        site=row["site"],
        tumour_type=row["tumour_type"],
        tumour_is_btc=None if btc is None else bool(btc),
        reports=tuple(each["file"] for each in files),
        flags=tuple(_flag_row(each) for each in found),
        suggestions=tuple(_suggestion_row(each) for each in lines),
        as_of=row["as_of"],
        release=row["knowledge_release"],
        stale=bool(row["stale"]),
        review=_review(row) if row["as_of"] else None,
        cause=Cause(row["cause"]) if row["cause"] else None,
    )


def _review(row: sa.RowMapping) -> ReviewState:
    accepted = None if row["accepted"] is None else bool(row["accepted"])
    return state_of(accepted=accepted, again=bool(row["again"]), meaning=row["meaning"])


def _flag_row(row: sa.RowMapping) -> FlagRow:
    return FlagRow(
        marker=Marker(row["marker"]),
        therapy=row["therapy"],
        kind=FlagKind(row["kind"]),
        line=row["line"],
        status=row["status"],
        jurisdiction=Jurisdiction(row["jurisdiction"]),
        because=tuple(json.loads(row["because"])),
    )


def _suggestion_row(row: sa.RowMapping) -> SuggestionRow:
    return SuggestionRow(
        line=row["line"],
        rank=row["rank"],
        regimen=row["regimen"],
        kind=FlagKind(row["kind"]),
    )
