"""Reports side by side: who says what of an alteration, and why another does not."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.concordance import Agreement, concordance
from pipeline.model import (
    Analyte,
    Completeness,
    Marker,
    ReportStatus,
    Significance,
    Source,
    Specimen,
)
from pipeline.patient import Patient
from pipeline.reconcile import reconcile
from tests.pipeline.conftest import looks_at, told

BLOCK = Specimen(id="S1", analyte=Analyte.DNA, tumour_percent=40)
OTHER = Specimen(id="S2", analyte=Analyte.DNA, tumour_percent=40)
POOR = Specimen(id="S1", analyte=Analyte.DNA, tumour_percent=10)
PLASMA = Specimen(id="P1", analyte=Analyte.CFDNA)
EARLY = replace(BLOCK, id="E1", collected=date(2025, 6, 1))
LATE = replace(BLOCK, id="L1", collected=date(2026, 3, 1))
ROW = Source(sha256="1" * 64, reader="vcf", text="a row", line=7)
YES, NO, OPEN = "detected", "not_detected", "indeterminate"
AGREE, ONE, CONFLICT = Agreement.CONCORDANT, Agreement.ONE_SIDED, Agreement.CONFLICTING


def compared(*results, marker="IDH1_MUTATION", **patient):
    found = concordance(reconcile("C1", Patient(**patient), results))
    return [each for each in found if each.marker is Marker(marker)]


def codes(comparison):
    return [each.code for each in comparison.causes]


FUSED = "FGFR2_FUSION"
TRK = "NTRK1_FUSION"
COPIES = "ERBB2_AMPLIFICATION"

TABLE = [
    # situation, marker, one report, the other, agreement, likely causes
    ("both name it", "IDH1_MUTATION", told("a.pdf", "R132C"), told("b.vcf", "p.Arg132Cys"),
     AGREE, []),
    ("printed against printed", "IDH1_MUTATION", told("a.pdf", "R132C"), told("b.pdf", "no"),
     CONFLICT, []),
    ("panel covers it and is silent", "IDH1_MUTATION",
     told("a.pdf", "R132C"), told("b.vcf", scope=looks_at()),
     CONFLICT, []),
    ("below the other assay's limit", "IDH1_MUTATION",
     told("a.pdf", ("R132C", {"vaf": 0.02})), told("b.vcf", scope=looks_at(vaf_lod=0.05)),
     CONFLICT, ["below_vaf_limit"]),
    ("at the limit it is seen", "IDH1_MUTATION",
     told("a.pdf", ("R132C", {"vaf": 0.05})), told("b.vcf", scope=looks_at(vaf_lod=0.05)),
     CONFLICT, []),
    ("the other panel has no such gene", "IDH1_MUTATION",
     told("a.pdf", "R132C"), told("b.pdf", scope=looks_at("KRAS_MUTATION")),
     ONE, ["not_covered"]),
    ("nobody knows what the other looks at", "IDH1_MUTATION",
     told("a.pdf", "R132C"), told("b.vcf"),
     ONE, ["scope_unknown"]),
    ("the other file is not complete", "IDH1_MUTATION",
     told("a.pdf", "R132C"),
     told("b.vcf", scope=looks_at(), completeness=Completeness(proven=False, evidence="cut off")),
     ONE, ["incomplete"]),
    ("the other test failed", "IDH1_MUTATION",
     told("a.pdf", "R132C"), told("b.pdf", scope=looks_at(), status=ReportStatus.FAILED),
     ONE, ["failed"]),
    ("the other report is qualified", "IDH1_MUTATION",
     told("a.pdf", "R132C"), told("b.pdf", scope=looks_at(), status=ReportStatus.QUALIFIED),
     ONE, ["qualified"]),
    ("too few tumour cells", "IDH1_MUTATION",
     told("a.pdf", "R132C"), told("b.pdf", scope=looks_at(), specimen=POOR),
     ONE, ["low_tumour_content"]),
    ("removed by a filter in the VCF", "IDH1_MUTATION",
     told("a.pdf", "R132C"),
     told("b.vcf", ("R132C", {"status": OPEN, "source": ROW, "note": "removed by FILTER LowQ"})),
     ONE, ["filtered"]),
    ("printed as equivocal", "IDH1_MUTATION",
     told("a.pdf", "R132C"), told("b.pdf", ("R132C", {"status": OPEN})),
     ONE, ["left_open"]),
    ("another change of the same residue", "IDH1_MUTATION",
     told("a.pdf", "R132C"), told("b.pdf", "R132H"),
     CONFLICT, ["other_alteration"]),
    ("another change elsewhere in the gene", "KRAS_MUTATION",
     told("a.pdf", "G12D", marker="KRAS_MUTATION"), told("b.pdf", "Q61H", marker="KRAS_MUTATION"),
     ONE, ["other_alteration"]),
    ("tissue against plasma", "IDH1_MUTATION",
     told("a.pdf", "R132C"), told("b.pdf", "no", specimen=PLASMA),
     ONE, ["plasma_tissue"]),
    ("another block", "IDH1_MUTATION",
     told("a.pdf", "R132C"), told("b.pdf", "no", specimen=OTHER),
     ONE, ["other_specimen"]),
    ("another time", "IDH1_MUTATION",
     told("a.pdf", "R132C", specimen=LATE), told("b.pdf", "no", specimen=EARLY),
     ONE, ["other_specimen", "timing"]),
    ("HER2 and ERBB2 are one gene", "ERBB2_MUTATION",
     told("a.pdf", ("S310F", {"gene": "HER2"}), marker="ERBB2_MUTATION"),
     told("b.pdf", ("S310F", {"gene": "ERBB2"}), marker="ERBB2_MUTATION"),
     AGREE, ["alias"]),
    ("the numbering of another isoform", "FGFR2_MUTATION",
     told("a.pdf", ("N550K", {"transcript": "NM_022970.3"}), marker="FGFR2_MUTATION"),
     told("b.vcf", ("N549K", {"transcript": "NM_000141.5"}), marker="FGFR2_MUTATION"),
     AGREE, ["numbering", "transcript"]),
    ("versions of one transcript are no difference", "IDH1_MUTATION",
     told("a.pdf", ("R132C", {"transcript": "NM_005896.3"})),
     told("b.pdf", ("R132C", {"transcript": "NM_005896"})),
     AGREE, []),
    ("one calls it of unknown significance", "IDH1_MUTATION",
     told("a.pdf", ("R132C", {"significance": Significance.PATHOGENIC})),
     told("b.pdf", ("R132C", {"significance": Significance.VUS})),
     AGREE, ["classification"]),
    ("a variant of unknown significance that the other does not list", "KRAS_MUTATION",
     told("a.pdf", ("K5N", {"significance": Significance.VUS}), marker="KRAS_MUTATION"),
     told("b.vcf", scope=looks_at("KRAS_MUTATION")),
     ONE, ["not_listed"]),
    ("RNA sees the fusion, DNA does not", TRK,
     told("a.pdf", ("TPM3-NTRK1", {"analyte": Analyte.RNA}), marker=TRK),
     told("b.pdf", ("no", {"analyte": Analyte.DNA}), marker=TRK),
     ONE, ["dna_rna"]),
    ("a fusion that a silent VCF may leave out", FUSED,
     told("a.pdf", "FGFR2-BICC1 fusion", marker=FUSED), told("b.vcf", scope=looks_at(FUSED)),
     ONE, ["often_left_out"]),
    ("the other library failed", FUSED,
     told("a.pdf", "FGFR2-BICC1 fusion", marker=FUSED),
     told("b.pdf", ("RNA library failed", {"status": "not_assessed"}), marker=FUSED),
     ONE, ["not_evaluable"]),
    ("one report does not name the partner", FUSED,
     told("a.pdf", "FGFR2 rearrangement", marker=FUSED),
     told("b.vcf", "FGFR2::BICC1", marker=FUSED),
     AGREE, ["partner_unknown"]),
    ("two partners", FUSED,
     told("a.pdf", "FGFR2-BICC1 fusion", marker=FUSED),
     told("b.pdf", "FGFR2-TACC3 fusion", marker=FUSED),
     CONFLICT, ["other_alteration"]),
    ("copies below the other assay's cut-off", COPIES,
     told("a.pdf", ("amplification", {"copies": 5.0}), marker=COPIES),
     told("b.pdf", scope=looks_at(COPIES, amplification_copies=6)),
     ONE, ["often_left_out", "below_copies"]),
    ("called amplified here and a gain there", COPIES,
     told("a.pdf", ("amplification", {"copies": 7.0}), marker=COPIES),
     told("b.pdf", ("gain", {"copies": 4.0}), marker=COPIES),
     ONE, ["left_open"]),
    ("stable and unstable", "MSI",
     told("a.pdf", "MSI-H", marker="MSI"), told("b.pdf", ("MSS", {"status": NO}), marker="MSI"),
     CONFLICT, []),
    ("one report prints no MSI", "MSI",
     told("a.pdf", "MSI-H", marker="MSI"), told("b.pdf", scope=looks_at()),
     ONE, ["not_reported"]),
    ("two negatives", "IDH1_MUTATION",
     told("a.pdf", "no"), told("b.vcf", scope=looks_at()),
     AGREE, []),
    ("a negative, and one that is open for plasma", "IDH1_MUTATION",
     told("a.pdf", "no"), told("b.pdf", scope=looks_at(), specimen=PLASMA),
     ONE, ["plasma_tissue"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("marker", "one", "other", "agreement", "causes"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_two_reports(marker, one, other, agreement, causes):
    for results in ((one, other), (other, one)):
        found = compared(*results, marker=marker)
        assert found
        assert {each.agreement for each in found} == {agreement}
        assert sorted({code for each in found for code in codes(each)}) == sorted(causes)


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (("2026-02-01", "2026-02-01"), "named E1 and A, of one day: perhaps one specimen"),
        (("2026-02-01", None), "another specimen: E1 and A"),
        (("2026-02-01", "2026-02-02"), "another specimen: E1 and A"),
        ((None, None), "another specimen: E1 and A"),
    ],
)
def test_two_names_of_one_day_may_be_one_specimen(days, sentence):
    """A stain calls its block A, the sequencing laboratory by its own number."""
    taken = [date.fromisoformat(day) if day else None for day in days]
    first, second = (
        replace(BLOCK, id=name, collected=day) for name, day in zip(("E1", "A"), taken, strict=True)
    )
    one, other = told("a.pdf", "R132C", specimen=first), told("b.pdf", "no", specimen=second)
    (found,) = compared(one, other)
    assert sentence in [each.sentence for each in found.causes]


def test_a_comparison_shows_every_side_and_its_place():
    results = (told("a.pdf", ("R132C", {"vaf": 0.3})), told("b.vcf", "R132C"), told("c.pdf"))
    (found,) = compared(*results)
    assert (found.subject, found.agreement) == ("p.R132C", AGREE)
    assert [(each.report.file, each.status.value) for each in found.sides] == [
        ("a.pdf", YES),
        ("b.vcf", YES),
        ("c.pdf", "not_assessed"),
    ]
    assert found.sides[0].finding.observations[0].vaf == 0.3


def test_two_that_agree_against_a_third_are_a_conflict():
    results = (told("a.pdf", "R132C"), told("b.vcf", "R132C"), told("c.pdf", "no"))
    (found,) = compared(*results)
    assert found.agreement is CONFLICT


def test_therapy_between_two_specimens_is_named():
    late = told("a.pdf", "V564F", marker="FGFR2_MUTATION", specimen=LATE)
    early = told("b.pdf", "no", marker="FGFR2_MUTATION", specimen=EARLY)
    (found,) = compared(late, early, marker="FGFR2_MUTATION", last_targeted_end=date(2026, 1, 15))
    timing = next(each.sentence for each in found.causes if each.code == "timing")
    assert timing == (
        "collected on 2025-06-01 and 273 day(s) later, with targeted therapy that ended on "
        "2026-01-15 in between"
    )


def test_the_words_name_the_laboratory_the_test_and_the_numbers():
    pdf = told("a.pdf", ("R132C", {"vaf": 0.02}), vendor="Northlake", assay="Deep")
    vcf = told("b.vcf", scope=looks_at(vaf_lod=0.05), vendor="Southlake", assay="Wide")
    (found,) = compared(pdf, vcf)
    assert [each.sentence for each in found.causes] == [
        "a VAF of 2.0% is below the limit of 5.0% of Southlake Wide (vcf)"
    ]


def test_an_amended_report_against_the_file_it_corrects():
    pdf = told("a.pdf", "no", status=ReportStatus.AMENDED, version=2)
    (found,) = compared(pdf, told("b.vcf", "R132C"))
    assert codes(found) == ["amended"]


def test_the_statuses_of_the_case_stay_those_of_the_case():
    """Concordance explains; it never resolves."""
    results = (told("a.pdf", ("R132C", {"vaf": 0.02})), told("b.vcf", scope=looks_at(vaf_lod=0.05)))
    case = reconcile("C1", Patient(), results)
    before = case.markers[Marker.IDH1_MUTATION].status.value
    concordance(case)
    assert case.markers[Marker.IDH1_MUTATION].status.value == before == OPEN


def test_one_report_is_compared_with_nothing():
    assert compared(told("a.pdf", "R132C")) == []


def test_what_nobody_looked_at_is_not_compared():
    assert compared(told("a.pdf"), told("b.pdf")) == []
