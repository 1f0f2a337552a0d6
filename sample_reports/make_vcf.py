"""Writes the three synthetic VCFs, the same bytes every time: python sample_reports/make_vcf.py."""

import struct
import zlib
from pathlib import Path

HERE = Path(__file__).parent
_EOF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
_COLUMNS = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT"
_LENGTHS = {
    "GRCh37": {"2": 243199373, "7": 159138663, "12": 133851895, "17": 81195210},
    "GRCh38": {"7": 159345973, "10": 133797422, "17": 83257441},
}
_FORMATS = (
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads per allele">',
    '##FORMAT=<ID=AF,Number=A,Type=Float,Description="Fraction of reads">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
)
_BREAKENDS = (
    '##INFO=<ID=SVTYPE,Number=1,Type=String,Description="Type of structural variant">',
    '##INFO=<ID=MATEID,Number=.,Type=String,Description="ID of the mate breakend">',
    '##FORMAT=<ID=PR,Number=R,Type=Integer,Description="Spanning pairs per allele">',
    '##FORMAT=<ID=SR,Number=R,Type=Integer,Description="Split reads per allele">',
)


def text(assembly: str, prefix: str, samples: str, header: tuple[str, ...], rows: str) -> bytes:
    contigs = [
        f"##contig=<ID={prefix}{name},length={length}>"
        for name, length in _LENGTHS[assembly].items()
    ]
    columns = "\t".join(f"{_COLUMNS} {samples}".split())
    records = ["\t".join(row.split()) for row in rows.strip().splitlines()]
    synthetic = "##source=SYNTHETIC SPECIMEN - NOT A PATIENT REPORT"
    first = ["##fileformat=VCFv4.2", synthetic, *contigs, *header, *_FORMATS, columns]
    return ("\n".join([*first, *records]) + "\n").encode()


def bgzip(plain: bytes) -> bytes:
    """One BGZF block and the closing block, without a time stamp."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = squeeze.compress(plain) + squeeze.flush()
    head = bytes.fromhex("1f8b08040000000000ff0600424302 00".replace(" ", ""))
    size = struct.pack("<H", len(head) + 2 + len(body) + 8 - 1)
    return head + size + body + struct.pack("<II", zlib.crc32(plain), len(plain)) + _EOF


BREAKENDS = text(
    "GRCh38",
    "chr",
    "SYN-26-0101-T",
    _BREAKENDS,
    """
chr7   55181378   .     G  A               61  PASS  . GT:AD:AF:DP 0/1:210,30:0.125:240
chr10  58701574   bnd2  A  [chr10:121483198[A  99  PASS  SVTYPE=BND;MATEID=bnd1 PR:SR 40,12:30,10
chr10  87933147   .     C  T               70  PASS  . GT:AD:AF:DP 0/1:180,60:0.25:240
chr10  121483198  bnd1  C  [chr10:58701574[C   99  PASS  SVTYPE=BND;MATEID=bnd2 PR:SR 40,12:30,10
chr17  7675088    .     C  T               88  PASS  . GT:AD:AF:DP 0/1:150,100:0.4:250
""",
)
HOTSPOT = text(
    "GRCh37",
    "",
    "SYN-26-0220-N SYN-26-0220-T",
    (
        "##normal_sample=SYN-26-0220-N",
        "##tumor_sample=SYN-26-0220-T",
        '##FILTER=<ID=weak_evidence,Description="Mutation does not meet the likelihood">',
    ),
    """
2   209108317  .  C  T  .  PASS           . GT:AD:AF:DP 0/1:98,92:0.484:190 0/1:105,95:0.475:200
2   209113113  .  G  A  .  PASS           . GT:AD:AF:DP 0/0:200,0:0:200        0/1:207,93:0.31:300
7   140453136  .  A  T  .  PASS           . GT:AD:AF:DP 0/0:220,0:0:220        0/0:310,0:0:310
12  25398284   .  C  T  .  weak_evidence  . GT:AD:AF:DP 0/0:180,0:0:180        0/1:248,2:0.008:250
17  7578406    .  C  T  .  PASS           . GT:AD:AF:DP 0/0:170,0:0:170        0/1:180,90:0.333:270
""",
)
NEGATIVE = text(
    "GRCh38",
    "chr",
    "SYN-26-0221-T",
    (),
    """
chr7   140734613  .  G  A  .  PASS  . GT:AD:AF:DP 0/1:440,60:0.12:500
chr10  43114671   .  G  A  .  PASS  . GT:AD:AF:DP 0/1:240,250:0.51:490
chr17  39723335   .  A  G  .  PASS  . GT:AD:AF:DP 0/1:260,255:0.495:515
chr17  7675088    .  C  T  .  PASS  . GT:AD:AF:DP 0/1:300,200:0.4:500
""",
)
FILES = {
    "01_fgfr2_bicc1_breakends.vcf": BREAKENDS,
    "20_idh1_r132c.vcf": HOTSPOT,
    "21_negative_panel.vcf.gz": bgzip(NEGATIVE),
}


if __name__ == "__main__":
    for name, content in FILES.items():
        (HERE / name).write_bytes(content)
        print(name, len(content))
