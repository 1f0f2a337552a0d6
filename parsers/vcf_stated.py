"""What a VCF header states of the whole tumour: its lines in; purity, ploidy, MSI and TMB out.

Only keys of `data/vcf_headers.csv` are read, so that ``##MSI_model`` is no result. INFO keys of
the same name are another matter: VarDict's ``MSI`` counts repeats at one place.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from parsers.vcf_header import Header, attributes
from parsers.vcf_records import number
from pipeline.tables import packaged, rows

_SEPARATOR = re.compile(r"[^a-z0-9]+")
_VALUED = ("Status", "Call", "Result", "Class", "Value", "Score", "Unit")
_MISSING = {"", ".", "na", "n/a", "nan", "none", "null", "unknown"}


@dataclass(frozen=True, kw_only=True)
class Stated:
    """One header line that states a quantity; *unit* is None where neither key nor text has one."""

    quantity: str
    text: str
    unit: str | None
    line: int
    verbatim: str


@dataclass(frozen=True, kw_only=True)
class Content:
    """What was computed of the tumour: *purity* a fraction from 0 to 1, *ploidy* copies."""

    purity: float | None = None
    ploidy: float | None = None


@cache
def _keys() -> dict[str, tuple[str, str | None]]:
    table = rows(packaged("parsers", "vcf_headers.csv"))
    return {row["key"]: (row["quantity"], row["unit"] or None) for row in table}


def stated(header: Header) -> Iterator[Stated]:
    """Every line of the header that states a quantity we know; missing values are left out."""
    for line, (key, text) in enumerate(header.meta, start=1):
        known = _known(_SEPARATOR.sub("_", key.lower()).strip("_"))
        value = _value(text)
        if known is None or value.casefold() in _MISSING:
            continue
        quantity, unit = known
        yield Stated(
            quantity=quantity, text=value, unit=unit, line=line, verbatim=f"##{key}={text}"
        )


def _known(key: str) -> tuple[str, str | None] | None:
    """The quantity of a key, also behind the name of a program (``##caller_TMB``)."""
    parts = key.split("_")
    tails = ("_".join(parts[at:]) for at in range(len(parts)))
    return next((_keys()[tail] for tail in tails if tail in _keys()), None)


def _value(text: str) -> str:
    """The text behind the key; of ``<Status=MSI-H,Score=31>`` the values that say something."""
    if not text.startswith("<"):
        return text.strip(" \"'")
    said = {key.casefold(): value for key, value in attributes(text).items()}
    return " ".join(said[key.casefold()] for key in _VALUED if said.get(key.casefold()))


def content(header: Header) -> Content:
    """Purity and ploidy as far as the header gives one possible number of each."""
    found = tuple(stated(header))
    return Content(
        purity=_only(_fraction(each) for each in found if each.quantity == "purity"),
        ploidy=_only(number(each.text) for each in found if each.quantity == "ploidy"),
    )


def _fraction(purity: Stated) -> float | None:
    value = number(purity.text.removesuffix("%"))
    if value is None:
        return None
    is_percent = purity.unit == "percent" or purity.text.endswith("%")
    share = value / 100 if is_percent else value
    return share if 0 <= share <= 1 else None


def _only(values: Iterator[float | None]) -> float | None:
    """The lowest of several: what weakens a result counts."""
    return min((value for value in values if value is not None), default=None)
