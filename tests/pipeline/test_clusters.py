"""Claims by person: as a plain comparison of everybody with everybody, and in reasonable time."""

import itertools
import time
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.clusters import Cluster, StandingCase
from pipeline.identifiers import (
    Relation,
    agreements,
    casts_doubt,
    conflicts,
    keys,
    label,
    present,
    relation,
)
from pipeline.identity import group
from pipeline.model import FileKind, Identity, Report, ReportStatus
from tests.pipeline.conftest import make_identity, make_result

# Few values each: neighbours are near, and every kind of clash comes up.
NUMBERS = st.sampled_from([None, "7", "07", " 7", "8", "AB", "ab"])
IDENTITIES = st.builds(
    make_identity,
    mrn=NUMBERS,
    authority=st.sampled_from([None, "HOSP A", "hosp a", "HOSP B"]),
    name=st.sampled_from([None, "Muster, Ada", "Ada Muster", "Muster, Eva", "M\u00fcller, Ada"]),
    dob=st.sampled_from([None, "1961-01-02", "1961-02-01"]),
    accession=st.sampled_from([None, "A-1", "a-1", "A-2"]),
    specimen=st.sampled_from([None, "A-1", "S-1"]),
)


@settings(max_examples=400, deadline=None)
@given(IDENTITIES, IDENTITIES)
@example(make_identity(), make_identity())
def test_without_a_common_key_two_identities_are_two_persons(one, other):
    if not keys(one) & keys(other):
        assert relation(one, other) is Relation.OTHER
        assert not casts_doubt(one, other)


@settings(max_examples=200, deadline=None)
@given(IDENTITIES, IDENTITIES)
def test_a_doubt_looks_the_same_from_both_sides(one, other):
    assert casts_doubt(one, other) == casts_doubt(other, one)
    if casts_doubt(one, other):
        assert relation(one, other) is Relation.DOUBT


@pytest.mark.parametrize(
    ("one", "other", "doubt", "why"),
    [
        ({"mrn": "1", "name": "A"}, {"mrn": "1", "name": "B"}, True, "one number, two names"),
        ({"accession": "1", "name": "A"}, {"accession": "1", "name": "B"}, True, "one order"),
        ({"mrn": "1", "name": "A"}, {"mrn": "2", "name": "A"}, False, "a namesake"),
        (
            {"mrn": "1", "name": "A", "dob": "1961-01-01"},
            {"mrn": "2", "name": "A", "dob": "1961-01-01"},
            True,
            "name and birthday agree, the number does not",
        ),
        ({"mrn": "1", "name": "A"}, {"mrn": "1", "dob": "1961-01-01"}, False, "no contradiction"),
        (
            {"mrn": "1", "authority": "A", "name": "A"},
            {"mrn": "1", "authority": "B", "name": "B"},
            False,
            "numbers of two hospitals",
        ),
        ({"mrn": "1", "dob": "1961-01-01"}, {"mrn": "2", "dob": "1961-01-01"}, False, "a birthday"),
    ],
)
def test_what_casts_doubt(one, other, doubt, why):
    assert casts_doubt(make_identity(**one), make_identity(**other)) is doubt, why


def _plain(identities):
    """The rule of R1 by comparing everybody with everybody: persons and the number held.

    The best identified first; same person: one file agrees and none contradicts; any doubt, two
    persons that fit, or one identifier alone: held. Who joins a person whom a held file
    contradicts, and fits that file too, is held as well.
    """
    ranked = sorted(
        range(len(identities)),
        key=lambda at: (-len(present(identities[at])), label(identities[at]), f"{at:064d}"),
    )
    barred = set()
    while True:
        persons, held = [], []
        for at in (each for each in ranked if each not in barred):
            one = identities[at]
            stands = []
            for person in persons:
                each = {relation(one, identities[other]) for other in person}
                against = any(conflicts(one, identities[other]) for other in person)
                agreed = _agreed(one, [identities[other] for other in person])
                if Relation.SAME in each:
                    stands.append("doubt" if against and not agreed else "same")
                else:
                    stands.append("doubt" if Relation.DOUBT in each else "other")
            if "doubt" in stands or stands.count("same") > 1:
                held.append(at)
            elif "same" in stands:
                persons[stands.index("same")].append(at)
            elif len(present(one)) >= 2:
                persons.append([at])
            else:
                held.append(at)
        found = {
            at
            for person in persons
            for at in person[1:]
            for rival in held
            if any(casts_doubt(identities[rival], identities[each]) for each in person)
            and not _agreed(identities[rival], [identities[each] for each in person])
            and relation(identities[at], identities[rival]) is Relation.SAME
        }
        if not found:
            return {frozenset(person) for person in persons}
        barred |= found


def _agreed(one, others):
    """True where every kind that contradicts one of them agrees with another (two numbers)."""
    against = frozenset().union(*(conflicts(one, other) for other in others))
    return against <= frozenset().union(*(agreements(one, other) for other in others))


_EMPTY = make_result()


def _result(number, identity):
    report = Report(
        file=f"{number}.pdf",
        sha256=f"{number:064d}",
        kind=FileKind.PDF,
        status=ReportStatus.FINAL,
        identity=identity,
    )
    return replace(_EMPTY, report=report)


def _persons(identities, order=None):
    results = [_result(number, each) for number, each in enumerate(identities)]
    given = results if order is None else [results[at] for at in order]
    found = group([(each, None) for each in given], [])
    persons = {frozenset(int(one.report.sha256) for one in each.results) for each in found.cases}
    assert sum(map(len, persons)) + len(found.holds) == len(identities)
    return persons


@settings(max_examples=300, deadline=None)
@given(st.lists(IDENTITIES, max_size=8), st.randoms(use_true_random=False))
def test_persons_are_those_of_the_plain_comparison_in_any_order(identities, random):
    order = list(range(len(identities)))
    random.shuffle(order)
    assert _persons(identities, order) == _plain(identities)


def test_a_stored_case_is_joined_and_never_decided_again():
    """A file that is better identified than the stored one does not take its place."""
    stored = make_identity(mrn="7", name="Muster, Ada")
    better = make_identity(mrn="7", name="Muster, Eva", dob="1961-01-02", accession="A-1")
    same = make_identity(mrn="7", name="Muster, Ada", dob="1961-01-02")
    found = group(
        [(_result(1, better), None), (_result(2, same), None)],
        [],
        [StandingCase(id="case-1", identities=(stored,))],
    )
    (case,) = found.cases
    assert (case.id, [each.report.file for each in case.results]) == ("case-1", ["2.pdf"])
    (held,) = found.holds
    assert "the name" in held.sentence


def test_who_fits_a_case_and_the_file_that_contradicts_it_is_held():
    """Number and birthday fit both Ada, whose case it is, and Eva, who is held."""
    ada = make_identity(mrn="7", name="Muster, Ada", dob="1961-01-02")
    eva = make_identity(mrn="7", name="Muster, Eva", dob="1961-01-02")
    either = make_identity(mrn="7", dob="1961-01-02", accession="A-9")
    for order in itertools.permutations([(1, eva), (2, either)]):
        found = group(
            [(_result(number, each), None) for number, each in order],
            [],
            [StandingCase(id="case-1", identities=(ada,))],
        )
        assert (found.cases, len(found.holds)) == ((), 2)


def test_two_cases_that_a_person_keeps_apart_both_take_their_own_files():
    """One number printed for two persons: after a person said so, the names decide."""
    ada = make_identity(mrn="7", name="Muster, Ada")
    eva = make_identity(mrn="7", name="Muster, Eva")
    apart = [
        StandingCase(id="ada", identities=(ada,)),
        StandingCase(id="eva", identities=(eva,), confirmed=True),
    ]
    files = [
        (_result(1, replace(ada, accession="A-1")), None),
        (_result(2, replace(eva, accession="A-2")), None),
        (_result(3, make_identity(mrn="7", dob="1961-01-02")), None),
    ]
    found = group(files, [], apart)
    joined = {each.id: [one.report.file for one in each.results] for each in found.cases}
    assert joined == {"ada": ["1.pdf"], "eva": ["2.pdf"]}
    assert [each.result.report.file for each in found.holds] == ["3.pdf"]


def test_ten_thousand_claims_in_seconds():
    """A clinic of 10,000 files of 5,000 persons, 50 of whom share each birthday."""
    claims = []
    for number in range(1, 5_001):
        whole = Identity(
            mrn=f"{number:06d}",
            assigning_authority="HOSP A",
            name=f"Family{number % 2500}, Given{number}",
            dob=make_identity(dob=f"19{number % 50 + 40}-0{number // 50 % 2 + 1}-01").dob,
            accession=f"A-{number}",
        )
        claims += [whole, replace(whole, accession=f"B-{number}")]
    start = time.process_time()
    persons = _persons(claims)
    assert len(persons) == 5_000
    assert {len(each) for each in persons} == {2}
    assert time.process_time() - start < 30


def test_same_bytes_twice_are_weighed_once_each():
    one = make_result(file="a.pdf", identity=make_identity(mrn="1", name="A"))
    (case,) = group([(one, None), (one, None)], []).cases
    assert len(case.results) == 2


@pytest.mark.parametrize(
    ("newcomer", "may", "doubt"),
    [
        pytest.param({"mrn": "1"}, True, False, id="a number alone: perhaps"),
        pytest.param({"name": "Ada", "dob": "1961-01-02"}, True, False, id="name and birthday"),
        pytest.param({"name": "Ada"}, False, False, id="a namesake"),
        pytest.param({"mrn": "1", "name": "Eva"}, False, True, id="another name: a doubt instead"),
        pytest.param({"mrn": "2", "name": "Eva"}, False, False, id="a stranger"),
    ],
)
def test_a_held_file_may_be_of_a_person_or_casts_doubt_never_both(newcomer, may, doubt):
    person = make_identity(mrn="1", name="Ada", dob="1961-01-02")
    own = Cluster.of(StandingCase(id="c1", identities=(person,)))
    other = make_identity(**newcomer)
    assert (own.may_own(other), own.doubted_by(other)) == (may, doubt)
