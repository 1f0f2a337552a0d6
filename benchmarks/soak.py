"""Many nights one after the other: does anything grow? python benchmarks/soak.py [--full].

Every night brings new files, and some of patients who were seen before. The nights are done twice,
each into a database of its own:

- *a process a night*: `oncoflag ingest` just before two, local time, on days that span both
  changes of the clock (with `faketime`, where that is installed; else on today's date);
- *one process*: a worker that lives through all nights and does one after the other.

Counted after each night: memory that stays (one process) or that was held at most (a process a
night), open files, and how many bytes the database grew for each file. Status 1 if any of them
grows: more than 0.3 MiB a night, one open file, a fifth more a file at the end than before.

    --full        30 nights of 300 files (else 5 of 30)
    --nights N  --files M
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import fmean, linear_regression

HERE = Path(__file__).resolve().parent
# The folder of a script comes first on the path; `vcf` beside it would hide the package vcf.
sys.path[:] = [
    str(HERE.parent),
    *(part for part in sys.path if Path(part or ".").resolve() != HERE),
]

SAMPLE = HERE.parent / "sample_reports" / "20_idh1_r132c.vcf"
OWN = "SYN-26-0220-T"
CHANGES = (date(2026, 3, 29), date(2026, 10, 25))
ZONE = "Europe/Berlin"
GROWS_MIB, GROWS_FILE = 0.3, 1.2
AGAIN = 5  # every so many files are of a patient of the night before


@dataclass(frozen=True, kw_only=True)
class After:
    """What stood after a night: MiB, open files, bytes of the database, files ever brought."""

    memory: float
    descriptors: int
    database: int
    files: int
    seconds: float


def days(nights: int) -> tuple[date, ...]:
    """Half of the nights around each change of the clock."""
    first = nights // 2
    halves = ((CHANGES[0], first), (CHANGES[1], nights - first))
    return tuple(
        change + timedelta(days=at - count // 2) for change, count in halves for at in range(count)
    )


def bring(folder: Path, night: int, files: int) -> None:
    """Tonight's files and their manifest; those of the night before are gone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    text = SAMPLE.read_text()
    with (folder / "manifest.csv").open("w", newline="") as table:
        known = ("mrn", "assigning_authority", "name", "dob")
        columns = ("file", "specimen_id", "tumour_sample", *known)
        writer = csv.writer(table)
        writer.writerow(columns)
        for number in range(files):
            sample = f"SOAK-{night + 1:03}-{number + 1:04}"
            whose = (night - 1 if night and number % AGAIN == 0 else night) * files + number + 1
            (folder / f"{sample}.vcf").write_text(text.replace(OWN, sample))
            letters = "".join(chr(ord("a") + int(digit)) for digit in f"{whose:06}")
            born = date(1930, 1, 1) + timedelta(days=whose % 20_000)
            patient = (f"SOAK{whose:07}", "SOAK", f"Soak, Syn{letters}", str(born))
            writer.writerow((f"{sample}.vcf", sample, sample, *patient))


def a_process_a_night(place: Path, nights: int, files: int) -> Iterator[After]:
    """Each night a process that ends; its memory is the most it held."""
    data, inbox = place / "data", place / "inbox"
    for night, day in enumerate(days(nights)):
        bring(inbox, night, files)
        begun, before = time.monotonic(), _held_by_children()
        command = [sys.executable, "-m", "app.cli", "ingest", str(inbox), "--no-orchestrator"]
        faked = shutil.which("faketime")
        clock = [faked, f"{day} 01:59:50"] if faked else []
        own = os.environ | {"ONCOFLAG_DATA_DIR": str(data), "ONCOFLAG_SETTLE_SECONDS": "0"}
        process = subprocess.Popen(
            [*clock, *command, "--json"], cwd=HERE.parent, env=own | {"TZ": ZONE},
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        told = json.loads(process.communicate()[0])
        if (told["read"], told["account"]["found"]) != (files, files + 1):
            raise RuntimeError(f"night {night}: {told['read']} of {files} files were read")
        yield After(
            memory=max(before, _held_by_children()),
            descriptors=0,
            database=_size(data),
            files=(night + 1) * files,
            seconds=time.monotonic() - begun,
        )


def one_process(place: Path, nights: int, files: int) -> Iterator[After]:
    """All nights in one process that lives through them."""
    own = os.environ | {"ONCOFLAG_DATA_DIR": str(place / "data"), "ONCOFLAG_SETTLE_SECONDS": "0"}
    command = [sys.executable, __file__, "--live", str(place), str(nights), str(files)]
    process = subprocess.Popen(command, cwd=HERE.parent, env=own, stdout=subprocess.PIPE, text=True)
    if process.stdout is None:
        raise RuntimeError("the worker has no pipe")
    for line in process.stdout:
        yield After(**json.loads(line))
    if process.wait():
        raise RuntimeError(f"the worker ended with status {process.returncode}")


def live(place: Path, nights: int, files: int) -> None:
    """What `one_process` starts."""
    import gc  # noqa: PLC0415 - of this process alone

    import psutil  # noqa: PLC0415

    from flows.night import Wanted, night  # noqa: PLC0415
    from flows.run import plain  # noqa: PLC0415
    from pipeline.settings import load  # noqa: PLC0415

    own = psutil.Process()
    for number in range(nights):
        bring(place / "inbox", number, files)
        begun = time.monotonic()
        with night(load(), Wanted(paths=[place / "inbox"])) as work:
            done = plain(work)
        if done.read != files:
            raise RuntimeError(f"night {number}: {done.read} of {files} files were read")
        del work, done
        gc.collect()
        after = After(
            memory=own.memory_info().rss / 2**20,
            descriptors=own.num_fds(),
            database=_size(place / "data"),
            files=(number + 1) * files,
            seconds=time.monotonic() - begun,
        )
        print(json.dumps(asdict(after)), flush=True)


def _held_by_children() -> float:
    import resource  # noqa: PLC0415

    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _size(data: Path) -> int:
    return sum(each.stat().st_size for each in data.glob("oncoflag.db*") if "shm" not in each.name)


def steady(name: str, nights: Sequence[After]) -> bool:
    """Whether nothing grew after the first nights, and a table of it."""
    late = nights[min(2, len(nights) - 3) :]
    slope = linear_regression(range(len(late)), [each.memory for each in late]).slope
    grown = [
        (each.database - before.database) / (each.files - before.files)
        for before, each in pairwise(nights)
    ]
    half = len(grown) // 2
    ratio = fmean(grown[half:]) / fmean(grown[:half])
    files = {each.descriptors for each in late}
    print(f"{name}: {len(nights)} nights, {nights[-1].files} files")
    print(
        f"  memory      {late[0].memory:7.1f} to {late[-1].memory:7.1f} MiB, {slope:+.3f} a night"
    )
    print(f"  open files  {sorted(files)}")
    print(f"  database    {fmean(grown):,.0f} bytes a file, second half / first half {ratio:.3f}")
    print(f"  a night     {nights[1].seconds:.1f} s, the last {nights[-1].seconds:.1f} s")
    return slope <= GROWS_MIB and len(files) == 1 and ratio <= GROWS_FILE


def main() -> int:
    asked = argparse.ArgumentParser(description="Many nights one after the other.")
    asked.add_argument("--full", action="store_true")
    asked.add_argument("--nights", type=int)
    asked.add_argument("--files", type=int)
    asked.add_argument("--live", nargs=3, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.live:
        place, nights, files = options.live
        live(Path(place), int(nights), int(files))
        return 0
    nights = options.nights or (30 if options.full else 5)
    files = options.files or (300 if options.full else 30)
    good = True
    for name, way in (("a process a night", a_process_a_night), ("one process", one_process)):
        with tempfile.TemporaryDirectory(prefix="oncoflag-soak-") as place:
            good &= steady(name, tuple(way(Path(place), nights, files)))
    print("nothing grows" if good else "SOMETHING GROWS")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
