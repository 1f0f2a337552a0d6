"""Layout family A in, a `Reading` out: comprehensive profiling in two columns.

A panel of patient, physician and specimen stands beside genomic signatures, gene alterations and
the genes without reportable alterations; therapies, narrative, trials, a grid of variants of
unknown significance and gene lists follow. Seen so far: synthetic reports only (samples 01 and
11); no genuine report of this family was available.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from parsers import gene_results, negatives, phrases
from parsers.assay_lists import coverage
from parsers.claims import Found, gathered
from parsers.evidence import Evidence
from parsers.fingerprint import Fingerprint
from parsers.gene_entries import entries
from parsers.gene_results import Context
from parsers.headings import Zone
from parsers.identity_block import IdentityBlock, identity_block
from parsers.page import Document, compact
from parsers.report import Read, reading
from parsers.sections import Section, sections
from pipeline.model import Analyte, Coverage, Reading, Significance, Status

READER = "two_column 1"
RECOGNISE = Fingerprint(
    groups=(
        ("Patient", "Patient Information"),
        ("Physician", "Ordering Physician"),
        ("Specimen", "Specimen Details"),
        ("Genomic Signatures", "Biomarker Findings"),
        ("Gene Alterations", "Genomic Findings", "Genomic Alterations"),
        (
            "Disease relevant genes with no reportable alterations",
            "Additional Disease-relevant Genes with No Reportable Alterations",
        ),
    ),
    absent=("Results with Therapy Associations", "Cancer-Type Relevant Biomarkers"),
)


@dataclass(frozen=True, kw_only=True)
class _Context:
    """What every part of one report needs."""

    evidence: Evidence
    covered: tuple[Coverage, ...]
    analyte: Analyte


def read(document: Document) -> Reading:
    """The reading of one report of this family.

    Raises:
        HeldError: see `parsers.report.reading`.
    """
    parts = sections(document)
    block = identity_block(document, parts)
    covered = coverage(parts, plasma=block.is_plasma)
    context = _Context(
        evidence=Evidence(sha256=document.sha256, reader=READER),
        covered=covered,
        analyte=Analyte.CFDNA if block.is_plasma else Analyte.DNA,
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


def _required(
    parts: Sequence[Section], block: IdentityBlock, covered: Sequence[Coverage]
) -> dict[str, bool]:
    claims = [part for part in parts if part.zone is Zone.RESULT and part.cells]
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
    return frozenset(compact(name) for name in RECOGNISE.groups[3])


def _section(part: Section, context: _Context) -> Found:
    if part.zone in {Zone.RESULT, Zone.VUS}:
        vus = part.zone is Zone.VUS
        return gene_results.results(
            part.lines,
            Context(
                evidence=context.evidence,
                analyte=context.analyte,
                significance=Significance.VUS if vus else Significance.UNKNOWN,
            ),
        )
    if part.zone in {Zone.NEG, Zone.INDET}:
        return negatives.statements(part, context.evidence, context.covered)
    return Found()
