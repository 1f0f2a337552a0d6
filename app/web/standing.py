"""The history of a case in, where its review stands out, in sentences a reviewer reads first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.review_tables import BECAUSE, WORDS, verdict
from pipeline.patient import Decision
from store.reviews import Past, ReviewState, stands

_SHAPES = {
    ReviewState.TO_REVIEW: "◇",
    ReviewState.REVIEW_AGAIN: "↻",
    ReviewState.SECOND_SIGNATURE: "◑",
    ReviewState.SIGNED: "✓",
    ReviewState.REFUSED: "×",
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where the newest interpretation stands, and what was decided last.

    *is_earlier* if that was about an interpretation before; what came and went since is told.
    """

    state: ReviewState
    shape: str
    words: str
    why: str
    said: tuple[str, ...]
    is_earlier: bool
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether a person must still decide."""
        return self.state not in {ReviewState.SIGNED, ReviewState.REFUSED}


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One interpretation in the history of a case, and what it gave that the one before did not."""

    past: Past
    why: str
    decisions: tuple[str, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]


Called = Callable[[str], str]
"""The name of a reviewer by what the decision holds of them."""


def standing(before: Sequence[Past], called: Called) -> Standing:
    """Where the review stands; of one to be done again also what was decided last, and on what."""
    state, _ = stands(before)
    now = before[-1]
    decided = [each for each in before if each.decisions]
    last = decided[-1] if decided else None
    again = last is not None and last is not now
    return Standing(
        state=state,
        shape=_SHAPES[state],
        words=WORDS[state],
        why=BECAUSE[now.cause] if now.cause and len(before) > 1 else "",
        said=tuple(_said(each, called) for each in (last.decisions if last else ())),
        is_earlier=again,
        gained=_without(now.therapies, last.therapies) if again and last else (),
        lost=_without(last.therapies, now.therapies) if again and last else (),
    )


def chapters(before: Sequence[Past], called: Called) -> tuple[Chapter, ...]:
    """Every interpretation, the newest first."""
    earlier = (None, *before)
    pairs = tuple(zip(earlier, before, strict=False))
    return tuple(_chapter(each, former, called) for former, each in reversed(pairs))


def _chapter(each: Past, former: Past | None, called: Called) -> Chapter:
    return Chapter(
        past=each,
        why=BECAUSE[each.cause] if each.cause else "",
        decisions=tuple(_said(one, called) for one in each.decisions),
        gained=_without(each.therapies, former.therapies) if former else (),
        lost=_without(former.therapies, each.therapies) if former else (),
    )


def _without(these: Sequence[str], those: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in these if each not in those)


def _said(decision: Decision, called: Called) -> str:
    word = verdict(decision)
    why = f": {decision.reason}" if decision.reason else ""
    when = decision.decided_at.strftime("%Y-%m-%d %H:%M UTC")
    meaning = decision.meaning.replace("_", " ")
    return f"{meaning}, {word} by {called(decision.reviewer)} on {when}{why}"
