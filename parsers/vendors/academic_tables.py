"""Academic cancer centre panels in, a `Reading` out: tables of alteration, location and remarks.

Two shapes: gene, type, alteration, location, additional information, with structural variants told
in prose in their cell; and variant, transcript, classification, reads, per cent of reads. A fold
change is no number of copies. Seen so far: synthetic reports only, drawn after public descriptions;
no genuine report of these centres was available.
"""

from parsers import variant_report
from parsers.fingerprint import Fingerprint
from parsers.page import Document
from pipeline.model import Reading

READER = "academic_tables 1"
RECOGNISE = Fingerprint(
    groups=(),
    columns=(
        ("gene", "variant"),
        ("information", "tier"),
        ("location", "reads"),
        ("protein", "frequency"),
    ),
    without=("coding",),
    absent=(
        *("Relevant Biomarkers", "Clinically Significant Biomarkers", "Sample Cancer Type"),
        *("Cancer-Type Relevant Biomarkers", "Results with Therapy Associations", "Analyte"),
        *("Genomic Findings", "Somatic - Potentially Actionable"),
    ),
)


def read(document: Document) -> Reading:
    """The reading of one report of this family.

    Raises:
        HeldError: see `parsers.report.reading`.
    """
    whole = variant_report.contents(document, READER)
    return variant_report.read(whole, {"a table of variants": bool(whole.tables)})
