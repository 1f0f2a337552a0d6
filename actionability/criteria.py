"""Every question a table may ask: a call and the facts in, one of four answers out.

The argument of each question is checked when the tables are loaded, so that a misspelt name or
a site that does not exist stops the start, not a patient's interpretation.
"""

from collections.abc import Callable, Mapping
from types import ModuleType

from actionability import disease, fitness, history
from actionability.answers import evaluation
from actionability.facts import Facts
from actionability.grammar import Call
from pipeline.errors import KnowledgeError
from pipeline.model import Marker
from pipeline.patient import Evaluation, Outcome, Patient, Site, Stage

Question = Callable[[Facts, str], Evaluation]


def _questions(room: ModuleType) -> dict[str, Question]:
    named = vars(room).items()
    own = {
        name: thing for name, thing in named if getattr(thing, "__module__", "") == room.__name__
    }
    return {name: thing for name, thing in own.items() if callable(thing) and name[0] != "_"}


CRITERIA: Mapping[str, Question] = _questions(fitness) | _questions(history) | _questions(disease)
"""All questions by name: every public function of `fitness`, `history` and `disease`."""

# These look at the drugs or the finding of the row that asks; all others only at the case.
ABOUT_THE_ROW = frozenset({"agents_not_given_before", "allele_among"})

# A FAIL of these is a matter of the line: the drug is reserved, not ruled out (R70).
_LINE_LATER = frozenset(
    {
        "treated_or_no_alternative",
        "no_satisfactory_alternative",
        "prior_agent_or_no_alternative",
        "exactly_one_prior_agent_of",
    }
)


def evaluate(call: Call, facts: Facts) -> Evaluation:
    """The answer to one question, with its name; `KnowledgeError` if there is no such question."""
    key = (call.name, call.argument)
    known = facts.answered.get(key)
    if known is not None:
        return known
    answer = _answer(call, facts)
    if call.name not in ABOUT_THE_ROW:
        facts.answered[key] = answer
    return answer


def _answer(call: Call, facts: Facts) -> Evaluation:
    question = CRITERIA.get(call.name)
    if question is None:
        raise KnowledgeError(f"no such criterion: {call.name}")
    said = question(facts, call.argument)
    return evaluation(call.name, said.outcome, said.sentence, said.missing)


def is_only_the_line(evaluation: Evaluation, patient: Patient) -> bool:
    """True if the FAIL would pass in a later line, and says nothing else against the therapy."""
    if evaluation.outcome is not Outcome.FAIL:
        return False
    if evaluation.criterion == "prior_lines_at_least":
        return True
    return evaluation.criterion in _LINE_LATER and patient.prior_lines == 0


def check(call: Call, names: frozenset[str]) -> str | None:
    """What is wrong with a call, or None; *names* are the drug classes, INNs and label scopes."""
    if call.name not in CRITERIA:
        return f"no such criterion: {call.name}"
    kind = _ARGUMENTS.get(call.name)
    if kind is None:
        return None if not call.argument else f"{call.name} takes no argument"
    if not call.argument:
        return f"{call.name} needs an argument"
    wrong = [word for word in _words(call) if not kind(word, names)]
    return f"{call.name} does not know {', '.join(wrong)}" if wrong else None


def _words(call: Call) -> tuple[str, ...]:
    if call.name == "not_progressed_on":
        return tuple(part.strip() for part in call.argument.split(";"))
    return call.words


def _number(word: str, _: frozenset[str]) -> bool:
    return word.replace(".", "", 1).isdigit()


def _named(word: str, names: frozenset[str]) -> bool:
    return word in names


def _marker(word: str, _: frozenset[str]) -> bool:
    return word in set(Marker)


def _site(word: str, _: frozenset[str]) -> bool:
    return word in set(Site)


def _stage(word: str, _: frozenset[str]) -> bool:
    return word in set(Stage)


def _free(word: str, _: frozenset[str]) -> bool:
    return word.isalnum()


def _line(word: str, _: frozenset[str]) -> bool:
    return word in {"first", "second"}


def _bar(word: str, _: frozenset[str]) -> bool:
    return word in {"cardiac", "hearing"} or _number(word.removeprefix("renal<"), frozenset())


Check = Callable[[str, frozenset[str]], bool]
_BY_KIND: tuple[tuple[Check, tuple[str, ...]], ...] = (
    (_number, ("ecog_at_most", "ecog_is", "stated_ecog_at_least", "bilirubin_at_most")),
    (_number, ("creatinine_clearance_at_least", "neuropathy_below", "lvef_at_least", "qtc_below")),
    (_number, ("bile_is_drained", "expected_survival_over", "prior_lines_at_least")),
    (_number, ("prior_lines_are", "treated_or_no_alternative", "recurrence_after_adjuvant_over")),
    (_number, ("recurred_within_months_of_adjuvant", "gemcitabine_alone_fits")),
    (_number, ("immunotherapy_does_not_fit", "creatinine_clearance_over")),
    (_named, ("no_prior_agent_of", "exactly_one_prior_agent_of", "label_states_use_after")),
    (_named, ("prior_agent_or_no_alternative", "not_progressed_on", "site_in_label")),
    (_named, ("receives_without_progression",)),
    (_marker, ("not_detected_together", "only_one_driver", "several_detected", "any_detected")),
    (_marker, ("several_in_plasma",)),
    (_site, ("site_is", "site_is_not")),
    (_stage, ("stage_is", "stage_stated_as")),
    (_free, ("allele_among", "radiotherapy_intent_is")),
    (_line, ("could_be_line",)),
    (_bar, ("cisplatin_is_barred",)),
)
_ARGUMENTS: Mapping[str, Check] = {name: kind for kind, names in _BY_KIND for name in names}
