"""The tables: what stands in the database after a night, and which rows it refuses.

Keys are natural (hash of the bytes, place in the report), never counters of the database, so
that two databases fed the same files hold the same rows. The books about the work stand in
`books`. A change here or there needs a revision in `migrations/versions`; a test compares them.
"""

from typing import Any

import sqlalchemy as sa

from pipeline.model import (
    Analyte,
    Assembly,
    Basis,
    FileKind,
    Marker,
    Origin,
    ReportStatus,
    Significance,
    Status,
)
from pipeline.patient import FlagKind, Jurisdiction, Site
from store import books, desk_books, watch_books
from store.columns import (
    Count,
    Day,
    Number,
    Utc,
    YesNo,
    hexadecimal,
    key,
    metadata,
    one_of,
    required,
    table,
    text,
)

__all__ = ["HEAD", "books", "desk_books", "metadata", "watch_books"]

HEAD = "0004"
"""The revision of `migrations/versions` that ends with exactly these tables."""


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


reports = table(
    "reports",
    key("id"),
    required("sha256"),
    # The case a hand-written table speaks of; empty for every file that is one report.
    required("portion"),
    sa.Column("revision", sa.Integer, nullable=False),
    # Claimed by the one usable report of a laboratory, accession and version (R8).
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
    hexadecimal("sha256"),
    sa.CheckConstraint("portion = '' OR kind = 'table'", name="portion"),
    sa.CheckConstraint("(hold IS NULL) = (hold_code IS NULL)", name="hold"),
    sa.CheckConstraint("logical_key IS NULL OR hold IS NULL", name="logical_key"),
    sa.CheckConstraint(
        "status IN ('final', 'amended', 'failed', 'qualified') OR reasons <> '[]'", name="reasons"
    ),
    one_of("kind", FileKind),
    one_of("status", ReportStatus),
    one_of("assembly", Assembly),
    sa.Index(None, "mrn"),
    sa.Index(None, "accession"),
)

earlier_readings = table(
    "earlier_readings",
    key("report_id"),
    key("revision", sa.Integer),
    text("case_id"),
    text("hold"),
    required("canonical"),
    _of_report(),
)

observations = table(
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
    one_of("marker", Marker),
    one_of("status", Status),
    one_of("basis", Basis),
    one_of("significance", Significance),
    one_of("origin", Origin),
    one_of("analyte", Analyte),
    sa.CheckConstraint("vaf >= 0 AND vaf <= 1", name="vaf"),
)

findings = table(
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
    one_of("marker", Marker),
    one_of("status", Status),
    one_of("basis", Basis),
    one_of("significance", Significance),
    one_of("kind", ("small_variant", "fusion", "copy_number", "signature", "expression")),
    sa.Index(None, "marker", "status"),
)

finding_observations = table(
    "finding_observations",
    key("report_id"),
    key("finding", sa.Integer),
    key("observation", sa.Integer),
    sa.ForeignKeyConstraint(["report_id", "finding"], ["findings.report_id", "findings.ordinal"]),
    sa.ForeignKeyConstraint(
        ["report_id", "observation"], ["observations.report_id", "observations.ordinal"]
    ),
)

cases = table(
    "cases",
    key("id"),
    *_identity(),
    text("site"),
    text("tumour_type"),
    sa.Column("tumour_is_btc", YesNo),
    # None until the case is interpreted for the first time.
    text("patient"),
    # True from the moment a report comes, goes or changes until the case is made again.
    sa.Column("stale", YesNo, nullable=False),
    one_of("site", Site),
    sa.Index(
        None,
        "stale",
        sqlite_where=sa.text("stale IS 1"),
        postgresql_where=sa.text("stale IS true"),
    ),
)

case_reports = table(
    "case_reports",
    # The report alone is the key: no report belongs to two patients.
    key("report_id"),
    required("case_id"),
    _of_report(),
    sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
    sa.Index(None, "case_id"),
)

interpretations = table(
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
)

interpretation_reports = table(
    "interpretation_reports",
    key("case_id"),
    key("number", sa.Integer),
    key("report_id"),
    sa.Column("revision", sa.Integer, nullable=False),
    _of_interpretation(),
    _of_report(),
)

flags = table(
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
    one_of("marker", Marker),
    one_of("kind", FlagKind),
    one_of("jurisdiction", Jurisdiction),
)

suggestions = table(
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
    one_of("kind", FlagKind),
    sa.CheckConstraint("rank >= 1", name="rank"),
)

near_misses = table(
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
    one_of("marker", Marker),
    one_of("jurisdiction", Jurisdiction),
)

not_assessed = table(
    "not_assessed",
    key("case_id"),
    key("number", sa.Integer),
    key("ordinal", sa.Integer),
    required("marker"),
    required("status"),
    required("order"),
    _of_interpretation(),
    one_of("marker", Marker),
)

decisions = table(
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
)
