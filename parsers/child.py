"""A file in, its `Reading` out, read in a child process with limits: no file harms its neighbours.

The pool keeps lanes (see `lane`): clean processes that fork one limited child a file. What
happens to a child or to a lane becomes a `Reading` that is `unreadable` and says why.
"""

import base64
import contextlib
import hashlib
import json
import os
import queue
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from types import TracebackType
from typing import IO, Any, Self

from parsers.lane import HEADER, Job, Limits, hash_of, kind_of, opened, refused, unreadable
from parsers.page import Box
from parsers.vcf_excerpt import Excerpt
from pipeline.codec import from_json, to_json
from pipeline.errors import UnreadableError
from pipeline.model import Reading

__all__ = ["Job", "Limits", "ReaderPool"]

_GRACE_SECONDS = 30.0  # for hashing what could not be read, on a busy machine
_INHERITED = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV")


class ReaderPool:
    """Lanes that read files; threads may share it, each waiting call has a lane of its own.

    *passwords* are tried on PDFs that are locked; they go to the lanes through a pipe alone.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        lanes: int | None = None,
        passwords: Sequence[str] = (),
    ) -> None:
        self.limits = limits or Limits()
        self.lanes = lanes or os.cpu_count() or 1
        self._passwords = tuple(passwords)
        self._idle: queue.SimpleQueue[_Lane] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def passwords_told(self) -> str:
        """Which passwords there are, without telling them: with others more may be read.

        A slow hash: whoever has the database has the locked files too, and tries faster on those.
        """
        told = "\n".join(self._passwords).encode("utf-8", "surrogateescape")
        return hashlib.scrypt(told, salt=b"oncoflag", n=1 << 14, r=8, p=1).hex() if told else ""

    def close(self) -> None:
        """Stop every idle lane."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().stop()

    def read(self, job: Job) -> Reading:
        """What the file says; never raises for a bad file: the report then says why."""
        reply = self._asked(_request(job, self._passwords))
        return _lost(job) if reply is None else from_json(Reading, reply)

    def pictures(
        self, job: Job, places: Sequence[tuple[int, Box]], sha256: str, *, whole: bool = False
    ) -> tuple[bytes, ...]:
        """A PNG of each place (page and box) of the PDF whose hash is *sha256*, the box framed.

        *whole* shows the page from its top to its end, else the lines around the box alone.

        Raises:
            UnreadableError: the file is another by now, or it cannot be shown.
        """
        placed = [(page, list(box)) for page, box in places]
        shown = {"sha256": sha256, "places": placed, "whole": whole}
        reply = json.loads(self._asked(_request(job, self._passwords, shown)) or b"{}")
        if "pictures" not in reply:
            raise UnreadableError("not_shown", f"{job.name} changed, or cannot be shown.")
        return tuple(base64.b64decode(each) for each in reply["pictures"])

    def excerpt(self, job: Job, line: int, sha256: str) -> Excerpt:
        """That line of the VCF whose hash is *sha256*, each field as the header explains it.

        Raises:
            UnreadableError: the file is another by now, or has no such line.
        """
        shown = {"sha256": sha256, "line": line}
        reply = self._asked(_request(job, self._passwords, shown))
        try:
            return from_json(Excerpt, reply or b"{}")
        except ValueError:
            sentence = f"{job.name} changed, or its line cannot be shown."
            raise UnreadableError("not_shown", sentence) from None

    def _asked(self, request: bytes) -> bytes | None:
        """What a lane answers; None if it was lost over it."""
        try:
            lane = self._idle.get_nowait()
        except queue.Empty:
            lane = _Lane(self.limits)
        try:
            reply = lane.ask(request)
        except BaseException:
            lane.stop()
            raise
        if reply is None:
            lane.stop()
        else:
            self._idle.put(lane)
        return reply


class _Lane:
    """The parent's end of one lane."""

    def __init__(self, limits: Limits) -> None:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        command = [sys.executable, "-P", "-m", "parsers.lane", json.dumps(asdict(limits))]
        self._patience = limits.wall_seconds + _GRACE_SECONDS
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # numpy must not start threads in a process that forks.
            env=inherited | {"PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )
        if self._receive(HEADER.size, time.monotonic() + self._patience) is None:
            self.stop()
            raise RuntimeError("the process that reads files does not start")

    def ask(self, request: bytes) -> bytes | None:
        """The reply to one request; None if the lane is gone or silent for too long."""
        end = time.monotonic() + self._patience
        try:
            _pipe(self._process.stdin).write(request)
            _pipe(self._process.stdin).flush()
        except BrokenPipeError:
            return None
        header = self._receive(HEADER.size, end)
        return None if header is None else self._receive(HEADER.unpack(header)[0], end)

    def stop(self) -> None:
        """End the lane and whatever it is reading; it is the leader of its own session."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(BrokenPipeError):
                _pipe(pipe).close()

    def _receive(self, size: int, end: float) -> bytes | None:
        source, poll = _pipe(self._process.stdout).fileno(), select.poll()
        poll.register(source, select.POLLIN)
        parts: list[bytes] = []
        while size:
            ready = poll.poll(max(0.0, end - time.monotonic()) * 1000)
            part = os.read(source, min(size, 1 << 20)) if ready else b""
            if not part:
                return None
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def _lost(job: Job) -> Reading:
    sentence = "the process that was reading this file was lost; it was not read"
    try:
        with opened(job.path) as file:
            kind, sha256 = kind_of(os.pread(file, 1024, 0)), hash_of(file)
    except UnreadableError:
        return unreadable(job, "reader_lost", sentence)
    return refused(job.name, kind, sha256, "reader_lost", sentence)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:  # pragma: no cover - both ends were asked for
        raise RuntimeError("the lane has no pipe")
    return pipe


def _request(job: Job, passwords: Sequence[str], shown: dict[str, Any] | None = None) -> bytes:
    # `json` escapes the bytes of a file name that is not UTF-8; the codec would refuse them.
    row = None if job.row is None else to_json(job.row).decode()
    covered = None if job.covered is None else to_json(job.covered).decode()
    order: dict[str, Any] = {
        "path": str(job.path),
        "name": job.name,
        "row": row,
        "covered": covered,
    }
    order |= {"passwords": list(passwords), "shown": shown}
    return json.dumps(order).encode() + b"\n"
