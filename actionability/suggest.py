"""The lists a person chooses from: flags and regimens in, ranked suggestions by line out.

Matched therapy stands above chemotherapy (R15), what is blocked at the end with its reason, and
FOLFIRINOX never above FOLFOX nor above any matched therapy (R17). Nothing is suggested for a
tumour outside the biliary tract.
"""

from collections.abc import Iterable, Sequence

from actionability import silence
from actionability.facts import LABELS, Facts
from actionability.flag import Fired
from actionability.knowledge import Knowledge
from actionability.regimens import Placed, place
from actionability.rows import LabelStatus
from pipeline.model import Marker
from pipeline.patient import FlagKind, Jurisdiction, NearMiss, Suggestion, TherapyFlag

_ORDER = {
    FlagKind.SUGGEST: 0,
    FlagKind.CAUTION: 1,
    FlagKind.ASK: 2,
    FlagKind.FLAG: 3,
    FlagKind.BLOCK: 4,
}
_MATCHED = frozenset({FlagKind.SUGGEST, FlagKind.CAUTION, FlagKind.ASK})
_FULL = frozenset({LabelStatus.REGULAR.value, LabelStatus.AUTHORISED.value})


def suggest(
    fired: Sequence[Fired],
    facts: Facts,
    knowledge: Knowledge,
    where: tuple[Jurisdiction, ...],
) -> tuple[tuple[Suggestion, ...], tuple[NearMiss, ...]]:
    """The ranked lists, and the regimens that a criterion kept out of them."""
    if facts.is_biliary is False:
        return (), ()
    placed = [place(row, facts, knowledge) for row in knowledge.regimens]
    regimens = _in_order([item for item in placed if isinstance(item, Placed)])
    above, below = _matched(fired, where)
    standard = [item for item in regimens if item.row.never_above is None]
    last = [item for item in regimens if item.row.never_above is not None]
    open_markers = silence.unsettled_core(facts, knowledge)
    lines: dict[str, list[Suggestion]] = {}
    for entry in (
        *_supportive(regimens),
        *above,
        *_chemotherapy(standard, open_markers),
        *below,
        *_chemotherapy(last, open_markers),
    ):
        lines.setdefault(entry.line, []).append(entry)
    ranked = tuple(
        _ranked(entry, rank) for line in _LINES for rank, entry in _numbered(lines, line)
    )
    return ranked, tuple(item for item in placed if isinstance(item, NearMiss))


_LINES = ("first", "maintenance", "second", "third", "adjuvant")


def _numbered(lines: dict[str, list[Suggestion]], line: str) -> Iterable[tuple[int, Suggestion]]:
    entries = lines.get(line, [])
    blocked = [entry for entry in entries if entry.kind is FlagKind.BLOCK]
    return enumerate([*(entry for entry in entries if entry not in blocked), *blocked], 1)


def _ranked(entry: Suggestion, rank: int) -> Suggestion:
    return Suggestion(**{**vars(entry), "rank": rank})


def _in_order(placed: list[Placed]) -> list[Placed]:
    kinds = {item.row.id: item.kind for item in placed}

    def key(item: Placed) -> tuple[int, int]:
        # A regimen that may not stand above another takes the worse of both kinds.
        own = _ORDER[item.kind]
        other = kinds.get(item.row.never_above or "", item.kind)
        return max(own, _ORDER[other]), item.row.rank

    return sorted(placed, key=key)


def _supportive(placed: list[Placed]) -> list[Suggestion]:
    return [_regimen(item, ()) for item in placed if item.row.rank == 0]


def _chemotherapy(placed: list[Placed], open_markers: tuple[Marker, ...]) -> list[Suggestion]:
    return [_regimen(item, open_markers) for item in placed if item.row.rank > 0]


def _regimen(item: Placed, open_markers: tuple[Marker, ...]) -> Suggestion:
    row, weighing = item.row, item.weighing
    # "No target" is only true once somebody has looked (R16, R40).
    untested = ", ".join(LABELS[each] for each in open_markers) if row.line == "second" else ""
    test = (f"no result yet, order first: {untested}",) if untested else ()
    asked = tuple(answer.sentence for answer in weighing.unknowns)
    reasons = tuple(text for text in item.reasons if text not in asked)
    note = (row.note,) if row.note else ()
    return Suggestion(
        line=row.line,
        rank=row.rank,
        regimen=row.regimen,
        kind=item.kind,
        because=tuple(dict.fromkeys((row.because, *reasons))),
        conditions=tuple(dict.fromkeys((*asked, *weighing.conditions, *test))),
        schedule=row.schedule,
        cautions=tuple(dict.fromkeys((*weighing.warnings, *weighing.standing, *note))),
        figures=row.figures.text,
        source=row.source,
        unverified=row.figures.recalled,
    )


def _matched(
    fired: Sequence[Fired], where: tuple[Jurisdiction, ...]
) -> tuple[list[Suggestion], list[Suggestion]]:
    """Matched therapies that stand above chemotherapy, and those that stand below it."""
    by_therapy: dict[tuple[str, str], list[Fired]] = {}
    for item in fired:
        if _belongs(item.flag):
            by_therapy.setdefault((item.flag.line, item.flag.therapy), []).append(item)
    groups = sorted(by_therapy.values(), key=lambda group: _strength(group, where))
    above = [_of_therapy(group, where) for group in groups if _is_above_chemotherapy(group)]
    below = [_of_therapy(group, where) for group in groups if not _is_above_chemotherapy(group)]
    return above, below


def _is_above_chemotherapy(group: list[Fired]) -> bool:
    """Labelled for this site and finding, advised, and not merely a flag (R15, R61, R71)."""
    back = any(item.is_set_back for item in group)
    return not back and _joint_kind([item.flag for item in group]) in _MATCHED


def _belongs(flag: TherapyFlag) -> bool:
    if flag.therapy.startswith("clinical trial"):
        return False
    unlabelled = LabelStatus(flag.status).is_unlabelled
    return flag.kind in _MATCHED or (flag.kind is FlagKind.FLAG and not unlabelled)


def _strength(
    group: list[Fired], where: tuple[Jurisdiction, ...]
) -> tuple[bool, int, bool, bool, str]:
    """Labelled here, then kind, evidence in this tumour, full authorisation, name."""
    flags = [item.flag for item in group]
    borrowed = not any(item.own_tumour for item in group)
    provisional = not any(flag.status in _FULL for flag in flags)
    back = any(item.is_set_back for item in group)
    return back, _ORDER[_kind_here(flags, where)], borrowed, provisional, flags[0].therapy


def _joint_kind(flags: list[TherapyFlag]) -> FlagKind:
    """The kind for all jurisdictions and markers together: the more careful one."""
    return max((flag.kind for flag in flags), key=_ORDER.__getitem__)


def _kind_here(flags: list[TherapyFlag], where: tuple[Jurisdiction, ...]) -> FlagKind:
    """The joint kind, but ASK where only one of the possible labels carries the therapy."""
    kind = _joint_kind(flags)
    return FlagKind.ASK if _only_in(flags, where) and kind in _MATCHED else kind


def _of_therapy(group: list[Fired], where: tuple[Jurisdiction, ...]) -> Suggestion:
    flags = [item.flag for item in group]
    first = flags[0]
    reasons = [text for flag in flags for text in flag.because]
    several = len({flag.kind for flag in flags}) > 1
    each = [f"{flag.jurisdiction}, {flag.marker}: {flag.kind}" for flag in flags] if several else []
    elsewhere = _only_in(flags, where)
    open_ = [item.sentence for flag in flags for item in flag.evaluations if item.missing]
    unverified = [text for flag in flags for text in flag.unverified]
    return Suggestion(
        line=first.line,
        rank=0,
        regimen=first.therapy,
        kind=_kind_here(flags, where),
        because=tuple(dict.fromkeys(reasons)),
        conditions=tuple(dict.fromkeys((*elsewhere, *each, *open_))),
        cautions=tuple(dict.fromkeys(text for flag in flags for text in flag.cautions)),
        figures=first.figures,
        source=first.source,
        indication_id=first.indication_id,
        unverified=tuple(dict.fromkeys(unverified)),
    )


def _only_in(flags: list[TherapyFlag], where: tuple[Jurisdiction, ...]) -> tuple[str, ...]:
    """Which label decides, where the jurisdiction is not stated and not all labels agree."""
    named = {flag.jurisdiction for flag in flags}
    if named >= set(where):
        return ()
    return (f"jurisdiction: only the label of {' and '.join(sorted(named))} carries it",)
