"""Panels of academic cancer centres: tables of alteration, location and remarks."""

from pipeline.model import Marker, Significance
from tests.pdf.tabled import LETTER, Block, Grid, Tabled
from tests.pdf.test_family_e import read, states

ACADEMIC_LABELS = (
    ("Patient Name", "Muster, Sol"),
    ("MRN", "SYN-000200"),
    ("Date of Birth", "01 Jan 1960"),
    ("Accession", "SYN-77-0200"),
    ("Tumor Type", "Intrahepatic cholangiocarcinoma"),
    ("Date Collected", "03 Mar 2026"),
    ("Date Received", "04 Mar 2026"),
    ("Report Date", "20 Mar 2026"),
    ("Tumor Purity", "40%"),
)
ACADEMIC_ROWS = (
    ("IDH1", "Missense", "p.R132C (c.394C>T)", "exon 4", "MAF: 12.3%"),
    ("ERBB2", "Whole gene", "Amplification", "17q12", "FC: 3.2"),
    ("FGFR2", "Structural", "FGFR2 (NM_000141) - BICC1\n(NM_001080512) fusion", "t(10;10)",
     "Note: in frame"),
    ("TP53", "Missense", "p.R175H (c.524G>A)", "exon 5", "MAF: 30.1%"),
)  # fmt: skip
ACADEMIC = Tabled(
    lab="Exempla Cancer Center Molecular Diagnostics (fictional)",
    labels=ACADEMIC_LABELS,
    paper=LETTER,
    pages=(
        (
            Block(
                title="Somatic Alterations",
                table=Grid(
                    heads=("Gene", "Type", "Alteration", "Location", "Additional Information"),
                    rows=ACADEMIC_ROWS,
                ),
            ),
            Block(
                title="Results",
                lines=("MSI score 0.3 / MSS", "TMB: 4.4 mutations per megabase"),
            ),
            Block(
                title="Variants of unknown significance",
                table=Grid(
                    heads=("Gene", "Type", "Alteration", "Location", "Additional Information"),
                    rows=(("KRAS", "Missense", "p.K5N (c.15A>T)", "exon 2", "MAF: 48.0%"),),
                ),
            ),
            Block(
                title="Pertinent Negatives",
                lines=(
                    "Mutations in the following clinically relevant genomic regions were not",
                    "detected in this sample: BRAF codon 600; KRAS codons 12, 13, 61",
                ),
            ),
        ),
    ),
)


def test_an_academic_report():
    reading = read(ACADEMIC)
    assert reading.report.status.value == "final", reading.report.reasons
    assert states(reading) == {
        "IDH1_MUTATION": "D",
        "ERBB2_AMPLIFICATION": "D",
        "FGFR2_FUSION": "D",
        "MSI": "N",
        "TMB": "N",
        "BRAF_MUTATION": "N",
        "KRAS_MUTATION": "N",
    }
    (idh1,) = [item for item in reading.observations if item.marker is Marker.IDH1_MUTATION]
    assert idh1.vaf == 0.123
    (erbb2,) = [item for item in reading.observations if item.marker is Marker.ERBB2_AMPLIFICATION]
    assert erbb2.copies is None, "a fold change is no number of copies"


def test_an_academic_report_by_variant_and_share_of_reads():
    table = Grid(
        heads=("VARIANT", "TRANSCRIPT ID", "CLASSIFICATION", "READS", "% ALT READS"),
        rows=(
            ("IDH1 p.R132C", "NM_005896.3", "Pathogenic", "812", "12"),
            ("NTRK1 p.A107V", "NM_002529.3", "VUS", "640", "48"),
        ),
    )
    block = Block(title="Somatic Variants", table=table)
    reading = read(ACADEMIC.but(pages=((block,),)))
    assert states(reading) == {"IDH1_MUTATION": "D"}
    (idh1,) = [item for item in reading.observations if item.marker is Marker.IDH1_MUTATION]
    assert (idh1.vaf, idh1.significance) == (0.12, Significance.PATHOGENIC)
