"""What must hold for every patient and every finding, whatever the tables say."""

import random
from datetime import date, timedelta

from cases import FIT, TODAY, case, patient, read
from hypothesis import given, settings
from hypothesis import strategies as st

from actionability import knowledge
from actionability.criteria import ABOUT_THE_ROW, evaluate
from actionability.facts import facts_of
from actionability.grammar import Call
from actionability.interpret import interpret
from pipeline.model import Marker
from pipeline.patient import FlagKind, Interpretation, Jurisdiction, Outcome

KNOWLEDGE = knowledge.load()
WORDS = (
    "FGFR2::BICC1 grade A",
    "FGFR2::? grade C",
    "FGFR2 p.V564F",
    "IDH1 p.R132C",
    "IDH2 p.R172K",
    "BRAF p.V600E",
    "ERBB2 amplification",
    "HER2 IHC 3+",
    "HER2 ISH amplified",
    "ETV6::NTRK3 grade A",
    "KIF5B::RET grade B",
    "CD74::NRG1 grade A",
    "KRAS p.G12C",
    "MSI-H",
    "TMB 14",
)
FACTS = tuple(FIT.split())
SITES = ("intrahepatic", "perihilar", "distal", "gallbladder", "ampulla")
findings = st.lists(st.sampled_from(WORDS), max_size=4, unique=True)
facts = st.sets(st.sampled_from(FACTS))
lines = st.sampled_from(["", "prior_lines=0", "prior_lines=1 prior_agents=GemCis", "prior_lines=2"])
sites = st.sampled_from(["", *(f"site={site}" for site in SITES)])
days = st.dates(min_value=date(2019, 1, 1), max_value=date(2030, 1, 1))


def said(who: str, words: list[str], day: date = TODAY, **more: object) -> Interpretation:
    asked = case(patient(who), [read(word) for word in words], **more)  # type: ignore[arg-type]
    return interpret(asked, KNOWLEDGE, as_of=day, jurisdictions=None, code_version="test")


@settings(max_examples=60, deadline=None)
@given(words=findings, known=facts, line=lines, site=sites, day=days)
def test_what_is_withdrawn_stays_blocked(
    words: list[str], known: set[str], line: str, site: str, day: date
) -> None:
    """A later date never revives a withdrawn drug."""
    who = " ".join((*sorted(known), line, site))
    for flag in said(who, [*words, "FGFR2::BICC1 grade B"], day).flags:
        if flag.therapy == "infigratinib" and day >= date(2024, 5, 16):
            assert flag.kind is FlagKind.BLOCK
        if flag.therapy == "daraxonrasib":
            assert flag.kind is FlagKind.BLOCK


@settings(max_examples=60, deadline=None)
@given(words=findings, known=facts, line=lines, site=sites)
def test_a_vus_or_benign_variant_never_fires(
    words: list[str], known: set[str], line: str, site: str
) -> None:
    who = " ".join((*sorted(known), line, site))
    for kind in ("VUS", "benign"):
        silent = [f"{word} {kind}" for word in words if "IHC" not in word and "ISH" not in word]
        assert said(who, silent).flags == ()


@settings(max_examples=60, deadline=None)
@given(words=findings, known=facts, line=lines)
def test_another_tumour_gets_nothing(words: list[str], known: set[str], line: str) -> None:
    who = " ".join((*sorted(known), line))
    result = said(who, words, is_btc=False, tumour_type="colon adenocarcinoma")
    assert result.flags == ()
    assert result.suggestions == ()


@settings(max_examples=60, deadline=None)
@given(words=findings, known=facts, line=lines, site=sites)
def test_kras_other_than_g12c_never_opens_a_drug(
    words: list[str], known: set[str], line: str, site: str
) -> None:
    who = " ".join((*sorted(known), line, site))
    others = [word for word in words if not word.startswith("KRAS")]
    flags = said(who, [*others, "KRAS p.G12D"]).flags
    mine = [flag for flag in flags if flag.marker is Marker.KRAS_MUTATION]
    assert {flag.kind for flag in mine} <= {FlagKind.FLAG, FlagKind.BLOCK}
    assert not {flag.therapy for flag in mine} & {"adagrasib", "sotorasib"}


@settings(max_examples=60, deadline=None)
@given(words=findings, known=facts, line=lines, site=sites)
def test_every_pair_speaks_once_in_each_place(
    words: list[str], known: set[str], line: str, site: str
) -> None:
    """Flag or near miss, never both and never neither; ranks count from 1."""
    result = said(" ".join((*sorted(known), line, site)), words)
    flagged = {(f.marker, f.therapy, f.jurisdiction) for f in result.flags}
    missed = {
        (m.marker, m.therapy, place)
        for m in result.near_misses
        if m.marker
        for place in ([m.jurisdiction] if m.jurisdiction else list(Jurisdiction))
    }
    wanted = {
        (marker, row.therapy, row.jurisdiction)
        for row in KNOWLEDGE.indications
        for marker in row.markers
        if row.therapy != "none"
    }
    assert not flagged & missed
    assert wanted <= flagged | missed


@settings(max_examples=60, deadline=None)
@given(words=findings, known=facts, line=lines, site=sites)
def test_folfirinox_never_stands_above_folfox(
    words: list[str], known: set[str], line: str, site: str
) -> None:
    result = said(" ".join((*sorted(known), line, site)), words)
    ranks = {entry.regimen: entry.rank for entry in result.suggestions if entry.line == "second"}
    if "mFOLFIRINOX" in ranks:
        assert ranks["FOLFOX"] < ranks["mFOLFIRINOX"]
    kinds = {entry.kind for entry in result.suggestions if entry.regimen == "mFOLFIRINOX"}
    assert not kinds & {FlagKind.SUGGEST, FlagKind.CAUTION}


@settings(max_examples=60, deadline=None)
@given(words=findings, known=facts, line=lines, site=sites)
def test_an_unrelated_finding_never_removes_a_flag(
    words: list[str], known: set[str], line: str, site: str
) -> None:
    who = " ".join((*sorted(known), line, site))
    before = {(f.marker, f.therapy, f.jurisdiction) for f in said(who, words).flags}
    with_tmb = said(who, sorted({*words, "TMB 14"})).flags
    assert before <= {(f.marker, f.therapy, f.jurisdiction) for f in with_tmb}


@settings(max_examples=40, deadline=None)
@given(words=findings, line=lines, site=sites, back=st.integers(min_value=0, max_value=4000))
def test_the_same_case_gives_the_same_answer(
    words: list[str], line: str, site: str, back: int
) -> None:
    day = TODAY - timedelta(days=back)
    who = f"{line} {site}"
    assert said(who, words, day) == said(who, words, day)
    assert said(who, words, day).knowledge == KNOWLEDGE.stamp


@settings(max_examples=40, deadline=None)
@given(words=findings, line=lines)
def test_without_context_nothing_is_suggested_outright(words: list[str], line: str) -> None:
    """Chemotherapy is asked about while nothing is known of the patient."""
    kinds = {entry.kind for entry in said(line, []).suggestions}
    assert FlagKind.SUGGEST not in kinds
    if not line:
        assert FlagKind.SUGGEST not in {flag.kind for flag in said(line, words).flags}


# How freely a therapy is offered: adding what speaks against it never moves it down this list.
CARE = {
    FlagKind.SUGGEST: 0,
    FlagKind.CAUTION: 1,
    FlagKind.ASK: 1,
    FlagKind.FLAG: 2,
    FlagKind.BLOCK: 3,
}
BAD = (
    "ecog=3",
    "crcl_ml_min=20",
    "bilirubin=4 bilirubin_uln=1 biliary_obstruction=yes biliary_drainage=no",
    "cardiac_disease=yes",
    "neuropathy_grade=3",
    "hearing_loss=yes",
    "organ_transplant=yes",
    "immunotherapy_contraindication=yes",
    "ild=yes",
    "qtc_ms=520",
    "pregnant=yes",
    "dpyd=poor",
)
Offered = dict[tuple[str, ...], FlagKind]


def gene(words: str) -> str:
    """The gene a finding is of; the HER2 tests are of ERBB2, MSI and MMR of one repair."""
    found = read(words)
    return {"HER2": "ERBB2", "MMR": "MSI"}.get(found.marker[:4].strip("_"), found.gene or "MSI")


def offered(result: Interpretation) -> Offered:
    """Everything that is offered or withheld: flags by label, regimens by line."""
    flags: Offered = {(f.marker, f.therapy, f.jurisdiction): f.kind for f in result.flags}
    regimens: Offered = {
        (entry.line, entry.regimen): entry.kind
        for entry in result.suggestions
        if entry.indication_id is None
    }
    return flags | regimens


def reasons(result: Interpretation) -> set[str]:
    """Each part of each reason: one sentence may name two findings in either order."""
    return {part for miss in result.near_misses for part in miss.reason.split("; ")}


def without(names: set[str], facts_known: tuple[str, ...]) -> str:
    return " ".join(fact for fact in facts_known if fact.split("=")[0] not in names)


@settings(max_examples=80, deadline=None)
@given(words=findings, extra=st.sampled_from(WORDS), line=lines, site=sites)
def test_a_finding_of_another_gene_takes_no_flag_away_and_frees_none(
    words: list[str], extra: str, line: str, site: str
) -> None:
    """It may add care (KRAS beside BRAF), never remove a flag, never lift a block."""
    if gene(extra) in {gene(word) for word in words}:
        return
    who = f"fit {line} {site}"
    before, after = offered(said(who, words)), offered(said(who, [*words, extra]))
    assert set(before) <= set(after)
    assert [key for key, kind in before.items() if CARE[after[key]] < CARE[kind]] == []


@settings(max_examples=60, deadline=None)
@given(words=findings, line=lines, site=sites, early=days, late=days)
def test_what_is_barred_on_one_day_is_barred_on_every_later_day(
    words: list[str], line: str, site: str, early: date, late: date
) -> None:
    first, last = sorted((early, late))
    who = f"fit {line} {site}"
    barred = {"withdrawn", "other_tumour"}
    before = [flag for flag in said(who, words, first).flags if flag.status in barred]
    after = offered(said(who, words, last))
    assert {after[f.marker, f.therapy, f.jurisdiction] for f in before} <= {FlagKind.BLOCK}


@settings(max_examples=80, deadline=None)
@given(words=findings, bad=st.sampled_from(BAD), known=facts, line=lines, site=sites)
def test_more_context_never_lifts_a_block(
    words: list[str], bad: str, known: set[str], line: str, site: str
) -> None:
    """What one fact blocks, no other fact offers again."""
    names = {part.split("=")[0] for part in bad.split()}
    little = f"{bad} {line} {site}"
    more = f"{without(names, tuple(sorted(known)))} {little}"
    before, after = offered(said(little, words)), offered(said(more, words))
    blocked = [key for key, kind in before.items() if kind is FlagKind.BLOCK]
    assert [key for key in blocked if after.get(key, FlagKind.BLOCK) is not FlagKind.BLOCK] == []


@settings(max_examples=80, deadline=None)
@given(words=findings, bad=st.sampled_from(BAD), line=lines, site=sites)
def test_a_fact_that_would_block_is_named_where_it_is_not_known(
    words: list[str], bad: str, line: str, site: str
) -> None:
    """Unknown is never "suggested in silence": the open fact stands beside the suggestion."""
    names = {part.split("=")[0] for part in bad.split()} | {"sex"}
    rest = without(names, FACTS)
    known_bad = offered(said(f"{rest} {bad} {line} {site}", words))
    result = said(f"{rest} {line} {site}", words)
    unknown = offered(result)
    told = {
        (f.marker, f.therapy, f.jurisdiction): [*f.because, *f.cautions] for f in result.flags
    } | {
        (entry.line, entry.regimen): [*entry.because, *entry.conditions, *entry.cautions]
        for entry in result.suggestions
    }
    for key, kind in known_bad.items():
        if kind is FlagKind.BLOCK and unknown.get(key) is FlagKind.SUGGEST:
            assert any("not stated" in text for text in told[key]), key


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(st.sampled_from(WORDS), min_size=2, max_size=6, unique=True),
    known=facts,
    line=lines,
    site=sites,
    chance=st.randoms(use_true_random=False),
)
def test_the_order_of_the_findings_does_not_matter(
    words: list[str], known: set[str], line: str, site: str, chance: random.Random
) -> None:
    who = " ".join((*sorted(known), line, site))
    other = words.copy()
    chance.shuffle(other)
    one, two = said(who, words), said(who, other)
    assert offered(one) == offered(two)
    assert [entry.regimen for entry in one.suggestions] == [e.regimen for e in two.suggestions]
    assert reasons(one) == reasons(two)


QUESTIONS = sorted(
    {
        call
        for row in (*KNOWLEDGE.indications, *KNOWLEDGE.regimens)
        for call in row.requires
        if call.name not in ABOUT_THE_ROW
    },
    key=str,
)


@settings(max_examples=120, deadline=None)
@given(call=st.sampled_from(QUESTIONS), words=findings, some=facts, more=facts, line=lines)
def test_a_no_becomes_a_yes_only_by_a_fact_that_it_names(
    call: Call, words: list[str], some: set[str], more: set[str], line: str
) -> None:
    """More context never turns FAIL into PASS silently."""
    answers = [
        evaluate(
            call,
            facts_of(
                case(patient(" ".join((*sorted(known), line))), [read(word) for word in words]),
                as_of=TODAY,
                jurisdiction=Jurisdiction.US,
                drugs=KNOWLEDGE.drugs,
                sites=KNOWLEDGE.sites,
            ),
        )
        for known in (some, some | more)
    ]
    before, after = answers
    if (before.outcome, after.outcome) == (Outcome.FAIL, Outcome.PASS):
        assert before.sentence != after.sentence
        assert "not stated" in before.sentence, f"{before.sentence} -> {after.sentence}"
