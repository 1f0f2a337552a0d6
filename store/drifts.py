"""An alarm about a reader in, its rows out; a person's word on it in, the negatives free again.

An alarm is found once: its id is the hash of what it is about and of the reports it began with.
While it stands, later reports that show the same join it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pipeline import drift_words
from pipeline.codec import fingerprint, from_json
from pipeline.drift import Code, Drift, Figures, Key, Settled, joins
from pipeline.errors import InputError, StoreError
from pipeline.model import Marker
from pipeline.signals import Signal
from pipeline.withheld import HeldNegatives
from store import audit, bulk
from store.audit import Act
from store.books import runs
from store.rows import Row, canonical
from store.tables import case_reports, cases, reports
from store.vouched import alone
from store.watch_books import DriftState, drift_reports, drifts, signals

_STANDS = (DriftState.OPEN.value, DriftState.CONFIRMED.value)
_AGAIN = "this alarm is settled already: {state} by {by}"
_NEEDED = "a name and a reason are needed: they are kept with the alarm"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a person says of an alarm.

    *confirmed*: the reader reads wrongly, and the negatives stay held until another version of it
    has read the reports anew. Otherwise what it told of is right, and the new normal.
    """

    drift_id: str
    by: str
    at: datetime
    reason: str
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class DriftRow:
    """An alarm as it stands in the books; *found* is when its night began.

    *versions* are those of the reader under which its reports were read.
    """

    id: str
    run_id: str
    found: datetime
    key: Key
    sentence: str
    figures: Figures
    state: DriftState
    reports: tuple[str, ...]
    versions: frozenset[str]
    settled_by: str | None
    settled_at: datetime | None
    reason: str | None

    @property
    def holds(self) -> bool:
        """Whether it holds negatives."""
        return self.state is not DriftState.ACKNOWLEDGED

    def joins(self, signal: Signal) -> bool:
        """Whether a report shows the same, read by the same version of the reader."""
        return signal.version in self.versions and joins(self.key, signal)

    def says_of(self, versions: Collection[str]) -> bool:
        """Whether it has said all there is to say of a reader of these versions.

        Also of a new one, where a person confirmed that the old one misread the page: the new one
        was made for it. Whether its results are as usual is asked all the same.
        """
        of_page = self.key.code in {Code.LAYOUT, Code.SECTION}
        answered = self.state is DriftState.CONFIRMED and of_page
        return answered or bool(self.versions & {*versions})


def keep(connection: sa.Connection, found: Drift, versions: dict[str, str], run_id: str) -> str:
    """Write an alarm with its reports; its id. *versions* are those of the reader by report."""
    key = found.key
    row: Row = {
        "id": _id(found, versions),
        "run_id": run_id,
        "reader": key.reader,
        "assay": key.assay,
        "code": key.code.value,
        "marker": key.marker.value if key.marker else None,
        "what": key.what,
        "sentence": drift_words.sentence(found),
        "figures": canonical(found.figures),
        "holds_negatives": True,
        "state": DriftState.OPEN.value,
        "settled_by": None,
        "settled_at": None,
        "reason": None,
    }
    connection.execute(sa.insert(drifts), row)
    _note(connection, Act.DRIFT_FOUND, row, None)
    join(connection, row["id"], {each: versions[each] for each in found.reports})
    return str(row["id"])


def join(connection: sa.Connection, drift_id: str, versions: dict[str, str]) -> None:
    """Put reports under an alarm: their negatives are held, and their cases made again."""
    if not versions:
        return
    rows = [
        {"drift_id": drift_id, "report_id": each, "reader_version": version}
        for each, version in sorted(versions.items())
    ]
    bulk.insert(connection, {"drift_reports": rows})
    detail = {"reports": len(rows), "joined": audit.digest({"drift_reports": rows})}
    audit.append(connection, action=Act.DRIFT_JOINED, subject=drift_id, detail=detail)
    _disturb(connection, tuple(versions))


def listed(connection: sa.Connection, *, standing: bool = False) -> tuple[DriftRow, ...]:
    """Every alarm, or those that hold negatives, the newest first."""
    query = _QUERY.order_by(runs.c.fence.desc(), drifts.c.id)
    if standing:
        query = query.where(drifts.c.state.in_(_STANDS))
    return _rows(connection, query)


def named(connection: sa.Connection, prefix: str) -> DriftRow:
    """The alarm whose id begins so; `InputError` unless there is exactly one."""
    found = _rows(
        connection, _QUERY.where(drifts.c.id.startswith(prefix, autoescape=True)).limit(2)
    )
    if len(found) != 1 or not prefix:
        raise InputError(f"{'several alarms have' if found else 'no alarm has'} such an id")
    return found[0]


def settle(connection: sa.Connection, said: Verdict) -> DriftRow:
    """Settle an alarm: its cases are to be made again; `InputError` if somebody did before.

    One that was confirmed may be acknowledged later, when the reader was found to be right.
    """
    if not (said.by.strip() and said.reason.strip()):
        raise InputError(_NEEDED)
    before = named(connection, said.drift_id)
    state = DriftState.CONFIRMED if said.confirmed else DriftState.ACKNOWLEDGED
    if before.state is DriftState.ACKNOWLEDGED or before.state is state:
        raise InputError(_AGAIN.format(state=before.state.value, by=before.settled_by))
    values = {
        "state": state.value,
        "settled_by": said.by,
        "settled_at": said.at,
        "reason": said.reason,
    }
    connection.execute(sa.update(drifts).where(drifts.c.id == before.id).values(values))
    row = connection.execute(sa.select(drifts).where(drifts.c.id == before.id)).mappings().one()
    _note(connection, Act.DRIFT_SETTLED, dict(row), said.by)
    _disturb(connection, before.reports)
    return named(connection, before.id)


def acknowledged(connection: sa.Connection, reader: str) -> tuple[Settled, ...]:
    """What persons took for the new normal of a reader."""
    own = (drifts.c.reader == reader, drifts.c.state == DriftState.ACKNOWLEDGED.value)
    found = _rows(connection, _QUERY.where(*own))
    return tuple(Settled(key=each.key, reports=frozenset(each.reports)) for each in found)


def held(
    connection: sa.Connection, case_ids: Iterable[str]
) -> dict[str, tuple[HeldNegatives, ...]]:
    """By case, the negatives of its reports that prove nothing for now."""
    query = (
        sa.select(case_reports.c.case_id, reports.c.sha256, drifts.c.marker, drifts.c.reader)
        .join(reports, reports.c.id == case_reports.c.report_id)
        .join(signals, _CURRENT)
        .join(drift_reports, _SAME_READING)
        .join(drifts, drifts.c.id == drift_reports.c.drift_id)
        .where(
            drifts.c.state.in_(_STANDS),
            drifts.c.holds_negatives.is_(sa.true()),
            case_reports.c.case_id.in_(_KEYS),
        )
        .distinct()
    )
    found: defaultdict[str, list[HeldNegatives]] = defaultdict(list)
    for some in bulk.portions(sorted(set(case_ids))):
        for row in connection.execute(query, {"keys": some}):
            one = HeldNegatives(
                sha256=row.sha256,
                marker=Marker(row.marker) if row.marker else None,
                sentence=drift_words.held(row.reader),
            )
            found[row.case_id].append(one)
    return {
        case_id: tuple(sorted(many, key=lambda each: (each.sha256, each.marker or "")))
        for case_id, many in found.items()
    }


def misread(connection: sa.Connection) -> frozenset[str]:
    """The hashes of files whose reading stands under an alarm that a person confirmed."""
    query = (
        sa.select(reports.c.sha256)
        .join(signals, _CURRENT)
        .join(drift_reports, _SAME_READING)
        .join(drifts, drifts.c.id == drift_reports.c.drift_id)
        .where(drifts.c.state == DriftState.CONFIRMED.value)
    )
    return frozenset(connection.execute(query).scalars())


def is_quiet(connection: sa.Connection) -> bool:
    """True if no alarm holds anything."""
    query = sa.select(drifts.c.id).where(drifts.c.state.in_(_STANDS)).limit(1)
    return connection.execute(query).first() is None


def versions_of(found: Iterable[Signal]) -> dict[str, str]:
    """The version of the reader that read each report, by report."""
    return {each.report_id: each.version for each in found}


def _disturb(connection: sa.Connection, ids: Sequence[str]) -> None:
    for some in bulk.portions(ids):
        own = sa.select(case_reports.c.case_id).where(case_reports.c.report_id.in_(some))
        connection.execute(sa.update(cases).where(cases.c.id.in_(own)).values(stale=True))


def _note(connection: sa.Connection, act: Act, row: Row, by: str | None) -> None:
    detail = {"state": row["state"], "rows": alone("drifts", row)}
    audit.append(connection, action=act, subject=row["id"], detail=detail, actor=by)


def _id(found: Drift, versions: Mapping[str, str]) -> str:
    began = "\n".join(f"{each} {versions[each]}" for each in sorted(found.reports))
    return hashlib.sha256(f"{fingerprint(found.key)}\n{began}".encode()).hexdigest()


def _rows(connection: sa.Connection, query: sa.Select[Any]) -> tuple[DriftRow, ...]:
    found = connection.execute(query).mappings().all()
    own = [row["id"] for row in found]
    under: dict[str, dict[str, str]] = {each: {} for each in own}
    for some in bulk.portions(own):
        asked = sa.select(drift_reports).where(drift_reports.c.drift_id.in_(some))
        for row in connection.execute(asked.order_by(drift_reports.c.report_id)):
            under[row.drift_id][row.report_id] = row.reader_version
    return tuple(_row(row, under[row["id"]]) for row in found)


def _row(row: sa.RowMapping, under: Mapping[str, str]) -> DriftRow:
    try:
        key = Key(
            reader=row["reader"],
            assay=row["assay"],
            code=Code(row["code"]),
            marker=Marker(row["marker"]) if row["marker"] else None,
            what=row["what"],
        )
        figures = from_json(Figures, row["figures"])
    except ValueError:
        raise StoreError("unreadable_row", "a stored alarm cannot be read") from None
    return DriftRow(
        id=row["id"],
        run_id=row["run_id"],
        found=row["started"],
        key=key,
        sentence=row["sentence"],
        figures=figures,
        state=DriftState(row["state"]),
        reports=tuple(under),
        versions=frozenset(under.values()),
        settled_by=row["settled_by"],
        settled_at=row["settled_at"],
        reason=row["reason"],
    )


_KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
_CURRENT = sa.and_(signals.c.report_id == reports.c.id, signals.c.revision == reports.c.revision)
_SAME_READING = sa.and_(
    signals.c.report_id == drift_reports.c.report_id,
    signals.c.reader_version == drift_reports.c.reader_version,
)
_QUERY = sa.select(drifts, runs.c.started).join(runs, runs.c.id == drifts.c.run_id)
