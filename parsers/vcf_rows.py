"""A block of VCF text in, its rows located out: columns counted, contig, position and REF of each.

The only file that knows numpy. Strategy: one comparison finds every tab and newline of a block;
laid out as a table with one line a row, its last column must be the newlines. That proves the
number of columns of each single row at the price of reading the bytes once. Positions and lengths
of REF then come from the table, as numbers, for all rows at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import HeldError

Numbers = NDArray[np.int64]
Marks = NDArray[np.bool_]
Words = NDArray[np.uint64]

_TAB, _NEWLINE, _RETURN, _SPACE, _HASH, _ZERO = 9, 10, 13, 32, 35, 48
_MOST_DIGITS = 10
_WORD = 8
_POSITION, _REF, _ALT = 1, 3, 4
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(_WORD + 1)], dtype=np.uint64)
_NOUGHTS = np.uint64(0x3030303030303030)
_MISSING = _MASKS[::-1] & _NOUGHTS
_PAIRINGS = tuple(
    (np.uint64(1 + (10**digits << 8 * digits)), np.uint64(8 * digits), np.uint64(mask))
    for digits, mask in ((1, 0x00FF00FF00FF00FF), (2, 0x0000FFFF0000FFFF), (4, 0xFFFFFFFF))
)
_SHIFTS = 8 * np.arange(_WORD, -1, -1, dtype=np.uint64)
_SHORTEST_BRACKETED = 3


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows of one block: *text* holds them, *edges* the offset of each tab and newline.

    *lines* counts physical lines, blank ones too; *numbers* are those of the rows in the file,
    1-based. *positions* are POS, *spans* the lengths of REF. *oddities* are codes of what is
    strange in the bytes and does no harm: ``crlf``, ``stray_cr``, ``control_characters``.
    """

    text: bytes
    oddities: tuple[str, ...]
    lines: int
    edges: Numbers
    starts: Numbers
    numbers: Numbers
    positions: Numbers
    spans: Numbers

    def line(self, at: int) -> bytes:
        """The row, without its line end."""
        return self.text[self.starts[at] : self.edges[at, -1]].rstrip(b"\r")

    def long_alts(self) -> Iterator[tuple[int, bytes]]:
        """Rows whose ALT may be symbolic or a breakend, and that ALT; ``<X>`` is the shortest."""
        begins, ends = self.edges[:, _ALT - 1] + 1, self.edges[:, _ALT]
        found = np.flatnonzero(ends - begins >= _SHORTEST_BRACKETED)
        sides = zip(begins[found].tolist(), ends[found].tolist(), strict=True)
        for at, (begin, end) in zip(found.tolist(), sides, strict=True):
            yield at, self.text[begin:end]

    def contigs(self) -> Iterator[tuple[bytes, Marks]]:
        """Each contig of the block by its printed name, and which rows stand on it."""
        sizes = self.edges[:, 0] - self.starts
        if not len(sizes):
            return
        if int(sizes.max()) > _WORD:
            yield from self._long_contigs()
            return
        keys = _words(self.text)[self.starts] & _MASKS[sizes]
        alike = bool((keys == keys[0]).all())
        # In the order of the file, not of the names.
        for key in keys[:1] if alike else keys[np.sort(np.unique(keys, return_index=True)[1])]:
            yield int(key).to_bytes(_WORD, "little").rstrip(b"\0"), keys == key

    def _long_contigs(self) -> Iterator[tuple[bytes, Marks]]:
        ends = self.edges[:, 0].tolist()
        names = [self.text[a:b] for a, b in zip(self.starts.tolist(), ends, strict=True)]
        for name in dict.fromkeys(names):
            yield name, np.array([each == name for each in names])


def rows(text: bytes, end: int, columns: int, before: int) -> Rows:
    """The rows in *text* up to *end*, which follow line number *before*.

    Raises:
        HeldError: a row has another number of columns, no position, or the block holds a header
            or bytes that are no text.
    """
    codes = np.frombuffer(text, np.uint8, end)
    edges = np.flatnonzero(codes < _SPACE)
    oddities: tuple[str, ...] = ()
    table = _table(codes, edges, columns)
    if table is None:
        kinds = codes[edges]
        separates = (kinds == _TAB) | (kinds == _NEWLINE)
        oddities = _odd(codes, edges[~separates], before)
        table = _table(codes, edges[separates], columns)
    if table is not None:
        numbers = before + 1 + np.arange(len(table))
        return _measured(text, table, numbers, len(table), oddities)
    kept, numbers, lines = _without_blanks(text[:end], columns, before)
    codes = np.frombuffer(kept, np.uint8)
    edges = np.flatnonzero((codes == _TAB) | (codes == _NEWLINE))
    table = _table(codes, edges, columns)
    if table is None:  # pragma: no cover - every single line was counted
        raise HeldError("column_count", f"After line {before} rows and columns do not agree.")
    return _measured(kept, table, numbers, lines, oddities)


def _odd(codes: NDArray[np.uint8], places: Numbers, before: int) -> tuple[str, ...]:
    """Codes of strange control characters, if there are any; `HeldError` for zero bytes."""
    if not len(places):
        return ()
    kinds = codes[places]
    if bool((kinds == 0).any()):
        raise HeldError("nul_bytes", f"After line {before} stand zero bytes: the file is damaged.")
    returns = places[kinds == _RETURN]
    at_end = codes[np.minimum(returns + 1, len(codes) - 1)] == _NEWLINE
    found = {
        "crlf": bool(at_end.any()),
        "stray_cr": not bool(at_end.all()),
        "control_characters": bool((kinds != _RETURN).any()),
    }
    return tuple(code for code, is_there in found.items() if is_there)


def _table(codes: NDArray[np.uint8], edges: Numbers, columns: int) -> Numbers | None:
    """Places of control characters as a table of one row a line.

    None unless each line has its tabs, then a newline, and no other.
    """
    count, odd = divmod(len(edges), columns)
    if odd:
        return None
    kinds = codes[edges]
    if not bool((kinds[columns - 1 :: columns] == _NEWLINE).all()):
        return None
    is_full = int(np.count_nonzero(kinds == _TAB)) == count * (columns - 1)
    return edges.reshape(-1, columns) if is_full else None


def _measured(
    text: bytes, edges: Numbers, numbers: Numbers, lines: int, oddities: tuple[str, ...]
) -> Rows:
    codes = np.frombuffer(text, np.uint8)
    starts = np.zeros_like(numbers)
    starts[1:] = edges[:-1, -1] + 1
    headers = codes[starts] == _HASH
    if bool(headers.any()):
        raise second_header(int(numbers[headers][0]))
    begins, ends = edges[:, _POSITION - 1] + 1, edges[:, _POSITION]
    positions, is_number = _numbers(text, begins, ends)
    if not bool(is_number.all()):
        line = int(numbers[~is_number][0])
        raise HeldError("bad_row", f"Line {line} cannot be read: its position is not a number.")
    return Rows(
        text=text,
        oddities=oddities,
        lines=lines,
        edges=edges,
        starts=starts,
        numbers=numbers,
        positions=positions,
        spans=edges[:, _REF] - edges[:, _REF - 1] - 1,
    )


def _words(text: bytes) -> Words:
    """The eight bytes that begin at each place of a text, as one number; a view, no copy."""
    return np.ndarray((max(len(text) - _WORD + 1, 0),), "<u8", text, 0, (1,))


def _numbers(text: bytes, begins: Numbers, ends: Numbers) -> tuple[Numbers, Marks]:
    """Numbers printed in *text*, and whether each is one: digits, no leading zero."""
    sizes, words = ends - begins, _words(text)
    before = np.maximum(sizes - _WORD, 0)
    # Six more columns follow a position: only that of an empty one would leave the text.
    places = np.minimum(begins + before, len(words) - 1)
    found, good = _digits(words[places], np.minimum(sizes, _WORD))
    if bool(before.any()):
        first, also = _digits(words[begins], np.minimum(before, _WORD))
        found, good = found + first * 10**_WORD, good & also
    good &= (sizes >= 1) & (sizes <= _MOST_DIGITS)
    good &= (sizes == 1) | (np.frombuffer(text, np.uint8)[begins] != _ZERO)
    return found, good


def _digits(words: Words, sizes: Numbers) -> tuple[Numbers, Marks]:
    """The first *sizes* characters of each word as a number, and whether they are digits.

    All eight at once: each byte is one digit, then each two bytes are one number up to 99, then
    each four (D. Lemire, "Quickly parsing eight digits", 2018). What lacks in front is nought.
    """
    values = ((words << _SHIFTS[sizes]) | _MISSING[sizes]) ^ _NOUGHTS
    good = ((values | (values + 0x0606060606060606)) & 0xF0F0F0F0F0F0F0F0) == 0
    for factor, shift, mask in _PAIRINGS:
        values = ((values * factor) >> shift) & mask
    return values.astype(np.int64), good


def second_header(line: int) -> HeldError:
    """A line that begins with # stands after the line of column names."""
    return HeldError(
        "second_header", f"Line {line} is of a header, between records: two files in one."
    )


def _without_blanks(text: bytes, columns: int, before: int) -> tuple[bytes, Numbers, int]:
    """The lines that are not blank, their numbers, and how many lines there are in all.

    `HeldError` names the first odd one.
    """
    kept: list[bytes] = []
    numbers: list[int] = []
    lines = text.split(b"\n")[:-1]
    for number, line in enumerate(lines, start=before + 1):
        if not line.strip():
            continue
        if line.startswith(b"#"):
            raise second_header(number)
        if line.count(b"\t") != columns - 1:
            raise _bad_row(number, line, columns)
        kept.append(line + b"\n")
        numbers.append(number)
    return b"".join(kept), np.array(numbers, dtype=np.int64), len(lines)


def _bad_row(number: int, line: bytes, wanted: int) -> HeldError:
    found = line.count(b"\t") + 1
    spaced = found == 1 and len(line.split()) > 1
    why = "is separated by spaces, not tabs" if spaced else f"has {found} columns, not {wanted}"
    return HeldError("column_count", f"Line {number} {why}: the file is damaged or was cut there.")
