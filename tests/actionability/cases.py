"""Words a clinician writes in, core types out: builds cases for the tables of this folder."""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path

from pipeline.model import (
    Analyte,
    Basis,
    Biomarker,
    CopyNumber,
    Expression,
    Finding,
    Fusion,
    FusionGrade,
    Marker,
    MarkerState,
    Observation,
    Origin,
    Signature,
    Significance,
    SmallVariant,
    Source,
    Status,
)
from pipeline.patient import Case, Jurisdiction, Patient, Site, Stage

TODAY = date(2026, 11, 21)
HERE = Path(__file__).parent
SOURCE = Source(sha256="0" * 64, reader="table 1", text="as written in the table", line=1)
FIT = (
    "stage=IV ecog=1 crcl_ml_min=80 bilirubin=0.8 bilirubin_uln=1.0 bilirubin_unit=mg/dl "
    "biliary_obstruction=no cardiac_disease=no neuropathy_grade=0 hearing_loss=no "
    "autoimmune_disease=no organ_transplant=no immunotherapy_contraindication=no ild=no "
    "lvef_percent=60 qtc_ms=420 dpyd=normal ugt1a1=normal sex=male pregnant=no"
)


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return [
            {key: (cell or "").strip() for key, cell in row.items()} for row in csv.DictReader(file)
        ]


def patient(text: str) -> Patient:
    """`site=distal ecog=1 prior_agents=GemCis;durvalumab` to a patient; `fit` adds FIT."""
    words = text.replace("fit", FIT, 1).split() if text.split()[:1] == ["fit"] else text.split()
    pairs = dict(word.split("=", 1) for word in words)
    kinds = {field.name: str(field.type) for field in fields(Patient)}
    unknown = set(pairs) - set(kinds)
    assert not unknown, f"no such column of patients.csv: {unknown}"
    return Patient(**{name: _value(name, cell) for name, cell in pairs.items()})


def _value(name: str, cell: str) -> object:
    special = {"site": Site, "stage": Stage, "jurisdiction": Jurisdiction}
    if name in special:
        return special[name](cell)
    if name == "prior_agents":
        return tuple(part.replace("_", " ") for part in cell.split(";") if part)
    if name in {"ecog", "prior_lines", "neuropathy_grade"}:
        return int(cell)
    if cell in {"yes", "no"}:
        return cell == "yes"
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell):
        return float(cell)
    return cell.replace("_", " ")


def finding(
    marker: Marker,
    detail: str,
    biomarker: Biomarker | None,
    *,
    status: Status = Status.DETECTED,
    significance: Significance = Significance.PATHOGENIC,
    origin: Origin = Origin.SOMATIC,
    analyte: Analyte | None = Analyte.DNA,
    conflicts: tuple[str, ...] = (),
) -> Finding:
    seen = Observation(
        marker=marker,
        status=status,
        basis=Basis.EXPLICIT,
        source=SOURCE,
        alteration=detail,
        significance=significance,
        origin=origin,
        analyte=analyte,
    )
    return Finding(
        marker=marker,
        status=status,
        basis=Basis.EXPLICIT,
        significance=significance,
        detail=detail,
        observations=(seen,),
        biomarker=biomarker,
        gene=marker.gene,
        conflicts=conflicts,
    )


def read(words: str) -> Finding:
    """One finding as a clinician writes it: `IDH1 p.R132C`, `FGFR2::BICC1 grade A`, `MSI-H`."""
    silent = [word for word in ("VUS", "benign") if words.endswith(f" {word}")]
    text = words.removesuffix(" VUS").removesuffix(" benign")
    analyte = Analyte.CFDNA if text.endswith(" in plasma") else Analyte.DNA
    text = text.removesuffix(" in plasma")
    unclear = text.endswith(" indeterminate")
    text = text.removesuffix(" indeterminate")
    marker, biomarker = _biomarker(text)
    kinds = {"VUS": Significance.VUS, "benign": Significance.BENIGN}
    status = Status.INDETERMINATE if unclear or "IHC 2+" in text else Status.DETECTED
    if re.search(r"IHC (0|1\+)|ISH not amplified|MSS|pMMR", text):
        status = Status.NOT_DETECTED
    significance = kinds[silent[0]] if silent else Significance.PATHOGENIC
    return finding(
        marker, words, biomarker, status=status, significance=significance, analyte=analyte
    )


def _biomarker(text: str) -> tuple[Marker, Biomarker | None]:
    fused = re.fullmatch(r"(\w+|\?)::(\w+|\?)(?: grade ([A-D]))?", text)
    if fused:
        return _fusion(*fused.groups())
    if match := re.fullmatch(r"(\w+) (p\.\S+|mutation)", text):
        gene, change = match.groups()
        named = change if change.startswith("p.") else None
        return Marker(f"{gene}_MUTATION"), SmallVariant(gene=gene, hgvs_p=named)
    if match := re.fullmatch(r"(\w+) (amplification|gain|equivocal)", text):
        gene, change = match.groups()
        marker = Marker(f"{gene}_AMPLIFICATION")
        return marker, CopyNumber(gene=gene, change=change, copies=None)  # type: ignore[arg-type]
    if match := re.fullmatch(r"HER2 IHC (\S+)", text):
        return Marker.HER2_IHC, Expression(method="IHC", call=match[1], score=match[1])
    if match := re.fullmatch(r"HER2 ISH (amplified|not amplified)", text):
        return Marker.HER2_ISH, Expression(method="ISH", call=match[1])
    if match := re.fullmatch(r"TMB (high|\d\S*)", text):
        value = float(match[1]) if match[1][0].isdigit() else None
        return Marker.TMB, Signature(name="TMB", call="high", value=value, unit="mut/Mb")
    if text in {"MSI-H", "MSS"}:
        return Marker.MSI, Signature(name="MSI", call="high" if text == "MSI-H" else "stable")
    if text in {"MSI-L", "TMB blood"}:
        open_value = {"name": "MSI", "call": "low"} if text == "MSI-L" else {"name": "TMB"}
        blood = {"call": "blood", "value": 14.0, "unit": "mut/Mb"} if text == "TMB blood" else {}
        return Marker(text[:3]), Signature(**{**open_value, **blood})  # type: ignore[arg-type]
    if text in {"dMMR", "pMMR"}:
        return Marker.MMR, Expression(method="MMR", call="loss" if text == "dMMR" else "intact")
    if match := re.fullmatch(r"(\w+) unresolved", text):
        return Marker(match[1]), None
    raise AssertionError(f"the table's words are not understood: {text!r}")


def _fusion(five: str, three: str, grade: str | None) -> tuple[Marker, Biomarker]:
    genes = ("FGFR2", "BRAF", "NTRK1", "NTRK2", "NTRK3", "RET", "NRG1")
    gene = next(name for name in genes if name in {five, three})
    found = Fusion(
        gene=gene,
        five_prime=None if five == "?" else five,
        three_prime=None if three == "?" else three,
        grade=FusionGrade(grade or "A"),
    )
    return Marker(f"{gene}_FUSION"), found


def case(
    who: Patient,
    findings: Iterable[Finding] = (),
    *,
    negative: str = "",
    states: Mapping[Marker, MarkerState] | None = None,
    tumour_type: str | None = "cholangiocarcinoma",
    is_btc: bool | None = True,
) -> Case:
    """A case; *negative* names markers that are explicitly not detected, `rest` the other ones."""
    found = tuple(findings)
    named = negative.split()
    markers = {marker: _state(marker, found, named) for marker in Marker}
    return Case(
        id="case-1",
        patient=who,
        reports=(),
        markers=markers | dict(states or {}),
        findings=found,
        tumour_type=tumour_type,
        tumour_is_btc=is_btc,
    )


def _state(marker: Marker, findings: tuple[Finding, ...], negative: list[str]) -> MarkerState:
    silent = {Significance.VUS, Significance.BENIGN}
    own = tuple(item for item in findings if item.marker is marker)
    firing = [item for item in own if item.significance not in silent]
    if firing:
        status = firing[0].status
        detail = ", ".join(item.detail for item in firing)
        return state(marker, status, detail=detail, findings=own)
    if marker.value in negative or "rest" in negative:
        return state(marker, Status.NOT_DETECTED, detail="not detected", findings=own)
    return state(
        marker, Status.NOT_ASSESSED, detail="not assessed", findings=own, basis=Basis.DEFAULT
    )


def state(
    marker: Marker,
    status: Status,
    *,
    detail: str,
    findings: tuple[Finding, ...] = (),
    basis: Basis = Basis.EXPLICIT,
    conflicts: tuple[str, ...] = (),
    by_specimen: Mapping[str, Status] | None = None,
) -> MarkerState:
    return MarkerState(
        marker=marker,
        status=status,
        basis=basis,
        detail=detail,
        findings=findings,
        conflicts=conflicts,
        by_specimen=dict(by_specimen or {}),
    )
