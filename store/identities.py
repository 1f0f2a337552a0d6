"""Identities of today in, the stored reports out that could be of the same persons.

Found by index, so that a night's work does not grow with what is stored. Whole cases, because one
contradiction anywhere in a case counts; and held reports that hang on other held reports.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from pipeline.clusters import Cluster, StandingCase
from pipeline.identifiers import Relation, keys, present, relation
from pipeline.model import FileKind, Identity, ReportStatus
from store.books import Action, report_identifiers, resolutions
from store.bulk import portions
from store.rows import Row
from store.tables import case_reports, cases, reports


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A stored report without its content: whose it is, where it stands or why it is held.

    *action* is what a person last did with it, None if nobody did.
    """

    report_id: str
    sha256: str
    kind: FileKind
    is_read: bool
    identity: Identity
    case_id: str | None
    hold: str | None
    code: str | None
    action: Action | None

    @property
    def is_open(self) -> bool:
        """True for a report that waits for its owner: held, and not refused by a person."""
        refused = self.action is Action.REFUSE
        return self.is_read and self.hold is not None and not refused and not self._is_table

    @property
    def is_unread(self) -> bool:
        """True for a file that was not read, and not refused by a person."""
        return not self.is_read and self.action is not Action.REFUSE

    @property
    def _is_table(self) -> bool:
        # The rows of a hand-written table name their case themselves.
        return self.kind is FileKind.TABLE


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The stored cases and the held reports that matter for some identities."""

    cases: tuple[StandingCase, ...]
    reports: tuple[Neighbour, ...]
    held: tuple[Neighbour, ...]


def rows(report: Row) -> list[Row]:
    """The rows of `report_identifiers` for a row of `reports`."""
    own = Identity(**{name: report[name] for name in Identity.__dataclass_fields__})
    return [
        {"report_id": report["id"], "kind": kind, "value": value}
        for kind, value in sorted(keys(own))
    ]


def neighbours(
    connection: sa.Connection, identities: Iterable[Identity], case_ids: Iterable[str]
) -> Neighbours:
    """Every stored case and held report that could be of these persons or of these cases.

    What is left out is another person's for certain: it would not change where any file of these
    identities belongs, nor what becomes of the held reports that are given.
    """
    named = tuple(case_ids)
    own = _of_cases(connection, named)
    found: dict[str, Neighbour] = {}
    frontier = [*identities, *(each.identity for each in own)]
    while frontier:
        fresh = [each for each in near(connection, frontier) if each.report_id not in found]
        found |= {each.report_id: each for each in fresh}
        # One that states a single identifier fits nobody through another file.
        frontier = [each.identity for each in fresh if each.is_open and len(_stated(each)) > 1]
    held = [each for each in found.values() if each.is_open and len(_stated(each)) > 1]
    reached = {each.case_id for each in found.values() if each.case_id} | set(named)
    members = _of_cases(connection, sorted(reached))
    return Neighbours(
        cases=standing_cases(members),
        reports=members,
        held=tuple(sorted(held, key=lambda each: each.report_id)),
    )


def near(connection: sa.Connection, identities: Collection[Identity]) -> tuple[Neighbour, ...]:
    """Every stored report that is the same person as one of these, or in doubt with one."""
    asked: defaultdict[tuple[str, str], set[Identity]] = defaultdict(set)
    for identity in identities:
        for key in keys(identity):
            asked[key].add(identity)
    candidates = _light(connection, _holders(connection, asked))
    return tuple(each for each in candidates if _is_near(each.identity, asked))


def cases_of(connection: sa.Connection, case_ids: Iterable[str]) -> tuple[StandingCase, ...]:
    """These cases, with the identities of their reports."""
    return standing_cases(_of_cases(connection, tuple(case_ids)))


def standing_cases(members: Iterable[Neighbour]) -> tuple[StandingCase, ...]:
    """Reports by their case, in the order of the cases' ids."""
    grouped: defaultdict[str, list[Neighbour]] = defaultdict(list)
    for each in members:
        if each.case_id:
            grouped[each.case_id].append(each)
    return tuple(
        StandingCase(
            id=case_id,
            identities=tuple(dict.fromkeys(each.identity for each in own if each.is_read)),
            confirmed=any(each.action is Action.ASSIGN for each in own),
        )
        for case_id, own in sorted(grouped.items())
    )


def disturb(connection: sa.Connection, newcomers: Collection[Identity]) -> None:
    """Have every case made again that tells of these identities, or did so far.

    It tells of files that cast doubt on whose it is, and of held files that may be of its patient.
    """
    reached = {each.case_id for each in near(connection, newcomers) if each.case_id}
    persons = {each.id: Cluster.of(each) for each in cases_of(connection, sorted(reached))}
    by_key: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for case_id, person in persons.items():
        for identity in person.identities:
            for key in keys(identity):
                by_key[key].add(case_id)
    told = {
        case_id
        for each in set(newcomers)
        for case_id in {own for key in keys(each) for own in by_key.get(key, ())}
        if persons[case_id].doubted_by(each) or persons[case_id].may_own(each)
    }
    stale = sa.update(cases).where(cases.c.id.in_(_KEYS), cases.c.stale.is_(sa.false()))
    for some in portions(sorted(told)):
        connection.execute(stale.values(stale=True), {"keys": some})


def by_hash(connection: sa.Connection, sha256s: Iterable[str]) -> tuple[Neighbour, ...]:
    """The stored reports of these bytes; rows of hand-written tables left out."""
    found = _asked(connection, _LIGHT.where(reports.c.sha256.in_(_KEYS)), tuple(sha256s))
    whole = (each for each in found if each["portion"] == "")
    return _with_actions(connection, list(whole))


def _stated(each: Neighbour) -> frozenset[str]:
    return present(each.identity)


def _is_near(identity: Identity, asked: dict[tuple[str, str], set[Identity]]) -> bool:
    others = {other for key in keys(identity) for other in asked.get(key, ())}
    return any(relation(identity, other) is not Relation.OTHER for other in others)


def _holders(connection: sa.Connection, asked: Iterable[tuple[str, str]]) -> list[str]:
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for kind, value in asked:
        by_kind[kind].append(value)
    found: set[str] = set()
    for kind, values in by_kind.items():
        query = sa.select(report_identifiers.c.report_id).where(
            report_identifiers.c.kind == kind, report_identifiers.c.value.in_(_KEYS)
        )
        for some in portions(sorted(values)):
            found.update(connection.scalars(query, {"keys": some}))
    return sorted(found)


def _light(connection: sa.Connection, ids: Iterable[str]) -> tuple[Neighbour, ...]:
    rows = _asked(connection, _LIGHT.where(reports.c.id.in_(_KEYS)), tuple(ids))
    return _with_actions(connection, list(rows))


def _of_cases(connection: sa.Connection, case_ids: Iterable[str]) -> tuple[Neighbour, ...]:
    # By an inner join: beginning with the case, no database looks at every report.
    query = sa.select(*_COLUMNS).join(case_reports, case_reports.c.report_id == reports.c.id)
    query = query.where(case_reports.c.case_id.in_(_KEYS), reports.c.portion == "")
    rows = _asked(connection, query, tuple(case_ids))
    return _with_actions(connection, sorted(rows, key=itemgetter("id")))


def _with_actions(
    connection: sa.Connection, rows: Collection[sa.RowMapping]
) -> tuple[Neighbour, ...]:
    actions = last_actions(connection, [row["id"] for row in rows])
    return tuple(
        Neighbour(
            report_id=row["id"],
            sha256=row["sha256"],
            kind=FileKind(row["kind"]),
            is_read=ReportStatus(row["status"]).is_read,
            identity=Identity(**{name: row[name] for name in Identity.__dataclass_fields__}),
            case_id=row["case_id"],
            hold=row["hold"],
            code=row["hold_code"],
            action=actions.get(row["id"]),
        )
        for row in rows
    )


def last_actions(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Action]:
    """What a person did last with each of these reports."""
    query = (
        sa.select(resolutions.c.report_id, resolutions.c.action)
        .where(resolutions.c.report_id.in_(_KEYS))
        .order_by(resolutions.c.report_id, resolutions.c.number)
    )
    rows = _asked(connection, query, tuple(ids))
    return {row["report_id"]: Action(row["action"]) for row in rows}


_KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
_OWN = ("id", "sha256", "portion", "kind", "status", "hold", "hold_code")
_COLUMNS = (
    *(reports.c[name] for name in (*_OWN, *Identity.__dataclass_fields__)),
    case_reports.c.case_id,
)
_LIGHT = sa.select(*_COLUMNS).join(
    case_reports, case_reports.c.report_id == reports.c.id, isouter=True
)


def _asked(
    connection: sa.Connection, query: sa.Select[Any], values: Iterable[str]
) -> Iterator[sa.RowMapping]:
    for some in portions(tuple(dict.fromkeys(values))):
        yield from connection.execute(query, {"keys": some}).mappings()
