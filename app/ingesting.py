"""Paths in, the database filled and an account of the run out: the command `ingest`."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from app import speak
from app.explaining import Asked
from app.means import frame, private, readers, shown
from exchange.documents import VERSION
from flows import run, server
from flows.gather import gather
from flows.lock import only_run
from flows.outcome import Outcome
from flows.run import Work
from pipeline.settings import Settings, load
from store.records import open_store

_DONE, _HELD = 0, 3


def ingest_paths(paths: Sequence[Path], wanted: Asked, *, orchestrated: bool, as_json: bool) -> int:
    """Read, interpret and keep everything under *paths*; the exit status."""
    settings = load()
    gathered = gather(paths, wanted.named)
    within = frame(wanted.as_of, wanted.jurisdiction)
    with only_run(private(settings)), open_store(settings.database) as store:
        store.upgrade()
        with readers() as each_reader, _progress(len(gathered.jobs), as_json=as_json) as advance:
            work = Work(
                gathered=gathered,
                readers=each_reader,
                frame=within,
                store=store,
                now=datetime.now(UTC),
                advance=advance,
            )
            done = _orchestrated(work, settings) if orchestrated else run.plain(work)
    _tell(done, settings, as_json=as_json)
    return _HELD if done.held else _DONE


def _orchestrated(work: Work, settings: Settings) -> Outcome:
    server.prepare(settings.data_dir)
    from flows.ingest import ingest  # noqa: PLC0415 - Prefect reads its settings when imported

    return ingest(work)


@contextmanager
def _progress(files: int, *, as_json: bool) -> Iterator[Callable[[], object]]:
    """A bar on a terminal, nothing elsewhere."""
    if as_json or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console  # noqa: PLC0415 - only for a terminal
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        reading = bar.add_task("reading", total=files)
        yield lambda: bar.advance(reading)


def _tell(done: Outcome, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        document = {"version": VERSION, "database": shown(settings)} | asdict(done)
        speak.document(document)
        return
    from app.tables import outcome  # noqa: PLC0415 - rich is for people

    speak.table(outcome(done, shown(settings)))
