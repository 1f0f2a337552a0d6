"""Cases in, tables for a tired person out: what `explain`, `case` and `cases` print."""

from __future__ import annotations

from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from app.brief import brief
from app.course_tables import over_time, side_by_side
from app.ordering import only_silent, order_lines
from app.paint import (
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
from app.review_tables import review
from app.tables import marker_lines, notices
from exchange.case_therapies import by_label, evidence, labels, line_name, ranked, shared_by_all
from exchange.wording import named
from pipeline.model import Status
from pipeline.patient import KIND_ORDER, FlagKind, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.patient import Interpretation, NearMiss, Patient, Suggestion, TherapyFlag
    from store.listing import CaseRow, FlagRow, SuggestionRow

DISCLAIMER = "Decision support for professionals; a person reviews and signs."
_WIDTHS = (8, 22, None)


def interpretation(said: Interpretation) -> RenderableType:
    """One case: the answer in brief, then flags, lists, what did not fire, what to order."""
    flagged = {flag.indication_id for flag in said.flags}
    parts: list[RenderableType] = [_title(said), notices(said.case.notices)]
    parts.extend(section("In brief", brief(said)))
    parts.extend(_flags(ranked(said)))
    for line in dict.fromkeys(each.line for each in said.suggestions):
        chosen = [each for each in said.suggestions if each.line == line]
        parts.extend(section(line_name(line).capitalize(), _suggestions(chosen, flagged)))
    parts.extend(section("What did not fire, and why", _near_misses(said)))
    parts.extend(section("Not assessed: what to order", order_lines(said)))
    spoken = (each for each in said.case.markers.values() if each.status is not Status.NOT_ASSESSED)
    parts.extend(section("Markers with a result", (marker_lines(spoken),)))
    parts.extend(section("Reports side by side", side_by_side(said.case)))
    parts.extend(section("Over time", over_time(said.case)))
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
    who = (next((name for name in names if name), None), *_context(case.patient), case.tumour_type)
    heading = " · ".join(dict.fromkeys(str(each) for each in who if each)) or "patient not named"
    basis = f"as of {said.as_of}, knowledge {said.knowledge.release}"
    return Text.assemble(
        (f"Case {clean(case.id)}", "bold"), f"  {clean(heading)}\n  ", (basis, "dim")
    )


def _context(patient: Patient) -> Iterator[str | None]:
    """The few facts that everything below depends on; the open ones are named as such."""
    yield patient.site or "site not stated"
    yield f"stage {patient.stage}" if patient.stage else "stage not stated"
    yield "ECOG not stated" if patient.ecog is None else f"ECOG {patient.ecog}"
    lines = patient.prior_lines
    yield "prior lines not stated" if lines is None else f"{lines} prior line(s)"


def _flags(flags: Sequence[TherapyFlag]) -> Iterator[RenderableType]:
    """The most important first; what is true of every drug that may be given is said once."""
    given = [each for each in flags if each.kind is not FlagKind.BLOCK]
    common = shared_by_all([each.cautions for each in given])
    rows = grid(*_WIDTHS)
    for same in by_label(flags):
        rows.add_row(kind(same[0].kind), cell(same[0].therapy), _about(same, common))
    if flags:
        warnings = cell(
            *(_warning(f"each drug that is not blocked: {caution}") for caution in common)
        )
        yield from section("Flags", (rows, warnings) if common else (rows,))


def _about(same: Sequence[TherapyFlag], common: Sequence[str]) -> Text:
    """Why, on what evidence, and with what care; of a blocked drug only why."""
    first = same[0]
    found, *reasons = dict.fromkeys(one for flag in same for one in flag.because) or ("",)
    head = f"{named(first.marker, found)}, {line_name(first.line)}, {labels(same)}"
    if first.kind is FlagKind.BLOCK:
        why = dict.fromkeys(one for flag in same for one in _barring(flag))
        return cell(head, Text(clean("; ".join(why)), style="red"))
    cautions = tuple(dict.fromkeys(one for flag in same for one in flag.cautions))
    asked = [reason for reason in reasons if any(_is_open(reason, flag) for flag in same)]
    open_ = (Text(f"asks: {clean('; '.join(asked))}", style="magenta"),) if asked else ()
    # A warning among the reasons is said once, as a warning.
    calm = "; ".join(each for each in reasons if each not in {*cautions, *asked})
    told = (dim(one) for one in (calm, *evidence(first)))
    warnings = (_warning(caution) for caution in cautions if caution not in common)
    doubted = dict.fromkeys(one for flag in same for one in flag.unverified)
    unverified = (f"? not verified: {', '.join(doubted)}",) if doubted else ()
    return cell(head, *open_, *told, *warnings, *unverified)


def _barring(flag: TherapyFlag) -> Iterator[str]:
    """What bars the drug; what its label would say otherwise does not matter then."""
    _, *said = flag.because or ("",)
    fits = {each.sentence for each in flag.evaluations if each.outcome is Outcome.PASS}
    label = f"{flag.jurisdiction}: "
    yield from said[:1]
    rest = takewhile(lambda one: not one.startswith(label), said[1:])
    yield from (one for one in rest if one not in fits)


def _is_open(reason: str, flag: TherapyFlag) -> bool:
    return any(reason.startswith(each.sentence) for each in flag.evaluations if each.missing)


def _warning(text: str) -> Text:
    return Text(f"! {clean(text)}", style="yellow")


def _suggestions(suggestions: Sequence[Suggestion], flagged: set[str]) -> Iterator[RenderableType]:
    """What holds for every regimen of the line is said once, below them."""
    regimens = [
        each
        for each in suggestions
        if each.indication_id not in flagged and each.kind is not FlagKind.BLOCK
    ]
    common = shared_by_all([each.conditions for each in regimens])
    warnings = shared_by_all([each.cautions for each in regimens])
    rows = grid(*_WIDTHS)
    for each in sorted(suggestions, key=lambda suggestion: suggestion.rank):
        why = _above(each) if each.indication_id in flagged else _why(each, common, warnings)
        rows.add_row(kind(each.kind), cell(f"{each.rank}. {each.regimen}"), why)
    yield rows
    which = "each regimen" if len(regimens) < len(suggestions) else "all"
    if common or warnings:
        yield cell(
            *(f"{which}, if: {condition}" for condition in common),
            *(_warning(f"{which}: {caution}") for caution in warnings),
        )


def _above(suggestion: Suggestion) -> Text:
    return cell("; ".join(("see the flag above", *suggestion.because[:1])))


def _why(suggestion: Suggestion, common: Sequence[str], warnings: Sequence[str]) -> Text:
    lines = [dim(reason) for reason in suggestion.because]
    if suggestion.kind is FlagKind.BLOCK:
        return cell(*lines)
    lines += [Text(f"if: {clean(one)}") for one in suggestion.conditions if one not in common]
    lines += [dim(one) for one in (suggestion.figures, *suggestion.schedule) if one]
    cautions = (one for one in suggestion.cautions if one not in warnings)
    unverified = ", ".join(suggestion.unverified)
    doubt = (f"? not verified: {unverified}",) if unverified else ()
    return cell(*lines, *map(_warning, cautions), *doubt)


def _near_misses(said: Interpretation) -> Iterator[RenderableType]:
    """One line a reason, with every therapy that it kept back; what to order stands below."""
    by_reason: defaultdict[str, list[NearMiss]] = defaultdict(list)
    for each in said.near_misses:
        if not only_silent(each, said.case.markers):
            by_reason[each.reason].append(each)
    for reason, same in by_reason.items():
        names = dict.fromkeys(each.therapy for each in same)
        change = "; ".join(_changes(same)) if len(names) == 1 else ""
        more = f"\n  would change it: {clean(change)}" if change else ""
        yield Text.assemble((clean(", ".join(names)), "bold"), f": {clean(reason)}", (more, "dim"))


def _changes(same: Iterable[NearMiss]) -> Iterator[str]:
    """What would change the answer, but for the tests, which are listed with the orders."""
    parts = (part for each in same for part in (each.would_change or "").split("; "))
    return (part for part in dict.fromkeys(parts) if part and not part.startswith("order: "))


def _case_row(row: CaseRow) -> RenderableType:
    where = row.site or row.tumour_type or "tumour site not stated"
    title = Text.assemble(
        (f"Case {clean(row.id)}", "bold"), f"  {clean(row.label)} · {clean(where)}"
    )
    files = dim(", ".join(row.reports))
    parts: list[RenderableType] = [title, indented(files)]
    if row.tumour_is_btc is False:
        parts.append(indented("not a biliary tract tumour: nothing is suggested", "yellow"))
    if row.review:
        parts.append(indented(review(row.review, row.cause)))
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
        found = dict.fromkeys(named(each.marker, _found(each)) for each in same)
        status = dict.fromkeys(f"{each.jurisdiction} {words(each.status)}" for each in same)
        head = f"{', '.join(found)}; {line_name(line)}; {', '.join(status)}"
        rows.add_row(kind(what), cell(therapy), cell(head, *map(dim, _reasons(same))))
    return rows


def _weight(entry: tuple[tuple[FlagKind, str, str], list[FlagRow]]) -> tuple[int, str]:
    (what, therapy, _), _ = entry
    return KIND_ORDER.index(what), therapy


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
    rows.add_row(Text(line_name(line), style="bold"), names)
    return rows
