"""The books kept of the work itself: files, runs, leases, releases of knowledge, and the audit.

Reports and cases stand in `tables`. What a book says of a file or a person's act is written in
the same transaction as the act.
"""

from enum import StrEnum

import sqlalchemy as sa

from store.columns import (
    Count,
    Day,
    Utc,
    YesNo,
    hexadecimal,
    key,
    one_of,
    required,
    table,
    text,
)


class IntakeState(StrEnum):
    """Where a file of the inbox stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    HELD = "held"
    QUARANTINED = "quarantined"


class EntryState(StrEnum):
    """Why something in the inbox was not taken."""

    WAITING = "waiting"
    REFUSED = "refused"
    SET_ASIDE = "set_aside"


class RunState(StrEnum):
    """How a run ended, if it did."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    ABANDONED = "abandoned"


class ReleaseState(StrEnum):
    """Where a release of knowledge stands; one at most is active."""

    CANDIDATE = "candidate"
    ACTIVE = "active"
    RETIRED = "retired"


class Action(StrEnum):
    """What a person did with a held report."""

    ASSIGN = "assign"
    REFUSE = "refuse"
    RETRY = "retry"


class Cause(StrEnum):
    """Why an interpretation is to be reviewed (again)."""

    NEW = "new"
    REPORTS = "reports"
    CONTEXT = "context"
    KNOWLEDGE = "knowledge"
    CODE = "code"


def _of_run() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["run_id"], ["runs.id"])


def _of_interpretation() -> sa.ForeignKeyConstraint:
    whole = ["interpretations.case_id", "interpretations.number"]
    return sa.ForeignKeyConstraint(["case_id", "number"], whole)


runs = table(
    "runs",
    key("id"),
    required("host"),
    sa.Column("pid", sa.Integer, nullable=False),
    # That of its lease: the order of the runs, whatever the clock said.
    sa.Column("fence", sa.Integer, nullable=False),
    required("code_version"),
    text("knowledge_sha256"),
    sa.Column("started", Utc, nullable=False),
    sa.Column("heartbeat", Utc, nullable=False),
    sa.Column("ended", Utc),
    required("state"),
    # What stopped it: a code, never the text of an error.
    text("fault"),
    # The account (R6): found = done + held + quarantined + waiting + refused + set_aside.
    sa.Column("found", Count),
    sa.Column("done", Count),
    sa.Column("held", Count),
    sa.Column("quarantined", Count),
    sa.Column("waiting", Count),
    sa.Column("refused", Count),
    sa.Column("set_aside", Count),
    one_of("state", RunState),
)

alarms = table(
    "alarms",
    key("run_id"),
    key("ordinal", sa.Integer),
    required("code"),
    required("sentence"),
    _of_run(),
)

leases = table(
    "leases",
    key("name"),
    required("holder"),
    # Grows with every holder: who comes with an older number has been replaced.
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("taken", Utc, nullable=False),
    sa.Column("until", Utc, nullable=False),
)

intake = table(
    "intake",
    key("sha256"),
    required("file"),
    sa.Column("size", Count),
    sa.Column("first_seen", Utc, nullable=False),
    required("state"),
    text("code"),
    text("reason"),
    # The original lies in the data directory under its hash.
    sa.Column("kept", YesNo, nullable=False),
    text("claimed_by"),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("claimed_at", Utc),
    sa.Column("lease_until", Utc),
    # What it was last read with, as a hash: code, assays, passwords and its manifest row.
    text("read_with"),
    # What the manifest says of it, as canonical JSON: it may be read when its inbox is empty.
    text("manifest_row"),
    one_of("state", IntakeState),
    hexadecimal("sha256"),
    sa.CheckConstraint("(state = 'claimed') = (claimed_by IS NOT NULL)", name="claimed"),
    sa.CheckConstraint("(claimed_by IS NULL) = (lease_until IS NULL)", name="lease"),
    sa.Index(None, "claimed_by"),
)

entries = table(
    "entries",
    # The hash of the path: a name may be any bytes, and may be a patient's.
    key("place"),
    # The place of the inbox that was given.
    required("root"),
    required("file"),
    required("state"),
    required("code"),
    required("reason"),
    sa.Column("first_seen", Utc, nullable=False),
    one_of("state", EntryState),
    hexadecimal("place"),
    sa.Index(None, "root"),
)

readings = table(
    "readings",
    key("report_id"),
    key("revision", sa.Integer),
    # What the file said before it was normalised; with the coverage in the report it is all that
    # `replay` needs.
    required("observed"),
    # Version of the code and hash of the assay table: the same pair reads the same.
    text("read_with"),
    text("run_id"),
    sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
    _of_run(),
)

report_identifiers = table(
    "report_identifiers",
    key("report_id"),
    key("kind"),
    # Normalised as they are compared, to find everybody who may be the same person.
    key("value"),
    sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
    one_of("kind", ("mrn", "name", "dob", "accession", "specimen")),
    sa.Index(None, "kind", "value"),
)

resolutions = table(
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
    one_of("action", Action),
)

releases = table(
    "releases",
    key("sha256"),
    required("release"),
    required("state"),
    required("origin"),
    # The rows of every table, as canonical JSON.
    required("canonical"),
    # A laboratory's own additions, which are part of the hash.
    text("overlay"),
    required("added_by"),
    sa.Column("added_at", Utc, nullable=False),
    text("changed_by"),
    sa.Column("changed_at", Utc),
    text("reason"),
    one_of("state", ReleaseState),
    one_of("origin", ("shipped", "imported")),
    hexadecimal("sha256"),
    sa.Index(
        "uq_releases_active",
        "state",
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    ),
)

interpretation_inputs = table(
    "interpretation_inputs",
    key("case_id"),
    key("number", sa.Integer),
    # Keys and revisions of all reports given and waiting, and the options: canonical JSON.
    required("inputs"),
    required("sha256"),
    text("run_id"),
    _of_interpretation(),
    _of_run(),
    hexadecimal("sha256"),
)

reviews = table(
    "reviews",
    key("case_id"),
    key("number", sa.Integer),
    required("cause"),
    _of_interpretation(),
    one_of("cause", Cause),
)

closings = table(
    "closings",
    # The interpretation that a decision was about: the review of no other one is closed by it.
    key("decision_id"),
    required("case_id"),
    sa.Column("number", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"]),
    sa.ForeignKeyConstraint(["case_id", "number"], ["reviews.case_id", "reviews.number"]),
    sa.Index(None, "case_id", "number"),
)

audit = table(
    "audit",
    key("seq", Count),
    sa.Column("at", Utc, nullable=False),
    required("actor"),
    required("action"),
    required("subject"),
    # Canonical JSON; hashes of what was written, never its text.
    required("detail"),
    required("previous"),
    required("hash"),
    sa.UniqueConstraint("hash"),
    sa.Index(None, "subject"),
    sa.CheckConstraint("seq >= 1", name="seq"),
    hexadecimal("previous"),
    hexadecimal("hash"),
)
