"""A tumour type as printed in; whether it is a biliary tract cancer out: yes, no, or not known.

Strategy: take away what is no diagnosis (where it spread to, what is to be ruled out, what the
patient had before), then look for the words of `data/tumour_types.csv`. An organ alone is a
place, not a disease; biliary words beside words of another organ leave the question open.
"""

import re
import unicodedata
from functools import cache

from pipeline.tables import packaged, rows

_CLAUSE_END = r"(?=[,;.()]|\bfrom\b|\bwith\b|\bof\b|\bprimary\b|\borigin|$)"
_SPREAD_TO = re.compile(
    r"\bmetasta\w+(?P<kept>(?:\s+\w+){0,3}?)\s+(?:to|in|into|involving)\s+(?:the\s+)?"
    rf"[^,;.()]*?{_CLAUSE_END}"
)
_SPREAD = re.compile(
    r"\b(?:liver|hepatic|lung|pulmonary|bone|brain|peritoneal|omental|nodal|lymph node|ovarian"
    r"|adrenal|skin|colon|colonic|gastric|pancreatic|duodenal)\s+(?:metasta\w+|mets?\b|deposits?)"
    rf"|\b(?:invading|infiltrating|extending to|spread to)\s+(?:the\s+)?[^,;.()]*?{_CLAUSE_END}"
)
_NO_DIAGNOSIS = re.compile(
    r"\b(?:rule[sd]? out|r/o|to exclude|cannot exclude|exclude|suspicious for|suspected"
    r"|suspicion of|possibl[ey]|probabl[ey]|query|favou?rs?|favou?red|differential"
    r"|concerning for|negative for|no evidence of|not consistent with|not|no|without|excluding"
    r"|exclusion of|(?:personal |family |past |clinical )?history of|h/o|s/p|prior|previous"
    r"|formerly)\b[^,;.]*"
    r"|\b(?:specimen|biopsy|sample|tissue)(?: type)? site\s*:?[^,;.]*"
    r"|\?\s*\w[^,;.]*|\b\w[\w ]*\?"
)


@cache
def _patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    phrases = [
        row["phrase"]
        for row in rows(packaged("pipeline", "tumour_types.csv"))
        if row["kind"] == kind
    ]
    return tuple(re.compile(_as_pattern(phrase)) for phrase in phrases)


def _as_pattern(phrase: str) -> str:
    words = [re.escape(word).replace(r"\*", r"\w*") for word in phrase.split()]
    return r"(?<!\w)" + r"(?:[\s/-]+|\s*\(\s*)".join(words) + r"(?!\w)"


def _names(kind: str, text: str) -> bool:
    return any(pattern.search(text) for pattern in _patterns(kind))


def is_biliary(text: str | None) -> bool | None:
    """True for a biliary tract cancer, False for another one, None where the text leaves it open.

    *text* is the diagnosis or tumour type, never a specimen site: "Liver" answers None. Combined
    hepatocellular-cholangiocarcinoma and pancreatobiliary tumours answer None: a person decides.
    """
    said = _diagnosis(text or "")
    if _names("mixed", said):
        return None
    biliary = _names("diagnosis", said) or (_names("organ", said) and _names("cancer", said))
    other = _names("other", said)
    if biliary == other:
        return None
    return biliary


def _diagnosis(text: str) -> str:
    """The part of the text that states a diagnosis, in lower case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub("[\u2010-\u2015]", "-", re.sub(r"\s+", " ", plain))
    here = _SPREAD.sub(" ", _SPREAD_TO.sub(lambda found: f" {found['kept']} ", plain))
    return _NO_DIAGNOSIS.sub(" ", here)
