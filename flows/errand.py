"""A share of files in, what another machine read of it out, through the shared data directory.

An errand is two private files under the id of its run: what is to be read, and the readings as
canonical JSON. Whoever carries it needs the data directory and Oncoflag, and no database. Done
twice it leaves the same answer, each time whole: a machine may die with it at any point.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flows.originals import original_of
from flows.trip import Read, Readers, as_read, with_scope
from parsers.child import Job
from pipeline.codec import from_json, to_json
from pipeline.errors import StoreError
from pipeline.model import Coverage, Reading
from pipeline.sheets import ManifestRow

_FOLDER = "errands"
_PRIVATE = 0o700


class UnlikeError(RuntimeError):
    """The machine that carries an errand is set up otherwise than the one that gave it."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One file of an errand: its original by hash, its name, what is said of it."""

    sha256: str
    name: str
    row: ManifestRow | None = None
    covered: tuple[Coverage, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be read, by which code and with which passwords (told, not named)."""

    code_version: str
    passwords: str
    files: tuple[Wanted, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A reading for each file of the order, in its order, and how long each took."""

    readings: tuple[Reading, ...]
    seconds: tuple[float, ...]


def folder_of(data: Path, run_id: str) -> Path:
    """Where the errands of a run lie, in the data directory *data*."""
    return data / _FOLDER / run_id


def tidy(data: Path) -> None:
    """Remove the errands of every run: no other one may be at work."""
    with suppress(FileNotFoundError):
        shutil.rmtree(data / _FOLDER)


def give(folder: Path, number: int, jobs: Iterable[Job], readers: Readers, code: str) -> None:
    """Write down errand *number*: the share *jobs*, to be read with the same code and passwords.

    Raises:
        StoreError: the shared directory cannot be written to.
    """
    files = [_wanted(with_scope(readers, job)) for job in jobs]
    order = Order(code_version=code, passwords=readers.pool.passwords_told(), files=tuple(files))
    try:
        for each in (folder.parent, folder):
            each.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        _write(_order(folder, number), to_json(order))
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise StoreError("not_spread", f"an errand cannot be written: {reason}") from None


def carry(folder: Path, number: int, originals: Path, readers: Readers, code: str) -> int:
    """Read what errand *number* asks for, here, and leave the answer; how many files.

    Raises:
        UnlikeError: this machine has other code or other passwords: it would read otherwise.
    """
    order = from_json(Order, _order(folder, number).read_bytes())
    if order.code_version != code:
        raise UnlikeError("another version of the code is installed here")
    if order.passwords != readers.pool.passwords_told():
        raise UnlikeError("other passwords for locked PDFs are set here")
    timed = [_timed(readers, _job(each, originals)) for each in order.files]
    answer = Answer(
        readings=tuple(reading for reading, _ in timed), seconds=tuple(took for _, took in timed)
    )
    _write(_answer(folder, number), to_json(answer))
    return len(timed)


def collect(
    folder: Path, number: int, jobs: Sequence[Job], readers: Readers
) -> tuple[Read, ...] | None:
    """What was read for errand *number*; None if there is no answer that fits its *jobs*."""
    try:
        answer = from_json(Answer, _answer(folder, number).read_bytes())
    except (OSError, ValueError):
        return None
    if len(answer.readings) != len(jobs):
        return None
    told = zip(answer.readings, jobs, answer.seconds, strict=True)
    return tuple(as_read(readers, reading, job, took) for reading, job, took in told)


def _wanted(job: Job) -> Wanted:
    return Wanted(sha256=job.path.name, name=job.name, row=job.row, covered=job.covered)


def _job(wanted: Wanted, originals: Path) -> Job:
    path = original_of(originals, wanted.sha256)
    return Job(path=path, name=wanted.name, row=wanted.row, covered=wanted.covered)


def _timed(readers: Readers, job: Job) -> tuple[Reading, float]:
    began = time.monotonic()
    reading = readers.pool.read(job)
    return reading, time.monotonic() - began


def _order(folder: Path, number: int) -> Path:
    return folder / f"{number}.order.json"


def _answer(folder: Path, number: int) -> Path:
    return folder / f"{number}.answer.json"


def _write(path: Path, data: bytes) -> None:
    """The whole file under its name or none: two machines may answer the same errand at once."""
    file, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(file, "wb") as target:
            target.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
