"""What alembic runs for every command: our connection and our tables, in one transaction."""

from alembic import context

from store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite can roll back a half-made table, which alembic does not assume.
    transactional_ddl=True,
)
context.run_migrations()
