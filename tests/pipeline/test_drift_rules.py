"""A laboratory night by night: what raises an alarm, in which night, and what never does.

The laboratory: ten reports a night of one reader and assay; FGFR2 fused in every fifth, MSI stable
in all but every twentieth, allele fractions between 10 and 40 %, three sections on every page.
"""

import random
from dataclasses import replace

import pytest

from pipeline.drift import Code, Drift, Key, Limits, Settled, drifts, is_learning, joins
from pipeline.drift_words import sentence
from pipeline.model import Layout, Marker, ReportStatus, Status
from pipeline.signals import Signal

LIMITS = Limits()
USUAL = Layout(
    fingerprint="8b09baed", sections=("ASSAY:genes", "RESULT:findings", "RESULT:signatures")
)
OTHER = Layout(fingerprint="0badcafe", sections=("ASSAY:genes", "RESULT:findings"))
LOW = {"vafs": (0.0011, 0.0035)}


def signal(name: str, **changes: object) -> Signal:
    """A usual report: an FGFR2 fusion is not there, MSI is stable, one allele at 20 %."""
    markers = dict.fromkeys(Marker, Status.NOT_ASSESSED)
    markers |= {Marker.FGFR2_FUSION: Status.NOT_DETECTED, Marker.MSI: Status.NOT_DETECTED}
    usual = Signal(
        report_id=name,
        reader="two_column",
        version="1",
        assay="Northlake Solid",
        status=ReportStatus.FINAL,
        findings=1,
        markers=markers,
        vafs=(0.2,),
        layout=USUAL,
    )
    return replace(usual, **changes)


def with_marker(marker: Marker, status: Status, name: str, **changes: object) -> Signal:
    one = signal(name, **changes)
    return replace(one, markers=one.markers | {marker: status})


def fused(name: str, **changes: object) -> Signal:
    return with_marker(Marker.FGFR2_FUSION, Status.DETECTED, name, **changes)


def quiet(number: int, of: int = 10) -> list[Signal]:
    """A usual night: two of ten are fused, allele fractions run from 10 to 40 %."""
    make = [fused if at % 5 == 0 else signal for at in range(of)]
    return [
        each(f"{number}-{at}", vafs=((10 + (7 * at + number) % 31) / 100,))
        for at, each in enumerate(make)
    ]


FORTY = [quiet(number) for number in range(40)]
ASSAY = {"reader": "two_column", "assay": "Northlake Solid"}


def night(*reports: Signal) -> list[Signal]:
    return [replace(each, report_id=f"now-{at}") for at, each in enumerate(reports)]


def said(found: tuple[Drift, ...]) -> set[tuple[str, str | None, str | None]]:
    return {(e.key.code.value, e.key.marker and e.key.marker.value, e.key.what) for e in found}


MANY = 10
# What comes in the 41st night, the alarms (code, marker, what), and how many reports they hold.
TONIGHT = [
    ("a night as ever", quiet(40), set(), 0),
    ("one report of another layout", [*quiet(40)[:9], signal("x", layout=OTHER)],
     {("layout", None, "0badcafe")}, 1),
    ("all without the section of signatures, MSI open",
     [with_marker(Marker.MSI, Status.NOT_ASSESSED, "x", layout=OTHER)] * MANY,
     {("layout", None, "0badcafe"), ("section", None, "RESULT:signatures"),
      ("unknown", "MSI", None)}, 10),
    ("MSI left open in six of ten",
     [*quiet(40)[:4], *[with_marker(Marker.MSI, Status.INDETERMINATE, "x")] * 6],
     {("unknown", "MSI", None)}, 10),
    ("MSI left open in one of ten",
     [*quiet(40)[:9], with_marker(Marker.MSI, Status.INDETERMINATE, "x")], set(), 0),
    ("nothing found in eight of ten", [*quiet(40)[:2], *[signal("x", findings=0, vafs=())] * 8],
     {("no_findings", None, None)}, 10),
    ("every report fused", [fused("x")] * MANY, {("positives", "FGFR2_FUSION", "rise")}, 10),
    ("no report fused, for one night", [signal("x")] * MANY, set(), 0),
    ("fractions read a hundred times too small", [fused("x", **LOW)] * 2 + [signal("x", **LOW)] * 8,
     {("vaf_scale", None, "fall")}, 10),
    ("fractions a third smaller: other patients",
     [fused("x", vafs=(0.13,))] * 2 + [signal("x", vafs=(0.13,))] * 8, set(), 0),
    ("an assay that nobody knows", [replace(e, assay="New") for e in quiet(40)], set(), 0),
    ("a test that failed in all", [signal("x", status=ReportStatus.FAILED, findings=0)] * MANY,
     set(), 0),
]  # fmt: skip


@pytest.mark.parametrize(("tonight", "alarms", "held"), [e[1:] for e in TONIGHT],
                         ids=[e[0] for e in TONIGHT])  # fmt: skip
def test_the_forty_first_night(tonight, alarms, held):
    found = drifts(FORTY, night(*tonight), LIMITS)
    assert said(found) == alarms
    assert {len(each.reports) for each in found} == ({held} if held else set())


def test_a_rate_that_falls_slowly_is_found_and_the_nights_since_are_held():
    """A fifth was fused: ten nights of none are 100 reports, 0.8^100 is 2 in 10^10."""
    nights, found = list(FORTY), ()
    for number in range(40, 56):
        tonight = [signal(f"{number}-{at}", vafs=(0.2,)) for at in range(10)]
        found = drifts(nights, tonight, LIMITS)
        if found:
            break
        nights.append(tonight)
    assert said(found) == {("positives", "FGFR2_FUSION", "fall")}
    assert 45 <= number <= 55, "not in one night, and not after months"
    (one,) = found
    assert one.figures.counts.seen <= 2, "at most the last usual night is among them"
    assert {int(each.split("-")[0]) for each in one.reports} >= set(range(number - 7, number + 1))


def test_what_drifts_is_told_in_numbers():
    (one,) = drifts(FORTY, night(*[fused("x")] * MANY), LIMITS)
    told = sentence(one)
    assert "two_column" in told
    assert "10 of 10 reports, 80 of 400 before" in told
    assert "chance 1 in" in told
    assert "Northlake" not in told, "an assay is printed words, and may be misread"


@pytest.mark.parametrize(
    ("nights", "learning"),
    [
        ([], True),
        ([quiet(0, of=200)], True),
        ([quiet(n) for n in range(4)], True),
        ([quiet(n, of=9) for n in range(5)], True),
        ([quiet(n) for n in range(5)], False),
    ],
    ids=["nothing", "one large night", "4 nights of 10", "5 nights of 9", "5 nights of 10"],
)
def test_a_laboratory_is_learnt_first(nights, learning):
    """50 reports of 5 nights; before that nothing alarms, whatever comes."""
    assert is_learning(nights, LIMITS) is learning
    found = drifts(nights, night(*[signal("x", layout=OTHER)] * 10), LIMITS)
    assert (Code.LAYOUT in {each.key.code for each in found}) is not learning


def test_what_stands_is_not_said_again():
    tonight = night(*[fused("x")] * MANY)
    (one,) = drifts(FORTY, tonight, LIMITS)
    assert drifts(FORTY, tonight, LIMITS, standing=[one.key]) == ()
    assert all(joins(one.key, each) for each in tonight)


def test_what_was_settled_is_the_new_normal():
    """After the alarm the history begins anew: learnt again, and then usual."""
    tonight = night(*[fused("x")] * MANY)
    (one,) = drifts(FORTY, tonight, LIMITS)
    settled = [Settled(key=one.key, reports=frozenset(one.reports))]
    later = [[replace(e, report_id=f"l{n}-{e.report_id}") for e in tonight] for n in range(8)]
    for count in range(8):
        found = drifts([*FORTY, tonight, *later[:count]], later[count], LIMITS, settled=settled)
        assert found == (), f"night {count} after it was settled"


def test_a_layout_that_was_seen_is_known():
    (one,) = drifts(FORTY, night(signal("x", layout=OTHER)), LIMITS)
    assert one.figures.lacks == ("RESULT:signatures",)
    assert joins(one.key, signal("y", layout=OTHER, assay="another"))
    assert not joins(one.key, signal("y"))
    past, again = [*FORTY, night(signal("x", layout=OTHER))], [signal("y", layout=OTHER)]
    assert said(drifts(past, again, LIMITS)) == {("section", None, "RESULT:signatures")}
    right = [Settled(key=one.key, reports=frozenset(one.reports))]
    assert drifts(past, again, LIMITS, settled=right) == (), "what a person took for right"


def test_where_new_layouts_are_usual_one_more_is_no_news():
    """A reader of letters: every tenth report opens other sections."""
    letters = [
        [replace(e, layout=Layout(fingerprint=f"{n:04}{at // 9:04}", sections=()))
         if at == 9 else e for at, e in enumerate(each)]
        for n, each in enumerate(FORTY)
    ]  # fmt: skip
    assert drifts(letters, night(signal("x", layout=OTHER)), LIMITS) == ()


def test_another_laboratory_is_another_history():
    strange = [replace(each, assay="Southlake") for each in night(*[fused("x")] * MANY)]
    assert drifts(FORTY, strange, LIMITS) == ()


def test_no_alarm_where_it_is_switched_off():
    assert drifts(FORTY, night(*[fused("x")] * MANY), Limits(alpha=0)) == ()


@pytest.mark.parametrize(
    ("size", "history"),
    [(4, 40), pytest.param(25, 120, marks=pytest.mark.long)],
    ids=["4 a night", "25 a night"],
)
def test_a_thousand_quiet_nights_raise_fewer_than_two_alarms(size, history):
    """*alpha* 0.001 a night: of 1,000 quiet nights one is expected at most (two: p < 0.27)."""
    chance = random.Random(20261121)  # noqa: S311 - drawn the same on every machine
    every = [_drawn(chance, number, size) for number in range(1_000)]
    alarms = []
    for number in range(1_000):
        alarms += drifts(every[max(0, number - history) : number], every[number], LIMITS)
    assert len(alarms) <= 1, [sentence(each) for each in alarms]


def _drawn(chance: random.Random, number: int, size: int) -> list[Signal]:
    """A night drawn by lot: rates of a real panel, MSI not stated in one of twenty."""
    rates = {
        Marker.FGFR2_FUSION: 0.10, Marker.IDH1_MUTATION: 0.13, Marker.KRAS_MUTATION: 0.25,
        Marker.BRAF_MUTATION: 0.03, Marker.ERBB2_AMPLIFICATION: 0.05, Marker.MSI: 0.02,
        Marker.TMB: 0.05, Marker.NTRK1_FUSION: 0.002, Marker.RET_FUSION: 0.005,
    }  # fmt: skip
    night = []
    for at in range(size):
        found = {e: chance.random() < rate for e, rate in rates.items()}
        markers = {e: Status.DETECTED if found.get(e) else Status.NOT_DETECTED for e in Marker}
        for each in (Marker.MSI, Marker.TMB):
            if chance.random() < 0.05:
                markers[each] = Status.NOT_ASSESSED
        seen = sum(found.values())
        vafs = tuple(chance.betavariate(2, 6) for _ in range(seen))
        night.append(signal(f"{number}-{at}", markers=markers, findings=seen, vafs=vafs))
    return night


def test_keys_are_told_apart():
    one = Key(**ASSAY, code=Code.POSITIVES, marker=Marker.MSI, what="fall")
    assert one != replace(one, what="rise")
    assert not joins(one, signal("x", status=ReportStatus.FAILED))
