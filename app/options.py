"""What several commands ask for in the same words: options and how they are understood."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout and nothing else.")]


def day(text: str) -> date:
    """A day written like 2026-11-02; anything else is refused."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date like 2026-11-02") from None


Manifest = Annotated[
    Path | None, typer.Option(help="Table that says which file belongs to whom.", metavar="FILE")
]
Patients = Annotated[
    Path | None, typer.Option(help="Table with the clinical context.", metavar="FILE")
]
Findings = Annotated[
    Path | None, typer.Option(help="Table with results known from elsewhere.", metavar="FILE")
]
AsOf = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DATE", help="The day whose approvals count."),
]
Wanted = Annotated[
    str | None, typer.Option("--jurisdiction", metavar="US|EU", help="Whose labels.")
]
