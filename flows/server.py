"""A data directory in, the environment that Prefect is imported in out.

Prefect reads its settings when it is imported; this file imports none of it and runs before.
Its database is no place for patient data: it stands apart from ours, for its owner alone.
"""

import os
from collections.abc import MutableMapping
from pathlib import Path

_SILENT = {
    # No call leaves the machine.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
}
_DEFAULTS = {
    # The embedded server needs 8 to 15 s, 46 s on a busy machine.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}


def prepare(data_dir: Path, environment: MutableMapping[str, str] = os.environ) -> None:
    """Set what Prefect needs; what the user has set stays, except what would call outside."""
    environment.update(_SILENT)
    home = str((data_dir / "prefect").absolute())
    for name, value in {**_DEFAULTS, "PREFECT_HOME": home}.items():
        environment.setdefault(name, value)
    os.umask(0o077)
