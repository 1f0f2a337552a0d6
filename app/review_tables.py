"""Reviews of a case in, tables for people out: whether it is signed, and what was said before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from app.paint import cell, clean, dim, grid, section
from app.reviewed import instead
from store.books import Cause
from store.meanings import Meaning
from store.reviews import ReviewState, stands

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.reviewed import Beside
    from pipeline.patient import Decision
    from store.reviews import Past

_STYLE = {
    ReviewState.TO_REVIEW: "yellow",
    ReviewState.REVIEW_AGAIN: "bold yellow",
    ReviewState.SECOND_SIGNATURE: "yellow",
    ReviewState.SIGNED: "green",
    ReviewState.REFUSED: "red",
}
WORDS = {
    ReviewState.TO_REVIEW: "to review",
    ReviewState.REVIEW_AGAIN: "review again",
    ReviewState.SECOND_SIGNATURE: "signed by one of two",
    ReviewState.SIGNED: "signed",
    ReviewState.REFUSED: "refused",
}
BECAUSE = {
    Cause.NEW: "new case",
    Cause.REPORTS: "the reports changed",
    Cause.CONTEXT: "the clinical context changed",
    Cause.KNOWLEDGE: "the knowledge tables changed",
    Cause.CODE: "the program changed",
}


def verdict(decision: Decision) -> str:
    """What a decision says in a word; an opinion says what it would."""
    word = "accepted" if decision.accepted else "refused"
    return f"would be {word}" if decision.meaning == Meaning.OPINION else word


def review(state: ReviewState, cause: Cause | None) -> Text:
    """One line: signed, refused, to review or review again, and why."""
    is_open = state in {ReviewState.TO_REVIEW, ReviewState.REVIEW_AGAIN}
    why = f" ({BECAUSE[cause]})" if is_open and cause and cause is not Cause.NEW else ""
    return Text(f"{WORDS[state]}{why}", style=_STYLE[state])


def history(before: Sequence[Past], beside: Beside) -> RenderableType:
    """The review, the decision that stands, and earlier interpretations with their decisions."""
    now = before[-1]
    state, _ = stands(before)
    parts: list[RenderableType] = [Text.assemble(("Review  ", "bold"), review(state, now.cause))]
    parts += [dim(f"  {_said(each, beside)}") for each in now.decisions]
    parts.extend(section("Superseded interpretations", _earlier(before[:-1], beside)))
    return Group(*parts, Text())


def _earlier(before: Sequence[Past], beside: Beside) -> Iterator[RenderableType]:
    if not before:
        return
    rows = grid(4, None)
    for each in reversed(before):
        made = f"as of {each.as_of}, knowledge {each.release}, program {each.code_version}"
        flagged = ", ".join(each.therapies) or "no therapy flags"
        decisions = (_said(one, beside) for one in each.decisions)
        rows.add_row(str(each.number), cell(made, flagged, *(dim(clean(one)) for one in decisions)))
    yield rows


def _said(decision: Decision, beside: Beside) -> str:
    word = verdict(decision)
    why = f": {decision.reason}" if decision.reason else ""
    when = decision.decided_at.strftime("%Y-%m-%d %H:%M UTC")
    changed = instead(beside.overrides(decision))
    meaning = decision.meaning.replace("_", " ")
    return clean(f"{meaning}, {word} by {beside.name(decision)} on {when}{why}{changed}")
