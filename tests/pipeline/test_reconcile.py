"""All reports of a patient: agreement, conflict, and what differs by specimen."""

from datetime import date

import pytest

from pipeline.model import Analyte, Identity, Marker, ReportStatus, Significance, Specimen
from pipeline.patient import Patient, Site
from pipeline.reconcile import reconcile

BLOCK = Specimen(id="S1", analyte=Analyte.DNA, tumour_percent=40)
OTHER = Specimen(id="S2", analyte=Analyte.DNA, tumour_percent=40)
POOR = Specimen(id="S3", analyte=Analyte.DNA, tumour_percent=10)
PLASMA = Specimen(id="P1", analyte=Analyte.CFDNA)
YES = "detected"
NO = "not_detected"
OPEN = "indeterminate"


@pytest.fixture
def said(result, observation):
    """A report that says one thing of IDH1, on one specimen."""

    def build(file, answer, specimen=BLOCK, marker="IDH1_MUTATION", printed="R132C", **more):
        if answer == "inferred":
            return result(file=file, specimens=(specimen,), covered=[marker], **more)
        text = printed if answer == YES else None
        seen = observation(marker, text, answer)
        return result(seen, file=file, specimens=(specimen,), **more)

    return build


def case(*results, **patient):
    return reconcile("C1", Patient(**patient), results)


def idh1(*results):
    return case(*results).markers[Marker.IDH1_MUTATION]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # Same specimen.
        ((YES, BLOCK), (YES, BLOCK), YES),
        ((YES, BLOCK), (NO, BLOCK), OPEN),
        ((NO, BLOCK), (NO, BLOCK), NO),
        ((YES, BLOCK), (OPEN, BLOCK), YES),
        ((NO, BLOCK), (OPEN, BLOCK), OPEN),
        ((NO, BLOCK), ("not_assessed", BLOCK), NO),
        ((YES, BLOCK), ("not_assessed", BLOCK), YES),
        ((YES, BLOCK), ("inferred", BLOCK), OPEN),
        ((NO, BLOCK), ("inferred", BLOCK), NO),
        (("inferred", BLOCK), ("inferred", BLOCK), NO),
        # Specimens that differ.
        ((YES, BLOCK), (NO, OTHER), YES),
        ((NO, BLOCK), (NO, OTHER), NO),
        ((NO, BLOCK), (OPEN, OTHER), OPEN),
        # Adequacy.
        ((NO, POOR), ("not_assessed", POOR), OPEN),
        (("inferred", POOR), ("not_assessed", POOR), OPEN),
        ((NO, POOR), (NO, BLOCK), NO),
        (("inferred", POOR), (NO, BLOCK), NO),
        ((NO, PLASMA), ("not_assessed", PLASMA), OPEN),
        ((NO, PLASMA), (NO, BLOCK), NO),
        ((YES, PLASMA), (NO, BLOCK), YES),
        ((YES, BLOCK), (NO, PLASMA), YES),
        ((YES, POOR), (NO, POOR), OPEN),
        (("not_assessed", BLOCK), ("not_assessed", OTHER), "not_assessed"),
    ],
)
def test_two_reports(said, one, other, expected):
    for first, second in ((one, other), (other, one)):
        found = idh1(said("a.pdf", *first), said("b.pdf", *second))
        assert found.status.value == expected


def test_a_conflict_shows_both_sides(said):
    found = case(said("a.pdf", YES, vendor="Laboratory A"), said("b.vcf", NO))
    state = found.markers[Marker.IDH1_MUTATION]
    assert state.conflicts == ("Laboratory A: p.R132C; VCF: not detected",)
    assert len(state.findings) == 2
    assert [(each.code, each.message) for each in found.notices] == [
        ("conflict", f"IDH1 mutation: results disagree: {state.conflicts[0]}")
    ]


def test_what_differs_by_specimen_says_so(said):
    found = idh1(said("a.pdf", YES), said("b.pdf", NO, OTHER))
    assert {name: each.value for name, each in found.by_specimen.items()} == {"S1": YES, "S2": NO}
    assert found.detail.startswith("differs by specimen")
    assert found.conflicts == ()


def test_agreement_of_vcf_and_pdf_is_one_finding_with_both_sources(result, observation):
    pdf = result(observation("IDH1_MUTATION", "p.R132C"), file="a.pdf")
    vcf = result(
        observation(
            "IDH1_MUTATION", "p.Arg132Cys", hgvs_c="c.394C>T", significance=Significance.PATHOGENIC
        ),
        file="b.vcf",
    )
    (finding,) = case(pdf, vcf).findings
    assert len(finding.observations) == 2
    assert finding.significance is Significance.PATHOGENIC


@pytest.mark.parametrize(
    ("marker", "printed", "expected"),
    [
        ("FGFR2_FUSION", "FGFR2-BICC1 fusion", YES),
        ("ERBB2_AMPLIFICATION", "amplification", YES),
        ("KRAS_MUTATION", "G12C", OPEN),
    ],
)
def test_a_silent_vcf_contradicts_a_mutation_only(said, marker, printed, expected):
    """A VCF often leaves out fusions and copy numbers."""
    pdf = said("a.pdf", YES, marker=marker, printed=printed)
    vcf = said("b.vcf", "inferred", marker=marker)
    assert case(pdf, vcf).markers[Marker(marker)].status.value == expected


def test_a_printed_negative_against_a_fusion_in_the_vcf_is_a_conflict(said):
    """Rule R81."""
    pdf = said("a.pdf", NO, marker="FGFR2_FUSION")
    vcf = said("b.vcf", YES, marker="FGFR2_FUSION", printed="FGFR2::BICC1")
    assert case(pdf, vcf).markers[Marker.FGFR2_FUSION].status.value == OPEN


@pytest.mark.parametrize(
    ("accessions", "days", "expected"),
    [
        (("A-1", "A-1"), (None, None), OPEN),
        (("A-1", "a-1"), (None, None), OPEN),
        (("A-1", "A-2"), (None, None), YES),
        (("A-1", None), (None, None), YES),
        (("A-1", "A-1"), (date(2026, 1, 1), date(2026, 2, 1)), YES),
        (("A-1", "A-1"), (date(2026, 1, 1), date(2026, 1, 1)), OPEN),
    ],
)
def test_one_accession_is_one_specimen_under_two_names(said, accessions, days, expected):
    """A VCF calls it TUMOR, a PDF calls it S1."""
    block = Specimen(id="S1", analyte=Analyte.DNA, collected=days[0])
    sample = Specimen(id="TUMOR", analyte=Analyte.DNA, collected=days[1])
    pdf = said("a.pdf", NO, block, accession=accessions[0])
    vcf = said("b.vcf", YES, sample, identity=Identity(accession=accessions[1]))
    assert idh1(pdf, vcf).status.value == expected


@pytest.mark.parametrize(
    ("marker", "analytes", "expected"),
    [
        ("NTRK1_FUSION", ["DNA"], OPEN),
        ("NTRK3_FUSION", ["DNA"], OPEN),
        ("NRG1_FUSION", ["DNA"], OPEN),
        ("NTRK1_FUSION", ["RNA"], NO),
        ("NTRK1_FUSION", ["DNA", "RNA"], NO),
        ("NTRK1_FUSION", [None], NO),
        ("FGFR2_FUSION", ["DNA"], NO),
        ("RET_FUSION", ["DNA"], NO),
        ("NTRK1_MUTATION", ["DNA"], NO),
    ],
)
def test_a_fusion_that_dna_misses_is_not_excluded_by_dna(
    result, observation, marker, analytes, expected
):
    """A printed negative for NTRK or NRG1 fusions needs RNA (R41)."""
    seen = [
        observation(marker, None, NO, analyte=Analyte(each) if each else None) for each in analytes
    ]
    reports = [result(each, file=f"{n}.pdf") for n, each in enumerate(seen)]
    assert case(*reports).markers[Marker(marker)].status.value == expected
    assert reports[0].markers[Marker(marker)].status.value == NO


def test_plasma_is_not_the_tissue_though_the_order_is_one(said):
    plasma = said("a.pdf", YES, PLASMA, accession="A-1")
    tissue = said("b.pdf", NO, BLOCK, accession="A-1")
    assert idh1(plasma, tissue).status.value == YES


def test_a_specimen_that_nothing_names_is_compared_with_the_others(result, observation):
    pdf = result(observation("IDH1_MUTATION", None, NO), file="a.pdf")
    table = result(observation("IDH1_MUTATION", "R132C"), file="findings.csv", specimens=())
    assert idh1(pdf, table).status.value == OPEN


def test_a_variant_of_unknown_significance_is_never_positive(result, observation):
    vus = observation("KRAS_MUTATION", "K5N", significance=Significance.VUS)
    found = case(result(vus)).markers[Marker.KRAS_MUTATION]
    assert found.status.value == "not_assessed"


def test_a_later_version_replaces_the_earlier(said):
    old = said("a.pdf", YES, vendor="L", accession="A-1", version=1)
    new = said("b.pdf", NO, vendor="L", accession="A-1", version=2)
    for order in ((old, new), (new, old)):
        found = case(*order)
        assert found.markers[Marker.IDH1_MUTATION].status.value == NO
        assert [each.report.version for each in found.reports] == [2]
        assert [each.code for each in found.notices] == ["superseded"]


def test_an_amendment_replaces_the_final_report(said):
    old = said("a.pdf", NO, vendor="L", accession="A-1")
    new = said("b.pdf", YES, vendor="L", accession="A-1", status=ReportStatus.AMENDED)
    assert idh1(old, new).status.value == YES


@pytest.mark.parametrize(
    "more", [{"vendor": "M"}, {"accession": "A-2"}, {"accession": None}, {"assay": "another"}]
)
def test_another_order_replaces_nothing(said, more):
    old = said("a.pdf", YES, vendor="L", accession="A-1", version=1)
    new = said("b.pdf", NO, **{"vendor": "L", "accession": "A-1", "version": 2, **more})
    assert len(case(old, new).reports) == 2


def test_a_later_version_that_speaks_of_less_replaces_nothing(said):
    """The stain of the same order is another report, though its number is lower."""
    stain = said("a.pdf", YES, marker="HER2_IHC", printed="3+", vendor="L", accession="A-1")
    panel = said("b.pdf", NO, vendor="L", accession="A-1", version=2)
    assert case(stain, panel).markers[Marker.HER2_IHC].status.value == YES


def test_the_same_file_twice_is_one_report(said):
    assert len(case(said("a.pdf", YES), said("a.pdf", YES)).reports) == 1


@pytest.mark.parametrize(
    ("types", "patient", "expected"),
    [
        (["Intrahepatic cholangiocarcinoma"], {}, True),
        (["Adenocarcinoma of colon"], {}, False),
        ([None], {}, None),
        ([None], {"histology": "cholangiocarcinoma"}, True),
        ([None], {"site": Site.GALLBLADDER}, True),
        ([None], {"site": Site.OTHER}, None),
        (["Adenocarcinoma of colon"], {"site": Site.INTRAHEPATIC}, None),
        (["Cholangiocarcinoma", "Adenocarcinoma of colon"], {}, None),
        (["Adenocarcinoma, NOS"], {"site": Site.DISTAL}, True),
    ],
)
def test_the_tumour_of_a_case(said, types, patient, expected):
    reports = [
        said(f"{number}.pdf", "not_assessed", tumour_type=each) for number, each in enumerate(types)
    ]
    found = case(*reports, **patient)
    assert found.tumour_is_btc is expected
    stated = [each for each in types if each] or [patient.get("histology")]
    assert found.tumour_type == stated[0]


def test_what_a_reader_knows_of_the_tumour_goes_before_its_name(said):
    found = case(said("a.pdf", YES, tumour_type="see comment", is_btc=False))
    assert found.tumour_is_btc is False


@pytest.mark.parametrize(
    ("collected", "told"), [(date(2026, 3, 1), True), (date(2026, 3, 3), False), (None, False)]
)
def test_a_specimen_from_before_the_last_targeted_therapy(said, collected, told):
    """Rule R79."""
    specimen = Specimen(id="S1", collected=collected)
    found = case(said("a.pdf", YES, specimen), last_targeted_end=date(2026, 3, 2))
    codes = [each.code for each in found.notices]
    assert ("specimen_before_targeted_therapy" in codes) is told


def test_a_case_without_reports_states_every_marker():
    found = case()
    assert {each.status.value for each in found.markers.values()} == {"not_assessed"}


def test_derived_over_two_reports(said):
    stain = said("a.pdf", YES, marker="HER2_IHC", printed="2+")
    in_situ = said("b.pdf", YES, marker="HER2_ISH", printed="amplified")
    found = case(stain, in_situ)
    assert [each.code for each in found.notices] == ["derived"]
    assert "positive" in found.notices[0].message


@pytest.mark.parametrize(
    ("name", "analyte", "labels"),
    [
        ("Plasma", Analyte.CFDNA, ["Plasma", "Plasma of 2026-03-01"]),
        ("TUMOR", Analyte.DNA, ["TUMOR", "TUMOR of 2026-03-01"]),
        (None, Analyte.DNA, ["(not named)", "specimen of 2026-03-01"]),
        (None, Analyte.CFDNA, ["(not named)", "plasma of 2026-03-01"]),
    ],
)
def test_one_name_on_two_days_is_two_specimens(said, name, analyte, labels):
    """A file calls its sample TUMOR each time; what the second shows does not deny the first."""
    early, late = (
        Specimen(id=name, analyte=analyte, collected=date(*day))
        for day in ((2025, 6, 1), (2026, 3, 1))
    )
    found = idh1(said("a.pdf", YES, early), said("b.pdf", NO, late))
    assert (found.status.value, found.conflicts) == (YES, ())
    assert sorted(found.by_specimen) == sorted(labels)


def test_a_day_that_one_report_leaves_out_joins_no_two_others(said):
    days = [None, date(2025, 6, 1), date(2026, 3, 1)]
    specimens = [Specimen(id="TUMOR", collected=day) for day in days]
    results = [
        said(f"{at}.vcf", answer, specimen)
        for at, (answer, specimen) in enumerate(zip((NO, NO, YES), specimens, strict=True))
    ]
    assert idh1(*results).status.value == YES


def test_a_test_of_one_change_denies_no_other(result, observation):
    """BRAF V600E not detected in one report is no word on the K601E of another (R53)."""
    named = result(observation("BRAF_MUTATION", "K601E"), file="a.pdf")
    only = result(observation("BRAF_MUTATION", "V600E", NO), file="b.pdf")
    found = case(named, only).markers[Marker.BRAF_MUTATION]
    assert (found.status.value, found.conflicts) == (YES, ())
    same = result(observation("BRAF_MUTATION", "V600E"), file="c.pdf")
    assert case(same, only).markers[Marker.BRAF_MUTATION].status.value == OPEN
