"""A printed value of MSI, MMR, TMB, HER2 IHC or HER2 ISH in, the biomarker and its status out.

Strategy: take the negated phrases out of the text first ("MSI-High not detected", "no loss of
nuclear expression"), then look for the words that remain. Two different answers in one text,
as in a checklist with nothing ticked, are no answer.
"""

import re
import unicodedata
from functools import cache

from pipeline.model import Analyte, Expression, Signature, Status
from pipeline.tables import packaged, rows

_OPEN = (
    r"cannot be (?:determined|assessed)|undetermined|indeterminate|equivocal|intermediate"
    r"|borderline|inconclusive|not reliable|unreliable|not valid|invalid|subclonal"
    r"|heterogen\w+|not evaluable"
)
_MSI_WORDS = (
    ((r"(?:msi|microsatellite instability|msi-?h(?:igh)?|high)\W*(?:is |was )?"
     r"(?:not detected|negative|absent|not (?:present|identified))"
     r"|\bno(?: evidence of)? (?:microsatellite instability|msi)\S*|\bnot (?:msi-?)?h(?:igh)?\b"
     r"|^\W*(?:not detected|negative)\W*$"),
     "not high"),
    (_OPEN, "indeterminate"),
    (r"\bmsi[-\s]*low\b|\bmsi-?l\b|\blow\b", "low"),
    (r"\bmsi[-\s]*high\b|\bmsi-?h\b|\bunstable\b(?! (?:msi )?sites)|\bhigh\b", "high"),
    (r"\bmss\b|\bms[-\s]*stable\b|\bmsi-?s\b|\bstable\b", "stable"),
)  # fmt: skip
_MMR_WORDS = (
    (r"\binternal controls?\W*(?:is |are )?(?:intact|retained|present|positive)", None),
    ((r"\bno (?:evidence of )?loss\b[^.;]*|\bno evidence of (?:mismatch repair|mmr) deficiency"
     r"|(?:\bdmmr|\bmmr[-\s]?d|deficiency|\bloss[^.;]*?)\W*(?:is |was )?"
     r"(?:not (?:detected|present|identified|seen)|absent)"
     r"|\bnot deficient|\bnot lost"), "proficient"),
    (r"\bnot (?:retained|intact|preserved|maintained|expressed)\b", "deficient"),
    (_OPEN, "indeterminate"),
    ((r"\bdmmr\b|\bmmr[-\s]?d\b|\bdeficien\w+|\bloss\b|\blost\b|\babsent\b|\babnormal\b"
     r"|\bnegative\b|\(-\)"), "deficient"),
    ((r"\bpmmr\b|\bmmr[-\s]?p\b|\bproficient\b|\bintact\b|\bretain(?:ed|s)?\b|\bpresent\b"
     r"|\bnormal\b|\bpreserved\b|\bmaintained\b|\bpositive\b|\(\+\)"), "proficient"),
)  # fmt: skip
_ISH_WORDS = (
    ((r"\b(?:not|non)[-\s]*amplifi\w+|amplification\W*(?:not detected|absent|negative)"
     r"|\bno (?:evidence of )?(?:\w+ )?amplification|\bnegative\b|\bnot detected\b"),
     "not_amplified"),
    (r"\b(?:[fcsd]|dd)?ish\s*(?:\(\s*)?[-\u2212](?=\W*$|[\s,;)])", "not_amplified"),
    (_OPEN, "equivocal"),
    (r"\bamplifi\w+|\bpositive\b|\b(?:[fcsd]|dd)?ish\s*(?:\(\s*)?\+", "amplified"),
)  # fmt: skip
_IHC_WORDS = (
    (_OPEN, "equivocal"),
    ((r"\bultra-?low\b|\bnegative\b|\bnot over-?expressed\b|\bno (?:\w+ )?over-?expression\b"
     r"|\bnot detected\b"), "negative"),
    (r"\bher2[-\s]low\b", "low"),
    (r"\bpositive\b|\bover-?express\w+", "positive"),
)  # fmt: skip
_TMB_WORDS = (
    (r"\bnot (?:tmb-?)?high\b|\bhigh\W*not detected\b", "low"),
    (_OPEN, "indeterminate"),
    (r"\bhigh\b|\btmb-?h\b", "high"),
    (r"\blow\b|\btmb-?l\b", "low"),
)
_MMR_PROTEINS = ("MLH1", "MSH2", "MSH6", "PMS2")
_SCORE = re.compile(
    r"(?<![\d.])([0-3])\s*\+|\bscore\W*([0-3])\b|\bihc\W*([0-3])\b(?!\s*%)|[|(]\s*([0-3])\s*[,)|]"
    r"|^\s*([0-3])\s*$|\bnegative\W+([01])\b(?!\s*%)"
)
_RANGE = re.compile(r"(?<![\d.])([0-3])\s*(?:-|to|/)\s*[0-3]\s*\+")
_SCORE_CALL = {"0": "negative", "1+": "negative", "2+": "equivocal", "3+": "positive"}
_PER_MB = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:mut\w*\.?\s*(?:/|per)\s*|m\s*/\s*|per\s+)(?:mb|mega)")
# A cut-off that is printed beside the value, or in its place, is not the value.
_CUTOFF = re.compile(
    r"\(?\b(?:cut-?\s?off|threshold|reference(?: range)?|ref\.?)\b[^);]*?\d[^);:,]*\)?"
    r"|\(\s*(?:high|low|tmb-?[hl]|tmb-?high|tmb-?low)?\W*(?:[<>≥≤]|>=|<=)\s*\d[^)]*\)"
)
_BELOW = re.compile(r"^\W*(?:<|less than|under|below)\s*=?\s*(\d+(?:[.,]\d+)?)")
_NUMBER = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)?)(?![\d.,]|\s*%|st\b|nd\b|rd\b|th\b)")
_UNIT = "mut/Mb"

UNKNOWN = "unknown"
"""The call of an expression whose text holds no word that is understood."""

_STATUS = {
    "high": Status.DETECTED, "stable": Status.NOT_DETECTED, "not high": Status.NOT_DETECTED,
    "deficient": Status.DETECTED, "proficient": Status.NOT_DETECTED,
    "positive": Status.DETECTED, "negative": Status.NOT_DETECTED,
    "amplified": Status.DETECTED, "not_amplified": Status.NOT_DETECTED,
}  # fmt: skip


@cache
def cutoff(name: str) -> float:
    """The number in `data/cutoffs.csv`; `KeyError` for a name that is not there."""
    return {row["name"]: float(row["value"]) for row in rows(packaged("pipeline", "cutoffs.csv"))}[
        name
    ]


def is_understood(biomarker: Signature | Expression) -> bool:
    """True if the text held a word or a number that means something."""
    if isinstance(biomarker, Signature):
        return biomarker.call is not None or biomarker.value is not None
    return biomarker.call != UNKNOWN


def status_of(biomarker: Signature | Expression) -> Status:
    """The status of a valued marker; whatever is neither clear word nor clear number is open."""
    if isinstance(biomarker, Signature) and biomarker.name == "TMB":
        return _tmb_status(biomarker)
    return _STATUS.get(biomarker.call or "", Status.INDETERMINATE)


def _tmb_status(tmb: Signature) -> Status:
    """From 10 mut/Mb on (inclusive) or printed High; blood or a number without unit is open."""
    words = {"high": Status.DETECTED, "low": Status.NOT_DETECTED}
    said = words.get(tmb.call or "")
    if tmb.call == "blood" or (tmb.value is None and said is None):
        return Status.INDETERMINATE
    if tmb.value is None or tmb.unit != _UNIT:
        return said or Status.INDETERMINATE
    counted = Status.DETECTED if tmb.value >= cutoff("tmb_high") else Status.NOT_DETECTED
    return counted if said in {None, counted} else Status.INDETERMINATE


def msi(text: str, value: float | None = None, unit: str | None = None) -> Signature:
    """The microsatellite call; a percentage without a word has no call."""
    return Signature(name="MSI", call=_call(text, _MSI_WORDS), value=value, unit=unit)


def tmb(
    text: str,
    value: float | None = None,
    unit: str | None = None,
    analyte: Analyte | None = None,
) -> Signature:
    """Mutations per megabase; the unit stays None where none is printed."""
    low = _plain(text)
    kept = _CUTOFF.sub(" ", low)
    counted = _PER_MB.search(kept)
    number = value if value is not None else _number(counted or _NUMBER.search(kept))
    per_mb = counted is not None or _is_per_mb(unit)
    call = "blood" if _is_of_blood(low, analyte) else _call(kept, _TMB_WORDS)
    if _BELOW.match(kept) and value is None and call != "blood":  # "< 10 mut/Mb" is no 10
        limit = number if per_mb else None
        low_enough = limit is not None and limit <= cutoff("tmb_high")
        return Signature(name="TMB", call="low" if low_enough else "indeterminate", unit=None)
    return Signature(name="TMB", call=call, value=number, unit=_UNIT if per_mb else unit)


def _is_of_blood(low: str, analyte: Analyte | None) -> bool:
    return analyte is Analyte.CFDNA or bool(re.search(r"\bbtmb\b|\bblood\b", low))


def mmr(text: str) -> Expression:
    """Mismatch repair by stain: deficient, proficient or indeterminate, and what was lost."""
    segments = [part for part in re.split(r"[;\n.]|,(?=\s*(?:MLH1|MSH2|MSH6|PMS2))", text) if part]
    calls = {call for part in segments if (call := _call(part, _MMR_WORDS))}
    lost = tuple(name for name in _MMR_PROTEINS if _is_lost(name, segments))
    # Loss of one protein is the result, however many of the others are intact.
    order = ("deficient", "indeterminate", "proficient")
    call = next((word for word in order if word in calls), UNKNOWN)
    return Expression(method="MMR", call=call, lost=lost)


def her2_ihc(text: str) -> Expression:
    """The HER2 stain: a score decides, and a word that contradicts it leaves the call open."""
    text = re.sub(r"(?<![\d+])(\+{2,3})(?!\+)", lambda signs: f"{len(signs[1])}+", text)
    scores = {_score(found) for found in _SCORE.finditer(_plain(text))}
    for low in _RANGE.findall(_plain(text)):  # "2-3+" is two scores
        scores.add(low if low == "0" else f"{low}+")
    word = _call(text, _IHC_WORDS)
    if len(scores) != 1:
        call = "indeterminate" if scores else word or UNKNOWN
        return Expression(method="IHC", call=call)
    score = scores.pop()
    call = _SCORE_CALL[score]
    if {word, call} == {"positive", "negative"}:
        call = "indeterminate"
    return Expression(method="IHC", call=call, score=score)


def stained_percent(text: str) -> float | None:
    """The one share of stained cells that a text prints ("3+, 90%"), in percent."""
    shares = set(re.findall(r"(?<![\d.])(\d{1,3}(?:\.\d+)?)\s*%", _plain(text)))
    share = float(shares.pop()) if len(shares) == 1 else None
    return share if share is not None and share <= 100 else None


def her2_ish(text: str) -> Expression:
    """The HER2 in-situ call; a ratio without a word is not interpreted."""
    return Expression(method="ISH", call=_call(text, _ISH_WORDS) or UNKNOWN)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("\u2013", "-")


def _call(text: str, words: tuple[tuple[str, str | None], ...]) -> str | None:
    """The one answer in the text; each phrase found is taken out before the next is sought."""
    rest, calls = _plain(text), set()
    for pattern, call in words:
        rest, found = re.subn(pattern, " ", rest)
        calls |= {call} if found and call else set()
    if calls == {"stable", "not high"}:  # "MSS - MSI-High not detected" says it twice
        return "stable"
    if len(calls) > 1:
        return "indeterminate"
    return calls.pop() if calls else None


def _number(found: re.Match[str] | None) -> float | None:
    return float(found[1].replace(",", ".")) if found else None


def _is_per_mb(unit: str | None) -> bool:
    return bool(unit) and bool(
        re.search(r"(?:mut\w*|m)\s*(?:/|per)\s*m(?:b|ega)", _plain(unit or ""))
    )


def _score(found: re.Match[str]) -> str:
    digit = next(group for group in found.groups() if group)
    return digit if digit == "0" else f"{digit}+"


def _is_lost(protein: str, segments: list[str]) -> bool:
    return any(
        protein in part.upper() and _call(part, _MMR_WORDS) == "deficient" for part in segments
    )
