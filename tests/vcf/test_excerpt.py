"""A line of a VCF as a person is shown it: each field with what the header says of it."""

import gzip
import hashlib
import io

import pytest

from parsers.child import Job, ReaderPool
from parsers.vcf_excerpt import excerpt
from pipeline.errors import HeldError, UnreadableError

TEXT = """##fileformat=VCFv4.2
##FILTER=<ID=LowQ,Description="quality below 20">
##INFO=<ID=DB,Number=0,Type=Flag,Description="in dbSNP">
##INFO=<ID=GN,Number=1,Type=String,Description="gene \\"named\\" by the caller">
##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence. Format: Allele|SYMBOL|HGVSp">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="reads of each allele">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOUR\tNORMAL
2\t100\t.\tA\tC\t.\tPASS\t.\tAD\t9,1\t10,0
2\t209113113\trs1\tG\tA\t99\tLowQ;odd\tDB;GN=IDH1%3B1;CSQ=A|IDH1|p.Arg132Cys,A||;XX=1\tAD:DP\t207,93:300\t200,0:200
"""

# column, key, sample | value | what it means
FIELDS = [
    ("CHROM", "CHROM", None, "2", "chromosome"),
    ("POS", "POS", None, "209113113", "position on it, counted from 1"),
    ("ID", "ID", None, "rs1", "names under which others know it"),
    ("REF", "REF", None, "G", "what the reference has"),
    ("ALT", "ALT", None, "A", "what was seen instead"),
    ("QUAL", "QUAL", None, "99", "quality of the call (Phred)"),
    ("FILTER", "FILTER", None, "LowQ", "quality below 20"),
    ("FILTER", "FILTER", None, "odd", None),
    ("INFO", "DB", None, "stated", "in dbSNP"),
    ("INFO", "GN", None, "IDH1;1", 'gene "named" by the caller'),
    (
        "INFO",
        "CSQ",
        None,
        "A|IDH1|p.Arg132Cys,A||",
        "Consequence. Format: Allele|SYMBOL|HGVSp",
    ),
    ("INFO", "XX", None, "1", None),
    ("FORMAT", "AD", "TUMOUR", "207,93", "reads of each allele"),
    ("FORMAT", "DP", "TUMOUR", "300", None),
    ("FORMAT", "AD", "NORMAL", "200,0", "reads of each allele"),
    ("FORMAT", "DP", "NORMAL", "200", None),
]


def shown(data: bytes, number: int):
    return excerpt(io.BytesIO(data), number)


@pytest.mark.parametrize(
    "data",
    [TEXT.encode(), TEXT.replace("\n", "\r\n").encode(), gzip.compress(TEXT.encode())],
    ids=["plain", "CRLF", "packed"],
)
def test_every_field_is_explained_as_the_header_does(data):
    found = [(f.column, f.key, f.sample, f.value, f.meaning) for f in shown(data, 9).fields]
    assert found == FIELDS


def test_an_annotation_is_taken_apart_by_its_names():
    field = next(each for each in shown(TEXT.encode(), 9).fields if each.key == "CSQ")
    assert field.entries == (
        (("Allele", "A"), ("SYMBOL", "IDH1"), ("HGVSp", "p.Arg132Cys")),
        (("Allele", "A"),),
    )


def test_the_line_stands_as_in_the_file():
    assert shown(TEXT.encode(), 8).text == "2\t100\t.\tA\tC\t.\tPASS\t.\tAD\t9,1\t10,0"


def test_a_line_far_behind_the_header_is_found_in_a_later_block():
    row = "1\t5\t.\tA\tC\t.\tPASS\t.\tAD\t9,1\t10,0\n"
    data = (TEXT + row * 60_000 + "7\t77\t.\tT\tG\t.\tPASS\tGN=BRAF\tAD\t1,2\t3,4\n").encode()
    fields = shown(data, 9 + 60_000 + 1).fields
    said = {each.key: (each.value, each.meaning) for each in fields if each.sample is None}
    assert said["POS"][0] == "77"
    assert said["GN"][0] == "BRAF"
    assert "named" in said["GN"][1]


def test_a_line_that_is_longer_than_anybody_reads_is_cut_and_says_so():
    data = TEXT.encode() + b"3\t1\t.\tA\t" + b"C" * 30_000 + b"\t.\tPASS\t.\n"
    found = shown(data, 10)
    assert (found.is_cut, len(found.text)) == (True, 20_000)


@pytest.mark.parametrize(
    ("data", "number", "error"),
    [
        (TEXT.encode(), 10, UnreadableError),
        (TEXT.encode(), 0, UnreadableError),
        (gzip.compress(TEXT.encode())[:-12], 9, HeldError),
    ],
    ids=["behind the end", "no such number", "cut"],
)
def test_what_cannot_be_shown_is_refused(data, number, error):
    with pytest.raises(error):
        shown(data, number)


def test_it_is_read_in_a_limited_child_and_only_of_the_bytes_that_are_meant(tmp_path):
    path = tmp_path / "a.vcf"
    path.write_text(TEXT)
    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    with ReaderPool(lanes=1) as pool:
        job = Job(path=path, name="a.vcf")
        assert pool.excerpt(job, 9, sha256) == shown(TEXT.encode(), 9)
        for line, other in ((9, "0" * 64), (10, sha256)):
            with pytest.raises(UnreadableError, match="cannot be shown"):
                pool.excerpt(job, line, other)
