"""The reader of plasma reports: drawn otherwise than the sample, and the public specimen.

Expected states are written by hand: D detected, N not detected, I indeterminate, A not assessed.
"""

from dataclasses import dataclass, replace

import pytest
from reportlab.lib.pagesizes import A4, letter

from parsers import extract
from pipeline.coverage import assays, shipped
from pipeline.model import Marker, Significance, Status
from pipeline.normalise import normalise
from tests.pdf.drawn import Paper

LETTERS = {"D": Status.DETECTED, "N": Status.NOT_DETECTED, "I": Status.INDETERMINATE}
LETTERS |= {"A": Status.NOT_ASSESSED}


@dataclass(frozen=True, kw_only=True)
class Plasma:
    """What a report of family D says; the defaults are a report of their own."""

    head: tuple[str, ...] = ("Patient MRN: SYN-000555 | DOB: 01 Jan 1949 | Gender: Male",)
    diagnosis: str = "Diagnosis: Intrahepatic cholangiocarcinoma"
    dates: tuple[tuple[str, str], ...] = (
        ("Report Date:", "MAR-20-2026"),
        ("Receipt Date:", "MAR-11-2026"),
        ("Collection Date:", "MAR-10-2026"),
        ("Specimen:", "Blood"),
        ("Status:", "FINAL"),
    )
    title: str = "Summary of Detected Somatic Alterations, Immunotherapy Biomarkers"
    heads: tuple[str, ...] = (
        "Detected Alteration(s) /\nBiomarker(s)",
        "Associated FDA-approved\ntherapies",
        "% cfDNA or\nAmplification",
    )
    rows: tuple[tuple[str, str, str], ...] = (
        ("IDH1 R132C", "Ivosidenib", "1.4%"),
        ("KRAS G12D", "None", "0.3%"),
        ("ERBB2 Amplification", "Trastuzumab", "Medium (++)"),
    )
    continued: tuple[tuple[str, str, str], ...] = ()  # rows of the summary on the second page
    repeated: bool = True  # the head of the table there
    more: tuple[tuple[str, tuple[str, ...]], ...] = ()
    trend_heads: tuple[str, ...] = ("Alteration", "% cfDNA or Amp", "Alteration Trend")
    trend: tuple[tuple[str, str, str], ...] = (("IDH1 R132C", "1.4%", "7.7%"),)
    biomarkers: tuple[tuple[str, str], ...] = (("MSI-High", "NOT DETECTED"),)
    genes: str = "BRAF ERBB2† FGFR2#† IDH1 IDH2 KRAS† NTRK1# RET# TP53"
    xs: tuple[float, float, float] = (50, 200, 420)
    font: tuple[str, str] = ("Helvetica", "Helvetica-Bold")
    page: tuple[float, float] = letter
    size: float = 9.0
    ruled: bool = True

    def but(self, **changes):
        return replace(self, **changes)

    def pdf(self):
        paper = Paper(*self.font, size=self.page)
        for draw in (self._first, self._second, self._third):
            draw(paper)
            paper.put(
                50, self.page[1] - 30, "Tidewater Liquid Biopsy Laboratory (fictional)", size=7
            )
            paper.put(480, self.page[1] - 30, f"Pg {paper.page} of 3", size=7)
            paper.turn()
        return paper.done()

    def _first(self, paper):
        paper.put(50, 40, "Muster, Sigmund (SYN-55-0001)", size=12, bold=True)
        for at, line in enumerate((*self.head, self.diagnosis)):
            paper.put(50, 54 + 11 * at, line, size=8)
        for at, (label, value) in enumerate(self.dates):
            paper.put(50, 100 + 13 * at, label, size=8)
            paper.put(140, 100 + 13 * at, value, size=8)
        paper.put(50, 190, self.title, size=12)
        top = self._table(paper, 220, self.heads, self.rows)
        for title, lines in self.more:
            paper.put(50, top + 20, title, size=12)
            for at, line in enumerate(lines):
                paper.put(50, top + 38 + 13 * at, line, size=self.size)
            top += 40 + 13 * len(lines)

    def _second(self, paper):
        heads = self.heads if self.repeated else ("", "", "")
        top = self._table(paper, 60, heads, self.continued) if self.continued else 60
        paper.put(50, top + 30, "Additional Biomarkers", size=12)
        rows = tuple((name, value, "") for name, value in self.biomarkers)
        top = self._table(paper, top + 55, ("Biomarker", "Additional Details", ""), rows)
        paper.put(50, top + 30, "Tumor Response Map", size=12)
        self._table(paper, top + 60, self.trend_heads, self.trend)

    def _third(self, paper):
        paper.put(50, 90, "Gene List", size=12)
        text = "Single nucleotide variants and indels are reported in all genes of this list."
        paper.put(50, 106, text, size=8)
        for at, gene in enumerate(self.genes.split()):
            paper.put(50 + 70 * (at % 6), 126 + 12 * (at // 6), gene, size=8)
        paper.put(50, 170, "# Fusions are reported in this gene.", size=7)
        paper.put(300, 170, "† Amplifications are reported in this gene.", size=7)

    def _table(self, paper, top, heads, rows):
        for x, head in zip(self.xs, heads, strict=True):
            for at, line in enumerate(head.split("\n")):
                paper.put(x, top + 11 * at, line, size=self.size, bold=True)
        top += 11 * max(head.count("\n") for head in heads) + 6
        for row in rows:
            if self.ruled:
                paper.rule(45, top, 560)
            top += 16
            for x, words in zip(self.xs, row, strict=True):
                for at, line in enumerate(words.split("\n")):
                    paper.put(x, top + 10 * at, line, size=self.size)
            top += 10 * max(words.count("\n") for words in row) + 6
        return top


def read(report):
    return extract.read(report.pdf(), "drawn.pdf")


def states(reading):
    result = normalise(reading, assays(shipped()))
    return {marker.value: state.status for marker, state in result.markers.items()}


def wanted(letters):
    return {marker: LETTERS[letter] for marker, letter in letters.items()}


DEFAULT = {
    "IDH1_MUTATION": "D",
    "KRAS_MUTATION": "D",
    "ERBB2_AMPLIFICATION": "D",
    "MSI": "N",
    # silent, on the gene list with the mark of the class, but in plasma
    "FGFR2_FUSION": "I",
    "FGFR2_MUTATION": "I",
    "FGFR2_AMPLIFICATION": "I",
    "IDH2_MUTATION": "I",
    "BRAF_MUTATION": "I",
    "ERBB2_MUTATION": "I",
    "NTRK1_FUSION": "I",
    "NTRK1_MUTATION": "I",
    "RET_FUSION": "I",
    "RET_MUTATION": "I",
    "KRAS_AMPLIFICATION": "I",
    # not on the list, not marked, or not printed
    **dict.fromkeys(("BRAF_FUSION", "NTRK2_FUSION", "NTRK3_FUSION", "NRG1_FUSION"), "A"),
    **dict.fromkeys(("NTRK2_MUTATION", "NTRK3_MUTATION", "HER2_IHC", "HER2_ISH"), "A"),
    **dict.fromkeys(("MMR", "TMB"), "A"),
}
TIMES = ("Times-Roman", "Times-Bold")
COURIER = ("Courier", "Courier-Bold")
ONE_LINE = ("Detected Alteration(s) / Biomarker(s)", "Associated FDA-approved therapies", "% cfDNA")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"page": A4, "font": TIMES, "size": 10.5},
        {"font": COURIER, "size": 7.5, "page": A4},
        {"ruled": False},
        {"heads": ONE_LINE, "xs": (40, 240, 470), "size": 8.0},
        {"title": "Summary of Somatic Alterations & Associated Treatment Options"},
        {"rows": tuple(reversed(Plasma().rows))},
        {"biomarkers": (("Microsatellite status", "MSI-High NOT DETECTED"),)},
    ],
    ids=["letter", "a4 times", "courier", "unruled", "one line", "title", "reversed", "status"],
)
def test_a_plasma_report_of_another_laboratory(changes):
    reading = read(Plasma().but(**changes))
    assert reading.report.status.value == "final", reading.report.reasons
    assert states(reading) == wanted(DEFAULT)
    assert reading.report.identity.name == "Muster, Sigmund"
    assert reading.report.identity.accession == "SYN-55-0001"
    assert reading.report.identity.mrn == "SYN-000555"
    assert str(reading.report.specimens[0].collected) == "2026-03-10"
    assert reading.report.vendor == "Tidewater Liquid Biopsy Laboratory (fictional)"
    assert reading.report.is_btc is True


def test_the_share_is_that_of_this_sample_not_of_the_one_before():
    shares = {i.vaf for i in read(Plasma()).observations if i.marker is Marker.IDH1_MUTATION}
    assert shares == {0.014}


@pytest.mark.parametrize(
    ("row", "marker", "letter"),
    [
        (("FGFR2-BICC1 Fusion", "None", "0.9%"), "FGFR2_FUSION", "D"),
        (("FGFR2-BICC1\nFusion", "None", "0.9%"), "FGFR2_FUSION", "D"),
        (("NTRK1-TPM3 Fusion", "None", "0.2%"), "NTRK1_FUSION", "D"),
        (("ERBB2 A775_G776insYVMA\n(Exon 20 Insertion)", "None", "0.6%"), "ERBB2_MUTATION", "D"),
        (("BRAF V600E", "None", "<0.1%"), "BRAF_MUTATION", "D"),
        (("MSI-High", "Pembrolizumab", "DETECTED"), "MSI", "D"),
        # the same sense: no change of the protein
        (("IDH2 R172R", "Synonymous Alteration", "0.2%"), "IDH2_MUTATION", "I"),
        (("BRAF V600V", "None", "0.2%"), "BRAF_MUTATION", "I"),
        # seen before, not in this sample
        (("RET-KIF5B Fusion", "None", "ND"), "RET_FUSION", "I"),
        # a gene beside words that nobody understands is not dropped
        (("RET unclear event", "None", "0.4%"), "RET_FUSION", "I"),
    ],
)
def test_one_more_row(row, marker, letter):
    changes = {} if marker != "MSI" else {"biomarkers": (("TMB", "Not evaluable"),)}
    report = Plasma().but(rows=(*Plasma().rows, row), **changes)
    assert states(read(report))[marker] == LETTERS[letter]


@pytest.mark.parametrize("repeated", [True, False])
def test_the_summary_goes_on_over_a_page_break(repeated):
    rows = (("FGFR2-BICC1 Fusion", "Pemigatinib", "0.9%"), ("NTRK1 G595R", "None", "0.2%"))
    reading = read(Plasma().but(continued=rows, repeated=repeated))
    found = states(reading)
    assert found["FGFR2_FUSION"] is found["NTRK1_MUTATION"] is Status.DETECTED
    assert found["IDH1_MUTATION"] is Status.DETECTED
    assert {i.vaf for i in reading.observations if i.marker is Marker.FGFR2_FUSION} == {0.009}


def test_variants_of_uncertain_significance_detect_nothing():
    more = (
        ("Variants of Uncertain Clinical Significance", ("APC E1317Q (0.2%), BRAF K601Q (0.1%)",)),
    )
    reading = read(Plasma().but(more=more))
    vus = {i.alteration for i in reading.observations if i.significance is Significance.VUS}
    assert vus == {"K601Q (0.1%)"}
    assert states(reading)["BRAF_MUTATION"] is Status.INDETERMINATE


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Synonymous Alterations", "BRAF V600V (0.4%), RET L769L (0.1%)"),
        ("Comments", "A BRAF V600E or an FGFR2 fusion may be found in such tumours."),
        ("Clinical Trials", "RET fusion: a study of an inhibitor"),
        ("Available Clinical Trials", "BRAF V600E: a study"),
        ("Definitions", "Fusion: FGFR2-BICC1 Fusion is an example."),
    ],
)
def test_other_sections_add_nothing(title, line):
    assert states(read(Plasma().but(more=((title, (line,)),)))) == wanted(DEFAULT)


def test_a_printed_region_of_low_coverage_is_open_and_none_is_none():
    sentence = "The following regions failed to meet the minimum for single nucleotide variants:"
    for named, marker in (("None.", "A"), ("NTRK2 exon 13, ARID1A", "I")):
        more = (("Regions with insufficient coverage", (sentence, named)),)
        found = states(read(Plasma().but(more=more)))
        assert found["NTRK2_MUTATION"] is LETTERS[marker]


def test_negatives_of_plasma_carry_the_warning():
    more = (("Pertinent Negatives", ("Not detected: BRAF, IDH2; RET fusions",)),)
    result = normalise(read(Plasma().but(more=more)), assays(shipped()))
    for marker in (Marker.BRAF_MUTATION, Marker.IDH2_MUTATION, Marker.RET_FUSION):
        assert result.markers[marker].status is Status.NOT_DETECTED
    assert result.markers[Marker.BRAF_FUSION].status is Status.NOT_ASSESSED
    assert "plasma" in {notice.code for notice in result.notices}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rows": ()}, "incomplete"),
        ({"dates": Plasma().dates[:3]}, "incomplete"),
        ({"more": (("Results", ("BRAF V600E",)),)}, "layout_not_understood"),
    ],
    ids=["no rows", "no specimen", "a heading that the layout does not have"],
)
def test_what_is_not_whole_is_held(changes, code):
    report = read(Plasma().but(**changes)).report
    assert (report.status.value, report.code) == ("held", code)


def test_nothing_found_in_plasma_is_no_negative():
    """ "There were no somatic alterations detected" leaves every gene open."""
    more = (("Comments", ("Tissue should be examined.",)),)
    report = Plasma().but(
        rows=(("There were no somatic alterations detected", "", ""),), trend=(), more=more
    )
    found = states(read(report))
    assert found["IDH1_MUTATION"] is Status.INDETERMINATE
    assert Status.DETECTED not in found.values()


@pytest.mark.parametrize(("share", "letter"), [("0.2%", "N"), ("0.19%", "I"), ("ND", "I")])
def test_not_detected_is_open_where_the_report_calls_it_inconclusive(share, letter):
    told = (
        "A Not Detected result in samples where the highest % cfDNA is < 0.2% is an",
        "inconclusive result.",
    )
    report = Plasma().but(
        rows=(("TP53 R175H", "None", share),), trend=(), more=(("Comments", told),)
    )
    assert states(read(report))["MSI"] is LETTERS[letter]
    assert states(read(report.but(more=())))["MSI"] is Status.NOT_DETECTED


def test_a_cancelled_test_that_prints_results_is_qualified():
    dates = (*Plasma().dates[:4], ("Status:", "CANCELLED"))
    assert read(Plasma().but(dates=dates)).report.status.value == "qualified"


def test_the_public_lung_specimen(shared_data):
    (path,) = (shared_data / "vendor_pdf").rglob("Guardant360_Lung*")
    reading = extract.read(path.read_bytes(), path.name)
    report = reading.report
    assert (report.status.value, report.is_btc) == ("final", False)
    assert report.identity.name == "Jones, Linda"
    assert str(report.reported) == "2020-11-03"
    assert {(i.marker, i.status) for i in reading.observations} == {
        (Marker.MSI, Status.NOT_DETECTED),
        (Marker.TMB, Status.INDETERMINATE),
    }
    found = states(reading)
    assert [name for name, state in found.items() if state is Status.DETECTED] == []
    assert [name for name, state in found.items() if state is Status.NOT_DETECTED] == ["MSI"]
    # NTRK3 stands on the list without the mark of fusions
    assert found["NTRK3_FUSION"] is Status.NOT_ASSESSED
