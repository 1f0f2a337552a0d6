"""The pre-scan of a VCF: bytes in; header, candidate lines and counts as proof out, in one pass.

Strategy: per block one split, and per line one slice of eight bytes looked up in a set of every
beginning that could fall into a panel gene; only hits get the exact test. Lines long enough to
reach into a gene from afar always get it, and so does every line whose ALT may be a breakend or
symbolic, wherever it lies. Order, `chr` and line ends do not matter. All other lines are counted
and left alone: that is why a genome costs little more than unpacking it.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import IO

from parsers.vcf_bytes import ByteBlocks, Container, whole_lines
from parsers.vcf_symbols import touches_panel
from pipeline.errors import HeldError
from pipeline.genome import accession_names, chromosome, is_placed, overlapping, panel_intervals
from pipeline.model import Assembly

_SLICE = 8
_HEAD = 6
_REACH = 10_000
_FIXED = (b"#CHROM", b"POS", b"ID", b"REF", b"ALT", b"QUAL", b"FILTER", b"INFO")
_BRACKETS = (b"<", b"[", b"]")
_HEADLESS = re.compile(
    rb"[\w.]+\t[1-9]\d*\t[^\t\n]*\t[ACGTN]+\t[ACGTN.,*<>]+\t[^\t\n]*\t[^\t\n]*\t"
)
_POSITION = re.compile(rb"0|[1-9]\d{0,9}")
_NO_POSITION = re.compile(rb"\n[^\t\n]*\t(?!(?:0|[1-9]\d{0,9})\t)")
_NOT_ALLELES = {b"<NON_REF>", b"<*>", b"."}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One line that may matter, with its physical number in the file (1-based)."""

    line: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What one pass over a file found; *data_lines* are physical lines that are not blank.

    *unplaced* are contigs of rows of which nobody knows where they lie: a gene may lie there.
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


@cache
def _beginnings() -> frozenset[bytes]:
    """The first eight bytes of every line that could reach into a panel gene, on either build."""
    found: set[bytes] = set()
    for assembly in Assembly:
        for locus in panel_intervals(assembly):
            for name in _spellings(locus.chromosome):
                found.update(_lines_of(name, locus.start - _REACH, locus.end))
    return frozenset(found)


def _spellings(name: str) -> Iterator[str]:
    yield from (name, f"chr{name}", f"Chr{name}", f"CHR{name}")
    yield from (text for text in accession_names() if chromosome(text) == name)


def _lines_of(name: str, start: int, end: int) -> set[bytes]:
    room = _SLICE - len(name) - 1
    if room <= 0:
        return {f"{name}\t".encode()[:_SLICE]}
    step = 10 ** max(0, len(str(start)) - room)
    places = {*range(start, end + 1, step), end}
    return {f"{name}\t{place}".encode()[:_SLICE] for place in places}


@dataclass
class _Tally:
    """Counts while scanning; private to one call of `scan`."""

    columns: int
    number: int
    data_lines: int = 0
    uses_filter: bool = False
    candidates: list[Candidate] = field(default_factory=list)
    oddities: dict[str, None] = field(default_factory=dict)
    contigs: set[bytes] = field(default_factory=set)


def scan(source: bytes | IO[bytes]) -> Scan:
    """Read a VCF once; `HeldError` where its frame is broken, with the line that shows it."""
    blocks = ByteBlocks(source)
    pieces = whole_lines(blocks)
    header, rest, unclosed = _header(pieces)
    columns = _columns(header[-1])
    tally = _Tally(columns=len(columns), number=len(header))
    for text, is_unclosed in _chain(rest, unclosed, pieces):
        unclosed = is_unclosed
        _scan_block(text, tally)
    return Scan(
        header=tuple(_decoded(line, tally) for line in header[:-1]),
        columns=columns,
        candidates=tuple(tally.candidates),
        data_lines=tally.data_lines,
        uses_filter=tally.uses_filter,
        container=blocks.container,
        ends_with_newline=not unclosed,
        last_line=tally.number,
        oddities=tuple(tally.oddities),
        unplaced=_unplaced(tally.contigs),
    )


def _chain(
    rest: bytes, unclosed: bool, pieces: Iterator[tuple[bytes, bool]]
) -> Iterator[tuple[bytes, bool]]:
    if rest or unclosed:
        yield rest, unclosed
    yield from pieces


def _header(pieces: Iterator[tuple[bytes, bool]]) -> tuple[list[bytes], bytes, bool]:
    """Header lines up to and with #CHROM, the text after them, and whether it lacks an end."""
    lines: list[bytes] = []
    for text, unclosed in pieces:
        start = 0
        while start < len(text):
            end = text.index(b"\n", start)
            line = text[start:end].rstrip(b"\r")
            start = end + 1
            if not lines:
                line = _first_line(line)
            if line.startswith(b"#CHROM"):
                return [*lines, line], text[start:], unclosed
            if b"\r#" in line:
                raise HeldError(
                    "bare_cr", "Lines end in a bare carriage return; a VCF ends them in \\n."
                )
            if not line.startswith(b"##"):
                raise _no_column_line()
            lines.append(line)
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


def _scan_block(text: bytes, tally: _Tally) -> None:
    # One byte is searched ten times faster than two: the cheap question first.
    if b"#" in text and (text.startswith(b"#") or b"\n#" in text):
        raise HeldError("second_header", "Header lines stand between records: two files in one.")
    lines = text.split(b"\n")
    lines.pop()
    blank = _check_columns(text, lines, tally)
    _check_positions(text, lines, tally)
    _note_filter(text, lines, tally)
    _note_contigs(lines, tally)
    beginnings = _beginnings()
    hits = {
        at for at, line in enumerate(lines) if line[:_SLICE] in beginnings or len(line) > _REACH
    }
    kept = {at for at in hits if _reaches_gene(lines[at])}
    if any(bracket in text for bracket in _BRACKETS):
        kept.update(_structural(lines))
    for at in sorted(kept):
        text_of_line = _decoded(lines[at].rstrip(b"\r"), tally)
        tally.candidates.append(Candidate(line=tally.number + at + 1, text=text_of_line))
    if b"\r" in text and b"\r\n" in text:
        tally.oddities["crlf"] = None
    tally.number += len(lines)
    tally.data_lines += len(lines) - blank


def _check_columns(text: bytes, lines: list[bytes], tally: _Tally) -> int:
    """Raise if any row has too few or too many columns; return the number of blank lines."""
    wanted = tally.columns - 1
    if text.count(b"\t") == wanted * len(lines):
        return 0
    blank = 0
    for at, line in enumerate(lines, start=tally.number + 1):
        if not line.strip():
            blank += 1
        elif line.count(b"\t") != wanted:
            raise _bad_row(at, line, tally.columns)
    return blank


def _bad_row(number: int, line: bytes, wanted: int) -> HeldError:
    found = line.count(b"\t") + 1
    spaced = found == 1 and len(line.split()) > 1
    why = "is separated by spaces, not tabs" if spaced else f"has {found} columns, not {wanted}"
    return HeldError("column_count", f"Line {number} {why}: the file is damaged or was cut there.")


def _check_positions(text: bytes, lines: list[bytes], tally: _Tally) -> None:
    """Raise if a position is not a number: nobody could say whether the row matters.

    A leading zero is refused too: the row would not begin like a line of its gene.
    """
    if not _NO_POSITION.search(b"\n" + text):
        return
    for at, line in enumerate(lines, start=tally.number + 1):
        if line.strip() and not _POSITION.fullmatch(line.split(b"\t", 2)[1]):
            raise HeldError("bad_row", f"Line {at} cannot be read: its position is not a number.")


def _note_filter(text: bytes, lines: list[bytes], tally: _Tally) -> None:
    """Remember whether any row of the file carries a FILTER; PASS is found without a split."""
    if tally.uses_filter:
        return
    tally.uses_filter = b"\tPASS\t" in text or any(
        line.split(b"\t", 7)[6] not in {b".", b""} for line in lines if line.strip()
    )


def _note_contigs(lines: list[bytes], tally: _Tally) -> None:
    """Remember the contigs of rows; six bytes hold most names, and few of them differ."""
    heads = {line[:_HEAD] for line in lines}
    tally.contigs.update(head.partition(b"\t")[0] for head in heads if b"\t" in head)
    longer = {head for head in heads if b"\t" not in head and head.strip()}
    if longer:
        tally.contigs.update(line.partition(b"\t")[0] for line in lines if line[:_HEAD] in longer)


def _unplaced(contigs: set[bytes]) -> tuple[str, ...]:
    names = (name.decode("utf-8", "replace") for name in contigs)
    return tuple(sorted(name for name in names if not is_placed(name)))


def _reaches_gene(line: bytes) -> bool:
    name, position, _, ref, _ = line.split(b"\t", 4)
    contig = name.decode("ascii", "replace")
    if not position.isdigit():
        return any(overlapping(panel_intervals(build), contig, 1, 1 << 40) for build in Assembly)
    start, end = int(position), int(position) + len(ref) - 1
    return any(overlapping(panel_intervals(build), contig, start, end) for build in Assembly)


def _structural(lines: list[bytes]) -> Iterator[int]:
    for at, line in enumerate(lines):
        if b"<" in line or b"[" in line or b"]" in line:
            fields = line.split(b"\t", 8)
            alt = fields[4]
            if alt in _NOT_ALLELES or not any(bracket in alt for bracket in _BRACKETS):
                continue
            if touches_panel([part.decode("utf-8", "replace") for part in fields[:8]]):
                yield at


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
