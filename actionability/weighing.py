"""Everything that speaks for, against or about a therapy: its questions and its cautions."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from actionability.answers import evaluation
from actionability.criteria import evaluate, is_only_the_line
from actionability.facts import Facts
from actionability.grammar import Call
from actionability.rows import Caution, Unknown
from pipeline.patient import Evaluation, FlagKind, Outcome


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """The answers of one row, sorted by what they do to the flag."""

    evaluations: tuple[Evaluation, ...]
    passes: tuple[str, ...]
    blocks: tuple[str, ...]
    line_fails: tuple[Evaluation, ...]
    other_fails: tuple[Evaluation, ...]
    unknowns: tuple[Evaluation, ...]
    warnings: tuple[str, ...]
    ceilings: tuple[str, ...]
    conditions: tuple[str, ...]
    standing: tuple[str, ...]


class _Effect(StrEnum):
    """What the answer to a caution does to the flag; most pass, and do nothing."""

    BLOCK = "block"
    HOLD = "hold"
    WARN = "warn"
    ASK = "ask"
    CONDITION = "condition"
    SILENCE = "silence"
    NONE = "none"


def weigh(requires: Iterable[Call], cautions: Iterable[Caution], facts: Facts) -> Weighing:
    """The row's questions and the cautions that concern its drugs, answered."""
    asked = (*_tumour_type(facts), *[evaluate(call, facts) for call in requires])
    said: defaultdict[Outcome, list[Evaluation]] = defaultdict(list)
    for item in asked:
        said[item.outcome].append(item)
    spoken: list[Evaluation] = []
    done: defaultdict[_Effect, list[Evaluation]] = defaultdict(list)
    for row in cautions:
        if row.asks is None:
            continue
        answer = evaluate(row.asks, facts)
        effect = _effect(row, answer)
        if effect is not _Effect.SILENCE:
            spoken.append(answer)
        if effect is not _Effect.NONE:
            done[effect].append(_gate(answer, row.sentence))
    line = tuple([item for item in said[Outcome.FAIL] if is_only_the_line(item, facts.patient)])
    warned = _sentences([*said[Outcome.WARN], *done[_Effect.WARN]])
    return Weighing(
        evaluations=(*asked, *spoken),
        passes=_sentences(said[Outcome.PASS]),
        blocks=_sentences(done[_Effect.BLOCK]),
        line_fails=line,
        other_fails=tuple([item for item in said[Outcome.FAIL] if item not in line]),
        unknowns=(*said[Outcome.UNDETERMINED], *done[_Effect.ASK]),
        warnings=tuple(dict.fromkeys(warned)),
        ceilings=_sentences(done[_Effect.HOLD]),
        conditions=_sentences(done[_Effect.CONDITION]),
        standing=tuple([row.printed for row in cautions if row.asks is None]),
    )


def _effect(row: Caution, answer: Evaluation) -> _Effect:
    if answer.outcome is Outcome.PASS:
        return _Effect.NONE
    if answer.outcome is Outcome.WARN:
        return _Effect.WARN
    if answer.outcome is Outcome.UNDETERMINED:
        return _IF_UNKNOWN[row.if_unknown]
    return _IF_FAIL[row.if_fail] if row.if_fail else _Effect.NONE


_IF_UNKNOWN = {
    Unknown.ASK: _Effect.ASK,
    Unknown.CONDITION: _Effect.CONDITION,
    Unknown.SILENT: _Effect.SILENCE,
}
_IF_FAIL = {
    FlagKind.BLOCK: _Effect.BLOCK,
    FlagKind.FLAG: _Effect.HOLD,
    FlagKind.CAUTION: _Effect.WARN,
}


def _gate(answer: Evaluation, sentence: str) -> Evaluation:
    said = f"{answer.sentence}: {sentence}"
    return evaluation(answer.criterion, answer.outcome, said, answer.missing)


def _sentences(answers: Iterable[Evaluation]) -> tuple[str, ...]:
    return tuple([item.sentence for item in answers])


def _tumour_type(facts: Facts) -> tuple[Evaluation, ...]:
    if facts.is_biliary is not None:
        return ()
    said = "tumour type not stated: is it of the biliary tract?"
    if facts.tumour_is_disputed:
        said = "tumour type in conflict: one source says biliary tract, another does not"
    outcome = Outcome.UNDETERMINED
    return (evaluation("tumour_is_biliary", outcome, said, "tumour type"),)
