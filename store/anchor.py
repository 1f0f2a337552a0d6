"""The anchor of the audit: a line for every committed transaction, in a file that only grows.

A line is `FROM TO HASH`: entries FROM to TO stand in the chain and TO has this hash, which holds
all before it. Each line goes on where the one before ended, also over entries whose writer died
before its line. A line that begins earlier says that the database was set back: entries that
this file names are gone.
"""

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import StoreError

_LINE = re.compile(rb"([1-9]\d{0,18}) ([1-9]\d{0,18}) ([0-9a-f]{64})(?:\n|\Z)")
_LONGEST = 128


@dataclass(frozen=True, kw_only=True)
class Line:
    """Entries *first* to *last* stand in the chain, and *last* has this *hash*."""

    first: int
    last: int
    hash: str

    def __str__(self) -> str:
        return f"{self.first} {self.last} {self.hash}\n"


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """The file, made if need be, for its owner alone; `StoreError` if it cannot be written.

    Opened before the transaction is committed: what could never be anchored is not written.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise _refusal(error) from None
    try:
        yield file
    finally:
        os.close(file)


def add(file: int, line: Line, stands: Callable[[Line], bool]) -> None:
    """Append what was committed; *stands* says whether the chain still has the end of a line."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            _add(file, line, stands)
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
    except OSError as error:
        raise _refusal(error) from None


def settle(path: Path) -> None:
    """Wait until the disk has it all; `StoreError` if it cannot say so."""
    with opened(path) as file:
        try:
            os.fsync(file)
        except OSError as error:
            raise _refusal(error) from None


def tail(path: Path) -> Line | None:
    """The last whole line; None where there is none, `StoreError` if it cannot be read."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refusal(error) from None
    try:
        return _tail(file)[0]
    finally:
        os.close(file)


def lines(path: Path, size: int) -> Iterator[Line | None]:
    """The first *size* bytes line by line; None for a line that is none.

    Half a line where a writer died is passed over, if the next one goes on at the same entry.
    """
    torn: list[bytes] = []
    with path.open("rb") as file:
        left = size
        while left > 0 and (text := file.readline(min(left, _LONGEST))):
            left -= len(text)
            line = _read(text)
            if line is None:
                torn.append(text)
                continue
            yield from (None for each in torn if not _is_begun(each, line))
            torn = []
            yield line
    last = torn.pop() if torn else b""
    yield from (None for each in torn if not _begin_alike(each, last))
    if last.endswith(b"\n") or len(last) >= _LONGEST:
        yield None


def _is_begun(text: bytes, line: Line) -> bool:
    return _begin_alike(text, str(line).encode())


def _begin_alike(one: bytes, other: bytes) -> bool:
    """True if both could name the same first entry, however short they were cut."""
    left, right = (each.rstrip(b"\n").partition(b" ") for each in (one, other))
    if left[1] and right[1]:
        return left[0] == right[0]
    return left[0].startswith(right[0]) or right[0].startswith(left[0])


def size(path: Path) -> int | None:
    """Bytes of the file; None where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _add(file: int, line: Line, stands: Callable[[Line], bool]) -> None:
    before, whole = _tail(file)
    first = line.first
    if before is not None and line.first <= before.last:
        if line.last <= before.last and stands(before):
            return  # a faster writer's line holds ours too
    else:
        first = before.last + 1 if before else 1
    text = str(Line(first=first, last=line.last, hash=line.hash)).encode()
    text = text if whole else b"\n" + text
    if os.write(file, text) != len(text):
        raise StoreError("anchor", "the disk is full: the audit's anchor was cut short")


def _tail(file: int) -> tuple[Line | None, bool]:
    """The last whole line, and whether the file ends with it (else a writer died there)."""
    end = os.fstat(file).st_size
    # Two torn lines may follow each other, never more than a few.
    text = os.pread(file, 16 * _LONGEST, max(0, end - 16 * _LONGEST))
    found = list(_LINE.finditer(text))
    return (_line(found[-1]) if found else None), end == 0 or text.endswith(b"\n")


def _read(text: bytes) -> Line | None:
    found = _LINE.fullmatch(text)
    return _line(found) if found else None


def _line(found: re.Match[bytes]) -> Line:
    first, last, digest = found.groups()
    return Line(first=int(first), last=int(last), hash=digest.decode())


def _refusal(error: OSError) -> StoreError:
    reason = os.strerror(error.errno or 0).lower()
    return StoreError("anchor", f"the audit's anchor cannot be written: {reason}")
