"""Questions about what was given before: lines, drugs, progression, adjuvant therapy."""

from actionability.answers import failed, must_be_yes, passed, unknown, warned
from actionability.facts import Facts
from pipeline.patient import Evaluation

# The trials counted adjuvant therapy as no line if the recurrence came after more than this (R78).
_EARLY_MONTHS = 6


def prior_lines_at_least(facts: Facts, argument: str) -> Evaluation:
    """At least this many lines of systemic therapy were given for advanced disease."""
    wanted, given = int(argument), facts.patient.prior_lines
    if given is None:
        return unknown("number of prior lines")
    if given >= wanted:
        return passed(f"{given} prior line(s)")
    if given + 1 == wanted and _recurred_early(facts, _EARLY_MONTHS):
        return unknown(
            "whether adjuvant therapy counts as a prior line",
            f"recurrence within {_EARLY_MONTHS} months of adjuvant therapy: is it a prior line?",
        )
    return failed(f"needs {wanted} prior line(s), patient had {given}")


def prior_lines_are(facts: Facts, argument: str) -> Evaluation:
    """Exactly this many prior lines are stated."""
    given = facts.patient.prior_lines
    if given is None:
        return unknown("number of prior lines")
    said = f"{given} prior line(s)"
    return passed(said) if given == int(argument) else failed(said)


def untreated(facts: Facts, _: str) -> Evaluation:
    """No systemic therapy for advanced disease was given."""
    return prior_lines_are(facts, "0")


def could_be_line(facts: Facts, argument: str) -> Evaluation:
    """The next line is, or may be, the one named (first, second)."""
    given = facts.patient.prior_lines
    if given is None:
        return passed("number of prior lines not stated")
    current = "first" if given == 0 else "second"
    return passed(f"{current} line") if argument == current else failed(f"{current} line")


def treated_or_no_alternative(facts: Facts, argument: str) -> Evaluation:
    """Progressed after so many prior lines, or no satisfactory alternative is stated (R12, R13)."""
    given, alone = facts.patient.prior_lines, facts.patient.no_satisfactory_alternative
    if alone:
        return passed("no satisfactory alternative")
    if given is None:
        return unknown("number of prior lines")
    if given >= int(argument):
        return passed(f"{given} prior line(s)")
    said = "no prior line: earlier only without a satisfactory alternative"
    return failed(said if alone is False else f"{said} (not stated)")


def no_satisfactory_alternative(facts: Facts, _: str) -> Evaluation:
    """It is stated that no satisfactory alternative is left.

    Before any systemic therapy the first line is an alternative unless a person says otherwise
    (R70), so silence there is a question of the line, not an open fact.
    """
    alone = facts.patient.no_satisfactory_alternative
    if alone is None and facts.patient.prior_lines == 0:
        return failed("standard first-line therapy has not been given")
    if alone is None:
        what = "no satisfactory alternative"
        return unknown(what, "not stated whether a satisfactory alternative is left")
    return must_be_yes(alone, "no satisfactory alternative")


def prior_agent_or_no_alternative(facts: Facts, argument: str) -> Evaluation:
    """A drug of this class was given, or no satisfactory alternative is left."""
    if argument in facts.given_classes:
        return passed(f"{_class(argument)} given before")
    return no_satisfactory_alternative(facts, "")


def no_prior_agent_of(facts: Facts, argument: str) -> Evaluation:
    """No drug of this class was given before."""
    what = _class(argument)
    if argument in facts.given_classes:
        return failed(f"{what} given before")
    return _nothing_hidden(facts, f"prior {what}") or passed(f"no prior {what}")


def exactly_one_prior_agent_of(facts: Facts, argument: str) -> Evaluation:
    """Exactly one drug of this class was given before."""
    drugs = facts.drugs
    number = sum(argument in drugs.scopes([agent]) for agent in facts.given)
    hidden = None if number > 1 else _nothing_hidden(facts, f"prior {_class(argument)}")
    if hidden is not None:
        return hidden
    said = f"{number} prior {_class(argument)}(s)"
    return passed(said) if number == 1 else failed(said)


def label_states_use_after(facts: Facts, argument: str) -> Evaluation:
    """The label's wording on prior drugs of this class is not stored: after one, a person asks."""
    if argument in facts.given_classes:
        what = f"label wording on a prior {_class(argument)}"
        return unknown(what, f"{what} was not seen: see label")
    return passed(f"no prior {_class(argument)} known")


def agents_not_given_before(facts: Facts, _: str) -> Evaluation:
    """None of the row's own drugs was given before (R73)."""
    again = sorted(facts.given & set(facts.agents))
    if again:
        return failed(f"already given: {', '.join(again)}")
    return _nothing_hidden(facts, "prior agents") or passed("not given before")


def not_progressed_on(facts: Facts, argument: str) -> Evaluation:
    """The tumour did not progress on any of the named drugs."""
    names = {name.strip() for name in argument.split(";")}
    if facts.failed & names:
        return failed(f"progressed on {', '.join(sorted(facts.failed & names))}")
    if facts.given & names and facts.patient.progressed_on is None:
        return warned(f"already given: {', '.join(sorted(facts.given & names))}")
    if facts.patient.prior_lines == 0:
        return passed("nothing given before")
    return _nothing_hidden(facts, "prior agents") or passed("not given before")


def _nothing_hidden(facts: Facts, what: str) -> Evaluation | None:
    # A name nobody knows may hide a drug of the class: no silent "not given".
    if facts.unknown_agents:
        return unknown(what, f"prior agent not recognised: {', '.join(facts.unknown_agents)}")
    if facts.patient.prior_agents is None and facts.patient.prior_lines != 0:
        return unknown(what)
    return None


def _class(name: str) -> str:
    # "fgfr_inhibitor" is printed as people write it: a short first word is an abbreviation.
    first, *rest = name.split("_")
    return " ".join((first.upper() if rest and len(first) <= 4 else first, *rest))


def specimen_after_last_targeted_therapy(facts: Facts, _: str) -> Evaluation:
    """A specimen was collected after the last targeted therapy, as far as dates are stated (R79).

    `pipeline.reconcile` compares the days; an older specimen shows no resistance that came later.
    """
    for notice in facts.case.notices:
        if notice.code == "specimen_before_targeted_therapy":
            return failed(notice.message)
    return passed("no specimen known to be older than the last targeted therapy")


def off_treatment_or_progressed(facts: Facts, _: str) -> Evaluation:
    """Not on a treatment that still works: the next line waits for progression."""
    patient = facts.patient
    if patient.on_treatment and patient.progressed_on is None:
        return warned("on treatment, no progression stated: for use at progression")
    return passed("no treatment stated that still works")


def receives_without_progression(facts: Facts, argument: str) -> Evaluation:
    """The drug is being given now, and no progression is stated (R20)."""
    running = bool(facts.patient.on_treatment) and argument in facts.given
    if running and facts.patient.progressed_on is None:
        return passed(f"on {argument}, no progression stated")
    return failed(f"not stated to be on {argument} without progression")


def recurrence_after_adjuvant_over(facts: Facts, argument: str) -> Evaluation:
    """A recurrence after adjuvant therapy came more than so many months after it (R78)."""
    if _recurred_early(facts, float(argument)):
        return unknown(
            "whether adjuvant therapy counts as a prior line",
            f"recurrence within {argument} months of adjuvant therapy: does it count as a line?",
        )
    return passed("no early recurrence after adjuvant therapy stated")


def recurred_within_months_of_adjuvant(facts: Facts, argument: str) -> Evaluation:
    """A recurrence within so many months (inclusive) of adjuvant therapy is stated (R78)."""
    early = _recurred_early(facts, float(argument))
    return passed("early recurrence") if early else failed("no early recurrence stated")


def _recurred_early(facts: Facts, months: float) -> bool:
    since = facts.patient.months_since_adjuvant
    return since is not None and since <= months


def delay_is_proposed(facts: Facts, _: str) -> Evaluation:
    """Waiting for progression is proposed (R26)."""
    return must_be_yes(facts.patient.delay_proposed, "delay proposed")


def symptomatic_while_pending(facts: Facts, _: str) -> Evaluation:
    """The patient has symptoms and profiling is pending (R28)."""
    symptoms = must_be_yes(facts.patient.symptomatic, "symptoms")
    pending = must_be_yes(facts.patient.profiling_pending, "profiling pending")
    return pending if symptoms.outcome == "PASS" else symptoms
