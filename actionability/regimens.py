"""Chemotherapy and supportive measures: a regimen row and the facts in, its place out."""

from dataclasses import dataclass, replace

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
    facts = replace(facts, agents=row.agents)
    scope = knowledge.drugs.scopes(row.agents) | {row.id}
    weighing = weigh(row.requires, knowledge.cautions, scope, facts)
    if _is_out_of_place(weighing):
        return None
    found = verdict(_STANDING, weighing)
    if found.kind is None:
        reason = "; ".join(found.reasons)
        return NearMiss(marker=None, therapy=row.regimen, reason=reason)
    return Placed(row=row, kind=_capped(row, found), reasons=found.reasons, weighing=weighing)


_STANDING = Standing(status=LabelStatus.REGULAR, printed_status="", line="", is_unverified=False)


def _is_out_of_place(weighing: Weighing) -> bool:
    failed = {item.criterion for item in weighing.evaluations if item.outcome is Outcome.FAIL}
    return bool(failed & _PLACE)


def _capped(row: Regimen, found: Verdict) -> FlagKind:
    kind = found.kind or FlagKind.ASK
    return row.at_most if row.at_most and kind in _MAY_BE_CAPPED else kind
