"""Paths in, the database filled and an account of the run out: the commands `ingest`, `night`."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from app import speak
from app.explaining import Asked
from app.progress import bars
from exchange.documents import VERSION
from flows import run, server
from flows.means import shown
from flows.morning import told
from flows.night import Wanted, inboxes, night, patiently
from flows.outcome import Outcome
from flows.work import Work
from pipeline.errors import StoreError
from pipeline.settings import Settings, load

_DONE, _HELD = 0, 3
_IMBALANCE = "not everything that was found is accounted for: see `oncoflag status`"


def ingest_paths(paths: Sequence[Path], wanted: Asked, *, orchestrated: bool, as_json: bool) -> int:
    """Read, interpret and keep everything under *paths*; the exit status.

    No path means the inbox of the settings.
    """
    settings = load()
    whole = Wanted(
        paths=paths or inboxes(settings),
        named=wanted.named,
        as_of=wanted.as_of,
        jurisdiction=wanted.jurisdiction,
    )
    with told(settings):
        done = _night(settings, whole, orchestrated=orchestrated, as_json=as_json)
    return _told(done, settings, as_json=as_json)


def night_of_inbox(*, as_json: bool) -> int:
    """The night over the inbox of the settings, without Prefect; the exit status.

    Where the database had gone away it begins again, as the deployed flow does.
    """
    settings = load()
    whole = Wanted(paths=inboxes(settings))
    once = partial(_night, settings, whole, orchestrated=False, as_json=as_json)
    with told(settings):
        done = patiently(settings, once)
    return _told(done, settings, as_json=as_json)


def _night(settings: Settings, wanted: Wanted, *, orchestrated: bool, as_json: bool) -> Outcome:
    with night(settings, wanted, bars(as_json=as_json)) as work:
        return _orchestrated(work, settings) if orchestrated else run.plain(work)


def _orchestrated(work: Work, settings: Settings) -> Outcome:
    server.prepare(settings.data_dir)
    from flows.ingest import ingest  # noqa: PLC0415 - Prefect reads its settings when imported

    return ingest(work)


def _told(done: Outcome, settings: Settings, *, as_json: bool) -> int:
    _tell(done, settings, as_json=as_json)
    if not done.is_sound:
        raise StoreError("imbalance", _IMBALANCE)
    return _DONE if done.is_whole else _HELD


def _tell(done: Outcome, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        document = {"version": VERSION, "database": shown(settings)} | asdict(done)
        speak.document(document)
        return
    from app.tables import outcome  # noqa: PLC0415 - rich is for people

    speak.table(outcome(done, shown(settings)))
