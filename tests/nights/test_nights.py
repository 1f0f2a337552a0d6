"""Deployed nights on a real server: what is killed, restarted or poisoned, the rows are the same.

The quiet night of `conftest` ran without any orchestrator; every other night must end as that one.
"""

import base64
import json
import signal
import sqlite3
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.dump import Rows, differing
from tests.nights.conftest import Lab, Server, end, until

pytestmark = pytest.mark.prefect
Make = Callable[..., Lab]


def same(found: Lab, wanted: Rows) -> None:
    """Every row is as after the quiet night."""
    apart = differing(wanted, found.rows())
    assert not apart, "\n".join(apart[:20])


def asked(server: Server, path: str, **question: Any) -> Any:
    """What Prefect's server answers."""
    word = server.address["PREFECT_API_AUTH_STRING"].encode()
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{server.address['PREFECT_API_URL']}{path}",
        data=json.dumps(question).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Basic {base64.b64encode(word).decode()}",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def flow_runs(server: Server) -> dict[str, str]:
    """The state of every flow run, by its name."""
    return {each["name"]: each["state"]["name"] for each in asked(server, "/flow_runs/filter")}


def at_work(lab: Lab) -> str | None:
    """The id of the run that is at work in our database; None if none is."""
    path = lab.folder / "data" / "oncoflag.db"
    if not path.exists():
        return None
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            found = database.execute("SELECT id FROM runs WHERE state = 'running'").fetchone()
    except sqlite3.OperationalError:  # its tables are being made
        return None
    return found[0] if found else None


def test_two_commands_deploy_a_night_and_a_worker_runs_it(
    lab: Make, server: Server, quiet: Rows
) -> None:
    """With a schedule of every minute, the server plans the night and a worker runs it."""
    own = lab()
    status, said = own.run("deploy", "--cron", "* * * * *", "--json")
    assert (status, json.loads(said)["deployment"]) == (0, "nightly/inbox")
    worker = own.start("deploy", "--worker", "--port", server.port)
    try:
        run = until(lambda: at_work(own), 180, "no night began by itself")
        until(lambda: flow_runs(server).get(f"nightly-{run}") == "Held", 120, "it did not end")
    finally:
        end(worker)
    same(own, quiet)


def test_a_server_that_is_killed_takes_no_night_with_it(
    lab: Make, server: Server, quiet: Rows
) -> None:
    """The night goes on unseen; the next one finds it in Prefect as running, and marks it."""
    own = lab()
    night = own.flow()
    run = until(lambda: at_work(own), 120, "the night did not begin")
    until(lambda: f"nightly-{run}" in flow_runs(server), 30, "it was not named")
    server.kill()
    night.communicate(timeout=300)
    same(own, quiet)
    server.start()
    assert flow_runs(server)[f"nightly-{run}"] == "Running", "nobody could tell the server"
    again = own.flow()
    said = again.communicate(timeout=300)[0]
    assert flow_runs(server)[f"nightly-{run}"] == "Crashed", said
    same(own, quiet)


def test_a_killed_night_is_made_good_and_marked(lab: Make, server: Server, quiet: Rows) -> None:
    """kill -9 of the flow's process and all its children, then a night as ever."""
    own = lab()
    night = own.flow()
    run = until(lambda: at_work(own), 120, "the night did not begin")
    until(lambda: f"nightly-{run}" in flow_runs(server), 30, "it was not named")
    end(night)
    assert night.returncode == -signal.SIGKILL
    assert at_work(own) == run, "it came to its end before it was killed"
    own.flow().communicate(timeout=300)
    assert flow_runs(server)[f"nightly-{run}"] == "Crashed"
    same(own, quiet)
    status, said = own.run("audit", "verify", "--json")
    assert status == 0, said


def test_of_two_nights_at_once_one_is_skipped(lab: Make, server: Server, quiet: Rows) -> None:
    """A late backlog: the second ends in Prefect as skipped, not as failed."""
    own = lab()
    before = set(flow_runs(server))
    first, second = own.flow(), own.flow()
    first.communicate(timeout=300)
    second.communicate(timeout=300)
    ends = sorted(state for name, state in flow_runs(server).items() if name not in before)
    assert ends in (["Held", "Skipped"], ["Held", "Held"])
    same(own, quiet)
