"""The tables of a section in, observations out: one row a variant, a fusion or a copy number.

Serves tables of gene, transcript, cDNA, protein, fraction, depth and tier in any order of columns.
A table without a column that tells a result is a list of what was examined: it says nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers import gene_results, phrases
from parsers.claims import (
    SEQUENCED,
    Found,
    Printed,
    alteration,
    gathered,
    is_unread,
    markers_of,
    negative,
    not_understood,
    said,
)
from parsers.evidence import Evidence
from parsers.gene_text import classes_in, leading
from parsers.grid import Grid, Row
from parsers.page import Cell
from parsers.phrases import Verdict, plain
from parsers.tiers import graded
from pipeline import alterations, fusions, genes, hgvs
from pipeline.model import (
    AlterationClass,
    Analyte,
    Marker,
    Notice,
    Origin,
    Significance,
    Source,
    Status,
)

SUBJECTS = ("gene", "variant", "biomarker", "fusion")
SIGNED = (Marker.MSI, Marker.MMR, Marker.TMB)
TELLING = frozenset(
    {
        *("protein", "coding", "variant", "variant_id", "result", "interpretation", "copies"),
        *("fold", "fusion", "reads", "frequency", "information", "level"),
    }
)
NOT_EXAMINED = frozenset({Status.NOT_ASSESSED, Status.INDETERMINATE})
LISTS = frozenset({"direction"})
CALLED = re.compile(r"^(?:high[- ]level |high |focal )?(?:amplified|amplification)$")
DOUBTED = re.compile(
    r"\b(?:artefact|artifact|false positive|not reported|not reportable|contamination)s?\b"
    r"|\bout[- ]of[- ]frame\b"
    r"|\bbelow (?:the )?(?:\w+ )?(?:threshold|limit|cut-?off)\b"
)
FRACTION = re.compile(
    r"\b(?:VAF|MAF|AF|allele (?:frequency|fraction))\s*[:=]?\s*(\d+(?:[.,]\d+)?\s*%?)",
    re.IGNORECASE,
)
REMARK = re.compile(
    r"\s*\b(?:note|comment|tier|allele (?:frequency|fraction)|locus|transcript|variant id)\s*:.*$"
    r"|\s*:\s*t\(.*$",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class About:
    """What is the same for all rows of a section: *title* is its heading as printed."""

    evidence: Evidence
    title: str = ""
    significance: Significance = Significance.UNKNOWN
    analyte: Analyte | None = None
    origin: Origin = Origin.UNKNOWN

    @property
    def classes(self) -> tuple[AlterationClass, ...]:
        """The classes of alteration that the heading speaks of."""
        return classes_in(self.title)


def of_grids(found: Sequence[Grid], about: About) -> Found:
    """What all rows of these tables say of our genes and of the signatures."""
    return gathered(
        _row(row, grid, about) for grid in found if tells_results(grid) for row in grid.rows
    )


def tells_results(grid: Grid) -> bool:
    """True if a column of the table holds results, not only what an assay examines."""
    keys = {column.key for column in grid.columns}
    heads = {plain(column.text) for column in grid.columns}
    return bool(keys & TELLING) and not heads & LISTS


# ---------------------------------------------------------------------------------------- rows
def _row(row: Row, grid: Grid, about: About) -> Found:
    cells = row.all_cells
    if not cells:
        return Found()
    subject = next((row.text(key) for key in SUBJECTS if row.text(key)), "")
    kind, rest = gene_results.signature(cells[0])
    if kind:
        return _signature(kind, rest, row, about)
    fused = _fusion(row, about)
    if fused:
        return fused
    positive = next((each for each in SIGNED if _is_positive(each, subject)), None)
    if positive:
        return _signature(positive.value, f"{subject}: {_rest(row, subject)}", row, about)
    words = subject.split()
    named = leading(words)
    if named is None or not named.symbols:
        return _of_a_class(subject, row, about)
    about_gene = " ".join(words[named.length :]).strip(" -–:")
    return gathered(
        _gene(_printed(symbol, row, grid, about), row, about_gene, about)
        for symbol in named.symbols
    )


def _is_positive(marker: Marker, subject: str) -> bool:
    """True for a row whose name is an answer already: "MSI-H", "MMR deficiency"."""
    told = phrases.valued(marker, subject)
    return told is not None and told.status is Status.DETECTED


def _rest(row: Row, subject: str) -> str:
    return " ".join(cell.text for cell in row.all_cells if cell.text != subject)


def _of_a_class(subject: str, row: Row, about: About) -> Found:
    """A row that names no gene: "Fusions (RNA) | not evaluable" is about all of them."""
    text = f"{subject} {row.text('result')} {row.text('interpretation')}".strip()
    verdict = phrases.verdict(text)
    if verdict is None or verdict.status not in NOT_EXAMINED:
        return Found()
    source = about.evidence.of(_cells(row))
    return whole_class(text, source, classes_in(subject), verdict.status)


def whole_class(
    text: str, source: Source, classes: Sequence[AlterationClass], status: Status
) -> Found:
    """A class of alterations that could not be examined: each of its markers, in these words."""
    printed = (Printed(gene=symbol, text=text, source=source) for symbol in genes.PANEL)
    found = (said(each, markers_of(each.gene, classes), status) for each in printed)
    return gathered(found) if classes else Found()


def _signature(kind: str, rest: str, row: Row, about: About) -> Found:
    text = rest or " ".join(cell.text for cell in row.all_cells[1:])
    context = gene_results.Context(evidence=about.evidence, analyte=about.analyte or Analyte.DNA)
    return gene_results.valued(kind, text, row.all_cells, context)


def _cells(row: Row) -> tuple[Cell, ...]:
    """The cells of the columns that are understood; drugs and trials are no evidence."""
    known = [key for key in row.columns if not key.startswith("?") and key != "therapy"]
    return tuple(cell for key in known for cell in row.cells.get(key, ())) or row.all_cells


def _printed(symbol: str, row: Row, grid: Grid, about: About) -> Printed:
    """The gene of a row with every column that is not the alteration itself."""
    columns = ("tier", "interpretation", "clinvar", "effect")
    told = next(filter(None, (graded(row.text(key)) for key in columns)), None)
    return Printed(
        gene=symbol,
        text="",
        source=about.evidence.of(_cells(row)),
        significance=told or about.significance,
        analyte=about.analyte,
        origin=about.origin,
        hgvs_c=_coding(row),
        transcript=row.text("transcript") or None,
        vaf=_fraction(row, grid),
        depth=_count(row.text("depth")),
        copies=_number(row.text("copies")),
    )


def _coding(row: Row) -> str | None:
    found = (hgvs.coding(word) for word in row.text("coding").replace(";", " ").split())
    return hgvs.coding(row.text("coding")) or next(filter(None, found), None)


def _fraction(row: Row, grid: Grid) -> float | None:
    """The allele fraction; a column whose head or whose values are percentages is one of these."""
    text = row.text("frequency")
    if not text:
        told = " ".join(row.text(key) for key in ("information", "protein", "variant"))
        named = FRACTION.search(told)
        return phrases.share(named[1]) if named else None
    head = next((c.text for c in grid.columns if c.key == "frequency"), "")
    values = [_number(each.text("frequency")) or 0.0 for each in grid.rows]
    percent = "%" in head or any(value > 1 for value in values)
    bare = re.fullmatch(r"\s*\d+(?:[.,]\d+)?\s*", text)
    return phrases.share(f"{text.strip()}%" if percent and bare else text)


def _number(text: str) -> float | None:
    found = re.search(r"\d+(?:[.,]\d+)?", text)
    return float(found[0].replace(",", ".")) if found else None


def _count(text: str) -> int | None:
    found = re.fullmatch(r"(\d{1,3}(?:,\d{3})+|\d+)\s*x?", text.strip(), re.IGNORECASE)
    return int(found[1].replace(",", "")) if found else None


# ------------------------------------------------------------------------------------- fusions
def _fusion(row: Row, about: About) -> Found | None:
    """A row that names two genes, one of them ours: "TPM3-NTRK1.T7N10"; None for any other."""
    texts = [row.text(key) for key in ("variant_id", *SUBJECTS, "protein", "result")]
    whole = " ".join(text for text in texts[1:] if text)
    denied = phrases.verdict(f"{row.text('result')} {row.text('interpretation')}")
    if denied is None and any(DOUBTED.search(plain(cell.text)) for cell in row.all_cells):
        denied = Verdict(status=Status.INDETERMINATE)
    for text in filter(None, map(_bare, (*texts, whole))):
        known = fusions.fusion(text)
        if known is None or known.gene not in genes.PANEL:
            continue
        if not (known.five_prime and known.three_prime):
            continue
        printed = Printed(
            gene=known.gene,
            text=text if classes_in(text) else f"{text} fusion",
            source=about.evidence.of(_cells(row)),
            significance=graded(row.text("tier")) or about.significance,
            analyte=Analyte.RNA if _of_rna(about) else about.analyte,
        )
        if denied and denied.status is Status.NOT_DETECTED:
            return _one_pair_only(printed)
        if denied and denied.status is not Status.DETECTED:
            return said(printed, markers_of(known.gene, (AlterationClass.FUSION,)), denied.status)
        return alteration(printed)
    return None


def _one_pair_only(printed: Printed) -> Found:
    """The absence of one fusion partner says nothing of the others."""
    message = f"page {printed.source.page}: only {printed.text} is said to be absent"
    notice = Notice(code="single_change_negative", message=message)
    markers = markers_of(printed.gene, (AlterationClass.FUSION,))
    return Found(notices=(notice,)) + said(printed, markers, Status.INDETERMINATE)


def _bare(text: str) -> str:
    return REMARK.sub("", text).strip()


def _of_rna(about: About) -> bool:
    return "rna" in plain(about.title).replace("(", " ").replace(")", " ").split()


# --------------------------------------------------------------------------------------- genes
def _gene(printed: Printed, row: Row, about_gene: str, about: About) -> Found:
    """One gene, one row: what its columns say, the most specific first."""
    verdict = _stated(printed, row)
    texts = _texts(printed, row, about_gene, about)
    specific = next((text for text in texts if _is_specific(printed, text)), None)
    if verdict is None and specific is None:
        verdict = next(filter(None, map(phrases.verdict, texts)), None)
    if verdict and verdict.status is not Status.DETECTED:
        kind = alterations.classify(printed.gene, specific) if specific else None
        told = _classes(row, about_gene, about) or ((kind,) if kind else ())
        exons = f"exon {row.text('exon')}" if row.text("exon") else ""
        return _denied(printed, told, verdict, specific or f"{about_gene} {exons}".strip())
    if verdict and printed.significance is Significance.UNKNOWN:
        printed = replace(printed, significance=verdict.significance)
    if specific:
        return alteration(replace(printed, text=_with_its_answer(printed, row, specific)))
    classes = _classes(row, about_gene, about)
    if verdict and len(classes) == 1:
        return said(printed, markers_of(printed.gene, classes), Status.DETECTED)
    return not_understood(replace(printed, text=next(iter(texts), "")))


def _with_its_answer(printed: Printed, row: Row, specific: str) -> str:
    """The alteration, and behind it a result or a protein that is printed and that nobody read."""
    for key in ("result", "protein"):
        answer = row.text(key)
        unread = answer and _bare(answer) != specific and not re.match(r"p\.|.*[=?]", answer)
        unread = unread and specific not in answer
        if unread and is_unread(printed.gene, f"{specific}: {answer}"):
            return f"{specific}: {answer}"
    return specific


def _stated(printed: Printed, row: Row) -> Verdict | None:
    """What the row says of its alteration: in words, by a fraction of nothing, or by a doubt."""
    verdict = phrases.verdict(f"{row.text('interpretation')} {row.text('result')}")
    if verdict is not None and verdict.status is not Status.DETECTED:
        return verdict
    if any(DOUBTED.search(plain(cell.text)) for cell in row.all_cells):
        return Verdict(status=Status.INDETERMINATE)
    absent = phrases.verdict(row.text("frequency"))
    none = printed.vaf == 0 or (absent is not None and absent.status is Status.NOT_DETECTED)
    return Verdict(status=Status.NOT_DETECTED) if none else verdict


def _texts(printed: Printed, row: Row, about_gene: str, about: About) -> list[str]:
    """What a row prints as its alteration: protein, variant, cDNA, copy number, kind."""
    amplified = AlterationClass.AMPLIFICATION in about.classes and "amplif" in plain(about.title)
    counted = f"copy number {row.text('copies')}" if row.text("copies") else ""
    fold = f"fold change {row.text('fold')}" if row.text("fold") else ""
    called = any(CALLED.search(plain(cell.text)) for cell in row.all_cells)
    amplified = amplified or called
    words = f"amplification, {counted or fold}" if amplified and (counted or fold) else counted
    columns = [row.text(key) for key in ("protein", "variant", "result", "coding", "type")]
    own = [text for text in columns if not _is_name(text, printed.gene)]
    listed = (own[0] if own else "", about_gene, *own[1:], words or fold)
    return [bare for text in listed if (bare := _bare(text))]


def _is_name(text: str, gene: str) -> bool:
    """True for a variant column that holds the gene itself, the subject of its row."""
    named = leading(text.split())
    return named is not None and gene in named.symbols


def _is_specific(printed: Printed, text: str) -> bool:
    return alterations.classify(printed.gene, text) is not None


def _classes(row: Row, about_gene: str, about: About) -> tuple[AlterationClass, ...]:
    """Which alterations a row speaks of: its result, its own name, its heading, its columns."""
    for text in (row.text("result"), row.text("interpretation"), about_gene, row.text("type")):
        named = classes_in(text)
        if named:
            return named
    if about.classes:
        return about.classes
    sequenced = {"protein", "coding", "transcript", "frequency"} & set(row.columns)
    return (AlterationClass.MUTATION,) if sequenced else ()


def _denied(
    printed: Printed, classes: tuple[AlterationClass, ...], verdict: Verdict, change: str
) -> Found:
    """A row that says no, not examined, or open."""
    if verdict.status is Status.NOT_DETECTED:
        return negative(printed, classes, change=change)
    markers = markers_of(printed.gene, classes or SEQUENCED)
    return said(printed, markers, verdict.status)
