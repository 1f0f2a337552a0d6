"""What is told of a night: one sentence that says what needs whom, and a page a newcomer reads."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.bulletin import Changed, held_table, marker_table, page
from flows.run import plain
from flows.tidings import Tidings, is_ours, tidings
from flows.work import Work
from store.books import RunState
from store.counts import Kind
from store.records import Store
from tests.flows.told import BUSY, ENDED, alarm, held, night, run

LATE = ENDED + timedelta(hours=27)

SENTENCES = {
    "all well": (
        night(),
        "well",
        "All is well: nobody needs to do anything. 12 things were found, 7 files are done.",
    ),
    "what waits by itself needs nobody": (
        night(stuck=(held("growing", state="waiting"),)),
        "well",
        "All is well: nobody needs to do anything. 12 things were found, 7 files are done.",
    ),
    "one new file": (
        night(stuck=(held("damaged"),)),
        "attention",
        "Laboratory: 1 file held back. Everything else went well.",
    ),
    "two old files and a new one": (
        night(stuck=(held("damaged"), held("identity", new=False), held("scanned", new=False))),
        "attention",
        "Laboratory: 3 files held back, 1 of them new. Everything else went well.",
    ),
    "different people": (
        night(stuck=(held("damaged"), held("hard_link", state="refused"))),
        "attention",
        "Data engineer: 1 file held back; Laboratory: 1 file held back. Everything else went well.",
    ),
    "a release waits": (
        night(alarms=(alarm("release_waits"),)),
        "attention",
        "Knowledge manager: 1 alarm. Everything else went well.",
    ),
    "an alarm in earnest": (
        night(alarms=(alarm("imbalance"), alarm("not_kept"))),
        "alarm",
        "Data engineer: 2 alarms. Everything else went well.",
    ),
    "a night that failed": (
        night(run=run(state=RunState.FAILED, fault="SQLITE_FULL", account=None)),
        "alarm",
        (
            "The night failed (SQLITE_FULL): The disk of the database is full. "
            "Make room, then start the night again."
        ),
    ),
    "26 hours and no night": (
        night(at=LATE),
        "alarm",
        "No night came to its end within 26 hours.",
    ),
    "no night ever": (night(complete=None), "alarm", "No night came to its end within 26 hours."),
    "an end in the future": (
        night(at=ENDED - timedelta(hours=1)),
        "alarm",
        "No night came to its end within 26 hours.",
    ),
}


@pytest.mark.parametrize("what", SENTENCES)
def test_the_headline(what: str) -> None:
    news, level, sentence = SENTENCES[what]
    assert (news.level.value, news.headline) == (level, sentence)


@pytest.mark.parametrize(("minutes", "overdue"), [(26 * 60, False), (26 * 60 + 1, True)])
def test_the_boundary_of_26_hours(minutes: int, *, overdue: bool) -> None:
    assert night(at=ENDED + timedelta(minutes=minutes)).is_overdue is overdue


def test_the_page_of_a_night() -> None:
    """Line by line as `night.md` was written by hand."""
    changed = Changed(
        cases=("case-0123456789ab", "Synthia Specimen"), origin="https://review.example"
    )
    wanted = (Path(__file__).parent / "night.md").read_text(encoding="utf-8")
    assert page(BUSY, changed) + "\n" == wanted


def test_a_page_without_review_pages_has_no_link() -> None:
    told = page(BUSY, Changed(cases=("case-0123456789ab",)))
    assert told.endswith("`case-0123456789ab`")
    assert "http" not in told


def test_a_quiet_page_says_so() -> None:
    told = page(night(), Changed(cases=()))
    assert "Nothing is held, quarantined or waiting." in told
    assert "No new file." in told
    assert "## Alarms" not in told


def test_the_tables() -> None:
    assert [row["intake id"] for row in held_table(BUSY)] == [
        "90d9038fabcd",
        "77aa77aa77aa",
        "1b2c3d4e5f60",
    ]
    assert {"marker": "TMB", "found tonight": "not judged"}.items() <= marker_table(BUSY)[2].items()


@pytest.mark.parametrize(
    ("case_id", "ours"),
    [
        ("case-0123456789ab", True),
        ("case-Specimen", False),
        ("case-0123456789ab ", False),
        ("SYN-CASE-20", False),
    ],
)
def test_an_id_that_somebody_wrote_is_none_of_ours(case_id: str, *, ours: bool) -> None:
    assert is_ours(case_id) is ours


MANIFEST = (Path(__file__).parents[2] / "sample_reports" / "manifest.csv").read_text()


def test_what_a_real_night_tells(
    work: Callable[..., Work], inbox: Callable[..., Path], store: Store
) -> None:
    folder = inbox("20_idh1_r132c.vcf", manifest=MANIFEST)
    (folder / "damaged.pdf").write_bytes(b"%PDF-1.4\nnothing\n%%EOF\n")
    plain(work(folder))
    first = _told(store)
    assert [(each.state, each.why.code, each.is_new) for each in first.stuck] == [
        ("quarantined", "damaged", True)
    ]
    assert first.headline == "Laboratory: 1 file held back. Everything else went well."
    assert {each.name: each.count for each in first.of(Kind.STATUS)} == {
        "final": 1,
        "unreadable": 1,
    }
    assert [(each.found, each.judged) for each in first.shares if each.marker == "IDH1_MUTATION"]
    assert first.run.account
    assert first.run.account.balances
    plain(work(folder))
    second = _told(store)
    assert [each.is_new for each in second.stuck] == [False], "it was told of before"
    assert second.read == (), "nothing was read for the first time"
    before = {each.marker: each.judged_before for each in second.shares}
    assert before["IDH1_MUTATION"] == 1


def test_a_laboratory_that_few_reports_bear_has_no_name(
    work: Callable[..., Work], inbox: Callable[..., Path], store: Store
) -> None:
    """What stands in the place of a name may be misread: a patient's, at worst."""
    names = [each.name for each in (Path(__file__).parents[2] / "sample_reports").glob("*.pdf")]
    plain(work(inbox(*sorted(names)[:3])))
    vendors = {each.name for each in _told(store).of(Kind.VENDOR)}
    assert vendors <= {"fewer than five reports each", "not stated"}


def _told(store: Store) -> Tidings:
    (last,) = store.nights(1)
    return tidings(store, last, datetime.now(UTC))
