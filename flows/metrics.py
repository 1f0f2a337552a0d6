"""Tidings in, metrics out in the exposition format of Prometheus: numbers, codes, no names.

A text file for node_exporter's textfile collector, or an endpoint on this machine alone.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from flows.tidings import Tidings
from store.books import RunState
from store.counts import Kind

Look = Callable[[], Tidings | None]
"""How the work stands now; None before the first run."""

_LOOPBACK = "127.0.0.1"
_READABLE = 0o644


class Gauges(Collector):
    """What Prometheus collects, asked anew at each scrape."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def collect(self) -> Iterable[Metric]:
        """Every metric, with its numbers of this moment."""
        news = self._look()
        if news is None:
            # Nothing ever ran: that no night came to its end must be seen all the same.
            yield _plain("overdue", _OVERDUE, 1)
            return
        yield from _of_run(news)
        yield from _of_stock(news)
        yield from _of_reading(news)


def exposition(look: Look) -> bytes:
    """All metrics as text."""
    registry = CollectorRegistry()
    registry.register(Gauges(look))
    return generate_latest(registry)


def write(path: Path, look: Look) -> None:
    """The same in a file, whole or not at all, readable by all: it names nobody.

    `OSError` if it cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(exposition(look))
        Path(name).chmod(_READABLE)
        Path(name).rename(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def serve(port: int, look: Look, *, wait: Callable[[], object] = lambda: time.sleep(3600)) -> None:
    """Answer on the loopback address for ever; `OSError` if the port is taken."""
    registry = CollectorRegistry()
    registry.register(Gauges(look))
    server, thread = start_http_server(port, addr=_LOOPBACK, registry=registry)
    try:
        while thread.is_alive():
            wait()
    finally:
        server.shutdown()


_OVERDUE = "1 if no night came to its end within 26 hours."


def _of_run(news: Tidings) -> Iterator[Metric]:
    run = news.run
    yield _plain("overdue", _OVERDUE, news.is_overdue)
    if news.complete and news.complete.ended:
        ended = news.complete.ended.timestamp()
        told = "When the last complete night ended, in seconds since 1970."
        yield _plain("last_complete_run_timestamp_seconds", told, ended)
    if news.since is not None:
        told = "How long ago the last complete night ended."
        yield _plain("last_complete_run_age_seconds", told, news.since.total_seconds())
    if news.seconds is not None:
        yield _plain("run_duration_seconds", "How long the last run took.", news.seconds)
    told = "1 if the last run failed, or never said how it ended."
    failed = run.state in {RunState.FAILED, RunState.ABANDONED}
    yield _plain("run_failed", told, failed)
    if run.account:
        parts = dict(vars(run.account))
        yield _plain("run_found", "What the last run found in its inbox.", parts.pop("found"))
        yield _by("run_fates", "What became of it.", "fate", parts.items())
        balances = run.account.balances
        yield _plain("run_balances", "1 if everything found is accounted for.", balances)
    codes = _tallied(each.why.code for each in news.alarms)
    yield _by("run_alarms", "Alarms of the last run, by code.", "code", codes)
    failures = sum(not each.arrived for each in news.told)
    yield _plain("alerts_not_sent", "Messages about the last run that went nowhere.", failures)


def _of_stock(news: Tidings) -> Iterator[Metric]:
    yield _by("files", "Files ever taken in, by state.", "state", news.files)
    codes = _tallied(each.why.code for each in news.stuck)
    yield _by("held_files", "Files and inbox entries that are held back.", "code", codes)
    yield _plain("cases", "Cases in the database.", news.tally.cases)
    told = "Cases that the next night makes again."
    yield _plain("stale_cases", told, news.tally.stale)
    yield _by("queue", "Cases of the queue, by review.", "review", news.tally.reviews)
    yield _plain("open_drifts", "Drift alarms that nobody settled.", news.tally.open_drifts)
    releases = [(each, 1) for each in (news.release,) if each]
    yield _by("knowledge_info", "The active release of knowledge.", "release", releases)
    told = "Releases of knowledge that wait for a person."
    yield _plain("knowledge_candidates", told, len(news.candidates))


def _of_reading(news: Tidings) -> Iterator[Metric]:
    readers = news.of(Kind.READER)
    pairs = [(each.name, each.count) for each in readers]
    yield _by("run_read_files", "Files the last run read, by reader.", "reader", pairs)
    seconds = [(each.name, each.seconds or 0.0) for each in readers]
    yield _by("run_read_seconds", "How long that took, by reader.", "reader", seconds)
    states = [(each.name, each.count) for each in news.of(Kind.STATUS)]
    yield _by("run_read_status", "Files the last run read, by status.", "status", states)
    found = [(each.marker, each.found) for each in news.shares]
    yield _by("run_marker_found", "Reports with the marker.", "marker", found)
    judged = [(each.marker, each.judged) for each in news.shares]
    yield _by("run_marker_judged", "Reports that judged the marker.", "marker", judged)


def _plain(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"oncoflag_{name}", told, value=float(value))


def _by(name: str, told: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(f"oncoflag_{name}", told, labels=[label])
    for word, value in values:
        family.add_metric([word], float(value))
    return family


def _tallied(codes: Iterable[str]) -> list[tuple[str, float]]:
    every = list(codes)
    return [(code, float(every.count(code))) for code in sorted(set(every))]
