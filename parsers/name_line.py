"""A document in, the person that the head of its first page names without a label out.

Some reports begin with "Surname, Given (A0123456)" in larger letters and no word beside it. Only
that form is taken: anything else in the head may be a laboratory or an address.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from parsers.headings import headings_of
from parsers.identity_block import IdentityBlock, Printed
from parsers.labels import labelled
from parsers.laboratory import WORDS
from parsers.page import Cell, Document

PART = r"[A-Z][\w'’.-]*(?: [A-Z][\w'’.-]*){0,2}"
NAME = re.compile(rf"({PART}, {PART})(?: \(([A-Z0-9][A-Z0-9-]{{3,}})\))?")


def with_named_head(block: IdentityBlock, document: Document) -> IdentityBlock:
    """The block with the name (and number in brackets) of the head, where no label gives one."""
    found = next(_names(document), None)
    if found is None or block.first("name"):
        return block
    cell, name, number = found
    printed = [Printed(field="name", value=name, cells=(cell,))]
    if number and block.first("accession") is None:
        printed.append(Printed(field="accession", value=number, cells=(cell,)))
    return replace(block, printed=(*block.printed, *printed))


def _names(document: Document) -> Iterator[tuple[Cell, str, str | None]]:
    for page in document.pages[:1]:
        end = min((heading.cell.top for heading in headings_of(page)), default=page.height)
        for cell in (cell for line in page.lines if line.top < end for cell in line.cells):
            found = NAME.fullmatch(cell.text)
            larger = cell.bold or cell.size > page.body_size + 0.7
            if found and larger and not labelled(cell) and not WORDS.search(cell.text):
                yield cell, found[1], found[2]
