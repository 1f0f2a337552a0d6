"""The printed page: what a tired oncologist must see is there, and nothing on it has power."""

import re
from dataclasses import replace
from html import unescape

import pytest

from exchange.case_page import html, pdf
from exchange.case_sheet import Order, Sheet, sheet
from exchange.case_therapies import line_name
from pipeline.errors import InputError
from pipeline.model import Basis, Marker, MarkerState, ReportStatus, Significance, Status
from pipeline.patient import (
    FlagKind,
    Interpretation,
    NearMiss,
    SupersededReport,
    TherapyFlag,
)
from tests.exchange.test_documents import VARIANT, interpretation, result

ORDERS = (
    Order(test="MSI by PCR or NGS", markers=("MSI", "MMR"), opens=("pembrolizumab",)),
    Order(test="not needed now: MSI is known", markers=("MMR",), opens=(), needed=False),
)


def page(said: Interpretation | None = None) -> Sheet:
    said = said or interpretation(result())
    return sheet(said, ORDERS, said.near_misses)


def words(shown: Sheet) -> str:
    body = html(shown).split("<body>")[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


# what the page must say | where it comes from
SAID = [
    ("case C1 · as of 2026-11-02 · labels of US · knowledge 2026.11.02", "day and release"),
    ("Decision support for professionals.", "the notes of the interpretation"),
    ("Site intrahepatic", "the context"),
    ("Stage not stated", "what is missing of the context"),
    ("Prior lines not stated", "what is missing of the context"),
    ("● IDH1 mutation p.R132C , VAF 31.0%, 412 reads, specimen T1 a.vcf line 12", "the finding"),
    ("(not looked at: this is not negative)", "silence is not negative"),
    ("ASK ivosidenib IDH1 mutation p.R132C, 2, US.", "the flag"),
    ("Not stated: number of prior lines.", "what the flag asks"),
    ("ESCAT I-A", "the tier"),
    ("1 SUGGEST cisplatin + durvalumab + gemcitabine fit", "the list"),
    ("☐︎ MSI by PCR or NGS for MSI, MMR could open: pembrolizumab", "the order"),
    ("MMR: not needed now: MSI is known", "what need not be ordered"),
    ("x : no marker is kept for it", "what did not fire"),
    ("a.vcf, final", "what was read"),
    ("reviewed by decision date and signature", "the place to sign"),
    ("decision support for professionals: not signed", "the foot of each page"),
]


@pytest.mark.parametrize(("text", "where"), SAID, ids=[row[1] for row in SAID])
def test_the_page_says(text: str, where: str) -> None:
    assert text in words(page()).replace(" .", "."), where


def test_every_marker_stands_on_the_page() -> None:
    text = words(page())
    assert [each.label for each in Marker if each.label not in text] == []


def with_states(**changes: MarkerState) -> Interpretation:
    said = interpretation(result())
    states = dict(said.case.markers) | {Marker(name): state for name, state in changes.items()}
    return replace(said, case=replace(said.case, markers=states))


def state(marker: Marker, status: Status, basis: Basis, *conflicts: str) -> MarkerState:
    return MarkerState(
        marker=marker, status=status, basis=basis, detail="as told", conflicts=conflicts
    )


def test_a_printed_negative_is_told_from_an_inferred_one() -> None:
    said = with_states(
        MSI=state(Marker.MSI, Status.NOT_DETECTED, Basis.EXPLICIT),
        BRAF_MUTATION=state(Marker.BRAF_MUTATION, Status.NOT_DETECTED, Basis.INFERRED_FROM_PANEL),
        NRG1_FUSION=state(Marker.NRG1_FUSION, Status.INDETERMINATE, Basis.DEFAULT),
    )
    shown = page(said)
    assert shown.printed_negative == ("MSI",)
    assert shown.inferred_negative == ("BRAF mutation",)
    assert shown.open == (("as told", "NRG1 fusion"),)
    assert "MSI" not in shown.not_assessed


def test_conflicts_and_stale_reports_stand_first() -> None:
    conflict = "the VCF is silent"
    said = with_states(
        IDH1_MUTATION=state(Marker.IDH1_MUTATION, Status.INDETERMINATE, Basis.EXPLICIT, conflict)
    )
    shown = sheet(said, (), (), ("Reports have changed.",))
    assert shown.alerts == ("Reports have changed.", "IDH1 mutation: the VCF is silent")
    assert "Look first: Reports have changed.; IDH1 mutation: the VCF is silent" in words(shown)


def test_an_uncertain_variant_is_told_and_fires_nothing() -> None:
    said = interpretation(result())
    finding = replace(VARIANT, significance=Significance.VUS, detail="p.A1T")
    shown = page(replace(said, case=replace(said.case, findings=(finding,))))
    assert shown.detected == ()
    assert "p.A1T (VAF 31.0%, 412 reads, specimen T1): fires no flag" in words(shown)


def test_specimens_that_differ_are_told_with_the_finding() -> None:
    known = state(Marker.IDH1_MUTATION, Status.DETECTED, Basis.EXPLICIT)
    both = {"T1": Status.DETECTED, "P2": Status.NOT_DETECTED}
    said = with_states(IDH1_MUTATION=replace(known, by_specimen=both))
    text = words(page(said))
    assert "specimen T1, differs by specimen: P2 not detected, T1 detected a.vcf line 12" in text


def flagged(**changes: object) -> Interpretation:
    said = interpretation(result())
    (flag,) = said.flags
    return replace(said, flags=(replace(flag, **changes),))


def test_a_blocked_drug_says_why_and_asks_nothing() -> None:
    said = flagged(kind=FlagKind.BLOCK, because=("IDH1 p.R132C", "US: withdrawn since 2024-05-16"))
    (advice,) = page(said).advice
    assert advice.why == ("US: withdrawn since 2024-05-16",)
    assert (advice.asks, advice.evidence) == ((), ())


def test_the_most_useful_flag_comes_first_and_labels_stand_together() -> None:
    said = interpretation(result())
    (flag,) = said.flags
    kinds = [FlagKind.BLOCK, FlagKind.FLAG, FlagKind.SUGGEST, FlagKind.ASK, FlagKind.CAUTION]
    many: list[TherapyFlag] = [replace(flag, kind=kind, therapy=kind.value) for kind in kinds]
    shown = page(replace(said, flags=tuple(many)))
    assert [each.kind.value for each in shown.advice] == [
        "SUGGEST", "CAUTION", "ASK", "FLAG", "BLOCK",
    ]  # fmt: skip


def test_what_every_drug_asks_and_warns_of_is_said_once() -> None:
    said = interpretation(result())
    (flag,) = said.flags
    one = replace(flag, cautions=("fever", "eyes"))
    other = replace(flag, therapy="other", cautions=("fever",))
    shown = page(replace(said, flags=(one, other)))
    assert (shown.common.cautions, shown.common.asks) == (("fever",), ("number of prior lines",))
    assert [(each.asks, each.cautions) for each in shown.advice] == [((), ("eyes",)), ((), ())]
    without = page(replace(said, flags=(one, replace(other, cautions=(), evaluations=()))))
    assert (without.common.cautions, without.common.asks) == ((), ())


def test_a_case_without_a_detected_marker_claims_no_negative() -> None:
    said = interpretation(result())
    nothing = replace(said, case=replace(said.case, findings=()))
    text = words(page(nothing))
    assert "No marker is detected. Only those that stand under “not detected” are negative." in text


def test_a_plain_negative_is_told_once_for_all_its_therapies() -> None:
    said = with_states(MSI=state(Marker.MSI, Status.NOT_DETECTED, Basis.EXPLICIT))
    misses = [
        NearMiss(marker=Marker.MSI, therapy="pembrolizumab", reason="MSI: not detected (stable)"),
        NearMiss(marker=Marker.MSI, therapy="dostarlimab", reason="MSI: not detected (stable)"),
        NearMiss(marker=Marker.MSI, therapy="x", reason="MSI: not detected; and more"),
    ]
    shown = sheet(said, (), misses)
    assert shown.negative == (("MSI", "pembrolizumab, dostarlimab"),)
    assert shown.why_not == (("x", "MSI: not detected; and more"),)


def test_a_superseded_report_is_named_as_not_weighed() -> None:
    said = interpretation(result())
    old = SupersededReport(
        sha256="c" * 64, file="v1.pdf", status=ReportStatus.FINAL, version=1, reported=None,
        by_sha256="a" * 64, by_version=2, by_status=ReportStatus.AMENDED,
    )  # fmt: skip
    text = words(page(replace(said, case=replace(said.case, superseded=(old,)))))
    assert "a.vcf, final; v1.pdf, superseded: not weighed." in text


LINES = [("first", "first line"), ("any", "any line"), ("maintenance", "maintenance")]


@pytest.mark.parametrize(("line", "said"), LINES)
def test_a_line_is_named_as_people_say_it(line: str, said: str) -> None:
    assert line_name(line) == said


HOSTILE = "</script><script>alert(1)</script>\x00\u202e{{ 7*7 }}<img src=http://x/y>\"'&\x1b[2J"


def hostile() -> Interpretation:
    """Every text of the case at its worst."""
    said = interpretation(result())
    (flag,) = said.flags
    (suggestion,) = said.suggestions
    finding = replace(VARIANT, detail=HOSTILE, specimen=HOSTILE, conflicts=(HOSTILE,))
    states = {
        marker: replace(each, detail=HOSTILE, conflicts=(HOSTILE,), status=Status.INDETERMINATE)
        for marker, each in said.case.markers.items()
    }
    one = result()
    report = replace(one.report, file=HOSTILE, vendor=HOSTILE, assay=HOSTILE)
    case = replace(
        said.case, id=HOSTILE, findings=(finding,), markers=states, tumour_type=HOSTILE,
        reports=(replace(one, report=report),),
    )  # fmt: skip
    return replace(
        said,
        case=case,
        flags=(
            replace(
                flag, therapy=HOSTILE, because=(HOSTILE, HOSTILE), cautions=(HOSTILE,),
                figures=HOSTILE, unverified=(HOSTILE,), indication_id="other",
            ),
        ),
        suggestions=(
            replace(suggestion, regimen=HOSTILE, because=(HOSTILE,), conditions=(HOSTILE,)),
        ),
        near_misses=(NearMiss(marker=None, therapy=HOSTILE, reason=HOSTILE),),
        notes=(HOSTILE,),
    )  # fmt: skip


def test_text_of_a_report_is_never_markup() -> None:
    said = hostile()
    orders = (Order(test=HOSTILE, markers=(HOSTILE,), opens=(HOSTILE,)),)
    text = html(sheet(said, orders, said.near_misses, (HOSTILE,)))
    for bad in ("<script", "<img", "\x00", "\u202e", "\x1b"):
        assert bad not in text
    assert "49" not in re.sub(r"&#\d+;", "", text).split("<body>")[1]
    assert text.count("&lt;script&gt;") > 20


def test_the_page_names_nothing_outside_itself() -> None:
    text = html(page())
    assert not re.search(r"(?:src|href)\s*=|url\(|@import|https?:", text)


def test_a_pdf_is_one_a4_page() -> None:
    pdfium = pytest.importorskip("pypdfium2")
    try:
        drawn = pdfium.PdfDocument(pdf(page()))
    except InputError as error:
        pytest.skip(f"NO PDF WAS DRAWN: {error}")
    assert len(drawn) == 1
    assert [round(each / 72 * 25.4) for each in drawn[0].get_size()] == [210, 297]
    text = drawn[0].get_textpage().get_text_bounded()
    assert "ivosidenib" in text
    assert "page 1 of 1" in text


def test_a_page_that_reaches_outside_is_not_drawn_from_there() -> None:
    """Even a page with a foreign address loads nothing: the fetcher refuses."""
    from exchange.case_page import _refuse  # noqa: PLC0415

    with pytest.raises(ValueError, match="loads nothing from outside"):
        _refuse("http://example.org/x.png")
