"""Sequential specimens: what was there, what came, what went, and what nobody looked at again."""

from datetime import date

import pytest

from pipeline.model import Analyte, Marker, Significance, Specimen
from pipeline.patient import Patient
from pipeline.reconcile import reconcile
from pipeline.timeline import DayOf, timeline
from tests.pipeline.conftest import looks_at, told

GENE = "FGFR2_MUTATION"
COVERED = {"scope": looks_at(GENE)}
DEEP = {"scope": looks_at(GENE, vaf_lod=0.01)}
COARSE = {"scope": looks_at(GENE, vaf_lod=0.05)}
PLASMA = {"analyte": Analyte.CFDNA, "tumour_percent": None}
POOR = {"tumour_percent": 10}


def taken(day, *said, marker=GENE, name="TUMOR", tissue=None, **more):
    """A report on a specimen collected on *day* (None: not stated)."""
    given = {"id": name, "analyte": Analyte.DNA, "tumour_percent": 40, **(tissue or {})}
    specimen = Specimen(collected=date.fromisoformat(day) if day else None, **given)
    file = more.pop("file", f"{day}-{name}-{more.get('vendor')}.pdf")
    return told(file, *said, marker=marker, specimen=specimen, **more)


def tracks(*results, marker=GENE, **patient):
    case = reconcile("C1", Patient(**patient), results)
    return {each.subject: each for each in timeline(case).tracks if each.marker is Marker(marker)}


def events(track):
    return [each.event.value if each.event else None for each in track.points]


ONE, TWO, THREE = "2025-06-01", "2025-12-01", "2026-06-01"
MUTATED = ("V564F", {"vaf": 0.2})
FAINT = ("V564F", {"vaf": 0.02})

TABLE = [
    # situation, the reports in time, what happened to FGFR2 V564F
    ("stays", [taken(ONE, MUTATED), taken(TWO, MUTATED)], ["first_seen", "persists"]),
    ("comes, and was looked for before", [taken(ONE, "no"), taken(TWO, MUTATED)],
     ["absent", "gained"]),
    ("comes, and a panel that covers it was silent", [taken(ONE, **COVERED), taken(TWO, MUTATED)],
     ["absent", "gained"]),
    ("comes, and nobody looked before", [taken(ONE), taken(TWO, MUTATED)],
     ["not_looked_at", "first_seen"]),
    ("comes, and the first panel had no such gene",
     [taken(ONE, scope=looks_at("KRAS_MUTATION")), taken(TWO, MUTATED)],
     ["not_looked_at", "first_seen"]),
    ("comes, and there were too few tumour cells before",
     [taken(ONE, tissue=POOR, **COVERED), taken(TWO, MUTATED)], ["open", "first_seen"]),
    ("comes at a VAF that the first test could not see",
     [taken(ONE, **COARSE), taken(TWO, FAINT, **DEEP)], ["open", "first_seen"]),
    ("goes, and was looked for again", [taken(ONE, MUTATED), taken(TWO, "no")],
     ["first_seen", "lost"]),
    ("goes, and the panel that covers it is silent", [taken(ONE, MUTATED), taken(TWO, **COVERED)],
     ["first_seen", "lost"]),
    ("is not looked at again", [taken(ONE, MUTATED), taken(TWO)],
     ["first_seen", "not_looked_at"]),
    ("is denied by plasma, which proves nothing",
     [taken(ONE, MUTATED), taken(TWO, "no", tissue=PLASMA)], ["first_seen", "open"]),
    ("is denied by a test that could not see its VAF",
     [taken(ONE, FAINT, **DEEP), taken(TWO, **COARSE)], ["first_seen", "open"]),
    ("is denied by a test that could see its VAF",
     [taken(ONE, MUTATED), taken(TWO, **COARSE)], ["first_seen", "lost"]),
    ("is denied by a qualified report",
     [taken(ONE, MUTATED), taken(TWO, status="qualified", **COVERED)], ["first_seen", "open"]),
    ("is denied by a failed test",
     [taken(ONE, MUTATED), taken(TWO, status="failed", **COVERED)],
     ["first_seen", "not_looked_at"]),
    ("is left open later",
     [taken(ONE, MUTATED), taken(TWO, ("V564F", {"status": "indeterminate"}))],
     ["first_seen", "open"]),
    ("another change of the gene is named, and both are covered",
     [taken(ONE, MUTATED, **COVERED), taken(TWO, "N549K", **COVERED)], ["first_seen", "lost"]),
    ("another change of the gene is named, and nobody knows what was covered",
     [taken(ONE, MUTATED), taken(TWO, "N549K")], ["first_seen", "open"]),
    ("goes and comes back", [taken(ONE, MUTATED), taken(TWO, "no"), taken(THREE, FAINT)],
     ["first_seen", "lost", "seen_again"]),
    ("stays over a specimen that was not looked at",
     [taken(ONE, MUTATED), taken(TWO), taken(THREE, MUTATED)],
     ["first_seen", "not_looked_at", "persists"]),
    ("is there in one of two specimens of a day",
     [taken(ONE, MUTATED, name="A1"), taken(ONE, "no", name="B1"), taken(TWO, MUTATED)],
     ["first_seen", "absent", "persists"]),
    ("two reports on one specimen disagree",
     [taken(ONE, MUTATED, vendor="L"), taken(ONE, "no", vendor="M"), taken(TWO, MUTATED)],
     ["open", "first_seen"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("results", "happened"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_what_happened_to_an_alteration(results, happened):
    for arrived in (results, results[::-1]):
        assert events(tracks(*arrived)["p.V564F"]) == happened


def test_the_vaf_over_time():
    track = tracks(taken(TWO, FAINT), taken(ONE, MUTATED))["p.V564F"]
    assert [(each.step.day.isoformat(), each.vaf) for each in track.points] == [
        (ONE, 0.2),
        (TWO, 0.02),
    ]


@pytest.mark.parametrize(
    ("before", "event", "reason"),
    [
        ([taken(ONE, MUTATED, tissue=PLASMA)], "absent", "seen before in plasma alone"),
        ([taken(ONE, MUTATED)], "lost", None),
        ([taken(ONE, MUTATED), taken(TWO, FAINT, tissue=PLASMA, name="P")], "lost", None),
    ],
    ids=["in plasma", "in tissue", "in both"],
)
def test_tissue_does_not_lose_what_only_plasma_showed(before, event, reason):
    track = tracks(*before, taken(THREE, "no", name="LATER"))["p.V564F"]
    assert (track.points[-1].event, track.points[-1].reason) == (event, reason)


FUSED = {"marker": "FGFR2_FUSION"}
RNA, DNA = {"analyte": Analyte.RNA}, {"analyte": Analyte.DNA}
BICC1 = "FGFR2-BICC1 fusion"
SILENT = {"scope": looks_at("FGFR2_FUSION"), **FUSED}


@pytest.mark.parametrize(
    ("results", "happened"),
    [
        ([taken(ONE, BICC1, **FUSED), taken(TWO, **SILENT)], ["first_seen", "open"]),
        ([taken(ONE, **SILENT), taken(TWO, BICC1, **FUSED)], ["open", "first_seen"]),
        ([taken(ONE, BICC1, **FUSED), taken(TWO, "no", **FUSED)], ["first_seen", "lost"]),
        (
            [taken(ONE, (BICC1, RNA), **FUSED), taken(TWO, ("no", DNA), **FUSED)],
            ["first_seen", "open"],
        ),
        (
            [taken(ONE, (BICC1, RNA), **FUSED), taken(TWO, ("no", RNA), **FUSED)],
            ["first_seen", "lost"],
        ),
    ],
    ids=["silent later", "silent before", "printed as absent", "RNA, then DNA", "RNA, then RNA"],
)
def test_a_fusion_is_lost_only_where_its_absence_is_printed(results, happened):
    """As side by side: silence and DNA alone are no word against a fusion."""
    (track,) = tracks(*results, marker="FGFR2_FUSION").values()
    assert events(track) == happened


VUS = ("K5N", {"significance": Significance.VUS})
KRAS = {"marker": "KRAS_MUTATION"}
LISTS_KRAS = {"scope": looks_at("KRAS_MUTATION"), **KRAS}


@pytest.mark.parametrize(
    ("results", "happened"),
    [
        ([taken(ONE, **LISTS_KRAS), taken(TWO, VUS, **KRAS)], ["open", "first_seen"]),
        ([taken(ONE, VUS, **KRAS), taken(TWO, **LISTS_KRAS)], ["first_seen", "open"]),
        ([taken(ONE, VUS, **KRAS), taken(TWO, "no", **KRAS)], ["first_seen", "open"]),
        ([taken(ONE, VUS, **KRAS), taken(TWO, VUS, **KRAS)], ["first_seen", "persists"]),
    ],
    ids=["comes, the first is silent", "goes into silence", "goes, KRAS is negative", "stays"],
)
def test_a_variant_of_unknown_significance_is_neither_gained_nor_lost(results, happened):
    """A report that does not list it says nothing of it: many list none at all."""
    track = tracks(*results, marker="KRAS_MUTATION")["p.K5N"]
    assert events(track) == happened
    said = {each.reason for each in track.points if each.event == "open"}
    assert said <= {"what has no known significance is often not listed"}


def test_an_open_point_says_why():
    track = tracks(taken(ONE, FAINT, **DEEP), taken(TWO, **COARSE))["p.V564F"]
    assert track.points[1].reason == "a VAF of 2.0% is below the limit of 5.0% of this test"


def test_a_specimen_without_a_day_stands_apart():
    track = tracks(taken(None, MUTATED), taken(ONE, "no", name="S2"))["p.V564F"]
    assert [(each.step.day is None, each.event) for each in track.points] == [
        (False, "absent"),
        (True, None),
    ]


@pytest.mark.parametrize(
    ("stated", "day", "day_of", "after"),
    [
        # collected, received, reported
        (("2026-03-02", "2026-03-03", "2026-03-09"), "2026-03-02", DayOf.COLLECTED, True),
        (("2026-03-01", "2026-03-03", "2026-03-09"), "2026-03-01", DayOf.COLLECTED, False),
        ((None, "2026-03-03", "2026-03-09"), "2026-03-03", DayOf.RECEIVED, None),
        ((None, "2026-02-20", "2026-03-09"), "2026-02-20", DayOf.RECEIVED, False),
        ((None, None, "2026-03-09"), "2026-03-09", DayOf.REPORTED, None),
        ((None, None, None), None, None, None),
    ],
)
def test_the_day_of_a_specimen_and_the_end_of_targeted_therapy(stated, day, day_of, after):
    """Therapy ended on 1 March; a specimen received later may have been collected before."""
    days = [date.fromisoformat(each) if each else None for each in stated]
    specimen = Specimen(id="S1", collected=days[0], received=days[1])
    report = told("a.pdf", MUTATED, marker=GENE, specimen=specimen, reported=days[2])
    case = reconcile("C1", Patient(last_targeted_end=date(2026, 3, 1)), [report])
    (step,) = timeline(case).steps
    assert (step.day and step.day.isoformat(), step.day_of, step.after_targeted) == (
        day,
        day_of,
        after,
    )


def test_a_vcf_and_a_pdf_of_one_specimen_are_one_step():
    reports = [taken(ONE, MUTATED, file="a.pdf"), taken(ONE, MUTATED, file="b.vcf")]
    track = tracks(*reports)["p.V564F"]
    assert [[r.file for r in each.step.reports] for each in track.points] == [["a.pdf", "b.vcf"]]
    assert events(track) == ["first_seen"]


def test_a_test_of_one_change_says_nothing_of_another():
    found = tracks(
        taken(ONE, ("K601E", {"vaf": 0.2}), marker="BRAF_MUTATION"),
        taken(TWO, ("V600E", {"status": "not_detected"}), marker="BRAF_MUTATION"),
        marker="BRAF_MUTATION",
    )
    assert events(found["p.K601E"]) == ["first_seen", "open"]


def test_a_value_over_time():
    results = (
        taken(ONE, ("MSS", {"status": "not_detected"}), marker="MSI"),
        taken(TWO, "MSI-H", marker="MSI"),
    )
    assert events(tracks(*results, marker="MSI")[None]) == ["absent", "gained"]


def test_what_is_of_unknown_significance_is_followed_and_marked():
    vus = ("K5N", {"significance": Significance.VUS})
    found = tracks(
        taken(ONE, vus, marker="KRAS_MUTATION"),
        taken(TWO, vus, marker="KRAS_MUTATION"),
        marker="KRAS_MUTATION",
    )["p.K5N"]
    assert (events(found), found.counts) == (["first_seen", "persists"], False)


def test_negatives_alone_leave_no_track():
    assert tracks(taken(ONE, "no"), taken(TWO, "no")) == {}


def test_a_replaced_version_is_not_in_the_timeline():
    order = {"vendor": "L", "accession": "A-1"}
    first = taken(ONE, MUTATED, file="1.pdf", version=1, **order)
    second = taken(ONE, "no", file="2.pdf", version=2, status="amended", **order)
    assert tracks(first, second) == {}


def test_every_point_is_of_the_case():
    """The steps of the tracks are those of the timeline, in the same order."""
    results = [taken(TWO, MUTATED), taken(ONE, "no"), taken(None, "no", name="S9")]
    found = timeline(reconcile("C1", Patient(), results))
    (track,) = found.tracks
    assert tuple(each.step for each in track.points) == found.steps
    assert found.days == 2
