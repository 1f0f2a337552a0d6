"""Every act leaves its entry, in its transaction and under its key; nothing else leaves one."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.errors import IdentityError, InputError, StoreError
from store.engine import connect
from store.records import open_store
from store.seal import Seal, key_at, make_key
from store.verdict import Wrong
from tests.store.attacker import Attacker
from tests.store.nights import KEY, opened, seal_in, some_nights
from tests.store.samples import decision, interpretation, result, sha

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def sealed(url, tmp_path):
    """A database under a key and an anchor, with its tables made."""
    with opened(url, tmp_path) as store:
        store.upgrade()
        yield store


def acts(store) -> list[tuple[int, str, str]]:
    return [(each.seq, each.actor, each.action) for each in store.audit_entries()]


def lines(folder: Path) -> list[str]:
    return (folder / "audit.anchor").read_text().splitlines()


def clean(store) -> bool:
    found = store.verify_audit()
    assert found.faults == ()
    return found.is_clean


def test_one_entry_an_act_and_a_line_a_transaction(sealed, tmp_path):
    sealed.save_report(result(), case_id="c1", hold=None)
    sealed.save_case(interpretation())
    sealed.record_decision(decision(shown_sha256=_shown(sealed)))
    sealed.save_report(result("two"), case_id=None, hold="whose is this?")
    sealed.record_read("auditor-1", sha("c1"))

    assert acts(sealed) == [
        (1, "oncoflag", "report.saved"),
        (2, "oncoflag", "case.opened"),
        (3, "oncoflag", "interpretation.saved"),
        (4, "reviewer-7", "decision.recorded"),
        (5, "oncoflag", "report.held"),
        (6, "auditor-1", "patient.read"),
    ]
    assert [each.split()[:2] for each in lines(tmp_path)] == [
        ["1", "2"], ["3", "3"], ["4", "4"], ["5", "5"], ["6", "6"],
    ]  # fmt: skip
    assert clean(sealed)


def _shown(store) -> str:
    from pipeline.codec import fingerprint  # noqa: PLC0415

    return fingerprint(store.case("c1"))


def test_what_changes_no_row_leaves_no_entry(sealed, tmp_path):
    sealed.save_report(result(), case_id="c1", hold=None)
    sealed.save_case(interpretation())
    before = acts(sealed), lines(tmp_path)
    sealed.save_report(result(), case_id="c1", hold=None)
    sealed.save_report(result(vaf=0.3), case_id="c1", hold=None)
    sealed.save_case(interpretation())
    sealed.upgrade()
    assert (acts(sealed), lines(tmp_path)) == before


def test_what_is_refused_leaves_no_entry(sealed, tmp_path):
    with pytest.raises(IdentityError):
        sealed.save_case(interpretation())
    with pytest.raises(InputError):
        sealed.record_decision(decision())
    assert (acts(sealed), lines(tmp_path)) == ([], [])


def test_entries_hold_no_word_of_a_patient(sealed):
    sealed.save_report(result(), case_id="Synthia Specimen", hold="Specimen, Synthia?")
    sealed.save_report(result("two", accession="NL-2"), case_id="Synthia Specimen", hold=None)
    sealed.save_case(interpretation(result("two", accession="NL-2"), case_id="Synthia Specimen"))
    text = " ".join(f"{each.subject} {each.detail}" for each in sealed.audit_entries())
    for word in ("Synthia", "Specimen", "00012345", "NL-26", "NL-2", "1961", "Northlake", "c1"):
        assert f'"{word}' not in text
        assert word not in text or len(word) < 3
    for each in sealed.audit_entries():
        assert set(each.subject) <= set("0123456789abcdef:")
        assert json.dumps(json.loads(each.detail), sort_keys=True, separators=(",", ":")) == (
            each.detail
        )


def test_the_seal_is_that_of_the_specification(sealed):
    """HMAC-SHA256 over the canonical JSON of the entry, worked out by hand."""
    import hashlib  # noqa: PLC0415
    import hmac  # noqa: PLC0415

    sealed.record_read("auditor-1", "a" * 64)
    (entry,) = sealed.audit_entries()
    text = f'[1,"{entry.at}","auditor-1","patient.read","{"a" * 64}","{{}}","{"0" * 64}"]'
    assert entry.hash == hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()


def test_the_audit_is_never_changed_by_statements(sealed, url):
    sealed.record_read("auditor-1", sha("c1"))
    engine = connect(url)
    for change in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        with pytest.raises(sa.exc.DBAPIError), engine.begin() as connection:
            connection.exec_driver_sql(change)
    engine.dispose()
    assert clean(sealed)


def test_who_opens_without_the_key_writes_nothing(sealed, url, tmp_path):
    sealed.save_report(result(), case_id="c1", hold=None)
    with open_store(url) as keyless, pytest.raises(StoreError, match="sealed with a key"):
        keyless.save_report(result("two", accession="2"), case_id="c1", hold=None)
    assert len(sealed.report_results("c1")) == 1
    assert clean(sealed)


def test_a_database_that_was_filled_before_is_taken_over(url, tmp_path):
    with opened(url, tmp_path) as store:
        some_nights(store)
    Attacker(url=url).write_chain([])
    (tmp_path / "audit.anchor").unlink()
    with opened(url, tmp_path) as store:
        store.upgrade()
        found = {action.rpartition(".")[2] for _, _, action in acts(store)}
        kinds = {action.partition(".")[0] for _, _, action in acts(store)}
        store.save_report(result("new", accession="9"), case_id="c1", hold=None)
        faults = store.verify_audit().faults
    assert found <= {"adopted", "completed"}
    assert kinds == {"report", "case", "interpretation", "decision"}
    # Releases and resolutions came with the audit: no database had them before.
    assert {each.sentence.split()[0] for each in faults} == {"release", "resolution"}


# Keys


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path):
    path = tmp_path / "data" / "audit.key"
    assert key_at(path) is None
    key = make_key(path)
    assert (len(key), key_at(path), make_key(path)) == (32, key, key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["audit.key"]


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "00" * 31, "00" * 33, "ü" * 64])
def test_a_key_that_is_none_is_a_sentence(tmp_path, text):
    (tmp_path / "audit.key").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="the audit key is no key"):
        key_at(tmp_path / "audit.key")


def test_a_key_in_a_folder_that_cannot_be_is_a_sentence():
    with pytest.raises(InputError, match="the audit key cannot be made"):
        make_key(Path("/dev/null/audit.key"))


def test_the_key_is_not_shown():
    assert "6b6b" not in repr(Seal(key=b"k" * 32)) + str(Seal(key=b"k" * 32))
    assert "kkk" not in repr(Seal(key=b"k" * 32))


# The anchor


def test_a_line_that_was_not_written_is_made_up_for(sealed, tmp_path):
    """A crash between the commit and the anchor: the next line holds both."""
    for name in "abc":
        sealed.record_read("auditor-1", sha(name))
    path = tmp_path / "audit.anchor"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:1]))
    assert clean(sealed)
    sealed.record_read("auditor-1", sha("d"))
    assert [each.split()[:2] for each in lines(tmp_path)] == [["1", "1"], ["2", "4"]]
    assert clean(sealed)


@pytest.mark.parametrize("left", [1, 3, 5, 60, 67, 68])
def test_a_line_that_was_cut_short_is_passed_over(sealed, tmp_path, left):
    """A crash while the line was written; 68 characters are all but the end of the line."""
    sealed.record_read("auditor-1", sha("a"))
    sealed.record_read("auditor-1", sha("b"))
    path = tmp_path / "audit.anchor"
    first, second = path.read_text().splitlines(keepends=True)
    path.write_text(first + second[:left])
    assert clean(sealed)
    sealed.record_read("auditor-1", sha("c"))
    assert clean(sealed)
    last = lines(tmp_path)[-1].split()[:2]
    assert last == (["3", "3"] if left == 68 else ["2", "3"])


def test_two_lines_that_were_cut_short_are_passed_over(sealed, tmp_path):
    sealed.record_read("auditor-1", sha("a"))
    path = tmp_path / "audit.anchor"
    path.write_text(path.read_text()[:5] + "\n" + path.read_text()[:30])
    assert clean(sealed)
    sealed.record_read("auditor-1", sha("b"))
    assert clean(sealed)
    assert lines(tmp_path)[-1].split()[:2] == ["1", "2"]


def test_a_slower_writer_finds_its_entry_anchored(sealed, url, tmp_path):
    """Two commit, the later one writes its line first: that line holds both."""
    from store import anchor  # noqa: PLC0415

    sealed.record_read("auditor-1", sha("a"))
    sealed.record_read("auditor-1", sha("b"))
    chain = [each.hash for each in sealed.audit_entries()]
    path = tmp_path / "audit.anchor"
    path.write_text("")
    with anchor.opened(path) as file:
        anchor.add(file, anchor.Line(first=2, last=2, hash=chain[1]), stands=lambda _: True)
        anchor.add(file, anchor.Line(first=1, last=1, hash=chain[0]), stands=lambda _: True)
    assert lines(tmp_path) == [f"1 2 {chain[1]}"]
    assert clean(sealed)


def test_without_an_anchor_to_write_nothing_is_stored(url, tmp_path):
    folder = tmp_path / "gone"
    with open_store(url, Seal(key=KEY, anchor=folder / "audit.anchor")) as store:
        with pytest.raises(StoreError, match="anchor cannot be written: no such file"):
            store.upgrade()
        assert not store.has_entries()


# After a restore


def set_back(attacker: Attacker, to: int) -> None:
    """As after a restore: the chain ends earlier, the anchor does not."""
    attacker.write_chain(attacker.chain()[:to])


@pytest.mark.parametrize("later", [0, 1, 7])
def test_a_restore_is_told_until_somebody_acknowledges_it(sealed, url, tmp_path, later):
    for name in "abcde":
        sealed.record_read("auditor-1", sha(name))
    set_back(Attacker(url=url), 2)
    for number in range(later):
        sealed.record_read("auditor-1", sha(f"later {number}"))

    (fault,) = sealed.verify_audit().faults
    assert fault.code is Wrong.LOST
    assert fault.sentence.startswith("entries 3 to 5: named by the anchor, and gone")

    (gap,) = sealed.acknowledge_gap(by="keeper-1", reason="disk failed, restored")
    assert (gap.first, gap.last) == (3, 5)
    found = sealed.verify_audit()
    assert found.faults == ()
    assert [each.acknowledged_in for each in found.gaps] == [3 + later]
    sealed.record_read("auditor-1", sha("z"))
    assert clean(sealed)
    with pytest.raises(InputError, match="nothing to acknowledge"):
        sealed.acknowledge_gap(by="keeper-1", reason="again")


def test_two_restores_are_two_gaps(sealed, url):
    for name in "abcde":
        sealed.record_read("auditor-1", sha(name))
    set_back(Attacker(url=url), 4)
    sealed.record_read("auditor-1", sha("f"))
    sealed.record_read("auditor-1", sha("g"))
    set_back(Attacker(url=url), 3)
    gaps = sealed.acknowledge_gap(by="keeper-1", reason="a bad week")
    assert [(each.first, each.last) for each in gaps] == [(5, 5), (4, 6)]
    assert clean(sealed)


def test_an_acknowledged_gap_hides_no_other_fault(sealed, url):
    for name in "abcde":
        sealed.record_read("auditor-1", sha(name))
    attacker = Attacker(url=url)
    set_back(attacker, 3)
    sealed.acknowledge_gap(by="keeper-1", reason="restored")
    attacker.change("audit", attacker.chain()[1], actor="nobody")
    assert [each.code for each in sealed.verify_audit().faults] == [Wrong.CHANGED]


def test_nothing_is_acknowledged_where_nothing_is_gone(sealed):
    sealed.record_read("auditor-1", sha("a"))
    with pytest.raises(InputError, match="nothing to acknowledge"):
        sealed.acknowledge_gap(by="keeper-1", reason="just in case")


# Many at once, and killed


WRITER = """
import sys, time
from pathlib import Path
from tests.store.nights import opened
from tests.store.samples import result
url, folder, name = sys.argv[1:]
retries = 0
def slept(_):
    global retries
    retries += 1
from store import engine
engine.time.sleep = slept
with opened(url, Path(folder)) as store:
    for number in range(100):
        report = result(f"{name} {number}", accession=f"{name}-{number}")
        store.save_report(report, case_id="c1", hold=None)
        store.record_read(name, "a" * 64)
print(retries)
"""


def _start(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_writers_make_one_chain_without_a_gap_and_without_trying_again(sealed, url, tmp_path):
    writers = [_start(WRITER, url, tmp_path, name) for name in ("left", "right")]
    told = [writer.communicate(timeout=200) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0], told
    assert [int(out) for out, _ in told] == [0, 0], "a transaction was sent back and begun again"
    assert [each.seq for each in sealed.audit_entries()] == list(range(1, 402))
    assert sealed.verify_audit().anchored == 401
    assert clean(sealed)


KILLED_WRITER = """
import sys
from pathlib import Path
from tests.store.nights import opened
from tests.store.samples import result
url, folder, name = sys.argv[1:]
with opened(url, Path(folder)) as store:
    print("ready", flush=True)
    for number in range(10_000):
        report = result(f"{name} {number}", accession=f"{name}-{number}")
        store.save_report(report, case_id="c1", hold=None)
        print(number, flush=True)
"""


def test_killed_again_and_again_the_audit_is_whole(sealed, url, tmp_path):
    for number in range(5):
        with _start(KILLED_WRITER, url, tmp_path, f"night {number}") as writer:
            for _ in range(5):
                writer.stdout.readline()
            # A little longer each time: another place of the transaction.
            with pytest.raises(subprocess.TimeoutExpired):
                writer.wait(timeout=0.002 * number)
            writer.send_signal(signal.SIGKILL)
        found = sealed.verify_audit()
        assert found.faults == ()
        assert found.anchored >= found.entries - 2
    sealed.record_read("auditor-1", sha("a"))
    found = sealed.verify_audit()
    assert (found.faults, found.anchored) == ((), found.entries)
    assert found.entries > 5 * 4


def test_checking_while_somebody_writes_gives_no_false_alarm(sealed, url, tmp_path):
    with _start(KILLED_WRITER, url, tmp_path, "night") as writer:
        writer.stdout.readline()
        found = [sealed.verify_audit()]
        end = time.monotonic() + 60
        # On a machine that is at work on much else, the writer may be slow to begin.
        while len(found) < 10 or found[-1].entries == found[0].entries:
            assert time.monotonic() < end, "the writer wrote nothing for a minute"
            found.append(sealed.verify_audit())
        writer.send_signal(signal.SIGKILL)
    assert {each.faults for each in found} == {()}
    assert found[-1].entries > found[0].entries


def test_an_act_outside_a_transaction_of_the_store_is_a_fault_of_ours(sealed, url):
    from store import audit, engine  # noqa: PLC0415

    work = lambda connection: audit.append(  # noqa: E731
        connection, action=audit.Act.PATIENT_READ, subject="a", detail={}
    )
    database = connect(url)
    with pytest.raises(RuntimeError, match="nobody would know of it"):
        engine.write(database, work)
    database.dispose()


def test_the_time_is_that_of_the_clock_that_is_given(url, tmp_path):
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    seal = Seal(key=KEY, anchor=seal_in(tmp_path).anchor, clock=lambda: noon)
    with open_store(url, seal) as store:
        store.upgrade()
        store.record_read("auditor-1", sha("a"))
        (entry,) = store.audit_entries()
        assert entry.at == "2026-03-02T12:00:00.000000+00:00"
        assert clean(store)


def test_entries_are_found_by_what_they_speak_of(sealed):
    from store.audit import case_token  # noqa: PLC0415

    sealed.save_report(result(), case_id="c1", hold=None)
    sealed.save_report(result("two", accession="2"), case_id="c2", hold=None)
    by_report = [each.seq for each in sealed.audit_entries(sha("one")[:12])]
    by_case = [each.seq for each in sealed.audit_entries(case_token("c2"))]
    assert (by_report, by_case) == ([1], [3, 4])
    assert list(sealed.audit_entries("%")) == []
