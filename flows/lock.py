"""A data directory in, the right to write there out: two runs never overlap (requirement R17)."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import AlreadyRunningError, StoreError

_NAME = "ingest.lock"


@contextlib.contextmanager
def only_run(data_dir: Path) -> Iterator[None]:
    """Hold the lock of *data_dir*; `AlreadyRunningError` if another run does.

    The kernel gives the lock back when the process ends, however it ends.
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
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AlreadyRunningError(f"another run is at work in {data_dir}") from None
    else:
        yield
    finally:
        os.close(lock)
