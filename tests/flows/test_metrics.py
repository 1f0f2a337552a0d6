"""Metrics: what Prometheus reads, in a file that is whole or on this machine alone."""

import os
import socket
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from flows.metrics import exposition, serve, write
from flows.tidings import Tidings
from store.books import RunState
from store.counts import Told
from tests.flows.told import BUSY, ENDED, night, run


def numbers(news: Tidings | None) -> dict[str, float]:
    """Every sample as `name{label}`, through Prometheus' own parser."""
    text = exposition(lambda: news).decode()
    return {
        each.name + "".join(f"{{{label}}}" for label in each.labels.values()): each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("overdue", 0),
        ("last_complete_run_timestamp_seconds", ENDED.timestamp()),
        ("last_complete_run_age_seconds", 6 * 3600),
        ("run_duration_seconds", 1200),
        ("run_failed", 0),
        ("run_found", 12),
        ("run_fates{done}", 7),
        ("run_fates{set_aside}", 2),
        ("run_balances", 1),
        ("run_alarms{clock_jump}", 1),
        ("files{done}", 70),
        ("held_files{damaged}", 1),
        ("held_files{identity}", 1),
        ("cases", 60),
        ("stale_cases", 1),
        ("queue{to_review}", 10),
        ("open_drifts", 0),
        ("knowledge_info{2026-03}", 1),
        ("knowledge_candidates", 1),
        ("run_read_files{vcf}", 4),
        ("run_read_seconds{two_column}", 6),
        ("run_read_status{final}", 7),
        ("run_marker_found{IDH1_MUTATION}", 2),
        ("run_marker_judged{IDH1_MUTATION}", 8),
        ("alerts_not_sent", 0),
    ],
)
def test_a_number(name: str, value: float) -> None:
    assert numbers(BUSY)[f"oncoflag_{name}"] == value


def test_fates_add_up_to_what_was_found() -> None:
    found = numbers(BUSY)
    fates = [value for name, value in found.items() if name.startswith("oncoflag_run_fates")]
    assert sum(fates) == found["oncoflag_run_found"]


def test_a_night_that_failed_and_was_told_to_nobody() -> None:
    failed = run(state=RunState.FAILED, fault="SQLITE_FULL", account=None)
    told = (Told(channel="mail", at=ENDED, outcome="smtp_535"),)
    found = numbers(night(run=failed, complete=None, told=told))
    assert found["oncoflag_run_failed"] == 1
    assert found["oncoflag_overdue"] == 1
    assert found["oncoflag_alerts_not_sent"] == 1
    assert "oncoflag_run_found" not in found


def test_before_the_first_night_it_is_overdue() -> None:
    assert numbers(None) == {"oncoflag_overdue": 1}


def test_the_file_is_whole_and_may_be_read_by_the_exporter(tmp_path: Path) -> None:
    path = tmp_path / "oncoflag.prom"
    path.write_text("old\n")
    before = os.umask(0o077)
    try:
        write(path, lambda: BUSY)
    finally:
        os.umask(before)
    assert path.read_bytes() == exposition(lambda: BUSY)
    assert path.stat().st_mode & 0o777 == 0o644
    assert [each.name for each in tmp_path.iterdir()] == ["oncoflag.prom"]


def test_what_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "oncoflag.prom"
    path.write_text("old\n")

    def broken() -> Tidings:
        raise OSError

    with pytest.raises(OSError, match=r"^$"):
        write(path, broken)
    assert path.read_text() == "old\n"
    assert [each.name for each in tmp_path.iterdir()] == ["oncoflag.prom"]


def test_it_is_served_on_this_machine_alone() -> None:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        port = some.getsockname()[1]
    started, over = threading.Event(), threading.Event()

    def wait() -> None:
        started.set()
        over.wait(10)
        raise KeyboardInterrupt

    def run_it() -> None:
        with pytest.raises(KeyboardInterrupt):
            serve(port, lambda: BUSY, wait=wait)

    thread = threading.Thread(target=run_it)
    thread.start()
    assert started.wait(10)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        assert b"oncoflag_cases 60.0" in answer.read()
    bound = {line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]}
    assert f"0100007F:{port:04X}" in bound
    assert f"00000000:{port:04X}" not in bound
    over.set()
    thread.join(10)
    assert not thread.is_alive()
