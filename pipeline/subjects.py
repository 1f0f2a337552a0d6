"""Findings of several reports on one marker in, the alterations they speak of out, each once.

A fusion without a partner and a change known by its DNA alone join the one precise alteration
they fit; how often an amplification was counted makes no other alteration of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.findings import counts, describe
from pipeline.model import CopyNumber, Finding, Fusion, MarkerState, SmallVariant, Status

_CLAIMS = frozenset({Status.DETECTED, Status.INDETERMINATE})
_Key = tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One alteration and every finding that speaks of it, in the words of the most precise."""

    detail: str
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> bool:
        """True if one of the findings makes its marker detected: not a VUS, benign or a loss."""
        return any(counts(each) for each in self.findings)

    def within(self, state: MarkerState) -> Finding | None:
        """What this state says of the alteration; a detection goes before a doubt."""
        own = [each for each in state.findings if each in self.findings]
        return min(own, key=lambda each: each.status is not Status.DETECTED, default=None)


def subjects(found: Iterable[Finding]) -> tuple[Subject, ...]:
    """The alterations in these findings of one marker, detected or left open.

    Of markers that are a value (MSI, TMB, a stain) there are none: the marker is the subject.
    """
    groups: dict[_Key, list[Finding]] = {}
    vague: list[Finding] = []
    for each in found:
        key = _key(each)
        if key is None or each.status not in _CLAIMS:
            continue
        if _is_vague(each):
            vague.append(each)
        else:
            groups.setdefault(key, []).append(each)
    for each in vague:
        fitting = [key for key, group in groups.items() if _fits(each, group[0])]
        home = fitting[0] if len(fitting) == 1 else _key(each) or ()
        groups.setdefault(home, []).append(each)
    return tuple(_subject(group) for group in groups.values())


def _subject(group: list[Finding]) -> Subject:
    return Subject(detail=_words(group[0]), findings=tuple(dict.fromkeys(group)))


def _words(finding: Finding) -> str:
    if isinstance(finding.biomarker, CopyNumber):
        return finding.biomarker.change
    return describe(finding.biomarker) or finding.detail


def _key(finding: Finding) -> _Key | None:
    """What makes an alteration the same over reports; None where no alteration is named."""
    known = finding.biomarker
    if isinstance(known, SmallVariant):
        return (known.hgvs_p,) if known.hgvs_p else ("dna", known.hgvs_c, known.genomic)
    if isinstance(known, Fusion):
        return known.five_prime, known.three_prime
    if isinstance(known, CopyNumber):
        return ("loss",) if known.change == "loss" else ("gain",)
    printed = finding.observations[0].alteration
    return ("printed", printed) if known is None and printed else None


def _is_vague(finding: Finding) -> bool:
    known = finding.biomarker
    if isinstance(known, Fusion):
        return None in {known.five_prime, known.three_prime}
    return isinstance(known, SmallVariant) and known.hgvs_p is None


def _fits(vague: Finding, precise: Finding) -> bool:
    one, other = vague.biomarker, precise.biomarker
    if isinstance(one, Fusion) and isinstance(other, Fusion):
        named = {one.five_prime, one.three_prime} - {None}
        return named <= {other.five_prime, other.three_prime}
    if isinstance(one, SmallVariant) and isinstance(other, SmallVariant):
        same_place = one.genomic is not None and one.genomic == other.genomic
        return same_place or (one.hgvs_c is not None and one.hgvs_c == other.hgvs_c)
    return False
