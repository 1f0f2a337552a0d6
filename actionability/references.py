"""Are references, dates and places of the tables well formed? Tables in, sentences of fault out."""

import re
from collections.abc import Iterator
from datetime import date

from actionability.dates import counts_from
from actionability.grammar import Call, listed
from actionability.knowledge import Knowledge
from actionability.rows import Indication
from pipeline.errors import KnowledgeError
from pipeline.patient import Jurisdiction

_TOKENS = re.compile(
    r"PMID\S*(?:\s+\d\S*)?|PMC(?=\d)\S*|NCT(?=\d)\S*|(?:ind|doc):\S+|10\.\d\S*/\S*"
)
_WELL_FORMED = re.compile(
    r"PMID \d{7,8}|PMC\d{5,8}|NCT\d{8}"
    r"|ind:(?:fda|ema)\.[a-z]+:\d+|doc:(?:fda|ema)\.[a-z]+|10\.\d{4,9}/\S+"
)
_REGISTERED = re.compile(r"NCT\d{8}|EudraCT \d{4}-\d{6}-\d{2}")
_RELEASE = re.compile(r"(\d{4})\.(\d{2})\.(\d{2})(?:\.[2-9])?")
_CORE_RULES = tuple(f"R{number}" for number in range(1, 33))


def faults(knowledge: Knowledge) -> Iterator[str]:
    """Every fault, in the order of the tables."""
    for name, rows in knowledge.cells.items():
        for cells in rows:
            where = f"{name}.csv ({cells.get('id') or next(iter(cells.values()))})"
            yield from (f"{where}: {fault}" for fault in _of_cells(cells))
    for row in knowledge.indications:
        yield from (f"indications.csv ({row.id}): {fault}" for fault in _of_days(row, knowledge))
    yield from _of_the_release_day(knowledge)
    yield from _of_statements(knowledge)


def _of_cells(cells: dict[str, str]) -> Iterator[str]:
    if "source" in cells and not cells["source"]:
        yield "it names no source"
    for text in (cells.get("source") or "", cells.get("sentence") or ""):
        for found in _TOKENS.findall(text):
            token = found.rstrip(".,;:)")
            if not _WELL_FORMED.fullmatch(token):
                yield f"the reference {token!r} is not of its form"
    for number in listed(cells.get("nct") or ""):
        if not _REGISTERED.fullmatch(number):
            yield f"{number!r} is no registration number of a trial"
    strange = set(listed(cells.get("recall") or "")) - set(cells)
    if strange:
        yield f"recall names no column: {', '.join(sorted(strange))}"
    if cells.get("checked", "yes") not in {"yes", "partly", "recall"}:
        yield "checked is yes, partly or recall"


def _of_days(row: Indication, knowledge: Knowledge) -> Iterator[str]:
    seen = next(cells["as_of"] for cells in knowledge.cells["indications"] if cells["id"] == row.id)
    try:
        looked = counts_from(seen)
    except KnowledgeError as error:
        yield f"as_of: {error}"
        return
    if looked is None:
        yield "as_of is empty: nobody says when the row was looked at"
    elif row.valid_from and len(row.printed_from) > len("2026") and row.valid_from > looked:
        yield f"valid from {row.printed_from}, but last looked at in {seen}"


def _of_the_release_day(knowledge: Knowledge) -> Iterator[str]:
    """On the day of the release one row of each group speaks, and none is of the future."""
    day = _day_of(knowledge.stamp.release)
    if day is None:
        yield f"the release {knowledge.stamp.release!r} is not a day"
        return
    for area in Jurisdiction:
        for group in knowledge.groups[area]:
            if not any(row.is_valid_on(day) for row in group):
                yield f"indications.csv ({group[0].group}, {area}): no row is valid on {day}"


def _day_of(release: str) -> date | None:
    """The day in `2026.11.21` or, where a second release was made that day, in `2026.11.21.2`."""
    found = _RELEASE.fullmatch(release)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def _of_statements(knowledge: Knowledge) -> Iterator[str]:
    """Every rule of the two sources is mapped, and every place a statement names is there."""
    told = {statement.rule for statement in knowledge.statements}
    for rule in _CORE_RULES:
        if rule not in told:
            yield f"statements.csv: nothing says where {rule} lives"
    places = _places(knowledge)
    for statement in knowledge.statements:
        for kind, name in statement.where:
            if kind != "file" and name not in places.get(kind, frozenset()):
                yield f"statements.csv ({statement.rule}): there is no {kind}:{name}"


def _places(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """What a statement may point to; a question counts only while a row asks it."""
    return {
        "indications": frozenset(row.group for row in knowledge.indications),
        "regimens": frozenset(row.id for row in knowledge.regimens),
        "cautions": frozenset(row.id for row in knowledge.cautions),
        "resistance": frozenset(row.id for row in knowledge.resistance),
        "notes": frozenset(row.id for row in knowledge.notes),
        "reflex_tests": frozenset(marker.value for marker in knowledge.reflexes),
        "site_scopes": knowledge.sites.scopes,
        "question": frozenset(call.name for _, call in asked(knowledge)),
    }


def asked(knowledge: Knowledge) -> Iterator[tuple[str, Call]]:
    """Every question that a row of the tables asks, with the place of the row."""
    for row in knowledge.indications:
        yield from ((f"indications.csv ({row.id})", call) for call in row.requires)
    for regimen in knowledge.regimens:
        yield from ((f"regimens.csv ({regimen.id})", call) for call in regimen.requires)
    for caution in knowledge.cautions:
        if caution.asks:
            yield f"cautions.csv ({caution.id})", caution.asks
    for note in knowledge.notes:
        yield from ((f"notes.csv ({note.id})", call) for call in note.when)
