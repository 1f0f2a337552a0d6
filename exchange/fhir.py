"""One interpreted case in, a FHIR R4 bundle out, after HL7's genomics reporting guide (STU3).

Every result is `preliminary` until a person has signed the interpretation, and `final` from then
on. The same case gives the same bytes on every machine. Held files are in no case, and so in no
bundle.
"""

import json
from typing import Any

from exchange.fhir_findings import findings, markers, regions
from exchange.fhir_flags import implications
from exchange.fhir_people import patient, specimens
from exchange.fhir_words import Names, Resource, categories, coding, concept, own, present, profile
from pipeline.errors import InputError
from pipeline.patient import Interpretation


def bundle(said: Interpretation, *, signed: bool = False) -> bytes:
    """The bundle as UTF-8 JSON, checked against the models of FHIR R4 before it leaves.

    *signed* if this very interpretation is signed, by both where two must sign.

    `InputError` if the library that holds the models is not installed.
    """
    tree = _bundle(said, signed=signed)
    _model().model_validate(tree)
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, indent=1).encode() + b"\n"


def _bundle(said: Interpretation, *, signed: bool) -> Resource:
    names = Names(case=said.case.id)
    examined = specimens(said.case, names)
    results = [
        *markers(said.case, names),
        *findings(said.case, names, frozenset(examined)),
        *regions(said.case, names),
        *implications(said, names),
    ]
    report = _report(said, names, list(examined.values()), results)
    drawn = [report, patient(said.case, names), *examined.values(), *results]
    resources = [_signed(each) for each in drawn] if signed else drawn
    return {
        "resourceType": "Bundle",
        "id": names.id("bundle", ""),
        "type": "collection",
        "entry": [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in resources],
    }


def _signed(resource: Resource) -> Resource:
    waits = resource.get("status") == "preliminary"
    return resource | {"status": "final"} if waits else resource


def _report(
    said: Interpretation, names: Names, examined: list[Resource], results: list[Resource]
) -> Resource:
    stamp = said.knowledge
    versions = {
        "knowledge-release": stamp.release,
        "knowledge-sha256": stamp.sha256,
        "code-version": said.code_version,
    }
    return present(
        {
            "resourceType": "DiagnosticReport",
            "id": names.id("report", ""),
            "meta": profile("genomic-report")
            | {"tag": [own(name, text) for name, text in versions.items()]},
            "identifier": [{"system": "urn:x-oncoflag:case", "value": said.case.id}],
            "status": "preliminary",
            "category": categories()[1:],
            "code": concept(coding("report")),
            "subject": names.to("patient", ""),
            "effectiveDateTime": said.as_of.isoformat(),
            "specimen": [{"reference": f"urn:uuid:{each['id']}"} for each in examined],
            "result": [{"reference": f"urn:uuid:{each['id']}"} for each in results],
            "conclusion": " ".join(said.notes),
        }
    )


def _model() -> Any:  # noqa: ANN401 - a class of an extra
    try:
        from fhir.resources.R4B.bundle import Bundle  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputError("FHIR needs a library: pip install 'oncoflag[fhir]'") from None
    return Bundle
