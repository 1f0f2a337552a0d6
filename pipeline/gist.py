"""An interpretation in, what a list of cases shows and filters by out: a few words and masks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.model import Marker, Status
from pipeline.patient import KIND_ORDER, FlagKind, Interpretation, TherapyFlag
from pipeline.urgency import count

TOP = 3
"""So many therapies stand in a row of the list; how many more there are is said."""

_LEVEL = re.compile(r"(IV|III|II|I)\b")
_LEVELS = ("I", "II", "III", "IV")
_PLACE = {marker: 1 << at for at, marker in enumerate(Marker)}
_KIND = {kind: 1 << at for at, kind in enumerate(FlagKind)}


@dataclass(frozen=True, kw_only=True)
class Top:
    """A therapy as a row of the list shows it; *tier* AMP/ASCO/CAP as the tables state it."""

    therapy: str
    kind: FlagKind
    tier: str | None


@dataclass(frozen=True, kw_only=True)
class Gist:
    """What one interpretation says, short enough for a list.

    *detected*, *indeterminate* and *negative* are sets of markers as numbers (`mask`); a marker
    in none of them was not assessed. *kinds* is such a set of kinds of flags.
    """

    tier: str | None
    doubts: int
    conflicts: int
    holds: int
    asks: int
    flags: int
    detected: int
    indeterminate: int
    negative: int
    kinds: int
    top: tuple[Top, ...]


def gist(said: Interpretation) -> Gist:
    """What a list shows of it."""
    notices = [each.code for each in said.case.notices]
    states = said.case.markers.values()
    therapies = _therapies(said)
    return Gist(
        tier=_best(each.tiers.amp_asco_cap for each in said.flags if _may_be_given(each)),
        doubts=count("identity_doubt", notices, said.notes),
        conflicts=count("conflict", notices, said.notes),
        holds=count("held", notices, said.notes),
        asks=len(said.not_assessed),
        flags=len(therapies),
        detected=_markers(each.marker for each in states if each.status is Status.DETECTED),
        indeterminate=_markers(
            each.marker for each in states if each.status is Status.INDETERMINATE
        ),
        negative=_markers(each.marker for each in states if each.status is Status.NOT_DETECTED),
        kinds=sum({_KIND[each.kind] for each in said.flags}),
        top=tuple(therapies[:TOP]),
    )


def mask(marker: Marker) -> int:
    """The bit of a marker in a set of markers."""
    return _PLACE[marker]


def kind_mask(kind: FlagKind) -> int:
    """The bit of a kind in a set of kinds."""
    return _KIND[kind]


def markers_in(numbers: int) -> tuple[Marker, ...]:
    """The markers of a set, in their order."""
    return tuple(marker for marker, bit in _PLACE.items() if numbers & bit)


def is_tier_one(tier: str | None) -> bool:
    """True for AMP/ASCO/CAP tier I, whatever its level and what is said beside it."""
    return _level(tier) == 0


def _may_be_given(flag: TherapyFlag) -> bool:
    return flag.kind is not FlagKind.BLOCK


def _best(tiers: Iterable[str | None]) -> str | None:
    stated = [tier for tier in tiers if tier]
    return min(stated, key=lambda tier: (_level(tier), tier), default=None)


def _level(tier: str | None) -> int:
    # "IA" as well as "I-A": the letter of the evidence may stand at the numeral.
    found = _LEVEL.match(re.sub(r"(?<=I)(?=[A-D]\b)", "-", tier or ""))
    return _LEVELS.index(found[1]) if found else len(_LEVELS)


def _markers(found: Iterable[Marker]) -> int:
    return sum({_PLACE[marker] for marker in found})


def _therapies(said: Interpretation) -> list[Top]:
    """Every therapy once, as its most important flag says: by kind, tier, rank in its line.

    Without the rank a drug off label at the site would hide a labelled one of the same tier.
    """
    ranks = {(each.line, each.regimen): each.rank for each in said.suggestions}

    def key(flag: TherapyFlag) -> tuple[int, int, int]:
        rank = ranks.get((flag.line, flag.therapy), len(ranks) + 1)
        return KIND_ORDER.index(flag.kind), _level_of(flag), rank

    ordered = sorted(said.flags, key=key)
    found: dict[str, Top] = {}
    for each in ordered:
        top = Top(therapy=each.therapy, kind=each.kind, tier=each.tiers.amp_asco_cap)
        found.setdefault(each.therapy, top)
    return list(found.values())


def _level_of(flag: TherapyFlag) -> int:
    return _level(flag.tiers.amp_asco_cap)
