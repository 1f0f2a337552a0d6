"""Interpretations in, their rows written inside the caller's transaction: one, or many together.

The current interpretation of a case is replaced only by a different one, and stays as superseded.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pipeline.errors import IdentityError
from pipeline.patient import Interpretation
from store import audit, bulk, grounds, inputs, queue, vouched
from store.audit import Act
from store.grounds import Former
from store.hearings import heard
from store.inputs import Inputs
from store.queue import Fresh
from store.rows import Row, canonical, identity_row, interpretation_rows, report_id
from store.tables import case_reports, cases, interpretations, reports


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """An interpretation to be saved; *made_from* is what a replay needs to make it again.

    *heard* is how much people had said of the case when it was made (`statements.heard`); None
    where nobody counted.
    """

    said: Interpretation
    made_from: Inputs | None = None
    heard: int | None = None

    @property
    def case_id(self) -> str:
        """Whose it is."""
        return self.said.case.id


@dataclass(frozen=True, kw_only=True)
class _Draft:
    """A conclusion as it is to be stored; *opens* says that its case is not stored yet.

    *is_late* says that a report joined or left the case since, or that a person said something
    of it: it is to be made again.
    """

    conclusion: Conclusion
    text: str
    sha256: str
    former: Former | None
    used: tuple[Row, ...]
    opens: bool
    is_late: bool

    @property
    def is_news(self) -> bool:
        return self.former is None or self.former.sha256 != self.sha256

    @property
    def key(self) -> tuple[str, int]:
        return self.conclusion.case_id, self.former.number + 1 if self.former else 1


def save(connection: sa.Connection, conclusion: Conclusion, run_id: str | None = None) -> bool:
    """Make it the current interpretation; False if it already is, and no row changes.

    `IdentityError` if it rests on a report that is not stored in this very case.
    """
    (changed,) = save_all(connection, (conclusion,), run_id)
    return changed


def save_all(
    connection: sa.Connection, many: Sequence[Conclusion], run_id: str | None = None
) -> tuple[bool, ...]:
    """The same for *many*, in their order and as if each came alone, but written together."""
    return tuple(
        changed for some in _apart(many) for changed in _save_apart(connection, some, run_id)
    )


def _apart(many: Sequence[Conclusion]) -> Iterator[list[Conclusion]]:
    """In portions in which no case comes twice."""
    some: dict[str, Conclusion] = {}
    for each in many:
        if each.case_id in some:
            yield list(some.values())
            some = {}
        some[each.case_id] = each
    yield list(some.values())


def _save_apart(
    connection: sa.Connection, many: Sequence[Conclusion], run_id: str | None
) -> tuple[bool, ...]:
    drafts = _drafts(connection, many)
    news = [each for each in drafts if each.is_news]
    settled = [each.key[0] for each in drafts if not (each.is_news or each.is_late)]
    _say(connection, _SETTLE, settled)
    _say(connection, _SUPERSEDE, [each.key[0] for each in news if each.former])
    described = {
        each.key[0]: _description(each.conclusion.said) | {"stale": each.is_late} for each in news
    }
    known = [described[each.key[0]] for each in news if not each.opens]
    if known:
        connection.execute(_DESCRIBE, [row | {"key": row["id"]} for row in known])
    rows: dict[str, list[Row]] = defaultdict(list)
    rows["cases"] = [described[each.key[0]] for each in news if each.opens]
    vouched.note_opened(connection, rows["cases"])
    made = [(each.key, each.conclusion.made_from) for each in news if each.conclusion.made_from]
    rows["interpretation_inputs"] = inputs.rows(connection, made, run_id)
    given = {(row["case_id"], row["number"]): row for row in rows["interpretation_inputs"]}
    grounds.forget(connection, [each.key[0] for each in news if each.former])
    fresh = []
    for each in news:
        own = _rows(connection, each)
        for table, some in own.items():
            rows[table] += some
        at = _note(connection, described[each.key[0]], own, given.get(each.key))
        (review,) = own["reviews"]
        fresh.append(
            Fresh(said=each.conclusion.said, number=each.key[1], cause=review["cause"], at=at)
        )
    bulk.insert(connection, rows)
    queue.put(connection, fresh)
    queue.refresh(connection, settled)
    return tuple(each.is_news for each in drafts)


def _drafts(connection: sa.Connection, many: Sequence[Conclusion]) -> list[_Draft]:
    ids = [each.case_id for each in many]
    texts = [canonical(each.said) for each in many]
    stored: dict[str, dict[str, int]] = {each: {} for each in ids}
    for row in _asked(connection, _REPORTS, ids):
        stored[row.case_id][row.id] = row.revision
    known = {row.id for row in _asked(connection, _CASES, ids)}
    former = grounds.former(connection, ids)
    spoken = heard(connection, ids)
    return [
        _Draft(
            conclusion=each,
            text=text,
            sha256=audit.text_hash(text),
            former=former.get(each.case_id),
            used=_used(each.said, stored[each.case_id]),
            opens=each.case_id not in known,
            is_late=_is_late(each, stored[each.case_id], spoken.get(each.case_id, 0)),
        )
        for each, text in zip(many, texts, strict=True)
    ]


def _is_late(made: Conclusion, stored: Collection[str], spoken: int) -> bool:
    if made.heard is not None and made.heard != spoken:
        return True
    return bool(made.made_from and set(made.made_from.given) != set(stored))


def _used(said: Interpretation, stored: Mapping[str, int]) -> tuple[Row, ...]:
    wanted = {report_id(each.report, said.case.id) for each in said.case.reports}
    if wanted - set(stored):
        raise IdentityError("an interpretation rests on a report that is not stored in its case")
    return tuple({"report_id": each, "revision": stored[each]} for each in sorted(wanted))


def _rows(connection: sa.Connection, draft: _Draft) -> dict[str, Sequence[Row]]:
    """All that stands of one interpretation, by the name of the table."""
    case_id, number = draft.key
    said = draft.conclusion.said
    own = grounds.of(said)
    cause = grounds.cause(connection, draft.former, said, own, draft.text)
    row = {
        "case_id": case_id,
        "number": number,
        "state": "current",
        "as_of": said.as_of,
        "knowledge_release": said.knowledge.release,
        "knowledge_sha256": said.knowledge.sha256,
        "code_version": said.code_version,
        "sha256": draft.sha256,
        "canonical": draft.text,
    }
    link = {"case_id": case_id, "number": number}
    return {
        "interpretations": (row,),
        "interpretation_reports": tuple(link | each for each in draft.used),
        "reviews": (link | {"cause": cause},),
        "grounds": (grounds.row(case_id, number, own),),
        **interpretation_rows(number, said),
    }


def _description(said: Interpretation) -> Row:
    case = said.case
    return {
        "id": case.id,
        **identity_row(case.patient.identity),
        "site": case.patient.site,
        "tumour_type": case.tumour_type,
        "tumour_is_btc": case.tumour_is_btc,
        "patient": canonical(case.patient),
    }


def _note(
    connection: sa.Connection,
    described: Row,
    rows: Mapping[str, Sequence[Row]],
    given: Row | None,
) -> datetime:
    (row,) = rows["interpretations"]
    detail = {
        "number": row["number"],
        "interpretation": row["sha256"],
        "knowledge": row["knowledge_sha256"],
        "case": vouched.alone("cases", described),
        "inputs": vouched.alone("interpretation_inputs", given) if given else None,
        "rows": vouched.interpretation(row, rows),
    }
    subject = audit.case_token(row["case_id"])
    return audit.append(connection, action=Act.INTERPRETATION_SAVED, subject=subject, detail=detail)


def _asked(
    connection: sa.Connection, question: sa.Select[Any], ids: Sequence[str]
) -> Iterator[sa.Row[Any]]:
    for some in bulk.portions(ids):
        yield from connection.execute(question, {"keys": some})


def _say(connection: sa.Connection, change: sa.Update, ids: Sequence[str]) -> None:
    for some in bulk.portions(ids):
        connection.execute(change, {"keys": some})


_KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
_REPORTS = (
    sa.select(case_reports.c.case_id, reports.c.id, reports.c.revision)
    .join(reports, case_reports.c.report_id == reports.c.id)
    .where(case_reports.c.case_id.in_(_KEYS))
)
_CASES = sa.select(cases.c.id).where(cases.c.id.in_(_KEYS))
_SUPERSEDE = (
    sa.update(interpretations)
    .where(interpretations.c.case_id.in_(_KEYS), interpretations.c.state == "current")
    .values(state="superseded")
)
_SETTLE = (
    sa.update(cases).where(cases.c.id.in_(_KEYS), cases.c.stale.is_(sa.true())).values(stale=False)
)
_DESCRIBE = (
    sa.update(cases)
    .where(cases.c.id == sa.bindparam("key"))
    .values(
        {
            each.name: sa.bindparam(each.name, type_=each.type)
            for each in cases.c
            if each.name != "id"
        }
    )
)
