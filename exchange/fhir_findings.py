"""A case in, what is known of its markers out: FHIR observations of findings, markers and reach.

Every marker has an observation of its own, also where nobody looked: then it has no value but the
reason `not-performed`, so that no receiver can take silence for a negative.
"""

from collections.abc import Iterator

from exchange.fhir_words import (
    HGVS,
    SEQUENCES,
    UNITS,
    Names,
    Resource,
    categories,
    coding,
    component,
    concept,
    gene_symbol,
    own,
    present,
    profile,
)
from exchange.stated import stated
from pipeline import genes
from pipeline.genome import accession
from pipeline.model import (
    AlterationClass,
    CopyNumber,
    Finding,
    Fusion,
    GenomicAllele,
    Marker,
    MarkerState,
    Origin,
    ReportResult,
    Signature,
    Significance,
    SmallVariant,
    Status,
)
from pipeline.patient import Case

_PRESENCE = {
    Status.DETECTED: "present",
    Status.NOT_DETECTED: "absent",
    Status.INDETERMINATE: "indeterminate",
}
_MSI_CALLS = {"high": "msi_high", "low": "msi_low", "stable": "msi_stable"}
_IN_THE_GENOME = frozenset(
    {AlterationClass.MUTATION, AlterationClass.FUSION, AlterationClass.AMPLIFICATION}
)


def findings(case: Case, names: Names, known: frozenset[str]) -> Iterator[Resource]:
    """One observation a finding; *known* are the specimens that the bundle holds."""
    for number, finding in enumerate(case.findings):
        specimen = finding.specimen
        genomic = finding.marker.alteration_class in _IN_THE_GENOME
        yield present(
            {
                "resourceType": "Observation",
                "id": names.id("finding", str(number)),
                "meta": profile("variant" if genomic else "molecular-biomarker"),
                "status": "preliminary",
                "category": categories(*(() if genomic else ("biomarker_category",))),
                "code": _code(finding.marker),
                "subject": names.to("patient", ""),
                **_value(finding),
                "specimen": names.to("specimen", specimen) if specimen in known else None,
                "note": [{"text": each} for each in _remarks(finding)],
                "component": list(_parts(finding)),
            }
        )


def markers(case: Case, names: Names) -> Iterator[Resource]:
    """One observation a marker, in their order, with the findings behind it as members."""
    numbers = {id(finding): str(number) for number, finding in enumerate(case.findings)}
    for marker, state in case.markers.items():
        behind = [
            numbers[id(each)]
            for each in case.findings
            if each.marker is marker and each.status is not Status.NOT_ASSESSED
        ]
        yield present(
            {
                "resourceType": "Observation",
                "id": names.id("marker", marker.value),
                "status": "preliminary",
                "category": categories(),
                "code": concept(own("marker", marker.value, marker.label), text=marker.label),
                "subject": names.to("patient", ""),
                **_state(state),
                "note": [{"text": each} for each in (state.detail, *state.conflicts)],
                "hasMember": [names.to("finding", number) for number in behind],
                "component": list(_state_parts(state)),
            }
        )


def regions(case: Case, names: Names) -> Iterator[Resource]:
    """One observation a report: which markers it looked at, and which it says nothing about."""
    for result in case.reports:
        studied = [each for each in Marker if _is_studied(result, each)]
        silent = [each for each in Marker if each not in studied]
        symbols = dict.fromkeys(each.gene for each in studied if each.gene)
        yield present(
            {
                "resourceType": "Observation",
                "id": names.id("region", result.report.sha256),
                "status": "preliminary",
                "category": categories(),
                "code": concept(coding("region_studied")),
                "subject": names.to("patient", ""),
                "component": [
                    *(
                        component(concept(coding("gene_studied")), valueCodeableConcept=_gene(each))
                        for each in symbols
                    ),
                    *_told("region_description", "studied: ", studied),
                    *_told("region_description", "not studied: ", silent),
                ],
            }
        )


def _is_studied(result: ReportResult, marker: Marker) -> bool:
    return result.markers[marker].status is not Status.NOT_ASSESSED


def _told(name: str, before: str, which: list[Marker]) -> Iterator[Resource]:
    if which:
        words = before + ", ".join(each.label for each in which)
        yield component(concept(coding(name)), valueString=words)


def _gene(symbol: str) -> Resource:
    known = genes.symbol_of(symbol)
    return gene_symbol(symbol, genes.gene(known).hgnc_id if known else None)


def _code(marker: Marker) -> Resource:
    ours = own("marker", marker.value, marker.label)
    if marker.alteration_class in _IN_THE_GENOME:
        return concept(coding("variant"), ours, text=marker.label)
    if marker in {Marker.MSI, Marker.TMB}:
        return concept(coding(marker.value), ours, text=marker.label)
    return concept(ours, text=marker.label)


def _value(finding: Finding) -> Resource:
    known = finding.biomarker
    if finding.marker is Marker.TMB and (value := stated(finding, "value")) is not None:
        # mut/Mb, as UCUM spells it; another unit (or none) stays in words.
        exact = stated(finding, "unit") == "mut/Mb"
        code = {"system": UNITS, "code": "1/1000000{Base}"} if exact else {}
        return {"valueQuantity": {"value": value, "unit": stated(finding, "unit"), **code}}
    if isinstance(known, Signature) and known.name == Marker.MSI:
        call = _MSI_CALLS.get(known.call or "")
        said = call or ("indeterminate" if finding.status is Status.INDETERMINATE else None)
        codes = [*([coding(said)] if said else []), own("status", finding.status.value)]
        return {"valueCodeableConcept": concept(*codes, text=finding.detail)}
    return _status(finding.status, finding.detail)


def _state(state: MarkerState) -> Resource:
    if state.status is Status.NOT_ASSESSED:
        ours = own("status", state.status.value, "not assessed")
        return {"dataAbsentReason": concept(coding("not_performed"), ours, text="not assessed")}
    return _status(state.status, state.status.value.replace("_", " "))


def _status(status: Status, words: str) -> Resource:
    ours = own("status", status.value)
    if status not in _PRESENCE:
        return {"dataAbsentReason": concept(coding("not_performed"), ours, text=words)}
    return {"valueCodeableConcept": concept(coding(_PRESENCE[status]), ours, text=words)}


def _state_parts(state: MarkerState) -> Iterator[Resource]:
    if state.marker.gene:
        yield component(
            concept(coding("gene_studied")), valueCodeableConcept=_gene(state.marker.gene)
        )
    yield component(
        concept(own("component", "basis"), text="why the status is believed"),
        valueCodeableConcept=concept(own("basis", state.basis.value), text=state.basis.value),
    )
    for specimen, status in sorted(state.by_specimen.items()):
        yield component(
            concept(own("component", "by-specimen"), text=f"in specimen {specimen}"),
            valueCodeableConcept=concept(own("status", status.value), text=status.value),
        )


def _remarks(finding: Finding) -> Iterator[str]:
    yield from finding.conflicts
    if finding.specimen:
        yield f"specimen {finding.specimen}"
    for each in finding.observations:
        place = each.source
        where = f"page {place.page}" if place.page else f"line {place.line}" if place.line else ""
        yield f"printed {where} of file {place.sha256[:16]}: {place.text}"


def _parts(finding: Finding) -> Iterator[Resource]:
    known = finding.biomarker
    if finding.gene:
        yield component(concept(coding("gene_studied")), valueCodeableConcept=_gene(finding.gene))
    if isinstance(known, SmallVariant):
        yield from _names(finding, known)
    if isinstance(known, Fusion):
        yield from _fusion(known)
    if allele := stated(finding, "genomic"):
        yield from _place(allele)
    yield from _amounts(finding)
    yield from _judged(finding)


def _names(finding: Finding, known: SmallVariant) -> Iterator[Resource]:
    protein = (_protein(known.gene), known.hgvs_p)
    dna = (stated(finding, "transcript"), stated(finding, "hgvs_c"))
    for name, (sequence, change) in (("protein_hgvs", protein), ("coding_hgvs", dna)):
        if change:
            # HGVS wants the sequence; without a known one the change stands in words alone.
            full = f"{sequence}:{change}" if sequence else None
            codes = [{"system": HGVS, "code": full}] if full else []
            named = concept(*codes, text=full or change)
            yield component(concept(coding(name)), valueCodeableConcept=named)
    if transcript := stated(finding, "transcript"):
        of = concept({"system": SEQUENCES, "code": transcript}, text=transcript)
        yield component(concept(coding("transcript")), valueCodeableConcept=of)


def _protein(symbol: str) -> str | None:
    known = genes.symbol_of(symbol)
    return genes.gene(known).protein if known else None


def _fusion(known: Fusion) -> Iterator[Resource]:
    for role, partner in (("five-prime", known.five_prime), ("three-prime", known.three_prime)):
        words = role.replace("-", " ") + " partner"
        value = _gene(partner) if partner else concept(text="unknown, not absent")
        code = concept(own("component", role), text=words)
        yield component(code, valueCodeableConcept=value)
    yield component(
        concept(own("component", "fusion-grade"), text="grade of evidence for the fusion"),
        valueCodeableConcept=concept(
            own("fusion-grade", known.grade.value), text=known.grade.value
        ),
    )
    if known.breakpoints:
        code = concept(own("component", "breakpoints"), text="breakpoints")
        yield component(code, valueString=known.breakpoints)


def _place(allele: GenomicAllele) -> Iterator[Resource]:
    assembly = concept(coding(allele.assembly.value), text=allele.assembly.value)
    yield component(concept(coding("assembly")), valueCodeableConcept=assembly)
    name = accession(allele.assembly, allele.chromosome)
    codes = [{"system": SEQUENCES, "code": name}] if name else []
    sequence = concept(*codes, text=name or f"chromosome {allele.chromosome}")
    yield component(concept(coding("genomic_sequence")), valueCodeableConcept=sequence)
    counted = concept(coding("one_based"))
    yield component(concept(coding("coordinates")), valueCodeableConcept=counted)
    yield component(
        concept(coding("position"), text="position"),
        valueRange={"low": {"value": allele.position}},
    )
    yield component(concept(coding("ref_allele")), valueString=allele.ref)
    yield component(concept(coding("alt_allele")), valueString=allele.alt)


def _amounts(finding: Finding) -> Iterator[Resource]:
    known = finding.biomarker
    copies = stated(finding, "copies") or (known.copies if isinstance(known, CopyNumber) else None)
    one = {"system": UNITS, "code": "1"}
    if (vaf := stated(finding, "vaf")) is not None:
        code = concept(coding("vaf"), text="variant allele fraction")
        yield component(code, valueQuantity={"value": vaf, **one})
    if copies is not None:
        yield component(concept(coding("copies")), valueQuantity={"value": copies, **one})
    if (depth := stated(finding, "depth")) is not None:
        # All reads at the place: LOINC 82121-5 counts only those with the allele.
        code = concept(own("component", "depth"), text="reads at the place")
        yield component(code, valueQuantity={"value": depth, **one})


def _judged(finding: Finding) -> Iterator[Resource]:
    if (origin := finding.observations[0].origin) is not Origin.UNKNOWN:
        codes = [coding(origin.value)] if origin is not Origin.CH else [own("origin", "ch")]
        words = "clonal haematopoiesis" if origin is Origin.CH else origin.value
        named = concept(*codes, text=words)
        yield component(concept(coding("origin")), valueCodeableConcept=named)
    if finding.significance is not Significance.UNKNOWN:
        judged = concept(coding(finding.significance.value))
        yield component(concept(coding("significance")), valueCodeableConcept=judged)
    yield component(concept(coding("conclusion")), valueString=finding.detail)
