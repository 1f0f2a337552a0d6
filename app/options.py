"""What several commands ask for in the same words: options and how they are understood."""

from datetime import date
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout and nothing else.")]


def day(text: str) -> date:
    """A day written like 2026-11-02; anything else is refused."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date like 2026-11-02") from None
