"""A case in, who and what was examined out: the FHIR patient and the specimens."""

from collections import defaultdict
from collections.abc import Iterator

from exchange.fhir_words import Names, Resource, coding, concept, own, present
from pipeline.model import Identity, Report, Specimen
from pipeline.patient import Case

_GENDERS = {"female": "female", "f": "female", "male": "male", "m": "male"}


def patient(case: Case, names: Names) -> Resource:
    """The patient: every identifier as printed, with who assigned it."""
    known = (case.patient.identity, *(each.report.identity for each in case.reports))
    born = next((each.dob for each in known if each.dob), None)
    return present(
        {
            "resourceType": "Patient",
            "id": names.id("patient", ""),
            "identifier": list(_numbers(case, known)),
            "name": [{"text": name} for name in dict.fromkeys(each.name for each in known) if name],
            "gender": _GENDERS.get((case.patient.sex or "").strip().lower()),
            "birthDate": born and born.isoformat(),
        }
    )


def specimens(case: Case, names: Names) -> dict[str, Resource]:
    """Every specimen by its name, or by its report where nothing names it."""
    entries: defaultdict[str, list[tuple[Specimen, Report]]] = defaultdict(list)
    for result in case.reports:
        for number, each in enumerate(result.report.specimens):
            entries[each.id or f"{result.report.sha256}/{number}"].append((each, result.report))
    return {key: _specimen(key, same, names) for key, same in entries.items()}


def _numbers(case: Case, known: tuple[Identity, ...]) -> Iterator[Resource]:
    yield {"system": "urn:x-oncoflag:case", "value": case.id}
    numbers = dict.fromkeys((each.mrn, each.assigning_authority) for each in known if each.mrn)
    assigned = {number for number, authority in numbers if authority}
    for number, authority in numbers:
        if not authority and number in assigned:
            continue
        yield {
            "type": concept(coding("record_number")),
            "value": number,
            "assigner": {"display": authority},
        }


def _specimen(key: str, same: list[tuple[Specimen, Report]], names: Names) -> Resource:
    """One specimen as all its entries tell it; entries that differ are all in the notes."""
    accession, lab = next(((r.accession, r.vendor) for _, r in same if r.accession), (None, None))
    return present(
        {
            "resourceType": "Specimen",
            "id": names.id("specimen", key),
            "identifier": [{"value": same[0][0].id}],
            "accessionIdentifier": {
                "type": concept(coding("accession_number")),
                "value": accession,
                "assigner": {"display": lab},
            }
            if accession
            else None,
            "type": concept(*(own("analyte", each) for each in _each(same, "analyte"))),
            "subject": names.to("patient", ""),
            "receivedTime": next(iter(_each(same, "received")), None),
            "collection": {
                "collectedDateTime": next(iter(_each(same, "collected")), None),
                "bodySite": {"text": ", ".join(_each(same, "site"))},
            },
            "note": [{"text": text} for text in _notes(same)],
        }
    )


def _notes(same: list[tuple[Specimen, Report]]) -> Iterator[str]:
    yield from (f"tumour content {each} %" for each in _each(same, "tumour_percent"))
    for name in ("collected", "received"):
        if len(days := _each(same, name)) > 1:
            yield f"reports differ: {name} {' or '.join(days)}"


def _each(same: list[tuple[Specimen, Report]], name: str) -> tuple[str, ...]:
    """Every value of a field that any entry states, in words, once."""
    values = (getattr(specimen, name) for specimen, _ in same)
    told = (
        f"{one:g}" if isinstance(one, float | int) else str(one)
        for one in values
        if one is not None
    )
    return tuple(dict.fromkeys(told))
