"""Files in any order and over any nights: the same homes, and the same end (R9, S10)."""

import hashlib
import itertools
import shutil
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionability.knowledge import load
from flows.keep import conclude, settle
from flows.place import place
from flows.trip import Frame, Read
from pipeline.clusters import StandingCase
from pipeline.identifiers import present
from pipeline.model import FileKind, Identity, ReportStatus, Specimen
from pipeline.sheets import ManifestRow
from store.records import Store, open_store
from tests.store.persons import File, night
from tests.store.samples import result

FRAME = Frame(knowledge=load(), code_version="test", today=date(2026, 11, 2))
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
# A handful of values each, so that most files are near several others.
PRINTED = st.builds(
    Identity,
    mrn=st.sampled_from([None, "7", "07", "8"]),
    assigning_authority=st.sampled_from([None, "HOSP A", "HOSP B"]),
    name=st.sampled_from([None, "Muster, Ada", "Ada Muster", "Muster, Eva"]),
    dob=st.sampled_from([None, date(1961, 1, 2), date(1961, 2, 1)]),
    accession=st.sampled_from([None, "N-1", "N-2"]),
    specimen_id=st.sampled_from([None, "S-1"]),
)
NIGHTS = st.lists(st.lists(PRINTED, min_size=1, max_size=4), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with its tables made, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "oncoflag.db"
    with open_store(f"sqlite:///{path}") as store:
        store.upgrade()
    return path


@pytest.fixture
def again(empty: Path, tmp_path: Path) -> Callable[[], Store]:
    """A new empty store each time it is called."""

    numbers = itertools.count()

    def make() -> Store:
        copy = tmp_path / f"{next(numbers)}.db"
        shutil.copyfile(empty, copy)
        return open_store(f"sqlite:///{copy}")

    return make


def _files(nights: Sequence[Sequence[Identity]]) -> list[list[File]]:
    return [
        [
            File(name=f"{day}-{number}.pdf", person="?", identity=identity)
            for number, identity in enumerate(some)
        ]
        for day, some in enumerate(nights)
    ]


def _homes_beside_everything(store: Store, reads: Sequence[Read]) -> dict[str, str]:
    """Where today's files and all held ones belong when all that is stored is looked at."""
    everything = store.all_results()
    cases: dict[str, dict[Identity, None]] = {}
    for each in everything:
        if each.case_id:
            cases.setdefault(each.case_id, {})[each.identity] = None
    standing = [StandingCase(id=key, identities=tuple(own)) for key, own in sorted(cases.items())]
    held = [each for each in everything if each.hold and len(present(each.identity)) > 1]
    weighed = [Read(result=each.result, row=ManifestRow(identity=each.identity)) for each in held]
    found = place([*reads, *weighed], (), (), standing)
    return {each.report.file: case.id for case in found.cases for each in case.results} | {
        each.result.report.file: "" for each in found.holds
    }


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@given(NIGHTS)
def test_the_neighbours_are_all_that_matters(again, nights) -> None:
    """Looking at the neighbours alone gives every file the home that looking at all gives."""
    with again() as store:
        for files in _files(nights):
            expected = _homes_beside_everything(store, [each.read for each in files])
            night(store, files)
            stands = {each.result.report.file: each.case_id or "" for each in store.all_results()}
            assert {name: stands[name] for name in expected} == expected


ADA = Identity(
    mrn="7", assigning_authority="HOSP A", name="Muster, Ada", dob=date(1961, 1, 2), accession="N-1"
)


def _versions() -> list[Read]:
    """Three versions of a report, a VCF of the same order and a report of another laboratory."""
    given = {"identity": ADA, "accession": "N-1"}
    amended = {"status": ReportStatus.AMENDED, **given}
    vcf = result(
        "vcf",
        0.24,
        file="tumour.vcf",
        kind=FileKind.VCF,
        vendor=None,
        accession=None,
        identity=Identity(),
        specimens=(Specimen(id="S1"),),
    )
    row = ManifestRow(identity=replace(ADA, specimen_id="S1"), tumour_sample="S1")
    elsewhere = {"vendor": "southlab", "accession": "X-9", "assay": "South Panel"}
    other = result("other", 0.3, identity=replace(ADA, accession="X-9"), **elsewhere)
    return [
        Read(result=result("v1", 0.1, file="v1.pdf", **given)),
        Read(result=result("v2", 0.2, file="v2.pdf", version=2, **amended)),
        Read(result=result("v3", 0.3, file="v3.pdf", version=3, **amended)),
        Read(result=vcf, row=row),
        Read(result=other),
    ]


def _end(store: Store, nights: Sequence[Sequence[Read]]) -> object:
    """What stands after these nights: the case as it is told, where files are, what is held."""
    for reads in nights:
        for work in settle(store, reads, (), (), read_with="test").cases:
            conclude(store, FRAME, work)
    (case,) = store.cases()
    places = sorted((each.report_id, each.case_id) for each in store.all_results())
    return _brief(store, case.id), places, store.held(), case.stale


def _brief(store: Store, case_id: str) -> list[str]:
    """The interpretation in lines, a hash for each long part: a difference can then be read."""
    said = store.case(case_id)
    parts = {each.name: getattr(said, each.name) for each in fields(said)}
    parts |= {f"case.{each.name}": getattr(said.case, each.name) for each in fields(said.case)}
    parts["patient"] = said.case.patient.identity
    parts["files"] = [each.report.file for each in said.case.reports]
    shown = [f"{name}: {value!r}" for name, value in parts.items()]
    return [f"{each[:300]} {hashlib.sha256(each.encode()).hexdigest()}" for each in shown]


@pytest.fixture(scope="module")
def at_once(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> object:
    """The end where all files come in one night."""
    copy = tmp_path_factory.mktemp("at-once") / "oncoflag.db"
    shutil.copyfile(empty, copy)
    with open_store(f"sqlite:///{copy}") as store:
        return _end(store, [_versions()])


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(st.permutations(range(5)), st.sets(st.integers(1, 4)))
def test_versions_and_laboratories_end_alike_in_any_order(again, at_once, order, cuts) -> None:
    files = [_versions()[at] for at in order]
    edges = [0, *sorted(cuts), 5]
    nights = [files[one:two] for one, two in itertools.pairwise(edges)]
    with again() as store:
        assert _end(store, nights) == at_once
        assert _end(store, nights) == at_once, "and the same nights again"
