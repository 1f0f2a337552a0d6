"""The queue: which case is urgent and why, who may see it, who looks after it."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from pipeline.codec import fingerprint
from pipeline.errors import InputError, StoreError
from pipeline.model import Identity, Marker, Notice, Status
from pipeline.patient import FlagKind, KnowledgeStamp, Tiers
from pipeline.tables import packaged, rows
from store import engine
from store.assignments import Assignment
from store.desk_books import Role, queue
from store.queued import ALL, Part, Wanted
from store.users import By, NewUser
from tests.store.samples import PATIENT, decision, flag, interpretation, result, sha

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
CONFLICT = Notice(code="conflict", message="results disagree")
DOUBT = Notice(code="identity_doubt", message="a file casts doubt")
WAITS = Notice(code="file_held", message="b.pdf is held")
# As the knowledge says it: the queue knows this note by its words.
TWO_DRIVERS = next(
    row["sentence"]
    for row in rows(packaged("actionability", "notes.csv"))
    if row["id"] == "two-drivers"
)
FIRST = flag()
TIER_TWO = flag(
    therapy="erdafitinib", indication_id="x", tiers=Tiers(amp_asco_cap="II-C", escat="IIIA")
)
ALL_OF_THEM = Part(limit=1000)


def said(case_id="c1", *notices, flags=(FIRST,), **changes):
    """One case of the samples, with these notices and flags."""
    found = result(case_id, **({} if case_id == "c1" else {"accession": f"A-{case_id}"}))
    patient = replace(PATIENT, case=case_id, identity=changes.pop("identity", PATIENT.identity))
    base = interpretation(found, case_id=case_id, patient=patient, flags=flags, **changes)
    return replace(base, case=replace(base.case, notices=notices))


def save(store, one, **who):
    """The case with the report that it rests on."""
    identity = one.case.patient.identity
    store.save_report(one.case.reports[0], case_id=one.case.id, hold=None, identity=identity)
    store.save_case(one)


def signed(one, accepted=True, at=NOON, meaning="signed"):
    """A decision on exactly this."""
    return decision(
        case_id=one.case.id,
        shown_sha256=fingerprint(one),
        accepted=accepted,
        decided_at=at,
        meaning=meaning,
    )


OPEN_ONES = Wanted()


def waiting(store, wanted=OPEN_ONES, scope=None):
    """The ids of the cases that wait, in the order of the queue."""
    return [each.case_id for each in store.queue(wanted, scope, ALL_OF_THEM)]


URGENT = [
    # what is said first, decided?, what is said then, the code of every reason in its order
    ("a new case without a flag", said(flags=()), None, None, ["waiting"]),
    ("a new case with a tier II flag", said(flags=(TIER_TWO,)), None, None, ["waiting"]),
    ("a new case with a tier I flag", said(), None, None, ["tier_one", "waiting"]),
    (
        "a tier I therapy that must not be given",
        said(flags=(replace(FIRST, kind=FlagKind.BLOCK),)),
        None,
        None,
        ["waiting"],
    ),
    ("reports contradict", said("c1", CONFLICT), None, None, ["conflict", "tier_one", "waiting"]),
    (
        "two drivers that exclude each other (R59)",
        said(notes=(TWO_DRIVERS,)),
        None,
        None,
        ["conflict", "tier_one", "waiting"],
    ),
    ("whose is it", said("c1", DOUBT, flags=()), None, None, ["identity_doubt", "waiting"]),
    ("a held file", said("c1", WAITS, flags=()), None, None, ["held", "waiting"]),
    ("signed", said(), True, None, ["signed"]),
    ("refused", said(), False, None, ["refused"]),
    ("signed, with a conflict", said("c1", CONFLICT), True, None, ["signed"]),
    (
        "signed, then a flag came",
        said(flags=(TIER_TWO,)),
        True,
        said(flags=(TIER_TWO, FIRST)),
        ["tier_one", "changed", "again"],
    ),
    ("signed, then a flag went", said(), True, said(flags=()), ["changed", "again"]),
    ("signed, then other words", said(), True, said(notes=("other",)), ["again"]),
    ("seen by nobody, then a flag went", said(), None, said(flags=()), ["waiting"]),
]


@pytest.mark.parametrize(
    ("first", "accepted", "then", "codes"), [row[1:] for row in URGENT], ids=[r[0] for r in URGENT]
)
def test_why_a_case_is_urgent(store, first, accepted, then, codes):
    save(store, first)
    if accepted is not None:
        store.record_decision(signed(first, accepted))
    if then is not None:
        store.save_case(then)

    (row,) = store.queue(Wanted(review=ALL), None, ALL_OF_THEM)
    assert [each.code for each in row.reasons] == codes
    assert row.place.urgency == row.reasons[0].rank
    is_open = codes[0] not in {"signed", "refused"}
    assert waiting(store) == (["c1"] if is_open else [])


def test_changes_count_from_the_last_decision_not_from_what_nobody_looked_at(store):
    """A flag came, and then other words: the flag is still news to whoever signed."""
    save(store, said(flags=()))
    store.record_decision(signed(said(flags=())))
    store.save_case(said())
    store.save_case(said(notes=("other",)))
    (row,) = store.queue(Wanted(), None, ALL_OF_THEM)
    assert "1 gained, 0 lost" in " ".join(each.sentence for each in row.reasons)


def test_a_case_waits_since_it_was_first_said_anew(store):
    save(store, said(flags=()))
    (first,) = store.queue(Wanted(), None, ALL_OF_THEM)
    store.save_case(said())
    (later,) = store.queue(Wanted(), None, ALL_OF_THEM)
    assert later.place.waiting_since == first.place.waiting_since, "nobody has looked since"
    store.record_decision(signed(said()))
    store.save_case(said(notes=("other",)))
    (again,) = store.queue(Wanted(), None, ALL_OF_THEM)
    assert again.place.waiting_since > first.place.waiting_since


def test_an_opinion_leaves_the_case_where_it_was_and_a_first_signature_does_not(store):
    save(store, said())
    store.record_decision(signed(said(), meaning="opinion"))
    (row,) = store.queue(Wanted(), None, ALL_OF_THEM)
    assert row.review == "to_review"
    store.record_decision(signed(said(), meaning="first_signature"))
    (row,) = store.queue(Wanted(), None, ALL_OF_THEM)
    assert [each.code for each in row.reasons] == ["tier_one", "second"]


def test_cases_stand_in_the_order_of_their_urgency_and_pages_lose_none(store):
    for at in range(25):
        notices = ((DOUBT,), (CONFLICT,), (WAITS,), ())[at % 4]
        save(store, said(f"c{at:02}", *notices, flags=(FIRST,) if at % 3 else ()))
    whole = store.queue(Wanted(), None, ALL_OF_THEM)
    assert len(whole) == 25
    keys = [(each.place.urgency, each.place.waiting_since, each.case_id) for each in whole]
    assert keys == sorted(keys)

    forward, part = [], Part(limit=4)
    while some := store.queue(Wanted(), None, part):
        forward += some
        part = Part(limit=4, after=some[-1].place)
    assert forward == list(whole)
    back = store.queue(Wanted(), None, Part(limit=4, before=whole[10].place))
    assert back == whole[6:10]


NEGATIVE, UNSEEN = Status.NOT_DETECTED, Status.NOT_ASSESSED
FILTERS = [
    # words, filter, the cases that are left of: a signed, b with a held file, c without flags
    ("what waits", Wanted(), "b c"),
    ("everything", Wanted(review=ALL), "a b c"),
    ("signed", Wanted(review="signed"), "a"),
    ("FGFR2 fusion", Wanted(review=ALL, marker=Marker.FGFR2_FUSION), "a b c"),
    ("BRAF negative", Wanted(marker=Marker.BRAF_MUTATION, status=NEGATIVE), "b c"),
    ("BRAF found", Wanted(marker=Marker.BRAF_MUTATION), ""),
    ("nobody looked at MSI", Wanted(marker=Marker.MSI, status=UNSEEN), "b c"),
    ("nobody looked at BRAF", Wanted(marker=Marker.BRAF_MUTATION, status=UNSEEN), ""),
    ("a flag", Wanted(kind=FlagKind.FLAG), "b"),
    ("a block", Wanted(kind=FlagKind.BLOCK), ""),
    ("site", Wanted(site="intrahepatic"), "b c"),
    ("another site", Wanted(site="gallbladder"), ""),
    ("release", Wanted(release="2026-02"), "b c"),
    ("another release", Wanted(release="2026-03"), ""),
    ("held", Wanted(held=True), "b"),
    ("to be made again", Wanted(stale=True), "c"),
    ("mine", Wanted(assigned_to="u1"), "b"),
    ("nobody's", Wanted(unassigned=True), "c"),
    ("overdue", Wanted(waiting_before=NOON), ""),
    ("not yet overdue", Wanted(waiting_before=datetime(2100, 1, 1, tzinfo=UTC)), "b c"),
]


@pytest.fixture
def three(store):
    """Three cases: a is signed, b has a held file and is u1's, c has no flags and is stale."""
    save(store, said("a"))
    store.record_decision(signed(said("a")))
    save(store, said("b", WAITS))
    save(store, said("c", flags=()))
    store.save_report(result("late", accession="late"), case_id="c", hold=None)
    user(store)
    store.assign(Assignment(case_id="b", user_id="u1", instead_of=None, by="u1", at=NOON))
    return store


def user(store, key="u1"):
    """A reviewer."""
    new = NewUser(id=key, login=key, name=f"Reviewer {key}", roles=frozenset({Role.REVIEWER}))
    store.add_user(new, By(actor="setup", at=NOON))


def test_filters(three):
    for words, wanted, left in FILTERS:
        assert sorted(waiting(three, wanted)) == left.split(), words
        assert three.queue_count(wanted, None) == len(left.split()), words


def test_a_scope_shows_the_patients_of_its_authorities_alone(store):
    rows = [("north", "Northlake"), ("south", 'South & "Co"%'), ("none", None)]
    for case_id, authority in rows:
        person = Identity(mrn=f"9{len(case_id)}", assigning_authority=authority, name=case_id)
        save(store, said(case_id, identity=person))
    # The reports of the samples print Northlake themselves.
    with engine.read(store._engine) as connection:
        named = dict(connection.execute(sa.select(queue.c.case_id, queue.c.authorities)).all())
    assert named["north"] == '["Northlake"]'
    assert sorted(waiting(store)) == ["none", "north", "south"]
    assert waiting(store, scope=frozenset({"Northlake"})) == ["north"]
    assert waiting(store, scope=frozenset({'South & "Co"%'})) == ["south"]
    assert waiting(store, scope=frozenset({"north", "%"})) == []
    assert waiting(store, scope=frozenset()) == []
    assert [
        each.case_id for each in store.queued(["north", "south"], frozenset({"Northlake"}))
    ] == ["north"]
    assert store.case_authorities("none") == frozenset()
    assert store.case_authorities("nobody") is None


SOUGHT = [
    # what is typed, the cases that are found; c1 is Synthia Specimen, c2 a namesake
    ("number", Identity(mrn="00012345"), "c1"),
    ("number without its zeros", Identity(mrn="12345"), ""),
    ("accession", Identity(accession="nl-26-0001 "), "c1"),
    ("name and birthday", Identity(name="synthia specimen", dob=date(1961, 4, 3)), "c1"),
    ("the namesake", Identity(name="Specimen, Synthia", dob=date(1999, 1, 1)), "c2"),
    ("another birthday", Identity(name="Specimen, Synthia", dob=date(1961, 4, 4)), ""),
    ("a number and another name", Identity(mrn="00012345", name="Other"), ""),
    ("only a part of it", Identity(mrn="0001234"), ""),
    ("a pattern", Identity(mrn="0001%"), ""),
]


def test_search_by_identifiers_is_exact_and_noted(store):
    save(store, said())
    other = Identity(mrn="777", name="Specimen, Synthia", dob=date(1999, 1, 1), accession="B-2")
    two = result("two", identity=other, accession="B-2")
    store.save_report(two, case_id="c2", hold=None)
    store.save_case(
        interpretation(two, case_id="c2", patient=replace(PATIENT, case="c2", identity=other))
    )
    for words, typed, left in SOUGHT:
        assert store.find(typed, by="u1").case_ids == tuple(left.split()), words
    entries = [each for each in store.audit_entries() if each.action == "patient.sought"]
    assert len(entries) == len(SOUGHT)
    assert {each.actor for each in entries} == {"u1"}
    assert not any("synthia" in str(each).lower() or "12345" in each.detail for each in entries)


@pytest.mark.parametrize(
    "typed",
    [Identity(), Identity(name="Specimen"), Identity(dob=date(1961, 4, 3)), Identity(mrn="N/A")],
)
def test_a_search_that_fits_many_persons_is_refused(store, typed):
    with pytest.raises(InputError, match="by a number"):
        store.find(typed, by="u1")


def test_a_held_file_is_found_by_what_it_prints(store):
    store.save_report(result(), case_id=None, hold="whose is it?")
    found = store.find(Identity(mrn="00012345"), by="u1")
    assert (found.case_ids, found.report_ids) == ((), (sha("one"),))


def test_of_two_who_take_a_case_one_has_it_and_the_other_is_told(store):
    save(store, said())
    user(store, "u1")
    user(store, "u2")
    assert store.assign(_given("u1", None))
    with pytest.raises(StoreError) as refused:
        store.assign(_given("u2", None))
    assert refused.value.code == "already_assigned"
    assert store.assigned("c1") == "u1"
    assert store.assign(_given("u2", "u1")), "knowingly it may be given on"
    assert store.assign(_given(None, "u2"))
    assert store.assigned("c1") is None
    with pytest.raises(InputError):
        store.assign(replace(_given("u1", None), case_id="c9"))


def _given(to, instead_of):
    return Assignment(case_id="c1", user_id=to, instead_of=instead_of, by="u1", at=NOON)


def test_views_are_private(store):
    user(store, "u1")
    user(store, "u2")
    store.keep_view("u1", "  my   fusions ", {"marker": "FGFR2_FUSION"})
    store.keep_view("u1", "my fusions", {"marker": "RET_FUSION"})
    assert store.views("u1") == {"my fusions": {"marker": "RET_FUSION"}}
    assert store.views("u2") == {}
    store.forget_view("u2", "my fusions")
    assert store.views("u1")
    store.forget_view("u1", "my fusions")
    assert store.views("u1") == {}
    with pytest.raises(InputError):
        store.keep_view("u1", " ", {})


def rows_of(store):
    """Every row of the queue."""
    with engine.read(store._engine) as connection:
        return [tuple(row) for row in connection.execute(sa.select(queue).order_by("case_id"))]


@pytest.mark.parametrize("seed", range(3))
def test_a_random_history_leaves_the_queue_that_is_made_from_nothing(store, seed):
    """Interpretations, decisions and late reports in any order: kept true step by step."""
    dice = random.Random(seed)  # noqa: S311 - a history, not a secret
    stands = {}
    for step in range(40):
        case_id = f"c{dice.randrange(6)}"
        move = dice.randrange(3) if case_id in stands else 0
        if move < 2:
            notices = dice.sample([DOUBT, CONFLICT, WAITS], dice.randrange(3))
            one = said(
                case_id,
                *notices,
                flags=tuple(dice.sample([FIRST, TIER_TWO], dice.randrange(3))),
                knowledge=KnowledgeStamp(release=f"r{dice.randrange(2)}", sha256=sha("k")),
            )
            save(store, one)
            stands[case_id] = one
        else:
            meaning = dice.choice(["signed", "opinion", "first_signature"])
            at = NOON + timedelta(minutes=step)
            store.record_decision(signed(stands[case_id], dice.random() < 0.7, at, meaning))
    before = rows_of(store)
    assert len(before) == len(stands)
    store.rebuild_queue()
    assert rows_of(store) == before


def test_a_database_of_the_days_before_gets_its_queue_when_it_is_opened(store):
    save(store, said())
    before = rows_of(store)
    with store._engine.begin() as connection:
        connection.execute(sa.delete(queue))
    store.upgrade()
    assert rows_of(store) == before
