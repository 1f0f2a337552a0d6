"""A document in, the name of its laboratory out, as its head or foot prints it."""

import re

from parsers.labels import labelled
from parsers.layout import NUMBERED
from parsers.page import Document

WORDS = re.compile(
    r"laborator|\blabs?\b|genomic|profil|diagnostic|patholog|oncolog|hospital|institut|sequenc"
    r"|molecular|medicine|health|biosci|precision|clinic|universit|cancer cent",
    re.IGNORECASE,
)
TELEPHONE = re.compile(r"[\s,|·-]*(?:\(?\+?\d[\d ().-]{5,})\s*$")
REPORT_WORDS = re.compile(r"specimen|report|patient|page\b", re.IGNORECASE)


def laboratory(document: Document) -> str | None:
    """The first running line that reads like a laboratory, else the head or foot of page 1."""
    lines = [line for page in document.pages for line in page.lines if line.running]
    if document.pages:
        printed = document.pages[0].lines
        lines += [*printed[:1], *printed[-3:]]
    for cell in (cell for line in lines for cell in line.cells):
        text = TELEPHONE.sub("", NUMBERED.sub("", cell.text)).strip()
        plausible = WORDS.search(text) and not REPORT_WORDS.search(text)
        if plausible and len(text) < 80 and not labelled(cell):
            return text
    return None
