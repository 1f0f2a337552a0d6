"""One interpretation in, its rows written inside the caller's transaction; and cases out again.

The current interpretation of a case is replaced only by a different one, and stays as superseded.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from pipeline.codec import fingerprint
from pipeline.errors import IdentityError, InputError
from pipeline.model import Marker
from pipeline.patient import Decision, FlagKind, Interpretation, Jurisdiction, Patient
from store import audit, inputs, vouched
from store.audit import Act
from store.inputs import Inputs
from store.rows import Row, canonical, identity_row, interpretation_rows, report_id, restored
from store.tables import (
    case_reports,
    cases,
    decisions,
    flags,
    interpretations,
    metadata,
    reports,
    suggestions,
)


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


def save(
    connection: sa.Connection,
    said: Interpretation,
    made_from: Inputs | None = None,
    run_id: str | None = None,
) -> bool:
    """Make *said* the current interpretation; False if it already is, and no row changes.

    *made_from* is what a replay needs to make it again. `IdentityError` if it rests on a report
    that is not stored in this very case.
    """
    text = canonical(said)
    used = _revisions(connection, said)
    current = connection.execute(
        _CURRENT.where(interpretations.c.case_id == said.case.id)
    ).one_or_none()
    if current is not None and current.canonical == text:
        return _settle(connection, said.case.id)
    number = _supersede(connection, said.case.id)
    described = _describe(connection, said)
    row = _interpretation(number, said, text)
    connection.execute(sa.insert(interpretations), row)
    link = {"case_id": said.case.id, "number": number}
    rows = {"interpretation_reports": tuple(link | each for each in used)}
    rows |= interpretation_rows(number, said)
    for table, many in rows.items():
        if many:
            connection.execute(sa.insert(metadata.tables[table]), list(many))
    if made_from is not None:
        inputs.record(connection, (said.case.id, number), made_from, run_id)
    detail = {
        "number": number,
        "interpretation": row["sha256"],
        "knowledge": row["knowledge_sha256"],
        "case": vouched.alone("cases", described),
        "rows": vouched.interpretation(row, rows),
    }
    subject = audit.case_token(said.case.id)
    audit.append(connection, action=Act.INTERPRETATION_SAVED, subject=subject, detail=detail)
    return True


def current(connection: sa.Connection, case_id: str) -> Interpretation | None:
    """The current interpretation of a case; None where there is none."""
    row = connection.execute(_CURRENT.where(interpretations.c.case_id == case_id)).one_or_none()
    return None if row is None else restored(Interpretation, row.canonical)


def history(connection: sa.Connection, case_id: str) -> tuple[Interpretation, ...]:
    """Every interpretation of a case, the oldest first; the last one is current."""
    query = (
        sa.select(interpretations.c.canonical)
        .where(interpretations.c.case_id == case_id)
        .order_by(interpretations.c.number)
    )
    return tuple(restored(Interpretation, text) for text in connection.scalars(query))


def patient(connection: sa.Connection, case_id: str) -> Patient | None:
    """The clinical context that a case was last interpreted with; None if it never was."""
    query = sa.select(cases.c.patient).where(cases.c.id == case_id)
    text = connection.execute(query).scalar_one_or_none()
    return None if text is None else restored(Patient, text)


def stale(connection: sa.Connection) -> tuple[str, ...]:
    """Ids of the cases whose reports changed since they were interpreted."""
    query = sa.select(cases.c.id).where(cases.c.stale.is_(sa.true())).order_by(cases.c.id)
    return tuple(connection.scalars(query))


def listing(connection: sa.Connection, *, flagged: bool) -> tuple[CaseRow, ...]:
    """Every case in the order of ids, or only those with at least one current therapy flag."""
    files = _files(connection)
    found = _grouped(connection, flags)
    lines = _grouped(connection, suggestions)
    query = sa.select(cases, interpretations.c.as_of, interpretations.c.knowledge_release).join(
        interpretations,
        sa.and_(interpretations.c.case_id == cases.c.id, interpretations.c.state == "current"),
        isouter=True,
    )
    rows = connection.execute(query.order_by(cases.c.id)).mappings()
    return tuple(
        _case_row(row, files[row["id"]], found[row["id"]], lines[row["id"]])
        for row in rows
        if found[row["id"]] or not flagged
    )


def record(connection: sa.Connection, decision: Decision) -> bool:
    """Append a decision; False if this very decision stands already. `InputError`: no such case."""
    key = fingerprint(decision)
    if connection.execute(sa.select(decisions.c.id).where(decisions.c.id == key)).first():
        return False
    case = sa.select(cases.c.id).where(cases.c.id == decision.case_id)
    if connection.execute(case).first() is None:
        raise InputError("a decision must name a case that is stored")
    row = {"id": key} | _decision(decision)
    connection.execute(sa.insert(decisions), row)
    detail = {
        "number": 1,
        "case": audit.case_token(decision.case_id),
        "shown": decision.shown_sha256,
        "rows": vouched.alone("decisions", row),
    }
    audit.append(
        connection,
        action=Act.DECISION_RECORDED,
        subject=key,
        detail=detail,
        actor=decision.reviewer,
    )
    return True


def decided(connection: sa.Connection, case_id: str) -> tuple[Decision, ...]:
    """The decisions of a case in the order of their time."""
    query = sa.select(decisions).where(decisions.c.case_id == case_id)
    rows = connection.execute(query.order_by(decisions.c.decided_at, decisions.c.id)).mappings()
    return tuple(_decided(row) for row in rows)


_CURRENT = sa.select(interpretations).where(interpretations.c.state == "current")


def _revisions(connection: sa.Connection, said: Interpretation) -> tuple[Row, ...]:
    wanted = {report_id(each.report, said.case.id) for each in said.case.reports}
    query = (
        sa.select(reports.c.id, reports.c.revision)
        .join(case_reports, case_reports.c.report_id == reports.c.id)
        .where(case_reports.c.case_id == said.case.id, reports.c.id.in_(wanted))
        .order_by(reports.c.id)
    )
    found = connection.execute(query).all()
    if len(found) != len(wanted):
        raise IdentityError("an interpretation rests on a report that is not stored in its case")
    return tuple({"report_id": row.id, "revision": row.revision} for row in found)


def _supersede(connection: sa.Connection, case_id: str) -> int:
    same_case = interpretations.c.case_id == case_id
    connection.execute(
        sa.update(interpretations)
        .where(same_case, interpretations.c.state == "current")
        .values(state="superseded")
    )
    last = connection.execute(sa.select(sa.func.max(interpretations.c.number)).where(same_case))
    return int(last.scalar_one() or 0) + 1


def _settle(connection: sa.Connection, case_id: str) -> bool:
    connection.execute(
        sa.update(cases)
        .where(cases.c.id == case_id, cases.c.stale.is_(sa.true()))
        .values(stale=False)
    )
    return False


def _describe(connection: sa.Connection, said: Interpretation) -> Row:
    case = said.case
    row = {"id": case.id} | identity_row(case.patient.identity) | {
        "site": case.patient.site,
        "tumour_type": case.tumour_type,
        "tumour_is_btc": case.tumour_is_btc,
        "patient": canonical(case.patient),
        "stale": False,
    }
    changed = connection.execute(sa.update(cases).where(cases.c.id == case.id).values(row))
    if not changed.rowcount:
        connection.execute(sa.insert(cases), row)
    return row


def _interpretation(number: int, said: Interpretation, text: str) -> Row:
    return {
        "case_id": said.case.id,
        "number": number,
        "state": "current",
        "as_of": said.as_of,
        "knowledge_release": said.knowledge.release,
        "knowledge_sha256": said.knowledge.sha256,
        "code_version": said.code_version,
        "sha256": fingerprint(said),
        "canonical": text,
    }


def _files(connection: sa.Connection) -> dict[str, list[str]]:
    query = sa.select(case_reports.c.case_id, reports.c.file).join(
        reports, reports.c.id == case_reports.c.report_id
    )
    files: dict[str, list[str]] = defaultdict(list)
    for case_id, file in connection.execute(query.order_by(reports.c.file, reports.c.id)):
        files[case_id].append(file)
    return files


def _grouped(connection: sa.Connection, table: sa.Table) -> dict[str, list[sa.RowMapping]]:
    query = (
        sa.select(table)
        .join(
            interpretations,
            sa.and_(
                interpretations.c.case_id == table.c.case_id,
                interpretations.c.number == table.c.number,
            ),
        )
        .where(interpretations.c.state == "current")
        .order_by(table.c.case_id, table.c.ordinal)
    )
    grouped: dict[str, list[sa.RowMapping]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        grouped[row["case_id"]].append(row)
    return grouped


def _case_row(
    row: sa.RowMapping,
    files: Iterable[str],
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
        reports=tuple(files),
        flags=tuple(_flag_row(each) for each in found),
        suggestions=tuple(_suggestion_row(each) for each in lines),
        as_of=row["as_of"],
        release=row["knowledge_release"],
        stale=bool(row["stale"]),
    )


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


def _decision(decision: Decision) -> Row:
    names = Decision.__dataclass_fields__
    return {name: getattr(decision, name) for name in names}


def _decided(row: sa.RowMapping) -> Decision:
    values = {name: row[name] for name in Decision.__dataclass_fields__}
    return replace(Decision(**values), accepted=bool(row["accepted"]))
