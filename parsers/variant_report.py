"""A report made of variant tables in, its `Reading` out: the part local and amplicon reports share.

Each section of results is tables and lines; a variant table says by its own columns what it is, and
what stands outside the sections is left to `report`, which refuses a result there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from parsers import (
    negatives,
    result_lines,
    stains,
    strange_headings,
    table_tails,
    variant_rows,
)
from parsers.assay_lists import coverage
from parsers.claims import Found, gathered
from parsers.evidence import Evidence
from parsers.grid import Grid, grids
from parsers.headings import CLAIMS, Zone
from parsers.identity_block import IdentityBlock, identity_block
from parsers.page import Document, Fill
from parsers.phrases import plain
from parsers.report import Read, reading
from parsers.sections import Section, sections
from parsers.variant_rows import About
from pipeline.errors import HeldError
from pipeline.model import (
    Analyte,
    Coverage,
    Notice,
    Observation,
    Origin,
    Reading,
    Significance,
    Status,
)

EARLIER = re.compile(r"\bprevious|\bprior\b|\bhistory\b|\bearlier\b")
OUTSIDE = frozenset({Zone.NARRATIVE, Zone.ASSAY, None})
Fills = Mapping[int, Sequence[Fill]]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """A document cut into sections, with what every section needs to be understood."""

    document: Document
    parts: tuple[Section, ...]
    block: IdentityBlock
    covered: tuple[Coverage, ...]
    evidence: Evidence

    @property
    def fills(self) -> Fills:
        """The rules and rectangles of each page."""
        return {page.number: page.fills for page in self.document.pages}

    @property
    def claims(self) -> tuple[Section, ...]:
        """The sections that may say something of the specimen."""
        return tuple(part for part in self.parts if part.zone in CLAIMS)

    @property
    def tables(self) -> tuple[Grid, ...]:
        """Every table of results."""
        each = (grid for part in self.claims for grid in grids(part.lines, self.fills)[0])
        return tuple(grid for grid in each if variant_rows.tells_results(grid))


def contents(document: Document, reader: str) -> Contents:
    """The document, cut and labelled; *reader* signs each source."""
    parts = strange_headings.divided(sections(document))
    block = identity_block(document, parts)
    return Contents(
        document=document,
        parts=parts,
        block=block,
        covered=coverage(parts, plasma=block.is_plasma),
        evidence=Evidence(sha256=document.sha256, reader=reader),
    )


def read(whole: Contents, required: Mapping[str, bool]) -> Reading:
    """The reading of a report whose sections are understood; *required* as in `report.Read`.

    Raises:
        HeldError: see `parsers.report.reading`.
    """
    _nothing_elsewhere(whole)
    results = [part for part in whole.claims if part.zone is Zone.RESULT and _is_filled(part)]
    patient = any(whole.block.first(field) for field in ("name", "mrn", "accession"))
    needed = {
        "patient labels": patient,
        "results": bool(results),
        "rows of every table": all(grid.rows for grid in whole.tables),
        **required,
    }
    told = found(whole)
    return reading(
        Read(
            document=whole.document,
            parts=whole.parts,
            block=whole.block,
            found=told + told_elsewhere(whole, told),
            covered=whole.covered,
            required=needed,
        )
    )


def _nothing_elsewhere(whole: Contents) -> None:
    """Refuse a table of variants under a heading of narrative, methods, therapies or references.

    Raises:
        HeldError: a row there names an alteration of our genes; the heading before it is not known.
    """
    for part in whole.parts:
        title = plain(part.heading.text) if part.heading else ""
        if part.zone in {*CLAIMS, None, Zone.IDENT} or EARLIER.search(title):
            continue
        tables = (grid for grid in grids(part.lines, whole.fills)[0] if _is_of_variants(grid))
        about = About(evidence=whole.evidence)
        for item in variant_rows.of_grids(tuple(tables), about).observations:
            raise HeldError(
                "layout_not_understood",
                f"On page {item.source.page} a table of variants ({item.source.text}) stands "
                "outside every section of results.",
            )


def _is_of_variants(grid: Grid) -> bool:
    keys = {column.key for column in grid.columns}
    return bool(keys & {"coding", "protein"}) and bool(keys & {"frequency", "depth"})


def found(whole: Contents) -> Found:
    """What all sections say, and the stains of mismatch repair, which only together mean much."""
    stained = [s for part in whole.claims for s in result_lines.mismatch_repair_stains(part)]
    together = stains.mismatch_repair(stained, whole.evidence)
    return gathered(section(part, whole) for part in whole.claims) + together


def told_elsewhere(whole: Contents, told: Found) -> Found:
    """What stands as a result under narrative, methods or an unknown heading: open, and told.

    Running text is passed over, and so are therapies, trials, references and earlier results.
    """
    stated = {item.marker: item.status for item in told.observations}
    return gathered(
        _outside(item, is_open=part.zone is Zone.NARRATIVE and item.marker not in stated)
        for part in whole.parts
        if part.zone in OUTSIDE and not EARLIER.search(_title(part))
        for item in _positives(part, whole)
        if stated.get(item.marker) is not Status.DETECTED
    )


def _title(part: Section) -> str:
    return plain(part.heading.text) if part.heading else ""


def _positives(part: Section, whole: Contents) -> list[Observation]:
    about = About(evidence=whole.evidence)
    tables, loose = grids(part.lines, whole.fills)
    rest = Section(zone=part.zone, heading=None, cells=loose)
    seen = variant_rows.of_grids(tables, about) + result_lines.of_section(rest, about, ())
    return [each for each in seen.observations if each.status is Status.DETECTED]


def _outside(item: Observation, *, is_open: bool) -> Found:
    message = f"page {item.source.page}: “{item.source.text}” stands outside the results"
    notice = Notice(code="told_outside_results", message=message)
    # Methods, and comments beside a printed negative, also list what an assay can see, or what is
    # common in such tumours: there a word to the reader is enough.
    open_ = (replace(item, status=Status.INDETERMINATE),) if is_open else ()
    return Found(observations=open_, notices=(notice,))


def _is_filled(part: Section) -> bool:
    return bool(part.cells) or bool(part.heading and part.heading.inline)


def section(part: Section, whole: Contents) -> Found:
    """What one section says: lists of negatives, or tables of variants with lines beside them."""
    if part.zone in {Zone.NEG, Zone.INDET}:
        return negatives.statements(part, whole.evidence, whole.covered)
    about = _about(part, whole)
    printed, loose = grids(part.lines, whole.fills)
    tables, tails = table_tails.without_tails(printed)
    rest = Section(zone=part.zone, heading=part.heading, cells=(*loose, *tails))
    return variant_rows.of_grids(tables, about) + result_lines.of_section(
        rest, about, whole.covered
    )


def _about(part: Section, whole: Contents) -> About:
    title = part.heading.text.split(":", 1)[0] if part.heading else ""
    return About(
        evidence=whole.evidence,
        title=title,
        significance=Significance.VUS if part.zone is Zone.VUS else Significance.UNKNOWN,
        analyte=Analyte.CFDNA if whole.block.is_plasma else _analyte(title),
        origin=Origin.GERMLINE if plain(title).startswith("germline") else Origin.UNKNOWN,
    )


def _analyte(title: str) -> Analyte | None:
    words = plain(title).replace("(", " ").replace(")", " ").split()
    if "rna" in words:
        return Analyte.RNA if "dna" not in words else None
    return Analyte.DNA if "fusion" not in plain(title) else None
