"""A person's filters in, kept under a name out: private, and without any patient."""

import json
from collections.abc import Mapping

import sqlalchemy as sa

from pipeline.errors import InputError
from store.desk_books import views

MOST = 30
"""So many views one person may keep."""

_LONGEST = 60


def keep(connection: sa.Connection, user_id: str, name: str, filters: Mapping[str, str]) -> None:
    """Keep the filters under *name*, in place of those that stand there; `InputError`."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST:
        raise InputError(f"a view needs a name of at most {_LONGEST} characters")
    standing = of(connection, user_id)
    if name not in standing and len(standing) >= MOST:
        raise InputError(f"{MOST} views are kept at most: take one away first")
    forget(connection, user_id, name)
    row = {"user_id": user_id, "name": name, "filters": json.dumps(filters, sort_keys=True)}
    connection.execute(sa.insert(views), row)


def of(connection: sa.Connection, user_id: str) -> dict[str, dict[str, str]]:
    """The views of a person, by name."""
    query = sa.select(views.c.name, views.c.filters).where(views.c.user_id == user_id)
    rows = connection.execute(query.order_by(views.c.name))
    return {row.name: json.loads(row.filters) for row in rows}


def forget(connection: sa.Connection, user_id: str, name: str) -> None:
    """Take a view away; nothing if there is none of this name."""
    own = sa.and_(views.c.user_id == user_id, views.c.name == name)
    connection.execute(sa.delete(views).where(own))
