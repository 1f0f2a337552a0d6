"""A printed result in, what it says out: "not detected", "QNS", "MS-Stable" → status and value.

The phrases stand in `data/phrases.csv` and `data/values.csv`, most binding first. A text that is
not understood gives None, and the reader must say so: nothing is guessed from a missing word.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from pipeline import tables
from pipeline.model import Marker, Significance, Status

NUMBER = r"(\d+(?:[.,]\d+)?)"
TMB_UNIT = re.compile(
    NUMBER + r"\s*((?:muts?|mutations|m|n|variants?)\.?\s*(?:/|per)\s*(?:mb|megabase))",
    re.IGNORECASE,
)
LEVEL = re.compile(r"\b(high|low|intermediate)\b")
SHARE = re.compile(NUMBER + r"\s*%")
BARE_SHARE = re.compile(r"^" + NUMBER + r"$")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a result cell says: *call* is the normalised word, *value* a number in *unit*."""

    status: Status
    significance: Significance = Significance.UNKNOWN
    call: str | None = None
    value: float | None = None
    unit: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Phrase:
    order: int
    pattern: re.Pattern[str]
    verdict: Verdict


def plain(text: str) -> str:
    """Lower case, NFKC (ligatures opened), plain hyphens, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = re.sub(r"[‐-―−]", "-", folded)
    return re.sub(r"\s+", " ", folded).strip(" .;,:")


@cache
def _phrases() -> tuple[_Phrase, ...]:
    rows = tables.rows(tables.packaged("parsers", "phrases.csv"))
    return tuple(
        _Phrase(
            order=int(row["order"]),
            pattern=re.compile(row["pattern"]),
            verdict=Verdict(
                status=Status(row["status"]),
                significance=Significance(row["significance"] or Significance.UNKNOWN),
            ),
        )
        for row in rows
    )


@cache
def _values() -> tuple[tuple[str, re.Pattern[str], Verdict], ...]:
    rows = tables.rows(tables.packaged("parsers", "values.csv"))
    return tuple(
        (
            row["marker"],
            re.compile(row["pattern"]),
            Verdict(status=Status(row["status"]), call=row["call"]),
        )
        for row in rows
    )


def verdict(text: str) -> Verdict | None:
    """What a result of any kind says, or None where no phrase is known.

    The scope of a negation is the cell: a cell that says both "not detected" and, elsewhere,
    "detected" is indeterminate.
    """
    said = plain(text)
    first = next((phrase for phrase in _phrases() if phrase.pattern.search(said)), None)
    if first is None:
        return None
    if first.verdict.status is Status.NOT_DETECTED and _also_positive(said):
        return Verdict(status=Status.INDETERMINATE)
    return first.verdict


def _also_positive(said: str) -> bool:
    rest = said
    for phrase in _phrases():
        if phrase.verdict.status is Status.NOT_DETECTED:
            rest = phrase.pattern.sub(" ", rest)
    return any(phrase.pattern.search(rest) for phrase in _phrases() if phrase.order >= 5)


def _valued(marker: str, text: str) -> Verdict | None:
    said = plain(text)
    for name, pattern, found in _values():
        if name == marker and pattern.search(said):
            return found
    return None


def _withheld(text: str) -> Verdict | None:
    general = verdict(text)
    if general and general.status is Status.NOT_ASSESSED:
        return general
    return None


def msi(text: str) -> Verdict | None:
    """MSI: high, stable, or neither; a bare percentage decides nothing (design §11)."""
    found = _withheld(text) or _valued("MSI", text)
    if found:
        return found
    share = SHARE.search(text)
    if share:
        return Verdict(status=Status.INDETERMINATE, value=_number(share[1]), unit="%")
    return None


def mmr(text: str) -> Verdict | None:
    """Mismatch repair as a whole: proficient (not detected) or deficient (detected)."""
    return _withheld(text) or _valued("MMR", text)


def mmr_protein(text: str) -> Verdict | None:
    """One mismatch repair protein: positive is intact and normal, negative is lost."""
    general = verdict(text)
    if general and general.status in {Status.NOT_ASSESSED, Status.INDETERMINATE}:
        return general
    return _valued("MMR_PROTEIN", text)


def her2_ihc(text: str) -> Verdict | None:
    """HER2 stain: 3+ detected, 2+ indeterminate, 0 and 1+ not detected; no score, no answer."""
    found = _withheld(text)
    if found:
        return found
    scores = set(re.findall(r"(?<![\d.])([0-3])\s?\+", plain(text)))
    if len(scores) > 1:
        return Verdict(status=Status.INDETERMINATE)
    scored = _valued("HER2_IHC", text)
    general = verdict(text)
    if scored is None or general is None or general.status is scored.status:
        return scored
    return Verdict(status=Status.INDETERMINATE, call=scored.call)


def her2_ish(text: str) -> Verdict | None:
    """HER2 in-situ hybridisation: amplified or not."""
    return _withheld(text) or _valued("HER2_ISH", text)


def tmb(text: str, *, plasma: bool = False) -> Verdict | None:
    """Tumour mutational burden: 10 mut/Mb and more, or a printed "High", is detected.

    Blood TMB, or a number without its unit, is indeterminate (design §11).
    """
    general = verdict(text)
    if general and general.status is Status.NOT_ASSESSED:
        return general
    said = plain(text)
    printed = TMB_UNIT.search(said)
    level = LEVEL.search(said)
    value = _number(printed[1]) if printed else None
    unit = "mut/Mb" if printed else None
    status = _burden(value, level[1] if level else None)
    if plasma and status is not None:
        status = Status.INDETERMINATE
    if status is None:
        undecided = general or (re.search(NUMBER, said) and said)
        return Verdict(status=Status.INDETERMINATE) if undecided else None
    return Verdict(status=status, call=level[1] if level else None, value=value, unit=unit)


@cache
def _high_burden() -> float:
    rows = tables.rows(tables.packaged("parsers", "cutoffs.csv"))
    return next(float(row["value"]) for row in rows if row["name"] == "tmb_high")


def valued(marker: Marker, text: str, *, plasma: bool = False) -> Verdict | None:
    """What a value of MSI, MMR or TMB says."""
    if marker is Marker.TMB:
        return tmb(text, plasma=plasma)
    return msi(text) if marker is Marker.MSI else mmr(text)


def _burden(value: float | None, level: str | None) -> Status | None:
    by_level = {"high": Status.DETECTED, "low": Status.NOT_DETECTED}.get(level or "")
    if value is None or by_level is Status.DETECTED:
        return by_level
    by_value = Status.DETECTED if value >= _high_burden() else Status.NOT_DETECTED
    return by_value if by_level in {None, by_value} else Status.INDETERMINATE


def share(text: str) -> float | None:
    """A variant allele fraction from 0 to 1, from "12.3 %", "0.123" or None.

    A number above 1 without a percent sign is a percentage; the column must be a frequency.
    """
    percent = SHARE.search(text)
    if percent:
        return _fraction(_number(percent[1]) / 100)
    bare = BARE_SHARE.match(text.strip())
    if not bare:
        return None
    value = _number(bare[1])
    return _fraction(value if value <= 1 and re.search(r"[.,]", bare[1]) else value / 100)


def _fraction(value: float) -> float | None:
    return round(value, 6) if 0 <= value <= 1 else None


def _number(text: str) -> float:
    return float(text.replace(",", "."))
