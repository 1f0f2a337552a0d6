"""One interpretation in, its rows written inside the caller's transaction; and cases out again.

The current interpretation of a case is replaced only by a different one, and stays as superseded.
"""

from dataclasses import replace

import sqlalchemy as sa

from pipeline.codec import fingerprint
from pipeline.errors import IdentityError, InputError
from pipeline.patient import Decision, Interpretation, Patient
from store import audit, inputs, vouched
from store.audit import Act
from store.inputs import Inputs
from store.rows import Row, canonical, identity_row, interpretation_rows, report_id, restored
from store.tables import (
    case_reports,
    cases,
    decisions,
    interpretations,
    metadata,
    reports,
)


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
    row = (
        {"id": case.id}
        | identity_row(case.patient.identity)
        | {
            "site": case.patient.site,
            "tumour_type": case.tumour_type,
            "tumour_is_btc": case.tumour_is_btc,
            "patient": canonical(case.patient),
            "stale": False,
        }
    )
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


def _decision(decision: Decision) -> Row:
    names = Decision.__dataclass_fields__
    return {name: getattr(decision, name) for name in names}


def _decided(row: sa.RowMapping) -> Decision:
    values = {name: row[name] for name in Decision.__dataclass_fields__}
    return replace(Decision(**values), accepted=bool(row["accepted"]))
