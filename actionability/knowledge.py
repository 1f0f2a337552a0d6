"""The actionability knowledge: packaged tables in, one linted and stamped `Knowledge` out."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TypeVar

from actionability.drugs import Drugs
from actionability.rows import (
    Caution,
    Cells,
    Concerns,
    Indication,
    Note,
    Reflex,
    Regimen,
    Resistance,
    SiteScope,
)
from actionability.sites import Sites
from actionability.statements import Statement
from pipeline import tables
from pipeline.errors import KnowledgeError
from pipeline.model import Marker
from pipeline.patient import Jurisdiction, KnowledgeStamp

T = TypeVar("T")
Tables = Mapping[str, tuple[dict[str, str], ...]]
NAMES = (
    "indications",
    "regimens",
    "cautions",
    "resistance",
    "reflex_tests",
    "notes",
    "drugs",
    "mixtures",
    "site_scopes",
    "site_words",
    "mixed_types",
    "statements",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Knowledge:
    """One release of all tables; *groups* holds the periods of one indication together.

    By the id of an indication or a regimen, *scopes* holds its drugs, their classes and the row's
    own name, and *concerns* the cautions of a jurisdiction whose scope names one of these.
    *cells* are the tables as they were read, for what the linter checks letter by letter.
    """

    indications: tuple[Indication, ...]
    groups: Mapping[Jurisdiction, tuple[tuple[Indication, ...], ...]]
    regimens: tuple[Regimen, ...]
    cautions: tuple[Caution, ...]
    scopes: Mapping[str, frozenset[str]]
    concerns: Mapping[tuple[str, Jurisdiction], Concerns]
    resistance: tuple[Resistance, ...]
    reflexes: Mapping[Marker, Reflex]
    notes: tuple[Note, ...]
    statements: tuple[Statement, ...]
    cells: Tables
    drugs: Drugs
    sites: Sites
    stamp: KnowledgeStamp


@cache
def load() -> Knowledge:
    """The packaged release; `KnowledgeError` names the file, the row and what is wrong."""
    return checked(packaged(), release=packaged_release())


def packaged() -> Tables:
    """The packaged tables as rows of cells, by name."""
    return {name: tables.rows(tables.packaged("actionability", f"{name}.csv")) for name in NAMES}


def packaged_release() -> str:
    """The name of the packaged release: the day it was made, and its number on that day."""
    return tables.packaged("actionability", "VERSION").strip()


def checked(given: Tables, *, release: str) -> Knowledge:
    """The same as `of` without a fault; `KnowledgeError` tells every one that the linter finds."""
    knowledge = of(given, release=release)
    faults = lint(knowledge)
    if faults:
        raise KnowledgeError("; ".join(faults))
    return knowledge


def of(given: Tables, *, release: str) -> Knowledge:
    """Tables as rows of cells to one `Knowledge`; `KnowledgeError` with file and row."""
    indications = _parsed(given, "indications", Indication.of)
    scopes = _parsed(given, "site_scopes", SiteScope.of)
    reflexes = _parsed(given, "reflex_tests", Reflex.of)
    regimens = _parsed(given, "regimens", Regimen.of)
    cautions = _parsed(given, "cautions", Caution.of)
    drugs = _drugs(given)
    named = _scopes(indications, regimens, drugs)
    return Knowledge(
        indications=indications,
        groups=MappingProxyType({area: _groups(indications, area) for area in Jurisdiction}),
        regimens=regimens,
        cautions=cautions,
        scopes=MappingProxyType(named),
        concerns=MappingProxyType(_concerns(named, cautions)),
        resistance=_parsed(given, "resistance", Resistance.of),
        reflexes=MappingProxyType({row.marker: row for row in reflexes}),
        notes=_parsed(given, "notes", Note.of),
        statements=_parsed(given, "statements", Statement.of),
        cells=given,
        drugs=drugs,
        sites=Sites.of(scopes, given["site_words"], given["mixed_types"]),
        stamp=KnowledgeStamp(release=release, sha256=digest(given)),
    )


def digest(given: Tables) -> str:
    """SHA-256 of the rows of all tables, in hexadecimal; their order does not count."""
    canonical = {
        name: sorted(json.dumps(row, sort_keys=True) for row in rows)
        for name, rows in given.items()
    }
    return hashlib.sha256(json.dumps(canonical, sort_keys=True).encode()).hexdigest()


def lint(knowledge: Knowledge) -> tuple[str, ...]:
    """Every fault of the release as a sentence with file and row; () is a clean release."""
    # Imported late: the linter knows the questions, which know the facts, which know the rows.
    from actionability import lint as rules  # noqa: PLC0415

    return rules.faults(knowledge)


def _parsed(given: Tables, name: str, make: Callable[[Cells], T]) -> tuple[T, ...]:
    return tuple(_row(name, number, cells, make) for number, cells in enumerate(given[name], 2))


def _row(name: str, number: int, cells: Cells, make: Callable[[Cells], T]) -> T:
    try:
        return make(cells)
    except KeyError as error:
        raise KnowledgeError(f"{name}.csv: the column {error} is missing") from error
    except (KnowledgeError, ValueError) as error:
        raise KnowledgeError(f"{name}.csv, row {number} ({_id(cells)}): {error}") from error


def _id(cells: Cells) -> str:
    return cells.get("id") or next(iter(cells.values()), "")


def _groups(rows: tuple[Indication, ...], area: Jurisdiction) -> tuple[tuple[Indication, ...], ...]:
    found: dict[str, list[Indication]] = {}
    for row in rows:
        if row.jurisdiction is area and row.markers:
            found.setdefault(row.group, []).append(row)
    return tuple(tuple(group) for group in found.values())


def _scopes(
    indications: tuple[Indication, ...], regimens: tuple[Regimen, ...], drugs: Drugs
) -> dict[str, frozenset[str]]:
    scopes = {row.id: drugs.scopes(row.agents) | {row.id} for row in regimens}
    return scopes | {
        row.id: drugs.scopes(drugs.components(row.therapy)) | {row.group} for row in indications
    }


def _concerns(
    scopes: Mapping[str, frozenset[str]], cautions: tuple[Caution, ...]
) -> dict[tuple[str, Jurisdiction], Concerns]:
    return {
        (id_, area): Concerns.of(
            row
            for row in cautions
            if row.jurisdiction in {None, area} and not scope.isdisjoint(row.scope)
        )
        for id_, scope in scopes.items()
        for area in Jurisdiction
    }


def _drugs(given: Tables) -> Drugs:
    try:
        return Drugs.of(given["drugs"], given["mixtures"])
    except (KeyError, KnowledgeError) as error:
        raise KnowledgeError(f"drugs.csv or mixtures.csv: {error}") from error
