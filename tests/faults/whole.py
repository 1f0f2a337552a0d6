"""A house after a fault in, whether everything stands in it exactly once out (R18).

0 lost, 0 doubled, 0 partial: every report and every interpretation stands whole or not at all;
after one more night all rows, originals and the audit are as after a night without any fault.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from tests.faults.dump import Rows, differing, rows
from tests.faults.night import Ended, House, Stage

HELD = 3
"""Exit status of the night: it has files that nobody can conclude anything from."""


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """A night that nobody disturbed: its rows, its originals, and how far it went."""

    rows: Rows
    kept: frozenset[str]
    ended: Ended


def made_whole(
    stage: Stage, house: House, quiet: Quiet, told: str, *, audited: bool = True
) -> None:
    """One more night heals the house; *told* says what had happened to it."""
    assert torn(rows(house.url), quiet.rows) == [], told
    again = stage.night(house)
    assert again.status == HELD, f"{told}: {again.err}"
    same_rows(quiet, house, told)
    assert kept(house) == quiet.kept, told
    if audited:
        verified = stage.run(house, "audit", "verify", "--json")
        assert verified.status == 0, f"{told}: {verified.out}{verified.err}"


def same_rows(quiet: Quiet, house: House, told: str = "") -> None:
    """Every row is as after the quiet night."""
    found = differing(quiet.rows, rows(house.url))
    assert not found, "\n".join([told, *found[:20]])


def documents(stage: Stage, house: House) -> dict[str, str]:
    """What is said of every case at this moment, as JSON, by case."""
    listed = stage.run(house, "cases", "--json")
    cases = [each["case"] for each in json.loads(listed.out)["cases"]]
    return {each: stage.run(house, "case", each, "--json").out for each in cases}


def kept(house: House) -> frozenset[str]:
    """The originals that were kept, by name."""
    return frozenset(each.name for each in house.data.glob("originals/**/*") if each.is_file())


WHOLE = {
    "reports": ("findings", "observations", "finding_observations"),
    "interpretations": ("flags", "suggestions", "near_misses", "not_assessed"),
}
"""Tables whose rows are written in the transaction of a row of another."""


def torn(found: Rows, wanted: Rows) -> list[str]:
    """Reports and interpretations that stand without all of their rows."""
    return [
        f"{part} of {key}"
        for whole, parts in WHOLE.items()
        for key in _keys(found.get(whole, []), whole)
        for part in parts
        if _of(found[part], key) != _of(wanted[part], key)
    ]


def _keys(of: Iterable[tuple[object, ...]], table: str) -> list[tuple[object, ...]]:
    return [row[:1] if table == "reports" else row[:2] for row in of]


def _of(all_rows: Iterable[tuple[object, ...]], key: tuple[object, ...]) -> list[object]:
    return [row for row in all_rows if row[: len(key)] == key]
