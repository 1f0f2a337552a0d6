"""Many reviewers at once while nights run: errors, lost sign-offs, how long a page takes.

    .venv/bin/python benchmarks/reviewers.py [--reviewers 50] [--minutes 10] [--cases 200]

A real `oncoflag serve` over SQLite, one thread and one connection a reviewer, with time to think
between two pages; `oncoflag ingest` of new reports of the same patients goes on beside them. Status
1 if a page failed, or if a sign-off that was acknowledged does not stand exactly once. Being told
that somebody was faster, or that the case says something else by now, is no failure.
"""

import argparse
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

# The rooms of the house, from wherever this is called.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx

from app.accounts import books
from app.enrol import enrolled
from app.web.address import case_word
from benchmarks.soak import bring
from store.desk_books import Role
from store.records import Store

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "a long sentence for benchmarks"  # noqa: S105 - of users that live for minutes
TOLD_NO = {409}
"""Somebody was faster, or the case says something else by now: the person is told."""


@dataclass(kw_only=True)
class Day:
    """What one reviewer met: milliseconds by kind of page, faults, sign-offs acknowledged."""

    times: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    signed: list[tuple[str, str, str]] = field(default_factory=list)
    told_no: int = 0


def together(
    url: str, logins: Sequence[str], password: str, seconds: float, think: float
) -> list[Day]:
    """Let everybody of *logins* work for so long, each with so many seconds between two pages."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(len(logins)) as pool:
        days = [pool.submit(_day, url, each, password, until, think) for each in logins]
        return [each.result() for each in days]


def lost(store: Store, days: Sequence[Day], before: int) -> list[str]:
    """Sign-offs that were acknowledged and do not stand, or stand for several people or unasked.

    *before* is how many interpretations bore one when the day began. The same person may sign the
    same again: it stands once.
    """
    acknowledged = _people(one for day in days for one in day.signed)
    stands = _people(_signed(store))
    wrong = [
        f"{case}: acknowledged to {len(people)}, stands for {len(stands[case, shown])}"
        for (case, shown), people in acknowledged.items()
        if (len(people), len(stands[case, shown])) != (1, 1)
    ]
    unasked = sum(map(bool, stands.values())) - before - len(acknowledged)
    return wrong + ([f"{unasked} stand that nobody was told of"] if unasked else [])


def _people(signed: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for case, shown, person in signed:
        found[case, shown].add(person)
    return found


def _signed(store: Store) -> Iterator[tuple[str, str, str]]:
    for case_id in (each.id for each in store.cases()):
        for each in store.given(case_id):
            told = each.decision
            yield case_word(case_id), str(told.shown_sha256), told.reviewer


def _day(url: str, login: str, password: str, until: float, think: float) -> Day:
    day, chance = Day(), random.Random(login)  # noqa: S311 - of what to look at next
    with httpx.Client(base_url=url, timeout=60) as browser:
        _log_in(browser, login, password)
        while time.monotonic() < until:
            try:
                _one_case(browser, day, chance, login, password, think)
            except httpx.HTTPError as error:
                day.faults.append(f"{type(error).__name__} at {login}")
    return day


def _log_in(browser: httpx.Client, login: str, password: str) -> None:
    form = {"csrf": _field(browser.get("/login").text, "csrf")}
    answer = browser.post("/login", data=form | {"login": login, "password": password})
    if answer.status_code != 303:
        raise SystemExit(f"{login} is not let in: {answer.status_code}")


def _one_case(  # noqa: PLR0913, PLR0917 - who, with what, how long
    browser: httpx.Client,
    day: Day,
    chance: random.Random,
    login: str,
    password: str,
    think: float,
) -> None:
    """From the queue to a case, and sign it now and then, as a person does."""
    queue = _seen(day, "queue", browser, "/?review=all")
    cases = sorted(set(re.findall(r'<th scope="row"><a href="(/case/[^"/]+)"', queue)))
    if not cases:
        time.sleep(think)
        return
    case = chance.choice(cases)
    time.sleep(think * chance.uniform(0.5, 1.5))
    _seen(day, "case", browser, case)
    time.sleep(think * chance.uniform(0.5, 1.5))
    form = _seen(day, "form", browser, f"{case}/decide")
    if not form:
        return
    time.sleep(think * chance.uniform(0.5, 1.5))
    sent = {name: _field(form, name) for name in ("csrf", "shown", "meaning")}
    begin = time.perf_counter()
    sent |= {"verdict": "accept", "password": password}
    answer = browser.post(f"{case}/decide", data=sent)
    day.times.setdefault("sign", []).append((time.perf_counter() - begin) * 1000)
    if answer.status_code == 303:
        day.signed.append((case.removeprefix("/case/"), sent["shown"], login))
    elif answer.status_code in TOLD_NO:
        day.told_no += 1
    else:
        day.faults.append(f"{answer.status_code} from signing")


def _seen(day: Day, kind: str, browser: httpx.Client, path: str) -> str:
    begin = time.perf_counter()
    answer = browser.get(path)
    day.times.setdefault(kind, []).append((time.perf_counter() - begin) * 1000)
    if answer.status_code == 200:
        return answer.text
    day.faults.append(f"{answer.status_code} from {kind}")
    return ""


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if found is None:
        raise SystemExit(f"the page has no field {name}")
    return found[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviewers", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--think", type=float, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["ONCOFLAG_DATA_DIR"] = str(folder / "data")
        os.environ["ONCOFLAG_SETTLE_SECONDS"] = "0"
        _night(folder, 0, chosen.cases)
        with books() as own:
            logins = [f"reviewer{number}" for number in range(chosen.reviewers)]
            for each in logins:
                roles = [Role.SIGNER, Role.ADMIN]
                own.store.add_user(enrolled(each, each.title(), roles, (), PASSWORD), own.by)
            with _served() as url, _nights(folder, chosen.cases // 10) as ended:
                days = together(url, logins, PASSWORD, chosen.minutes * 60, chosen.think)
            return _told(days, lost(own.store, days, 0), ended)


def _night(folder: Path, number: int, files: int) -> int:
    inbox = folder / f"inbox{number}"
    bring(inbox, number, files)
    command = [sys.executable, "-m", "app.cli", "ingest", str(inbox), "--no-orchestrator"]
    done = subprocess.run(command, capture_output=True, check=False, cwd=ROOT)
    return done.returncode


@contextmanager
def _nights(folder: Path, files: int) -> Iterator[list[int]]:
    """Nights one after the other, and how each ended."""
    over, ended = threading.Event(), list[int]()

    def nights() -> None:
        number = 1
        while not over.is_set():
            ended.append(_night(folder, number, files))
            number += 1
            over.wait(5)

    thread = threading.Thread(target=nights)
    thread.start()
    yield ended
    over.set()
    thread.join()


@contextmanager
def _served() -> Iterator[str]:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        port = some.getsockname()[1]
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                httpx.get(f"{url}/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        server.wait(30)


def _told(days: Sequence[Day], wrong: Sequence[str], ended: Sequence[int]) -> int:
    for kind in ("queue", "case", "form", "sign"):
        times = sorted(one for day in days for one in day.times.get(kind, ()))
        if times:
            slow = times[int(0.95 * len(times))]
            middle = statistics.median(times)
            print(f"{kind}: {len(times)} times, median {middle:.0f} ms, p95 {slow:.0f} ms")
    faults = Counter(one for day in days for one in day.faults)
    signed = sum(len(day.signed) for day in days)
    told_no = sum(day.told_no for day in days)
    print(f"{signed} signed, {told_no} told that they were late, {len(wrong)} lost or doubled")
    print(f"{len(ended)} nights meanwhile, ended with {dict(Counter(ended))}")
    print(f"faults: {dict(faults) or 'none'}")
    for each in wrong[:20]:
        print(each)
    return 1 if faults or wrong or not signed else 0


if __name__ == "__main__":
    sys.exit(main())
