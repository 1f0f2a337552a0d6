"""The printed words by which a layout family is known: all groups, one word of each.

Whole cells and headings are compared, compacted: a family name in a sentence or in a reference is
no sign of the family. Labels may stand in one cell with their value, and a family may be known by
the columns of one of its tables.
"""

from dataclasses import dataclass

from parsers.grid import head_keys
from parsers.headings import entry_of, headings_of
from parsers.page import Document, compact

LATEST: list[tuple[Document, frozenset[str]]] = []  # every reader asks this of one document


@dataclass(frozen=True, kw_only=True)
class Fingerprint:
    """*groups* of alternatives, each a heading or a whole cell; *absent* must not be there.

    *labels* are groups of alternatives that begin a cell; *columns* are groups of column keys, all
    represented in the head of one table that has none of *without*.
    """

    groups: tuple[tuple[str, ...], ...]
    absent: tuple[str, ...] = ()
    labels: tuple[tuple[str, ...], ...] = ()
    columns: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()

    def matches(self, document: Document) -> bool:
        """True if every group is represented and nothing stands against it."""
        seen = printed_words(document)
        if any(compact(word) in seen for word in self.absent):
            return False
        if not all(any(compact(word) in seen for word in group) for group in self.groups):
            return False
        return self._is_labelled(document) and self._has_table(document)

    def _is_labelled(self, document: Document) -> bool:
        begun = beginnings(document) if self.labels else frozenset()
        return all(any(compact(word) in begun for word in group) for group in self.labels)

    def _has_table(self, document: Document) -> bool:
        if not self.columns:
            return True
        return any(
            all(any(key in keys for key in group) for group in self.columns)
            for page in document.pages
            for keys in head_keys([line.cells for line in page.lines])
            if not keys & set(self.without)
        )


@dataclass(frozen=True, kw_only=True)
class AnyOf:
    """A family that is known by one of several fingerprints."""

    fingerprints: tuple[Fingerprint, ...]

    def matches(self, document: Document) -> bool:
        """True if one of them matches."""
        return any(each.matches(document) for each in self.fingerprints)


def printed_words(document: Document) -> frozenset[str]:
    """Compacted headings (by their vocabulary key) and cells of all pages."""
    if not (LATEST and LATEST[0][0] is document):
        LATEST[:] = [(document, _printed_words(document))]
    return LATEST[0][1]


def _printed_words(document: Document) -> frozenset[str]:
    keys = {heading.key for page in document.pages for heading in headings_of(page)}
    cells = {
        compact(cell.text.rstrip(":"))
        for page in document.pages
        for line in page.lines
        for cell in line.cells
    }
    passed = {text for page in document.pages for text in page.skimmed.splitlines()}
    keys |= {entry.key for entry in map(entry_of, passed) if entry}
    return frozenset(keys | cells | {compact(text.rstrip(":")) for text in passed})


def beginnings(document: Document) -> frozenset[str]:
    """The first one to four words of every cell, compacted: a label and its value may share one."""
    return frozenset(
        compact("".join(word.text for word in cell.words[:end]))
        for page in document.pages
        for line in page.lines
        for cell in line.cells
        for end in range(1, min(4, len(cell.words)) + 1)
    )
