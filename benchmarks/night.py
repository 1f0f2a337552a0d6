"""A whole night beside its floor and beside a naive design: python benchmarks/night.py [--full].

Takes turns, in one run on one machine:

- *night*: `oncoflag ingest FOLDER` as a process of its own, plain and through a Prefect server that
  is up already, into an empty data directory: start, inbox, originals, readings in limited
  children, transactions of single reports, cases;
- *floor*: the same files read, interpreted and stored in one warm process without any limited
  child, nothing received and nothing kept beside, divided over the cores;
- *naive*: some files of each kind as a first design would do it (pyvcf3 over every row, pdfplumber
  over every page, one ORM commit a row), multiplied to the whole night: an extrapolation.

Other work on the machine disturbs seconds on the wall: beside each ratio stands the same in CPU
seconds of all processes. Memory is that of each process by itself, its first half of the night
beside its second (PSS, sampled).

    --full        1,000 panels, 200 exomes, 5 genomes, 500 PDFs of twelve pages (else a 25th of it)
    --turns N     how often the night and the floor take their turn (2; the best of them count)
    --keep DIR    where the files of the night stand, and are looked for first
    --plain       leave Prefect out
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The folder of a script comes first on the path; `vcf` beside it would hide the package vcf.
sys.path[:] = [
    str(HERE.parent),
    *(part for part in sys.path if Path(part or ".").resolve() != HERE),
]

import psutil  # noqa: E402

from benchmarks.mix import FULL, SMALL, Size, fill  # noqa: E402
from benchmarks.naive import naive  # noqa: E402

OVER_FLOOR, OVER_NAIVE, GROWTH = 1.3, 20.0, 32.0
PERIOD = 0.25
Rates = dict[str, tuple[float, int]]


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What something took: seconds on the wall and of CPU, of which a server beside took *beside*.

    *memory*: by process, the most MiB in the first and in the second half of its time.
    """

    wall: float
    cpu: float
    beside: float
    memory: dict[str, tuple[float, float]]


class Watch:
    """Samples CPU and memory of a process and its children while it runs."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._seen: dict[str, list[float]] = defaultdict(list)
        self._names: dict[int, str] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> dict[str, tuple[float, float]]:
        """By process that lived for some time: the most of its first and of its second half."""
        self._stop.set()
        self._thread.join()
        halves = {}
        for name, some in self._seen.items():
            later = some[len(some) // 4 :]  # it begins by importing
            middle = len(later) // 2
            if middle > 2:
                halves[name] = (max(later[:middle]), max(later[middle:]))
        return halves

    def _run(self) -> None:
        while not self._stop.wait(PERIOD):
            with contextlib.suppress(psutil.Error):
                self._look(self._root, "night")
                for lane in self._root.children():
                    self._look(lane, "lane")

    def _look(self, process: psutil.Process, kind: str) -> None:
        with contextlib.suppress(psutil.Error):
            name = self._names.setdefault(process.pid, f"{kind} {len(self._names)}")
            self._seen[name].append(process.memory_info().rss / 2**20)


def night(inbox: Path, data: Path, *options: str, server: "Server | None" = None) -> Cost:
    """One `oncoflag ingest`, from its start to its end."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    own |= {"ONCOFLAG_DATA_DIR": str(data), "ONCOFLAG_SETTLE_SECONDS": "0"}
    if server:
        own["PREFECT_API_URL"] = server.url
    before, beside = children(), server.cpu() if server else 0.0
    begun = time.perf_counter()
    command = [sys.executable, "-m", "app.cli", "ingest", str(inbox), "--json", *options]
    process = subprocess.Popen(command, cwd=HERE.parent, env=own, stdout=subprocess.PIPE, text=True)
    watch = Watch(process.pid)
    told = process.communicate()[0]
    wall = time.perf_counter() - begun
    memory = watch.end()
    if process.returncode not in {0, 3}:
        raise RuntimeError(f"the night ended with status {process.returncode}")
    counted = json.loads(told)
    held = len(counted["held"])
    if counted["read"] + held != counted["files"] or held > counted["files"] / 100:
        raise RuntimeError("not every file of the night was read")
    if held:
        # Rows drawn at random can look like known alleles of the other build.
        print(f"  {held} file(s) were read to their end and held")
    if server:
        time.sleep(5)  # it writes its records down after the flow
    beside = (server.cpu() if server else 0.0) - beside
    return Cost(wall=wall, cpu=children() - before, beside=beside, memory=memory)


def children() -> float:
    """CPU seconds of all processes that ended and were waited for, theirs included."""
    told = os.times()
    return told.children_user + told.children_system


class Server:
    """A Prefect server of its own, up before the night begins."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/api"
        own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        own |= {"PREFECT_HOME": str(folder), "DO_NOT_TRACK": "1", "PREFECT_LOGGING_LEVEL": "ERROR"}
        own |= {
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(
            command, env=own, stdout=quiet, stderr=quiet, start_new_session=True
        )
        self._wait()

    def cpu(self) -> float:
        """CPU seconds of the server and the processes it started."""
        root = psutil.Process(self._process.pid)
        spent = 0.0
        for each in (root, *root.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                told = each.cpu_times()
                spent += told.user + told.system
        return spent

    def asked(self, path: str, question: object) -> object:
        """What the server answers to a POST."""
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self.url}{path}",
            data=json.dumps(question).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
            return json.load(reply)

    def stop(self) -> None:
        """End it and what it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, 15)
        self._process.wait()

    def _wait(self) -> None:
        end = time.monotonic() + 180
        while time.monotonic() < end:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{self.url}/health", timeout=5),  # noqa: S310
            ):
                return
            time.sleep(0.5)
        raise RuntimeError("the Prefect server does not start")


def floor(inbox: Path, data: Path) -> tuple[Cost, Rates]:
    """The same work in one warm process of its own; by kind, seconds of reading and files."""
    command = [sys.executable, __file__, "--floor-of", str(inbox), str(data)]
    before = children()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    told = json.loads(done.stdout)
    warming = told["all_cpu"] - told["cpu"]
    cpu = children() - before - warming
    rates = {kind: (each[0], each[1]) for kind, each in told["kinds"].items()}
    return Cost(wall=told["wall"], cpu=cpu, beside=told["settle"], memory={}), rates


def floor_here(inbox: Path, data: Path) -> None:
    """What `floor` starts: everything of a night but processes, limits, originals and claims."""
    from actionability.knowledge import load  # noqa: PLC0415 - this process alone needs it
    from flows import run  # noqa: PLC0415
    from flows.gather import gather  # noqa: PLC0415
    from flows.keep import conclusion, settle  # noqa: PLC0415
    from flows.trip import Frame, Read  # noqa: PLC0415
    from parsers.extract import read_stream  # noqa: PLC0415
    from pipeline.coverage import assays, shipped  # noqa: PLC0415
    from pipeline.normalise import normalise  # noqa: PLC0415
    from store.records import open_store  # noqa: PLC0415
    from store.seal import Seal  # noqa: PLC0415

    known = assays(shipped())
    frame = Frame(knowledge=load(), code_version="floor", today=date(2026, 11, 21))
    gathered = gather([inbox])
    spent: dict[str, float] = defaultdict(float)
    count: dict[str, int] = defaultdict(int)
    with open_store(f"sqlite:///{data}/floor.db", Seal(key=b"k" * 32)) as store:
        store.upgrade()
        read_one = _reader(read_stream, normalise, known, Read)
        for job in {job.name.split("_")[0]: job for job in gathered.jobs[::-1]}.values():
            if not job.name.startswith("genome"):
                read_one(job)
        warm = time.process_time()
        begun = time.perf_counter()
        reads = []
        for job in gathered.jobs:
            one = time.process_time()
            reads.append(read_one(job))
            kind = job.name.split("_")[0]
            spent[kind] += time.process_time() - one
            count[kind] += 1
        begun_settling = time.process_time()
        settled = settle(store, reads, (), gathered.patients, read_with="floor")
        for start in range(0, len(settled.cases), run.BATCH_CASES):
            some = settled.cases[start : start + run.BATCH_CASES]
            store.save_cases([conclusion(store, frame, each) for each in some])
    print(
        json.dumps(
            {
                "wall": time.perf_counter() - begun,
                "cpu": time.process_time() - warm,
                "all_cpu": time.process_time(),
                "settle": time.process_time() - begun_settling,
                "kinds": {kind: (spent[kind], count[kind]) for kind in spent},
            }
        )
    )


def _reader(read_stream, normalise, known, kind):  # noqa: ANN001, ANN202 - of this file alone
    def read_one(job):  # noqa: ANN001, ANN202
        covered = known.coverage(*job.row.assay_and_version) if job.row else None
        with job.path.open("rb") as stream:
            reading = read_stream(stream, job.name, job.row, covered)
        result = normalise(reading, known)
        return kind(result=result, row=job.row, observations=reading.observations)

    return read_one


def told(name: str, value: float, goal: str) -> bool:
    sign, _, bound = goal.partition(" ")
    met = value <= float(bound) if sign == "<=" else value >= float(bound)
    print(f"  {name:58} {value:8.2f}   goal {goal:8} {'met' if met else 'MISSED'}")
    return met


def measured(inbox: Path, size: Size, turns: int, *, plain_only: bool) -> bool:
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="oncoflag-night-") as place:
        server = None if plain_only else Server(Path(place) / "prefect")
        try:
            costs = _turns(inbox, Path(place), turns, server)
        finally:
            if server:
                server.stop()
    rates = costs.pop("rates")
    print(f"{size.files} files, {cores} cores, best of {turns} turns (seconds)")
    print(f"  {'':28} {'wall':>8} {'CPU':>8} {'server':>8}")
    for name, each in costs.items():
        wall, cpu = min(one.wall for one in each), min(one.cpu for one in each)
        beside = min(one.beside for one in each) if "Prefect" in name else 0.0
        print(f"  {name:28} {wall:8.1f} {cpu:8.1f} {beside:8.1f}")
    _kinds(rates, costs["floor, one process"])
    good = _against_floor(costs, cores)
    good &= _against_naive(naive(inbox, size), costs)
    return _memory(costs) and good


def _turns(inbox: Path, place: Path, turns: int, server: Server | None):  # noqa: ANN202
    costs: dict[str, list[Cost]] = defaultdict(list)
    rates: Rates = {}
    works: dict[str, Callable[[Path], Cost]] = {
        "night, plain": lambda data: night(inbox, data, "--no-orchestrator")
    }
    if server:
        works["night, Prefect"] = lambda data: night(inbox, data, server=server)
    for turn in range(turns):
        with _emptied(place / f"floor-{turn}") as data:
            cost, rates = floor(inbox, data)
            costs["floor, one process"].append(cost)
        for name, work in works.items():
            with _emptied(place / f"night-{turn}") as data:
                costs[name].append(work(data))
    return costs | {"rates": rates}


@contextlib.contextmanager
def _emptied(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def _kinds(rates: Rates, floors: list[Cost]) -> None:
    print("  where the floor goes, CPU seconds (a file):")
    for kind, (spent, count) in rates.items():
        print(f"    reading {kind:20} {spent:8.1f}   ({1000 * spent / count:.1f} ms)")
    print(f"    storing and interpreting     {floors[-1].beside:8.1f}")


def _against_floor(costs: dict[str, list[Cost]], cores: int) -> bool:
    floors = costs["floor, one process"]
    bottom = min(each.wall for each in floors) / cores
    cpu = min(each.cpu for each in floors)
    good = True
    for name in (each for each in costs if each.startswith("night")):
        best = min(each.wall for each in costs[name])
        good &= told(f"{name} / (floor / {cores} cores), wall", best / bottom, f"<= {OVER_FLOOR}")
        spent = min(each.cpu + each.beside for each in costs[name])
        print(f"  {name + ' / floor, CPU of all processes':58} {spent / cpu:8.2f}")
        idle = 1 - min(each.cpu for each in costs[name]) / cores / best
        print(f"  {'  share of the cores it left idle, or to others':58} {idle:8.2f}")
    return good


def _against_naive(first: dict[str, float], costs: dict[str, list[Cost]]) -> bool:
    parts = ", ".join(f"{kind} {spent:.0f}" for kind, spent in first.items())
    print(f"  naive, extrapolated: {sum(first.values()):.0f} s ({parts})")
    best = min(each.wall for name in costs if "night" in name for each in costs[name])
    return told("naive on one core / night, wall", sum(first.values()) / best, f">= {OVER_NAIVE}")


def _memory(costs: dict[str, list[Cost]]) -> bool:
    print("  memory, most MiB in the first and in the second half of a process")
    good = True
    for name in (each for each in costs if each.startswith("night")):
        for process, (first, second) in costs[name][-1].memory.items():
            flat = second - first <= GROWTH
            good &= flat
            shown = f"{name}: {process}"
            print(f"    {shown:34} {first:7.0f} {second:7.0f}   {'flat' if flat else 'GROWS'}")
    return good


def main() -> int:
    asked = argparse.ArgumentParser(description="A whole night, its floor, and a naive design.")
    size = asked.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true")
    size.add_argument("--small", action="store_true", help="what is measured without --full")
    asked.add_argument("--turns", type=int, default=2)
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--plain", action="store_true")
    asked.add_argument("--floor-of", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.floor_of:
        floor_here(*options.floor_of)
        return 0
    wanted = FULL if options.full else SMALL
    folder = options.keep or Path(tempfile.mkdtemp(prefix="oncoflag-mix-"))
    try:
        print(f"written {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
        inbox = fill(folder, wanted)
        return 0 if measured(inbox, wanted, options.turns, plain_only=options.plain) else 1
    finally:
        if not options.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    raise SystemExit(main())
