"""Users from the shell, and what `serve` refuses: no password stands in an argument."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.serving import is_loopback, may_listen
from pipeline.errors import InputError
from pipeline.settings import Settings
from tests.app.conftest import Run

PASSWORD = "grey owl above the lab"  # noqa: S105 - of nobody


def with_password(
    folder: Path, password: str, *arguments: str
) -> "subprocess.CompletedProcess[str]":
    """The command with a password in a file descriptor."""
    read, write = os.pipe()
    os.write(write, f"{password}\n".encode())
    os.close(write)
    own = {key: value for key, value in os.environ.items() if not key.startswith("ONCOFLAG_")}
    own |= {"ONCOFLAG_DATA_DIR": str(folder / "data")}
    command = [sys.executable, "-m", "app.cli", *arguments, "--password-fd", str(read)]
    try:
        return subprocess.run(
            command,
            env=own,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            pass_fds=(read,),
        )
    finally:
        os.close(read)


def test_users_are_kept_from_the_shell(oncoflag: Run, tmp_path: Path) -> None:
    refused = oncoflag("serve", "--port", "0")
    assert refused.returncode == 2
    assert "oncoflag user add" in refused.stderr, "no default password, and the way to make one"
    weak = with_password(
        tmp_path, "password1234", "user", "add", "anna", "--name", "Anna A", "--role", "admin"
    )
    assert (weak.returncode, "commonest" in weak.stderr) == (2, True)
    made = with_password(
        tmp_path, PASSWORD, "user", "add", "Anna", "--name", "Anna A", "--role", "admin"
    )
    assert made.returncode == 0, made.stderr
    assert PASSWORD not in made.stdout + made.stderr
    (told,) = [json.loads(line) for line in oncoflag("user", "list", "--json").stdout.splitlines()]
    (anna,) = told["users"]
    assert (anna["login"], anna["roles"], anna["scope"]) == ("anna", ["admin"], None)
    assert "password" not in json.dumps(told).replace("password_at", "")
    last = oncoflag("user", "disable", "anna")
    assert (last.returncode, "last admin" in last.stderr) == (2, True)
    assert oncoflag("user", "scope", "anna", "--scope", "EXEMPLA").returncode == 0
    assert "EXEMPLA" in oncoflag("user", "list").stdout
    assert oncoflag("user", "role", "nobody", "--role", "viewer").returncode == 2
    acts = oncoflag("audit", "show").stdout
    assert "user.added" in acts
    assert "user.scope" in acts
    assert "shell " in acts, "who sat at the keyboard"


LISTENING = (
    # host, address of the proxy, may it be?
    ("127.0.0.1", None, True),
    ("::1", None, True),
    ("localhost", None, True),
    ("0.0.0.0", None, False),  # noqa: S104
    ("::", None, False),
    ("192.0.2.1", None, False),
    ("flags.example.org", None, False),
    ("0.0.0.0", "http://flags.example.org", False),  # noqa: S104
    ("0.0.0.0", "https://flags.example.org", True),  # noqa: S104
)


@pytest.mark.parametrize(("host", "origin", "may"), LISTENING)
def test_results_cross_no_network_in_the_clear(host: str, origin: str | None, may: bool) -> None:
    settings = Settings(web_origin=origin)
    if may:
        may_listen(host, settings)
        return
    assert not is_loopback(host)
    with pytest.raises(InputError, match="ONCOFLAG_WEB_ORIGIN"):
        may_listen(host, settings)
