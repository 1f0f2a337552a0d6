"""Cases, interpretations and decisions, as of this revision; never edited afterwards."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from store.columns import Day, Utc, YesNo, key, one_of, required, text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FLAG_KIND = ("SUGGEST", "FLAG", "CAUTION", "BLOCK", "ASK")
JURISDICTION = ("US", "EU")
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
SITE = ("intrahepatic", "perihilar", "distal", "extrahepatic", "gallbladder", "ampulla", "other")
TABLES = (
    "cases",
    "case_reports",
    "decisions",
    "interpretations",
    "flags",
    "interpretation_reports",
    "near_misses",
    "not_assessed",
    "suggestions",
)


def _of_report() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["report_id"], ["reports.id"])


def _of_interpretation() -> sa.ForeignKeyConstraint:
    whole = ["interpretations.case_id", "interpretations.number"]
    return sa.ForeignKeyConstraint(["case_id", "number"], whole)


def _identity() -> tuple[sa.Column[Any], ...]:
    return (
        text("mrn"),
        text("assigning_authority"),
        text("name"),
        sa.Column("dob", Day),
        text("accession"),
        text("specimen_id"),
    )


def upgrade() -> None:
    op.create_table(
        "cases",
        key("id"),
        *_identity(),
        text("site"),
        text("tumour_type"),
        sa.Column("tumour_is_btc", YesNo),
        text("patient"),
        sa.Column("stale", YesNo, nullable=False),
        one_of("site", SITE),
        sqlite_strict=True,
    )
    op.create_table(
        "case_reports",
        key("report_id"),
        required("case_id"),
        _of_report(),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.Index(None, "case_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "decisions",
        key("id"),
        required("case_id"),
        required("reviewer"),
        sa.Column("decided_at", Utc, nullable=False),
        required("meaning"),
        required("shown_sha256"),
        sa.Column("accepted", YesNo, nullable=False),
        text("reason"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.Index(None, "case_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "interpretations",
        key("case_id"),
        key("number", sa.Integer),
        required("state"),
        sa.Column("as_of", Day, nullable=False),
        required("knowledge_release"),
        required("knowledge_sha256"),
        required("code_version"),
        required("sha256"),
        required("canonical"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        one_of("state", ("current", "superseded")),
        sa.Index(
            "uq_interpretations_current",
            "case_id",
            unique=True,
            sqlite_where=sa.text("state = 'current'"),
            postgresql_where=sa.text("state = 'current'"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "flags",
        key("case_id"),
        key("number", sa.Integer),
        key("ordinal", sa.Integer),
        required("marker"),
        required("therapy"),
        required("kind"),
        required("line"),
        required("status"),
        required("jurisdiction"),
        text("amp_asco_cap"),
        text("escat"),
        required("because"),
        required("indication_id"),
        _of_interpretation(),
        sa.UniqueConstraint("case_id", "number", "marker", "therapy", "line", "jurisdiction"),
        one_of("marker", MARKER),
        one_of("kind", FLAG_KIND),
        one_of("jurisdiction", JURISDICTION),
        sqlite_strict=True,
    )
    op.create_table(
        "interpretation_reports",
        key("case_id"),
        key("number", sa.Integer),
        key("report_id"),
        sa.Column("revision", sa.Integer, nullable=False),
        _of_interpretation(),
        _of_report(),
        sqlite_strict=True,
    )
    op.create_table(
        "near_misses",
        key("case_id"),
        key("number", sa.Integer),
        key("ordinal", sa.Integer),
        text("marker"),
        required("therapy"),
        required("reason"),
        text("would_change"),
        text("indication_id"),
        text("jurisdiction"),
        _of_interpretation(),
        one_of("marker", MARKER),
        one_of("jurisdiction", JURISDICTION),
        sqlite_strict=True,
    )
    op.create_table(
        "not_assessed",
        key("case_id"),
        key("number", sa.Integer),
        key("ordinal", sa.Integer),
        required("marker"),
        required("status"),
        required("order"),
        _of_interpretation(),
        one_of("marker", MARKER),
        sqlite_strict=True,
    )
    op.create_table(
        "suggestions",
        key("case_id"),
        key("number", sa.Integer),
        key("ordinal", sa.Integer),
        required("line"),
        sa.Column("rank", sa.Integer, nullable=False),
        required("regimen"),
        required("kind"),
        required("because"),
        required("conditions"),
        text("indication_id"),
        _of_interpretation(),
        one_of("kind", FLAG_KIND),
        sa.CheckConstraint("rank >= 1", name="rank"),
        sqlite_strict=True,
    )
    _keep_decisions()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION decisions_stay()")


def _keep_decisions() -> None:
    # A decision is never changed or deleted, not even by our own code (R23).
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER decisions_no_{change.lower()} BEFORE {change} ON decisions "
                "BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION decisions_stay() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a decision is never changed'; END $$"
    )
    for change, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER decisions_no_{each.lower()} BEFORE {change} ON decisions "
            f"FOR EACH {each} EXECUTE FUNCTION decisions_stay()"
        )
