"""The words of the trip, in its order: from a source on a page to a signed decision.

Frozen, keyword-only, validated where they are made. Each type holds the one it came from, so a
suggestion can be followed down to the printed line. Missing is ``None`` or a status that says so;
no default fills a clinical field.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from pipeline.layouts import Layout
from pipeline.markers import AlterationClass, Basis, Marker, Origin, Significance, Status

__all__ = [
    "AlterationClass",
    "Analyte",
    "Assembly",
    "Basis",
    "Biomarker",
    "Completeness",
    "CopyNumber",
    "Coverage",
    "EarlierVersion",
    "Expression",
    "FileKind",
    "Finding",
    "Fusion",
    "FusionGrade",
    "GenomicAllele",
    "Identity",
    "Layout",
    "Marker",
    "MarkerState",
    "Notice",
    "Observation",
    "Origin",
    "Reading",
    "Report",
    "ReportResult",
    "ReportStatus",
    "Signature",
    "Significance",
    "SmallVariant",
    "Source",
    "Specimen",
    "Status",
]


class Analyte(StrEnum):
    """What was examined."""

    DNA = "DNA"
    RNA = "RNA"
    CFDNA = "cfDNA"
    PROTEIN = "protein"


class Assembly(StrEnum):
    """Genome builds that are read."""

    GRCH37 = "GRCh37"
    GRCH38 = "GRCh38"


class ReportStatus(StrEnum):
    """How far a file can be believed. The last three conclude nothing."""

    FINAL = "final"
    AMENDED = "amended"
    FAILED = "failed"
    QUALIFIED = "qualified"
    NEEDS_REVIEW = "needs_review"
    HELD = "held"
    UNRECOGNISED = "unrecognised"
    UNREADABLE = "unreadable"

    @property
    def is_read(self) -> bool:
        """True if the file was read to its end by a reader that knows it."""
        return self in {
            ReportStatus.FINAL,
            ReportStatus.AMENDED,
            ReportStatus.FAILED,
            ReportStatus.QUALIFIED,
        }


class FileKind(StrEnum):
    """Kinds of input file."""

    VCF = "vcf"
    PDF = "pdf"
    TABLE = "table"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A named warning: a code for machines and a sentence for people."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where something was read: a page and box (PDF points from the top left) or a VCF line."""

    sha256: str
    reader: str
    text: str
    page: int | None = None
    bbox: tuple[float, float, float, float] | None = None
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Specimen:
    """One specimen; *tumour_percent* is tumour nuclei, 0 to 100."""

    id: str | None = None
    analyte: Analyte | None = None
    site: str | None = None
    tumour_percent: float | None = None
    collected: date | None = None
    received: date | None = None

    def __post_init__(self) -> None:
        if self.tumour_percent is not None and not 0 <= self.tumour_percent <= 100:
            raise ValueError(f"tumour content of {self.tumour_percent} % is not a percentage")


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a report or a manifest row says of whose it is, as printed."""

    mrn: str | None = None
    assigning_authority: str | None = None
    name: str | None = None
    dob: date | None = None
    accession: str | None = None
    specimen_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Completeness:
    """The proof that a document was read to its end; *missing* names what the proof lacks."""

    proven: bool
    evidence: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """A marker that an assay looks at: silence about it may mean "not detected"."""

    marker: Marker
    analyte: Analyte
    source: str
    min_tumour_percent: float | None = None
    min_depth: int | None = None
    vaf_lod: float | None = None
    amplification_copies: float | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a file is: whose, of which assay, how complete, and whether it may be believed.

    *reader* is the name and version of what read it, None where nothing did.
    """

    file: str
    sha256: str
    kind: FileKind
    status: ReportStatus
    vendor: str | None = None
    assay: str | None = None
    assay_version: str | None = None
    accession: str | None = None
    version: int = 1
    reported: date | None = None
    tumour_type: str | None = None
    is_btc: bool | None = None
    assembly: Assembly | None = None
    completeness: Completeness = field(
        default_factory=lambda: Completeness(proven=False, evidence="nothing was read")
    )
    specimens: tuple[Specimen, ...] = ()
    identity: Identity = field(default_factory=Identity)
    covered: tuple[Coverage, ...] = ()
    reasons: tuple[str, ...] = ()
    code: str | None = None
    notices: tuple[Notice, ...] = ()
    superseded: tuple["EarlierVersion", ...] = ()
    reader: str | None = None
    layout: Layout | None = None

    def __post_init__(self) -> None:
        if not self.status.is_read and not self.reasons:
            raise ValueError(f"a report that is {self.status} must say why")


@dataclass(frozen=True, kw_only=True)
class GenomicAllele:
    """A DNA change on a named build; *position* is 1-based, alleles as in the VCF."""

    assembly: Assembly
    chromosome: str
    position: int
    ref: str
    alt: str

    def __str__(self) -> str:
        where = f"{self.assembly}:{self.chromosome}:{self.position}"
        return f"{where}:{self.ref}>{self.alt}"


class FusionGrade(StrEnum):
    """How good the evidence for a fusion is (rule R47)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


@dataclass(frozen=True, kw_only=True)
class SmallVariant:
    """A substitution or small indel on the MANE Select transcript (*hgvs_p* like p.R132C)."""

    kind: Literal["small_variant"] = "small_variant"
    gene: str
    hgvs_p: str | None
    hgvs_c: str | None = None
    transcript: str | None = None
    genomic: GenomicAllele | None = None
    ambiguity: str | None = None


@dataclass(frozen=True, kw_only=True)
class Fusion:
    """A rearrangement by role; a partner of None is unknown, not absent."""

    kind: Literal["fusion"] = "fusion"
    gene: str
    five_prime: str | None
    three_prime: str | None
    grade: FusionGrade
    breakpoints: str | None = None

    def __str__(self) -> str:
        return f"{self.five_prime or '?'}::{self.three_prime or '?'}"


@dataclass(frozen=True, kw_only=True)
class CopyNumber:
    """A copy number change; *change* is amplification, gain, equivocal or loss."""

    kind: Literal["copy_number"] = "copy_number"
    gene: str
    change: Literal["amplification", "gain", "equivocal", "loss"]
    copies: float | None = None


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A genome-wide value: MSI or TMB; *call* is the normalised word (high, stable, low, …)."""

    kind: Literal["signature"] = "signature"
    name: Literal["MSI", "TMB"]
    call: str | None
    value: float | None = None
    unit: str | None = None


@dataclass(frozen=True, kw_only=True)
class Expression:
    """A tissue stain or in-situ result: HER2 IHC score, HER2 ISH call, MMR proteins."""

    kind: Literal["expression"] = "expression"
    method: Literal["IHC", "ISH", "MMR"]
    call: str
    score: str | None = None
    lost: tuple[str, ...] = ()


Biomarker = SmallVariant | Fusion | CopyNumber | Signature | Expression


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One statement of one report about one marker, as printed, with its place.

    *alteration* is the verbatim wording ("FGFR2-BICC1 fusion", "p.(Arg132Cys)", "MS-Stable") or
    None for a bare negative; *vaf* is a fraction from 0 to 1; *copies* are absolute copies.
    """

    marker: Marker
    status: Status
    basis: Basis
    source: Source
    gene: str | None = None
    alteration: str | None = None
    significance: Significance = Significance.UNKNOWN
    origin: Origin = Origin.UNKNOWN
    analyte: Analyte | None = None
    value: float | None = None
    unit: str | None = None
    specimen: str | None = None
    transcript: str | None = None
    hgvs_c: str | None = None
    genomic: GenomicAllele | None = None
    vaf: float | None = None
    depth: int | None = None
    copies: float | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if self.vaf is not None and not 0 <= self.vaf <= 1:
            raise ValueError(f"a variant allele fraction of {self.vaf} is not between 0 and 1")


@dataclass(frozen=True, kw_only=True)
class EarlierVersion:
    """A superseded version that is bound with its amendment: kept as evidence, never a result.

    *pages* are those of the file; *observations* is what they print, as far as they could be read.
    """

    version: int
    pages: tuple[int, ...]
    reported: date | None = None
    observations: tuple[Observation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One file as its reader left it: the report and every observation in it."""

    report: Report
    observations: tuple[Observation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A normalised statement about a marker, with the observations (at least one) behind it."""

    marker: Marker
    status: Status
    basis: Basis
    significance: Significance
    detail: str
    observations: tuple[Observation, ...]
    biomarker: Biomarker | None = None
    gene: str | None = None
    specimen: str | None = None
    conflicts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.observations:
            raise ValueError("a finding rests on at least one observation")


@dataclass(frozen=True, kw_only=True)
class MarkerState:
    """What is known of one marker, in a report or in a case; *findings* may be empty."""

    marker: Marker
    status: Status
    basis: Basis
    detail: str
    value: float | None = None
    unit: str | None = None
    specimen: str | None = None
    findings: tuple[Finding, ...] = ()
    conflicts: tuple[str, ...] = ()
    by_specimen: Mapping[str, Status] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ReportResult:
    """One report, normalised: the state of every marker, and every finding."""

    report: Report
    markers: Mapping[Marker, MarkerState]
    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...] = ()

    def __post_init__(self) -> None:
        if set(self.markers) != set(Marker):
            raise ValueError("a report must state every marker, the silent ones too")
