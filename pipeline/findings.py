"""Observations of one report in, findings out: one alteration in one specimen is one finding.

What a text says is weighed here: a stain of 2+ is not a detection whatever the reader called it,
a gain is no amplification, a common polymorphism printed among the results stays benign (R57),
and a change whose reference residue is impossible is not believed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from pipeline import valued, variants
from pipeline.alterations import biomarker as biomarker_of
from pipeline.isoforms import fits_reference
from pipeline.model import (
    Basis,
    Biomarker,
    CopyNumber,
    Coverage,
    Expression,
    Finding,
    Fusion,
    FusionGrade,
    Observation,
    Report,
    ReportStatus,
    Signature,
    Significance,
    SmallVariant,
    Status,
)
from pipeline.specimens import only_name

# The better known of two statements about the same change counts.
_WEIGHT = (
    Significance.PATHOGENIC,
    Significance.LIKELY_PATHOGENIC,
    Significance.UNKNOWN,
    Significance.VUS,
    Significance.BENIGN,
)
_CLAIMS = frozenset({Status.DETECTED, Status.NOT_DETECTED})


@dataclass(frozen=True, kw_only=True)
class _Weighed:
    """One observation with its biomarker, and what it is worth."""

    observation: Observation
    biomarker: Biomarker | None
    status: Status
    significance: Significance
    doubt: str | None
    specimen: str | None


def findings(
    report: Report, observations: Iterable[Observation], covered: Sequence[Coverage] = ()
) -> tuple[Finding, ...]:
    """Every statement of the report about a marker, each alteration once per specimen.

    *covered* gives the assay's cut-off for amplification, if it has one.
    """
    only = only_name(report)
    groups: list[list[_Weighed]] = []
    for observation in observations:
        weighed = _weighed(observation, report, covered, observation.specimen or only)
        home = next((group for group in groups if _same(group[0], weighed)), None)
        if home is None:
            groups.append([weighed])
        else:
            home.append(weighed)
    return tuple(_finding(group) for group in _joined(groups))


def counts(finding: Finding) -> bool:
    """True if the finding makes its marker detected: not a VUS, not benign, not a loss."""
    lost = isinstance(finding.biomarker, CopyNumber) and finding.biomarker.change == "loss"
    quiet = finding.significance in {Significance.VUS, Significance.BENIGN}
    return finding.status is Status.DETECTED and not quiet and not lost


def _weighed(
    observation: Observation,
    report: Report,
    covered: Sequence[Coverage],
    specimen: str | None,
) -> _Weighed:
    known = _with_cutoff(_biomarker(observation), observation, covered)
    status, doubt = _status(observation, known)
    if report.status is ReportStatus.NEEDS_REVIEW and status in _CLAIMS:
        status, doubt = Status.INDETERMINATE, "a person must compare it with the page"
    return _Weighed(
        observation=observation,
        biomarker=known,
        status=status,
        significance=_significance(observation, known),
        doubt=doubt,
        specimen=specimen,
    )


def _biomarker(observation: Observation) -> Biomarker | None:
    """The biomarker; "wild type" and a fusion gene's "QNS" are about no change in particular."""
    known = biomarker_of(observation)
    if observation.status is Status.NOT_ASSESSED and _lacks_a_partner(known):
        return None
    changes = isinstance(known, SmallVariant) and (known.hgvs_p or known.hgvs_c or known.genomic)
    if isinstance(known, SmallVariant) and not changes:
        return known if observation.status is Status.DETECTED else None
    return known


def _lacks_a_partner(known: Biomarker | None) -> bool:
    return isinstance(known, Fusion) and None in {known.five_prime, known.three_prime}


def _with_cutoff(
    known: Biomarker | None, observation: Observation, covered: Sequence[Coverage]
) -> Biomarker | None:
    """Copies at or above the assay's cut-off are an amplification, printed so or not."""
    limits = [
        each.amplification_copies
        for each in covered
        if each.marker is observation.marker and each.amplification_copies is not None
    ]
    if not isinstance(known, CopyNumber) or known.copies is None or len(limits) != 1:
        return known
    is_amplified = known.change == "gain" and known.copies >= limits[0]
    return replace(known, change="amplification") if is_amplified else known


def _status(observation: Observation, known: Biomarker | None) -> tuple[Status, str | None]:
    """What the observation is worth, and why that is less than its reader said, if it is."""
    said = observation.status
    if isinstance(known, Signature | Expression):
        return _valued_status(observation, known)
    if said is not Status.DETECTED:
        return said, None
    doubt = _doubt(observation, known)
    return (Status.INDETERMINATE, doubt) if doubt else (said, None)


def _valued_status(
    observation: Observation, known: Signature | Expression
) -> tuple[Status, str | None]:
    """The value decides over the reader's word, wherever the value is understood."""
    if observation.status not in _CLAIMS or not valued.is_understood(known):
        return observation.status, None
    status = valued.status_of(known)
    if status is Status.DETECTED and observation.status is Status.NOT_DETECTED:
        return _denied(known)
    open_value = status is Status.INDETERMINATE
    return status, "the value alone does not decide" if open_value else None


def _denied(known: Signature | Expression) -> tuple[Status, str | None]:
    """Stated as not detected: "MSI-H" is then answered, a number or a score speaks against it."""
    counted = known.score if isinstance(known, Expression) else known.value
    if counted is None:
        return Status.NOT_DETECTED, None
    return Status.INDETERMINATE, "stated as not detected, against its value"


def _doubt(observation: Observation, known: Biomarker | None) -> str | None:
    """Why a detection is not believed as such, or None."""
    if known is None:
        return None if observation.alteration is None else "the wording does not fit the marker"
    if isinstance(known, CopyNumber) and known.change in {"gain", "equivocal"}:
        return f"{known.change}: not an amplification by itself"
    if isinstance(known, Fusion) and known.grade is FusionGrade.D:
        return "reciprocal product, out of frame or without its kinase (grade D)"
    if isinstance(known, SmallVariant) and known.hgvs_p:
        fits = fits_reference(known.gene, known.hgvs_p)
        return None if fits else "the reference residue is not the one of this protein"
    return None


def _significance(observation: Observation, known: Biomarker | None) -> Significance:
    """As the report classifies it; a polymorphism or a silent change is benign in any zone."""
    said = observation.significance
    if not isinstance(known, SmallVariant) or known.hgvs_p is None:
        return said
    if known.hgvs_p.endswith("="):
        return Significance.BENIGN
    listed = variants.named(known.gene, known.hgvs_p)
    benign = listed is not None and listed.significance is Significance.BENIGN
    return Significance.BENIGN if benign and said is not Significance.PATHOGENIC else said


def _same(one: _Weighed, other: _Weighed) -> bool:
    """Whether two observations speak of the same thing in the same specimen."""
    mine, yours = one.observation, other.observation
    if (mine.marker, one.specimen, one.status) != (yours.marker, other.specimen, other.status):
        return False
    return _key(one.biomarker, mine) == _key(other.biomarker, yours)


def _key(known: Biomarker | None, observation: Observation) -> tuple[object, ...]:
    """What makes an alteration the same alteration."""
    if isinstance(known, SmallVariant):
        return known.hgvs_p or known.hgvs_c, known.genomic if known.hgvs_p is None else None
    if isinstance(known, Fusion):
        return known.five_prime, known.three_prime
    if isinstance(known, CopyNumber):
        return (known.change,)
    if isinstance(known, Signature):
        return known.call, known.value
    if isinstance(known, Expression):
        return known.call, known.score
    absent = observation.status in {Status.NOT_DETECTED, Status.NOT_ASSESSED}
    return (observation.basis if absent else observation.alteration,)


def _joined(groups: list[list[_Weighed]]) -> list[list[_Weighed]]:
    """A vaguer statement joins the one precise finding of its marker and specimen."""
    precise = [group for group in groups if not _is_vague(group[0])]
    for group in groups:
        if _is_vague(group[0]):
            homes = [other for other in precise if any(_is_home(one, group[0]) for one in other)]
            if len(homes) == 1:
                homes[0].extend(group)
            else:
                precise.append(group)
    return precise


def _is_vague(weighed: _Weighed) -> bool:
    """A fusion without a partner, or a variant known by its DNA change alone."""
    known = weighed.biomarker
    if isinstance(known, Fusion):
        return None in {known.five_prime, known.three_prime}
    return isinstance(known, SmallVariant) and known.hgvs_p is None


def _is_home(precise: _Weighed, vague: _Weighed) -> bool:
    one, other = precise.biomarker, vague.biomarker
    seen, said = precise.observation, vague.observation
    if (seen.marker, precise.specimen) != (said.marker, vague.specimen):
        return False
    if precise.status is not vague.status:
        return False
    if isinstance(one, Fusion) and isinstance(other, Fusion):
        return True
    if isinstance(one, SmallVariant) and isinstance(other, SmallVariant):
        return other.hgvs_c is not None and other.hgvs_c == one.hgvs_c
    return False


def _finding(group: list[_Weighed]) -> Finding:
    first = group[0]
    best = max(group, key=lambda each: _told(each.biomarker))
    classified = sorted({each.significance for each in group}, key=_WEIGHT.index)
    explicit = any(each.observation.basis is Basis.EXPLICIT for each in group)
    return Finding(
        marker=first.observation.marker,
        status=first.status,
        basis=Basis.EXPLICIT if explicit else first.observation.basis,
        significance=classified[0],
        detail=_detail(best),
        observations=tuple(each.observation for each in group),
        biomarker=best.biomarker,
        gene=first.observation.marker.gene,
        specimen=first.specimen,
        conflicts=_disagreements(classified),
    )


def merged(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of several reports: the same alteration in the same specimen becomes one."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for each in found:
        key = _key(each.biomarker, each.observations[0])
        groups.setdefault((each.marker, each.specimen, each.status, *key), []).append(each)
    return tuple(_merged(group) for group in groups.values())


def _merged(group: Sequence[Finding]) -> Finding:
    best = max(group, key=lambda each: _told(each.biomarker))
    classified = sorted({each.significance for each in group}, key=_WEIGHT.index)
    inner = tuple(sentence for each in group for sentence in each.conflicts)
    return replace(
        best,
        basis=group[0].basis if len({each.basis for each in group}) == 1 else Basis.EXPLICIT,
        significance=classified[0],
        observations=tuple(seen for each in group for seen in each.observations),
        conflicts=(*inner, *(_disagreements(classified) if len(group) > 1 else ())),
    )


def _told(known: Biomarker | None) -> tuple[int, int]:
    """How much the biomarker says; of two fusions the better graded one."""
    if known is None:
        return 0, 0
    grade = -ord(known.grade.value) if isinstance(known, Fusion) else 0
    return sum(getattr(known, each.name) is not None for each in fields(known)), grade


def _disagreements(classified: Sequence[Significance]) -> tuple[str, ...]:
    apart = {Significance.VUS, Significance.BENIGN} & set(classified)
    firm = {Significance.PATHOGENIC, Significance.LIKELY_PATHOGENIC} & set(classified)
    if not apart or not firm:
        return ()
    return (f"classified as {' and as '.join(each.value for each in classified)}",)


def _detail(weighed: _Weighed) -> str:
    printed = weighed.observation.alteration
    words = describe(weighed.biomarker) or printed
    if weighed.observation.status is Status.INDETERMINATE and _lacks_a_partner(weighed.biomarker):
        # "Low coverage" beside a fusion gene is no rearrangement: the printed words say it best.
        words = printed or words
    if weighed.status is Status.NOT_DETECTED and _names_what_is_absent(weighed.biomarker):
        words = _absent(weighed.biomarker, words)
    words = words or weighed.status.value.replace("_", " ")
    doubt = weighed.doubt or _reason(weighed)
    return f"{words} ({doubt})" if doubt else words


def _absent(known: Biomarker | None, words: str | None) -> str:
    """What was not found, in words; a count of copies is told, but no gain is denied by it."""
    if isinstance(known, CopyNumber):
        return "amplification not detected" + _copies(known)
    return f"{words} not detected"


def _copies(known: CopyNumber) -> str:
    return f", {known.copies:g} copies" if known.copies is not None else ""


def _reason(weighed: _Weighed) -> str | None:
    """Why a row of a VCF leaves its marker open: nobody can look that up on a printed page."""
    is_open = weighed.status in {Status.INDETERMINATE, Status.NOT_ASSESSED}
    is_row = weighed.observation.source.line is not None
    return weighed.observation.note if is_open and is_row else None


def _names_what_is_absent(known: Biomarker | None) -> bool:
    if isinstance(known, Signature | Expression):
        return valued.status_of(known) is Status.DETECTED
    return known is not None


def describe(known: Biomarker | None) -> str | None:
    """The biomarker in a few words a clinician reads; None where the printed words say it best."""
    if isinstance(known, SmallVariant):
        return known.hgvs_p or known.hgvs_c
    if isinstance(known, Fusion):
        unknown = _lacks_a_partner(known)
        return f"{known.gene} rearrangement, partner unknown" if unknown else str(known)
    if isinstance(known, CopyNumber):
        return known.change + _copies(known)
    if isinstance(known, Signature) and known.value is not None:
        call = f"{known.call.capitalize()}, " if known.call else ""
        return f"{call}{known.value:g} {known.unit or '(no unit)'}"
    if isinstance(known, Expression) and valued.is_understood(known) and known.method != "MMR":
        return known.score or known.call.replace("_", " ")
    return None
