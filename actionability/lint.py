"""What may be wrong with a release of knowledge: a `Knowledge` in, sentences of fault out."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations

from actionability import coherence, references
from actionability.criteria import check
from actionability.knowledge import Knowledge
from actionability.match import PREDICATES
from actionability.rows import Indication, LabelStatus
from pipeline.model import Marker

_LINES = frozenset({"first", "second", "third", "none"})
_TIERS = re.compile(r"I-A|I-B|II-C|II-D|III|IV")


def faults(knowledge: Knowledge) -> tuple[str, ...]:
    """Every fault, in the order of the tables."""
    return (
        *_of_indications(knowledge),
        *_of_periods(knowledge),
        *_of_questions(knowledge),
        *_of_drugs(knowledge),
        *_of_scopes(knowledge),
        *_of_silence(knowledge),
        *_of_names(knowledge),
        *coherence.faults(knowledge),
        *references.faults(knowledge),
    )


def _of_indications(knowledge: Knowledge) -> Iterator[str]:
    for row in knowledge.indications:
        where = f"indications.csv ({row.id})"
        yield from (f"{where}: {fault}" for fault in _of_indication(row))


def _of_indication(row: Indication) -> Iterator[str]:
    if row.line not in _LINES:
        yield f"the line {row.line!r} is none of {', '.join(sorted(_LINES))}"
    if row.match.name not in PREDICATES:
        yield f"no such match: {row.match.name}"
    if row.therapy != row.therapy.lower() and not row.therapy.startswith("clinical trial"):
        yield "a therapy is its INN in lower case"
    if row.therapy.split(" + ") != sorted(row.therapy.split(" + ")):
        yield "the drugs of a combination stand in alphabetical order"
    tier = row.tiers.amp_asco_cap
    if tier and not _TIERS.match(tier):
        yield f"{tier!r} is no AMP/ASCO/CAP tier"
    yield from _of_status(row)


def _of_status(row: Indication) -> Iterator[str]:
    dated = not (row.status.is_unlabelled or row.status is LabelStatus.NONE)
    if dated and row.valid_from is None:
        yield f"the status {row.status.words} has no date"
    if row.valid_from and row.valid_to and row.valid_to <= row.valid_from:
        yield "valid_to does not come after valid_from"
    if row.status.is_barred and not row.note:
        yield "a barred drug says why in its note"
    if "approval type" in (row.note or "") and row.status is not LabelStatus.APPROVED:
        yield "an approval of unverified type has the status approved"


def _of_periods(knowledge: Knowledge) -> Iterator[str]:
    for groups in knowledge.groups.values():
        for group in groups:
            for one, other in combinations(group, 2):
                if _overlap(one, other):
                    yield f"indications.csv ({one.id}, {other.id}): the periods overlap"


def _overlap(one: Indication, other: Indication) -> bool:
    first, second = sorted(
        (one, other), key=lambda row: (row.valid_from is not None, row.valid_from)
    )
    if first.valid_to is None:
        return True
    return second.valid_from is None or second.valid_from < first.valid_to


def _of_questions(knowledge: Knowledge) -> Iterator[str]:
    drugs = knowledge.drugs
    names = drugs.scopes(sorted(drugs.classes)) | knowledge.sites.scopes
    for where, call in references.asked(knowledge):
        fault = check(call, names)
        if fault:
            yield f"{where}: {fault}"


def _of_drugs(knowledge: Knowledge) -> Iterator[str]:
    for row in knowledge.indications:
        if row.therapy == "none" or row.therapy.startswith("clinical trial"):
            continue
        if " + ".join(knowledge.drugs.components(row.therapy)) != row.therapy:
            yield f"indications.csv ({row.id}): drugs.csv does not know {row.therapy}"
    for regimen in knowledge.regimens:
        strange = [agent for agent in regimen.agents if agent not in knowledge.drugs.classes]
        if strange:
            yield f"regimens.csv ({regimen.id}): drugs.csv does not know {', '.join(strange)}"
    for rule in knowledge.resistance:
        unknown = rule.therapies - {row.therapy for row in knowledge.indications}
        if unknown:
            yield f"resistance.csv ({rule.id}): no indication of {', '.join(sorted(unknown))}"


def _of_scopes(knowledge: Knowledge) -> Iterator[str]:
    known = knowledge.drugs.scopes(sorted(knowledge.drugs.classes))
    known |= {row.group for row in knowledge.indications}
    known |= {regimen.id for regimen in knowledge.regimens}
    for caution in knowledge.cautions:
        strange = caution.scope - known
        if strange or not caution.scope:
            yield f"cautions.csv ({caution.id}): unknown scope {', '.join(sorted(strange))}"
    ids = {regimen.id for regimen in knowledge.regimens}
    for regimen in knowledge.regimens:
        if regimen.never_above and regimen.never_above not in ids:
            yield f"regimens.csv ({regimen.id}): no regimen {regimen.never_above}"


def _of_silence(knowledge: Knowledge) -> Iterator[str]:
    for marker in Marker:
        if marker not in knowledge.reflexes:
            yield f"reflex_tests.csv: no test to order for {marker}"


def _of_names(knowledge: Knowledge) -> Iterator[str]:
    named: tuple[tuple[str, Iterable[str]], ...] = (
        ("indications.csv", (row.id for row in knowledge.indications)),
        ("regimens.csv", (row.id for row in knowledge.regimens)),
        ("cautions.csv", (row.id for row in knowledge.cautions)),
        ("resistance.csv", (row.id for row in knowledge.resistance)),
        ("notes.csv", (row.id for row in knowledge.notes)),
    )
    for file, ids in named:
        twice = sorted(id_ for id_, count in Counter(ids).items() if count > 1)
        if twice:
            yield f"{file}: named twice: {', '.join(twice)}"
