"""Alarms about readers in, tables for people out: what `drift …` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from app.drifting import LENGTH
from app.paint import cell, clean, dim, indented, table
from pipeline.drift import is_learnt
from pipeline.drift_words import what
from store.watch_books import DriftState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flows.watch import Freed
    from pipeline.drift import Limits
    from store.drifts import DriftRow
    from store.watch import Stratum

_STATES = {
    DriftState.OPEN: "open: its negatives are held",
    DriftState.CONFIRMED: "confirmed: its negatives are held until the reports are read anew",
    DriftState.ACKNOWLEDGED: "settled: the new normal, its negatives count",
}


def drift_list(
    rows: Sequence[DriftRow], strata: Iterable[Stratum], limits: Limits
) -> RenderableType:
    """The alarms, and what is known of each reader."""
    listed = table("id", "found", "reader", "what drifts", "reports", "state")
    for each in rows:
        listed.add_row(
            each.id[:LENGTH],
            f"{each.found:%Y-%m-%d}",
            cell(_of(each.key.reader, each.key.assay)),
            cell(what(each.key)),
            str(len(each.reports)),
            Text(each.state.value, style="yellow" if each.holds else ""),
        )
    return Group(listed if rows else Text("no reader drifts"), _learnt(strata, limits), Text())


def one_drift(row: DriftRow) -> RenderableType:
    """One alarm with its figures and its reports."""
    return Group(
        Text(clean(_of(row.key.reader, row.key.assay)), style="bold"),
        indented(clean(row.sentence), "yellow" if row.holds else ""),
        indented(_STATES[row.state]),
        *_settled(row),
        indented(f"found in the night of {row.found:%Y-%m-%d}, run {row.run_id[:LENGTH]}"),
        indented("reports: " + ", ".join(each[:LENGTH] for each in row.reports)),
        dim(row.id),
        Text(),
    )


def freed(done: Freed) -> RenderableType:
    """What a person's word led to."""
    made = ", ".join(clean(each) for each in done.changed)
    told = f"cases made again: {made}" if made else "no case changed"
    return Group(one_drift(done.drift), Text(told))


def _settled(row: DriftRow) -> Iterator[RenderableType]:
    if row.settled_at:
        said = f"{row.settled_at:%Y-%m-%d %H:%M} UTC by {row.settled_by}: {row.reason}"
        yield indented(clean(said))


def _learnt(strata: Iterable[Stratum], limits: Limits) -> RenderableType:
    if limits.alpha <= 0:
        return Text("the watch over readers is switched off (ONCOFLAG_DRIFT_ALPHA=0)")
    known = list(strata)
    told = table("reader", "reports known", "nights", "watched")
    for each in known:
        watched = (
            "yes"
            if is_learnt(each.reports, each.nights, limits)
            else f"learning, from {limits.minimum} on"
        )
        named = cell(_of(each.reader, each.assay))
        told.add_row(named, str(each.reports), str(each.nights), watched)
    return told if known else Text("learning: no night was weighed yet")


def _of(reader: str, assay: str | None) -> str:
    return f"{reader}, {assay}" if assay else reader
