"""The books of the work in, how it stands out: the commands `status` and `quarantine …`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

from app import speak
from exchange.documents import VERSION, Document
from flows.means import shown
from flows.opening import must_exist, opened
from flows.tidings import OVERDUE
from pipeline.drift import Limits, is_learnt
from pipeline.errors import InputError
from pipeline.settings import load
from store.books import EntryState, IntakeState, RunState
from store.counts import Told
from store.entries import Entry
from store.intake import FileRow
from store.records import Store
from store.runs import RunRow

_FAILED = (RunState.FAILED, RunState.ABANDONED)
_LISTED = (IntakeState.HELD, IntakeState.QUARANTINED, IntakeState.WAITING)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Readers with their assays: *drifting* alarms hold negatives, *learning* are not watched yet.

    Nothing of any of them in a database that no night has filled: then everything is learnt first.
    """

    drifting: int = 0
    watched: int = 0
    learning: int = 0


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the work stands: runs, what is in the ledger, what was not taken; *at* is now.

    *remaining* are files of the ledger that no run has read to the end; *watch* tells of drift;
    *unsent* are messages about the last run that went nowhere.
    """

    at: datetime
    last: RunRow | None
    complete: RunRow | None
    files: dict[IntakeState, int]
    entries: tuple[Entry, ...]
    remaining: tuple[FileRow, ...] = ()
    watch: Watched = field(default_factory=Watched)
    unsent: tuple[Told, ...] = ()

    @property
    def since(self) -> timedelta | None:
        """Since when no run came to its end; None if none ever did."""
        return self.at - self.complete.ended if self.complete and self.complete.ended else None

    @property
    def is_overdue(self) -> bool:
        """True if the last complete run is too long ago, or if its end lies in the future."""
        return self.since is None or not timedelta() <= self.since <= OVERDUE

    @property
    def exit_status(self) -> int:
        """For a monitor: 1 if a night is missed or the last one failed, 3 if files remain."""
        if self.is_overdue or (self.last and self.last.state in _FAILED):
            return 1
        left = sum(self.files.get(each, 0) for each in _LISTED) + len(self.remaining)
        return 3 if left or self.entries else 0


def status(*, as_json: bool) -> int:
    """The last run with its account and alarms, what waits, and since when nothing was done.

    What is returned is for a monitor (`Standing.exit_status`).
    """
    settings = load()
    with _looked_at() as store:
        last = store.last_run()
        stands = Standing(
            at=datetime.now(UTC),
            last=last,
            complete=store.last_run(complete=True),
            files=dict(store.files()),
            entries=store.entries(EntryState.WAITING, EntryState.REFUSED),
            remaining=store.files_in(IntakeState.WAITING, IntakeState.CLAIMED),
            watch=_watched(store, settings.drift),
            unsent=tuple(each for each in store.told_of(last.id) if not each.arrived)
            if last
            else (),
        )
    if as_json:
        speak.document({"version": VERSION, "database": shown(settings)} | _standing(stands))
        return stands.exit_status
    from app.standing_tables import standing  # noqa: PLC0415 - rich is for people

    speak.table(standing(stands, shown(settings)))
    return stands.exit_status


def _watched(store: Store, limits: Limits) -> Watched:
    known = [is_learnt(each.reports, each.nights, limits) for each in store.strata()]
    drifting = len(store.drifts(standing=True))
    return Watched(drifting=drifting, watched=sum(known), learning=len(known) - sum(known))


def list_files(*, as_json: bool) -> None:
    """Every file from which nothing is concluded."""
    with _looked_at() as store:
        files = store.files_in(*_LISTED)
    if as_json:
        speak.document({"version": VERSION, "files": [_file(each) for each in files]})
        return
    from app.standing_tables import file_list  # noqa: PLC0415 - rich is for people

    speak.table(file_list(files))


def show_file(prefix: str, *, as_json: bool) -> None:
    """One file of the ledger, whatever became of it."""
    with _looked_at() as store:
        file = store.file_named(prefix)
    if as_json:
        speak.document({"version": VERSION} | _file(file))
        return
    from app.standing_tables import one_file  # noqa: PLC0415 - rich is for people

    speak.table(one_file(file))


def retry_file(prefix: str, by: str | None, *, as_json: bool) -> None:
    """Let the next run read a held or quarantined file again; `InputError` if it is neither."""
    with _looked_at() as store:
        file = store.file_named(prefix)
        if not store.read_again(file.sha256, by=by):
            raise InputError(f"this file is {file.state.value}: only a held one is read again")
        store.settle_anchor()
        again = store.file_named(file.sha256)
    if as_json:
        speak.document({"version": VERSION} | _file(again))
        return
    from rich.text import Text  # noqa: PLC0415 - rich is for people

    speak.table(Text(f"{file.sha256[:12]} waits: the next `oncoflag ingest` reads it again"))


@contextmanager
def _looked_at() -> Iterator[Store]:
    must_exist(settings := load())
    with opened(settings) as store:
        yield store


def _standing(stands: Standing) -> Document:
    hours = None if stands.since is None else round(stands.since.total_seconds() / 3600, 1)
    return {
        "last_run": _run(stands.last),
        "last_complete_run": _run(stands.complete),
        "hours_since_complete": hours,
        "overdue": stands.is_overdue,
        "files": {state.value: number for state, number in stands.files.items()},
        "remaining": [
            {"id": each.sha256[:12], "state": each.state.value} for each in stands.remaining
        ],
        "drift": asdict(stands.watch),
        "not_told": [
            {"channel": each.channel, "at": each.at.isoformat(), "outcome": each.outcome}
            for each in stands.unsent
        ],
        "not_taken": [
            {"file": each.file, "state": each.state.value, "code": each.code, "reason": each.reason}
            for each in stands.entries
        ],
    }


def _run(run: RunRow | None) -> Document | None:
    if run is None:
        return None
    return {
        "run": run.id,
        "host": run.host,
        "state": run.state.value,
        "started": run.started.isoformat(),
        "heartbeat": run.heartbeat.isoformat(),
        "ended": run.ended and run.ended.isoformat(),
        "fault": run.fault,
        "account": run.account and asdict(run.account),
        "alarms": [asdict(each) for each in run.alarms],
    }


def _file(file: FileRow) -> Document:
    return {
        "id": file.sha256[:12],
        "sha256": file.sha256,
        "file": file.file,
        "state": file.state.value,
        "code": file.code,
        "reason": file.reason,
        "first_seen": file.first_seen.isoformat(),
        "size": file.size,
        "original_kept": file.kept,
    }
