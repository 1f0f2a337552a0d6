"""Family A as its vendor prints it: companion diagnostics, plasma, footnotes, broken words."""

from dataclasses import dataclass, field, replace

import pytest
from reportlab.lib.pagesizes import A4, letter

from parsers import extract
from pipeline.model import Significance
from tests.pdf.drawn import Paper

HARMLESS = {Significance.VUS, Significance.BENIGN}
LETTERS = {"D": "detected", "N": "not_detected", "I": "indeterminate", "A": "not_assessed"}
IDENTITY = (
    ("DISEASE", "Intrahepatic cholangiocarcinoma"),
    ("NAME", "Muster, Sunniva"),
    ("DATE OF BIRTH", "01 Jan 1953"),
    ("SEX", "Female"),
    ("MEDICAL RECORD #", "SYN-000779"),
)
TISSUE = (
    ("SPECIMEN SITE", "Liver"),
    ("SPECIMEN ID", "SYN-79-0001-T"),
    ("SPECIMEN TYPE", "Block"),
    ("DATE OF COLLECTION", "02 Mar 2026"),
    ("SPECIMEN RECEIVED", "05 Mar 2026"),
)
BLOOD = (
    ("SPECIMEN SITE", "Blood"),
    ("SPECIMEN ID", "SYN-79-0001-P"),
    ("SPECIMEN TYPE", "Blood"),
    ("DATE OF COLLECTION", "02 Mar 2026"),
    ("SPECIMEN RECEIVED", "05 Mar 2026"),
)
CODING_TITLE = (
    "DNA GENE LIST: ENTIRE CODING SEQUENCE FOR THE DETECTION OF BASE SUBSTITUTIONS, "
    "INSERTION/DELETIONS,|AND COPY NUMBER ALTERATIONS"
)
CODING = "AKT1 BRAF ERBB2 FGFR2 IDH1 IDH2 KRAS NTRK1 NTRK2 NTRK3 RET SMAD4 TP53"
REARRANGED = "ALK BRAF FGFR2 NTRK1 NTRK2 RET"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One report; every part is drawn at its own place, in the order of the pages."""

    companion: tuple[tuple[str, str], ...] | None = None  # finding, therapy; () prints "none"
    others: tuple[str, ...] = ()  # of the multi-column list on the first page
    marks: str = "§"
    signature_head: str = "Biomarker Findings"
    signatures: tuple[tuple[str, str], ...] = (
        ("Microsatellite status", "MS-Stable"),
        ("Tumor Mutational Burden", "4 Muts/Mb"),
    )
    alteration_head: str = "Genomic Findings"
    columns: tuple[str, ...] = ()  # heads of the fraction columns
    alterations: tuple[tuple[str, ...], ...] = (("IDH1", "R132C"), ("TP53", "R175H"))
    negative_head: str = "3 Disease relevant genes with no reportable alterations:"
    negatives: tuple[str, ...] = ("BRAF, ERBB2, KRAS",)
    specimen: tuple[tuple[str, str], ...] = TISSUE
    size: tuple[float, float] = letter
    font: tuple[str, str] = ("Helvetica", "Helvetica-Bold")
    extra: tuple[tuple[str, tuple[str, ...]], ...] = field(default_factory=tuple)
    in_one_cell: bool = False  # "IDH1 R132C" in one run of words

    def but(self, **changes):
        return replace(self, **changes)

    def pdf(self):
        paper = Paper(*self.font, self.size)
        pages = [self._services, self._bait, self._genes]
        if self.companion is not None:
            pages.insert(0, self._first)
        for number, page in enumerate(pages, start=1):
            self._head(paper)
            page(paper)
            foot = paper.height - 25
            paper.put(40, foot, "Saltmarsh Genomics (fictional)", size=7)
            paper.put(480, foot, f"PAGE {number} of {len(pages)}", size=7)
            paper.turn()
        return paper.done()

    def _head(self, paper):
        heads = ("PATIENT", "TUMOR TYPE:", "REPORT DATE", "ORDERED TEST #")
        values = (
            "Muster, Sunniva",
            "Intrahepatic cholangiocarcinoma",
            "20 Mar 2026",
            "SYN-26-0779",
        )
        for x, head, value in zip((40, 180, 360, 470), heads, values, strict=True):
            paper.put(x, 28, head, size=6, bold=True)
            paper.put(x, 38, value, size=7)

    def _first(self, paper):
        self._panel(paper, 40, 70)
        title = "Companion Diagnostic (CDx) Associated Findings"
        paper.put(240, 80, title, size=13, bold=True)
        top = 105
        if self.companion:
            paper.put(240, top, "GENOMIC FINDINGS DETECTED", size=8, bold=True)
            paper.put(410, top, "FDA-APPROVED THERAPEUTIC OPTIONS", size=8, bold=True)
            for finding, therapy in self.companion:
                top += 18
                paper.put(240, top, finding, size=9, bold=True)
                paper.put(410, top, therapy, size=9)
        else:
            words = "NO REPORTABLE ALTERATIONS WITH COMPANION DIAGNOSTIC (CDx) CLAIMS"
            paper.put(240, top, words, size=8, bold=True)
        top += 40
        paper.put(240, top, "OTHER ALTERATIONS & BIOMARKERS IDENTIFIED", size=11, bold=True)
        paper.put(240, top + 14, "Results reported in this section are not prescriptive.", size=6)
        for at, item in enumerate(self.others):
            x, y = 240 + 170 * (at % 2), top + 34 + 14 * (at // 2)
            end = paper.put(x, y, item, size=9)
            paper.put(end + 2, y, self.marks, size=9)
        foot = top + 60 + 14 * len(self.others)
        paper.put(240, foot, "§ Refer to appendix for limitation statements.", size=6)

    def _panel(self, paper, x, top):
        for title, rows in (
            ("PATIENT", IDENTITY),
            ("PHYSICIAN", (("ORDERING PHYSICIAN", "Dr. Example"), ("PATHOLOGIST", "Not Provided"))),
            ("SPECIMEN", self.specimen),
        ):
            paper.put(x, top, title, size=9, bold=True)
            for label, value in rows:
                top += 12
                paper.put(x, top, label, size=6)
                paper.put(x + 82, top, value, size=7)
            top += 20

    def _services(self, paper):
        x = 240
        if self.companion is None:
            self._panel(paper, 40, 70)
        else:
            x = 60
        top = 80.0
        paper.put(x, top, self.signature_head, size=12, bold=True)
        for label, value in self.signatures:
            top += 15
            end = paper.put(x, top, label, size=9, bold=True)
            paper.put(end + 4, top, value, size=9)
        top += 28
        paper.put(x, top, self.alteration_head, size=12, bold=True)
        for at, head in enumerate(self.columns):
            paper.put(x + 190 + 75 * at, top, head, size=8, bold=True)
        if not self.columns:
            top += 13
            words = "For a complete list of the genes assayed, please refer to the Appendix."
            paper.put(x, top, words, size=7)
        for gene, *shown in self.alterations:
            top += 15
            if self.in_one_cell:
                paper.put(x, top, f"{gene} {shown[0]}", size=9)
            else:
                paper.put(x, top, gene, size=9, bold=True)
                paper.put(x + 65, top, shown[0], size=9)
            for at, value in enumerate(shown[1:]):
                paper.put(x + 190 + 75 * at, top, value, size=9)
        top += 28
        paper.put(x, top, self.negative_head, size=9, bold=True)
        for line in self.negatives:
            top += 13
            paper.put(x, top, line, size=9)
        for title, lines in self.extra:
            top += 28
            paper.put(x, top, title, size=11, bold=True)
            for line in lines:
                top += 13
                paper.put(x, top, line, size=9)

    def _bait(self, paper):
        paper.put(40, 80, "GENOMIC FINDINGS", size=9, bold=True)
        paper.put(200, 80, "THERAPIES WITH CLINICAL BENEFIT", size=9, bold=True)
        paper.put(200, 91, "(IN PATIENT'S TUMOR TYPE)", size=8, bold=True)
        paper.put(40, 112, "IDH1 R132C", size=9)
        paper.put(200, 112, "Ivosidenib", size=9)
        paper.put(40, 128, "BRAF V600E", size=9)
        paper.put(200, 128, "None", size=9)
        paper.put(40, 170, "POTENTIAL TREATMENT STRATEGIES", size=9, bold=True)
        paper.put(40, 184, "FGFR2 fusions and KRAS G12C are targets in other patients.", size=9)
        paper.put(40, 220, "VARIANTS OF UNKNOWN SIGNIFICANCE", size=11, bold=True)
        for at, (gene, change) in enumerate((("RET", "V804A"), ("MSH6", "K13T"))):
            paper.put(40 + 150 * at, 240, gene, size=9, bold=True)
            paper.put(40 + 150 * at, 252, change, size=9)

    def _genes(self, paper):
        top = 80
        paper.put(40, top, "GENES ASSAYED", size=12, bold=True)
        for title, listed in (
            (CODING_TITLE, CODING),
            ("DNA GENE LIST: FOR THE DETECTION OF SELECT REARRANGEMENTS", REARRANGED),
        ):
            top += 25
            for line in title.split("|"):
                paper.put(40, top, line, size=8, bold=True)
                top += 10
            for number, gene in enumerate(listed.split()):
                paper.put(40 + 80 * (number % 6), top + 6 + 12 * (number // 6), gene, size=8)
            top += 40
        title = "ADDITIONAL ASSAYS: FOR THE DETECTION OF SELECT CANCER BIOMARKERS"
        paper.put(40, top, title, size=8, bold=True)
        paper.put(40, top + 12, "Microsatellite (MS) status", size=8)
        paper.put(40, top + 24, "Tumor Mutational Burden (TMB)", size=8)


def read(report):
    return extract.read(report.pdf(), "drawn.pdf")


def told(reading):
    """Marker → letter; VUS and benign left out, and two statuses of one marker both shown."""
    assert reading.report.status.is_read, reading.report.reasons
    names = {status: letter_ for letter_, status in LETTERS.items()}
    found = {}
    for item in reading.observations:
        if item.significance not in HARMLESS:
            found.setdefault(item.marker.value, set()).add(names[item.status.value])
    return {marker: "".join(sorted(letters)) for marker, letters in found.items()}


LISTED = {  # "BRAF, ERBB2, KRAS" with no reportable alterations, on the lists of the appendix
    "BRAF_MUTATION": "N",
    "BRAF_FUSION": "N",
    "ERBB2_MUTATION": "N",
    "ERBB2_AMPLIFICATION": "N",
    "KRAS_MUTATION": "N",
    "KRAS_AMPLIFICATION": "N",
}
STABLE = {"MSI": "N", "TMB": "N"}
USUAL = {**STABLE, **LISTED, "IDH1_MUTATION": "D"}


# ----------------------------------------------------------------------------- layout variants
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"size": A4, "font": ("Times-Roman", "Times-Bold")},
        {"in_one_cell": True},
        {"signature_head": "Genomic Signatures", "alteration_head": "Gene Alterations"},
        {
            "negative_head": "Additional Disease-relevant Genes with No Reportable Alterations "
            "Identified",
            "negatives": ("BRAF", "ERBB2", "KRAS"),
        },
        {"companion": (("IDH1 R132C", "Tibsovo"),), "others": ("TP53 R175H",)},
        {
            "companion": (),
            "others": ("IDH1 R132C", "Microsatellite status MS-Stable", "TP53 R175H",
                       "Tumor Mutational Burden 4 Muts/Mb"),
        },
        {
            "companion": (("IDH1 R132C", "Tibsovo"),),
            "others": ("TP53 R175H", "CDKN2A/B loss", "ARID1A Q563*"),
            "marks": "§†",
            "size": A4,
        },
    ],
    ids=["letter", "A4", "one cell", "newer heads", "one gene a line", "companion",
         "no companion", "marks"],
)  # fmt: skip
def test_the_same_results_in_another_layout(changes):
    reading = read(Profile().but(**changes))
    assert told(reading) == USUAL
    assert reading.report.status.value == "final"
    assert reading.report.is_btc is True
    assert reading.report.identity.name == "Muster, Sunniva"
    assert reading.report.accession == "SYN-26-0779"
    assert str(reading.report.reported) == "2026-03-20"
    assert reading.report.specimens[0].id == "SYN-79-0001-T"


# ------------------------------------------------------------------------------- the first page
def test_what_only_the_first_page_prints_is_not_lost():
    report = Profile(
        companion=(("FGFR2 fusion (FGFR2-BICC1)", "Pemazyre"),), others=("ERBB2 amplification",)
    )
    found = told(read(report.but(negatives=("KRAS",))))
    assert found["FGFR2_FUSION"] == "D"
    assert found["ERBB2_AMPLIFICATION"] == "D"


@pytest.mark.parametrize(
    "below",
    [
        "§ Refer to appendix for limitation statements.",
        "† For a complete list of the therapies see the next page.",
        "This alteration is seen in a part of the tumours of this type.",
    ],
)
def test_a_sentence_under_an_alteration_does_not_hide_it(below):
    report = Profile(alterations=(("ERBB2", "amplification"),), negatives=("MET",))
    listed = report.but(extra=(("Gene Alterations", ("ERBB2 amplification", below)),))
    assert told(read(listed))["ERBB2_AMPLIFICATION"] == "D"
    only = report.but(
        alterations=(("TP53", "R175H"),),
        extra=(("Gene Alterations", ("ERBB2 amplification", below)),),
    )
    assert told(read(only))["ERBB2_AMPLIFICATION"] == "D"


def test_no_claim_of_a_companion_diagnostic_is_no_negative():
    """It speaks of therapies for this tumour, not of the genes; the results are still wanted."""
    reading = read(Profile(companion=(), alterations=()))
    assert reading.report.code == "incomplete"
    assert reading.observations == ()


# ---------------------------------------------------------------------------- printed alterations
@pytest.mark.parametrize(
    ("gene", "printed", "marker", "letter_"),
    [
        ("FGFR2", "FGFR2-BICC1 fusion", "FGFR2_FUSION", "D"),
        ("FGFR2", "BICC1-FGFR2 fusion", "FGFR2_FUSION", "D"),
        ("FGFR2", "FGFR2-N/A rearrangement intron 17", "FGFR2_FUSION", "D"),
        ("FGFR2", "rearrangement exon 18", "FGFR2_FUSION", "D"),
        ("FGFR2", "rearrangement intron 17", "FGFR2_FUSION", "D"),
        ("FGFR2", "amplification", "FGFR2_AMPLIFICATION", "D"),
        ("FGFR2", "C382R", "FGFR2_MUTATION", "D"),
        ("ERBB2", "amplification - equivocal", "ERBB2_AMPLIFICATION", "I"),
        ("ERBB2", "amplification - equivocal†", "ERBB2_AMPLIFICATION", "I"),
        ("ERBB2", "S310F§", "ERBB2_MUTATION", "D"),
        ("ERBB2", "A775_G776insYVMA", "ERBB2_MUTATION", "D"),
        ("KRAS", "Wildtype", "KRAS_MUTATION", "N"),
        ("KRAS", "wildtype", "KRAS_MUTATION", "N"),
        ("NTRK1", "TPM3-NTRK1 fusion", "NTRK1_FUSION", "D"),
        ("RET", "NCOA4-RET fusion", "RET_FUSION", "D"),
        ("IDH1", "splice site 414+1G>A", "IDH1_MUTATION", "D"),
        ("BRAF", "K601E", "BRAF_MUTATION", "D"),
        ("BRAF", "V600_K601>E", "BRAF_MUTATION", "D"),
    ],
)  # fmt: skip
def test_an_alteration_as_it_is_printed(gene, printed, marker, letter_):
    alterations = ((gene, printed), ("TP53", "R175H"), ("TERT", "promoter -124C>T"))
    report = Profile(alterations=alterations, negatives=("MET",))
    assert told(read(report)).get(marker) == letter_


def test_two_genes_of_one_wild_type_are_both_negative():
    report = Profile(alterations=(("KRAS/NRAS", "wildtype"), ("TP53", "R175H")), negatives=("MET",))
    assert told(read(report)) == {**STABLE, "KRAS_MUTATION": "N"}


def test_a_pseudo_gene_is_no_gene_of_ours():
    report = Profile(alterations=(("CDKN2A/B", "loss"), ("BAP1", "Q590*")), negatives=("IDH1",))
    assert told(read(report)) == {**STABLE, "IDH1_MUTATION": "N"}


@pytest.mark.parametrize(
    ("signature", "marker", "letter_"),
    [
        (("Microsatellite status", "MSI-High"), "MSI", "D"),
        (("Microsatellite status", "MSS"), "MSI", "N"),
        (("Microsatellite status", "MSI-Intermediate"), "MSI", "I"),
        (("Microsatellite status", "Cannot Be Determined"), "MSI", "I"),
        (("Microsatellite status", "Undetermined"), "MSI", "I"),
        (("Tumor Mutation Burden", "24 Muts/Mb"), "TMB", "D"),
        (("Tumor Mutational Burden", "Cannot Be Determined"), "TMB", "I"),
        (("Tumor Mutational Burden", "TMB-High (22 Muts/Mb)"), "TMB", "D"),
        (("Loss of Heterozygosity score", "12.3%"), "MMR", None),
    ],
)
def test_a_signature_as_it_is_printed(signature, marker, letter_):
    assert told(read(Profile(signatures=(signature,)))).get(marker) == letter_


def test_no_alteration_at_all_is_said_in_words():
    said = (("No reportable", "alterations were identified."),)
    report = Profile(alterations=said, in_one_cell=True)
    assert told(read(report)) == {**STABLE, **LISTED}
