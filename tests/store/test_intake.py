"""The ledger of files: first seen once, and every file in exactly one state."""

from datetime import UTC, datetime

from pipeline.model import ReportStatus
from store.books import IntakeState
from tests.store.samples import result, sha

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


def test_the_first_sight_of_the_bytes_stands(store, url, rows):
    assert store.note_file(sha("one"), file="one.pdf", seen_at=MONDAY) is True
    before = rows(url)["intake"]

    assert store.note_file(sha("one"), file="copy.pdf", seen_at=TUESDAY) is False
    assert rows(url)["intake"] == before
    ((digest, file, _, first_seen, state, *_),) = before
    assert (digest, file, first_seen, state) == (sha("one"), "one.pdf", MONDAY, "waiting")


def test_every_file_is_counted_in_one_state(store):
    for name in ("one", "two", "held", "later"):
        store.note_file(sha(name), file=name, seen_at=MONDAY)
    store.save_report(result("one"), case_id="c1", hold=None)
    store.save_report(result("two", accession="2"), case_id=None, hold="whose is it?")
    unread = result("held", status=ReportStatus.UNREADABLE, reasons=("it is damaged",))
    store.save_report(unread, case_id=None, hold=None)

    assert store.files() == {
        IntakeState.WAITING: 1,
        IntakeState.CLAIMED: 0,
        IntakeState.DONE: 1,
        IntakeState.HELD: 2,
        IntakeState.QUARANTINED: 0,
    }

    store.settle_file(sha("later"), IntakeState.QUARANTINED)
    assert store.files()[IntakeState.QUARANTINED] == 1
    assert store.files()[IntakeState.WAITING] == 0


def test_a_report_without_a_ledger_entry_is_stored(store):
    store.save_report(result(), case_id="c1", hold=None)
    assert sum(store.files().values()) == 0
