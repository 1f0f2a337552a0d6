"""Layout family A in, a `Reading` out: comprehensive profiling in two columns.

A panel of patient, physician and specimen stands beside genomic signatures, gene alterations and
the genes without reportable alterations; therapies, narrative, trials, a grid of variants of
unknown significance and gene lists follow. Seen so far: synthetic reports only (samples 01 and
11); no genuine report of this family was available.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

from parsers import negatives, phrases
from parsers.assay_lists import coverage
from parsers.claims import Found, Printed, alteration, gathered, not_understood, value
from parsers.evidence import Evidence
from parsers.fingerprint import Fingerprint
from parsers.gene_entries import Entry, Piece, entries, whole_pieces
from parsers.headings import Zone
from parsers.identity_block import IdentityBlock, identity_block
from parsers.page import Cell, Document, compact
from parsers.report import Read, reading
from parsers.sections import Section, sections
from pipeline import alterations, fusions, tables
from pipeline.model import Analyte, Coverage, Marker, Reading, Significance, Status

READER = "two_column 1"
RECOGNISE = Fingerprint(
    groups=(
        ("Patient", "Patient Information"),
        ("Physician", "Ordering Physician"),
        ("Specimen", "Specimen Details"),
        ("Genomic Signatures", "Biomarker Findings"),
        ("Gene Alterations", "Genomic Findings", "Genomic Alterations"),
        (
            "Disease relevant genes with no reportable alterations",
            "Additional Disease-relevant Genes with No Reportable Alterations",
        ),
    ),
    absent=("Results with Therapy Associations", "Cancer-Type Relevant Biomarkers"),
)


@dataclass(frozen=True, kw_only=True)
class _Context:
    """What every part of one report needs."""

    evidence: Evidence
    covered: tuple[Coverage, ...]
    analyte: Analyte


def read(document: Document) -> Reading:
    """The reading of one report of this family.

    Raises:
        HeldError: see `parsers.report.reading`.
    """
    parts = sections(document)
    block = identity_block(document, parts)
    covered = coverage(parts, plasma=block.is_plasma)
    context = _Context(
        evidence=Evidence(sha256=document.sha256, reader=READER),
        covered=covered,
        analyte=Analyte.CFDNA if block.is_plasma else Analyte.DNA,
    )
    found = gathered(_section(part, context) for part in parts)
    return reading(
        Read(
            document=document,
            parts=parts,
            block=block,
            found=found,
            covered=covered,
            required=_required(parts, block, covered),
        )
    )


def _required(
    parts: Sequence[Section], block: IdentityBlock, covered: Sequence[Coverage]
) -> dict[str, bool]:
    claims = [part for part in parts if part.zone is Zone.RESULT and part.cells]
    signed = [part for part in claims if part.heading and part.heading.key in _signature_heads()]
    return {
        "patient panel": block.first("name") is not None or block.first("mrn") is not None,
        "genomic signatures": bool(signed),
        "gene alterations": any(_says_something(part) for part in claims if part not in signed),
        "gene list with classes": bool(covered),
    }


def _says_something(part: Section) -> bool:
    """True if a result section lists genes, or states that there is nothing to list."""
    listed, loose = entries(part.lines)
    stated = (phrases.verdict(cell.text) for cell in loose)
    return bool(listed) or any(said and said.status is Status.NOT_DETECTED for said in stated)


@cache
def _signature_heads() -> frozenset[str]:
    return frozenset(compact(name) for name in RECOGNISE.groups[3])


def _section(part: Section, context: _Context) -> Found:
    if part.zone is Zone.RESULT:
        return _results(part, context, Significance.UNKNOWN)
    if part.zone is Zone.VUS:
        return _results(part, context, Significance.VUS)
    if part.zone in {Zone.NEG, Zone.INDET}:
        return negatives.statements(part, context.evidence, context.covered)
    return Found()


# ------------------------------------------------------------------------------------ results
def _results(part: Section, context: _Context, significance: Significance) -> Found:
    lines, signatures = _without_signatures(part, context)
    listed, _ = entries(lines)
    genes = (_entry(entry, context, significance) for entry in listed)
    return gathered([*signatures, *genes])


def _without_signatures(
    part: Section, context: _Context
) -> tuple[list[tuple[Cell, ...]], list[Found]]:
    """The section without its lines of MSI, TMB and the like, and what those say."""
    kept: list[tuple[Cell, ...]] = []
    found: list[Found] = []
    lines = list(part.lines)
    for index, line in enumerate(lines):
        rest: list[Cell] = []
        cells = list(line)
        while cells:
            cell = cells.pop(0)
            kind, printed = _signature(cell)
            if kind is None:
                rest.append(cell)
                continue
            shown: tuple[Cell, ...] = (cell,)
            if not printed:
                following = cells.pop(0) if cells else _beneath(cell, lines[index + 1 : index + 2])
                shown = (cell, following) if following else (cell,)
                printed = following.text if following else ""
            found.append(_valued(kind, printed, shown, context))
        kept.append(tuple(rest))
    return kept, found


def _beneath(cell: Cell, below: Sequence[tuple[Cell, ...]]) -> Cell | None:
    return next((c for line in below for c in line if abs(c.x0 - cell.x0) < 12), None)


@cache
def _names() -> dict[str, str]:
    rows = tables.rows(tables.packaged("parsers", "biomarkers.csv"))
    return {compact(row["name"]): row["kind"] for row in rows if row["kind"] != "MMR_PROTEIN"}


def _signature(cell: Cell) -> tuple[str | None, str]:
    """The kind of a signature that a cell begins with, and the value after it."""
    words = [word.text for word in cell.words]
    for end in range(min(7, len(words)), 0, -1):
        kind = _names().get(compact("".join(words[:end])))
        if kind:
            return kind, " ".join(words[end:]).lstrip(" -–:")
    return None, ""


def _valued(kind: str, text: str, cells: tuple[Cell, ...], context: _Context) -> Found:
    if kind == "OTHER":
        return Found()
    source = context.evidence.of(cells)
    marker = Marker.TMB if kind == "BTMB" else Marker(kind)
    plasma = kind == "BTMB" or context.analyte is Analyte.CFDNA
    return value(marker, text, phrases.valued(marker, text, plasma=plasma), source, context.analyte)


def _entry(entry: Entry, context: _Context, significance: Significance) -> Found:
    if not entry.named.symbols:
        return _through_partner(entry, context, significance)
    if not entry.pieces:
        return _bare(entry, context, significance)
    return gathered(
        _piece(symbol, piece, context, significance)
        for symbol in entry.named.symbols
        for piece in whole_pieces(entry.pieces, partial(_understood, symbol))
    )


def _understood(symbol: str, text: str) -> bool:
    return alterations.classify(symbol, text) is not None or phrases.verdict(text) is not None


def _piece(symbol: str, piece: Piece, context: _Context, significance: Significance) -> Found:
    parts = [part for part in re.split(r"\s*[;,]\s*", piece.text) if part]
    several = len(parts) > 1 and all(_understood(symbol, part) for part in parts)
    return gathered(
        alteration(
            Printed(
                gene=symbol,
                text=text,
                source=context.evidence.of(piece.cells, piece.text),
                significance=significance,
                analyte=context.analyte,
                vaf=phrases.share(piece.text) if "%" in piece.text else None,
            )
        )
        for text in (parts if several else [piece.text])
    )


def _bare(entry: Entry, context: _Context, significance: Significance) -> Found:
    """A gene with nothing printed beside it: in a result zone that is not to be dropped."""
    printed = (
        Printed(
            gene=symbol,
            text=entry.name,
            source=context.evidence.of((entry.cell,)),
            significance=significance,
        )
        for symbol in entry.named.symbols
    )
    return gathered(not_understood(one) for one in printed)


def _through_partner(entry: Entry, context: _Context, significance: Significance) -> Found:
    """In "TPM3 | TPM3-NTRK1 fusion" the gene that matters stands in the alteration."""
    pieces = whole_pieces(entry.pieces, lambda text: fusions.fusion(text) is not None)
    return gathered(_partners(pieces, context, significance))


def _partners(
    pieces: Iterator[Piece], context: _Context, significance: Significance
) -> Iterator[Found]:
    for piece in pieces:
        known = fusions.fusion(piece.text)
        if known:
            yield _piece(known.gene, piece, context, significance)
