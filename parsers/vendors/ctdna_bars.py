"""Layout family D in, a `Reading` out: circulating tumour DNA, fractions with bars and trends.

A summary table of alterations with their share of cell-free DNA, a table of biomarkers, a second
table with the trend over earlier samples, and a gene list whose footnote marks say what is seen in
which gene. Only the current sample's column is read. Seen so far: synthetic reports (sample 04)
and one public specimen of 2020 in this layout (lung, seven pages, no alteration of our genes).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from parsers import gene_results, negatives, phrases, strange_headings
from parsers.astray import nothing_of_ours
from parsers.claims import Found, gathered, markers_of, not_understood, said
from parsers.claims import Printed as Claim
from parsers.evidence import Evidence
from parsers.fingerprint import Fingerprint
from parsers.gene_results import Context
from parsers.gene_text import leading
from parsers.grid import Grid, Row, grids
from parsers.headings import CLAIMS, Zone
from parsers.identity_block import IdentityBlock, Printed, identity_block
from parsers.marked_lists import coverage
from parsers.name_line import with_named_head
from parsers.page import Cell, Document, Fill, compact
from parsers.report import Read, reading
from parsers.sections import Section, sections
from pipeline import alterations, hgvs
from pipeline.model import Analyte, Coverage, Marker, Notice, Reading, Significance, Status

READER = "ctdna_bars 1"
RECOGNISE = Fingerprint(
    groups=(
        ("Summary of Detected Somatic Alterations", "Summary of Somatic Alterations"),
        (
            "Detected Alteration(s)",
            "Detected Alteration(s) / Biomarker(s)",
            "Detected Alterations / Biomarkers",
            "Alteration",
        ),
        ("% cfDNA or", "% cfDNA or Amplification", "% cfDNA or Amp", "% cfDNA", "cfDNA %"),
    ),
    absent=("Genomic Findings", "Gene Alterations", "Results with Therapy Associations"),
)
LEADS = ("alteration", "gene", "biomarker", "protein")
MSI_HIGH = "msihigh"
MATERIAL = "specimen"
SUMMARY = "summaryof"
OWN = (SUMMARY, "detectedalterations", "additionalbiomarkers", "tumorresponsemap")
SYNONYMOUS = re.compile(r"p\.([A-Z])\d+(?:\1|=)")
ABSENT_NOW = re.compile(r"nd|not detected|-", re.IGNORECASE)
COPIES = re.compile(r"\(?\+{1,3}\)?")
INCONCLUSIVE = re.compile(r"highest % cfDNA is < ?([\d.]+ ?%).{0,30}\binconclusive", re.IGNORECASE)
MICROSATELLITES = re.compile(r"microsatellite status:? ?(.*)", re.IGNORECASE)

Fills = Mapping[int, Sequence[Fill]]


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
    parts = strange_headings.divided(sections(document))
    block = _with_material(with_named_head(identity_block(document, parts), document), parts)
    analyte = Analyte.CFDNA if block.is_plasma else Analyte.DNA
    covered = coverage(parts, analyte)
    context = _Context(
        lines=Context(evidence=Evidence(sha256=document.sha256, reader=READER), analyte=analyte),
        fills={page.number: page.fills for page in document.pages},
        covered=covered,
    )
    return reading(
        Read(
            document=document,
            parts=parts,
            block=block,
            found=_conclusive(
                gathered(_section(part, context) for part in parts),
                _limit(document),
                _highest(parts, context.fills),
            ),
            covered=covered,
            required=_required(parts, block, context.fills),
        )
    )


def _with_material(block: IdentityBlock, parts: Sequence[Section]) -> IdentityBlock:
    """The block with "Specimen: Blood" as the type of the specimen; it is not its place."""
    told = [item for item in block.printed if item.field == "material"]
    for part in parts:
        if part.heading and part.heading.key == MATERIAL and part.cells:
            beside = part.cells[:1] if abs(part.cells[0].top - part.heading.cell.top) < 4 else ()
            value = part.heading.inline or " ".join(cell.text for cell in beside)
            told += [Printed(field="material", value=value, cells=beside)] if value else []
    if not told or block.first("specimen_type"):
        return block
    return replace(block, printed=(*block.printed, replace(told[0], field="specimen_type")))


def _required(parts: Sequence[Section], block: IdentityBlock, fills: Fills) -> dict[str, bool]:
    named: list[Printed] = [p for p in block.printed if p.field in {"name", "mrn", "accession"}]
    summary = [part for part in parts if part.title.startswith(SUMMARY)]
    found = [grid for part in summary for grid in _tables(part, fills)[0]]
    stated = [phrases.verdict(cell.text) for part in summary for cell in part.cells]
    none = any(verdict and verdict.status is Status.NOT_DETECTED for verdict in stated)
    return {
        "patient": bool(named),
        "specimen": block.first("specimen_type") is not None,
        "summary of alterations": any(grid.rows for grid in found) or none,
        "column of fractions": any(_has_fractions(grid) for grid in found) or none,
    }


def _has_fractions(grid: Grid) -> bool:
    return any(column.key == "cfdna" for column in grid.columns)


def _tables(part: Section, fills: Fills) -> tuple[tuple[Grid, ...], tuple[Cell, ...]]:
    return grids(part.lines, fills, LEADS)


# ------------------------------------------------------------------- too little tumour DNA
def _limit(document: Document) -> float | None:
    """The highest share below which the report itself calls "not detected" inconclusive."""
    told = INCONCLUSIVE.search(document.text.replace("\n", " "))
    return phrases.share(told[1]) if told else None


def _highest(parts: Sequence[Section], fills: Fills) -> float | None:
    """The highest share of any alteration in this sample, of our genes or not."""
    claims = [part for part in parts if part.zone in CLAIMS]
    rows = [row for part in claims for grid in _tables(part, fills)[0] for row in grid.rows]
    shares = [phrases.share(row.text("cfdna")) for row in rows if "%" in row.text("cfdna")]
    return max((share for share in shares if share is not None), default=None)


def _conclusive(found: Found, limit: float | None, highest: float | None) -> Found:
    """Stable microsatellites are open where the report prints too little tumour DNA to tell."""
    if limit is None or (highest is not None and highest >= limit):
        return found
    doubted = [
        item
        for item in found.observations
        if item.marker is Marker.MSI and item.status is Status.NOT_DETECTED
    ]
    if not doubted:
        return found
    kept = tuple(
        replace(item, status=Status.INDETERMINATE) if item in doubted else item
        for item in found.observations
    )
    message = f"MSI not detected, but no share of cell-free DNA reaches {100 * limit:g} %"
    return Found(
        observations=kept,
        notices=(*found.notices, Notice(code="inconclusive_in_plasma", message=message)),
    )


# ----------------------------------------------------------------------------------- sections
def _section(part: Section, context: _Context) -> Found:
    if part.zone is Zone.NARRATIVE:
        return gathered(_told_microsatellites(part, context))
    if part.zone is Zone.INDET:
        part = _after_colon(part)
    if part.zone in {Zone.NEG, Zone.INDET}:
        return negatives.statements(part, context.lines.evidence, context.covered)
    if part.zone is Zone.RESULT and not any(word in part.title for word in OWN):
        return nothing_of_ours(part, context.lines)
    return _results(part, context) if part.zone in CLAIMS else Found()


def _told_microsatellites(part: Section, context: _Context) -> Iterator[Found]:
    """The sentence "Microsatellite status: MSI-High NOT DETECTED." of a comment, no further."""
    for cell in part.cells:
        told = MICROSATELLITES.match(cell.text)
        if told:
            sentence = told[1].split(". ")[0]
            yield gene_results.valued("MSI", sentence, (cell,), context.lines)


def _after_colon(part: Section) -> Section:
    """The section without the sentence that introduces its list."""
    kept: list[Cell] = []
    for cell in part.cells:
        ends = [at for at, word in enumerate(cell.words) if word.text.endswith(":")]
        if ends:
            rest = cell.words[ends[-1] + 1 :]
            kept = [Cell(page=cell.page, words=rest)] if rest else []
        else:
            kept.append(cell)
    return replace(part, cells=tuple(kept))


def _results(part: Section, context: _Context) -> Found:
    vus = part.zone is Zone.VUS
    lines = replace(context.lines, significance=Significance.VUS) if vus else context.lines
    found, loose = _tables(part, context.fills)
    rows = [_row(row, lines) for grid in found for row in grid.rows]
    rest = [tuple(_items(cell)) for cell in loose]
    named = [_microsatellites(line[0], (), lines) for line in rest if _is_msi_high(line[0])]
    others = [line for line in rest if not _is_msi_high(line[0])]
    return gathered([*rows, *named, gene_results.results(others, lines)])


def _items(cell: Cell) -> Iterator[Cell]:
    """A cell cut at its commas: "ERBB2 R897W (0.3%), NTRK1 P387L (0.1%)"."""
    run: list[int] = []
    for at, word in enumerate(cell.words):
        run.append(at)
        following = [other.text for other in cell.words[at + 1 :]]
        last = at + 1 == len(cell.words)
        if last or (word.text.endswith((",", ";")) and leading(following)):
            words = [cell.words[index] for index in run]
            words[-1] = replace(words[-1], text=words[-1].text.rstrip(",;") or words[-1].text)
            yield Cell(page=cell.page, words=tuple(words))
            run = []


# --------------------------------------------------------------------------------------- rows
def _row(row: Row, lines: Context) -> Found:
    cells = tuple(cell for key in LEADS for cell in row.cells.get(key, ()))
    if not cells:
        return Found()
    lead = Cell(page=cells[0].page, words=tuple(word for cell in cells for word in cell.words))
    told = row.cells.get("result", ()) or row.cells.get("cfdna", ())
    if _is_msi_high(lead):
        return _microsatellites(lead, told, lines)
    kind, printed = gene_results.signature(lead)
    if kind:
        text = printed or " ".join(cell.text for cell in told)
        return gene_results.valued(kind, text, (lead, *told), lines)
    return _alteration(lead, row, lines)


def _is_msi_high(cell: Cell) -> bool:
    return compact(cell.text).startswith(MSI_HIGH)


def _microsatellites(lead: Cell, told: tuple[Cell, ...], lines: Context) -> Found:
    text = " ".join(cell.text for cell in (lead, *told))
    return gene_results.valued("MSI", text, (lead, *told), lines)


def _alteration(lead: Cell, row: Row, lines: Context) -> Found:
    """One alteration and its share in this sample; the trend's earlier values are not taken."""
    now = row.cells.get("cfdna", ())
    everything = " ".join(cell.text for cell in row.all_cells)
    if _is_synonymous(lead) or "synonymous" in phrases.plain(everything):
        lines = replace(lines, significance=Significance.BENIGN)
    text = " ".join(cell.text for cell in now)
    if text and ABSENT_NOW.fullmatch(text.strip()):
        return _not_in_this_sample(lead, now, lines)
    named = leading([word.text for word in lead.words])
    if named and len(lead.words) == named.length and COPIES.search(text):
        return _copies(lead, now, named.symbols, lines)
    words = [word for cell in now for word in cell.words if "%" in word.text]
    share = (Cell(page=lead.page, words=tuple(words[:1])),) if words else ()
    return gene_results.genes([(lead, *share)], lines)


def _is_synonymous(lead: Cell) -> bool:
    changes = (hgvs.protein(word.text) for word in lead.words)
    return any(change and SYNONYMOUS.fullmatch(change) for change in changes)


def _copies(lead: Cell, now: tuple[Cell, ...], symbols: Sequence[str], lines: Context) -> Found:
    """A bare gene beside "(++)": the pluses are the scale of amplifications."""
    shown = "amplification " + " ".join(cell.text for cell in now)
    found = []
    for symbol in symbols:
        source = lines.evidence.of((lead, *now))
        class_ = alterations.classify(symbol, shown)
        claim = Claim(gene=symbol, text=shown, source=source, analyte=lines.analyte)
        markers = markers_of(symbol, (class_,) if class_ else ())
        found.append(said(claim, markers, Status.DETECTED) if markers else not_understood(claim))
    return gathered(found)


def _not_in_this_sample(lead: Cell, now: tuple[Cell, ...], lines: Context) -> Found:
    """An alteration of an earlier sample that this one does not show: its marker is open."""
    before = gene_results.genes([(lead,)], lines)
    if not before.observations:
        return Found()
    source = lines.evidence.of((lead, *now))
    open_ = tuple(
        replace(item, status=Status.INDETERMINATE, source=source) for item in before.observations
    )
    message = f"page {lead.page}: “{lead.text}” was seen in an earlier sample and not in this one"
    notice = Notice(code="earlier_sample_only", message=message)
    return Found(observations=open_, notices=(notice,))
