"""Files that were read in, the same in the database out: reports first, then the cases they touch.

Every step may be repeated: same bytes, same rows. The database is the truth, so a case is made
from what is stored there, the reports of earlier days too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flows.context import CaseWork, is_news, works
from flows.outcome import HeldFile
from flows.outside import Outside
from flows.stated import heed, stated
from flows.trip import Frame, Read, interpret_case
from flows.whose import MOVED, Homes, homes, identities, whose
from pipeline.codec import to_json
from pipeline.errors import InputError, StoreError
from pipeline.identity import CaseGroup
from pipeline.model import FileKind, Identity, ReportResult
from pipeline.patient import Interpretation, Patient
from store.conclusions import Conclusion
from store.inputs import Inputs
from store.readings import Seen
from store.records import Store
from store.reports import Saved
from store.rows import report_id

_REPLACED = "a later version of the findings table replaces these rows"


@dataclass(frozen=True, kw_only=True)
class Settled:
    """Reports after they were stored: how many were read, which are held, the cases to make."""

    read: int
    held: tuple[HeldFile, ...]
    cases: tuple[CaseWork, ...]


def settle(  # noqa: PLR0913 - all that came today
    store: Store,
    reads: Sequence[Read],
    known: Sequence[Outside],
    patients: Sequence[Patient],
    *,
    read_with: str,
    also: Sequence[Identity] = (),
    stored: Callable[[], object] = lambda: None,
    advance: Callable[[], object] = lambda: None,
) -> Settled:
    """Store every report, each in one transaction, in its case or held.

    *read_with* says of every reading which code and which assay table made it; *also* are persons
    whose held reports are to be weighed again. *stored* is called when all are stored, before it
    is asked which cases are to be made again; *advance* after each.
    """
    found = homes(store, reads, known, patients, also)
    _disturb(store, reads, found)
    fates = []
    for each, own in _incoming(reads, known):
        saved = _keep(store, each.result, own, found, _seen(each, read_with))
        fates.append((each.result, saved))
        advance()
    freed = [_keep(store, each.result, each.identity, found) for each in found.freed]
    replaced = _replace_tables(store, known, found)
    held = tuple(_held(result, saved) for result, saved in fates if saved.case_id is None)
    stored()
    touched = [saved.case_id for saved in (*(each for _, each in fates), *freed)]
    heed(store, found.patients)
    work = dict.fromkeys((*touched, *replaced, *store.stale_cases(), *_new_contexts(store, found)))
    return Settled(
        read=len(fates) - len(held),
        held=held,
        cases=works(store, [each for each in work if each], found.patients),
    )


def conclude(store: Store, frame: Frame, work: CaseWork) -> bool:
    """Make a case again from what is stored and keep it; False if nothing new is to be said."""
    made = conclusion(store, frame, work)
    return store.save_case(made.said, inputs=made.made_from, heard=made.heard)


def conclusion(store: Store, frame: Frame, work: CaseWork) -> Conclusion:
    """A case made again from what is stored, to be kept.

    The day alone is no news: where all else is as it was, the earlier interpretation stands.
    `StoreError` of this case alone if its rows cannot be read.
    """
    if work.fault:
        raise StoreError(work.fault, "what is stored of this case cannot be read")
    group = CaseGroup(
        id=work.case_id, patient=work.patient, results=store.report_results(work.case_id)
    )
    before = _current(store, work.case_id)
    if before is not None:
        then = replace(frame, today=before.as_of)
        same = interpret_case(then, group, work.waiting, work.notices, work.doubts)
        if to_json(same) == to_json(before):
            return Conclusion(said=before, made_from=_inputs(frame, group, work), heard=work.heard)
    said = interpret_case(frame, group, work.waiting, work.notices, work.doubts)
    return Conclusion(said=said, made_from=_inputs(frame, group, work), heard=work.heard)


def _inputs(frame: Frame, group: CaseGroup, work: CaseWork) -> Inputs:
    """What the case was made from, so that a replay can make it again."""
    return Inputs(
        patient=group.patient,
        given=tuple(report_id(each.report, group.id) for each in group.results),
        waiting=tuple(report_id(each.report, None) for each in work.waiting),
        notices=work.notices,
        as_of=frame.as_of,
        today=frame.today,
        jurisdictions=frame.jurisdictions,
        code_version=frame.code_version,
        doubts=work.doubts,
    )


def _incoming(
    reads: Sequence[Read], known: Iterable[Outside]
) -> Iterator[tuple[Read | Outside, Identity]]:
    """Every result with whose it is; a table of findings says so by its case alone."""
    own = identities(reads)
    for read in reads:
        yield read, own[read.result.report.sha256]
    for table in known:
        yield table, Identity()


def _seen(read: Read | Outside, read_with: str) -> Seen | None:
    if read.observations is None:
        return None
    seconds = read.seconds if isinstance(read, Read) else None
    return Seen(observations=read.observations, read_with=read_with, seconds=seconds)


def _keep(
    store: Store,
    result: ReportResult,
    identity: Identity,
    found: Homes,
    seen: Seen | None = None,
) -> Saved:
    sha256 = result.report.sha256
    home = found.of(sha256)
    # A file that was not read says itself why; a hold is for one whose owner is not known.
    hold = home.sentence if result.report.status.is_read or home.is_decided else None
    return store.save_report(
        result,
        case_id=home.case_id,
        hold=hold,
        identity=Identity() if hold == MOVED else identity,
        seen=seen,
        # It leaves its case: nothing is concluded from a file with two owners.
        revise=hold == MOVED or sha256 in found.learnt or _is_anew(result, seen, found),
    )


def _is_anew(result: ReportResult, seen: Seen | None, found: Homes) -> bool:
    """True if a file that was misread is read now; where it cannot be, what was read stays."""
    report = result.report
    return seen is not None and report.status.is_read and report.sha256 in found.misread


def _disturb(store: Store, reads: Iterable[Read], found: Homes) -> None:
    """Before a report is held or set free: the cases on whose owner it casts doubt."""
    known = {each.sha256 for each in store.places_of(_hashes(reads))}
    new = [each for each in reads if each.result.report.sha256 not in known]
    store.disturb([*map(whose, new), *(each.identity for each in found.freed)])


def _new_contexts(store: Store, found: Homes) -> list[str]:
    """Stored cases of which the patients table says something new."""
    people = stated(store, found.patients)
    return [
        case_id
        for case_id, today in found.patients.items()
        if is_news(store, case_id, people.patient(case_id, today))
    ]


def _replace_tables(store: Store, known: Iterable[Outside], found: Homes) -> list[str]:
    """Earlier rows of a findings table give way to those of today, case by case."""
    replaced = []
    for each in known:
        sha256 = each.result.report.sha256
        case_id = found.of(sha256).case_id
        for stored in store.case_reports(case_id) if case_id else ():
            report = stored.result.report
            if case_id and report.kind is FileKind.TABLE and report.sha256 != sha256:
                # The case is part of the key of these rows; the hold takes them out of it.
                store.save_report(stored.result, case_id=case_id, hold=_REPLACED, revise=True)
                replaced.append(case_id)
    return replaced


def _hashes(reads: Iterable[Read]) -> list[str]:
    return [each.result.report.sha256 for each in reads]


def _held(result: ReportResult, saved: Saved) -> HeldFile:
    report = result.report
    return HeldFile(
        file=report.file,
        sha256=report.sha256,
        status=report.status.value if not report.status.is_read else "held",
        code=report.code or "identity",
        reasons=(saved.hold,) if saved.hold else report.reasons,
    )


def _current(store: Store, case_id: str) -> Interpretation | None:
    try:
        return store.case(case_id)
    except InputError:
        return None
