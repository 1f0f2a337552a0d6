"""The four answers: a sentence in, an `Evaluation` out; `criteria` adds the name."""

from enum import StrEnum
from functools import lru_cache

from pipeline.patient import Evaluation, Outcome


class Effect(StrEnum):
    """What the answer to a caution does to the flag; most pass, and do nothing."""

    BLOCK = "block"
    HOLD = "hold"
    WARN = "warn"
    SET_BACK = "set back"
    ASK = "ask"
    CONDITION = "condition"
    SILENCE = "silence"
    NONE = "none"


Gate = tuple[Evaluation, Effect, Evaluation]
"""The answer to a caution, what it does, and the answer with the caution's own words."""


# Many cases give the same answers: each is made once.
@lru_cache(maxsize=50_000)
def evaluation(criterion: str, outcome: Outcome, sentence: str, missing: str | None) -> Evaluation:
    """The answer of these words."""
    return Evaluation(criterion=criterion, outcome=outcome, sentence=sentence, missing=missing)


def passed(sentence: str) -> Evaluation:
    """The question is answered as the row wants it."""
    return evaluation("", Outcome.PASS, sentence, None)


def warned(sentence: str) -> Evaluation:
    """Possible, with care."""
    return evaluation("", Outcome.WARN, sentence, None)


def failed(sentence: str) -> Evaluation:
    """The question is answered, and not as the row wants it."""
    return evaluation("", Outcome.FAIL, sentence, None)


def unknown(missing: str, sentence: str | None = None) -> Evaluation:
    """A fact is missing; nothing is assumed in its place."""
    said = sentence or f"{missing} not stated"
    return evaluation("", Outcome.UNDETERMINED, said, missing)


def must_be_no(fact: bool | None, what: str) -> Evaluation:
    """PASS if the yes/no fact is stated as no, FAIL if yes."""
    if fact is None:
        return unknown(what)
    return failed(f"{what}: yes") if fact else passed(f"{what}: no")


def must_be_yes(fact: bool | None, what: str) -> Evaluation:
    """PASS if the yes/no fact is stated as yes, FAIL if no."""
    if fact is None:
        return unknown(what)
    return passed(f"{what}: yes") if fact else failed(f"{what}: no")


def at_least(value: float | None, limits: str, what: str, unit: str = "") -> Evaluation:
    """At or above the first limit PASS, at or above the second (if any) WARN, else FAIL."""
    if value is None:
        return unknown(what)
    wanted, bearable = _limits(limits)
    said = f"{what} {value:g}{unit}"
    if value >= wanted:
        return passed(f"{said} (at least {wanted:g})")
    if value >= bearable:
        return warned(f"{said} (below {wanted:g}, at least {bearable:g})")
    return failed(f"{said} (below {bearable:g})")


def below(value: float | None, limits: str, what: str, unit: str = "") -> Evaluation:
    """Below the first limit PASS, below the second (if there is one) WARN, else FAIL."""
    if value is None:
        return unknown(what)
    wanted, bearable = _limits(limits)
    said = f"{what} {value:g}{unit}"
    if value < wanted:
        return passed(f"{said} (below {wanted:g})")
    if value < bearable:
        return warned(f"{said} (at least {wanted:g}, below {bearable:g})")
    return failed(f"{said} (at least {bearable:g})")


def at_most(value: float | None, limits: str, what: str, unit: str = "") -> Evaluation:
    """Up to the first limit PASS, up to the second (if there is one) WARN, else FAIL."""
    if value is None:
        return unknown(what)
    wanted, bearable = _limits(limits)
    said = f"{what} {value:g}{unit}"
    if value <= wanted:
        return passed(f"{said} (at most {wanted:g})")
    if value <= bearable:
        return warned(f"{said} (above {wanted:g}, at most {bearable:g})")
    return failed(f"{said} (above {bearable:g})")


def _limits(text: str) -> tuple[float, float]:
    numbers = [float(word) for word in text.split()]
    return numbers[0], numbers[-1]
