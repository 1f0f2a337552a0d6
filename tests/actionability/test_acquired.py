"""Resistance alleles in sequential specimens: acquired is said only where it was shown."""

from datetime import date
from typing import Any

import pytest

from actionability import knowledge
from actionability.interpret import interpret
from pipeline.model import Analyte, ReportResult, Specimen
from pipeline.patient import Patient, Site
from pipeline.reconcile import reconcile
from tests.pipeline.conftest import told

KNOWLEDGE = knowledge.load()
GENE = "FGFR2_MUTATION"
EARLY, LATE = "2025-06-01", "2026-06-01"
END = date(2026, 3, 1)


def taken(day: str | None, *said: str, marker: str = GENE) -> ReportResult:
    collected = date.fromisoformat(day) if day else None
    specimen = Specimen(id="T", analyte=Analyte.DNA, tumour_percent=40, collected=collected)
    made: ReportResult = told(f"{day}.pdf", *said, marker=marker, specimen=specimen)
    return made


def sentences(*results: ReportResult, **context: Any) -> list[str]:
    patient = Patient(site=Site.INTRAHEPATIC, **context)
    case = reconcile("C1", patient, results)
    said = interpret(
        case, KNOWLEDGE, as_of=date(2026, 11, 21), jurisdictions=None, code_version="test"
    )
    return [note for note in said.notes if "which resists" in note]


PEMIGATINIB = {"prior_agents": ("pemigatinib",), "last_targeted_end": END}
OPEN_END = {"prior_agents": ("pemigatinib",)}

TABLE: list[tuple[str, list[ReportResult], dict[str, Any], str | None]] = [
    # situation, the specimens, what was given, the end of the sentence (None: nothing is said)
    (
        "looked for before and not seen, seen after the drug",
        [taken(EARLY, "no"), taken(LATE, "V564F")],
        PEMIGATINIB,
        (
            "acquired after pemigatinib; not seen on 2025-06-01, when it was looked for, and "
            "seen on 2026-06-01."
        ),
    ),
    (
        "nobody looked before",
        [taken(EARLY), taken(LATE, "V564F")],
        PEMIGATINIB,
        (
            "seen on 2026-06-01, after pemigatinib; no earlier specimen shows whether it was there "
            "before."
        ),
    ),
    (
        "there before the drug ended",
        [taken(EARLY, "V564F"), taken(LATE, "V564F")],
        PEMIGATINIB,
        "seen on 2025-06-01, before targeted therapy ended; pemigatinib was given.",
    ),
    (
        "gained, and nobody says when the drug ended",
        [taken(EARLY, "no"), taken(LATE, "V564F")],
        OPEN_END,
        (
            "not seen on 2025-06-01, when it was looked for, and seen on 2026-06-01; whether "
            "pemigatinib ended in between is not stated."
        ),
    ),
    (
        "one specimen, and nobody says when the drug ended",
        [taken(LATE, "V564F")],
        OPEN_END,
        "seen on 2026-06-01; when pemigatinib ended is not stated.",
    ),
    (
        "a specimen without a day",
        [taken(None, "V564F")],
        PEMIGATINIB,
        "the day of the specimen is not stated; pemigatinib was given.",
    ),
    (
        "another drug of the same mechanism",
        [taken(EARLY, "no"), taken(LATE, "V564F")],
        {"prior_agents": ("erdafitinib",), "last_targeted_end": END},
        (
            "acquired after erdafitinib; not seen on 2025-06-01, when it was looked for, and "
            "seen on 2026-06-01."
        ),
    ),
    (
        "a drug of another mechanism",
        [taken(EARLY, "no"), taken(LATE, "V564F")],
        {"prior_agents": ("ivosidenib",), "last_targeted_end": END},
        None,
    ),
    (
        "chemotherapy alone",
        [taken(EARLY, "no"), taken(LATE, "V564F")],
        {"prior_agents": ("gemcitabine", "cisplatin")},
        None,
    ),
    ("nothing is said of earlier drugs", [taken(LATE, "V564F")], {}, None),
    (
        "an activating mutation resists nothing",
        [taken(EARLY, "no"), taken(LATE, "C382R")],
        PEMIGATINIB,
        None,
    ),
]


@pytest.mark.parametrize(
    ("results", "context", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_how_a_resistance_allele_came_about(
    results: list[ReportResult], context: dict[str, Any], expected: str | None
) -> None:
    found = sentences(*results, **context)
    if expected is None:
        assert found == []
        return
    (sentence,) = found
    assert sentence.startswith("FGFR2 p.V564F, which resists futibatinib, infigratinib, ")
    assert sentence.rsplit("): ", 1)[1] == expected


@pytest.mark.parametrize(
    ("allele", "effect"),
    [
        ("V564F", "resists futibatinib, infigratinib, pemigatinib (not settled: lirafugratinib)"),
        ("N549K", "resists futibatinib, infigratinib, pemigatinib (not settled: lirafugratinib)"),
        ("V564I", "resists infigratinib, pemigatinib (not settled: futibatinib)"),
        ("E565A", "may resist futibatinib, infigratinib, lirafugratinib, pemigatinib"),
    ],
)
def test_only_what_bars_a_drug_is_called_resistance(allele: str, effect: str) -> None:
    """A row of resistance.csv that asks for care is no proof of resistance."""
    results = [taken(EARLY, "no"), taken(LATE, allele)]
    patient = Patient(site=Site.INTRAHEPATIC, prior_agents=("pemigatinib",), last_targeted_end=END)
    case = reconcile("C1", patient, results)
    said = interpret(
        case, KNOWLEDGE, as_of=date(2026, 11, 21), jurisdictions=None, code_version="test"
    )
    (told_so,) = [note for note in said.notes if "acquired after" in note]
    assert told_so.startswith(f"FGFR2 p.{allele}, which {effect}: acquired after pemigatinib")


def test_a_solvent_front_mutation_after_a_trk_inhibitor() -> None:
    (sentence,) = sentences(
        taken(EARLY, "no", marker="NTRK1_MUTATION"),
        taken(LATE, "G595R", marker="NTRK1_MUTATION"),
        prior_agents=("larotrectinib",),
        last_targeted_end=END,
    )
    assert sentence.startswith("NTRK1 p.G595R, which resists entrectinib, larotrectinib: acquired")
