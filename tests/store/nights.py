"""What a laboratory has after some nights: a database with every kind of entry, and its anchor."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.codec import fingerprint
from pipeline.model import Analyte, Basis, Marker, Observation, ReportStatus, Source, Status
from store.books import Action
from store.inputs import Inputs
from store.readings import Seen
from store.records import Store, open_store
from store.releases import NewRelease, Signed
from store.resolutions import Resolution
from store.seal import Seal
from tests.store.samples import PATIENT, SYNTHIA, decision, interpretation, result, sha

KEY = bytes(range(32))
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def seal_in(folder: Path, key: bytes = KEY) -> Seal:
    """The seal of a laboratory whose anchor lies in *folder*."""
    return Seal(key=key, anchor=folder / "audit.anchor")


def opened(url: str, folder: Path) -> Store:
    """The database under its own seal."""
    return open_store(url, seal_in(folder))


def some_nights(store: Store) -> None:
    """Reports new, revised, held and given to a case; cases, decisions, releases, reads."""
    store.upgrade()
    _knowledge(store)
    for number in range(4):
        accession = f"NL-26-000{number}"
        store.save_report(_result(number), case_id=f"c{number}", hold=None, seen=_seen(accession))
        store.save_case(_said(number), inputs=_inputs(number))
        shown = {"case_id": f"c{number}", "shown_sha256": _shown(store, f"c{number}")}
        store.record_decision(decision(**shown))
    store.save_report(_result(9), case_id=None, hold="whose is this?")
    failed = result("failed", accession="NL-26-0008", status=ReportStatus.FAILED)
    store.save_report(failed, case_id="c0", hold=None)
    store.save_report(_result(1, vaf=0.4), case_id="c1", hold=None, revise=True)
    store.save_case(interpretation(_result(1, vaf=0.4), case_id="c1"))
    _settle(store)
    store.save_report(_result(8), case_id=None, hold="and whose is this?")
    store.record_read("reviewer-7", sha("c1"))


def _knowledge(store: Store) -> None:
    signed = Signed(by="curator-1", at=NOON, reason="first")
    for name in ("2026-02", "2026-03"):
        new = NewRelease(sha256=sha(name), release=name, canonical="{}")
        store.add_release(new, signed)
        store.activate_release(sha(name), signed)


def _settle(store: Store) -> None:
    store.resolve(
        Resolution(
            report_id=sha("file 9"),
            action=Action.ASSIGN,
            resolved_by="geneticist-2",
            resolved_at=NOON,
            reason="asked the clinic",
            identity=replace(SYNTHIA, accession="NL-26-0009"),
        )
    )


def _result(number: int, **changes: float):
    return result(f"file {number}", accession=f"NL-26-000{number}", **changes)


def _said(number: int):
    return interpretation(_result(number), case_id=f"c{number}")


def _inputs(number: int) -> Inputs:
    return Inputs(
        patient=PATIENT,
        given=(sha(f"file {number}"),),
        waiting=(),
        notices=(),
        as_of=None,
        today=NOON.date(),
        jurisdictions=None,
        code_version="0.1.0",
    )


def _shown(store: Store, case_id: str) -> str:
    return fingerprint(store.case(case_id))


def _seen(text: str) -> Seen:
    source = Source(sha256=sha(text), reader="northlake 1", text=text, page=1)
    one = Observation(
        marker=Marker.IDH1_MUTATION,
        status=Status.DETECTED,
        basis=Basis.EXPLICIT,
        gene="IDH1",
        analyte=Analyte.DNA,
        source=source,
    )
    return Seen(observations=(one,), read_with="0.1.0 assays")
