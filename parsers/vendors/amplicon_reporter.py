"""Layout family G in, a `Reading` out: an amplicon panel with DNA variants, copies and RNA fusions.

A summary of relevant biomarkers with their therapies stands before tables of sequence variants,
copy number variations and gene fusions (`GENE-GENE.F17B3`, read counts), which go on over pages
with their heads repeated. Green and red boxes mark therapies and say nothing of the specimen. Seen
so far: synthetic reports only (sample 14); headings and heads follow public descriptions; no
genuine report of this family was available.
"""

from parsers import variant_report
from parsers.fingerprint import Fingerprint
from parsers.page import Document
from pipeline.model import Reading

READER = "amplicon_reporter 1"
RECOGNISE = Fingerprint(
    groups=(
        (
            "Relevant Biomarkers",
            "Clinically Significant Biomarkers",
            "No relevant biomarkers found",
        ),
        ("DNA Sequence Variants", "Gene Fusions (RNA)", "Copy Number Variations"),
    ),
    labels=(("Sample Cancer Type",),),
    absent=("Cancer-Type Relevant Biomarkers", "Results with Therapy Associations"),
)


def read(document: Document) -> Reading:
    """The reading of one report of this family.

    Raises:
        HeldError: see `parsers.report.reading`.
    """
    whole = variant_report.contents(document, READER)
    return variant_report.read(whole, {"a table of variants": bool(whole.tables)})
