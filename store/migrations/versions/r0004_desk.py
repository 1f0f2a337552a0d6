"""The books of reviewers and of who watches the nights. As of this revision."""

import sqlalchemy as sa
from alembic import op

from store.columns import Count, Number, Utc, YesNo, hexadecimal, key, one_of, required, text
from store.migrations.guards import guard, unguard

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROLE = ("viewer", "reviewer", "signer", "knowledge_manager", "admin", "auditor")
CAUSE = ("new", "reports", "context", "knowledge", "code")
DRIFT_STATE = ("open", "acknowledged", "confirmed")
MARKER = (
    "FGFR2_FUSION",
    "FGFR2_MUTATION",
    "FGFR2_AMPLIFICATION",
    "IDH1_MUTATION",
    "IDH2_MUTATION",
    "BRAF_MUTATION",
    "BRAF_FUSION",
    "ERBB2_MUTATION",
    "ERBB2_AMPLIFICATION",
    "HER2_IHC",
    "HER2_ISH",
    "NTRK1_FUSION",
    "NTRK2_FUSION",
    "NTRK3_FUSION",
    "NTRK1_MUTATION",
    "NTRK2_MUTATION",
    "NTRK3_MUTATION",
    "RET_FUSION",
    "RET_MUTATION",
    "KRAS_MUTATION",
    "KRAS_AMPLIFICATION",
    "NRG1_FUSION",
    "MSI",
    "MMR",
    "TMB",
)
TABLES = (
    "users",
    "user_roles",
    "sessions",
    "attempts",
    "assignments",
    "views",
    "contexts",
    "overrides",
    "signatures",
    "corrections",
    "queue",
    "grounds",
    "signals",
    "drifts",
    "drift_reports",
    "run_counts",
    "tellings",
)


def _of_user(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["users.id"])


def _of_case() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["cases.id"])


def _of_interpretation() -> sa.ForeignKeyConstraint:
    whole = ["interpretations.case_id", "interpretations.number"]
    return sa.ForeignKeyConstraint(["case_id", "number"], whole)


def _of_run() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["run_id"], ["runs.id"])


def upgrade() -> None:
    op.create_index(
        "ix_cases_stale",
        "cases",
        ["stale"],
        sqlite_where=sa.text("stale IS 1"),
        postgresql_where=sa.text("stale IS true"),
    )
    op.create_table(
        "users",
        key("id"),
        required("login"),
        required("name"),
        text("password_hash"),
        text("issuer"),
        text("subject"),
        text("scope"),
        sa.Column("disabled", YesNo, nullable=False),
        sa.Column("made_at", Utc, nullable=False),
        required("made_by"),
        sa.Column("password_at", Utc),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.UniqueConstraint("login"),
        sa.UniqueConstraint("issuer", "subject"),
        sa.CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="issuer"),
        sqlite_strict=True,
    )
    op.create_table(
        "user_roles",
        key("user_id"),
        key("role"),
        _of_user("user_id"),
        one_of("role", ROLE),
        sqlite_strict=True,
    )
    op.create_table(
        "sessions",
        key("token_sha256"),
        required("user_id"),
        sa.Column("epoch", sa.Integer, nullable=False),
        required("csrf"),
        sa.Column("opened_at", Utc, nullable=False),
        sa.Column("seen_at", Utc, nullable=False),
        sa.Column("proved_at", Utc, nullable=False),
        sa.Column("ended_at", Utc),
        _of_user("user_id"),
        hexadecimal("token_sha256"),
        sa.Index(None, "user_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "attempts",
        key("key_sha256"),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("last_at", Utc, nullable=False),
        sa.Column("closed_until", Utc),
        hexadecimal("key_sha256"),
        sqlite_strict=True,
    )
    op.create_table(
        "assignments",
        key("case_id"),
        required("user_id"),
        required("assigned_by"),
        sa.Column("assigned_at", Utc, nullable=False),
        _of_case(),
        _of_user("user_id"),
        _of_user("assigned_by"),
        sa.Index(None, "user_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "views",
        key("user_id"),
        key("name"),
        required("filters"),
        _of_user("user_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "contexts",
        key("case_id"),
        key("number", sa.Integer),
        required("origin"),
        required("fields"),
        required("changed_by"),
        sa.Column("changed_at", Utc, nullable=False),
        required("reason"),
        _of_case(),
        one_of("origin", ("page", "table")),
        sqlite_strict=True,
    )
    op.create_table(
        "overrides",
        key("decision_id"),
        key("ordinal", sa.Integer),
        required("subject"),
        required("instead"),
        required("reason"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"]),
        sqlite_strict=True,
    )
    op.create_table(
        "signatures",
        key("decision_id"),
        required("user_id"),
        required("name"),
        required("proof"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"]),
        _of_user("user_id"),
        one_of("proof", ("password", "oidc", "session")),
        sqlite_strict=True,
    )
    op.create_table(
        "corrections",
        key("id"),
        required("report_id"),
        sa.Column("revision", sa.Integer, nullable=False),
        text("case_id"),
        required("reader"),
        text("assay"),
        text("layout"),
        required("marker"),
        required("field"),
        text("printed"),
        text("read"),
        text("expected"),
        sa.Column("is_right", YesNo, nullable=False),
        required("judged_by"),
        sa.Column("judged_at", Utc, nullable=False),
        text("reason"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
        one_of("marker", MARKER),
        sa.CheckConstraint("length(printed) <= 80", name="printed"),
        sa.Index(None, "reader", "field"),
        sa.Index(None, "report_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "queue",
        key("case_id"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("urgency", sa.Integer, nullable=False),
        sa.Column("waiting_since", Utc, nullable=False),
        required("review"),
        required("cause"),
        text("tier"),
        sa.Column("new_tier_one", YesNo, nullable=False),
        sa.Column("gained", sa.Integer, nullable=False),
        sa.Column("lost", sa.Integer, nullable=False),
        sa.Column("doubts", sa.Integer, nullable=False),
        sa.Column("conflicts", sa.Integer, nullable=False),
        sa.Column("holds", sa.Integer, nullable=False),
        sa.Column("misread", sa.Integer, nullable=False),
        sa.Column("asks", sa.Integer, nullable=False),
        sa.Column("flags", sa.Integer, nullable=False),
        sa.Column("detected", sa.Integer, nullable=False),
        sa.Column("indeterminate", sa.Integer, nullable=False),
        sa.Column("negative", sa.Integer, nullable=False),
        sa.Column("kinds", sa.Integer, nullable=False),
        required("label"),
        required("authorities"),
        text("site"),
        sa.Column("is_btc", YesNo),
        required("release"),
        required("top"),
        text("mrn_key"),
        text("name_key"),
        text("dob_key"),
        _of_interpretation(),
        one_of("cause", CAUSE),
        one_of("review", ("to_review", "review_again", "second_signature", "signed", "refused")),
        sa.Index(None, "mrn_key"),
        sa.Index(None, "name_key"),
        sa.Index(None, "urgency", "detected", "kinds", "site", "release"),
        sa.Index(None, "review", "urgency", "waiting_since", "case_id"),
        sa.Index(None, "urgency", "waiting_since", "case_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "grounds",
        key("case_id"),
        sa.Column("number", sa.Integer, nullable=False),
        required("reports"),
        required("context"),
        _of_interpretation(),
        sqlite_strict=True,
    )
    op.create_table(
        "signals",
        key("report_id"),
        key("revision", sa.Integer),
        text("run_id"),
        text("weighed_in"),
        required("reader"),
        required("reader_version"),
        text("assay"),
        text("layout"),
        required("sections"),
        required("status"),
        sa.Column("findings", sa.Integer, nullable=False),
        required("markers"),
        required("vafs"),
        sa.Column("seconds", Number),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
        _of_run(),
        sa.ForeignKeyConstraint(["weighed_in"], ["runs.id"]),
        sa.Index(None, "reader", "assay"),
        sa.Index(None, "run_id"),
        sa.Index(None, "weighed_in"),
        sqlite_strict=True,
    )
    op.create_table(
        "drifts",
        key("id"),
        required("run_id"),
        required("reader"),
        text("assay"),
        required("code"),
        text("marker"),
        text("what"),
        required("sentence"),
        required("figures"),
        sa.Column("holds_negatives", YesNo, nullable=False),
        required("state"),
        text("settled_by"),
        sa.Column("settled_at", Utc),
        text("reason"),
        _of_run(),
        one_of("state", DRIFT_STATE),
        sa.Index(None, "state"),
        sqlite_strict=True,
    )
    op.create_table(
        "drift_reports",
        key("drift_id"),
        key("report_id"),
        required("reader_version"),
        sa.ForeignKeyConstraint(["drift_id"], ["drifts.id"]),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
        sa.Index(None, "report_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "run_counts",
        key("run_id"),
        key("kind"),
        key("name"),
        sa.Column("count", Count, nullable=False),
        sa.Column("seconds", Number),
        _of_run(),
        sqlite_strict=True,
    )
    op.create_table(
        "tellings",
        key("run_id"),
        key("channel"),
        sa.Column("told_at", Utc, nullable=False),
        required("outcome"),
        _of_run(),
        sqlite_strict=True,
    )
    for name, told in _STAYS:
        guard(name, told)


def downgrade() -> None:
    for name, _ in _STAYS:
        unguard(name)
    for name in reversed(TABLES):
        op.drop_table(name)
    op.drop_index("ix_cases_stale", "cases")


_STAYS = (
    ("contexts", "what was stated of a patient is never changed"),
    ("overrides", "what stands instead is never changed"),
    ("signatures", "a signature is never changed"),
    ("corrections", "a correction is never changed"),
)
