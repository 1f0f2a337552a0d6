"""Layout family A in, a `Reading` out: comprehensive profiling in two columns.

A panel of patient, physician and specimen stands beside genomic signatures, gene alterations and
the genes without reportable alterations; a first page may list what belongs to a companion
diagnostic, and a plasma report the fractions of earlier samples. Therapies, narrative, trials, a
grid of variants of unknown significance and gene lists follow. Seen so far: synthetic reports only
(samples 01, 11 and 13); headings and values follow public descriptions; no genuine report of this
family was available (one of 2016 has its own: `boxed_findings`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from parsers import gene_results, negatives, phrases, sample_columns, strange_headings
from parsers.assay_lists import coverage
from parsers.claims import Found, gathered
from parsers.evidence import Evidence
from parsers.fingerprint import AnyOf, Fingerprint
from parsers.gene_entries import entries
from parsers.gene_results import Context
from parsers.headings import Zone
from parsers.identity_block import IdentityBlock, identity_block
from parsers.page import Document, compact
from parsers.report import Read, reading
from parsers.sample_columns import Columns, Line
from parsers.sections import Section, sections
from pipeline.model import Analyte, Coverage, Notice, Reading, Significance, Status

READER = "two_column 1"
PANEL = (
    ("Patient", "Patient Information"),
    ("Physician", "Ordering Physician"),
    ("Specimen", "Specimen Details"),
)
SIGNATURES = ("Genomic Signatures", "Biomarker Findings")
ALTERATIONS = ("Gene Alterations", "Genomic Findings", "Genomic Alterations")
OF_TISSUE = Fingerprint(
    groups=(
        *PANEL,
        SIGNATURES,
        ALTERATIONS,
        (
            "Disease relevant genes with no reportable alterations",
            "Additional Disease-relevant Genes with No Reportable Alterations",
        ),
    ),
    absent=("Results with Therapy Associations", "Cancer-Type Relevant Biomarkers"),
)
OF_PLASMA = replace(  # which may print no list of genes without alterations
    OF_TISSUE,
    groups=(*PANEL, SIGNATURES, ALTERATIONS, ("DNA Gene List",)),
    labels=(("Blood Tumor Mutational Burden", "Tumor Fraction"),),
)
RECOGNISE = AnyOf(fingerprints=(OF_TISSUE, OF_PLASMA))
FIRST_PAGE = tuple(
    map(compact, ("Companion Diagnostic (CDx) Associated", "Other Alterations & Biomarkers"))
)


@dataclass(frozen=True, kw_only=True)
class _Context:
    """What every part of one report needs."""

    evidence: Evidence
    covered: tuple[Coverage, ...]
    analyte: Analyte
    columns: dict[int, Columns]


def read(document: Document) -> Reading:
    """The reading of one report of this family.

    Raises:
        HeldError: see `parsers.report.reading`.
    """
    parts = strange_headings.divided(sections(document))
    block = identity_block(document, parts)
    covered = coverage(parts, plasma=block.is_plasma)
    context = _Context(
        evidence=Evidence(sha256=document.sha256, reader=READER),
        covered=covered,
        analyte=Analyte.CFDNA if block.is_plasma else Analyte.DNA,
        columns=_columns(parts, day_first=block.day_first),
    )
    found = gathered(_section(part, context) for part in parts)
    return reading(
        Read(
            document=document,
            parts=parts,
            block=block,
            found=found,
            covered=covered,
            required=_required(parts, block, covered),
        )
    )


def _columns(parts: Sequence[Section], *, day_first: bool | None) -> dict[int, Columns]:
    lines = [line for part in parts if part.zone is Zone.RESULT for line in part.lines]
    return sample_columns.columns(lines, day_first=day_first)


def _required(
    parts: Sequence[Section], block: IdentityBlock, covered: Sequence[Coverage]
) -> dict[str, bool]:
    own = [part for part in parts if not part.title.startswith(FIRST_PAGE)]
    claims = [part for part in own if part.zone is Zone.RESULT and part.cells]
    signed = [part for part in claims if part.heading and part.heading.key in _signature_heads()]
    return {
        "patient panel": block.first("name") is not None or block.first("mrn") is not None,
        "genomic signatures": bool(signed),
        "gene alterations": any(_says_something(part) for part in claims if part not in signed),
        "gene list with classes": bool(covered),
    }


def _says_something(part: Section) -> bool:
    """True if a result section lists genes, or states that there is nothing to list."""
    listed, loose = entries(part.lines)
    stated = (phrases.verdict(cell.text) for cell in loose)
    return bool(listed) or any(said and said.status is Status.NOT_DETECTED for said in stated)


@cache
def _signature_heads() -> frozenset[str]:
    return frozenset(compact(name) for name in SIGNATURES)


def _section(part: Section, context: _Context) -> Found:
    if part.zone is Zone.RESULT:
        return _results(part, context)
    if part.zone is Zone.VUS:
        return gene_results.results(part.lines, _told(context, Significance.VUS))
    if part.zone in {Zone.NEG, Zone.INDET}:
        return negatives.statements(part, context.evidence, context.covered)
    return Found()


def _results(part: Section, context: _Context) -> Found:
    """What the current sample shows; what only others show, or nobody knows which, is open."""
    of = sample_columns.of_current(part.lines, context.columns)
    told = _told(context, Significance.UNKNOWN)
    return (
        gene_results.results(of.now, told)
        + _open(of.gone, told, "earlier_sample_only", "stands beside an earlier sample only")
        + _open(of.undated, told, "columns_without_date", "stands in columns without a date")
    )


def _told(context: _Context, significance: Significance) -> Context:
    return Context(evidence=context.evidence, analyte=context.analyte, significance=significance)


def _open(lines: Sequence[Line], told: Context, code: str, why: str) -> Found:
    found = gene_results.results(lines, told).observations
    notices = tuple(
        Notice(code=code, message=f"page {item.source.page}: “{item.source.text}” {why}")
        for item in found
    )
    left = tuple(replace(item, status=Status.INDETERMINATE, vaf=None) for item in found)
    return Found(observations=left, notices=notices)
