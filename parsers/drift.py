"""The sections of a report in, a fingerprint of its layout out, and whether it was read in vain.

The fingerprint is made of the known headings that results, gene lists and identity stand under:
the order of pages and columns changes nothing, nor do patient, results, or pages of therapies that
were passed over. A night that counts fingerprints sees a layout that it has not seen before.
"""

import hashlib
from collections.abc import Sequence

from parsers.claims import Found
from parsers.gene_text import items
from parsers.headings import CLAIMS, Zone
from parsers.sections import Section
from pipeline import genes
from pipeline.errors import HeldError
from pipeline.model import Layout

LETTERS = 8  # of the hash: enough for the layouts of all laboratories there are


def layout(parts: Sequence[Section]) -> Layout:
    """The layout of a report; its fingerprint is the same on every machine."""
    seen = {f"{part.zone}:{part.heading.key}" for part in parts if part.heading and _tells(part)}
    sections = tuple(sorted(seen))
    digest = hashlib.sha256("\n".join(sections).encode()).hexdigest()
    return Layout(fingerprint=digest[:LETTERS], sections=sections)


def _tells(part: Section) -> bool:
    return part.zone in {*CLAIMS, Zone.IDENT, Zone.ASSAY}


def not_in_vain(parts: Sequence[Section], found: Found) -> None:
    """Refuse an empty extraction of a report that names our genes among its results.

    Raises:
        HeldError: nothing was understood where something is printed.
    """
    if found.observations or found.notices:
        return
    for part in parts:
        for cell in part.cells if part.zone in CLAIMS else ():
            named = next((i.symbol for i in items(cell.text) if i.symbol in genes.PANEL), None)
            if named:
                raise HeldError(
                    "empty_extraction",
                    f"On page {cell.page} {named} stands among the results, and nothing that is "
                    "said of any gene was understood.",
                )
