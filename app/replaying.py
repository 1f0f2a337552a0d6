"""A run, a case or everything in, whether each interpretation can be made again out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from app import speak
from app.looking import opened
from app.progress import bar
from exchange.documents import VERSION, Document
from flows.replay import Replayed, Verdict, replay
from pipeline.errors import InputError

if TYPE_CHECKING:
    from store.evidence import Key
    from store.records import Store

_PROVEN, _NOT_PROVEN = 0, 1


@dataclass(frozen=True, kw_only=True)
class Which:
    """Whose interpretations are meant: those of a run, of a case, or all."""

    run: str | None
    case: str | None
    everything: bool

    def keys(self, store: Store) -> tuple[Key, ...]:
        """The interpretations that are meant; `InputError` where nothing is called so."""
        if self.run is not None:
            return store.interpretations_of_run(self.run)
        if self.case is not None:
            return store.interpretations_of_case(self.case)
        return store.interpretations()


def replay_stored(which: Which, *, as_json: bool) -> int:
    """Make them again and compare; 0 if each is proven, else 1."""
    if sum((which.run is not None, which.case is not None, which.everything)) != 1:
        raise InputError("say what to replay: a RUN, --case ID or --all")
    done: list[Replayed] = []
    with opened() as store:
        keys = which.keys(store)
        with bar("replaying", len(keys), as_json=as_json) as advance:
            for each in replay(store, keys, code_version=version("oncoflag")):
                done.append(each)
                advance()
    _tell(done, as_json=as_json)
    return _PROVEN if all(each.is_proven for each in done) else _NOT_PROVEN


def _tell(done: list[Replayed], *, as_json: bool) -> None:
    if as_json:
        found = Counter(each.verdict for each in done)
        counts = {verdict.value: found[verdict] for verdict in Verdict}
        told = [_document(each) for each in done]
        speak.document({"version": VERSION} | counts | {"interpretations": told})
        return
    from app.shelf_tables import replayed  # noqa: PLC0415 - rich is for people

    speak.table(replayed(done))


def _document(each: Replayed) -> Document:
    return {
        "case": each.key.case_id,
        "number": each.key.number,
        "verdict": each.verdict.value,
        "places": list(each.places),
        "reason": each.reason,
    }
