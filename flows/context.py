"""Cases to be made again in, what is known of each out: its patient, files that wait, doubts."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from flows.stated import stated
from pipeline.clusters import Cluster, StandingCase
from pipeline.errors import StoreError
from pipeline.identifiers import Relation, keys, merged, relation
from pipeline.model import Identity, Notice, ReportResult
from pipeline.patient import Patient
from pipeline.withheld import HeldNegatives
from store.batches import is_of_one
from store.identities import Neighbour
from store.records import Store

T = TypeVar("T")

_DOUBT, _HELD = "identity_doubt", "file_held"
_SENTENCES = {
    _DOUBT: (
        "{count} held file(s) share identifiers with this patient and contradict others: whose the "
        "results are is in doubt, and nothing is suggested until a person has settled it"
    ),
    _HELD: (
        "{count} held file(s) may be of this patient and were not weighed: a person must settle "
        "whose they are, or which one counts"
    ),
}


@dataclass(frozen=True, kw_only=True)
class CaseWork:
    """A case to be made again.

    *waiting* are its files from which nothing is concluded, *notices* what is said of it from
    outside its reports, *doubts* are negatives of its reports that an alarm holds. *heard* is how
    much people had said of it when this was asked; None where nobody counted. *fault* is the code
    of what is wrong with its rows: nothing can be concluded, and the other cases go on.
    """

    case_id: str
    patient: Patient
    waiting: tuple[ReportResult, ...] = ()
    notices: tuple[Notice, ...] = ()
    doubts: tuple[HeldNegatives, ...] = ()
    heard: int | None = None
    fault: str | None = None

    @property
    def is_doubted(self) -> bool:
        """Whether it is in doubt whose its results are."""
        return any(each.code == _DOUBT for each in self.notices)


def works(
    store: Store, case_ids: Iterable[str], today: Mapping[str, Patient]
) -> tuple[CaseWork, ...]:
    """What is to be done for each of these cases; *today* are the contexts of today's tables."""
    wanted = tuple(case_ids)
    persons = {each.id: each for each in store.persons_of(wanted)}
    # Counted first: what is said while the rest is asked leaves the case stale.
    heard = store.heard(wanted)
    people = stated(store, wanted)
    known = {each: _one(partial(_patient, store, each, today.get(each))) for each in wanted}
    patients = {
        each: people.patient(each, _known_by(said, persons.get(each)))
        for each, said in known.items()
        if isinstance(said, Patient)
    }
    held = _held(store, persons, patients)
    doubts = store.held_negatives(wanted)

    def work(case_id: str) -> CaseWork:
        waits = [one for one in held[case_id] if _waits(one, patients[case_id])]
        waiting = _one(partial(_results, store, waits))
        if isinstance(waiting, str):
            return CaseWork(case_id=case_id, patient=Patient(), fault=waiting)
        return CaseWork(
            case_id=case_id,
            patient=patients[case_id],
            waiting=waiting,
            notices=(*_told(persons.get(case_id), held[case_id]), *people.notices(case_id)),
            doubts=doubts.get(case_id, ()),
            heard=heard.get(case_id, 0),
        )

    return tuple(
        CaseWork(case_id=each, patient=Patient(), fault=said)
        if isinstance(said, str)
        else work(each)
        for each, said in known.items()
    )


def _one(ask: Callable[[], T]) -> T | str:
    """What is asked of one case, or the code of what is wrong with its rows."""
    try:
        return ask()
    except StoreError as error:
        if not is_of_one(error):
            raise
        return error.code


def _results(store: Store, waits: Sequence[Neighbour]) -> tuple[ReportResult, ...]:
    if not waits:
        return ()
    said = {each.report_id: each.result for each in store.stored_reports(_ids(waits))}
    return tuple(said[each] for each in _ids(waits))


def _ids(waits: Sequence[Neighbour]) -> list[str]:
    return [each.report_id for each in waits]


def is_news(store: Store, case_id: str, today: Patient) -> bool:
    """Whether a table of today states another context than the one that is known of a case.

    One that cannot be read any more is not what it states: the case is to be made again.
    """
    before = _one(partial(store.patient, case_id))
    if not isinstance(before, Patient):
        return before is not None
    return _is_stated(today) and _context(today) != _context(before)


def _patient(store: Store, case_id: str, today: Patient | None) -> Patient:
    """The clinical context of today's tables, else the one that is known from before."""
    if today is not None and _is_stated(today):
        return today
    return store.patient(case_id) or today or Patient()


def _known_by(patient: Patient, person: StandingCase | None) -> Patient:
    """The patient under the identifiers that a table states, else under those of the reports.

    Drawn from all reports alike: it does not matter which of them came first.
    """
    if person is None:
        return patient
    reports = Cluster.of(person).identity
    if not _is_stated(patient):
        return replace(patient, identity=reports)
    own = replace(patient.identity, accession=None, specimen_id=None)
    return replace(patient, identity=merged(own, reports))


def _is_stated(patient: Patient) -> bool:
    return _context(patient) != Patient()


def _context(patient: Patient) -> Patient:
    return replace(patient, identity=Identity(), case=None)


def _held(
    store: Store, persons: Mapping[str, StandingCase], patients: Mapping[str, Patient]
) -> dict[str, list[Neighbour]]:
    """By case, what is held and shares an identifier with it."""
    cases = defaultdict(set)
    for case_id, patient in patients.items():
        own = persons[case_id].identities if case_id in persons else ()
        for identity in (*own, patient.identity):
            for key in keys(identity):
                cases[key].add(case_id)
    asked = {each for case in persons.values() for each in case.identities}
    asked |= {each.identity for each in patients.values()}
    held: defaultdict[str, list[Neighbour]] = defaultdict(list)
    for each in store.near(asked):
        if each.is_open or each.is_unread:
            for case_id in {case for key in keys(each.identity) for case in cases.get(key, ())}:
                held[case_id].append(each)
    return held


def _waits(held: Neighbour, patient: Patient) -> bool:
    return held.is_unread and relation(held.identity, patient.identity) is Relation.SAME


def _told(person: StandingCase | None, held: Iterable[Neighbour]) -> tuple[Notice, ...]:
    """What a reader must know of held files: they contradict the case, or may belong to it."""
    if person is None:
        return ()
    own, open_ = Cluster.of(person), [each for each in held if each.is_open]
    counts = {
        _DOUBT: sum(own.doubted_by(each.identity) for each in open_),
        _HELD: sum(own.may_own(each.identity) for each in open_),
    }
    return tuple(
        Notice(code=code, message=_SENTENCES[code].format(count=count))
        for code, count in counts.items()
        if count
    )
