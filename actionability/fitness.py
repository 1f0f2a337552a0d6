"""Questions about the patient's body: organ function, comorbidity, drainage, fitness."""

from actionability.answers import (
    at_least,
    at_most,
    below,
    failed,
    must_be_no,
    passed,
    unknown,
    warned,
)
from actionability.facts import Facts
from pipeline.patient import Evaluation, Patient


def ecog_at_most(facts: Facts, argument: str) -> Evaluation:
    """ECOG is at most the first number; up to the second, if given, with care (R25)."""
    return at_most(facts.patient.ecog, argument, "ECOG")


def ecog_is(facts: Facts, argument: str) -> Evaluation:
    """ECOG is stated as this number."""
    ecog = facts.patient.ecog
    if ecog is None:
        return unknown("ECOG")
    return passed(f"ECOG {ecog}") if ecog == int(argument) else failed(f"ECOG {ecog}")


def stated_ecog_at_least(facts: Facts, argument: str) -> Evaluation:
    """ECOG is stated, and at least this number; not stated is a no."""
    ecog = facts.patient.ecog
    if ecog is None or ecog < int(argument):
        return failed(f"ECOG is not stated as {argument} or more")
    return passed(f"ECOG {ecog}")


def creatinine_clearance_at_least(facts: Facts, argument: str) -> Evaluation:
    """Creatinine clearance in mL/min is at least the first number; to the second with care (R2)."""
    value = facts.patient.crcl_ml_min
    return at_least(value, argument, "creatinine clearance", " mL/min")


def creatinine_clearance_over(facts: Facts, argument: str) -> Evaluation:
    """Creatinine clearance in mL/min is over the first number; from the second with care (R75)."""
    value = facts.patient.crcl_ml_min
    full, bearable = (float(word) for word in argument.split())
    if value is not None and bearable <= value <= full:
        said = f"creatinine clearance {value:g} mL/min"
        return warned(f"{said} (not over {full:g}, at least {bearable:g})")
    return at_least(value, argument, "creatinine clearance", " mL/min")


def cisplatin_is_barred(facts: Facts, argument: str) -> Evaluation:
    """One of the named reasons (renal below a clearance, cardiac, hearing) bars cisplatin (R2)."""
    asked = [_bar(word, facts.patient) for word in argument.split()]
    reasons = [what for what, barred in asked if barred]
    if reasons:
        return passed(f"cisplatin is barred: {', '.join(reasons)}")
    # Hearing is seldom stated; the cisplatin regimen itself asks for it.
    missing = [what for what, barred in asked if barred is None and what != "hearing loss"]
    if missing:
        said = f"only if cisplatin is barred; not stated: {', '.join(missing)}"
        return unknown(" and ".join(missing), said)
    return failed("cisplatin is possible: no alternative is needed")


def _bar(word: str, patient: Patient) -> tuple[str, bool | None]:
    if word == "cardiac":
        return "cardiac disease", patient.cardiac_disease
    if word == "hearing":
        return "hearing loss", patient.hearing_loss
    limit = float(word.removeprefix("renal<"))
    clearance = patient.crcl_ml_min
    return (
        f"creatinine clearance below {limit:g} mL/min",
        None if clearance is None else clearance < limit,
    )


def gemcitabine_alone_fits(facts: Facts, argument: str) -> Evaluation:
    """ECOG is the first number, or cardiac disease, or neuropathy from the second grade on (C4)."""
    patient = facts.patient
    ecog, grade = (int(word) for word in argument.split())
    if patient.ecog == ecog:
        return passed(f"ECOG {ecog}")
    if patient.cardiac_disease or (patient.neuropathy_grade or 0) >= grade:
        return passed("a platinum doublet is questionable")
    return failed("a platinum doublet is not ruled out")


def immunotherapy_does_not_fit(facts: Facts, argument: str) -> Evaluation:
    """Immunotherapy is contra-indicated or questionable, or ECOG is this number (R1, R76)."""
    patient = facts.patient
    if patient.immunotherapy_contraindication or patient.organ_transplant:
        return passed("immunotherapy is contra-indicated")
    if patient.autoimmune_disease or patient.ecog == int(argument):
        return passed("immunotherapy is questionable")
    if facts.patient.immunotherapy_contraindication is None:
        return unknown("immunotherapy contra-indication")
    return failed("immunotherapy is possible")


def no_cardiac_disease(facts: Facts, _: str) -> Evaluation:
    """No cardiac disease is stated."""
    return must_be_no(facts.patient.cardiac_disease, "cardiac disease")


def no_hearing_loss(facts: Facts, _: str) -> Evaluation:
    """No hearing loss is stated."""
    return must_be_no(facts.patient.hearing_loss, "hearing loss")


def neuropathy_below(facts: Facts, argument: str) -> Evaluation:
    """Neuropathy is below this grade."""
    return below(facts.patient.neuropathy_grade, argument, "neuropathy grade")


def no_autoimmune_disease(facts: Facts, _: str) -> Evaluation:
    """No autoimmune disease is stated."""
    return must_be_no(facts.patient.autoimmune_disease, "autoimmune disease")


def no_organ_transplant(facts: Facts, _: str) -> Evaluation:
    """No organ transplant is stated."""
    return must_be_no(facts.patient.organ_transplant, "organ transplant")


def no_immunotherapy_contraindication(facts: Facts, _: str) -> Evaluation:
    """No contra-indication to immunotherapy is stated."""
    fact = facts.patient.immunotherapy_contraindication
    return must_be_no(fact, "immunotherapy contra-indication")


def no_ild(facts: Facts, _: str) -> Evaluation:
    """No current or past interstitial lung disease is stated (R74)."""
    return must_be_no(facts.patient.ild, "interstitial lung disease (current or past)")


def lvef_at_least(facts: Facts, argument: str) -> Evaluation:
    """Left ventricular ejection fraction in per cent is at least this (R74)."""
    return at_least(facts.patient.lvef_percent, argument, "LVEF", " %")


def qtc_below(facts: Facts, argument: str) -> Evaluation:
    """QTc in ms is below the first number; below the second with care (R74)."""
    return below(facts.patient.qtc_ms, argument, "QTc", " ms")


def not_pregnant(facts: Facts, _: str) -> Evaluation:
    """The patient is not pregnant; a man passes."""
    if facts.patient.pregnant is None and (facts.patient.sex or "").lower() in {"m", "male"}:
        return passed("pregnancy: male patient")
    return must_be_no(facts.patient.pregnant, "pregnancy")


def dpyd_is_not_deficient(facts: Facts, _: str) -> Evaluation:
    """DPYD is normal; intermediate with care, for the dose; poor is a no (R17, R75)."""
    value = facts.patient.dpyd
    if value is None:
        return unknown("DPYD")
    if value == "poor":
        return failed("DPYD: poor")
    return passed("DPYD: normal") if value == "normal" else warned(f"DPYD: {value}")


def ugt1a1_is_not_poor(facts: Facts, _: str) -> Evaluation:
    """UGT1A1 is not poor (homozygous *28); intermediate passes (R75)."""
    value = facts.patient.ugt1a1
    if value is None:
        return unknown("UGT1A1")
    return failed("UGT1A1: poor") if value == "poor" else passed(f"UGT1A1: {value}")


def ugt1a1_allows_full_dose(facts: Facts, _: str) -> Evaluation:
    """UGT1A1 is normal; intermediate with care, poor is not fit for full doses (R17, R75)."""
    value = facts.patient.ugt1a1
    if value is None:
        return unknown("UGT1A1")
    if value == "poor":
        return failed("UGT1A1: poor")
    return passed("UGT1A1: normal") if value == "normal" else warned(f"UGT1A1: {value}")


def bilirubin_at_most(facts: Facts, argument: str) -> Evaluation:
    """Bilirubin is at most this many times its upper limit of normal; to the second with care."""
    return at_most(_bilirubin(facts.patient), argument, "bilirubin", " x ULN")


def bile_is_drained(facts: Facts, argument: str) -> Evaluation:
    """No undrained obstruction, and bilirubin up to this many times ULN, or well explained (R4)."""
    patient = facts.patient
    if patient.biliary_obstruction and patient.biliary_drainage is False:
        return failed("biliary obstruction, not drained")
    if patient.biliary_obstruction and patient.biliary_drainage is None:
        return unknown("biliary drainage")
    value = _bilirubin(patient)
    if value is None:
        return unknown("bilirubin (with its upper limit)")
    if value <= float(argument):
        return passed(f"bilirubin {value:g} x ULN")
    if patient.biliary_obstruction:
        return warned(f"bilirubin {value:g} x ULN although drained: luminal obstruction?")
    return unknown("cause of the high bilirubin", f"bilirubin {value:g} x ULN without known cause")


def no_undrained_obstruction(facts: Facts, _: str) -> Evaluation:
    """No obstruction is known to be undrained; not stated passes (R3: a delay needs a reason)."""
    patient = facts.patient
    if patient.biliary_obstruction and patient.biliary_drainage is False:
        return failed("biliary obstruction, not drained")
    return passed("no undrained obstruction known")


def obstructed_without_drainage(facts: Facts, _: str) -> Evaluation:
    """An obstruction is stated, and that it is not drained."""
    patient = facts.patient
    if patient.biliary_obstruction is None or patient.biliary_drainage is None:
        return unknown("biliary obstruction and drainage")
    undrained = patient.biliary_obstruction and not patient.biliary_drainage
    return passed("obstructed, not drained") if undrained else failed("drained or open")


def _bilirubin(patient: Patient) -> float | None:
    # Bilirubin and its limit share a unit, so their ratio needs none.
    if patient.bilirubin is None or not patient.bilirubin_uln:
        return None
    return round(patient.bilirubin / patient.bilirubin_uln, 4)


def expected_survival_over(facts: Facts, argument: str) -> Evaluation:
    """Expected survival in months is over this (R4)."""
    months = facts.patient.expected_survival_months
    if months is None:
        return unknown("expected survival")
    said = f"expected survival {months:g} months"
    return passed(said) if months > float(argument) else failed(said)
