"""A command in, how it ended out: the test's end of `stage`."""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Strike:
    """Where a fault strikes: at the *nth* call of a door, before or after it."""

    door: str
    when: str = "before"
    nth: int = 1
    act: str = "kill"


@dataclass(frozen=True, kw_only=True)
class House:
    """One installation: its data directory, its database, its inbox."""

    folder: Path
    url: str
    inbox: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended: exit status (negative: the signal that killed it) and what it said."""

    status: int
    out: str
    err: str
    reached: dict[str, int]
    seconds: float


class Stage:
    """A warm process that runs commands one after the other; a context manager."""

    def __init__(self, wrapper: tuple[str, ...] = ()) -> None:
        self._process = subprocess.Popen(
            [*wrapper, sys.executable, "-m", "tests.faults.stage"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._process.stdout is None or not self._process.stdout.readline():
            raise RuntimeError("the stage does not start")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def run(
        self,
        house: House,
        *arguments: object,
        strike: Strike | None = None,
        after: float | None = None,
        sent: int = signal.SIGKILL,
        doors: tuple[str, ...] = (),
        **more: Any,
    ) -> Ended:
        """Run `oncoflag ARGUMENTS` in *house*; *sent* is sent *after* so many seconds.

        *more* may give `limits` (RLIMIT name to number), `user` (a uid), `umask`, and `warm`
        false where lanes must be processes that start from nothing.
        """
        # Two stages may be at work in one house.
        name = f"{self._process.pid}"
        out, err = house.folder / f"out-{name}.txt", house.folder / f"err-{name}.txt"
        order = {
            "arguments": [str(each) for each in arguments],
            "environment": {
                "ONCOFLAG_DATA_DIR": str(house.data),
                "ONCOFLAG_DATABASE_URL": house.url,
                **house.environment,
            },
            "folder": str(house.folder),
            "out": str(out),
            "err": str(err),
            "counts": str(house.folder / f"counts-{name}.json"),
            "strike": strike and vars(strike),
            "after": after,
            "signal": sent,
            "doors": list(doors),
            "patience": 120,
            "limits": {},
            "user": None,
            "umask": 0o022,
            "warm": True,
        }
        answer = self._asked(order | more)
        return Ended(out=_said(out), err=_said(err), **answer)

    def night(self, house: House, **more: Any) -> Ended:
        """One night over the inbox of *house*, without an orchestrator."""
        return self.run(house, "ingest", house.inbox, "--no-orchestrator", "--json", **more)

    def _asked(self, order: dict[str, Any]) -> dict[str, Any]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the stage has no pipes")
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the stage is gone")
        found: dict[str, Any] = json.loads(answer)
        return found


def _said(path: Path) -> str:
    # Killed before it opened the file, a night has said nothing.
    return path.read_text() if path.exists() else ""
