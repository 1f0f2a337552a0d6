"""Settings and paths in, the work of one night out: open database, warm readers, knowledge.

The same for the command line and for the deployed flow; no Prefect here.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from actionability.release import shipped
from flows import logs
from flows.gather import Gathered, Named, gather
from flows.knowledge import in_force
from flows.lock import only_run
from flows.means import frame, private, readers
from flows.opening import opened
from flows.ready import Patience
from flows.work import Work
from pipeline.errors import InputError, StoreError
from pipeline.settings import FILE, Settings
from store.runs import Alarm

Bars = AbstractContextManager[Callable[[str, int], Callable[[], object]]]
"""How far the work is, for whoever looks on: see `Work.begin`."""

T = TypeVar("T")


def _unseen(_word: str, _total: int) -> Callable[[], object]:
    return lambda: None


_UNNAMED = Named()

_PAUSES = (1, 4)
"""Pauses before a night begins again whose database had gone away, in *retry_seconds* each."""

_AWAY = ("unreachable", "57P", "08")
"""Codes of a database that is not there or goes down just now (SQLSTATE classes 57P and 08)."""

_NO_INBOX = "no inbox is named: give a PATH, or set ONCOFLAG_INBOX to its directories"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a night is asked for: *paths*, tables named apart, a day and a jurisdiction."""

    paths: Sequence[Path]
    named: Named = _UNNAMED
    as_of: date | None = None
    jurisdiction: str | None = None


def inboxes(settings: Settings) -> tuple[Path, ...]:
    """The directories of a night that names none; `InputError` if the settings know none."""
    if not settings.inbox:
        raise InputError(_NO_INBOX)
    return settings.inbox


@contextmanager
def night(settings: Settings, wanted: Wanted, bars: Bars | None = None) -> Iterator[Work]:
    """Everything a run needs, alone in its data directory; the anchor is settled at the end.

    Raises:
        AlreadyRunningError: another run is at work here.
        InputError: a setting, an option or a table is wrong; nothing was begun.
        StoreError: the database refuses or cannot be reached.
    """
    gathered = gather(wanted.paths, wanted.named, _own(settings))
    with (
        only_run(private(settings)),
        logs.opened(settings.log, settings.log_file) as log,
        opened(settings) as store,
    ):
        # Before the first entry is written: the anchor goes on from there.
        astray = store.unlike_anchor()
        store.upgrade()
        known = in_force(store, shipped(), by="oncoflag", at=datetime.now(UTC))
        with readers() as each_reader, bars or nullcontext(_unseen) as begin:
            yield Work(
                gathered=gathered,
                readers=each_reader,
                frame=frame(wanted.as_of, wanted.jurisdiction, known.knowledge),
                alarms=(*known.alarms, *_unlike_anchor(astray)),
                store=store,
                now=datetime.now(UTC),
                originals=settings.data_dir / "originals",
                origin=settings.web_origin,
                log=log,
                patience=_patience(settings),
                drift=settings.drift,
                scheduler=settings.dask_scheduler,
                begin=begin,
            )
        store.settle_anchor()


@contextmanager
def by_hand(settings: Settings, by: str) -> Iterator[Work]:
    """The work of a person's own command, without files: alone in its data directory.

    *by* is told where a release of knowledge arrives with it. Raises as `night` does.
    """
    with only_run(private(settings)), opened(settings) as store, readers() as each_reader:
        store.upgrade()
        known = in_force(store, shipped(), by=by, at=datetime.now(UTC))
        yield Work(
            gathered=Gathered(jobs=()),
            readers=each_reader,
            frame=frame(None, None, known.knowledge),
            alarms=known.alarms,
            store=store,
            now=datetime.now(UTC),
            originals=settings.data_dir / "originals",
        )


def patiently(
    settings: Settings, work: Callable[[], T], sleep: Callable[[float], object] = time.sleep
) -> T:
    """The same once more, after a pause, where the database had gone away; nothing else is retried.

    A night may be done again at any time: what is stored already changes no row.
    """
    for pause in _PAUSES:
        try:
            return work()
        except StoreError as error:
            if not error.code.startswith(_AWAY):
                raise
        sleep(pause * settings.retry_seconds)
    return work()


def _own(settings: Settings) -> tuple[Path, ...]:
    data = settings.data_dir
    secret = (settings.audit_key, settings.audit_anchor, settings.pdf_passwords, Path(FILE))
    named = (*secret, settings.assays)
    return (data, data / "originals", *(each for each in named if each is not None))


def _unlike_anchor(sentence: str | None) -> tuple[Alarm, ...]:
    return (Alarm(code="audit_astray", sentence=sentence),) if sentence else ()


def _patience(settings: Settings) -> Patience:
    return Patience(settle_seconds=settings.settle_seconds, wait_minutes=settings.wait_minutes)
