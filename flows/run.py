"""Work in, an outcome out: one run of the main job, step by step, without any orchestrator."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from flows.gather import Gathered
from flows.keep import Settled, conclude, settle
from flows.outcome import Outcome
from flows.outside import outside
from flows.trip import Frame, Read, Readers, batches, read_files
from pipeline.codec import fingerprint
from store.records import Store

BATCH_CASES = 100
"""Most cases in a batch: a task for each would cost more than its work."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """Everything one run needs; *advance* is called after each file, *now* is when it began."""

    gathered: Gathered
    readers: Readers
    frame: Frame
    store: Store
    now: datetime
    advance: Callable[[], object] = lambda: None

    @property
    def portions(self) -> int:
        """How many batches of files there are."""
        return len(batches(self.gathered.jobs, self.readers.pool.lanes))


def plain(work: Work) -> Outcome:
    """The whole run in this process."""
    with ThreadPoolExecutor(max_workers=work.readers.pool.lanes) as threads:
        portions = list(
            threads.map(lambda number: read_portion(work, number), range(work.portions))
        )
    settled = settle_all(work, portions)
    changed = [conclude_batch(work, settled, number) for number in range(case_batches(settled))]
    return outcome(work, settled, changed)


def read_portion(work: Work, number: int) -> tuple[Read, ...]:
    """One batch of files, read and normalised."""
    jobs = batches(work.gathered.jobs, work.readers.pool.lanes)[number]
    return read_files(work.readers, jobs, advance=work.advance)


def settle_all(work: Work, portions: Iterable[Sequence[Read]]) -> Settled:
    """Every file written into the ledger, and every report stored in its case or held."""
    reads = [read for portion in portions for read in portion]
    for each in reads:
        report = each.result.report
        work.store.note_file(report.sha256, file=report.file, seen_at=work.now)
    known = outside(work.gathered.findings, work.readers.assays)
    # The same pair reads the same: what was read by another is told apart.
    read_with = f"{work.frame.code_version} {fingerprint(work.readers.assays)}"
    return settle(work.store, reads, known, work.gathered.patients, read_with=read_with)


def case_batches(settled: Settled) -> int:
    """How many batches of cases there are."""
    return -(-len(settled.cases) // BATCH_CASES)


def conclude_batch(work: Work, settled: Settled, number: int) -> tuple[str, ...]:
    """One batch of cases interpreted and stored; the ids of those that changed."""
    batch = settled.cases[number * BATCH_CASES : (number + 1) * BATCH_CASES]
    return tuple(each.case_id for each in batch if conclude(work.store, work.frame, each))


def outcome(work: Work, settled: Settled, changed: Iterable[Sequence[str]]) -> Outcome:
    """The account of the run; it balances or the run fails."""
    tables = len({row.case for row in work.gathered.findings})
    return Outcome(
        files=len(work.gathered.jobs) + tables,
        read=settled.read,
        held=settled.held,
        cases=tuple(each.case_id for each in settled.cases),
        changed=tuple(case for batch in changed for case in batch),
        absent=work.gathered.absent,
    )
