"""Does a finding meet a label's biomarker? A finding and a row's predicate in, hit or miss out.

Order of resolution: exact, then codon, then class, then gene. A miss says why; a hit may leave a
doubt, and a doubt asks before anything is suggested (R8-R14, R47-R61).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from actionability.facts import in_words
from actionability.grammar import Call
from pipeline import valued
from pipeline.errors import KnowledgeError
from pipeline.model import (
    CopyNumber,
    Expression,
    Finding,
    Fusion,
    FusionGrade,
    Origin,
    Signature,
    SmallVariant,
    Status,
)


class Resolution(IntEnum):
    """How closely the finding meets the predicate; lower is closer."""

    EXACT = 1
    CODON = 2
    CLASS = 3
    GENE = 4


@dataclass(frozen=True, kw_only=True)
class Hit:
    """The finding meets the predicate; *doubts* must be settled by a person first."""

    finding: Finding
    resolution: Resolution
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Miss:
    """The finding does not meet the predicate, and what would change that, if anything."""

    finding: Finding
    reason: str
    would_change: str | None = None


Meeting = Hit | Miss
Predicate = Callable[[Finding, str], Meeting]
_MISSENSE = re.compile(r"([A-Z])(\d+)([A-Z])")
_TRUNCATING = re.compile(r"\*$|fs")


def meet(call: Call, finding: Finding) -> Meeting:
    """The meeting of a finding with a predicate, doubts of the finding itself included."""
    predicate = PREDICATES.get(call.name)
    if predicate is None:
        raise KnowledgeError(f"no such match: {call.name}")
    if _names_nothing(finding):
        return Miss(finding=finding, reason=f"indeterminate: {in_words(finding)}")
    meeting = predicate(finding, call.argument)
    if isinstance(meeting, Miss):
        return meeting
    doubts = (*meeting.doubts, *_doubts(finding))
    return Hit(finding=finding, resolution=meeting.resolution, doubts=doubts)


def _names_nothing(finding: Finding) -> bool:
    """Neither surely there nor said what: "QNS", "BRAF altered". Nothing to ask a drug about."""
    if finding.status is not Status.INDETERMINATE:
        return False
    found = finding.biomarker
    return _is_bare(found) if isinstance(found, SmallVariant) else found is None


def _is_bare(variant: SmallVariant) -> bool:
    """A gene is named, and none of its changes."""
    return variant.hgvs_p is None and variant.hgvs_c is None and variant.genomic is None


def _doubts(finding: Finding) -> tuple[str, ...]:
    found = list(finding.conflicts)
    if finding.status is Status.INDETERMINATE and not _is_equivocal_stain(finding):
        found.append(f"indeterminate: {in_words(finding)}")
    if any(item.origin is Origin.CH for item in finding.observations):
        found.append("may stem from clonal haematopoiesis: confirm in tumour tissue")
    return tuple(found)


def _is_equivocal_stain(finding: Finding) -> bool:
    # An IHC score of 2+ is what an equivocal HER2 stain *is*; the score is not in doubt.
    found = finding.biomarker
    return isinstance(found, Expression) and found.method == "IHC" and ihc_score(found) == "2+"


def short_protein(finding: Finding) -> str | None:
    """The protein change without `p.` and brackets ("R132C"), or None if it is not given."""
    variant = finding.biomarker
    if not isinstance(variant, SmallVariant) or variant.hgvs_p is None:
        return None
    return re.sub(r"^p\.|[()]", "", variant.hgvs_p)


def fusion(finding: Finding, grades: str) -> Meeting:
    """A fusion or rearrangement by role, of one of the evidence grades (R47, R48)."""
    found = finding.biomarker
    if found is None:
        return _unresolved(finding)
    if not isinstance(found, Fusion):
        return Miss(finding=finding, reason=f"{in_words(finding)} is not a fusion")
    if found.grade.value in grades.split():
        return Hit(finding=finding, resolution=Resolution.CLASS)
    if found.grade is FusionGrade.D:
        why = "reciprocal product only, out of frame or kinase lost (grade D)"
        order = "RNA sequencing showing the in-frame product"
        return Miss(finding=finding, reason=f"{in_words(finding)}: {why}", would_change=order)
    doubt = f"fusion evidence of grade {found.grade}: confirm by RNA"
    return Hit(finding=finding, resolution=Resolution.CLASS, doubts=(doubt,))


def protein(finding: Finding, wanted: str) -> Meeting:
    """Exactly this protein change, no other change of the residue (R51, R54)."""
    if finding.biomarker is None:
        return _unresolved(finding)
    named = short_protein(finding)
    if named is None:
        return _unnamed(finding, wanted)
    if named == wanted:
        return Hit(finding=finding, resolution=Resolution.EXACT)
    return Miss(finding=finding, reason=f"{in_words(finding)} is not p.{wanted}")


def other_than(finding: Finding, excluded: str) -> Meeting:
    """A mutation, but not this protein change."""
    if finding.biomarker is None:
        return _unresolved(finding)
    named = short_protein(finding)
    if named is None:
        return _unnamed(finding, f"anything but {excluded}")
    if named == excluded:
        return Miss(finding=finding, reason=f"{in_words(finding)}: this entry is for other changes")
    return mutation(finding, "")


def codon(finding: Finding, residue: str) -> Meeting:
    """Any missense change of this residue (R53)."""
    if finding.biomarker is None:
        return _unresolved(finding)
    named = short_protein(finding)
    if named is None:
        return _unnamed(finding, residue)
    if _is_missense_at(named, residue):
        return Hit(finding=finding, resolution=Resolution.CODON)
    return Miss(
        finding=finding, reason=f"{in_words(finding)} is not a missense change of {residue}"
    )


def outside_codon(finding: Finding, residue: str) -> Meeting:
    """A mutation elsewhere than a missense change of this residue."""
    named = short_protein(finding)
    if named is None:
        return _unnamed(finding, f"outside {residue}")
    if _is_missense_at(named, residue):
        return Miss(finding=finding, reason=f"{in_words(finding)}: this entry is for other changes")
    return Hit(finding=finding, resolution=Resolution.CLASS)


def _is_missense_at(named: str, residue: str) -> bool:
    match = _MISSENSE.fullmatch(named)
    if match is None:
        return False
    before, position, after = match.groups()
    return before + position == residue and after not in {before, "X"}


def mutation(finding: Finding, _: str) -> Meeting:
    """A named change of the gene that may activate it; "gene and any variant" is unsafe (R57)."""
    found = finding.biomarker
    if found is None:
        return _unresolved(finding)
    if not isinstance(found, SmallVariant):
        return Miss(finding=finding, reason=f"{in_words(finding)} is not a mutation")
    if _is_bare(found):
        return _unnamed(finding, "an activating change")
    if _TRUNCATING.search(short_protein(finding) or ""):
        return Miss(finding=finding, reason=f"{in_words(finding)}: truncates, does not activate")
    return Hit(finding=finding, resolution=Resolution.CLASS)


def amplification(finding: Finding, _: str) -> Meeting:
    """An amplification by sequencing, or an amplified ISH; a gain is not one (R55)."""
    found = finding.biomarker
    if isinstance(found, Expression) and found.method == "ISH":
        return Hit(finding=finding, resolution=Resolution.CLASS)
    if found is None:
        return _unresolved(finding)
    if not isinstance(found, CopyNumber):
        return Miss(finding=finding, reason=f"{in_words(finding)} is not an amplification")
    if found.change == "amplification":
        return Hit(finding=finding, resolution=Resolution.CLASS)
    return Miss(
        finding=finding, reason=f"{in_words(finding)}: {found.change}, not an amplification"
    )


def ihc(finding: Finding, wanted: str) -> Meeting:
    """A HER2 stain of exactly this score (R55)."""
    found = finding.biomarker
    if not isinstance(found, Expression) or found.method != "IHC":
        return _unresolved(finding)
    score = ihc_score(found)
    if score is None and finding.status is not Status.DETECTED:
        return Miss(finding=finding, reason=f"HER2 IHC without a score: {in_words(finding)}")
    if score is None:
        doubt = "HER2 IHC score not stated"
        return Hit(finding=finding, resolution=Resolution.GENE, doubts=(doubt,))
    if score == wanted:
        return Hit(finding=finding, resolution=Resolution.EXACT)
    return Miss(finding=finding, reason=f"HER2 IHC {score}, not {wanted}")


def ihc_score(expression: Expression) -> str | None:
    """The HER2 score ("0", "1+", "2+", "3+") as printed, or None."""
    for text in (expression.score, expression.call):
        match = re.fullmatch(r"(?:IHC\s*)?([0-3])\s*\+?", (text or "").strip(), re.IGNORECASE)
        match = match or re.search(r"(?<!\d)([123])\s*\+", text or "")
        if match:
            return match.group(1) if match.group(1) == "0" else f"{match.group(1)}+"
    return None


def her2_positive(finding: Finding, _: str) -> Meeting:
    """IHC 3+, amplified by ISH, or amplified by sequencing."""
    if isinstance(finding.biomarker, Expression) and finding.biomarker.method == "IHC":
        return ihc(finding, "3+")
    return amplification(finding, "")


def unstable(finding: Finding, _: str) -> Meeting:
    """MSI-high, or mismatch repair deficient (R60)."""
    if _is_open_value(finding):
        return Miss(finding=finding, reason=f"{in_words(finding)}: neither high nor deficient")
    if finding.status is Status.DETECTED and finding.biomarker is not None:
        return Hit(finding=finding, resolution=Resolution.EXACT)
    return _unresolved(finding)


def _is_open_value(finding: Finding) -> bool:
    """The value itself is equivocal (MSI-L, plasma TMB): no label takes it, a test settles it."""
    found = finding.biomarker
    if finding.status is not Status.INDETERMINATE or not isinstance(found, Signature | Expression):
        return False
    return valued.status_of(found) is Status.INDETERMINATE


def burden_at_least(finding: Finding, wanted: str) -> Meeting:
    """TMB of at least this many mutations per megabase, or called high (R60)."""
    found = finding.biomarker
    if not isinstance(found, Signature):
        return _unresolved(finding)
    if _is_open_value(finding):
        return Miss(finding=finding, reason=f"{in_words(finding)}: no tissue value in mut/Mb")
    if found.value is None or found.value >= float(wanted):
        return Hit(finding=finding, resolution=Resolution.EXACT)
    return Miss(finding=finding, reason=f"TMB {found.value:g} is below {wanted}")


def not_read(finding: Finding, _: str) -> Meeting:
    """A biomarker of the table that no reader reads: listed, never matched."""
    return Miss(finding=finding, reason="not read")


def _unresolved(finding: Finding) -> Hit:
    doubt = f"which alteration this is was not resolved: {in_words(finding)}"
    return Hit(finding=finding, resolution=Resolution.GENE, doubts=(doubt,))


def _unnamed(finding: Finding, wanted: str) -> Meeting:
    if not isinstance(finding.biomarker, SmallVariant):
        return Miss(finding=finding, reason=f"{in_words(finding)} is not a mutation")
    reason = f"{in_words(finding)}: the protein change is not stated ({wanted} is asked for)"
    return Miss(finding=finding, reason=reason, would_change="the protein change of the variant")


PREDICATES: Mapping[str, Predicate] = {
    predicate.__name__: predicate
    for predicate in (
        fusion,
        protein,
        other_than,
        codon,
        outside_codon,
        mutation,
        amplification,
        ihc,
        her2_positive,
        unstable,
        burden_at_least,
        not_read,
    )
}
"""All predicates by name, as the column `match` of the indication table calls them."""
