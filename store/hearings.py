"""Cases in, how much people have said of each out: whoever makes a case asks before and after."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from store.bulk import portions
from store.desk_books import contexts, corrections

_KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)


def heard(connection: sa.Connection, case_ids: Sequence[str]) -> dict[str, int]:
    """How many statements and judgements there are of each of these cases; none where nothing."""
    said: Counter[str] = Counter()
    for some in portions(case_ids):
        for query in _COUNTS:
            for case_id, count in connection.execute(query, {"keys": some}):
                said[case_id] += count
    return dict(said)


_COUNTS = tuple(
    sa.select(table.c.case_id, sa.func.count())
    .where(table.c.case_id.in_(_KEYS))
    .group_by(table.c.case_id)
    for table in (contexts, corrections)
)
