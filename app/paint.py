"""Words in, cells of a table for people out: colours, and text that is shown as text.

Whatever comes from a report is never markup and never moves the cursor of a terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from exchange.plain import plain
from pipeline.model import Status
from pipeline.patient import FlagKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType


KIND_STYLE = {
    FlagKind.SUGGEST: "bold green",
    FlagKind.FLAG: "cyan",
    FlagKind.CAUTION: "yellow",
    FlagKind.BLOCK: "bold red",
    FlagKind.ASK: "magenta",
}
STATUS_STYLE = {
    Status.DETECTED: "bold green",
    Status.NOT_DETECTED: "",
    Status.INDETERMINATE: "yellow",
    Status.NOT_ASSESSED: "dim",
}
clean = plain


def words(name: str) -> str:
    """A name of ours as people write it: `not_detected` is "not detected"."""
    return name.replace("_", " ")


def cell(*lines: str | Text) -> Text:
    """A cell of one or several lines."""
    parts = [line if isinstance(line, Text) else Text(clean(line)) for line in lines if line]
    return Text("\n").join(parts)


def dim(text: str) -> Text:
    """A line of less weight."""
    return Text(clean(text), style="dim")


def kind(flag_kind: FlagKind) -> Text:
    """The kind of a flag in its colour."""
    return Text(flag_kind.value, style=KIND_STYLE[flag_kind])


def grid(*widths: int | None) -> Table:
    """A table without lines; a width of None takes what is left."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for width in widths:
        table.add_column(width=width, ratio=None if width else 1, overflow="fold")
    table.expand = None in widths
    return table


def table(*columns: str) -> Table:
    """A table with a heading."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def indented(part: RenderableType | str, style: str = "") -> RenderableType:
    """Two columns to the right."""
    shown = Text(clean(part), style=style) if isinstance(part, str) else part
    return Padding(shown, (0, 0, 0, 2))


def section(title: str, parts: Iterable[RenderableType]) -> Iterator[RenderableType]:
    """A heading and what stands under it; nothing where nothing does."""
    rows = list(parts)
    if rows:
        yield Text()
        yield Text(title, style="bold")
        yield from (indented(row) for row in rows)
