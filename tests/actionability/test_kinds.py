"""The law of kinds, one test a line, and what contradictions and specimens do to a flag."""

from dataclasses import replace

import pytest
from cases import TODAY, case, finding, patient, read, state

from actionability import knowledge
from actionability.facts import in_words
from actionability.interpret import interpret
from actionability.kind import Standing, verdict
from actionability.rows import LabelStatus
from actionability.weighing import Weighing
from pipeline.model import (
    Analyte,
    Basis,
    Expression,
    Marker,
    MarkerState,
    Notice,
    Origin,
    SmallVariant,
    Status,
)
from pipeline.patient import Evaluation, FlagKind, Interpretation, Jurisdiction, Outcome

KNOWLEDGE = knowledge.load()
TREATED = "fit site=intrahepatic prior_lines=1 prior_agents=GemCis jurisdiction=US"


def standing(**given: object) -> Standing:
    words: dict[str, object] = {
        "status": LabelStatus.REGULAR,
        "printed_status": "US: status",
        "line": "second",
        "is_unverified": False,
    }
    return Standing(**(words | given))  # type: ignore[arg-type]


def answer(outcome: Outcome) -> Evaluation:
    missing = "fact" if outcome is Outcome.UNDETERMINED else None
    return Evaluation(criterion="c", outcome=outcome, sentence=str(outcome), missing=missing)


def weighing(**given: object) -> Weighing:
    empty = dict.fromkeys(Weighing.__dataclass_fields__, ())
    return Weighing(**(empty | given))  # type: ignore[arg-type]


FAIL, UNKNOWN = (answer(Outcome.FAIL),), (answer(Outcome.UNDETERMINED),)
EVERYTHING = {"line_fails": FAIL, "unknowns": UNKNOWN, "warnings": ("warned",)}
LAW = [
    ("withdrawn", {"status": LabelStatus.WITHDRAWN}, EVERYTHING, FlagKind.BLOCK),
    ("another tumour's label", {"status": LabelStatus.OTHER_TUMOUR}, {}, FlagKind.BLOCK),
    ("resistance or HER2-negative", {"bars": ("resists",)}, EVERYTHING, FlagKind.BLOCK),
    ("contra-indication", {}, EVERYTHING | {"blocks": ("ILD",)}, FlagKind.BLOCK),
    ("block beats any FAIL", {"bars": ("x",)}, {"other_fails": FAIL}, FlagKind.BLOCK),
    ("only the line fails", {"doubts": ("conflict",)}, EVERYTHING, FlagKind.FLAG),
    ("another FAIL", {}, {"other_fails": FAIL, "line_fails": FAIL}, None),
    ("reports in conflict", {"doubts": ("conflict",)}, {"warnings": ("w",)}, FlagKind.ASK),
    (
        "conflict beats off label",
        {"doubts": ("conflict",), "status": LabelStatus.OFF_LABEL},
        {},
        FlagKind.ASK,
    ),
    ("not authorised", {"status": LabelStatus.NOT_AUTHORISED}, {"unknowns": UNKNOWN}, "FLAG"),
    ("off label", {"status": LabelStatus.OFF_LABEL}, {"warnings": ("w",)}, FlagKind.FLAG),
    ("guideline", {"status": LabelStatus.GUIDELINE}, {}, FlagKind.FLAG),
    ("trial only", {"status": LabelStatus.TRIAL_ONLY}, {}, FlagKind.FLAG),
    ("status recalled", {"is_unverified": True}, {"unknowns": UNKNOWN}, FlagKind.FLAG),
    ("a fact is missing", {}, {"unknowns": UNKNOWN, "warnings": ("w",)}, FlagKind.ASK),
    ("a warning", {}, {"warnings": ("w",)}, FlagKind.CAUTION),
    ("specimens differ", {"warnings": ("differs by specimen",)}, {}, FlagKind.CAUTION),
    ("nothing against it", {}, {}, FlagKind.SUGGEST),
    ("ECOG above 2", {}, {"ceilings": ("ECOG 3",)}, FlagKind.FLAG),
    ("ECOG above 2, open fact", {}, {"ceilings": ("E",), "unknowns": UNKNOWN}, FlagKind.FLAG),
    ("ECOG above 2, barred", {"bars": ("x",)}, {"ceilings": ("E",)}, FlagKind.BLOCK),
]


@pytest.mark.parametrize(("why", "row", "answers", "kind"), LAW, ids=lambda cell: str(cell)[:30])
def test_the_first_line_that_applies(
    why: str, row: dict[str, object], answers: dict[str, object], kind: FlagKind | None
) -> None:
    assert verdict(standing(**row), weighing(**answers)).kind == kind


def ask(who: str, findings: list[object], **words: object) -> Interpretation:
    asked = case(patient(who), findings, **words)  # type: ignore[arg-type]
    return interpret(asked, KNOWLEDGE, as_of=TODAY, jurisdictions=None, code_version="test")


def kinds(result: Interpretation, marker: Marker) -> dict[str, str]:
    return {flag.therapy: flag.kind.value for flag in result.flags if flag.marker is marker}


def marker_state(marker: Marker, status: Status, **words: object) -> dict[Marker, MarkerState]:
    return {marker: state(marker, status, detail="as told", **words)}  # type: ignore[arg-type]


def test_reports_in_conflict_are_asked_about_and_never_resolved() -> None:
    found = read("IDH1 p.R132C")
    told = marker_state(
        Marker.IDH1_MUTATION,
        Status.INDETERMINATE,
        findings=(found,),
        conflicts=("VCF detected, PDF not detected",),
    )
    result = ask(TREATED, [found], states=told)
    (flag,) = result.flags
    assert flag.kind is FlagKind.ASK
    assert "reports in conflict: VCF detected, PDF not detected" in flag.because


def test_specimens_that_differ_are_at_most_a_caution() -> None:
    found = read("IDH1 p.R132C")
    told = marker_state(
        Marker.IDH1_MUTATION,
        Status.DETECTED,
        findings=(found,),
        conflicts=("differs by specimen",),
        by_specimen={"A": Status.NOT_DETECTED, "B": Status.DETECTED},
    )
    (flag,) = ask(TREATED, [found], states=told).flags
    assert flag.kind is FlagKind.CAUTION
    assert any("A: not detected, B: detected" in text for text in flag.because)


def test_a_specimen_nobody_examined_is_no_difference() -> None:
    found = read("IDH1 p.R132C")
    told = marker_state(
        Marker.IDH1_MUTATION,
        Status.DETECTED,
        findings=(found,),
        by_specimen={"A": Status.NOT_ASSESSED, "B": Status.DETECTED},
    )
    (flag,) = ask(TREATED, [found], states=told).flags
    assert flag.kind is FlagKind.SUGGEST


def test_an_indeterminate_finding_only_asks() -> None:
    result = ask(TREATED, [read("IDH1 p.R132C indeterminate")])
    assert kinds(result, Marker.IDH1_MUTATION) == {"ivosidenib": "ASK"}


def test_an_indeterminate_silence_is_a_near_miss_with_its_test() -> None:
    told = marker_state(Marker.NTRK1_FUSION, Status.INDETERMINATE, basis=Basis.DEFAULT)
    result = ask(TREATED, [], states=told)
    assert result.flags == ()
    (miss,) = [
        item
        for item in result.near_misses
        if item.marker is Marker.NTRK1_FUSION and item.therapy == "larotrectinib"
    ]
    assert "indeterminate" in miss.reason
    assert "RNA fusion panel" in (miss.would_change or "")


def test_clonal_haematopoiesis_is_asked_about() -> None:
    seen = finding(
        Marker.IDH1_MUTATION,
        "IDH1 p.R132C",
        SmallVariant(gene="IDH1", hgvs_p="p.R132C"),
        origin=Origin.CH,
        analyte=Analyte.CFDNA,
    )
    (flag,) = ask(TREATED, [seen]).flags
    assert flag.kind is FlagKind.ASK
    assert any("clonal haematopoiesis" in text for text in flag.because)


def test_an_alteration_nobody_named_is_asked_about() -> None:
    result = ask(TREATED, [read("FGFR2_FUSION unresolved")])
    assert kinds(result, Marker.FGFR2_FUSION) == {
        "pemigatinib": "ASK",
        "futibatinib": "ASK",
        "lirafugratinib": "ASK",
        "infigratinib": "BLOCK",
    }


def test_detected_without_any_finding_is_a_near_miss() -> None:
    told = marker_state(Marker.IDH1_MUTATION, Status.DETECTED)
    result = ask(TREATED, [], states=told)
    assert result.flags == ()
    reasons = [m.reason for m in result.near_misses if m.therapy == "ivosidenib"]
    assert reasons == ["IDH1 mutation: detected, but no finding names the alteration"]


def test_only_an_explicit_negative_is_her2_negative() -> None:
    """A negative by default or by inference blocks nothing (R29)."""
    for basis in (Basis.DEFAULT, Basis.INFERRED_FROM_PANEL):
        told = marker_state(Marker.HER2_IHC, Status.NOT_DETECTED, basis=basis)
        assert ask(TREATED, [], states=told).flags == ()
    assert ask(TREATED, []).flags == ()


def test_a_contradicted_negative_is_not_her2_negative() -> None:
    told = marker_state(Marker.HER2_IHC, Status.NOT_DETECTED, conflicts=("3+ elsewhere",))
    assert ask(TREATED, [], states=told).flags == ()


def test_her2_negative_blocks_her2_drugs_and_nothing_else() -> None:
    result = ask(TREATED, [read("HER2 IHC 0"), read("IDH1 p.R132C")])
    blocked = {flag.therapy for flag in result.flags if flag.kind is FlagKind.BLOCK}
    assert blocked == {
        "zanidatamab",
        "trastuzumab deruxtecan",
        "pertuzumab + trastuzumab",
        "trastuzumab + tucatinib",
    }
    assert kinds(result, Marker.IDH1_MUTATION) == {"ivosidenib": "SUGGEST"}


def test_her2_negative_from_before_her2_therapy_says_so() -> None:
    who = "fit site=distal prior_lines=2 prior_agents=GemCis;zanidatamab jurisdiction=US"
    flag = next(f for f in ask(who, [read("HER2 IHC 1+")]).flags if f.therapy == "zanidatamab")
    assert any("before or after" in text for text in flag.because)


def test_her2_positive_without_a_score_asks_for_it() -> None:
    seen = finding(Marker.HER2_IHC, "HER2 positive", Expression(method="IHC", call="positive"))
    result = ask("fit site=distal prior_lines=1 prior_agents=GemCis jurisdiction=US", [seen])
    assert kinds(result, Marker.HER2_IHC)["zanidatamab"] == "ASK"


def test_jurisdiction_not_stated_gives_one_flag_each() -> None:
    result = ask("fit site=distal prior_lines=1 prior_agents=GemCis", [read("IDH1 p.R132C")])
    assert [flag.jurisdiction for flag in result.flags] == [Jurisdiction.EU, Jurisdiction.US]
    assert result.jurisdictions == (Jurisdiction.US, Jurisdiction.EU)


def test_the_argument_beats_the_patient() -> None:
    asked = case(patient(TREATED), [read("IDH1 p.R132C")])
    result = interpret(
        asked, KNOWLEDGE, as_of=TODAY, jurisdictions=(Jurisdiction.EU,), code_version="test"
    )
    assert [flag.jurisdiction for flag in result.flags] == [Jurisdiction.EU]


def test_one_flag_for_each_marker_therapy_line_and_place() -> None:
    result = ask(
        "fit site=distal prior_lines=1 prior_agents=GemCis",
        [read("HER2 IHC 3+"), read("ERBB2 amplification"), read("HER2 ISH amplified")],
    )
    keys = [(f.marker, f.therapy, f.line, f.jurisdiction) for f in result.flags]
    assert len(keys) == len(set(keys))


def test_a_named_resistance_allele_counts_even_as_a_vus() -> None:
    """It takes a drug away; it never gives one."""
    result = ask(TREATED, [read("KIF5B::RET"), read("RET p.G810R VUS")])
    assert kinds(result, Marker.RET_FUSION)["selpercatinib"] == "BLOCK"
    benign = ask(TREATED, [read("KIF5B::RET"), read("RET p.G810R benign")])
    assert kinds(benign, Marker.RET_FUSION)["selpercatinib"] == "SUGGEST"


def test_every_silent_marker_has_a_test_to_order() -> None:
    result = ask(TREATED, [read("dMMR")])
    orders = {item.marker: item.order for item in result.not_assessed}
    assert set(orders) == set(Marker) - {Marker.MMR}
    assert "RNA fusion panel" in orders[Marker.FGFR2_FUSION]
    assert orders[Marker.MSI] == "not needed now: MMR is known"
    assert "HER2 IHC" in orders[Marker.ERBB2_AMPLIFICATION]


def test_a_negative_plasma_asks_for_tissue() -> None:
    seen = finding(
        Marker.FGFR2_FUSION,
        "no FGFR2 fusion in plasma",
        None,
        status=Status.NOT_DETECTED,
        analyte=Analyte.CFDNA,
    )
    told = marker_state(Marker.FGFR2_FUSION, Status.INDETERMINATE, findings=(seen,))
    result = ask(TREATED, [seen], states=told)
    orders = {item.marker: item.order for item in result.not_assessed}
    assert "test tumour tissue" in orders[Marker.FGFR2_FUSION]
    assert result.flags == ()


def test_an_open_result_that_names_nothing_is_a_near_miss() -> None:
    """ "QNS" and bare gene names are no reason to talk about a drug."""
    for marker in (Marker.FGFR2_FUSION, Marker.HER2_IHC, Marker.MSI, Marker.BRAF_MUTATION):
        seen = finding(marker, "quantity not sufficient", None, status=Status.INDETERMINATE)
        assert ask(TREATED, [seen]).flags == ()
    gene = SmallVariant(gene="BRAF", hgvs_p=None)
    seen = finding(Marker.BRAF_MUTATION, "BRAF altered", gene, status=Status.INDETERMINATE)
    assert ask(TREATED, [seen]).flags == ()


def test_a_contradicted_score_is_asked_about() -> None:
    stain = Expression(method="IHC", call="indeterminate", score="3+")
    seen = finding(Marker.HER2_IHC, "3+, negative", stain, status=Status.INDETERMINATE)
    who = "fit site=distal prior_lines=1 prior_agents=GemCis jurisdiction=US"
    assert kinds(ask(who, [seen]), Marker.HER2_IHC)["zanidatamab"] == "ASK"


def test_two_specimens_of_different_scores_follow_the_positive_one() -> None:
    """IHC 3+ in one specimen, 2+ in the other: the label's row speaks, nothing is HER2-negative."""
    found = [read("HER2 IHC 3+"), read("HER2 IHC 2+"), read("HER2 ISH not amplified")]
    told = marker_state(
        Marker.HER2_IHC,
        Status.DETECTED,
        findings=tuple(found[:2]),
        by_specimen={"A": Status.DETECTED, "B": Status.INDETERMINATE},
    )
    negative = marker_state(Marker.HER2_ISH, Status.NOT_DETECTED, findings=tuple(found[2:]))
    who = "fit site=distal prior_lines=1 prior_agents=GemCis jurisdiction=US"
    result = ask(who, found, states=told | negative)
    flag = next(f for f in result.flags if f.therapy == "zanidatamab")
    assert (flag.kind, flag.indication_id) == (FlagKind.SUGGEST, "her2-ihc3-zanidatamab-us")


@pytest.mark.parametrize(
    ("words", "detail", "named"),
    [
        ("IDH1 p.R132C", "p.R132C", "IDH1 p.R132C"),
        ("HER2 IHC 3+", "3+", "HER2 IHC 3+"),
        ("ERBB2 amplification", "amplification, 12 copies", "ERBB2 amplification, 12 copies"),
        ("FGFR2::BICC1", "FGFR2::BICC1", "FGFR2::BICC1"),
        ("MSI-H", "MSI-High", "MSI-High"),
    ],
)
def test_a_sentence_names_the_gene_even_where_the_report_does_not(
    words: str, detail: str, named: str
) -> None:
    assert in_words(replace(read(words), detail=detail)) == named


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("combined hepatocellular-cholangiocarcinoma", "ASK"),
        ("cHCC-CCA", "ASK"),
        ("intrahepatic cholangiocarcinoma", "SUGGEST"),
    ],
)
def test_a_combined_tumour_is_asked_about_even_where_a_biliary_site_is_stated(
    printed: str, kind: str
) -> None:
    """R71: neither the drug nor any chemotherapy is suggested outright."""
    result = ask(TREATED, [read("IDH1 p.R132C")], negative="rest", tumour_type=printed)
    assert kinds(result, Marker.IDH1_MUTATION)["ivosidenib"] == kind
    (folfox,) = (entry for entry in result.suggestions if entry.regimen == "FOLFOX")
    assert folfox.kind.value == kind
    told = [text for text in folfox.conditions if "combined tumour" in text]
    assert bool(told) is (kind == "ASK")


def test_below_30_ml_a_minute_oxaliplatin_is_a_caution_and_says_it_is_recalled() -> None:
    who = f"{TREATED.replace('prior_lines=1', 'prior_lines=0')}".replace("prior_agents=GemCis ", "")
    for clearance, kind in (("29.9", "CAUTION"), ("30", "SUGGEST")):
        result = ask(f"{who} crcl_ml_min={clearance}", [])
        (gemox,) = (entry for entry in result.suggestions if entry.regimen == "GEMOX")
        assert gemox.kind.value == kind
        assert any("recalled" in text for text in gemox.cautions) is (kind == "CAUTION")


def test_a_specimen_older_than_the_last_targeted_therapy_is_a_caution() -> None:
    """R79: resistance is neither shown nor excluded."""
    told = Notice(code="specimen_before_targeted_therapy", message="specimen of 2026-01-02")
    asked = replace(case(patient(TREATED), [read("IDH1 p.R132C")]), notices=(told,))
    result = interpret(asked, KNOWLEDGE, as_of=TODAY, jurisdictions=None, code_version="test")
    (flag,) = result.flags
    assert flag.kind is FlagKind.CAUTION
    assert any("specimen of 2026-01-02" in text for text in flag.because)


def test_a_drug_kept_for_later_still_names_what_is_open() -> None:
    """Reserved for the next line, with every doubt, open fact and warning beside it."""
    found = verdict(standing(doubts=("conflict",)), weighing(**EVERYTHING))
    assert found.reasons == ("reserve for line 2", "FAIL", "conflict", "UNDETERMINED", "warned")
