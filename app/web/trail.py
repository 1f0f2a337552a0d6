"""The audit in, the page of who did what and whether that is true out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.web.desk import TheDesk
from app.web.guard import needs
from app.web.page import page
from app.web.rights import Permission, Person
from store.audit import Entry

router = APIRouter()
Auditor = Annotated[Person, needs(Permission.SEE_AUDIT)]
_AT_ONCE = 100
_LATEST = 2**53


@dataclass(frozen=True, kw_only=True)
class Line:
    """An entry for people: *who* is a name where the actor is a user."""

    seq: int
    at: datetime
    who: str
    did: str
    subject: str
    detail: str


@router.get("/audit")
def newest(
    request: Request,
    desk: TheDesk,
    _: Auditor,
    before: Annotated[int, Query(ge=1, le=_LATEST)] = _LATEST,
    about: Annotated[str, Query(max_length=64, pattern="^[0-9a-z:.-]*$")] = "",
) -> Response:
    """The entries, the newest first, a page at a time; all, or those about one opaque id."""
    entries = desk.store.newest_entries(before=before, most=_AT_ONCE + 1, subject=about or None)
    names = {user.id: user.name for user in desk.store.users()}
    shown = [_line(each, names) for each in entries[:_AT_ONCE]]
    older = shown[-1].seq if len(entries) > _AT_ONCE else None
    return page(request, "audit.html", lines=shown, older=older, about=about)


@router.post("/audit/verify")
def verify(request: Request, desk: TheDesk, _: Auditor) -> Response:
    """Look now for anything that was changed behind our back."""
    return page(request, "audit_verdict.html", found=desk.store.verify_audit())


def _line(entry: Entry, names: dict[str, str]) -> Line:
    kind, _, run = entry.actor.partition(" ")
    who = f"run {run[:12]}" if kind == "run" else names.get(entry.actor, entry.actor)
    return Line(
        seq=entry.seq,
        at=datetime.fromisoformat(entry.at),
        who=who,
        did=entry.action.replace(".", ": ").replace("_", " "),
        subject=names.get(entry.subject, entry.subject[:12]),
        detail=_short(entry),
    )


def _short(entry: Entry) -> str:
    """What of the detail a person reads: not its hashes."""
    told = [
        f"{name.replace('_', ' ')}: {_words(value)}"
        for name, value in entry.details.items()
        if not _is_hash(value)
    ]
    return "; ".join(told)[:200]


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(each).replace("_", " ") for each in value)
    return "all" if value is None else str(value)


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64
