"""Layout family I in, a `Reading` out: one list of results of several technologies.

Sequencing is meant "unless another method is noted": "MET FISH", "PDGFRA amp", "HER2 NB" (a stain),
"Pan-TRK" (a stain, no sequencing of NTRK). Details by technology, negatives and a list of what was
evaluated follow. Seen so far: synthetic reports only, drawn after public descriptions of titles,
labels and result words; no genuine report of this family was available.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from parsers import (
    biomarkers,
    gene_results,
    phrases,
    result_lines,
    stains,
    variant_report,
    variant_rows,
)
from parsers.claims import (
    Found,
    Printed,
    alteration,
    gathered,
    is_sentence,
    markers_of,
    negative,
    not_understood,
    said,
)
from parsers.fingerprint import Fingerprint
from parsers.gene_text import classes_in, leading
from parsers.grid import Grid, Row, grids
from parsers.headings import Zone
from parsers.page import Cell, Document
from parsers.report import Read, reading
from parsers.sections import Section
from parsers.stains import Stain
from parsers.variant_report import Contents
from parsers.variant_rows import About
from pipeline import fusions, genes, hgvs
from pipeline.model import (
    AlterationClass,
    Analyte,
    Marker,
    Notice,
    Reading,
    Significance,
    Status,
)

READER = "mixed_lists 1"
RECOGNISE = Fingerprint(
    groups=(
        (
            *("Biomarker/Assay Results", "Molecular Testing Detail"),
            *("FISH Testing Detail", "Histology Testing Detail"),
        ),
    ),
    labels=(
        ("Patient Name", "Name"),
        ("Body Site", "Reason for Referral", "Specimen Type"),
    ),
    absent=(
        *("Results with Therapy Associations", "Cancer-Type Relevant Biomarkers"),
        *("Genomic Findings", "Gene Alterations", "Sample Cancer Type"),
    ),
)
IN_SITU = re.compile(r"\b(?:fish|cish|sish|ish)\b", re.IGNORECASE)
STAINED = re.compile(r"\b(?:ihc|non-?breast|nb|immunohistochemistry)\b", re.IGNORECASE)
AMPLIFIED = re.compile(r"\bamp\b", re.IGNORECASE)
NO_MARKER = re.compile(r"^(?:pan-? ?trk|pd-?l1|mgmt)\b|\bmethylation\b", re.IGNORECASE)
RESULT_WORDS = re.compile(
    r"^(?:not (?:detected|performed)|detected|positive|negative|tnp|qns|indeterminate|equivocal"
    r"|retained|intact|loss|lost|absent|present|proficient|deficient"
    r"|results? in|amplified|wild|p\.|c\.|pathogenic|likely|mutated|[0-3]\+|see\b|test\b|none\b)",
    re.IGNORECASE,
)
MICROSATELLITES = re.compile(r"\bmicrosatellite instability\b|\bmsi-h\b|\bmss\b", re.IGNORECASE)


def read(document: Document) -> Reading:
    """The reading of one report of this family.

    Raises:
        HeldError: see `parsers.report.reading`.
    """
    whole = variant_report.contents(document, READER)
    results = [part for part in whole.claims if part.zone is Zone.RESULT and part.cells]
    stained = [stain for part in results for stain in _repair_stains(part)]
    together = stains.mismatch_repair(stained, whole.evidence)
    found = gathered(_section(part, whole) for part in whole.claims) + together
    return reading(
        Read(
            document=document,
            parts=whole.parts,
            block=whole.block,
            found=found,
            covered=whole.covered,
            required={
                "patient labels": any(map(whole.block.first, ("name", "mrn", "accession"))),
                "results": bool(results),
                "a result of a gene or a signature": bool(found.observations),
            },
        )
    )


def _section(part: Section, whole: Contents) -> Found:
    if part.zone is not Zone.RESULT:
        return variant_report.section(part, whole)
    about = About(evidence=whole.evidence, title=part.heading.text if part.heading else "")
    tables, loose = grids(part.lines, whole.fills)
    details = tuple(grid for grid in tables if _is_detail(grid))
    rows = [row for grid in tables if grid not in details for row in grid.rows]
    rest = Section(zone=part.zone, heading=part.heading, cells=loose)
    return gathered(
        [
            variant_rows.of_grids(details, about),
            *(_row(row, about) for row in rows),
            *(_line(line, about) for line in rest.lines),
        ]
    )


def _is_detail(grid: Grid) -> bool:
    """True for a table of variants: gene, cDNA, protein, fraction."""
    return bool({column.key for column in grid.columns} & {"coding", "frequency", "depth"})


# --------------------------------------------------------------------------------- statements
def _row(row: Row, about: About) -> Found:
    cells = row.all_cells
    if not cells:
        return Found()
    subject = row.text("biomarker") or row.text("gene")
    rest = " ".join(row.text(key) for key in row.columns if key not in {"biomarker", "gene"})
    if not row.text("method"):
        return _statement(subject, rest, cells, about)
    told = " ".join(row.text(key) for key in row.columns if key not in OF_SUBJECT)
    return _statement(f"{subject} {row.text('method')}", told, cells, about)


OF_SUBJECT = frozenset({"biomarker", "gene", "method", "therapy"})


def _line(line: tuple[Cell, ...], about: About) -> Found:
    """A line outside every table: "IDH1 | Detected | p.R132C", or all of it in one cell."""
    subject, result = _parted(line)
    whole = f"{subject} {result}"
    if is_sentence(whole) and not MICROSATELLITES.search(whole):
        return _otherwise(line, about)
    return _statement(subject, result, line, about)


def _parted(line: Sequence[Cell]) -> tuple[str, str]:
    """What a line is about, and what it says: cut before the first word of a result."""
    words = [word.text for cell in line for word in cell.words]
    words = words[1:] if words and words[0] in {"-", "–", "•", "*"} else words
    colon = next((at for at, word in enumerate(words[:6], 1) if word.endswith(":")), None)
    says = (at for at in range(1, len(words)) if RESULT_WORDS.match(" ".join(words[at:])))
    first = len(line[0].words) if len(line) > 1 else len(words)
    cut = colon or next(says, first)
    return " ".join(words[:cut]).strip(" :-–"), " ".join(words[cut:]).strip(" :-–")


def _statement(subject: str, result: str, cells: tuple[Cell, ...], about: About) -> Found:
    signature = _signature(subject, result, cells, about)
    if signature is not None:
        return signature
    source = about.evidence.of(cells)
    if NO_MARKER.search(subject):
        message = f"page {source.page}: “{source.text}” has no marker"
        return Found(notices=(Notice(code="no_marker", message=message),))
    named = leading(subject.split())
    if named is None or not named.symbols:
        return _otherwise(cells, about)
    behind = " ".join(subject.split()[named.length :])
    return gathered(
        _gene(Printed(gene=symbol, text=result, source=source), behind, about, vague=named.vague)
        for symbol in named.symbols
        if symbol in genes.PANEL
    )


def _signature(subject: str, result: str, cells: tuple[Cell, ...], about: About) -> Found | None:
    """MSI and TMB, by their name or in a sentence that says there is no instability."""
    context = gene_results.Context(evidence=about.evidence, analyte=Analyte.DNA)
    kind = biomarkers.kind_of(subject)
    if kind and kind != biomarkers.PROTEIN:
        told = re.sub(r"^result\s+", "", result, flags=re.IGNORECASE)
        return gene_results.valued(kind, told, cells, context)
    text = f"{subject} {result}".strip()
    if MICROSATELLITES.search(text) and phrases.valued(Marker.MSI, text):
        return gene_results.valued("MSI", text, cells, context)
    return None


def _otherwise(cells: tuple[Cell, ...], about: About) -> Found:
    """A statement that no gene of ours leads is read as any line of results is."""
    rest = Section(zone=Zone.RESULT, heading=None, cells=cells)
    return result_lines.of_section(rest, about, ())


def _gene(printed: Printed, behind: str, about: About, *, vague: bool) -> Found:
    """One gene by the technology that stands behind its name, or in the heading of the section."""
    heading = about.title.casefold()
    classes = _classes(behind, printed.text)
    if STAINED.search(behind) or ("histology" in heading and not classes):
        return stains.immunohistochemistry(printed)
    if IN_SITU.search(behind) or "fish" in heading:
        return stains.in_situ(printed, classes)
    verdict = phrases.verdict(printed.text)
    if verdict is None or verdict.status is Status.DETECTED:
        return _positive(printed, behind, classes, verdict)
    usual = classes or (AlterationClass.MUTATION,)
    if verdict.status is Status.NOT_DETECTED:
        return negative(printed, () if vague else usual, change=behind)
    return said(printed, markers_of(printed.gene, usual), verdict.status)


def _classes(behind: str, result: str) -> tuple[AlterationClass, ...]:
    if AMPLIFIED.search(behind):
        return (AlterationClass.AMPLIFICATION,)
    return classes_in(behind) or classes_in(result)


def _positive(
    printed: Printed,
    behind: str,
    classes: tuple[AlterationClass, ...],
    verdict: phrases.Verdict | None,
) -> Found:
    """What is there: a change by name, a fusion by its partners, else the class that is told."""
    known = verdict is not None and verdict.significance is not Significance.UNKNOWN
    graded = replace(printed, significance=verdict.significance) if verdict and known else printed
    words = [word.strip("()[],;.:") for word in f"{behind} {printed.text}".split()]
    changes = [word for word in words if hgvs.protein(word)]
    coded = next((code for word in words if (code := hgvs.coding(word))), None)
    share = variant_rows.FRACTION.search(printed.text)
    full = replace(
        graded, hgvs_c=coded, vaf=phrases.share(share[1]) if share else phrases.share(printed.text)
    )
    if changes:
        return gathered(alteration(replace(full, text=change)) for change in changes)
    paired = fusions.fusion(f"{behind} {printed.text}")
    if paired and paired.five_prime and paired.three_prime:
        return alteration(replace(full, text=f"{behind} {printed.text}".strip()))
    if verdict and len(classes) == 1:
        return said(full, markers_of(printed.gene, classes), Status.DETECTED)
    return not_understood(graded)


# ------------------------------------------------------------------------------------- stains
def _repair_stains(part: Section) -> Iterator[Stain]:
    """The lines and rows "MLH1 | Retained"; methylation of its promoter is no stain."""
    for line in part.lines:
        subject, result = _parted(line)
        protein = subject.split()[0] if subject else ""
        known = biomarkers.kind_of(protein) == biomarkers.PROTEIN
        if known and not NO_MARKER.search(subject) and phrases.valued(Marker.MMR, result):
            yield protein, result, line
