"""A document in, the name of its laboratory out, as its head, its foot or a sentence prints it."""

import re

from parsers.labels import labelled
from parsers.page import Document
from parsers.running import NUMBERED

WORDS = re.compile(
    r"laborator|\blabs?\b|genomic|profil|diagnostic|patholog|oncolog|hospital|institut|sequenc"
    r"|\w+seq\b|molecular|medicine|health|biosci|precision|clinic|universit|cancer cent",
    re.IGNORECASE,
)
TELEPHONE = re.compile(r"[\s,|·-]*(?:\(?\+?\d[\d ().-]{5,})\s*$")
REPORT_WORDS = re.compile(r"specimen|report|patient|page\b|portal|contact", re.IGNORECASE)
PERFORMED = re.compile(r"(?:testing|test|assay) performed (?:at|by):? (.+)", re.IGNORECASE)


def laboratory(document: Document) -> str | None:
    """The first running line that reads like a laboratory, else the head or foot of page 1."""
    lines = [line for page in document.pages for line in page.lines if line.running]
    if document.pages:
        printed = document.pages[0].lines
        lines += [*printed[:1], *printed[-3:]]
    for cell in (cell for line in lines for cell in line.cells):
        text = TELEPHONE.sub("", NUMBERED.sub("", cell.text)).strip(" /|,·-")
        plausible = WORDS.search(text) and not REPORT_WORDS.search(text)
        if plausible and len(text) < 80 and not labelled(cell):
            return text
    return _performed_at(document)


def _performed_at(document: Document) -> str | None:
    """What stands after "Testing performed at:", on any page."""
    cells = (cell for page in document.pages for line in page.lines for cell in line.cells)
    return next((found[1].strip() for c in cells if (found := PERFORMED.fullmatch(c.text))), None)
