"""Reports and runs in, tables for people out: what `read` and `ingest` print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from app.paint import (
    STATUS_STYLE,
    cell,
    clean,
    dim,
    grid,
    indented,
    table,
    words,
)
from app.standing_tables import alarm_lines, not_taken
from exchange.wording import seen_words
from pipeline.model import ReportStatus, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flows.outcome import HeldFile, Outcome
    from pipeline.model import Finding, MarkerState, Notice, ReportResult


def report(result: ReportResult) -> RenderableType:
    """One file: what it is, what it says of the markers, and where that is printed."""
    said = result.report
    if not said.status.is_read:
        title = Text.assemble((clean(said.file), "bold"), "  ", (said.status.value, "yellow"))
        reasons = tuple(indented(each, "yellow") for each in said.reasons)
        to_see = (_findings(result.findings),) if result.findings else ()
        return Group(title, *reasons, *to_see, Text())
    parts: list[RenderableType] = [
        Text.assemble((clean(said.file), "bold"), "  ", clean(_what_it_is(result)))
    ]
    seen = [each for each in result.findings if each.status is not Status.NOT_DETECTED]
    parts.append(_findings(seen) if seen else indented(_nothing_seen(result)))
    parts.append(marker_lines(result.markers.values()))
    parts.append(notices((*said.notices, *result.notices)))
    return Group(*parts, Text())


def _nothing_seen(result: ReportResult) -> str:
    """A file without findings: only one that looked may sound negative."""
    if result.report.status is ReportStatus.FAILED:
        return "the test failed: no result"
    looked = any(each.status is Status.NOT_DETECTED for each in result.markers.values())
    return "no alteration found" if looked else "no alteration listed, none excluded"


def withheld(result: ReportResult, reason: str | None) -> RenderableType:
    """A file that belongs to no case: why, and what it says all the same."""
    if reason is None:
        return report(result)
    return Group(report(result), indented(f"in no case, nothing suggested: {reason}", "yellow"))


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def outcome(done: Outcome, database: str) -> RenderableType:
    """The account of a run: counts, the held files with their reasons, where the database is."""
    held = f"{len(done.held)} held" if done.held else "none held"
    counts = f"{_number(done.files, 'file')}: {done.read} read, {held}"
    cases = f"{_number(len(done.cases), 'case')}, {len(done.changed)} new or changed"
    parts: list[RenderableType] = [Text(f"{counts}; {cases}", style="bold")]
    if done.absent:
        missing = ", ".join(done.absent)
        parts.append(Text(f"in the manifest, but not there: {clean(missing)}", style="yellow"))
    if done.held:
        parts.append(_held(done.held))
    parts += [not_taken(done.others), alarm_lines(done.alarms)]
    parts.append(dim(f"database: {database}"))
    return Group(*parts, Text())


def marker_lines(states: Iterable[MarkerState]) -> RenderableType:
    """Every marker under its status: silence is visible."""
    known = list(states)
    rows = grid(13, None)
    for status in Status:
        names = ", ".join(each.marker.label for each in known if each.status is status)
        if names:
            rows.add_row(Text(words(status), style=STATUS_STYLE[status]), names)
    return indented(rows)


def notices(told: Iterable[Notice]) -> RenderableType:
    """Warnings, each once."""
    once = dict.fromkeys(each.message for each in told)
    return Group(*(indented(f"note: {message}", "yellow") for message in once))


def _what_it_is(result: ReportResult) -> str:
    said = result.report
    assay = f"{said.assay} {said.assay_version or ''}".strip() if said.assay else None
    known = (said.status.value, said.vendor, assay, said.tumour_type, said.assembly)
    return " · ".join(str(each) for each in known if each)


def _findings(findings: Iterable[Finding]) -> RenderableType:
    rows = table("finding", "marker", "status", "VAF", "where")
    for each in findings:
        rows.add_row(cell(each.detail), each.marker.label, seen_as(each), _vaf(each), _where(each))
    return indented(rows)


def seen_as(finding: Finding) -> Text:
    """The status of a finding in words that mislead nobody, in its colour."""
    said, plainly = seen_words(finding), words(finding.status)
    return Text(said, style=STATUS_STYLE[finding.status]) if said == plainly else dim(said)


def _vaf(finding: Finding) -> str:
    vaf = next((one.vaf for one in finding.observations if one.vaf is not None), None)
    return "" if vaf is None else f"{vaf:.1%}"


def _where(finding: Finding) -> str:
    places = dict.fromkeys(
        f"page {one.source.page}" if one.source.page else f"line {one.source.line}"
        for one in finding.observations
    )
    return ", ".join(places)


def _held(held: Iterable[HeldFile]) -> RenderableType:
    rows = table("held file", "status", "why")
    for each in held:
        rows.add_row(cell(each.file), Text(each.status, style="yellow"), cell(*each.reasons))
    return rows
