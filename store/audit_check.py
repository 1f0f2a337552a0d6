"""The audit in, a verdict out: each entry against its seal, the one before, anchor and tables.

In one pass over the chain and one over the tables, a portion in memory at a time.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from store import vouched
from store.anchor_check import Anchored
from store.audit import FIRST, MAKING, QUERY, Act, Entry, entry_of, newest
from store.books import audit as entries
from store.seal import Seal
from store.things import Thing, standing
from store.verdict import Fault, Faults, Gap, Verdict, Wrong

_AT_ONCE = 500
_GUARDS = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit' "
    "AND sql LIKE '%RAISE(ABORT%'",
    "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'audit'::regclass "
    "AND NOT tgisinternal AND tgenabled = 'O'",
}
_Key = tuple[str, str, str, int]
"""What is counted: made, observed or given; the family, the subject and the number."""


def check(connection: sa.Connection, seal: Seal, anchored: Anchored | None) -> Verdict:
    """Say whether the audit and what it vouches for stand as they were written.

    *anchored* is the anchor as it was before this connection looked at the database for the
    first time, so that no run that is at work makes it longer than the chain.
    """
    faults, gaps = Faults(), []
    tally: Counter[int] = Counter()
    _guards(connection, faults)
    if anchored is not None:
        anchored.tell(faults)
    for entry in _chain(connection, seal, faults, anchored):
        tally.update(_places(_made(entry)))
        if anchored is not None and entry.action == Act.GAP_ACKNOWLEDGED:
            anchored.acknowledge(entry)
    last = newest(connection)
    count = last.seq if last else 0
    if anchored is not None:
        gaps = anchored.gaps(count)
        _lost(gaps, faults)
    _things(connection, faults, tally)
    _orphans(connection, faults)
    if any(tally.values()):
        _gone(connection, faults)
    told = faults.all()
    tail = anchored.last if anchored else 0
    return Verdict(entries=count, anchored=tail, faults=told, gaps=tuple(gaps), more=faults.more)


def _guards(connection: sa.Connection, faults: Faults) -> None:
    if connection.exec_driver_sql(_GUARDS[connection.dialect.name]).scalar_one() != 2:
        told = "the guard that forbids changes of the audit was taken off its table"
        faults.add(Wrong.UNGUARDED, None, told)


def _chain(
    connection: sa.Connection, seal: Seal, faults: Faults, anchored: Anchored | None
) -> Iterator[Entry]:
    """Every entry whose seal fits, after it was held against the one before and the anchor."""
    seq, previous = 0, FIRST
    for entry in _entries(connection):
        if entry.seq != seq + 1:
            faults.entry(Wrong.MISSING, seq + 1, entry.seq - 1, "taken out of the audit")
        elif entry.previous != previous:
            words = "does not go on from the one before"
            faults.entry(Wrong.UNLINKED, entry.seq, entry.seq, words)
        if anchored is not None and not anchored.agrees(entry):
            words = "not the one that the anchor names: everything up to it was replaced"
            faults.entry(Wrong.NOT_ANCHORED, entry.seq, entry.seq, words)
        seq, previous = entry.seq, entry.hash
        if seal.fits(entry.sealed_text, entry.hash):
            yield entry
        else:
            words = "changed, or written with another key: the seal does not fit"
            faults.entry(Wrong.CHANGED, entry.seq, entry.seq, words)


def _entries(connection: sa.Connection) -> Iterator[Entry]:
    query = QUERY.order_by(entries.c.seq).execution_options(yield_per=_AT_ONCE)
    return map(entry_of, connection.execute(query))


def _lost(gaps: Sequence[Gap], faults: Faults) -> None:
    for gap in gaps:
        if gap.acknowledged_in is None:
            words = (
                "named by the anchor, and gone from the database: it was set back or cut off. "
                "After a restore from a backup say so with `oncoflag audit acknowledge`"
            )
            faults.entry(Wrong.LOST, gap.first, gap.last, words)


def _things(connection: sa.Connection, faults: Faults, tally: Counter[int]) -> None:
    """Hold what stands in the tables against its entries, and take it off the *tally*."""
    for things in standing(connection):
        known = _Known(connection, {each.subject for each in things})
        for thing in things:
            fault = known.fault(thing)
            if fault is not None:
                faults.add(fault.code, fault.seq, fault.sentence)
            if fault is None or fault.code is not Wrong.THING_UNKNOWN:
                tally.subtract(_places(known.counted(thing)))


class _Known:
    """What the entries of some subjects vouch for."""

    def __init__(self, connection: sa.Connection, subjects: set[str]) -> None:
        self._marks: dict[tuple[str, str, str], dict[int, tuple[int, str]]] = defaultdict(dict)
        self._newest: dict[tuple[str, str], int] = {}
        query = QUERY.where(
            entries.c.subject.in_(subjects), entries.c.action != Act.PATIENT_READ.value
        )
        for row in connection.execute(query.order_by(entries.c.seq)):
            self._learn(entry_of(row))

    def fault(self, thing: Thing) -> Fault | None:
        """What is wrong with it, if anything."""
        name = f"{thing.family} {thing.subject[:12]}"
        name += f" ({thing.number})" if thing.number > 1 else ""
        for word, mark in thing.marks.items():
            seq, vouched = self._mark(thing, word)
            if vouched is None:
                told = f"{name} stands in the database, and no entry tells of it"
                return Fault(code=Wrong.THING_UNKNOWN, seq=None, sentence=told)
            if vouched != mark:
                told = f"entry {seq}: {name} is not as this entry left it ({word})"
                return Fault(code=Wrong.THING_CHANGED, seq=seq, sentence=told)
        newest = self._newest.get((thing.family, thing.subject))
        if thing.is_newest is not None and thing.is_newest != (newest == thing.number):
            told = f"{name} is not the version that counts, by its entries"
            return Fault(code=Wrong.THING_CHANGED, seq=None, sentence=told)
        return None

    def counted(self, thing: Thing) -> Iterator[_Key]:
        """What of it some entry is counted for."""
        if thing.is_made:
            yield "made", thing.family, thing.subject, thing.number
        for word in _PARTS & thing.marks.keys():
            if thing.number in self._marks[thing.family, thing.subject, word]:
                yield word, thing.family, thing.subject, thing.number

    def _learn(self, entry: Entry) -> None:
        family, number = _family(entry), _number(entry)
        if entry.action in MAKING:
            key = (family, entry.subject)
            self._newest[key] = max(number, self._newest.get(key, 0))
        for word, mark in entry.details.items():
            if isinstance(mark, str):
                self._marks[family, entry.subject, word][number] = (entry.seq, mark)

    def _mark(self, thing: Thing, word: str) -> tuple[int | None, str | None]:
        by_number = self._marks[thing.family, thing.subject, word]
        if thing.number in by_number:
            return by_number[thing.number]
        if word == "observed":
            # A report that was only moved keeps the reading of its earlier revision.
            earlier = [number for number in by_number if number < thing.number]
            return by_number[max(earlier)] if earlier else (None, None)
        if thing.number == 0 and by_number:
            return by_number[max(by_number)]
        return None, None


_PARTS = {"observed", "inputs", "earlier"}


def _made(entry: Entry) -> Iterator[_Key]:
    """What must stand in the tables because of this entry."""
    family, number, detail = _family(entry), _number(entry), entry.details
    if entry.action in MAKING:
        yield "made", family, entry.subject, number
    for word in _PARTS:
        if isinstance(detail.get(word), str):
            yield word, family, entry.subject, number


def _orphans(connection: sa.Connection, faults: Faults) -> None:
    """Tell rows that belong to nothing: no thing's hash would ever hold them."""
    for table, count in vouched.orphans(connection):
        told = f"{count} rows of the table {table} belong to nothing that stands"
        faults.add(Wrong.THING_UNKNOWN, None, told)


def _gone(connection: sa.Connection, faults: Faults) -> None:
    # Only a database that was tampered with pays for this: everything that stands, in memory.
    stands = set()
    for things in standing(connection):
        known = _Known(connection, {each.subject for each in things})
        stands |= {key for thing in things for key in known.counted(thing)}
    for entry in _entries(connection):
        for key in set(_made(entry)) - stands:
            told = f"entry {entry.seq}: the {key[1]} {key[2][:12]} that it tells of is gone"
            faults.add(Wrong.THING_GONE, entry.seq, told)


def _places(keys: Iterator[_Key]) -> Iterator[int]:
    # A fixed number of counters, whatever there is to count: what stands takes off what an entry
    # put on, and nothing stays but what is gone.
    for key in keys:
        digest = hashlib.sha256(repr(key).encode()).digest()
        yield int.from_bytes(digest[:2], "big")


def _family(entry: Entry) -> str:
    return entry.action.partition(".")[0]


def _number(entry: Entry) -> int:
    number = entry.details.get("number", 1)
    return number if isinstance(number, int) else 1
