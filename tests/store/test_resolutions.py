"""What a person says of a held file: it counts from then on, and a later word takes it back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from actionability.knowledge import load
from flows.keep import conclude, settle
from flows.trip import Frame, Read
from pipeline.errors import IdentityError, InputError
from pipeline.model import Identity, ReportStatus
from store.books import Action
from store.records import Store
from store.resolutions import Resolution
from tests.store.samples import result, sha

FRAME = Frame(knowledge=load(), code_version="test", today=date(2026, 11, 2))
ADA = Identity(
    mrn="7", assigning_authority="HOSP A", name="Muster, Ada", dob=date(1961, 1, 2), accession="N-1"
)
EVA = replace(ADA, name="Muster, Eva", accession="N-2")
BOTH = replace(ADA, name=None, accession="N-3")


# What is the same on both databases by construction is tried on one.
on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


def read(name: str, identity: Identity, **changes: Any) -> Read:
    given = {"file": f"{name}.pdf", "identity": identity, "accession": identity.accession}
    said = result(name, **given | changes)
    return Read(result=said)


def night(store: Store, *reads: Read, also: Sequence[Identity] = ()) -> None:
    for work in settle(store, reads, (), (), read_with="test", also=also).cases:
        conclude(store, FRAME, work)


def say(store: Store, name: str, action: Action = Action.ASSIGN, **more: Any) -> None:
    """A person's word, and the work that follows it."""
    said = Resolution(
        report_id=sha(name),
        action=action,
        resolved_by="Dr. Example",
        resolved_at=datetime(2026, 11, 3, tzinfo=UTC),
        reason="asked the clinic",
        **more,
    )
    night(store, also=[store.resolve(said).identity])


def place(store: Store, name: str) -> str | None:
    (found,) = store.places_of([sha(name)])
    return found.case_id


def is_doubted(store: Store, case_id: str | None) -> bool:
    return any(each.code == "identity_doubt" for each in store.case(str(case_id)).case.notices)


@pytest.fixture
def doubtful(store: Store) -> Store:
    """Ada has a case, Eva with the same number is held, and a third file fits both."""
    night(store, read("ada", ADA))
    night(store, read("eva", EVA), read("both", BOTH))
    assert is_doubted(store, place(store, "ada"))
    assert (place(store, "eva"), place(store, "both")) == (None, None)
    return store


def test_a_new_patient_gets_a_case_and_the_doubt_is_over(doubtful: Store) -> None:
    say(doubtful, "eva")
    cases = {place(doubtful, "ada"), place(doubtful, "eva")}
    assert len(cases) == 2
    assert None not in cases
    assert not any(is_doubted(doubtful, each) for each in cases)
    assert place(doubtful, "both") is None, "it fits two persons now; a person must say whose"
    night(doubtful, read("ada2", replace(ADA, accession="N-4")))
    night(doubtful, read("eva2", replace(EVA, accession="N-5")))
    assert place(doubtful, "ada2") == place(doubtful, "ada")
    assert place(doubtful, "eva2") == place(doubtful, "eva")


@on_sqlite
def test_what_is_refused_casts_no_doubt_and_frees_who_waited_for_it(doubtful: Store) -> None:
    say(doubtful, "eva", Action.REFUSE)
    case = place(doubtful, "ada")
    assert not is_doubted(doubtful, case)
    assert (place(doubtful, "eva"), place(doubtful, "both")) == (None, case)
    (held,) = doubtful.held()
    assert "refused by a person: asked the clinic" in held.reasons


@on_sqlite
def test_a_contradiction_must_be_meant(doubtful: Store) -> None:
    case = place(doubtful, "ada")
    with pytest.raises(IdentityError, match="the name on the report and as said here differ"):
        say(doubtful, "eva", case_id=case)
    assert place(doubtful, "eva") is None
    assert doubtful.resolutions(sha("eva")) == ()
    say(doubtful, "eva", case_id=case, despite_conflict=True)
    assert (place(doubtful, "eva"), place(doubtful, "both")) == (case, case)
    assert not is_doubted(doubtful, case)


@on_sqlite
def test_a_wrong_label_does_not_keep_the_persons_own_files_out(doubtful: Store) -> None:
    """The name that was printed wrongly is forgotten, one that is said to be right is learnt."""
    case = place(doubtful, "ada")
    say(doubtful, "eva", case_id=case, despite_conflict=True)
    night(doubtful, read("ada2", replace(ADA, accession="N-4")))
    night(doubtful, read("eva2", replace(EVA, accession="N-5")))
    assert (place(doubtful, "ada2"), place(doubtful, "eva2")) == (case, None)
    married = Identity(name="Muster, Eva")
    say(doubtful, "eva2", case_id=case, identity=married, despite_conflict=True)
    night(doubtful, read("ada3", replace(ADA, accession="N-6")))
    night(doubtful, read("eva3", replace(EVA, accession="N-7")))
    assert (place(doubtful, "ada3"), place(doubtful, "eva3")) == (case, case)


@on_sqlite
@pytest.mark.parametrize("first", [Action.REFUSE, Action.ASSIGN])
def test_a_later_word_takes_an_earlier_one_back(doubtful: Store, first: Action) -> None:
    say(doubtful, "eva", first)
    say(doubtful, "eva", Action.RETRY)
    assert place(doubtful, "eva") is None
    assert is_doubted(doubtful, place(doubtful, "ada")), "it is weighed again as it came"
    said = doubtful.resolutions(sha("eva"))
    assert [each.action for each in said] == [first, Action.RETRY]
    assert {each.resolved_by for each in said} == {"Dr. Example"}


@on_sqlite
def test_a_refused_file_stays_out_however_often_it_comes(store: Store) -> None:
    """No doubt is left about whose it is; a person refused it all the same."""
    night(store, read("ada", ADA), read("ada2", replace(ADA, accession="N-4")))
    say(store, "ada2", Action.REFUSE)
    night(store, read("ada2", replace(ADA, accession="N-4")))
    assert (place(store, "ada") is None, place(store, "ada2")) == (False, None)


@on_sqlite
@pytest.mark.parametrize("action", [Action.REFUSE, Action.ASSIGN])
def test_the_file_again_changes_nothing(
    doubtful: Store, url: str, rows: Callable[[str], Any], action: Action
) -> None:
    say(doubtful, "eva", action)
    before = rows(url)
    night(doubtful, read("eva", EVA), read("ada", ADA), read("both", BOTH))
    assert rows(url) == before


def test_of_two_files_for_one_report_a_person_says_which_counts(
    store: Store, url: str, rows: Callable[[str], Any]
) -> None:
    first, second = read("first", ADA, vaf=0.2), read("second", ADA, vaf=0.3)
    night(store, first)
    night(store, second)
    case = place(store, "first")
    assert place(store, "second") is None
    say(store, "second", case_id=case)
    assert (place(store, "first"), place(store, "second")) == (None, case)
    (held,) = store.held()
    assert (held.sha256, held.code) == (sha("first"), "same_report_other_content")
    before = rows(url)
    night(store, first, second)
    assert rows(url) == before
    say(store, "first", case_id=case)
    assert (place(store, "first"), place(store, "second")) == (case, None), "and back again"


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"report_id": "0" * 64}, "no report is stored"),
        ({"case_id": "nobody"}, "no case is stored under this id"),
        ({"reason": " "}, "a name and a reason"),
        ({"resolved_by": ""}, "a name and a reason"),
        ({"report_id": sha("torn")}, "was not read"),
        ({"report_id": sha("ada"), "case_id": "ADA"}, "stands in this case already"),
    ],
)
def test_what_cannot_be_done_is_said(doubtful: Store, changes: dict[str, str], told: str) -> None:
    torn = read("torn", ADA, status=ReportStatus.UNREADABLE, reasons=("cut short",))
    night(doubtful, torn)
    if changes.get("case_id") == "ADA":
        changes = changes | {"case_id": str(place(doubtful, "ada"))}
    said = Resolution(
        report_id=sha("eva"),
        action=Action.ASSIGN,
        resolved_by="Dr. Example",
        resolved_at=datetime(2026, 11, 3, tzinfo=UTC),
        reason="asked the clinic",
    )
    with pytest.raises(InputError, match=told):
        doubtful.resolve(replace(said, **changes))
    assert doubtful.resolutions(sha("eva")) == ()
