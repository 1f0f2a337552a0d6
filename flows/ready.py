"""Files that were found in, those out that are all there, and why the others wait (R15).

A file is all there by its `.done` marker; else if it stands still for a while and ends as files
of its kind do. One that never will is taken in the end, and an alarm says so.
"""

import os
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.inbox import DONE_MARK, Aside, Fate, Found
from parsers.lane import opened
from parsers.vcf_bytes import BGZF_END
from pipeline.errors import UnreadableError

_EDGE_BYTES = 4096
_INFLATED_AT_MOST = 100  # times the size of the file; its reader refuses what is more
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a file must stand still, and how long one without an end is waited for."""

    settle_seconds: float = 2.0
    wait_minutes: float = 30.0


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When files are looked at: the time of day, how to let time pass, what waits since when."""

    now: datetime
    sleep: Callable[[float], object]
    first_seen: Mapping[str, datetime]


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """Files that are ready, and those that wait with the reason.

    *late* are files that were or are waited for too long.
    """

    ready: tuple[Found, ...]
    waiting: tuple[tuple[Found, Aside], ...]
    late: tuple[Found, ...]


@dataclass(frozen=True, kw_only=True)
class _Stand:
    """How a file stands: while these stay the same, nobody writes to it."""

    inode: int
    size: int
    modified: int


def sort_out(files: Sequence[Found], patience: Patience, moment: Moment) -> Sorted:
    """Which of the *files* are ready; those that are young are looked at a second time."""
    before = {each: _stand(each) for each in files}
    young = [each for each in files if _is_young(each, before[each], patience, moment)]
    if young:
        moment.sleep(patience.settle_seconds)
    asides = {each: None if _is_marked(each) else _unfinished(each) for each in files}
    moved = [each for each in young if _stand(each) not in {None, before[each]}]
    asides |= dict.fromkeys(moved, _GROWING)
    late = [
        each
        for each, aside in asides.items()
        if aside and _has_waited(each, before[each], patience, moment)
    ]
    taken = {each for each in files if asides[each] is None}
    taken |= {each for each in late if asides[each] in _TAKEN_LATE}
    return Sorted(
        ready=tuple(each for each in files if each in taken),
        waiting=tuple((each, why) for each, why in asides.items() if why and each not in taken),
        late=tuple(late),
    )


def _is_young(found: Found, stand: _Stand | None, patience: Patience, moment: Moment) -> bool:
    """True if it may still be being written; a time in the future says nothing."""
    if stand is None or found.is_named or _is_marked(found):
        return False
    age = moment.now.timestamp() - stand.modified / 1e9
    return not patience.settle_seconds <= age


def _has_waited(found: Found, stand: _Stand | None, patience: Patience, moment: Moment) -> bool:
    """True if nobody has written to it for long enough, or if we know of it for so long."""
    wait = timedelta(minutes=patience.wait_minutes)
    seen = moment.first_seen.get(found.place)
    if seen is not None and moment.now - seen >= wait:
        return True
    return (
        stand is not None and moment.now.timestamp() - stand.modified / 1e9 >= wait.total_seconds()
    )


def _stand(found: Found) -> _Stand | None:
    try:
        told = found.path.lstat()
    except OSError:
        return None
    return _Stand(inode=told.st_ino, size=told.st_size, modified=told.st_mtime_ns)


def _is_marked(found: Found) -> bool:
    mark = found.path.with_name(found.path.name + DONE_MARK)
    try:
        return mark.is_file() and not mark.is_symlink()
    except OSError:  # the name of the file was long, that of its marker is too long
        return False


def _unfinished(found: Found) -> Aside | None:
    """Why the file is not all there, as far as its kind lets one see; None if nothing says so."""
    try:
        with opened(found.path) as file:
            size = os.fstat(file).st_size
            head = os.pread(file, _EDGE_BYTES, 0)
            tail = os.pread(file, _EDGE_BYTES, max(0, size - _EDGE_BYTES))
            ended = _ends(file, head, tail)
    except UnreadableError as error:
        return _cannot_be_read(found, error)
    # A person who names a file says that it is all there.
    return None if ended or found.is_named else _NO_END


def _cannot_be_read(found: Found, error: UnreadableError) -> Aside:
    if _stand(found) is None:
        return _VANISHED
    if error.code == "not_a_file":
        return Aside(fate=Fate.REFUSED, code=error.code, reason=error.sentence)
    if not os.access(found.path, os.R_OK):
        return _UNREADABLE
    return _waits(error.code, error.sentence)


def _ends(file: int, head: bytes, tail: bytes) -> bool:
    """True if the file ends as one of its kind does, or is of a kind whose end shows nothing."""
    if not head or not tail.strip(b"\x00"):
        # Some copies lay the whole size down first, and fill it with zeros until they have more.
        return False
    if b"%PDF-" in head:
        return b"%%EOF" in tail
    if head.startswith(b"\x1f\x8b"):
        # BGZF is known by the extra field of its first block.
        return tail.endswith(BGZF_END) if head[12:14] == b"BC" else _inflates(file)
    if head.removeprefix(b"\xef\xbb\xbf").startswith((b"##fileformat", b"#CHROM")):
        return tail.endswith((b"\n", b"\r"))
    return True


def _inflates(file: int) -> bool:
    """True if the last member of a gzip file ends with its own checksum, in constant memory."""
    most = _INFLATED_AT_MOST * os.fstat(file).st_size + _BLOCK_BYTES
    member, inflated = zlib.decompressobj(31), 0
    try:
        for block in _blocks(file):
            rest = block
            while rest and inflated <= most:
                if member.eof:
                    member = zlib.decompressobj(31)
                inflated += len(member.decompress(rest, _BLOCK_BYTES))
                rest = member.unused_data if member.eof else member.unconsumed_tail
        while not member.eof and member.decompress(b"", _BLOCK_BYTES):
            pass  # what was held back for want of room
    except zlib.error:
        # Damaged, or zeros behind its end: more waiting will not mend it, its reader says which.
        return True
    return member.eof or inflated > most


def _blocks(file: int) -> Iterable[bytes]:
    position = 0
    while block := os.pread(file, _BLOCK_BYTES, position):
        yield block
        position += len(block)


def _waits(code: str, reason: str) -> Aside:
    return Aside(fate=Fate.WAITING, code=code, reason=reason)


_GROWING = _waits("growing", "it is still being written")
_NO_END = _waits("no_end", "its end is missing: it may be half-copied")
_VANISHED = _waits("vanished", "it was there a moment ago; it may have got another name")
_UNREADABLE = Aside(fate=Fate.REFUSED, code="unreadable", reason="its rights forbid reading it")
_TAKEN_LATE = (_NO_END,)
