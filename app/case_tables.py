"""Cases in, tables for a tired person out: what `explain`, `case` and `cases` print."""

from __future__ import annotations

from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from app.paint import (
    KIND_ORDER,
    KIND_STYLE,
    cell,
    clean,
    dim,
    grid,
    indented,
    kind,
    section,
    words,
)
from app.tables import marker_lines, notices
from pipeline.patient import FlagKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.model import Marker
    from pipeline.patient import Interpretation, NearMiss, Suggestion, TherapyFlag
    from store.cases import CaseRow, FlagRow, SuggestionRow

DISCLAIMER = "Decision support for professionals; a person reviews and signs."
_WIDTHS = (8, 26, None)


def interpretation(said: Interpretation) -> RenderableType:
    """One case: flags, suggestions by line, what did not fire and why, what to order."""
    flagged = {flag.indication_id for flag in said.flags}
    parts: list[RenderableType] = [_title(said), notices(said.case.notices)]
    parts.extend(_flags(said.flags))
    for line in dict.fromkeys(each.line for each in said.suggestions):
        chosen = [each for each in said.suggestions if each.line == line]
        parts.extend(section(_line(line).capitalize(), _suggestions(chosen, flagged)))
    parts.extend(section("What did not fire, and why", _near_misses(said.near_misses)))
    parts.extend(section("Not assessed: what to order", _orders(said)))
    parts.extend(section("Markers", (marker_lines(said.case.markers.values()),)))
    parts.extend(section("Notes", (cell(note) for note in said.notes)))
    return Group(*parts, Text())


def case_list(rows: Sequence[CaseRow]) -> RenderableType:
    """The list of cases, each with its flags and its lines of therapy."""
    if not rows:
        return Text("no cases")
    parts = [part for row in rows for part in (_case_row(row), Text())]
    return Group(*parts, dim(f"{len(rows)} cases. {DISCLAIMER}"))


def _title(said: Interpretation) -> Text:
    case = said.case
    names = (case.patient.identity.name, *(each.report.identity.name for each in case.reports))
    who = (next((name for name in names if name), None), case.patient.site, case.tumour_type)
    heading = " · ".join(str(each) for each in who if each) or "patient not named"
    basis = f"as of {said.as_of}, knowledge {said.knowledge.release}"
    return Text.assemble(
        (f"Case {clean(case.id)}", "bold"), f"  {clean(heading)}\n  ", (basis, "dim")
    )


def _flags(flags: Sequence[TherapyFlag]) -> Iterator[RenderableType]:
    rows = grid(*_WIDTHS)
    for each in sorted(flags, key=lambda flag: KIND_ORDER.index(flag.kind)):
        found, *reasons = each.because or ("",)
        head = f"{_named(each.marker, found)}, {_line(each.line)}, {each.jurisdiction}"
        warnings = (Text(f"! {clean(caution)}", style="yellow") for caution in each.cautions)
        # A warning among the reasons is said once, as a warning.
        calm = (reason for reason in reasons if reason not in each.cautions)
        lines = (dim(one) for one in (*calm, *_evidence(each)))
        unverified = (f"? not verified: {', '.join(each.unverified)}",) if each.unverified else ()
        rows.add_row(
            kind(each.kind),
            cell(each.therapy),
            cell(head, *lines, *warnings, *unverified),
        )
    yield from section("Flags", (rows if flags else dim("no therapy flags"),))


def _evidence(flag: TherapyFlag) -> Iterator[str]:
    """The trial figures, and the tiers side by side."""
    if flag.figures:
        yield flag.figures
    tiers = {"AMP/ASCO/CAP": flag.tiers.amp_asco_cap, "ESCAT": flag.tiers.escat}
    stated = [f"{scale} {tier}" for scale, tier in tiers.items() if tier]
    if stated:
        yield "; ".join(stated)


def _suggestions(suggestions: Sequence[Suggestion], flagged: set[str]) -> Iterator[RenderableType]:
    """What holds for every entry of the line is said once, below them."""
    common = _common([each.conditions for each in suggestions])
    warnings = _common([each.cautions for each in suggestions])
    rows = grid(*_WIDTHS)
    for each in sorted(suggestions, key=lambda suggestion: suggestion.rank):
        why = _above(each) if each.indication_id in flagged else _why(each, common, warnings)
        rows.add_row(kind(each.kind), cell(f"{each.rank}. {each.regimen}"), why)
    yield rows
    yield cell(
        *(f"all, if: {condition}" for condition in common),
        *(Text(f"all: ! {clean(caution)}", style="yellow") for caution in warnings),
    )


def _common(each: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    if len(each) < 2:
        return ()
    return tuple(one for one in dict.fromkeys(each[0]) if all(one in other for other in each))


def _above(suggestion: Suggestion) -> Text:
    return cell("; ".join(("see the flag above", *suggestion.because[:1])))


def _why(suggestion: Suggestion, common: Sequence[str], warnings: Sequence[str]) -> Text:
    lines = [dim(reason) for reason in suggestion.because]
    lines += [Text(f"if: {clean(one)}") for one in suggestion.conditions if one not in common]
    lines += [dim(one) for one in suggestion.schedule]
    cautions = (one for one in suggestion.cautions if one not in warnings)
    return cell(*lines, *(Text(f"! {clean(one)}", style="yellow") for one in cautions))


def _near_misses(misses: Iterable[NearMiss]) -> Iterator[RenderableType]:
    """One line a reason, with every therapy that it kept back; what to order stands below."""
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for each in misses:
        by_reason[each.reason].append(each.therapy)
    for reason, therapies in by_reason.items():
        names = ", ".join(dict.fromkeys(therapies))
        yield Text.assemble(clean(reason), (f"  {clean(names)}", "dim"))


def _orders(said: Interpretation) -> Iterator[RenderableType]:
    rows = grid(16, None)
    for each in said.not_assessed:
        rows.add_row(each.marker.label, cell(each.order))
    if said.not_assessed:
        yield rows


def _case_row(row: CaseRow) -> RenderableType:
    where = row.site or row.tumour_type or "tumour site not stated"
    title = Text.assemble(
        (f"Case {clean(row.id)}", "bold"), f"  {clean(row.label)} · {clean(where)}"
    )
    files = dim(", ".join(row.reports))
    parts: list[RenderableType] = [title, indented(files)]
    if row.tumour_is_btc is False:
        parts.append(indented("not a biliary tract tumour: nothing is suggested", "yellow"))
    if row.stale:
        parts.append(indented("reports have changed since: ingest again", "yellow"))
    parts.append(indented(_flag_rows(row.flags) if row.flags else dim("no therapy flags")))
    for line in dict.fromkeys(each.line for each in row.suggestions):
        chosen = [each for each in row.suggestions if each.line == line]
        parts.append(indented(_in_order(line, chosen)))
    return Group(*parts)


def _flag_rows(flags: Iterable[FlagRow]) -> RenderableType:
    """One row a therapy, with every marker that leads to it, and why it is not suggested."""
    merged: defaultdict[tuple[FlagKind, str, str], list[FlagRow]] = defaultdict(list)
    for each in flags:
        merged[each.kind, each.therapy, each.line].append(each)
    rows = grid(*_WIDTHS)
    for (what, therapy, line), same in sorted(merged.items(), key=_weight):
        found = dict.fromkeys(_named(each.marker, _found(each)) for each in same)
        status = dict.fromkeys(f"{each.jurisdiction} {words(each.status)}" for each in same)
        head = f"{', '.join(found)}; {_line(line)}; {', '.join(status)}"
        rows.add_row(kind(what), cell(therapy), cell(head, *map(dim, _reasons(same))))
    return rows


def _weight(entry: tuple[tuple[FlagKind, str, str], list[FlagRow]]) -> tuple[int, str]:
    (what, therapy, _), _ = entry
    return KIND_ORDER.index(what), therapy


def _named(marker: Marker, found: str) -> str:
    # "HER2 IHC" and "HER2 IHC 3+" are "HER2 IHC 3+": what the name says is not said again.
    name = marker.label
    known, words_found = name.lower().split(), found.split()
    while known and words_found and words_found[0].lower() == known[0]:
        del known[0], words_found[0]
    return " ".join((name, *words_found))


def _found(flag: FlagRow) -> str:
    return flag.because[0] if flag.because else ""


def _reasons(same: Iterable[FlagRow]) -> tuple[str, ...]:
    """Why a therapy is not simply suggested: the reasons of all its markers and jurisdictions."""
    return tuple(dict.fromkeys(reason for each in same for reason in _deciding(each)))


def _deciding(flag: FlagRow) -> Iterable[str]:
    # First comes the finding, then what decided, then the label, then what is good to know.
    _, *said = flag.because or ("",)
    if flag.kind is FlagKind.SUGGEST or not said:
        return ()
    decided, *rest = said
    if flag.kind is FlagKind.BLOCK:
        return (decided,)
    label = f"{flag.jurisdiction}: "
    return (decided, *takewhile(lambda reason: not reason.startswith(label), rest))


def _in_order(line: str, chosen: Sequence[SuggestionRow]) -> RenderableType:
    rows = grid(11, None)
    names = Text(", ").join(
        Text(f"{each.rank} {clean(each.regimen)}", style=KIND_STYLE[each.kind])
        for each in sorted(chosen, key=lambda suggestion: suggestion.rank)
    )
    rows.add_row(Text(_line(line), style="bold"), names)
    return rows


def _line(line: str) -> str:
    return f"{words(line)} line" if line in {"first", "second", "any"} else words(line)
