"""One indication and one marker of a case in, a flag or a near miss out."""

from dataclasses import dataclass, replace

from actionability import her2, why_not
from actionability.facts import Facts, in_words
from actionability.kind import Standing, Verdict, verdict
from actionability.knowledge import Knowledge
from actionability.match import Hit, Meeting, Resolution, meet
from actionability.resistance import Resisted, resisted
from actionability.rows import Indication, LabelStatus
from actionability.weighing import Weighing, unasked, weigh
from pipeline.model import Finding, Marker, MarkerState, Status
from pipeline.patient import FlagKind, NearMiss, TherapyFlag


@dataclass(frozen=True, kw_only=True)
class Fired:
    """A flag, and how it ranks: closeness of the match, own-tumour evidence, set back.

    Set back below chemotherapy: off label at this site, or a warning that says so.
    """

    flag: TherapyFlag
    resolution: Resolution
    own_tumour: bool
    is_set_back: bool


def consider(
    row: Indication,
    marker: Marker,
    facts: Facts,
    knowledge: Knowledge,
    her2_negative: her2.Negative | None,
) -> Fired | NearMiss:
    """What the row says of the marker in this case: a flag, or why not."""
    if facts.is_biliary is False:
        return why_not.withheld(row, marker, facts)
    # A HER2 mutation is another marker: HER2-negative by IHC says nothing about it (R29, R55).
    negative = None
    if her2_negative and her2.HER2_CLASS in knowledge.scopes[row.id]:
        negative = her2_negative
    if negative and marker is Marker.HER2_IHC:
        return _her2_block(row, marker, facts, negative)
    if facts.state(marker).status in _SILENT:
        return why_not.silent(row, marker, facts, knowledge)
    meetings = [meet(row.match, finding) for finding in facts.findings(marker)]
    hit = _best(meetings)
    if hit is None:
        return why_not.unmet(row, marker, meetings, facts, knowledge)
    hits = tuple(item.finding for item in meetings if isinstance(item, Hit))
    bars = (f"{negative.sentence}, although {in_words(hit.finding)}",) if negative else ()
    matched = _Matched(row=row, marker=marker, hit=hit, findings=hits, bars=bars)
    agents = knowledge.drugs.components(row.therapy)
    return _weighed(matched, facts.of_row(agents, hit.finding), knowledge)


_SILENT = frozenset({Status.NOT_DETECTED, Status.NOT_ASSESSED})


def _best(meetings: list[Meeting]) -> Hit | None:
    hits = [item for item in meetings if isinstance(item, Hit)]
    return min(hits, key=lambda hit: (len(hit.doubts), hit.resolution), default=None)


@dataclass(frozen=True, kw_only=True)
class _Matched:
    """A row whose predicate a finding met, with all findings that met it."""

    row: Indication
    marker: Marker
    hit: Hit
    findings: tuple[Finding, ...]
    bars: tuple[str, ...]


def _weighed(matched: _Matched, facts: Facts, knowledge: Knowledge) -> Fired | NearMiss:
    row, marker = matched.row, matched.marker
    if row.status is LabelStatus.NONE:
        return why_not.no_therapy(row, marker, matched.hit)
    if not row.is_valid_on(facts.as_of):
        return why_not.not_yet(row, marker, facts)
    weighing = weigh(row.requires, knowledge.concerns[row.id, facts.jurisdiction], facts)
    resistances = resisted(row, knowledge.resistance, facts)
    standing = _standing(matched, facts, facts.state(marker), resistances)
    found = verdict(standing, weighing)
    if found.kind is None:
        return why_not.failed(row, marker, found.reasons)
    flag = _flag(row, marker, found, weighing, matched.findings)
    if resistances:
        # What resists is named by the reason that it gives.
        resisting = tuple(item.finding for item in resistances)
        flag = replace(flag, findings=_once((*flag.findings, *resisting)))
    return Fired(
        flag=flag,
        resolution=_rank(row, matched.hit.resolution),
        own_tumour=row.own_tumour,
        is_set_back=_is_off_label_here(row, facts) or weighing.is_discouraged,
    )


def _is_off_label_here(row: Indication, facts: Facts) -> bool:
    """No label carries the therapy or the finding, or it leaves the site out; a doubt is no "out".

    (R71)
    """
    scopes = [call.argument for call in row.requires if call.name == "site_in_label"]
    answers = [facts.sites.answer(scope, facts.site) for scope in scopes if facts.site]
    left_out = any(answer is not None and answer.answer == "outside" for answer in answers)
    return left_out or row.status.is_unlabelled or row.status is LabelStatus.OUTSIDE_LABEL


def _rank(row: Indication, resolution: Resolution) -> Resolution:
    # The label's own row speaks before the one for findings outside it.
    return Resolution.GENE if row.status is LabelStatus.OUTSIDE_LABEL else resolution


def _standing(
    matched: _Matched, facts: Facts, state: MarkerState, resistances: tuple[Resisted, ...]
) -> Standing:
    row = matched.row
    blocking = [item.sentence for item in resistances if item.effect is FlagKind.BLOCK]
    cautioning = [item.sentence for item in resistances if item.effect is not FlagKind.BLOCK]
    return Standing(
        status=row.status,
        printed_status=row.printed_status,
        line=row.line,
        is_unverified=row.is_unverified,
        bars=(*matched.bars, *blocking),
        doubts=(
            *facts.owner_doubts,
            *facts.misread(state.marker),
            *_conflicts(state, matched.hit),
            *matched.hit.doubts,
        ),
        warnings=(*_specimens(state), *cautioning),
    )


def _conflicts(state: MarkerState, hit: Hit) -> tuple[str, ...]:
    if _specimens(state):
        return ()
    if state.conflicts:
        return tuple(f"reports in conflict: {text}" for text in state.conflicts)
    if state.status is Status.INDETERMINATE and hit.finding.status is Status.DETECTED:
        return (f"indeterminate: {state.detail}",)
    return ()


def _specimens(state: MarkerState) -> tuple[str, ...]:
    told = set(state.by_specimen.values())
    if state.status is not Status.DETECTED or not {Status.DETECTED, Status.NOT_DETECTED} <= told:
        return ()
    each = ", ".join(
        f"{name}: {status.value.replace('_', ' ')}" for name, status in state.by_specimen.items()
    )
    return (f"differs by specimen ({each})",)


def _flag(
    row: Indication,
    marker: Marker,
    found: Verdict,
    weighing: Weighing,
    findings: tuple[Finding, ...],
) -> TherapyFlag:
    if found.kind is None:
        raise ValueError("a near miss is no flag")
    # One sentence for all that was found: whoever prints the first reason prints every finding.
    named = " and ".join(dict.fromkeys(in_words(finding) for finding in findings))
    # A barred drug's note stands in its status already.
    note = (row.note,) if row.note and not row.status.is_barred else ()
    because = (named, *found.reasons, *weighing.passes, row.printed_status, *note)
    return TherapyFlag(
        marker=marker,
        therapy=row.therapy,
        kind=found.kind,
        line=row.line,
        status=row.status.value,
        jurisdiction=row.jurisdiction,
        tiers=row.tiers,
        because=tuple(dict.fromkeys(because)),
        indication_id=row.id,
        findings=_once(findings),
        evaluations=weighing.evaluations,
        status_date=row.printed_from or None,
        label_scope=row.label_scope or None,
        cautions=(*weighing.warnings, *weighing.conditions, *weighing.standing),
        figures=row.figures.text,
        source=row.source,
        unverified=row.unverified,
    )


def _once(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    kept: list[Finding] = []
    for finding in findings:
        if finding not in kept:
            kept.append(finding)
    return tuple(kept)


def _her2_block(
    row: Indication, marker: Marker, facts: Facts, negative: her2.Negative
) -> Fired | NearMiss:
    if not row.is_valid_on(facts.as_of):
        return why_not.not_yet(row, marker, facts)
    treated = her2.HER2_CLASS in facts.given_classes
    again = ("HER2 therapy was given: was this result before or after it?",) if treated else ()
    found = Verdict(kind=FlagKind.BLOCK, reasons=(negative.sentence, *again))
    weighing = unasked(facts)
    flag = _flag(row, marker, found, weighing, negative.findings)
    resolution = _rank(row, Resolution.EXACT)
    off = _is_off_label_here(row, facts)
    return Fired(flag=flag, resolution=resolution, own_tumour=row.own_tumour, is_set_back=off)
