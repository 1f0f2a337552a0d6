"""A data directory and its database in, a directory with all of both and its sums out; and back.

The anchor of the audit goes first and the originals last, while a run may go on: an anchor that
is older than the database names no entry that is not there, and every original that the
database speaks of is there, because it was kept before. The key of the audit is no part of a
backup: who holds both could forge the chain.
"""

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from flows.lock import only_run
from flows.originals import original_of
from pipeline.errors import InputError, StoreError
from store import backup

MANIFEST = "backup.json"
"""Written last: a directory without it is no backup."""

_VERSION = 1
_ANCHOR = "audit.anchor"
_ORIGINALS = "originals"
_BLOCK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Places:
    """What one installation consists of, but for the key of its audit and its own tables."""

    url: str
    data_dir: Path
    anchor: Path


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One file of a backup: its place in it, its bytes and their SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Backup:
    """What a backup holds; *taken* is the time in UTC at which it was begun."""

    taken: str
    database: str
    files: tuple[Kept, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(each.size for each in self.files)


def take(places: Places, into: Path, now: datetime) -> Backup:
    """Write a backup into the new directory *into*; a run may be at work meanwhile.

    Raises:
        InputError: there is something at *into* already, or no database to copy.
        StoreError: the database refuses, or the disk does.
    """
    if backup.is_empty(places.url):
        raise InputError("there is no database to back up")
    try:
        # Made by us and for us alone: a directory that was there may be anybody's.
        into.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise InputError("the directory of the backup is there already: name a new one") from None
    except OSError as error:
        raise _refusal(error) from None
    try:
        return _taken(places, into, now)
    except OSError as error:
        raise _refusal(error) from None


def restore(source: Path, places: Places) -> Backup:
    """Put a backup back, where neither database nor originals are yet, and check every sum first.

    Raises:
        InputError: *source* is no whole backup, or something stands where it would go.
    """
    whole = verified(source)
    with only_run(places.data_dir):
        _check_free(places)
        try:
            _put_back(source, whole, places)
        except OSError as error:
            raise _refusal(error) from None
        backup.put_back(source / whole.database, places.url)
    return whole


def verified(source: Path) -> Backup:
    """The backup at *source*, every file of it read again; `InputError` says what is wrong."""
    whole = _read(source)
    for each in whole.files:
        path = source / each.path
        if path.is_symlink() or not path.is_file():
            raise InputError(f"the backup is not whole: {each.path} is missing")
        if _sum(path) != (each.size, each.sha256):
            raise InputError(f"the backup is damaged: {each.path} is not as it was written")
    return whole


def _taken(places: Places, into: Path, now: datetime) -> Backup:
    if places.anchor.exists():
        _write(into / _ANCHOR, _whole_lines(places.anchor))
    database = backup.name_of(places.url)
    backup.take(places.url, into / database)
    originals = places.data_dir / _ORIGINALS
    for path in _below(originals):
        # What a run is copying at this moment has no hash for a name yet.
        if path == original_of(originals, path.name):
            _keep(path, into / _ORIGINALS / path.relative_to(originals))
    kept = tuple(_kept(path, into) for path in _below(into))
    whole = Backup(taken=now.astimezone(UTC).isoformat(), database=database, files=kept)
    for folder in {path.parent for path in _below(into)}:
        _settle(folder)
    _write(into / MANIFEST, _document(whole))
    _settle(into)
    return whole


def _whole_lines(anchor: Path) -> bytes:
    # A line that is just being written belongs to what the database says later.
    text = anchor.read_bytes()
    return text[: text.rfind(b"\n") + 1]


def _below(folder: Path) -> list[Path]:
    """Every regular file under *folder*, in order."""
    return sorted(each for each in folder.rglob("*") if each.is_file() and not each.is_symlink())


def _keep(path: Path, into: Path) -> None:
    """The same bytes in both places: a second name of the file where one disk holds both."""
    _make(into.parent)
    try:
        # An original is never changed once it has its name.
        os.link(path, into)
    except OSError:
        _copy(path, into)


def _copy(path: Path, into: Path) -> None:
    _make(into.parent)
    with path.open("rb") as source, _new(into) as copy:
        shutil.copyfileobj(source, copy, _BLOCK)
        copy.flush()
        os.fsync(copy.fileno())


def _write(path: Path, data: bytes) -> None:
    with _new(path) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _new(path: Path) -> IO[bytes]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    return os.fdopen(descriptor, "wb")


def _make(folder: Path) -> None:
    """The directory and those above it, each for its owner alone."""
    for each in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        each.mkdir(mode=0o700)


def _settle(folder: Path) -> None:
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _kept(path: Path, into: Path) -> Kept:
    size, digest = _sum(path)
    return Kept(path=path.relative_to(into).as_posix(), size=size, sha256=digest)


def _sum(path: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        for block in iter(lambda: file.read(_BLOCK), b""):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


def _document(whole: Backup) -> bytes:
    return json.dumps({"version": _VERSION} | asdict(whole), indent=1).encode() + b"\n"


def _read(source: Path) -> Backup:
    try:
        told = json.loads((source / MANIFEST).read_bytes())
        files = tuple(Kept(**each) for each in told["files"])
        whole = Backup(taken=told["taken"], database=told["database"], files=files)
    except OSError:
        raise InputError("this is no whole backup: its list of files is missing") from None
    except (ValueError, TypeError, KeyError):
        raise InputError("the list of files of this backup cannot be understood") from None
    if told.get("version") != _VERSION or whole.database not in {each.path for each in files}:
        raise InputError("the list of files of this backup cannot be understood")
    if any(_leaves(each.path) for each in files):
        raise InputError("the list of files of this backup names places outside of it")
    return whole


def _leaves(path: str) -> bool:
    return Path(path).is_absolute() or ".." in Path(path).parts


def _check_free(places: Places) -> None:
    """Nothing is overwritten: neither a database nor what the audit rests on."""
    if not backup.is_empty(places.url):
        raise InputError("the database is not empty: a backup is put back into an empty one alone")
    for path in (places.anchor, places.data_dir / _ORIGINALS):
        if path.exists():
            told = f"there is an {path.name} already: a backup is put back beside none alone"
            raise InputError(told)


def _put_back(source: Path, whole: Backup, places: Places) -> None:
    for each in whole.files:
        if each.path == _ANCHOR:
            _copy(source / each.path, places.anchor)
        elif each.path != whole.database:
            _copy(source / each.path, places.data_dir / each.path)


def _refusal(error: OSError) -> StoreError:
    reason = os.strerror(error.errno or 0).lower()
    return StoreError("cannot_write", f"the backup cannot be written or read: {reason}")
