"""Files, reports, observations and findings, as of this revision; never edited afterwards."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from store.columns import Count, Day, Number, Utc, YesNo, key, one_of, required, text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ANALYTE = ("DNA", "RNA", "cfDNA", "protein")
ASSEMBLY = ("GRCh37", "GRCh38")
BASIS = ("explicit", "inferred_from_panel", "default")
FILE_KIND = ("vcf", "pdf", "table", "unknown")
INTAKE_STATE = ("waiting", "claimed", "done", "held", "quarantined")
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
ORIGIN = ("somatic", "germline", "ch", "unknown")
REPORT_STATUS = (
    "final",
    "amended",
    "failed",
    "qualified",
    "needs_review",
    "held",
    "unrecognised",
    "unreadable",
)
SIGNIFICANCE = ("pathogenic", "likely_pathogenic", "vus", "benign", "unknown")
STATUS = ("detected", "not_detected", "not_assessed", "indeterminate")
TABLES = (
    "intake",
    "reports",
    "earlier_readings",
    "findings",
    "observations",
    "finding_observations",
)


def _of_report() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["report_id"], ["reports.id"])


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
        "intake",
        key("sha256"),
        required("file"),
        sa.Column("first_seen", Utc, nullable=False),
        required("state"),
        one_of("state", INTAKE_STATE),
        sa.CheckConstraint("length(sha256) = 64", name="sha256"),
        sqlite_strict=True,
    )
    op.create_table(
        "reports",
        key("id"),
        required("sha256"),
        required("portion"),
        sa.Column("revision", sa.Integer, nullable=False),
        text("logical_key"),
        required("file"),
        required("kind"),
        required("status"),
        text("code"),
        required("reasons"),
        text("hold_code"),
        text("hold"),
        text("vendor"),
        text("assay"),
        text("assay_version"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("reported", Day),
        text("tumour_type"),
        sa.Column("is_btc", YesNo),
        text("assembly"),
        sa.Column("complete", YesNo, nullable=False),
        required("completeness"),
        *_identity(),
        required("canonical"),
        sa.UniqueConstraint("sha256", "portion"),
        sa.UniqueConstraint("logical_key"),
        sa.CheckConstraint("length(sha256) = 64", name="sha256"),
        sa.CheckConstraint("portion = '' OR kind = 'table'", name="portion"),
        sa.CheckConstraint("(hold IS NULL) = (hold_code IS NULL)", name="hold"),
        sa.CheckConstraint("logical_key IS NULL OR hold IS NULL", name="logical_key"),
        sa.CheckConstraint(
            "status IN ('final', 'amended', 'failed', 'qualified') OR reasons <> '[]'",
            name="reasons",
        ),
        one_of("kind", FILE_KIND),
        one_of("status", REPORT_STATUS),
        one_of("assembly", ASSEMBLY),
        sa.Index(None, "mrn"),
        sa.Index(None, "accession"),
        sqlite_strict=True,
    )
    op.create_table(
        "earlier_readings",
        key("report_id"),
        key("revision", sa.Integer),
        text("case_id"),
        text("hold"),
        required("canonical"),
        _of_report(),
        sqlite_strict=True,
    )
    op.create_table(
        "findings",
        key("report_id"),
        key("ordinal", sa.Integer),
        required("marker"),
        required("status"),
        required("basis"),
        required("significance"),
        required("detail"),
        text("gene"),
        text("specimen"),
        text("kind"),
        text("hgvs_p"),
        text("hgvs_c"),
        text("transcript"),
        text("genomic"),
        text("biomarker"),
        required("conflicts"),
        _of_report(),
        one_of("marker", MARKER),
        one_of("status", STATUS),
        one_of("basis", BASIS),
        one_of("significance", SIGNIFICANCE),
        one_of("kind", ("small_variant", "fusion", "copy_number", "signature", "expression")),
        sa.Index(None, "marker", "status"),
        sqlite_strict=True,
    )
    op.create_table(
        "observations",
        key("report_id"),
        key("ordinal", sa.Integer),
        required("marker"),
        required("status"),
        required("basis"),
        required("significance"),
        required("origin"),
        text("gene"),
        text("alteration"),
        text("analyte"),
        sa.Column("value", Number),
        text("unit"),
        text("specimen"),
        text("transcript"),
        text("hgvs_c"),
        text("genomic"),
        sa.Column("vaf", Number),
        sa.Column("depth", Count),
        sa.Column("copies", Number),
        text("note"),
        sa.Column("page", sa.Integer),
        text("bbox"),
        sa.Column("line", Count),
        required("text"),
        required("reader"),
        _of_report(),
        one_of("marker", MARKER),
        one_of("status", STATUS),
        one_of("basis", BASIS),
        one_of("significance", SIGNIFICANCE),
        one_of("origin", ORIGIN),
        one_of("analyte", ANALYTE),
        sa.CheckConstraint("vaf >= 0 AND vaf <= 1", name="vaf"),
        sqlite_strict=True,
    )
    op.create_table(
        "finding_observations",
        key("report_id"),
        key("finding", sa.Integer),
        key("observation", sa.Integer),
        sa.ForeignKeyConstraint(
            ["report_id", "finding"], ["findings.report_id", "findings.ordinal"]
        ),
        sa.ForeignKeyConstraint(
            ["report_id", "observation"], ["observations.report_id", "observations.ordinal"]
        ),
        sqlite_strict=True,
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
