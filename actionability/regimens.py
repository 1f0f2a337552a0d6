"""Chemotherapy and supportive measures: a regimen row and the facts in, its place out."""

from dataclasses import dataclass

from actionability.criteria import evaluate
from actionability.facts import Facts
from actionability.kind import Standing, Verdict, verdict
from actionability.knowledge import Knowledge
from actionability.rows import LabelStatus, Regimen
from actionability.weighing import Weighing, weigh
from pipeline.patient import FlagKind, NearMiss, Outcome

# Failing one of these means the regimen has no place in this list at all; it is not a near miss.
_PLACE = frozenset(
    {
        "untreated",
        "prior_lines_at_least",
        "could_be_line",
        "stated_ecog_at_least",
        "stage_stated_as",
        "receives_without_progression",
        "cisplatin_is_barred",
        "gemcitabine_alone_fits",
        "immunotherapy_does_not_fit",
    }
)
_MAY_BE_CAPPED = frozenset({FlagKind.SUGGEST, FlagKind.CAUTION})


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A regimen that belongs in a list, with its kind and reasons."""

    row: Regimen
    kind: FlagKind
    reasons: tuple[str, ...]
    weighing: Weighing


def place(row: Regimen, facts: Facts, knowledge: Knowledge) -> Placed | NearMiss | None:
    """The regimen's place; a near miss if the patient is outside; None if it is another line."""
    if _is_out_of_place(row, facts):
        return None
    concerns = knowledge.concerns[row.id, facts.jurisdiction]
    weighing = weigh(row.requires, concerns, facts.of_row(row.agents))
    found = verdict(_STANDING, weighing)
    if found.kind is None:
        reason = "; ".join(found.reasons)
        return NearMiss(marker=None, therapy=row.regimen, reason=reason)
    return Placed(row=row, kind=_capped(row, found), reasons=found.reasons, weighing=weighing)


_STANDING = Standing(status=LabelStatus.REGULAR, printed_status="", line="", is_unverified=False)


def _is_out_of_place(row: Regimen, facts: Facts) -> bool:
    for call in row.requires:  # a plain loop: every case asks every regimen
        if call.name in _PLACE and evaluate(call, facts).outcome is Outcome.FAIL:
            return True
    return False


def _capped(row: Regimen, found: Verdict) -> FlagKind:
    kind = found.kind or FlagKind.ASK
    return row.at_most if row.at_most and kind in _MAY_BE_CAPPED else kind
