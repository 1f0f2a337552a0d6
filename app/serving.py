"""Settings in, the review pages on a port out: the command `serve`, and its demonstration."""

import ipaddress
import os
import secrets
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from app import speak
from app.accounts import Books, add_first_admin, books
from app.enrol import enrolled, has_admin
from app.explaining import asked
from app.ingesting import ingest_paths
from app.web import service
from app.web.desk import Desk
from pipeline.errors import InputError
from pipeline.settings import Settings, load
from store.desk_books import Role

# Longer than a proxy in front keeps its connections: it finds none closed just as it asks.
_IDLE_SECONDS = 75
# Who came when stays in the audit.
_FORGOTTEN = timedelta(days=2)
_SAMPLES = Path(__file__).parents[1] / "sample_reports"
_NOBODY = (
    "nobody can manage users yet: make an admin first, with "
    "`oncoflag user add LOGIN --name NAME --role admin`"
)
_OPEN = (
    "the pages hold patients' results and are shown on this machine alone; to listen on {host}, "
    "put a TLS proxy in front and say its address in ONCOFLAG_WEB_ORIGIN=https://… "
    "(docs/security.md)"
)


def serve_pages(host: str, port: int) -> None:
    """Serve until interrupted; `InputError` without an admin, or if anybody could listen in."""
    settings = load()
    may_listen(host, settings)
    with books() as own:
        if not has_admin(own.store):
            _first_admin(own)
        speak.line(f"the review pages: {settings.web_origin or _url(host, port)}")
        _run(own, settings, host, port)


def serve_demo(host: str, port: int) -> None:
    """The sample cases in a directory that is thrown away, with a user of every role."""
    if not _SAMPLES.is_dir():
        raise InputError("the sample reports are not installed: the demo needs the source tree")
    if not is_loopback(host):
        raise InputError("the demo has a user of every role and is shown on this machine alone")
    with tempfile.TemporaryDirectory(prefix="oncoflag-demo-") as folder:
        _only_here(Path(folder), _url(host, port))
        ingest_paths(
            [_SAMPLES],
            asked((None, None, None), (None, None), None, None),
            orchestrated=False,
            as_json=False,
        )
        with books() as own:
            password = secrets.token_urlsafe(12)
            own.store.add_user(enrolled("demo", "Demo Person", list(Role), (), password), own.by)
            for line in (
                "",
                f"the review pages on the sample cases: {_url(host, port)}",
                f"login: demo    password: {password}    (every role, for this demo alone)",
                "Ctrl+C ends it, and everything is thrown away.",
            ):
                speak.line(line)
            _run(own, load(), host, port)


def may_listen(host: str, settings: Settings) -> None:
    """`InputError` where results would cross a network that nobody encrypts."""
    if is_loopback(host) or (settings.web_origin or "").startswith("https://"):
        return
    raise InputError(_OPEN.format(host=host))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _first_admin(own: Books) -> None:
    if not sys.stdin.isatty():
        raise InputError(_NOBODY)
    add_first_admin(own)


def _only_here(folder: Path, url: str) -> None:
    """Let nothing of the real settings be used: not the database, not the keys, not the files."""
    for name in [each for each in os.environ if each.startswith("ONCOFLAG_")]:
        del os.environ[name]
    os.chdir(folder)
    os.environ["ONCOFLAG_DATA_DIR"] = str(folder / "data")
    os.environ["ONCOFLAG_WEB_ORIGIN"] = url


def _run(own: Books, settings: Settings, host: str, port: int) -> None:
    desk = Desk(store=own.store, settings=settings, now=lambda: datetime.now(UTC))
    own.store.tidy_sessions(desk.now() - _FORGOTTEN)
    uvicorn.run(
        service(desk),
        host=host,
        port=port,
        log_level="warning",
        # An address may name a case.
        access_log=False,
        server_header=False,
        timeout_keep_alive=_IDLE_SECONDS,
        # Only a proxy that is named may say for whom it asks.
        proxy_headers=settings.web_origin is not None,
        forwarded_allow_ips=settings.web_proxies,
    )


def _url(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"
