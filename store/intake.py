"""The ledger of files: every file that ever stood in the inbox, by the hash of its bytes.

Small for now: first seen, under which name, and how it ended. Leases come with the nightly run.
"""

from datetime import datetime

import sqlalchemy as sa

from store.books import IntakeState, intake


def note(connection: sa.Connection, sha256: str, *, file: str, seen_at: datetime) -> bool:
    """Write the file down as waiting; False (and no row changes) if its bytes were seen before."""
    if connection.execute(sa.select(intake.c.sha256).where(intake.c.sha256 == sha256)).first():
        return False
    row = {
        "sha256": sha256,
        "file": file,
        "first_seen": seen_at,
        "state": IntakeState.WAITING,
        "kept": False,
        "fence": 0,
    }
    connection.execute(sa.insert(intake), row)
    return True


def settle(connection: sa.Connection, sha256: str, state: IntakeState) -> None:
    """Write down how the file ended; a file that was never noted stays unknown."""
    connection.execute(
        sa.update(intake)
        .where(intake.c.sha256 == sha256, intake.c.state != state.value)
        .values(state=state.value)
    )


def count(connection: sa.Connection) -> dict[IntakeState, int]:
    """How many files stand in each state; in = done + held + quarantined + waiting (R6)."""
    query = sa.select(intake.c.state, sa.func.count()).group_by(intake.c.state)
    found = {IntakeState(state): number for state, number in connection.execute(query)}
    return {state: found.get(state, 0) for state in IntakeState}
