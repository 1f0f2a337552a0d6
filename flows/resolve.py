"""What a person says of a held report in, the cases that it changes made again out.

A run of its own: no other is at work meanwhile, and what it makes can be replayed.
"""

from dataclasses import dataclass

from flows.keep import conclude, settle
from flows.turn import close, turn
from flows.work import Work
from store.resolutions import Resolution, Resolved


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
        close(own, None)
    return Decided(resolved=resolved, changed=tuple(changed))
