"""A section under a heading that its layout does not have in, nothing out, or a hold.

A word such as "Fusions" heads results in one family and a table of test specifications in another.
"""

from parsers import gene_results
from parsers.claims import Found
from parsers.gene_results import Context
from parsers.sections import Section
from pipeline.errors import HeldError


def nothing_of_ours(part: Section, context: Context) -> Found:
    """Nothing, if no gene of ours stands there with an alteration.

    Raises:
        HeldError: one does, and nobody knows whether it is a result.
    """
    found = gene_results.genes(part.lines, context).observations
    if found:
        raise HeldError(
            "layout_not_understood",
            f"On page {found[0].source.page} a result ({found[0].source.text}) stands under a "
            "heading that this layout does not have.",
        )
    return Found()
