"""What is said of a case and decided on it in, its row of the queue out, as often as asked.

Written in the same transaction as what it is derived from. Gained and lost flags count against
the interpretation on which somebody decided last; a case waits since it was first said anew.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from pipeline.gist import gist, is_tier_one
from pipeline.identifiers import keys
from pipeline.model import Identity
from pipeline.patient import Interpretation
from pipeline.urgency import Facts, urgency
from store import bulk, queue_facts
from store.books import Cause, reviews
from store.desk_books import queue
from store.queue_facts import Key, Known, quoted
from store.reviews import state_of
from store.rows import Row, canonical, restored
from store.tables import interpretations

_BATCH = 100


@dataclass(frozen=True, kw_only=True)
class Fresh:
    """An interpretation that is current from now on; *at* None if it was saved some time ago."""

    said: Interpretation
    number: int
    cause: Cause
    at: datetime | None = None

    @property
    def case_id(self) -> str:
        """Whose it is."""
        return self.said.case.id


def put(connection: sa.Connection, many: Sequence[Fresh]) -> None:
    """Write the rows of these cases, in place of those that stand; their flags stand already."""
    if not many:
        return
    ids = [each.case_id for each in many]
    just = {(each.case_id, each.number): each.at for each in many if each.at is not None}
    placed = _placed(connection, [_said(each) for each in many], just)
    for some in bulk.portions(ids):
        connection.execute(_FORGET, {"keys": some})
    bulk.insert(connection, {"queue": placed})


def refresh(connection: sa.Connection, case_ids: Sequence[str]) -> None:
    """Say anew where these cases stand: a decision or a correction came."""
    for some in bulk.portions(case_ids):
        rows = [dict(row) for row in connection.execute(_ROWS, {"keys": some}).mappings()]
        before = {row["case_id"]: _marks(row) for row in rows}
        for row in _placed(connection, rows, {}):
            if _marks(row) != before[row["case_id"]]:
                connection.execute(_UPDATE, {"key": row["case_id"]} | _marks(row))


def rebuild(connection: sa.Connection) -> None:
    """Make every row again from what it is derived from."""
    connection.execute(sa.delete(queue))
    last = ""
    while found := connection.execute(_CURRENT, {"last": last}).all():
        put(connection, [_restored(row) for row in found])
        last = found[-1].case_id


def is_missing(connection: sa.Connection) -> bool:
    """True in a database that was filled before there was a queue."""
    if connection.execute(sa.select(queue.c.case_id).limit(1)).first():
        return False
    return connection.execute(sa.select(interpretations.c.case_id).limit(1)).first() is not None


def _restored(row: sa.Row[Any]) -> Fresh:
    said = restored(Interpretation, row.canonical)
    return Fresh(said=said, number=row.number, cause=Cause(row.cause))


def _said(fresh: Fresh) -> Row:
    """What follows from the interpretation alone."""
    said, case = fresh.said, fresh.said.case
    counted = asdict(gist(said))
    top = counted.pop("top")
    identity = case.patient.identity
    return counted | {
        "case_id": case.id,
        "number": fresh.number,
        "cause": fresh.cause.value,
        "label": _text(identity.name or identity.mrn or case.id),
        "site": case.patient.site,
        "is_btc": case.tumour_is_btc,
        "release": said.knowledge.release,
        "top": canonical(top),
        **_searched(identity),
        "as_of": said.as_of,
    }


def _marks(row: Row) -> Row:
    return {name: row[name] for name in _STANDING}


def _searched(identity: Identity) -> Row:
    stated = dict(keys(identity))
    return {f"{kind}_key": stated.get(kind) for kind in ("mrn", "name", "dob")}


def _placed(connection: sa.Connection, rows: Sequence[Row], just: dict[Key, datetime]) -> list[Row]:
    """The rows with where their cases stand now."""
    known = queue_facts.known(connection, [row["case_id"] for row in rows], just)
    return [_without_day(row | _standing(row, known)) for row in rows]


def _standing(row: Row, known: Known) -> Row:
    case_id, number = row["case_id"], row["number"]
    decided = known.decided[case_id]
    now = [each for each in decided if each.number == number]
    base = max((each.number for each in decided if each.number < number), default=0)
    last = now[-1] if now else None
    review = state_of(
        accepted=last.accepted if last else None,
        again=base > 0,
        meaning=last.meaning if last else None,
    ).value
    wrong = [at for at in known.misread[case_id] if last is None or at > last.at]
    if last and wrong:
        review = "review_again"
    facts = Facts(
        review=review,
        misread=len(wrong),
        **{name: row[name] for name in ("cause", "doubts", "conflicts", "holds")},
        **_changes(row, known, base),
    )
    since = _since(row, known, base)
    return {
        "review": review,
        "urgency": urgency(facts),
        "waiting_since": last.at if last and facts.is_closed else min(wrong, default=since),
        "authorities": f"[{', '.join(map(quoted, sorted(known.authorities[case_id])))}]",
        **{name: getattr(facts, name) for name in ("misread", "new_tier_one", "gained", "lost")},
    }


def _changes(row: Row, known: Known, base: int) -> dict[str, Any]:
    """What its flags gained and lost since somebody decided; without that, whether tier I."""
    if base == 0:
        return {"new_tier_one": is_tier_one(row["tier"]), "gained": 0, "lost": 0}
    before = {each.key for each in known.flags[row["case_id"], base]}
    now = {each.key: each for each in known.flags[row["case_id"], row["number"]]}
    new = [each for key, each in now.items() if key not in before]
    return {
        "new_tier_one": any(is_tier_one(each.tier) and not each.is_blocked for each in new),
        "gained": len(new),
        "lost": len(before - now.keys()),
    }


def _since(row: Row, known: Known, base: int) -> datetime:
    """When it was first said anew after the last decision."""
    saved = known.saved.get((row["case_id"], base + 1))
    return saved or known.before.get(row["case_id"]) or _midnight(row["as_of"])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _without_day(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "as_of"}


def _text(label: str) -> str:
    return label.replace("\x00", "�").encode("utf-8", "replace").decode()


_STANDING = (
    "review",
    "urgency",
    "waiting_since",
    "misread",
    "new_tier_one",
    "gained",
    "lost",
    "authorities",
)
_KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
_OWN = sa.and_(
    interpretations.c.case_id == queue.c.case_id, interpretations.c.number == queue.c.number
)
_ROWS = (
    sa.select(queue, interpretations.c.as_of)
    .join(interpretations, _OWN)
    .where(queue.c.case_id.in_(_KEYS))
)
_FORGET = sa.delete(queue).where(queue.c.case_id.in_(_KEYS))
_UPDATE = (
    sa.update(queue)
    .where(queue.c.case_id == sa.bindparam("key"))
    .values({name: sa.bindparam(name, type_=queue.c[name].type) for name in _STANDING})
)
_CURRENT: sa.Select[Any] = (
    sa.select(
        interpretations.c.case_id,
        interpretations.c.number,
        interpretations.c.canonical,
        reviews.c.cause,
    )
    .join(
        reviews,
        sa.and_(
            reviews.c.case_id == interpretations.c.case_id,
            reviews.c.number == interpretations.c.number,
        ),
    )
    .where(interpretations.c.state == "current", interpretations.c.case_id > sa.bindparam("last"))
    .order_by(interpretations.c.case_id)
    .limit(_BATCH)
)
