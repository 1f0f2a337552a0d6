"""Odd things in an inbox: each is taken, waits, is refused or set aside, and is counted once."""

import errno
import gzip
import multiprocessing
import os
import socket
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows import run
from flows.context import CaseWork
from flows.gather import gather
from flows.inbox import look
from flows.originals import keep
from flows.outcome import Outcome
from flows.ready import Moment, Patience, sort_out
from flows.trip import Frame
from flows.work import Work
from parsers.child import ReaderPool
from parsers.vcf_bytes import BGZF_END
from pipeline.errors import StoreError
from store.books import EntryState, IntakeState, RunState
from store.conclusions import Conclusion
from store.intake import Arrival
from store.leases import Clock
from store.records import Store
from tests.flows.test_child import VCF

Make = Callable[..., Work]
NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
HOUR = 3600
NOBODY = 65534
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
BGZF_BLOCK = bytes.fromhex("1f8b08040000000000ff0600424302001f00") + b"\x03\x00" + b"\x00" * 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def put(folder: Path, name: str, content: bytes = VCF.encode(), *, age: float = HOUR) -> Path:
    """A file that was last written to *age* seconds before `NOW`."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    touched(path, age)
    return path


def touched(path: Path, age: float) -> None:
    moment = NOW.timestamp() - age
    os.utime(path, (moment, moment))


def asides(folder: Path) -> dict[str, tuple[str, str]]:
    return {
        each.name: (each.aside.fate.value, each.aside.code) for each in look([folder]) if each.aside
    }


# name, what it is, what becomes of it
NAMES = [
    ("a.vcf", None),
    ("b.pdf", None),
    ("no ending", None),
    ("x" * 251 + ".vcf", None),
    ("line\nbreak.vcf", None),
    ("manifest.csv", ("set_aside", "table")),
    ("patients.csv", ("set_aside", "table")),
    ("findings.csv", ("set_aside", "table")),
    ("a.case.json", ("set_aside", "sidecar")),
    ("a.vcf.done", ("set_aside", "marker")),
    ("a.expected.json", ("set_aside", "not_a_report")),
    ("make.py", ("set_aside", "not_a_report")),
    ("README.md", ("set_aside", "not_a_report")),
    (".b.pdf.Xk3dEf", ("set_aside", "hidden")),
    (".DS_Store", ("set_aside", "hidden")),
    ("c.pdf.part", ("set_aside", "temporary")),
    ("c.vcf.tmp", ("set_aside", "temporary")),
    ("c.vcf.filepart", ("set_aside", "temporary")),
    ("c.pdf.crdownload", ("set_aside", "temporary")),
    ("C.PDF.TMP", ("set_aside", "temporary")),
    ("notes~", ("set_aside", "temporary")),
]


@pytest.mark.parametrize(("name", "fate"), NAMES, ids=[repr(name)[:20] for name, _ in NAMES])
def test_what_a_name_says(folder: Path, name: str, fate: tuple[str, str] | None) -> None:
    put(folder, name)
    (found,) = look([folder])
    assert (found.aside and (found.aside.fate.value, found.aside.code)) == fate
    assert found.name.isprintable()
    assert len(found.place) == 64


def test_what_is_no_file_is_refused(folder: Path) -> None:
    put(folder, "a.vcf")
    (folder / "in.vcf").symlink_to("a.vcf")
    (folder / "out.vcf").symlink_to("/etc/hostname")
    (folder / "loop.vcf").symlink_to("loop.vcf")
    (folder / "round").symlink_to(".", target_is_directory=True)
    os.mkfifo(folder / "pipe.vcf")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(folder / "socket.vcf"))
    assert asides(folder) == {
        "in.vcf": ("refused", "link"),
        "out.vcf": ("refused", "link"),
        "loop.vcf": ("refused", "link"),
        "round": ("refused", "link"),
        "pipe.vcf": ("refused", "not_a_file"),
        "socket.vcf": ("refused", "not_a_file"),
    }


def test_a_file_with_another_name_outside_is_refused(folder: Path, tmp_path: Path) -> None:
    outside = put(tmp_path, "outside.vcf")
    (folder / "linked.vcf").hardlink_to(outside)
    put(folder, "own.vcf")
    (folder / "twice.vcf").hardlink_to(folder / "own.vcf")
    assert asides(folder) == {"linked.vcf": ("refused", "hard_link")}
    (named,) = look([folder / "linked.vcf"])
    assert named.aside is None, "a person asked for it"


def test_a_directory_named_like_a_report_is_searched_and_told(folder: Path) -> None:
    put(folder, "x.pdf/inner.vcf")
    put(folder, "plain/inner.vcf")
    put(folder, ".cache/hidden.vcf")
    found = {each.name: each.aside and each.aside.code for each in look([folder])}
    assert found == {
        "x.pdf": "directory",
        "x.pdf/inner.vcf": None,
        "plain/inner.vcf": None,
        ".cache": "hidden",
    }


def test_directories_without_end_are_refused_at_some_depth(folder: Path) -> None:
    deep = folder
    for _ in range(60):
        deep /= "d"
    put(deep, "a.vcf")
    assert [code for _, code in asides(folder).values()] == ["too_deep"]


def seen(folder: Path) -> tuple[dict[str, tuple[str, str]], list[tuple[str, str]]]:
    """What is put aside in *folder*, and what waits there."""
    told = sort_out([each for each in look([folder]) if not each.aside], Patience(), moment())
    return asides(folder), [(each.name, why.code) for each, why in told.waiting]


def seen_as_nobody(folder: Path) -> tuple[dict[str, tuple[str, str]], list[tuple[str, str]]]:
    """The same for a user who is not root: root may read everything."""
    if os.geteuid():
        return seen(folder)
    # Forked, because another user may not be allowed to import from where this stands.
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(1, context, initializer=os.setuid, initargs=(NOBODY,)) as pool:
        return pool.submit(seen, folder).result(timeout=60)


def test_what_may_not_be_read_is_refused() -> None:
    with tempfile.TemporaryDirectory(prefix="oncoflag-inbox-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        put(folder, "open.vcf").chmod(0o644)
        assert seen(folder) == ({}, []), "who may read it has no quarrel with it"

        put(folder, "closed.vcf").chmod(0)
        (folder / "shut").mkdir(mode=0)
        aside, waiting = seen_as_nobody(folder)
        assert aside == {"shut": ("refused", "unreadable")}
        assert waiting == [("closed.vcf", "unreadable")]


def test_names_of_any_bytes_are_known_by_their_hash(folder: Path) -> None:
    for name in (b"\xff\xfe.vcf", b"\xff\xfd.vcf", b"\x1b[2J.vcf"):
        (folder / os.fsdecode(name)).write_text(VCF)
    found = look([folder])
    assert len({each.place for each in found}) == 3
    assert all(each.name.isprintable() for each in found)


def moment(sleep: Callable[[float], object] = lambda _: None, **seen: datetime) -> Moment:
    return Moment(now=NOW, sleep=sleep, first_seen=seen)


PLAIN = gzip.compress(VCF.encode())
# what it is, its bytes, whether its end shows that it is all there
ENDS = [
    ("report.pdf", PDF, True),
    ("report.pdf", PDF + b"\r\n\x00\x00", True),
    ("report.pdf", PDF[:-6], False),
    ("report.pdf", b"", False),
    ("report.pdf", b"\x00" * 9000, False),
    ("report.pdf", PDF[:-6] + b"\x00" * 9000, False),
    ("a.vcf", VCF.encode(), True),
    ("a.vcf", VCF.encode()[:-1], False),
    ("a.vcf", b"\xef\xbb\xbf" + VCF.encode()[:-1], False),
    ("a.vcf", VCF.replace("\n", "\r\n").encode(), True),
    ("a.vcf.gz", PLAIN, True),
    ("a.vcf.gz", PLAIN + PLAIN, True),
    ("a.vcf.gz", PLAIN[:-1], False),
    ("a.vcf.gz", PLAIN + PLAIN[:-9], False),
    ("a.vcf.gz", PLAIN[: len(PLAIN) // 2], False),
    ("a.vcf.gz", BGZF_BLOCK, False),
    ("a.vcf.gz", BGZF_BLOCK + BGZF_END, True),
    ("a.vcf.gz", BGZF_BLOCK + BGZF_END[:-1], False),
    ("bomb.gz", gzip.compress(b" " * 50_000_000), True),
    ("table.csv", b"a,b\n1,2", True),
    ("report.docx", b"PK\x03\x04 anything", True),
]


@pytest.mark.parametrize(("name", "content", "whole"), ENDS)
def test_the_end_of_a_file_shows_whether_it_is_all_there(
    folder: Path, name: str, content: bytes, whole: bool
) -> None:
    put(folder, name, content, age=60)
    told = sort_out(look([folder]), Patience(), moment())
    assert [each.name for each in told.ready] == ([name] if whole else [])
    assert [why.code for _, why in told.waiting] == ([] if whole else ["no_end"])


@pytest.mark.parametrize(
    ("name", "age", "happens", "state"),
    [
        ("old", 3, None, "ready"),
        ("old and half", 1900, "half", "late"),
        ("young and still", 1, None, "ready"),
        ("young and growing", 1, "grows", "growing"),
        ("young and replaced", 1, "replaced", "growing"),
        ("of the future", -HOUR, None, "ready"),
        ("of the future, growing", -HOUR, "grows", "growing"),
        ("of the future and half", -HOUR, "half", "no_end"),
        ("gone", 1, "gone", "vanished"),
    ],
)
def test_a_file_must_stand_still(
    folder: Path, name: str, age: float, happens: str | None, state: str
) -> None:
    path = put(folder, name, VCF.encode()[:-1] if happens == "half" else VCF.encode(), age=age)
    slept: list[float] = []

    def meanwhile(seconds: float) -> None:
        slept.append(seconds)
        if happens == "grows":
            path.write_bytes(path.read_bytes() + VCF.encode())
            touched(path, age)
        if happens == "replaced":
            path.rename(folder.parent / "aside")
            put(folder, name, age=age)
        if happens == "gone":
            path.unlink()

    told = sort_out(look([folder]), Patience(), moment(meanwhile))
    assert slept == ([] if age >= 2 else [2.0])
    found = ["ready" for _ in told.ready] + [why.code for _, why in told.waiting]
    assert found == (["ready"] if state == "late" else [state])
    assert len(told.late) == (state == "late")


def test_one_sleep_is_enough_for_all(folder: Path) -> None:
    for number in range(20):
        put(folder, f"{number}.vcf", age=0)
    slept: list[float] = []
    told = sort_out(look([folder]), Patience(), moment(slept.append))
    assert (len(told.ready), slept) == (20, [2.0])


def test_a_marker_says_that_it_is_all_there(folder: Path) -> None:
    put(folder, "half.pdf", PDF[:-6], age=0)
    put(folder, "half.pdf.done", b"", age=0)
    slept: list[float] = []
    told = sort_out(
        [each for each in look([folder]) if not each.aside], Patience(), moment(slept.append)
    )
    assert [each.name for each in told.ready] == ["half.pdf"]
    assert slept == []


def test_a_file_that_a_person_names_is_not_waited_for(folder: Path) -> None:
    path = put(folder, "half.pdf", PDF[:-6], age=0)
    assert sort_out(look([path]), Patience(), moment()).ready
    os.mkfifo(folder / "pipe")
    (pipe,) = look([folder / "pipe"])
    assert pipe.aside is not None
    assert pipe.aside.code == "not_a_file"


def test_a_file_of_the_future_does_not_wait_for_ever(folder: Path) -> None:
    put(folder, "half.vcf", VCF.encode()[:-1], age=-365 * 24 * HOUR)
    (found,) = look([folder])
    early, late = NOW - timedelta(minutes=29), NOW - timedelta(minutes=31)
    assert sort_out([found], Patience(), moment(**{found.place: early})).ready == ()
    told = sort_out([found], Patience(), moment(**{found.place: late}))
    assert (told.ready, told.late) == ((found,), (found,))


def night(make: Make, folder: Path, *, at: datetime = NOW, **other: object) -> Outcome:
    """One run at that time of day, with the patience that a laboratory has."""
    clock = Clock(now=lambda: at, ticks=lambda: 0.0)
    work = replace(make(folder), clock=clock, now=at, patience=Patience(), sleep=lambda _: None)
    return run.plain(replace(work, **other))


def test_everything_in_an_odd_inbox_is_accounted_for(folder: Path, work: Make) -> None:
    put(folder, "good.vcf")
    put(folder, os.fsdecode(b"\xff\n.vcf"), VCF.replace("140753336", "140753337").encode())
    put(folder, "half.vcf", VCF.encode()[:-1], age=60)
    put(folder, "poison.pdf", PDF)
    put(folder, "letter.txt", b"Dear colleague,\n")
    put(folder, "manifest.csv", b"file,case\n")
    put(folder, "notes.md")
    put(folder, "later.pdf.part", age=60)
    (folder / "link.vcf").symlink_to("good.vcf")
    os.mkfifo(folder / "pipe")
    done = night(work, folder)

    assert done.account is not None
    assert done.account.balances
    found = (done.account.found, done.account.waiting, done.account.refused, done.account.set_aside)
    assert found == (10, 1, 2, 3)
    assert done.account.done + done.account.held + done.account.quarantined == 4
    codes = Counter(each.code for each in done.others)
    assert codes == Counter(["no_end", "link", "not_a_file", "table", "not_a_report", "temporary"])
    assert all(each.reason for each in done.others)


def test_a_half_copied_file_is_read_when_it_is_whole(folder: Path, work: Make) -> None:
    path = put(folder, "a.vcf", VCF.encode()[:-1], age=60)
    first = night(work, folder)
    store = work(folder).store
    assert (first.files, [each.code for each in first.others]) == (0, ["no_end"])
    assert [each.code for each in store.entries(EntryState.WAITING)] == ["no_end"]
    assert first.alarms == ()

    path.write_bytes(VCF.encode())
    touched(path, 30)
    second = night(work, folder)
    assert (second.files, second.others, second.alarms) == (1, (), ())
    assert store.entries(*EntryState) == ()


def test_a_file_without_an_end_is_taken_in_the_end_with_an_alarm(folder: Path, work: Make) -> None:
    put(folder, "a.vcf", VCF.encode()[:-1], age=31 * 60)
    done = night(work, folder)
    assert done.files == 1
    assert [each.code for each in done.alarms] == ["waited_too_long"]
    assert "a.vcf" not in done.alarms[0].sentence


def test_a_temporary_name_that_stays_is_an_alarm(folder: Path, work: Make) -> None:
    put(folder, "a.vcf.part", age=31 * 60)
    done = night(work, folder)
    assert [each.code for each in done.alarms] == ["waited_too_long"]


def test_a_file_that_waited_and_is_gone_is_an_alarm_once(folder: Path, work: Make) -> None:
    path = put(folder, "a.vcf", VCF.encode()[:-1], age=60)
    night(work, folder)
    path.unlink()
    assert [each.code for each in night(work, folder).alarms] == ["file_vanished"]
    assert night(work, folder).alarms == ()


def test_another_inbox_says_nothing_of_this_one(folder: Path, work: Make, tmp_path: Path) -> None:
    put(folder, "a.vcf", VCF.encode()[:-1], age=60)
    night(work, folder)
    put(tmp_path / "other", "b.vcf")
    assert night(work, tmp_path / "other").alarms == ()
    assert len(work(folder).store.entries(EntryState.WAITING)) == 1


def test_what_is_read_is_the_original_not_the_inbox(folder: Path, work: Make) -> None:
    """The file in the inbox is replaced while its lane is busy: what was kept is what counts."""
    path = put(folder, "a.vcf")
    own = work(folder)
    first = run.plain(own)
    (row,) = own.store.files_in(*IntakeState)
    kept = own.originals / row.sha256[:2] / row.sha256
    assert (kept.read_bytes(), first.account and first.account.found) == (VCF.encode(), 1)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert list((own.originals / "incoming").iterdir()) == []

    path.write_bytes(VCF.replace("0/1:60,40", "0/1:70,30").encode())
    run.plain(work(folder))
    assert kept.read_bytes() == VCF.encode()
    assert len(own.store.files_in(*IntakeState)) == 2, "other bytes are another file"


def test_an_original_that_changed_after_it_was_kept_is_held(folder: Path, work: Make) -> None:
    put(folder, "a.vcf")
    own = work(folder)
    kept = keep(folder / "a.vcf", own.originals).path
    kept.write_bytes(kept.read_bytes().replace(b"140753336", b"140753337"))
    done = run.plain(own)
    assert [each.code for each in done.held] == ["original_changed"]
    assert [each.code for each in done.alarms] == ["original_damaged"]
    (row,) = own.store.files_in(IntakeState.HELD)
    assert row.code == "original_changed"

    again = run.plain(work(folder))
    assert ([each.code for each in again.held], again.alarms) == (["identity"], ()), "kept anew"
    assert kept.read_bytes() == (folder / "a.vcf").read_bytes()


def test_what_is_new_alone_is_read(
    folder: Path, work: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "a.vcf")
    put(folder, "letter.txt", b"Dear colleague,\n")
    own = work(folder)
    read: list[str] = []
    original = type(own.readers.pool).read
    monkeypatch.setattr(
        type(own.readers.pool),
        "read",
        lambda pool, job: read.append(job.name) or original(pool, job),
    )
    first = run.plain(own)
    assert sorted(read) == ["a.vcf", "letter.txt"]
    read.clear()
    put(folder, "b.vcf", VCF.replace("60,40", "50,50").encode())
    second = run.plain(work(folder))
    assert read == ["b.vcf"]
    assert {each.file for each in first.held} < {each.file for each in second.held}

    newer = replace(own, gathered=gather([folder]), frame=replace(own.frame, code_version="next"))
    read.clear()
    run.plain(newer)
    assert "letter.txt" in read, "a held file is read again by another version"


def test_a_file_that_waits_in_the_ledger_is_read_though_the_inbox_is_empty(
    folder: Path, work: Make
) -> None:
    """A run was killed after it kept the original; then somebody tidied the inbox."""
    path = put(folder, "a.vcf")
    own = work(folder)
    original = keep(path, own.originals)
    arrival = Arrival(sha256=original.sha256, file="a.vcf", size=original.size)
    own.store.arrive([arrival], seen_at=NOW)
    path.unlink()
    done = run.plain(work(folder))
    assert (done.files, done.account and done.account.found) == (1, 1)
    assert own.store.files()[IntakeState.WAITING] == 0


def test_a_run_that_broke_off_is_made_good_though_the_inbox_was_tidied(
    folder: Path, work: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger keeps what the manifest said, too: whose file it is does not leave with it."""
    put(folder, "a.vcf")
    row = b"ONE,00042,Clinic,A-1,TUMOUR"
    columns = b"file,case,mrn,assigning_authority,accession,tumour_sample"
    put(folder, "manifest.csv", columns + b"\na.vcf," + row + b"\n")
    own = work(folder)
    with monkeypatch.context() as patch:
        patch.setattr(run, "settle", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run.plain(own)
    failed = own.store.last_run()
    assert failed is not None
    assert (failed.state, failed.fault) == (RunState.FAILED, "ZeroDivisionError")
    assert own.store.files()[IntakeState.WAITING] == 1

    for each in folder.iterdir():
        each.unlink()
    done = run.plain(work(folder))
    assert (done.files, done.cases, done.held) == (1, ("ONE",), ())
    assert own.store.files()[IntakeState.DONE] == 1


def test_one_case_that_cannot_be_concluded_does_not_stop_the_others(
    inbox: Callable[..., Path], work: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = Path(__file__).parents[2] / "sample_reports"
    names = [each.name for each in sorted(samples.glob("*.vcf*")) if "json" not in each.name]
    folder = inbox(*names, manifest=(samples / "manifest.csv").read_text(encoding="utf-8"))
    conclusion, seen = run.conclusion, []

    def faulty(store: Store, frame: Frame, case: CaseWork) -> Conclusion:
        seen.append(case.case_id)
        if len(seen) == 1:
            raise ValueError("Specimen, Synthia")
        return conclusion(store, frame, case)

    with monkeypatch.context() as patch:
        patch.setattr(run, "conclusion", faulty)
        done = run.plain(work(folder))
    assert len(seen) > 1
    assert set(done.changed) == set(seen[1:])
    (alarm,) = done.alarms
    assert alarm.code == "case_not_concluded"
    assert "Synthia" not in alarm.sentence
    assert seen[0] not in alarm.sentence
    assert not done.is_whole
    assert run.plain(work(folder)).changed == (seen[0],), "the next run makes it again"


def test_other_passwords_are_tried_on_what_is_locked(
    inbox: Callable[..., Path], work: Make
) -> None:
    folder = inbox("16_l_password.pdf")
    first = run.plain(work(folder))
    fence = _fences(work)
    assert [each.code for each in first.held] == ["password"]
    run.plain(work(folder))
    assert _fences(work) == fence, "with the same passwords it is not read again"
    with ReaderPool(lanes=1, passwords=("another",)) as pool:
        own = work(folder)
        run.plain(replace(own, readers=replace(own.readers, pool=pool)))
    assert _fences(work) != fence


def _fences(work: Make) -> list[str | None]:
    return [each.read_with for each in work().store.files_in(*IntakeState)]


def test_an_original_that_is_missing_is_an_alarm(folder: Path, work: Make) -> None:
    path = put(folder, "a.vcf")
    own = work(folder)
    original = keep(path, own.originals)
    arrival = Arrival(sha256=original.sha256, file="a.vcf", size=original.size)
    own.store.arrive([arrival], seen_at=NOW)
    path.unlink()
    original.path.unlink()
    done = run.plain(work(folder))
    assert [each.code for each in done.alarms] == ["original_missing"]
    assert not done.is_whole
    assert own.store.files()[IntakeState.WAITING] == 1


def test_what_cannot_be_kept_waits_and_the_others_go_on(
    folder: Path, work: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "a.vcf")
    big = put(folder, "big.vcf", (VCF + "#" * 100_000 + "\n").encode())
    own = work(folder)
    copy = os.copy_file_range

    def full(source: int, target: int, count: int, *places: int) -> int:
        if os.fstat(source).st_size > 50_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return copy(source, target, count, *places)

    with monkeypatch.context() as patch:
        patch.setattr(os, "copy_file_range", full)
        done = run.plain(own)
    assert (done.files, [each.code for each in done.others]) == (1, ["not_kept_enospc"])
    assert [each.code for each in done.alarms] == ["not_kept"]
    assert list((own.originals / "incoming").iterdir()) == []
    again = run.plain(work(folder))
    assert (again.files, again.others, again.alarms) == (2, (), ())
    assert big.exists()


def test_where_the_kernel_does_not_copy_we_do(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(folder, "a.vcf", os.urandom(3_000_000))

    def stops(source: int, target: int, count: int, start: int, to: int) -> int:
        if start:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return os.pwrite(target, os.pread(source, 1_000_001, 0), 0)

    monkeypatch.setattr(os, "copy_file_range", stops)
    assert keep(path, tmp_path / "originals").path.read_bytes() == path.read_bytes()


def test_originals_that_cannot_be_kept_are_a_code(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as refused:
        keep(put(folder, "a.vcf"), tmp_path / "file" / "originals")
    assert refused.value.code == "not_kept_enotdir"
    assert "a.vcf" not in str(refused.value)


@pytest.mark.parametrize("nights", [10, pytest.param(100, marks=pytest.mark.long)])
def test_the_same_inbox_again_changes_no_row_but_runs(
    nights: int, inbox: Callable[..., Path], work: Make, tmp_path: Path
) -> None:
    samples = Path(__file__).parents[2] / "sample_reports"
    names = [each.name for each in sorted(samples.glob("*.vcf"))][:4]
    folder = inbox(*names, manifest=(samples / "manifest.csv").read_text(encoding="utf-8"))
    put(folder, "half.vcf", VCF.encode()[:-1], age=60)
    put(folder, "letter.txt", b"Dear colleague,\n")
    (folder / "link.vcf").symlink_to("half.vcf")
    night(work, folder)
    before = _rows(tmp_path)
    for number in range(nights):
        later = NOW + timedelta(minutes=number % 20)
        night(work, folder, at=later)
    after = _rows(tmp_path)
    assert before == after
    assert len(before) > 40


def _rows(tmp_path: Path) -> list[str]:
    with sqlite3.connect(tmp_path / "store" / "oncoflag.db") as database:
        lines = [line for line in database.iterdump() if line.startswith("INSERT")]
    books = ('INTO "runs"', 'INTO "leases"', 'INTO "alarms"')
    return [line for line in lines if not any(each in line for each in books)]
