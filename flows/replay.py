"""Stored interpretations in, the same made again and compared byte for byte out (requirement R11).

Everything comes from the database: what readers saw, the context, the options and the release of
knowledge. What differs is told by its place alone, never by its text.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from actionability.knowledge import Knowledge
from flows.knowledge import stored_release
from flows.trip import Frame, interpret_case
from pipeline.codec import to_json
from pipeline.errors import KnowledgeError, StoreError
from pipeline.identity import CaseGroup
from pipeline.model import ReportResult
from pipeline.normalise import again
from pipeline.patient import Interpretation
from store.evidence import UNFIT, Evidence, Held, Key
from store.inputs import Inputs
from store.records import Store

_FROM_BEFORE = "its inputs were not written down: it is from before Oncoflag kept them"
_UNSEEN = "what the reader of a report saw was not written down"
_NO_RELEASE = "its release of knowledge is not stored"
_LABELS = frozenset({"by_specimen"})


class Verdict(StrEnum):
    """What a replay found."""

    IDENTICAL = "identical"
    DIFFERS = "differs"
    OTHER_CODE = "other_code"
    NOT_REPLAYABLE = "not_replayable"


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """One interpretation made again; *places* are the JSON paths and tables that do not fit.

    Of each document only the first place is told. `other_code` was made by another version of the
    code: what differs is told and is no failure.
    """

    key: Key
    verdict: Verdict
    places: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def is_proven(self) -> bool:
        """True unless something does not fit, or could not be tried."""
        return self.verdict in {Verdict.IDENTICAL, Verdict.OTHER_CODE}


def replay(store: Store, keys: Iterable[Key], *, code_version: str) -> Iterator[Replayed]:
    """Each of *keys* made again, one at a time, with the knowledge it was made with."""
    shelf = _Shelf(store)
    for key in keys:
        yield _one(store, shelf, key, code_version)


class _Shelf:
    """Releases of the store, each parsed once; None where it is not stored."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Knowledge | KnowledgeError | None] = {}

    def knowledge(self, sha256: str) -> Knowledge | None:
        """The release of this hash; `KnowledgeError` if it was changed since."""
        if sha256 not in self._known:
            self._known[sha256] = self._loaded(sha256)
        found = self._known[sha256]
        if isinstance(found, KnowledgeError):
            raise found
        return found

    def _loaded(self, sha256: str) -> Knowledge | KnowledgeError | None:
        if self._store.release_text(sha256) is None:
            return None
        try:
            return stored_release(self._store, sha256).knowledge()
        except KnowledgeError as error:
            return error


def _one(store: Store, shelf: _Shelf, key: Key, code_version: str) -> Replayed:
    try:
        kept = store.evidence(key)
        knowledge = shelf.knowledge(kept.knowledge.sha256)
    except StoreError as error:
        if error.code not in UNFIT:
            raise
        return Replayed(key=key, verdict=Verdict.DIFFERS, reason=str(error))
    except KnowledgeError as error:
        return Replayed(key=key, verdict=Verdict.DIFFERS, places=("releases",), reason=str(error))
    missing = _missing(kept, knowledge)
    if missing is not None or kept.inputs is None or knowledge is None:
        return Replayed(key=key, verdict=Verdict.NOT_REPLAYABLE, reason=missing)
    places = tuple(_places(kept, kept.inputs, knowledge))
    if kept.code_version != code_version:
        told = f"made by version {kept.code_version} of the code, replayed by {code_version}"
        return Replayed(key=key, verdict=Verdict.OTHER_CODE, places=places, reason=told)
    verdict = Verdict.DIFFERS if places else Verdict.IDENTICAL
    return Replayed(key=key, verdict=verdict, places=places)


def _missing(kept: Evidence, knowledge: Knowledge | None) -> str | None:
    if kept.inputs is None:
        return _FROM_BEFORE
    if any(each.observations is None for each in (*kept.given, *kept.waiting)):
        return _UNSEEN
    return _NO_RELEASE if knowledge is None else None


def _places(kept: Evidence, inputs: Inputs, knowledge: Knowledge) -> Iterator[str]:
    """Where what is made again is not what stands, and where its rows are not its text."""
    results = {each.report_id: _read_again(each) for each in (*kept.given, *kept.waiting)}
    for number, each in enumerate((*kept.given, *kept.waiting)):
        place = first_difference(to_json(each.result), to_json(results[each.report_id]))
        if place is not None:
            yield f"reports[{number}]{place}"
    said = _said_again(kept, inputs, knowledge, results)
    place = first_difference(kept.said.encode(), to_json(said))
    if place is not None:
        yield f"interpretation{place}"
    yield from (f"table {name}" for name in kept.astray)


def _read_again(held: Held) -> ReportResult:
    return again(held.result, held.observations or ())


def _said_again(
    kept: Evidence, inputs: Inputs, knowledge: Knowledge, results: dict[str, ReportResult]
) -> Interpretation:
    frame = Frame(
        knowledge=knowledge,
        code_version=kept.code_version,
        today=inputs.today,
        as_of=inputs.as_of,
        jurisdictions=inputs.jurisdictions,
    )
    group = CaseGroup(
        id=kept.key.case_id,
        patient=inputs.patient,
        results=tuple(results[each.report_id] for each in kept.given),
    )
    waiting = tuple(results[each.report_id] for each in kept.waiting)
    return interpret_case(frame, group, waiting, inputs.notices, inputs.doubts)


def first_difference(stored: bytes, made: bytes) -> str | None:
    """The path of the first value that differs, like `.flags[0].kind`; None if bytes are equal.

    Keys that a report printed (the names of specimens) are not shown.
    """
    if stored == made:
        return None
    try:
        return _differing(json.loads(stored), json.loads(made), "") or " (spelling of the JSON)"
    except ValueError:
        return " (no JSON)"


def _differing(stored: Any, made: Any, path: str) -> str | None:  # noqa: ANN401 - any JSON
    if isinstance(stored, dict) and isinstance(made, dict):
        hidden = path.rpartition(".")[2] in _LABELS
        for key in dict.fromkeys((*stored, *made)):
            below = f"{path}{'[*]' if hidden else f'.{key}'}"
            if key not in stored or key not in made:
                return below
            found = _differing(stored[key], made[key], below)
            if found is not None:
                return found
        return None
    if isinstance(stored, list) and isinstance(made, list):
        return _of_lists(stored, made, path)
    return None if stored == made and type(stored) is type(made) else path


def _of_lists(stored: list[Any], made: list[Any], path: str) -> str | None:
    for number, (one, other) in enumerate(zip(stored, made, strict=False)):
        found = _differing(one, other, f"{path}[{number}]")
        if found is not None:
            return found
    if len(stored) == len(made):
        return None
    return f"{path}[{min(len(stored), len(made))}]"
