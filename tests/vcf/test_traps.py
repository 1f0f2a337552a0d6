"""Small VCFs with one trap each: what must be said, and what must never be said."""

import pytest

from parsers.vcf import recognises
from pipeline.errors import HeldError, UnreadableError
from tests.vcf.text import EOF, V600E, bgzf, codes, gz, reading, said, vcf

FOUND = ["BRAF_MUTATION detected pathogenic p.V600E"]
BELOW = "8 100 . A C . PASS . GT:AD 0/1:70,30"

# name, rows, what is said (marker, status, significance, alteration)
ROWS = {
    "a plain call": (V600E, FOUND),
    "chr prefix": (V600E.replace("7 ", "chr7 ", 1), FOUND),
    "upper-case CHR": (V600E.replace("7 ", "CHR7 ", 1), FOUND),
    "lower-case alleles": ("7 140453136 . a t . PASS . GT:AD 0/1:70,30", FOUND),
    "padded alleles": ("7 140453135 . CAC CTC . PASS . GT:AD 0/1:70,30", FOUND),
    "second of two ALTs": ("7 140453136 . A C,T . PASS . GT:AD 0/2:70,0,30", FOUND),
    "haploid genotype": ("7 140453136 . A T . PASS . GT:AD 1:70,30", FOUND),
    "half call": ("7 140453136 . A T . PASS . GT:AD ./1:70,30", FOUND),
    "no genotype but reads": ("7 140453136 . A T . PASS . AD 70,30", FOUND),
    "homozygous reference": ("7 140453136 . A T . PASS . GT:AD 0/0:100,0", []),
    "no call": ("7 140453136 . A T . PASS . GT:AD ./.:0,0", []),
    "phased no call": ("7 140453136 . A T . PASS . GT:AD .|.:0,0", []),
    "genotype of the other ALT": ("7 140453136 . A T,G . PASS . GT:AD 0/2:70,0,30", [
        "BRAF_MUTATION detected likely_pathogenic p.V600A",
    ]),
    "called, but no read carries it": ("7 140453136 . A T . PASS . GT:AD 0/1:100,0", []),
    "fraction zero": ("7 140453136 . A T . PASS . GT:AF 0/1:0", []),
    "failed filter": ("7 140453136 . A T . LowQual . GT:AD 0/1:70,30", []),
    "PASS beside a failed filter": ("7 140453136 . A T . PASS;LowQ . GT:AD 0/1:70,30", []),
    "a filter named 0": ("7 140453136 . A T . 0 . GT:AD 0/1:70,30", []),
    "any other allele": ("7 140453136 . A <*> . PASS . GT:AD 0/1:70,30", []),
    "gVCF block": ("7 140453130 . G <NON_REF> . PASS END=140453200 GT:AD 0/0:70,0", []),
    "deleted upstream": ("7 140453136 . A * . PASS . GT:AD 0/1:70,30", []),
    "monomorphic": ("7 140453136 . A . . PASS . GT:AD 0/0:70", []),
    "common SNP of IDH1": ("2 209108317 . C T . PASS . GT:AD 0/1:50,50", [
        "IDH1_MUTATION detected benign p.V178I",
    ]),
    "common SNP of ERBB2": ("17 37879588 . A G . PASS . GT:AD 0/1:50,50", [
        "ERBB2_MUTATION detected benign p.I655V",
    ]),
    "synonymous": ("7 140453135 . C T . PASS . GT:AD 0/1:70,30", []),
    "deep in an intron": ("7 140460000 . C T . PASS . GT:AD 0/1:70,30", []),
    "uncertain missense": ("7 140453125 . A G . PASS . GT:AD 0/1:70,30", [
        "BRAF_MUTATION detected vus p.W604R",
    ]),
    "two-base change is not G12C": ("12 25398284 . CC AA . PASS . GT:AD 0/1:70,30", [
        "KRAS_MUTATION detected likely_pathogenic p.G12F",
    ]),
    "any missense of IDH1 R132": ("2 209113112 . CG TT . PASS . GT:AD 0/1:70,30", [
        "IDH1_MUTATION detected pathogenic p.R132N",
    ]),
    "exon 20 insertion, left-aligned": ("17 37880981 . A AGCATACGTGATG . PASS . GT:AD 0/1:70,30", [
        "ERBB2_MUTATION detected pathogenic p.Y772_A775dup",
    ]),
    "exon 20 insertion, the other DNA": ("17 37880996 . T TTACGTGATGGCT . PASS . GT:AD 0/1:70,30", [
        "ERBB2_MUTATION detected pathogenic p.Y772_A775dup",
    ]),
    "deletion over three codons": ("7 140453130 . GATTTCA G . PASS . GT:AD 0/1:70,30", [
        "BRAF_MUTATION detected vus p.V600_S602delinsA",
    ]),
    "unstated genotype and reads": ("7 140453136 . A T . PASS . DP 100", [
        "BRAF_MUTATION indeterminate pathogenic p.V600E",
    ]),
    "FORMAT keys that are no names": ("7 140453136 . A T . PASS . GT:VF-1:1K:AD 0/1:1:2:70,30", [
        *FOUND,
    ]),
    "INFO key twice": ("7 140453136 . A T . PASS DP=1;DP=2 GT:AD 0/1:70,30", FOUND),
    "text in a number": ("7 140453136 . A T . PASS DP=abc GT:AD:DP 0/1:70,30:x", FOUND),
    "trailing fields left out": ("7 140453136 . A T . PASS . GT:DP:AD:GQ 0/1:100", FOUND),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_row_says(name):
    row, expected = ROWS[name]
    assert said(vcf(row, BELOW)) == expected


HELD = {
    "no column line": (vcf(V600E).replace(b"#CHROM", b"#XHROM"), "no_chrom_line"),
    "records at once": (vcf(V600E).split(b"\n", 7)[-1], "no_chrom_line"),
    "empty": (b"", "no_chrom_line"),
    "header cut": (b"##fileformat=VCFv4.2\n##source=x", "no_chrom_line"),
    "no build": (vcf("8 100 . A C . PASS . GT:AD 0/1:70,30", contigs=False), "build_unknown"),
    "two builds in the contigs": (
        vcf(V600E, header=("##contig=<ID=1,length=248956422>",)),
        "build_contradiction",
    ),
    "contigs against the reference": (
        vcf(V600E, header=("##reference=GRCh38.fa",)),
        "build_contradiction",
    ),
    "a third genome": (
        vcf(V600E, contigs=False, header=("##reference=T2T-CHM13v2.0",)),
        "build_unsupported",
    ),
    "positions of the other build": (vcf("7 140753336 . A T . PASS . GT 0/1", build="37"),
                                     "build_contradiction"),
    "wrong reference base": (vcf("7 140453136 . G T . PASS . GT:AD 0/1:70,30"), "ref_mismatch"),
    "row with a column missing": (vcf(V600E, "8 100 . A C . PASS . GT"), "column_count"),
    "row with a column too many": (vcf(V600E, f"{BELOW} 0/1"), "column_count"),
    "rows separated by spaces": (
        vcf(V600E) + b"7 140453136 . A T . PASS . GT 0/1\n",
        "column_count",
    ),
    "column line separated by spaces": (
        vcf(V600E).replace(b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT",
                           b"#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT T"),
        "bad_chrom_line",
    ),
    "two files in one": (vcf(V600E) + vcf(V600E), "second_header"),
    "one name for two samples": (
        vcf(f"{V600E} 0/1:7,3", samples="T T"),
        "duplicate_sample",
    ),
    "two samples, no evidence": (vcf(f"{V600E} 0/1:7,3", samples="A B"), "tumour_column"),
    "two tumours": (vcf(f"{V600E} 0/1:7,3", samples="TUMOR_1 TUMOR_2"), "tumour_column"),
    "only a normal": (vcf(V600E, samples="NORMAL"), "tumour_column"),
    "position is no number": (vcf("7 14045x136 . A T . PASS . GT:AD 0/1:70,30"), "bad_row"),
    "FORMAT key twice": (vcf("7 140453136 . A T . PASS . GT:AD:AD 0/1:1,2:70,30"), "bad_row"),
    "more values than keys": (vcf("7 140453136 . A T . PASS . GT 0/1:70,30"), "bad_row"),
    "gzip cut": (gz(vcf(V600E) * 1)[:-12], "cut_gzip"),
    "gzip with a wrong checksum": (gz(vcf(V600E))[:-8] + b"\0" * 8, "damaged_gzip"),
    "BGZF cut between blocks": (bgzf(vcf(BELOW))[: -len(EOF)], "cut_bgzf"),
    "BGZF cut in a block": (bgzf(vcf(V600E))[:-40], "cut_gzip"),
    "UTF-16": (vcf(V600E).decode().encode("utf-16"), "utf16"),
    "bare carriage returns": (vcf(V600E).replace(b"\n", b"\r"), "bare_cr"),
}  # fmt: skip


@pytest.mark.parametrize("name", HELD)
def test_held_with_a_sentence(name):
    data, code = HELD[name]
    with pytest.raises(HeldError) as raised:
        reading(data)
    assert raised.value.code == code
    assert raised.value.sentence.endswith(".")


def test_an_endless_expansion_stops():
    """Half a gigabyte of one letter in half a megabyte."""
    with pytest.raises((UnreadableError, HeldError)):
        reading(gz(vcf(V600E) + b"#" * (300 << 20)))


NAMED = {
    "CR LF": (vcf(V600E).replace(b"\n", b"\r\n"), "crlf"),
    "Latin-1": (vcf("7 140453136 ä A T . PASS . GT:AD 0/1:70,30").decode().encode("latin-1"),
                "latin1"),
    "no FILTER anywhere": (vcf("7 140453136 . A T . . . GT:AD 0/1:70,30"), "unfiltered"),
    "plain text": (vcf(V600E), "no_end_proof"),
    "plain gzip": (gz(vcf(V600E)), "no_end_proof"),
    "declared build": (vcf(V600E, contigs=False, header=("##reference=file:///x/hg19.fa",)),
                       "build_declared"),
    "build from a hotspot": (vcf(V600E, contigs=False), "build_from_hotspot"),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_read_with_a_named_warning(name):
    data, code = NAMED[name]
    assert code in codes(data)
    assert said(data) == FOUND


def test_a_byte_order_mark_is_passed_over():
    assert said(b"\xef\xbb\xbf" + vcf(V600E)) == FOUND


def test_only_a_closed_bgzf_proves_its_end():
    assert reading(bgzf(vcf(V600E))).report.completeness.proven
    assert not reading(vcf(V600E)).report.completeness.proven
    assert not reading(gz(vcf(V600E))).report.completeness.proven


def test_a_build_known_from_findings_proves_no_silence():
    report = reading(bgzf(vcf(V600E, contigs=False))).report
    assert report.assembly.value == "GRCh37"
    assert not report.completeness.proven


def test_a_header_without_records_proves_nothing():
    report = reading(bgzf(vcf())).report
    assert not report.completeness.proven
    assert "no_records" in {notice.code for notice in report.notices}


def test_the_last_row_without_a_newline_is_doubted():
    """It may be cut: 0/1:70,30 may have been longer."""
    assert said(vcf(BELOW, V600E)[:-1]) == ["BRAF_MUTATION indeterminate pathogenic p.V600E"]
    assert said(vcf(V600E, BELOW)[:-1]) == FOUND


def test_a_row_without_filter_beside_rows_with_one_is_doubted():
    rows = (V600E.replace("PASS", "."), BELOW)
    assert said(vcf(*rows)) == ["BRAF_MUTATION indeterminate pathogenic p.V600E"]


def test_lines_are_counted():
    evidence = reading(vcf(V600E, BELOW, BELOW)).report.completeness.evidence
    assert evidence.startswith("3 data lines = 1 read + 2 skipped by position + 0 rejected")


def test_a_filtered_known_change_is_told_to_the_reviewer():
    data = vcf(V600E.replace("PASS", "LowQual"))
    notices = {notice.code: notice.message for notice in reading(data).report.notices}
    assert notices["known_allele_filtered"] == (
        "BRAF p.V600E on line 8 is no finding: FILTER LowQual."
    )


RECOGNISED = [
    (vcf(V600E), True),
    (bgzf(vcf(V600E))[:80], True),
    (gz(vcf(V600E)), True),
    (b"\xef\xbb\xbf" + vcf(V600E), True),
    (b"#CHROM\tPOS\tID\n", True),
    (gz(b"%PDF-1.4 something else"), False),
    (b"%PDF-1.4", False),
    (b"name,value\n1,2\n", False),
    (b"", False),
]


@pytest.mark.parametrize(("head", "expected"), RECOGNISED)
def test_recognised_by_content(head, expected):
    assert recognises(head) is expected
