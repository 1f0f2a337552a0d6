"""Layout family A (two columns): what one report says in, its pages on a sheet out.

A grey panel of patient, physician and specimen beside the results; then therapies, narrative in
three columns, trials, references, a grid of variants of unknown significance, and gene lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from drawing import BODY, DARK, FINE, LABEL, PALE, SHADE, SMALL, STRONG, Box, Ink, Page, Sheet, bind
from reportlab.lib.pagesizes import letter

LEFT, RIGHT = 40.0, 576.0
LAB = "Northlake Genomic Profiling (fictional)"
TITLE = Ink(font=STRONG.font, size=12)
HEADING = Ink(font=STRONG.font, size=10)
COLUMNS = (40.0, 222.0, 404.0)
CODING = "DNA gene list: entire coding sequence (substitutions, indels, copy number)"
REARRANGED = "DNA gene list: select rearrangements"
CODING_GENES = (
    "AKT1 ALK APC AR ARID1A ARID2 ATM ATR ATRX BAP1 BRAF BRCA1 BRCA2 CCND1 CDK4 CDK6 CDKN2A "
    "CDKN2B CTNNB1 DNMT3A EGFR ERBB2 ERBB3 ESR1 FBXW7 FGFR1 FGFR2 FGFR3 IDH1 IDH2 KDR KEAP1 KIT "
    "KRAS MDM2 MET MLH1 MSH2 MSH6 MTOR MYC NF1 NOTCH2 NRAS NTRK1 NTRK2 NTRK3 PALB2 PBRM1 PIK3CA "
    "PMS2 POLE PTEN RB1 RET RICTOR ROS1 SMAD4 STK11 TERT TP53 TSC1 VHL"
)
REARRANGED_GENES = "ALK BRAF EGFR ETV6 FGFR2 FGFR3 NTRK1 NTRK2 RET ROS1"


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands at the head and foot of every page."""

    lab: str
    patient: str
    tumour_type: str
    reported: str
    order: str
    pages: int
    date_label: str = "REPORT DATE"


def furnish(sheet: Sheet, frame: Frame, number: int) -> None:
    """Running head, foot, and the synthetic line twice."""
    head = (
        (40, "PATIENT", frame.patient),
        (170, "TUMOR TYPE:", frame.tumour_type),
        (380, frame.date_label, frame.reported),
        (480, "ORDERED TEST #", frame.order),
    )
    for x, label, value in head:
        sheet.words(x, 32, label, LABEL)
        sheet.words(x, 43, value, Ink(size=8.5))
    sheet.rule(LEFT, 50, RIGHT - LEFT, DARK)
    sheet.margin_watermark()
    sheet.synthetic_footer()
    sheet.words(LEFT, sheet.height - 30, f"{frame.lab}   555-0101", FINE)
    sheet.words_to(RIGHT, sheet.height - 30, f"page {number} of {frame.pages}", FINE)


Rows = Sequence[tuple[str, str]]


def panel(sheet: Sheet, groups: Sequence[tuple[str, Rows]]) -> None:
    """The grey panel: label and value on one line, a long value wraps to the next."""
    sheet.fill(Box(x=36, top=62, width=178, height=300), PALE)
    top = 80.0
    for title, rows in groups:
        sheet.double_strike(44, top, title, Ink(font=STRONG.font, size=9))
        top += 14
        for label, value in rows:
            sheet.double_strike(44, top, label, LABEL)
            top = sheet.paragraph(Box(x=134, top=top, width=78, height=0), value, SMALL) + 3
        top += 6


@dataclass(frozen=True, kw_only=True)
class Altered:
    """A gene, what is printed beside it, and the footnote marks glued to that."""

    gene: str
    alteration: str
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class Results:
    """The right-hand column of the first page."""

    signatures: Rows
    alterations: Sequence[Altered]
    negative_heading: str
    negative_lines: Sequence[str]
    statements: Sequence[str] = ()


def results(sheet: Sheet, said: Results) -> None:
    """Signatures, alterations, the negative list, on the same baselines as the panel's lines."""
    sheet.double_strike(240, 80, "Genomic Signatures", TITLE)
    top = 94.0
    for label, value in said.signatures:
        end = sheet.double_strike(240, top, label)
        sheet.words(end + 5, top, value)
        top += 12.75
    top += 12
    sheet.double_strike(240, top, "Gene Alterations", TITLE)
    guide = "For a complete list of the genes assayed, please refer to the Appendix."
    top = sheet.paragraph(Box(x=240, top=top + 13, width=330, height=0), guide, FINE) + 6
    for altered in said.alterations:
        sheet.double_strike(240, top, altered.gene)
        end = sheet.words(300, top, altered.alteration)
        if altered.mark:
            sheet.superscript(end, top, altered.mark)
        top += 12.75
    negatives(sheet, top + 10, said)


def negatives(sheet: Sheet, top: float, said: Results) -> None:
    """The heading of the negative list runs on into its first line of genes."""
    end = sheet.double_strike(240, top, said.negative_heading)
    for number, line in enumerate(said.negative_lines):
        sheet.words(end + 3 if number == 0 else 240, top, line)
        top += 12.75
    for statement in said.statements:
        sheet.words(240, top + 6, statement)
        top += 12.75


def therapy_table(sheet: Sheet, rows: Sequence[tuple[str, str, str]]) -> None:
    """Findings against therapies in this and in other tumour types; long cells wrap."""
    xs, widths = (40, 190, 385), (142, 187, 187)
    titles = (
        "GENOMIC FINDINGS",
        "THERAPIES WITH CLINICAL BENEFIT (IN PATIENT'S TUMOR TYPE)",
        "THERAPIES WITH CLINICAL BENEFIT (IN OTHER TUMOR TYPE)",
    )
    sheet.fill(Box(x=36, top=64, width=540, height=32), SHADE)
    for x, width, title in zip(xs, widths, titles, strict=True):
        sheet.paragraph(Box(x=x, top=77, width=width, height=0), title, STRONG)
    top = 112.0
    for row in rows:
        ends = [
            sheet.paragraph(Box(x=x, top=top, width=width, height=0), cell, BODY)
            for x, width, cell in zip(xs, widths, row, strict=True)
        ]
        sheet.rule(36, max(ends) - 4, 540)
        top = max(ends) + 10


def section(sheet: Sheet, title: str) -> None:
    """The title of a page, double-struck, in its top hundred points."""
    sheet.double_strike(LEFT, 72, title, TITLE)


Column = Sequence[tuple[str, str]]


def narrative(sheet: Sheet, title: str, columns: Sequence[Column]) -> None:
    """Three columns of running text; each piece is a heading (may be empty) and a paragraph."""
    section(sheet, title)
    for x, pieces in zip(COLUMNS, columns, strict=False):
        top = 94.0
        for heading, words in pieces:
            if heading:
                sheet.double_strike(x, top, heading, Ink(font=STRONG.font, size=8))
                top += 12
            top = sheet.paragraph(Box(x=x, top=top, width=164, height=0), words, SMALL, 1.35) + 8


def entries(sheet: Sheet, title: str, pieces: Column) -> None:
    """A list over the whole width: a bold line, then a paragraph."""
    section(sheet, title)
    top = 96.0
    for heading, words in pieces:
        sheet.words(LEFT, top, heading, STRONG)
        top = sheet.paragraph(Box(x=LEFT, top=top + 12, width=520, height=0), words, SMALL) + 9


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One gene of the grid over its variants; a variant in pieces is broken over lines."""

    gene: str
    variants: Sequence[Sequence[str]]


def variant_grid(sheet: Sheet, cells: Sequence[Cell]) -> None:
    """Four columns: a gene, and under it one or several variants."""
    section(sheet, "VARIANTS OF UNKNOWN SIGNIFICANCE")
    for number, cell in enumerate(cells):
        x, top = 40 + 136 * (number % 4), 100.0 + 52 * (number // 4)
        sheet.double_strike(x, top, cell.gene)
        top += 12
        for pieces in cell.variants:
            top = sheet.broken_word(x, top, pieces, BODY)


def gene_list(sheet: Sheet, top: float, title: str, genes: str) -> float:
    """A printed list of genes in ten columns under its heading; the next free top."""
    sheet.double_strike(LEFT, top, title, HEADING)
    top += 15
    symbols = genes.split()
    for number, symbol in enumerate(symbols):
        sheet.words(LEFT + 54 * (number % 10), top + 11 * (number // 10), symbol, SMALL)
    return top + 11 * (1 + (len(symbols) - 1) // 10) + 16


def gene_lists(sheet: Sheet) -> None:
    """What the assay looks at: NTRK3 is sequenced, but not on the list of rearrangements."""
    section(sheet, "GENES ASSAYED")
    top = gene_list(sheet, 100, CODING, CODING_GENES)
    top = gene_list(sheet, top, REARRANGED, REARRANGED_GENES)
    sheet.paragraph(
        Box(x=LEFT, top=top, width=520, height=0),
        "Additional assays: microsatellite status and tumor mutational burden. RNA is not "
        "examined by this assay.",
    )


def document(path: Path, title: str, frame: Frame, pages: Sequence[Page]) -> None:
    """Write all pages of a report to *path*; the frame says how many there must be."""
    if len(pages) != frame.pages:
        raise ValueError(f"{title} has {len(pages)} pages and says that it has {frame.pages}")
    bind(Sheet(path, letter, title), pages, lambda sheet, number: furnish(sheet, frame, number))
