"""Pathology texts drawn otherwise than the samples: wording, fonts, paper and order differ."""

import json
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4, letter

from parsers import extract
from pipeline.coverage import assays
from pipeline.model import Marker, Status
from pipeline.normalise import normalise
from pipeline.tables import packaged
from tests.pdf.drawn import Paper

SAMPLES = Path(__file__).parents[2] / "sample_reports"
LETTERS = {
    "D": Status.DETECTED,
    "N": Status.NOT_DETECTED,
    "I": Status.INDETERMINATE,
    "A": Status.NOT_ASSESSED,
}
HEAD = (
    "SURGICAL PATHOLOGY REPORT",
    "Patient Name: Muster, Silvia        Accession #: SYN-88-0031",
    "MRN: SYN-000888                     Date of Birth: 01 Jan 1947",
    "Collected: 03 Mar 2026              Reported: 09 Mar 2026",
    "",
    "SPECIMEN(S) SUBMITTED:",
    "A. Liver, biopsy",
    "",
    "FINAL DIAGNOSIS:",
    "A. LIVER, BIOPSY:",
    "   - INTRAHEPATIC CHOLANGIOCARCINOMA",
    "",
)
COURIER = ("Courier", "Courier-Bold")
TIMES = ("Times-Roman", "Times-Bold")


def text_report(lines, *, head=HEAD, font=COURIER, paper=A4, size=9.0, a_page=48, missing=0):
    """The lines as a laboratory system prints them, over as many pages as they need."""
    printed = [*head, *lines]
    pages = [printed[start : start + a_page] for start in range(0, len(printed), a_page)]
    sheet = Paper(*font, size=paper)
    for number, some in enumerate(pages, start=1):
        for at, line in enumerate(some):
            sheet.put(50, 60 + 1.35 * size * at, line, size=size)
        sheet.put(50, paper[1] - 30, "Beispielstadt Pathology Institute (fictional)", size=7)
        sheet.put(450, paper[1] - 30, f"Page {number} of {len(pages) + missing}", size=7)
        sheet.turn()
    return sheet.done()


def result(data):
    return normalise(extract.read(data, "drawn.pdf"), assays(packaged("pipeline", "assays.csv")))


def spoken(lines, **how):
    """Marker → letter for every marker that is not silent."""
    found = result(text_report(lines, **how))
    assert found.report.status.value == "final", found.report.reasons
    names = {status: letter_ for letter_, status in LETTERS.items()}
    return {
        marker.value: names[state.status]
        for marker, state in found.markers.items()
        if state.status is not Status.NOT_ASSESSED
    }


STAINS = (
    "HER2/NEU EXPRESSION STATUS: POSITIVE (3+)",
    "",
    "MISMATCH REPAIR PROTEINS:",
    "MLH1: Intact nuclear expression",
    "PMS2: Intact nuclear expression",
    "MSH2: Intact nuclear expression",
    "MSH6: Intact nuclear expression",
)


# ----------------------------------------------------------------------------- layout variants
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"paper": letter},
        {"font": TIMES, "size": 11.0, "a_page": 40},
        {"font": ("Helvetica", "Helvetica-Bold"), "size": 10.0},
        {"a_page": 16},
        {"head": ("Surgical Pathology Report", *HEAD[1:8])},
        {"head": (*HEAD[:5], "DIAGNOSIS: INTRAHEPATIC CHOLANGIOCARCINOMA", "")},
    ],
    ids=["A4", "letter", "times", "helvetica", "page break", "no diagnosis", "inline diagnosis"],
)
def test_the_same_results_in_another_layout(how):
    assert spoken(STAINS, **how) == {"HER2_IHC": "D", "MMR": "N"}


def test_head_and_diagnosis_are_read():
    report = result(text_report(STAINS)).report
    assert report.identity.name == "Muster, Silvia"
    assert (report.identity.mrn, report.identity.accession) == ("SYN-000888", "SYN-88-0031")
    assert report.tumour_type == "INTRAHEPATIC CHOLANGIOCARCINOMA"
    assert report.is_btc is True
    assert report.specimens[0].id == "A"
    assert report.specimens[0].site == "Liver"
    assert str(report.specimens[0].collected) == "2026-03-03"
    assert report.vendor == "Beispielstadt Pathology Institute (fictional)"


# ---------------------------------------------------------------------------------- HER2 wording
@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["HER2/NEU EXPRESSION STATUS: NEGATIVE (1+)"], {"HER2_IHC": "N"}),
        (["HER2/neu is positive (3+)."], {"HER2_IHC": "D"}),
        (["IMMUNOHISTOCHEMISTRY:", "HER2/neu is positive (3+)."], {"HER2_IHC": "D"}),
        (["IMMUNOHISTOCHEMISTRY:", "HER-2 immunostain: 0, negative"], {"HER2_IHC": "N"}),
        (["IMMUNOHISTOCHEMISTRY:", "HER2 (ERBB2), score 2+, equivocal"], {"HER2_IHC": "I"}),
        (["HER2 IMMUNOHISTOCHEMISTRY", "Score: 3+", "Percent of tumor cells: 80%"],
         {"HER2_IHC": "D"}),
        (["HER2 IMMUNOHISTOCHEMISTRY", "Interpretation: NEGATIVE (SCORE 0)"], {"HER2_IHC": "N"}),
        (["HER2 (by immunohistochemistry):", "[ ] Negative (0)  [ ] Negative (1+)",
          "[X] Equivocal (2+)", "[ ] Positive (3+)"], {"HER2_IHC": "I"}),
        (["HER2 (by immunohistochemistry): [ ] Negative [ ] Equivocal [x] Positive (3+)"],
         {"HER2_IHC": "D"}),
        (["HER2/NEU EXPRESSION STATUS: EQUIVOCAL (2+)", "", "HER2 BY FISH:",
          "HER2/CEP17 ratio: 2.8", "Average HER2 copy number: 7.1", "Result: AMPLIFIED"],
         {"HER2_IHC": "I", "HER2_ISH": "D", "ERBB2_AMPLIFICATION": "D"}),
        (["HER2/NEU EXPRESSION STATUS: EQUIVOCAL (2+). Reflex FISH is recommended."],
         {"HER2_IHC": "I"}),
        (["HER2/neu (FISH) gene amplification assay: NOT AMPLIFIED, ratio of HER2 to",
          "chromosome 17 is 1.1"], {"HER2_ISH": "N"}),
        (["HER2 BY FISH:", "HER2/CEP17 ratio: 1.9"], {"HER2_ISH": "I"}),
        (["HER2 FISH: QNS", "", "HER2 IHC: 1+"], {"HER2_IHC": "N"}),
        (["ADDENDUM:", "HER2 FISH: NOT AMPLIFIED"], {"HER2_ISH": "N"}),
        (["HER2 IHC: POSITIVE (1+)"], {"HER2_IHC": "I"}),
        (["SYNOPTIC REPORT", "HER2 (by immunohistochemistry): Negative (Score 1+)"],
         {"HER2_IHC": "N"}),
        (["HER2 IHC: 3+", "", "ADDENDUM:", "HER2 IHC: 1+"], {"HER2_IHC": "I"}),
    ],
)  # fmt: skip
def test_her2(lines, told):
    assert spoken(lines) == told


@pytest.mark.parametrize(
    ("lines", "marker"),
    [
        (["HER2 IHC: PENDING"], "HER2_IHC"),
        (["HER2/NEU: immunostain will be reported as an addendum."], "HER2_IHC"),
        (["HER2 IMMUNOHISTOCHEMISTRY: in progress"], "HER2_IHC"),
    ],
)
def test_what_is_still_to_come_is_not_assessed(lines, marker):
    found = result(text_report([*lines, "", *STAINS[2:]]))
    assert found.markers[Marker(marker)].status is Status.NOT_ASSESSED
    assert found.markers[Marker.MMR].status is Status.NOT_DETECTED


@pytest.mark.parametrize(
    "lines",
    [
        ("COMMENT:", "[ ] 0 No staining", "[ ] 1+ Faint", "[ ] 2+ Weak", "[ ] 3+ Strong"),
        ("HER2 (BY IMMUNOHISTOCHEMISTRY):", "[ ] 0 Negative", "[ ] 2+ Equivocal",
         "[ ] 3+ Positive"),
        ("IMMUNOHISTOCHEMISTRY:", "0: No staining", "1+: Faint staining, negative",
         "2+: Weak to moderate, equivocal", "3+: Strong staining, positive"),
        ("COMMENT:", "HER2 3+ is seen in a part of gallbladder cancers. KRAS G12D is common."),
        ("CLINICAL HISTORY:", "Outside: HER2 3+, FGFR2 fusion detected, KRAS p.G12V."),
        ("IMMUNOHISTOCHEMISTRY:", "HER2 3+ is defined as strong staining in 10% of cells."),
        ("INTERPRETATION:", "Loss of MLH1 and PMS2 would call for testing of BRAF V600E."),
        ("REFERENCES:", "HER2 positive (3+) disease. 2021; 12: 1."),
        ("METHODS:", "Antibodies: HER2 (4B5), MLH1 (M1). Controls were positive (3+)."),
    ],
)  # fmt: skip
def test_what_is_no_result_makes_none(lines):
    assert spoken([*STAINS[2:], "", *lines]) == {"MMR": "N"}


def test_a_result_that_only_a_description_tells_is_told_to_a_person():
    lines = ("MICROSCOPIC DESCRIPTION:", "The HER2 stain is positive, 3+.")
    said = result(text_report([*STAINS[2:], "", *lines]))
    assert said.markers[Marker.HER2_IHC].status is Status.NOT_ASSESSED
    told = [n.message for n in said.report.notices if n.code == "told_in_narrative"]
    assert len(told) == 1
    assert "HER2_IHC" in told[0]


# ------------------------------------------------------------------------------ mismatch repair
@pytest.mark.parametrize(
    ("lines", "letter_"),
    [
        (["MLH1: Loss of nuclear expression", "PMS2: Loss of nuclear expression",
          "MSH2: Intact nuclear expression", "MSH6: Intact nuclear expression"], "D"),
        (["MLH1: Positive", "PMS2: Positive", "MSH2: Positive", "MSH6: Positive"], "N"),
        (["MLH1: Negative", "PMS2: Negative", "MSH2: Positive", "MSH6: Positive"], "D"),
        (["MLH1: Retained   PMS2: Retained", "MSH2: Retained   MSH6: Retained"], "N"),
        (["MLH1: Intact", "MSH2: Intact"], "I"),
        (["The tumor cell nuclei retain expression of MLH1, PMS2, MSH2 and MSH6."], "N"),
        (["No loss of nuclear expression of MLH1, PMS2, MSH2 or MSH6."], "N"),
        (["There is loss of nuclear expression of MLH1 and PMS2."], "D"),
        (["MLH1 and PMS2 are lost, while MSH2 and MSH6 are retained."], "D"),
        (["Loss of MLH1 and PMS2 with retained expression of MSH2 and MSH6."], "D"),
        (["Result: proficient (pMMR)"], "N"),
        (["DEFICIENT (dMMR)"], "D"),
        (["Cannot be determined"], "I"),
        (["MLH1+, PMS2+, MSH2+, MSH6+"], "I"),
        (["MLH1: subclonal loss", "PMS2: Intact", "MSH2: Intact", "MSH6: Intact"], "I"),
        (["MLH1: [ ] Intact  [x] Loss of nuclear expression", "PMS2: [x] Intact  [ ] Loss",
          "MSH2: [x] Intact  [ ] Loss", "MSH6: [x] Intact  [ ] Loss"], "D"),
        (["[x] No loss of nuclear expression of MMR proteins: low probability of MSI-H",
          "[ ] Loss of nuclear expression of one or more MMR proteins"], "N"),
        (["MLH1: Intact nuclear expression", "PMS2: Intact nuclear expression",
          "MSH2: Intact nuclear expression", "MSH6: Intact nuclear",
          "expression", "Internal control: intact"], "N"),
    ],
)  # fmt: skip
def test_mismatch_repair(lines, letter_):
    told = spoken(["MISMATCH REPAIR PROTEIN EXPRESSION:", *lines])
    assert told == {"MMR": letter_}


# ---------------------------------------------------------------------------------------- genes
@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["KRAS: p.G12D (c.35G>A), VAF 31%"], {"KRAS_MUTATION": "D"}),
        (["A KRAS p.G12C mutation was detected in the tumor (VAF 22%)."], {"KRAS_MUTATION": "D"}),
        (["No mutations were detected in KRAS, IDH1 or BRAF."],
         {"KRAS_MUTATION": "N", "IDH1_MUTATION": "N", "BRAF_MUTATION": "N"}),
        (["KRAS: wild type", "IDH1: Detected, p.R132C"],
         {"KRAS_MUTATION": "N", "IDH1_MUTATION": "D"}),
        (["KRAS p.G12C detected, IDH1 not detected"],
         {"KRAS_MUTATION": "D", "IDH1_MUTATION": "N"}),
        (["FGFR2::BICC1 fusion: detected"], {"FGFR2_FUSION": "D"}),
        (["FGFR2 rearrangement: not detected"], {"FGFR2_FUSION": "N"}),
        (["ERBB2 amplification: detected", "ERBB2 S310F detected"],
         {"ERBB2_AMPLIFICATION": "D", "ERBB2_MUTATION": "D"}),
        (["Mutations of KRAS, of IDH1 and of BRAF in the codons that the method names were",
          "not detected."], {"KRAS_MUTATION": "N", "IDH1_MUTATION": "N", "BRAF_MUTATION": "N"}),
        (["IDH1 p.R132H: not detected"], {"IDH1_MUTATION": "I"}),
        (["BRAF V600E: not detected"], {"BRAF_MUTATION": "N"}),
        (["KRAS: indeterminate"], {"KRAS_MUTATION": "I", "KRAS_AMPLIFICATION": "I"}),
        (["Microsatellite instability: MSI-High NOT DETECTED"], {"MSI": "N"}),
        (["Microsatellite status: MSS"], {"MSI": "N"}),
        (["BRAF V600E is associated with sporadic loss of mismatch repair in patients."], {}),
        (["KRAS / FGFR2 / IDH1 testing will be reported in an addendum."], {}),
        (["Testing for MLH1 promoter methylation and mutation of BRAF is indicated."], {}),
        (["Pan-TRK: negative"], {}),
    ],
)  # fmt: skip
def test_genes(lines, told):
    assert spoken(["MOLECULAR RESULTS:", *lines, "", *STAINS]) == {
        "HER2_IHC": "D",
        "MMR": "N",
        **told,
    }


# --------------------------------------------------------------------------------------- safety
def test_two_patients_in_one_text_are_refused():
    other = [line.replace("SYN-88-0031", "SYN-88-0032") for line in HEAD]
    report = result(text_report([*STAINS, *[""] * 30, *other, *STAINS])).report
    assert not report.status.is_read


def test_a_text_without_any_result_is_held():
    report = result(text_report(["IMMUNOHISTOCHEMISTRY:", "Stains are described above."])).report
    assert report.status.value == "held"
    assert report.code == "incomplete"


def test_a_missing_page_is_noticed():
    lines = [*STAINS, *["Further text of the description."] * 60]
    report = result(text_report(lines, missing=1)).report
    assert (report.status.value, report.code) == ("held", "incomplete")


# ----------------------------------------------------------------------------------- the samples
@pytest.mark.parametrize("name", ["06_f_ihc_ish_pathology", "15_k_multi_specimen"])
def test_a_sample_says_what_was_written_down_by_hand(name):
    said = result((SAMPLES / f"{name}.pdf").read_bytes())
    wanted = json.loads((SAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))
    states = {m.value: (s.status.value, s.basis.value) for m, s in said.markers.items()}
    assert states == {m: (s["status"], s["basis"]) for m, s in wanted["markers"].items()}
    found = {(f.marker.value, f.status.value, f.specimen) for f in said.findings}
    assert found == {(f["marker"], f["status"], f["specimen"]) for f in wanted["findings"]}
    for finding in wanted["findings"]:
        (same,) = (
            f
            for f in said.findings
            if (f.marker.value, f.specimen) == (finding["marker"], finding["specimen"])
        )
        seen = same.observations[0]
        assert seen.source.page == finding["source"]["page"]
        plain = "".join(c for c in seen.source.text if c not in ";. ")
        assert "".join(c for c in finding["source"]["text"] if c not in ";. ") in plain
        assert (seen.vaf, seen.copies) == (finding["vaf"], finding["copies"])
        assert (
            finding["status"] != "detected"
            or finding["marker"] == "MMR"
            or (same.detail == finding["detail"])
        )
    report = said.report
    assert (report.tumour_type, report.is_btc) == (
        wanted["report"]["tumour_type"],
        wanted["report"]["is_btc"],
    )
    assert [
        (s.id, s.site, s.tumour_percent, str(s.collected), str(s.received))
        for s in report.specimens
    ] == [
        (s["id"], s["site"], s["tumour_percent"], s["collected"], s["received"])
        for s in wanted["report"]["specimens"]
    ]
    codes = {notice.code for notice in (*report.notices, *said.notices)}
    assert set(wanted["warnings_at_least"]) <= codes


def test_the_net_her2_status_of_sample_06_is_derived_and_marked_so():
    said = result((SAMPLES / "06_f_ihc_ish_pathology.pdf").read_bytes())
    told = [notice.message for notice in said.notices if notice.code == "derived"]
    assert any("HER2 negative by the IHC/ISH algorithm" in message for message in told)
    assert said.markers[Marker.MSI].status is Status.NOT_ASSESSED
