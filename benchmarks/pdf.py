"""What reading PDF reports costs: seconds and memory, as ratios in one run on one machine.

Run: ``python -m benchmarks.pdf [--full]``. Three figures, each with the bound it is held to:

- reports of which at most a third of the pages carry results are read at least 3 times as fast as
  pdfplumber takes text and tables off all their pages, and say the same as when every page is read;
- a file of 40 pages takes at most 80 MiB more than an empty process of the same imports;
- many reports in one process grow it by at most 5 MiB (``--full``: 1,000, else 100).
"""

import hashlib
import io
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber

from parsers import extract, pdf, pdfium, triage
from tests.pdf.drawn import TwoColumn
from tests.pdf.drawn_long import IDLE, long_report

SAMPLES = Path(__file__).parent.parent / "sample_reports"
# A scan, a locked and a ciphered file are read otherwise, or not at all.
TYPED = sorted(p for p in SAMPLES.glob("*.pdf") if p.name[:3] not in {"09_", "16_", "17_"})
READERS = pdf.Readers(choose=extract._reader, unknown=extract._unknown)  # noqa: SLF001
FASTER, PEAK, GROWTH = 3.0, 80.0, 5.0


def seconds(task: Callable[[], object], repeats: int = 3) -> float:
    best = float("inf")
    for _ in range(repeats):
        started = time.process_time()
        task()
        best = min(best, time.process_time() - started)
    return best


def bare(data: bytes) -> list[object]:
    with pdfplumber.open(io.BytesIO(data)) as document:
        found: list[object] = []
        for page in document.pages:
            found += [page.extract_text(), page.extract_tables()]
            page.close()
        return found


def resident() -> float:
    """What this process holds now, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def peak() -> float:
    """The most this process ever held, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def drawn_long(pages: int) -> bytes:
    """A drawn report of family A, five pages of it its own, full pages of no result behind."""
    own = len(TwoColumn().order)
    return long_report(*(IDLE[at % len(IDLE)] for at in range(pages - own)), repeat=16)


# ----------------------------------------------------------------------------------- the figures
def speed() -> bool:
    print(
        f"{'sample':<34} {'pages':>5} {'read':>4} {'ours s':>7} {'bare s':>7} {'faster':>6}  same"
    )
    good = True
    named = [(path.name, path.read_bytes()) for path in TYPED]
    for name, data in (*named, ("drawn, 18 pages", drawn_long(18))):
        fast = pdfium.skim(data)
        passed = len(triage.passed_over(fast))
        ours = seconds(lambda data=data, name=name: extract.read(data, name))
        theirs = seconds(lambda data=data: bare(data))
        same = says_the_same(data, name)
        ratio = theirs / ours
        few = 3 * (len(fast) - passed) <= len(fast)
        good &= same and (ratio >= FASTER or not few)
        mark = " held to 3" if few else ""
        counts = f"{len(fast):>5} {len(fast) - passed:>4}"
        print(f"{name[:34]:<34} {counts} {ours:7.3f} {theirs:7.3f} {ratio:6.2f}  {same}{mark}")
    return good


def says_the_same(data: bytes, name: str) -> bool:
    found = extract.read(data, name)
    if not found.report.status.is_read:
        return True
    sha256 = hashlib.sha256(data).hexdigest()
    return found == pdf.read(data, name=name, sha256=sha256, readers=READERS, every_page=True)


def forty_pages() -> bool:
    """In a process of its own: the most that one long file ever takes."""
    code = "import benchmarks.pdf as b; b.one_long_file()"
    root = Path(__file__).parent.parent
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    before, after = map(float, out.stdout.split())
    print(f"40 pages: {after - before:.1f} MiB above {before:.0f} MiB (at most {PEAK:.0f})")
    return after - before <= PEAK


def one_long_file() -> None:
    extract.read(next(SAMPLES.glob("x_*.pdf")).read_bytes(), "warm.pdf")
    data = drawn_long(40)
    before = resident()
    extract.read(data, "long.pdf")
    print(before, peak())


def growth(count: int) -> bool:
    samples = [path.read_bytes() for path in TYPED]
    for data in samples * 2:
        extract.read(data, "warm.pdf")
    before = resident()
    for index in range(count):
        extract.read(samples[index % len(samples)], "again.pdf")
    grown = resident() - before
    print(f"{count} reports: {grown:+.1f} MiB (at most {GROWTH:.0f})")
    return grown <= GROWTH


def main() -> None:
    results = [speed(), forty_pages(), growth(1000 if "--full" in sys.argv else 100)]
    print("all bounds kept" if all(results) else "A BOUND IS BROKEN")
    raise SystemExit(not all(results))


if __name__ == "__main__":
    main()
