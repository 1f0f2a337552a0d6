"""Alarms about readers in, tables and documents out; and a person's word on one: `drift …`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from actionability.release import shipped
from app import speak
from exchange.documents import VERSION, Document
from flows.gather import Gathered
from flows.knowledge import in_force
from flows.lock import only_run
from flows.means import frame, private, readers
from flows.opening import must_exist, opened
from flows.watch import Freed, decide_drift
from flows.work import Work
from pipeline.drift import is_learnt
from pipeline.settings import load
from store.drifts import Verdict

if TYPE_CHECKING:
    from pipeline.drift import Limits
    from store.drifts import DriftRow
    from store.watch import Stratum

LENGTH = 12
"""Characters of an id that are shown."""


def show_all(*, every: bool, as_json: bool) -> None:
    """The alarms that hold negatives, or *every* one; and what is known of each reader."""
    settings = load()
    must_exist(settings)
    with opened(settings) as store:
        rows = store.drifts(standing=not every)
        strata = store.strata()
    limits = settings.drift
    if as_json:
        told = {"drifts": [document(each) for each in rows]}
        learnt = [_stratum(each, limits) for each in strata]
        speak.document({"version": VERSION} | told | {"readers": learnt})
        return
    from app.drift_tables import drift_list  # noqa: PLC0415 - rich is for people

    speak.table(drift_list(rows, strata, limits))


def show(prefix: str, *, as_json: bool) -> None:
    """One alarm; `InputError` unless exactly one has an id that begins so."""
    settings = load()
    must_exist(settings)
    with opened(settings) as store:
        row = store.drift_named(prefix)
    _tell(row, as_json=as_json)


def settle(prefix: str, *, by: str, reason: str, confirmed: bool, as_json: bool) -> None:
    """Settle an alarm, and make the cases of its reports again."""
    settings = load()
    must_exist(settings)
    with only_run(private(settings)), opened(settings) as store, readers() as each_reader:
        store.upgrade()
        now = datetime.now(UTC)
        known = in_force(store, shipped(), by=by, at=now)
        work = Work(
            gathered=Gathered(jobs=()),
            readers=each_reader,
            frame=frame(None, None, known.knowledge),
            alarms=known.alarms,
            store=store,
            now=now,
            originals=settings.data_dir / "originals",
        )
        drift = store.drift_named(prefix).id
        said = Verdict(drift_id=drift, by=by, at=now, reason=reason, confirmed=confirmed)
        done = decide_drift(work, said)
    _tell_freed(done, as_json=as_json)


def document(row: DriftRow) -> Document:
    """An alarm as `--json` shows it."""
    return {
        "id": row.id,
        "run": row.run_id,
        "found": row.found.isoformat(),
        "reader": row.key.reader,
        "assay": row.key.assay,
        "code": row.key.code.value,
        "marker": row.key.marker.value if row.key.marker else None,
        "what": row.key.what,
        "sentence": row.sentence,
        "figures": asdict(row.figures),
        "state": row.state.value,
        "holds_negatives": row.holds,
        "reports": list(row.reports),
        "settled_by": row.settled_by,
        "settled_at": row.settled_at and row.settled_at.isoformat(),
        "reason": row.reason,
    }


def _stratum(stratum: Stratum, limits: Limits) -> Document:
    return asdict(stratum) | {"learning": not is_learnt(stratum.reports, stratum.nights, limits)}


def _tell(row: DriftRow, *, as_json: bool) -> None:
    if as_json:
        speak.document({"version": VERSION} | document(row))
        return
    from app.drift_tables import one_drift  # noqa: PLC0415 - rich is for people

    speak.table(one_drift(row))


def _tell_freed(done: Freed, *, as_json: bool) -> None:
    if as_json:
        told = document(done.drift) | {"changed": list(done.changed)}
        speak.document({"version": VERSION} | told)
        return
    from app.drift_tables import freed  # noqa: PLC0415 - rich is for people

    speak.table(freed(done))
