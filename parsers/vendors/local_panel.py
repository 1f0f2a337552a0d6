"""Layout family E in, a `Reading` out: the panel report of a local laboratory, as Word makes it.

Labels of the laboratory (Lab No, URN, Requester) over ruled or un-ruled tables of gene, transcript,
cDNA, protein, exon, fraction, depth and tier, with lines for fusions, copy number, MSI and TMB; or
the labels of any laboratory system over a table that has gene, cDNA, protein and fraction or depth.
Seen so far: synthetic reports only (sample 05); column heads and labels follow public descriptions;
no genuine report of this family was available.
"""

from parsers import variant_report
from parsers.fingerprint import AnyOf, Fingerprint
from parsers.page import Document
from pipeline.model import Reading

READER = "local_panel 1"
OTHER_FAMILIES = (
    *("Relevant Biomarkers", "Clinically Significant Biomarkers", "DNA Sequence Variants"),
    *("Cancer-Type Relevant Biomarkers", "Results with Therapy Associations", "Analyte"),
    *("Genomic Findings", "Gene Alterations", "Patient Results", "Additional Information"),
    *("Somatic - Potentially Actionable", "Somatic - Biologically Relevant"),
    *("% cfDNA or Amplification", "Molecular Testing Detail", "Biomarker/Assay Results"),
    *("Surgical Pathology", "Final Diagnosis", "Gross Description"),
)
OF_A_LABORATORY = Fingerprint(
    groups=(),
    labels=(
        (
            *("Lab No", "Lab No.", "Lab Number", "Laboratory No", "Laboratory Number", "URN"),
            *("MP No", "Ext Ref", "Hospital No", "Hospital Number", "Unit Number"),
        ),
    ),
    columns=(("gene",), ("coding", "protein", "variant"), ("frequency", "depth", "tier")),
    absent=OTHER_FAMILIES,
)
OF_A_SYSTEM = Fingerprint(  # whose labels are anybody's: its table must say more
    groups=(),
    labels=(
        ("Name", "Patient", "Patient Name"),
        ("MRN", "Accession", "Accession No", "Accession Number", "Case No", "Case Number",
         "Order", "Sample ID", "Specimen ID", "Medical Record Number"),
    ),
    columns=(("gene",), ("coding",), ("protein", "variant"), ("frequency", "depth")),
    absent=OTHER_FAMILIES,
)  # fmt: skip
RECOGNISE = AnyOf(fingerprints=(OF_A_LABORATORY, OF_A_SYSTEM))


def read(document: Document) -> Reading:
    """The reading of one report of this family.

    Raises:
        HeldError: see `parsers.report.reading`.
    """
    whole = variant_report.contents(document, READER)
    return variant_report.read(whole, {"a table of variants": bool(whole.tables)})
