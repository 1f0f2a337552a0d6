"""From what a reader saw to findings and states: one alteration once, nothing resolved silently."""

import pytest

from pipeline.coverage import assays, shipped
from pipeline.model import (
    Analyte,
    Basis,
    Completeness,
    Marker,
    Reading,
    ReportStatus,
    Significance,
    Specimen,
)
from pipeline.normalise import normalise

WHY = {"reasons": ("a sentence",)}


def state(result, marker):
    each = result.markers[Marker(marker)]
    return each.status.value, each.basis.value


@pytest.mark.parametrize(
    ("marker", "said", "expected"),
    [
        ("IDH1_MUTATION", ("R132C", {}), "detected"),
        ("IDH1_MUTATION", ("p.(Arg132Cys)", {}), "detected"),
        ("IDH1_MUTATION", ("R132C", {"significance": Significance.VUS}), "not_assessed"),
        # R57: common polymorphisms stay silent in every zone.
        ("IDH1_MUTATION", ("V178I", {}), "not_assessed"),
        ("ERBB2_MUTATION", ("I655V", {}), "not_assessed"),
        ("RET_MUTATION", ("G691S", {}), "not_assessed"),
        ("IDH1_MUTATION", ("p.G105=", {}), "not_assessed"),
        # An impossible reference residue is not believed.
        ("KRAS_MUTATION", ("R12C", {}), "indeterminate"),
        # R56: the class is that of the words.
        ("RET_FUSION", ("M918T", {}), "indeterminate"),
        ("ERBB2_MUTATION", ("amplification", {}), "indeterminate"),
        ("ERBB2_AMPLIFICATION", ("S310F", {}), "indeterminate"),
        ("ERBB2_AMPLIFICATION", ("amplification", {}), "detected"),
        ("ERBB2_AMPLIFICATION", ("amplification - equivocal", {}), "indeterminate"),
        ("ERBB2_AMPLIFICATION", ("copy number gain", {}), "indeterminate"),
        ("ERBB2_AMPLIFICATION", ("8 copies", {}), "indeterminate"),
        ("ERBB2_AMPLIFICATION", ("loss", {}), "not_assessed"),
        ("ERBB2_AMPLIFICATION", ("Detected", {}), "detected"),
        ("FGFR2_FUSION", ("FGFR2-BICC1 fusion", {}), "detected"),
        ("FGFR2_FUSION", ("rearrangement intron 17", {}), "detected"),
        ("FGFR2_FUSION", ("BICC1::FGFR2", {}), "indeterminate"),
        ("FGFR2_FUSION", ("FGFR2-BICC1, out of frame", {}), "indeterminate"),
        # The value decides, whatever the reader called it.
        ("HER2_IHC", ("3+", {}), "detected"),
        ("HER2_IHC", ("2+", {}), "indeterminate"),
        ("HER2_IHC", ("1+", {}), "not_detected"),
        ("MSI", ("MSI-High NOT DETECTED", {}), "not_detected"),
        ("TMB", ("9.9 mut/Mb", {}), "not_detected"),
        ("TMB", ("10 mut/Mb", {}), "detected"),
        ("TMB", ("24 mut/Mb", {"analyte": Analyte.CFDNA}), "indeterminate"),
        ("MMR", ("Loss of nuclear expression", {}), "detected"),
    ],
)
def test_what_a_detection_is_worth(result, observation, marker, said, expected):
    printed, more = said
    found = result(observation(marker, printed, **more))
    assert state(found, marker)[0] == expected
    assert len(found.findings) == 1, "nothing is dropped"


def test_a_reader_that_is_right_about_a_bare_word_is_believed(result, observation):
    """No word and no number that we know: the reader saw the column."""
    assert state(result(observation("MSI", "see column", "not_detected")), "MSI")[0] == (
        "not_detected"
    )


def test_every_marker_is_stated_and_silence_is_visible(result):
    said = result()
    assert set(said.markers) == set(Marker)
    assert {each.status.value for each in said.markers.values()} == {"not_assessed"}
    assert said.findings == ()


def test_one_alteration_printed_three_times_is_one_finding(result, observation):
    said = result(
        observation("IDH1_MUTATION", "R132C"),
        observation("IDH1_MUTATION", "p.Arg132Cys", hgvs_c="c.394C>T", vaf=0.24),
        observation("IDH1_MUTATION", "c.394C>T", significance=Significance.PATHOGENIC),
    )
    (finding,) = said.findings
    assert len(finding.observations) == 3
    assert finding.significance is Significance.PATHOGENIC
    assert (finding.biomarker.hgvs_p, finding.biomarker.hgvs_c) == ("p.R132C", "c.394C>T")
    assert finding.specimen == "S1"


def test_two_changes_are_two_findings(result, observation):
    said = result(observation("KRAS_MUTATION", "G12C"), observation("KRAS_MUTATION", "G12D"))
    assert [each.detail for each in said.findings] == ["p.G12C", "p.G12D"]
    assert said.markers[Marker.KRAS_MUTATION].detail == "p.G12C; p.G12D"


def test_a_rearrangement_without_partner_joins_the_one_with(result, observation):
    said = result(
        observation("FGFR2_FUSION", "FGFR2 rearrangement"),
        observation("FGFR2_FUSION", "FGFR2-BICC1 fusion"),
    )
    (finding,) = said.findings
    assert (finding.detail, len(finding.observations)) == ("FGFR2::BICC1", 2)


def test_the_reciprocal_beside_the_fusion_takes_nothing_away(result, observation):
    """Rule R48: grade D unless FGFR2::X is seen too."""
    said = result(
        observation("FGFR2_FUSION", "BICC1::FGFR2"), observation("FGFR2_FUSION", "FGFR2::BICC1")
    )
    assert state(said, "FGFR2_FUSION") == ("detected", "explicit")
    assert said.markers[Marker.FGFR2_FUSION].detail == "FGFR2::BICC1"


def test_isoform_numbers_are_one_variant(result, observation):
    said = result(
        observation("FGFR2_MUTATION", "V565F", transcript="NM_022970.4"),
        observation("FGFR2_MUTATION", "V564F", transcript="NM_000141.5"),
    )
    (finding,) = said.findings
    assert finding.biomarker.hgvs_p == "p.V564F"
    assert finding.biomarker.transcript == "NM_000141.5"


def test_detected_and_not_detected_in_one_specimen_is_a_conflict(result, observation):
    """Rule R81: both are shown."""
    said = result(
        observation("KRAS_MUTATION", "G12D"),
        observation("KRAS_MUTATION", "Mutation Not Detected", "not_detected"),
    )
    found = said.markers[Marker.KRAS_MUTATION]
    assert found.status.value == "indeterminate"
    assert found.conflicts == ("printed as p.G12D and as Mutation Not Detected in specimen S1",)
    assert len(found.findings) == 2


def test_two_specimens_are_never_merged(result, observation):
    two = (Specimen(id="A", analyte=Analyte.DNA), Specimen(id="B", analyte=Analyte.DNA))
    said = result(
        observation("IDH1_MUTATION", None, "not_detected", specimen="A"),
        observation("IDH1_MUTATION", "R132C", specimen="B"),
        specimens=two,
    )
    found = said.markers[Marker.IDH1_MUTATION]
    assert found.status.value == "detected"
    assert {name: each.value for name, each in found.by_specimen.items()} == {
        "A": "not_detected",
        "B": "detected",
    }
    assert found.specimen == "B"
    assert found.detail.startswith("differs by specimen")
    assert found.conflicts == ()


def test_a_variant_of_unknown_significance_leaves_the_negative(result, observation):
    said = result(
        observation("KRAS_MUTATION", "K5N", significance=Significance.VUS),
        observation("KRAS_MUTATION", "Mutation Not Detected", "not_detected"),
    )
    found = said.markers[Marker.KRAS_MUTATION]
    assert (found.status.value, found.basis.value) == ("not_detected", "explicit")
    assert "unknown significance" in found.detail
    assert len(said.findings) == 2


def test_beside_a_variant_of_unknown_significance_silence_decides(result, observation):
    vus = observation("NTRK1_MUTATION", "A107V", significance=Significance.VUS)
    assert state(result(vus), "NTRK1_MUTATION")[0] == "not_assessed"
    covered = result(vus, covered=["NTRK1_MUTATION"])
    assert state(covered, "NTRK1_MUTATION") == ("not_detected", "inferred_from_panel")


def test_one_excluded_change_is_not_the_marker(result, observation):
    """Rule R53: an assay for R132H alone says nothing of R132C."""
    only = observation("IDH1_MUTATION", "R132H not detected", "not_detected")
    said = result(only)
    assert state(said, "IDH1_MUTATION")[0] == "indeterminate"
    assert said.markers[Marker.IDH1_MUTATION].detail == (
        "only p.R132H was looked for and not found"
    )
    both = result(only, observation("IDH1_MUTATION", "R132C"))
    assert state(both, "IDH1_MUTATION")[0] == "detected"
    whole = result(only, observation("IDH1_MUTATION", "wild type", "not_detected"))
    assert state(whole, "IDH1_MUTATION")[0] == "not_detected"
    against = result(only, observation("IDH1_MUTATION", "R132H"))
    assert state(against, "IDH1_MUTATION")[0] == "indeterminate"


def test_the_one_change_that_counts_is_the_marker(result, observation):
    """Rule R51: of BRAF only V600E counts, and reports exclude it by name."""
    only = observation("BRAF_MUTATION", "V600E not detected", "not_detected")
    found = result(only).markers[Marker.BRAF_MUTATION]
    assert (found.status.value, found.detail) == ("not_detected", "p.V600E not detected")
    beside = result(only, observation("BRAF_MUTATION", "K601E"))
    assert state(beside, "BRAF_MUTATION")[0] == "detected", "another change is no contradiction"


def test_a_fusion_that_dna_missed_is_no_conflict(result, observation):
    """Rule R41."""
    said = result(
        observation("FGFR2_FUSION", "FGFR2-BICC1", analyte=Analyte.RNA),
        observation("FGFR2_FUSION", "Fusion Not Detected", "not_detected", analyte=Analyte.DNA),
    )
    assert state(said, "FGFR2_FUSION")[0] == "detected"
    turned = result(
        observation("FGFR2_FUSION", "FGFR2-BICC1", analyte=Analyte.DNA),
        observation("FGFR2_FUSION", "Fusion Not Detected", "not_detected", analyte=Analyte.RNA),
    )
    assert state(turned, "FGFR2_FUSION")[0] == "indeterminate"


@pytest.mark.parametrize(("copies", "expected"), [(6.0, "detected"), (5.9, "indeterminate")])
def test_the_assay_says_from_how_many_copies_on(report, observation, copies, expected):
    said = report(
        "a.vcf", assay="Fictive Solid Panel", assay_version="1.0", assembly=None, specimens=()
    )
    seen = observation("ERBB2_AMPLIFICATION", "copy number gain", copies=copies)
    found = normalise(Reading(report=said, observations=(seen,)), assays(shipped()))
    assert state(found, "ERBB2_AMPLIFICATION")[0] == expected


@pytest.mark.parametrize(
    ("status", "more", "expected"),
    [
        (ReportStatus.FINAL, {}, "detected"),
        (ReportStatus.AMENDED, {}, "detected"),
        (ReportStatus.QUALIFIED, {}, "detected"),
        (ReportStatus.NEEDS_REVIEW, WHY, "indeterminate"),
        (ReportStatus.FAILED, {}, "not_assessed"),
        (ReportStatus.HELD, WHY, "not_assessed"),
        (ReportStatus.UNRECOGNISED, WHY, "not_assessed"),
        (ReportStatus.UNREADABLE, WHY, "not_assessed"),
    ],
)
def test_what_a_report_of_each_status_may_say(result, observation, status, more, expected):
    seen = observation("KRAS_MUTATION", "G12C")
    said = result(seen, status=status, covered=["IDH1_MUTATION"], **more)
    assert state(said, "KRAS_MUTATION")[0] == expected
    assert len(said.findings) == (expected != "not_assessed")
    firm = status in {ReportStatus.FINAL, ReportStatus.AMENDED}
    assert (state(said, "IDH1_MUTATION")[0] == "not_detected") == firm


def test_results_of_a_failed_test_are_told(result, observation):
    said = result(observation("KRAS_MUTATION", "G12C"), status=ReportStatus.FAILED)
    assert [each.code for each in said.notices] == ["results_of_failed_test"]


def test_a_negative_of_a_page_that_needs_review_is_no_negative(result, observation):
    said = result(
        observation("KRAS_MUTATION", None, "not_detected"),
        status=ReportStatus.NEEDS_REVIEW,
        **WHY,
    )
    assert state(said, "KRAS_MUTATION")[0] == "indeterminate"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"specimens": (Specimen(id="S", tumour_percent=19.9),)}, "low_tumour_content"),
        ({"specimens": (Specimen(id="S", tumour_percent=20),)}, None),
        ({"specimens": (Specimen(id="S", analyte=Analyte.CFDNA),)}, "plasma"),
        ({"status": ReportStatus.QUALIFIED}, "qualified"),
    ],
)
def test_a_weak_printed_negative_stays_and_is_told(result, observation, more, code):
    said = result(observation("KRAS_MUTATION", None, "not_detected"), **more)
    assert state(said, "KRAS_MUTATION") == ("not_detected", "explicit")
    assert [each.code for each in said.notices] == ([code] if code else [])


def test_a_stain_is_not_weakened_by_tumour_content(result, observation):
    poor = (Specimen(id="S", tumour_percent=5),)
    assert result(observation("HER2_IHC", "0", "not_detected"), specimens=poor).notices == ()


def test_not_performed_is_not_assessed_though_the_panel_covers_it(result, observation):
    seen = observation("FGFR2_FUSION", "QNS", "not_assessed")
    said = result(seen, covered=["FGFR2_FUSION"])
    assert state(said, "FGFR2_FUSION") == ("not_assessed", "explicit")


@pytest.mark.parametrize(
    ("printed", "status", "told"),
    [
        ("QNS", "not_assessed", "QNS"),
        ("low coverage", "indeterminate", "low coverage"),
        ("Indeterminate", "indeterminate", "Indeterminate"),
        ("rearrangement", "detected", "FGFR2 rearrangement, partner unknown"),
        ("FGFR2-BICC1 fusion", "indeterminate", "FGFR2::BICC1"),
    ],
)
def test_a_fusion_gene_without_a_result_is_called_no_rearrangement(
    result, observation, printed, status, told
):
    said = result(observation("FGFR2_FUSION", printed, status))
    (found,) = said.findings
    assert (found.status.value, found.detail) == (status, told)


def test_low_coverage_is_open_though_the_panel_covers_it(result, observation):
    seen = observation("FGFR2_MUTATION", "low coverage", "indeterminate")
    said = result(seen, covered=["FGFR2_MUTATION"])
    assert state(said, "FGFR2_MUTATION") == ("indeterminate", "explicit")


def test_a_file_without_declared_assay_proves_detections_only(report, observation):
    seen = observation("IDH1_MUTATION", "R132C")
    vcf = report("a.vcf")
    said = normalise(Reading(report=vcf, observations=(seen,)), assays(shipped()))
    assert state(said, "IDH1_MUTATION")[0] == "detected"
    others = {each.status.value for m, each in said.markers.items() if m != "IDH1_MUTATION"}
    assert others == {"not_assessed"}


@pytest.mark.parametrize(
    ("assay", "version", "code"),
    [
        ("Fictive Solid Panel", "1.0", None),
        ("Fictive Solid Panel", None, "assay_version_missing"),
        ("Fictive Solid Panel", "9", "assay_unknown"),
        ("Some Panel", "1.0", "assay_unknown"),
        (None, None, None),
    ],
)
def test_an_assay_without_rows_is_told(report, assay, version, code):
    said = report("a.vcf", assay=assay, assay_version=version)
    found = normalise(Reading(report=said), assays(shipped()))
    assert [each.code for each in found.notices] == ([code] if code else [])
    silent = state(found, "IDH1_MUTATION")[0]
    assert silent == ("not_detected" if code is None and assay else "not_assessed")


def test_a_file_that_is_not_complete_infers_nothing(report):
    cut = Completeness(proven=False, evidence="cut", missing=("the end",))
    said = report("a.vcf", assay="Fictive Solid Panel", assay_version="1.0", completeness=cut)
    found = normalise(Reading(report=said), assays(shipped()))
    assert {each.status.value for each in found.markers.values()} == {"not_assessed"}


def test_a_printed_gene_list_goes_before_the_assay_table(report):
    said = report(
        assay="Fictive Solid Panel",
        assay_version="1.0",
        covered=[("NTRK1_FUSION", Analyte.RNA)],
    )
    found = normalise(Reading(report=said), assays(shipped()))
    assert state(found, "NTRK1_FUSION")[0] == "not_detected", "printed: examined in RNA"
    assert state(found, "NTRK2_FUSION")[0] == "indeterminate", "the table: DNA only"


def test_derived_statements_stand_apart(result, observation):
    said = result(
        observation("HER2_IHC", "Equivocal (2+)"), observation("HER2_ISH", "NOT AMPLIFIED")
    )
    assert state(said, "HER2_IHC")[0] == "indeterminate", "the score stays what it is"
    assert [(each.code, "negative" in each.message) for each in said.notices][-1] == (
        "derived",
        True,
    )
    loss = result(observation("MMR", "Loss of nuclear expression"))
    assert state(loss, "MSI")[0] == "not_assessed", "MSI is not invented"
    apart = result(observation("MMR", "dMMR"), observation("MSI", "MS-Stable"))
    assert [(each.code, each.message.split(",")[0]) for each in apart.notices] == [
        ("msi_mmr_discordant", "MSI and MMR contradict each other")
    ]


def test_values_reach_the_marker(result, observation):
    said = result(
        observation("TMB", "Low | 3 mut/Mb"), observation("HER2_IHC", "Positive | 3+, 90%")
    )
    burden, stain = said.markers[Marker.TMB], said.markers[Marker.HER2_IHC]
    assert (burden.value, burden.unit, burden.detail) == (3, "mut/Mb", "Low, 3 mut/Mb")
    assert (stain.value, stain.unit, stain.detail) == (90, "%", "3+")


def test_two_burdens_in_one_report_are_no_number(result, observation):
    said = result(observation("TMB", "4 mut/Mb"), observation("TMB", "12 mut/Mb"))
    found = said.markers[Marker.TMB]
    assert (found.status.value, found.value) == ("indeterminate", None)
    assert found.conflicts


def test_inferred_by_the_reader_is_not_printed(result, observation):
    seen = observation("KRAS_MUTATION", None, "not_detected", basis=Basis.INFERRED_FROM_PANEL)
    assert state(result(seen), "KRAS_MUTATION") == ("not_detected", "inferred_from_panel")


def test_one_change_classified_twice_counts_and_is_told(result, observation):
    said = result(
        observation("KRAS_MUTATION", "G12C", significance=Significance.VUS),
        observation("KRAS_MUTATION", "G12C", significance=Significance.PATHOGENIC),
    )
    (finding,) = said.findings
    assert finding.significance is Significance.PATHOGENIC
    assert state(said, "KRAS_MUTATION")[0] == "detected"
    assert [each.code for each in said.notices] == ["classified_twice"]


def test_an_equivocal_amplification_beside_an_amplification_stays_visible(result, observation):
    said = result(
        observation("ERBB2_AMPLIFICATION", "amplification", copies=12.0),
        observation("ERBB2_AMPLIFICATION", "amplification - equivocal"),
    )
    assert state(said, "ERBB2_AMPLIFICATION")[0] == "detected"
    assert [each.detail for each in said.findings] == [
        "amplification, 12 copies",
        "equivocal (equivocal: not an amplification by itself)",
    ]
