"""Reports that were just stored in, alarms about their readers out; and a person's word on one.

Called after the reports of a night are stored and before its cases are concluded: what an alarm
holds is held in the very night that found it.
"""

from collections import defaultdict
from dataclasses import dataclass

from flows.keep import conclude, settle
from flows.turn import close, turn
from flows.work import Work
from pipeline.drift import Drift, drifts
from pipeline.signals import Signal
from store.drifts import DriftRow, Verdict
from store.runs import Alarm
from store.watch_books import DriftState

DRIFT = "drift"
"""The alarm of a reader that reads otherwise than before."""

REPORTS = 5_000
"""Most earlier reports of a reader that tonight is weighed against: some months of a laboratory."""


@dataclass(frozen=True, kw_only=True)
class Freed:
    """What a person's word on an alarm led to: the alarm as it stands, the cases that are new."""

    drift: DriftRow
    changed: tuple[str, ...]


def watch(work: Work) -> None:
    """Weigh what no night has weighed yet, keep what drifts, and sound what stands open."""
    tonight = work.store.signals_waiting()
    if tonight:
        work.store.weigh(tonight, _found(work, tonight))
    for each in work.store.drifts(standing=True):
        if each.state is DriftState.OPEN:
            told = f"{each.sentence} (`oncoflag drift show {each.id[:12]}`)"
            work.store.sound(Alarm(code=DRIFT, sentence=told))


def decide_drift(work: Work, said: Verdict) -> Freed:
    """Settle an alarm as a person says, and make its cases again; a run of its own."""
    with turn(work) as own:
        settled = own.store.settle_drift(said)
        cases = settle(own.store, (), (), (), read_with="").cases
        changed = [each.case_id for each in cases if conclude(own.store, own.frame, each)]
        close(own, None)
    return Freed(drift=settled, changed=tuple(changed))


def _found(work: Work, tonight: tuple[Signal, ...]) -> list[Drift]:
    by_reader: defaultdict[str, list[Signal]] = defaultdict(list)
    for each in tonight:
        by_reader[each.reader].append(each)
    standing = work.store.drifts(standing=True)
    found: list[Drift] = []
    for reader, own in sorted(by_reader.items()):
        past = work.store.past_of(reader, REPORTS)
        versions = {each.version for each in own}
        known = [each.key for each in standing if each.says_of(versions)]
        found += drifts(past.nights, own, work.drift, standing=known, settled=past.settled)
    return found
