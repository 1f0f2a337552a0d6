"""A finding or a flag in, what is stated of it out: the first of several words, what is missing."""

from typing import Any

from pipeline.model import Finding, SmallVariant
from pipeline.patient import Outcome, TherapyFlag

_NORMALISED = frozenset({"hgvs_c", "transcript", "genomic"})


def stated(finding: Finding, name: str) -> Any:  # noqa: ANN401 - a field by its name
    """The field *name* of the finding: as normalised, else as its first observation states it."""
    known = finding.biomarker
    if name in _NORMALISED and isinstance(known, SmallVariant) and getattr(known, name):
        return getattr(known, name)
    values = (getattr(each, name) for each in finding.observations)
    return next((value for value in values if value is not None), None)


def missing(flag: TherapyFlag) -> tuple[str, ...]:
    """The facts that nobody stated and that would decide the flag."""
    asked = (each for each in flag.evaluations if each.outcome is Outcome.UNDETERMINED)
    return tuple(each.missing or each.sentence for each in asked)
