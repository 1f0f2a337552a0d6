"""A release of knowledge over stored cases: what it would change, and what it does change.

The later release differs from the active one in two rows. Futibatinib is withdrawn in the US:
its row is closed, and one that bars it follows. A row is added: ivosidenib in the EU.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from actionability.diff import flag_changes
from actionability.release import Release, shipped
from flows import reinterpret as room
from flows.gather import Gathered
from flows.keep import conclude, settle
from flows.knowledge import activate, arrive, in_force
from flows.outcome import NOT_CONCLUDED
from flows.reinterpret import Fate, Remade, only_active, rehearse, rehearsed, reinterpret
from flows.replay import Verdict, replay
from flows.trip import Frame, Readers
from flows.work import Work
from parsers.child import ReaderPool
from pipeline.codec import fingerprint
from pipeline.coverage import assays
from pipeline.coverage import shipped as shipped_assays
from pipeline.errors import InputError
from pipeline.model import Identity
from pipeline.normalise import again
from pipeline.patient import FlagKind, Jurisdiction, Patient, Site
from store.books import Cause
from store.meanings import Meaning
from store.records import Store
from store.releases import Signed
from store.reviews import ReviewState
from tests.store.samples import decision, flag, interpretation, markers, result

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 12, 24, 8, tzinfo=UTC)
BEFORE, LATER = date(2026, 11, 2), date(2026, 12, 24)
CURATOR = Signed(by="A. Curator", at=NOW, reason="checked by two")
FUTIBATINIB, WITHDRAWN = "fgfr2-fusion-futibatinib-us", "fgfr2-fusion-futibatinib-us-2026"
IVOSIDENIB = "idh1-r132-ivosidenib-eu"

CASES = """
case  marker          labels  signed  becomes  flag         row                               before  now
c1    FGFR2_FUSION    US      no      made     futibatinib  fgfr2-fusion-futibatinib-us-2026  ASK     BLOCK
c2    FGFR2_FUSION    EU      no      made     -            -                                 -       -
c3    IDH1_MUTATION   US      no      made     -            -                                 -       -
c4    IDH1_MUTATION   EU      no      made     ivosidenib   idh1-r132-ivosidenib-eu           none    ASK
c5    BRAF_MUTATION   US      no      made     -            -                                 -       -
c6    FGFR2_FUSION    US      yes     left     futibatinib  fgfr2-fusion-futibatinib-us-2026  ASK     BLOCK
c7    IDH1_MUTATION   US      yes     left     -            -                                 -       -
"""  # noqa: E501 - a table
"""What each case has, whose labels count, and what the later release says otherwise of it.

By hand: the US rows speak for patients of the US alone, and what is not stated of a patient is
asked (ASK). c5 has a negative result alone.
"""
ROWS = [dict(zip(CASES.split("\n")[1].split(), line.split(), strict=True)) for line in
        CASES.strip().split("\n")[1:]]  # fmt: skip
TOLD = {
    (row["case"], row["becomes"], row["flag"], row["row"], row["before"], row["now"])
    for row in ROWS
}


def release(name: str, *, without: str = "", withdrawn: bool = False) -> Release:
    """The shipped tables without a row, or with futibatinib withdrawn in the US."""
    tables = shipped().tables
    rows = []
    for row in tables["indications"]:
        if withdrawn and row["id"] == FUTIBATINIB:
            bar = {"id": WITHDRAWN, "status": "withdrawn", "valid_from": "2026-10-01"}
            rows += [
                row | {"valid_to": "2026-10-01"},
                row | bar | {"note": "withdrawn by its maker"},
            ]
        elif row["id"] != without:
            rows.append(row)
    assert tuple(rows) != tables["indications"]
    return Release(name=name, tables={**tables, "indications": tuple(rows)})


ACTIVE = release("2026.10.01", without=IVOSIDENIB)
NEWER = release("2026.12.24", withdrawn=True)


@cache
def frame(own: Release, today: date = LATER) -> Frame:
    return Frame(knowledge=own.knowledge(), code_version="test", today=today)


def fill(store: Store) -> None:
    """The cases of the table, made with the active release; the signed ones are signed."""
    in_force(store, ACTIVE, by="test", at=NOW)
    patients = []
    for row in ROWS:
        own = Identity(mrn=f"0000{row['case']}", assigning_authority="Northlake")
        drawn = result(row["case"], accession=row["case"], identity=own)
        found = tuple(each for each in drawn.findings if each.marker == row["marker"])
        seen = tuple(one for each in found for one in each.observations)
        said = again(replace(drawn, findings=found, markers=markers(*found)), seen)
        store.save_report(said, case_id=row["case"], hold=None, identity=own)
        labels = Jurisdiction(row["labels"])
        patients.append(
            Patient(
                case=row["case"], identity=own, jurisdiction=labels, site=Site.INTRAHEPATIC, ecog=1
            )
        )
    for each in settle(store, (), (), patients, read_with="").cases:
        conclude(store, frame(ACTIVE, BEFORE), each)
    for row in ROWS:
        if row["signed"] == "yes":
            sign(store, row["case"])


def sign(store: Store, case_id: str, by: str = "reviewer-7") -> None:
    shown = fingerprint(store.case(case_id))
    said = {"case_id": case_id, "shown_sha256": shown, "meaning": Meaning.SIGNED.value}
    store.record_decision(decision(**said, reviewer=by))


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store)
    return store


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with ReaderPool(lanes=1) as pool:
        yield Readers(pool=pool, assays=assays(shipped_assays()))


def work(store: Store, readers: Readers, folder: Path) -> Work:
    known = in_force(store, NEWER, by="test", at=NOW)
    return Work(
        gathered=Gathered(jobs=()),
        readers=readers,
        frame=replace(frame(NEWER), knowledge=known.knowledge),
        store=store,
        now=NOW,
        originals=folder / "originals",
    )


def activated(store: Store) -> None:
    arrive(store, NEWER, by="test", at=NOW)
    activate(store, NEWER.sha256, CURATOR)


def real(store: Store, readers: Readers, folder: Path, *, signed: bool = False) -> list[Remade]:
    told: list[Remade] = []
    reinterpret(work(store, readers, folder), signed=signed, tell=told.append)
    return told


def in_table(told: list[Remade]) -> set[tuple[str, ...]]:
    """As the table above says it."""
    rows = set()
    for each in told:
        assert each.beside == (), each
        assert len(each.flags) <= 1, each
        own = [
            (flag.therapy, flag.indication_id, flag.before or "none", flag.now or "none")
            for flag in each.flags
        ]
        rows.add((each.case_id, each.fate.value, *(own[0] if own else "----")))
    return rows


def test_a_dry_run_tells_exactly_what_would_change_and_writes_nothing(filled, url, rows):
    before = rows(url)
    told: list[Remade] = []
    rehearse(filled, frame(NEWER), signed=False, tell=told.append)
    assert in_table(told) == TOLD
    assert {each.case_id for each in told if each.is_news} == {"c1", "c4", "c6"}
    assert rows(url) == before


@pytest.mark.usefixtures("filled")
def test_a_real_run_does_what_the_dry_run_told(store, readers, tmp_path):
    activated(store)
    assert in_table(real(store, readers, tmp_path)) == TOLD
    for row in ROWS:
        said, signed = store.case(row["case"]), row["signed"] == "yes"
        assert said.knowledge.release == ("2026.10.01" if signed else "2026.12.24"), row
        assert said.case.patient.jurisdiction == row["labels"]
        assert said.case.patient.ecog == 1, "the context that was known stays"
        kinds = {each.indication_id: each.kind.value for each in said.flags}
        if row["becomes"] == "made" and row["row"] != "-":
            assert kinds[row["row"]] == row["now"], row
    opened = {each.case_id: (each.cause, each.number) for each in store.open_reviews()}
    assert opened == {row["case"]: (Cause.KNOWLEDGE, 2) for row in ROWS if row["signed"] == "no"}
    assert store.verify_audit().is_clean
    found = replay(store, store.interpretations(), code_version="test")
    assert {each.verdict for each in found} <= {Verdict.IDENTICAL, Verdict.NOT_REPLAYABLE}


@pytest.mark.usefixtures("filled")
def test_a_second_run_changes_nothing(store, readers, tmp_path, url, rows):
    activated(store)
    real(store, readers, tmp_path)
    before = rows(url)
    told = real(store, readers, tmp_path)
    assert {each.case_id for each in told} == {"c6", "c7"}, "those that were left are told again"
    after = rows(url)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"runs", "leases", "audit", "alarms"}, changed


def test_what_was_signed_stays_and_does_not_carry_over(filled, readers, tmp_path):
    """With `--signed`: only where the release says something else, and the signature stays."""
    activated(filled)
    given = filled.decisions("c6")
    told = {each.case_id: each for each in real(filled, readers, tmp_path, signed=True)}
    assert (told["c6"].fate, told["c7"].fate) == (Fate.MADE, Fate.LEFT)
    assert told["c6"].review is ReviewState.SIGNED
    assert filled.decisions("c6") == given
    assert filled.standing("c6") is None, "nobody has signed what is said now"
    assert filled.standing("c7") is not None
    first, second = filled.past("c6")
    assert (first.decisions, second.decisions) == (given, ())
    (review,) = [each for each in filled.open_reviews() if each.case_id == "c6"]
    assert (review.cause, review.again) == (Cause.KNOWLEDGE, True)


KILLED = """
import os, signal, sys
from pathlib import Path
from flows import reinterpret as room
from parsers.child import ReaderPool
from pipeline.coverage import assays, shipped
from flows.trip import Readers
from store.records import open_store
from tests.store.test_reinterpret import work

room.BATCH_CASES = 2
with open_store(sys.argv[1]) as store, ReaderPool(lanes=1) as pool:
    readers = Readers(pool=pool, assays=assays(shipped()))
    own = work(store, readers, Path(sys.argv[2]))
    room.reinterpret(own, signed=False, tell=lambda _: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_killed_in_the_middle_and_run_again_is_the_same(  # noqa: PLR0917 - fixtures
    filled, url, readers, tmp_path, fresh, monkeypatch
):
    activated(filled)
    command = [sys.executable, "-c", KILLED, url, str(tmp_path)]
    own = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=own, check=False, capture_output=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr
    made = [row["case"] for row in ROWS if len(filled.past(row["case"])) > 1]
    assert made == ["c1", "c2"], "the first batch stands, nothing of the second"

    monkeypatch.setattr(room, "BATCH_CASES", 2)
    told = real(filled, readers, tmp_path)
    assert {each.case_id for each in told} == {"c3", "c4", "c5", "c6", "c7"}
    with fresh() as other:
        fill(other)
        activated(other)
        real(other, readers, tmp_path)
        for row in ROWS:
            assert filled.past(row["case"]) == other.past(row["case"])
    assert filled.verify_audit().is_clean


def test_the_labels_that_a_run_was_asked_for_stay(store, readers, tmp_path):
    """`ingest --jurisdiction EU` for a patient of whom no country is stated."""
    in_force(store, ACTIVE, by="test", at=NOW)
    store.save_report(result(), case_id="c1", hold=None)
    (one,) = settle(store, (), (), (), read_with="").cases
    conclude(store, replace(frame(ACTIVE, BEFORE), jurisdictions=(Jurisdiction.EU,)), one)
    activated(store)
    (told,) = real(store, readers, tmp_path)
    assert told.beside == ()
    assert store.case("c1").jurisdictions == (Jurisdiction.EU,)


def test_what_is_new_beside_the_release_is_named(filled, readers, tmp_path):
    """A report that came since: a reader must not take its flag for one of the release."""
    own = filled.case("c5").case.patient.identity
    filled.save_report(
        result("later", accession="c5-2", identity=own), case_id="c5", hold=None, identity=own
    )
    told: list[Remade] = []
    rehearse(filled, frame(NEWER), signed=False, tell=told.append)
    (one,) = [each for each in told if each.case_id == "c5"]
    assert one.beside == ("report", "marker")
    assert {each.beside for each in told if each.case_id != "c5"} == {()}


def test_a_case_that_cannot_be_made_stops_no_other(filled, url, readers, tmp_path):
    from store.engine import connect  # noqa: PLC0415

    activated(filled)
    engine = connect(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE reports SET canonical = '{\"report\": 1}' WHERE id IN "
            "(SELECT report_id FROM case_reports WHERE case_id = 'c3')"
        )
    engine.dispose()
    told: list[Remade] = []
    rehearse(filled, frame(NEWER), signed=False, tell=told.append)
    assert [each.case_id for each in told if each.fate is Fate.FAILED] == ["c3"]
    told = real(filled, readers, tmp_path)
    failed = {each.case_id: each.fault for each in told if each.fault}
    assert failed == {"c3": "unreadable_row"}
    assert filled.case("c4").knowledge.release == "2026.12.24"
    last = filled.last_run()
    assert NOT_CONCLUDED in [each.code for each in last.alarms]


def test_which_release_a_dry_run_tries(filled, readers, tmp_path):
    assert rehearsed(filled, ACTIVE, None).name == "2026.10.01", "nothing waits"
    assert rehearsed(filled, NEWER, None).name == "2026.12.24", "shipped, no run has met it"
    arrive(filled, NEWER, by="test", at=NOW)
    assert rehearsed(filled, ACTIVE, None).name == "2026.12.24", "the candidate"
    assert rehearsed(filled, NEWER, "active").name == "2026.10.01", "as asked for"
    with pytest.raises(InputError, match="is active"):
        only_active(work(filled, readers, tmp_path), NEWER, "2026.12.24")
    activate(filled, NEWER.sha256, CURATOR)
    only_active(work(filled, readers, tmp_path), NEWER, "2026.12.24")


OLD = flag(indication_id="a-2021", kind=FlagKind.ASK)
PAIRS = [
    # the same row, another kind; a row that replaces a closed one; another line; nothing alike
    ("nothing", OLD, OLD, []),
    ("kind", OLD, replace(OLD, kind=FlagKind.BLOCK), [("changed", "ASK", "BLOCK", ("kind",))]),
    (
        "replaced row",
        OLD,
        replace(OLD, indication_id="a-2026"),
        [("changed", "ASK", "ASK", ("indication_id",))],
    ),
    ("line", OLD, replace(OLD, line="first"), [("changed", "ASK", "ASK", ("line",))]),
    (
        "another drug",
        OLD,
        replace(OLD, indication_id="b", therapy="pemigatinib"),
        [("lost", "ASK", None, ()), ("gained", None, "ASK", ())],
    ),
    (
        "another country",
        OLD,
        replace(OLD, indication_id="a-eu", jurisdiction=Jurisdiction.EU),
        [("lost", "ASK", None, ()), ("gained", None, "ASK", ())],
    ),
]


@pytest.mark.parametrize(("what", "old", "new", "expected"), PAIRS)
def test_flags_are_compared(what, old, new, expected):
    one, other = interpretation(flags=(old,)), interpretation(flags=(new,))
    found = flag_changes(one, other)
    assert [(e.turn.value, e.before, e.now, e.differs) for e in found] == expected, what
