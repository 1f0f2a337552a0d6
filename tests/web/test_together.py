"""Several reviewers at once while a night runs: no page fails, and no signature is lost."""

import shutil
import threading

import pytest

from benchmarks.reviewers import lost, together
from tests.web.conftest import PASSWORD, SAMPLES, Night, fill

pytestmark = pytest.mark.only("sqlite")
REVIEWERS, SECONDS, THINK = 8, 15, 0.3
NEW = ("03_c_pills_and_bars.pdf", "04_d_ctdna_bars.pdf")


def test_eight_reviewers_and_a_night(live, somebody, desk, night):
    url = live().url
    logins = [somebody("signer").login for _ in range(REVIEWERS)]
    for name in NEW:
        shutil.copy(SAMPLES / name, night.folder / "inbox" / name)
    failed = []
    beside = threading.Thread(target=_night, args=(night, failed))
    beside.start()
    days = together(url, logins, PASSWORD, SECONDS, THINK)
    beside.join()

    assert failed == []
    assert [fault for day in days for fault in day.faults] == []
    assert sum(len(day.signed) for day in days) > 0, "nobody signed: nothing was tried"
    assert lost(desk.store, days, 0) == []
    reports = [one for each in desk.store.cases() for one in desk.store.case_reports(each.id)]
    assert set(NEW) <= {one.result.report.file for one in reports}, "the night brought nothing"


def _night(night: Night, failed: list[str]) -> None:
    try:
        fill(night.folder, night.url)
    except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
        failed.append(repr(error))
