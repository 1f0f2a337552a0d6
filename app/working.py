"""The commands of the main job in, work handed down: `ingest`, `night`, `reinterpret`, `deploy`."""

from pathlib import Path
from typing import Annotated

import typer

from app.options import AsJson, AsOf, Findings, Manifest, Patients, Wanted
from pipeline.errors import InputError

work_app = typer.Typer()


@work_app.command()
def ingest(  # noqa: PLR0913, PLR0917 - the options of a command line
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="None: ONCOFLAG_INBOX.")
    ] = None,
    manifest: Manifest = None,
    patients: Patients = None,
    findings: Findings = None,
    as_of: AsOf = None,
    jurisdiction: Wanted = None,
    no_orchestrator: Annotated[
        bool, typer.Option("--no-orchestrator", help="The same work without Prefect.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read every file, interpret every case, keep it in the database."""
    from app.explaining import asked  # noqa: PLC0415
    from app.ingesting import ingest_paths  # noqa: PLC0415

    wanted = asked((manifest, patients, findings), (None, None), as_of, jurisdiction)
    status = ingest_paths(paths or (), wanted, orchestrated=not no_orchestrator, as_json=as_json)
    raise typer.Exit(status)


@work_app.command()
def night(as_json: AsJson = False) -> None:
    """Ingest the inbox of the settings without Prefect: for cron and systemd."""
    from app.ingesting import night_of_inbox  # noqa: PLC0415

    raise typer.Exit(night_of_inbox(as_json=as_json))


@work_app.command()
def reinterpret(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would change; nothing is written.")
    ] = False,
    release: Annotated[
        str | None,
        typer.Option(metavar="RELEASE", help="Name or hash; else what waits, or is active."),
    ] = None,
    signed: Annotated[
        bool,
        typer.Option("--signed", help="Decided cases too, where it says something else of them."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make cases again with the active release of knowledge; or say what another would change."""
    from app.reinterpreting import Asked, reinterpret_cases  # noqa: PLC0415

    asked = Asked(release=release, dry_run=dry_run, signed=signed)
    raise typer.Exit(reinterpret_cases(asked, as_json=as_json))


@work_app.command()
def status(
    alert: Annotated[
        bool, typer.Option("--alert", help="Only tell who is to be told, if it was not yet.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 1 if a night is missed, 3 if files remain.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say how the work stands: the last run, its alarms, what waits and since when."""
    if alert:
        from app import telling  # noqa: PLC0415

        raise typer.Exit(telling.alert(as_json=as_json))
    from app import standing  # noqa: PLC0415

    stands = standing.status(as_json=as_json)
    raise typer.Exit(stands if check else 0)


@work_app.command()
def metrics(
    serve: Annotated[
        int | None,
        typer.Option(metavar="PORT", min=1, max=65535, help="Answer here, on this machine alone."),
    ] = None,
) -> None:
    """Print the numbers of the last night in the format of Prometheus, or serve them."""
    from app.telling import tell_metrics  # noqa: PLC0415

    tell_metrics(serve)


@work_app.command()
def deploy(  # noqa: PLR0913, PLR0917 - the options of a command line
    cron: Annotated[
        str | None,
        typer.Option(
            metavar="CRON",
            help="When a night begins, in UTC.  [default: as it stands, at first 15 1 * * *]",
        ),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Then be its server and a worker, until interrupted.")
    ] = False,
    server: Annotated[
        bool, typer.Option("--server", help="Be the server alone; nothing is deployed.")
    ] = False,
    worker: Annotated[
        bool, typer.Option("--worker", help="Be a worker alone; nothing is deployed.")
    ] = False,
    host: Annotated[str, typer.Option(help="Where the server listens.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where the server listens.")] = 4200,
    as_json: AsJson = False,
) -> None:
    """Put the night on Prefect's schedule, and say what to start."""
    from app import deploying  # noqa: PLC0415

    if serve + server + worker > 1:
        raise InputError("say one of --serve, --server and --worker")
    if server:
        deploying.become_server(host, port)
    if worker:
        deploying.become_worker(port)
    if serve:
        return deploying.serve(cron, host, port)
    return deploying.deploy_night(cron, port, as_json=as_json)
