"""The figures of a trial as one text in, its response rate with the interval around it out."""

import re
from dataclasses import dataclass

_RATE = re.compile(
    r"\bORR (?P<rate>\d+(?:\.\d+)?)% ?(?P<of>[a-z ]*)"
    r"\((?:(?P<level>\d+)% CI )?(?P<low>\d+(?:\.\d+)?)-(?P<high>\d+(?:\.\d+)?)\)"
)
_NUMBER = re.compile(r"(?:^|; )n=(?P<n>[^;]+)")


@dataclass(frozen=True, kw_only=True)
class Response:
    """An objective response rate, all in percent; *level* None where the text states no level."""

    rate: float
    low: float
    high: float
    level: int | None
    of: str
    n: str | None

    @property
    def sentence(self) -> str:
        """The figure as people read it: "42% (95% CI 32-52), n=103"."""
        level = f"{self.level}% CI " if self.level else "interval, level not stated, "
        whom = f" {self.of}" if self.of else ""
        n = f", n={self.n}" if self.n else ""
        return f"{self.rate:g}%{whom} ({level}{self.low:g}-{self.high:g}){n}"


def response(figures: str | None) -> Response | None:
    """The first response rate that stands with an interval; None without one, or out of it."""
    found = _RATE.search(figures or "")
    if found is None:
        return None
    rate, low, high = (float(found[name]) for name in ("rate", "low", "high"))
    if not 0 <= low <= rate <= high <= 100:
        return None
    n = _NUMBER.search(figures or "")
    return Response(
        rate=rate,
        low=low,
        high=high,
        level=int(found["level"]) if found["level"] else None,
        of=found["of"].strip(),
        n=n["n"].strip() if n else None,
    )
