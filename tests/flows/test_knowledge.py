"""Which knowledge a run works with: the active release, whatever the package brings."""

from datetime import UTC, datetime

import pytest

from actionability.release import Release, shipped, text
from flows.knowledge import activate, arrive, in_force, named
from pipeline.errors import InputError, KnowledgeError
from store.engine import connect
from store.records import Store
from store.releases import NewRelease, Signed

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
CURATOR = Signed(by="A. Curator", at=NOW, reason="checked by two")
PEMI = "fgfr2-fusion-pemigatinib-us"


def other(name: str = "2026.12.24", **cells: str) -> Release:
    """The shipped tables with some cells of one indication changed."""
    tables = shipped().tables
    rows = tuple(row | cells if row["id"] == PEMI else row for row in tables["indications"])
    assert rows != tables["indications"]
    return Release(name=name, tables={**tables, "indications": rows})


def states(store: Store) -> list[tuple[str, str]]:
    return [(each.release, each.state.value) for each in store.releases()]


def test_an_empty_database_activates_the_shipped_release(store: Store) -> None:
    found = in_force(store, shipped(), by="night", at=NOW)
    assert found.knowledge.stamp.release == shipped().name
    assert found.alarms == ()
    assert states(store) == [(shipped().name, "active")]


def test_a_newer_release_waits_and_the_run_goes_on(store: Store) -> None:
    in_force(store, shipped(), by="night", at=NOW)
    found = in_force(store, other(label="another"), by="night", at=NOW)
    assert found.knowledge.stamp.release == shipped().name
    (alarm,) = found.alarms
    assert alarm.code == "release_waits"
    assert "2026.12.24 waits" in alarm.sentence
    assert states(store) == [(shipped().name, "active"), ("2026.12.24", "candidate")]
    again = in_force(store, other(label="another"), by="night", at=NOW)
    assert again.alarms == found.alarms, "every night until it is activated"
    assert len(store.releases()) == 2


def test_what_was_activated_counts(store: Store) -> None:
    newer = other(label="another")
    in_force(store, shipped(), by="night", at=NOW)
    arrive(store, newer, by="night", at=NOW)
    row = activate(store, "2026.12.24", CURATOR)
    assert (row.state.value, row.changed_by) == ("active", "A. Curator")
    found = in_force(store, newer, by="night", at=NOW)
    assert (found.knowledge.stamp.release, found.alarms) == ("2026.12.24", ())
    older = in_force(store, shipped(), by="night", at=NOW)
    assert older.knowledge.stamp.release == "2026.12.24", "older code activates nothing either"
    assert older.alarms == (), "a retired release does not wait"


def test_a_release_with_a_fault_waits_but_is_never_active(store: Store) -> None:
    in_force(store, shipped(), by="night", at=NOW)
    faulty = other(requires="prior_linse(1)")
    found = in_force(store, faulty, by="night", at=NOW)
    assert found.knowledge.stamp.release == shipped().name, "the night goes on"
    with pytest.raises(KnowledgeError, match="no such criterion"):
        activate(store, "2026.12.24", CURATOR)
    assert states(store) == [(shipped().name, "active"), ("2026.12.24", "candidate")]


def test_an_empty_database_does_not_start_with_a_fault(store: Store) -> None:
    with pytest.raises(KnowledgeError, match="no such criterion"):
        in_force(store, other(requires="prior_linse(1)"), by="night", at=NOW)
    assert store.releases() == ()


@pytest.mark.parametrize("signed", [("", "why"), (" ", "why"), ("A. Curator", "")])
def test_an_activation_has_a_name_and_a_reason(store: Store, signed: tuple[str, str]) -> None:
    in_force(store, shipped(), by="night", at=NOW)
    with pytest.raises(InputError, match="needs a name"):
        activate(store, shipped().name, Signed(by=signed[0], at=NOW, reason=signed[1]))


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE releases SET canonical = replace(canonical, 'fatal', 'mild')", "have its hash"),
        ("UPDATE releases SET canonical = '{}'", "cannot be read"),
        ("UPDATE releases SET release = '2025.01.01'", "renamed"),
    ],
)
def test_a_forged_release_does_not_start(store: Store, statement: str, told: str) -> None:
    in_force(store, shipped(), by="night", at=NOW)
    engine = connect(str(store._engine.url))
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
    with pytest.raises(KnowledgeError, match=told):
        in_force(store, shipped(), by="night", at=NOW)


def test_releases_are_named_by_words_too(store: Store) -> None:
    newer = other(label="another")
    in_force(store, shipped(), by="night", at=NOW)
    assert named(store, newer, "active").sha256 == shipped().sha256
    assert named(store, newer, "shipped").sha256 == newer.sha256
    assert named(store, newer, shipped().name).sha256 == shipped().sha256
    with pytest.raises(InputError, match="no such release"):
        named(store, newer, "2026.12.24")


def test_a_release_of_fewer_tables_is_refused_in_a_sentence(store: Store) -> None:
    tables = {name: rows for name, rows in shipped().tables.items() if name != "notes"}
    small = Release(name="2026.12.24", tables=tables)
    store.add_release(
        NewRelease(sha256=small.sha256, release=small.name, canonical=text(small)), CURATOR
    )
    with pytest.raises(KnowledgeError, match="has no table notes"):
        activate(store, "2026.12.24", CURATOR)
