"""A printed result in, what it says out: "not detected", "QNS", "MS-Stable" → status and value.

The phrases stand in `data/phrases.csv`, most binding first. A text that is
not understood gives None, and the reader must say so: nothing is guessed from a missing word.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from parsers import asides
from pipeline import tables
from pipeline import valued as values
from pipeline.model import Analyte, Expression, Marker, Signature, Significance, Status

NUMBER = r"(\d+(?:[.,]\d+)?)"
SHARE = re.compile(NUMBER + r"\s*%")
UNSTABLE = re.compile(NUMBER + r"\s*% (?:of )?(?:\w+ ){0,3}(?:are )?unstable", re.IGNORECASE)
PROSE_WORDS = frozenset(
    "the of and in with is to are for that this was were may have has been by as which".split()  # noqa: SIM905
)
FOREIGN = re.compile(r"\b(?:nicht|kein\w*|ohne|non|pas|aucune?|niet|geen|nessuna?|senza)\b")
PROTEIN = re.compile(r"\b(?:mlh1|msh2|msh6|pms2)\b", re.IGNORECASE)
SHORT = 4  # words of an answer: a longer one describes
BARE_SHARE = re.compile(r"^" + NUMBER + r"$")
DENYING = frozenset({Status.NOT_DETECTED, Status.NOT_ASSESSED})
PARTS = re.compile(r"[,;()\[\]]\s*| [-/] ")
LEADS = frozenset(
    "no not none non neither negative neg without absence absent lack kein keine nicht".split()  # noqa: SIM905
)
# A denial that needs nothing behind it: what follows is not denied by it.
DENIED_ITSELF = re.compile(r"\b(?:not|non|un)[- ]?(?:mutated|amplified|rearranged|fused)$")
# "no G12C mutation, G12D mutation present": a change of its own behind the comma.
BEHIND = re.compile(
    r"[,;] [^,;]*\b[a-z]\d{2,4}[a-z]\b[^,;]*(?<!not )\b(?:present|detected|identified|found)$"
)
CONTRAST = re.compile(
    r"\b(?:but|however|although|though|whereas|while|except\w*|besides|only|instead"
    r"|apart from|other than)\b"
)
STATES = re.compile(
    r"\b(?:mut|mt|fusion|rearrange(?:d|ment)|translocation|amplif(?:ied|ication)|mutation|mutated|mutant)\b"
    r"|\b(?:p\.)?\(?[a-z]\d{2,4}(?:[a-z]|fs|del|ins|dup|_)|(?:p\.\(?)[a-z]{3}\d+"
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a result cell says; *value* is a number in *unit*."""

    status: Status
    significance: Significance = Significance.UNKNOWN
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


def verdict(text: str) -> Verdict | None:
    """What a result of any kind says, or None where no phrase is known.

    The scope of a negation is the cell: a cell that says both "not detected" and, elsewhere,
    "detected" is indeterminate.
    """
    said = plain(asides.without(text))
    first = next((phrase for phrase in _phrases() if phrase.pattern.search(said)), None)
    if first is None:
        return None
    if first.verdict.status is Status.NOT_DETECTED and _also_positive(said):
        return Verdict(status=Status.INDETERMINATE)
    if first.verdict.status in DENYING and (_is_stated_before(said) or _is_stated_behind(said)):
        return Verdict(status=Status.INDETERMINATE)
    if first.verdict.status is Status.NOT_DETECTED and BEHIND.search(said):
        return Verdict(status=Status.INDETERMINATE)
    if CONTRAST.search(said) and _denies(said):  # what is denied, and what is not, nobody can tell
        return Verdict(status=Status.INDETERMINATE)
    return first.verdict


def _is_stated_before(said: str) -> bool:
    """True if an alteration is stated before the part that denies something of its own.

    "FGFR2 fusion, no FGFR2 mutation" and "S310F, copy number not evaluable"; but not "FGFR2
    fusion: not detected", whose denial has no object but the words before it.
    """
    parts = [part.strip() for part in PARTS.split(said) if part.strip()]
    for at, part in enumerate(parts):
        if not _denies(part):
            continue
        if ":" in part and _denies(part.rpartition(":")[2]):
            return False  # a list, and behind its colon what is said of all
        own = _undenied(part).strip(" .:-") or STATES.search(part)
        return bool(own) and any(STATES.search(before) for before in parts[:at])
    return False


def _is_stated_behind(said: str) -> bool:
    """True if an alteration is stated behind a part that denies something of its own.

    "HER2 negative, IDH1 R132C"; but not "negative for KRAS G12C, BRAF V600E", which denies both.
    """
    parts = [part.strip() for part in PARTS.split(re.sub(r"\([^)]*\)", " ", said)) if part.strip()]
    at = next((at for at, part in enumerate(parts) if _denies(part)), len(parts))
    if at < len(parts) and DENIED_ITSELF.search(parts[at]):
        return any(STATES.search(part) and not _denies(part) for part in parts[at + 1 :])
    if at == len(parts) or set(re.findall(r"(?:^|: ?)(\w+)", parts[at])) & LEADS:
        return False
    return any(STATES.search(part) and not _denies(part) for part in parts[at + 1 :])


def denies_alone(text: str) -> bool:
    """True for a denial without an object of its own: "not detected", "not assessed (QNS)"."""
    said = plain(text)
    return _denies(said) and not _undenied(said).strip(" .:()-")


def _denies(part: str) -> bool:
    return any(each.pattern.search(part) for each in _phrases() if each.verdict.status in DENYING)


def _undenied(part: str) -> str:
    for each in _phrases():
        if each.verdict.status in DENYING:
            part = each.pattern.sub(" ", part)
    return part


def _also_positive(said: str) -> bool:
    rest = said
    for phrase in _phrases():
        if phrase.verdict.status is Status.NOT_DETECTED:
            rest = phrase.pattern.sub(" ", rest)
    return any(phrase.pattern.search(rest) for phrase in _phrases() if phrase.order >= 5)


def valued(marker: Marker, text: str, *, plasma: bool = False) -> Verdict | None:
    """What the printed value of MSI, MMR, TMB or a HER2 stain says; None if it is not understood.

    The grammar and the cut-offs are those of `pipeline.valued`; blood TMB is indeterminate.
    """
    general = verdict(text)
    if general and general.status is Status.NOT_ASSESSED:
        own = _without_other_tests(marker, text)
        return valued(marker, own, plasma=plasma) if own != text else general
    known = _of_marker(marker, text, plasma=plasma)
    if not values.is_understood(known):
        return None
    if values.status_of(known) is Status.DETECTED and _is_taken_back(marker, text):
        return None
    # The grammar of the values is English: a "nicht" beside "MSI-High" would be lost in it.
    if FOREIGN.search(plain(text)) and values.status_of(known) is Status.DETECTED:
        return None
    number = known.value if isinstance(known, Signature) else None
    unit = known.unit if isinstance(known, Signature) else None
    return Verdict(status=values.status_of(known), value=number, unit=unit)


def _is_taken_back(marker: Marker, text: str) -> bool:
    """True if a positive stands in a question, and no positive in its answer: "MSI-H: not found".

    Words that doubt or deny it, and that the grammar of the value has not read, take it back too.
    """
    own = _without_other_tests(marker, text)
    asked, colon, answer = own.partition(":")
    if colon and answer.strip() and _is_positive(marker, asked):
        told = verdict(answer)
        read = _is_positive(marker, answer) and not denies_alone(answer)
        read = read or bool(told and told.status is Status.DETECTED)
        if not read and (told or len(answer.split()) < SHORT):
            return True
    # A list of stains says of some that they are lost and of others that they are not.
    listed = marker is Marker.MMR and (PROTEIN.search(own) or not re.search("[a-z]", own))
    return not listed and asides.takes_back(own)


def _is_positive(marker: Marker, text: str) -> bool:
    known = _of_marker(marker, text, plasma=False)
    return values.is_understood(known) and values.status_of(known) is Status.DETECTED


def _without_other_tests(marker: Marker, text: str) -> str:
    """The text without the parts that say of another test that it was not done."""
    others = [pattern for name, pattern in _TESTS.items() if name is not marker]
    kept = [
        part
        for part in re.split(r"[;,]\s+", text)
        if not (
            _denies(plain(part))
            and any(other.search(plain(part)) for other in others)
            and not _TESTS[marker].search(plain(part))
        )
    ]
    return "; ".join(kept) or text


_TESTS = {
    Marker.MSI: re.compile(r"\bmsi\b|\bmss\b|microsatellite"),
    Marker.MMR: re.compile(r"mmr\b|mismatch"),
    Marker.TMB: re.compile(r"\bb?tmb\b|burden"),
    Marker.HER2_IHC: re.compile(r"\bihc\b|immuno"),
    Marker.HER2_ISH: re.compile(r"\b(?:[fcsd]|dd)?ish\b|in[- ]situ"),
}


def _of_marker(marker: Marker, text: str, *, plasma: bool) -> Signature | Expression:
    if marker is Marker.TMB:
        return values.tmb(text, analyte=Analyte.CFDNA if plasma else None)
    if marker is Marker.MSI:
        share_ = UNSTABLE.search(text)
        unit = "% unstable sites" if share_ else None
        return values.msi(text, _number(share_[1]) if share_ else None, unit)
    if marker is Marker.MMR:
        return values.mmr(text)
    return values.her2_ihc(text) if marker is Marker.HER2_IHC else values.her2_ish(text)


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
