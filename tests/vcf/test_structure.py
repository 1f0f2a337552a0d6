"""Breakends, symbolic rearrangements and copies: what a structural row says of a marker."""

import pytest

from pipeline.errors import HeldError
from pipeline.sheets import manifest
from tests.vcf.text import reading, said, vcf

SV = "PASS SVTYPE=BND PR:SR 40,12:30,10"
B = "FGFR2_FUSION detected pathogenic FGFR2::BICC1 fusion"
RET = "RET_FUSION detected pathogenic"
NCOA4 = f"{RET} NCOA4::RET fusion"

# name, build, row (without reads), what is said; positions of clinical/variants.csv
BREAKENDS = {
    "FGFR2::BICC1 on GRCh37": ("37", "10 123242712 . C [10:60461334[C", [B]),
    "FGFR2::BICC1 on GRCh38": ("38", "10 121483198 . C [10:58701574[C", [B]),
    "seen from BICC1": ("38", "10 58701574 . A [10:121483198[A", [B]),
    "chr and chr": ("38", "chr10 121483198 . C [chr10:58701574[C", [B]),
    "NCOA4::RET, + on GRCh37": ("37", "10 51583439 . A A[10:43611532[", [NCOA4]),
    "NCOA4::RET, - on GRCh38": ("38", "10 46012383 . A [10:43116084[A", [NCOA4]),
    "KIF5B::RET": ("37", "10 32316856 . A [10:43611532[A", [f"{RET} KIF5B::RET fusion"]),
    "CCDC6::RET": ("38", "10 59905622 . A [10:43116084[A", [f"{RET} CCDC6::RET fusion"]),
    "ETV6::NTRK3": ("37", "12 12023403 . A A]15:88484484]", [
        "NTRK3_FUSION detected pathogenic ETV6::NTRK3 fusion",
    ]),
    "TPM3::NTRK1": ("38", "1 154169900 . A [1:156874071[A", [
        "NTRK1_FUSION detected pathogenic TPM3::NTRK1 fusion",
    ]),
    "reciprocal BICC1::FGFR2": ("38", "10 58701574 . A A]10:121483198]", [
        "FGFR2_FUSION indeterminate unknown BICC1::FGFR2 reciprocal product",
    ]),
    "FGFR2 broken before its kinase": ("38", "10 121530000 . C [10:58701574[C", [
        "FGFR2_FUSION indeterminate unknown FGFR2 rearrangement with BICC1, kinase domain lost",
    ]),
    "FGFR2, partner unknown": ("38", "10 121483198 . C [5:1000000[C", [
        "FGFR2_FUSION detected likely_pathogenic FGFR2 rearrangement, partner unknown at 5:1000000",
    ]),
    "FGFR2, single breakend": ("38", "10 121483198 . C .C", [
        "FGFR2_FUSION detected likely_pathogenic FGFR2 rearrangement, partner unknown",
    ]),
    "RET, partner unknown": ("38", "10 43116084 . C ]5:1000000]C", [
        "RET_FUSION indeterminate unknown RET rearrangement, partner unknown at 5:1000000",
    ]),
    "RET broken behind its kinase": ("37", "10 32316856 . A [10:43622000[A", [
        "RET_FUSION indeterminate unknown RET rearrangement with KIF5B, kinase domain lost",
    ]),
    "antisense partner": ("38", "10 121483198 . C [10:58701574]C".replace("]", "["), [B]),
    "two genes of no marker": ("38", "12 12023403 . A A]1:154169900]", []),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKENDS)
def test_a_breakend_says(name):
    build, row, expected = BREAKENDS[name]
    assert said(vcf(f"{row} . {SV}", build=build)) == expected


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


PHASE = {
    "TG>AA phased": ("0|1:70,30:9", "0|1:70,30:9", ["detected p.V600E"]),
    "TG>AA as one row's reads": ("0/1:70,30:.", "0/1:70,30:.", ["detected p.V600E"]),
    "TG>AA on two chromosomes": ("0|1:70,30:9", "1|0:70,30:9", ["detected p.V600E"]),
    "TG>AA in unequal reads": ("0/1:70,30:.", "0/1:95,5:.", ["detected p.V600E"]),
}


@pytest.mark.parametrize("name", PHASE)
def test_the_two_bases_of_v600e(name):
    """c.1799T>A is V600E alone and with c.1800G>A; V600V is never said."""
    first, second, expected = PHASE[name]
    rows = (f"7 140453136 . A T . PASS . GT:AD:PS {first}",
            f"7 140453135 . C T . PASS . GT:AD:PS {second}")  # fmt: skip
    found = [f"{it.status.value} {it.alteration}" for it in reading(vcf(*rows)).observations]
    assert found == expected


V600K = {
    "phased": ("0|1:70,30:9", "0|1:70,30:9", ["detected p.V600K"]),
    "the same reads": ("0/1:70,30:.", "0/1:71,30:.", ["detected p.V600K"]),
    "two chromosomes": ("0|1:70,30:9", "1|0:70,30:9", ["detected p.V600M", "detected p.V600E"]),
    "unequal reads": ("0/1:55,45:.", "0/1:95,5:.", ["detected p.V600M", "detected p.V600E"]),
    "no reads": ("0/1:.:.", "0/1:.:.", ["indeterminate p.V600M", "indeterminate p.V600E"]),
}


@pytest.mark.parametrize("name", V600K)
def test_v600k_is_not_v600e(name):
    first, second, expected = V600K[name]
    rows = (f"7 140453137 . C T . PASS . GT:AD:PS {first}",
            f"7 140453136 . A T . PASS . GT:AD:PS {second}")  # fmt: skip
    found = [f"{it.status.value} {it.alteration}" for it in reading(vcf(*rows)).observations]
    assert sorted(found) == sorted(expected)


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
