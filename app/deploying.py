"""A schedule in, the night on Prefect's server out, and server and worker at work: `deploy`."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from app import speak
from exchange.documents import VERSION
from flows import server
from flows.means import private
from flows.night import inboxes
from pipeline.errors import OrchestratorError
from pipeline.settings import Settings, exported, load

if TYPE_CHECKING:
    from flows.deploy import Deployed

_PATIENCE_SECONDS = 180.0
_GRACE_SECONDS = 30.0
_START = ("oncoflag deploy --serve", "systemctl enable --now oncoflag-server oncoflag-worker")
_ENDED = "Prefect's {name} ended by itself (exit status {status}): see its lines above"
_PAGES = "Prefect's pages: http://127.0.0.1:{port} (they ask for the line of {where}, whole)"
_NOT_UP = "Prefect's server did not answer within three minutes"


def deploy_night(cron: str | None, port: int, *, as_json: bool) -> None:
    """Make the work pool and the deployment, and say what to start.

    The server that PREFECT_API_URL names writes them; without one they are written into Prefect's
    database in the data directory, where a server that is started later finds them.
    """
    settings = _prepared(None)
    done = _deployed(cron)
    if as_json:
        told = {"version": VERSION, "deployment": done.deployment, "work_pool": done.pool}
        speak.document(told | {"cron": done.cron, "timezone": done.timezone, "start": [*_START]})
        return
    speak.line(f"{done.deployment} runs at '{done.cron}' in {done.timezone}, in pool {done.pool}")
    speak.line(f"start it with `{_START[0]}`, or with `{_START[1]}`")
    where = server.home(settings.data_dir) / "auth"
    speak.line(_PAGES.format(port=port, where=where))


def serve(cron: str | None, host: str, port: int) -> None:
    """Server, deployment and worker until interrupted; `OrchestratorError` if one ends by itself.

    A night that is at work when this is stopped is killed, and made good by the next.
    """
    settings = _prepared(_api(host, port))
    signal.signal(signal.SIGTERM, _interrupt)
    with suppress(KeyboardInterrupt), _started(server_command(host, port)) as standing:
        _wait_for(_api(host, port), standing)
        done = _deployed(cron)
        with _started(worker_command()) as working:
            where = server.home(settings.data_dir) / "auth"
            speak.line(f"{done.deployment} runs at '{done.cron}' in UTC")
            speak.line(_PAGES.format(port=port, where=where))
            _watch({"server": standing, "worker": working})


def become_server(host: str, port: int) -> NoReturn:
    """Turn into Prefect's server: for a supervisor that starts one process a unit."""
    _prepared(_api(host, port))
    _become(server_command(host, port))


def become_worker(port: int) -> NoReturn:
    """Turn into a worker of our pool, of the server that PREFECT_API_URL names or on *port*."""
    _prepared(_api("127.0.0.1", port))
    _wait_for(os.environ["PREFECT_API_URL"])
    _become(worker_command())


def server_command(host: str, port: int) -> tuple[str, ...]:
    """The command that is Prefect's server."""
    prefect = (sys.executable, "-P", "-m", "flows.scheduler", "server", "start")
    return (*prefect, "--host", host, "--port", str(port))


def worker_command() -> tuple[str, ...]:
    """The command that is a worker; the pool was made when the night was deployed."""
    prefect = (sys.executable, "-P", "-m", "prefect", "worker", "start")
    return (*prefect, "--pool", server.POOL, "--type", "process")


def _prepared(api: str | None) -> Settings:
    settings = load()
    # Nothing is deployed that could not find its inbox at night.
    inboxes(settings)
    private(settings)
    server.prepare_served(settings.data_dir, api)
    # A worker starts each night in an empty directory, where no oncoflag.toml lies.
    os.environ.update(exported(settings))
    return settings


def _deployed(cron: str | None) -> "Deployed":
    from flows.deploy import deploy  # noqa: PLC0415 - Prefect reads its settings when imported

    return deploy(cron)


def _api(host: str, port: int) -> str:
    # Who listens on every address is asked on this machine.
    return f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}/api"  # noqa: S104


@contextmanager
def _started(command: tuple[str, ...]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command)  # noqa: S603 - our own interpreter and Prefect's command
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(api: str, process: "subprocess.Popen[bytes] | None" = None) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        if process and process.poll() is not None:
            raise OrchestratorError(_ENDED.format(name="server", status=process.returncode))
        if _answers(f"{api}/health"):
            return
        time.sleep(0.5)
    raise OrchestratorError(_NOT_UP)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - http, as we wrote it
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _watch(processes: dict[str, "subprocess.Popen[bytes]"]) -> NoReturn:
    while True:
        for name, each in processes.items():
            if (status := each.poll()) is not None:
                raise OrchestratorError(_ENDED.format(name=name, status=status))
        time.sleep(0.5)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _become(command: tuple[str, ...]) -> NoReturn:
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - our own interpreter and Prefect's command
