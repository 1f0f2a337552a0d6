"""FHIR: valid by the models of R4, the same bytes each time, silence visible, text harmless."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from exchange.fhir import bundle
from exchange.fhir_words import coding
from pipeline.errors import KnowledgeError
from pipeline.model import (
    Analyte,
    Basis,
    CopyNumber,
    Expression,
    Finding,
    Identity,
    Marker,
    MarkerState,
    Observation,
    Origin,
    Signature,
    Significance,
    Source,
    Specimen,
    Status,
)
from pipeline.patient import Interpretation, Patient
from pipeline.tables import packaged, rows
from tests.exchange.test_documents import FUSION, SHA, interpretation, result

ROOT = Path(__file__).parents[2]
pytest.importorskip("fhir.resources")


def told(said: Interpretation) -> list[dict[str, Any]]:
    return [each["resource"] for each in json.loads(bundle(said))["entry"]]


def the(resources: list[dict[str, Any]], text: str, profile: str | None = None) -> dict[str, Any]:
    """The observation with this text, of this profile (None: the state of the marker)."""
    (found,) = [
        each
        for each in resources
        if each["resourceType"] == "Observation" and each["code"].get("text") == text
        if (each.get("meta", {}).get("profile", [""])[0].split("/")[-1].split("|")[0] or None)
        == profile
    ]
    return found


def parts(observation: dict[str, Any]) -> dict[str, Any]:
    """The components by the code of their first coding."""
    return {
        each["code"]["coding"][0]["code"]: next(v for k, v in each.items() if k != "code")
        for each in observation["component"]
    }


def with_finding(finding: Finding) -> Interpretation:
    said = interpretation(result())
    return replace(said, case=replace(said.case, findings=(finding,)))


def seen(marker: Marker, status: Status, **known: Any) -> Finding:
    biomarker = known.pop("biomarker", None)
    significance = known.pop("significance", Significance.UNKNOWN)
    return Finding(
        marker=marker,
        status=status,
        basis=Basis.EXPLICIT,
        significance=significance,
        detail=known.pop("detail", "as printed"),
        gene=marker.gene,
        biomarker=biomarker,
        observations=(
            Observation(
                marker=marker,
                status=status,
                basis=Basis.EXPLICIT,
                source=Source(sha256=SHA, reader="r 1", text="printed", page=3),
                **known,
            ),
        ),
    )


def test_the_bundle_holds_what_the_case_holds() -> None:
    kinds = [each["resourceType"] for each in told(interpretation(result()))]
    # 25 markers, one finding, one report's region, one flag
    assert kinds == ["DiagnosticReport", "Patient", "Specimen", *["Observation"] * 28]


def test_every_reference_leads_to_a_resource_and_every_result_is_in_the_report() -> None:
    whole = json.loads(bundle(interpretation(result(), replace_file(result()))))
    urls = {each["fullUrl"] for each in whole["entry"]}
    assert len(urls) == len(whole["entry"])
    assert references(whole) <= urls
    report = whole["entry"][0]["resource"]
    observed = [e for e in whole["entry"] if e["resource"]["resourceType"] == "Observation"]
    assert [each["reference"] for each in report["result"]] == [e["fullUrl"] for e in observed]


def replace_file(known: Any) -> Any:
    return replace(known, report=replace(known.report, sha256="c" * 64))


def references(tree: Any) -> set[str]:
    if isinstance(tree, list):
        return set().union(*map(references, tree))
    if not isinstance(tree, dict):
        return set()
    own = {tree["reference"]} if "reference" in tree else set()
    return own.union(*map(references, tree.values()))


def test_nothing_is_final_before_a_person_signed() -> None:
    statuses = {each["status"] for each in told(interpretation(result())) if "status" in each}
    assert statuses == {"preliminary"}


# status of a marker | what a receiver reads
STATUSES = [
    (Status.DETECTED, "LA9633-4", "detected"),
    (Status.NOT_DETECTED, "LA9634-2", "not_detected"),
    (Status.INDETERMINATE, "LA11884-6", "indeterminate"),
]


@pytest.mark.parametrize(("status", "code", "ours"), STATUSES)
def test_a_marker_with_a_result_says_it(status: Status, code: str, ours: str) -> None:
    said = with_state(MarkerState(marker=Marker.BRAF_MUTATION, status=status, basis=Basis.EXPLICIT,
                                  detail="as printed"))  # fmt: skip
    state = the(told(said), "BRAF mutation")
    assert [each["code"] for each in state["valueCodeableConcept"]["coding"]] == [code, ours]
    assert "dataAbsentReason" not in state


def with_state(state: MarkerState) -> Interpretation:
    said = interpretation(result())
    return replace(
        said, case=replace(said.case, markers={**said.case.markers, state.marker: state})
    )


def test_a_marker_nobody_looked_at_has_no_value_but_a_reason() -> None:
    resources = told(interpretation(result()))
    silent = [each for each in resources if "dataAbsentReason" in each]
    assert len(silent) == len(Marker) - 1
    assert all("valueCodeableConcept" not in each for each in silent)
    msi = the(resources, "MSI")
    assert [each["code"] for each in msi["dataAbsentReason"]["coding"]] == [
        "not-performed", "not_assessed",
    ]  # fmt: skip
    assert msi["note"] == [{"text": "not examined"}]


def test_the_region_studied_names_what_was_not_studied() -> None:
    (region,) = [
        each
        for each in told(interpretation(result()))
        if each.get("code", {}).get("coding", [{}])[0].get("code") == "53041-0"
    ]
    described = [each["valueString"] for each in region["component"] if "valueString" in each]
    assert described[0] == "studied: IDH1 mutation"
    assert described[1].startswith("not studied: FGFR2 fusion, FGFR2 mutation, ")
    assert "MSI" in described[1]


def test_a_variant_carries_its_names_place_and_amounts() -> None:
    variant = the(told(interpretation(result())), "IDH1 mutation", "variant")
    found = parts(variant)
    assert found["48018-6"]["coding"] == [
        {"system": "http://www.genenames.org", "code": "HGNC:5382", "display": "IDH1"}
    ]
    assert found["48005-3"]["text"] == "NP_005887.2:p.R132C"
    assert found["48004-6"]["coding"][0]["code"] == "NM_005896.4:c.394C>T"
    assert found["51958-7"]["coding"][0]["code"] == "NM_005896.4"
    assert found["62374-4"]["coding"][0]["code"] == "LA14029-5"
    assert found["48013-7"]["coding"][0]["code"] == "NC_000002.11"
    assert found["81254-5"] == {"low": {"value": 209113113}}
    assert (found["69547-8"], found["69551-0"]) == ("G", "A")
    assert found["81258-6"]["value"] == 0.31
    assert found["depth"]["value"] == 412
    assert found["53037-8"]["coding"][0]["code"] == "LA6668-3"
    assert variant["specimen"]["reference"].startswith("urn:uuid:")


def test_an_unknown_partner_is_not_absent() -> None:
    found = parts(the(told(with_finding(FUSION)), "FGFR2 fusion", "variant"))
    assert found["five-prime"]["text"] == "FGFR2"
    assert found["three-prime"] == {"text": "unknown, not absent"}
    assert found["fusion-grade"]["text"] == "C"


# finding | profile | the value that a receiver reads
VALUES = [
    (
        seen(Marker.MSI, Status.DETECTED, biomarker=Signature(name="MSI", call="high")),
        "MSI", "valueCodeableConcept", "LA26203-2",
    ),
    (
        seen(Marker.MSI, Status.INDETERMINATE, biomarker=Signature(name="MSI", call="low")),
        "MSI", "valueCodeableConcept", "LA26202-4",
    ),
    (
        seen(Marker.MSI, Status.INDETERMINATE, biomarker=Signature(name="MSI", call="equivocal")),
        "MSI", "valueCodeableConcept", "LA11884-6",
    ),
    (
        seen(Marker.MSI, Status.NOT_DETECTED, biomarker=Signature(name="MSI", call="not high")),
        "MSI", "valueCodeableConcept", "not_detected",
    ),
    (
        seen(Marker.TMB, Status.DETECTED, value=14.0, unit="mut/Mb"),
        "TMB", "valueQuantity", "1/1000000{Base}",
    ),
    (
        seen(Marker.TMB, Status.INDETERMINATE, value=14.0),
        "TMB", "valueQuantity", None,
    ),
    (
        seen(Marker.HER2_IHC, Status.DETECTED, biomarker=Expression(method="IHC", call="3+")),
        "HER2 IHC", "valueCodeableConcept", "LA9633-4",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("finding", "text", "element", "code"), VALUES)
def test_a_valued_marker_says_its_value(
    finding: Finding, text: str, element: str, code: str | None
) -> None:
    value = the(told(with_finding(finding)), text, "molecular-biomarker")[element]
    given = value.get("code") if element == "valueQuantity" else value["coding"][0]["code"]
    assert given == code


# origin and significance | codes
JUDGED = [
    (Origin.GERMLINE, Significance.BENIGN, "LA6683-2", "LA6675-8"),
    (Origin.SOMATIC, Significance.VUS, "LA6684-0", "LA26333-7"),
    (Origin.CH, Significance.LIKELY_PATHOGENIC, "ch", "LA26332-9"),
    (Origin.UNKNOWN, Significance.UNKNOWN, None, None),
]


@pytest.mark.parametrize(("origin", "significance", "source", "meaning"), JUDGED)
def test_origin_and_significance_are_coded_or_left_out(
    origin: Origin, significance: Significance, source: str | None, meaning: str | None
) -> None:
    finding = seen(Marker.KRAS_MUTATION, Status.DETECTED, origin=origin, significance=significance)
    found = parts(the(told(with_finding(finding)), "KRAS mutation", "variant"))
    codes = [
        found.get(name, {}).get("coding", [{}])[0].get("code") for name in ("48002-0", "53037-8")
    ]
    assert codes == [source, meaning]


def test_copies_are_told_from_either_place() -> None:
    known = CopyNumber(gene="ERBB2", change="amplification", copies=12.0)
    finding = seen(Marker.ERBB2_AMPLIFICATION, Status.DETECTED, biomarker=known)
    found = parts(the(told(with_finding(finding)), "ERBB2 amplification", "variant"))
    assert found["82155-3"]["value"] == 12.0


def test_a_flag_tells_what_to_do_why_and_by_which_knowledge() -> None:
    (flag,) = [
        each
        for each in told(interpretation(result()))
        if "therapeutic-implication" in each.get("meta", {}).get("profile", [""])[0]
    ]
    found = parts(flag)
    assert found["51963-7"] == {"text": "ivosidenib"}
    assert found["kind"]["text"] == "ASK"
    assert found["93044-6"]["text"] == "ESCAT I-A"
    assert (found["line"], found["jurisdiction"]) == ("2", "US")
    assert found["regulatory-status"] == "regular"
    assert found["knowledge-release"] == "2026.11.02"
    assert flag["effectiveDateTime"] == "2026-11-02"
    assert {"text": "not stated: number of prior lines"} in flag["note"]
    # the finding and the state of its marker
    assert len(flag["derivedFrom"]) == 2


def test_the_patient_carries_every_identifier_with_its_authority() -> None:
    said = interpretation(result())
    identity = Identity(mrn="0042", assigning_authority="EXEMPLA", name="Nobody, Ann",
                        dob=date(1961, 1, 1))  # fmt: skip
    case = replace(said.case, patient=Patient(identity=identity, sex="female"))
    patient = told(replace(said, case=case))[1]
    assert patient["identifier"][1] == {
        "type": {"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR",
            "display": "Medical record number",
        }]},
        "value": "0042",
        "assigner": {"display": "EXEMPLA"},
    }  # fmt: skip
    assert patient["name"] == [{"text": "Nobody, Ann"}]
    assert (patient["gender"], patient["birthDate"]) == ("female", "1961-01-01")


def test_a_sex_that_fhir_does_not_know_is_left_out() -> None:
    assert "gender" not in told(interpretation(result()))[1]


def test_a_specimen_is_told_once_from_all_reports() -> None:
    one = result()
    also = Specimen(id="T1", analyte=Analyte.DNA, site="liver")
    two = replace(one, report=replace(one.report, sha256="c" * 64, specimens=(also,)))
    (specimen,) = [e for e in told(interpretation(one, two)) if e["resourceType"] == "Specimen"]
    assert specimen["collection"] == {
        "collectedDateTime": "2026-02-10", "bodySite": {"text": "liver"},
    }  # fmt: skip
    assert [each["code"] for each in specimen["type"]["coding"]] == ["DNA"]
    assert specimen["note"] == [{"text": "tumour content 40 %"}]


def test_reports_that_differ_about_a_specimen_are_both_heard() -> None:
    one = result()
    also = Specimen(id="T1", collected=date(2026, 2, 11), tumour_percent=15)
    two = replace(one, report=replace(one.report, sha256="c" * 64, specimens=(also,)))
    (specimen,) = [e for e in told(interpretation(one, two)) if e["resourceType"] == "Specimen"]
    assert [each["text"] for each in specimen["note"]] == [
        "tumour content 40 %", "tumour content 15 %",
        "reports differ: collected 2026-02-10 or 2026-02-11",
    ]  # fmt: skip


HOSTILE = "</script>\x00\u202egnp.exe\r\nInjected: yes\u2028\x1b[2J\ufeff"


def test_text_of_a_report_has_no_power() -> None:
    finding = seen(Marker.KRAS_MUTATION, Status.DETECTED, detail=HOSTILE, alteration=HOSTILE)
    said = with_finding(replace(finding, specimen=HOSTILE, conflicts=(HOSTILE,)))
    text = bundle(replace(said, notes=(HOSTILE, " "))).decode()
    assert json.loads(text)["entry"]
    for bad in ("\x00", "\u202e", "\u2028", "\x1b", "\ufeff", "\\u0000", "\\u202e", "\\r", "\\n"):
        assert bad not in text
    assert "</script> " in text


def test_the_same_case_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import sys, hashlib; from exchange.fhir import bundle;"
        "from tests.exchange.test_documents import interpretation, result;"
        "print(hashlib.sha256(bundle(interpretation(result()))).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert runs[0] == runs[1]


def test_two_cases_share_no_id() -> None:
    said = interpretation(result())
    other = replace(said, case=replace(said.case, id="C2"))
    one, two = ({each["id"] for each in told(case)} for case in (said, other))
    assert one & two == set()


def test_every_code_has_a_source_and_says_whether_it_was_checked() -> None:
    table = rows(packaged("exchange", "fhir_codes.csv"))
    assert len({row["name"] for row in table}) == len(table)
    assert all(row["source"] and row["checked"] in {"yes", "recall"} for row in table)
    with pytest.raises(KnowledgeError, match="no code named"):
        coding("unheard-of")


def test_every_code_of_the_table_is_used() -> None:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "exchange").glob("fhir*.py"))
    values = {each.value for each in (*Origin, *Significance, *Marker)} | {"GRCh37", "GRCh38"}
    names = {row["name"] for row in rows(packaged("exchange", "fhir_codes.csv"))}
    assert [name for name in sorted(names) if f'"{name}"' not in text and name not in values] == []
