"""Runs, alarms and files in, tables for people out: what `status` and `quarantine` print."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from app.paint import cell, clean, dim, indented, table
from flows.meanings import Of, meaning
from store.books import IntakeState, RunState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from app.standing import Standing
    from flows.outcome import OtherFile
    from store.entries import Entry
    from store.intake import FileRow
    from store.runs import Account, Alarm, RunRow

_ID_LENGTH = 12
_MOST = 10
_SILENCE = timedelta(minutes=10)
_STUCK = (IntakeState.HELD, IntakeState.QUARANTINED)
_KILLED = "abandoned"
_NO_REASON = "no reason was written down"
_OF_STATE = {
    IntakeState.WAITING: "it waits to be read",
    IntakeState.CLAIMED: "a run is reading it",
    IntakeState.DONE: "it was read, and counts",
    IntakeState.HELD: _NO_REASON,
    IntakeState.QUARANTINED: _NO_REASON,
}
"""What is to be said of a file that has no reason of its own."""


def standing(stands: Standing, database: str) -> RenderableType:
    """How the work stands: the last run, its alarms, what waits and what was refused."""
    parts: list[RenderableType] = [_overdue(stands)]
    if stands.last:
        parts.append(_run(stands.last, stands.at))
    counts = ", ".join(f"{number} {state.value}" for state, number in stands.files.items())
    parts.append(Text(f"files ever taken in: {counts}"))
    if stands.remaining:
        ids = ", ".join(each.sha256[:_ID_LENGTH] for each in stands.remaining[:_MOST])
        more = f" and {len(stands.remaining) - _MOST} more" if len(stands.remaining) > _MOST else ""
        parts.append(Text(f"not read to the end yet: {ids}{more}", style="yellow"))
    parts.append(_watch(stands))
    for each in stands.unsent:
        told = f"nobody was told by {each.channel} ({each.outcome}): `oncoflag status --alert`"
        parts.append(Text(told, style="bold red"))
    if stands.entries:
        parts.append(_entries(stands.entries))
    return Group(*parts, dim(f"database: {database}"), Text())


def _watch(stands: Standing) -> Text:
    """Whether a reader drifts, and whether enough is known to tell."""
    watch = stands.watch
    if watch.drifting:
        told = f"{watch.drifting} alarm(s) about readers hold negatives: `oncoflag drift list`"
        return Text(told, style="yellow")
    if not watch.watched:
        return Text("drift of readers: learning, too little is known of any to tell")
    return Text(f"drift of readers: none; {watch.watched} watched, {watch.learning} learning")


def file_list(files: Iterable[FileRow]) -> RenderableType:
    """Files from which nothing is concluded."""
    rows = table("id", "file", "state", "why")
    for each in files:
        rows.add_row(
            each.sha256[:_ID_LENGTH],
            cell(each.file),
            Text(each.state.value, style="yellow"),
            cell(*_why(each)),
        )
    return rows if rows.row_count else Text("no file is held, quarantined or waiting")


def one_file(file: FileRow) -> RenderableType:
    """One file of the ledger."""
    kept = "its original is kept" if file.kept else "its original is not kept"
    size = "" if file.size is None else f"{file.size:,} bytes, "
    return Group(
        Text.assemble((clean(file.file), "bold"), "  ", (file.state.value, "yellow")),
        *(indented(clean(each)) for each in _why(file)),
        *([_to_do(Of.FILE, file.code)] if file.code and file.state in _STUCK else []),
        indented(f"first seen {file.first_seen:%Y-%m-%d %H:%M} UTC; {size}{kept}"),
        dim(file.sha256),
        Text(),
    )


def not_taken(others: Iterable[OtherFile]) -> RenderableType:
    """What was found and not taken: a line each kind of reason, names where a person must look."""
    by_reason: dict[tuple[str, str], list[str]] = {}
    for each in others:
        by_reason.setdefault((each.state, each.reason), []).append(each.file)
    return Group(*(_line(*key, files) for key, files in sorted(by_reason.items())))


def alarm_lines(alarms: Iterable[Alarm]) -> RenderableType:
    """Alarms, a line each."""
    return Group(*(Text(f"alarm: {each.sentence} ({each.code})", style="red") for each in alarms))


def account(counts: Account) -> str:
    """The account of a run in a line (requirement R6)."""
    parts = f"{counts.done} done, {counts.held} held, {counts.quarantined} quarantined"
    rest = f"{counts.waiting} waiting, {counts.refused} refused, {counts.set_aside} set aside"
    return f"{counts.found} found: {parts}, {rest}"


def _line(state: str, reason: str, files: list[str]) -> Text:
    words = state.replace("_", " ")
    if state == "set_aside":
        return dim(f"{len(files)} {words}: {reason}")
    names = ", ".join(clean(each) for each in files)
    return Text(f"{len(files)} {words}: {reason}: {names}", style="yellow")


def _overdue(stands: Standing) -> Text:
    if stands.since is None:
        return Text("no run has come to its end yet", style="bold red")
    hours = stands.since.total_seconds() / 3600
    style = "bold red" if stands.is_overdue else "green"
    return Text(f"the last complete run ended {hours:.1f} hours ago", style=style)


def _run(run: RunRow, at: datetime) -> RenderableType:
    fault = f" ({run.fault})" if run.fault else ""
    told = f"last run {run.id[:_ID_LENGTH]}: {run.state.value}{fault}"
    parts: list[RenderableType] = [Text(f"{told}, started {run.started:%Y-%m-%d %H:%M} UTC")]
    if run.state is RunState.RUNNING:
        parts.append(_sign_of_life(run, at))
    if code := run.fault or (_KILLED if run.state is RunState.ABANDONED else None):
        parts.append(_to_do(Of.FAULT, code))
    if run.account:
        parts.append(Text(account(run.account)))
    for each in run.alarms:
        parts += [alarm_lines([each]), _to_do(Of.ALARM, each.code)]
    return Group(*parts)


def _sign_of_life(run: RunRow, at: datetime) -> RenderableType:
    """A run that was killed cannot say so: the time of its last sign does."""
    told = f"last sign of life {run.heartbeat:%Y-%m-%d %H:%M} UTC"
    if at - run.heartbeat < _SILENCE:
        return indented(told)
    return indented(f"{told}: it was killed, it seems; the next night makes it good", "bold red")


def _to_do(of: Of, code: str) -> RenderableType:
    """Who does what about a code, for one who was woken by it."""
    known = meaning(of, code)
    said = f"{known.meaning} " if of is Of.FAULT else ""
    return indented(f"{said}{known.who}: {known.do}")


def _entries(entries: Iterable[Entry]) -> RenderableType:
    every = list(entries)
    rows = table("in the inbox", "state", "why")
    for each in every:
        rows.add_row(cell(each.file), Text(each.state.value, style="yellow"), cell(each.reason))
    counts = Counter(each.state.value for each in every)
    told = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
    return Group(Text(f"not taken: {told}"), rows)


def _why(file: FileRow) -> tuple[str, ...]:
    return (file.reason,) if file.reason else (_OF_STATE[file.state],)
