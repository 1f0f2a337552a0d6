"""A laid-out document and its bytes in, notices of what is in the file and was not read out."""

from collections.abc import Iterator

from parsers import pdf_index, pdfium
from parsers.page import Cell, Document, Page
from pipeline.model import Notice

SHOWN = 120  # characters of a passage that a notice quotes


def remarks(document: Document, data: bytes, password: str | None = None) -> tuple[Notice, ...]:
    """What a person should know was left out: struck and hidden words, notes, attached files."""
    return tuple(
        [notice for page in document.pages for notice in _of_page(page)]
        + list(_of_file(data, password))
    )


def _of_page(page: Page) -> Iterator[Notice]:
    where = f"page {page.number}"
    if page.struck:
        words = _quoted(page.struck)
        yield Notice(code="struck_through", message=f"{where}: struck through, not read: {words}")
    if page.hidden:
        words = _quoted(page.hidden)
        yield Notice(
            code="hidden_text", message=f"{where}: words nobody can see, not read: {words}"
        )
    for note in page.annotations:
        told = f"{where}: a note or form field, not read: “{note.text[:SHOWN]}”"
        yield Notice(code="note_on_page", message=told)


def _quoted(cells: tuple[Cell, ...]) -> str:
    text = " … ".join(cell.text for cell in cells)
    return f"“{text[:SHOWN]}”" if len(text) <= SHOWN else f"“{text[:SHOWN]} …”"


def _of_file(data: bytes, password: str | None) -> Iterator[Notice]:
    attached = pdfium.attachments(data, password)
    if attached:
        names = ", ".join(attached)[:SHOWN]
        yield Notice(code="attachments", message=f"Files are attached and were not read: {names}")
    if pdf_index.revisions(data) > 1:
        told = "The file was changed after it was first written; its last state was read."
        yield Notice(code="changed_later", message=told)
