"""Commands about files from which nothing is concluded in, work handed down: `quarantine …`."""

from datetime import date
from typing import Annotated

import typer

from app.options import AsJson, day

quarantine_app = typer.Typer(help="Files from which nothing is concluded.", no_args_is_help=True)

File = Annotated[str, typer.Argument(metavar="ID", help="The first characters will do.")]


@quarantine_app.command("list")
def list_quarantine(as_json: AsJson = False) -> None:
    """List the files from which nothing is concluded, with their reasons."""
    from app.standing import list_files  # noqa: PLC0415

    list_files(as_json=as_json)


@quarantine_app.command("show")
def show_file(
    file: File,
    as_json: AsJson = False,
) -> None:
    """Show what became of one file."""
    from app import standing  # noqa: PLC0415

    standing.show_file(file, as_json=as_json)


@quarantine_app.command("retry")
def retry_file(
    file: File,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who asks for it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let the next run read a held or quarantined file again."""
    from app import standing  # noqa: PLC0415

    standing.retry_file(file, by, as_json=as_json)


@quarantine_app.command()
def release(  # noqa: PLR0913, PLR0917 - the options of a command line
    file: File,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decides.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")],
    case: Annotated[str | None, typer.Option(help="It belongs to this case.")] = None,
    new: Annotated[bool, typer.Option("--new", help="It is a new patient's.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Nothing comes of it.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was said of it.")] = False,
    mrn: Annotated[str | None, typer.Option(help="The record number, as it is right.")] = None,
    authority: Annotated[str | None, typer.Option(help="Who gave that number.")] = None,
    name: Annotated[str | None, typer.Option(help="The name, as it is right.")] = None,
    dob: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="The date of birth.")
    ] = None,
    accession: Annotated[str | None, typer.Option(help="The laboratory's order.")] = None,
    specimen: Annotated[str | None, typer.Option(help="The specimen.")] = None,
    despite_conflict: Annotated[
        bool, typer.Option("--despite-conflict", help="What is printed speaks against it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say whose a held file is, or that nothing comes of it; its cases are made again at once."""
    from app import holds  # noqa: PLC0415

    verdict = holds.Verdict(
        case=case,
        new=new,
        refuse=refuse,
        undo=undo,
        by=by,
        reason=reason,
        despite_conflict=despite_conflict,
    )
    stated = holds.identity((mrn, authority, name, accession, specimen), dob)
    holds.release(file, verdict, stated, as_json=as_json)
