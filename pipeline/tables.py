"""CSV text in, rows out: the one way in which data tables are read."""

import csv
import io
from functools import cache
from importlib.resources import files

from pipeline.errors import KnowledgeError


@cache
def packaged(package: str, name: str) -> str:
    """The text of a data file that ships with *package* (UTF-8, a byte order mark removed)."""
    return files(package).joinpath("data", name).read_text(encoding="utf-8-sig")


def rows(text: str) -> tuple[dict[str, str], ...]:
    """One dict a row, cells stripped, keys from the first line; blank lines are passed over.

    `KnowledgeError` if a row has more or fewer cells than there are columns, or a column is
    named twice: a shifted row would put a value under another heading.
    """
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    header = [cell.strip() for cell in lines[0]] if lines else []
    if len(set(header)) != len(header):
        raise KnowledgeError(f"a column is named twice in the table that starts {header[0]!r}")
    return tuple(_row(header, cells, number) for number, cells in enumerate(lines[1:], 2) if cells)


def _row(header: list[str], cells: list[str], number: int) -> dict[str, str]:
    if len(cells) != len(header):
        told = f"{len(cells)} cells stand under {len(header)} columns"
        raise KnowledgeError(f"row {number} of the table that starts {header[0]!r}: {told}")
    return {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
