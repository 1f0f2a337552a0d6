"""Who may sign what, and when it holds: a table of attempts, in the words of the people.

Three people: Ada and Ben sign, Rita reviews. Each row is what was done before, the attempt, and
what is said to it; the state is that of the queue.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from pipeline.changes import flag_name
from pipeline.codec import fingerprint
from pipeline.context import FieldChange, Origin
from pipeline.errors import InputError, StoreError
from pipeline.model import Marker, Notice
from store.contexts import Statement
from store.corrections import Correction
from store.desk_books import Role
from store.engine import connect
from store.meanings import Meaning
from store.records import open_store
from store.reviews import stands
from store.signing import Override, Proof, Signature, Signing
from store.users import By, NewUser
from tests.store.samples import decision, flag, interpretation, result

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
SUBJECT = flag_name(flag())
INSTEAD = Override(subject=SUBJECT, instead="no therapy", reason="fusion out of frame")
PEOPLE = {"ada": "Dr Ada Lund", "ben": "Dr Ben Okoye", "rita": "Rita Sol"}


@pytest.fixture
def said(store):
    """Case c1 is interpreted once; the three people have their accounts."""
    store.save_report(result(), case_id="c1", hold=None)
    store.save_case(interpretation())
    for login, name in PEOPLE.items():
        user = NewUser(id=f"u-{login}", login=login, name=name, roles=frozenset({Role.SIGNER}))
        store.add_user(user, By(actor="test", at=NOON))
    return interpretation()


def signing(who, meaning, hour, *, accepted=True, reason=None, overrides=(), said=None, proof=None):
    word = Meaning(meaning)
    shown = Proof.SESSION if word is Meaning.OPINION else Proof.PASSWORD
    return Signing(
        decision=decision(
            reviewer=who,
            meaning=word.value,
            accepted=accepted,
            reason=reason,
            decided_at=NOON + timedelta(hours=hour),
            case_id=(said or interpretation()).case.id,
            shown_sha256=fingerprint(said or interpretation()),
        ),
        signature=Signature(user_id=f"u-{who}", name=PEOPLE[who], proof=proof or shown),
        overrides=tuple(overrides),
    )


def yes(who, meaning, **more):
    return {"who": who, "meaning": meaning} | more


def no(who, meaning, reason="wrong block"):
    return {"who": who, "meaning": meaning, "accepted": False, "reason": reason}


ONE, FIRST, SECOND, THINKS = "signed", "first_signature", "second_signature", "opinion"
ATTEMPTS = [
    # what stands before, the attempt, what is answered, where the case then stands
    ("a signer signs", [], yes("ada", ONE), "done", "signed"),
    ("a signer refuses", [], no("ada", ONE), "done", "refused"),
    ("a refusal without a reason", [], no("ada", ONE, reason=" "), "needs a reason", "to_review"),
    ("a reviewer says what they think", [], yes("rita", THINKS), "done", "to_review"),
    ("an opinion against", [], no("rita", THINKS), "done", "to_review"),
    ("many opinions are welcome", [yes("rita", THINKS)], yes("ben", THINKS), "done", "to_review"),
    ("opinions hinder no signature", [no("rita", THINKS)], yes("ada", ONE), "done", "signed"),
    ("an opinion on what is signed", [yes("ada", ONE)], no("rita", THINKS), "done", "signed"),
    ("two people sign", [yes("ada", ONE)], yes("ben", ONE), "already_decided", "signed"),
    ("one refuses what is signed", [yes("ada", ONE)], no("ben", ONE), "already_decided", "signed"),
    ("one changes their own mind", [yes("ada", ONE)], no("ada", ONE), "done", "refused"),
    ("the first of two", [], yes("ada", FIRST), "done", "second_signature"),
    ("the first of two refuses", [], no("ada", FIRST), "done", "refused"),
    ("two firsts", [yes("ada", FIRST)], yes("ben", FIRST), "already_decided", "second_signature"),
    (
        "alone after the setting changed",
        [yes("ada", FIRST)],
        yes("ben", ONE),
        "already_decided",
        "second_signature",
    ),
    ("the second of two", [yes("ada", FIRST)], yes("ben", SECOND), "done", "signed"),
    ("the second refuses", [yes("ada", FIRST)], no("ben", SECOND), "done", "refused"),
    ("twice the same", [yes("ada", FIRST)], yes("ada", SECOND), "same_person", "second_signature"),
    ("a second without a first", [], yes("ben", SECOND), "no_first_signature", "to_review"),
    (
        "a second after a refusal",
        [no("ada", FIRST)],
        yes("ben", SECOND),
        "no_first_signature",
        "refused",
    ),
    (
        "a third",
        [yes("ada", FIRST), yes("ben", SECOND)],
        yes("rita", SECOND),
        "already_decided",
        "signed",
    ),
    (
        "with a change",
        [],
        yes("ada", ONE, overrides=[INSTEAD]),
        "done",
        "signed",
    ),
    (
        "a change without a reason",
        [],
        yes("ada", ONE, overrides=[replace(INSTEAD, reason="")]),
        "what stands instead, and why",
        "to_review",
    ),
    (
        "a change of what was not shown",
        [],
        yes("ada", ONE, overrides=[replace(INSTEAD, subject="aspirin")]),
        "was not shown",
        "to_review",
    ),
    (
        "a change of what is refused",
        [],
        no("ada", ONE) | {"overrides": [INSTEAD]},
        "is not changed",
        "to_review",
    ),
    (
        "a signature on the session alone",
        [],
        yes("ada", ONE, proof=Proof.SESSION),
        "password again",
        "to_review",
    ),
]


def test_who_signs_what(store, said):
    """Each attempt on a case of its own; what is answered, where it then stands, in one list."""
    wanted, told = [], []
    for number, (name, before, attempt, answer, state) in enumerate(ATTEMPTS):
        case_id = f"case-{number}"
        report = result(case_id, accession=case_id)
        store.save_report(report, case_id=case_id, hold=None)
        now = interpretation(report, case_id=case_id)
        store.save_case(now)
        for hour, each in enumerate(before):
            assert store.sign(signing(hour=hour, said=now, **each)), name
        try:
            got = "done" if store.sign(signing(hour=9, said=now, **attempt)) else "known"
        except StoreError as error:
            got = error.code
        except InputError as error:
            got = str(error)
        kept = len(before) + (answer == "done")
        wanted.append((name, answer, state, kept))
        stood = stands(store.past(case_id))[0].value
        short = answer if answer in got else got
        told.append((name, short, stood, len(store.given(case_id))))
    assert told == wanted
    listed = {row.id: row.review.value for row in store.cases() if row.id != "c1"}
    assert listed == {f"case-{n}": row[4] for n, row in enumerate(ATTEMPTS)}, "the list agrees"
    assert store.verify_audit().is_clean


def test_the_later_decision_stands_whatever_the_clock_says(store, said):
    """Two signatures in one microsecond; then a clock that was set back by an hour."""
    assert store.sign(signing("ada", FIRST, 5))
    assert store.sign(signing("ben", SECOND, 5))
    assert stands(store.past("c1"))[0].value == "signed"
    with pytest.raises(StoreError) as refused:
        store.sign(signing("ada", ONE, 4, accepted=False, reason="too late"))
    assert refused.value.code == "clock_behind"


def test_an_opinion_leaves_the_case_open(store, said):
    store.sign(signing("rita", THINKS, 1, reason="looks right to me"))
    assert [each.again for each in store.open_reviews()] == [False]
    assert store.standing("c1") is None
    (kept,) = store.given("c1")
    assert (kept.number, kept.decision.reason) == (1, "looks right to me")
    assert kept.signature == Signature(user_id="u-rita", name="Rita Sol", proof=Proof.SESSION)


def test_changes_are_kept_word_by_word_with_the_signature(store, said):
    store.sign(signing("ada", ONE, 1, overrides=[INSTEAD]))
    (kept,) = store.given("c1")
    assert kept.overrides == (INSTEAD,)
    assert kept.signature.proof is Proof.PASSWORD


def test_fifty_times_two_sign_at_once_and_one_wins(store, url, said):
    """Both saw the same page; the other is told who was first, and nothing of theirs is kept."""
    with open_store(url) as one, open_store(url) as other, ThreadPoolExecutor(2) as pool:
        for turn in range(50):
            now = interpretation(notes=(f"turn {turn}",))
            store.save_case(now)

            def sign(own, who, shown=now, hour=turn):
                try:
                    return own.sign(signing(who, ONE, hour, said=shown))
                except StoreError as error:
                    return error.code

            told = [pool.submit(sign, one, "ada"), pool.submit(sign, other, "ben")]
            assert sorted(str(each.result()) for each in told) == ["True", "already_decided"]
            assert len(store.past("c1")[-1].decisions) == 1
    assert len(store.given("c1")) == 50


def test_a_page_that_is_no_longer_current_is_not_signed(store, said):
    store.save_case(interpretation(flags=()))
    with pytest.raises(StoreError) as refused:
        store.sign(signing("ada", ONE, 1))
    assert refused.value.code == "stale_decision"
    assert store.given("c1") == ()


def test_what_is_being_made_again_is_not_accepted_but_may_be_refused(store, said):
    """A night has stored a second report; the case still says what it said without it."""
    store.save_report(result("two", accession="NL-26-0002"), case_id="c1", hold=None)
    with pytest.raises(StoreError) as refused:
        store.sign(signing("ada", ONE, 1))
    assert refused.value.code == "case_stale"
    assert store.sign(signing("ada", ONE, 2, accepted=False, reason="wait for the night"))


def test_what_was_misread_is_refused_or_changed_but_never_accepted_as_it_is(store, said):
    notice = Notice(code="misread:FGFR2_FUSION", message="FGFR2 fusion: misread")
    now = replace(said, case=replace(said.case, notices=(notice,)))
    store.save_case(now)
    with pytest.raises(StoreError) as refused:
        store.sign(signing("ada", ONE, 1, said=now))
    assert refused.value.code == "misread"
    assert store.sign(signing("ada", ONE, 2, said=now, overrides=[INSTEAD]))


def judged(store, **changes):
    base = Correction(
        report_id=store.case_reports("c1")[0].report_id,
        revision=1,
        case_id="c1",
        reader="northlake 1",
        assay="Northlake Panel",
        layout=None,
        marker=Marker.FGFR2_FUSION,
        field="status",
        printed="FGFR2 FGFR2-BICC1 fusion",
        read="detected",
        expected="not_detected",
        is_right=False,
        judged_by="ada",
        judged_at=NOON,
        reason="the line says NOT detected",
    )
    return replace(base, **changes)


def test_a_misreading_is_open_until_it_is_taken_back(store, said):
    wrong = judged(store)
    assert store.correct([wrong]) == 1
    assert store.correct([wrong]) == 0, "the same judgement stands once"
    assert store.misread(["c1"]) == (wrong,)
    assert store.stale_cases() == ("c1",)
    right = judged(
        store, is_right=True, expected="detected", reason=None, judged_at=NOON + timedelta(hours=1)
    )
    store.correct([right])
    assert store.misread(["c1"]) == ()
    assert store.corrections("c1") == (wrong, right), "both judgements stay"


def test_the_latest_judgement_of_each_field_is_counted_by_reader(store, said):
    ihc = {"marker": Marker.HER2_IHC, "field": "value", "read": "2", "expected": "2"}
    store.correct([judged(store), judged(store, **ihc, is_right=True, reason=None)])
    told = [
        (each.reader, each.marker.value, each.field, each.read, each.expected, each.count)
        for each in store.corrections_by_reader()
    ]
    assert told == [
        ("northlake 1", "FGFR2_FUSION", "status", "detected", "not_detected", 1),
        ("northlake 1", "HER2_IHC", "value", "2", "2", 1),
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"printed": "x" * 81}, "80 characters"),
        ({"reason": None}, "needs a reason"),
        ({"expected": "detected"}, "should be otherwise"),
        ({"is_right": True}, "as it was read"),
        ({"field": "birthday"}, "can be judged"),
    ],
)
def test_a_judgement_that_says_nothing_is_refused(store, said, change, told):
    with pytest.raises(InputError, match=told):
        judged(store, **change)


@pytest.mark.parametrize("table", ["signatures", "overrides", "corrections", "contexts"])
@pytest.mark.parametrize("change", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
def test_not_even_plain_sql_changes_what_was_signed(store, url, said, table, change):
    store.sign(signing("ada", ONE, 1, overrides=[INSTEAD]))
    store.correct([judged(store)])
    changed = FieldChange(name="ecog", was=1, now=2)
    store.state(
        Statement(
            case_id="c1",
            origin=Origin.PAGE,
            fields=(changed,),
            changed_by="u-ada",
            changed_at=NOON,
            reason="seen",
            seen=0,
        )
    )
    assert store.context_changes(["c1"])[0].fields == (changed,)
    own = change.replace("reason", "name") if table == "signatures" else change
    engine = connect(url)
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), engine.begin() as connection:
        connection.exec_driver_sql(own.format(table))
    engine.dispose()
    assert store.verify_audit().faults == ()


def test_a_change_put_under_a_signature_past_the_store_is_found(store, url, said):
    store.sign(signing("ada", ONE, 1))
    engine = connect(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO overrides (decision_id, ordinal, subject, instead, reason) "
            "SELECT id, 0, 'x', 'aspirin', 'forged' FROM decisions"
        )
    engine.dispose()
    assert [each.code.value for each in store.verify_audit().faults] == ["thing_changed"]
