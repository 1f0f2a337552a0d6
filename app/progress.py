"""The steps of a long work in, a bar for each on a terminal out; nothing elsewhere."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import TaskID

Begin = Callable[[str, int], Callable[[], object]]
"""What is going on and how long it is in, what is called after each step of it out."""


@contextmanager
def bar(word: str, total: int, *, as_json: bool) -> Iterator[Callable[[], object]]:
    """What is called after each step; *word* says what is going on."""
    with bars(as_json=as_json) as begin:
        yield begin(word, total)


@contextmanager
def bars(*, as_json: bool) -> Iterator[Begin]:
    """The same for several parts of a work, a line each; a part that goes on keeps its line."""
    if as_json or not sys.stderr.isatty():
        yield lambda _word, _total: lambda: None
        return
    from rich.console import Console  # noqa: PLC0415 - only for a terminal
    from rich.progress import Progress  # noqa: PLC0415

    begun: dict[str, TaskID] = {}
    one_at_a_time = threading.Lock()
    with Progress(console=Console(stderr=True), transient=True) as shown:

        def begin(word: str, total: int) -> Callable[[], object]:
            with one_at_a_time:
                if word not in begun:
                    begun[word] = shown.add_task(word, total=total)
            return lambda: shown.advance(begun[word])

        yield begin
