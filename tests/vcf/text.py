"""VCF text for tests: rows written with spaces, tabs put in."""

import gzip
import hashlib
import struct
import zlib

from parsers.vcf import read

EOF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
LENGTHS = {
    "37": {"2": 243199373, "7": 159138663, "10": 135534747, "12": 133851895, "17": 81195210},
    "38": {"2": 242193529, "7": 159345973, "10": 133797422, "12": 133275309, "17": 83257441},
}
COLUMNS = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT"
V600E = "7 140453136 . A T . PASS . GT:AD 0/1:70,30"


def vcf(*rows, build="37", samples="T", header=(), contigs=True):
    """A VCF as bytes; a row's spaces become tabs."""
    lengths = LENGTHS[build].items() if contigs else ()
    lines = ["##fileformat=VCFv4.2", *header]
    lines += [f"##contig=<ID={name},length={length}>" for name, length in lengths]
    names = f"{COLUMNS} {samples}" if samples else COLUMNS.removesuffix(" FORMAT")
    lines += ["\t".join(line.split()) for line in (names, *rows)]
    return ("\n".join(lines) + "\n").encode()


def bgzf(*parts):
    """BGZF: one block a part, and the closing block."""
    return b"".join(map(_block, parts)) + EOF


def _block(plain):
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = squeeze.compress(plain) + squeeze.flush()
    head = bytes.fromhex("1f8b08040000000000ff060042430200")
    size = struct.pack("<H", len(head) + 2 + len(body) + 8 - 1)
    return head + size + body + struct.pack("<II", zlib.crc32(plain), len(plain))


def gz(plain):
    return gzip.compress(plain, mtime=0)


def reading(data, row=None):
    return read(data, name="x.vcf", sha256=hashlib.sha256(data).hexdigest(), row=row)


def said(data):
    """Marker, status, significance, alteration of every observation, as one readable line."""
    return [
        f"{each.marker.value} {each.status.value} {each.significance.value} {each.alteration}"
        for each in reading(data).observations
    ]


def codes(data):
    return {notice.code for notice in reading(data).report.notices}
