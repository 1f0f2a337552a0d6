"""What stands in an inbox and was not taken: waiting, refused or set aside, each with a reason.

A row goes when its entry is taken or gone. Places are hashes of paths: a name may be any bytes,
and may be a patient's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from store.books import EntryState, entries

_MANY = 500


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something that was found and not taken; *root* is the place of the inbox it lies in."""

    place: str
    root: str
    file: str
    state: EntryState
    code: str
    reason: str


def keep(
    connection: sa.Connection,
    found: Iterable[Entry],
    *,
    roots: Iterable[str],
    taken: Iterable[str],
    seen_at: datetime,
) -> tuple[Entry, ...]:
    """Make the books of these inboxes say what was *found*; the waiting entries that are gone.

    *taken* are the places of files that were taken. What did not change changes no row.
    """
    now = {each.place: each for each in found}
    before = _of_roots(connection, tuple(roots)) | _of_places(connection, (*now, *taken))
    for place in sorted(before.keys() - now.keys()):
        connection.execute(sa.delete(entries).where(entries.c.place == place))
    for place, entry in now.items():
        _put(connection, entry, before.get(place), seen_at)
    gone = before.keys() - now.keys() - set(taken)
    return tuple(before[each] for each in sorted(gone) if before[each].state is EntryState.WAITING)


def listed(connection: sa.Connection, *states: EntryState) -> tuple[Entry, ...]:
    """The entries in any of these states, by name."""
    wanted = entries.c.state.in_([each.value for each in states])
    return tuple(_read(connection, wanted).values())


def first_seen(connection: sa.Connection, places: Iterable[str]) -> dict[str, datetime]:
    """When each of these places was first found with something that was not taken."""
    seen: dict[str, datetime] = {}
    for portion in _portions(places):
        query = sa.select(entries.c.place, entries.c.first_seen)
        for row in connection.execute(query.where(entries.c.place.in_(portion))):
            seen[row.place] = row.first_seen
    return seen


def _put(connection: sa.Connection, entry: Entry, before: Entry | None, seen_at: datetime) -> None:
    row = asdict(entry) | {"state": entry.state.value}
    if before is None:
        connection.execute(sa.insert(entries), row | {"first_seen": seen_at})
    elif before != entry:
        change = sa.update(entries).where(entries.c.place == entry.place)
        connection.execute(change.values(row))


def _of_roots(connection: sa.Connection, roots: Sequence[str]) -> dict[str, Entry]:
    return _read(connection, entries.c.root.in_(roots))


def _of_places(connection: sa.Connection, places: Iterable[str]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for portion in _portions(places):
        found |= _read(connection, entries.c.place.in_(portion))
    return found


def _read(connection: sa.Connection, wanted: sa.ColumnElement[bool]) -> dict[str, Entry]:
    columns = [entries.c[name] for name in Entry.__dataclass_fields__]
    query = sa.select(*columns).where(wanted).order_by(entries.c.file, entries.c.place)
    return {
        row["place"]: Entry(**dict(row) | {"state": EntryState(row["state"])})
        for row in connection.execute(query).mappings()
    }


def _portions(places: Iterable[str]) -> Iterable[list[str]]:
    wanted = sorted(set(places))
    return (wanted[at : at + _MANY] for at in range(0, len(wanted), _MANY))
