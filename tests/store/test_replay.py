"""Every interpretation that was ever stored can be made again, and a changed row is found.

Real nights over the sample reports, on both databases, with releases of knowledge in between.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from actionability.release import Release, shipped
from flows.gather import gather
from flows.knowledge import activate, in_force
from flows.ready import Patience
from flows.replay import Replayed, Verdict, first_difference, replay
from flows.run import plain
from flows.trip import Frame, Readers
from flows.work import Work
from parsers.child import ReaderPool
from pipeline.coverage import assays
from pipeline.coverage import shipped as shipped_assays
from pipeline.errors import InputError
from store import books
from store.engine import connect
from store.records import Store
from store.releases import Signed
from store.tables import metadata

SAMPLES = Path(__file__).parents[2] / "sample_reports"
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
PDF = "01_a_fgfr2_fusion_twocolumn.pdf"
VCF = "01_fgfr2_bicc1_breakends.vcf"
AMENDED = "07_g_amended.pdf"
UNKNOWN = "x_unknown_layout.pdf"
WHO = 'SYN-000001,EXEMPLA,"Specimen, Synthia",1961-01-01'
COLUMNS = "file,case,mrn,assigning_authority,name,dob,accession,specimen_id,tumour_sample\n"
VCF_ROW = f"{COLUMNS}{VCF},SYN-CASE-01,{WHO},SYN-26-0101,SYN-26-0101-T,SYN-26-0101-T\n"
UNKNOWN_ROW = VCF_ROW.splitlines()[1].replace(VCF, UNKNOWN)
CONTEXT = "case,mrn,assigning_authority,name,dob,site,stage,ecog,prior_lines\n"
CONTEXT += f"SYN-CASE-01,{WHO},intrahepatic,IV,1,"
STAINED = "case,gene,alteration,status,method\nSYN-CASE-01,ERBB2,IHC 3+,detected,IHC\n"
# The fax is read by its letters, which takes long, and belongs to no case.
EVERY = sorted(
    each.name
    for each in SAMPLES.iterdir()
    if each.suffix in {".pdf", ".vcf", ".gz"} and each.name != "09_i_scanned_fax.pdf"
)
Night = Callable[..., str]


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with ReaderPool(lanes=2) as pool:
        yield Readers(pool=pool, assays=assays(shipped_assays()))


@pytest.fixture
def night(store: Store, readers: Readers, tmp_path: Path) -> Night:
    """A night over some of the samples (or all) with tables of its own; the id of its run."""
    days = iter(range(1, 31))

    def run(*names: str, own: Release | None = None, code: str = "1.0", **tables: str) -> str:
        inbox = tmp_path / f"inbox-{next(days)}"
        inbox.mkdir()
        for name in names:
            (inbox / name).write_bytes((SAMPLES / name).read_bytes())
        for name, text in tables.items():
            (inbox / f"{name}.csv").write_text(text)
        known = in_force(store, own or shipped(), by="night", at=NOW)
        work = Work(
            gathered=gather([inbox]),
            readers=readers,
            frame=Frame(knowledge=known.knowledge, code_version=code, today=date(2026, 11, 21)),
            store=store,
            now=NOW,
            originals=tmp_path / "originals",
            patience=Patience(settle_seconds=0, wait_minutes=0),
            alarms=known.alarms,
        )
        plain(work)
        last = store.last_run()
        assert last is not None
        return last.id

    return run


def again(store: Store, code: str = "1.0") -> list[Replayed]:
    return list(replay(store, store.interpretations(), code_version=code))


def verdicts(store: Store, code: str = "1.0") -> list[tuple[str, int, str]]:
    return [(e.key.case_id, e.key.number, e.verdict.value) for e in again(store, code)]


@contextmanager
def changed(url: str, statement: str | sa.Executable) -> Iterator[None]:
    """Past the store, as somebody would who can write the database; put back at the end."""
    engine = connect(url)
    text = sa.text(statement) if isinstance(statement, str) else statement
    with engine.begin() as connection:
        before = {
            table: connection.execute(sa.select(table)).mappings().all()
            for table in metadata.sorted_tables
            if table.name in str(text).split()
        }
        assert connection.execute(text).rowcount > 0, "a row was changed"
    yield
    with engine.begin() as connection:
        for table, rows in before.items():
            for row in rows:
                key = [column == row[column.name] for column in table.primary_key]
                back = sa.update(table).where(*key).values(row)
                if not connection.execute(back).rowcount:
                    connection.execute(sa.insert(table).values(row))
    engine.dispose()


@contextmanager
def forged_with_its_hash(url: str, old: str, new: str) -> Iterator[None]:
    """The inputs of the one interpretation, with a hash that fits the forgery."""
    engine = connect(url)
    with engine.begin() as connection:
        text = connection.execute(sa.select(books.interpretation_inputs.c.inputs)).scalar_one()
    engine.dispose()
    sha256 = hashlib.sha256(text.replace(old, new).encode()).hexdigest()
    values = {"inputs": text.replace(old, new), "sha256": sha256}
    with changed(url, sa.update(books.interpretation_inputs).values(values)):
        yield


def another(**cells: str) -> Release:
    """The shipped release with other words about a flagged indication, under a later name."""
    base = shipped()
    id_ = "fgfr2-fusion-pemigatinib-us"
    rows = tuple(row | cells if row["id"] == id_ else row for row in base.tables["indications"])
    return Release(name="2026.12.24", tables={**base.tables, "indications": rows})


def test_every_sample_replays(store: Store, night: Night) -> None:
    tables = {name: (SAMPLES / f"{name}.csv").read_text() for name in ("manifest", "patients")}
    run = night(*EVERY, **tables)
    found = again(store)
    assert len(found) >= 16
    assert {each.verdict for each in found} == {Verdict.IDENTICAL}
    assert [each.key for each in found] == list(store.interpretations_of_run(run[:8]))


def test_what_was_said_before_replays_after_later_nights(store: Store, night: Night) -> None:
    """A report, its context, another file of the patient, a table, its correction, a held file."""
    first = night(PDF, patients=f"{CONTEXT}0\n")
    night(PDF, patients=f"{CONTEXT}1\n")
    night(VCF, UNKNOWN, manifest=f"{VCF_ROW}{UNKNOWN_ROW}\n")
    night(VCF, manifest=VCF_ROW, findings=STAINED)
    night(VCF, manifest=VCF_ROW, findings=STAINED.replace("3+,detected", "1+,not_detected"))
    night(AMENDED)
    found = verdicts(store)
    assert len(found) >= 6
    assert {verdict for *_, verdict in found} == {"identical"}
    keys = store.interpretations_of_run(first)
    assert [
        (each.verdict, each.key.number) for each in replay(store, keys, code_version="1.0")
    ] == [(Verdict.IDENTICAL, 1)]


def test_a_report_that_was_read_anew_replays_at_both_revisions(
    store: Store, night: Night, rows: Callable[..., dict[str, list[tuple[object, ...]]]], url: str
) -> None:
    """Held without its manifest row, set free by it: two revisions of one reading."""
    night(PDF, VCF)
    night(PDF, VCF, manifest=VCF_ROW)
    assert len(rows(url)["earlier_readings"]) == 1
    assert sorted(revision for _, revision, *_ in rows(url)["readings"]) == [1, 1, 2]
    assert {verdict for *_, verdict in verdicts(store)} == {"identical"}


def test_a_run_replays_with_the_release_it_used(store: Store, night: Night) -> None:
    night(PDF, patients=f"{CONTEXT}1\n")
    later = another(label="another label")
    night(PDF, own=later, patients=f"{CONTEXT}2\n")
    (case,) = {key.case_id for key in store.interpretations()}
    assert store.case(case).knowledge.release == shipped().name, "a candidate changes nothing"
    activate(store, "2026.12.24", Signed(by="A. Curator", at=NOW, reason="checked"))
    night(PDF, own=later, patients=f"{CONTEXT}1\n")
    used = [said.knowledge.release for said in store.history(case)]
    assert used == [shipped().name, shipped().name, "2026.12.24"]
    assert {verdict for *_, verdict in verdicts(store)} == {"identical"}


FORGED = [
    ("what a reader saw", "UPDATE readings SET observed = replace(observed, 'BICC1', 'BICC2')"),
    ("no JSON", "UPDATE readings SET observed = 'nothing'"),
    ("a result", "UPDATE reports SET canonical = replace(canonical, 'BICC1', 'BICC2')"),
    ("the row of a report", "UPDATE reports SET tumour_type = 'Colon'"),
    ("the row of a finding", "UPDATE findings SET status = 'detected' WHERE status <> 'detected'"),
    ("the row of an observation", "UPDATE observations SET note = 'x'"),
    ("a lost finding", "DELETE FROM finding_observations WHERE finding = 0"),
    ("the patient", "UPDATE cases SET patient = replace(patient, 'intrahepatic', 'distal')"),
    ("the row of a case", "UPDATE cases SET site = 'distal'"),
    ("a lost report", "DELETE FROM interpretation_reports WHERE number = 1"),
    ("the inputs", "UPDATE interpretation_inputs SET inputs = replace(inputs, '1961', '1962')"),
    ("a table of knowledge", "UPDATE releases SET canonical = replace(canonical, 'IV', 'III')"),
    ("the name of a release", "UPDATE releases SET release = '2025.01.01'"),
    (
        "what was said",
        "UPDATE interpretations SET canonical = replace(canonical, 'pemigatinib', 'placebo')",
    ),
    ("the knowledge it names", "UPDATE interpretations SET knowledge_release = '2025.01.01'"),
    ("the row of a flag", "UPDATE flags SET kind = 'SUGGEST' WHERE kind <> 'SUGGEST'"),
    ("a lost suggestion", "DELETE FROM suggestions WHERE ordinal = 0"),
]
# A day or a time is text in SQLite alone, and can be any text there.
FORGED_TEXT = [
    ("when a release came", "UPDATE releases SET added_at = 'at night'"),
    ("the birthday of a patient", "UPDATE cases SET dob = 'unknown'"),
    ("the day it speaks of", "UPDATE interpretations SET as_of = 'Christmas'"),
]
GONE = [
    ("interpretation_inputs", "its inputs were not written down"),
    ("readings", "what the reader of a report saw was not written down"),
    ("releases", "its release of knowledge is not stored"),
]


def test_a_changed_row_is_found(store: Store, night: Night, url: str) -> None:
    """Whatever is changed past the store; and no word of it is printed."""
    night(PDF, patients=f"{CONTEXT}1\n")
    forged = FORGED + (FORGED_TEXT if url.startswith("sqlite") else [])
    found = {}
    for name, statement in forged:
        with changed(url, statement):
            (found[name],) = again(store)
    assert {name: each.verdict for name, each in found.items()} == {
        name: Verdict.DIFFERS for name, _ in forged
    }
    assert all((each.places or each.reason) and not each.is_proven for each in found.values())
    told = " ".join(f"{each.places} {each.reason}" for each in found.values())
    assert [word for word in ("Synthia", "SYN-0", "BICC2", "placebo", "1962") if word in told] == []
    assert {verdict for *_, verdict in verdicts(store)} == {"identical"}, "all is as it was"

    for table, reason in GONE:
        with changed(url, sa.delete(metadata.tables[table])):
            (gone,) = again(store)
        assert (gone.verdict, gone.is_proven) == (Verdict.NOT_REPLAYABLE, False)
        assert reason in (gone.reason or "")

    with forged_with_its_hash(url, '"prior_lines":1', '"prior_lines":0'):
        (forged,) = again(store)
    assert forged.verdict is Verdict.DIFFERS
    assert "interpretation.case.patient.prior_lines" in forged.places


def test_other_code_tells_what_differs_and_is_no_failure(
    store: Store, night: Night, url: str
) -> None:
    night(PDF)
    (same,) = again(store, code="1.1")
    assert (same.verdict, same.places, same.is_proven) == (Verdict.OTHER_CODE, (), True)
    assert same.reason == "made by version 1.0 of the code, replayed by 1.1"
    with changed(url, "UPDATE flags SET kind = 'SUGGEST' WHERE kind <> 'SUGGEST'"):
        (other,) = again(store, code="1.1")
    assert (other.verdict, other.is_proven) == (Verdict.OTHER_CODE, True)
    assert other.places == ("table flags",)


def test_a_report_from_before_is_completed_by_the_next_night(
    store: Store, night: Night, url: str
) -> None:
    """The same bytes read again, to the same end: what was seen is written down at last."""
    night(PDF)
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM readings"))
        connection.execute(sa.text("UPDATE intake SET state = 'waiting'"))
    engine.dispose()
    night(PDF)
    assert {verdict for *_, verdict in verdicts(store)} == {"identical"}


def test_the_same_night_twice_writes_no_reading_and_no_inputs_anew(
    store: Store, night: Night, url: str, rows: Callable[..., dict[str, list[tuple[object, ...]]]]
) -> None:
    night(PDF, UNKNOWN)
    before = rows(url)
    night(PDF, UNKNOWN)
    after = rows(url)
    for name in ("readings", "interpretation_inputs", "releases"):
        assert after[name] == before[name]
    assert len(after["readings"]) == 2, "the held file's too"


def test_whose_interpretations_are_meant(store: Store, night: Night) -> None:
    run = night(PDF, AMENDED)
    keys = store.interpretations()
    assert len(keys) == 2
    assert store.interpretations_of_case(keys[0].case_id) == (keys[0],)
    assert store.interpretations_of_run(run) == keys
    with pytest.raises(InputError, match="no run has an id that begins so"):
        store.interpretations_of_run("no such run")
    with pytest.raises(InputError, match="no interpreted case"):
        store.interpretations_of_case("no such case")


@pytest.mark.parametrize(
    ("stored", "made", "place"),
    [
        ('{"a": 1}', '{"a": 1}', None),
        ('{"a": 1}', '{"a": 2}', ".a"),
        ('{"a": [1, {"b": 2}]}', '{"a": [1, {"b": 3}]}', ".a[1].b"),
        ('{"a": [1]}', '{"a": [1, 2]}', ".a[1]"),
        ('{"a": 1}', '{"a": 1, "b": null}', ".b"),
        ('{"a": 1}', '{"a": 1.0}', ".a"),
        ('{"by_specimen": {"Synthia": 1}}', '{"by_specimen": {"Synthia": 2}}', ".by_specimen[*]"),
        ('{"a":1}', '{"a": 1}', " (spelling of the JSON)"),
        ("{", "{}", " (no JSON)"),
    ],
)
def test_a_difference_is_told_by_its_place(stored: str, made: str, place: str | None) -> None:
    assert first_difference(stored.encode(), made.encode()) == place
