"""A person and the id of a case in, leave to go on out: 404 for what is not there or not theirs.

Unknown and out of scope are one answer, so that nobody learns which patients there are.
"""

from fastapi import HTTPException

from app.web.desk import Desk
from app.web.rights import Person
from store.audit import case_token
from store.records import Store


def reachable(desk: Desk, person: Person, case_id: str) -> None:
    """Let the person go on with this case, and note in the audit that they looked at it (R23).

    `HTTPException` 404 if there is no such case, or if none of the assigning authorities that the
    patient or a report names is in the person's scope.
    """
    # A NUL in a path is no id, and PostgreSQL would not even be asked.
    named = _authorities(desk.store, case_id) if case_id.isprintable() else None
    if named is None or not any(person.sees(each) for each in named):
        raise HTTPException(404, "There is no such case, or it is not one of yours.")
    desk.store.record_read(person.id, case_token(case_id))


def _authorities(store: Store, case_id: str) -> frozenset[str | None] | None:
    """Every authority that the case names (None where none is); None for an unknown case."""
    patient = store.patient(case_id)
    reports = [one for each in store.persons_of([case_id]) for one in each.identities]
    known = [*([patient.identity] if patient else []), *reports]
    if not known:
        return None
    stated = frozenset(each.assigning_authority for each in known if each.assigning_authority)
    return stated or frozenset({None})
