"""An interpretation in, its therapy flags out: FHIR observations of therapeutic implications."""

from collections.abc import Iterator

from exchange.fhir_words import (
    Names,
    Resource,
    categories,
    coding,
    component,
    concept,
    own,
    present,
    profile,
)
from exchange.stated import missing
from pipeline.patient import Interpretation, TherapyFlag


def implications(said: Interpretation, names: Names) -> Iterator[Resource]:
    """One observation a flag: what to do, on whose authority, why, and what is not known."""
    for number, flag in enumerate(said.flags):
        yield present(
            {
                "resourceType": "Observation",
                "id": names.id("flag", str(number)),
                "meta": profile("therapeutic-implication"),
                "status": "preliminary",
                "category": categories(),
                "code": concept(coding("therapeutic_implication")),
                "subject": names.to("patient", ""),
                "effectiveDateTime": said.as_of.isoformat(),
                "note": [{"text": each} for each in _remarks(flag)],
                "derivedFrom": _basis(said, flag, names),
                "component": list(_parts(said, flag)),
            }
        )


def _basis(said: Interpretation, flag: TherapyFlag, names: Names) -> list[Resource]:
    """The findings it rests on, and the marker, which is in the bundle whatever they are."""
    numbers = [n for n, each in enumerate(said.case.findings) if each in flag.findings]
    found = [names.to("finding", str(number)) for number in numbers]
    return [*found, names.to("marker", flag.marker.value)]


def _remarks(flag: TherapyFlag) -> Iterator[str]:
    yield from (f"because: {each}" for each in flag.because)
    yield from (f"caution: {each}" for each in flag.cautions)
    yield from (f"not stated: {each}" for each in missing(flag))
    yield from (f"not verified: {each}" for each in flag.unverified)


def _parts(said: Interpretation, flag: TherapyFlag) -> Iterator[Resource]:
    yield component(concept(coding("medication")), valueCodeableConcept=concept(text=flag.therapy))
    if said.case.tumour_type:
        condition = concept(text=said.case.tumour_type)
        yield component(concept(coding("treated_condition")), valueCodeableConcept=condition)
    kind = concept(own("flag-kind", flag.kind.value), text=flag.kind.value)
    yield _ours("kind", "what a reader should do", valueCodeableConcept=kind)
    for scale, tier in (("amp-asco-cap", flag.tiers.amp_asco_cap), ("escat", flag.tiers.escat)):
        if tier:
            level = concept(text=f"{scale.replace('-', '/').upper()} {tier}")
            code = concept(coding("evidence_level"), own("component", scale))
            yield component(code, valueCodeableConcept=level)
    words = {
        "line": ("line of therapy", flag.line),
        "jurisdiction": ("whose label", flag.jurisdiction.value),
        "regulatory-status": ("regulatory status on the day", flag.status),
        "status-date": ("status since", flag.status_date),
        "label-scope": ("label", flag.label_scope),
        "evidence": ("evidence", flag.tiers.evidence),
        "figures": ("trial figures", flag.figures),
        "source": ("where it is written", flag.source),
        "indication": ("row of the knowledge tables", flag.indication_id),
        "knowledge-release": ("release of the knowledge", said.knowledge.release),
    }
    for name, (title, text) in words.items():
        if text:
            yield _ours(name, title, valueString=text)


def _ours(name: str, title: str, **value: object) -> Resource:
    return component(concept(own("component", name), text=title), **value)
