"""What a person says of a held report or of a case in, the cases that it changes made again out.

A run of its own: no other is at work meanwhile, and what it makes can be replayed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flows.context import works
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


def make_again(work: Work, case_ids: Iterable[str]) -> tuple[str, ...]:
    """Make these cases again from what stands of them now; those of which anything new is said."""
    with turn(work) as own:
        cases = works(own.store, case_ids, {})
        changed = [each.case_id for each in cases if conclude(own.store, own.frame, each)]
        close(own, None)
    return tuple(changed)
