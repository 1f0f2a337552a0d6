"""The build of a file by evidence, and the pre-scan against a plain search of every line."""

import random

import pytest

from parsers.vcf_header import parse
from parsers.vcf_scan import scan
from pipeline.errors import HeldError
from pipeline.genome import (
    BuildEvidence,
    build_named_in,
    chromosome,
    decide,
    locus_at,
    overlapping,
    panel_intervals,
)
from pipeline.model import Assembly
from tests.vcf.text import V600E, bgzf, gz, vcf

B37, B38 = Assembly.GRCH37, Assembly.GRCH38

NAMES = [
    ("file:///x/ucsc.hg19.fa", B37),
    ("human_g1k_v37_decoy.fasta", B37),
    ("/xx/hs37d5.fa", B37),
    ("Homo_sapiens_assembly19.fasta", B37),
    ("/data/b37/b37.fasta", B37),
    ("GRCh38.p13", B38),
    ("hg38_no_alt.fa", B38),
    ("Homo_sapiens_assembly38.fasta", B38),
    ("hs38DH.fa", B38),
    ("1000GenomesPilot-NCBI36", None),
    ("hg18.fa", None),
    ("T2T-CHM13v2.0", None),
    ("hg19ToHg38.over.chain", None),
    ("/6416803b37e08524e38b83810162a052c93/tiny.fa", None),
    ("genome.fa", None),
]


@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_the_build_that_a_text_names(text, expected):
    assert build_named_in(text) is expected


LIFTED = (
    "##reference=file:///x/hg38.fa",
    "##liftOverFile=/x/hg38ToHg19.over.chain.gz",
    "##new_reference_genome=/x/hg19/ucsc.hg19.fa",
)


def test_after_a_lift_over_the_target_counts():
    header = parse(LIFTED, ("#CHROM",))
    assert decide(BuildEvidence(declared=header.declared)).assembly is B37


def test_a_chain_file_alone_is_no_reference():
    header = parse(LIFTED[1:2], ("#CHROM",))
    with pytest.raises(HeldError) as raised:
        decide(BuildEvidence(declared=header.declared))
    assert raised.value.code == "build_unknown"


EVIDENCE = [
    ({"lengths": (("chr7", 159345973),)}, B38, set()),
    ({"lengths": (("7", 159138663),), "declared": ("GRCh37",)}, B37, set()),
    ({"lengths": (("NC_000007.14", 0),)}, B38, set()),
    ({"declared": ("hg19",)}, B37, {"build_declared"}),
    ({"alleles": (B38, B38)}, B38, {"build_from_hotspot"}),
]


@pytest.mark.parametrize(("evidence", "expected", "codes"), EVIDENCE)
def test_the_evidence_that_decides(evidence, expected, codes):
    build = decide(BuildEvidence(**evidence))
    assert build.assembly is expected
    assert {notice.code for notice in build.notices} == codes


AGAINST = [
    ({}, "build_unknown"),
    ({"lengths": (("7", 159345973), ("2", 243199373))}, "build_contradiction"),
    ({"lengths": (("7", 159345973),), "declared": ("hg19",)}, "build_contradiction"),
    ({"declared": ("hg19", "GRCh38")}, "build_contradiction"),
    ({"declared": ("hg19",), "alleles": (B38,)}, "build_contradiction"),
    ({"alleles": (B37, B38)}, "build_contradiction"),
    ({"lengths": (("7", 160567428),)}, "build_unsupported"),
    ({"declared": ("NCBI36",)}, "build_unsupported"),
]


@pytest.mark.parametrize(("evidence", "code"), AGAINST)
def test_the_evidence_that_holds_a_file(evidence, code):
    with pytest.raises(HeldError) as raised:
        decide(BuildEvidence(**evidence))
    assert raised.value.code == code


def test_names_of_chromosomes():
    names = {"chr7": "7", "7": "7", "CHR7": "7", "chrM": "MT", "M": "MT", "chrx": "X"}
    assert {text: chromosome(text) for text in names} == names
    assert chromosome("NC_000007.13") == chromosome("NC_000007.14") == "7"
    assert chromosome("chr7_gl000195_random") == "7_gl000195_random"


def test_ncoa4_changes_strand_between_the_builds():
    """Rule R63."""
    assert locus_at(B37, "10", 51582939).forward
    assert not locus_at(B38, "chr10", 46012883).forward


def touches(line):
    """The slow answer: does this line lie in a panel gene on either build?"""
    fields = line.split("\t")
    start, end = int(fields[1]), int(fields[1]) + len(fields[3]) - 1
    return any(overlapping(panel_intervals(build), fields[0], start, end) for build in (B37, B38))


def scattered(seed):
    """Rows around every edge of every gene, and rows far away; some REF reach into a gene."""
    dice = random.Random(seed)  # noqa: S311 -- a test wants the same rows again
    rows = []
    for build in (B37, B38):
        for locus in panel_intervals(build):
            for edge in (locus.start, locus.end):
                rows += [(locus.chromosome, edge + dice.randrange(-30, 30), 1) for _ in range(8)]
                rows += [(locus.chromosome, edge - dice.randrange(0, 9000), 9000)]
    rows += [(str(dice.randrange(1, 23)), dice.randrange(1, 2 * 10**8), 1) for _ in range(2000)]
    dice.shuffle(rows)
    prefix = dice.choice(["", "chr"])
    return [
        f"{prefix}{name} {place} . {'A' * size} C . PASS . GT 0/1" for name, place, size in rows
    ]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("pack", [bytes, gz, bgzf])
def test_the_pre_scan_finds_what_a_slow_search_finds(seed, pack):
    data = vcf(*scattered(seed))
    lines = data.decode().splitlines()
    expected = [
        (number, line)
        for number, line in enumerate(lines, start=1)
        if not line.startswith("#") and touches(line)
    ]
    for text in (data, data.replace(b"\n", b"\r\n"), data[:-1]):
        found = [(each.line, each.text) for each in scan(pack(text)).candidates]
        assert found == expected


def test_lines_that_fall_on_the_edge_of_a_block_are_whole():
    """Blocks of one mebibyte: a candidate at every place around the edge."""
    filler = "1 5 . A C . PASS . GT 0/1"
    size = len("\t".join(filler.split())) + 1
    count = (1 << 20) // size + 50
    data = vcf(*[filler] * (count - 60), *[V600E.replace(":70,30", "").replace(":AD", "")] * 60,
               *[filler] * 60)  # fmt: skip
    found = scan(data)
    assert len(found.candidates) == 60
    assert found.data_lines == count + 60
