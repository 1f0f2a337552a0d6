"""The books of the people who review: users, sessions, assignments, contexts, corrections.

What the pages derive from other tables, to be found quickly, stands here too (`queue`, `grounds`);
it can be made again from them.
"""

from enum import StrEnum

import sqlalchemy as sa

from pipeline.model import Marker
from store.books import Cause
from store.columns import Utc, YesNo, hexadecimal, key, one_of, required, table, text


class Role(StrEnum):
    """What a person may do; nobody may do anything that no role of theirs names."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    SIGNER = "signer"
    KNOWLEDGE_MANAGER = "knowledge_manager"
    ADMIN = "admin"
    AUDITOR = "auditor"


def _of_user(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["users.id"])


def _of_case() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["cases.id"])


def _of_interpretation() -> sa.ForeignKeyConstraint:
    whole = ["interpretations.case_id", "interpretations.number"]
    return sa.ForeignKeyConstraint(["case_id", "number"], whole)


users = table(
    "users",
    # Opaque: it stands in other tables, in the audit and in logs.
    key("id"),
    # As it is typed at login, in lower case; or the issuer and subject of OIDC.
    required("login"),
    required("name"),
    # Argon2id; empty for people who come through OIDC.
    text("password_hash"),
    text("issuer"),
    text("subject"),
    # Assigning authorities whose patients they may see, as a JSON list; empty means all.
    text("scope"),
    sa.Column("disabled", YesNo, nullable=False),
    sa.Column("made_at", Utc, nullable=False),
    required("made_by"),
    sa.Column("password_at", Utc),
    # Changes with every change of password, role or scope: older sessions end.
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.UniqueConstraint("login"),
    sa.UniqueConstraint("issuer", "subject"),
    sa.CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="issuer"),
)

user_roles = table(
    "user_roles",
    key("user_id"),
    key("role"),
    _of_user("user_id"),
    one_of("role", Role),
)

sessions = table(
    "sessions",
    # The hash of the cookie: who reads the table cannot use it.
    key("token_sha256"),
    required("user_id"),
    sa.Column("epoch", sa.Integer, nullable=False),
    required("csrf"),
    sa.Column("opened_at", Utc, nullable=False),
    sa.Column("seen_at", Utc, nullable=False),
    # When the password (or OIDC) was last given, for what needs it again.
    sa.Column("proved_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
    _of_user("user_id"),
    hexadecimal("token_sha256"),
    sa.Index(None, "user_id"),
)

attempts = table(
    "attempts",
    # The hash of a login or of an address: how often it failed lately.
    key("key_sha256"),
    sa.Column("failed", sa.Integer, nullable=False),
    sa.Column("last_at", Utc, nullable=False),
    sa.Column("closed_until", Utc),
    hexadecimal("key_sha256"),
)

assignments = table(
    "assignments",
    key("case_id"),
    required("user_id"),
    required("assigned_by"),
    sa.Column("assigned_at", Utc, nullable=False),
    _of_case(),
    _of_user("user_id"),
    _of_user("assigned_by"),
    sa.Index(None, "user_id"),
)

views = table(
    "views",
    key("user_id"),
    key("name"),
    # The filters, as canonical JSON; never an identifier of a patient.
    required("filters"),
    _of_user("user_id"),
)

contexts = table(
    "contexts",
    # What people stated of a patient on a page, one row a change, never updated; and what a
    # later table states otherwise of such a field.
    key("case_id"),
    key("number", sa.Integer),
    required("origin"),
    # The fields that were changed, from what to what, as canonical JSON: {"ecog": [1, 2]}.
    required("fields"),
    required("changed_by"),
    sa.Column("changed_at", Utc, nullable=False),
    required("reason"),
    _of_case(),
    one_of("origin", ("page", "table")),
)

overrides = table(
    "overrides",
    # What a reviewer put in place of what the rules say, with the decision that says so.
    key("decision_id"),
    key("ordinal", sa.Integer),
    # The flag or suggestion that is meant, and what is to stand instead.
    required("subject"),
    required("instead"),
    required("reason"),
    sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"]),
)

signatures = table(
    "signatures",
    # How the person proved who they are when they decided; an opinion needs the session alone.
    key("decision_id"),
    required("user_id"),
    required("name"),
    required("proof"),
    sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"]),
    _of_user("user_id"),
    one_of("proof", ("password", "oidc", "session")),
)

corrections = table(
    "corrections",
    # One judgement of a person on one field that a reader read; never updated.
    key("id"),
    required("report_id"),
    sa.Column("revision", sa.Integer, nullable=False),
    text("case_id"),
    required("reader"),
    text("assay"),
    text("layout"),
    required("marker"),
    # status, hgvs_p, partner, value, unit, vaf, specimen, …
    required("field"),
    # As printed, at most 80 characters; never a page.
    text("printed"),
    text("read"),
    text("expected"),
    sa.Column("is_right", YesNo, nullable=False),
    required("judged_by"),
    sa.Column("judged_at", Utc, nullable=False),
    text("reason"),
    sa.ForeignKeyConstraint(["report_id"], ["reports.id"]),
    one_of("marker", Marker),
    sa.CheckConstraint("length(printed) <= 80", name="printed"),
    sa.Index(None, "reader", "field"),
    sa.Index(None, "report_id"),
)

queue = table(
    "queue",
    # One row an interpreted case, derived: what the queue sorts, filters and counts by.
    key("case_id"),
    sa.Column("number", sa.Integer, nullable=False),
    # The smaller the more urgent: `pipeline/data/urgency.csv`.
    sa.Column("urgency", sa.Integer, nullable=False),
    sa.Column("waiting_since", Utc, nullable=False),
    required("review"),
    required("cause"),
    # The best AMP/ASCO/CAP tier among its flags, and whether nobody has decided on such a flag.
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
    # Sets of markers and of kinds of flags, a bit each (`pipeline/gist.py`).
    sa.Column("detected", sa.Integer, nullable=False),
    sa.Column("indeterminate", sa.Integer, nullable=False),
    sa.Column("negative", sa.Integer, nullable=False),
    sa.Column("kinds", sa.Integer, nullable=False),
    required("label"),
    # Every assigning authority that the patient or a report names, as a JSON list.
    required("authorities"),
    text("site"),
    sa.Column("is_btc", YesNo),
    required("release"),
    # The first therapies of its flags, as canonical JSON.
    required("top"),
    # What the patient is called, normalised as identifiers are compared: to be searched for.
    text("mrn_key"),
    text("name_key"),
    text("dob_key"),
    _of_interpretation(),
    one_of("cause", Cause),
    one_of("review", ("to_review", "review_again", "second_signature", "signed", "refused")),
    sa.Index(None, "mrn_key"),
    sa.Index(None, "name_key"),
    # Counted beside the filters without a look at the rows.
    sa.Index(None, "urgency", "detected", "kinds", "site", "release"),
    sa.Index(None, "review", "urgency", "waiting_since", "case_id"),
    sa.Index(None, "urgency", "waiting_since", "case_id"),
)

grounds = table(
    "grounds",
    # What the newest interpretation rests on, in hashes: why the next one differs. Derived.
    key("case_id"),
    sa.Column("number", sa.Integer, nullable=False),
    required("reports"),
    required("context"),
    _of_interpretation(),
)
