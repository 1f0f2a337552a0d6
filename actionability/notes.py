"""The sentences a page always or sometimes carries: a case in, sentences out (R3, R6, R21-R31)."""

from collections.abc import Sequence

from actionability.acquired import acquired
from actionability.criteria import evaluate
from actionability.facts import LABELS, Facts
from actionability.knowledge import Knowledge
from actionability.rows import Note
from pipeline.patient import Jurisdiction, NotAssessed, Outcome


def notes(
    facts: Facts,
    knowledge: Knowledge,
    jurisdictions: Sequence[Jurisdiction],
    silent: Sequence[NotAssessed],
) -> tuple[str, ...]:
    """What the page says beside flags and suggestions, the reason of a withheld case first."""
    stamp = knowledge.stamp
    where = " and ".join(jurisdictions)
    unstated = facts.patient.jurisdiction is None and len(jurisdictions) > 1
    about = f"Knowledge release {stamp.release}, as of {facts.as_of}, labels of {where}"
    shown = tuple(row.sentence for row in knowledge.notes if _applies(row, facts))
    return (
        *_withheld(facts),
        *shown,
        *(acquired(facts, knowledge.resistance) if facts.is_biliary is not False else ()),
        f"{about}{' (jurisdiction not stated)' if unstated else ''}.",
        *_silence(silent),
    )


def _applies(row: Note, facts: Facts) -> bool:
    if row.when and facts.is_biliary is False:
        return False
    return all(evaluate(call, facts).outcome is Outcome.PASS for call in row.when)


def _withheld(facts: Facts) -> tuple[str, ...]:
    if facts.is_biliary is False:
        tumour = facts.case.tumour_type or facts.site or "stated as another tumour"
        said = f"The tumour is not of the biliary tract ({tumour})"
        return (f"{said}: flags and suggestions for biliary tract cancer are withheld.",)
    if facts.tumour_is_disputed:
        return ("Sources disagree whether the tumour is of the biliary tract: settle it first.",)
    if facts.is_biliary is None:
        return ("Nobody states that the tumour is of the biliary tract: confirm it first.",)
    return ()


def _silence(silent: Sequence[NotAssessed]) -> tuple[str, ...]:
    if not silent:
        return ("Every marker has a result.",)
    markers = ", ".join(LABELS[item.marker] for item in silent)
    return (f"Without a result, which is not negative: {markers}. Order what is missing at once.",)
