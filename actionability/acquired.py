"""Resistance alleles of a case and the drugs given before in, how they came about out, in words.

"Acquired" is said only where an earlier specimen was looked at for the allele and did not show it,
and the later one was collected after targeted therapy. All else is said as what it is.
"""

from collections.abc import Iterable, Iterator, Sequence

from actionability.facts import Facts, in_words
from actionability.resistance import is_one_of
from actionability.rows import Resistance
from pipeline.patient import FlagKind
from pipeline.timeline import Event, Point, Seen, Track, timeline

# The classes of `drugs.csv` that name a mechanism; "targeted" or "teratogenic" name none.
_MECHANISM = "_inhibitor"


def acquired(facts: Facts, rules: Sequence[Resistance]) -> tuple[str, ...]:
    """A sentence for each resistance allele that was seen in a patient treated accordingly."""
    asked = [rule for rule in rules if facts.given and facts.all_findings(rule.marker)]
    if not asked:
        return ()
    told = (_told(track, asked, facts) for track in timeline(facts.case).tracks)
    return tuple(sentence for sentence in told if sentence)


def _told(track: Track, rules: Iterable[Resistance], facts: Facts) -> str | None:
    seen = [point for point in track.points if point.seen is Seen.SEEN and point.finding]
    named = seen[0].finding if seen else None
    if named is None:
        return None
    met = [r for r in rules if r.marker is track.marker and is_one_of(named, r.alleles)]
    given = sorted(set(_given(met, facts)))
    if not given:
        return None
    course = _course(track.points, seen[0], " and ".join(given))
    return f"{in_words(named)}, which {_effect(met)}: {course}."


def _effect(rules: Sequence[Resistance]) -> str:
    """Only what bars a drug is resistance; of the others the tables say that it is not settled."""
    barred = {name for rule in rules if rule.effect is FlagKind.BLOCK for name in rule.therapies}
    open_ = {name for rule in rules for name in rule.therapies} - barred
    if not barred:
        return f"may resist {', '.join(sorted(open_))}"
    rest = f" (not settled: {', '.join(sorted(open_))})" if open_ else ""
    return f"resists {', '.join(sorted(barred))}{rest}"


def _given(rules: Iterable[Resistance], facts: Facts) -> Iterator[str]:
    """The drugs given before that the rules name, or that work as those do."""
    drugs = facts.drugs
    agents = {
        agent for rule in rules for name in rule.therapies for agent in drugs.components(name)
    }
    mechanisms = _mechanisms(agents, facts)
    for agent in facts.given:
        if agent in agents or mechanisms & _mechanisms([agent], facts):
            yield agent


def _mechanisms(agents: Iterable[str], facts: Facts) -> set[str]:
    return {each for each in facts.drugs.scopes(sorted(agents)) if each.endswith(_MECHANISM)}


def _course(points: Sequence[Point], first: Point, given: str) -> str:
    day, after = first.step.day, first.step.after_targeted
    if day is None:
        return f"the day of the specimen is not stated; {given} was given"
    seen = f"seen on {day.isoformat()}"
    if first.event is Event.GAINED:
        before = max(
            point.step.day
            for point in points
            if point.seen is Seen.ABSENT and point.step.day and point.step.day < day
        )
        looked = f"not seen on {before.isoformat()}, when it was looked for, and {seen}"
        if after:
            return f"acquired after {given}; {looked}"
        return f"{looked}; whether {given} ended in between is not stated"
    if after:
        return f"{seen}, after {given}; no earlier specimen shows whether it was there before"
    if after is False:
        return f"{seen}, before targeted therapy ended; {given} was given"
    return f"{seen}; when {given} ended is not stated"
