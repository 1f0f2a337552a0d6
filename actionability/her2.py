"""The HER2 algorithm over a case: IHC first, ISH where IHC is 2+; only explicit results speak."""

from dataclasses import dataclass

from actionability.facts import Facts
from actionability.match import ihc_score
from pipeline.model import Basis, Expression, Finding, Marker, Status

HER2_CLASS = "her2_therapy"


@dataclass(frozen=True, kw_only=True)
class Negative:
    """HER2 is explicitly negative: the sentence, and the findings it rests on."""

    sentence: str
    findings: tuple[Finding, ...]


def negative(facts: Facts) -> Negative | None:
    """Explicit IHC 0/1+, or IHC 2+ with ISH explicitly not amplified; otherwise None (R29).

    The absence of a result, an inference and a contradiction are not "negative".
    """
    if facts.state(Marker.HER2_IHC).status is Status.NOT_ASSESSED:
        return None
    if _is_explicitly_negative(facts, Marker.HER2_IHC):
        said = f"HER2-negative by IHC ({facts.state(Marker.HER2_IHC).detail})"
        return _negative(facts, said)
    if _is_equivocal(facts) and _is_explicitly_negative(facts, Marker.HER2_ISH):
        return _negative(facts, "HER2-negative by the algorithm: IHC 2+, ISH not amplified")
    return None


ASSAYS = frozenset({Marker.HER2_IHC, Marker.HER2_ISH, Marker.ERBB2_AMPLIFICATION})


def ish_has_decided(facts: Facts) -> bool:
    """IHC is 2+, and ISH is amplified or not: no further HER2 test is open (R55)."""
    settled = {Status.DETECTED, Status.NOT_DETECTED}
    return _is_equivocal(facts) and facts.state(Marker.HER2_ISH).status in settled


def _negative(facts: Facts, said: str) -> Negative:
    findings = [
        finding
        for finding in facts.case.findings
        if finding.marker in {Marker.HER2_IHC, Marker.HER2_ISH}
    ]
    return Negative(sentence=said, findings=tuple(findings))


def _is_equivocal(facts: Facts) -> bool:
    state = facts.state(Marker.HER2_IHC)
    scores = {_score(item) for item in facts.findings(Marker.HER2_IHC)}
    return state.status is Status.INDETERMINATE and not state.conflicts and scores == {"2+"}


def _is_explicitly_negative(facts: Facts, marker: Marker) -> bool:
    state = facts.state(marker)
    is_explicit = state.basis is Basis.EXPLICIT and not state.conflicts
    return state.status is Status.NOT_DETECTED and is_explicit


def _score(finding: Finding) -> str | None:
    found = finding.biomarker
    return ihc_score(found) if isinstance(found, Expression) else None
