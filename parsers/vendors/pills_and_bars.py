"""Layout family C in, a `Reading` out: genes in pills, shares as bars, a side column of specimens.

Somatic variants by tier, germline, pertinent negatives whose pills look like the positive ones,
immunotherapy markers as option bars where the fill alone marks the answer, low coverage, clinical
history. Seen so far: synthetic reports only (sample 03); the wording is that of published parsers,
no genuine report of this family was available.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from parsers import gene_results, marks, negatives, phrases, stains, strange_headings
from parsers.assay_lists import coverage
from parsers.astray import nothing_of_ours
from parsers.claims import Found, gathered, value
from parsers.evidence import Evidence
from parsers.fingerprint import Fingerprint
from parsers.gene_entries import entries
from parsers.gene_results import Context
from parsers.gene_text import leading
from parsers.headings import Zone
from parsers.identity_block import IdentityBlock, identity_block
from parsers.name_line import with_named_head
from parsers.page import Cell, Document, Fill, compact
from parsers.report import Read, reading
from parsers.sections import Section, sections
from parsers.sidebar import apart
from pipeline.model import Analyte, Coverage, Marker, Origin, Reading, Significance, Status

READER = "pills_and_bars 1"
RECOGNISE = Fingerprint(
    groups=(
        ("Somatic - Potentially Actionable", "Somatic - Biologically Relevant"),
        (
            "Immunotherapy Markers",
            "Germline - Pathogenic",
            "Pertinent Negatives",
            "Low Coverage Regions",
        ),
    ),
    absent=("Genomic Findings", "Gene Alterations", "Results with Therapy Associations"),
)
MISMATCH_REPAIR = "dnamismatchrepairproteinexpression"
PROTEIN_HEADS = (MISMATCH_REPAIR, "pdl1expression")
VARIANTS = ("genomicvariants", "somatic", "germline")
OWN = (*VARIANTS, "immunotherapymarkers")
GERMLINE = "germline"
PROTEINS = frozenset({"mlh1", "msh2", "msh6", "pms2"})
OPTIONS = frozenset(
    {"stable", "equivocal", "high", "low", "unstable", "mss", "msih", "msihigh", "msil"}
    | {"normal", "abnormal", "present", "absent", "intact", "lost", "positive", "negative"}
    | {"undetermined", "indeterminate"}
)
OF_NORMAL = frozenset({"normal_specimen", "collected", "received", "tumour_percent"})
RNA = re.compile(r"\brna\b")
NO_RNA = re.compile(r"\bno rna\b|\brna\b.*\bnot (?:part|included|ordered|requested|received)\b")
DEEP = 3  # lines that the value of a marker may take under its label
GAP = 2.5  # of the type size: what stands further below is something else

Fills = Mapping[int, Sequence[Fill]]
Lines = Sequence[tuple[Cell, ...]]


@dataclass(frozen=True, kw_only=True)
class _Context:
    """What every part of one report needs."""

    lines: Context
    fills: Fills
    covered: tuple[Coverage, ...]


def read(document: Document) -> Reading:
    """The reading of one report of this family.

    Raises:
        HeldError: see `parsers.report.reading`.
    """
    side, body = apart(document)
    parts = strange_headings.divided(sections(body))
    beside = Section(zone=Zone.IDENT, heading=None, cells=side)
    block = with_named_head(_of_the_tumour(identity_block(body, (*parts, beside))), body)
    covered = _covered(body, parts, plasma=block.is_plasma)
    analyte = Analyte.CFDNA if block.is_plasma else Analyte.DNA
    context = _Context(
        lines=Context(evidence=Evidence(sha256=document.sha256, reader=READER), analyte=analyte),
        fills={page.number: page.fills for page in document.pages},
        covered=covered,
    )
    return reading(
        Read(
            document=body,
            parts=(*parts, beside),
            block=block,
            found=gathered(_section(part, context) for part in _with_interpretation(parts)),
            covered=covered,
            required=_required(parts, block),
        )
    )


def _of_the_tumour(block: IdentityBlock) -> IdentityBlock:
    """The block without the dates of the normal specimen."""
    kept, of_normal = [], False
    for item in block.printed:
        if item.field in {"normal_specimen", "site"}:
            of_normal = item.field == "normal_specimen"
        if not (of_normal and item.field in OF_NORMAL):
            kept.append(item)
    return replace(block, printed=tuple(kept))


def _covered(document: Document, parts: Sequence[Section], *, plasma: bool) -> tuple[Coverage, ...]:
    """What the gene lists cover; nothing in RNA if a line says that RNA was not examined."""
    lines = (line.text for page in document.pages for line in page.lines)
    failed = any(_denies_rna(phrases.plain(text)) for text in lines)
    found = coverage(parts, plasma=plasma)
    return tuple(entry for entry in found if not (failed and entry.analyte is Analyte.RNA))


def _denies_rna(text: str) -> bool:
    told = phrases.verdict(text) if RNA.search(text) else None
    return bool(NO_RNA.search(text)) or (told is not None and told.status is Status.NOT_ASSESSED)


def _required(parts: Sequence[Section], block: IdentityBlock) -> dict[str, bool]:
    variants = [
        part for part in parts if part.zone is Zone.RESULT and part.title.startswith(VARIANTS)
    ]
    return {
        "patient": any(block.first(name) for name in ("name", "mrn", "accession")),
        "specimen": block.first("site") is not None,
        "genomic variants": any(_says_something(part) for part in variants),
    }


def _says_something(part: Section) -> bool:
    """True if a section lists genes, or states that there is nothing to list."""
    listed, loose = entries(part.lines)
    told = [phrases.verdict(text) for text in (*(c.text for c in loose), _joined(loose))]
    return bool(listed) or any(each and each.status is Status.NOT_DETECTED for each in told)


def _joined(cells: Sequence[Cell]) -> str:
    return " ".join(cell.text for cell in cells)


# ----------------------------------------------------------------------------------- sections
def _with_interpretation(parts: Sequence[Section]) -> Iterator[Section]:
    """The sections, an "Interpretation" of protein stains put back under their heading."""
    stained: Section | None = None
    for part in parts:
        interpreted = part.heading is not None and part.heading.key == "interpretation"
        if stained and interpreted and part.heading:
            heading = replace(part.heading, zone=Zone.RESULT, text=MISMATCH_REPAIR)
            cells = (*part.heading.consumed, *part.cells)
            yield replace(part, zone=Zone.RESULT, heading=heading, cells=cells)
            continue
        stained = part if part.title.startswith(MISMATCH_REPAIR) else None
        yield part


def _section(part: Section, context: _Context) -> Found:
    if part.zone in {Zone.NEG, Zone.INDET}:
        return negatives.statements(part, context.lines.evidence, context.covered)
    if part.zone is Zone.VUS:
        lines = replace(context.lines, significance=Significance.VUS)
        return gene_results.genes(part.lines, lines)
    if part.zone is not Zone.RESULT:
        return Found()
    if part.title.startswith(PROTEIN_HEADS):
        return _mismatch_repair(part, context) if part.title == MISMATCH_REPAIR else Found()
    if not part.title.startswith(OWN):
        return nothing_of_ours(part, context.lines)
    signatures = list(_signatures(part.lines))
    taken = {id(cell) for one in signatures for cell in (one.label, *one.cells)}
    rest = [tuple(cell for cell in line if id(cell) not in taken) for line in part.lines]
    origin = Origin.GERMLINE if part.title.startswith(GERMLINE) else Origin.UNKNOWN
    genes = gene_results.genes(rest, replace(context.lines, origin=origin))
    return gathered([genes, *(_signature(one, context) for one in signatures)])


# --------------------------------------------------------------------------------- signatures
@dataclass(kw_only=True)
class _Signature:
    """The label of a marker and the cells printed beside and under it."""

    kind: str
    label: Cell
    printed: str
    right: float  # where the next label of the line begins
    cells: list[Cell] = field(default_factory=list)


def _signatures(lines: Lines) -> Iterator[_Signature]:
    for index, line in enumerate(lines):
        for one in _labels(line):
            one.cells += [cell for cell in line if one.label.x1 < cell.x0 < one.right]
            one.cells += _under(one, lines[index + 1 : index + 1 + DEEP])
            yield one


def _labels(line: tuple[Cell, ...]) -> list[_Signature]:
    found: list[_Signature] = []
    for cell in line:
        kind, printed = gene_results.signature(cell)
        if kind:
            one = _Signature(kind=kind, label=cell, printed=printed, right=float("inf"))
            if found:
                found[-1].right = cell.x0 - 4
            found.append(one)
    return found


def _under(one: _Signature, below: Lines) -> Iterator[Cell]:
    """The cells in the column of a label, down to the next label or gene."""
    last = one.label
    for line in below:
        column = [cell for cell in line if one.label.x0 - 12 <= cell.x0 < one.right]
        if any(_is_apart(last, cell) or _begins_anew(cell) for cell in column):
            return
        yield from column
        last = column[0] if column else last


def _is_apart(above: Cell, cell: Cell) -> bool:
    return cell.page != above.page or cell.top - above.bottom > GAP * above.size


def _begins_anew(cell: Cell) -> bool:
    named = leading([word.text for word in cell.words])
    begins = named is not None and compact(cell.words[0].text) not in OPTIONS
    return begins or gene_results.signature(cell)[0] is not None


def _signature(one: _Signature, context: _Context) -> Found:
    answer = _answer(one.cells, context.fills)
    shown = (one.label, *((answer,) if answer else one.cells))
    text = f"{one.printed} {answer.text if answer else _joined(one.cells)}".strip()
    if answer or one.kind == "OTHER" or len(_options(one.cells)) < 2:
        return gene_results.valued(one.kind, text, shown, context.lines)
    # All options are printed and none of them, or more than one, is marked.
    marker = Marker.TMB if one.kind == "BTMB" else Marker(one.kind)
    source = context.lines.evidence.of(shown)
    return value(marker, text, None, source, context.lines.analyte)


def _options(cells: Sequence[Cell]) -> list[Cell]:
    """The printed answers among the cells, a box before them included."""
    found: list[Cell] = []
    for cell in cells:
        if marks.is_box(cell):
            found.append(cell)
            continue
        words = [word for word in cell.words if compact(word.text) in OPTIONS]
        found += [Cell(page=cell.page, words=(word,)) for word in words]
    return found


def _answer(cells: Sequence[Cell], fills: Fills) -> Cell | None:
    """The marked one of several printed answers."""
    options = _options(cells)
    if len({compact(option.text) for option in options}) < 2:
        return None
    index = marks.chosen(options, fills.get(options[0].page, ()))
    return None if index is None else options[index]


# ------------------------------------------------------------------------------------- stains
def _mismatch_repair(part: Section, context: _Context) -> Found:
    evidence = context.lines.evidence
    told = [
        value(
            Marker.MMR, text, phrases.valued(Marker.MMR, text), evidence.of(cells), Analyte.PROTEIN
        )
        for text, cells in _interpretations(part.lines, context.fills)
    ]
    return gathered([stains.mismatch_repair(_proteins(part.lines, context.fills), evidence), *told])


def _interpretations(lines: Lines, fills: Fills) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    for line in lines:
        for at, cell in enumerate(line):
            if compact(cell.words[0].text) == "interpretation":
                rest = tuple(c for c in (replace(cell, words=cell.words[1:]),) if c.words)
                yield _told((*rest, *line[at + 1 :]) or line[at:], fills)


def _proteins(lines: Lines, fills: Fills) -> Iterator[tuple[str, str, tuple[Cell, ...]]]:
    """Protein, result and cells: the result stands behind the protein, beside or under it."""
    for index, line in enumerate(lines):
        for at, cell in enumerate(line):
            name = cell.words[0].text.strip(":")
            if compact(name) not in PROTEINS:
                continue
            behind = tuple(c for c in (replace(cell, words=cell.words[1:]),) if c.words)
            beside = _until_protein(line[at + 1 :])
            under = tuple(c for row in lines[index + 1 : index + 2] for c in row if _over(cell, c))
            text, cells = _told(behind or beside or under, fills)
            yield name, text, (cell, *(c for c in cells if c not in behind))


def _until_protein(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    kept: list[Cell] = []
    for cell in cells:
        if compact(cell.words[0].text) in PROTEINS:
            break
        kept.append(cell)
    return tuple(kept)


def _over(head: Cell, cell: Cell) -> bool:
    centre = abs((head.x0 + head.x1) - (cell.x0 + cell.x1)) / 2
    return centre < 12 or abs(head.x0 - cell.x0) < 6


def _told(cells: tuple[Cell, ...], fills: Fills) -> tuple[str, tuple[Cell, ...]]:
    """The words of the answer; of several printed answers the marked one, else all."""
    answer = _answer(cells, fills)
    return (answer.text, (answer,)) if answer else (_joined(cells), cells)
