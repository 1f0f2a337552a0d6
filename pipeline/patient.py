"""Who is treated, and what was decided for them: patient, case, flag, suggestion, decision.

The second half of the trip's words; `model` holds the first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pipeline.model import (
    Finding,
    Identity,
    Marker,
    MarkerState,
    Notice,
    ReportResult,
    ReportStatus,
    Status,
)


class Site(StrEnum):
    """Where in the biliary tract the tumour arose."""

    INTRAHEPATIC = "intrahepatic"
    PERIHILAR = "perihilar"
    DISTAL = "distal"
    EXTRAHEPATIC = "extrahepatic"
    GALLBLADDER = "gallbladder"
    AMPULLA = "ampulla"
    OTHER = "other"


class Jurisdiction(StrEnum):
    """Whose labels apply."""

    US = "US"
    EU = "EU"


class Stage(StrEnum):
    """Extent of disease, as far as the choice of therapy needs it."""

    IV = "IV"
    UNRESECTABLE = "unresectable"
    RESECTABLE = "resectable"
    RESECTED = "resected"


@dataclass(frozen=True, kw_only=True)
class Patient:
    """Clinical context of one patient: one row of `patients.csv`. None is "not stated".

    Units: *crcl_ml_min* mL/min; *bilirubin* and *bilirubin_uln* in *bilirubin_unit* (mg/dl or
    umol/l); *lvef_percent* 0-100; *qtc_ms* milliseconds. *prior_lines* counts systemic therapy
    for advanced disease; *prior_agents* None is "not stated", () is "none".
    """

    case: str | None = None
    identity: Identity = field(default_factory=Identity)
    sex: str | None = None
    jurisdiction: Jurisdiction | None = None
    as_of: date | None = None
    site: Site | None = None
    histology: str | None = None
    stage: Stage | None = None
    ecog: int | None = None
    prior_lines: int | None = None
    prior_agents: tuple[str, ...] | None = None
    crcl_ml_min: float | None = None
    crcl_method: str | None = None
    bilirubin: float | None = None
    bilirubin_uln: float | None = None
    bilirubin_unit: str | None = None
    biliary_obstruction: bool | None = None
    biliary_drainage: bool | None = None
    cardiac_disease: bool | None = None
    neuropathy_grade: int | None = None
    hearing_loss: bool | None = None
    autoimmune_disease: bool | None = None
    organ_transplant: bool | None = None
    ild: bool | None = None
    lvef_percent: float | None = None
    dpyd: str | None = None
    ugt1a1: str | None = None
    qtc_ms: float | None = None
    pregnant: bool | None = None
    symptomatic: bool | None = None
    profiling_pending: bool | None = None
    expected_survival_months: float | None = None
    liver_dominant: bool | None = None
    immunotherapy_contraindication: bool | None = None
    on_treatment: bool | None = None
    progressed_on: str | None = None
    best_response: str | None = None
    no_satisfactory_alternative: bool | None = None
    months_since_adjuvant: float | None = None
    last_targeted_end: date | None = None
    radiotherapy_intent: str | None = None
    delay_proposed: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Unsaid:
    """What a superseded version said of a marker of which the later one prints nothing."""

    marker: Marker
    status: Status
    detail: str


@dataclass(frozen=True, kw_only=True)
class SupersededReport:
    """A version of a report that is no longer weighed, and the version that replaces it."""

    sha256: str
    file: str
    status: ReportStatus
    version: int
    reported: date | None
    by_sha256: str
    by_version: int
    by_status: ReportStatus
    unsaid: tuple[Unsaid, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Case:
    """All current reports of one patient and the state of every marker over them.

    *tumour_is_btc* is None where no report and no patient row says what the tumour is.
    """

    id: str
    patient: Patient
    reports: tuple[ReportResult, ...]
    markers: Mapping[Marker, MarkerState]
    findings: tuple[Finding, ...]
    tumour_type: str | None = None
    tumour_is_btc: bool | None = None
    superseded: tuple[SupersededReport, ...] = ()
    notices: tuple[Notice, ...] = ()

    def __post_init__(self) -> None:
        if set(self.markers) != set(Marker):
            raise ValueError("a case must state every marker, the silent ones too")


class Outcome(StrEnum):
    """The four answers to a clinical question."""

    PASS = "PASS"  # noqa: S105 - an answer, not a password
    WARN = "WARN"
    FAIL = "FAIL"
    UNDETERMINED = "UNDETERMINED"


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The answer to one clinical question, its sentence, and the fact that is missing."""

    criterion: str
    outcome: Outcome
    sentence: str
    missing: str | None = None


class FlagKind(StrEnum):
    """What a reader should do with a therapy."""

    SUGGEST = "SUGGEST"
    FLAG = "FLAG"
    CAUTION = "CAUTION"
    BLOCK = "BLOCK"
    ASK = "ASK"


KIND_ORDER = (FlagKind.SUGGEST, FlagKind.CAUTION, FlagKind.ASK, FlagKind.FLAG, FlagKind.BLOCK)
"""What may be given first, what must not be given last: a tired person reads from the top."""


@dataclass(frozen=True, kw_only=True)
class Tiers:
    """Evidence tiers side by side, never merged; a recalled tier says so in its text."""

    amp_asco_cap: str | None = None
    escat: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, kw_only=True)
class TherapyFlag:
    """One therapy for one marker: what to do, in which line, on whose authority, and why."""

    marker: Marker
    therapy: str
    kind: FlagKind
    line: str
    status: str
    jurisdiction: Jurisdiction
    tiers: Tiers
    because: tuple[str, ...]
    indication_id: str
    findings: tuple[Finding, ...]
    evaluations: tuple[Evaluation, ...] = ()
    status_date: str | None = None
    label_scope: str | None = None
    cautions: tuple[str, ...] = ()
    figures: str | None = None
    source: str | None = None
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """One entry of the first- or second-line list; *rank* 1 comes first.

    *schedule* is how it is given: doses, duration, maintenance, monitoring.
    """

    line: str
    rank: int
    regimen: str
    kind: FlagKind
    because: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    schedule: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    figures: str | None = None
    source: str | None = None
    indication_id: str | None = None
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NearMiss:
    """A therapy that did not fire: why, and what would change the answer."""

    marker: Marker | None
    therapy: str
    reason: str
    would_change: str | None = None
    indication_id: str | None = None
    jurisdiction: Jurisdiction | None = None


@dataclass(frozen=True, kw_only=True)
class NotAssessed:
    """A marker nobody looked at (or could not judge), and the test to order."""

    marker: Marker
    status: str
    order: str


@dataclass(frozen=True, kw_only=True)
class KnowledgeStamp:
    """Which knowledge spoke: dated release and the hash of its canonical rows."""

    release: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Interpretation:
    """Everything said about one case on one day, with the versions that said it."""

    case: Case
    as_of: date
    jurisdictions: tuple[Jurisdiction, ...]
    flags: tuple[TherapyFlag, ...]
    suggestions: tuple[Suggestion, ...]
    near_misses: tuple[NearMiss, ...]
    not_assessed: tuple[NotAssessed, ...]
    notes: tuple[str, ...]
    knowledge: KnowledgeStamp
    code_version: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a reviewer decided, and the hash of exactly what was shown. Never updated."""

    case_id: str
    reviewer: str
    decided_at: datetime
    meaning: str
    shown_sha256: str
    accepted: bool
    reason: str | None = None
