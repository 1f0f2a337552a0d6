"""The build of a file by evidence, and the pre-scan against a plain search of every line."""

import json
import random

import pytest

from exchange.documents import report_document
from parsers.vcf_header import parse
from parsers.vcf_scan import scan
from pipeline.coverage import assays
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
from pipeline.normalise import normalise
from pipeline.tables import packaged, rows
from tests.vcf.text import V600E, bgzf, gz, reading, vcf

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


OF_38 = {"lengths": (("chr7", 159345973),)}
EVIDENCE = [
    ({"lengths": (("chr7", 159345973),)}, B38, set()),
    ({"lengths": (("7", 159138663),), "declared": ("GRCh37",)}, B37, set()),
    ({"lengths": (("NC_000007.14", 0),)}, B38, set()),
    ({"declared": ("hg19",)}, B37, {"build_declared"}),
    ({"alleles": (B38, B38)}, B38, {"build_from_hotspot"}),
    # One row of a whole genome may be a known allele of the other build by chance.
    ({**OF_38, "alleles": (B37,), "bases": (B38,) * 60 + (B37,) * 15}, B38, {"build_mixed"}),
    ({**OF_38, "alleles": (B37, B37), "bases": (B38,) * 6}, B38, {"build_mixed"}),
    ({**OF_38, "alleles": (B37,), "bases": (B38,) * 3}, B38, {"build_mixed"}),
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
    # Hotspots of the other build, and too little in genes that bears out the contigs.
    ({**OF_38, "alleles": (B37,)}, "build_contradiction"),
    ({**OF_38, "alleles": (B37,), "bases": (B38,) * 2}, "build_contradiction"),
    ({**OF_38, "alleles": (B37,) * 3, "bases": (B38,) * 8}, "build_contradiction"),
    ({**OF_38, "alleles": (B37,), "bases": (B38,) * 9 + (B37,) * 5}, "build_contradiction"),
    ({"declared": ("hg38",), "alleles": (B37,), "bases": (B38,) * 60}, "build_contradiction"),
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


COORDINATES = {"genomic", "breakpoints", "source", "sources", "sha256", "assembly"}

# one event on GRCh37 and on GRCh38
LIFTED_ROWS = {
    "FGFR2::BICC1": (
        "10 123242712 . C [10:60461334[C . PASS SVTYPE=BND PR:SR 40,12:30,10",
        "10 121483198 . C [10:58701574[C . PASS SVTYPE=BND PR:SR 40,12:30,10"),
    "NCOA4::RET, the strand changes": (
        "10 51583439 . A A[10:43611532[ . PASS SVTYPE=BND PR:SR 40,12:30,10",
        "10 46012383 . A [10:43116084[A . PASS SVTYPE=BND PR:SR 40,12:30,10"),
    "ERBB2 in many copies": (
        "17 37844393 . N <DUP> . PASS SVTYPE=CNV;END=37884915 GT:CN 0/1:14",
        "17 39688140 . N <DUP> . PASS SVTYPE=CNV;END=39728662 GT:CN 0/1:14"),
    "ERBB2 exon 20 insertion": (
        "17 37880981 . A AGCATACGTGATG . PASS . GT:AD 0/1:69,31",
        "17 39724728 . A AGCATACGTGATG . PASS . GT:AD 0/1:69,31"),
    "a germline V600E": (
        "7 140453136 . A T . PASS SS=1 GT:AD 0/1:50,50",
        "7 140753336 . A T . PASS SS=1 GT:AD 0/1:50,50"),
    "an impossible value": (
        "7 140453136 . A T . PASS . GT:AF 0/1:31.2",
        "7 140753336 . A T . PASS . GT:AF 0/1:31.2"),
}  # fmt: skip


def known_alleles():
    """Every allele of the variant table whose places are known on both builds, as a row of each."""
    for row in rows(packaged("pipeline", "variants.csv")):
        sides = [(row[f"{b}_position"], row[f"{b}_ref"], row[f"{b}_alt"]) for b in
                 ("grch37", "grch38")]  # fmt: skip
        if all(all(side) for side in sides):
            lines = [f"{row['chromosome']} {place} . {ref} {alt} . PASS . GT:AD 0/1:69,31"
                     for place, ref, alt in sides]  # fmt: skip
            yield f"{row['gene']} {row['hgvs_p']} {lines[0].split()[1]} {sides[0][2]}", lines


def told(row, build):
    """The whole document of `read --json` but for coordinates, as bytes."""
    document = report_document(normalise(reading(vcf(row, build=build)), assays()))
    return json.dumps(without_coordinates(document), sort_keys=True).encode()


def without_coordinates(value):
    if isinstance(value, dict):
        kept = value.items()
        return {key: without_coordinates(it) for key, it in kept if key not in COORDINATES}
    return [without_coordinates(it) for it in value] if isinstance(value, list) else value


BOTH = LIFTED_ROWS | dict(known_alleles())


@pytest.mark.parametrize("name", BOTH)
def test_both_builds_say_the_same_of_one_tumour(name):
    before, after = BOTH[name]
    said = told(before, "37")
    assert said == told(after, "38")
    assert b'"findings": []' not in said


def test_the_table_of_both_builds_is_long():
    assert len(BOTH) > 100
