"""From answers to the kind of a flag: the first line that applies, and its reasons."""

from dataclasses import dataclass

from actionability.rows import LabelStatus
from actionability.weighing import Weighing
from pipeline.patient import Evaluation, FlagKind

_UP_TO_FLAG = frozenset({FlagKind.SUGGEST, FlagKind.CAUTION, FlagKind.ASK, FlagKind.FLAG})
_ORDINAL = {"first": "1", "second": "2", "third": "3"}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The kind of a flag and why; None is "no flag": a near miss for these reasons."""

    kind: FlagKind | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the row itself stands on the day: status, line, doubts and bars beyond the questions."""

    status: LabelStatus
    printed_status: str
    line: str
    is_unverified: bool
    bars: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def verdict(standing: Standing, weighing: Weighing) -> Verdict:
    """The law of kinds; an ECOG above 2 then holds the kind at FLAG (R25)."""
    found = _first_that_applies(standing, weighing)
    if weighing.ceilings and found.kind in _UP_TO_FLAG:
        return Verdict(kind=FlagKind.FLAG, reasons=(*weighing.ceilings, *found.reasons))
    return found


def _first_that_applies(standing: Standing, weighing: Weighing) -> Verdict:
    barred = (standing.printed_status,) if standing.status.is_barred else ()
    blocks = (*barred, *standing.bars, *weighing.blocks)
    if blocks:
        return Verdict(kind=FlagKind.BLOCK, reasons=blocks)
    if weighing.other_fails:
        return Verdict(kind=None, reasons=_sentences(weighing.other_fails))
    if weighing.line_fails:
        reserve = f"reserve for line {_ORDINAL.get(standing.line, standing.line)}"
        open_ = (
            *standing.doubts,
            *_sentences(weighing.unknowns),
            *_all_warnings(standing, weighing),
        )
        return Verdict(
            kind=FlagKind.FLAG, reasons=(reserve, *_sentences(weighing.line_fails), *open_)
        )
    if standing.doubts:
        return Verdict(
            kind=FlagKind.ASK, reasons=(*standing.doubts, *_sentences(weighing.unknowns))
        )
    return _of_a_settled_match(standing, weighing)


def _of_a_settled_match(standing: Standing, weighing: Weighing) -> Verdict:
    asked, warned = _sentences(weighing.unknowns), _all_warnings(standing, weighing)
    if standing.status.is_unlabelled:
        return Verdict(kind=FlagKind.FLAG, reasons=(standing.printed_status, *asked, *warned))
    if standing.is_unverified:
        return Verdict(kind=FlagKind.FLAG, reasons=("status not verified", *asked, *warned))
    if asked:
        return Verdict(kind=FlagKind.ASK, reasons=(*asked, *warned))
    if warned:
        return Verdict(kind=FlagKind.CAUTION, reasons=warned)
    return Verdict(kind=FlagKind.SUGGEST, reasons=())


def _all_warnings(standing: Standing, weighing: Weighing) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*standing.warnings, *weighing.warnings)))


def _sentences(evaluations: tuple[Evaluation, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.sentence for item in evaluations))
