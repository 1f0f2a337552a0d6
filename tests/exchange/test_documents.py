"""The JSON contract: a small report and a small case, and the documents written by hand."""

import json
import math
import re
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from exchange.documents import (
    VERSION,
    case_document,
    report_document,
    text,
    withheld_document,
)
from pipeline.model import (
    Analyte,
    Assembly,
    Basis,
    Completeness,
    FileKind,
    Finding,
    Fusion,
    FusionGrade,
    GenomicAllele,
    Identity,
    Marker,
    MarkerState,
    Notice,
    Observation,
    Report,
    ReportResult,
    ReportStatus,
    Significance,
    SmallVariant,
    Source,
    Specimen,
    Status,
)
from pipeline.patient import (
    Case,
    Evaluation,
    FlagKind,
    Interpretation,
    Jurisdiction,
    KnowledgeStamp,
    NearMiss,
    NotAssessed,
    Outcome,
    Patient,
    Site,
    Suggestion,
    TherapyFlag,
    Tiers,
)

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "json.schema.json").read_text(encoding="utf-8"))
SHA = "a" * 64
STAMP = KnowledgeStamp(release="2026.11.02", sha256="b" * 64)

VARIANT = Finding(
    marker=Marker.IDH1_MUTATION,
    status=Status.DETECTED,
    basis=Basis.EXPLICIT,
    significance=Significance.PATHOGENIC,
    detail="p.R132C",
    gene="IDH1",
    specimen="T1",
    biomarker=SmallVariant(
        gene="IDH1", hgvs_p="p.R132C", hgvs_c="c.394C>T", transcript="NM_005896.4"
    ),
    observations=(
        Observation(
            marker=Marker.IDH1_MUTATION,
            status=Status.DETECTED,
            basis=Basis.EXPLICIT,
            source=Source(sha256=SHA, reader="vcf 1", text="2\t209113113\t.\tG\tA", line=12),
            gene="IDH1",
            alteration="p.Arg132Cys",
            analyte=Analyte.DNA,
            genomic=GenomicAllele(
                assembly=Assembly.GRCH37, chromosome="2", position=209113113, ref="G", alt="A"
            ),
            vaf=0.31,
            depth=412,
        ),
    ),
)
FUSION = Finding(
    marker=Marker.FGFR2_FUSION,
    status=Status.DETECTED,
    basis=Basis.EXPLICIT,
    significance=Significance.UNKNOWN,
    detail="FGFR2::?",
    gene="FGFR2",
    biomarker=Fusion(
        gene="FGFR2", five_prime="FGFR2", three_prime=None, grade=FusionGrade.C
    ),
    observations=(
        Observation(
            marker=Marker.FGFR2_FUSION,
            status=Status.DETECTED,
            basis=Basis.EXPLICIT,
            source=Source(
                sha256=SHA, reader="two_column 1", text="FGFR2 rearrangement", page=1,
                bbox=(72.0, 100.0, 200.0, 112.0),
            ),
        ),
    ),
)  # fmt: skip


def states(**known: Status) -> dict[Marker, MarkerState]:
    return {
        marker: MarkerState(
            marker=marker,
            status=known.get(marker.value, Status.NOT_ASSESSED),
            basis=Basis.EXPLICIT if marker.value in known else Basis.DEFAULT,
            detail="p.R132C" if marker.value in known else "not examined",
        )
        for marker in Marker
    }


def result(status: ReportStatus = ReportStatus.FINAL) -> ReportResult:
    read = status.is_read
    return ReportResult(
        report=Report(
            file="a.vcf",
            sha256=SHA,
            kind=FileKind.VCF,
            status=status,
            assembly=Assembly.GRCH37,
            tumour_type="cholangiocarcinoma",
            is_btc=True,
            completeness=Completeness(proven=read, evidence="20 lines = 3 parsed + 17 skipped"),
            specimens=(Specimen(id="T1", tumour_percent=40, collected=date(2026, 2, 10)),),
            identity=Identity(accession="SYN-26-0220"),
            reasons=() if read else ("the genome build is not stated",),
            code=None if read else "no_build",
            notices=(Notice(code="unfiltered", message="no row has a FILTER"),),
        ),
        markers=states(IDH1_MUTATION=Status.DETECTED) if read else states(),
        findings=(VARIANT, FUSION) if read else (),
        notices=(Notice(code="unfiltered", message="no row has a FILTER"),),
    )


def interpretation(*results: ReportResult) -> Interpretation:
    unknown = Evaluation(
        criterion="prior_lines_at_least(1)",
        outcome=Outcome.UNDETERMINED,
        sentence="number of prior lines not stated",
        missing="number of prior lines",
    )
    return Interpretation(
        case=Case(
            id="C1",
            patient=Patient(site=Site.INTRAHEPATIC, ecog=1, identity=Identity(name="Nobody, Ann")),
            reports=results,
            markers=states(IDH1_MUTATION=Status.DETECTED),
            findings=(VARIANT,),
        ),
        as_of=date(2026, 11, 2),
        jurisdictions=(Jurisdiction.US,),
        flags=(
            TherapyFlag(
                marker=Marker.IDH1_MUTATION,
                therapy="ivosidenib",
                kind=FlagKind.ASK,
                line="2",
                status="regular",
                status_date="2021-08-25",
                jurisdiction=Jurisdiction.US,
                tiers=Tiers(escat="I-A"),
                because=("IDH1 p.R132C",),
                indication_id="idh1-ivosidenib-us",
                findings=(VARIANT,),
                evaluations=(unknown,),
            ),
        ),
        suggestions=(
            Suggestion(
                line="first",
                rank=1,
                regimen="cisplatin + durvalumab + gemcitabine",
                kind=FlagKind.SUGGEST,
                because=("fit",),
            ),
        ),
        near_misses=(NearMiss(marker=None, therapy="x", reason="no marker is kept for it"),),
        not_assessed=(NotAssessed(marker=Marker.MSI, status="not_assessed", order="order MSI"),),
        notes=("Decision support for professionals.",),
        knowledge=STAMP,
        code_version="0.1.0",
    )


def documents() -> list[tuple[str, dict[str, Any]]]:
    held = result(ReportStatus.HELD)
    return [
        ("read", report_document(result())),
        ("read, held", report_document(held)),
        ("one report", case_document(interpretation(result()))),
        ("two reports", case_document(interpretation(result(), result()))),
        ("no report", case_document(interpretation())),
        ("held", withheld_document(held, None, STAMP, date(2026, 11, 2))),
        ("whose?", withheld_document(result(), "one identifier", STAMP, date(2026, 11, 2))),
    ]


@pytest.mark.parametrize("document", [pytest.param(each, id=name) for name, each in documents()])
def test_every_document_obeys_the_schema(document: dict[str, Any]) -> None:
    jsonschema.validate(json.loads(text(document)), SCHEMA)


@pytest.mark.parametrize("left_out", ["markers", "report", "findings", "warnings", "version"])
def test_the_schema_refuses_a_document_with_a_hole(left_out: str) -> None:
    document = report_document(result())
    del document[left_out]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def test_the_schema_refuses_a_silent_marker() -> None:
    document = report_document(result())
    del document["markers"]["MSI"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def test_the_schema_knows_every_marker() -> None:
    assert SCHEMA["$defs"]["marker"]["enum"] == [marker.value for marker in Marker]
    assert SCHEMA["$defs"]["markers"]["minProperties"] == len(Marker)


def test_a_variant_is_told_with_its_place() -> None:
    assert report_document(result())["findings"][0] == {
        "marker": "IDH1_MUTATION",
        "gene": "IDH1",
        "status": "detected",
        "basis": "explicit",
        "significance": "pathogenic",
        "detail": "p.R132C",
        "alteration": "p.Arg132Cys",
        "hgvs_p": "p.R132C",
        "hgvs_c": "c.394C>T",
        "transcript": "NM_005896.4",
        "genomic": "GRCh37:2:209113113:G>A",
        "fusion": None,
        "vaf": 0.31,
        "depth": 412,
        "copies": None,
        "value": None,
        "unit": None,
        "specimen": "T1",
        "origin": "unknown",
        "analyte": "DNA",
        "conflicts": [],
        "source": {
            "page": None, "bbox": None, "line": 12, "text": "2\t209113113\t.\tG\tA",
            "sha256": SHA, "reader": "vcf 1",
        },
        "sources": [
            {
                "page": None, "bbox": None, "line": 12, "text": "2\t209113113\t.\tG\tA",
                "sha256": SHA, "reader": "vcf 1",
            }
        ],
    }  # fmt: skip


def test_a_partner_nobody_knows_is_null_and_a_page_has_its_box() -> None:
    told = report_document(result())["findings"][1]
    assert told["fusion"] == {
        "five_prime": "FGFR2", "three_prime": None, "grade": "C", "breakpoints": None,
    }  # fmt: skip
    assert told["hgvs_p"] is None
    assert (told["source"]["page"], told["source"]["bbox"]) == (1, [72.0, 100.0, 200.0, 112.0])


def test_a_report_says_what_it_is() -> None:
    assert report_document(result())["report"] == {
        "file": "a.vcf",
        "sha256": SHA,
        "kind": "vcf",
        "vendor": None,
        "assay": None,
        "assay_version": None,
        "status": "final",
        "code": None,
        "reasons": [],
        "accession": None,
        "report_version": 1,
        "reported": None,
        "tumour_type": "cholangiocarcinoma",
        "is_btc": True,
        "assembly": "GRCh37",
        "complete": True,
        "completeness": {"evidence": "20 lines = 3 parsed + 17 skipped", "missing": []},
        "specimens": [
            {
                "id": "T1", "analyte": None, "site": None, "tumour_percent": 40,
                "collected": "2026-02-10", "received": None,
            }
        ],
        "identity": {
            "mrn": None, "assigning_authority": None, "name": None, "dob": None,
            "accession": "SYN-26-0220", "specimen_id": None,
        },
        "superseded": [],
    }  # fmt: skip


def test_a_warning_is_given_once() -> None:
    told = report_document(result())["warnings"]
    assert told == [{"code": "unfiltered", "message": "no row has a FILTER"}]


def test_a_flag_names_what_is_missing() -> None:
    (flag,) = case_document(interpretation(result()))["interpretation"]["flags"]
    assert flag["kind"] == "ASK"
    assert flag["missing"] == ["number of prior lines"]
    assert flag["tiers"] == {"amp_asco_cap": None, "escat": "I-A", "evidence": None}
    assert flag["findings"] == ["p.R132C"]


def test_the_context_holds_what_is_stated_and_nobody_by_name() -> None:
    told = case_document(interpretation(result()))["interpretation"]
    assert told["patient"] == {"site": "intrahepatic", "ecog": 1}
    assert "Nobody" not in json.dumps(told)


def test_one_report_stands_alone_several_stand_in_the_list() -> None:
    one, two = (interpretation(*[result()] * number) for number in (1, 2))
    assert case_document(one)["report"]["file"] == "a.vcf"
    assert case_document(two)["report"] is None
    assert len(case_document(two)["reports"]) == 2


def test_nothing_is_suggested_from_a_held_file() -> None:
    held = withheld_document(result(ReportStatus.HELD), None, STAMP, date(2026, 11, 2))
    told = held["interpretation"]
    assert held["case"] is None
    assert (told["flags"], told["suggestions"]) == ([], [])
    assert [each["marker"] for each in told["not_assessed"]] == [each.value for each in Marker]
    assert told["notes"] == ["withheld: the genome build is not stated"]
    assert {each["status"] for each in held["markers"].values()} == {"not_assessed"}


def test_a_document_is_one_line_and_plain_json() -> None:
    line = text(report_document(result()))
    assert "\n" not in line
    assert json.loads(line)["version"] == VERSION == 1
    with pytest.raises(ValueError, match="JSON"):
        text({"value": math.nan})


def test_every_field_stands_in_the_documentation() -> None:
    """docs/json.md is the contract: a field that it does not name is not in it."""
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    for name, document in documents():
        assert [key for key in _keys(document) if not re.search(rf"[`\"]{key}[`\"]", page)] == [], (
            name
        )


def _keys(value: Any) -> set[str]:
    free = {"markers", "by_specimen", "patient"}
    if isinstance(value, list):
        return set().union(*(_keys(each) for each in value)) if value else set()
    if not isinstance(value, dict):
        return set()
    below = (
        _keys(list(each.values())) if key in free and isinstance(each, dict) else _keys(each)
        for key, each in value.items()
    )
    return set(value).union(*below)
