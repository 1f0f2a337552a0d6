"""The audit in, its entries and whether they are true out: the commands `audit …`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

from app import speak
from exchange.documents import VERSION, Document
from flows.opening import must_exist, opened, sealed
from pipeline.errors import InputError
from pipeline.settings import load
from store.audit import Entry
from store.records import Store, open_store
from store.verdict import Gap, Verdict, span

_CLEAN, _FAULTY = 0, 1
_ID_LENGTH = 12


def verify(*, as_json: bool) -> int:
    """Look for anything that was changed behind our back; the exit status."""
    with _looked_at() as store:
        found = store.verify_audit()
    if as_json:
        speak.document(_verdict(found))
    else:
        _say(_sentences(found))
    return _CLEAN if found.is_clean else _FAULTY


def show(subject: str | None, *, as_json: bool) -> None:
    """Every entry, or those about one id, one a line."""
    with _looked_at() as store:
        entries = store.audit_entries(subject)
        if as_json:
            listed = [_entry(each) for each in entries]
            speak.document({"version": VERSION, "entries": listed})
            return
        for each in entries:
            speak.line(_line(each))


def acknowledge(by: str, reason: str, *, as_json: bool) -> None:
    """Write down who knows why entries that the anchor names are gone."""
    if not by.strip() or not reason.strip():
        raise InputError("say who acknowledges the gap, and why entries are gone")
    must_exist(settings := load())
    with opened(settings) as store:
        gaps = store.acknowledge_gap(by=by.strip(), reason=reason.strip())
        store.settle_anchor()
    if as_json:
        speak.document({"version": VERSION, "acknowledged": [_gap(each) for each in gaps]})
    else:
        _say(f"{span(each.first, each.last)} acknowledged as lost" for each in gaps)


@contextmanager
def _looked_at() -> Iterator[Store]:
    # Whatever the key: one that does not fit is what the check is to say.
    must_exist(settings := load())
    with open_store(settings.database, sealed(settings)) as store:
        yield store


def _sentences(found: Verdict) -> Iterator[str]:
    for fault in found.faults:
        yield fault.sentence
    if found.more:
        yield f"and {found.more} more faults"
    for gap in found.gaps:
        if gap.acknowledged_in is not None:
            told = f"lost, and acknowledged in entry {gap.acknowledged_in}"
            yield f"{span(gap.first, gap.last)} {told}"
    count = len(found.faults) + found.more
    said = "nothing was changed" if found.is_clean else f"{count} faults"
    yield f"{found.entries} entries, anchored up to {found.anchored}: {said}"


def _line(entry: Entry) -> str:
    """An entry for people: ids and hashes by their beginning, which `--subject` understands."""
    at = f"{datetime.fromisoformat(entry.at):%Y-%m-%dT%H:%M:%SZ}"
    kind, _, run = entry.actor.partition(" ")
    actor = f"run {run[:_ID_LENGTH]}" if kind == "run" else entry.actor
    return f"{entry.seq:>4}  {at}  {actor}  {entry.action}  {entry.subject[:_ID_LENGTH]}"


def _say(sentences: Iterator[str]) -> None:
    for sentence in sentences:
        speak.line(sentence)


def _verdict(found: Verdict) -> Document:
    return {
        "version": VERSION,
        "clean": found.is_clean,
        "entries": found.entries,
        "anchored": found.anchored,
        "faults": [asdict(each) for each in found.faults],
        "more_faults": found.more,
        "gaps": [_gap(each) for each in found.gaps],
    }


def _gap(gap: Gap) -> Document:
    return {"first": gap.first, "last": gap.last, "acknowledged_in": gap.acknowledged_in}


def _entry(entry: Entry) -> Document:
    return asdict(entry) | {"detail": entry.details}
