"""Orders in, nights out: a process that has imported the product forks one child a command.

Each order is a line of JSON (see `night.Stage`); the child runs the real command line with its
own environment, limits and strike. The answer says how it ended and what it reached.
"""

import codecs
import gc
import json
import os
import pkgutil
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

from tests.faults import strikes
from tests.faults.inbox import fill


def main() -> None:
    """Answer each order on the input until it ends."""
    _import_all()
    _answer({"ready": True})
    for line in sys.stdin:
        _answer(_performed(json.loads(line)))


def _answer(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def _import_all() -> None:
    """What the command imports late is imported here once, but nothing of Prefect."""
    for room in ("app", "flows", "store", "exchange", "actionability", "pipeline"):
        for each in pkgutil.iter_modules(import_module(room).__path__, f"{room}."):
            if each.name not in _OF_PREFECT:
                import_module(each.name)
    for name in ("parsers.extract", "parsers.vcf", "parsers.document", "parsers.pdf", "psycopg"):
        import_module(name)
    import_module("sqlalchemy.dialects.postgresql.psycopg")
    # Patterns compiled and tables loaded once, for every child after it.
    extract = import_module("parsers.extract")
    with tempfile.TemporaryDirectory() as folder:
        for each in fill(Path(folder) / "inbox").iterdir():
            with suppress(Exception):  # the poison among them is read for its patterns too
                extract.read(each.read_bytes(), each.name)
    import_module("flows.means").frame(None, None)
    # A child that became somebody else cannot load a codec any more.
    for name in ("ascii", "latin-1", "utf-8", "idna"):
        codecs.lookup(name)
    gc.freeze()


_OF_PREFECT = {
    f"flows.{each}" for each in ("artifacts", "deploy", "ingest", "nightly", "spread", "sweep")
}


def _performed(order: dict[str, Any]) -> dict[str, Any]:
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _child(order)
    _wait(pid, order)
    ended = os.waitpid(pid, 0)[1]
    status = os.waitstatus_to_exitcode(ended)
    counts = Path(order["counts"])
    reached = json.loads(counts.read_text()) if counts.exists() else {}
    counts.unlink(missing_ok=True)
    return {"status": status, "reached": reached, "seconds": time.monotonic() - began}


def _wait(pid: int, order: dict[str, Any]) -> None:
    """Wait for the child to end, and send it its signal when its time has come."""
    ended = select.poll()
    ended.register(os.pidfd_open(pid), select.POLLIN)
    after = order.get("after")
    if after is not None and not ended.poll(after * 1000):
        if order["signal"] == signal.SIGKILL:
            _kill(strikes.family(pid))
        os.kill(pid, order["signal"])
    if not ended.poll(order["patience"] * 1000):
        _kill([*strikes.family(pid), pid])


def _kill(pids: Iterable[int]) -> None:
    for each in pids:
        with suppress(ProcessLookupError):  # it has just ended by itself
            os.kill(each, signal.SIGKILL)


def _child(order: dict[str, Any]) -> NoReturn:
    status = 70
    # Whoever started the tests in the background may have had this one ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        _prepare(order)
        status = _command(order["arguments"])
    except BaseException:  # noqa: BLE001 - the boundary of the harness, not of the product
        import traceback  # noqa: PLC0415 - for the harness's own faults

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        _tell(order)
        os._exit(status)


def _command(arguments: list[str]) -> int:
    cli = import_module("app.cli")
    sys.argv = ["oncoflag", *arguments]
    try:
        cli.main()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    return 0


class _WarmLane:
    """What `subprocess.Popen` is to a lane of readers, made by a fork: nothing to import again.

    The same code serves in it; that a lane starts from nothing is tested with the readers.
    """

    def __init__(self) -> None:
        orders, mine = os.pipe()
        theirs, replies = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _serve(orders, replies)
        os.close(orders)
        os.close(replies)
        self.stdin = open(mine, "wb")  # noqa: PTH123, SIM115 - a descriptor, closed by the pool
        self.stdout = open(theirs, "rb")  # noqa: PTH123, SIM115

    def wait(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def _warm_lanes() -> None:
    # Forked before the command has any thread: a fork among threads may stand still for ever.
    child = import_module("parsers.child")
    ready = [_WarmLane() for _ in range(os.cpu_count() or 1)]

    def start(*given: Any, **named: Any) -> Any:
        return ready.pop() if ready else subprocess.Popen(*given, **named)

    child.subprocess = SimpleNamespace(Popen=start, PIPE=subprocess.PIPE)


def _serve(orders: int, replies: int) -> NoReturn:
    try:
        os.setsid()
        os.dup2(orders, 0)
        os.dup2(replies, 1)
        # The lock of the run above all: what is inherited would outlive the run.
        os.closerange(3, 1 << 16)
        lane = import_module("parsers.lane")
        with open(0, "rb") as given, open(1, "wb") as answered:
            lane.serve(given, answered, lane.Limits())
    finally:
        os._exit(0)


def _prepare(order: dict[str, Any]) -> None:
    os.setsid()
    os.umask(order["umask"])
    for name in [each for each in os.environ if each.startswith("ONCOFLAG_")]:
        del os.environ[name]
    os.environ.update(order["environment"])
    for number, path in ((1, order["out"]), (2, order["err"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(order["folder"])
    strikes.install(order["strike"], order["doors"])
    if order["user"] is not None:
        os.setgroups([])
        os.setgid(order["user"])
        os.setuid(order["user"])
    if order["warm"]:
        _warm_lanes()
    for name, most in order["limits"].items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


def _tell(order: dict[str, Any]) -> None:
    # A limit on the size of files may stand: what was reached is then not told.
    try:
        # Whole or not at all: the kill can come while it is written.
        new = Path(order["counts"] + ".new")
        new.write_text(json.dumps(strikes.reached))
        new.rename(order["counts"])
    except OSError:
        Path(order["counts"]).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
