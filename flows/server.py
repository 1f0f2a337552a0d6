"""A data directory in, the environment that Prefect is imported in out.

Prefect reads its settings when it is imported; this file imports none of it and runs before.
Its database is no place for patient data: it stands apart from ours, for its owner alone, answers
nobody without its password, and forgets after 30 days (requirement R22).
"""

import os
import secrets
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path

from pipeline.errors import StoreError

POOL = "oncoflag"
"""The work pool that our workers look into."""
CRON = "15 1 * * *"
"""When a night begins, in UTC, unless somebody says otherwise."""

_SILENT = {
    # No call leaves the machine.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}
_DEFAULTS = {
    # The embedded server needs 8 to 15 s, 46 s on a busy machine.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}
_KEPT_SECONDS = 30 * 24 * 3600
_SERVED = {
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs,orphans",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(_KEPT_SECONDS),
    # A server that is restarted may be away for a minute: the client asks again meanwhile.
    "PREFECT_CLIENT_MAX_RETRIES": "5",
}
_AUTH = ("PREFECT_API_AUTH_STRING", "PREFECT_SERVER_API_AUTH_STRING")


def prepare(data_dir: Path, environment: MutableMapping[str, str] = os.environ) -> None:
    """Set what Prefect needs; what the user has set stays, except what would call outside."""
    environment.update(_SILENT)
    for name, value in {**_DEFAULTS, "PREFECT_HOME": str(home(data_dir))}.items():
        environment.setdefault(name, value)
    os.umask(0o077)


def prepare_served(
    data_dir: Path, api: str | None, environment: MutableMapping[str, str] = os.environ
) -> None:
    """The same for a server that stands, its worker and whoever deploys to it.

    *api* is its address; None leaves the one that is set, or none.
    """
    prepare(data_dir, environment)
    for name, value in _SERVED.items():
        environment.setdefault(name, value)
    if api:
        environment.setdefault("PREFECT_API_URL", api)
    known = next((environment[name] for name in _AUTH if environment.get(name)), None)
    word = known or password(data_dir)
    for name in _AUTH:
        environment.setdefault(name, word)


def home(data_dir: Path) -> Path:
    """Where Prefect keeps its own state."""
    return (data_dir / "prefect").absolute()


def password(data_dir: Path) -> str:
    """User and password of the server, ``oncoflag:…``, for its owner alone; made at first use."""
    path = home(data_dir) / "auth"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise StoreError("cannot_open", f"Prefect's home cannot be used: {reason}") from None
    return path.read_text().strip()


def _make(path: Path) -> None:
    # Server and worker may start at the same time: whoever is second finds a whole file.
    own = path.with_name(f"auth.{os.getpid()}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"oncoflag:{secrets.token_urlsafe(32)}\n")
    with suppress(FileExistsError):
        path.hardlink_to(own)
    own.unlink()
