"""Questions about the tumour: type, site, stage, other markers, treatment of the disease."""

import re

from actionability.answers import failed, must_be_yes, passed, unknown, warned
from actionability.facts import Facts, in_words
from pipeline.model import Analyte, Marker, SmallVariant, Status
from pipeline.patient import Evaluation, Site, Stage


def site_is(facts: Facts, argument: str) -> Evaluation:
    """The tumour arose at one of the named sites."""
    if facts.site is None:
        return unknown("tumour site")
    wanted = {Site(word) for word in argument.split()}
    said = f"site: {facts.site}"
    return passed(said) if facts.site in wanted else failed(f"{said}, not {argument}")


def site_is_not(facts: Facts, argument: str) -> Evaluation:
    """The tumour arose elsewhere; at the named site with care: the trials left it out (R1)."""
    if facts.site is None:
        return unknown("tumour site")
    if facts.site is Site(argument):
        return warned(f"site: {facts.site}, left out of the trials")
    return passed(f"site: {facts.site}")


def site_not_stated(facts: Facts, _: str) -> Evaluation:
    """Nobody says where the tumour arose."""
    return passed("site not stated") if facts.site is None else failed(f"site: {facts.site}")


def site_in_label(facts: Facts, argument: str) -> Evaluation:
    """The label's disease scope takes the site in; outside it the drug is off label (R71)."""
    if facts.site is None:
        return _type_in_label(facts, argument)
    row = facts.sites.answer(argument, facts.site)
    if row is None or row.answer == "excluded":
        return failed(f"site: {facts.site}; the label says {argument}")
    if row.answer in {"unsure", "outside"}:
        return warned(f"site: {facts.site}; {row.sentence}")
    return passed(f"site: {facts.site}")


def _type_in_label(facts: Facts, scope: str) -> Evaluation:
    printed = (facts.case.tumour_type, facts.patient.histology)
    if any(scope in facts.sites.scopes_in(text) for text in printed):
        return passed(f"tumour type: {scope}, site not stated")
    if scope == "biliary" and facts.is_biliary:
        return passed("tumour of the biliary tract, site not stated")
    return unknown("tumour site")


def tumour_type_is_pure(facts: Facts, _: str) -> Evaluation:
    """No source prints a combined tumour, such as hepatocellular-cholangiocarcinoma (R71).

    A stated site does not settle it: a person decides whether the biliary labels apply.
    """
    for printed in (facts.case.tumour_type, facts.patient.histology):
        if facts.sites.mixture_in(printed):
            return unknown("tumour type", f"combined tumour ({printed})")
    return passed("no combined tumour printed")


def stage_is(facts: Facts, argument: str) -> Evaluation:
    """The disease is of one of the named extents."""
    stage = facts.patient.stage
    if stage is None:
        return unknown("stage")
    wanted = {Stage(word) for word in argument.split()}
    return passed(f"stage: {stage}") if stage in wanted else failed(f"stage: {stage}")


def stage_stated_as(facts: Facts, argument: str) -> Evaluation:
    """The stage is stated, and is this one; not stated is a no."""
    if facts.patient.stage is Stage(argument):
        return passed(f"stage: {argument}")
    return failed(f"stage is not stated as {argument}")


def liver_is_dominant(facts: Facts, _: str) -> Evaluation:
    """The disease is mostly in the liver (R23)."""
    return must_be_yes(facts.patient.liver_dominant, "liver-dominant disease")


def radiotherapy_intent_is(facts: Facts, argument: str) -> Evaluation:
    """External beam radiotherapy is proposed with this intent (R24)."""
    intent = facts.patient.radiotherapy_intent
    if intent is None:
        return unknown("intent of radiotherapy")
    said = f"radiotherapy for {intent}"
    return passed(said) if argument in intent.lower() else failed(said)


def her2_ihc_known(facts: Facts, _: str) -> Evaluation:
    """HER2 IHC has not spoken yet: the row asks for it; once known, its own rows decide (R55)."""
    state = facts.state(Marker.HER2_IHC)
    scored = state.status in {Status.DETECTED, Status.NOT_DETECTED}
    if scored or facts.findings(Marker.HER2_IHC):
        return failed(f"HER2 IHC is known and decides ({state.detail})")
    return unknown("HER2 IHC", "HER2 IHC not done: order HER2 IHC, the label needs 3+")


def her2_ish_amplified(facts: Facts, _: str) -> Evaluation:
    """HER2 ISH is amplified: HER2-positive by the trial's definition, outside the labels (R55)."""
    status = facts.state(Marker.HER2_ISH).status
    if status is Status.DETECTED:
        return warned("IHC 2+ with ISH amplified: positive for the trial, outside both labels")
    if status is Status.NOT_DETECTED:
        return failed("HER2 ISH is not amplified")
    return unknown("HER2 ISH", "HER2 IHC 2+ and no ISH result: order HER2 ISH")


def allele_among(facts: Facts, argument: str) -> Evaluation:
    """The allele is one the evidence names; another change of the residue with care (R53, C14)."""
    named = _protein(facts)
    if named is None:
        return unknown("protein change")
    if named in argument.split():
        return passed(f"p.{named}")
    return warned(f"p.{named} is not among the alleles the evidence names ({argument})")


def _protein(facts: Facts) -> str | None:
    biomarker = facts.finding.biomarker if facts.finding else None
    if not isinstance(biomarker, SmallVariant) or biomarker.hgvs_p is None:
        return None
    return re.sub(r"^p\.|[()]", "", biomarker.hgvs_p)


def msi_and_mmr_agree(facts: Facts, _: str) -> Evaluation:
    """MSI and MMR do not contradict each other (R60)."""
    statuses = {facts.state(marker).status for marker in (Marker.MSI, Marker.MMR)}
    if {Status.DETECTED, Status.NOT_DETECTED} <= statuses:
        return warned("MSI and MMR contradict each other: both are shown, repeat one")
    return passed("MSI and MMR do not contradict each other")


def not_detected_together(facts: Facts, argument: str) -> Evaluation:
    """The named marker is not detected beside this one (R58)."""
    marker = Marker(argument)
    status = facts.state(marker).status
    if status is Status.DETECTED:
        return failed(f"{_names(facts, marker)} detected as well")
    if status is Status.NOT_DETECTED:
        return passed(f"{marker.label} not detected")
    return unknown(str(marker))


def only_one_driver(facts: Facts, argument: str) -> Evaluation:
    """No second driver of the list is detected (R59)."""
    detected = _detected(facts, argument)
    if len(detected) > 1:
        together = ", ".join(Marker(name).label for name in detected)
        return failed(f"detected together: {together}")
    return passed("no second driver detected")


def several_detected(facts: Facts, argument: str) -> Evaluation:
    """Two or more markers of the list are detected (R59)."""
    detected = _detected(facts, argument)
    return passed(", ".join(detected)) if len(detected) > 1 else failed("no second driver")


def several_in_plasma(facts: Facts, argument: str) -> Evaluation:
    """Two or more mutations of the marker are seen in plasma: a pattern of resistance (R45)."""
    found = {
        in_words(item): None
        for item in facts.findings(Marker(argument))
        if any(seen.analyte is Analyte.CFDNA for seen in item.observations)
    }
    return passed(", ".join(found)) if len(found) > 1 else failed("no such pattern in plasma")


def any_detected(facts: Facts, argument: str) -> Evaluation:
    """At least one marker of the list is detected."""
    detected = _detected(facts, argument)
    return passed(", ".join(detected)) if detected else failed("none detected")


def _detected(facts: Facts, argument: str) -> list[str]:
    return [name for name in argument.split() if facts.is_detected(Marker(name))]


def _names(facts: Facts, marker: Marker) -> str:
    details = [in_words(finding) for finding in facts.findings(marker)]
    return ", ".join(details) or str(marker)
