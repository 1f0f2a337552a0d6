"""A ready file in, its original out, kept under the hash of its bytes: what all readers read.

What happens to the inbox afterwards harms nobody: a report is read from bytes that nobody else
can change, and can be shown years later (R8, R16).
"""

import errno
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from parsers.lane import hash_of, opened
from pipeline.errors import StoreError, UnreadableError

_INCOMING = "incoming"
_BLOCK_BYTES = 1 << 20
_PRIVATE = 0o700
_NOT_HERE = {errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}
"""Where the kernel cannot copy by itself, it says so with one of these."""


@dataclass(frozen=True, kw_only=True)
class Original:
    """The kept bytes of a file: where, SHA-256, size in bytes."""

    path: Path
    sha256: str
    size: int


def original_of(folder: Path, sha256: str) -> Path:
    """Where the original of this hash lies, if it is kept."""
    return folder / sha256[:2] / sha256


def is_kept(folder: Path, sha256: str) -> bool:
    """True if there is a file under this hash; its readers hash it again."""
    place = original_of(folder, sha256)
    return place.is_file() and not place.is_symlink()


def keep(path: Path, folder: Path) -> Original:
    """Copy the file into *folder* under its hash, or find that it lies there; never half of it.

    Raises:
        UnreadableError: the file cannot be opened or read, is no file, or changed meanwhile.
        StoreError: it cannot be kept (disk full, rights, too many open files); `code` says which.
    """
    with opened(path) as file:
        sha256, size = hash_of(file), os.fstat(file).st_size
        place = original_of(folder, sha256)
        if not (is_kept(folder, sha256) and place.stat().st_size == size):
            _copy(file, place, sha256, folder)
        return Original(path=place, sha256=sha256, size=size)


def put_away(place: Path) -> None:
    """Give a damaged original another name: the next copy of the file takes its place."""
    with suppress(OSError):
        place.rename(place.with_name(f"{place.name}.damaged"))


def tidy(folder: Path) -> None:
    """Remove what a run that was killed had begun to copy; no other run may be at work."""
    with suppress(FileNotFoundError):
        for each in (folder / _INCOMING).iterdir():
            each.unlink(missing_ok=True)


def _copy(file: int, place: Path, sha256: str, folder: Path) -> None:
    try:
        for each in (folder, folder / _INCOMING, place.parent):
            each.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        _copy_whole(file, place, sha256, folder / _INCOMING)
    except OSError as error:
        name = errno.errorcode.get(error.errno or 0, "unknown").lower()
        reason = os.strerror(error.errno or 0).lower()
        raise StoreError(f"not_kept_{name}", f"its original cannot be kept: {reason}") from None


def _copy_whole(file: int, place: Path, sha256: str, incoming: Path) -> None:
    # Made for the owner alone (0600); the name of the file appears nowhere.
    copy, name = tempfile.mkstemp(dir=incoming)
    try:
        _copy_bytes(file, copy)
        _compare(copy, sha256)
        os.fsync(copy)
        Path(name).rename(place)
        _settle(place.parent)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    finally:
        os.close(copy)


def _compare(copy: int, sha256: str) -> None:
    if hash_of(copy) != sha256:
        raise UnreadableError("changed", "the file changed while it was copied")


def _copy_bytes(source: int, target: int) -> None:
    """All bytes, in constant memory; where the file system can, without copying any."""
    position = 0
    try:
        while sent := os.copy_file_range(source, target, _BLOCK_BYTES << 6, position, position):
            position += sent
    except OSError as error:
        if error.errno not in _NOT_HERE:
            raise
    # Where the kernel stopped, or said that there is nothing (as it does of some odd files).
    while block := os.pread(source, _BLOCK_BYTES, position):
        rest = memoryview(block)
        while rest:
            sent = os.pwrite(target, rest, position)
            rest, position = rest[sent:], position + sent


def _settle(directory: Path) -> None:
    # The name itself survives a loss of power only then.
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
