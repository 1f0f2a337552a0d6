"""The query of a page in, which cases are wanted out; and the same as a query, to be kept."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from fastapi import HTTPException

from app.web.address import case_named, case_word
from pipeline.model import Marker, Status
from pipeline.patient import FlagKind, Site
from store.queued import ALL, OPEN, Place, Wanted
from store.reviews import ReviewState

_UNKNOWN = "This filter is not known. Choose one of those on the queue page."
_CURSOR = "This page of the queue cannot be found. Begin at its first page."
ME, NOBODY = "me", "nobody"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """The filters of the queue as words of a query; empty means no filter."""

    review: str = OPEN
    marker: str = ""
    status: str = Status.DETECTED.value
    kind: str = ""
    site: str = ""
    release: str = ""
    who: str = ""
    stale: str = ""
    held: str = ""
    overdue: str = ""

    def __post_init__(self) -> None:
        for name, known in _KNOWN.items():
            if getattr(self, name) not in known:
                raise HTTPException(400, _UNKNOWN)

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """The filters that a query names; `HTTPException` 400 for a word that is none."""
        named = {each.name for each in fields(cls)}
        return cls(**{name: word for name, word in query.items() if name in named})

    @classmethod
    def of_text(cls, query: str) -> "Filters":
        """The same from a query as it stands in an address."""
        return cls.of(dict(parse_qsl(query)))

    @property
    def given(self) -> dict[str, str]:
        """Those that differ from a queue without filters."""
        plain = Filters()
        every = {each.name: getattr(self, each.name) for each in fields(self)}
        named = {name: word for name, word in every.items() if word != getattr(plain, name)}
        # A status says something of a marker alone.
        return named if self.marker else {n: w for n, w in named.items() if n != "status"}

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return urlencode(self.given)

    def instead(self, **words: str) -> str:
        """The address with other words for some filters."""
        changed = {each.name: getattr(self, each.name) for each in fields(self)} | words
        query = Filters(**changed).query
        return f"/?{query}" if query else "/"

    def wanted(self, me: str, now: datetime, service_days: int) -> Wanted:
        """What the store is asked for."""
        return Wanted(
            review=self.review,
            marker=Marker(self.marker) if self.marker else None,
            status=Status(self.status),
            kind=FlagKind(self.kind) if self.kind else None,
            site=self.site or None,
            release=self.release or None,
            assigned_to=me if self.who == ME else None,
            unassigned=self.who == NOBODY,
            stale=bool(self.stale),
            held=bool(self.held),
            waiting_before=now - timedelta(days=service_days) if self.overdue else None,
        )


def to_cursor(place: Place) -> str:
    """A place in the queue as a word of an address."""
    words = [place.urgency, place.waiting_since.isoformat(), case_word(place.case_id)]
    return base64.urlsafe_b64encode(json.dumps(words).encode()).decode()


def of_cursor(word: str) -> Place | None:
    """The place again; None for no word, `HTTPException` 400 for one that is none."""
    if not word:
        return None
    try:
        urgency, since, case_id = json.loads(base64.urlsafe_b64decode(word.encode("ascii")))
        at = datetime.fromisoformat(since).astimezone(UTC)
        return Place(
            urgency=_small(urgency), waiting_since=at, case_id=case_named(_storable(case_id))
        )
    except (ValueError, TypeError, OverflowError, binascii.Error):
        raise HTTPException(400, _CURSOR) from None


def _small(number: object) -> int:
    if type(number) is not int or abs(number) > 1000:
        raise ValueError
    return number


def _storable(text: object) -> str:
    if type(text) is not str or "\x00" in text:
        raise ValueError
    text.encode()
    return text


_YES = frozenset({"", "1"})
_KNOWN: dict[str, frozenset[str]] = {
    "review": frozenset({OPEN, ALL, *map(str, ReviewState)}),
    "marker": frozenset({"", *map(str, Marker)}),
    "status": frozenset(map(str, Status)),
    "kind": frozenset({"", *map(str, FlagKind)}),
    "site": frozenset({"", *map(str, Site)}),
    "who": frozenset({"", ME, NOBODY}),
    "stale": _YES,
    "held": _YES,
    "overdue": _YES,
}
