"""A code in, what it means, how bad it is and who does what out (`flows/data/codes.csv`).

What a night says is read by people who were not there: a code alone helps none of them.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pipeline.tables import packaged, rows


class Level(StrEnum):
    """How bad it is: nothing to do, a person is needed, the night itself is in doubt."""

    WELL = "well"
    ATTENTION = "attention"
    ALARM = "alarm"


class Of(StrEnum):
    """What the code is of: an alarm, the end of a run, a file, something in an inbox."""

    ALARM = "alarm"
    FAULT = "fault"
    FILE = "file"
    INBOX = "inbox"


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a code means in a sentence, who must act, and what to do."""

    code: str
    level: Level
    who: str
    meaning: str
    do: str


_NOBODY_KNOWS = "No sentence is written for this code."
_REPORT = "Report it with the code."
_ENGINEER = "data engineer"


def meaning(of: Of, code: str) -> Meaning:
    """What the code means; the code of a fault may go on behind what is written (SQLSTATE)."""
    known = _table()
    found = known.get((of, code))
    if found is None and of is Of.FAULT:
        found = next((known[each] for each in known if _begins(each, code)), None)
    if found is not None:
        return found
    level = Level.ALARM if of in {Of.ALARM, Of.FAULT} else Level.ATTENTION
    return Meaning(code=code, level=level, who=_ENGINEER, meaning=_NOBODY_KNOWS, do=_REPORT)


def _begins(key: tuple[Of, str], code: str) -> bool:
    return key[0] is Of.FAULT and code.startswith(key[1])


@cache
def _table() -> dict[tuple[Of, str], Meaning]:
    return {
        (Of(row["kind"]), row["code"]): Meaning(
            code=row["code"],
            level=Level(row["level"]),
            who=row["who"],
            meaning=row["meaning"],
            do=row["do"],
        )
        for row in rows(packaged("flows", "codes.csv"))
    }
