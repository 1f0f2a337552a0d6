"""Everything that speaks for, against or about a therapy: its questions and its cautions."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from actionability.answers import Effect, Gate, evaluation
from actionability.criteria import ABOUT_THE_ROW, evaluate, is_only_the_line
from actionability.facts import Facts
from actionability.grammar import Call
from actionability.rows import Caution, Concerns, Unknown
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
    is_discouraged: bool = False


def weigh(requires: Iterable[Call], concerns: Concerns, facts: Facts) -> Weighing:
    """The row's questions and the cautions that concern its drugs, answered."""
    asked = (*_tumour_type(facts), *[evaluate(call, facts) for call in requires])
    said: defaultdict[Outcome, list[Evaluation]] = defaultdict(list)
    for item in asked:
        said[item.outcome].append(item)
    spoken: list[Evaluation] = []
    done: defaultdict[Effect, list[Evaluation]] = defaultdict(list)
    for row in concerns.gates:
        answer, effect, told = _gate(row, facts)
        if effect is not Effect.SILENCE:
            spoken.append(answer)
        if effect is not Effect.NONE:
            done[effect].append(told)
    line = tuple([item for item in said[Outcome.FAIL] if is_only_the_line(item, facts.patient)])
    warned = _sentences([*said[Outcome.WARN], *done[Effect.WARN], *done[Effect.SET_BACK]])
    return Weighing(
        evaluations=(*asked, *spoken),
        passes=_sentences(said[Outcome.PASS]),
        blocks=_sentences(done[Effect.BLOCK]),
        line_fails=line,
        other_fails=tuple([item for item in said[Outcome.FAIL] if item not in line]),
        unknowns=(*said[Outcome.UNDETERMINED], *done[Effect.ASK]),
        warnings=tuple(dict.fromkeys(warned)),
        ceilings=_sentences(done[Effect.HOLD]),
        conditions=_sentences(done[Effect.CONDITION]),
        standing=concerns.standing,
        is_discouraged=bool(done[Effect.SET_BACK]),
    )


def unasked(facts: Facts) -> Weighing:
    """The weighing of a row that asks nothing beyond the tumour's type."""
    return _NOTHING if facts.is_biliary is not None else weigh((), _NO_CONCERNS, facts)


_NO_CONCERNS = Concerns(gates=(), standing=())
_NOTHING = Weighing(
    evaluations=(),
    passes=(),
    blocks=(),
    line_fails=(),
    other_fails=(),
    unknowns=(),
    warnings=(),
    ceilings=(),
    conditions=(),
    standing=(),
)


def _gate(row: Caution, facts: Facts) -> Gate:
    known = facts.gates.get(row.id)
    if known is not None:
        return known
    if row.asks is None:
        raise ValueError("a gate asks a question")
    answer = evaluate(row.asks, facts)
    said = f"{answer.sentence}: {row.sentence}"
    told = evaluation(answer.criterion, answer.outcome, said, answer.missing)
    gate = (answer, _effect(row, answer), told)
    if row.asks.name not in ABOUT_THE_ROW:
        facts.gates[row.id] = gate
    return gate


def _effect(row: Caution, answer: Evaluation) -> Effect:
    if answer.outcome is Outcome.PASS:
        return Effect.NONE
    if answer.outcome is Outcome.WARN:
        return Effect.WARN
    if answer.outcome is Outcome.UNDETERMINED:
        return _IF_UNKNOWN[row.if_unknown]
    if row.sets_back:
        return Effect.SET_BACK
    return _IF_FAIL[row.if_fail] if row.if_fail else Effect.NONE


_IF_UNKNOWN = {
    Unknown.ASK: Effect.ASK,
    Unknown.CONDITION: Effect.CONDITION,
    Unknown.SILENT: Effect.SILENCE,
}
_IF_FAIL = {
    FlagKind.BLOCK: Effect.BLOCK,
    FlagKind.FLAG: Effect.HOLD,
    FlagKind.CAUTION: Effect.WARN,
}


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
