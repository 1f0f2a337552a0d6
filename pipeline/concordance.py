"""All current reports of a case in, where they agree out: alteration by alteration, with causes.

Nothing is resolved here: the case's statuses are those of `reconcile`. A person reads why two
reports may differ, and decides.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.causes import Cause, of_difference, of_silence, of_wording
from pipeline.model import Finding, Fusion, Marker, Report, SmallVariant, Status
from pipeline.opinions import Opinion, contradict, opinions
from pipeline.patient import Case
from pipeline.specimens import specimens_of
from pipeline.subjects import Subject, subjects
from pipeline.versions import versions


class Agreement(StrEnum):
    """How the reports of a case stand to each other on one alteration or marker."""

    CONCORDANT = "concordant"
    ONE_SIDED = "one_sided"
    CONFLICTING = "conflicting"


@dataclass(frozen=True, kw_only=True)
class Side:
    """What one report says in one specimen; *finding* is the alteration, if it names it.

    *status* is about the alteration where one is compared, else about the marker.
    """

    opinion: Opinion
    status: Status
    finding: Finding | None = None

    @property
    def report(self) -> Report:
        """The report that says it."""
        return self.opinion.report


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One alteration over all reports, or a marker of which none names an alteration.

    *subject* is None for the latter. *causes* say why a side may differ; for a conflict that
    nothing in the reports explains there are none.
    """

    marker: Marker
    subject: str | None
    agreement: Agreement
    sides: tuple[Side, ...]
    causes: tuple[Cause, ...]


def concordance(case: Case) -> tuple[Comparison, ...]:
    """Every alteration and marker that a report speaks of; () unless there are two reports."""
    if len(case.reports) < 2:
        return ()
    places = specimens_of([each.report for each in case.reports])
    counted = versions(case.reports)
    compared: list[Comparison] = []
    for marker in Marker:
        heard = [
            opinion
            for result in case.reports
            for opinion in opinions(
                marker,
                result,
                places,
                silence_counts=counted.silence_counts(marker, result),
            )
        ]
        compared += _of_marker(marker, heard, case)
    return tuple(compared)


def _of_marker(marker: Marker, heard: Sequence[Opinion], case: Case) -> Iterator[Comparison]:
    named = subjects(found for each in heard for found in each.state.findings)
    for subject in named:
        sides = tuple(_side(each, subject) for each in heard)
        yield _compared(marker, subject, sides, case)
    if not named and any(each.state.status is not Status.NOT_ASSESSED for each in heard):
        sides = tuple(Side(opinion=each, status=each.state.status) for each in heard)
        yield _compared(marker, None, sides, case)


def _side(opinion: Opinion, subject: Subject) -> Side:
    found = subject.within(opinion.state)
    if found is not None:
        return Side(opinion=opinion, status=found.status, finding=found)
    # Detected by another alteration: of this one nothing is said.
    said = opinion.state.status
    other = said is Status.DETECTED
    return Side(opinion=opinion, status=Status.NOT_ASSESSED if other else said)


def _compared(
    marker: Marker, subject: Subject | None, sides: tuple[Side, ...], case: Case
) -> Comparison:
    agreement = _agreement(subject, sides)
    return Comparison(
        marker=marker,
        subject=subject.detail if subject else None,
        agreement=agreement,
        sides=sides,
        causes=tuple(dict.fromkeys(_causes(subject, sides, case))),
    )


def _agreement(subject: Subject | None, sides: Sequence[Side]) -> Agreement:
    if any(_is_conflict(subject, one, other) for one in sides for other in sides):
        return Agreement.CONFLICTING
    speaking = [each for each in sides if _speaks(subject, each)]
    reports = {each.report.sha256 for each in speaking}
    denied = subject is not None and any(each.status is Status.NOT_DETECTED for each in sides)
    alike = len({each.status for each in speaking}) == 1
    return Agreement.CONCORDANT if len(reports) > 1 and alike and not denied else _ONE


_ONE = Agreement.ONE_SIDED


def _speaks(subject: Subject | None, side: Side) -> bool:
    return side.finding is not None if subject else side.status is not Status.NOT_ASSESSED


def _is_conflict(subject: Subject | None, one: Side, other: Side) -> bool:
    """Whether the two cannot both be true: of one specimen, and the alteration counts."""
    if one.opinion.label != other.opinion.label or one.report.sha256 == other.report.sha256:
        return False
    if one.status is not Status.DETECTED or (subject is not None and not subject.counts):
        return False
    if other.status is Status.NOT_DETECTED:
        return contradict(one.opinion, other.opinion)
    return one.finding is not None and other.finding is None and _rivals(one.finding, other)


def _rivals(finding: Finding, other: Side) -> bool:
    """Whether the other report names another change of the same residue, or another partner."""
    rest = (each for each in other.opinion.state.findings if each.status is Status.DETECTED)
    return any(_is_rival(finding, each) for each in rest)


def _is_rival(one: Finding, other: Finding) -> bool:
    mine, yours = one.biomarker, other.biomarker
    if isinstance(mine, Fusion) and isinstance(yours, Fusion):
        return None not in {mine.five_prime, mine.three_prime, yours.five_prime, yours.three_prime}
    if isinstance(mine, SmallVariant) and isinstance(yours, SmallVariant):
        return _residue(mine) is not None and _residue(mine) == _residue(yours)
    return False


def _residue(variant: SmallVariant) -> str | None:
    """The place of a substitution, p.R132 of p.R132C; None for any other change."""
    name = variant.hgvs_p or ""
    return name[:-1] if name[:-1] and name[:-1][-1].isdigit() else None


def _causes(subject: Subject | None, sides: Sequence[Side], case: Case) -> Iterable[Cause]:
    seen = [each for each in sides if each.finding is not None]
    if subject is not None:
        yield from of_wording([each.finding for each in seen if each.finding])
        speaking = seen
    else:
        speaking = _leading(sides)
    end = case.patient.last_targeted_end
    for other in sides:
        for one in speaking:
            if one.report.sha256 != other.report.sha256 and one.status is not other.status:
                yield from of_silence(one.finding, other.opinion, other.finding)
                yield from of_difference(one.opinion, other.opinion, end)


def _leading(sides: Sequence[Side]) -> list[Side]:
    """The sides that say most: a detection, else a negative, else what is open."""
    for status in (Status.DETECTED, Status.NOT_DETECTED, Status.INDETERMINATE):
        found = [each for each in sides if each.status is status]
        if found:
            return found
    return []
