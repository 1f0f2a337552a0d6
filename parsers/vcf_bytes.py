"""A VCF as bytes: a file, a gzip or a BGZF file in; blocks of text and a proof of the end out.

Blocks of one mebibyte, so that memory does not grow with the file; the next ones are unpacked in
a thread while one is looked at, for both steps leave the interpreter free. A gzip member whose
checksum or length is wrong, a member cut short, and a BGZF file without its closing block are
held: the records before the cut look complete to a parser, and most would be lost in silence.
"""

import gzip
import io
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any

from pipeline.errors import HeldError, UnreadableError

try:
    from isal import igzip, igzip_lib, isal_zlib

    _OPEN: Any = igzip.GzipFile
    _DAMAGE: Any = (OSError, isal_zlib.error, igzip_lib.error)
except ImportError:  # the standard library reads the same, at a third of the speed
    _OPEN = gzip.GzipFile
    _DAMAGE = (OSError, zlib.error)

BLOCK = 1 << 20
MAGIC = b"\x1f\x8b"
BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""The empty block with which every whole BGZF file ends."""

_BOMB_FLOOR = 256 << 20
_BOMB_RATIO = 400
_LONGEST_LINE = 64 << 20
_AHEAD = 2
_KEPT = 16 << 20


class Container(StrEnum):
    """How the text is packed."""

    PLAIN = "plain text"
    GZIP = "gzip"
    BGZF = "BGZF"


class _Rewound:
    """A stream whose first bytes were looked at and are given again."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        if not self._head:
            return self._rest.read(size)
        head, self._head = self._head, b""
        if 0 <= size < len(head):
            self._head = head[size:]
            return head[:size]
        return head + self._rest.read(size - len(head) if size > 0 else size)


class _Tail(io.RawIOBase):
    """A stream that counts what is read and remembers its last bytes."""

    def __init__(self, source: _Rewound) -> None:
        super().__init__()
        self._source = source
        self.last = b""
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self.count += len(data)
        kept = data if len(data) >= len(BGZF_END) else self.last + data
        self.last = kept[-len(BGZF_END) :]
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class ByteBlocks:
    """The unpacked text of *source* in blocks; *container* says how it was packed."""

    def __init__(self, source: bytes | IO[bytes]) -> None:
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        head = stream.read(18)
        self.container = _container(head)
        self._tail = _Tail(_Rewound(head, stream))

    def __iter__(self) -> Iterator[bytes]:
        if self.container is Container.PLAIN:
            yield from iter(lambda: self._tail.read(BLOCK), b"")
            return
        yield from _ahead(self._inflated())
        if self.container is Container.BGZF and self._tail.last != BGZF_END:
            raise HeldError(
                "cut_bgzf",
                "The BGZF file lacks its closing block: it was cut, and records may be missing.",
            )

    def _inflated(self) -> Iterator[bytes]:
        opened = _OPEN(fileobj=self._tail, mode="rb")
        produced = 0
        try:
            while block := opened.read(BLOCK):
                produced += len(block)
                self._refuse_bomb(produced)
                yield block
        except EOFError as error:
            raise HeldError(
                "cut_gzip", "The compressed file ends in the middle: it was cut."
            ) from error
        except _DAMAGE as error:
            raise HeldError(
                "damaged_gzip", "The compressed file is damaged: its checksum or form is wrong."
            ) from error

    def _refuse_bomb(self, produced: int) -> None:
        if produced > max(_BOMB_FLOOR, _BOMB_RATIO * self._tail.count):
            raise UnreadableError("gzip_bomb", "The compressed file expands beyond any real VCF.")


def _ahead(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same blocks, each asked for before it is needed; a file of one block pays no thread."""
    first = next(blocks, b"")
    if len(first) < BLOCK:
        yield first
        yield from blocks
        return
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - no panel pays for it

    _keep_pages()
    with ThreadPoolExecutor(max_workers=1) as beside:
        coming = deque(beside.submit(next, blocks, b"") for _ in range(_AHEAD))
        block = first
        while block:
            yield block
            block = coming.popleft().result()
            coming.append(beside.submit(next, blocks, b""))


def _keep_pages() -> None:
    """Ask the allocator not to give each block back: its pages would be made anew, a fifth more.

    glibc returns what is free beyond twice the largest piece it ever took back; nothing is written
    to this piece, so it takes no memory. Other allocators do not mind.
    """
    piece = bytes(_KEPT)
    del piece


def _container(head: bytes) -> Container:
    if not head.startswith(MAGIC):
        return Container.PLAIN
    return Container.BGZF if head[3:4] == b"\x04" and head[12:14] == b"BC" else Container.GZIP


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Whole lines: *text* up to *end*; what follows is part of the next. Saves copying it.

    *is_closed* is False for the last piece of a file that does not end in a newline (one is added).
    """

    text: bytes
    end: int
    is_closed: bool = True


def whole_lines(blocks: ByteBlocks) -> Iterator[Lines]:
    """The text of a file, in pieces that end where a line ends."""
    rest = b""
    for block in blocks:
        text = rest + block
        end = text.rfind(b"\n") + 1
        rest = text[end:]
        if len(rest) > _LONGEST_LINE:
            raise UnreadableError("endless_line", "One line is longer than 64 MiB.")
        if end:
            yield Lines(text=text, end=end)
    if rest:
        yield Lines(text=rest + b"\n", end=len(rest) + 1, is_closed=False)
