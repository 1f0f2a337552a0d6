"""A release of knowledge in, what it says otherwise of each case out: the command `reinterpret`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from actionability.release import shipped
from app import speak
from app.looking import opened
from app.progress import bar
from exchange.documents import VERSION, Document
from flows.means import frame
from flows.night import by_hand
from flows.reinterpret import Fate, Remade, only_active, rehearse, rehearsed, reinterpret
from pipeline.changes import Turn
from pipeline.settings import load as settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from actionability.diff import FlagChange
    from actionability.knowledge import Knowledge
    from pipeline.changes import Change
    from pipeline.patient import KnowledgeStamp
    from store.records import Store

_DONE, _SOME_FAILED = 0, 1


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a person asked for; *signed*: cases on which somebody has decided, too."""

    release: str | None
    dry_run: bool
    signed: bool


@dataclass(kw_only=True)
class Findings:
    """What was found of all cases: counted, and kept only where something is said otherwise."""

    stamp: KnowledgeStamp
    asked: Asked
    fates: Counter[Fate] = field(default_factory=Counter)
    turns: Counter[Turn] = field(default_factory=Counter)
    rows: Counter[tuple[str, Turn]] = field(default_factory=Counter)
    told: list[Remade] = field(default_factory=list)

    def add(self, each: Remade) -> None:
        """One more case."""
        self.fates[each.fate] += 1
        self.turns.update({change.turn for change in each.flags})
        self.rows.update({(change.indication_id, change.turn) for change in each.flags})
        if each.is_news or each.fault:
            self.told.append(each)

    def counted(self, turn: Turn) -> int:
        """How many cases have a flag that is gained, lost or changed."""
        return self.turns[turn]

    def indications(self) -> tuple[str, ...]:
        """The rows of knowledge whose flags differ, in the order of their ids."""
        return tuple(sorted({id_ for id_, _ in self.rows}))


def reinterpret_cases(asked: Asked, *, as_json: bool) -> int:
    """Make the cases again, or only say what would change; 1 if one of them failed, else 0."""
    with opened():
        pass
    found = _rehearsed(asked, as_json=as_json) if asked.dry_run else _made(asked, as_json=as_json)
    if as_json:
        speak.document(_document(found))
    else:
        from app.reinterpret_tables import told  # noqa: PLC0415 - rich is for people

        speak.table(told(found))
    return _SOME_FAILED if found.fates[Fate.FAILED] else _DONE


def _rehearsed(asked: Asked, *, as_json: bool) -> Findings:
    with opened() as store:
        known = rehearsed(store, shipped(), asked.release).knowledge()
        found = Findings(stamp=known.stamp, asked=asked)
        with _each(store, known, as_json=as_json) as advance:
            tell = _telling(found, advance)
            rehearse(store, frame(None, None, known), signed=asked.signed, tell=tell)
    return found


def _made(asked: Asked, *, as_json: bool) -> Findings:
    by = f"reinterpret at {datetime.now(UTC):%Y-%m-%d %H:%M}"
    with by_hand(settings(), by) as work:
        only_active(work, shipped(), asked.release)
        known = work.frame.knowledge
        found = Findings(stamp=known.stamp, asked=asked)
        with _each(work.store, known, as_json=as_json) as advance:
            reinterpret(work, signed=asked.signed, tell=_telling(found, advance))
    return found


def _each(
    store: Store, known: Knowledge, *, as_json: bool
) -> AbstractContextManager[Callable[[], object]]:
    return bar("reinterpreting", store.outdated_count(known.stamp.sha256), as_json=as_json)


def _telling(found: Findings, advance: Callable[[], object]) -> Callable[[Remade], object]:
    def tell(each: Remade) -> None:
        found.add(each)
        advance()

    return tell


def _document(found: Findings) -> Document:
    return {
        "version": VERSION,
        "release": {"release": found.stamp.release, "sha256": found.stamp.sha256},
        "dry_run": found.asked.dry_run,
        "signed": found.asked.signed,
        "cases": found.fates.total(),
        **{fate.value: found.fates[fate] for fate in Fate},
        **{turn.value: found.counted(turn) for turn in Turn},
        "indications": [
            {"id": each} | {turn.value: found.rows[each, turn] for turn in Turn}
            for each in found.indications()
        ],
        "changes": [_case(each) for each in found.told],
    }


def _case(each: Remade) -> Document:
    return {
        "case": each.case_id,
        "review": each.review.value,
        "fate": each.fate.value,
        "flags": [_flag(change) for change in each.flags],
        "suggestions": [_suggestion(change) for change in each.suggestions],
        "also": list(each.also),
        "beside": list(each.beside),
        "fault": each.fault,
    }


def _flag(change: FlagChange) -> Document:
    return {
        "turn": change.turn.value,
        "marker": change.marker.value,
        "therapy": change.therapy,
        "line": change.line,
        "jurisdiction": change.jurisdiction.value,
        "indication_id": change.indication_id,
        "before": change.before and change.before.value,
        "now": change.now and change.now.value,
        "differs": list(change.differs),
    }


def _suggestion(change: Change) -> Document:
    return {
        "turn": change.turn.value,
        "name": change.name,
        "before": change.before,
        "now": change.now,
    }
