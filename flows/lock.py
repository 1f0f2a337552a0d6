"""A data directory in, the right to write there out: two runs never overlap (requirement R17)."""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.errors import AlreadyRunningError, StoreError

_NAME = "ingest.lock"
_BRIEF = b"brief"
"""What stands in the lock while its holder has it for a moment alone."""

_WAIT_SECONDS, _POLL_SECONDS = 10.0, 0.1


@contextlib.contextmanager
def only_run(
    data_dir: Path, *, brief: bool = False, sleep: Callable[[float], object] = time.sleep
) -> Iterator[None]:
    """Hold the lock of *data_dir*; `AlreadyRunningError` if another run does.

    Whoever holds it *brief*, as a review page does, is waited for up to ten seconds; a night never
    is. The kernel gives the lock back when the process ends, however it ends.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(data_dir / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise StoreError(
            "cannot_open", f"the data directory {data_dir} cannot be used: {reason}"
        ) from None
    try:
        if not _taken(lock, sleep):
            raise AlreadyRunningError(f"another run is at work in {data_dir}")
        _say(lock, _BRIEF if brief else b"")
        yield
    finally:
        os.close(lock)


def _taken(lock: int, sleep: Callable[[float], object]) -> bool:
    """Whether the lock is ours now, at once or after somebody's moment."""
    for _ in range(round(_WAIT_SECONDS / _POLL_SECONDS)):
        if _is_free(lock):
            return True
        if os.pread(lock, len(_BRIEF), 0) != _BRIEF:
            return False
        sleep(_POLL_SECONDS)
    return _is_free(lock)


def _is_free(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _say(lock: int, word: bytes) -> None:
    # A full disk is no reason to refuse: nobody then waits for us.
    with contextlib.suppress(OSError):
        os.ftruncate(lock, 0)
        os.pwrite(lock, word, 0)
