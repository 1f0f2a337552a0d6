"""Synthetic results for the tests of the store: a PDF, a VCF and what was made of them."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from pipeline.codec import fingerprint
from pipeline.model import (
    Analyte,
    Basis,
    Completeness,
    FileKind,
    Finding,
    Fusion,
    FusionGrade,
    Identity,
    Marker,
    MarkerState,
    Observation,
    Report,
    ReportResult,
    ReportStatus,
    Significance,
    SmallVariant,
    Source,
    Status,
)
from pipeline.patient import (
    Case,
    Decision,
    FlagKind,
    Interpretation,
    Jurisdiction,
    KnowledgeStamp,
    NearMiss,
    NotAssessed,
    Patient,
    Site,
    Suggestion,
    TherapyFlag,
    Tiers,
)

SYNTHIA = Identity(
    mrn="00012345",
    assigning_authority="Northlake",
    name="Specimen, Synthia",
    dob=date(1961, 4, 3),
    accession="NL-26-0001",
    specimen_id="S1",
)
PATIENT = Patient(case="c1", identity=SYNTHIA, site=Site.INTRAHEPATIC, ecog=1)


def sha(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def report(content: str = "one", **changes: Any) -> Report:
    """A final PDF of the fictional laboratory Northlake."""
    base = Report(
        file="inbox/one.pdf",
        sha256=sha(content),
        kind=FileKind.PDF,
        status=ReportStatus.FINAL,
        vendor="northlake",
        assay="Northlake Solid",
        accession="NL-26-0001",
        reported=date(2026, 3, 1),
        tumour_type="Intrahepatic cholangiocarcinoma",
        is_btc=True,
        identity=SYNTHIA,
        completeness=Completeness(proven=True, evidence="2 of 2 pages, 4 sections"),
    )
    return replace(base, **changes)


def result(content: str = "one", vaf: float = 0.21, **changes: Any) -> ReportResult:
    """FGFR2::BICC1 detected, IDH1 R132C detected, BRAF not detected; the rest not assessed."""
    base = report(content, **changes)
    if not base.status.is_read:
        return ReportResult(report=base, markers=markers(), findings=())
    fusion = _finding(
        base,
        Marker.FGFR2_FUSION,
        alteration="FGFR2-BICC1 fusion",
        biomarker=Fusion(
            gene="FGFR2", five_prime="FGFR2", three_prime="BICC1", grade=FusionGrade.A
        ),
        gene="FGFR2",
    )
    point = _finding(
        base,
        Marker.IDH1_MUTATION,
        alteration="p.(Arg132Cys)",
        biomarker=SmallVariant(gene="IDH1", hgvs_p="p.R132C", hgvs_c="c.394C>T"),
        gene="IDH1",
        vaf=vaf,
    )
    negative = _finding(base, Marker.BRAF_MUTATION, status=Status.NOT_DETECTED, gene="BRAF")
    findings = (fusion, point, negative)
    return ReportResult(report=base, markers=markers(*findings), findings=findings)


def markers(*findings: Finding) -> dict[Marker, MarkerState]:
    """Every marker, not assessed unless a finding speaks of it."""
    stated = {
        marker: MarkerState(
            marker=marker, status=Status.NOT_ASSESSED, basis=Basis.DEFAULT, detail="not covered"
        )
        for marker in Marker
    }
    for one in findings:
        stated[one.marker] = MarkerState(
            marker=one.marker,
            status=one.status,
            basis=one.basis,
            detail=one.detail,
            findings=(one,),
            by_specimen={"S1": one.status},
        )
    return stated


def interpretation(
    *results: ReportResult, case_id: str = "c1", patient: Patient = PATIENT, **changes: Any
) -> Interpretation:
    """Futibatinib flagged for the fusion, reserved for the second line; KRAS was not assessed."""
    used = results or (result(),)
    found = tuple(one for each in used for one in each.findings)
    base = Interpretation(
        case=Case(
            id=case_id,
            patient=patient,
            reports=used,
            markers=markers(*found),
            findings=found,
            tumour_type="Intrahepatic cholangiocarcinoma",
            tumour_is_btc=True,
        ),
        as_of=date(2026, 3, 2),
        jurisdictions=(Jurisdiction.US,),
        flags=(flag(found[:1]),),
        suggestions=(
            Suggestion(
                line="first",
                rank=1,
                regimen="gemcitabine + cisplatin + durvalumab",
                kind=FlagKind.SUGGEST,
                because=("no earlier line",),
                conditions=("creatinine clearance not stated",),
            ),
        ),
        near_misses=(
            NearMiss(marker=Marker.IDH1_MUTATION, therapy="ivosidenib", reason="no prior line"),
        ),
        not_assessed=(
            NotAssessed(marker=Marker.KRAS_MUTATION, status="not assessed", order="DNA panel"),
        ),
        notes=("Decision support for professionals.",),
        knowledge=KnowledgeStamp(release="2026-02", sha256=sha("knowledge")),
        code_version="0.1.0",
    )
    return replace(base, **changes)


def flag(findings: tuple[Finding, ...] = (), **changes: Any) -> TherapyFlag:
    base = TherapyFlag(
        marker=Marker.FGFR2_FUSION,
        therapy="futibatinib",
        kind=FlagKind.FLAG,
        line="second",
        status="authorised",
        jurisdiction=Jurisdiction.US,
        tiers=Tiers(amp_asco_cap="IA", escat="IB"),
        because=("reserve for line 2",),
        indication_id="fgfr2-futibatinib-us",
        findings=findings,
    )
    return replace(base, **changes)


def decision(**changes: Any) -> Decision:
    base = Decision(
        case_id="c1",
        reviewer="reviewer-7",
        decided_at=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
        meaning="reviewed",
        shown_sha256=fingerprint(interpretation()),
        accepted=True,
    )
    return replace(base, **changes)


def _finding(base: Report, marker: Marker, **parts: Any) -> Finding:
    status = parts.get("status", Status.DETECTED)
    alteration = parts.get("alteration")
    seen = Observation(
        marker=marker,
        status=status,
        basis=Basis.EXPLICIT,
        gene=parts["gene"],
        alteration=alteration,
        analyte=Analyte.DNA,
        vaf=parts.get("vaf"),
        source=Source(
            sha256=base.sha256,
            reader="northlake 1",
            text=f"{parts['gene']} {alteration or 'not detected'}",
            page=1,
            bbox=(72.0, 140.5, 300.25, 152.0),
        ),
    )
    return Finding(
        marker=marker,
        status=status,
        basis=Basis.EXPLICIT,
        significance=Significance.PATHOGENIC if alteration else Significance.UNKNOWN,
        detail=alteration or "not detected",
        observations=(seen,),
        biomarker=parts.get("biomarker"),
        gene=parts["gene"],
        specimen="S1",
    )
