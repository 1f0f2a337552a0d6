"""Versions of a report arrive over several nights, in any order and again: one case in the end."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from actionability.knowledge import load
from flows.keep import conclude, settle
from flows.trip import Frame, Read
from pipeline.codec import fingerprint, to_json
from pipeline.model import Analyte, Identity, Marker, ReportResult, Specimen, Status
from pipeline.patient import Decision
from store.engine import connect
from store.records import Store, open_store
from store.tables import metadata
from tests.pipeline.conftest import told

KNOWLEDGE = load()
WHO = Identity(
    mrn="SYN-000001",
    assigning_authority="EXEMPLA",
    name="Specimen, Synthia",
    dob=date(1961, 1, 1),
    accession="NL-26-0001",
)
BLOCK = Specimen(id="S1", analyte=Analyte.DNA, tumour_percent=40)


def arrived(name: str, *said: str, marker: str = "IDH1_MUTATION", **more: Any) -> ReportResult:
    given = {
        "identity": WHO,
        "accession": "NL-26-0001",
        "vendor": "Northlake",
        "specimen": BLOCK,
        "sha256": hashlib.sha256(name.encode()).hexdigest(),
        "tumour_type": "Intrahepatic cholangiocarcinoma",
        **more,
    }
    made: ReportResult = told(name, *said, marker=marker, **given)
    return made


VERSIONS = {
    "v1": arrived("1.pdf", "R132C", version=1),
    "v2": arrived("2.pdf", "no", version=2, status="amended"),
    "v3": arrived("3.pdf", "R132L", version=3, status="amended"),
    "addendum": arrived("4.pdf", "MSI-H", marker="MSI", version=4),
    "vcf": arrived("5.vcf", "R132L", vendor=None),
}


def night(store: Store, today: date, *results: ReportResult) -> list[str]:
    """What a run does with files that were read; ids of the cases that say something new."""
    reads = [Read(result=each) for each in results]
    settled = settle(store, reads, (), (), read_with="test")
    frame = Frame(knowledge=KNOWLEDGE, code_version="test", today=today)
    assert settled.held == ()
    return [work.case_id for work in settled.cases if conclude(store, frame, work)]


@contextmanager
def opened() -> Iterator[tuple[Store, str]]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'oncoflag.db'}"
        with open_store(url) as store:
            store.upgrade()
            yield store, url


def dump(url: str) -> dict[str, list[Any]]:
    engine = connect(url)
    with engine.connect() as connection:
        rows = {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for table in metadata.sorted_tables
            if table.name not in {"audit", "runs"}
        }
    engine.dispose()
    return rows


def says(store: Store) -> bytes:
    """What is said of the patient, but for the day."""
    (case,) = store.cases()
    said = store.case(case.id)
    notes = tuple(each for each in said.notes if "as of" not in each)
    return to_json(replace(said, as_of=date(2026, 1, 1), notes=notes))


@cache
def in_one_night(came: frozenset[str]) -> bytes:
    """What is said if these come together, before anything else did."""
    with opened() as (store, _):
        night(store, date(2026, 1, 1), *(VERSIONS[name] for name in sorted(came)))
        return says(store)


def test_all_in_one_night() -> None:
    with opened() as (store, _):
        night(store, date(2026, 1, 1), *VERSIONS.values())
        (case,) = store.cases()
        said = store.case(case.id).case
    idh1 = said.markers[Marker.IDH1_MUTATION]
    assert (idh1.status, idh1.detail) == (Status.DETECTED, "p.R132L")
    assert said.markers[Marker.MSI].status is Status.DETECTED
    assert {each.report.file for each in said.reports} == {"3.pdf", "4.pdf", "5.vcf"}
    assert {each.file: each.by_version for each in said.superseded} == {"1.pdf": 3, "2.pdf": 3}


@pytest.mark.parametrize("order", permutations(["v1", "v2", "v3"]), ids="-".join)
def test_every_order_of_three_versions_over_three_nights(order: tuple[str, ...]) -> None:
    with opened() as (store, url):
        for number, name in enumerate(order):
            night(store, date(2026, 1, 1 + number), VERSIONS[name])
            assert says(store) == in_one_night(frozenset(order[: number + 1]))
        before = dump(url)
        assert night(store, date(2026, 2, 1), *(VERSIONS[name] for name in order)) == []
        assert dump(url) == before


class Nights(RuleBasedStateMachine):
    """Files come in any order, alone or together, once or again; people sign in between."""

    def __init__(self) -> None:
        super().__init__()
        self.room = opened()
        self.store, self.url = self.room.__enter__()
        self.day = date(2026, 1, 1)
        self.came: set[str] = set()
        self.signed: list[Decision] = []

    def teardown(self) -> None:
        self.room.__exit__(None, None, None)

    @rule(names=st.sets(st.sampled_from(sorted(VERSIONS)), min_size=1))
    def files_come(self, names: set[str]) -> None:
        self.day += timedelta(days=1)
        night(self.store, self.day, *(VERSIONS[name] for name in sorted(names)))
        self.came |= names

    @rule()
    def the_same_again(self) -> None:
        before = dump(self.url)
        self.day += timedelta(days=1)
        assert night(self.store, self.day, *(VERSIONS[name] for name in sorted(self.came))) == []
        assert dump(self.url) == before

    @rule()
    def somebody_signs(self) -> None:
        for case in self.store.cases():
            shown = fingerprint(self.store.case(case.id))
            at = datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)
            decision = Decision(
                case_id=case.id,
                reviewer="reviewer-7",
                decided_at=at + timedelta(minutes=len(self.signed)),
                meaning="reviewed",
                shown_sha256=shown,
                accepted=True,
            )
            self.store.record_decision(decision)
            self.signed.append(decision)

    @invariant()
    def the_case_is_that_of_what_came(self) -> None:
        if self.came:
            assert says(self.store) == in_one_night(frozenset(self.came))

    @invariant()
    def a_signature_stands_for_what_was_signed_alone(self) -> None:
        for case in self.store.cases():
            standing = self.store.standing(case.id)
            said = fingerprint(self.store.case(case.id))
            assert standing is None or standing.shown_sha256 == said
            open_ = {each.case_id for each in self.store.open_reviews()}
            assert (case.id in open_) is (standing is None)
            assert set(self.store.decisions(case.id)) == set(self.signed)
            assert {one for each in self.store.past(case.id) for one in each.decisions} == set(
                self.signed
            )


Nights.TestCase.settings = settings(
    max_examples=5, stateful_step_count=6, deadline=None, phases=(Phase.explicit, Phase.generate)
)
test_any_order_of_nights = Nights.TestCase
