"""Files and tables in, interpretations out, without a database: what follows, and what does not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flows.gather import Gathered, Named, gather
from flows.outside import Outside, outside
from flows.place import Choice, one_case, place, waiting_for, without_context
from flows.trip import Frame, Read, Readers, interpret_case, read_at_once
from pipeline.errors import InputError
from pipeline.identity import CaseGroup
from pipeline.model import ReportResult
from pipeline.patient import Interpretation, Patient


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """A result that belongs to no case; *reason* is None where its report says why itself."""

    result: ReportResult
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class Explained:
    """Everything that was said: the cases, and what belongs to none."""

    cases: tuple[Interpretation, ...]
    withheld: tuple[Withheld, ...]


def explain(
    readers: Readers, frame: Frame, files: Sequence[Path], named: Named, choice: Choice
) -> Explained:
    """Each case interpreted; `InputError` where it cannot be said what the files belong to.

    Without any manifest row the files are one case, unless their identities contradict that.
    """
    gathered = _chosen(gather(files, named), choice)
    reads = read_at_once(readers, gathered.jobs)
    known = outside(gathered.findings, readers.assays)
    if not gathered.jobs:
        return _explained(frame, _without_files(known, gathered), reads, gathered)
    if any(each.row for each in reads):
        return _placed(frame, reads, known, gathered)
    return _together(frame, reads, known, gathered, choice)


def _placed(
    frame: Frame, reads: Sequence[Read], known: Sequence[Outside], gathered: Gathered
) -> Explained:
    grouping = place(reads, known, gathered.patients)
    told = _explained(frame, grouping.cases, reads, gathered)
    held = tuple(
        Withheld(
            result=each.result,
            reason=each.sentence if each.result.report.status.is_read else None,
        )
        for each in grouping.holds
    )
    return replace(told, withheld=held)


def _together(
    frame: Frame,
    reads: Sequence[Read],
    known: Sequence[Outside],
    gathered: Gathered,
    choice: Choice,
) -> Explained:
    if len(known) > 1:
        raise InputError("the findings table holds several cases; say which with --case")
    usable = [each.result for each in reads if each.result.report.status.is_read]
    withheld = tuple(
        Withheld(result=each.result, reason=None)
        for each in reads
        if not each.result.report.status.is_read
    )
    if not usable:
        return Explained(cases=(), withheld=withheld)
    results = [*usable, *(each.result for each in known)]
    told_case = choice.case or (known[0].case if known else None)
    case = one_case(results, gathered.patients, replace(choice, case=told_case))
    # Nothing says whose the held files are but that they were named together with the others.
    waiting = tuple(each.result for each in withheld)
    said = _interpreted(frame, case, waiting, gathered)
    return Explained(cases=(said,), withheld=withheld)


def _without_files(known: Sequence[Outside], gathered: Gathered) -> tuple[CaseGroup, ...]:
    """Every case that a table names, with what the tables say of it."""
    by_case = {each.case: each for each in known}
    rows = {each.case: each for each in gathered.patients if each.case}
    names = dict.fromkeys([*by_case, *rows])
    return tuple(
        CaseGroup(
            id=name,
            patient=rows.get(name) or Patient(case=name),
            results=(by_case[name].result,) if name in by_case else (),
        )
        for name in names
    )


def _explained(
    frame: Frame, cases: Iterable[CaseGroup], reads: Sequence[Read], gathered: Gathered
) -> Explained:
    said = tuple(_interpreted(frame, case, waiting_for(case, reads), gathered) for case in cases)
    return Explained(cases=said, withheld=())


def _interpreted(
    frame: Frame, case: CaseGroup, waiting: tuple[ReportResult, ...], gathered: Gathered
) -> Interpretation:
    notices = without_context(gathered.patients, case)
    return interpret_case(frame, case, waiting, notices)


def _chosen(gathered: Gathered, choice: Choice) -> Gathered:
    """What the tables say of the patient that is meant; files without a row stay."""
    if choice == Choice():
        return gathered
    patients = tuple(each for each in gathered.patients if choice.fits(each.case, each.identity))
    cases = {each.case for each in patients if each.case} | ({choice.case} - {None})
    jobs = tuple(
        job
        for job in gathered.jobs
        if job.row is None or job.row.case in cases or choice.fits(job.row.case, job.row.identity)
    )
    cases |= {job.row.case for job in jobs if job.row}
    findings = tuple(each for each in gathered.findings if each.case in cases)
    if not (patients or findings or jobs):
        raise InputError("no table names this case or record number")
    return replace(gathered, jobs=jobs, patients=patients, findings=findings)
