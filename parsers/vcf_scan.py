"""The pre-scan of a VCF: bytes in; header, candidate lines and counts as proof out, in one pass.

Strategy: blocks of one mebibyte; the rows of a block are located all at once (`vcf_rows`), and
those whose REF overlaps a panel gene of either build are kept, and so is every row whose ALT is a
breakend or symbolic and reaches one, wherever it lies. Order, `chr` and line ends do not matter.
All other lines are counted and left alone: a genome costs little more than unpacking it.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import IO

from parsers.vcf_bytes import ByteBlocks, Container, Lines, whole_lines
from parsers.vcf_rows import Marks, Rows, rows
from parsers.vcf_symbols import touches_panel
from pipeline.errors import HeldError
from pipeline.genome import chromosome, is_placed, panel_intervals
from pipeline.model import Assembly

_FIXED = (b"#CHROM", b"POS", b"ID", b"REF", b"ALT", b"QUAL", b"FILTER", b"INFO")
_HEADLESS = re.compile(
    rb"[\w.]+\t[1-9]\d*\t[^\t\n]*\t[ACGTN]+\t[ACGTN.,*<>]+\t[^\t\n]*\t[^\t\n]*\t"
)
_NOT_ALLELES = {b"<NON_REF>", b"<*>"}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One line that may matter, with its physical number in the file (1-based)."""

    line: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What one pass over a file found; *data_lines* are physical lines that are not blank.

    *contigs* are those that rows stand on; of the *unplaced* ones nobody knows where they lie: a
    gene may lie there.
    """

    header: tuple[str, ...]
    columns: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    data_lines: int
    uses_filter: bool
    container: Container
    ends_with_newline: bool
    last_line: int
    oddities: tuple[str, ...]
    unplaced: tuple[str, ...]
    contigs: tuple[str, ...]


@dataclass
class _Tally:
    """Counts while scanning; private to one call of `scan`."""

    columns: int
    lines: int
    data_lines: int = 0
    uses_filter: bool = False
    candidates: list[Candidate] = field(default_factory=list)
    oddities: dict[str, None] = field(default_factory=dict)
    contigs: set[bytes] = field(default_factory=set)
    last: tuple[bytes, int] = (b"", 0)


def scan(source: bytes | IO[bytes]) -> Scan:
    """Read a VCF once; `HeldError` where its frame is broken, with the line that shows it."""
    blocks = ByteBlocks(source)
    pieces = whole_lines(blocks)
    header, rest = _header(pieces)
    is_closed = rest.is_closed
    columns = _columns(header[-1])
    tally = _Tally(columns=len(columns), lines=len(header))
    for piece in _chain(rest, pieces):
        is_closed = piece.is_closed
        _scan_piece(piece, tally)
    return Scan(
        header=tuple(_decoded(line, tally) for line in header[:-1]),
        columns=columns,
        candidates=tuple(tally.candidates),
        data_lines=tally.data_lines,
        uses_filter=tally.uses_filter,
        container=blocks.container,
        ends_with_newline=is_closed,
        last_line=tally.lines,
        oddities=tuple(tally.oddities),
        unplaced=_unplaced(tally.contigs),
        contigs=tuple(sorted(name.decode("utf-8", "replace") for name in tally.contigs)),
    )


def _chain(rest: Lines, pieces: Iterator[Lines]) -> Iterator[Lines]:
    if rest.end:
        yield rest
    yield from pieces


def _header(pieces: Iterator[Lines]) -> tuple[list[bytes], Lines]:
    """Header lines up to and with #CHROM, and the lines of the same piece after them."""
    lines: list[bytes] = []
    for piece in pieces:
        start = 0
        while start < piece.end:
            end = piece.text.index(b"\n", start)
            line = piece.text[start:end].rstrip(b"\r")
            start = end + 1
            if not lines:
                line = _first_line(line)
            lines.append(line)
            if line.startswith(b"#CHROM"):
                text = piece.text[start : piece.end]
                return lines, Lines(text=text, end=len(text), is_closed=piece.is_closed)
            if b"\r#" in line:
                raise HeldError(
                    "bare_cr", "Lines end in a bare carriage return; a VCF ends them in \\n."
                )
            if not line.startswith(b"##"):
                raise _no_column_line()
    raise HeldError(
        "no_chrom_line",
        "The file has no line of column names (#CHROM): it is empty or was cut in its header.",
    )


def _first_line(line: bytes) -> bytes:
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise HeldError("utf16", "The file is UTF-16 text; a VCF is UTF-8 or ASCII.")
    return line.removeprefix(b"\xef\xbb\xbf")


def _no_column_line() -> HeldError:
    return HeldError(
        "no_chrom_line",
        "Records begin without a line of column names (#CHROM): the first would be lost.",
    )


def _columns(line: bytes) -> tuple[str, ...]:
    names = tuple(line.split(b"\t"))
    if names[: len(_FIXED)] != _FIXED:
        spaced = b"\t" not in line and len(line.split()) >= len(_FIXED)
        why = "is separated by spaces, not tabs" if spaced else "lacks the eight fixed columns"
        raise HeldError("bad_chrom_line", f"The line of column names {why}.")
    if len(names) > len(_FIXED) and names[8] != b"FORMAT":
        raise HeldError("bad_chrom_line", "The ninth column is not FORMAT.")
    samples = names[9:]
    twice = {name for name in samples if samples.count(name) > 1} if len(samples) < 1000 else set()
    if twice or len(set(samples)) != len(samples):
        raise HeldError("duplicate_sample", "Two columns carry the same sample name.")
    return tuple(name.decode("utf-8", "replace") for name in names)


def _scan_piece(piece: Lines, tally: _Tally) -> None:
    found = rows(piece.text, piece.end, tally.columns, tally.lines)
    tally.lines += found.lines
    tally.data_lines += len(found.starts)
    _note_filter(piece.text, found, tally)
    tally.oddities.update(dict.fromkeys(found.oddities))
    kept = _in_genes(found, tally)
    structural = (at for at, alt in found.long_alts() if at not in kept and _is_structural(alt))
    kept.update(at for at in structural if _touches(found.line(at)))
    for at in sorted(kept):
        text = _decoded(found.line(at), tally)
        tally.candidates.append(Candidate(line=int(found.numbers[at]), text=text))


def _in_genes(found: Rows, tally: _Tally) -> set[int]:
    """Rows whose REF overlaps a panel gene of either build; contigs are noted on the way."""
    kept: set[int] = set()
    ends = found.positions + found.spans - 1
    for printed, here in found.contigs():
        _note_order(printed, here, found, tally)
        tally.contigs.add(printed)
        for start, end in _genes(chromosome(printed.decode("ascii", "replace"))):
            kept.update((here & (found.positions <= end) & (ends >= start)).nonzero()[0].tolist())
    return kept


def _note_order(contig: bytes, here: Marks, found: Rows, tally: _Tally) -> None:
    """Remember whether rows are sorted, and those of one contig stand together."""
    if "unsorted" in tally.oddities:
        return
    places = found.positions[here]
    before = tally.last[1] if contig == tally.last[0] else 0
    returns = contig in tally.contigs and contig != tally.last[0]
    rows_here = here.nonzero()[0]
    is_torn = int(rows_here[-1] - rows_here[0]) + 1 != len(rows_here)
    if returns or is_torn or int(places[0]) < before or bool((places[1:] < places[:-1]).any()):
        tally.oddities["unsorted"] = None
    tally.last = (contig, int(places[-1]))


@cache
def _genes(name: str) -> tuple[tuple[int, int], ...]:
    """Where panel genes lie on a chromosome, on both builds, 1-based and inclusive."""
    every = {locus for build in Assembly for locus in panel_intervals(build)}
    return tuple(sorted({(at.start, at.end) for at in every if at.chromosome == name}))


def _note_filter(text: bytes, found: Rows, tally: _Tally) -> None:
    """Remember whether any row of the file carries a FILTER; PASS is found without a split."""
    if tally.uses_filter:
        return
    tally.uses_filter = b"\tPASS\t" in text or any(
        found.line(at).split(b"\t", 7)[6] not in {b".", b""} for at in range(len(found.starts))
    )


def _unplaced(contigs: set[bytes]) -> tuple[str, ...]:
    names = (name.decode("utf-8", "replace") for name in contigs)
    return tuple(sorted(name for name in names if not is_placed(name)))


@lru_cache(maxsize=4096)
def _is_structural(alts: bytes) -> bool:
    """True if an ALT is a breakend or symbolic, beyond the "any other allele" of a gVCF."""
    return any(
        alt not in _NOT_ALLELES and (b"<" in alt or b"[" in alt or b"]" in alt)
        for alt in alts.split(b",")
    )


def _touches(line: bytes) -> bool:
    """True if a symbolic allele or a breakend reaches a panel gene, wherever its row lies."""
    return touches_panel([part.decode("utf-8", "replace") for part in line.split(b"\t", 8)[:8]])


def _decoded(line: bytes, tally: _Tally) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        tally.oddities["latin1"] = None
        return line.decode("latin-1")


def recognises(head: bytes) -> bool:
    """True if a file that begins like this is a VCF, packed or not, headed or headless."""
    if head.startswith(b"\x1f\x8b"):
        return _packed_head(head)
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text.startswith((b"##fileformat=VCF", b"#CHROM")) or b"\n#CHROM\tPOS\t" in text:
        return True
    return bool(_HEADLESS.match(text))


def _packed_head(head: bytes) -> bool:
    """A damaged gzip is taken too: the reader of VCFs has a sentence for it."""
    try:
        text = zlib.decompressobj(wbits=31).decompress(head, 1 << 16)
    except zlib.error:
        return True
    return recognises(text)
