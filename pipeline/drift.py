"""The signals of earlier nights and of tonight in, what drifts out, by reader and assay.

Every rule asks how likely tonight (or the last 2, 4, … 64 nights, for what drifts slowly) would
be if nothing had changed since before; exactly, by `chances`. All rules of one reader and assay
share *alpha*: with nothing changed, fewer than one night in 1/alpha raises an alarm for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from pipeline import rates
from pipeline.chances import Counts
from pipeline.model import Marker
from pipeline.signals import Signal

NIGHTS = (1, 2, 4, 8, 16, 32, 64)
"""How many nights up to tonight are weighed together."""


class Code(StrEnum):
    """What drifts."""

    LAYOUT = "layout"
    SECTION = "section"
    NO_FINDINGS = "no_findings"
    UNKNOWN = "unknown"
    POSITIVES = "positives"
    VAF_SCALE = "vaf_scale"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """When an alarm is raised: *alpha* 0 never.

    *minimum* reports of at least *nights* nights must be known before; *vaf_ratio* is how many
    times smaller or larger the median allele fraction must have become; layouts are news as long
    as no more than a share of *novelty* of the reports brought one.
    """

    alpha: float = 0.001
    minimum: int = 50
    nights: int = 5
    vaf_ratio: float = 5.0
    novelty: float = 0.05
    usual: float = 0.95


@dataclass(frozen=True, kw_only=True)
class Key:
    """What an alarm is about; *what* is the layout, the section, or the direction of a shift."""

    reader: str
    assay: str | None
    code: Code
    marker: Marker | None = None
    what: str | None = None


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was seen and what was expected; *chance* None where the rule needs none.

    *nights* are how many were weighed together. *lacks* and *adds* are sections against those of
    the usual layout; *median* and *median_before* allele fractions.
    """

    counts: Counts
    nights: int = 1
    chance: float | None = None
    lacks: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    median: float | None = None
    median_before: float | None = None


@dataclass(frozen=True, kw_only=True)
class Drift:
    """An alarm: what drifts, the figures, and the reports whose negatives it puts in doubt."""

    key: Key
    figures: Figures
    reports: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Settled:
    """An earlier alarm that a person took for the new normal: history begins anew with it."""

    key: Key
    reports: frozenset[str]


Night = Sequence[Signal]


def drifts(
    before: Sequence[Night],
    tonight: Night,
    limits: Limits,
    *,
    standing: Iterable[Key] = (),
    settled: Sequence[Settled] = (),
) -> tuple[Drift, ...]:
    """What drifts in one reader tonight; *before* are its earlier nights, the oldest first.

    Reports under an alarm that stands are left out of *before*. What an alarm of *standing* says
    is not said again.
    """
    if limits.alpha <= 0:
        return ()
    known = frozenset(standing)
    found = [*_layouts(before, tonight, limits)]
    for assay in sorted({each.assay for each in tonight}, key=str):
        own = [[each for each in night if each.assay == assay] for night in before]
        recent = [each for each in tonight if each.assay == assay and each.result]
        nights = [counted for night in own if (counted := [each for each in night if each.result])]
        if recent:
            found += _of_assay(nights, recent, limits, settled)
    return tuple(each for each in found if each.key not in known)


def joins(key: Key, signal: Signal) -> bool:
    """Whether a report of tonight comes under an alarm that stands already."""
    if signal.reader != key.reader or (key.code is not Code.LAYOUT and signal.assay != key.assay):
        return False
    if key.code is Code.LAYOUT:
        return signal.layout is not None and signal.layout.fingerprint == key.what
    if key.code is Code.SECTION:
        return signal.layout is not None and key.what not in signal.sections
    return signal.result


def is_learning(before: Sequence[Night], limits: Limits) -> bool:
    """Whether too little is known of a reader and an assay to tell what is usual."""
    nights = [night for night in before if night]
    return not is_learnt(sum(map(len, nights)), len(nights), limits)


def is_learnt(reports: int, nights: int, limits: Limits) -> bool:
    """Whether so many reports of so many nights are enough to tell what is usual."""
    return reports >= limits.minimum and nights >= limits.nights


# ------------------------------------------------------------------------------------ layouts
def _layouts(before: Sequence[Night], tonight: Night, limits: Limits) -> Iterator[Drift]:
    """Layouts that this reader has never seen: each is news, unless news are usual here."""
    past = [[each for each in night if each.layout] for night in before]
    recent = [each for each in tonight if each.layout]
    if is_learning(past, limits) or not recent:
        return
    known = {each.layout.fingerprint for night in past for each in night if each.layout}
    if _news(past, limits) > limits.novelty:
        return
    usual = rates.commonest(each.sections for night in past for each in night)
    for fingerprint in sorted({e.layout.fingerprint for e in recent if e.layout} - known):
        own = [e for e in recent if e.layout and e.layout.fingerprint == fingerprint]
        counts = Counts(seen=len(own), of=len(recent), seen_before=0, of_before=sum(map(len, past)))
        yield Drift(
            key=Key(reader=own[0].reader, assay=None, code=Code.LAYOUT, what=fingerprint),
            figures=Figures(
                counts=counts,
                lacks=tuple(sorted({*usual} - {*own[0].sections})),
                adds=tuple(sorted({*own[0].sections} - {*usual})),
            ),
            reports=tuple(each.report_id for each in own),
        )


def _news(past: Sequence[Night], limits: Limits) -> float:
    """The share of reports that brought a layout for the first time, once the usual were known."""
    every = [each.layout.fingerprint for night in past for each in night if each.layout]
    learnt, later = every[: limits.minimum], every[limits.minimum :]
    seen, news = set(learnt), 0
    for each in later:
        news += each not in seen
        seen.add(each)
    # One surprise is no habit.
    return news / len(later) if news > 1 else 0.0


# --------------------------------------------------------------------------------------- rates
def _of_assay(
    nights: Sequence[Night], recent: Night, limits: Limits, settled: Sequence[Settled]
) -> Iterator[Drift]:
    """Every rule of one reader and assay, each over one, two, four, … nights."""
    every = [
        (key, rule)
        for key, rule in _rules(nights, recent, limits, settled)
        # Where nothing was ever seen that the rule counts, it can never alarm.
        if any(rule.in_night(night) for night in (*nights, recent))
    ]
    level = limits.alpha / (len(every) * len(NIGHTS)) if every else 0.0
    for key, rule in every:
        tried = _tried(rule, _since(nights, key, settled), recent, limits)
        best = min(tried, key=lambda each: each[0].chance or 0.0, default=None)
        if best and best[0].chance is not None and best[0].chance <= level:
            figures, span = best
            own = [each.report_id for each in span if joins(key, each)]
            yield Drift(key=key, figures=figures, reports=tuple(own))


def _since(nights: Sequence[Night], key: Key, settled: Sequence[Settled]) -> Sequence[Night]:
    """The nights from the one on that a person took for the new normal; all if none was."""
    marks = [each.reports for each in settled if each.key == key]
    first = 0
    for reports in marks:
        places = [at for at, night in enumerate(nights) if reports & {e.report_id for e in night}]
        first = max(first, min(places, default=len(nights)))
    return nights[first:]


def _tried(
    rule: rates.Rule, nights: Sequence[Night], recent: Night, limits: Limits
) -> Iterator[tuple[Figures, list[Signal]]]:
    for count in NIGHTS:
        cut = len(nights) - (count - 1)
        if cut < limits.nights or is_learning(nights[:cut], limits):
            return
        weighed = rule.weigh((*nights[cut:], recent), nights[:cut])
        if weighed is not None:
            figures = Figures(
                counts=weighed.counts,
                nights=count,
                chance=weighed.chance,
                median=weighed.median,
                median_before=weighed.median_before,
            )
            yield figures, [each for night in (*nights[cut:], recent) for each in night]


def _rules(
    nights: Sequence[Night], recent: Night, limits: Limits, settled: Iterable[Settled]
) -> Iterator[tuple[Key, rates.Rule]]:
    past = [each for night in nights for each in night]
    named = partial(Key, reader=recent[0].reader, assay=recent[0].assay)
    # A layout that a person took for right lacks nothing.
    right = {e.key.what for e in settled if e.key.code is Code.LAYOUT and e.key.what}
    for section in rates.usual_sections(past, limits.usual):
        yield named(code=Code.SECTION, what=section), rates.Lacks(section, right)
    yield named(code=Code.NO_FINDINGS), rates.Empty()
    for marker in (Marker.MSI, Marker.TMB):
        yield named(code=Code.UNKNOWN, marker=marker), rates.Unknown(marker=marker)
    for marker in Marker:
        for falls, what in ((True, "fall"), (False, "rise")):
            key = named(code=Code.POSITIVES, marker=marker, what=what)
            yield key, rates.Positive(marker=marker, falls=falls)
    for falls, what in ((True, "fall"), (False, "rise")):
        key = named(code=Code.VAF_SCALE, what=what)
        yield key, rates.VafScale(falls=falls, ratio=limits.vaf_ratio)
