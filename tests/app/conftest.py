"""The real command, in a process of its own, with a data directory of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "sample_reports"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def command_in(folder: Path) -> Run:
    """The command with *folder* as its place, and a data directory in it."""

    def run(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
        own = {key: value for key, value in os.environ.items() if not key.startswith("ONCOFLAG_")}
        own |= {"ONCOFLAG_DATA_DIR": str(folder / "data"), **environment}
        command = [sys.executable, "-m", "app.cli", *map(str, arguments)]
        return subprocess.run(
            command, env=own, cwd=folder, capture_output=True, text=True, check=False, timeout=300
        )

    return run


@pytest.fixture
def oncoflag(tmp_path: Path) -> Run:
    return command_in(tmp_path)
