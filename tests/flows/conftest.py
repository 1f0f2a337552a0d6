"""A run on the sample reports: real readers, real tables, a database of its own."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from actionability.knowledge import load
from flows import run
from flows.gather import gather
from flows.ready import Patience
from flows.trip import Frame, Readers
from flows.work import Work
from parsers.child import ReaderPool
from pipeline.coverage import assays, shipped
from store.records import Store, open_store

SAMPLES = Path(__file__).parents[2] / "sample_reports"
Ingest = Callable[..., run.Outcome]


@pytest.fixture(scope="session")
def readers() -> Iterator[Readers]:
    with ReaderPool(lanes=2) as pool:
        yield Readers(pool=pool, assays=assays(shipped()))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/store/oncoflag.db") as opened:
        opened.upgrade()
        yield opened


@pytest.fixture
def work(readers: Readers, store: Store, tmp_path: Path) -> Callable[..., Work]:
    def make(*paths: Path, today: date = date(2026, 11, 2)) -> Work:
        return Work(
            gathered=gather(paths),
            readers=readers,
            frame=Frame(knowledge=load(), code_version="test", today=today),
            store=store,
            now=datetime(2026, 11, 2, tzinfo=UTC),
            originals=tmp_path / "originals",
            # What a test has just written stands still.
            patience=Patience(settle_seconds=0, wait_minutes=0),
        )

    return make


@pytest.fixture
def inbox(tmp_path: Path) -> Callable[..., Path]:
    """A folder with some of the samples, and the tables given as text."""

    def make(*names: str, **tables: str) -> Path:
        folder = tmp_path / "inbox"
        folder.mkdir(exist_ok=True)
        for each in folder.iterdir():
            each.unlink()
        for name in names:
            (folder / name).write_bytes((SAMPLES / name).read_bytes())
        for name, text in tables.items():
            (folder / f"{name}.csv").write_text(text)
        return folder

    return make
