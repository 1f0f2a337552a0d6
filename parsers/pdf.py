"""The bytes of a PDF in, its `Reading` out: the trip from the printed page, in its order.

Fast text of every page → the pages that matter → words with their places → one reader → two
extractors agree → what was left out is told. Where a file read in part is held for any reason, it
is read again in full, so that passing pages over decides nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from parsers import (
    agreement,
    amended,
    document,
    doubts,
    layout,
    pdf_index,
    pdfium,
    remarks,
    scans,
    standing,
    triage,
)
from parsers.page import Document, Passed
from pipeline.errors import ReportError, UnreadableError
from pipeline.model import Reading


class Reader(Protocol):
    """What reads a document it has recognised; its name and version as *READER*."""

    READER: str

    def read(self, document: Document) -> Reading:
        """The reading of the document."""


@dataclass(frozen=True, kw_only=True)
class Readers:
    """How a reader is chosen: *choose* gives None where none knows it; *unknown* then reads it."""

    choose: Callable[[Document], Reader | None]
    unknown: Callable[[Document], Reading]


def read(  # noqa: PLR0913 - a file, its names, and how it may be opened
    data: bytes,
    *,
    name: str,
    sha256: str,
    readers: Readers,
    passwords: Sequence[str] = (),
    every_page: bool = False,
) -> Reading:
    """What a PDF says; *every_page* is read with its places even where it can hold no result.

    *passwords* are tried on a locked file, in their order.

    Raises:
        ReportError: it is held, unrecognised or unreadable; the code and the sentence say why.
    """
    key = pdfium.key(data, passwords)
    whole = _Trip(data, name, sha256, readers, key)
    try:
        fast = pdfium.skim(data, key)
    except UnreadableError:
        whole.laid_out()  # the other library says better what is wrong, if it sees it too
        raise
    passed = () if every_page else triage.passed_over(fast)
    texts = [page.text for page in fast]
    if passed:
        try:
            return whole.reading(texts, passed)
        except ReportError:
            pass  # the reason may lie in what was not read
    try:
        return whole.reading(texts)
    except ReportError as fault:
        if fault.code != "scanned" or not whole.is_scan():
            raise
        scan = scans.Scan(data=data, name=name, sha256=sha256, pages=len(fast), password=key)
        return scans.read(scan, readers.choose)


class _Trip:
    """One file on its way, in full or without some pages."""

    def __init__(
        self, data: bytes, name: str, sha256: str, readers: Readers, password: str | None
    ) -> None:
        self.data, self.name, self.sha256 = data, name, sha256
        self.readers, self.password = readers, password

    def laid_out(self, passed: Sequence[Passed] = ()) -> Document:
        without = {page.number for page in passed}
        raw = document.read_pages(self.data, self.password, without=without)
        return layout.lay_out(raw, name=self.name, sha256=self.sha256, passed=passed)

    def is_scan(self) -> bool:
        """True if no page has text that was typed: each is a picture, or blank."""
        try:
            pages = self.laid_out().pages
        except UnreadableError as fault:
            return fault.code == "scanned"
        return all(page.doubt in doubts.PICTURES or not page.lines for page in pages)

    def reading(self, fast: Sequence[str], passed: Sequence[Passed] = ()) -> Reading:
        laid_out = self.laid_out(passed)
        bundle = amended.versions(laid_out)
        return self._governed(bundle, fast) if bundle else self._one(laid_out, fast)

    def _governed(self, bundle: amended.Versions, fast: Sequence[str]) -> Reading:
        """The version of a bundle that governs, with what the earlier ones print as evidence."""
        current = self._version(bundle.governing)
        old = [amended.without_marks(self._version(pages)) for pages in bundle.earlier]
        for each in old:
            amended.one_order(current, each)
        found = self._one(current, fast)
        return amended.governed(found, [(each, self._evidence(each)) for each in old])

    def _version(self, pages: frozenset[int]) -> Document:
        others = {page.number for page in self.laid_out().pages} - pages
        raw = document.read_pages(self.data, self.password, without=others)
        return layout.lay_out(raw, name=self.name, sha256=self.sha256)

    def _evidence(self, earlier: Document) -> Reading | None:
        """What a superseded version prints; None where no reader understands it."""
        try:
            reader = self.readers.choose(earlier)
            return reader.read(earlier) if reader else None
        except ReportError:
            return None

    def _one(self, laid_out: Document, fast: Sequence[str]) -> Reading:
        reader = self.readers.choose(laid_out)
        standing.trusted(laid_out)
        unknown = None if reader else self.readers.unknown(laid_out)
        if not pdf_index.fits(self.data):
            raise UnreadableError(
                "damaged",
                "The index of the PDF does not fit its contents: bytes are lost or added.",
            )
        found = unknown or self._known(reader, laid_out)
        agreement.agree(laid_out, fast, found.observations, self.data, self.password)
        told = remarks.remarks(laid_out, self.data, self.password)
        return replace(found, report=replace(found.report, notices=(*found.report.notices, *told)))

    @staticmethod
    def _known(reader: Reader | None, laid_out: Document) -> Reading:
        assert reader is not None, "a document is read by its reader, or by that of the unknown"
        found = reader.read(laid_out)
        return replace(found, report=replace(found.report, reader=reader.READER))
