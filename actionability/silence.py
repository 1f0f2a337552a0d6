"""Markers nobody looked at, or nobody could judge: a case in, the tests to order out (R5, R41)."""

from actionability import her2
from actionability.facts import LABELS, Facts
from actionability.knowledge import Knowledge
from actionability.rows import Reflex
from pipeline.model import Analyte, Marker, Status
from pipeline.patient import NotAssessed

_SILENT = frozenset({Status.NOT_ASSESSED, Status.INDETERMINATE})
NOT_NEEDED = "not needed now"
"""How the order of a marker begins that another result answers."""
_SETTLED = frozenset({Status.DETECTED, Status.NOT_DETECTED})


def not_assessed(facts: Facts, knowledge: Knowledge) -> tuple[NotAssessed, ...]:
    """One entry a marker without a result, in the order of the markers."""
    silent = [marker for marker in Marker if facts.state(marker).status in _SILENT]
    return tuple(
        NotAssessed(
            marker=marker,
            status=facts.state(marker).status.value,
            order=_order(marker, knowledge, facts),
        )
        for marker in silent
    )


def unsettled_core(facts: Facts, knowledge: Knowledge) -> tuple[Marker, ...]:
    """The markers of the basic profile that have no result: "no target" is not yet true."""
    return tuple(
        marker
        for marker, reflex in knowledge.reflexes.items()
        if reflex.is_core
        and facts.state(marker).status in _SILENT
        and not _is_answered_by(reflex, facts)
    )


def _is_answered_by(reflex: Reflex, facts: Facts) -> bool:
    if reflex.marker in her2.ASSAYS and her2.ish_has_decided(facts):
        return True
    other = reflex.not_needed_if
    return other is not None and facts.state(other).status in _SETTLED


def _order(marker: Marker, knowledge: Knowledge, facts: Facts) -> str:
    reflex, state = knowledge.reflexes[marker], facts.state(marker)
    if _is_answered_by(reflex, facts):
        return f"{NOT_NEEDED}: {_answer(reflex, facts)}"
    if state.status is Status.NOT_ASSESSED:
        return _of_an_open_pair(reflex, knowledge, facts) or reflex.if_not_assessed
    if _is_plasma_only(reflex.marker, facts):
        return f"{reflex.if_indeterminate}; only plasma was examined: test tumour tissue"
    return reflex.if_indeterminate


def _of_an_open_pair(reflex: Reflex, knowledge: Knowledge, facts: Facts) -> str | None:
    """The test that settles the marker's other half, where that half was looked at and is open."""
    other = reflex.not_needed_if
    if other is None or facts.state(other).status is not Status.INDETERMINATE:
        return None
    return knowledge.reflexes[other].if_indeterminate


def _answer(reflex: Reflex, facts: Facts) -> str:
    if reflex.marker in her2.ASSAYS and her2.ish_has_decided(facts):
        return f"{LABELS[Marker.HER2_IHC]} 2+ and {LABELS[Marker.HER2_ISH]} are known"
    return f"{LABELS[reflex.not_needed_if]} is known" if reflex.not_needed_if else ""


def _is_plasma_only(marker: Marker, facts: Facts) -> bool:
    seen = {
        observation.analyte
        for finding in facts.all_findings(marker)
        for observation in finding.observations
        if observation.analyte is not None
    }
    return seen == {Analyte.CFDNA}
