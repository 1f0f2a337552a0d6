"""A release of knowledge in, the cases that another one spoke of made again, and what differs out.

A dry run writes nothing at all. A real one is a run of its own, like a person's decision: no other
is at work meanwhile. Whoever breaks it off begins it again: what was made again is not made twice.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from actionability.diff import FlagChange, flag_changes
from actionability.release import Release
from flows.context import works
from flows.knowledge import named
from flows.run import not_concluded, tried
from flows.trip import Frame
from flows.turn import close, turn
from flows.work import Work
from pipeline.changes import Change, changes
from pipeline.errors import InputError
from pipeline.patient import Interpretation
from store.batches import Refused
from store.books import ReleaseState
from store.conclusions import Conclusion
from store.outdated import Outdated
from store.records import Store
from store.reviews import ReviewState

BATCH_CASES = 100
"""Cases that are in memory at a time, and are stored together."""

_OPEN = frozenset({ReviewState.TO_REVIEW, ReviewState.REVIEW_AGAIN})
_OF_RELEASE = frozenset({"knowledge release", "as of"})
_SAID = frozenset({"flag", "suggestion"})
_OTHER_PARTS = ("near_misses", "not_assessed")


class Fate(StrEnum):
    """What becomes of a case, or would."""

    MADE = "made"
    LEFT = "left"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Remade:
    """One case under the other release: what becomes of it, and what is said otherwise.

    `left` is a case on which a person has decided. *also* are other parts of the interpretation
    that differ (`near_misses`, `not_assessed`); its notes always do, they name the release.
    *beside* names what is new and does not come from the knowledge (`report`, `context`, …): it
    may be why something differs. *fault* is a code.
    """

    case_id: str
    review: ReviewState
    fate: Fate
    flags: tuple[FlagChange, ...] = ()
    suggestions: tuple[Change, ...] = ()
    also: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    fault: str | None = None

    @property
    def is_news(self) -> bool:
        """Whether something else is to be done: another therapy, or another test to order."""
        return bool(self.flags or self.suggestions or "not_assessed" in self.also)


Tell = Callable[[Remade], object]


@dataclass(frozen=True, kw_only=True)
class _Draft:
    told: Remade
    conclusion: Conclusion | None


def rehearsed(store: Store, own: Release, word: str | None) -> Release:
    """The release that a dry run tries: that of *word*, else one that waits, else the active one.

    *own* is the shipped one; it waits too before any run has met it. `InputError` where no release
    is called so, `KnowledgeError` if it was changed since it was stored.
    """
    if word is not None:
        return named(store, own, word)
    known = store.releases()
    met = {each.sha256: each.state for each in known}
    if met.get(own.sha256, ReleaseState.CANDIDATE) is ReleaseState.CANDIDATE:
        return own
    waits = [each for each in known if each.state is ReleaseState.CANDIDATE]
    return named(store, own, waits[-1].sha256 if waits else "active")


def rehearse(store: Store, frame: Frame, *, signed: bool, tell: Tell) -> None:
    """*tell* what `reinterpret` would do with each case; no row changes."""
    for some in _batches(store, frame):
        for each in _drafts(store, frame, some, signed=signed):
            tell(each.told)


def reinterpret(work: Work, *, signed: bool, tell: Tell) -> None:
    """Make the cases again that another release than the one of *work* speaks of.

    Those on which a person has decided are left as they are. *signed*: of these too are made
    again, and reviewed anew, which the release says something else of; what was signed stays.
    """
    with turn(work) as own:
        for some in _batches(own.store, own.frame):
            for each in _kept(own, _drafts(own.store, own.frame, some, signed=signed)):
                tell(each)
            own.store.beat()
        close(own, None)


def only_active(work: Work, own: Release, word: str | None) -> None:
    """`InputError` if *word* names another release than the active one, that of *work*."""
    active = work.frame.knowledge.stamp
    if word is not None and named(work.store, own, word).sha256 != active.sha256:
        raise InputError(
            f"release {active.release} is active, and only the active one speaks of cases: add "
            "--dry-run to see what the other would say, or activate it (`oncoflag knowledge "
            "activate`)"
        )


def _batches(store: Store, frame: Frame) -> Iterator[tuple[Outdated, ...]]:
    sha256, after = frame.knowledge.stamp.sha256, ""
    while some := store.outdated(sha256, after=after, limit=BATCH_CASES):
        yield some
        after = some[-1].case_id


def _drafts(
    store: Store, frame: Frame, some: Sequence[Outdated], *, signed: bool
) -> Iterator[_Draft]:
    cases = works(store, [each.case_id for each in some], {})
    for each, case in zip(some, cases, strict=True):
        made = tried(store, replace(frame, jurisdictions=each.jurisdictions), case)
        if isinstance(made, str):
            yield _Draft(told=_failed(each, made), conclusion=None)
            continue
        told = _compared(each, store.case(each.case_id), made.said)
        if each.review in _OPEN or (signed and told.is_news):
            yield _Draft(told=told, conclusion=made)
        else:
            yield _Draft(told=replace(told, fate=Fate.LEFT), conclusion=None)


def _kept(work: Work, drafts: Iterator[_Draft]) -> Iterator[Remade]:
    """What became of each when those to be made again were stored together."""
    batch = list(drafts)
    made = [each.conclusion for each in batch if each.conclusion]
    answers = dict(zip((each.case_id for each in made), work.store.save_cases(made), strict=True))
    for each in batch:
        answer, told = answers.get(each.told.case_id), each.told
        if isinstance(answer, Refused):
            told = replace(told, fate=Fate.FAILED, fault=answer.code)
        if told.fault:
            not_concluded(work, told.case_id, told.fault)
        yield told


def _failed(case: Outdated, fault: str) -> Remade:
    return Remade(case_id=case.case_id, review=case.review, fate=Fate.FAILED, fault=fault)


def _compared(case: Outdated, before: Interpretation, now: Interpretation) -> Remade:
    found = changes(before, now)
    return Remade(
        case_id=case.case_id,
        review=case.review,
        fate=Fate.MADE,
        flags=flag_changes(before, now),
        suggestions=tuple(each for each in found if each.part == "suggestion"),
        also=tuple(name for name in _OTHER_PARTS if getattr(before, name) != getattr(now, name)),
        beside=_beside(before, now, found),
    )


def _beside(
    before: Interpretation, now: Interpretation, found: Sequence[Change]
) -> tuple[str, ...]:
    # Asked by itself: two reports may bear one file name.
    reports = ("report",) if before.case.reports != now.case.reports else ()
    others = [each for each in found if each.part not in _SAID and each.name not in _OF_RELEASE]
    named = (each.name if each.part == "made with" else each.part for each in others)
    return tuple(dict.fromkeys((*reports, *named)))
