"""Rows in, a CSV file out that spreadsheets open without harm; and the same rows out of it again.

UTF-8 with a byte order mark (spreadsheets need it to know the letters), lines ended by CR LF
(RFC 4180), cells as `exchange.cells` writes them.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any, TextIO, TypeVar

from exchange.cells import cell, columns, value
from exchange.tabular import Line
from pipeline.errors import InputError

ENCODING = "utf-8-sig"
"""The encoding of these files, for whoever opens one; open with ``newline=""``."""

_LONGEST_CELL = 2**24

R = TypeVar("R", bound=Line)


class CsvTable:
    """A table that is being written: the header at once, then row by row."""

    def __init__(self, out: TextIO, row: type[Line]) -> None:
        self._names = tuple(each.name for each in fields(row))
        self._writer = csv.writer(out)
        self._writer.writerow(self._names)

    def write(self, rows: Iterable[Line]) -> None:
        """Append these rows."""
        for each in rows:
            self._writer.writerow([cell(getattr(each, name)) for name in self._names])


def read(text: TextIO, row: type[R]) -> Iterator[R]:
    """The rows of a file that `CsvTable` wrote, exactly as they were.

    `InputError` names the row and the column where the file is not such a table.
    """
    kinds = columns(row)
    # The module's own limit of 128 KiB a cell is for files of strangers, and is no setting of ours.
    csv.field_size_limit(_LONGEST_CELL)
    lines = csv.reader(text, strict=True)
    try:
        if next(lines, None) != list(kinds):
            raise InputError(f"this is no table of {row.__name__}: the columns are not its columns")
        for number, cells in enumerate(lines, 2):
            yield row(**_values(cells, kinds, number))
    except csv.Error as error:
        raise InputError(f"row {lines.line_num} is not CSV: {error}") from None


def _values(cells: list[str], kinds: dict[str, type], number: int) -> dict[str, Any]:
    if len(cells) != len(kinds):
        raise InputError(f"row {number} has {len(cells)} cells under {len(kinds)} columns")
    named = zip(kinds.items(), cells, strict=True)
    return {name: _value(text, kind, name, number) for (name, kind), text in named}


def _value(text: str, kind: type, name: str, number: int) -> object:
    try:
        return value(text, kind)
    except ValueError:
        # The cell itself is not quoted: it may hold what a report says of a patient.
        raise InputError(f"row {number}, column {name}: not a {kind.__name__}") from None
