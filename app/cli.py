"""The command line: arguments in, work handed down, a table or one JSON document out.

Heavy imports stand inside the commands: `oncoflag --help` must not wait for them.
"""

import errno
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from app.correcting import correct_app
from app.drift import drift_app
from app.options import AsJson, AsOf, Findings, Manifest, Patients, Wanted
from app.quarantine import quarantine_app
from app.users import serve_app, user_app
from app.working import work_app
from pipeline.errors import (
    AlreadyRunningError,
    IdentityError,
    InputError,
    KnowledgeError,
    OncoflagError,
)

DONE, FAULT, USAGE, HELD, KNOWLEDGE, RUNNING = range(6)
"""Exit statuses: a contract with cron jobs and shell scripts (docs/json.md)."""

_OF_THE_MACHINE = {errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
"""No fault of the program: files, disk, rights to write."""

_EPILOG = (
    "Exit status: 0 done, 1 fault, 2 usage or settings, 3 done but files were held, "
    "4 knowledge refused, 5 already running."
)

app = typer.Typer(
    name="oncoflag",
    help="Molecular pathology reports in, therapy flags for biliary tract cancer out. "
    "Decision support for professionals: a person reviews and signs.",
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
knowledge_app = typer.Typer(help="The actionability tables.", no_args_is_help=True)
db_app = typer.Typer(help="The database.", no_args_is_help=True)
audit_app = typer.Typer(help="Who did what, and whether that is true.", no_args_is_help=True)
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(db_app, name="db")
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(audit_app, name="audit")
app.add_typer(drift_app, name="drift")
app.add_typer(user_app, name="user")
app.add_typer(work_app)
app.add_typer(correct_app)
app.add_typer(serve_app)


Evidence = Annotated[
    Path | None,
    typer.Option(help="Put a picture of each finding's printed place here.", metavar="DIR"),
]
Password = Annotated[
    str | None,
    typer.Option(help="Of a locked PDF; or a file of them in ONCOFLAG_PDF_PASSWORDS."),
]


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415

        from actionability.knowledge import packaged_release  # noqa: PLC0415

        told = f"oncoflag {version('oncoflag')}, with knowledge {packaged_release()}"
        print(told)  # noqa: T201 - the face of the house
        raise typer.Exit


@app.callback()
def face(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="Say which program this is."
        ),
    ] = False,
) -> None:
    """What every command has in common: nothing but the name of the program."""


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(metavar="FILE")],
    manifest: Manifest = None,
    evidence: Evidence = None,
    password: Password = None,
    as_json: AsJson = False,
) -> None:
    """Print what each FILE says; no database."""
    from app.reading import Wish, read_files  # noqa: PLC0415

    wish = Wish(manifest=manifest, evidence=evidence, password=password, as_json=as_json)
    raise typer.Exit(read_files(files, wish))


@app.command()
def explain(  # noqa: PLR0913, PLR0917 - the options of a command line
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE")] = None,
    manifest: Manifest = None,
    patients: Patients = None,
    findings: Findings = None,
    case: Annotated[str | None, typer.Option(help="The case in the tables.")] = None,
    mrn: Annotated[str | None, typer.Option(help="The patient in the tables.")] = None,
    as_of: AsOf = None,
    jurisdiction: Wanted = None,
    as_json: AsJson = False,
) -> None:
    """Say what follows for each case, and why; no database."""
    from app.explaining import asked, explain_cases  # noqa: PLC0415

    wanted = asked((manifest, patients, findings), (case, mrn), as_of, jurisdiction)
    raise typer.Exit(explain_cases(files or [], wanted, as_json=as_json))


@app.command()
def cases(
    flagged: Annotated[bool, typer.Option("--flagged", help="Only cases with flags.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    after: Annotated[
        str | None, typer.Option(metavar="ID", help="Go on after the case of this id.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the cases in the database with their flags, in the order of their ids."""
    from app.looking import list_cases  # noqa: PLC0415

    list_cases(flagged=flagged, limit=limit, after=after, as_json=as_json)


@app.command()
def case(  # noqa: PLR0913, PLR0917 - the options of a command line
    case_id: Annotated[str, typer.Argument(metavar="ID")],
    pdf: Annotated[Path | None, typer.Option(help="Write the printed page.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the page for a browser.")] = None,
    fhir: Annotated[Path | None, typer.Option(help="Write a FHIR R4 bundle.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write tables beside this name.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show one case of the database, with why and why not; or write it as files."""
    if pdf or html or fhir or csv:
        from app.exporting import Wanted as Files  # noqa: PLC0415
        from app.exporting import export_case  # noqa: PLC0415

        files = Files(pdf=pdf, html=html, fhir=fhir, csv=csv)
        return export_case(case_id, files, as_json=as_json)
    from app.looking import show_case  # noqa: PLC0415

    return show_case(case_id, as_json=as_json)


@app.command()
def export(
    directory: Annotated[Path, typer.Argument(metavar="DIR")],
    parquet: Annotated[bool, typer.Option("--parquet", help="Parquet instead of CSV.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write all cases as tables: cases, markers, findings, flags; nobody is named."""
    from app.exporting import export_all  # noqa: PLC0415

    export_all(directory, parquet=parquet, as_json=as_json)


@app.command()
def replay(
    run: Annotated[str | None, typer.Argument(metavar="RUN", help="Of `status`.")] = None,
    case: Annotated[str | None, typer.Option(help="Every interpretation of a case.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every interpretation.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make stored interpretations again and compare; exit status 1 if one is not proven."""
    from app.replaying import Which, replay_stored  # noqa: PLC0415

    which = Which(run=run, case=case, everything=everything)
    raise typer.Exit(replay_stored(which, as_json=as_json))


@knowledge_app.command()
def lint(as_json: AsJson = False) -> None:
    """Check the tables of the shipped release; exit status 4 if one is refused."""
    from app.releasing import lint_knowledge  # noqa: PLC0415

    lint_knowledge(as_json=as_json)


@knowledge_app.command()
def show(
    release: Annotated[str | None, typer.Argument(metavar="RELEASE", help="Name or hash.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what a release holds: the active one, or the shipped one without a database."""
    from app.releasing import show_knowledge  # noqa: PLC0415

    show_knowledge(release, as_json=as_json)


@knowledge_app.command("list")
def list_knowledge(as_json: AsJson = False) -> None:
    """List the releases of the database: candidate, active, retired, and by whom."""
    from app.releasing import list_releases  # noqa: PLC0415

    list_releases(as_json=as_json)


@knowledge_app.command()
def diff(
    before: Annotated[str, typer.Argument(help="Name or hash, `active` or `shipped`.")],
    after: Annotated[str, typer.Argument(help="The same.")],
    as_json: AsJson = False,
) -> None:
    """Show the rows that two releases do not share."""
    from app.releasing import diff_releases  # noqa: PLC0415

    diff_releases(before, after, as_json=as_json)


@knowledge_app.command()
def activate(
    release: Annotated[str, typer.Argument(metavar="RELEASE", help="Name or hash.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Who activates it.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")],
    as_json: AsJson = False,
) -> None:
    """Let a release count from now on; the one before is retired, and stays for replays."""
    from app.releasing import activate_release  # noqa: PLC0415

    activate_release(release, by=by, reason=reason, as_json=as_json)


@db_app.command()
def upgrade(as_json: AsJson = False) -> None:
    """Make the tables of the database, or bring them forward."""
    from app.looking import upgrade_database  # noqa: PLC0415

    upgrade_database(as_json=as_json)


@db_app.command("backup")
def back_up(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new directory.")],
    as_json: AsJson = False,
) -> None:
    """Copy the database, the originals and the audit's anchor into DIR; a run may go on."""
    from app.keeping import back_up as take  # noqa: PLC0415

    take(directory, as_json=as_json)


@db_app.command()
def prune(as_json: AsJson = False) -> None:
    """Remove old alarms, counts, messages and sessions; nothing that a result rests on."""
    from app.telling import prune as remove  # noqa: PLC0415

    remove(as_json=as_json)


@db_app.command()
def restore(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A backup.")],
    as_json: AsJson = False,
) -> None:
    """Check a backup and put it back where the settings say; nothing may be there yet."""
    from app.keeping import put_back  # noqa: PLC0415

    put_back(directory, as_json=as_json)


@audit_app.command("verify")
def verify_audit(as_json: AsJson = False) -> None:
    """Find entries and results that were changed, moved or removed; exit status 1 if any was."""
    from app.auditing import verify  # noqa: PLC0415

    raise typer.Exit(verify(as_json=as_json))


@audit_app.command("show")
def show_audit(
    subject: Annotated[
        str | None, typer.Option(help="Entries about the id that begins so.", metavar="ID")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the entries: who did what, when, to which report or case."""
    from app.auditing import show as show_entries  # noqa: PLC0415

    show_entries(subject, as_json=as_json)


@audit_app.command("acknowledge")
def acknowledge_gap(
    by: Annotated[str, typer.Option(help="Who acknowledges it.", metavar="NAME")],
    reason: Annotated[str, typer.Option(help="Why entries are gone.", metavar="TEXT")],
    as_json: AsJson = False,
) -> None:
    """Say why entries that the anchor names are gone, as after a restore from a backup."""
    from app.auditing import acknowledge  # noqa: PLC0415

    acknowledge(by, reason, as_json=as_json)


def main() -> NoReturn:
    """Run a command; every error is one sentence, never a traceback."""
    try:
        app()
    except OncoflagError as error:
        _leave(str(error), _status(error))
    except BrokenPipeError:
        # Whoever was reading (`| head`) has gone; nothing may be flushed to it at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAULT)
    except Exception as error:
        if os.environ.get("ONCOFLAG_TRACEBACK"):
            raise
        _leave(_unforeseen(error), FAULT)
    sys.exit(DONE)


def _leave(sentence: str, status: int) -> NoReturn:
    print(f"oncoflag: {sentence}", file=sys.stderr)  # noqa: T201 - the face of the house
    sys.exit(status)


def _status(error: OncoflagError) -> int:
    if isinstance(error, InputError | IdentityError):
        return USAGE
    if isinstance(error, KnowledgeError):
        return KNOWLEDGE
    return RUNNING if isinstance(error, AlreadyRunningError) else FAULT


def _unforeseen(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
        return f"the machine refuses: {os.strerror(error.errno).lower()}; mend it and run again"
    return f"unexpected fault: {_place(error)} (ONCOFLAG_TRACEBACK=1 shows more)"


def _place(error: Exception) -> str:
    # The text of an unforeseen error may quote a patient's report: kind and place are enough.
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = (
        f" in {trace.tb_frame.f_globals.get('__name__')}, line {trace.tb_lineno}" if trace else ""
    )
    return f"{type(error).__name__}{where}"


if __name__ == "__main__":
    main()
