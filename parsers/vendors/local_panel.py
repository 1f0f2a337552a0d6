"""Layout family E in, a `Reading` out: the panel report of a local laboratory, as Word makes it.

Labels of the laboratory (Lab No, URN, Requester) over ruled or un-ruled tables of gene, transcript,
cDNA, protein, exon, fraction, depth and tier, with lines for fusions, copy number, MSI and TMB.
Seen so far: synthetic reports only (sample 05); column heads and labels follow public descriptions;
no genuine report of this family was available.
"""

from parsers import variant_report
from parsers.fingerprint import Fingerprint
from parsers.page import Document
from pipeline.model import Reading

READER = "local_panel 1"
RECOGNISE = Fingerprint(
    groups=(),
    labels=(
        ("Lab No", "Lab No.", "Lab Number", "Laboratory No", "Laboratory Number", "URN", "MP No",
         "Ext Ref", "Hospital No", "Hospital Number", "Unit Number"),
    ),
    columns=(("gene",), ("coding", "protein", "variant"), ("frequency", "depth", "tier")),
    absent=(
        *("Relevant Biomarkers", "Clinically Significant Biomarkers", "Sample Cancer Type"),
        *("Cancer-Type Relevant Biomarkers", "Results with Therapy Associations", "Analyte"),
        *("Genomic Findings", "Gene Alterations", "Somatic - Potentially Actionable"),
        *("Additional Information", "% cfDNA or Amplification"),
    ),
)  # fmt: skip


def read(document: Document) -> Reading:
    """The reading of one report of this family.

    Raises:
        HeldError: see `parsers.report.reading`.
    """
    whole = variant_report.contents(document, READER)
    return variant_report.read(whole, {"a table of variants": bool(whole.tables)})
