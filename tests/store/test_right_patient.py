"""The right patient (R1): near-identical persons through the real trip into a real database."""

import hashlib
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields

import pytest
import sqlalchemy as sa

from pipeline.model import Identity
from store import books, identities, tables
from store.engine import connect
from store.records import Store
from store.rows import identity_row, report_row
from tests.store.persons import KINDS, TELLS, File, cases_of, files, neighbours, night

SEED = 20261102


def _through(store: Store, drawn: list[File], nights: int) -> None:
    size = -(-len(drawn) // nights)
    for at in range(0, len(drawn), size):
        night(store, drawn[at : at + size])


def _wrong(store: Store, drawn: list[File]) -> list[set[str]]:
    """Cases with files of more than one person."""
    person = {each.name: each.person for each in drawn}
    found = cases_of(store, drawn)
    return [names for names in found.values() if len({person[name] for name in names}) > 1]


def _check(store: Store, pairs: int, nights: int, seed: int) -> None:
    drawn = files(pairs, seed)
    _through(store, drawn, nights)
    assert _wrong(store, drawn) == [], "files of two persons in one case"
    placed = sum(map(len, cases_of(store, drawn).values()))
    assert placed + len(store.held()) == len(drawn), "every file is in a case or held"
    assert placed > len(drawn) / 2, "most files are told apart, not merely held"


def test_near_identical_persons_are_told_apart(store: Store, url: str) -> None:
    people = 400 if url.startswith("sqlite") else 150
    _check(store, people // 2, 4, SEED)


@pytest.mark.long
def test_ten_thousand_near_identical_persons_are_told_apart(store: Store) -> None:
    """Scorecard S11."""
    _check(store, 5_000, 10, SEED)


@pytest.mark.parametrize("nights", [1, 30])
def test_one_night_or_many_merge_nobody(fresh: Callable[[], Store], nights: int) -> None:
    with fresh() as store:
        _check(store, 30, nights, SEED + nights)


@pytest.mark.parametrize("kind", KINDS)
def test_neighbours_differ_in_what_their_kind_says_and_in_nothing_else(kind: str) -> None:
    """The hand-written table of what tells two neighbours apart; orders are each person's own."""
    one, other = neighbours(KINDS.index(kind), kind)
    names = {each.name for each in fields(Identity)} - {"accession"}
    differ = {name for name in names if getattr(one, name) != getattr(other, name)}
    assert differ == set(TELLS[kind])
    assert (one.accession == other.accession) is (kind == "accession used again")


def _fill(store: Store, url: str, count: int) -> None:
    """Reports of as many other persons, a case each, whose content nobody can read."""
    engine = connect(url)
    who = [neighbours(number, "twins")[0] for number in range(10_000, 10_000 + count)]
    keys = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(count)]
    plain = report_row(files(1, SEED)[0].read.result, who[0], None)
    rows = [
        plain | identity_row(each) | {"id": key, "sha256": key, "revision": 1, "canonical": "?"}
        for key, each in zip(keys, who, strict=True)
    ]
    hold = {"hold": None, "hold_code": None, "logical_key": None}
    cases = [{"id": key, "stale": False} | identity_row(Identity()) for key in keys]
    links = [{"report_id": key, "case_id": key} for key in keys]
    with engine.begin() as connection:
        connection.execute(sa.insert(tables.reports), [each | hold for each in rows])
        connection.execute(
            sa.insert(books.report_identifiers),
            [one for row in rows for one in identities.rows(row)],
        )
        connection.execute(sa.insert(tables.cases), cases)
        connection.execute(sa.insert(tables.case_reports), links)
    if url.startswith("sqlite"):
        # Else the night that follows would write the log of these rows back.
        with closing(sqlite3.connect(str(engine.url.database))) as plain_connection:
            plain_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def test_a_night_reads_nothing_of_strangers(store: Store, url: str) -> None:
    """The content of the stored reports cannot be read: whoever looked at it would fail."""
    _fill(store, url, 2_000)
    drawn = files(10, SEED)
    night(store, drawn)
    assert _wrong(store, drawn) == []


@pytest.mark.long
def test_a_night_does_not_grow_with_what_is_stored(store: Store, url: str) -> None:
    """50 files against 100,000 stored reports take at most three times as long as against none."""
    drawn = files(20, SEED)
    start = time.monotonic()
    night(store, drawn[:25])
    alone = time.monotonic() - start
    _fill(store, url, 100_000)
    start = time.monotonic()
    night(store, drawn[25:])
    assert time.monotonic() - start < 3 * alone + 1
