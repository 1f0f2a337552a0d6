"""PDF bytes in, raw pages out: the only file that knows pdfplumber (see also `page_marks`).

Each page is closed as soon as it is copied, so that memory does not grow with the file. A password,
damage or a missing text layer is an `UnreadableError` with its code and a sentence.
"""

import contextlib
import io
import logging
from collections.abc import Container, Iterator
from typing import Any

from parsers import hidden, page_marks
from parsers.page import RawPage
from pipeline.errors import UnreadableError

MOST_PAGES = 300
PDF_MARK = b"%PDF-"


def recognises(head: bytes) -> bool:
    """True if the first kilobyte of a file bears the mark of a PDF."""
    return PDF_MARK in head[:1024]


def read_pages(
    data: bytes, password: str | None = None, without: Container[int] = ()
) -> tuple[RawPage, ...]:
    """The pages of a PDF *without* some, numbered from 1 in the order of the file.

    Raises:
        UnreadableError: locked (``password``), damaged (``damaged``), too long
            (``too_many_pages``), or without any text (``no_text_layer``).
    """
    pages = tuple(_pages(data, password, without))
    if not pages:
        raise UnreadableError("damaged", "The PDF has no page that can be opened.")
    if not any(char.text.strip() for page in pages for char in page.chars):
        raise UnreadableError(*_without_text(pages))
    return tuple(hidden.marked(pages, data, password))


def _without_text(pages: tuple[RawPage, ...]) -> tuple[str, str]:
    if any(page.image_share > 0.3 for page in pages):
        return "scanned", "The PDF holds pictures of pages and no text (a scan or a fax)."
    return "no_text_layer", "The PDF has no text on any page."


def _pages(data: bytes, password: str | None, without: Container[int]) -> Iterator[RawPage]:
    # pdfminer raises whatever a damaged file leads it into (ValueError, KeyError, RecursionError,
    # struct.error, …), so this border catches all of it and names it as one thing: damage.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    document = _opened(data, password)
    try:
        _within_limit(len(document.pages))
        for page in document.pages:
            if page.page_number not in without:
                yield _copied(page)
            page.close()
    except UnreadableError:
        raise
    except Exception as fault:
        if "MemoryError" in _names(fault):
            # No damage but a limit, and whoever set the limit says so.
            raise MemoryError from fault
        kind = type(fault).__name__
        raise UnreadableError("damaged", f"The PDF is damaged and stops short ({kind}).") from fault
    finally:
        with contextlib.suppress(Exception):  # closing a damaged file opens its pages again
            document.close()


def _within_limit(pages: int) -> None:
    if pages > MOST_PAGES:
        raise UnreadableError(
            "too_many_pages", f"The PDF has more than {MOST_PAGES} pages and was not read."
        )


def _opened(data: bytes, password: str | None) -> Any:  # noqa: ANN401 - pdfplumber is untyped
    import pdfplumber  # noqa: PLC0415 - a fifth of a second that a VCF need not pay

    try:
        return pdfplumber.open(io.BytesIO(data), password=password or "")
    except Exception as fault:
        if _names(fault) & {"PDFPasswordIncorrect", "PDFEncryptionError"}:
            raise UnreadableError(
                "password", "The PDF is locked: a password is required to read it."
            ) from fault
        raise UnreadableError(
            "damaged", f"The PDF cannot be opened ({type(fault).__name__})."
        ) from fault


def _names(fault: BaseException) -> set[str]:
    # pdfplumber wraps pdfminer's errors and leaves the message empty; only the type speaks.
    inner = [arg for arg in fault.args if isinstance(arg, BaseException)]
    chain = [fault, *inner, fault.__cause__, fault.__context__]
    return {type(link).__name__ for link in chain if link is not None}


def _copied(page: Any) -> RawPage:  # noqa: ANN401 - pdfplumber is untyped
    page_object = page.page_obj
    return page_marks.marks(
        page_object, page.pdf.rsrcmgr, number=page.page_number, turned=page.rotation
    )
