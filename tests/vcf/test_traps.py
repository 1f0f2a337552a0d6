"""Small VCFs with one trap each: what must be said, and what must never be said.

The traps stand in `traps.csv`, one row each, written by hand from rules R42 to R64 and from the
measured behaviour of pyvcf3. A row of a file is written ``7:140453136 A>T``, which is a call
with PASS and 30 of 100 reads; ``id=``, ``filter=``, ``info=`` and, last, ``reads=`` (FORMAT and
one cell a sample) change it, ``raw:`` takes it as it stands. `` // `` divides rows and sayings.
*file* says what was done to the file; *notice* which warnings it must bear or, with a minus, must
not bear.
"""

import csv
from pathlib import Path

import pytest

from parsers.vcf import recognises
from pipeline.errors import HeldError, UnreadableError
from tests.vcf.text import EOF, V600E, bgzf, codes, gz, reading, said, vcf

TRAPS = {
    row["name"]: row
    for row in csv.DictReader(Path(__file__).with_name("traps.csv").open(encoding="utf-8"))
}
READS = "GT:AD 0/1:70,30"
STRUCTURAL_READS = "GT:PR:SR 0/1:40,12:30,10"
PLAIN = {"id": ".", "filter": "PASS", "info": "."}
BELOW = "8 100 . A C . PASS . GT:AD 0/1:70,30"


def parts(cell):
    return cell.split(" // ") if cell else []


def row_of(text):
    """One row in the notation of the table, as columns separated by spaces."""
    if text.startswith("raw: "):
        return text.removeprefix("raw: ")
    text, _, reads = text.partition(" reads=")
    place, alleles, *stated = text.split()
    (contig, _, position), (ref, _, alt) = place.rpartition(":"), alleles.partition(">")
    known = PLAIN | dict(each.split("=", 1) for each in stated)
    is_structural = any(mark in alt for mark in "<[]") or ("." in alt and alt != ".")
    reads = reads or (STRUCTURAL_READS if is_structural else READS)
    return " ".join((contig, position, known["id"], ref, alt, ".", known["filter"],
                     known["info"], reads))  # fmt: skip


def spaced(data, line):
    """The file with the tabs of one line replaced by spaces."""
    lines = data.split(b"\n")
    lines[line] = lines[line].replace(b"\t", b" ")
    return b"\n".join(lines)


DONE_TO_THE_FILE = {
    "no contigs": lambda data: data,
    "no column line": lambda data: data.replace(b"#CHROM", b"#XHROM"),
    "records only": lambda data: data[data.rindex(b"\tT\n") + 3 :],
    "empty": lambda _: b"",
    "cut in the header": lambda data: data[:40],
    "spaces in the last row": lambda data: spaced(data, -2),
    "spaces in the column line": lambda data: spaced(data, -3),
    "twice": lambda data: data * 2,
    "no final newline": lambda data: data[:-1],
    "gzip": gz,
    "BGZF": bgzf,
    "cut 12": lambda data: data[:-12],
    "cut 28": lambda data: data[: -len(EOF)],
    "cut 40": lambda data: data[:-40],
    "wrong checksum": lambda data: data[:-8] + bytes(8),
    "CR LF": lambda data: data.replace(b"\n", b"\r\n"),
    "CR": lambda data: data.replace(b"\n", b"\r"),
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "Latin-1": lambda data: data.decode().encode("latin-1"),
    "long INFO": lambda data: data.replace(b"LONG", b"A" * 200_000),
    "BOM": lambda data: b"\xef\xbb\xbf" + data,
}


def file_of(trap):
    """The bytes of a trap's file."""
    done = [word for word in trap["file"].split("; ") if word]
    data = vcf(
        *(row_of(text) for text in parts(trap["rows"])),
        build=trap["build"],
        samples=trap["samples"] or "T",
        header=tuple(filter(None, [trap["header"]])),
        contigs="no contigs" not in done,
    )
    for word in done:
        data = DONE_TO_THE_FILE[word](data)
    return data


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap(name):
    trap = TRAPS[name]
    data = file_of(trap)
    if trap["says"].startswith("held: "):
        with pytest.raises(HeldError) as raised:
            reading(data)
        assert raised.value.code == trap["says"].removeprefix("held: ")
        assert raised.value.sentence.endswith(".")
        return
    assert sorted(said(data)) == sorted(parts(trap["says"].replace("nothing", "")))
    for notice in filter(None, trap["notice"].split(";")):
        assert (notice.removeprefix("-") in codes(data)) is not notice.startswith("-")


def test_the_table_is_as_large_as_promised():
    assert len(TRAPS) >= 140


def test_an_endless_expansion_stops():
    """Half a gigabyte of one letter in half a megabyte."""
    with pytest.raises((UnreadableError, HeldError)):
        reading(gz(vcf(V600E) + b"#" * (300 << 20)))


def test_only_a_closed_bgzf_proves_its_end():
    assert reading(bgzf(vcf(V600E))).report.completeness.proven
    assert not reading(vcf(V600E)).report.completeness.proven
    assert not reading(gz(vcf(V600E))).report.completeness.proven


def test_a_build_known_from_findings_proves_no_silence():
    report = reading(bgzf(vcf(V600E, contigs=False))).report
    assert report.assembly.value == "GRCh37"
    assert not report.completeness.proven


def test_a_header_without_records_proves_nothing():
    assert not reading(bgzf(vcf())).report.completeness.proven


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
