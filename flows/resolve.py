"""What a person says of a held report in, the cases that it changes made again out.

A run of its own: no other is at work meanwhile, and what it makes can be replayed.
"""

from dataclasses import dataclass

from flows.keep import conclude, settle
from flows.turn import close, turn
from flows.work import Work
from store.resolutions import Resolution, Resolved
from store.runs import Account

_NOTHING_FOUND = Account(found=0, done=0, held=0, quarantined=0, waiting=0, refused=0, set_aside=0)


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What a person's word led to: where the report stands, and the cases that are new."""

    resolved: Resolved
    changed: tuple[str, ...]


def decide(work: Work, said: Resolution) -> Decided:
    """Do what a person says, weigh the held files of the same person again, make their cases."""
    with turn(work) as own:
        resolved = own.store.resolve(said)
        settled = settle(own.store, (), (), (), read_with="", also=[resolved.identity])
        changed = [each.case_id for each in settled.cases if conclude(own.store, own.frame, each)]
        close(own, _NOTHING_FOUND)
    return Decided(resolved=resolved, changed=tuple(changed))
