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

_TAB, _NEWLINE, _RETURN, _SPACE, _HASH, _ZERO = 9, 10, 13, 32, 35, 48
_MOST_DIGITS = 10
_WORD = 8
_POSITION, _REF, _ALT = 1, 3, 4
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(_WORD + 1)], dtype=np.uint64)
_PLACES = np.arange(_MOST_DIGITS)
_POWERS = 10.0 ** _PLACES[::-1]  # exact: ten digits are fewer than the bits of a float
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

    def bracketed(self) -> Iterator[int]:
        """Rows whose ALT may be symbolic or a breakend; ``<X>`` is the shortest of them."""
        begins, ends = self.edges[:, _ALT - 1] + 1, self.edges[:, _ALT]
        for at in np.flatnonzero(ends - begins >= _SHORTEST_BRACKETED).tolist():
            alt = self.text[begins[at] : ends[at]]
            if b"<" in alt or b"[" in alt or b"]" in alt:
                yield at

    def contigs(self) -> Iterator[tuple[bytes, Marks]]:
        """Each contig of the block by its printed name, and which rows stand on it."""
        sizes = self.edges[:, 0] - self.starts
        if not len(sizes):
            return
        if int(sizes.max()) > _WORD:
            yield from self._long_contigs()
            return
        keys = self._words() & _MASKS[sizes]
        alike = bool((keys == keys[0]).all())
        # In the order of the file, not of the names.
        for key in keys[:1] if alike else keys[np.sort(np.unique(keys, return_index=True)[1])]:
            yield int(key).to_bytes(_WORD, "little").rstrip(b"\0"), keys == key

    def _words(self) -> NDArray[np.uint64]:
        """The first eight bytes of every row; none is shorter, for it has eight columns."""
        bytes_of = np.frombuffer(self.text, np.uint8)
        found: NDArray[np.uint64] = bytes_of[self.starts[:, None] + np.arange(_WORD)].view("<u8")
        return found.ravel()

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
    kinds = codes[edges]
    separates = (kinds - _TAB) <= _NEWLINE - _TAB
    oddities: tuple[str, ...] = ()
    if not bool(separates.all()):
        oddities = _odd(codes, edges[~separates], before)
        edges, kinds = edges[separates], kinds[separates]
    table = _table(kinds, edges, columns)
    if table is not None:
        numbers = before + 1 + np.arange(len(table))
        return _measured(text, table, numbers, len(table), oddities)
    kept, numbers, lines = _without_blanks(text[:end], columns, before)
    codes = np.frombuffer(kept, np.uint8)
    edges = np.flatnonzero((codes == _TAB) | (codes == _NEWLINE))
    table = _table(codes[edges], edges, columns)
    if table is None:  # pragma: no cover - every single line was counted
        raise HeldError("column_count", f"After line {before} rows and columns do not agree.")
    return _measured(kept, table, numbers, lines, oddities)


def _odd(codes: NDArray[np.uint8], places: Numbers, before: int) -> tuple[str, ...]:
    """Codes of strange control characters; `HeldError` for zero bytes."""
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


def _table(kinds: NDArray[np.uint8], edges: Numbers, columns: int) -> Numbers | None:
    """Every tab and newline as a table of one row a line; None if the lines are not all alike."""
    if len(edges) % columns:
        return None
    table = edges.reshape(-1, columns)
    is_end = kinds == _NEWLINE
    if int(np.count_nonzero(is_end)) != len(table):
        return None
    return table if bool(is_end[columns - 1 :: columns].all()) else None


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
    positions, is_number = _numbers(codes, begins, ends)
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


def _numbers(codes: NDArray[np.uint8], begins: Numbers, ends: Numbers) -> tuple[Numbers, Marks]:
    """Numbers printed in *codes*, and whether each is one: digits, no leading zero."""
    sizes = ends - begins
    # Ten characters before each end; those before the beginning of the number count as nought.
    places = ends[:, None] - _MOST_DIGITS + _PLACES
    digits = codes[np.maximum(places, 0)] - _ZERO
    digits[places < begins[:, None]] = 0
    good = (sizes >= 1) & (sizes <= _MOST_DIGITS) & (digits.max(axis=1, initial=0) <= 9)
    good &= (sizes == 1) | (codes[begins] != _ZERO)
    return (digits @ _POWERS).astype(np.int64), good


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
