"""What stands in the inboxes in, the files to be read out, each from its kept original.

Everything else gets its place in the books: what waits, what is refused, what is set aside, what
was read before and would be read to the same end.
"""

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from flows import originals
from flows.inbox import Aside, Fate, Found, place_of
from flows.originals import Original
from flows.outcome import ORIGINAL_MISSING, OtherFile
from flows.ready import Moment, sort_out
from flows.shares import Sized, shares
from flows.trip import Read, Readers
from flows.work import Work
from parsers.child import Job
from parsers.lane import refused
from pipeline.codec import fingerprint, from_json, to_json
from pipeline.errors import StoreError, UnreadableError
from pipeline.model import ReportResult, ReportStatus
from pipeline.normalise import normalise
from pipeline.sheets import ManifestRow
from store.books import EntryState, IntakeState
from store.entries import Entry
from store.intake import Arrival, FileRow
from store.runs import Account, Alarm

_CHANGED = "original_changed"
_PASSING = {"cannot_open", "cannot_read", "reader_lost", "changed", _CHANGED}
"""Why a file was not read that may be otherwise tomorrow, though nothing of ours changed."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """*shares* are to be read, *known* were read before, *others* were not taken.

    *taken* holds a hash for every file that was taken, *found* is how many things there are.
    """

    shares: tuple[tuple[Job, ...], ...]
    known: tuple[Read, ...]
    others: tuple[OtherFile, ...]
    taken: tuple[str, ...]
    found: int

    def in_order(self, reads: Iterable[Read]) -> list[Read]:
        """The files as they were found, whichever of them was read now."""
        place = {sha256: number for number, sha256 in enumerate(self.taken)}
        return sorted(reads, key=lambda each: place[each.result.report.sha256])


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """A ready file with its original."""

    job: Job
    original: Original


def receive(work: Work) -> Received:
    """Keep what is ready, claim what is to be read, and write down everything else."""
    with work.log.step("receive", found=len(work.gathered.found)) as step:
        received = _received(work)
        step.found(to_read=sum(map(len, received.shares)), read_before=len(received.known))
        step.found(not_taken=len(received.others))
    return received


def _received(work: Work) -> Received:
    files = [each for each in work.gathered.found if each.aside is None]
    places = [each.place for each in files]
    moment = Moment(
        now=work.clock.now(), sleep=work.sleep, first_seen=work.store.first_seen(places)
    )
    told = sort_out(files, work.patience, moment)
    _tell_late(work, [*told.late, *_unfinished(work, moment)])
    kept, not_kept = _keep_all(work, told.ready)
    asides = {each: each.aside for each in work.gathered.found if each.aside}
    asides |= dict(told.waiting) | not_kept
    _write_down(work, asides, [each for each in told.ready if each not in not_kept])
    misread = work.store.confirmed_misread()
    left = _left_over(work, kept, misread)
    return _claimed(work, [*kept, *left], asides, left=len(left), misread=misread)


def as_kept(readers: Readers, read: Read, job: Job) -> Read:
    """The same, held if what was read is not the original that was kept (R16)."""
    report, sha256 = read.result.report, job.path.name
    if report.sha256 == sha256:
        return read
    if report.status is ReportStatus.UNREADABLE:
        # It was not opened at all: its reader could not know the hash.
        same = replace(report, sha256=sha256)
        return replace(read, result=replace(read.result, report=same))
    sentence = "the original changed after it was kept; nothing of it counts"
    held = refused(job.name, report.kind, sha256, _CHANGED, sentence)
    held = replace(held, report=replace(held.report, status=ReportStatus.HELD))
    again = normalise(held, readers.assays)
    return Read(result=again, row=job.row, observations=(), seconds=read.seconds)


def mend(work: Work, reads: Iterable[Read]) -> None:
    """Put damaged originals away and sound an alarm: a file that still lies here is kept anew."""
    for sha256 in (each.result.report.sha256 for each in reads if _is_damaged(each)):
        originals.put_away(originals.original_of(work.originals, sha256))
        _sound(work, "original_damaged", f"the original of {_short(sha256)} is not what was kept")


def account(work: Work, received: Received) -> Account:
    """What became of everything that was found, as the ledger says it, not as we remember it."""
    rows = work.store.files_of(received.taken)
    states = [rows[each].state for each in received.taken if each in rows]
    fates = [each.state for each in received.others]
    return Account(
        found=received.found,
        done=states.count(IntakeState.DONE),
        held=states.count(IntakeState.HELD),
        quarantined=states.count(IntakeState.QUARANTINED),
        waiting=states.count(IntakeState.WAITING) + fates.count(Fate.WAITING),
        refused=fates.count(Fate.REFUSED),
        set_aside=fates.count(Fate.SET_ASIDE),
    )


def _is_damaged(read: Read) -> bool:
    return read.result.report.code == _CHANGED


def _keep_all(work: Work, ready: Iterable[Found]) -> tuple[list[_Kept], dict[Found, Aside]]:
    """Originals of the files; those that could not be kept wait, and the others go on."""
    jobs = {job.path: job for job in work.gathered.jobs}
    kept, missed = [], {}
    threads = ThreadPoolExecutor(max_workers=work.readers.pool.lanes)
    try:
        # Most of it waits for disks: several at once, told of in their order.
        tried = threads.map(lambda each: (each, _tried(work, each)), ready)
        for each, original in tried:
            if isinstance(original, Original):
                job = replace(jobs[each.path], path=original.path)
                kept.append(_Kept(job=job, original=original))
            elif isinstance(original, UnreadableError):
                missed[each] = _waits(original.code, original.sentence)
            else:
                missed[each] = _waits(original.code, str(original))
                _sound(work, "not_kept", f"{_short(each.place)}: {original}")
            work.store.beat()
    finally:
        threads.shutdown(cancel_futures=True)
    work.store.arrive([_arrival(each) for each in kept], seen_at=work.now)
    return kept, missed


def _tried(work: Work, found: Found) -> Original | UnreadableError | StoreError:
    try:
        return originals.keep(found.path, work.originals)
    except (UnreadableError, StoreError) as error:
        return error


def _arrival(kept: _Kept) -> Arrival:
    row = kept.job.row
    return Arrival(
        sha256=kept.original.sha256,
        file=kept.job.name,
        size=kept.original.size,
        row=None if row is None else to_json(row).decode(),
    )


def _waits(code: str, reason: str) -> Aside:
    return Aside(fate=Fate.WAITING, code=code, reason=reason)


def _left_over(work: Work, kept: Iterable[_Kept], misread: frozenset[str]) -> list[_Kept]:
    """Files to be read that lie in no inbox any more: their originals are read.

    Those that wait in the ledger, and those that were misread by other code than ours.
    """
    here = {each.original.sha256 for each in kept}
    stored = work.store.files_of(misread - here).values()
    wrong = [row for row in stored if row.kept and not _stands_alone(work, row, misread)]
    left = []
    for row in (*work.store.files_in(IntakeState.WAITING), *wrong):
        if row.sha256 in here or not row.kept:
            continue
        if not originals.is_kept(work.originals, row.sha256):
            told = f"{_short(row.sha256)} waits to be read, and its original is not there"
            _sound(work, ORIGINAL_MISSING, told)
            continue
        left.append(_again(work, row))
    return left


def _again(work: Work, row: FileRow) -> _Kept:
    path = originals.original_of(work.originals, row.sha256)
    original = Original(path=path, sha256=row.sha256, size=row.size or 0)
    told = None if row.manifest_row is None else from_json(ManifestRow, row.manifest_row)
    return _Kept(job=Job(path=path, name=row.file, row=told), original=original)


def _claimed(
    work: Work,
    kept: Sequence[_Kept],
    asides: Mapping[Found, Aside],
    *,
    left: int,
    misread: frozenset[str],
) -> Received:
    with_what = _read_with(work, kept)
    rows = work.store.files_of(with_what)
    stand = [each for each in rows if _stands(rows[each], with_what[each], misread)]
    said = work.store.stored_readings(stand)
    wanted = [each for each in with_what if each not in said]
    claims = work.store.claim(wanted, read_with=with_what)
    return Received(
        shares=shares(_sized(kept, claims), work.readers.pool.lanes),
        known=tuple(
            _known(each.job, said[each.original.sha256])
            for each in kept
            if each.original.sha256 in said
        ),
        others=tuple(
            OtherFile(file=each.name, state=why.fate.value, code=why.code, reason=why.reason)
            for each, why in asides.items()
        ),
        taken=tuple(each.original.sha256 for each in kept),
        found=len(work.gathered.found) + left,
    )


def _sized(kept: Iterable[_Kept], claims: Container[str]) -> Iterator[Sized]:
    for each in kept:
        if each.original.sha256 in claims:
            yield Sized(job=each.job, size=each.original.size)


def _known(job: Job, result: ReportResult) -> Read:
    return Read(
        result=replace(result, report=replace(result.report, file=job.name)),
        row=job.row,
        observations=None,
    )


def _stands_alone(work: Work, row: FileRow, misread: frozenset[str]) -> bool:
    """The same for a file of the ledger, as it was told of when it came."""
    if row.state is not IntakeState.DONE:
        return True
    return _stands(row, _read_with(work, [_again(work, row)])[row.sha256], misread)


def _stands(row: FileRow, read_with: str, misread: frozenset[str]) -> bool:
    """True if reading the file again would say what it said before, or is not wanted.

    What is done stays as it is, unless its reader is confirmed to have misread it.
    """
    if row.state is IntakeState.DONE:
        return row.sha256 not in misread or row.read_with == read_with
    if row.state not in {IntakeState.HELD, IntakeState.QUARANTINED}:
        return False
    return row.read_with == read_with and row.code not in _PASSING


def _read_with(work: Work, kept: Iterable[_Kept]) -> dict[str, str]:
    """By hash, what decides how a file is read: code, assays, passwords, its manifest rows."""
    rows: dict[str, set[bytes]] = {}
    for each in kept:
        told = to_json(each.job.row) if each.job.row else b""
        rows.setdefault(each.original.sha256, set()).add(told)
    readers = f"{fingerprint(work.readers.assays)} {work.readers.pool.passwords_told()}"
    ours = f"{work.frame.code_version} {readers}".encode()
    return {
        sha256: hashlib.sha256(b"\n".join([ours, *sorted(told)])).hexdigest()
        for sha256, told in rows.items()
    }


def _write_down(work: Work, asides: Mapping[Found, Aside], taken: Iterable[Found]) -> None:
    gone = work.store.keep_entries(
        [_entry(each, why) for each, why in asides.items()],
        roots=sorted({place_of(each) for each in work.gathered.roots}),
        taken=[each.place for each in taken],
        seen_at=work.now,
    )
    for each in gone:
        _sound(work, "file_vanished", f"{_short(each.place)} waited, and is gone unread")


def _entry(found: Found, why: Aside) -> Entry:
    return Entry(
        place=found.place,
        root=place_of(found.root),
        file=found.name,
        state=EntryState(why.fate.value),
        code=why.code,
        reason=why.reason,
    )


def _unfinished(work: Work, moment: Moment) -> list[Found]:
    """Files under a temporary name that nobody has written to for too long."""
    wait = timedelta(minutes=work.patience.wait_minutes).total_seconds()
    named = (each for each in work.gathered.found if each.aside and each.aside.code == "temporary")
    return [each for each in named if moment.now.timestamp() - _modified(each.path) >= wait]


def _modified(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:  # it has got its name meanwhile
        return float("inf")


def _tell_late(work: Work, late: Iterable[Found]) -> None:
    for each in late:
        told = f"{_short(each.place)} is not all there after {work.patience.wait_minutes:g} minutes"
        _sound(work, "waited_too_long", told)


def _sound(work: Work, code: str, sentence: str) -> None:
    work.store.sound(Alarm(code=code, sentence=sentence))


def _short(opaque: str) -> str:
    return opaque[:12]
