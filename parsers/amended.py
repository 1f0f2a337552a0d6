"""Pages of a PDF in, its versions out: the amended report that governs, and what it supersedes.

A laboratory may bind an amended report with the original behind it. The page numbers then start
again, and each version says on its pages what it is. What cannot be told apart is left to a person.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers.identity_block import IdentityBlock, identity_block
from parsers.page import Document, Page, compact
from parsers.phrases import plain
from parsers.sections import sections
from parsers.standing import AMENDED, SUPERSEDED
from pipeline.errors import HeldError
from pipeline.model import EarlierVersion, Notice, Reading, ReportStatus

REASON = re.compile(
    r"\b(?:reasons?(?: for (?:the )?(?:amendment|correction|revision))?|amendment|correction)"
    r"(?: reason)?\s*:\s*(.{3,200})",
    re.IGNORECASE,
)
VERSION = re.compile(r"(?:report )?version\s*:?\s*(\d{1,2})", re.IGNORECASE)


WATERMARK = "superseded"


@dataclass(frozen=True, kw_only=True)
class Versions:
    """The pages of a bundle by their numbers in the file."""

    governing: frozenset[int]
    earlier: tuple[frozenset[int], ...]


def versions(document: Document) -> Versions | None:
    """The versions of a bundle; None where the page numbers do not start again.

    Raises:
        HeldError: the versions are there and their pages cannot be told apart.
    """
    runs = _runs(document)
    if len(runs) < 2:
        return None
    old = {page.number for page in document.pages if _is_superseded(page)}
    new = {page.number for page in document.pages if _says(AMENDED, page)} - old
    numbers = [frozenset(page.number for page in run) for run in runs]
    governing = [run for run in numbers if run & new and not run & old]
    earlier = [run for run in numbers if run & old and not run & new]
    apart = len(governing) == 1 and len(earlier) == len(runs) - 1
    if apart and (all(run <= old for run in earlier) or governing[0] <= new):
        return Versions(governing=governing[0], earlier=tuple(earlier))
    if old:
        listed = ", ".join(map(str, sorted(old)))
        raise HeldError(
            "superseded_pages",
            f"Pages of a superseded report are bound with this one (page {listed}), and the pages "
            "of the two cannot be told apart; a person must say which count.",
        )
    return None


def _runs(document: Document) -> list[list[Page]]:
    """The pages in the order of the file, cut where the printed numbers start again."""
    shown = (page for page in document.pages if page.lines or page.printed)
    pages = sorted(shown, key=lambda page: page.number)
    runs: list[list[Page]] = []
    for page in pages:
        if page.printed is None:
            return []
        if not runs or page.printed[0] == 1:
            runs.append([])
        runs[-1].append(page)
    return runs if all(_is_whole(run) for run in runs) else []


def _is_whole(run: Sequence[Page]) -> bool:
    printed = [page.printed for page in run]
    return printed == [(number, len(run)) for number in range(1, len(run) + 1)]


def _is_superseded(page: Page) -> bool:
    """True if a page says so in its lines or in a watermark across it."""
    return WATERMARK in compact(page.turned) or _says(SUPERSEDED, page)


def _says(words: re.Pattern[str], page: Page) -> bool:
    cells = (cell.text for line in page.lines for cell in line.cells)
    return any(words.search(plain(text)) for text in cells)


def without_marks(document: Document) -> Document:
    """The pages without the lines that call them superseded, so that a reader reads the rest."""
    pages = (
        replace(
            page,
            lines=tuple(line for line in page.lines if not SUPERSEDED.search(plain(line.text))),
        )
        for page in document.pages
    )
    return replace(document, pages=tuple(pages), compacted="")


def one_order(governing: Document, earlier: Document) -> None:
    """Refuse versions that are not of one order of one patient.

    Raises:
        HeldError: an identifier differs, or no number is common to both.
    """
    new, old = _identity(governing), _identity(earlier)
    for field in ("mrn", "accession", "name"):
        values = {compact(value) for block in (new, old) for value in block.all(field)}
        if len(values) > 1:
            raise HeldError("two_patients", f"Two reports in one file differ in the {field}.")
    if len({day for block in (new, old) if (day := block.day("dob"))}) > 1:
        raise HeldError("two_patients", "Two reports in one file differ in the date of birth.")
    if not any(new.first(field) and old.first(field) for field in ("mrn", "accession")):
        raise HeldError(
            "several_reports", "Two reports stand in one file and share no number that joins them."
        )


def _identity(document: Document) -> IdentityBlock:
    return identity_block(document, sections(document))


def governed(reading: Reading, earlier: Sequence[tuple[Document, Reading | None]]) -> Reading:
    """The reading of the amended report, with what its earlier versions printed as evidence.

    *earlier* are those in the order of the file, newest first; None for one not understood.
    """
    report = reading.report
    if not report.status.is_read:
        return reading
    old = tuple(
        EarlierVersion(
            version=len(earlier) - number,
            pages=tuple(sorted(page.number for page in document.pages)),
            reported=read.report.reported if read else None,
            observations=read.observations if read else (),
        )
        for number, (document, read) in enumerate(earlier)
    )
    pages = ", ".join(str(page) for each in old for page in each.pages)
    told = f"superseded by an amended version and kept as evidence only: page {pages}"
    status = ReportStatus.AMENDED if report.status is ReportStatus.FINAL else report.status
    return replace(
        reading,
        report=replace(
            report,
            status=status,
            version=max(report.version, len(old) + 1),
            superseded=old,
            notices=(*report.notices, Notice(code="superseded", message=told)),
        ),
    )


def reason(document: Document) -> str | None:
    """Why a report was amended, as it prints it."""
    lines = (line.text for page in document.pages for line in page.lines)
    return next((found[1].strip() for line in lines if (found := REASON.search(line))), None)


def version(document: Document) -> int:
    """The number of its version that the first page of a report prints, else 1."""
    cells = (cell.text for page in document.pages[:1] for line in page.lines for cell in line.cells)
    found = (VERSION.fullmatch(text.strip()) for text in cells)
    return next((max(1, int(each[1])) for each in found if each), 1)
