"""Lines of a result or VUS section in, observations out: genes with their changes, signatures.

The part that families share which print a gene, and beside or under it what was found. A gene
with nothing beside it is not dropped: in a result section it is open.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from parsers import biomarkers, phrases
from parsers.claims import (
    Found,
    Printed,
    alteration,
    gathered,
    not_understood,
    of_several,
    value,
)
from parsers.evidence import Evidence
from parsers.gene_entries import Entry, Piece, entries, whole_pieces
from parsers.gene_text import leading
from parsers.page import Cell, compact
from pipeline import alterations, fusions
from pipeline.model import AlterationClass, Analyte, Marker, Origin, Significance

TRANSCRIPT = re.compile(r"(?:NM_|ENST)\d+(?:\.\d+)?")
UNIT = re.compile(r"(mut|muts|mutations?|m)(per)?(mb|megabase)")
MARKS = " §†‡¶"  # of footnotes, where they are printed in full size; a star may be a stop codon
PAIRED = re.compile(r"::| [-–/] ")  # a sign between two genes
JOINING = re.compile(r"(?:[\s,;&+]|\b(?:and|und|et))+$")
Lines = Sequence[tuple[Cell, ...]]


@dataclass(frozen=True, kw_only=True)
class Context:
    """What is the same for all lines of one section."""

    evidence: Evidence
    analyte: Analyte
    significance: Significance = Significance.UNKNOWN
    origin: Origin = Origin.UNKNOWN


def results(lines: Lines, context: Context) -> Found:
    """What the lines say of signatures and of our genes."""
    rest, signatures = without_signatures(lines, context)
    return gathered([*signatures, genes(rest, context)])


# --------------------------------------------------------------------------------- signatures
def without_signatures(
    lines: Lines, context: Context
) -> tuple[list[tuple[Cell, ...]], list[Found]]:
    """The lines without those of MSI, TMB and the like, and what those say."""
    kept: list[tuple[Cell, ...]] = []
    found: list[Found] = []
    used: list[Cell] = []  # cells of later lines that a signature above has taken
    for index, line in enumerate(lines):
        below = lines[index + 1 : index + 5]
        cells = [cell for cell in line if not any(cell is other for other in used)]
        rest: list[Cell] = []
        while cells:
            cell = cells.pop(0)
            kind, printed, label = _label(cell, below)
            if kind is None:
                rest.append(cell)
                continue
            shown = () if printed else (cells.pop(0),) if cells else _value_under(label[-1], below)
            printed = printed or " ".join(each.text for each in shown)
            used += label[1:]
            used += shown if _is_value(kind, printed) else ()
            found.append(valued(kind, printed, (*label, *shown), context))
        kept.append(tuple(rest))
    return kept, found


def _label(cell: Cell, below: Lines) -> tuple[str | None, str, tuple[Cell, ...]]:
    """The kind of a signature, the value beside its name, and the cells of that name."""
    kind, printed = signature(cell)
    under = None if kind else _beneath(cell, below[:1])
    wrapped, rest = signature(_joined(cell, under)) if under else (None, "")
    if under and wrapped and not rest:
        return wrapped, "", (cell, under)
    return kind, printed, (cell,)


def _joined(cell: Cell, under: Cell) -> Cell:
    return Cell(page=cell.page, words=(*cell.words, *under.words))


def _value_under(label: Cell, below: Lines) -> tuple[Cell, ...]:
    """The value beneath a name, and its unit if that stands on the next line."""
    own = next((at for at, line in enumerate(below, 1) if any(c is label for c in line)), 0)
    further = below[own:]
    value = _beneath(label, further[:1])
    if value is None:
        return ()
    unit = _beneath(value, further[1:2])
    return (value, unit) if unit and UNIT.fullmatch(compact(unit.text)) else (value,)


def _is_value(kind: str, printed: str) -> bool:
    marker = Marker.TMB if kind == "BTMB" else None if kind == "OTHER" else Marker(kind)
    return marker is not None and phrases.valued(marker, printed) is not None


def _beneath(cell: Cell, below: Lines) -> Cell | None:
    return next((c for line in below for c in line if abs(c.x0 - cell.x0) < 12), None)


def signature(cell: Cell) -> tuple[str | None, str]:
    """The kind of a signature that a cell begins with, and the value after it."""
    words = [word.text for word in cell.words]
    for end in range(min(7, len(words)), 0, -1):
        if not compact(words[end - 1]):  # a "<" is of the value
            continue
        kind = biomarkers.kind_of("".join(words[:end]))
        if kind and kind != biomarkers.PROTEIN:
            return kind, " ".join(words[end:]).lstrip(" -–:")
    return None, ""


def valued(kind: str, text: str, cells: tuple[Cell, ...], context: Context) -> Found:
    """What a signature's printed value says; blood TMB is open."""
    if kind == "OTHER":
        return Found()
    text = text.rstrip(MARKS)
    source = context.evidence.of(cells)
    marker = Marker.TMB if kind == "BTMB" else Marker(kind)
    plasma = kind == "BTMB" or context.analyte is Analyte.CFDNA
    return value(marker, text, phrases.valued(marker, text, plasma=plasma), source, context.analyte)


# -------------------------------------------------------------------------------------- genes
def genes(lines: Lines, context: Context) -> Found:
    """What the gene entries of these lines say."""
    listed, _ = entries(lines)
    return gathered(_entry(entry, context) for entry in listed)


def _entry(entry: Entry, context: Context) -> Found:
    if not entry.named.symbols:
        return _through_partner(entry, context)
    named = [piece.text for piece in entry.pieces if TRANSCRIPT.fullmatch(piece.text)]
    pieces = [piece for piece in entry.pieces if not TRANSCRIPT.fullmatch(piece.text)]
    if not pieces:
        return _bare(entry, context)
    transcript = named[0] if len(named) == 1 == len(pieces) else None
    found = gathered(
        _piece(gene, part, context, transcript)
        for symbol in entry.named.symbols
        for piece in whole_pieces(pieces, partial(_understood, symbol))
        for gene, part in _each(symbol, piece)
    )
    return of_several(found, entry.named)


def _understood(symbol: str, text: str) -> bool:
    text = text.rstrip(MARKS)
    return alterations.classify(symbol, text) is not None or phrases.verdict(text) is not None


def _piece(symbol: str, piece: Piece, context: Context, transcript: str | None = None) -> Found:
    printed = with_name(symbol, piece.text.rstrip(MARKS))
    parts = [part for part in re.split(r"\s*[;,]\s*", printed) if part]
    several = len(parts) > 1 and all(_understood(symbol, part) for part in parts)
    if {alterations.classify(symbol, part) for part in parts} == {AlterationClass.AMPLIFICATION}:
        several = False  # "amplification, 15 copies" counts the copies of one
    return gathered(
        alteration(
            Printed(
                gene=symbol,
                text=text,
                source=context.evidence.of(piece.cells, piece.text),
                significance=context.significance,
                origin=context.origin,
                analyte=context.analyte,
                transcript=transcript,
                vaf=phrases.share(piece.text) if "%" in piece.text else None,
            )
        )
        for text in (parts if several else [printed])
    )


def with_name(symbol: str, text: str) -> str:
    """The text; with the gene before it where only both make sense ("(E17) :: BICC1 (E3)")."""
    named = f"{symbol} {text}"
    alone = _understood(symbol, text) or not PAIRED.search(text)
    return named if not alone and _understood(symbol, named) else text


def _each(symbol: str, piece: Piece) -> list[tuple[str, Piece]]:
    """The statements of a piece that goes on with another gene: "p.V600E and IDH1 p.R132C"."""
    words = piece.text.split()
    for at in range(1, len(words)):
        named = leading(words[at:])
        if named is None or not named.symbols or symbol in named.symbols:
            continue
        own = JOINING.sub("", " ".join(words[:at]))
        rest = Piece(text=" ".join(words[at + named.length :]), cells=piece.cells)
        told = [one for one in named.symbols if alterations.classify(one, rest.text)]
        if told and alterations.classify(symbol, own):
            others = [each for one in told for each in _each(one, rest)]
            return [(symbol, Piece(text=own, cells=piece.cells)), *others]
    return [(symbol, piece)]


def _bare(entry: Entry, context: Context) -> Found:
    """A gene with nothing printed beside it: in a result zone that is not to be dropped."""
    printed = (
        Printed(
            gene=symbol,
            text=entry.name,
            source=context.evidence.of((entry.cell,)),
            significance=context.significance,
            analyte=context.analyte,
        )
        for symbol in entry.named.symbols
    )
    # "FGFR2-BICC1" alone says enough.
    return gathered(
        alteration(one) if alterations.classify(one.gene, one.text) else not_understood(one)
        for one in printed
    )


def _through_partner(entry: Entry, context: Context) -> Found:
    """In "TPM3 | TPM3-NTRK1 fusion" the gene that matters stands in the alteration."""
    pieces = whole_pieces(entry.pieces, lambda text: fusions.fusion(text) is not None)
    return gathered(_partners(pieces, context))


def _partners(pieces: Iterator[Piece], context: Context) -> Iterator[Found]:
    for piece in pieces:
        known = fusions.fusion(piece.text)
        if known:
            yield _piece(known.gene, piece, context)
