"""Files that were read in, the same in the database out: reports first, then the cases they touch.

Every step may be repeated: same bytes, same rows. The database is the truth, so a case is made
from what is stored there, the reports of earlier days too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flows.outcome import HeldFile
from flows.outside import Outside
from flows.place import place
from flows.trip import Frame, Read, interpret_case
from pipeline.codec import to_json
from pipeline.errors import InputError
from pipeline.identifiers import Relation, conflicts, merged, present, relation
from pipeline.identity import CaseGroup, Grouping, row_counts
from pipeline.model import FileKind, Identity, ReportResult
from pipeline.patient import Interpretation, Patient
from pipeline.sheets import ManifestRow
from store.inputs import Inputs
from store.readings import Seen
from store.records import Store
from store.reports import Saved, Stored
from store.rows import report_id

_REPLACED = "a later version of the findings table replaces these rows"
_TWO_CASES = "the identifiers fit two cases that are stored apart; a person must say whose it is"


@dataclass(frozen=True, kw_only=True)
class CaseWork:
    """A case to be made again; *waiting* are its files from which nothing is concluded."""

    case_id: str
    patient: Patient
    waiting: tuple[ReportResult, ...]


@dataclass(frozen=True, kw_only=True)
class Settled:
    """Reports after they were stored: how many were read, which are held, the cases to make."""

    read: int
    held: tuple[HeldFile, ...]
    cases: tuple[CaseWork, ...]


@dataclass(frozen=True, kw_only=True)
class _Home:
    """Where a result belongs: a case and its patient, or the sentence why nobody knows."""

    case_id: str | None = None
    patient: Patient | None = None
    sentence: str | None = None


def settle(
    store: Store,
    reads: Sequence[Read],
    known: Sequence[Outside],
    patients: Sequence[Patient],
    *,
    read_with: str,
) -> Settled:
    """Store every report, each in one transaction, in its case or held.

    *read_with* says of every reading which code and which assay table made it.
    """
    stored = store.all_results()
    earlier = _earlier(stored, reads, known, patients)
    homes = _homes(place([*reads, *earlier], known, patients), stored)
    fates = [
        (each.result, _keep(store, each.result, whose, homes, _seen(each, read_with)))
        for each, whose in _incoming(reads, known)
    ]
    freed = [_keep(store, each.result, each.identity, homes) for each in _freed(stored, homes)]
    replaced = _replace_tables(store, stored, known, homes)
    held = tuple(_held(result, saved) for result, saved in fates if saved.case_id is None)
    touched = [saved.case_id for saved in (*(each for _, each in fates), *freed)]
    work = dict.fromkeys((*touched, *replaced, *store.stale_cases()))
    return Settled(
        read=len(fates) - len(held),
        held=held,
        cases=_works(store, [each for each in work if each], homes),
    )


def conclude(store: Store, frame: Frame, work: CaseWork) -> bool:
    """Make a case again from what is stored and keep it; False if nothing new is to be said.

    The day alone is no news: where all else is as it was, the earlier interpretation stands.
    """
    group = CaseGroup(
        id=work.case_id, patient=work.patient, results=store.report_results(work.case_id)
    )
    before = _current(store, work.case_id)
    if before is not None:
        same = interpret_case(replace(frame, today=before.as_of), group, work.waiting)
        if to_json(same) == to_json(before):
            return store.save_case(before)
    said = interpret_case(frame, group, work.waiting)
    return store.save_case(said, inputs=_inputs(frame, group, work.waiting))


def _inputs(frame: Frame, group: CaseGroup, waiting: Iterable[ReportResult]) -> Inputs:
    """What the case was made from, so that a replay can make it again."""
    return Inputs(
        patient=group.patient,
        given=tuple(report_id(each.report, group.id) for each in group.results),
        waiting=tuple(report_id(each.report, None) for each in waiting),
        notices=(),
        as_of=frame.as_of,
        today=frame.today,
        jurisdictions=frame.jurisdictions,
        code_version=frame.code_version,
    )


def _earlier(
    stored: Iterable[Stored],
    reads: Iterable[Read],
    known: Iterable[Outside],
    patients: Iterable[Patient],
) -> list[Read]:
    """The reports of earlier days, as what they were taken for when they came.

    One that is held and is of nobody by name, number or birth date is left out: nothing but its
    own manifest row can say whose it is. Their case goes with them only where a table of today
    speaks of it: a case that got its name from identifiers must not stand against the name that
    somebody gives it now.
    """
    today = {each.result.report.sha256 for each in reads}
    spoken = {each.row.case for each in reads if each.row} | {each.case for each in known}
    spoken |= {each.case for each in patients}
    return [
        Read(result=each.result, row=_row_of(each, spoken))
        for each in stored
        if each.result.report.status.is_read
        and each.result.report.kind is not FileKind.TABLE
        and each.result.report.sha256 not in today
        and (each.case_id or present(each.identity) - {"accession"})
    ]


def _row_of(stored: Stored, spoken: set[str | None]) -> ManifestRow:
    samples = [each.id for each in stored.result.report.specimens if each.id]
    return ManifestRow(
        case=stored.case_id if stored.case_id in spoken else None,
        identity=stored.identity,
        tumour_sample=samples[0] if samples else None,
    )


def _homes(grouping: Grouping, stored: Iterable[Stored]) -> dict[str, _Home]:
    """Where each result belongs, by its hash. A case that is stored keeps its name."""
    names = {each.result.report.sha256: each.case_id for each in stored if each.case_id}
    homes = {each.result.report.sha256: _Home(sentence=each.sentence) for each in grouping.holds}
    for case in grouping.cases:
        hashes = [each.report.sha256 for each in case.results]
        before = {names[each] for each in hashes if each in names}
        if len(before) > 1:
            homes |= dict.fromkeys(hashes, _Home(sentence=_TWO_CASES))
        else:
            home = _Home(case_id=next(iter(before), case.id), patient=case.patient)
            homes |= dict.fromkeys(hashes, home)
    return homes


def _incoming(
    reads: Iterable[Read], known: Iterable[Outside]
) -> Iterator[tuple[Read | Outside, Identity]]:
    """Every result with whose it is; a table of findings says so by its case alone."""
    for read in reads:
        yield read, _whose(read)
    for table in known:
        yield table, Identity()


def _seen(read: Read | Outside, read_with: str) -> Seen | None:
    if read.observations is None:
        return None
    return Seen(observations=read.observations, read_with=read_with)


def _keep(
    store: Store,
    result: ReportResult,
    identity: Identity,
    homes: dict[str, _Home],
    seen: Seen | None = None,
) -> Saved:
    home = homes.get(result.report.sha256, _Home())
    # A file that was not read says itself why; a hold is for one whose owner is not known.
    hold = home.sentence if result.report.status.is_read else None
    return store.save_report(result, case_id=home.case_id, hold=hold, identity=identity, seen=seen)


def _whose(read: Read) -> Identity:
    """Whose a file is, for the days to come: what it prints, with what its manifest row adds.

    A row that speaks of another sample or of another person leaves no identity at all: such a
    file waits for its own row, no other file settles whose it is.
    """
    printed = read.result.report.identity
    if read.row is None:
        return printed
    counts = not read.result.report.status.is_read or row_counts(read.result, read.row)
    against = conflicts(printed, read.row.identity)
    return merged(printed, read.row.identity) if counts and not against else Identity()


def _freed(stored: Iterable[Stored], homes: dict[str, _Home]) -> list[Stored]:
    """Reports held until now whose owner is known since what came today."""
    return [
        each
        for each in stored
        if each.hold
        and each.result.report.kind is not FileKind.TABLE
        and homes.get(each.result.report.sha256, _Home()).case_id
    ]


def _replace_tables(
    store: Store, stored: Iterable[Stored], known: Iterable[Outside], homes: dict[str, _Home]
) -> list[str]:
    """Earlier rows of a findings table give way to those of today, case by case."""
    hashes = [each.result.report.sha256 for each in known]
    today = {homes[each].case_id: each for each in hashes if each in homes}
    replaced = []
    for each in stored:
        report, case = each.result.report, each.case_id
        if (
            report.kind is FileKind.TABLE
            and case
            and today.get(case, report.sha256) != report.sha256
        ):
            # The case is part of the key of these rows; the hold takes them out of it.
            store.save_report(each.result, case_id=case, hold=_REPLACED, revise=True)
            replaced.append(case)
    return replaced


def _held(result: ReportResult, saved: Saved) -> HeldFile:
    report = result.report
    return HeldFile(
        file=report.file,
        sha256=report.sha256,
        status=report.status.value if not report.status.is_read else "held",
        code=report.code or "identity",
        reasons=(saved.hold,) if saved.hold else report.reasons,
    )


def _works(store: Store, case_ids: Iterable[str], homes: dict[str, _Home]) -> tuple[CaseWork, ...]:
    found = {home.case_id: home.patient for home in homes.values() if home.patient}
    unread = [each for each in store.all_results() if not each.result.report.status.is_read]
    return tuple(
        CaseWork(case_id=each, patient=patient, waiting=_waiting(patient, unread))
        for each in case_ids
        for patient in [_patient(store, each, found.get(each))]
    )


def _patient(store: Store, case_id: str, today: Patient | None) -> Patient:
    """The clinical context of today's tables, else the one that is known from before."""
    before = store.patient(case_id)
    if today is None:
        return before or Patient()
    stated = replace(today, identity=Identity(), case=None) != Patient()
    if stated or before is None:
        return today
    return replace(before, identity=merged(before.identity, today.identity))


def _waiting(patient: Patient, unread: Iterable[Stored]) -> tuple[ReportResult, ...]:
    return tuple(
        each.result for each in unread if relation(each.identity, patient.identity) is Relation.SAME
    )


def _current(store: Store, case_id: str) -> Interpretation | None:
    try:
        return store.case(case_id)
    except InputError:
        return None
