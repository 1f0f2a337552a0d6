"""The little grammar of the tables: `name(argument); name(argument)` in, calls out; `;` is AND.

It stays this small on purpose: OR is two rows, NOT is its own named question.
"""

import re
from dataclasses import dataclass

from pipeline.errors import KnowledgeError

_CALL = re.compile(r"\s*([a-z][a-z0-9_]*)\(([^()]*)\)\s*")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One named question with its argument, as a table wrote it."""

    name: str
    argument: str

    @property
    def words(self) -> tuple[str, ...]:
        """The argument's words."""
        return tuple(self.argument.split())

    def __str__(self) -> str:
        return f"{self.name}({self.argument})"


def calls(text: str) -> tuple[Call, ...]:
    """The calls of one cell; an empty cell has none. `KnowledgeError` if it is not the grammar."""
    return tuple(_call(part) for part in _parts(text))


def _parts(text: str) -> list[str]:
    if not text.strip():
        return []
    return re.split(r";(?![^()]*\))", text)


def _call(part: str) -> Call:
    match = _CALL.fullmatch(part)
    if match is None:
        raise KnowledgeError(f"{part.strip()!r} is not of the form name(argument)")
    return Call(name=match.group(1), argument=match.group(2).strip())


def listed(cell: str) -> tuple[str, ...]:
    """The entries of a cell that lists several, separated by `;`."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())
