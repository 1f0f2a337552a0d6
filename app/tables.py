"""Results in, tables for a tired person out: what `read`, `explain`, `cases` and `ingest` print.

Every text that comes from a report is shown as text: never as markup, never with control signs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.model import Finding, Marker, MarkerState, Notice, ReportResult, Status
from pipeline.patient import (
    FlagKind,
    Interpretation,
    NearMiss,
    Suggestion,
    TherapyFlag,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from actionability.knowledge import Knowledge
    from flows.outcome import HeldFile, Outcome
    from store.cases import CaseRow, FlagRow

DISCLAIMER = "Decision support for professionals; a person reviews and signs."

_KIND_STYLE = {
    FlagKind.SUGGEST: "bold green",
    FlagKind.FLAG: "cyan",
    FlagKind.CAUTION: "yellow",
    FlagKind.BLOCK: "bold red",
    FlagKind.ASK: "magenta",
}
_STATUS_STYLE = {
    Status.DETECTED: "bold green",
    Status.NOT_DETECTED: "",
    Status.INDETERMINATE: "yellow",
    Status.NOT_ASSESSED: "dim",
}
_KIND_ORDER = tuple(FlagKind)
_LINE_NAMES = {"1": "first line", "2": "second line"}


def report(result: ReportResult) -> RenderableType:
    """One file: what it is, what it says of the markers, and where that is printed."""
    said = result.report
    if not said.status.is_read:
        reasons = "; ".join(said.reasons)
        return Group(_title(said.file, f"{said.status}"), _indented(f"{reasons}", "yellow"))
    parts: list[RenderableType] = [_title(said.file, _what_it_is(result))]
    if result.findings:
        parts.append(_findings(result.findings))
    parts.append(_marker_lines(result.markers.values()))
    parts.append(_notices((*said.notices, *result.notices)))
    return Group(*parts)


def withheld(result: ReportResult, reason: str | None) -> RenderableType:
    """A file that belongs to no case: why, and what it says all the same."""
    if reason is None:
        return report(result)
    return Group(report(result), _indented(f"in no case, nothing suggested: {reason}", "yellow"))


def knowledge(known: Knowledge) -> RenderableType:
    """The active release: which indications it holds, and where each is written."""
    table = _table("indication", "therapy", "line", "where", "status")
    for row in known.indications:
        table.add_row(
            _text(row.id),
            _text(row.therapy),
            _line(row.line),
            row.jurisdiction.value,
            _text(row.status.words),
        )
    stamp = known.stamp
    counts = f"{len(known.indications)} indications, {len(known.regimens)} regimens"
    return Group(Text(f"release {stamp.release} ({stamp.sha256[:12]}): {counts}"), table)


def interpretation(said: Interpretation) -> RenderableType:
    """One case: flags, suggestions by line, what did not fire and why, what to order."""
    parts: list[RenderableType] = [_case_title(said)]
    parts.append(_flags(said.flags) if said.flags else _indented("no therapy flags", "dim"))
    parts.extend(_suggestion_parts(said.suggestions))
    parts.extend(_section("What did not fire", _near_misses(said.near_misses)))
    parts.extend(_section("Not assessed: what to order", _orders(said)))
    parts.append(_marker_lines(said.case.markers.values()))
    parts.append(_notices(said.case.notices))
    parts.extend(_section("Notes", (_text(note) for note in said.notes)))
    return Group(*parts)


def case_list(rows: Sequence[CaseRow]) -> RenderableType:
    """The list of cases, each with its flags and what heads its suggestions."""
    if not rows:
        return Text("no cases")
    parts = [part for row in rows for part in (_case_row(row), Text())]
    return Group(*parts, Text(DISCLAIMER, style="dim"))


def outcome(done: Outcome, database: str) -> RenderableType:
    """The account of a run: counts, the held files with their reasons, where the database is."""
    held = f"{len(done.held)} held" if done.held else "none held"
    counts = f"{done.files} files: {done.read} read, {held}"
    cases = f"{len(done.cases)} cases interpreted, {len(done.changed)} new or changed"
    parts: list[RenderableType] = [Text(counts, style="bold"), Text(cases)]
    if done.absent:
        missing = ", ".join(done.absent)
        parts.append(Text(f"named in the manifest, but not there: {missing}", style="yellow"))
    if done.held:
        parts.append(_held(done.held))
    parts.append(Text(f"database: {database}", style="dim", overflow="fold"))
    return Group(*parts, Text())


def _title(name: str, rest: str) -> Text:
    return Text.assemble((_clean(name), "bold"), "  ", (_clean(rest), ""))


def _what_it_is(result: ReportResult) -> str:
    said = result.report
    assay = f"{said.assay} {said.assay_version or ''}".strip() if said.assay else None
    known = (said.status, said.vendor, assay, said.tumour_type, said.assembly)
    return " · ".join(str(each) for each in known if each)


def _case_title(said: Interpretation) -> Text:
    case = said.case
    name = case.patient.identity.name or next(
        (each.report.identity.name for each in case.reports if each.report.identity.name), None
    )
    who = (name, case.patient.site, case.tumour_type)
    heading = " · ".join(str(each) for each in who if each) or "patient not named"
    basis = f"as of {said.as_of} · knowledge {said.knowledge.release}"
    return Text.assemble(
        (f"Case {_clean(case.id)}", "bold"), f"  {_clean(heading)}  ", (basis, "dim")
    )


def _case_row(row: CaseRow) -> RenderableType:
    where = row.site or row.tumour_type or "tumour site not stated"
    biliary = "  NOT BILIARY: nothing suggested" if row.tumour_is_btc is False else ""
    title = Text.assemble(
        (f"Case {_clean(row.id)}", "bold"), f"  {_clean(row.label)} · {_clean(where)}", biliary
    )
    files = _indented(_clean(", ".join(row.reports)), "dim")
    flags = _flag_rows(row.flags) if row.flags else _indented("no therapy flags", "dim")
    return Group(title, files, flags, *_headlines(row))


def _headlines(row: CaseRow) -> Iterator[RenderableType]:
    for line in dict.fromkeys(each.line for each in row.suggestions):
        entries = [each for each in row.suggestions if each.line == line]
        best = min(entries, key=lambda each: each.rank)
        more = f" (+{len(entries) - 1} more)" if len(entries) > 1 else ""
        kind = (f"{best.kind} ", _KIND_STYLE[best.kind])
        yield Padding(
            Text.assemble(f"{_line(line)}: ", kind, f"{_clean(best.regimen)}{more}"), (0, 0, 0, 2)
        )


def _flag_rows(flags: Iterable[FlagRow]) -> RenderableType:
    table = _table("flag", "therapy", "marker", "line", "status")
    for each in sorted(flags, key=lambda flag: _KIND_ORDER.index(flag.kind)):
        table.add_row(
            Text(each.kind, style=_KIND_STYLE[each.kind]),
            _text(each.therapy),
            _marker_name(each.marker),
            _line(each.line),
            _text(f"{each.jurisdiction}: {each.status}"),
        )
    return _pad(table)


def _flags(flags: Iterable[TherapyFlag]) -> RenderableType:
    table = _table("flag", "therapy", "marker", "line", "why")
    for each in sorted(flags, key=lambda flag: _KIND_ORDER.index(flag.kind)):
        when = f" since {each.status_date}" if each.status_date else ""
        why = "; ".join((f"{each.jurisdiction}: {each.status}{when}", *each.because))
        table.add_row(
            Text(each.kind, style=_KIND_STYLE[each.kind]),
            _text(each.therapy),
            _marker_name(each.marker),
            _line(each.line),
            _text("; ".join((why, *each.cautions))),
        )
    return _pad(table)


def _suggestion_parts(suggestions: Sequence[Suggestion]) -> Iterator[RenderableType]:
    for line in dict.fromkeys(each.line for each in suggestions):
        table = _table("rank", "kind", "regimen", "why")
        chosen = (each for each in suggestions if each.line == line)
        for each in sorted(chosen, key=lambda suggestion: suggestion.rank):
            conditions = (f"if: {condition}" for condition in each.conditions)
            why = "; ".join((*each.because, *conditions, *each.cautions))
            kind = Text(each.kind, style=_KIND_STYLE[each.kind])
            table.add_row(str(each.rank), kind, _text(each.regimen), _text(why))
        yield from _section(_line(line).capitalize(), (table,))


def _near_misses(misses: Iterable[NearMiss]) -> Iterator[RenderableType]:
    for each in misses:
        change = f" ({each.would_change})" if each.would_change else ""
        yield Text.assemble((_clean(each.therapy), "bold"), f": {_clean(each.reason + change)}")


def _orders(said: Interpretation) -> Iterator[RenderableType]:
    for each in said.not_assessed:
        yield Text.assemble((_marker_name(each.marker), "bold"), f": {_clean(each.order)}")


def _findings(findings: Iterable[Finding]) -> RenderableType:
    table = _table("finding", "marker", "status", "significance", "VAF", "where")
    for each in findings:
        source = each.observations[0].source
        where = f"page {source.page}" if source.page else f"line {source.line}"
        vaf = next((one.vaf for one in each.observations if one.vaf is not None), None)
        table.add_row(
            _text(each.detail),
            _marker_name(each.marker),
            Text(_words(each.status), style=_STATUS_STYLE[each.status]),
            _words(each.significance),
            "" if vaf is None else f"{vaf:.1%}",
            where,
        )
    return _pad(table)


def _marker_lines(states: Iterable[MarkerState]) -> RenderableType:
    known = list(states)
    table = Table.grid(padding=(0, 2))
    for status in Status:
        names = ", ".join(_marker_name(each.marker) for each in known if each.status is status)
        if names:
            table.add_row(Text(_words(status), style=_STATUS_STYLE[status]), names)
    return _pad(table)


def _notices(notices: Iterable[Notice]) -> RenderableType:
    once = dict.fromkeys(each.message for each in notices)
    return Group(*(_indented(f"note: {_clean(message)}", "yellow") for message in once))


def _held(held: Iterable[HeldFile]) -> RenderableType:
    table = _table("held file", "status", "why")
    for each in held:
        table.add_row(
            _text(each.file), Text(each.status, style="yellow"), _text("; ".join(each.reasons))
        )
    return table


def _section(title: str, parts: Iterable[RenderableType]) -> Iterator[RenderableType]:
    rows = list(parts)
    if rows:
        yield Text(title, style="bold underline")
        yield from (_pad(row) for row in rows)


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _pad(part: RenderableType) -> RenderableType:
    return Padding(part, (0, 0, 0, 2))


def _indented(text: str, style: str) -> RenderableType:
    return _pad(Text(_clean(text), style=style))


def _text(text: str) -> Text:
    return Text(_clean(text))


def _clean(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _marker_name(marker: Marker) -> str:
    return _words(marker.value)


def _line(line: str) -> str:
    return _LINE_NAMES.get(line, _words(line))
