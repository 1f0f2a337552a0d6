"""Documents and tables in, standard output out: JSON for programs, rich tables for people."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from exchange.documents import Document, text

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_WIDTH = 100
"""Columns of a table that goes to a file or a pipe."""


def document(content: Document) -> None:
    """One JSON document on one line, in UTF-8 whatever the locale."""
    sys.stdout.buffer.write(text(content).encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def table(content: RenderableType) -> None:
    """A table for people on standard output."""
    _console().print(content)


def line(text: str) -> None:
    """One line of text for people, whole however long it is; control characters are shown."""
    shown = "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
    sys.stdout.buffer.write(shown.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def _console() -> Console:
    from rich.console import Console  # noqa: PLC0415 - `--json` must not wait for it

    width = None if sys.stdout.isatty() else _WIDTH
    return Console(width=width, highlight=False, emoji=False, markup=False)
