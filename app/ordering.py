"""Markers without a result in, the tests to order out: one entry a test, and what it could open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.text import Text

from actionability.silence import NOT_NEEDED
from app.paint import clean
from pipeline.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType

    from pipeline.model import Marker, MarkerState
    from pipeline.patient import Interpretation, NearMiss, NotAssessed


@dataclass(frozen=True, kw_only=True)
class Opens:
    """What one test would answer: its markers, and the therapies that wait for them."""

    markers: dict[Marker, str] = field(default_factory=dict)
    therapies: dict[str, None] = field(default_factory=dict)

    @property
    def drugs(self) -> tuple[str, ...]:
        """The therapies that are drugs; a trial's name waits for every test."""
        return tuple(each for each in self.therapies if not each.startswith("clinical trial"))


def ordered(said: Interpretation) -> dict[str, Opens]:
    """Each test once; those that a drug waits for first, in the order of the markers.

    A tumour of another organ needs other tests: the profile of a biliary tumour is none of them.
    """
    tests: dict[str, Opens] = {}
    if said.case.tumour_is_btc is False:
        return tests
    for each in said.not_assessed:
        opens = tests.setdefault(_test(each), Opens())
        opens.markers[each.marker] = each.status
        if not each.order.startswith(NOT_NEEDED):
            opens.therapies.update(dict.fromkeys(_waiting(each.marker, said)))
    return dict(sorted(tests.items(), key=lambda item: not item[1].drugs))


def order_lines(said: Interpretation) -> Iterator[RenderableType]:
    """One entry a test: its name, the markers it answers, the therapies that wait for it."""
    for test, opens in ordered(said).items():
        names = ", ".join(
            each.label if status == Status.NOT_ASSESSED else f"{each.label} (open)"
            for each, status in opens.markers.items()
        )
        waits = ", ".join(opens.drugs)
        yield Text.assemble(
            (clean(test), "bold"),
            f": {names}",
            (f"\n  could open: {clean(waits)}" if waits else "", "dim"),
        )


def short(test: str) -> str:
    """The test's name alone, without what is explained in brackets or added."""
    return re.sub(r" \([^)]*\)|;.*", "", test)


def only_silent(miss: NearMiss, markers: Mapping[Marker, MarkerState]) -> bool:
    """Nobody looked, and nothing else is to be said: the order says it."""
    if miss.marker is None or markers[miss.marker].status is not Status.NOT_ASSESSED:
        return False
    return ";" not in miss.reason and miss.reason.startswith(f"{miss.marker.label}: not assessed")


def _test(each: NotAssessed) -> str:
    """The test without the gene that it is ordered for: one panel answers for many."""
    gene = each.marker.gene
    return each.order.replace(f" covering {gene}", "").replace(f"{gene} ", "", 1)


def _waiting(marker: Marker, said: Interpretation) -> Iterator[str]:
    """What nothing would change (withdrawn, not yet approved) waits for no test."""
    return (e.therapy for e in said.near_misses if e.marker is marker and e.would_change)
