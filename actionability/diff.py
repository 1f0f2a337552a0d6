"""Two interpretations of one case in, the flags that the later one gives, takes or changes out."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, fields

from pipeline.changes import Turn
from pipeline.model import Marker
from pipeline.patient import FlagKind, Interpretation, Jurisdiction, TherapyFlag

Pair = tuple[TherapyFlag, TherapyFlag]


@dataclass(frozen=True, kw_only=True)
class FlagChange:
    """One flag that is given otherwise; *before* and *now* None where it is not given.

    *therapy*, *line* and *indication_id* are those of the later flag, of a lost one its own.
    *differs* names the fields in which a changed flag is another one.
    """

    turn: Turn
    marker: Marker
    therapy: str
    line: str
    jurisdiction: Jurisdiction
    indication_id: str
    before: FlagKind | None
    now: FlagKind | None
    differs: tuple[str, ...] = ()


def flag_changes(before: Interpretation, now: Interpretation) -> tuple[FlagChange, ...]:
    """Every flag that is lost, gained or changed, in this order.

    A flag is the same as long as its row of knowledge is; where a row was closed and another one
    speaks of the same therapy and marker in its place, the flag is changed, not lost and gained.
    """
    same, gone, come = _paired(before.flags, now.flags, _row)
    replaced, lost, gained = _paired(gone, come, _therapy)
    return (
        *(_one(Turn.LOST, flag, flag.kind, None) for flag in lost),
        *(_one(Turn.GAINED, flag, None, flag.kind) for flag in gained),
        *(_changed(old, new) for old, new in (*same, *replaced) if old != new),
    )


def _row(flag: TherapyFlag) -> Hashable:
    return flag.indication_id, flag.marker, flag.jurisdiction


def _therapy(flag: TherapyFlag) -> Hashable:
    return flag.therapy, flag.marker, flag.jurisdiction


def _paired(
    gone: Iterable[TherapyFlag],
    come: Iterable[TherapyFlag],
    key: Callable[[TherapyFlag], Hashable],
) -> tuple[Sequence[Pair], Sequence[TherapyFlag], Sequence[TherapyFlag]]:
    """Pairs of the same key, in their order; what is left of either side."""
    waiting: defaultdict[Hashable, list[TherapyFlag]] = defaultdict(list)
    for flag in come:
        waiting[key(flag)].append(flag)
    pairs, left = [], []
    for flag in gone:
        same = waiting[key(flag)]
        if same:
            pairs.append((flag, same.pop(0)))
        else:
            left.append(flag)
    return pairs, left, [flag for some in waiting.values() for flag in some]


def _changed(old: TherapyFlag, new: TherapyFlag) -> FlagChange:
    names = (each.name for each in fields(TherapyFlag))
    differs = tuple(name for name in names if getattr(old, name) != getattr(new, name))
    return _one(Turn.CHANGED, new, old.kind, new.kind, differs)


def _one(
    turn: Turn,
    flag: TherapyFlag,
    before: FlagKind | None,
    now: FlagKind | None,
    differs: tuple[str, ...] = (),
) -> FlagChange:
    return FlagChange(
        turn=turn,
        marker=flag.marker,
        therapy=flag.therapy,
        line=flag.line,
        jurisdiction=flag.jurisdiction,
        indication_id=flag.indication_id,
        before=before,
        now=now,
        differs=differs,
    )
