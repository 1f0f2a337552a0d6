"""How fast a VCF is read, beside bcftools and pyvcf3: python benchmarks/vcf.py [options].

Writes a synthetic annotated genome, exome and panel, looks for the rows of the panel genes in each
with every tool in one run, and prints ratios (goals: reliability and performance targets of the
project) and the peak memory of each process. The rows found must be the same everywhere.

    --records N   rows of the genome (3,000,000)
    --full        let pyvcf3 read the whole genome; otherwise a slice, scaled by its rows
    --keep DIR    where the inputs stand, and are looked for first
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The folder of a script comes first on the path; this file would then hide the package vcf.
sys.path[:] = [
    str(HERE.parent),
    *(part for part in sys.path if Path(part or ".").resolve() != HERE),
]

import vcf as pyvcf  # noqa: E402

from parsers.extract import read_stream  # noqa: E402
from parsers.vcf_scan import scan  # noqa: E402
from pipeline.genome import overlapping, panel_intervals  # noqa: E402
from pipeline.model import Assembly  # noqa: E402
from pipeline.tables import packaged, rows  # noqa: E402
from pipeline.transcripts import reference_bases  # noqa: E402

SEED = 20260101
SLICE = 150_000
KINDS = ("intron_variant", "missense_variant", "downstream_gene_variant", "upstream_gene_variant")
HEADER = (
    "##fileformat=VCFv4.2",
    '##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">',
    '##INFO=<ID=END,Number=1,Type=Integer,Description="End">',
    '##INFO=<ID=SVTYPE,Number=1,Type=String,Description="Type of structural variant">',
    (
        '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence. Format: '
        'Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|HGVSc|HGVSp">'
    ),
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
)
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOR"


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one run took: CPU and wall seconds, peak MiB of its process, and the rows it found.

    Ratios are of CPU seconds, which other work on the machine disturbs least; every tool here
    runs on one core.
    """

    seconds: float
    wall: float
    peak: float
    found: int


def lengths() -> dict[str, int]:
    """Chromosomes of GRCh38 and their lengths."""
    table = rows(packaged("pipeline", "contigs.csv"))
    return {row["chromosome"]: int(row["grch38_length"]) for row in table}


def lines(count: int, in_genes: int = 0) -> Iterator[str]:
    """A sorted, annotated genome of *count* rows, one in 2,000 of them structural.

    *in_genes* more rows lie in panel genes, as in the file of a panel.
    """
    dice = random.Random(SEED)  # noqa: S311 -- a benchmark, not a secret
    known = lengths()
    yield from HEADER
    yield from (f"##contig=<ID=chr{name},length={size}>" for name, size in known.items())
    yield COLUMNS
    whole = sum(known.values())
    genes = [dice.choice(panel_intervals(Assembly.GRCH38)) for _ in range(in_genes)]
    for name, size in known.items():
        places = [dice.randrange(20_000, size) for _ in range(count * size // whole)]
        places += [dice.randrange(at.start, at.end) for at in genes if at.chromosome == name]
        yield from (_row(dice, name, place) for place in sorted(places))


def _effects(dice: random.Random) -> str:
    """Annotations that pack about as well as real ones do: one part in five or six."""
    gene = dice.getrandbits(30)
    shared = f"GENE{gene % 20_000}|ENSG{gene % 20_000:011d}|Transcript"
    return ",".join(
        f"A|{KINDS[dice.getrandbits(2)]}|MODIFIER|{shared}|ENST{dice.getrandbits(28):011d}.{at}"
        f"|ENST{gene:011d}.{at}:c.{dice.getrandbits(12)}+{dice.getrandbits(9)}G>A|"
        for at in range(1, 1 + dice.randrange(1, 9))
    )


def _row(dice: random.Random, name: str, place: int) -> str:
    ref = reference_bases(Assembly.GRCH38).get((name, place), "G")
    alt, extra = "A" if ref != "A" else "C", ""
    if dice.random() < 0.0005:
        mate = dice.choice(("chr2", "chr8", "chr10"))
        alt = f"{ref}[{mate}:{dice.randrange(121_400_000, 121_700_000)}["
        extra = ";SVTYPE=BND"
        if dice.random() < 0.5:
            alt, extra = "<DUP>", f";SVTYPE=DUP;END={place + dice.randrange(1, 5_000_000)}"
    reads = dice.randrange(10, 60)
    sample = f"0/1:{100 - reads},{reads}:100"
    info = f"DP=100{extra};CSQ={_effects(dice)}"
    return f"chr{name}\t{place}\t.\t{ref}\t{alt}\t60\tPASS\t{info}\tGT:AD:DP\t{sample}"


def written(folder: Path, count: int, in_genes: int = 0) -> Path:
    """The packed file of *count* rows; kept if it is there already."""
    path = folder / f"rows{count + in_genes}.vcf.gz"
    if not path.exists():
        with path.open("wb") as target:
            packer = subprocess.Popen(["bgzip", "-c"], stdin=subprocess.PIPE, stdout=target)
            assert packer.stdin is not None
            packer.stdin.writelines((line + "\n").encode() for line in lines(count, in_genes))
            packer.stdin.close()
            assert packer.wait() == 0
    return path


def regions(folder: Path) -> Path:
    """The panel genes of GRCh38 as a table that bcftools takes."""
    path = folder / "panel.tsv"
    text = (f"chr{at.chromosome}\t{at.start}\t{at.end}" for at in panel_intervals(Assembly.GRCH38))
    path.write_text("\n".join(sorted(text)) + "\n", encoding="ascii")
    return path


def apart(work: Callable[[], int]) -> Cost:
    """Do *work* in a process of its own, so that its peak memory is its own."""
    reader, writer = os.pipe()
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, str(work()).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        found = pipe.read()
    _, status, usage = os.wait4(child, 0)
    if status or not found:
        raise RuntimeError("a benchmark failed in its process")
    return Cost(
        seconds=usage.ru_utime + usage.ru_stime,
        wall=time.perf_counter() - start,
        peak=usage.ru_maxrss / 1024,
        found=int(found),
    )


def scanned(path: Path) -> int:
    with path.open("rb") as stream:
        return len(scan(stream).candidates)


def everything(path: Path) -> int:
    """The whole product: hash, scan, records, findings."""
    with path.open("rb") as stream:
        reading = read_stream(stream, path.name)
    assert reading.report.status == "final", reading.report.reasons
    return len(reading.observations)


def piped(*command: str) -> Callable[[], int]:
    """Rows that a command prints without their header; its memory is that of its parent's child."""

    def work() -> int:
        told = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        return sum(not line.startswith(b"#") for line in told.stdout.splitlines())

    return work


def unpacked(path: Path) -> Callable[[], int]:
    def work() -> int:
        command = ["bgzip", "-dc", str(path)]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        return 1

    return work


def wanted(record: "pyvcf.model._Record") -> bool:
    """The question that the pre-scan answers, asked of a finished pyvcf3 record."""
    start, end = record.POS, record.POS + len(record.REF) - 1
    if touches(record.CHROM, start, end):
        return True
    for alt in record.ALT:
        if getattr(alt, "chr", None) and touches(alt.chr, alt.pos, alt.pos):
            return True
        if getattr(alt, "type", "") == "DUP" and touches(record.CHROM, start, record.INFO["END"]):
            return True
    return False


def touches(contig: str, start: int, end: int) -> bool:
    return any(overlapping(panel_intervals(build), contig, start, end) for build in Assembly)


def by_pyvcf(path: Path, most: int | None = None) -> Callable[[], int]:
    def work() -> int:
        found = 0
        for at, record in enumerate(pyvcf.Reader(filename=str(path))):
            if at == most:
                break
            found += wanted(record)
        return found

    return work


def genome(folder: Path, count: int, full: bool) -> None:
    path, table = written(folder, count), regions(folder)
    size = path.stat().st_size / 1e6
    print(f"\ngenome: {count:,} rows, {size:.0f} MB packed")
    ours = min((apart(lambda: scanned(path)) for _ in range(3)), key=lambda cost: cost.seconds)
    view = ("bcftools", "view", "-T", str(table), "-Ov", str(path))
    theirs = min((apart(piped(*view)) for _ in range(3)), key=lambda cost: cost.seconds)
    plain = apart(unpacked(path))
    whole = apart(lambda: everything(path))
    slow = apart(by_pyvcf(path, None if full else SLICE))
    factor = 1.0 if full else count / SLICE
    show("pre-scan", ours)
    show("whole product", whole)
    show("bcftools view -T", theirs)
    show("bgzip -dc", plain)
    show("pyvcf3" if full else f"pyvcf3, {SLICE:,} rows", slow)
    if full:
        assert ours.found == slow.found, (ours.found, slow.found)
    ratio("pre-scan / bcftools view -T", ours.seconds / theirs.seconds, "<= 0.65")
    ratio("pre-scan / bgzip -dc", ours.seconds / plain.seconds, "<= 2.5")
    ratio("pyvcf3 / pre-scan", factor * slow.seconds / ours.seconds, ">= 40")
    ratio("peak MiB of the pre-scan", ours.peak, "<= 64")


def small(folder: Path, name: str, count: int, goal: str, in_genes: int = 0) -> None:
    """A smaller file, read in a warm process by the pre-scan and by pyvcf3: the same rows."""
    path = written(folder, count, in_genes)
    fast, found = best(lambda: scanned(path))
    whole, _ = best(lambda: everything(path))
    slow, expected = best(by_pyvcf(path), times=1 if count > 50_000 else 3)
    assert found == expected, (found, expected)
    print(f"\n{name}: {count + in_genes:,} rows, {found} of them in the panel")
    print(f"  pre-scan {fast:.4f} s   whole product {whole:.4f} s   pyvcf3 {slow:.4f} s")
    ratio("pyvcf3 / pre-scan", slow / fast, goal)
    ratio("pyvcf3 / whole product", slow / whole, goal)


def best(work: Callable[[], int], times: int = 5) -> tuple[float, int]:
    costs = []
    for _ in range(times):
        start = time.process_time()
        found = work()
        costs.append(time.process_time() - start)
    return min(costs), found


def show(name: str, cost: Cost) -> None:
    seconds = f"{cost.seconds:8.2f} s CPU {cost.wall:8.2f} s"
    print(f"  {name:28} {seconds}   peak {cost.peak:5.0f} MiB   rows {cost.found:,}")


def ratio(name: str, value: float, goal: str) -> None:
    sign, _, bound = goal.partition(" ")
    met = value <= float(bound) if sign == "<=" else value >= float(bound)
    print(f"  {name:28} {value:8.2f}   goal {goal}   {'met' if met else 'MISSED'}")


def main() -> int:
    asked = argparse.ArgumentParser(description="How fast a VCF is read.")
    asked.add_argument("--records", type=int, default=3_000_000)
    asked.add_argument("--full", action="store_true")
    asked.add_argument("--keep", type=Path)
    options = asked.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="oncoflag-vcf-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        small(folder, "panel", 540, ">= 8", in_genes=60)
        small(folder, "exome", 60_000, ">= 15")
        genome(folder, options.records, options.full)
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
