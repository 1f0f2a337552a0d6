"""What must hold for every patient and every finding, whatever the tables say."""

from datetime import date, timedelta

from cases import FIT, TODAY, case, patient, read
from hypothesis import given, settings
from hypothesis import strategies as st

from actionability import knowledge
from actionability.interpret import interpret
from pipeline.model import Marker
from pipeline.patient import FlagKind, Interpretation, Jurisdiction

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
