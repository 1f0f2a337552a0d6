"""The night of a first design, for `night.py`: a sample of its files, multiplied to all of them."""

import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks.mix import Size
from benchmarks.pdf import bare
from benchmarks.vcf import by_pyvcf

SAMPLED = {"panel": 3, "exome": 1, "genome": 1, "report": 3}
NAIVE_ROWS = 40  # at the least: what a report and its case leave in a database, beside findings


def naive(inbox: Path, size: Size) -> dict[str, float]:
    """Seconds of the whole night as a first design would do it, by kind: a sample, multiplied."""
    numbers = {
        "panel": size.panels,
        "exome": size.exomes,
        "genome": size.genomes,
        "report": size.pdfs,
    }
    found = {}
    for kind, some in SAMPLED.items():
        paths = sorted(inbox.glob(f"{kind}_*"))[:some]
        begun = time.process_time()
        for path in paths:
            if kind == "report":
                bare(path.read_bytes())
            elif kind != "genome":
                by_pyvcf(path)
        each = (time.process_time() - begun) / len(paths)
        if kind == "genome":
            each = found["exome"] / size.exomes * size.genome_rows / size.exome_rows
        found[kind] = each * numbers[kind]
    found["storing"] = _rows_one_by_one() * NAIVE_ROWS * size.files
    return found


def _rows_one_by_one() -> float:
    """Seconds of one row added through the ORM, with its commit."""
    base = type("Base", (DeclarativeBase,), {})

    class Row(base):  # type: ignore[misc, valid-type]
        __tablename__ = "findings"
        id: Mapped[int] = mapped_column(primary_key=True)
        text: Mapped[str]

    with tempfile.TemporaryDirectory(prefix="oncoflag-naive-") as folder:
        engine = sa.create_engine(f"sqlite:///{folder}/naive.db")
        base.metadata.create_all(engine)
        with Session(engine) as session:
            begun = time.perf_counter()
            for number in range(200):
                session.add(Row(id=number, text="x" * 200))
                session.commit()
            return (time.perf_counter() - begun) / 200
