"""The books kept of the work: runs, leases, inbox, releases, audit. As of this revision."""

import sqlalchemy as sa
from alembic import op

from store.columns import Count, Day, Utc, YesNo, hexadecimal, key, one_of, required, text
from store.identities import rows

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

RUN_STATE = ("running", "done", "failed", "abandoned")
INTAKE_STATE = ("waiting", "claimed", "done", "held", "quarantined")
ENTRY_STATE = ("waiting", "refused", "set_aside")
ACTION = ("assign", "refuse", "retry")
RELEASE_STATE = ("candidate", "active", "retired")
CAUSE = ("new", "reports", "context", "knowledge", "code")
TABLES = (
    "runs",
    "alarms",
    "leases",
    "entries",
    "readings",
    "report_identifiers",
    "resolutions",
    "releases",
    "interpretation_inputs",
    "reviews",
    "closings",
    "audit",
)


def _of_run() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["run_id"], ["runs.id"])


def _of_interpretation() -> sa.ForeignKeyConstraint:
    whole = ["interpretations.case_id", "interpretations.number"]
    return sa.ForeignKeyConstraint(["case_id", "number"], whole)


def upgrade() -> None:
    op.create_table(
        "runs",
        key("id"),
        required("host"),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        required("code_version"),
        text("knowledge_sha256"),
        sa.Column("started", Utc, nullable=False),
        sa.Column("heartbeat", Utc, nullable=False),
        sa.Column("ended", Utc),
        required("state"),
        text("fault"),
        sa.Column("found", Count),
        sa.Column("done", Count),
        sa.Column("held", Count),
        sa.Column("quarantined", Count),
        sa.Column("waiting", Count),
        sa.Column("refused", Count),
        sa.Column("set_aside", Count),
        one_of("state", RUN_STATE),
        sqlite_strict=True,
    )
    op.create_table(
        "alarms",
        key("run_id"),
        key("ordinal", sa.Integer),
        required("code"),
        required("sentence"),
        _of_run(),
        sqlite_strict=True,
    )
    op.create_table(
        "leases",
        key("name"),
        required("holder"),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("taken", Utc, nullable=False),
        sa.Column("until", Utc, nullable=False),
        sqlite_strict=True,
    )
    op.execute("CREATE TABLE intake_before AS SELECT * FROM intake")
    op.drop_table("intake")
    op.create_table(
        "intake",
        key("sha256"),
        required("file"),
        sa.Column("size", Count),
        sa.Column("first_seen", Utc, nullable=False),
        required("state"),
        text("code"),
        text("reason"),
        sa.Column("kept", YesNo, nullable=False),
        text("claimed_by"),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("claimed_at", Utc),
        sa.Column("lease_until", Utc),
        text("read_with"),
        text("manifest_row"),
        one_of("state", INTAKE_STATE),
        hexadecimal("sha256"),
        sa.CheckConstraint("(state = 'claimed') = (claimed_by IS NOT NULL)", name="claimed"),
        sa.CheckConstraint("(claimed_by IS NULL) = (lease_until IS NULL)", name="lease"),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO intake (sha256, file, first_seen, state, kept, fence) "
        "SELECT sha256, file, first_seen, state, CAST(0 AS BOOLEAN), 0 FROM intake_before"
    )
    op.execute("DROP TABLE intake_before")
    op.create_table(
        "entries",
        key("place"),
        required("root"),
        required("file"),
        required("state"),
        required("code"),
        required("reason"),
        sa.Column("first_seen", Utc, nullable=False),
        one_of("state", ENTRY_STATE),
        hexadecimal("place"),
        sqlite_strict=True,
    )
    op.create_table(
        "readings",
        key("report_id"),
        key("revision", sa.Integer),
        required("observed"),
        text("read_with"),
        text("run_id"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
        _of_run(),
        sqlite_strict=True,
    )
    op.create_table(
        "report_identifiers",
        key("report_id"),
        key("kind"),
        key("value"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
        one_of("kind", ("mrn", "name", "dob", "accession", "specimen")),
        sqlite_strict=True,
    )
    op.create_table(
        "resolutions",
        key("report_id"),
        key("number", sa.Integer),
        required("action"),
        text("case_id"),
        text("mrn"),
        text("assigning_authority"),
        text("name"),
        sa.Column("dob", Day),
        text("accession"),
        text("specimen_id"),
        required("resolved_by"),
        sa.Column("resolved_at", Utc, nullable=False),
        required("reason"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
        one_of("action", ACTION),
        sqlite_strict=True,
    )
    op.create_table(
        "releases",
        key("sha256"),
        required("release"),
        required("state"),
        required("origin"),
        required("canonical"),
        text("overlay"),
        required("added_by"),
        sa.Column("added_at", Utc, nullable=False),
        text("changed_by"),
        sa.Column("changed_at", Utc),
        text("reason"),
        one_of("state", RELEASE_STATE),
        one_of("origin", ("shipped", "imported")),
        hexadecimal("sha256"),
        sqlite_strict=True,
    )
    op.create_table(
        "interpretation_inputs",
        key("case_id"),
        key("number", sa.Integer),
        required("inputs"),
        required("sha256"),
        text("run_id"),
        _of_interpretation(),
        _of_run(),
        hexadecimal("sha256"),
        sqlite_strict=True,
    )
    op.create_table(
        "reviews",
        key("case_id"),
        key("number", sa.Integer),
        required("cause"),
        _of_interpretation(),
        one_of("cause", CAUSE),
        sqlite_strict=True,
    )
    # What was said until now is to be reviewed: nobody could sign it under its number.
    op.execute(
        "INSERT INTO reviews (case_id, number, cause) "
        "SELECT case_id, number, 'new' FROM interpretations"
    )
    op.create_table(
        "closings",
        key("decision_id"),
        required("case_id"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"]),
        sa.ForeignKeyConstraint(["case_id", "number"], ["reviews.case_id", "reviews.number"]),
        sqlite_strict=True,
    )
    op.create_table(
        "audit",
        key("seq", Count),
        sa.Column("at", Utc, nullable=False),
        required("actor"),
        required("action"),
        required("subject"),
        required("detail"),
        required("previous"),
        required("hash"),
        sa.UniqueConstraint("hash"),
        sa.CheckConstraint("seq >= 1", name="seq"),
        hexadecimal("previous"),
        hexadecimal("hash"),
        sqlite_strict=True,
    )
    op.create_index("ix_intake_claimed_by", "intake", ["claimed_by"])
    op.create_index("ix_entries_root", "entries", ["root"])
    op.create_index("ix_audit_subject", "audit", ["subject"])
    op.create_index("ix_closings_case_id_number", "closings", ["case_id", "number"])
    op.create_index("ix_report_identifiers_kind_value", "report_identifiers", ["kind", "value"])
    op.create_index(
        "uq_releases_active",
        "releases",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    _find_identifiers()
    _keep_what_is_said()


def downgrade() -> None:
    _drop_the_guards()
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("CREATE TABLE intake_after AS SELECT * FROM intake")
    op.drop_table("intake")
    op.create_table(
        "intake",
        key("sha256"),
        required("file"),
        sa.Column("first_seen", Utc, nullable=False),
        required("state"),
        one_of("state", INTAKE_STATE),
        hexadecimal("sha256"),
        sqlite_strict=True,
    )
    # A claim ends with the books that knew who held it.
    op.execute(
        "INSERT INTO intake (sha256, file, first_seen, state) SELECT sha256, file, first_seen, "
        "CASE state WHEN 'claimed' THEN 'waiting' ELSE state END FROM intake_after"
    )
    op.execute("DROP TABLE intake_after")


def _find_identifiers() -> None:
    # Reports of the days before are found by their identifiers too.
    connection = op.get_bind()
    names = ("id", "mrn", "assigning_authority", "name", "accession", "specimen_id")
    reports = sa.table("reports", *map(sa.column, names), sa.column("dob", Day))
    found = sa.table("report_identifiers", *map(sa.column, ("report_id", "kind", "value")))
    for row in connection.execute(sa.select(reports)).mappings().all():
        own = rows(dict(row))
        if own:
            connection.execute(sa.insert(found), own)


def _keep_what_is_said() -> None:
    # Neither an entry nor what a decision was about is ever changed, not even by us (R23).
    for table, name, told in _STAYS:
        _guard(table, name, told)


def _guard(table: str, name: str, told: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{told}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{told}'; END $$"
    )
    for change, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{each.lower()} BEFORE {change} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION {name}()"
        )


def _drop_the_guards() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, _ in _STAYS:
        if not is_sqlite:
            op.execute(f"DROP FUNCTION {name}() CASCADE")
            continue
        for change in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{change}")


_STAYS = (
    ("audit", "audit_stays", "the audit is never changed"),
    ("closings", "closings_stay", "what a decision is about is never changed"),
)
