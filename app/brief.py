"""One interpreted case in, what a person takes away in ten seconds out."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rich.text import Text

from app.ordering import ordered, short
from app.paint import KIND_STYLE, cell, clean, dim, grid, words
from exchange.case_therapies import line_name
from pipeline.patient import FlagKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from pipeline.patient import Interpretation, Suggestion, TherapyFlag


def brief(said: Interpretation) -> Iterator[RenderableType]:
    """The lists by name, what is flagged beside them, what not to give, and the tests to order."""
    rows = grid(13, None)
    for line in dict.fromkeys(each.line for each in said.suggestions):
        chosen = [each for each in said.suggestions if each.line == line]
        open_ = [each for each in chosen if each.kind is not FlagKind.BLOCK]
        names = Text(", ").join(_with_kind(each) for each in open_) if open_ else _barred(chosen)
        rows.add_row(Text(line_name(line), style="bold"), names)
    if beside := "; ".join(_beside(said)):
        rows.add_row(Text("flagged too", style="bold"), cell(beside))
    barred = dict.fromkeys(f.therapy for f in said.flags if f.kind is FlagKind.BLOCK)
    if barred:
        rows.add_row(Text("do not give", style="bold red"), cell(", ".join(barred)))
    tests = dict.fromkeys(short(test) for test, opens in ordered(said).items() if opens.drugs)
    if tests:
        rows.add_row(Text("order", style="bold"), cell("; ".join(tests)))
    if said.case.tumour_is_btc is False:
        rows.add_row("", Text("not a biliary tract tumour: nothing is suggested", style="yellow"))
    elif not said.flags:
        rows.add_row("", dim("no therapy flags"))
    yield rows


def _with_kind(entry: Suggestion) -> Text:
    said = "" if entry.kind is FlagKind.SUGGEST else f" ({entry.kind.lower()})"
    return Text(f"{entry.rank} {clean(entry.regimen)}{said}", style=KIND_STYLE[entry.kind])


def _barred(entries: Sequence[Suggestion]) -> Text:
    """Nothing is open: the reason that all share, because it is what has to change."""
    shared = [one for one in entries[0].because if all(one in each.because for each in entries)]
    why = "; ".join(shared) or "see the reasons below"
    return Text(f"every entry is blocked: {clean(why)}", style="bold red")


def _beside(said: Interpretation) -> Iterator[str]:
    """Off-label drugs and trials that a finding points to, and that no list above holds."""
    listed = {each.regimen for each in said.suggestions}
    found: defaultdict[str, list[TherapyFlag]] = defaultdict(list)
    for each in said.flags:
        if each.kind is not FlagKind.BLOCK and each.therapy not in listed:
            found[each.therapy].append(each)
    for therapy, same in found.items():
        markers = dict.fromkeys(each.marker.label for each in same)
        statuses = dict.fromkeys(_status(each) for each in same)
        yield f"{therapy} ({', '.join(markers)}; {', '.join(statuses)})"


def _status(flag: TherapyFlag) -> str:
    doubt = ", not verified" if "status" in flag.unverified else ""
    return f"{flag.jurisdiction} {words(flag.status)}{doubt}"
