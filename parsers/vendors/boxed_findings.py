"""Layout family H in, a `Reading` out: comprehensive profiling as it was printed until about 2017.

A table of patient and specimen runs over the first page; below, a box of counts stands beside a
box of genomic alterations and genes without any; therapeutic implications, narrative, trials,
variants of unknown significance and gene lists follow. Seen so far: one public specimen report of
2016 (a haematological panel on an invented patient) and drawn variants.
"""

from collections.abc import Sequence
from functools import partial

from parsers import gene_results, negatives, strange_headings
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
from pipeline.model import Analyte, Coverage, Reading, Significance

READER = "boxed_findings 1"
BOX = ("Genomic Alterations Identified", "No Genomic Alterations Identified")
NONE_LISTED = compact(BOX[1])
RECOGNISE = Fingerprint(
    groups=(
        ("Patient Results",),
        BOX,
        ("Therapeutic Implications",),
        ("Medical Record #", "FMI Case #", "Date of Birth"),
    ),
    absent=("Results with Therapy Associations", "Genomic Signatures", "Biomarker Findings"),
)


def read(document: Document) -> Reading:
    """The reading of one report of this family.

    Raises:
        HeldError: see `parsers.report.reading`.
    """
    parts = strange_headings.divided(sections(document))
    block = identity_block(document, parts)
    covered = coverage(parts, plasma=block.is_plasma)
    analyte = Analyte.CFDNA if block.is_plasma else Analyte.DNA
    context = partial(
        Context, evidence=Evidence(sha256=document.sha256, reader=READER), analyte=analyte
    )
    return reading(
        Read(
            document=document,
            parts=parts,
            block=block,
            found=gathered(_section(part, context, covered) for part in parts),
            covered=covered,
            required=_required(parts, block, covered),
        )
    )


def _section(part: Section, context: partial[Context], covered: Sequence[Coverage]) -> Found:
    if part.zone is Zone.RESULT:
        return gene_results.results(part.lines, context(significance=Significance.UNKNOWN))
    if part.zone is Zone.VUS:
        return gene_results.results(part.lines, context(significance=Significance.VUS))
    if part.zone in {Zone.NEG, Zone.INDET}:
        return negatives.statements(part, context().evidence, covered)
    return Found()


def _required(
    parts: Sequence[Section], block: IdentityBlock, covered: Sequence[Coverage]
) -> dict[str, bool]:
    boxes = [part for part in parts if part.title.startswith(tuple(map(compact, BOX)))]
    stated = any(part.title.startswith(NONE_LISTED) for part in boxes)
    return {
        "patient table": block.first("mrn") is not None or block.first("name") is not None,
        "genomic alterations": stated or any(entries(part.lines)[0] for part in boxes),
        "gene list with classes": bool(covered),
    }
