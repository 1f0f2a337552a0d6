"""Releases of knowledge in, what they hold and how they differ out; and one made active."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from actionability.knowledge import Knowledge, load
from actionability.release import Release, shipped
from actionability.row_changes import RowChange, row_changes
from app import speak
from app.looking import opened
from exchange.documents import VERSION, Document
from flows.knowledge import CHECKED_BY, activate, arrive, named, stored_release
from flows.opening import opened as opened_to_write
from pipeline.settings import load as settings
from store.books import ReleaseState
from store.releases import ReleaseRow, Signed

if TYPE_CHECKING:
    from actionability.rows import Indication


def lint_knowledge(*, as_json: bool) -> None:
    """Whether the shipped tables hold; `KnowledgeError` says where they do not."""
    known = load()
    rows = len(known.indications) + len(known.regimens)
    rules = len({statement.rule for statement in known.statements})
    if as_json:
        speak.document(_stamp(known) | {"rows": rows, "rules": rules})
        return
    _say(f"release {known.stamp.release}: {rows} rows, {rules} rules in place, no fault")


def show_knowledge(word: str | None, *, as_json: bool) -> None:
    """A release and its indications: the one of *word*, else the active, else the shipped one."""
    state, known = _shown(word)
    if as_json:
        rows = [_indication(each) for each in known.indications]
        told = {"state": state, "indications": rows, "regimens": len(known.regimens)}
        speak.document(_stamp(known) | told)
        return
    from app.shelf_tables import knowledge  # noqa: PLC0415 - rich is for people

    speak.table(knowledge(known, state))


def list_releases(*, as_json: bool) -> None:
    """Every release of the database: candidate, active or retired, and who made it so."""
    with opened() as store:
        rows = store.releases()
    if as_json:
        speak.document({"version": VERSION, "releases": [_release(each) for each in rows]})
        return
    from app.shelf_tables import releases  # noqa: PLC0415 - rich is for people

    speak.table(releases(rows))


def activate_release(word: str, *, by: str, reason: str, as_json: bool) -> None:
    """Make a release the active one; `KnowledgeError` tells why it may not be."""
    now = datetime.now(UTC)
    with opened():
        pass
    with opened_to_write(settings()) as store:
        arrive(store, shipped(), by="oncoflag", at=now)
        row = activate(store, word, Signed(by=by, at=now, reason=reason))
        behind = store.outdated_count(row.sha256)
    if as_json:
        speak.document({"version": VERSION} | _release(row) | {"checked": CHECKED_BY})
        return
    _say(f"release {row.release} ({row.sha256[:12]}) is active; {CHECKED_BY}")
    _say(f"{behind} case(s) speak with another release: `oncoflag reinterpret` makes them again")


def diff_releases(before: str, after: str, *, as_json: bool) -> None:
    """The rows that two releases do not share, by table and id."""
    with opened() as store:
        old, new = (named(store, shipped(), word) for word in (before, after))
    changes = tuple(row_changes(old.tables, new.tables))
    if as_json:
        told = {"before": _named(old), "after": _named(new)}
        listed = [_change(each) for each in changes]
        speak.document({"version": VERSION} | told | {"changes": listed})
        return
    from app.shelf_tables import changed_rows  # noqa: PLC0415 - rich is for people

    speak.table(changed_rows(changes))


def _shown(word: str | None) -> tuple[str, Knowledge]:
    if word is None and not _is_there():
        return "shipped", load()
    with opened() as store:
        active = (each for each in store.releases() if each.state is ReleaseState.ACTIVE)
        row = next(active, None) if word is None else store.release_named(word)
        if row is None:
            return "shipped", load()
        return row.state.value, stored_release(store, row.sha256).knowledge()


def _is_there() -> bool:
    chosen = settings()
    if chosen.database_url is None and not (chosen.data_dir / "oncoflag.db").exists():
        return False
    with opened() as store:
        return store.revision() is not None


def _say(sentence: str) -> None:
    from rich.text import Text  # noqa: PLC0415 - rich is for people

    speak.table(Text(sentence))


def _stamp(known: Knowledge) -> Document:
    stamp = {"release": known.stamp.release, "sha256": known.stamp.sha256}
    return {"version": VERSION} | stamp


def _named(release: Release) -> Document:
    return {"release": release.name, "sha256": release.sha256}


def _indication(row: Indication) -> Document:
    return {
        "id": row.id,
        "markers": [marker.value for marker in row.markers],
        "therapy": row.therapy,
        "line": row.line,
        "jurisdiction": row.jurisdiction.value,
        "status": row.status.value,
    }


def _release(row: ReleaseRow) -> Document:
    return {
        "release": row.release,
        "sha256": row.sha256,
        "state": row.state.value,
        "origin": row.origin,
        "added_by": row.added_by,
        "added_at": row.added_at.isoformat(),
        "changed_by": row.changed_by,
        "changed_at": row.changed_at and row.changed_at.isoformat(),
        "reason": row.reason,
    }


def _change(row: RowChange) -> Document:
    cells = [
        {"column": each.column, "before": each.before, "after": each.after} for each in row.cells
    ]
    return {"table": row.table, "id": row.id, "change": row.change.value, "cells": cells}
