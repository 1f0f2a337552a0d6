"""Reports side by side, over time, and who has signed: what a reviewer reads."""

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from rich.console import Console, Group, RenderableType

from app.course_tables import over_time, side_by_side
from app.review_tables import history, review
from app.reviewed import Beside, reviewed
from pipeline.model import Analyte, ReportResult, Significance, Specimen
from pipeline.patient import Case, Decision, Patient
from pipeline.reconcile import reconcile
from store.books import Cause
from store.reviews import Past, ReviewState
from store.signing import Given, Override, Proof, Signature
from tests.pipeline.conftest import looks_at, told

GENE = "FGFR2_MUTATION"
EARLY = Specimen(id="S1", analyte=Analyte.DNA, tumour_percent=40, collected=date(2025, 6, 1))
LATE = Specimen(id="S2", analyte=Analyte.DNA, tumour_percent=40, collected=date(2026, 3, 1))


def printed(*parts: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(Group(*parts))
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def case(*results: ReportResult, **patient: Any) -> Case:
    return reconcile("C1", Patient(**patient), results)


def lines(parts: Iterable[RenderableType]) -> list[str]:
    return [" ".join(line.split()) for line in printed(*parts).splitlines() if line.strip()]


def test_a_conflict_names_both_sides_and_says_that_nothing_explains_it() -> None:
    one = told("a.pdf", ("R132C", {"vaf": 0.3}), vendor="Northlake")
    found = lines(side_by_side(case(one, told("b.pdf", "no", vendor="Southlake"))))
    assert found == [
        "conflicting IDH1 mutation p.R132C Northlake, S1: detected (p.R132C, VAF 30.0%)",
        "Southlake, S1: not detected (not detected)",
        "nothing in the reports explains it",
    ]


def test_what_is_one_sided_gives_its_cause() -> None:
    one = told("a.pdf", "R132C", vendor="Northlake")
    other = told("b.vcf", scope=looks_at("KRAS_MUTATION"), assay="Small", vendor="Southlake")
    found = lines(side_by_side(case(one, other)))
    assert found == [
        "one sided IDH1 mutation p.R132C Northlake, S1: detected (p.R132C)",
        "Southlake Small (vcf) does not look at it",
        "one report alone, or open: KRAS mutation",
    ]


def test_a_variant_of_unknown_significance_is_not_called_detected() -> None:
    vus = told("a.pdf", ("K5N", {"significance": Significance.VUS}), marker="KRAS_MUTATION")
    found = lines(side_by_side(case(vus, told("b.pdf"))))
    assert "seen, unknown significance (p.K5N)" in found[0]


def test_what_agrees_is_said_in_a_line() -> None:
    found = lines(side_by_side(case(told("a.pdf", "R132C"), told("b.vcf", "R132C"))))
    assert found == ["detected: IDH1 mutation p.R132C"]


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (0.08, 0.41, "IDH1 mutation p.R132C (VAF 8.0% and 41.0%)"),
        (0.41, 0.41, "IDH1 mutation p.R132C"),
        (None, 0.41, "IDH1 mutation p.R132C"),
    ],
)
def test_fractions_that_differ_are_shown_where_reports_agree(
    one: float | None, other: float | None, said: str
) -> None:
    pair = told("a.pdf", ("R132C", {"vaf": one})), told("b.vcf", ("R132C", {"vaf": other}))
    assert lines(side_by_side(case(*pair))) == [f"detected: {said}"]


def test_a_class_that_differs_is_shown_where_reports_agree() -> None:
    """One laboratory calls it pathogenic, the other does not know."""
    pair = [
        told(name, ("V777L", {"significance": known}), marker="ERBB2_MUTATION")
        for name, known in (("a", Significance.PATHOGENIC), ("b", Significance.VUS))
    ]
    (said,) = lines(side_by_side(case(*pair)))
    assert said == "detected: ERBB2 mutation p.V777L (classified as pathogenic and as vus)"


def test_a_kind_of_change_is_not_named_twice() -> None:
    pair = (told(name, "amplification", marker="ERBB2_AMPLIFICATION") for name in ("a", "b"))
    assert lines(side_by_side(case(*pair))) == ["detected: ERBB2 amplification"]


def test_the_course_over_time() -> None:
    first = told("a.pdf", "no", marker=GENE, specimen=EARLY)
    second = told("b.pdf", ("V564F", {"vaf": 0.12}), marker=GENE, specimen=LATE)
    found = lines(over_time(case(second, first, last_targeted_end=date(2026, 1, 1))))
    assert found == [
        "1 2025-06-01 S1, before targeted therapy ended: a.pdf",
        "2 2026-03-01 S2, after targeted therapy: b.pdf",
        "FGFR2 mutation p.V564F 1 absent",
        "2 gained, VAF 12.0%",
    ]


@pytest.mark.parametrize(
    ("marker", "before", "later", "said"),
    [
        ("HER2_IHC", "3+", "1+", ["HER2 IHC 1 first seen, 3+", "2 lost, 1+"]),
        ("TMB", "12 mut/Mb", "8 mut/Mb", ["TMB 1 first seen, 12 mut/Mb", "2 lost, 8 mut/Mb"]),
    ],
)
def test_a_score_is_shown_on_each_day(
    marker: str, before: str, later: str, said: list[str]
) -> None:
    first = told("a.pdf", before, marker=marker, specimen=EARLY)
    fell = (later, {"status": "not_detected"})
    second = told("b.pdf", fell, marker=marker, specimen=LATE)
    assert lines(over_time(case(first, second)))[2:] == said


def test_one_day_is_no_course() -> None:
    assert lines(over_time(case(told("a.pdf", "R132C", specimen=EARLY)))) == []


@pytest.mark.parametrize(
    ("state", "cause", "words"),
    [
        (ReviewState.TO_REVIEW, Cause.NEW, "to review"),
        (ReviewState.TO_REVIEW, Cause.KNOWLEDGE, "to review (the knowledge tables changed)"),
        (ReviewState.REVIEW_AGAIN, Cause.REPORTS, "review again (the reports changed)"),
        (ReviewState.REVIEW_AGAIN, Cause.CONTEXT, "review again (the clinical context changed)"),
        (ReviewState.SIGNED, Cause.REPORTS, "signed"),
        (ReviewState.REFUSED, Cause.NEW, "refused"),
    ],
)
def test_where_a_case_stands(state: ReviewState, cause: Cause, words: str) -> None:
    assert review(state, cause).plain == words


DECISION = Decision(
    case_id="C1",
    reviewer="reviewer-7",
    decided_at=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
    meaning="reviewed",
    shown_sha256="a" * 64,
    accepted=True,
    reason="agreed in the board",
)


BESIDE = Beside(
    given=(
        Given(
            number=1,
            decision=DECISION,
            signature=Signature(user_id="reviewer-7", name="Dr. Ida Seven", proof=Proof.PASSWORD),
            overrides=(
                Override(subject="futibatinib", instead="pemigatinib", reason="eye disease"),
            ),
        ),
    )
)


def past(number: int, *decisions: Decision, cause: Cause = Cause.NEW, current: bool) -> Past:
    return Past(
        number=number,
        is_current=current,
        sha256="a" * 64,
        as_of=date(2026, 3, 1),
        release="2026.03",
        code_version="0.1.0",
        cause=cause,
        therapies=("futibatinib (FLAG)",),
        decisions=decisions,
    )


def test_a_superseded_interpretation_keeps_its_therapies_and_decisions() -> None:
    before = (past(1, DECISION, current=False), past(2, cause=Cause.REPORTS, current=True))
    assert lines([history(before, BESIDE)]) == [
        "Review review again (the reports changed)",
        "Superseded interpretations",
        "1 as of 2026-03-01, knowledge 2026.03, program 0.1.0",
        "futibatinib (FLAG)",
        (
            "reviewed, accepted by Dr. Ida Seven on 2026-03-02 08:30 UTC: "
            "agreed in the board, with changes: futibatinib:"
        ),
        "pemigatinib (eye disease)",
    ]
    told_so = reviewed(before, BESIDE)
    assert told_so["review"] == {
        "state": "review_again",
        "cause": "reports",
        "sha256": "a" * 64,
        "decision": None,
    }
    assert [each["current"] for each in told_so["history"]] == [False, True]
    assert told_so["history"][0]["decisions"] == [
        {
            "reviewer": "reviewer-7",
            "name": "Dr. Ida Seven",
            "decided_at": "2026-03-02T08:30:00+00:00",
            "meaning": "reviewed",
            "accepted": True,
            "reason": "agreed in the board",
            "overrides": [
                {"subject": "futibatinib", "instead": "pemigatinib", "reason": "eye disease"}
            ],
        }
    ]


def test_a_signed_case_shows_its_decision() -> None:
    before = (past(1, DECISION, current=True),)
    given_elsewhere = Beside(called={"reviewer-7": "Dr. Seven"}.__getitem__)
    for beside, name in ((BESIDE, "Dr. Ida Seven"), (given_elsewhere, "Dr. Seven")):
        found = lines([history(before, beside)])
        assert found[0] == "Review signed"
        assert f"by {name} on" in found[1]
        told = reviewed(before, beside)["review"]
        assert (told["state"], told["decision"]["name"]) == ("signed", name)
