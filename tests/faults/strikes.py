"""Where a fault strikes: an order in, the product's own doors wrapped in this process out.

The product has no hooks for tests. A door is `module.function` or `module.Class.method`; every
name in the product that stands for it is replaced by one that counts its calls and strikes.
"""

import errno
import functools
import importlib
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import default

ROOMS = ("app", "flows", "parsers", "actionability", "store", "exchange", "pipeline")
STATEMENT, COMMIT = "statement", "commit"
reached: Counter[str] = Counter()
"""How often each door was reached in this process, the statements and commits too."""


def family(pid: int) -> list[int]:
    """Every process that *pid* has started and that still lives, the youngest first."""
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children += map(int, task.read_text().split())
        except OSError:  # the thread has ended
            continue
    return [each for child in children for each in (*family(child), child)]


def kill() -> None:
    """Kill this process and every one it started, as a power cut would."""
    # Listed before the first is killed: `os.kill` keeps the interpreter's lock, so nothing of
    # ours runs in between.
    for pid in (*family(os.getpid()), os.getpid()):
        os.kill(pid, signal.SIGKILL)


def _stop() -> None:
    """Stand still until somebody goes on with us; the file `stopped` says who we are."""
    Path("stopped.new").write_text(str(os.getpid()))
    Path("stopped.new").rename("stopped")
    os.kill(os.getpid(), signal.SIGSTOP)


def _disk_full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _database_gone() -> None:
    """What the driver of the house's database raises when its database is gone."""
    said = f"the line was cut: {os.environ.get('FAULTS_DRIVER_SAYS', 'Specimen, Svea')}"
    if os.environ["ONCOFLAG_DATABASE_URL"].startswith("postgresql"):
        raise psycopg.OperationalError(said)
    raise sqlite3.OperationalError(said)


ACTS: dict[str, Callable[[], None]] = {
    "kill": kill,
    "term": lambda: os.kill(os.getpid(), signal.SIGTERM),
    "int": lambda: os.kill(os.getpid(), signal.SIGINT),
    "stop": _stop,
    "disk_full": _disk_full,
    "database_gone": _database_gone,
}


def install(strike: dict[str, Any] | None, doors: list[str]) -> None:
    """Count every statement, commit and call of *doors* in this process, and arm the *strike*.

    A strike says `door`, `when` (before or after), `nth` (from 1) and `act`; the door may be
    the word ``statement`` or ``commit``.
    """
    armed = strike or {}
    struck = armed.get("door")
    sa.event.listen(sa.Engine, "before_cursor_execute", lambda *_: _meet(STATEMENT, armed))
    # Below the event of SQLAlchemy, which comes before the commit alone.
    default.DefaultDialect.do_commit = _wrapped(  # type: ignore[method-assign]
        COMMIT, default.DefaultDialect.do_commit, armed
    )
    for door in {*doors, *([struck] if struck not in {None, STATEMENT, COMMIT} else [])}:
        _replace(str(door), armed)


def _replace(door: str, armed: dict[str, Any]) -> None:
    holder, name = _holder(door)
    original = vars(holder)[name]
    own = _wrapped(door, original, armed)
    setattr(holder, name, own)
    for module in list(sys.modules.values()):
        if module.__name__.partition(".")[0] in ROOMS:
            for alias, value in list(vars(module).items()):
                if value is original:
                    setattr(module, alias, own)


def _holder(door: str) -> tuple[Any, str]:
    *path, name = door.split(".")
    for end in range(len(path), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(path[:end]))
        except ModuleNotFoundError:
            continue
        for part in path[end:]:
            found = getattr(found, part)
        return found, name
    raise LookupError(f"no such door: {door}")


def _wrapped(door: str, original: Callable[..., Any], armed: dict[str, Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def through(*arguments: Any, **named: Any) -> Any:
        mine = _meet(door, armed)
        done = original(*arguments, **named)
        if mine and armed["when"] == "after":
            ACTS[armed["act"]]()
        return done

    return through


def _meet(door: str, armed: dict[str, Any]) -> bool:
    """Count a call; strike if it is the one and the strike comes before; True if it is the one."""
    reached[door] += 1
    mine = armed.get("door") == door and reached[door] == armed["nth"]
    if mine and armed["when"] == "before":
        ACTS[armed["act"]]()
    return mine
