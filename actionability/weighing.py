"""Everything that speaks for, against or about a therapy: its questions and its cautions."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from actionability.criteria import evaluate, is_only_the_line
from actionability.facts import Facts
from actionability.grammar import Call
from actionability.rows import RECALLED, Caution, Unknown
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


@dataclass(frozen=True, kw_only=True)
class _Gate:
    caution: Caution
    evaluation: Evaluation

    @property
    def sentence(self) -> str:
        return f"{self.evaluation.sentence}: {self.caution.sentence}"

    def does(self, outcome: Outcome, kind: FlagKind) -> bool:
        return self.evaluation.outcome is outcome and self.caution.if_fail is kind

    def asks(self, unknown: Unknown) -> bool:
        undetermined = self.evaluation.outcome is Outcome.UNDETERMINED
        return undetermined and self.caution.if_unknown is unknown


def weigh(
    requires: Iterable[Call], cautions: Iterable[Caution], scope: frozenset[str], facts: Facts
) -> Weighing:
    """The row's questions and every caution whose scope names one of its drugs, answered."""
    asked = (*_tumour_type(facts), *(evaluate(call, facts) for call in requires))
    mine = [row for row in cautions if _concerns(row, scope, facts)]
    gates = [_Gate(caution=row, evaluation=evaluate(row.asks, facts)) for row in mine if row.asks]
    fails = [item for item in asked if item.outcome is Outcome.FAIL]
    line = tuple(item for item in fails if is_only_the_line(item, facts.patient))
    spoken = (gate for gate in gates if not gate.asks(Unknown.SILENT))
    return Weighing(
        evaluations=(*asked, *(gate.evaluation for gate in spoken)),
        passes=tuple(item.sentence for item in asked if item.outcome is Outcome.PASS),
        blocks=tuple(g.sentence for g in gates if g.does(Outcome.FAIL, FlagKind.BLOCK)),
        line_fails=line,
        other_fails=tuple(item for item in fails if item not in line),
        unknowns=_unknowns(asked, gates),
        warnings=_warnings(asked, gates),
        ceilings=tuple(g.sentence for g in gates if g.does(Outcome.FAIL, FlagKind.FLAG)),
        conditions=tuple(g.sentence for g in gates if g.asks(Unknown.CONDITION)),
        standing=tuple(_standing(row) for row in mine if row.asks is None),
    )


def _tumour_type(facts: Facts) -> tuple[Evaluation, ...]:
    if facts.is_biliary is not None:
        return ()
    said = "tumour type not stated: is it of the biliary tract?"
    if facts.tumour_is_disputed:
        said = "tumour type in conflict: one source says biliary tract, another does not"
    outcome = Outcome.UNDETERMINED
    return (
        Evaluation(
            criterion="tumour_is_biliary", outcome=outcome, sentence=said, missing="tumour type"
        ),
    )


def _concerns(row: Caution, scope: frozenset[str], facts: Facts) -> bool:
    return row.jurisdiction in {None, facts.jurisdiction} and not scope.isdisjoint(row.scope)


def _unknowns(asked: Iterable[Evaluation], gates: Iterable[_Gate]) -> tuple[Evaluation, ...]:
    open_ = [item for item in asked if item.outcome is Outcome.UNDETERMINED]
    open_ += [
        replace(gate.evaluation, sentence=gate.sentence) for gate in gates if gate.asks(Unknown.ASK)
    ]
    return tuple(open_)


def _warnings(asked: Iterable[Evaluation], gates: Iterable[_Gate]) -> tuple[str, ...]:
    said = [item.sentence for item in asked if item.outcome is Outcome.WARN]
    said += [gate.sentence for gate in gates if gate.evaluation.outcome is Outcome.WARN]
    said += [gate.sentence for gate in gates if gate.does(Outcome.FAIL, FlagKind.CAUTION)]
    return tuple(dict.fromkeys(said))


def _standing(row: Caution) -> str:
    recalled = row.checked == "recall" and "recalled" not in row.sentence
    return f"{row.sentence} {RECALLED}" if recalled else row.sentence
