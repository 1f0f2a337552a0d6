"""A table in, guards on it out: what stands there is never changed, not even by us (R23)."""

from alembic import op


def guard(table: str, told: str) -> None:
    """Refuse every UPDATE, DELETE and TRUNCATE of *table* with the sentence *told*."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{told}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_stay() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{told}'; END $$"
    )
    for change, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{each.lower()} BEFORE {change} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION {table}_stay()"
        )


def unguard(table: str) -> None:
    """Take the guards off *table* again."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{change}")
        return
    op.execute(f"DROP FUNCTION {table}_stay() CASCADE")
