"""The length of a long work in, a bar on a terminal out; nothing elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(word: str, total: int, *, as_json: bool) -> Iterator[Callable[[], object]]:
    """What is called after each step; *word* says what is going on."""
    if as_json or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console  # noqa: PLC0415 - only for a terminal
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(word, total=total)
        yield lambda: shown.advance(task)
