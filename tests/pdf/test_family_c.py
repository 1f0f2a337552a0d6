"""The reader of pills and option bars, on reports drawn otherwise than the sample.

Expected states are written by hand: D detected, N not detected, I indeterminate, A not assessed.
"""

from dataclasses import dataclass, replace

import pytest
from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4, letter

from parsers import extract
from pipeline.coverage import assays, shipped
from pipeline.model import Marker, Origin, Significance, Status
from pipeline.normalise import normalise
from tests.pdf.drawn import Paper

LETTERS = {"D": Status.DETECTED, "N": Status.NOT_DETECTED, "I": Status.INDETERMINATE}
LETTERS |= {"A": Status.NOT_ASSESSED}
BLUE = Color(0.1, 0.25, 0.6)
PALE = Color(0.9, 0.92, 0.95)
NEGATIVE = "No pathogenic single nucleotide variants or indels found in:"


class Painted(Paper):
    """Paper with shapes: *fill* None is an outline."""

    def box(self, x, top, wide, tall, fill=None):
        self._canvas.saveState()
        self._canvas.setStrokeColor(BLUE)
        self._canvas.setFillColor(fill or BLUE)
        self._canvas.roundRect(x, self.height - top - tall, wide, tall, 4, 1, int(fill is not None))
        self._canvas.restoreState()


@dataclass(frozen=True, kw_only=True)
class Pills:
    """What a report of family C says; the defaults are a report of their own."""

    side: tuple[tuple[str, str], ...] = (
        ("Date of Birth", "01 Jan 1966"),
        ("Sex", "Male"),
        ("Physician", "Dr. Example"),
        ("Tumor specimen:", "Gallbladder"),
        ("Collected", "2026-02-03"),
        ("Received", "2026-02-05"),
        ("Tumor Percentage:", "60%"),
        ("Normal specimen:", "Blood"),
        ("Collected", "2026-02-20"),
        ("Received", "2026-02-21"),
    )
    actionable: tuple[tuple[str, str, str], ...] = (
        ("ERBB2", "p.S310F Missense variant (exon 8) - GOF", "22.0%"),
        ("KRAS", "p.G12D Missense variant - GOF", "18.1%"),
    )
    relevant: tuple[tuple[str, str, str], ...] = (("TP53", "p.R248Q Missense variant", "40.2%"),)
    germline: tuple[tuple[str, str, str], ...] = ()
    continued: tuple[tuple[str, str, str], ...] = ()  # relevant variants on the second page
    negatives: tuple[str, ...] = ("IDH1", "BRAF")
    lead: str = NEGATIVE
    options: tuple[str, ...] = ("Stable", "Equivocal", "High")
    fills: tuple[Color | None, ...] = (None, None, BLUE)
    tmb: str = "12.6 m/MB"
    low: str = "RET, PMS2"
    vus: tuple[tuple[str, str, str], ...] = (("NTRK1", "c.320C>T p.A107V", "44.0%"),)
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()
    proteins: tuple[tuple[str, ...], ...] = ()
    side_right: bool = False
    spaced: float = 3.5
    font: tuple[str, str] = ("Helvetica", "Helvetica-Bold")
    page: tuple[float, float] = letter
    size: float = 9.0
    pills_down: bool = False

    def but(self, **changes):
        return replace(self, **changes)

    def pdf(self):
        paper = Painted(*self.font, size=self.page)
        pages = [self._first, self._second, *([self._stains] if self.proteins else [])]
        for number, draw in enumerate(pages, 1):
            paper.put(45, 40, "Muster, Sibylle", size=14, bold=True)
            paper.put(45, 56, "Diagnosis: Gallbladder carcinoma", size=8)
            paper.put(330, 56, "Accession No.: SYN-66-0009", size=8)
            draw(paper)
            paper.put(45, self.page[1] - 30, "Copperfield Genomics (fictional)", size=7)
            paper.put(480, self.page[1] - 30, f"Page {number} of {len(pages)}", size=7)
            paper.turn()
        return paper.done()

    def _first(self, paper):
        main = 45 if self.side_right else 190
        self._side(paper, 460 if self.side_right else 45)
        top = self._head(paper, main, 90, "GENOMIC VARIANTS")
        for title, rows in (
            ("Somatic - Potentially Actionable", self.actionable),
            ("Somatic - Biologically Relevant", self.relevant),
            ("Germline - Pathogenic / Likely Pathogenic", self.germline),
        ):
            paper.put(main, top, title, size=self.size + 1, bold=True)
            top = self._variants(paper, main, top + 18, rows, filled="Actionable" in title)
        paper.put(main, top, "Pertinent Negatives", size=self.size + 1, bold=True)
        paper.put(main, top + 14, self.lead, size=self.size)
        for at, gene in enumerate(self.negatives):
            x, y = (main, 16 * at) if self.pills_down else (main + 60 * at, 0)
            paper.box(x - 4, top + 24 + y, 50, 13)
            paper.put(x, top + 34 + y, gene, size=self.size, bold=True)
        top += 60 + 16 * len(self.negatives) * self.pills_down
        top = self._head(paper, main, top, "IMMUNOTHERAPY MARKERS")
        paper.put(main, top, "Tumor Mutational Burden", size=self.size, bold=True)
        paper.put(main, top + 18, self.tmb, size=self.size)
        paper.put(main + 78, top + 18, "81st percentile", size=self.size)
        title = "Microsatellite Instability Status"
        paper.put(main + 190, top, title, size=self.size - 1.5, bold=True)
        for at, (words, fill) in enumerate(zip(self.options, self.fills, strict=True)):
            x = main + 190 + 52 * at
            paper.box(x - 3, top + 8, 50, 14, fill)
            paper.put(x, top + 18, words, size=self.size - 1)

    def _variants(self, paper, main, top, rows, *, filled):
        if not rows:
            words = "No variants were found in the limited set of genes on which we report."
            paper.put(main, top, words, size=self.size)
            return top + 22
        for gene, words, share in rows:
            paper.box(main - 4, top - 10, 50, 13, PALE if filled else None)
            paper.put(main, top, gene, size=self.size, bold=True)
            paper.put(main + 60, top, words, size=self.size - 1)
            paper.put(main + 270, top, share, size=self.size)
            paper.box(main + 305, top - 7, 30, 6, BLUE)
            top += 18
        return top + 8

    def _second(self, paper):
        top = 90
        if self.continued:
            title = "Somatic - Biologically Relevant (continued)"
            paper.put(45, top, title, size=self.size + 1, bold=True)
            top = self._variants(paper, 45, top + 18, self.continued, filled=False) + 12
        top = self._head(paper, 45, top, "VARIANTS OF UNKOWN SIGNIFICANCE")
        for gene, words, share in self.vus:
            paper.put(45, top, gene, size=self.size, bold=True)
            paper.put(130, top, words, size=self.size)
            paper.put(400, top, share, size=self.size)
            paper.put(45, top + 12, "NM_002529", size=self.size - 2)
            top += 30
        top = self._head(paper, 45, top + 10, "LOW COVERAGE REGIONS")
        paper.put(45, top, self.low, size=self.size)
        top += 30
        for title, lines in self.extra:
            top = self._head(paper, 45, top, title)
            for line in lines:
                paper.put(45, top, line, size=self.size)
                top += 14
            top += 16

    def _stains(self, paper):
        top = self._head(paper, 45, 90, "DNA MISMATCH REPAIR PROTEIN EXPRESSION")
        for row in self.proteins:
            for at, words in enumerate(row):
                paper.put(45 + 110 * at, top, words, size=self.size)
            top += 15
        top = self._head(paper, 45, top + 20, "PD-L1 EXPRESSION")
        paper.put(45, top, "Tumor proportion score: 5% Positive", size=self.size)

    def _side(self, paper, x):
        top = 90.0
        for label, value in self.side:
            if label.endswith(":"):
                end = paper.put(x, top, f"{label} ", size=8, bold=True)
                paper.put(end, top, value, size=8)
                top += 14
            else:
                paper.put(x, top, label, size=7)
                paper.put(x, top + 9, value, size=8)
                top += 24

    def _head(self, paper, x, top, words):
        paper.put(x, top, words, size=9, bold=True, space=self.spaced)
        return top + 20


def read(report):
    return extract.read(report.pdf(), "drawn.pdf")


def states(reading):
    result = normalise(reading, assays(shipped()))
    return {marker.value: state.status for marker, state in result.markers.items()}


def assessed(reading):
    return {name: state for name, state in states(reading).items() if state is not LETTERS["A"]}


def wanted(letters):
    return {marker: LETTERS[letter] for marker, letter in letters.items()}


DEFAULT = {
    "ERBB2_MUTATION": "D",
    "KRAS_MUTATION": "D",
    "IDH1_MUTATION": "N",
    "BRAF_MUTATION": "N",
    "RET_MUTATION": "I",
    "MSI": "D",
    "TMB": "D",
}
TIMES = ("Times-Roman", "Times-Bold")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"page": A4, "font": TIMES, "size": 10.0},
        {"side_right": True, "size": 8.0},
        {"spaced": 0.0},
        {"spaced": 2.2, "page": A4},
        {"pills_down": True},
        {"relevant": (), "page": A4, "size": 8.5},
    ],
    ids=["letter", "a4 times", "side right", "not spaced", "spaced less", "pills down", "none"],
)
def test_a_report_of_another_laboratory(changes):
    reading = read(Pills().but(**changes))
    assert reading.report.status.value == "final", reading.report.reasons
    assert assessed(reading) == wanted(DEFAULT)
    assert reading.report.identity.name == "Muster, Sibylle"
    assert reading.report.identity.accession == "SYN-66-0009"
    assert str(reading.report.identity.dob) == "1966-01-01"
    (specimen,) = reading.report.specimens
    assert (specimen.site, specimen.tumour_percent) == ("Gallbladder", 60)
    assert str(specimen.collected) == "2026-02-03", "the tumour's date, not the normal's"
    assert specimen.analyte is None


def test_the_normal_specimen_may_stand_first():
    side = Pills().side
    reading = read(Pills().but(side=(*side[:3], *side[7:], *side[3:7])))
    (specimen,) = reading.report.specimens
    assert (specimen.site, str(specimen.collected)) == ("Gallbladder", "2026-02-03")


@pytest.mark.parametrize(
    ("options", "fills", "letter"),
    [
        (("Stable", "Equivocal", "High"), (BLUE, None, None), "N"),
        (("Stable", "Equivocal", "High"), (None, BLUE, None), "I"),
        (("Stable", "Equivocal", "High"), (None, None, BLUE), "D"),
        (("Stable", "Equivocal", "High"), (None, None, None), "I"),
        (("Stable", "Equivocal", "High"), (BLUE, None, BLUE), "I"),
        (("Stable", "Equivocal", "High"), (BLUE, BLUE, BLUE), "I"),
        (("Stable", "Equivocal", "High"), (PALE, PALE, BLUE), "D"),
        (("High", "Equivocal", "Stable"), (None, None, BLUE), "N"),
        (("MSS", "MSI-H"), (None, BLUE), "D"),
        (("MSS", "MSI-H"), (BLUE, PALE), "I"),
        (("Stable",), (None,), "N"),
        (("QNS",), (None,), "A"),
    ],
)
def test_the_fill_alone_marks_the_microsatellite_answer(options, fills, letter):
    reading = read(Pills().but(options=options, fills=fills))
    assert states(reading)["MSI"] is LETTERS[letter]
    unmarked = letter == "I" and fills != (None, BLUE, None)  # which marks "Equivocal"
    codes = {notice.code for notice in reading.report.notices}
    assert ("value_not_understood" in codes) is unmarked


@pytest.mark.parametrize(
    ("row", "marker", "letter"),
    [
        (("FGFR2", "FGFR2-BICC1 Chromosomal rearrangement", ""), "FGFR2_FUSION", "D"),
        (("ERBB2", "Copy number gain", ""), "ERBB2_AMPLIFICATION", "I"),
        (("FGFR2", "p.N549K c.1647T>A Missense variant", "3.0%"), "FGFR2_MUTATION", "D"),
        (("RET", "something new", "3.0%"), "RET_FUSION", "I"),
    ],
)
def test_one_more_actionable_variant(row, marker, letter):
    reading = read(Pills().but(actionable=(*Pills().actionable, row)))
    assert states(reading)[marker] is LETTERS[letter]


def test_variants_go_on_over_a_page_break():
    reading = read(Pills().but(continued=(("IDH2", "p.R172K Missense variant", "9.0%"),)))
    assert assessed(reading) == wanted({**DEFAULT, "IDH2_MUTATION": "D"})
    (idh2,) = [item for item in reading.observations if item.marker is Marker.IDH2_MUTATION]
    assert (idh2.source.page, idh2.vaf) == (2, 0.09)


def test_a_germline_variant_is_detected_and_says_so():
    germline = (("RET", "p.C634R Missense variant", "49.0%"),)
    found = read(Pills().but(germline=germline, low="PMS2")).observations
    (ret,) = [item for item in found if item.marker is Marker.RET_MUTATION]
    assert (ret.status, ret.origin) == (Status.DETECTED, Origin.GERMLINE)


def test_negative_pills_take_the_classes_of_their_sentence():
    lead = "No pathogenic variants, copy number changes or fusions found in:"
    found = states(read(Pills().but(lead=lead, negatives=("FGFR2", "ERBB2"), actionable=())))
    for marker in ("FGFR2_MUTATION", "FGFR2_AMPLIFICATION", "FGFR2_FUSION", "ERBB2_AMPLIFICATION"):
        assert found[marker] is Status.NOT_DETECTED


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("CLINICAL HISTORY", "Prior outside test 2023: FGFR2 fusion detected, IDH1 R132C."),
        ("FDA-APPROVED THERAPIES, OTHER INDICATIONS", "BRAF V600E Dabrafenib"),
        ("ADDITIONAL INDICATORS", "NTRK1 fusion"),
        ("CLINICAL TRIALS", "FGFR2 fusion"),
        ("SOMATIC VARIANT DETAILS - POTENTIALLY ACTIONABLE", "BRAF V600E was detected in others."),
        ("ASSAY DESCRIPTION", "FGFR2 fusions and KRAS G12C are examples."),
        ("GENE LIST", "FGFR2 IDH1 NTRK1"),
        ("GERMLINE GENES", "RET KRAS"),
    ],
)
def test_other_sections_add_nothing(title, line):
    assert assessed(read(Pills().but(extra=((title, (line,)),)))) == wanted(DEFAULT)


@pytest.mark.parametrize(
    ("told", "letter"),
    [
        ("RNA was sequenced.", "N"),
        ("RNA: not performed", "A"),
        ("RNA sequencing could not be completed", "A"),
        ("RNA was not part of this order.", "A"),
        ("No RNA was received.", "A"),
    ],
)
def test_a_list_of_rna_fusions_counts_only_if_rna_was_examined(told, letter):
    extra = (("RNA FUSION ANALYSIS", ("ALK BRAF NRG1 ROS1",)), ("ASSAY DESCRIPTION", (told,)))
    found = states(read(Pills().but(extra=extra)))
    assert found["BRAF_FUSION"] is LETTERS[letter]
    assert found["NTRK3_FUSION"] is Status.NOT_ASSESSED


def test_a_variant_of_unknown_significance_detects_nothing():
    found = read(Pills()).observations
    (vus,) = [item for item in found if item.significance is Significance.VUS]
    assert (vus.marker, vus.transcript) == (Marker.NTRK1_MUTATION, "NM_002529")


LOST = (("MLH1", "Absent"), ("PMS2", "Absent"), ("MSH2", "Present"), ("MSH6", "Present"))
KEPT = tuple((name, "Present") for name in ("MLH1", "PMS2", "MSH2", "MSH6"))
ACROSS = (("MLH1", "MSH2", "MSH6", "PMS2"), ("Present", "Present", "Absent", "Present"))


@pytest.mark.parametrize(
    ("proteins", "letter"),
    [
        (LOST, "D"),
        (KEPT, "N"),
        (KEPT[:3], "I"),
        (ACROSS, "D"),
        ((("Interpretation:", "Abnormal"), *LOST), "D"),
        ((("Interpretation:", "Normal"), *KEPT), "N"),
        ((("Interpretation:", "Normal"), *LOST), "I"),
        ((("Interpretation:", "Abnormal"),), "D"),
    ],
    ids=["lost", "kept", "three", "across", "abnormal", "normal", "contradicts", "words alone"],
)
def test_mismatch_repair_proteins(proteins, letter):
    assert states(read(Pills().but(proteins=proteins)))["MMR"] is LETTERS[letter]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"side": Pills().side[:3]}, "incomplete"),
        ({"side": (*Pills().side, ("Note", "FGFR2 fusion"))}, "layout_not_understood"),
        ({"extra": (("FUSIONS", ("FGFR2 fusion 90.8%",)),)}, "layout_not_understood"),
    ],
    ids=["no specimen", "a result in the side column", "a heading that the layout does not have"],
)
def test_what_is_not_whole_is_held(changes, code):
    report = read(Pills().but(**changes)).report
    assert (report.status.value, report.code) == ("held", code)


def test_a_liquid_report_of_the_family_is_of_plasma():
    side = tuple(
        ("cfDNA specimen:", "Blood") if label == "Tumor specimen:" else (label, value)
        for label, value in Pills().side[:6]
    )
    reading = read(Pills().but(side=side))
    assert reading.report.specimens[0].analyte == "cfDNA"
    assert states(reading)["TMB"] is Status.INDETERMINATE
