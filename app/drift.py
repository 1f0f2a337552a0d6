"""Commands about readers that drift in, work handed down: `drift …`."""

from typing import Annotated

import typer

from app.options import AsJson

drift_app = typer.Typer(help="Readers that read otherwise than before.", no_args_is_help=True)

Alarm = Annotated[str, typer.Argument(metavar="ID", help="The first characters will do.")]


@drift_app.command("list")
def list_drifts(
    every: Annotated[bool, typer.Option("--all", help="Settled ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the alarms about readers, and which readers are still being learnt."""
    from app.drifting import show_all  # noqa: PLC0415

    show_all(every=every, as_json=as_json)


@drift_app.command("show")
def show_drift(drift: Alarm, as_json: AsJson = False) -> None:
    """Show one alarm: what drifts, by which figures, and the reports whose negatives it holds."""
    from app.drifting import show  # noqa: PLC0415

    show(drift, as_json=as_json)


@drift_app.command("settle")
def settle_drift(
    drift: Alarm,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decides.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")],
    confirmed: Annotated[
        bool, typer.Option("--confirmed", help="The reader is wrong: the negatives stay held.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say that what an alarm tells of is right and the new normal; its negatives count again."""
    from app.drifting import settle  # noqa: PLC0415

    settle(drift, by=by, reason=reason, confirmed=confirmed, as_json=as_json)
