"""How fast a VCF is read, beside bcftools and pyvcf3: python benchmarks/vcf.py [options].

Writes a synthetic annotated genome, exome and panels, looks for the rows of the panel genes in each
with every tool in one run, and prints ratios (goals: reliability and performance targets of the
project) and the peak memory of each process. The rows found must be the very rows that pyvcf3
finds. Every figure is given twice: in CPU seconds, which other work on the machine disturbs least,
and as time on the wall, where unpacking ahead on a second core shows. Tools take turns, and a
ratio is the median of those of the turns.

    --records N   rows of the genome (300,000: less than three minutes in all)
    --full        3,000,000 rows, as the goals are stated; pyvcf3 alone takes some minutes
    --keep DIR    where the inputs stand, and are looked for first
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
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
TURNS = 5
SOME, ALL = 300_000, 3_000_000
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

    *found* are numbers of rows from 1, the header not counted; how many for a tool that gives none.
    """

    seconds: float
    wall: float
    peak: float
    found: tuple[int, ...]


def lengths() -> dict[str, int]:
    """Chromosomes of GRCh38 and their lengths."""
    table = rows(packaged("pipeline", "contigs.csv"))
    return {row["chromosome"]: int(row["grch38_length"]) for row in table}


def lines(count: int, in_genes: int = 0, seed: int = SEED) -> Iterator[str]:
    """A sorted, annotated genome of *count* rows, one in 2,000 of them structural.

    *in_genes* more rows lie in panel genes, as in the file of a panel, and are annotated so.
    """
    dice = random.Random(seed)  # noqa: S311 -- a benchmark, not a secret
    known = lengths()
    yield from HEADER
    yield from (f"##contig=<ID=chr{name},length={size}>" for name, size in known.items())
    yield COLUMNS
    whole = sum(known.values())
    genes = [dice.choice(panel_intervals(Assembly.GRCH38)) for _ in range(in_genes)]
    for name, size in known.items():
        places = [(dice.randrange(20_000, size), "") for _ in range(count * size // whole)]
        own = [at for at in genes if at.chromosome == name]
        places += [(dice.randrange(at.start, at.end), at.gene) for at in own]
        yield from (_row(dice, name, *place) for place in sorted(places))


def _effects(dice: random.Random, symbol: str) -> str:
    """Annotations that pack about as well as real ones do: one part in five or six."""
    gene = dice.getrandbits(30)
    shared = f"{symbol or f'GENE{gene % 20_000}'}|ENSG{gene % 20_000:011d}|Transcript"
    change = f"ENSP{gene:011d}.1:p.Val{dice.getrandbits(9) + 1}Glu" if symbol else ""
    return ",".join(
        f"A|{KINDS[dice.getrandbits(2)]}|MODIFIER|{shared}|ENST{dice.getrandbits(28):011d}.{at}"
        f"|ENST{gene:011d}.{at}:c.{dice.getrandbits(12)}+{dice.getrandbits(9)}G>A|{change}"
        for at in range(1, 1 + dice.randrange(1, 9))
    )


def _row(dice: random.Random, name: str, place: int, symbol: str) -> str:
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
    info = f"DP=100{extra};CSQ={_effects(dice, symbol)}"
    return f"chr{name}\t{place}\t.\t{ref}\t{alt}\t60\tPASS\t{info}\tGT:AD:DP\t{sample}"


def written(folder: Path, count: int, in_genes: int = 0, seed: int = SEED) -> Path:
    """The packed file of *count* rows; kept if it is there already."""
    path = folder / f"rows{count}-{in_genes}-{seed}.vcf.gz"
    if not path.exists():
        with path.open("wb") as target:
            packer = subprocess.Popen(["bgzip", "-c"], stdin=subprocess.PIPE, stdout=target)
            assert packer.stdin is not None
            packer.stdin.writelines((line + "\n").encode() for line in lines(count, in_genes, seed))
            packer.stdin.close()
            assert packer.wait() == 0
    return path


def regions(folder: Path) -> Path:
    """The panel genes of GRCh38 as a table that bcftools takes."""
    path = folder / "panel.tsv"
    text = (f"chr{at.chromosome}\t{at.start}\t{at.end}" for at in panel_intervals(Assembly.GRCH38))
    path.write_text("\n".join(sorted(text)) + "\n", encoding="ascii")
    return path


def apart(work: Callable[[], tuple[int, ...]]) -> Cost:
    """Do *work* in a process of its own, so that its peak memory is its own."""
    reader, writer = os.pipe()
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            with os.fdopen(writer, "w") as pipe:
                pipe.write(" ".join(map(str, work())) + ".")
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        found = pipe.read()
    _, status, usage = os.wait4(child, 0)
    if status or not found.endswith("."):
        raise RuntimeError("a benchmark failed in its process")
    return Cost(
        seconds=usage.ru_utime + usage.ru_stime,
        wall=time.perf_counter() - start,
        peak=usage.ru_maxrss / 1024,
        found=tuple(map(int, found[:-1].split())),
    )


def scanned(path: Path) -> tuple[int, ...]:
    with path.open("rb") as stream:
        seen = scan(stream)
    before = seen.last_line - seen.data_lines
    return tuple(candidate.line - before for candidate in seen.candidates)


def everything(path: Path) -> tuple[int, ...]:
    """The whole product: hash, scan, records, findings."""
    with path.open("rb") as stream:
        reading = read_stream(stream, path.name)
    assert reading.report.status == "final", reading.report.reasons
    return (len(reading.observations),)


def viewed(path: Path, table: Path) -> tuple[int, ...]:
    """How many rows of genes bcftools prints; its memory is not counted."""
    command = ["bcftools", "view", "-H", "-T", str(table), "-Ov", str(path)]
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return (told.stdout.count(b"\n"),)


def unpacked(path: Path) -> tuple[int, ...]:
    subprocess.run(["bgzip", "-dc", str(path)], stdout=subprocess.DEVNULL, check=True)
    return ()


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


def by_pyvcf(path: Path) -> tuple[int, ...]:
    records = enumerate(pyvcf.Reader(filename=str(path)), start=1)
    return tuple(at for at, record in records if wanted(record))


def genome(folder: Path, count: int) -> None:
    path, table = written(folder, count), regions(folder)
    print(f"\ngenome: {count:,} rows, {path.stat().st_size / 1e6:.0f} MB packed")
    tools: dict[str, Callable[[], tuple[int, ...]]] = {
        "pre-scan": partial(scanned, path),
        "whole product": partial(everything, path),
        "bcftools view -T": partial(viewed, path, table),
        "bgzip -dc": partial(unpacked, path),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in tools}
    for _ in range(TURNS):
        for name, work in tools.items():
            costs[name].append(apart(work))
    slow = apart(partial(by_pyvcf, path))
    for name, each in costs.items():
        show(name, each)
    show("pyvcf3", [slow])
    ours = costs["pre-scan"]
    assert all(each.found == slow.found for each in ours), "other rows than pyvcf3"
    print(f"  the same {len(slow.found):,} rows as pyvcf3")
    ratios("pre-scan / bcftools view -T", ours, costs["bcftools view -T"], "<= 0.65")
    ratios("pre-scan / bgzip -dc", ours, costs["bgzip -dc"], "<= 2.5")
    ratios("pyvcf3 / pre-scan", [slow] * TURNS, ours, ">= 40")
    ratio("peak MiB of the pre-scan", max(each.peak for each in ours), "<= 64")


def small(name: str, paths: list[Path], goal: str) -> None:
    """Smaller files, read in a warm process by the pre-scan and by pyvcf3: the same rows.

    Each file is read once by each: what a reader remembers of one helps it with no other.
    """
    everything(paths[0])
    costs: dict[str, list[Cost]] = {"pre-scan": [], "whole product": [], "pyvcf3": []}
    for path in paths[1:]:
        costs["pre-scan"].append(here(partial(scanned, path)))
        costs["whole product"].append(here(partial(everything, path)))
        costs["pyvcf3"].append(here(partial(by_pyvcf, path)))
    pairs = zip(costs["pre-scan"], costs["pyvcf3"], strict=True)
    assert all(ours.found == theirs.found for ours, theirs in pairs), "other rows than pyvcf3"
    found = statistics.median(len(each.found) for each in costs["pyvcf3"])
    print(f"\n{name}: {len(paths) - 1} files, {found:g} rows in the panel, the same as pyvcf3")
    for tool, each in costs.items():
        show(tool, each)
    ratios("pyvcf3 / pre-scan", costs["pyvcf3"], costs["pre-scan"], goal)
    ratios("pyvcf3 / whole product", costs["pyvcf3"], costs["whole product"], goal)


def here(work: Callable[[], tuple[int, ...]]) -> Cost:
    """Do *work* in this process; its memory is not counted."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    seconds = time.process_time() - cpu
    return Cost(seconds=seconds, wall=time.perf_counter() - wall, peak=0, found=found)


def show(name: str, costs: list[Cost]) -> None:
    seconds = statistics.median(each.seconds for each in costs)
    wall = statistics.median(each.wall for each in costs)
    peak = max(each.peak for each in costs)
    memory = f"   peak {peak:5.0f} MiB" if peak else ""
    print(f"  {name:28} {seconds:9.4f} s CPU {wall:9.4f} s wall{memory}")


def ratios(name: str, over: list[Cost], under: list[Cost], goal: str) -> None:
    """The median ratio of the turns, on the wall and in CPU seconds."""
    turns = list(zip(over, under, strict=True))
    ratio(f"{name}, wall", statistics.median(a.wall / b.wall for a, b in turns), goal)
    ratio(f"{name}, CPU", statistics.median(a.seconds / b.seconds for a, b in turns), goal)


def ratio(name: str, value: float, goal: str) -> None:
    sign, _, bound = goal.partition(" ")
    met = value <= float(bound) if sign == "<=" else value >= float(bound)
    print(f"  {name:34} {value:8.2f}   goal {goal}   {'met' if met else 'MISSED'}")


def main() -> int:
    asked = argparse.ArgumentParser(description="How fast a VCF is read.")
    asked.add_argument("--records", type=int, default=SOME)
    asked.add_argument("--full", action="store_true")
    asked.add_argument("--keep", type=Path)
    options = asked.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="oncoflag-vcf-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        # First, for a child begins with all the memory that its parent has.
        genome(folder, ALL if options.full else options.records)
        panels = [written(folder, 540, in_genes=60, seed=SEED + at) for at in range(1 + TURNS)]
        small("panel, 600 rows", panels, ">= 8")
        exome = written(folder, 60_000)
        small("exome, 60,000 rows", [exome, exome], ">= 15")
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
