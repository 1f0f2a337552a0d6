"""Paths in, the database filled and an account of the run out: the command `ingest`."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from actionability.release import shipped
from app import speak
from app.explaining import Asked
from app.means import frame, private, readers, shown
from app.opening import opened
from app.progress import bar
from exchange.documents import VERSION
from flows import run, server
from flows.gather import gather
from flows.knowledge import in_force
from flows.lock import only_run
from flows.outcome import Outcome
from flows.ready import Patience
from flows.work import Work
from pipeline.errors import StoreError
from pipeline.settings import FILE, Settings, load
from store.runs import Alarm

_DONE, _HELD = 0, 3
_IMBALANCE = "not everything that was found is accounted for: see `oncoflag status`"


def ingest_paths(paths: Sequence[Path], wanted: Asked, *, orchestrated: bool, as_json: bool) -> int:
    """Read, interpret and keep everything under *paths*; the exit status."""
    settings = load()
    gathered = gather(paths, wanted.named, _own(settings))
    with only_run(private(settings)), opened(settings) as store:
        # Before the first entry is written: the anchor goes on from there.
        astray = store.unlike_anchor()
        store.upgrade()
        known = in_force(store, shipped(), by="oncoflag", at=datetime.now(UTC))
        within = frame(wanted.as_of, wanted.jurisdiction, known.knowledge)
        with (
            readers() as each_reader,
            bar("reading", len(gathered.jobs), as_json=as_json) as advance,
        ):
            work = Work(
                gathered=gathered,
                readers=each_reader,
                frame=within,
                alarms=(*known.alarms, *_unlike_anchor(astray)),
                store=store,
                now=datetime.now(UTC),
                originals=settings.data_dir / "originals",
                patience=_patience(settings),
                advance=advance,
            )
            done = _orchestrated(work, settings) if orchestrated else run.plain(work)
        store.settle_anchor()
    _tell(done, settings, as_json=as_json)
    return _status(done)


def _own(settings: Settings) -> tuple[Path, ...]:
    data = settings.data_dir
    secret = (settings.audit_key, settings.audit_anchor, settings.pdf_passwords, Path(FILE))
    named = (*secret, settings.assays)
    return (data, data / "originals", *(each for each in named if each is not None))


def _unlike_anchor(sentence: str | None) -> tuple[Alarm, ...]:
    return (Alarm(code="audit_astray", sentence=sentence),) if sentence else ()


def _patience(settings: Settings) -> Patience:
    return Patience(settle_seconds=settings.settle_seconds, wait_minutes=settings.wait_minutes)


def _status(done: Outcome) -> int:
    if not done.is_sound:
        raise StoreError("imbalance", _IMBALANCE)
    return _DONE if done.is_whole else _HELD


def _orchestrated(work: Work, settings: Settings) -> Outcome:
    server.prepare(settings.data_dir)
    from flows.ingest import ingest  # noqa: PLC0415 - Prefect reads its settings when imported

    return ingest(work)


def _tell(done: Outcome, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        document = {"version": VERSION, "database": shown(settings)} | asdict(done)
        speak.document(document)
        return
    from app.tables import outcome  # noqa: PLC0415 - rich is for people

    speak.table(outcome(done, shown(settings)))
