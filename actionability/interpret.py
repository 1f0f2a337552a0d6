"""The whole pure trip on one page: a case, the knowledge and a day in, an interpretation out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from actionability import her2
from actionability.facts import Facts, facts_of
from actionability.flag import Fired, consider
from actionability.knowledge import Knowledge
from actionability.match import Hit, meet
from actionability.notes import notes
from actionability.rows import Indication, LabelStatus
from actionability.silence import not_assessed
from actionability.suggest import suggest
from pipeline.model import Marker, Status
from pipeline.patient import Case, FlagKind, Interpretation, Jurisdiction, NearMiss, TherapyFlag

_KINDS = {kind: place for place, kind in enumerate(FlagKind)}
_MARKERS = {marker: place for place, marker in enumerate(Marker)}


def interpret(
    case: Case,
    knowledge: Knowledge,
    *,
    as_of: date,
    jurisdictions: tuple[Jurisdiction, ...] | None,
    code_version: str,
) -> Interpretation:
    """Flags, suggestions, near misses and open tests of one case on the day *as_of*.

    Without *jurisdictions* the patient's own counts; if that is not stated either, every flag is
    given once for the US and once for the EU.
    """
    where = jurisdictions or _stated(case)
    each = _facts(case, knowledge, as_of, where)
    outcomes = [item for facts in each for item in _outcomes(facts, knowledge)]
    fired = _best([item for item in outcomes if isinstance(item, Fired)])
    near = _near_misses([item for item in outcomes if isinstance(item, NearMiss)], fired, where)
    suggestions, kept_out = suggest(fired, each[0], knowledge, where)
    silent = not_assessed(each[0], knowledge)
    return Interpretation(
        case=case,
        as_of=as_of,
        jurisdictions=where,
        flags=tuple(item.flag for item in fired),
        suggestions=suggestions,
        near_misses=(*near, *kept_out),
        not_assessed=silent,
        notes=notes(each[0], knowledge, where, silent),
        knowledge=knowledge.stamp,
        code_version=code_version,
    )


def _stated(case: Case) -> tuple[Jurisdiction, ...]:
    own = case.patient.jurisdiction
    return (own,) if own is not None else tuple(Jurisdiction)


def _facts(
    case: Case, knowledge: Knowledge, as_of: date, where: tuple[Jurisdiction, ...]
) -> list[Facts]:
    drugs, sites = knowledge.drugs, knowledge.sites
    facts = facts_of(case, as_of=as_of, jurisdiction=where[0], drugs=drugs, sites=sites)
    return [facts, *(facts.at(area) for area in where[1:])]


def _outcomes(facts: Facts, knowledge: Knowledge) -> Iterator[Fired | NearMiss]:
    negative = her2.negative(facts)
    for row, marker in _on_the_day(knowledge, facts.jurisdiction, facts.as_of):
        if _is_worth_saying(row, marker, facts):
            yield consider(row, marker, facts, knowledge, negative)


@lru_cache(maxsize=64)
def _on_the_day(
    knowledge: Knowledge, area: Jurisdiction, day: date
) -> tuple[tuple[Indication, Marker], ...]:
    """Of each group the row valid on the day, or its first row, which then says why not."""
    groups = knowledge.groups[area]
    rows = [next((r for r in group if r.is_valid_on(day)), group[0]) for group in groups]
    return tuple((row, marker) for row in rows for marker in row.markers)


def _is_worth_saying(row: Indication, marker: Marker, facts: Facts) -> bool:
    """Of a silent marker "withheld" says nothing; "no therapy" only speaks of its own changes."""
    if row.status is LabelStatus.NONE:
        return any(isinstance(meet(row.match, found), Hit) for found in facts.findings(marker))
    if facts.is_biliary is not False:
        return True
    return facts.state(marker).status in {Status.DETECTED, Status.INDETERMINATE}


def _best(fired: list[Fired]) -> tuple[Fired, ...]:
    """One flag for each marker, therapy, line and jurisdiction: a block first, then the closest."""
    chosen: dict[tuple[str, ...], Fired] = {}
    for item in sorted(fired, key=_closeness):
        flag = item.flag
        chosen.setdefault((flag.marker, flag.therapy, flag.line, flag.jurisdiction), item)
    return tuple(sorted(chosen.values(), key=_reading_order))


def _closeness(item: Fired) -> tuple[bool, int, bool, bool, str]:
    flag = item.flag
    blocked = flag.kind is FlagKind.BLOCK
    outside = flag.status == LabelStatus.OUTSIDE_LABEL.value
    return not blocked, item.resolution, outside, not item.own_tumour, flag.indication_id


def _reading_order(item: Fired) -> tuple[int, int, str, str]:
    flag = item.flag
    return (
        _MARKERS[flag.marker],
        _KINDS[flag.kind],
        flag.therapy,
        flag.jurisdiction,
    )


def _near_misses(
    missed: list[NearMiss], fired: tuple[Fired, ...], where: tuple[Jurisdiction, ...]
) -> tuple[NearMiss, ...]:
    """Each (marker, therapy) that did not fire, once; one reason for all places said once."""
    flagged = {_pair(item.flag) for item in fired}
    first: dict[tuple[Marker | None, str, Jurisdiction | None], NearMiss] = {}
    for miss in missed:
        if _pair(miss) not in flagged:
            first.setdefault(_pair(miss), miss)
    if len(where) == 1:
        return tuple(first.values())
    merged: dict[tuple[Marker | None, str, str, str | None], list[NearMiss]] = {}
    for miss in first.values():
        key = (miss.marker, miss.therapy, miss.reason, miss.would_change)
        merged.setdefault(key, []).append(miss)
    return tuple(_merged(group, where) for group in merged.values())


def _merged(group: list[NearMiss], where: tuple[Jurisdiction, ...]) -> NearMiss:
    first = group[0]
    if len(group) < len(where):
        return first
    return _everywhere(first)


@lru_cache(maxsize=20_000)
def _everywhere(miss: NearMiss) -> NearMiss:
    return replace(miss, jurisdiction=None)


def _pair(item: TherapyFlag | NearMiss) -> tuple[Marker | None, str, Jurisdiction | None]:
    return item.marker, item.therapy, item.jurisdiction
