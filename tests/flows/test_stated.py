"""What a person states holds over tables, and what was misread asks: night after night.

Each row is one day: who says what of the ECOG status (None: not stated, "-": nothing is said),
what then holds, and what the table is told to state otherwise.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from actionability.knowledge import load
from actionability.release import shipped
from flows.keep import conclude, settle
from flows.knowledge import in_force
from flows.replay import Verdict, replay
from flows.trip import Frame
from pipeline.context import ContextChange, FieldChange, Origin, difference, disputed, held, news
from pipeline.errors import InputError, StoreError
from pipeline.model import Marker
from pipeline.normalise import again
from pipeline.patient import Patient, Site
from store.contexts import Statement
from store.corrections import Correction
from store.readings import Seen
from tests.store.samples import result

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
FRAME = Frame(knowledge=load(), code_version="test", today=date(2026, 3, 2))
DAYS = [
    # who speaks, what they state, what holds, what differs
    ("table", 1, 1, None),
    ("person", 2, 2, None),
    ("table", 1, 2, None),  # what the person saw and changed is no news
    ("table", 3, 2, 3),
    ("nobody", "-", 2, 3),  # a night without a table forgets nothing
    ("table", 3, 2, 3),
    ("table", None, 2, 3),  # an empty cell states nothing
    ("table", 2, 2, None),
    ("table", 4, 2, 4),
    ("person", 4, 4, None),
    ("person", None, None, None),  # "not stated" is stated
    ("table", 1, None, 1),
]


def patient(ecog):
    return Patient(case="c1", site=Site.INTRAHEPATIC, ecog=ecog)


def made(store, tables=()):
    """A night: the tables are heeded and what is stale is made again."""
    for each in settle(store, (), (), tables, read_with="").cases:
        conclude(store, FRAME, each)
    assert store.stale_cases() == ()
    return store.case("c1")


@pytest.fixture
def case(store):
    drawn = result()
    seen = tuple(one for each in drawn.findings for one in each.observations)
    found = again(drawn, seen)
    store.save_report(
        found, case_id="c1", hold=None, seen=Seen(observations=seen, read_with="test")
    )
    return store


def state(store, ecog, day):
    before = store.patient("c1")
    fields = difference(before, replace(before, ecog=ecog))
    changes = store.context_changes(["c1"])
    return store.state(
        Statement(
            case_id="c1",
            origin=Origin.PAGE,
            fields=fields,
            changed_by="u-ada",
            changed_at=START + timedelta(days=day),
            reason="seen in clinic",
            seen=changes[-1].number if changes else 0,
        )
    )


def test_day_after_day_the_person_holds_and_the_table_is_told(case):
    for day, (who, ecog, holds, other) in enumerate(DAYS):
        if who == "person":
            state(case, ecog, day)
        said = made(case, [patient(ecog)] if who == "table" else ())
        assert said.case.patient.ecog == holds, DAYS[day]
        assert said.case.patient.site is Site.INTRAHEPATIC
        told = [each.message for each in said.case.notices if each.code == "context_differs"]
        assert [f"states {other}," in each for each in told] == ([True] if other else []), told
    assert [each.origin for each in case.context_changes(["c1"])].count(Origin.PAGE) == 3
    assert case.verify_audit().is_clean


def test_a_stated_context_is_replayed_byte_by_byte(case):
    in_force(case, shipped(), by="test", at=START)
    made(case, [patient(1)])
    state(case, 2, 1)
    made(case)
    made(case, [patient(3)])
    keys = case.interpretations_of_case("c1")
    found = list(replay(case, keys, code_version="test"))
    assert len(found) == 3
    assert {(each.verdict, each.places) for each in found} == {(Verdict.IDENTICAL, ())}


def test_what_is_said_while_a_case_is_made_leaves_it_stale(case):
    made(case, [patient(1)])
    state(case, 2, 1)
    (work,) = settle(case, (), (), (), read_with="").cases
    state(case, 3, 2)
    conclude(case, FRAME, work)
    assert case.stale_cases() == ("c1",), "the night did not hear the second statement"
    assert made(case).case.patient.ecog == 3


def judged(store, **changes):
    base = Correction(
        report_id=store.case_reports("c1")[0].report_id,
        revision=1,
        case_id="c1",
        reader="northlake 1",
        assay=None,
        layout=None,
        marker=Marker.FGFR2_FUSION,
        field="status",
        printed="FGFR2 FGFR2-BICC1 fusion",
        read="detected",
        expected="not_detected",
        is_right=False,
        judged_by="u-ada",
        judged_at=START,
        reason="misread",
    )
    return replace(base, **changes)


def test_what_was_misread_is_told_and_asks_until_it_is_taken_back(case):
    def kinds(said):
        return {each.kind.value for each in said.flags if each.marker is Marker.FGFR2_FUSION}

    before = made(case, [replace(patient(1), prior_lines=1)])
    case.correct([judged(case)])
    now = made(case)
    assert [each.code for each in now.case.notices] == ["misread:FGFR2_FUSION"]
    assert kinds(now) <= {"ASK", "BLOCK", "FLAG"}
    assert any("misread" in why for each in now.flags for why in each.because)
    late = START + timedelta(hours=1)
    case.correct([judged(case, is_right=True, expected="detected", reason=None, judged_at=late)])
    mended = made(case)
    assert kinds(mended) == kinds(before)
    assert mended.case.notices == ()


def test_a_statement_without_a_reason_or_on_an_old_page_is_refused(case):
    made(case, [patient(1)])
    state(case, 2, 1)
    stale = Statement(
        case_id="c1",
        origin=Origin.PAGE,
        fields=(FieldChange(name="ecog", was=1, now=3),),
        changed_by="u-ben",
        changed_at=START,
        reason="seen",
        seen=0,
    )
    with pytest.raises(StoreError) as refused:
        case.state(stale)
    assert refused.value.code == "stale_context"
    with pytest.raises(InputError):
        case.state(replace(stale, reason=" ", seen=1))
    with pytest.raises(InputError):
        case.state(replace(stale, case_id="c9"))


def test_only_the_last_word_of_a_person_counts():
    def change(number, was, now, origin=Origin.PAGE):
        return ContextChange(
            case_id="c1",
            number=number,
            origin=origin,
            fields=(FieldChange(name="stage", was=was, now=now),),
            changed_by="a",
            changed_at=START,
            reason="r",
        )

    said = (change(1, None, "IV"), change(2, "IV", "resected"))
    assert held(said) == (FieldChange(name="stage", was="IV", now="resected"),)
    table = change(3, "resected", "unresectable", Origin.TABLE)
    assert disputed((*said, table))[0].now == "unresectable"
    assert news(said, Patient()) == ()
