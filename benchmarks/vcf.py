"""How much faster a VCF is read than by a full pyvcf3 scan: python benchmarks/vcf.py [RECORDS].

Writes a synthetic annotated file, reads it both ways in one process and prints the ratio and the
peak memory. Imports are not counted.
"""

import gzip
import io
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The folder of a script comes first on the path; this file would then hide the package vcf.
sys.path[:] = [
    str(HERE.parent),
    *(part for part in sys.path if Path(part or ".").resolve() != HERE),
]

import vcf as pyvcf  # noqa: E402

from parsers.vcf import read  # noqa: E402

SEED = 20260101
TARGET = 15.0
LENGTHS = {"7": 159345973, "10": 133797422, "12": 133275309, "17": 83257441, "2": 242193529}
HEADER = (
    "##fileformat=VCFv4.2",
    *(f"##contig=<ID=chr{name},length={length}>" for name, length in LENGTHS.items()),
    '##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">',
    (
        '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence. Format: '
        'Allele|Consequence|SYMBOL|Feature|HGVSc|HGVSp">'
    ),
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOR",
)
EFFECT = "T|intron_variant|GENE|ENST00000000001.1|ENST00000000001.1:c.100+200G>A|"
V600E = "chr7\t140753336\t.\tA\tT\t60\tPASS\tDP=100\tGT:AD:DP\t0/1:70,30:100"


def synthetic(count: int) -> bytes:
    """*count* annotated records in random order of chance, and one BRAF V600E among them."""
    dice = random.Random(SEED)  # noqa: S311 -- a benchmark, not a secret
    rows = [_row(dice) for _ in range(count - 1)]
    rows.insert(len(rows) // 2, V600E)
    return ("\n".join([*HEADER, *rows]) + "\n").encode()


def _row(dice: random.Random) -> str:
    name = dice.choice(list(LENGTHS))
    place = dice.randrange(1, 5_000_000) + 1_000_000
    annotation = ",".join([EFFECT] * dice.randrange(1, 8))
    alt = dice.randrange(10, 60)
    sample = f"0/1:{100 - alt},{alt}:100"
    return f"chr{name}\t{place}\t.\tG\tA\t60\tPASS\tDP=100;CSQ={annotation}\tGT:AD:DP\t{sample}"


def timed(work: Callable[[], int]) -> tuple[float, int]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def ours(data: bytes) -> int:
    reading = read(data, name="synthetic.vcf", sha256="0" * 64)
    found = [each.alteration for each in reading.observations]
    assert found == ["p.V600E"], found
    return len(found)


def theirs(text: str) -> int:
    return sum(1 for _ in pyvcf.Reader(fsock=io.StringIO(text)))


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
    data = synthetic(count)
    packed = gzip.compress(data, 6)
    fast = min(timed(lambda: ours(data))[0] for _ in range(3))
    packed_fast = min(timed(lambda: ours(packed))[0] for _ in range(3))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    slow, records = timed(lambda: theirs(data.decode()))
    assert records == count
    print(f"{count:,} records, {len(data) / 1e6:.1f} MB")
    print(f"read, plain text: {fast:.3f} s   gzip: {packed_fast:.3f} s   peak {peak:.0f} MiB")
    print(f"pyvcf3, full scan of the plain text: {slow:.3f} s")
    print(f"ratio {slow / fast:.1f} (target {TARGET:.0f}); gzip {slow / packed_fast:.1f}")
    return 0 if slow / fast >= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
