"""The right patient (R1): near-identical persons through the real trip into a real database."""

from collections.abc import Callable
from dataclasses import fields

import pytest

from pipeline.model import Identity
from store.records import Store
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
    assert differ == set(TELLS[kind]) | ({"assigning_authority"} if "again" in kind else set())
    assert (one.accession == other.accession) is (kind == "accession used again")
