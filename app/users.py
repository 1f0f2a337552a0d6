"""Commands about users and their pages in, work handed down: `user …` and `serve`.

A password is typed at a prompt or comes through a file descriptor, never as an argument: those
stand in the list of processes and in the history of the shell.
"""

from typing import Annotated

import typer

from app.options import AsJson

user_app = typer.Typer(help="Who may log in to the review pages.", no_args_is_help=True)
serve_app = typer.Typer()
Login = Annotated[str, typer.Argument(metavar="LOGIN")]
Roles = Annotated[
    list[str],
    typer.Option(
        "--role",
        metavar="ROLE",
        help="viewer, reviewer, signer, knowledge_manager, admin or auditor; may be repeated.",
    ),
]
Scope = Annotated[
    list[str] | None,
    typer.Option("--scope", metavar="AUTHORITY", help="Whose patients; all without it, or with *."),
]
PasswordFd = Annotated[
    int | None,
    typer.Option(metavar="N", help="Read the password from file descriptor N (one line)."),
]


@user_app.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="As it stands under a signature.")],
    role: Roles,
    scope: Scope = None,
    password_fd: PasswordFd = None,
) -> None:
    """Let somebody log in, with these roles."""
    from app import accounts  # noqa: PLC0415

    accounts.add((login, name), role, scope or (), password_fd)


@user_app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """List who may log in, and as what."""
    from app import accounts  # noqa: PLC0415

    accounts.list_users(as_json=as_json)


@user_app.command()
def role(login: Login, role: Roles) -> None:
    """Give somebody these roles and no others; their sessions end."""
    from app import accounts  # noqa: PLC0415

    accounts.set_roles(login, role)


@user_app.command()
def scope(login: Login, scope: Scope = None) -> None:
    """Say whose patients somebody may see; their sessions end."""
    from app import accounts  # noqa: PLC0415

    accounts.set_scope(login, scope or ())


@user_app.command()
def disable(login: Login) -> None:
    """Lock somebody out at once; what they signed stays."""
    from app import accounts  # noqa: PLC0415

    accounts.set_disabled(login, disabled=True)


@user_app.command()
def enable(login: Login) -> None:
    """Let somebody in again."""
    from app import accounts  # noqa: PLC0415

    accounts.set_disabled(login, disabled=False)


@user_app.command()
def password(login: Login, password_fd: PasswordFd = None) -> None:
    """Give somebody another password; their sessions end."""
    from app import accounts  # noqa: PLC0415

    accounts.set_password(login, password_fd)


@serve_app.command()
def serve(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8321,
    demo: Annotated[
        bool, typer.Option("--demo", help="The sample cases, with a throw-away user.")
    ] = False,
) -> None:
    """Show the review pages to browsers, on this machine alone unless behind a proxy."""
    from app.serving import serve_demo, serve_pages  # noqa: PLC0415

    if demo:
        return serve_demo(host, port)
    return serve_pages(host, port)
