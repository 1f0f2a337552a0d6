"""What the sources say, in our words, and where it lives: rows of `statements.csv` in and out.

A statement points to rows of the tables, to questions, or to files; a place that is gone is a
fault of the release, so no rule can be dropped by deleting its row.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from actionability.grammar import listed
from pipeline.errors import KnowledgeError


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One sentence of a rule; *where* holds places as `table:row`, `question:name`, `file:path`."""

    rule: str
    sentence: str
    where: tuple[tuple[str, str], ...]
    source: str
    checked: str

    @classmethod
    def of(cls, cells: Mapping[str, str]) -> "Statement":
        """The row; `KnowledgeError` if it names no place."""
        places = tuple(_place(text) for text in listed(cells["where"]))
        if not places:
            raise KnowledgeError("a statement says where it lives")
        return cls(
            rule=cells["rule"],
            sentence=cells["sentence"],
            where=places,
            source=cells["source"],
            checked=cells["checked"],
        )


def _place(text: str) -> tuple[str, str]:
    kind, colon, name = text.partition(":")
    if not colon or not name:
        raise KnowledgeError(f"{text!r} is not of the form table:row")
    return kind.strip(), name.strip()
