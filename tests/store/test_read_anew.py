"""A reader is confirmed to have misread: what became of its files, night after night.

Real files through whole nights, on both databases. Another release of the reader is the same one
under the next number.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from actionability.release import shipped
from flows import run
from flows.gather import gather
from flows.knowledge import in_force
from flows.outcome import Outcome
from flows.ready import Patience
from flows.trip import Frame, Readers
from flows.turn import close, turn
from flows.watch import decide_drift
from flows.work import Work
from parsers.child import Job, ReaderPool
from pipeline.chances import Counts
from pipeline.coverage import assays
from pipeline.coverage import shipped as shipped_assays
from pipeline.drift import Code, Drift, Figures, Key
from pipeline.model import Reading, Status
from store.books import IntakeState
from store.drifts import Verdict
from store.records import Store

SAMPLES = Path(__file__).parents[2] / "sample_reports"
NAME = "01_a_fgfr2_fusion_twocolumn.pdf"
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
Nightly = Callable[..., Outcome]


class NextRelease(ReaderPool):
    """The reader under the next number; it cannot read at all where it is told so."""

    is_broken = False

    def read(self, job: Job) -> Reading:
        there = replace(job, path=job.path.with_name("gone")) if self.is_broken else job
        read = super().read(there)
        report = read.report
        return replace(read, report=replace(report, reader=f"{report.reader}.next"))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name in (NAME, "manifest.csv", "patients.csv"):
        (folder / name).write_bytes((SAMPLES / name).read_bytes())
    return folder


@pytest.fixture
def night(store: Store, tmp_path: Path, inbox: Path) -> Iterator[Nightly]:
    """A night of the inbox by this release of the code, `1` or `2`."""
    known = in_force(store, shipped(), by="night", at=NOW)
    with ReaderPool(lanes=1) as old, NextRelease(lanes=1) as new:

        def go(release: str, *, broken: bool = False) -> Outcome:
            new.is_broken = broken
            pool = old if release == "1" else new
            return run.plain(work(pool, release))

        def work(pool: ReaderPool, release: str) -> Work:
            return Work(
                gathered=gather([inbox]),
                readers=Readers(pool=pool, assays=assays(shipped_assays())),
                frame=Frame(
                    knowledge=known.knowledge, code_version=release, today=date(2026, 11, 21)
                ),
                store=store,
                now=NOW + timedelta(days=int(release)),
                originals=tmp_path / "originals",
                patience=Patience(settle_seconds=0, wait_minutes=0),
            )

        go.work = work(old, "1")  # type: ignore[attr-defined]
        yield go


def confirm(work: Work) -> None:
    """An alarm over every report so far, confirmed by a person."""
    with turn(work) as own:
        signals = own.store.past_of(_reader(own.store), 10).nights[-1]
        key = Key(reader=signals[0].reader, assay=None, code=Code.LAYOUT, marker=None, what="x")
        figures = Figures(counts=Counts(seen=1, of=1, seen_before=0, of_before=60))
        ids = tuple(each.report_id for each in signals)
        own.store.weigh((), [Drift(key=key, figures=figures, reports=ids)])
        close(own, None)
    (alarm,) = work.store.drifts()
    said = Verdict(drift_id=alarm.id, by="Dr. Ida", at=NOW, reason="misread", confirmed=True)
    decide_drift(work, said)


def _reader(store: Store) -> str:
    (stratum,) = store.strata()
    return stratum.reader


def states(store: Store) -> tuple[set[str], set[str]]:
    """The markers that are detected, and those that are negative."""
    (case,) = store.cases()
    said = store.case(case.id).case.markers
    return (
        {each.value for each in said if said[each].status is Status.DETECTED},
        {each.value for each in said if said[each].status is Status.NOT_DETECTED},
    )


@pytest.mark.parametrize("gone", [False, True], ids=["in the inbox", "no more in the inbox"])
def test_the_next_release_reads_what_was_misread_once(
    night: Nightly, store: Store, inbox: Path, *, gone: bool
) -> None:
    night("1")
    found, negative = states(store)
    assert "FGFR2_FUSION" in found
    assert negative
    confirm(night.work)  # type: ignore[attr-defined]
    assert states(store) == (found, set()), "its negatives are held, its positives stand"
    if gone:
        (inbox / NAME).unlink()

    same = night("1")
    assert same.changed == (), "the same release would read the same"
    assert states(store) == (found, set())

    again = night("2")
    assert len(again.changed) == 1
    assert again.account is not None
    assert again.account.balances
    assert states(store) == (found, negative), "read anew: free"
    assert store.confirmed_misread() == frozenset()

    assert night("2").changed == (), "the same night again changes nothing"
    assert states(store) == (found, negative)
    assert not store.verify_audit().faults


def test_what_cannot_be_read_anew_keeps_what_was_found(night: Nightly, store: Store) -> None:
    night("1")
    found, _ = states(store)
    confirm(night.work)  # type: ignore[attr-defined]
    night("2", broken=True)
    assert states(store) == (found, set()), "nothing found is lost, no negative is free"
    (row,) = store.files_of([each.sha256 for each in store.files_in(IntakeState.DONE)]).values()
    assert row.state is IntakeState.DONE
