"""The therapies of one interpreted case in, their lines out: for a page, grouped for a terminal."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from exchange.stated import missing
from exchange.wording import named
from pipeline.patient import KIND_ORDER, FlagKind, Interpretation, Outcome, Suggestion, TherapyFlag

_LINES = {"first", "second", "third", "any"}


@dataclass(frozen=True, kw_only=True)
class Advice:
    """One therapy that is flagged, with the labels that say so, and why it is or is not given."""

    kind: FlagKind
    therapy: str
    about: str
    why: tuple[str, ...]
    asks: tuple[str, ...]
    cautions: tuple[str, ...]
    evidence: tuple[str, ...]
    unverified: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One entry of a line of therapy."""

    rank: int
    regimen: str
    kind: FlagKind
    why: tuple[str, ...]
    conditions: tuple[str, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TherapyLine:
    """A line of therapy: entries that are flagged, others, and what all the others share."""

    name: str
    flagged: tuple[Choice, ...]
    others: tuple[Choice, ...]
    conditions: tuple[str, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Common:
    """What every drug that is not blocked asks and warns of: said once."""

    asks: tuple[str, ...]
    cautions: tuple[str, ...]


def common(flags: Iterable[TherapyFlag]) -> Common:
    """What all flags share that are not blocked."""
    given = [each for each in flags if each.kind is not FlagKind.BLOCK]
    return Common(
        asks=shared_by_all([missing(each) for each in given]),
        cautions=shared_by_all([each.cautions for each in given]),
    )


def advice(flags: Iterable[TherapyFlag], shared: Common) -> Iterator[Advice]:
    """One entry a therapy, marker and line, the most important first."""
    said = {*shared.asks, *shared.cautions}
    return (_advice(same, said) for same in by_label(flags))


def ranked(said: Interpretation) -> list[TherapyFlag]:
    """The flags by the rank of the therapy in its line; what has none by name, after them.

    A drug off label at the site never stands before the labelled one, and one drug's entries
    for several markers stand together.
    """
    ranks = {(each.line, each.regimen): each.rank for each in said.suggestions}
    last = len(said.suggestions) + 1
    return sorted(
        said.flags, key=lambda each: (ranks.get((each.line, each.therapy), last), each.therapy)
    )


def by_label(flags: Iterable[TherapyFlag]) -> Iterator[list[TherapyFlag]]:
    """Flags that differ by the label alone stand together, the most important first."""
    same: defaultdict[tuple[int, str, str, str], list[TherapyFlag]] = defaultdict(list)
    for each in flags:
        same[KIND_ORDER.index(each.kind), each.therapy, each.marker.value, each.line].append(each)
    return (same[key] for key in sorted(same, key=lambda key: key[0]))


def _advice(same: Sequence[TherapyFlag], shared: set[str]) -> Advice:
    first = same[0]
    found, *reasons = dict.fromkeys(one for flag in same for one in flag.because) or ("",)
    cautions = dict.fromkeys(one for flag in same for one in flag.cautions)
    asks = dict.fromkeys(one for flag in same for one in missing(flag))
    unverified = dict.fromkeys(one for flag in same for one in flag.unverified)
    blocked = first.kind is FlagKind.BLOCK
    # What would speak for a blocked drug does not matter.
    fits = {e.sentence for f in same for e in f.evaluations if e.outcome is Outcome.PASS}
    idle = {*cautions, *(fits if blocked else ())}
    return Advice(
        kind=first.kind,
        therapy=first.therapy,
        about=f"{named(first.marker, found)}, {line_name(first.line)}, {labels(same)}",
        why=tuple(each for each in reasons if each not in idle),
        asks=() if blocked else tuple(each for each in asks if each not in shared),
        cautions=() if blocked else tuple(each for each in cautions if each not in shared),
        evidence=() if blocked else evidence(first),
        unverified=() if blocked else tuple(unverified),
    )


def labels(same: Iterable[TherapyFlag]) -> str:
    """Whose labels say it: `EU and US`."""
    return " and ".join(sorted(each.jurisdiction for each in same))


def evidence(flag: TherapyFlag) -> tuple[str, ...]:
    """The trial figures, and the tiers side by side; what is not stated is left out."""
    tiers = {"AMP/ASCO/CAP": flag.tiers.amp_asco_cap, "ESCAT": flag.tiers.escat}
    stated = "; ".join(f"{scale} {tier}" for scale, tier in tiers.items() if tier)
    return tuple(each for each in (flag.figures, stated) if each)


def line_name(line: str) -> str:
    """A line of therapy as people say it: `first line`, `maintenance`."""
    words = line.replace("_", " ")
    return f"{words} line" if line in _LINES else words


def therapy_lines(said: Interpretation) -> Iterator[TherapyLine]:
    """The lists of the case, line by line: what is flagged above, and the other regimens."""
    flagged = {each.indication_id for each in said.flags}
    ranked = sorted(said.suggestions, key=lambda each: each.rank)
    for line in dict.fromkeys(each.line for each in said.suggestions):
        above = [each for each in ranked if each.line == line and each.indication_id in flagged]
        others = [each for each in ranked if each.line == line and each not in above]
        shared = shared_by_all([each.conditions for each in others])
        warned = shared_by_all([each.cautions for each in others])
        yield TherapyLine(
            name=line_name(line).capitalize(),
            flagged=tuple(_choice(each, ()) for each in above),
            others=tuple(_choice(each, (*shared, *warned)) for each in others),
            conditions=shared,
            cautions=warned,
        )


def _choice(each: Suggestion, shared: Sequence[str]) -> Choice:
    return Choice(
        rank=each.rank,
        regimen=each.regimen,
        kind=each.kind,
        why=each.because,
        conditions=tuple(one for one in each.conditions if one not in shared),
        cautions=tuple(one for one in each.cautions if one not in shared),
    )


def shared_by_all(each: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """What two or more say alike, in the order of the first: it is said once."""
    if len(each) < 2:
        return ()
    return tuple(one for one in dict.fromkeys(each[0]) if all(one in other for other in each))
