"""The printed words by which a layout family is known: all groups, one word of each.

Whole cells and headings are compared, compacted: a family name in a sentence or in a reference is
no sign of the family.
"""

from dataclasses import dataclass

from parsers.headings import headings_of
from parsers.page import Document, compact


@dataclass(frozen=True, kw_only=True)
class Fingerprint:
    """*groups* of alternatives, each a heading or a whole cell; *absent* must not be there."""

    groups: tuple[tuple[str, ...], ...]
    absent: tuple[str, ...] = ()

    def matches(self, document: Document) -> bool:
        """True if every group is represented and nothing stands against it."""
        seen = printed_words(document)
        if any(compact(word) in seen for word in self.absent):
            return False
        return all(any(compact(word) in seen for word in group) for group in self.groups)


def printed_words(document: Document) -> frozenset[str]:
    """Compacted headings (by their vocabulary key) and cells of all pages."""
    keys = {heading.key for page in document.pages for heading in headings_of(page)}
    cells = {
        compact(cell.text.rstrip(":"))
        for page in document.pages
        for line in page.lines
        for cell in line.cells
    }
    return frozenset(keys | cells)
