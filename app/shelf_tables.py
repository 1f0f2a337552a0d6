"""Releases, how they differ, and replays in, tables for people out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from app.paint import cell, clean, dim, table, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actionability.knowledge import Knowledge
    from actionability.row_changes import RowChange
    from flows.replay import Replayed
    from store.releases import ReleaseRow


def knowledge(known: Knowledge, state: str) -> RenderableType:
    """A release and its indications."""
    rows = table("indication", "therapy", "line and label")
    # An id is there to be copied: the other columns give way.
    rows.columns[0].no_wrap = True
    for row in known.indications:
        label = f"{row.line}, {row.jurisdiction.value} {row.status.words}"
        rows.add_row(cell(row.id), cell(row.therapy), label)
    stamp = known.stamp
    counts = f"{len(known.indications)} indications, {len(known.regimens)} regimens"
    return Group(Text(f"release {stamp.release} ({stamp.sha256[:12]}, {state}): {counts}"), rows)


def releases(rows: Sequence[ReleaseRow]) -> RenderableType:
    """Every release with its state, and who gave it that state, when and why."""
    if not rows:
        return Text("no release is stored: the first `oncoflag ingest` activates the shipped one")
    listed = table("release", "sha256", "state", "since", "by", "reason")
    for row in rows:
        since = row.changed_at or row.added_at
        by = row.changed_by or row.added_by
        listed.add_row(
            clean(row.release),
            row.sha256[:12],
            Text(row.state.value, style="bold" if row.state.value == "active" else ""),
            f"{since:%Y-%m-%d %H:%M} UTC",
            cell(by),
            cell(row.reason or ""),
        )
    return listed


def changed_rows(changes: Sequence[RowChange]) -> RenderableType:
    """Row by row: of a changed one the cells that differ, of any other its cells."""
    if not changes:
        return Text("the two releases hold the same rows")
    parts: list[RenderableType] = []
    for row in changes:
        title = Text.assemble((row.change.value, "bold"), f" {row.table}: {clean(row.id)}")
        parts.append(title)
        for each in row.cells:
            parts.extend(
                Text(f"  {sign} {each.column}: {clean(value)}", style=style)
                for sign, value, style in (("-", each.before, "red"), ("+", each.after, "green"))
                if value
            )
    counts = Counter(row.change.value for row in changes)
    parts.append(dim(", ".join(f"{number} {word}" for word, number in counts.items())))
    return Group(*parts)


def replayed(done: Sequence[Replayed]) -> RenderableType:
    """How many interpretations came out the same, and each that did not."""
    counts = Counter(each.verdict.value for each in done)
    told = ", ".join(f"{number} {words(word)}" for word, number in counts.items())
    what = "interpretation" if len(done) == 1 else "interpretations"
    summary = Text(f"{len(done)} {what} replayed: {told}" if done else "nothing to replay")
    odd = [each for each in done if each.places or each.reason]
    if not odd:
        return summary
    rows = table("case", "number", "verdict", "where and why")
    for each in odd:
        why = (*each.places, each.reason or "")
        style = "" if each.is_proven else "bold red"
        verdict = Text(words(each.verdict.value), style=style)
        rows.add_row(
            cell(each.key.case_id), str(each.key.number), verdict, cell(*filter(None, why))
        )
    return Group(rows, summary)
