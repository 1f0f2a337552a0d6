"""A printed cell in, the labels it bears out: "Date of Birth: 01 Jan 1961" → dob and its value.

The labels stand in `data/labels.csv`, compacted for comparison.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from parsers.page import Cell, compact
from pipeline import tables


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """A label in a cell: its field, what follows it there, and the word where that begins."""

    field: str
    value: str
    at: int


@cache
def labels() -> dict[str, str]:
    """Compacted label → field."""
    rows = tables.rows(tables.packaged("parsers", "labels.csv"))
    return {compact(row["label"]): row["field"] for row in rows}


def labelled(cell: Cell) -> list[Label]:
    """The labels of one cell with what follows each; inside it, one has a colon or a bar before."""
    words = [word.text for word in cell.words]
    first = _label_at(words, 0, colon=False)
    marks = [(0, *first)] if first else []
    for index in range(1, len(words)):
        found = _label_at(words, index, colon=words[index - 1] != "|")
        if found and index >= (marks[-1][1] if marks else 0):
            marks.append((index, *found))
    ends = [mark[0] for mark in marks[1:]] + [len(words)] * bool(marks)
    return [
        Label(field=field, value=" ".join(words[after:end]).lstrip(" :").strip(" |"), at=after)
        for (_, after, field), end in zip(marks, ends, strict=True)
    ]


def _label_at(words: Sequence[str], start: int, *, colon: bool) -> tuple[int, str] | None:
    """Where the label that begins at a word ends, and its field; the longest label wins."""
    for end in range(min(len(words), start + 6), start, -1):
        closed = words[end - 1].endswith(":") or (end < len(words) and words[end] == ":")
        if (colon and not closed) or words[end - 1].endswith(","):
            continue
        if field := labels().get(compact("".join(words[start:end]))):
            return end, field
    return None
