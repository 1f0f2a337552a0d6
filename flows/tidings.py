"""A run in the books in, what may be told of it out: numbers, codes and opaque ids, nothing else.

Artifacts, metrics and alerts all say what stands here. Names of files, reasons and texts stay in
the database; so does the name of a laboratory that few reports bear, since it may be misread.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.meanings import Level, Meaning, Of, meaning
from store.books import EntryState, IntakeState, ReleaseState, RunState
from store.counts import Counted, Kind, Tally, Told
from store.records import Store
from store.runs import RunRow

NIGHTS = 30
"""Nights that positivity is compared with."""

OVERDUE = timedelta(hours=26)
"""A night that is missed is seen on the next day (requirement R19)."""

_ID_LENGTH = 12
_FEW = 5
_LOOKED_BACK = 100
_RARE = "fewer than five reports each"
_NOT_SAID = "not stated"
_OURS = re.compile(r"case-[0-9a-f]{12}")
_WAITS = Meaning(
    code="waiting",
    level=Level.ATTENTION,
    who="nobody",
    meaning="It waits to be read.",
    do="Nothing: the next night reads it.",
)


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """Something from which nothing is concluded, by its intake id, and why.

    *is_new* says that no complete night before this one has told of it.
    """

    id: str
    state: str
    why: Meaning
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class Sounded:
    """An alarm of the run: what it means, and its own sentence."""

    why: Meaning
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Share:
    """How often a marker was found among the reports that judged it: tonight, and before."""

    marker: str
    found: int
    judged: int
    found_before: int
    judged_before: int


@dataclass(frozen=True, kw_only=True)
class Tidings:
    """All that may be told of a run and of how the work stood at *at*.

    *complete* is the last run that came to the end of its inbox.
    """

    at: datetime
    run: RunRow
    complete: RunRow | None
    files: tuple[tuple[str, int], ...]
    stuck: tuple[Stuck, ...]
    alarms: tuple[Sounded, ...]
    read: tuple[Counted, ...]
    shares: tuple[Share, ...]
    release: str | None
    candidates: tuple[str, ...]
    tally: Tally
    told: tuple[Told, ...]

    @property
    def since(self) -> timedelta | None:
        """Since when no night came to its end; None if none ever did."""
        return self.at - self.complete.ended if self.complete and self.complete.ended else None

    @property
    def is_overdue(self) -> bool:
        """True if the last complete night is too long ago, or ends in the future."""
        return self.since is None or not timedelta() <= self.since <= OVERDUE

    @property
    def needed(self) -> tuple[Stuck, ...]:
        """What is stuck until somebody acts."""
        return tuple(each for each in self.stuck if each.why.who != "nobody")

    @property
    def level(self) -> Level:
        """The worst of what there is to tell."""
        if self.run.fault or self.is_overdue:
            return Level.ALARM
        levels = {each.why.level for each in self.alarms}
        levels |= {each.why.level for each in self.needed}
        worst = (Level.ALARM, Level.ATTENTION)
        return next((each for each in worst if each in levels), Level.WELL)

    @property
    def headline(self) -> str:
        """One sentence: all is well, or what needs whom."""
        if self.run.fault:
            return f"The night failed ({self.run.fault}): {self.fault.meaning} {self.fault.do}"
        if self.is_overdue:
            return f"No night came to its end within {OVERDUE.total_seconds() / 3600:g} hours."
        told = list(_needs(self.alarms, self.needed))
        if told:
            return f"{'; '.join(told)}. Everything else went well."
        return f"All is well: nobody needs to do anything. {_amount(self)}"

    @property
    def fault(self) -> Meaning:
        """What stopped the run."""
        return meaning(Of.FAULT, self.run.fault or "")

    @property
    def seconds(self) -> float | None:
        """How long the run took; None while it is at work."""
        return (self.run.ended - self.run.started).total_seconds() if self.run.ended else None

    def of(self, kind: Kind) -> tuple[Counted, ...]:
        """The numbers of one kind, the largest first."""
        found = (each for each in self.read if each.kind is kind)
        return tuple(sorted(found, key=lambda each: (-each.count, each.name)))


def tidings(store: Store, run: RunRow, at: datetime) -> Tidings:
    """What may be told of this run, and of how the work stands *at* this moment."""
    before = store.counts_before(run.id, nights=NIGHTS)
    read = store.counts_of(run.id)
    releases = store.releases()
    active = [each.release for each in releases if each.state is ReleaseState.ACTIVE]
    return Tidings(
        at=at,
        run=run,
        complete=store.last_run(complete=True),
        files=tuple((state.value, number) for state, number in store.files().items()),
        stuck=tuple(_stuck(store, run)),
        alarms=tuple(
            Sounded(why=meaning(Of.ALARM, each.code), sentence=each.sentence) for each in run.alarms
        ),
        read=(*_vendors(read, before), *(each for each in read if each.kind is not Kind.VENDOR)),
        shares=tuple(_shares(read, before)),
        release=active[0] if active else None,
        candidates=tuple(each.release for each in releases if each.state is ReleaseState.CANDIDATE),
        tally=store.tally(),
        told=store.told_of(run.id),
    )


def is_ours(case_id: str) -> bool:
    """True for an id that we made: one that somebody wrote by hand can be a name."""
    return _OURS.fullmatch(case_id) is not None


def short(opaque: str) -> str:
    """The first characters of a hash, as `oncoflag quarantine show` takes them."""
    return opaque[:_ID_LENGTH]


def _end_before(store: Store, run: RunRow) -> datetime | None:
    """When the last complete night before this run ended; None before the second."""
    nights = store.nights(_LOOKED_BACK)
    place = next((number for number, each in enumerate(nights) if each.id == run.id), len(nights))
    earlier = nights[place + 1 :]
    return next((each.ended for each in earlier if each.state is RunState.DONE), None)


def _stuck(store: Store, run: RunRow) -> Iterator[Stuck]:
    before = _end_before(store, run)
    wanted = (IntakeState.HELD, IntakeState.QUARANTINED, IntakeState.WAITING)
    for file in store.files_in(*wanted):
        waits = file.state is IntakeState.WAITING or file.code is None
        yield Stuck(
            id=short(file.sha256),
            state=file.state.value,
            why=_WAITS if waits else meaning(Of.FILE, file.code or ""),
            is_new=before is None or file.first_seen > before,
        )
    entries = store.entries(EntryState.WAITING, EntryState.REFUSED)
    seen = store.first_seen(each.place for each in entries)
    for entry in entries:
        yield Stuck(
            id=short(entry.place),
            state=entry.state.value,
            why=meaning(Of.INBOX, entry.code),
            is_new=before is None or seen.get(entry.place, run.started) > before,
        )


def _vendors(read: Iterable[Counted], before: Iterable[Counted]) -> Iterator[Counted]:
    """Reports by laboratory; what few reports bear is told together, without a name."""
    ever: Counter[str] = Counter()
    for each in (*read, *before):
        if each.kind is Kind.VENDOR:
            ever[each.name] += each.count
    tonight: Counter[str] = Counter()
    for each in read:
        if each.kind is Kind.VENDOR:
            rare = _RARE if ever[each.name] < _FEW else each.name
            tonight[rare if each.name else _NOT_SAID] += each.count
    for name, number in tonight.items():
        yield Counted(kind=Kind.VENDOR, name=name, count=number)


def _shares(read: Iterable[Counted], before: Iterable[Counted]) -> Iterator[Share]:
    now = {(each.kind, each.name): each.count for each in read}
    then = {(each.kind, each.name): each.count for each in before}
    for marker in sorted(name for kind, name in {*now, *then} if kind is Kind.JUDGED):
        yield Share(
            marker=marker,
            found=now.get((Kind.MARKER, marker), 0),
            judged=now.get((Kind.JUDGED, marker), 0),
            found_before=then.get((Kind.MARKER, marker), 0),
            judged_before=then.get((Kind.JUDGED, marker), 0),
        )


def _needs(alarms: Iterable[Sounded], stuck: Iterable[Stuck]) -> Iterator[str]:
    """What is asked of whom, in few words."""
    told: dict[str, list[str]] = {}
    for who, number in sorted(Counter(each.why.who for each in alarms).items()):
        told.setdefault(who, []).append(f"{number} alarm{_s(number)}")
    files = list(stuck)
    new = Counter(each.why.who for each in files if each.is_new)
    for who, number in sorted(Counter(each.why.who for each in files).items()):
        some = f", {new[who]} of them new" if new[who] and new[who] < number else ""
        told.setdefault(who, []).append(f"{number} file{_s(number)} held back{some}")
    for who, what in sorted(told.items()):
        yield f"{who.capitalize()}: {' and '.join(what)}"


def _amount(news: Tidings) -> str:
    account = news.run.account
    if account is None:
        return "No inbox was looked into."
    return f"{account.found} things were found, {account.done} files are done."


def _s(number: int) -> str:
    return "" if number == 1 else "s"
