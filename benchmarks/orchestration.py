"""What Prefect costs at many reports: python benchmarks/orchestration.py [--full].

The same tiny reports through `oncoflag ingest` twice, without Prefect and with it, on a real server
that is up already. What is asked of the second, beside the first as the work itself:

- CPU of the server, and what the client's process takes more than without Prefect, importing it
  included: together at most 5 % of the work (goal of the project, for 10,000 reports);
- task runs on record, as the server's API tells them: every one, and completed.

    --full        10,000 reports (else 1,000: what is fixed then weighs ten times as much)
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The folder of a script comes first on the path; `vcf` beside it would hide the package vcf.
sys.path[:] = [
    str(HERE.parent),
    *(part for part in sys.path if Path(part or ".").resolve() != HERE),
]

import psutil  # noqa: E402

from benchmarks.night import Server, children, told  # noqa: E402
from benchmarks.soak import bring  # noqa: E402
from flows.run import BATCH_CASES, MOST_BATCHES  # noqa: E402
from flows.shares import Sized, shares  # noqa: E402
from parsers.child import Job  # noqa: E402

FULL, SOME = 10_000, 1_000
GOAL = 0.05
SETTLE_SECONDS = 20  # the server writes task runs down after the flow is over


@dataclass(frozen=True, kw_only=True)
class Cost:
    """CPU seconds of a night: of all its processes, and of the first of them alone."""

    whole: float
    first: float


def night(place: Path, files: int, *options: str, api: str | None = None) -> Cost:
    place.mkdir()
    bring(place / "inbox", 0, files)
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    own |= {"ONCOFLAG_DATA_DIR": str(place / "data"), "ONCOFLAG_SETTLE_SECONDS": "0"}
    own |= {"PREFECT_API_URL": api} if api else {}
    before = children()
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "ingest", str(place / "inbox"), "--json", *options],
        cwd=HERE.parent, env=own, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    spent = [0.0]
    threading.Thread(target=_watched, args=(process.pid, spent), daemon=True).start()
    done = json.loads(process.communicate()[0])
    if done["read"] != files:
        raise RuntimeError(f"{done['read']} of {files} reports were read")
    return Cost(whole=children() - before, first=spent[0])


def _watched(pid: int, spent: list[float]) -> None:
    """Keep the CPU seconds of a process, its children left out, until it is gone."""
    try:
        process = psutil.Process(pid)
        while True:
            now = process.cpu_times()
            spent[0] = max(spent[0], now.user + now.system)
            time.sleep(0.1)
    except psutil.Error:
        return


def expected(inbox: Path) -> dict[str, int]:
    """How many tasks of each kind the night has."""
    files = sorted(inbox.glob("*.vcf"))
    sized = [Sized(job=Job(path=each, name=each.name), size=each.stat().st_size) for each in files]
    batch = max(BATCH_CASES, -(-len(files) // MOST_BATCHES))
    lanes = os.cpu_count() or 1
    return {"read": len(shares(sized, lanes)), "conclude": -(-len(files) // batch)}


def recorded(server: Server) -> tuple[dict[str, int], set[str]]:
    """How many different tasks of each kind are on record, and the states they are in."""
    found, states, at = defaultdict(set), set(), 0
    while some := server.asked("/task_runs/filter", {"limit": 200, "offset": at}):
        for each in some:
            kind, number = re.fullmatch(r"(\w+)-(\d+)", each["name"]).groups()
            found[kind].add(int(number))
            states.add(each["state_type"])
        at += len(some)
    return {kind: len(numbers) for kind, numbers in found.items()}, states


def main() -> int:
    asked = argparse.ArgumentParser(description="What Prefect costs at many reports.")
    asked.add_argument("--full", action="store_true")
    asked.add_argument("--reports", type=int)
    options = asked.parse_args()
    reports = options.reports or (FULL if options.full else SOME)
    with tempfile.TemporaryDirectory(prefix="oncoflag-prefect-") as folder:
        place = Path(folder)
        server = Server(place / "server")
        try:
            plain = night(place / "plain", reports, "--no-orchestrator")
            before = server.cpu()
            time.sleep(SETTLE_SECONDS)
            idle = (server.cpu() - before) / SETTLE_SECONDS
            before, begun = server.cpu(), time.perf_counter()
            with_it = night(place / "prefect", reports, api=server.url)
            time.sleep(SETTLE_SECONDS)
            beside, wall = server.cpu() - before, time.perf_counter() - begun
            wanted, (found, states) = expected(place / "prefect" / "inbox"), recorded(server)
        finally:
            server.stop()
    client = max(0.0, with_it.first - plain.first)
    each = 1000 * plain.whole / reports
    print(f"{reports} reports: {plain.whole:.1f} CPU s of work, {each:.1f} ms each")
    print(f"  server {beside:.1f} CPU s, client {client:.1f} CPU s more than without Prefect")
    print(f"  a server that nobody asks takes {idle * wall:.1f} CPU s in that time ({wall:.0f} s)")
    print(f"  task runs on record {found}, of {wanted}; states {sorted(states)}")
    good = told("(server + client) / work", (beside + client) / plain.whole, f"<= {GOAL}")
    whole = found == wanted and states == {"COMPLETED"}
    print(f"  every task run is on record: {whole}")
    return 0 if whole and (good or reports < FULL) else 1


if __name__ == "__main__":
    raise SystemExit(main())
