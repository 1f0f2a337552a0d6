"""Reports of the two layout families, drawn otherwise than the samples: other laboratory, genes,
places, fonts, sizes and order of sections. A reader that is tuned to a sample fails on these.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas


class Paper:
    """A document in memory; places are points from the top left corner."""

    def __init__(self, font="Times-Roman", bold="Times-Bold", size=A4):
        self.width, self.height = size
        self.font, self.bold = font, bold
        self._bytes = io.BytesIO()
        self._canvas = Canvas(self._bytes, pagesize=size, invariant=1)
        self.page = 1

    def put(self, x, top, words, *, size=10.0, bold=False, space=0.0):
        font = self.bold if bold else self.font
        text = self._canvas.beginText(x, self.height - top)
        text.setFont(font, size)
        text.setCharSpace(space)
        text.textOut(words)
        self._canvas.drawText(text)
        return x + stringWidth(words, font, size) + space * len(words)

    def rule(self, x0, top, x1):
        self._canvas.line(x0, self.height - top, x1, self.height - top)

    def across(self, words):
        """Large pale words over the page, turned by 45 degrees."""
        self._canvas.saveState()
        self._canvas.translate(120, 250)
        self._canvas.rotate(45)
        self._canvas.setFont(self.bold, 60)
        self._canvas.setFillGray(0.9)
        self._canvas.drawString(0, 0, words)
        self._canvas.restoreState()

    def turn(self):
        self._canvas.showPage()
        self.page += 1

    def done(self):
        self._canvas.save()
        return self._bytes.getvalue()


@dataclass(frozen=True, kw_only=True)
class TwoColumn:
    """What a report of family A says; the defaults are a report of their own."""

    lab: str = "Fjordview Molecular Laboratory (fictional)"
    identity: tuple[tuple[str, str], ...] = (
        ("DISEASE", "Gallbladder carcinoma"),
        ("NAME", "Muster, Synthia"),
        ("DATE OF BIRTH", "01 Jan 1950"),
        ("MEDICAL RECORD #", "SYN-000777"),
    )
    specimen: tuple[tuple[str, str], ...] = (
        ("SPECIMEN SITE", "Gallbladder"),
        ("SPECIMEN ID", "SYN-77-0001-T"),
        ("SPECIMEN TYPE", "Block"),
        ("TUMOR NUCLEI", "55%"),
        ("DATE OF COLLECTION", "2026-03-02"),
    )
    signature_head: str = "Biomarker Findings"
    signatures: tuple[tuple[str, str], ...] = (
        ("Microsatellite status", "MSI-High"),
        ("Tumor Mutational Burden", "24 Muts/Mb"),
    )
    alteration_head: str = "Genomic Findings"
    alterations: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("IDH1", ("R132L",)),
        ("ERBB2", ("amplification - equivocal", "S310F")),
        ("SMAD4", ("loss",)),
        ("ETV6", ("ETV6-NTRK3 fusion",)),
    )
    negative_head: str = "3 Disease relevant genes with no reportable alterations:"
    negatives: tuple[str, ...] = ("BRAF, KRAS, FGFR2",)
    vus: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("RET", ("V804A",)),
        ("MSH6", ("K13T", "E1163V")),
        ("KRAS", ("amplificati", "on")),
    )
    coding_list: str = "AKT1 BRAF ERBB2 FGFR2 IDH1 IDH2 KRAS NTRK1 NTRK2 NTRK3 RET SMAD4 TP53"
    fusion_list: str = "ALK FGFR2 NTRK3 RET"
    panel_right: bool = False
    numbered: bool = True
    order: tuple[str, ...] = ("results", "genes", "narrative", "vus", "therapies")
    font: tuple[str, str] = ("Times-Roman", "Times-Bold")
    size: float = 10.5
    extra: tuple[str, ...] = ()

    def but(self, **changes):
        return replace(self, **changes)

    def pdf(self):
        paper = Paper(*self.font)
        for name in self.order:
            getattr(self, f"_{name}")(paper)
            self._foot(paper)
            paper.turn()
        return paper.done()

    def _foot(self, paper):
        paper.put(50, 815, self.lab, size=7)
        if self.numbered:
            paper.put(480, 815, f"Page {paper.page} of {len(self.order)}", size=7)

    def _results(self, paper):
        left, right = (330, 50) if self.panel_right else (50, 290)
        self._panel(paper, left)
        self._column(paper, right)

    def _panel(self, paper, x):
        top = 90.0
        groups = (
            ("PATIENT", self.identity),
            ("PHYSICIAN", (("ORDERING PHYSICIAN", "Dr. Example"),)),
            ("SPECIMEN", self.specimen),
        )
        for title, rows in groups:
            paper.put(x, top, title, size=self.size, bold=True)
            top += 16
            for label, value in rows:
                paper.put(x, top, label, size=7)
                paper.put(x + 105, top, value, size=8)
                top += 13
            top += 8

    def _column(self, paper, x):
        step = self.size * 1.5
        paper.put(x, 97, self.signature_head, size=self.size + 3, bold=True)
        top = 97 + step
        for label, value in self.signatures:
            end = paper.put(x, top, label, size=self.size, bold=True)
            paper.put(end + 4, top, value, size=self.size)
            top += step
        top += 10
        paper.put(x, top, self.alteration_head, size=self.size + 3, bold=True)
        top += step
        for gene, lines in self.alterations:
            paper.put(x, top, gene, size=self.size, bold=True)
            for line in lines:
                paper.put(x + 75, top, line, size=self.size)
                top += step
        top += 10
        paper.put(x, top, self.negative_head, size=self.size, bold=True)
        for line in (*self.negatives, *self.extra):
            top += step
            paper.put(x, top, line, size=self.size)

    def _narrative(self, paper):
        paper.put(50, 70, "Finding Summary", size=14, bold=True)
        lines = (
            "In a series of tumours the KRAS G12D change was detected beside an FGFR2 fusion.",
            "IDH1 R132C and BRAF V600E have been described; amplification of ERBB2 is common.",
            "A fusion of NTRK1 was identified in a tumour that was not the one of this patient.",
        )
        for number, line in enumerate(lines):
            paper.put(50, 95 + 14 * number, line, size=9)

    def _therapies(self, paper):
        paper.put(50, 70, "GENOMIC FINDINGS", size=9, bold=True)
        paper.put(220, 70, "THERAPIES WITH CLINICAL BENEFIT", size=9, bold=True)
        for number, row in enumerate((("FGFR2 fusion", "pemigatinib"), ("BRAF V600E", "None"))):
            paper.put(50, 90 + 20 * number, row[0], size=9)
            paper.put(220, 90 + 20 * number, row[1], size=9)

    def _vus(self, paper):
        paper.put(50, 70, "Variants of Unknown Significance", size=14, bold=True)
        for number, (gene, lines) in enumerate(self.vus):
            x = 50 + 150 * number
            paper.put(x, 110, gene, size=9, bold=True)
            for at, line in enumerate(lines):
                paper.put(x, 123 + 12 * at, line, size=9)

    def _genes(self, paper):
        paper.put(50, 70, "Genes Assayed", size=14, bold=True)
        title = "DNA Gene List: Entire Coding Sequence for the Detection of Base Substitutions,"
        paper.put(50, 100, title, size=9, bold=True)
        paper.put(50, 112, "Insertion/Deletions, and Copy Number Alterations", size=9, bold=True)
        self._listed(paper, 130, self.coding_list)
        title = "DNA Gene List: For the Detection of Select Rearrangements"
        paper.put(50, 200, title, size=9, bold=True)
        self._listed(paper, 215, self.fusion_list)

    def _listed(self, paper, top, genes):
        for number, gene in enumerate(genes.split()):
            paper.put(50 + 80 * (number % 6), top + 12 * (number // 6), gene, size=8)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A heading, column heads and rows."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = (150, 90, 90, 180)


HEADS = ("Biomarker", "Analyte", "Method", "Result")


@dataclass(frozen=True, kw_only=True)
class ByTechnology:
    """What a report of family B says; the defaults are a report of their own."""

    lab: str = "Glasshouse Diagnostics (fictional)"
    patient: tuple[str, ...] = (
        "Name: Muster, Sander",
        "Date of Birth: 01-Jan-1944",
        "Case Number: SYN-88-0042",
        "Diagnosis: Intrahepatic cholangiocarcinoma",
    )
    specimen: tuple[str, ...] = (
        "Primary Tumor Site: Liver, bile duct",
        "Specimen Site: Liver",
        "Specimen ID: SYN-88-0042-B",
        "Specimen Collected: 02-Mar-2026",
    )
    pages: tuple[tuple[Table | tuple[str, tuple[str, ...]], ...], ...] = field(
        default_factory=lambda: DEFAULT_PAGES
    )
    numbered: bool = True
    font: tuple[str, str] = ("Courier", "Courier-Bold")
    size: float = 8.0
    ruled: bool = True
    stretch: float = 1.0

    def but(self, **changes):
        return replace(self, **changes)

    def pdf(self):
        paper = Paper(*self.font)
        for number, page in enumerate(self.pages):
            top = self._identity(paper) if number == 0 else 70.0
            for block in page:
                top = self._block(paper, top, block) + 20
            paper.put(45, 818, self.lab, size=7)
            if self.numbered:
                paper.put(500, 818, f"page {number + 1} of {len(self.pages)}", size=7)
            paper.turn()
        return paper.done()

    def _identity(self, paper):
        columns = ((45, "Patient", self.patient), (260, "Specimen Information", self.specimen))
        ordered = ("Dr. Example", "Example Hospital")
        for x, title, lines in (*columns, (480, "Ordered By", ordered)):
            paper.put(x, 60, title, size=self.size + 1, bold=True)
            for at, line in enumerate(lines):
                paper.put(x, 74 + 11 * at, line, size=7)
        return 150.0

    def _block(self, paper, top, block):
        if isinstance(block, Table):
            return self._table(paper, top, block)
        title, lines = block
        paper.put(45, top, title, size=self.size + 2, bold=True)
        for line in lines:
            top += 13
            paper.put(45, top, line, size=self.size)
        return top

    def _table(self, paper, top, table):
        if table.title:
            paper.put(45, top, table.title, size=self.size + 2, bold=True)
            top += 18
        xs = [45 + sum(table.widths[:index]) * self.stretch for index in range(len(table.widths))]
        for x, head in zip(xs, table.heads, strict=True):
            for at, line in enumerate(head.split("\n")):
                paper.put(x, top + 9 * at, line, size=self.size, bold=True)
        top += 9 * max(head.count("\n") for head in table.heads)
        for row in table.rows:
            height = max(cell.count("\n") for cell in row)
            top += 16
            for x, cell in zip(xs, row, strict=True):
                # A cell of one line stands in the middle of a row of several.
                shift = (height - cell.count("\n")) * 5.0
                for at, line in enumerate(cell.split("\n")):
                    paper.put(x, top + shift + 10 * at, line, size=self.size)
            top += 10 * height
            if self.ruled:
                paper.rule(40, top + 5, 560)
        return top


DEFAULT_PAGES = (
    (
        Table(
            title="Cancer-Type Relevant Biomarkers",
            heads=HEADS,
            rows=(
                ("FGFR2", "RNA-Tumor", "Seq", "Pathogenic Fusion |\nFGFR2=AHCYL1"),
                ("RET", "RNA-Tumor", "Seq", "Fusion Not Detected"),
                ("BRAF", "DNA-Tumor", "Seq", "Pathogenic Variant\nExon 15 | p.V600E"),
                ("KRAS", "DNA-Tumor", "Seq", "Wild Type"),
                ("ERBB2 (Her2/Neu)", "DNA-Tumor", "CNA-Seq", "Amplification Not Detected"),
                ("HER2/Neu", "Protein", "IHC", "Equivocal | 2+, 30%"),
                ("NTRK1", "RNA-Tumor", "Seq", "QNS"),
                ("Mismatch Repair Status", "Protein", "IHC", "Deficient"),
                ("MSI", "DNA-Tumor", "Seq", "High"),
                ("TMB", "DNA-Tumor", "Seq", "High | 31 mut/Mb"),
            ),
        ),
    ),
    (
        ("GENES TESTED WITH NO MUTATIONS DETECTED", ("IDH1, IDH2, FGFR2, EGFR,", "KRAS, RET")),
        ("Genes Tested with Indeterminate Results by Tumor DNA Sequencing", ("ARID1A, NTRK2",)),
    ),
    (
        Table(
            title="Clinical Trials",
            heads=("Drug class", "Biomarker", "Method", "Analyte"),
            rows=(("FGFR inhibitors", "IDH1", "Seq", "DNA-Tumor"),),
        ),
        ("Limitations", ("A KRAS G12C below the limit of detection may be missed.",)),
    ),
)


def joined(documents: Sequence[bytes], order: Sequence[int] | None = None) -> bytes:
    """One PDF of the pages of several; *order* counts pages from 0, -1 is a blank page."""
    target = pypdfium2.PdfDocument.new()
    for data in documents:
        source = pypdfium2.PdfDocument(data)
        for index in order if order is not None else range(len(source)):
            if index < 0:
                target.new_page(595, 842)
            else:
                target.import_pages(source, [index])
    written = io.BytesIO()
    target.save(written)
    return written.getvalue()
