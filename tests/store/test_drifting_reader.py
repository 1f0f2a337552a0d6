"""A reader begins to read otherwise: the alarm, what it holds, and what a person's word frees.

A laboratory of ten quiet nights with six reports each, on both databases; then its page changes.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from actionability.knowledge import load
from actionability.release import shipped
from flows.gather import Gathered
from flows.keep import conclude, settle
from flows.knowledge import in_force
from flows.replay import Verdict as Replay
from flows.replay import replay
from flows.trip import Frame, Read, Readers
from flows.turn import close, turn
from flows.watch import decide_drift, watch
from flows.work import Work
from parsers.child import ReaderPool
from pipeline.coverage import assays
from pipeline.coverage import shipped as shipped_assays
from pipeline.errors import InputError
from pipeline.model import (
    Analyte,
    Basis,
    Identity,
    Layout,
    Marker,
    Observation,
    Reading,
    Significance,
    Source,
    Status,
)
from pipeline.normalise import normalise
from store.drifts import Verdict
from store.engine import connect
from store.readings import Seen
from store.records import Store
from store.reports import Incoming
from store.watch_books import DriftState
from tests.store.samples import report, sha

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
KNOWN = assays(shipped_assays())
USUAL = Layout(fingerprint="8b09baed", sections=("RESULT:findings", "RESULT:signatures"))
OTHER = Layout(fingerprint="0badcafe", sections=("RESULT:findings",))
Night = Callable[..., list[str]]


def read(name: str, reader: str = "northlake 1", layout: Layout = USUAL, msi: str = "MS-Stable"):
    """A report of a person of its own: IDH1 R132C detected, BRAF not, MSI as it is printed."""
    who = Identity(
        mrn=f"M-{name}",
        assigning_authority="Northlake",
        name=f"Specimen, {name}",
        dob=date(1930, 1, 1) + timedelta(days=int(sha(name)[:4], 16) % 25_000),
        accession=f"A-{name}",
        specimen_id=f"S-{name}",
    )
    base = report(name, identity=who, accession=who.accession, reader=reader, layout=layout)
    seen = (
        _seen(base.sha256, reader, Marker.IDH1_MUTATION, "p.R132C", Status.DETECTED),
        _seen(base.sha256, reader, Marker.BRAF_MUTATION, None, Status.NOT_DETECTED),
        _seen(base.sha256, reader, Marker.MSI, msi, _OF_MSI[msi]),
    )
    result = normalise(Reading(report=base, observations=seen), KNOWN)
    return Read(result=result, observations=seen)


_OF_MSI = {"MS-Stable": Status.NOT_DETECTED, "cannot be determined": Status.INDETERMINATE}


def _seen(sha256: str, reader: str, marker: Marker, printed: str | None, status: Status):
    found = status is Status.DETECTED
    return Observation(
        marker=marker,
        status=status,
        basis=Basis.EXPLICIT,
        gene=None if marker is Marker.MSI else marker.value.split("_")[0],
        alteration=printed,
        significance=Significance.PATHOGENIC if found else Significance.UNKNOWN,
        analyte=Analyte.DNA,
        vaf=0.3 if found else None,
        source=Source(sha256=sha256, reader=reader, text=f"{marker} {printed}", page=1),
    )


@pytest.fixture
def work(store: Store, tmp_path: Path) -> Work:
    known = in_force(store, shipped(), by="night", at=NOW)
    return Work(
        gathered=Gathered(jobs=()),
        readers=Readers(pool=ReaderPool(lanes=1), assays=KNOWN),
        frame=Frame(
            knowledge=known.knowledge or load(), code_version="1", today=date(2026, 11, 21)
        ),
        store=store,
        now=NOW,
        originals=tmp_path / "originals",
    )


@pytest.fixture
def night(work: Work) -> Night:
    """A night over these reports; the codes of its alarms."""

    def run(*reads: Read) -> list[str]:
        with turn(work) as own:
            made = settle(own.store, reads, (), (), read_with="1", stored=partial(watch, own))
            for each in made.cases:
                conclude(own.store, own.frame, each)
            return [each.code for each in close(own, None)]

    return run


@pytest.fixture
def learnt(work: Work) -> None:
    """Ten quiet nights: reports that wait for their owner tell of their reader all the same."""
    for number in range(10):
        with turn(work) as own:
            reads = [read(f"{number}-{at}") for at in range(6)]
            own.store.save_reports([_waiting(each) for each in reads])
            watch(own)
            assert close(own, None) == (), f"night {number} is quiet"


def _waiting(each: Read) -> Incoming:
    seen = Seen(observations=each.observations or (), read_with="1")
    whose = each.result.report.identity
    return Incoming(result=each.result, identity=whose, case_id=None, hold="whose?", seen=seen)


def states(store: Store, name: str) -> dict[str, str]:
    """What the case of a report says of the three markers."""
    said = store.case(_case_of(store, name)).case.markers
    three = (Marker.IDH1_MUTATION, Marker.BRAF_MUTATION, Marker.MSI)
    return {each.value.split("_")[0]: said[each].status.value for each in three}


NEGATIVE = {"IDH1": "detected", "BRAF": "not_detected", "MSI": "not_detected"}
HELD = {"IDH1": "detected", "BRAF": "indeterminate", "MSI": "indeterminate"}
ONE_HELD = {"IDH1": "detected", "BRAF": "not_detected", "MSI": "indeterminate"}


def all_proven(store: Store) -> bool:
    found = list(replay(store, store.interpretations(), code_version="1"))
    assert found
    assert {each.verdict for each in found} == {Replay.IDENTICAL}, found
    return not store.verify_audit().faults


def said(drift_id: str, *, confirmed: bool = False) -> Verdict:
    reason = "looked at the page"
    return Verdict(drift_id=drift_id, by="Dr. Ida", at=NOW, reason=reason, confirmed=confirmed)


def test_a_report_that_only_finds_its_owner_is_weighed_once(work: Work, store: Store) -> None:
    """It was read in the night before; read anew, it tells of its reader anew."""
    late = read("late")
    with turn(work) as own:
        own.store.save_reports([_waiting(late)])
        assert len(store.signals_waiting()) == 1
        watch(own)
        close(own, None)
    assert store.signals_waiting() == ()
    store.save_report(late.result, case_id="c1", hold=None, revise=True)
    assert store.signals_waiting() == ()
    seen = Seen(observations=late.observations or (), read_with="2")
    store.save_report(late.result, case_id="c2", hold=None, seen=seen, revise=True)
    assert len(store.signals_waiting()) == 1


@pytest.mark.usefixtures("learnt")
def test_another_page_holds_its_negatives_until_a_person_has_looked(
    work: Work, night: Night, store: Store
) -> None:
    tonight = [read("usual"), *(read(f"other-{at}", layout=OTHER) for at in range(5))]
    assert night(*tonight) == ["drift", "drift"], "a new layout, and a section that is missing"
    layout, section = sorted(store.drifts(), key=lambda each: each.key.code)
    assert (layout.key.what, section.key.what) == ("0badcafe", "RESULT:signatures")
    assert len(layout.reports) == len(section.reports) == 5
    assert states(store, "usual") == NEGATIVE
    assert states(store, "other-0") == HELD
    told = store.case(_case_of(store, "other-0")).case.markers[Marker.BRAF_MUTATION].detail
    assert told == "not detected; reader northlake drifts: its negatives are held"
    assert all_proven(store)

    # The next night: nothing is found anew, the alarms are sounded again, what is alike joins.
    assert night(*tonight) == ["drift", "drift"]
    assert night(read("late", layout=OTHER)) == ["drift", "drift"]
    assert {each.id for each in store.drifts()} == {layout.id, section.id}
    assert {len(each.reports) for each in store.drifts()} == {6}
    assert states(store, "late") == HELD

    # Two alarms hold the same reports: both must be settled.
    assert decide_drift(work, said(layout.id)).changed == ()
    assert states(store, "other-0") == HELD
    assert len(decide_drift(work, said(section.id)).changed) == 6
    assert states(store, "other-0") == NEGATIVE
    assert [each.state for each in store.drifts(standing=True)] == []
    assert night(read("next", layout=OTHER)) == [], "it is the new normal"
    assert all_proven(store)
    with pytest.raises(InputError, match="settled already"):
        store.settle_drift(said(layout.id))


@pytest.mark.usefixtures("learnt")
def test_a_marker_that_is_left_open_holds_its_own_negatives_alone(
    night: Night, store: Store
) -> None:
    open_ = [read(f"open-{at}", msi="cannot be determined") for at in range(5)]
    assert night(read("stable"), *open_) == ["drift"]
    (one,) = store.drifts()
    assert (one.key.code.value, one.key.marker) == ("unknown", Marker.MSI)
    assert states(store, "stable") == ONE_HELD


@pytest.mark.usefixtures("learnt")
def test_what_is_confirmed_stays_held_until_another_version_has_read_it(
    work: Work, night: Night, store: Store
) -> None:
    night(read("other", layout=OTHER))
    (one,) = store.drifts()
    decide_drift(work, said(one.id, confirmed=True))
    assert store.drifts()[0].state is DriftState.CONFIRMED
    assert states(store, "other") == HELD
    assert night(read("more", layout=OTHER)) == [], "it is known, and sounds no more"
    assert states(store, "more") == HELD

    better = read("other", reader="northlake 2", layout=OTHER)
    seen = Seen(observations=better.observations or (), read_with="2")
    stands = store.case_reports(_case_of(store, "other"))[0]
    store.save_report(
        better.result, case_id=stands.case_id, hold=None, seen=seen, revise=True,
        identity=stands.identity,
    )  # fmt: skip
    night()
    assert states(store, "other") == NEGATIVE
    assert states(store, "more") == HELD
    assert all_proven(store)


def _case_of(store: Store, name: str) -> str:
    (place,) = store.places_of([sha(name)])
    assert place.case_id is not None
    return place.case_id


def test_a_laboratory_without_a_history_is_learnt(night: Night, store: Store) -> None:
    """Whatever comes in the first nights: no alarm, nothing is held."""
    assert night(read("a"), read("b", layout=OTHER), read("c", msi="cannot be determined")) == []
    assert store.drifts() == ()
    (stratum,) = store.strata()
    assert (stratum.reader, stratum.reports, stratum.nights) == ("northlake", 3, 1)


def test_a_person_says_who_and_why(store: Store) -> None:
    with pytest.raises(InputError, match="no alarm has"):
        store.settle_drift(said("0" * 64))
    with pytest.raises(InputError, match="a name and a reason"):
        store.settle_drift(replace(said("0" * 64), reason=" "))


@pytest.mark.usefixtures("learnt")
def test_an_alarm_that_somebody_takes_away_is_missed(night: Night, store: Store, url: str) -> None:
    """Past the store: the hold would be gone with it."""
    night(read("other", layout=OTHER))
    assert not store.verify_audit().faults
    _past_the_store(url, "DELETE FROM drift_reports", "DELETE FROM drifts")
    assert [each.code.value for each in store.verify_audit().faults] == ["thing_gone"]


@pytest.mark.usefixtures("learnt")
def test_reports_from_before_there_were_signals_are_weighed_by_the_next_night(
    night: Night, store: Store, url: str
) -> None:
    """All at once, as one night: what is usual is learnt from the nights after it."""
    _past_the_store(url, "DELETE FROM signals")
    assert night(read("new")) == []
    (stratum,) = store.strata()
    assert (stratum.reports, stratum.nights) == (61, 1)


def _past_the_store(url: str, *statements: str) -> None:
    engine = connect(url)
    with engine.begin() as connection:
        for each in statements:
            connection.exec_driver_sql(each)
    engine.dispose()
