"""Deployed nights on a real server: what is killed, restarted or poisoned, the rows are the same.

The quiet night of `conftest` ran without any orchestrator; every other night must end as that one.
"""

import base64
import hashlib
import json
import signal
import sqlite3
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults.dump import Rows, differing
from tests.faults.inbox import age
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


OVER = {"Held", "Skipped"}


def state_of(server: Server, flow_run: str) -> str:
    """The state of one flow run, by its id in Prefect."""
    (found,) = asked(server, "/flow_runs/filter", flow_runs={"id": {"any_": [flow_run]}})
    return str(found["state"]["name"])


def flow_of(server: Server) -> str:
    """The id of the nightly flow on Prefect's server."""
    return str(asked(server, "/flows/", name="nightly")["id"])


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


def ended(lab: Lab) -> int:
    """How many runs came to their end."""
    with sqlite3.connect(f"file:{lab.folder / 'data' / 'oncoflag.db'}?mode=ro", uri=True) as books:
        return int(books.execute("SELECT count(*) FROM runs WHERE state = 'done'").fetchone()[0])


def test_two_commands_deploy_a_night_and_a_worker_runs_it(
    lab: Make, server: Server, quiet: Rows
) -> None:
    """With a schedule of every minute, the server plans the night and a worker runs it.

    A night that was missed while there was no worker begins at once; of what begins together one
    works, and nothing fails.
    """
    own = lab()
    status, said = own.run("deploy", "--cron", "* * * * *", "--json")
    assert (status, json.loads(said)["deployment"]) == (0, "nightly/inbox")
    # Given again without a schedule, as `deploy --serve` gives it, it moves no night.
    assert json.loads(own.run("deploy", "--json")[1])["cron"] == "* * * * *"
    deployed = asked(server, "/deployments/filter")[0]["id"]
    late = (datetime.now(UTC) - timedelta(hours=20)).isoformat()
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": late}}
    missed = asked(server, f"/deployments/{deployed}/create_flow_run", state=state)["id"]
    worker = own.start("deploy", "--worker", "--port", server.port)
    try:
        run = until(lambda: at_work(own), 180, "no night began by itself")
        until(lambda: flow_runs(server).get(f"nightly-{run}") == "Held", 120, "it did not end")
        until(lambda: state_of(server, missed) in OVER, 120, "the missed one did not end well")
    finally:
        end(worker)
    same(own, quiet)


def test_a_worker_that_is_killed_in_its_night_is_followed_by_another(
    lab: Make, server: Server, quiet: Rows
) -> None:
    """kill -9 of the worker and all that it started; the next worker takes what is due by then."""
    own = lab()
    assert own.run("deploy", "--cron", "* * * * *", "--json")[0] == 0
    worker = own.start("deploy", "--worker", "--port", server.port)
    try:
        run = until(lambda: at_work(own), 180, "no night began by itself")
    finally:
        end(worker)
    assert at_work(own) == run, "it came to its end before it was killed"
    another = own.start("deploy", "--worker", "--port", server.port)
    try:
        until(lambda: at_work(own) is None and ended(own), 180, "no other night made it good")
    finally:
        end(another)
    same(own, quiet)


def test_a_server_that_is_killed_takes_no_night_with_it(
    lab: Make, server: Server, quiet: Rows
) -> None:
    """The night goes on unseen, to the same end."""
    own = lab()
    night = own.flow()
    run = until(lambda: at_work(own), 120, "the night did not begin")
    until(lambda: f"nightly-{run}" in flow_runs(server), 30, "it was not named")
    server.kill()
    until(lambda: at_work(own) is None, 120, "the night did not come to its end")
    same(own, quiet)
    # It still tries, for a minute or so, to tell the server how it ended.
    end(night)
    server.start()
    assert flow_runs(server)[f"nightly-{run}"] == "Running", "nobody could tell the server"


def test_a_killed_night_is_made_good_and_marked(lab: Make, server: Server, quiet: Rows) -> None:
    """kill -9 of the flow's process and all its children, then a night as ever.

    That one marks in Prefect what died, and leaves alone what another installation has at work.
    """
    stranger = asked(server, "/flow_runs/", flow_id=flow_of(server), name=f"nightly-{'e' * 32}",
                     state={"type": "RUNNING"})["name"]  # fmt: skip
    own = lab()
    night = own.flow()
    run = until(lambda: at_work(own), 120, "the night did not begin")
    until(lambda: f"nightly-{run}" in flow_runs(server), 30, "it was not named")
    end(night)
    assert night.returncode == -signal.SIGKILL
    assert at_work(own) == run, "it came to its end before it was killed"
    own.flow().communicate(timeout=300)
    states = flow_runs(server)
    assert (states[f"nightly-{run}"], states[stranger]) == ("Crashed", "Running")
    same(own, quiet)
    status, said = own.run("audit", "verify", "--json")
    assert status == 0, said


@pytest.mark.long
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


def test_a_database_that_restarts_in_the_middle_delays_a_night(
    lab: Make, own_postgres: Any, quiet: Rows
) -> None:
    """Its tables are the same, and the run that was cut off stands in the books as what it was."""
    own = lab(url=own_postgres.url)
    night = own.flow()
    until(own_postgres.has_a_run, 120, "the night did not begin")
    own_postgres.restart()
    said = night.communicate(timeout=300)[0]
    same(own, quiet)
    assert own_postgres.states() == ["abandoned", "done"], said


POISON = b"\x1f\x8b\x08\x00" + bytes(range(256)) * 40


@pytest.mark.parametrize("many", [99, pytest.param(999, marks=pytest.mark.long)])
def test_one_bad_file_changes_no_byte_of_the_others(lab: Make, crowd: Path, many: int) -> None:
    """R13, through Prefect: every row of every other file, and every exported table."""
    alone = lab(inbox=crowd)
    assert alone.run("night", "--json")[0] == 0
    (crowd / "000_first_of_all.vcf.gz").write_bytes(POISON)
    age(crowd)
    among = lab(inbox=crowd)
    said = among.flow().communicate(timeout=300)[0]
    bad = hashlib.sha256(POISON).hexdigest()
    found, wanted = among.rows(), alone.rows()
    assert len(wanted["reports"]) == many, said
    assert differing(wanted, _without(found, bad)) == []
    assert any(bad in map(str, row) for row in found["intake"])
    for each in (alone, among):
        assert each.run("export", each.folder / "out")[0] == 0
    tables = sorted(each.name for each in (alone.folder / "out").iterdir())
    assert len(tables) >= 4
    for name in tables:
        one, other = alone.folder / "out" / name, among.folder / "out" / name
        assert one.read_bytes() == other.read_bytes(), name


def _without(found: Rows, sha256: str) -> Rows:
    return {
        table: [row for row in every if not any(sha256 in str(cell) for cell in row)]
        for table, every in found.items()
    }


_SWEEP = """
import sys
from datetime import UTC, datetime, timedelta
from flows.sweep import sweep
from store.records import open_store
with open_store(sys.argv[1]) as store:
    sweep(store, None, datetime.now(UTC) + timedelta(days=int(sys.argv[2])))
"""


def test_nights_of_more_than_30_days_ago_are_removed_from_prefect(
    lab: Make, server: Server
) -> None:
    """What ended goes; what is at work for another installation stays. Ours stands in our books."""
    own = lab()
    assert own.run("db", "upgrade")[0] == 0
    old, at_work, other = f"nightly-{'a' * 32}", f"nightly-{'b' * 32}", "nightly-of-somebody-else"
    flow = flow_of(server)
    for name, state in ((old, "COMPLETED"), (at_work, "RUNNING"), (other, "COMPLETED")):
        asked(server, "/flow_runs/", flow_id=flow, name=name, state={"type": state})
    for days, wanted in ((29, {old, at_work, other}), (31, {at_work, other})):
        done = own.begin("-c", _SWEEP, own.url, days)
        said = done.communicate(timeout=120)[0]
        assert done.returncode == 0, said
        assert {old, at_work, other} & set(flow_runs(server)) == wanted, f"{days} days later"
