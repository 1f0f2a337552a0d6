"""What a command costs in CPU seconds, parent and children together, against an empty Python.

    .venv/bin/python benchmarks/commands.py

Figures of one run on one machine; the ratios travel, the seconds do not. Ends with status 1 if a
goal of the project is missed: `--help` 0.3 s, `read` of a panel VCF 1 s of CPU and 200 MB.
"""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "sample_reports"
TIMES = 5
HELP_SECONDS, READ_SECONDS, READ_MEGABYTES = 0.3, 1.0, 200


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        panel = Path(folder) / "panel.vcf"
        panel.write_text(panel_vcf(3_000))
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "oncoflag --help": oncoflag("--help"),
            "oncoflag read, 3,000 records": oncoflag("read", panel, "--json"),
            "oncoflag read, a PDF of 8 pages": oncoflag(
                "read", SAMPLES / "01_a_fgfr2_fusion_twocolumn.pdf", "--json"
            ),
            "oncoflag explain, the same PDF": oncoflag(
                "explain", SAMPLES / "01_a_fgfr2_fusion_twocolumn.pdf", "--json"
            ),
        }
        costs = {name: cost(command) for name, command in commands.items()}
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    empty = costs["python -c pass"]
    for name, seconds in costs.items():
        print(f"{name:34} {seconds:6.3f} s CPU   {seconds / empty:5.1f} x an empty Python")
    print(f"{'largest process':34} {memory:6.0f} MB")
    good = (
        costs["oncoflag --help"] <= HELP_SECONDS
        and costs["oncoflag read, 3,000 records"] <= READ_SECONDS
        and memory <= READ_MEGABYTES
    )
    print("goals met" if good else "a goal is missed")
    return 0 if good else 1


def oncoflag(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "app.cli", *map(str, arguments)]


def cost(command: Sequence[str]) -> float:
    """The least CPU of several runs, in seconds: whatever else the machine does only adds."""
    return min(cost_once(command) for _ in range(TIMES))


def cost_once(command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def panel_vcf(records: int) -> str:
    """A panel on GRCh38: passing records outside our genes, and BRAF V600E among them."""
    header = (
        "##fileformat=VCFv4.2\n##contig=<ID=chr7,length=159345973>\n"
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
        '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Depths">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOUR\n"
    )
    positions = sorted([140_753_336, *range(1_000_000, 1_000_000 + 40_000 * records, 40_000)])
    rows = (f"chr7\t{at}\t.\tA\tT\t50\tPASS\t.\tGT:AD\t0/1:60,40\n" for at in positions)
    return header + "".join(rows)


if __name__ == "__main__":
    sys.exit(main())
