"""A PDF of pictures in, what recognition of characters sees in it out: never a conclusion.

A fax or a scan has no text, or one that another program guessed. What is recognised is read like
any report, and every value of it is indeterminate: a person looks at the picture of its place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from parsers import generic, layout, ocr
from parsers.ocr import Recognised
from parsers.page import Document
from pipeline.errors import HeldError, ReportError, UnreadableError
from pipeline.model import Completeness, Notice, Observation, Reading, ReportStatus

SCANNED = "The PDF holds pictures of pages and no text that was typed (a scan or a fax)."
NOT_HERE = f"{SCANNED} Optical character recognition is not available on this machine."
NOTHING = f"{SCANNED} No result could be placed in what was recognised; a person must read it."
REASON = f"{SCANNED} Its characters were recognised by a program, and a person must compare them."
TOO_MANY = 40  # pages: more cannot be recognised within the time that a file is given
UNSURE = 60.0  # mean confidence (of 100) below which a page is named


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A file whose pages are pictures; *pages* of them, blank ones included."""

    data: bytes
    name: str
    sha256: str
    pages: int
    password: str | None = None


class Reader(Protocol):
    """What reads a document it has recognised."""

    def read(self, document: Document) -> Reading:
        """The reading of the document."""


def read(scan: Scan, choose: Callable[[Document], Reader | None]) -> Reading:
    """What can be seen in a scan, every value indeterminate; *choose* gives a vendor's reader.

    Raises:
        UnreadableError: recognition is not available (``scanned``), or failed.
        HeldError: nothing that was recognised is a result (``scanned``).
    """
    if not ocr.available():
        raise UnreadableError("scanned", NOT_HERE)
    if scan.pages > TOO_MANY:
        raise HeldError("scanned", f"{SCANNED} It has more than {TOO_MANY} pages.")
    numbers = range(1, scan.pages + 1)
    pages = [ocr.recognise(scan.data, number, scan.password) for number in numbers]
    document = layout.lay_out([each.page for each in pages], name=scan.name, sha256=scan.sha256)
    found = _known(document, choose) or generic.read(document, recognised=True)
    if found is None or not found.observations:
        raise HeldError("scanned", NOTHING)
    return _open(found, pages)


def _known(document: Document, choose: Callable[[Document], Reader | None]) -> Reading | None:
    """What the reader of its family sees; None where recognised words do not suffice for it."""
    try:
        reader = choose(document)
        found = reader.read(document) if reader else None
    except ReportError:
        return None
    return found if found and found.observations else None


def _open(found: Reading, pages: Sequence[Recognised]) -> Reading:
    by_number = {each.page.number: each for each in pages}
    opened = (generic.opened(item) for item in found.observations)
    report = replace(
        found.report,
        status=ReportStatus.NEEDS_REVIEW,
        code="scanned",
        reasons=(REASON,),
        completeness=Completeness(
            proven=False,
            evidence=f"{len(pages)} pages recognised",
            missing=("text that was typed",),
        ),
        covered=(),
        notices=(*found.report.notices, *_notices(pages)),
    )
    observations = tuple(dict.fromkeys(_on_page(item, by_number) for item in opened))
    return Reading(report=report, observations=observations)


def _on_page(item: Observation, pages: dict[int, Recognised]) -> Observation:
    """The observation with its box where the words stand on the page as it is shown."""
    source = item.source
    if source.page is None or source.bbox is None:
        return item
    box = pages[source.page].straight.on_page(source.bbox)
    return replace(item, source=replace(source, bbox=box))


def _notices(pages: Sequence[Recognised]) -> list[Notice]:
    told = [
        Notice(
            code="hardly_legible",
            message=f"page {each.page.number}: little could be recognised with any certainty",
        )
        for each in pages
        if each.confidence < UNSURE
    ]
    told += [
        Notice(code="turned_page", message=f"page {each.page.number}: turned before it was read")
        for each in pages
        if each.straight.quarter
    ]
    return told
