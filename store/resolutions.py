"""What a person says of a stored report in, the report in its case (or refused) out.

Only appended: a later word of a person replaces an earlier one, and both stay. What a person says
counts as identity from then on; a file that is weighed later is weighed against it.
"""

import hashlib
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

import sqlalchemy as sa

from pipeline.clusters import Cluster, listed
from pipeline.errors import IdentityError, InputError
from pipeline.identifiers import conflicts, merged
from pipeline.model import FileKind, Identity
from store import audit, identities, reports, vouched
from store.audit import Act
from store.books import Action, resolutions
from store.reports import SAME_REPORT, Incoming, Saved
from store.rows import Row, identity_row, logical_key
from store.stored import Stored, of_ids
from store.tables import cases
from store.tables import reports as report_table

ANEW = "a person asked to decide anew whose report this is"


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """What a person did with a report.

    `ASSIGN` with a *case_id* puts it there, without one into a new case; *identity* is what the
    person states beyond what is printed. `REFUSE` sets it aside for good, `RETRY` takes back what
    was said before. *despite_conflict*: the person knows that what is printed speaks against it.
    """

    report_id: str
    action: Action
    resolved_by: str
    resolved_at: datetime
    reason: str
    case_id: str | None = None
    identity: Identity = field(default_factory=Identity)
    despite_conflict: bool = False


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """What came of it: where the report stands now, and what makes its cases stale.

    *displaced* is the report that counted until now in place of this one.
    """

    report_id: str
    identity: Identity
    case_id: str | None
    left: str | None
    displaced: str | None = None


def resolve(connection: sa.Connection, said: Resolution) -> Resolved:
    """Do what a person says, and write down that they said it; see `Store.resolve`."""
    stored = _stored(connection, said)
    identities.disturb(connection, [stored.identity])
    if said.action is not Action.ASSIGN:
        done = _set_aside(connection, stored, said)
    else:
        done = _assign(connection, stored, said)
    _write_down(connection, said, done)
    return done


def of_report(connection: sa.Connection, report_id: str) -> tuple[Resolution, ...]:
    """What persons did with a report, the earliest first."""
    query = sa.select(resolutions).where(resolutions.c.report_id == report_id)
    rows = connection.execute(query.order_by(resolutions.c.number)).mappings()
    return tuple(_resolution(row) for row in rows)


def _stored(connection: sa.Connection, said: Resolution) -> Stored:
    if not (said.resolved_by.strip() and said.reason.strip()):
        raise InputError("a name and a reason are needed: they are kept with the report")
    found = of_ids(connection, [said.report_id])
    if not found:
        raise InputError("no report is stored under this id")
    report = found[0].result.report
    if report.kind is FileKind.TABLE:
        raise InputError("rows of a findings table name their case themselves; correct the table")
    if said.action is Action.ASSIGN and not report.status.is_read:
        raise InputError("this file was not read: it cannot be given to a case, only be refused")
    return found[0]


def _set_aside(connection: sa.Connection, stored: Stored, said: Resolution) -> Resolved:
    """Hold the report: refused for good, or to be decided anew by what is printed."""
    anew = said.action is Action.RETRY
    identity = _printed(stored) if anew else stored.identity
    hold = ANEW if anew else f"refused by a person: {said.reason}"
    saved = _save(connection, stored, identity, None, hold)
    return Resolved(report_id=stored.report_id, identity=identity, case_id=None, left=saved.left)


def _assign(connection: sa.Connection, stored: Stored, said: Resolution) -> Resolved:
    case_id = said.case_id or _new_case(stored.report_id)
    if said.case_id is not None and not _exists(connection, said.case_id):
        raise InputError("no case is stored under this id; --new makes one")
    if stored.case_id == case_id:
        raise InputError("the report stands in this case already")
    others = [each for each in identities.cases_of(connection, [case_id]) if each.identities]
    person = Cluster.of(others[0]) if others else Cluster()
    identity = _agreed(said, _printed(stored), person)
    displaced = _displace(connection, stored, identity)
    saved = _save(connection, stored, identity, case_id, None)
    return Resolved(
        report_id=stored.report_id,
        identity=identity,
        case_id=saved.case_id,
        left=saved.left,
        displaced=displaced,
    )


def _agreed(said: Resolution, printed: Identity, person: Cluster) -> Identity:
    """Whose the report is from now on; `IdentityError` where that is contradicted.

    What is printed and contradicts the person counts no longer, unless it was stated again: a
    wrong label must not keep the person's own files out.
    """
    whole = merged(said.identity, printed)
    against = conflicts(said.identity, printed) | person.against(printed) | person.against(whole)
    if against and not said.despite_conflict:
        told = f"{listed(against)} on the report and as said here differ"
        raise IdentityError(f"{told}; say so knowingly (--despite-conflict) if it is right")
    wrong = person.against(printed)
    kept = replace(
        printed,
        mrn=None if "mrn" in wrong else printed.mrn,
        assigning_authority=None if "mrn" in wrong else printed.assigning_authority,
        name=None if "name" in wrong else printed.name,
        dob=None if "dob" in wrong else printed.dob,
    )
    return merged(said.identity, kept)


def _displace(connection: sa.Connection, stored: Stored, identity: Identity) -> str | None:
    """Hold the file that counted until now for the same report of the laboratory."""
    key = logical_key(stored.result.report, identity)
    query = sa.select(report_table.c.id).where(
        report_table.c.logical_key == key, report_table.c.id != stored.report_id
    )
    other = connection.scalar(query) if key else None
    if other is None:
        return None
    (before,) = of_ids(connection, [other])
    _save(connection, before, before.identity, None, SAME_REPORT)
    return str(other)


def _save(
    connection: sa.Connection,
    stored: Stored,
    identity: Identity,
    case_id: str | None,
    hold: str | None,
) -> Saved:
    incoming = Incoming(result=stored.result, identity=identity, case_id=case_id, hold=hold)
    return reports.save(connection, incoming, revise=True)


def _printed(stored: Stored) -> Identity:
    return merged(stored.result.report.identity, stored.identity)


def _new_case(report_id: str) -> str:
    # Not by the identifiers: another person's case may bear the name that they give.
    return f"case-{hashlib.sha256(f'new|{report_id}'.encode()).hexdigest()[:12]}"


def _exists(connection: sa.Connection, case_id: str) -> bool:
    return (
        connection.execute(sa.select(cases.c.id).where(cases.c.id == case_id)).first() is not None
    )


def _write_down(connection: sa.Connection, said: Resolution, done: Resolved) -> None:
    last = sa.select(sa.func.max(resolutions.c.number)).where(
        resolutions.c.report_id == said.report_id
    )
    number = int(connection.scalar(last) or 0) + 1
    row: Row = {
        "report_id": said.report_id,
        "number": number,
        "action": said.action.value,
        "case_id": done.case_id,
        **identity_row(said.identity),
        "resolved_by": said.resolved_by,
        "resolved_at": said.resolved_at,
        "reason": said.reason,
    }
    connection.execute(sa.insert(resolutions), row)
    detail = {
        "number": number,
        "action": said.action.value,
        "case": audit.case_token(done.case_id) if done.case_id else None,
        "rows": vouched.alone("resolutions", row),
    }
    audit.append(
        connection,
        action=Act.RESOLUTION_RECORDED,
        subject=audit.opaque(said.report_id),
        detail=detail,
        actor=said.resolved_by,
    )


def _resolution(row: sa.RowMapping) -> Resolution:
    return Resolution(
        report_id=row["report_id"],
        action=Action(row["action"]),
        resolved_by=row["resolved_by"],
        resolved_at=row["resolved_at"],
        reason=row["reason"],
        case_id=row["case_id"],
        identity=Identity(**{each.name: row[each.name] for each in fields(Identity)}),
    )
