"""Files of today and what is stored in, where each belongs out: a case, or a sentence why not.

Only those stored reports are looked at that could be of the same persons. What a person decided
stands; a stored report keeps its case, whoever comes later.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from flows.outside import Outside
from flows.place import claimed_twice, place
from flows.trip import Read
from pipeline.identifiers import conflicts, merged
from pipeline.identity import Grouping, row_counts
from pipeline.model import Identity
from pipeline.patient import Patient
from pipeline.sheets import ManifestRow
from store.books import Action
from store.identities import Neighbour
from store.records import Store
from store.stored import Stored

MOVED = "what is said of whose file this is has changed; a person must say which is right"


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where a result belongs: a case and its patient, or the sentence why nobody knows.

    *is_decided*: by a person, or it leaves its case until a person has decided.
    """

    case_id: str | None = None
    patient: Patient | None = None
    sentence: str | None = None
    is_decided: bool = False


@dataclass(frozen=True, kw_only=True)
class Homes:
    """Homes by the hash of the file, held reports whose home is known now, contexts by case.

    *learnt*: stored files of which a table of today states more than was known; *misread*: those
    that a reader is confirmed to have misread.
    """

    by_hash: Mapping[str, Home]
    freed: tuple[Stored, ...]
    patients: Mapping[str, Patient]
    learnt: frozenset[str]
    misread: frozenset[str] = frozenset()

    def of(self, sha256: str) -> Home:
        """Where the file of this hash belongs."""
        return self.by_hash.get(sha256, Home())


def homes(
    store: Store,
    reads: Sequence[Read],
    known: Sequence[Outside],
    patients: Sequence[Patient],
    also: Sequence[Identity] = (),
) -> Homes:
    """Where every file of today belongs, and every held report that they shed light on.

    *also* are persons whose held reports are to be weighed again.
    """
    stored = {each.sha256: each for each in store.places_of(_hash(each) for each in reads)}
    fixed = {_hash(each): home for each in reads if (home := _fixed(each, stored.get(_hash(each))))}
    persons = [*map(whose, reads), *(each.identity for each in patients), *also]
    around = store.neighbours(persons, _spoken(reads, known, patients) | set(store.stale_cases()))
    today = {_hash(each) for each in reads}
    waiting = store.stored_reports(
        each.report_id for each in around.held if each.sha256 not in today
    )
    free = [each for each in reads if _hash(each) not in fixed]
    grouping = place([*free, *map(_as_read, waiting)], known, patients, around.cases)
    found = _by_hash(grouping) | fixed
    return Homes(
        by_hash=found,
        freed=tuple(each for each in waiting if found[each.result.report.sha256].case_id),
        patients={each.id: each.patient for each in grouping.cases},
        learnt=frozenset(
            _hash(each) for each in free if _adds(each, stored.get(_hash(each)), found)
        ),
        misread=store.confirmed_misread(),
    )


def whose(read: Read) -> Identity:
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


def identities(reads: Sequence[Read]) -> dict[str, Identity]:
    """The same for all; bytes that are said to be of two persons are of nobody."""
    doubtful = {_hash(each) for each in claimed_twice(reads)}
    return {_hash(each): Identity() if _hash(each) in doubtful else whose(each) for each in reads}


def _fixed(read: Read, stored: Neighbour | None) -> Home | None:
    """The home of a file of which a person has decided, or must now."""
    if stored is None:
        return None
    if stored.action in {Action.ASSIGN, Action.REFUSE} or stored.hold == MOVED:
        return Home(case_id=stored.case_id, sentence=stored.hold, is_decided=True)
    if stored.case_id and conflicts(whose(read), stored.identity):
        return Home(sentence=MOVED, is_decided=True)
    return None


def _adds(read: Read, stored: Neighbour | None, found: Mapping[str, Home]) -> bool:
    """Whether a file that stays where it is says more of whose it is than when it came."""
    home = found.get(_hash(read), Home())
    if stored is None or (home.case_id, home.sentence) != (stored.case_id, stored.hold):
        return False
    known, own = asdict(stored.identity), asdict(whose(read))
    return any(value and known[name] is None for name, value in own.items())


def _spoken(
    reads: Iterable[Read], known: Iterable[Outside], patients: Iterable[Patient]
) -> set[str]:
    """The cases that a table of today speaks of."""
    named = {each.row.case for each in reads if each.row}
    named |= {each.case for each in known} | {each.case for each in patients}
    return {case for case in named if case}


def _as_read(stored: Stored) -> Read:
    """A report of an earlier day, as what it was taken for when it came."""
    samples = [each.id for each in stored.result.report.specimens if each.id]
    row = ManifestRow(identity=stored.identity, tumour_sample=samples[0] if samples else None)
    return Read(result=stored.result, row=row)


def _by_hash(grouping: Grouping) -> dict[str, Home]:
    found = {each.result.report.sha256: Home(sentence=each.sentence) for each in grouping.holds}
    for case in grouping.cases:
        home = Home(case_id=case.id, patient=case.patient)
        found |= {each.report.sha256: home for each in case.results}
    return found


def _hash(read: Read) -> str:
    return read.result.report.sha256
