"""Layout family B in, a `Reading` out: tables of biomarker, method, analyte and result.

Results with therapy associations come first, then biomarkers of the tumour type (often two tables
side by side), signatures, genes with alterations, stains, lists of genes without alterations or
with indeterminate results. Seen so far: synthetic reports only (samples 02 and 10); no genuine
report of this family was available.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from parsers import biomarkers, negatives, phrases, stains, strange_headings
from parsers.assay_lists import coverage
from parsers.claims import (
    Found,
    Printed,
    alteration,
    gathered,
    markers_of,
    negative,
    not_understood,
    said,
    value,
)
from parsers.evidence import Evidence
from parsers.fingerprint import Fingerprint
from parsers.gene_text import classes_in, leading
from parsers.grid import Grid, Row, grids
from parsers.headings import CLAIMS, Zone
from parsers.identity_block import IdentityBlock, identity_block
from parsers.page import Cell, Document, Fill, compact
from parsers.phrases import Verdict
from parsers.report import Read, reading
from parsers.sections import Section, sections
from parsers.titled_values import titled_values
from pipeline import fusions, hgvs
from pipeline.model import (
    AlterationClass,
    Analyte,
    Marker,
    Reading,
    Significance,
    Source,
    Status,
)

READER = "tables_by_technology 1"
RECOGNISE = Fingerprint(
    groups=(
        ("Patient", "Patient Information"),
        ("Specimen Information",),
        (
            "Results with Therapy Associations",
            "Cancer-Type Relevant Biomarkers",
            "High Impact Results",
        ),
        ("Biomarker",),
        ("Method",),
        ("Analyte",),
        ("Result",),
    ),
    absent=("Genomic Findings", "Gene Alterations"),
)
METHODS = {"ihc": "IHC", "cish": "ISH", "fish": "ISH", "ish": "ISH", "sish": "ISH", "dish": "ISH"}
IMMUNOHISTOCHEMISTRY = "immunohistochemistry"


def read(document: Document) -> Reading:
    """The reading of one report of this family.

    Raises:
        HeldError: see `parsers.report.reading`.
    """
    parts = strange_headings.divided(sections(document))
    block = identity_block(document, parts)
    evidence = Evidence(sha256=document.sha256, reader=READER)
    fills = {page.number: page.fills for page in document.pages}
    claims = [part for part in parts if part.zone in CLAIMS]
    found_tables = [grid for part in claims for grid in grids(part.lines, fills)[0]]
    found = gathered(
        [
            *(_section(part, evidence, fills) for part in claims),
            stains.mismatch_repair(_protein_rows(parts, fills), evidence),
        ]
    )
    covered = coverage(parts, plasma=block.is_plasma)
    return reading(
        Read(
            document=document,
            parts=parts,
            block=block,
            found=found,
            covered=covered,
            required=_required(parts, block, found_tables),
        )
    )


def _required(
    parts: Sequence[Section], block: IdentityBlock, found: Sequence[Grid]
) -> dict[str, bool]:
    results = [part for part in parts if part.zone is Zone.RESULT and part.cells]
    return {
        "patient columns": block.first("name") is not None or block.first("accession") is not None,
        "results": bool(results),
        "a table of results": bool(found),
        "rows of every table": all(grid.rows for grid in found),
        "result column of every table": all(_tells_results(grid) for grid in found),
    }


def _tells_results(grid: Grid) -> bool:
    return any(column.key in {"result", "interpretation", "protein"} for column in grid.columns)


# ------------------------------------------------------------------------------------- tables
def _rows(part: Section, fills: Mapping[int, Sequence[Fill]]) -> Iterator[Row]:
    lines, _ = titled_values(part.lines)
    for grid in grids(lines, fills)[0]:
        yield from grid.rows


def _section(part: Section, evidence: Evidence, fills: Mapping[int, Sequence[Fill]]) -> Found:
    lines, titled = titled_values(part.lines)
    found, loose = grids(lines, fills)
    vus = part.zone is Zone.VUS
    rows = [_row(row, evidence, part, vus=vus) for grid in found for row in grid.rows]
    rows += [_valued(each.kind, each.text, evidence.of(each.cells), None) for each in titled]
    if part.zone in {Zone.NEG, Zone.INDET}:
        rest = Section(zone=part.zone, heading=part.heading, cells=loose)
        return gathered([*rows, negatives.statements(rest, evidence, ())])
    return gathered([*rows, *_loose(loose, evidence, vus=vus)])


def _loose(cells: Sequence[Cell], evidence: Evidence, *, vus: bool) -> Iterator[Found]:
    """Cells of a result section outside every table: one of our genes there is not passed over."""
    for cell in cells:
        words = [word.text for word in cell.words]
        named = leading(words)
        if named is None or vus:
            continue
        rest = " ".join(words[named.length :]).lstrip(" -–:")
        for symbol in named.symbols:
            text = rest or cell.text
            source = evidence.of((cell,))
            yield alteration(Printed(gene=symbol, text=text, source=source))


def _protein_rows(
    parts: Sequence[Section], fills: Mapping[int, Sequence[Fill]]
) -> Iterator[tuple[str, str, tuple[Cell, ...]]]:
    """Protein, result and cells of each mismatch repair stain."""
    for part in parts:
        for row in _rows(part, fills) if part.zone in CLAIMS else ():
            name = _subject(row)
            by_title = IMMUNOHISTOCHEMISTRY in part.title
            protein = "protein" in row.text("analyte").casefold()
            stained = by_title or protein or _method(row) == "IHC"
            if biomarkers.kind_of(name) == biomarkers.PROTEIN and stained:
                yield name, _result(row), row.all_cells


# --------------------------------------------------------------------------------------- rows
def _subject(row: Row) -> str:
    return row.text("biomarker") or row.text("gene")


def _result(row: Row) -> str:
    return row.text("result")


def _method(row: Row) -> str:
    words = row.text("method").casefold().replace("-", " ").split()
    return next((METHODS[word] for word in words if word in METHODS), row.text("method"))


def _analyte(row: Row) -> Analyte | None:
    said_ = row.text("analyte").casefold()
    known = {"rna": Analyte.RNA, "cfdna": Analyte.CFDNA, "dna": Analyte.DNA}
    found = [analyte for word, analyte in known.items() if word in said_]
    return found[0] if found else (Analyte.PROTEIN if "protein" in said_ else None)


def _row(row: Row, evidence: Evidence, part: Section, *, vus: bool) -> Found:
    subject = _subject(row)
    kind = biomarkers.kind_of(subject)
    if not row.all_cells or kind in {"OTHER", biomarkers.PROTEIN}:
        return Found()
    source = evidence.of(row.all_cells)
    if kind:
        told = _result(row) or row.text("interpretation")
        return _valued(kind, told, source, _analyte(row))
    named = leading(subject.split())
    if named is None or not named.symbols:
        return _partner_row(row, evidence)
    about = " ".join(subject.split()[named.length :])
    title = part.heading.text if part.heading else ""
    found = (
        _gene_row(
            Printed(
                gene=symbol,
                text=_printed(row),
                source=source,
                significance=Significance.VUS if vus else Significance.UNKNOWN,
                analyte=_analyte(row),
                hgvs_c=hgvs.coding(row.text("coding")),
                transcript=row.text("transcript") or None,
                vaf=phrases.share(row.text("frequency")),
            ),
            row,
            (about, title),
            vague=named.vague,
        )
        for symbol in named.symbols
    )
    return gathered(found)


def _printed(row: Row) -> str:
    """What the row prints as the alteration: its protein change, else its result."""
    return row.text("protein") or row.text("result") or row.text("coding")


def _valued(kind: str, text: str, source: Source, analyte: Analyte | None) -> Found:
    if kind == "OTHER":
        return Found()
    plasma = kind == "BTMB" or analyte is Analyte.CFDNA
    marker = Marker.TMB if kind == "BTMB" else Marker(kind)
    return value(marker, text, phrases.valued(marker, text, plasma=plasma), source, analyte)


def _partner_row(row: Row, evidence: Evidence) -> Found:
    """A row led by a partner: "TPM3 | Pathogenic Fusion | TPM3=NTRK1"."""
    known = fusions.fusion(_printed(row))
    if known is None:
        return Found()
    source = evidence.of(row.all_cells)
    return alteration(
        Printed(gene=known.gene, text=_printed(row), source=source, analyte=_analyte(row))
    )


def _gene_row(printed: Printed, row: Row, told: tuple[str, str], *, vague: bool) -> Found:
    """One gene, one row: a stain, an in-situ result, or sequencing.

    *told* is what the first column says after the gene, and the heading of the section.
    """
    own, about, method = told[0], " ".join(told), _method(row)
    protein = printed.analyte is Analyte.PROTEIN or IMMUNOHISTOCHEMISTRY in compact(told[1])
    if method == "IHC" or (method != "ISH" and protein):
        return stains.immunohistochemistry(replace(printed, text=_stained(row)))
    if method == "ISH" or "in situ" in phrases.plain(about):
        return stains.in_situ(printed, classes_in(about))
    verdict = phrases.verdict(f"{row.text('interpretation')} {row.text('result')}")
    classes = _classes(printed, row, about)
    if verdict is None or verdict.status is Status.DETECTED:
        return _positive(printed, row, classes, own, verdict)
    if verdict.status is Status.NOT_DETECTED:
        return negative(printed, () if vague else classes, change=own)
    markers = markers_of(printed.gene, classes) or markers_of(printed.gene)
    return said(printed, markers, verdict.status)


def _stained(row: Row) -> str:
    """The result of a stain with its intensity and share, which may have columns of their own."""
    parts = (row.text("result"), row.text("intensity"), row.text("percent"))
    return " | ".join(part for part in parts if part)


def _classes(printed: Printed, row: Row, about: str) -> tuple[AlterationClass, ...]:
    """Which alterations a row speaks of: its result, its own name, its method, its heading."""
    for text in (row.text("result"), row.text("interpretation")):
        named = classes_in(text)
        if named:
            return named
    stated = classes_in(about)
    if stated:
        return stated
    if "cna" in row.text("method").casefold():
        return (AlterationClass.AMPLIFICATION,)
    if phrases.plain(row.text("method")) in {"seq", "ngs", "sanger"}:
        rna = printed.analyte is Analyte.RNA
        return (AlterationClass.FUSION if rna else AlterationClass.MUTATION,)
    return ()


def _positive(
    printed: Printed,
    row: Row,
    classes: tuple[AlterationClass, ...],
    about: str,
    said_: Verdict | None,
) -> Found:
    """An alteration that is there: as its own words classify it, else as the row does."""
    known = said_ is not None and said_.significance is not Significance.UNKNOWN
    graded = replace(printed, significance=said_.significance) if said_ and known else printed
    stated = about if said_ else ""
    parts = (row.text("protein"), *_split(row.text("result")), row.text("coding"), stated)
    for text in filter(None, parts):
        specific = replace(graded, text=text)
        found = alteration(specific) if stains.is_specific(specific) else Found()
        if found.observations or found.notices:
            return found
    if said_ and len(classes) == 1:
        return said(replace(graded, text=""), markers_of(printed.gene, classes), Status.DETECTED)
    return not_understood(graded)


def _split(result: str) -> tuple[str, ...]:
    """The parts of "Pathogenic Variant Exon 4 | p.R132C", the most specific (last) first."""
    parts = [part.strip() for part in result.split("|") if part.strip()]
    return tuple(reversed(parts))
