"""The signals of reports in, their rows out: by night, as the drift sentinel weighs them.

Written with the report; for one that was stored before there were signals, by the next night.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from pipeline.codec import from_json
from pipeline.model import Layout, Marker, ReportResult, ReportStatus, Status
from pipeline.signals import Signal, signal_of
from store import bulk
from store.books import runs
from store.readings import Seen
from store.rows import Row, canonical, restored
from store.tables import reports
from store.watch_books import DriftState, drift_reports, drifts, signals

PORTION = 200
"""Reports whose signals are drawn in one portion, where they had none."""


def row(key: tuple[str, int], result: ReportResult, seen: Seen | None, run_id: str | None) -> Row:
    """The row of what was read at *key* (report, revision)."""
    told = signal_of(key[0], result)
    return {
        "report_id": key[0],
        "revision": key[1],
        "run_id": run_id,
        "weighed_in": None,
        "reader": told.reader,
        "reader_version": told.version,
        "assay": told.assay,
        "layout": told.layout.fingerprint if told.layout else None,
        "sections": canonical(told.sections),
        "status": told.status.value,
        "findings": told.findings,
        "markers": canonical({marker.value: each.value for marker, each in told.markers.items()}),
        "vafs": canonical(told.vafs),
        "seconds": seen.seconds if seen else None,
    }


def moved(connection: sa.Connection, key: tuple[str, int]) -> None:
    """Revision *key* of a report that only moved: it was read and weighed when the last one was."""
    before = (signals.c.report_id == key[0], signals.c.revision < key[1])
    last = sa.select(signals.c.run_id, signals.c.weighed_in).where(*before)
    found = connection.execute(last.order_by(signals.c.revision.desc()).limit(1)).one_or_none()
    if found is not None:
        own = (signals.c.report_id == key[0], signals.c.revision == key[1])
        connection.execute(sa.update(signals).where(*own).values(**found._mapping))  # noqa: SLF001


def is_complete(connection: sa.Connection) -> bool:
    """True if every report has its signal."""
    return connection.execute(_lacking(sa.select(reports.c.id)).limit(1)).first() is None


def complete(connection: sa.Connection) -> None:
    """Draw the signals of reports that have none: from before there were any."""
    drawn_from = sa.select(reports.c.id, reports.c.revision, reports.c.canonical)
    lacking = _lacking(drawn_from).order_by(reports.c.id).limit(PORTION)
    while found := connection.execute(lacking).all():
        drawn = [
            row((each.id, each.revision), restored(ReportResult, each.canonical), None, None)
            for each in found
        ]
        bulk.insert(connection, {"signals": drawn})


def waiting(connection: sa.Connection) -> tuple[Signal, ...]:
    """The signals that no night has weighed, in the order of their reports."""
    query = _ALL.where(signals.c.weighed_in.is_(None)).order_by(signals.c.report_id)
    return tuple(_signal(each) for each in connection.execute(query).mappings())


def nights(connection: sa.Connection, reader: str, limit: int) -> tuple[tuple[Signal, ...], ...]:
    """The last *limit* reports of a reader that were weighed, by night, the oldest first.

    Without those under an alarm that stands: they say nothing of what is usual.
    """
    doubted = (
        sa.exists()
        .where(
            drift_reports.c.report_id == signals.c.report_id,
            drift_reports.c.reader_version == signals.c.reader_version,
            drifts.c.id == drift_reports.c.drift_id,
            drifts.c.state != DriftState.ACKNOWLEDGED.value,
        )
        .correlate(signals)
    )
    query = (
        _ALL.add_columns(runs.c.fence)
        .join(runs, runs.c.id == signals.c.weighed_in)
        .where(signals.c.reader == reader, ~doubted)
        .order_by(runs.c.fence.desc(), signals.c.report_id)
        .limit(limit)
    )
    found = list(connection.execute(query).mappings())
    by_night = groupby(reversed(found), key=lambda each: each["fence"])
    return tuple(tuple(_signal(each) for each in night) for _, night in by_night)


def weighed(connection: sa.Connection, ids: Iterable[str], run_id: str) -> None:
    """Write down that this run has weighed the signals of these reports."""
    for some in bulk.portions(tuple(ids)):
        own = (signals.c.report_id.in_(some), signals.c.weighed_in.is_(None))
        connection.execute(sa.update(signals).where(*own).values(weighed_in=run_id))


def versions(connection: sa.Connection, ids: Iterable[str]) -> dict[str, str]:
    """The version of the reader that read each of these reports, by report."""
    query = sa.select(signals.c.report_id, signals.c.reader_version).join(reports, _CURRENT)
    return {
        each.report_id: each.reader_version
        for some in bulk.portions(sorted(ids))
        for each in connection.execute(query.where(reports.c.id.in_(some)))
    }


def strata(connection: sa.Connection) -> Iterator[tuple[str, str | None, int, int]]:
    """By reader and assay: how many weighed reports there are, of how many nights."""
    query = (
        sa.select(
            signals.c.reader,
            signals.c.assay,
            sa.func.count(),
            sa.func.count(sa.distinct(signals.c.weighed_in)),
        )
        .join(reports, _CURRENT)
        .where(signals.c.weighed_in.is_not(None))
        .group_by(signals.c.reader, signals.c.assay)
    )
    for each in sorted(connection.execute(query), key=lambda one: (one[0], one[1] or "")):
        yield each[0], each[1], each[2], each[3]


_CURRENT = sa.and_(signals.c.report_id == reports.c.id, signals.c.revision == reports.c.revision)
_ALL = sa.select(signals).join(reports, _CURRENT)


def _lacking(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.join(signals, _CURRENT, isouter=True).where(signals.c.report_id.is_(None))


def _signal(row: sa.RowMapping) -> Signal:
    fingerprint: str | None = row["layout"]
    sections: Sequence[str] = from_json(tuple[str, ...], row["sections"])
    layout = Layout(fingerprint=fingerprint, sections=tuple(sections)) if fingerprint else None
    said = from_json(dict[Marker, Status], row["markers"])
    return Signal(
        report_id=row["report_id"],
        reader=row["reader"],
        version=row["reader_version"],
        assay=row["assay"],
        status=ReportStatus(row["status"]),
        findings=row["findings"],
        markers=said,
        vafs=from_json(tuple[float, ...], row["vafs"]),
        layout=layout,
    )
