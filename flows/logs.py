"""Steps of a run in, one line each out: JSON or words, with opaque ids and numbers alone.

Silent unless a setting says otherwise: cron mails whatever a program prints.
"""

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from flows.faults import place
from pipeline.errors import InputError

if TYPE_CHECKING:
    from structlog.typing import WrappedLogger

Fact = str | int | float | bool | None
"""A number, a code or an opaque id; any other text is left out of the line."""

_CODE = re.compile(r"[A-Za-z0-9_.:, /+-]{1,80}")
_LEFT_OUT = "(left out)"


@dataclass(frozen=True, kw_only=True)
class Log:
    """Where lines go; without a *sink* nowhere. *always* stands in each line (the run)."""

    sink: "WrappedLogger | None" = None
    always: tuple[tuple[str, Fact], ...] = ()

    def of(self, **always: Fact) -> "Log":
        """The same log, with these facts in every line."""
        return Log(sink=self.sink, always=(*self.always, *always.items()))

    def say(self, event: str, **facts: Fact) -> None:
        """One line; a log that cannot be written (a full disk) stops no night."""
        if self.sink is None:
            return
        told = {name: _safe(fact) for name, fact in (*self.always, *facts.items())}
        try:
            self.sink.info(event, **told)
        except (OSError, ValueError):
            return

    @contextmanager
    def step(self, event: str, **facts: Fact) -> Iterator["Step"]:
        """One line when the step is over: how long it took, or what kind of error ended it."""
        done, began = Step(), time.monotonic()
        try:
            yield done
        except BaseException as error:
            fault = {"fault": type(error).__name__, "place": place(error)}
            self.say(event, **facts, **done.facts, seconds=_since(began), **fault)
            raise
        self.say(event, **facts, **done.facts, seconds=_since(began))


class Step:
    """What a step found, told in its line."""

    def __init__(self) -> None:
        self.facts: dict[str, Fact] = {}

    def found(self, **facts: Fact) -> None:
        """Add to what is told."""
        self.facts.update(facts)


SILENT = Log()
"""The log that says nothing."""


@contextmanager
def opened(form: str, path: Path | None) -> Iterator[Log]:
    """The log of the settings: *form* `json`, `text` or `off`; *path* None is standard error.

    `InputError` if the file cannot be written. It is for its owner alone, and opened anew by
    each run: who rotates it need tell nobody.
    """
    if form == "off":
        yield SILENT
        return
    if path is None:
        yield Log(sink=_sink(form, sys.stderr))
        return
    file = _file(path)
    try:
        yield Log(sink=_sink(form, file))
    finally:
        # What a full disk did not take is tried once more, and fails once more.
        with suppress(OSError):
            file.close()


def _file(path: Path) -> TextIO:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise InputError(f"ONCOFLAG_LOG_FILE cannot be written: {reason}") from None
    return os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace", buffering=1)


def _sink(form: str, file: TextIO) -> "WrappedLogger":
    import structlog  # noqa: PLC0415 - only who logs waits for it

    shape: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.processors.LogfmtRenderer(key_order=["at", "event"])
    )
    at = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")
    return structlog.wrap_logger(
        structlog.WriteLogger(file),
        processors=[at, shape],
        wrapper_class=structlog.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _safe(fact: Fact) -> Fact:
    # Names, paths and sentences of reports have no business here, whoever passes them.
    if isinstance(fact, str) and not _CODE.fullmatch(fact):
        return _LEFT_OUT
    return fact


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)
