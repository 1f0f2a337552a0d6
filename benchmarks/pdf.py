"""What reading a PDF report costs: seconds a file, and the ratio to bare pdfplumber text.

Run: ``python benchmarks/pdf.py``. Ratios come from one run in one process, imports excluded.
"""

import io
import resource
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber

from parsers import extract

SAMPLES = Path(__file__).parent.parent / "sample_reports"


def seconds(task: Callable[[], object], repeats: int = 3) -> float:
    best = float("inf")
    for _ in range(repeats):
        started = time.process_time()
        task()
        best = min(best, time.process_time() - started)
    return best


def bare_text(data: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(data)) as document:
        return [page.extract_text() for page in document.pages]


def main() -> None:
    print(f"{'sample':<40} {'read s':>8} {'text s':>8} {'ratio':>6}")
    for path in sorted(SAMPLES.glob("*.pdf")):
        data = path.read_bytes()
        ours = seconds(lambda data=data, path=path: extract.read(data, path.name))
        text = seconds(lambda data=data: bare_text(data))
        print(f"{path.name:<40} {ours:8.3f} {text:8.3f} {ours / text:6.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MiB")


if __name__ == "__main__":
    main()
