"""Symbolic rearrangements, copies, columns and reads: what a row says of a marker.

Junctions between named genes, and phase, stand in `traps.csv`.
"""

import pytest

from pipeline.errors import HeldError
from pipeline.sheets import manifest
from tests.vcf.text import reading, said, vcf

SV = "PASS SVTYPE=BND PR:SR 40,12:30,10"
B = "FGFR2_FUSION detected pathogenic FGFR2::BICC1 fusion"


def test_mates_are_one_finding():
    first = f"10 121483198 a C [10:58701574[C . {SV.replace('BND', 'BND;MATEID=b')}"
    second = f"10 58701574 b A [10:121483198[A . {SV.replace('BND', 'BND;MATEID=a')}"
    assert said(vcf(first, second, build="38")) == [B]
    assert said(vcf(second, first, build="38")) == [B]


def test_an_antisense_partner_is_no_partner():
    """Both ends keep the beginning of their gene: nothing of BICC1 can be translated."""
    row = f"10 121483198 . C ]10:58701574]C . {SV}"
    (found,) = said(vcf(row, build="38"))
    assert found.startswith("FGFR2_FUSION detected likely_pathogenic FGFR2 rearrangement, partner")


@pytest.mark.parametrize(
    "reads",
    ["GT ./.", "GT 0/0", "GT:PR 0/0:40,12", "PR:SR 40,0:30,0"],
)
def test_a_junction_that_nobody_saw_is_no_finding(reads):
    row = f"10 121483198 . C [10:58701574[C . PASS SVTYPE=Fusion;READ_COUNT=0 {reads}"
    assert said(vcf(row, build="38")) == []


JUNCTION = "10 121483198 . C [10:58701574[C . PASS SVTYPE=BND"
UNCALLED = {
    "GRIDSS: no genotype, fragments": ("GT:VF .:22", [B]),
    "DELLY: junction reads": ("GT:DR:DV:RR:RV 0/1:10:4:20:6", [B]),
    "nothing counts reads": ("GT ./.", [B.replace("detected", "indeterminate")]),
    "no reads": ("GT:VF .:0", []),
}


@pytest.mark.parametrize("name", UNCALLED)
def test_without_a_genotype_the_reads_decide(name):
    cell, expected = UNCALLED[name]
    assert said(vcf(f"{JUNCTION} {cell}", build="38")) == expected


def test_a_failed_mate_fails_the_junction():
    first = f"10 121483198 a C [10:58701574[C . {SV}"
    second = first.replace("10 121483198 a C [10:58701574[C . PASS",
                           "10 58701574 b A [10:121483198[A . LowQual")  # fmt: skip
    assert said(vcf(first, second, build="38")) == []
    assert said(vcf(second, first, build="38")) == []


UNRESOLVED = "rearrangement, partner unknown: breakpoint of a"
SYMBOLS = {
    "inversion out of FGFR2": ("10 121483198 . C <INV> . PASS SVTYPE=INV;END=130000000", [
        f"FGFR2_FUSION indeterminate unknown FGFR2 {UNRESOLVED} INV",
    ]),
    "deletion from BICC1 into FGFR2": ("10 58701574 . C <DEL> . PASS SVTYPE=DEL;END=121483198", [
        f"FGFR2_FUSION indeterminate unknown FGFR2 {UNRESOLVED} DEL",
    ]),
    "deletion within one intron": ("10 121483000 . C <DEL> . PASS SVTYPE=DEL;END=121483300", []),
    "translocation by CHR2": ("5 1000 . C <TRA> . PASS SVTYPE=TRA;CHR2=10;END=43116084", [
        f"RET_FUSION indeterminate unknown RET {UNRESOLVED} TRA",
    ]),
    "end of a copy number segment": ("10 121483198 . C <DUP> . PASS SVTYPE=CNV;END=130000000", [
        "FGFR2_AMPLIFICATION indeterminate unknown gain",
    ]),
    "deletion of the whole gene": ("10 121000000 . C <DEL> . PASS SVTYPE=DEL;END=122000000", []),
}  # fmt: skip


@pytest.mark.parametrize("name", SYMBOLS)
def test_a_symbolic_allele_that_breaks_a_gene_is_never_dropped(name):
    row, expected = SYMBOLS[name]
    assert said(vcf(f"{row} GT 0/1", build="38")) == expected


AMPLIFIED = "ERBB2_AMPLIFICATION detected pathogenic amplification"
GAIN = "ERBB2_AMPLIFICATION indeterminate unknown gain"
COPIES = {
    "duplication without copies": ("<DUP> . PASS SVTYPE=DUP;END=39740000 GT 0/1", [GAIN]),
    "two copies": ("<CNV> . PASS SVTYPE=CNV;END=39740000 GT:CN ./.:2.05", []),
    "two and a half copies": ("<CNV> . PASS SVTYPE=CNV;END=39740000 GT:CN ./.:2.5", []),
    "three copies": ("<CNV> . PASS SVTYPE=CNV;END=39740000 GT:CN ./.:3", [GAIN]),
    "twelve, no cut-off known": ("<CNV> . PASS SVTYPE=CNV;END=39740000 GT:CN ./.:12", [GAIN]),
    "loss": ("<DEL> . PASS SVTYPE=DEL;END=39740000 GT:CN 0/1:1", []),
    "failed filter": ("<DUP> . LowQual SVTYPE=DUP;END=39740000 GT 0/1", []),
    "absent": ("<DUP> . PASS SVTYPE=DUP;END=39740000 GT 0/0", []),
    "elsewhere": ("<DUP> . PASS SVTYPE=DUP;END=39690100 GT 0/1", []),
}  # fmt: skip


@pytest.mark.parametrize("name", COPIES)
def test_copies_of_erbb2(name):
    text, expected = COPIES[name]
    assert said(vcf(f"17 39690000 . C {text}", build="38")) == expected


@pytest.mark.parametrize(
    ("copies", "expected"), [("5.9", GAIN), ("6", AMPLIFIED), ("12", AMPLIFIED)]
)
def test_the_cut_off_of_the_assay_calls_an_amplification(copies, expected):
    """Fictive Solid Panel 1.0 calls six copies and more."""
    (row,) = manifest("file,assay,tumour_sample\nx.vcf,Fictive Solid Panel@1.0,T\n")
    text = f"17 39690000 . C <CNV> . PASS SVTYPE=CNV;END=39740000 GT:CN ./.:{copies}"
    (found,) = reading(vcf(text, build="38"), row).observations
    said_of = f"{found.marker.value} {found.status.value} {found.significance.value}"
    assert f"{said_of} {found.alteration}" == expected
    assert found.copies == float(copies)


TUMOURS = {
    "names": ("NORMAL TUMOR", (), "TUMOR"),
    "names, other order": ("TUMOR NORMAL", (), "TUMOR"),
    "names within names": ("S1_normal S1_tumour", (), "S1_tumour"),
    "letters of a pair": ("S1-N S1-T", (), "S1-T"),
    "reference beside tumour": ("COLO829R COLO829T", (), "COLO829T"),
    "header": ("A B", ("##tumor_sample=B",), "B"),
    "header names the normal": ("A B", ("##normal_sample=A",), "B"),
    "pedigree": ("A B", ("##PEDIGREE=<Derived=A,Original=B>",), "A"),
}


@pytest.mark.parametrize("name", TUMOURS)
def test_the_tumour_column_is_chosen_by_evidence(name):
    samples, header, expected = TUMOURS[name]
    cells = ["0/1:70,30" if sample == expected else "0/0:99,0" for sample in samples.split()]
    row = f"7 140453136 . A T . PASS . GT:AD {' '.join(cells)}"
    found = reading(vcf(row, samples=samples, header=header))
    assert found.report.specimens[0].id == expected
    assert [each.vaf for each in found.observations] == [0.3]


def test_header_and_header_in_contradiction():
    header = ("##tumor_sample=A", "##normal_sample=A")
    with pytest.raises(HeldError):
        reading(vcf("7 1 . A T . PASS . GT 0/1 0/0", samples="A B", header=header))


READS = [
    ("GT:AD:DP 0/1:70,30:100", 0.3, 100),
    ("GT:AF:DP 0/1:0.31:250", 0.31, 250),
    ("GT:FREQ:DP 0/1:31.5%:200", 0.315, 200),
    ("GT:FREQ:DP 0/1:31,5%:200", 0.315, 200),
    ("GT:RO:AO:DP 0/1:60:40:100", 0.4, 100),
    ("GT:RD:AD:DP 0/1:60:40:100", 0.4, 100),
    ("DP:AU:CU:GU:TU 100:60,61:0,0:0,0:40,41", 0.4, 100),
    ("GT:DP4 0/1:30,30,20,20", 0.4, 100),
    ("GT:AF 0/1:0,31", None, None),
    ("GT:AF 0/1:0.7,0.3", 0.3, None),
    ("GT:AF 0/1:nan", None, None),
    ("GT 0/1", None, None),
]


@pytest.mark.parametrize(("cell", "vaf", "depth"), READS)
def test_reads_in_the_caller_s_own_fields(cell, vaf, depth):
    found = reading(vcf(f"7 140453136 . A T . PASS . {cell}")).observations
    assert [(each.vaf, each.depth) for each in found] == [(vaf, depth)]


CSQ = (
    '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. '
    'Format: Allele|Consequence|SYMBOL|Feature|HGVSc|HGVSp">'
)
ANNOTATED = {
    "agrees": ("T|missense_variant|BRAF|ENST00000646891.2|x:c.1799T>A|y:p.Val600Glu",
               "detected p.V600E"),
    "other isoform only": ("T|missense_variant|BRAF|ENST00000644969.2|x:c.1919T>A|y:p.Val640Glu",
                           "detected p.V600E"),
    "other isoform first": (
        ("T|missense_variant|BRAF|ENST00000644969.2|x|y:p.Val640Glu,"
         "T|missense_variant|BRAF|ENST00000646891.2|x|y:p.Val600Glu"),
        "detected p.V600E",
    ),
    "disagrees": ("T|missense_variant|BRAF|ENST00000646891.2|x|y:p.Val600Lys",
                  "indeterminate p.V600E"),
    "no protein change stated": ("T|missense_variant|BRAF|ENST00000646891.2||",
                                 "detected p.V600E"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANNOTATED)
def test_annotation_beside_coordinates(name):
    """Commas cut CSQ in pyvcf3: the second transcript must be seen too."""
    text, expected = ANNOTATED[name]
    row = f"7 140453136 . A T . PASS CSQ={text} GT:AD 0/1:70,30"
    found = reading(vcf(row, header=(CSQ.replace("Number=.", "Number=1"),))).observations
    assert [f"{it.status.value} {it.alteration}" for it in found] == [expected]


def test_snpeff_names_a_partner_that_no_table_holds():
    ann = "C[5:1000000[|gene_fusion|HIGH|FGFR2&ADD1|x|gene_variant|FGFR2|||||"
    row = f"10 121483198 . C [5:1000000[C . PASS SVTYPE=BND;ANN={ann} PR:SR 40,12:30,10"
    assert said(vcf(row, build="38")) == [
        "FGFR2_FUSION detected likely_pathogenic FGFR2::ADD1 fusion"
    ]
