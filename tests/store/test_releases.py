"""Releases of knowledge: candidate, active, retired; one active at most, whoever writes."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from pipeline.errors import InputError
from store import books
from store.audit import Act
from store.books import ReleaseState
from store.engine import connect
from store.releases import NewRelease, Signed
from tests.store.samples import sha

FIRST = datetime(2026, 11, 21, 2, tzinfo=UTC)
LATER = FIRST + timedelta(days=30)
NIGHT = Signed(by="night", at=FIRST, reason="came with the package")
CURATOR = Signed(by="A. Curator", at=LATER, reason="checked by two")


def new(name, content):
    return NewRelease(sha256=sha(content), release=name, canonical=f'{{"release":"{name}"}}')


OLD, NEW = new("2026.11.21", "old"), new("2026.12.24", "new")


def states(store):
    return {each.release: each.state.value for each in store.releases()}


def test_a_release_arrives_as_a_candidate_once(store, url, rows):
    assert store.add_release(OLD, NIGHT)
    before = rows(url)
    assert not store.add_release(OLD, CURATOR)
    assert rows(url) == before
    (row,) = store.releases()
    assert (row.state, row.added_by, row.added_at) == (ReleaseState.CANDIDATE, "night", FIRST)
    assert (row.changed_by, row.changed_at, row.reason) == (None, None, None)
    assert store.release_text(OLD.sha256) == OLD.canonical
    assert store.release_text(NEW.sha256) is None


def test_an_activation_retires_the_one_before(store):
    store.add_release(OLD, NIGHT)
    store.add_release(NEW, NIGHT)
    assert store.activate_release(OLD.sha256, NIGHT)
    assert store.activate_release(NEW.sha256, CURATOR)
    assert states(store) == {"2026.11.21": "retired", "2026.12.24": "active"}
    row = store.release_named("2026.12.24")
    assert (row.changed_by, row.changed_at, row.reason) == ("A. Curator", LATER, "checked by two")
    assert store.activate_release(OLD.sha256, CURATOR), "and back"
    assert states(store) == {"2026.11.21": "active", "2026.12.24": "retired"}


def test_what_is_active_already_stays_as_it_is(store, url, rows):
    store.open_with(OLD, NIGHT)
    before = rows(url)
    assert not store.activate_release(OLD.sha256, CURATOR)
    assert not store.open_with(NEW, CURATOR)
    assert rows(url) == before


def test_nobody_makes_a_second_one_active(store, url):
    store.open_with(OLD, NIGHT)
    store.add_release(NEW, NIGHT)
    engine = connect(url)
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(sa.update(books.releases).values(state="active"))
    engine.dispose()
    assert states(store) == {"2026.11.21": "active", "2026.12.24": "candidate"}


def test_every_step_stands_in_the_audit(store, url):
    store.open_with(OLD, NIGHT)
    store.add_release(NEW, NIGHT)
    store.activate_release(NEW.sha256, CURATOR)
    engine = connect(url)
    query = sa.select(books.audit.c.actor, books.audit.c.action, books.audit.c.subject)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(query.order_by(books.audit.c.seq))]
    engine.dispose()
    assert found == [
        ("night", Act.RELEASE_ADDED, OLD.sha256),
        ("night", Act.RELEASE_ACTIVATED, OLD.sha256),
        ("night", Act.RELEASE_ADDED, NEW.sha256),
        ("A. Curator", Act.RELEASE_RETIRED, OLD.sha256),
        ("A. Curator", Act.RELEASE_ACTIVATED, NEW.sha256),
    ]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("2026.12.24", "2026.12.24"),
        (NEW.sha256, "2026.12.24"),
        (NEW.sha256[:6], "2026.12.24"),
        (NEW.sha256[:6].upper(), "2026.12.24"),
        (NEW.sha256[:5], None),
        ("2026", None),
        ("%", None),
        ("", None),
    ],
)
def test_a_release_is_named_by_its_name_or_its_hash(store, word, found):
    store.add_release(OLD, NIGHT)
    store.add_release(NEW, NIGHT)
    if found is None:
        with pytest.raises(InputError, match="no such release"):
            store.release_named(word)
    else:
        assert store.release_named(word).release == found


def test_two_of_one_name_are_told_apart_by_hash(store):
    store.add_release(OLD, NIGHT)
    store.add_release(new("2026.11.21", "same name, other rows"), NIGHT)
    with pytest.raises(InputError, match="2 releases are called so"):
        store.release_named("2026.11.21")
    assert store.release_named(OLD.sha256[:12]).sha256 == OLD.sha256


def test_an_unknown_release_is_not_activated(store):
    with pytest.raises(InputError, match="no release of this hash"):
        store.activate_release(NEW.sha256, CURATOR)
