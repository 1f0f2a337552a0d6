"""What an interpretation costs on one core, and whether it grows with the number of cases alone.

    .venv/bin/python benchmarks/interpret.py [CASES]

The cases differ: most have no, one or two findings, and site, line, fitness, organ function,
prior drugs and jurisdiction vary at random (seeded). Peer: printing the same interpretations as
the JSON documents of `docs/json.md`. Figures of one run on one machine; the ratio travels, the
seconds do not. Ends with status 1 past 0.6 ms a case, or if four times the cases cost over five
times the seconds.
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from datetime import date

from actionability.interpret import interpret
from actionability.knowledge import load
from exchange.documents import case_document
from pipeline.model import (
    Basis,
    Biomarker,
    Expression,
    Finding,
    Fusion,
    FusionGrade,
    Marker,
    MarkerState,
    Observation,
    Significance,
    SmallVariant,
    Source,
    Status,
)
from pipeline.patient import Case, Interpretation, Jurisdiction, Patient, Site, Stage

CASES, GOAL_SECONDS, GROWTH = 100_000, 0.6e-3, 5.0
DAY = date(2026, 11, 21)
SOURCE = Source(sha256="0" * 64, reader="benchmark", text="as drawn", line=1)
KNOWLEDGE = load()
DRAWN: tuple[tuple[Marker, str, Biomarker], ...] = (
    (Marker.IDH1_MUTATION, "IDH1 p.R132C", SmallVariant(gene="IDH1", hgvs_p="p.R132C")),
    (Marker.KRAS_MUTATION, "KRAS p.G12D", SmallVariant(gene="KRAS", hgvs_p="p.G12D")),
    (Marker.BRAF_MUTATION, "BRAF p.V600E", SmallVariant(gene="BRAF", hgvs_p="p.V600E")),
    (Marker.HER2_IHC, "IHC 3+", Expression(method="IHC", call="3+", score="3+")),
    (
        Marker.FGFR2_FUSION,
        "FGFR2::BICC1",
        Fusion(gene="FGFR2", five_prime="FGFR2", three_prime="BICC1", grade=FusionGrade.A),
    ),
)


def cases(number: int, seed: int) -> Iterator[Case]:
    draw = random.Random(seed)  # noqa: S311 - a benchmark, not a secret
    for index in range(number):
        count = draw.choices((0, 1, 2), weights=(45, 40, 15))[0]
        found = tuple(finding(draw, *each) for each in draw.sample(DRAWN, count))
        looked = draw.random() < 0.7
        states = {marker: state(marker, found, looked=looked) for marker in Marker}
        yield Case(
            id=f"case-{seed}-{index}",
            patient=patient(draw),
            reports=(),
            markers=states,
            findings=found,
            tumour_type="cholangiocarcinoma",
            tumour_is_btc=True,
        )


def finding(draw: random.Random, marker: Marker, detail: str, biomarker: Biomarker) -> Finding:
    vaf = round(draw.uniform(0.05, 0.6), 3)
    printed = f"{detail} (VAF {vaf})"
    seen = Observation(
        marker=marker,
        alteration=printed,
        status=Status.DETECTED,
        basis=Basis.EXPLICIT,
        source=SOURCE,
        significance=Significance.PATHOGENIC,
        vaf=vaf,
    )
    return Finding(
        marker=marker,
        status=Status.DETECTED,
        basis=Basis.EXPLICIT,
        significance=Significance.PATHOGENIC,
        detail=printed,
        observations=(seen,),
        biomarker=biomarker,
        gene=marker.gene,
    )


def state(marker: Marker, found: tuple[Finding, ...], *, looked: bool) -> MarkerState:
    own = tuple(each for each in found if each.marker is marker)
    if own:
        status, basis, detail = Status.DETECTED, Basis.EXPLICIT, own[0].detail
    elif looked:
        status, basis, detail = Status.NOT_DETECTED, Basis.EXPLICIT, "not detected"
    else:
        status, basis, detail = Status.NOT_ASSESSED, Basis.DEFAULT, "not assessed"
    return MarkerState(marker=marker, status=status, basis=basis, detail=detail, findings=own)


def patient(draw: random.Random) -> Patient:
    lines = draw.choice((0, 0, 1, 1, 2, None))
    agents = draw.choice((("GemCis", "durvalumab"), ("GemCis",), ("GEMOX", "pemigatinib")))
    return Patient(
        site=draw.choice((*Site, None)),
        stage=draw.choice((Stage.IV, Stage.IV, Stage.UNRESECTABLE, None)),
        jurisdiction=draw.choice((*Jurisdiction, *Jurisdiction, None)),
        ecog=draw.choice((0, 1, 1, 2, 3, None)),
        prior_lines=lines,
        prior_agents=agents if lines else None,
        crcl_ml_min=draw.choice((None, round(draw.uniform(25, 120), 1))),
        bilirubin=round(draw.uniform(0.3, 3.0), 2),
        bilirubin_uln=1.2,
        bilirubin_unit="mg/dl",
        biliary_obstruction=draw.choice((True, False, None)),
        biliary_drainage=draw.choice((True, False, None)),
        cardiac_disease=draw.choice((True, False, False, None)),
        neuropathy_grade=draw.choice((0, 1, 2, None)),
        lvef_percent=draw.choice((None, round(draw.uniform(40, 70), 1))),
        qtc_ms=draw.choice((None, round(draw.uniform(400, 510)))),
        ild=draw.choice((True, False, None)),
        dpyd=draw.choice(("normal", "intermediate", "poor", None)),
        immunotherapy_contraindication=draw.choice((True, False, False, None)),
    )


def seconds(number: int, seed: int) -> float:
    """CPU seconds of *number* interpretations; drawing the cases is not counted."""
    spent = 0.0
    for case in cases(number, seed):
        begun = time.process_time()
        one(case)
        spent += time.process_time() - begun
    return spent


def one(case: Case) -> Interpretation:
    return interpret(case, KNOWLEDGE, as_of=DAY, jurisdictions=None, code_version="benchmark")


def printing(number: int, seed: int) -> float:
    """CPU seconds for the JSON documents of *number* interpretations."""
    spent = 0.0
    for case in cases(number, seed):
        said = one(case)
        begun = time.process_time()
        json.dumps(case_document(said))
        spent += time.process_time() - begun
    return spent


def main() -> int:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    seconds(500, seed=0)
    quarter, whole = seconds(number // 4, seed=1), seconds(number, seed=2)
    sample = max(number // 20, 100)
    peer = printing(sample, seed=3) / sample
    each, growth = whole / number, whole / quarter
    print(f"{number // 4:>8,} cases  {quarter:7.2f} s CPU")
    print(f"{number:>8,} cases  {whole:7.2f} s CPU  {each * 1000:.3f} ms a case")
    print(f"four times the cases cost {growth:.2f} times the seconds")
    print(f"printing the same as JSON costs {peer / each:.2f} times as much as interpreting it")
    good = each <= GOAL_SECONDS and growth <= GROWTH
    print("goals met" if good else "a goal is missed")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
