"""The files of a large night in one folder: panels, exomes, genomes and long PDFs, with tables.

    python benchmarks/mix.py FOLDER [--full]

Deterministic: the same bytes every time. Every file is of a patient; reports of one patient form
a case, half of the panels together with a PDF, and every other patient has a clinical context.
The rows of exomes and genomes are drawn once and packed once: each file has a header of its own,
and so a hash of its own, before blocks that others share.
"""

import argparse
import csv
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The folder of a script comes first on the path; `vcf` beside it would hide the package vcf.
sys.path[:] = [
    str(HERE.parent),
    *(part for part in sys.path if Path(part or ".").resolve() != HERE),
]

from benchmarks.vcf import lines  # noqa: E402
from tests.pdf.drawn_long import IDLE, long_report  # noqa: E402

BORN = date(1930, 1, 1)
BGZF_END = 28  # bytes of the empty block that ends a file
ASSAY = "Fictive Solid Panel 1.0"
PAGES = 12
BODIES = 4  # how many different exomes are drawn
ALTERATIONS: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...] = (
    (("FGFR2", ("FGFR2-BICC1 fusion",)), ("TP53", ("R175H",))),
    (("IDH1", ("R132C",)), ("ARID1A", ("Q1334fs*4",))),
    (("KRAS", ("G12D",)), ("SMAD4", ("R361H",))),
    (("ERBB2", ("amplification",)), ("TP53", ("R248Q",))),
    (("BRAF", ("V600E",)), ("CDKN2A/B", ("loss",))),
)
"""What the PDFs report, one after the other."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many files of each kind, and how many rows the larger VCFs have."""

    panels: int
    exomes: int
    genomes: int
    pdfs: int
    exome_rows: int = 60_000
    genome_rows: int = 3_000_000

    @property
    def files(self) -> int:
        """How many files in all."""
        return self.panels + self.exomes + self.genomes + self.pdfs


FULL = Size(panels=1000, exomes=200, genomes=5, pdfs=500)
SMALL = Size(panels=40, exomes=8, genomes=1, pdfs=20, genome_rows=600_000)
"""The same mix, a twenty-fifth of it: a fifth of a genome stands for a fifth of one."""


def fill(folder: Path, size: Size) -> Path:
    """Write the night into *folder*, which is made; what a whole earlier call left is kept."""
    done = folder / ".complete"
    if done.exists() and done.read_text() == repr(size):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    rows = [*_panels(folder, size), *_large(folder, size), *_pdfs(folder, size)]
    _table(folder / "manifest.csv", rows)
    _table(folder / "patients.csv", _patients({row["case"]: row for row in rows}.values()))
    done.write_text(repr(size))
    return folder


def _panels(folder: Path, size: Size) -> Iterator[dict[str, str]]:
    for number in range(size.panels):
        sample = f"PANEL-{number:05}-T"
        text = (_own(line, sample) for line in lines(540, in_genes=60, seed=number + 1))
        name = f"panel_{number:05}.vcf.gz"
        (folder / name).write_bytes(packed("".join(f"{line}\n" for line in text).encode()))
        yield _row(name, number, sample) | {"assay": ASSAY, "tumour_percent": "60"}


def _large(folder: Path, size: Size) -> Iterator[dict[str, str]]:
    exomes = [("exome", number, size.exome_rows, number % BODIES) for number in range(size.exomes)]
    genomes = [("genome", number, size.genome_rows, 99) for number in range(size.genomes)]
    for kind, number, count, seed in (*exomes, *genomes):
        sample = f"{kind.upper()}-{number:05}-T"
        name = f"{kind}_{number:05}.vcf.gz"
        head, body = _drawn(count, seed)
        own = "".join(f"{_own(line, sample)}\n" for line in head).encode()
        with (folder / name).open("wb") as target:
            target.write(packed(own)[:-BGZF_END])
            target.write(body)
        yield _row(name, (50_000 if kind == "genome" else 40_000) + number, sample)


def _pdfs(folder: Path, size: Size) -> Iterator[dict[str, str]]:
    for number in range(size.pdfs):
        name = f"report_{number:05}.pdf"
        row = _row(name, number, f"PDF-{number:05}-T")
        identity = (
            ("DISEASE", "Intrahepatic cholangiocarcinoma"),
            ("NAME", row["name"]),
            ("DATE OF BIRTH", f"{date.fromisoformat(row['dob']):%d %b %Y}"),
            ("MEDICAL RECORD #", row["mrn"]),
        )
        specimen = (("SPECIMEN SITE", "Liver"), ("SPECIMEN ID", f"PDF-{number:05}-T"))
        (folder / name).write_bytes(
            long_report(
                *(IDLE[at % len(IDLE)] for at in range(PAGES - 5)),
                repeat=16,
                identity=identity,
                specimen=(*specimen, ("TUMOR NUCLEI", "55%"), ("SPECIMEN TYPE", "Block")),
                alterations=ALTERATIONS[number % len(ALTERATIONS)],
                negatives=("NTRK1, NTRK2, RET",),
                vus=(("MSH6", ("K13T",)),),
            )
        )
        yield row | {"tumour_sample": "", "specimen_id": f"PDF-{number:05}-T"}


def packed(data: bytes) -> bytes:
    """The bytes as BGZF, its end included."""
    return subprocess.run(["bgzip", "-c"], input=data, capture_output=True, check=True).stdout


@cache
def _drawn(count: int, seed: int) -> tuple[tuple[str, ...], bytes]:
    """The header of a file of *count* rows as lines, and its rows packed, the end included."""
    text = lines(count, seed=1_000 + seed)
    head = []
    for line in text:
        head.append(line)
        if line.startswith("#CHROM"):
            break
    packer = subprocess.Popen(["bgzip", "-c"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    # `bgzip` writes while it is written to: a thread of its own would be one more thing.
    body = packer.communicate("".join(f"{line}\n" for line in text).encode())[0]
    return tuple(head), body


def _own(line: str, sample: str) -> str:
    return line.replace("\tTUMOR", f"\t{sample}") if line.startswith("#CHROM") else line


def _row(name: str, number: int, sample: str) -> dict[str, str]:
    person = number + 1  # nobody's number is all zeros
    letters = "".join(chr(ord("a") + int(digit)) for digit in f"{person:05}")
    return {
        "file": name,
        "case": f"MIX-{person:05}",
        "mrn": f"MIX-{person:06}",
        "assigning_authority": "NORTHLAKE",
        "name": f"Muster, Syn{letters}",
        "dob": str(BORN + timedelta(days=11 * (person % 2000))),
        "specimen_id": sample,
        "assay": "",
        "assembly": "",
        "tumour_sample": sample,
        "tumour_percent": "",
    }


def _patients(rows: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    own = ("case", "mrn", "assigning_authority", "name", "dob")
    for number, row in enumerate(rows):
        if number % 2 == 0:
            yield {name: row[name] for name in own} | {
                "jurisdiction": "EU" if number % 4 else "US",
                "site": "intrahepatic",
                "histology": "cholangiocarcinoma",
                "stage": "IV",
                "ecog": "1",
                "prior_lines": str(number % 3),
            }


def _table(path: Path, rows: Iterable[dict[str, str]]) -> None:
    every = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(every[0]))
        writer.writeheader()
        writer.writerows(every)


def main() -> int:
    asked = argparse.ArgumentParser(description="Write the files of a large night.")
    asked.add_argument("folder", type=Path, nargs="?")
    asked.add_argument("--full", action="store_true")
    options = asked.parse_args()
    if options.folder is None:
        print("name a folder to write the files of a night there; `night.py` measures them")
        return 0
    print(fill(options.folder, FULL if options.full else SMALL))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
