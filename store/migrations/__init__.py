"""An engine in, its tables brought to the newest revision (or back) by alembic."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from pipeline.errors import StoreError
from store import engine

# Of two upgrades at once the second waits: here on PostgreSQL, at BEGIN IMMEDIATE on SQLite.
LOCK = sa.text("SELECT pg_advisory_xact_lock(7304118)")


def to_head(database: sa.Engine) -> None:
    """Bring the tables to the newest revision, in one transaction."""
    _move(database, lambda config: command.upgrade(config, "head"))


def back_to(database: sa.Engine, revision: str) -> None:
    """Take the tables back to *revision*; ``base`` removes them with all they hold."""
    _move(database, lambda config: command.downgrade(config, revision))


def _move(database: sa.Engine, step: Callable[[Config], None]) -> None:
    if database.dialect.name == "postgresql":
        # A serializable transaction would still see, after the wait, what stood before it.
        database = database.execution_options(isolation_level="READ COMMITTED")

    def work(connection: sa.Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(LOCK)
        config = Config()
        config.set_main_option("script_location", "store:migrations")
        config.attributes["connection"] = connection
        step(config)

    try:
        engine.write(database, work)
    except CommandError:
        raise StoreError(
            "unknown_revision", "the database was written by another version of Oncoflag"
        ) from None
