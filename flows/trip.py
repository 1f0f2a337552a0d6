"""The trip as plain functions: jobs in, readings; readings in, cases; cases in, interpretations.

Neither Prefect nor a database here: `read` and `explain` use these steps as they are, `keep`
adds the database, and `ingest` the orchestrator.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

from actionability.interpret import interpret
from actionability.knowledge import Knowledge
from parsers.child import Job, ReaderPool
from pipeline.coverage import Assays
from pipeline.identity import CaseGroup
from pipeline.model import Notice, Observation, Reading, ReportResult
from pipeline.normalise import normalise
from pipeline.patient import Interpretation, Jurisdiction
from pipeline.reconcile import reconcile
from pipeline.sheets import ManifestRow
from pipeline.withheld import HeldNegatives, under_holds


@dataclass(frozen=True, kw_only=True)
class Readers:
    """What steps 2 to 5 need: the pool of readers and the assays whose silence is known."""

    pool: ReaderPool
    assays: Assays


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What a case is interpreted in: knowledge, day, jurisdictions, version of the code.

    *as_of* None means the patient's own as-of date, else *today*.
    """

    knowledge: Knowledge
    code_version: str
    today: date
    as_of: date | None = None
    jurisdictions: tuple[Jurisdiction, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Read:
    """A file after its reading: what it says, and the manifest row that speaks of it.

    *observations* are all that its reader saw, those of a failed or held report too; None where
    the file was not read again and its stored reading stands. *seconds* is how long that took.
    """

    result: ReportResult
    row: ManifestRow | None = None
    observations: tuple[Observation, ...] | None = None
    seconds: float | None = None


def read_files(
    readers: Readers, jobs: Iterable[Job], *, advance: Callable[[], object] = lambda: None
) -> tuple[Read, ...]:
    """Every job read and normalised, in order; *advance* is called after each."""
    done = []
    for job in jobs:
        done.append(read_file(readers, job))
        advance()
    return tuple(done)


def read_at_once(
    readers: Readers, jobs: Sequence[Job], *, advance: Callable[[], object] = lambda: None
) -> tuple[Read, ...]:
    """The same with every lane of the pool at work."""

    def one(job: Job) -> Read:
        done = read_file(readers, job)
        advance()
        return done

    with ThreadPoolExecutor(max_workers=readers.pool.lanes) as threads:
        return tuple(threads.map(one, jobs))


def read_file(readers: Readers, job: Job) -> Read:
    """Steps 2 to 5 for one file."""
    began = time.monotonic()
    reading = readers.pool.read(with_scope(readers, job))
    return as_read(readers, reading, job, time.monotonic() - began)


def as_read(readers: Readers, reading: Reading, job: Job, seconds: float) -> Read:
    """A file's reading normalised, with what is said of the file; *seconds* is what it took."""
    result = normalise(reading, readers.assays)
    return Read(result=result, row=job.row, observations=reading.observations, seconds=seconds)


def with_scope(readers: Readers, job: Job) -> Job:
    """The job with what its assay looks at, the laboratory's own table included."""
    if job.row is None:
        return job
    return replace(job, covered=readers.assays.coverage(*job.row.assay_and_version))


def interpret_case(
    frame: Frame,
    group: CaseGroup,
    waiting: Iterable[ReportResult] = (),
    notices: tuple[Notice, ...] = (),
    doubts: Sequence[HeldNegatives] = (),
) -> Interpretation:
    """Steps 7 and 8: all current reports of one patient, reconciled and interpreted.

    *waiting* are files of this patient from which nothing is concluded; the case names them.
    *doubts* are the negatives of its reports that prove nothing while their reader drifts.
    """
    case = reconcile(group.id, group.patient, under_holds(group.results, doubts))
    told = (*case.notices, *notices, *(_waiting(each) for each in waiting))
    return interpret(
        replace(case, notices=told),
        frame.knowledge,
        as_of=frame.as_of or group.patient.as_of or frame.today,
        jurisdictions=frame.jurisdictions,
        code_version=frame.code_version,
    )


def _waiting(result: ReportResult) -> Notice:
    said = result.report
    reasons = "; ".join(said.reasons)
    message = f"{said.file} is {said.status.value} and was not weighed: {reasons}"
    return Notice(code="file_held", message=message)
