"""Files that contradict each other: whoever comes first, nothing is suggested from any of them.

Each scene is a table: one line a file with what it prints, and whether it ends in doubt. A file is
in doubt if it is held, or if its case says `identity_doubt` and asks.
"""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from actionability.knowledge import load
from flows.keep import conclude, settle
from flows.trip import Frame, Read
from pipeline.codec import fingerprint
from pipeline.model import Identity
from pipeline.patient import FlagKind
from store.books import Cause
from store.records import Store
from tests.store.samples import decision, result, sha

FRAME = Frame(knowledge=load(), code_version="test", today=date(2026, 11, 2))

SCENES = {
    "one number, two names": """
        file  | mrn | name        | dob        | accession | doubt
        ada   | 7   | Muster, Ada | 1961-01-02 | N-1       | yes
        eva   | 7   | Muster, Eva | 1961-01-02 | N-2       | yes
    """,
    "one order number, two persons": """
        file  | mrn | name        | dob        | accession | doubt
        ada   | 7   | Muster, Ada | 1961-01-02 | N-1       | yes
        bo    | 8   | Probe, Bo   | 1950-05-06 | N-1       | yes
    """,
    "name and birthday agree, the number does not": """
        file  | mrn | name        | dob        | accession | doubt
        seven | 7   | Muster, Ada | 1961-01-02 | N-1       | yes
        eight | 8   | Muster, Ada | 1961-01-02 | N-2       | yes
    """,
    "one birthday is chance": """
        file  | mrn | name        | dob        | accession | doubt
        ada   | 7   | Muster, Ada | 1961-01-02 | N-1       | no
        bo    | 8   | Probe, Bo   | 1961-01-02 | N-2       | no
    """,
    "a third file fits both": """
        file  | mrn | name        | dob        | accession | doubt
        ada   | 7   | Muster, Ada | 1961-01-02 | N-1       | yes
        eva   | 7   | Muster, Eva | 1961-01-02 | N-2       | yes
        both  | 7   |             | 1961-01-02 | N-3       | yes
    """,
    "a bystander is not touched": """
        file  | mrn | name        | dob        | accession | doubt
        ada   | 7   | Muster, Ada | 1961-01-02 | N-1       | yes
        eva   | 7   | Muster, Eva | 1961-01-02 | N-2       | yes
        bo    | 9   | Probe, Bo   | 1961-01-02 | N-4       | no
    """,
}
# A namesake is held until somebody says who it is; the case of the other one is not asked about.
NAMESAKE = """
    file  | mrn | name        | dob        | accession | doubt
    ada   | 7   | Muster, Ada | 1961-01-02 | N-1       | no
    other | 8   | Muster, Ada | 1950-05-06 | N-2       | yes
"""


def _table(text: str) -> list[tuple[str, Identity, bool]]:
    head, *lines = [line.split("|") for line in text.strip().splitlines()]
    names = [cell.strip() for cell in head]
    rows = [
        dict(zip(names, (cell.strip() or None for cell in line), strict=True)) for line in lines
    ]
    return [
        (
            str(row["file"]),
            Identity(
                mrn=row["mrn"],
                assigning_authority="HOSP A",
                name=row["name"],
                dob=date.fromisoformat(str(row["dob"])),
                accession=row["accession"],
            ),
            row["doubt"] == "yes",
        )
        for row in rows
    ]


def _read(name: str, identity: Identity) -> Read:
    said = result(name, file=f"{name}.pdf", identity=identity, accession=identity.accession)
    return Read(result=said)


def _nights(store: Store, nights: Sequence[Sequence[Read]]) -> None:
    for each in nights:
        for work in settle(store, each, (), (), read_with="test").cases:
            conclude(store, FRAME, work)


def _in_doubt(store: Store, names: Sequence[str]) -> set[str]:
    """The files that are held, or in a case that asks; a case in doubt suggests nothing."""
    places = {each.sha256: each for each in store.places_of(map(sha, names))}
    doubtful = set()
    for name in names:
        place = places[sha(name)]
        if place.case_id is None:
            assert place.hold
            doubtful.add(name)
            continue
        said = store.case(place.case_id)
        if any(each.code == "identity_doubt" for each in said.case.notices):
            assert not {each.kind for each in said.flags} & {FlagKind.SUGGEST, FlagKind.CAUTION}
            assert any("in doubt" in text for each in said.flags for text in each.because)
            doubtful.add(name)
    return doubtful


def _orders(reads: Sequence[Read]) -> list[list[list[Read]]]:
    """Every order of arrival, a night each; and all in one night."""
    alone = [[[each] for each in order] for order in itertools.permutations(reads)]
    return [*alone, [list(reads)], [list(reversed(reads))]]


@pytest.mark.parametrize("scene", SCENES)
def test_the_order_of_arrival_decides_nothing(fresh, scene: str) -> None:
    rows = _table(SCENES[scene])
    reads = [_read(name, identity) for name, identity, _ in rows]
    expected = {name for name, _, doubt in rows if doubt}
    for nights in _orders(reads):
        with fresh() as store:
            _nights(store, nights)
            assert _in_doubt(store, [name for name, _, _ in rows]) == expected


def test_a_namesake_is_held_and_nobody_else_is_asked_about(fresh) -> None:
    rows = _table(NAMESAKE)
    with fresh() as store:
        _nights(store, [[_read(name, identity)] for name, identity, _ in rows])
        assert _in_doubt(store, ["ada", "other"]) == {"other"}


# What another file prints beside one that prints 7, Ada, 1961-01-02 and N-1; whether the case of
# the one that came first tells of the other, which is held.
MAY_BE_HIS = {
    "no number is printed": ("", "Muster, Ada", "1961-01-02", "N-2", True),
    "the number alone": ("7", "", "1961-01-02", "", False),
    "a namesake": ("", "Muster, Ada", "1950-05-06", "N-2", False),
    "a birthday alone": ("", "Probe, Bo", "1961-01-02", "N-2", False),
}


@pytest.mark.parametrize("scene", MAY_BE_HIS)
def test_a_case_tells_of_a_held_file_that_may_be_of_its_patient(fresh, scene: str) -> None:
    *printed, told = MAY_BE_HIS[scene]
    table = f"""
        file  | mrn | name        | dob        | accession | doubt
        ada   | 7   | Muster, Ada | 1961-01-02 | N-1       | no
        other | {" | ".join(str(each) for each in printed)} | no
    """
    reads = [_read(name, identity) for name, identity, _ in _table(table)]
    for nights in ([[each] for each in reads], [[each] for each in reads[::-1]], [reads]):
        with fresh() as store:
            _nights(store, nights)
            places = store.places_of([sha("ada"), sha("other")])
            cases = [store.case(each.case_id) for each in places if each.case_id]
            codes = [each.code for said in cases for each in said.case.notices]
            assert codes == (["file_held"] if told else [])


def test_a_second_file_for_one_report_is_told_on_the_signed_case(store: Store) -> None:
    """Same laboratory and order number, other content: the addendum nobody settled yet."""
    ((_, ada, _), *_) = _table(SCENES["one birthday is chance"])
    first, second = _read("first", ada), _read("second", ada)
    _nights(store, [[first]])
    (place,) = store.places_of([sha("first")])
    case_id = str(place.case_id)
    shown = fingerprint(store.case(case_id))
    store.record_decision(decision(case_id=case_id, shown_sha256=shown))
    _nights(store, [[second]])
    (held,) = store.places_of([sha("second")])
    assert held.case_id is None
    assert [each.code for each in store.case(case_id).case.notices] == ["file_held"]
    (item,) = store.open_reviews()
    assert (item.case_id, item.cause, item.again) == (case_id, Cause.REPORTS, True)


def test_the_same_inbox_again_changes_no_row(url: str, store: Store, rows) -> None:
    reads = [
        _read(name, identity) for name, identity, _ in _table(SCENES["a bystander is not touched"])
    ]
    _nights(store, [reads])
    before = rows(url)
    _nights(store, [reads, reads])
    assert rows(url) == before


def test_the_manifest_that_changes_its_mind_takes_the_file_out_of_its_case(store: Store) -> None:
    """First the one patient, then the other: a person must say which row was right."""
    (_, ada, _), (_, bo, _) = _table(SCENES["one birthday is chance"])
    first = _read("vcf", ada)
    _nights(store, [[first]])
    (place,) = store.places_of([sha("vcf")])
    said = replace(first.result, report=replace(first.result.report, identity=bo))
    for _ in range(2):
        _nights(store, [[Read(result=said)]])
        (after,) = store.places_of([sha("vcf")])
        assert (place.case_id is not None, after.case_id) == (True, None)
        assert "a person must say" in str(after.hold)
    assert store.case(str(place.case_id)).flags == ()
