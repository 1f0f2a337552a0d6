"""Why a therapy did not fire: a row, a marker and the case in, a near miss out."""

from functools import lru_cache

from actionability.facts import SILENT, Facts, in_words
from actionability.knowledge import Knowledge
from actionability.match import Hit, Meeting, Miss
from actionability.rows import Indication
from pipeline.model import Finding, Marker, Significance, Status
from pipeline.patient import NearMiss

_SAME_GENE = {
    marker: tuple(m for m in Marker if m is not marker and marker.gene and m.gene == marker.gene)
    for marker in Marker
}
WITHHELD = "withheld: not biliary tract"


def withheld(row: Indication, marker: Marker, facts: Facts) -> NearMiss:
    """The tumour is known not to be of the biliary tract."""
    tumour = facts.case.tumour_type or facts.site
    named = f" (tumour type: {tumour})" if tumour else ""
    return _miss(row, marker, f"{WITHHELD}{named}", None)


def silent(row: Indication, marker: Marker, facts: Facts, knowledge: Knowledge) -> NearMiss:
    """The marker is not detected, or nobody looked."""
    state = facts.state(marker)
    test = _to_order(marker, state.status, knowledge)
    return _silent(row, marker, state.status, state.detail, _beside(marker, facts), test)


# Most of a night's near misses say the same of another case: each is made once.
@lru_cache(maxsize=20_000)
def _silent(  # noqa: PLR0913, PLR0917 - all that the words depend on
    row: Indication,
    marker: Marker,
    status: Status,
    detail: str,
    beside: tuple[str, ...],
    test: str | None,
) -> NearMiss:
    reason = "; ".join((_said(marker, status, detail), *beside))
    return _miss(row, marker, reason, _needs(row, [f"order: {test}"] if test else []))


def unmet(
    row: Indication,
    marker: Marker,
    meetings: list[Meeting],
    facts: Facts,
    knowledge: Knowledge,
) -> NearMiss:
    """The marker speaks, but not of the alteration that the label asks for."""
    misses = [item for item in meetings if isinstance(item, Miss)]
    if misses:
        reasons = tuple(dict.fromkeys(item.reason for item in misses))
        changes = [item.would_change for item in misses if item.would_change]
        if facts.state(marker).status is Status.INDETERMINATE:
            changes.append(f"order: {knowledge.reflexes[marker].if_indeterminate}")
        return _miss(row, marker, "; ".join(reasons), _needs(row, changes))
    state = facts.state(marker)
    if state.status is Status.DETECTED:
        said = f"{marker.label}: detected, but no finding names the alteration"
        return _miss(row, marker, said, _needs(row, ["name the alteration"]))
    said = _said(marker, Status.INDETERMINATE, state.detail)
    reason = "; ".join((said, *_beside(marker, facts)))
    test = _to_order(marker, state.status, knowledge)
    return _miss(row, marker, reason, _needs(row, [f"order: {test}"] if test else []))


def no_therapy(row: Indication, marker: Marker, hit: Hit) -> NearMiss:
    """The table knows the alteration, and no therapy for it."""
    return _miss(row, marker, f"{in_words(hit.finding)}: {row.note or row.label_scope}", None)


def not_yet(row: Indication, marker: Marker, facts: Facts) -> NearMiss:
    """The row's period does not hold the day."""
    begins = f", valid from {row.printed_from}" if row.printed_from else ""
    ends = f", valid before {row.valid_to}" if row.valid_to else ""
    reason = f"no entry of the table is valid on {facts.as_of}{begins}{ends}"
    return _miss(row, marker, reason, None)


def failed(row: Indication, marker: Marker, reasons: tuple[str, ...]) -> NearMiss:
    """The alteration is right, the patient or the site is outside the label."""
    return _miss(row, marker, "; ".join(reasons), _needs(row, [f"label: {row.label_scope}"]))


def _miss(row: Indication, marker: Marker, reason: str, change: str | None) -> NearMiss:
    return NearMiss(
        marker=marker,
        therapy=row.therapy,
        reason=reason,
        would_change=change,
        indication_id=row.id,
        jurisdiction=row.jurisdiction,
    )


def _needs(row: Indication, changes: list[str]) -> str | None:
    # No result opens a drug that is withdrawn, or another tumour's: it would be blocked (R72).
    if not changes or row.status.is_barred:
        return None
    return "; ".join((*dict.fromkeys(changes), row.needs))


def _to_order(marker: Marker, status: Status, knowledge: Knowledge) -> str | None:
    if status is Status.NOT_DETECTED:
        return None
    reflex = knowledge.reflexes[marker]
    unclear = status is Status.INDETERMINATE
    return reflex.if_indeterminate if unclear else reflex.if_not_assessed


def _said(marker: Marker, status: Status, detail: str) -> str:
    said = f"{marker.label}: {status.replace('_', ' ')}"
    return f"{said} ({detail})" if detail and detail.lower() not in said.lower() else said


def _beside(marker: Marker, facts: Facts) -> tuple[str, ...]:
    """What was seen of the same gene, but is not this marker."""
    if not facts.seen or facts.seen.keys().isdisjoint((marker, *_SAME_GENE[marker])):
        return ()
    own = [item for item in facts.all_findings(marker) if _is_silenced(item)]
    others = [
        f"{in_words(item)} is another marker ({item.marker.label})"
        for other in _SAME_GENE[marker]
        for item in facts.findings(other)
        if item.status is Status.DETECTED
    ]
    return (*(_silenced(item) for item in own), *dict.fromkeys(others))


def _is_silenced(finding: Finding) -> bool:
    return finding.status is Status.DETECTED and finding.significance in SILENT


def _silenced(finding: Finding) -> str:
    if finding.significance is Significance.BENIGN:
        return f"{in_words(finding)} is benign"
    return f"{in_words(finding)} is of uncertain significance and never fires a flag"
