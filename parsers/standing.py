"""A document and its sections in, how far it may be believed out: status and completeness.

Final, amended, failed or qualified is read from printed words; completeness from page numbers and
from the sections that a family must show. Without the proof a report is held, never negative.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from parsers import dates, doubts, gene_results
from parsers.gene_text import leading
from parsers.headings import Zone
from parsers.identity_block import IdentityBlock
from parsers.page import Cell, Document
from parsers.phrases import plain
from parsers.sections import Section
from pipeline.errors import HeldError
from pipeline.model import Completeness, ReportStatus

FAILED = re.compile(
    r"\bstatus:? ?(fail|failed|qns|cancell?ed)\b|\brequested assay could not be completed\b"
    r"|\b(test|assay|report) (status:? )?(failed|cancelled|canceled)\b"
    r"|\b(specimen|sample) (failed|was insufficient|insufficient)\b"
    r"|\bquantity not sufficient\b|\binsufficient quantity (and|or|of|for)\b"
)
ITSELF = re.compile(r"(the )?(report|requested assay|status)\b")
QUALIFIED = re.compile(r"^qualified (report|result)|\bstatus:? ?qualified\b")
REDUCED = re.compile(r"^(\W*\w{1,2} )?reduced sensitivity( due to|$)")
AMENDED = re.compile(
    r"^(amended|corrected|revised) report|^report (amended|corrected|revised)|^amend(ed|ment)\b"
    r"|^(report )?status:? (amended|corrected|revised)\b"
)
SUPERSEDED = re.compile(
    r"^superseded|^original report\b|\bthis report (is|was|has been) superseded"
)
SPOKEN = frozenset({None, Zone.IDENT, Zone.RESULT, Zone.NEG, Zone.AMEND})


def status_of(document: Document, parts: Sequence[Section]) -> ReportStatus:
    """Final, unless the report itself says that it failed, is qualified or amends another.

    Raises:
        HeldError: an amended report bound with the one it supersedes.
    """
    spoken = _spoken(document, parts)
    if any(SUPERSEDED.search(line) for line in spoken):
        raise HeldError(
            "superseded_pages",
            "Pages of a superseded report are bound with this one; a person must say which count.",
        )
    if says_that_it_failed(document, parts):
        return ReportStatus.FAILED
    if any(QUALIFIED.search(line) for line in spoken):
        return ReportStatus.QUALIFIED
    amended = any(AMENDED.search(line) for line in spoken)
    return ReportStatus.AMENDED if amended else ReportStatus.FINAL


def has_reduced_sensitivity(document: Document) -> bool:
    """True if a line of its first page says that this test saw less than it should."""
    return any(
        REDUCED.search(plain(cell.text))
        for page in document.pages[:1]
        for line in page.lines
        for cell in line.cells
    )


def says_that_it_failed(document: Document, parts: Sequence[Section]) -> bool:
    """True if the report says of itself that its test failed or could not be done.

    The line of one gene or one signature ("HER2 FISH: test failed") speaks of that one alone.
    """
    return any(FAILED.search(line) for line in _spoken(document, parts, _of_the_whole))


def _of_the_whole(row: tuple[Cell, ...]) -> bool:
    named = leading([word.text for word in row[0].words])
    return not (named and named.symbols) and gene_results.signature(row[0])[0] is None


def _spoken(
    document: Document,
    parts: Sequence[Section],
    heard: Callable[[tuple[Cell, ...]], bool] = bool,
) -> list[str]:
    """Lines in which a report speaks of itself: not its narrative, methods, trials or lists."""
    lines = [plain(line.text) for page in document.pages for line in page.lines if line.running]
    for part in parts:
        if part.zone not in SPOKEN:
            continue
        of_one = part.heading is not None and not heard(part.heading.consumed)
        if part.heading and not of_one:
            lines.append(plain(part.heading.text))
        for row in filter(heard, part.lines):
            each = [plain(cell.text) for cell in row]
            each.append(" ".join(each))
            lines += [line for line in each if not of_one or ITSELF.match(line)]
    return lines


def completeness(document: Document, required: dict[str, bool]) -> Completeness:
    """The proof that nothing is missing: numbered pages all there, required sections seen.

    *required* says of each section a family must show whether it was seen.
    """
    missing = [name for name, seen in required.items() if not seen]
    printed = [page.printed for page in document.pages if page.texts]
    numbered = [number for number in printed if number]
    seen, total = len(numbered), max((number[1] for number in numbered), default=0)
    lacking = sorted(set(range(1, total + 1)) - {number[0] for number in numbered})
    missing += [f"page {number} of {total}" for number in lacking]
    if numbered and len(numbered) < len(printed):
        missing.append("page number of a page that bears none")
    pages = f"pages {seen} of {total} seen" if numbered else f"{len(printed)} pages, not numbered"
    sections = f"{sum(required.values())} of {len(required)} required sections seen"
    return Completeness(proven=not missing, evidence=f"{pages}; {sections}", missing=tuple(missing))


def one_report_only(document: Document, block: IdentityBlock) -> None:
    """Refuse two reports, or two patients, in one file.

    Raises:
        HeldError: page numbers that start again, or two values of an identifier.
    """
    for field, noun in (("mrn", "record numbers"), ("accession", "accession numbers")):
        if len(block.all(field)) > 1:
            raise HeldError("two_patients", f"Two {noun} stand in one file: two reports in one.")
    births = {block.day("dob"), *(_days(block, "dob"))} - {None}
    if len(births) > 1:
        raise HeldError("two_patients", "Two dates of birth stand in one file.")
    numbers = Counter(page.printed for page in document.pages if page.printed)
    totals = {number[1] for number in numbers}
    if len(totals) > 1 or any(count > 1 for count in numbers.values()):
        raise HeldError(
            "several_reports", "The page numbers start again: more than one report in one file."
        )


def _days(block: IdentityBlock, field: str) -> set[object]:
    return {dates.read(value, day_first=block.day_first) for value in block.all(field)}


def trusted(document: Document) -> None:
    """Refuse a document with a page whose text is not to be believed.

    Raises:
        HeldError: a page that is turned, ciphered, unmapped or a picture; the page is named.
    """
    for page in document.pages:
        if page.doubt in doubts.PICTURES:
            raise HeldError(
                "scanned", f"Page {page.number} is a picture (a scan); a person must read it."
            )
        if page.doubt == "rotated":
            raise HeldError("rotated_page", f"Page {page.number} is turned and was not read.")
        if page.doubt:
            raise HeldError(
                "unreliable_text", f"The text of page {page.number} is unreliable: {page.doubt}."
            )
