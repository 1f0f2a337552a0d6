"""A report of unknown layout in, what stands in its tables and lists out: never a conclusion.

Tried only where no vendor file recognises a document. What looks like a molecular report (labelled
patient and specimen, and a result of one of our genes in a table or a list) is put before a person
as `needs_review`: each value seen is indeterminate, with its place; nothing else is said.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from parsers import phrases, result_lines, standing, variant_report, variant_rows
from parsers.claims import Found, gathered, is_sentence
from parsers.grid import grids
from parsers.headings import CLAIMS, Zone
from parsers.identity_block import IdentityBlock
from parsers.laboratory import laboratory
from parsers.page import Cell, Document
from parsers.phrases import plain
from parsers.sections import Section, is_prose
from parsers.variant_report import Contents
from parsers.variant_rows import About
from pipeline import alterations, genes, tumours
from pipeline.model import (
    AlterationClass,
    Completeness,
    FileKind,
    Observation,
    Reading,
    Report,
    ReportStatus,
    Status,
)

READER = "generic 1"
WHO = ("name", "mrn", "dob")
WHAT = ("accession", "specimen_id", "site", "primary_site", "specimen_type", "tumour_percent")
WHEN = ("collected", "received", "reported")
REASON = (
    "No reader knows the layout of this report; what was seen in its tables and lists is shown, "
    "and a person must read it."
)
OPEN = frozenset({None, Zone.IDENT})


def read(document: Document, *, recognised: bool = False) -> Reading | None:
    """What a person should look at, or None if this is no molecular report of a patient.

    In words that were *recognised* from a picture a number printed twice is read in two ways: they
    are no sign of two reports.

    Raises:
        HeldError: two patients or two reports in one file.
    """
    if not _names_a_gene(document):
        return None
    whole = variant_report.contents(document, READER)
    if not _is_of_a_patient(whole.block):
        return None
    seen = tuple(item for item in _found(whole).observations if _says_something(item))
    if not seen:
        return None
    if not recognised:
        standing.one_report_only(document, whole.block)
    failed = standing.status_of(document, whole.parts) is ReportStatus.FAILED
    observations = () if failed else tuple(dict.fromkeys(map(opened, seen)))
    return Reading(report=_report(whole), observations=observations)


def _names_a_gene(document: Document) -> bool:
    """True if a gene of ours is named at all: a cheap question, for most foreign documents."""
    words = set(re.findall(r"[A-Z][A-Za-z0-9]{2,}", document.text))
    return any(genes.symbol_of(word) in genes.PANEL for word in words)


def _is_of_a_patient(block: IdentityBlock) -> bool:
    """True if a patient, a specimen or laboratory number, and a date of the test are labelled."""
    return all(any(block.first(field) for field in fields) for fields in (WHO, WHAT, WHEN))


# --------------------------------------------------------------------------------------- search
def _found(whole: Contents) -> Found:
    """All that is printed of our genes outside therapies, trials, narrative and references."""
    return gathered(_section(part, whole) for part in whole.parts)


def _section(part: Section, whole: Contents) -> Found:
    if part.zone in CLAIMS:
        return variant_report.section(part, whole)
    if part.zone not in OPEN:
        return Found()
    about = About(evidence=whole.evidence)
    tables, loose = grids(part.lines, whole.fills)
    rest = Section(zone=part.zone, heading=None, cells=loose)
    listed = Section(zone=part.zone, heading=None, cells=tuple(_cells_of_lists(rest)))
    return variant_rows.of_grids(tables, about) + result_lines.of_section(listed, about, ())


def _cells_of_lists(part: Section) -> Iterator[Cell]:
    """The cells of lines that are no running text."""
    for clause in result_lines.clauses(part):
        if not is_sentence(clause.text) and not is_prose([clause.text]):
            yield from clause.cells


def _says_something(item: Observation) -> bool:
    """True if a change, a result or a value is printed: a bare gene of a list is none."""
    printed = item.alteration or item.source.text
    if item.marker.alteration_class in _VALUED:
        return bool(phrases.valued(item.marker, printed) or phrases.verdict(printed))
    said = alterations.classify(item.marker.gene, printed) or phrases.verdict(printed)
    return said is not None and plain(printed) != plain(item.marker.gene or "")


_VALUED = frozenset(AlterationClass) - {
    AlterationClass.MUTATION,
    AlterationClass.FUSION,
    AlterationClass.AMPLIFICATION,
}


def opened(item: Observation) -> Observation:
    """The observation as a person must see it: open, in the printed words."""
    if item.status is Status.NOT_ASSESSED:
        return item
    words = item.alteration or item.source.text
    return replace(item, status=Status.INDETERMINATE, alteration=words)


# --------------------------------------------------------------------------------------- report
def _report(whole: Contents) -> Report:
    block, document = whole.block, whole.document
    tumour = block.first("diagnosis")
    return Report(
        file=document.name,
        sha256=document.sha256,
        kind=FileKind.PDF,
        status=ReportStatus.NEEDS_REVIEW,
        code="unknown_layout",
        reasons=(REASON,),
        vendor=laboratory(document),
        accession=block.first("accession"),
        reported=block.day("reported"),
        tumour_type=tumour,
        is_btc=tumours.is_biliary(tumour) if tumour else None,
        completeness=Completeness(
            proven=False,
            evidence=f"{len(document.pages)} pages seen, layout not known",
            missing=("a reader that knows the layout",),
        ),
        specimens=(block.specimen,),
        identity=block.identity,
    )
