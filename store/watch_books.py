"""The books of who watches the nights: what was read, counted by reader, and what drifts."""

from enum import StrEnum

import sqlalchemy as sa

from store.columns import Count, Number, Utc, YesNo, key, one_of, required, table, text


class DriftState(StrEnum):
    """Where an alarm of the drift sentinel stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CONFIRMED = "confirmed"


def _of_run() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["run_id"], ["runs.id"])


signals = table(
    "signals",
    # What one report says of its reader and assay: numbers and fingerprints, no patient.
    key("report_id"),
    key("revision", sa.Integer),
    text("run_id"),
    # The night that weighed it against the nights before; none yet, until the next one does.
    text("weighed_in"),
    required("reader"),
    required("reader_version"),
    text("assay"),
    text("layout"),
    required("sections"),
    required("status"),
    sa.Column("findings", sa.Integer, nullable=False),
    # {"MARKER": "status"} as the reader and the panel left it, canonical JSON.
    required("markers"),
    # VAFs of its findings as fractions, a JSON list.
    required("vafs"),
    sa.Column("seconds", Number),
    sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
    _of_run(),
    sa.ForeignKeyConstraint(["weighed_in"], ["runs.id"]),
    sa.Index(None, "reader", "assay"),
    sa.Index(None, "run_id"),
    sa.Index(None, "weighed_in"),
)

drifts = table(
    "drifts",
    key("id"),
    required("run_id"),
    required("reader"),
    text("assay"),
    required("code"),
    text("marker"),
    # The layout, the section, or the direction of a shift.
    text("what"),
    required("sentence"),
    # What was expected and what was seen, canonical JSON.
    required("figures"),
    sa.Column("holds_negatives", YesNo, nullable=False),
    required("state"),
    text("settled_by"),
    sa.Column("settled_at", Utc),
    text("reason"),
    _of_run(),
    one_of("state", DriftState),
    sa.Index(None, "state"),
)

drift_reports = table(
    "drift_reports",
    # The reports whose negatives an alarm holds.
    key("drift_id"),
    key("report_id"),
    # Read anew by another version of its reader, a report is no longer under the alarm.
    required("reader_version"),
    sa.ForeignKeyConstraint(["drift_id"], ["drifts.id"]),
    sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
    sa.Index(None, "report_id"),
)

run_counts = table(
    "run_counts",
    # The account of a night by vendor, status, marker, reader, …: what artifacts and metrics show.
    key("run_id"),
    key("kind"),
    key("name"),
    sa.Column("count", Count, nullable=False),
    sa.Column("seconds", Number),
    _of_run(),
)

tellings = table(
    "tellings",
    # What was sent where about a night: each alarm is told once a channel.
    key("run_id"),
    key("channel"),
    sa.Column("told_at", Utc, nullable=False),
    required("outcome"),
    _of_run(),
)
